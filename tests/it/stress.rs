//! Many publishers at once, connections cut everywhere, and kills: nothing is lost.
//!
//! With `FABRIKATE_STRESS=full` in the environment as many as `scripts/stress` asks for; else few,
//! so that the tests stay short.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::it::product::{TOKEN, publishing, served};
use crate::support::agent::{Agent, TaskResult, Transcript};
use crate::support::git_server::{Fault, Git, GitServer, Repository};

/// Long enough for all to have their turn on a slow machine.
const PATIENCE: Duration = Duration::from_mins(10);

fn is_full() -> bool {
    std::env::var("FABRIKATE_STRESS").is_ok_and(|value| value == "full")
}

/// Returns `few`, or `all` where the whole is asked for.
fn many(few: usize, all: usize) -> usize {
    if is_full() { all } else { few }
}

fn manifest(text: &str) -> String {
    format!("kind: ConfigMap\nmetadata:\n  name: a\ndata:\n  text: {text}\n")
}

/// A step that publishes one object with a text to an environment.
fn publisher(repository: &Repository, environment: &str, text: &str) -> Agent {
    let files = [
        ("component.yaml", "name: root\nsubcomponents:\n- {name: a, type: static, path: a}\n"),
        ("a/config-map.yaml", &manifest(text)),
        (&format!("config/{environment}.yaml"), "{}\n"),
    ];
    publishing(&files, repository).input("environments", environment).time_limit(PATIENCE)
}

fn published(repository: &Repository, environment: &str) -> String {
    let manifest = repository.read("main", &format!("{environment}/a.yaml")).unwrap_or_default();
    let text = manifest.lines().find_map(|line| line.trim().strip_prefix("text: "));
    text.unwrap_or_default().to_owned()
}

/// Pushes unrelated files until it is told to stop, one a commit, and returns how many.
fn compete(repository: &Repository, stop: &AtomicBool) -> usize {
    let folder = tempfile::tempdir().expect("folder");
    let git = Git::within(folder.path());
    git.text(&["clone", "--quiet", &repository.folder().to_string_lossy(), "."]);
    let mut pushed = 0;
    while !stop.load(Ordering::Relaxed) || pushed == 0 {
        std::fs::create_dir_all(folder.path().join("other")).expect("folder");
        std::fs::write(folder.path().join(format!("other/{pushed}.yaml")), "kind: Foreign\n")
            .expect("file");
        git.text(&["add", "--all"]);
        git.text(&["commit", "--quiet", "--message", "Foreign"]);
        while !git.run(&["push", "--quiet", "origin", "HEAD"]).success {
            git.text(&["pull", "--quiet", "--rebase"]);
        }
        pushed += 1;
        // Who pushes without a pause wins every race.
        std::thread::sleep(Duration::from_secs(1));
    }
    pushed
}

/// Starts publishers of environments of their own and builds of one environment at once, with a
/// competitor beside them, and asserts that nobody lost anything.
fn all_at_once(server: &GitServer, repository: &Repository, (alone, builds): (usize, usize)) {
    let environments: Vec<String> = (0..alone).map(|n| format!("env{n}")).collect();
    let mut steps: Vec<Agent> = environments
        .iter()
        .map(|name| publisher(repository, name, &format!("of-{name}")))
        .collect();
    for build in 1..=builds {
        let id = (5000 + build).to_string();
        let step = publisher(repository, "shared", &format!("of-build-{build}"));
        steps.push(step.variable("Build.BuildId", &id).variable("Build.BuildNumber", &id));
    }
    let stop = Arc::new(AtomicBool::new(false));
    let competitor = {
        let (repository, stop) = (repository.clone(), Arc::clone(&stop));
        std::thread::spawn(move || compete(&repository, &stop))
    };
    let running: Vec<_> = steps.iter().map(Agent::start).collect();
    let ended: Vec<Transcript> =
        running.into_iter().map(crate::support::agent::Running::wait).collect();
    let (mut again, mut lost) = (0, 0);
    for (step, transcript) in steps.iter().zip(&ended) {
        // Who met a cut connection may have failed, and comes back as a pipeline's next run would.
        if transcript.result() == TaskResult::Failed {
            again += 1;
            let code = transcript.error_codes()[0];
            // Ten lost races are too few where the machine is too slow for so many.
            lost += usize::from(code == "E507" && is_full());
            let is_cut = ["E501", "E508", "E513"].contains(&code);
            assert!(is_cut || code == "E507" && is_full(), "{transcript}");
            // It may meet a cut that is still to come.
            let next = (0..5).map(|_| step.run()).find(|it| it.result() != TaskResult::Failed);
            next.expect("a run that succeeds").succeeded();
        }
    }
    stop.store(true, Ordering::Relaxed);
    let foreign = competitor.join().expect("a competitor");
    for name in &environments {
        assert_eq!(published(repository, name), format!("of-{name}"));
    }
    assert_eq!(published(repository, "shared"), format!("of-build-{builds}"));
    for number in 0..foreign {
        assert!(repository.read("main", &format!("other/{number}.yaml")).is_some(), "{number}");
    }
    let log = repository.log("main");
    assert_eq!(log.iter().filter(|subject| *subject == "Foreign").count(), foreign);
    repository.fsck();
    println!(
        "{} publishers, {again} of them twice ({lost} after ten lost races), {foreign} foreign commits, {} commits, {} requests",
        steps.len(),
        log.len(),
        server.requests().len()
    );
}

#[test]
fn publishers_of_one_branch_lose_nothing() {
    let (server, repository) = served();
    all_at_once(&server, &repository, (many(6, 50), many(4, 10)));
}

#[test]
fn publishers_of_one_branch_lose_nothing_when_connections_break() {
    let (mut server, repository) = served();
    let cuts = many(4, 60);
    for cut in 0..cuts {
        let fault = if cut % 2 == 0 { Fault::Drop } else { Fault::LoseAnswer };
        server = server.fault(3 + cut * 4, fault);
    }
    all_at_once(&server, &repository, (many(4, 50), many(2, 10)));
}

/// Asserts that a branch has what was there before or all that is new; tells which.
// A push that was under way may still come to its end: only one commit is looked at.
#[track_caller]
fn assert_whole(repository: &Repository, old_tip: &str, (old, new): (&str, &str)) -> bool {
    let tip = repository.tip("main").expect("a tip");
    let git = Git::within(repository.folder());
    let inventory = git.text(&["show", &format!("{tip}:prod/.fabrikate-gitops.json")]);
    let id = git.text(&["rev-parse", &format!("{tip}:prod/a.yaml")]);
    assert!(inventory.contains(&id), "the inventory is of other manifests");
    let is_old = tip == old_tip;
    let expected = format!("text: {}\n", if is_old { old } else { new });
    let found = git.text(&["show", &format!("{tip}:prod/a.yaml")]) + "\n";
    assert!(found.contains(&expected), "no `{expected}` in {found}");
    is_old
}

#[test]
fn a_cut_at_any_request_leaves_the_old_commit_or_the_new_one() {
    let (mut old, mut cuts) = ("zero".to_owned(), 0);
    for fault in [Fault::Drop, Fault::LoseAnswer, Fault::Truncate(30)] {
        // A changed run takes five requests.
        for number in 1..=5 {
            let server = GitServer::start().with_token(TOKEN).filter(true).any_sha1(true);
            let repository = server.repository("manifests").with_files(&[("other/a", "x\n")]);
            publisher(&repository, "prod", &old).run().succeeded();
            let tip = repository.tip("main").expect("a tip");
            let new = format!("cut-{cuts}");
            let step = publisher(&repository, "prod", &new);
            let server = server.fault(number, fault.clone());
            let transcript = step.run();
            let is_old = assert_whole(&repository, &tip, (&old, &new));
            if transcript.result() == TaskResult::Failed {
                step.run().succeeded();
            } else {
                assert!(!is_old, "{transcript}");
            }
            assert_eq!(published(&repository, "prod"), new);
            assert_eq!(repository.log("main").len(), 3);
            repository.fsck();
            assert!(server.requests().len() > 9, "a run with other requests than this test knows");
            (old, cuts) = (new, cuts + 1);
        }
    }
}

#[test]
fn a_kill_at_any_moment_leaves_the_old_commit_or_the_new_one() {
    let (_server, repository) = served();
    let mut old = "zero".to_owned();
    publisher(&repository, "prod", &old).run().succeeded();
    let begun = Instant::now();
    publisher(&repository, "prod", "measured").run().succeeded();
    let (time, rounds) = (begun.elapsed(), many(12, 200));
    old.replace_range(.., "measured");
    let (mut before, mut after) = (0, 0);
    for round in 0..rounds {
        let new = format!("round-{round}");
        let step = publisher(&repository, "prod", &new);
        let tip = repository.tip("main").expect("a tip");
        let mut running = step.start();
        // Spread over the whole run in an order that is none.
        let share = (round * 7919 % rounds * 100) / rounds;
        std::thread::sleep(time * u32::try_from(share).expect("a share") / 100);
        running.kill();
        drop(running);
        if assert_whole(&repository, &tip, (&old, &new)) {
            before += 1;
        } else {
            after += 1;
        }
        step.run().succeeded();
        assert_eq!(published(&repository, "prod"), new);
        old = new;
    }
    assert_eq!(repository.log("main").len(), 3 + rounds);
    repository.fsck();
    println!("{before} kills left the old commit, {after} came after the new one");
    assert!(before > 0, "every run came to its end ({after})");
}
