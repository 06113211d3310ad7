//! Hooks: where they run, what they see, and how they end.

use std::path::Path;

use crate::it::product::{TOKEN, publishing, served, step};
use crate::support::agent::{Agent, TaskResult};
use crate::support::definition::{Definition, tree};
use crate::support::helm;

/// Returns a definition whose root is static and has a hook.
fn with_hook(hook: &str, command: &str) -> Vec<(&'static str, String)> {
    let command = command.replace('\'', "''");
    vec![
        (
            "component.yaml",
            format!("name: root\ntype: static\npath: m\nhooks:\n  {hook}:\n  - '{command}'\n"),
        ),
        ("config/prod.yaml", "{}\n".to_owned()),
        ("m/a.yaml", "kind: A\nmetadata: {name: a}\n".to_owned()),
    ]
}

fn written(agent: Agent, files: &[(&str, String)]) -> Agent {
    for (path, text) in files {
        Definition::default().file(path, text).write(&agent.sources());
    }
    agent
}

fn rendering(files: &[(&str, String)]) -> Agent {
    written(step().input("command", "render"), files)
}

#[test]
fn hooks_run_in_a_copy_and_the_checkout_stays_as_it_is() {
    let (_server, repository) = served();
    let command = "printf 'kind: Made\\nmetadata: {name: made}\\n' > m/b.yaml; rm component.yaml";
    let agent = written(publishing(&[], &repository), &with_hook("before-generate", command));
    let before = tree(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["objectCount"], "2");
    assert_eq!(tree(&agent.sources()), before);
    assert!(repository.read("main", "prod/root.yaml").unwrap().contains("kind: Made"));
    assert!(transcript.to_string().contains("Hook before-generate of component root: printf"));
}

#[test]
fn a_pipe_in_the_checkout_does_not_hold_the_copy_up() {
    let agent = rendering(&with_hook("before-generate", "touch ran"));
    let made = std::process::Command::new("mkfifo").arg(agent.sources().join("pipe")).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    agent.time_limit(std::time::Duration::from_mins(1)).run().succeeded();
}

#[test]
fn a_definition_in_a_folder_of_the_repository_reaches_its_neighbours() {
    let files = with_hook("before-generate", "cp ../shared/*.yaml m/");
    let agent = step().input("command", "render").input("definitionPath", "hld");
    for (path, text) in &files {
        Definition::default().file(&format!("hld/{path}"), text).write(&agent.sources());
    }
    Definition::new(&[("shared/s.yaml", "kind: Shared\n")]).write(&agent.sources());
    assert_eq!(agent.run().succeeded().outputs()["objectCount"], "2");
}

#[test]
fn a_hook_sees_path_and_what_is_named_and_nothing_else() {
    let folder = tempfile::tempdir().expect("folder");
    let seen = folder.path().join("seen");
    let files = with_hook("before-generate", &format!("env > {}", seen.display()));
    let agent = rendering(&files)
        .secret("ACCESS_TOKEN", TOKEN)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)")
        .system_access_token("job-token-81c")
        .variable("Chart.Version", "1.2.3")
        .variable("Other", "unseen-value")
        .input("hookEnvironment", "CHART_VERSION, MISSING");
    agent.run().succeeded();
    let seen = std::fs::read_to_string(seen).expect("what the hook saw");
    assert!(seen.contains("CHART_VERSION=1.2.3\n"), "{seen}");
    for text in [TOKEN, "job-token-81c", "unseen-value", "INPUT_", "BUILD_", "SYSTEM_", "AGENT_"] {
        assert!(!seen.contains(text), "{text}: {seen}");
    }
    for name in ["ACCESS_TOKEN", "input_accesstoken", "ENDPOINT_URL_X"] {
        let agent = rendering(&files).input("hookEnvironment", name);
        assert_eq!(agent.run().failed().error_codes(), ["E102"], "{name}");
    }
}

#[test]
fn a_hook_that_fails_ends_the_run_with_its_output() {
    let files = with_hook("before-generate", "echo on stdout; echo '##vso[x.y]z' >&2; exit 3");
    let transcript = rendering(&files).run();
    assert_eq!(transcript.failed().error_codes(), ["E320"]);
    let issue = transcript.issues().first().expect("an error");
    assert_eq!(issue.line(), Some(1));
    assert!(issue.message.contains("failed with status 3"), "{}", issue.message);
    assert!(transcript.to_string().contains("| on stdout\n  | # #vso[x.y]z"), "{transcript}");
    rendering(&with_hook("before-generate", "exit 0")).run().succeeded();
}

#[test]
fn hooks_can_be_switched_off_and_never_run_for_forks() {
    let files = with_hook("before-generate", "exit 1");
    rendering(&files).input("hooks", "none").run().succeeded();
    let fork = rendering(&files).pull_request(7).variable("System.PullRequest.IsFork", "True");
    fork.input("hooks", "all").run().succeeded_with_issues();
    let own = rendering(&files).pull_request(7).variable("System.PullRequest.IsFork", "False");
    assert_eq!(own.run().failed().error_codes(), ["E320"]);
}

#[test]
fn a_missing_shell_is_an_error() {
    let empty = tempfile::tempdir().expect("folder");
    let files = with_hook("before-generate", "true");
    let transcript = rendering(&files).path(&helm::without(empty.path())).run();
    assert_eq!(transcript.failed().error_codes(), ["E321"]);
}

#[test]
fn charts_are_rendered_as_they_were_before_later_hooks() {
    let component =
        "name: root\ntype: helm\npath: chart\nhooks:\n  after-generate: ['rm -r chart']\n";
    let files = [
        ("component.yaml", component),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: root\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", "kind: A\nmetadata: {name: a}\n"),
    ];
    let agent = step().input("command", "render").path(&helm::path());
    Definition::new(&files).write(&agent.sources());
    assert_eq!(agent.run().succeeded().outputs()["objectCount"], "1");
}

#[test]
fn a_cancelled_hook_ends_with_all_that_it_has_started() {
    let files = with_hook("before-generate", "sleep 79 & sleep 80");
    let agent = rendering(&files);
    let mut running = agent.start();
    let sleeps = |time: &'static str| {
        move |process: &crate::support::agent::Process| process.arguments.iter().any(|a| a == time)
    };
    running.wait_until(|processes| {
        processes.iter().any(sleeps("79")) && processes.iter().any(sleeps("80"))
    });
    running.interrupt();
    assert_eq!(running.wait().result(), TaskResult::Canceled);
    assert!(!is_running("sleep\u{0}79") && !is_running("sleep\u{0}80"));
}

/// Tells whether any process of the machine has these arguments.
fn is_running(arguments: &str) -> bool {
    let processes = std::fs::read_dir("/proc").expect("processes");
    processes.filter_map(Result::ok).any(|process| {
        let line = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&line).starts_with(arguments)
    })
}

#[test]
fn what_a_program_leaves_behind_does_not_hold_the_run_up() {
    let ends_soon = |agent: Agent| {
        let begun = std::time::Instant::now();
        agent.run().succeeded();
        assert!(begun.elapsed() < std::time::Duration::from_secs(40), "{:?}", begun.elapsed());
    };
    ends_soon(rendering(&with_hook("before-generate", "sleep 301 &")));
    assert!(!is_running("sleep\u{0}301"));
    // Out of reach, but not for ever.
    ends_soon(rendering(&with_hook("before-generate", "setsid sleep 45 &")));

    let folder = tempfile::tempdir().expect("folder");
    let script = "[ \"$1\" = version ] && { echo v3.17.3; exit; }\n\
                  sleep 302 &\nprintf 'kind: A\\nmetadata: {name: a}\\n'";
    helm::stand_in(folder.path(), script);
    let agent = step().input("command", "render").path(&helm::with(folder.path()));
    let chart = [
        ("component.yaml", "name: root\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
    ];
    Definition::new(&chart).write(&agent.sources());
    ends_soon(agent);
    assert!(!is_running("sleep\u{0}302"));
}

#[test]
fn endless_output_is_cut() {
    let files = with_hook("before-generate", "yes '##vso[x.y]' | head -c 40000000");
    let transcript = rendering(&files).run();
    transcript.succeeded();
    assert!(transcript.to_string().len() < 100_000);
}

#[test]
fn generate_runs_hooks_in_place() {
    let folder = tempfile::tempdir().expect("folder");
    for (path, text) in with_hook("after-generate", "touch made") {
        Definition::default().file(path, text).write(folder.path());
    }
    let output = std::process::Command::new(crate::it::product::executable())
        .arg("generate")
        .current_dir(folder.path())
        .output()
        .expect("the executable");
    assert!(output.status.success());
    assert!(Path::new(&folder.path().join("made")).is_file());
}
