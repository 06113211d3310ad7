//! Cancelling: soon, cleanly, and never half-way.

use std::time::Duration;

use crate::it::product::{STATIC, assert_foreign_files, publishing, served};
use crate::support::agent::{Agent, TaskResult};
use crate::support::git_server::Fault;
use crate::support::helm;

/// Asserts that a cancelled step left no file of its own behind.
#[track_caller]
fn assert_clean(agent: &Agent) {
    let left: Vec<_> = std::fs::read_dir(agent.temp())
        .expect("temp")
        .map(|entry| entry.expect("entry").file_name())
        .filter(|name| name.to_string_lossy().starts_with("fabrikate-gitops-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_step_that_waits_for_the_server_stops_at_the_first_signal() {
    let (server, repository) = served();
    let _server = server.fault_at("info/refs", 1, Fault::Delay(Duration::from_secs(8)));
    let agent = publishing(STATIC, &repository);
    let mut running = agent.start();
    running.wait_for("Repository:");
    // Until the request is on its way.
    std::thread::sleep(Duration::from_millis(500));
    let begun = std::time::Instant::now();
    running.interrupt();
    let transcript = running.wait();
    assert_eq!(transcript.result(), TaskResult::Canceled);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_foreign_files(&repository, "main");
    assert_eq!(repository.log("main").len(), 1);
    assert_clean(&agent);
}

#[test]
fn a_program_that_was_started_stops_with_the_step() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let folder = tempfile::tempdir().expect("folder");
    helm::stand_in(folder.path(), "[ \"$1\" = version ] && { echo v3.17.3; exit; }\nexec sleep 77");
    let chart = [
        ("component.yaml", "name: root\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
    ];
    let agent = publishing(&chart, &repository)
        .input("chartEngine", "helm")
        .path(&helm::with(folder.path()));
    let mut running = agent.start();
    running.wait_until(|processes| {
        processes.iter().any(|process| process.arguments.iter().any(|a| a == "77"))
    });
    running.terminate();
    let transcript = running.wait();
    assert_eq!(transcript.result(), TaskResult::Canceled);
    assert_clean(&agent);
}

#[test]
fn a_chart_that_takes_long_does_not_hold_up_the_end() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let loops = "{{ range until 1000 }}{{ range until 1000 }}{{ range until 90 }}{{ end }}{{ end }}{{ end }}";
    let chart = [
        ("component.yaml", "name: root\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", loops),
    ];
    let agent = publishing(&chart, &repository).input("chartEngine", "builtin");
    let mut running = agent.start();
    running.wait_for("##[group]Charts");
    let begun = std::time::Instant::now();
    running.terminate();
    let transcript = running.wait();
    assert_eq!(transcript.result(), TaskResult::Canceled);
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert_clean(&agent);
}
