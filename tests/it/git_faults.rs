//! Faults on the way between a client and the git server.

use std::time::{Duration, Instant};

use crate::it::fixtures::{Clone, exchange, panic_of};
use crate::support::git_server::{Fault, GitServer, Repository};

fn served() -> (GitServer, Repository) {
    let server = GitServer::start();
    let repository = server.repository("manifests").with_files(&[("a", "1\n")]);
    (server, repository)
}

#[test]
fn a_status_comes_once_at_its_number() {
    let (server, repository) = served();
    let _server = server
        .fault(1, Fault::retry_after(429, 7))
        .fault(2, Fault::status(500))
        .fault_at("git-upload-pack", 4, Fault::status(503));
    let get =
        "GET /manifests/info/refs?service=git-upload-pack HTTP/1.1\r\nConnection: close\r\n\r\n";
    let answer = exchange(repository.url(), get);
    assert!(answer.starts_with("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n"), "{answer}");
    let errors = Clone::attempt(repository.url(), &[]).err().expect("a failure");
    assert!(errors.contains("500"), "{errors}");
    let errors = Clone::attempt(repository.url(), &[]).err().expect("a failure");
    assert!(errors.contains("503"), "{errors}");
    Clone::of(repository.url());
}

#[test]
fn a_redirection_leads_elsewhere() {
    let (other, there) = served();
    let (server, repository) = served();
    let target = format!("{}/info/refs?service=git-upload-pack", there.url());
    let server = server.fault_at("info/refs", 1, Fault::redirect(&target));
    Clone::of(repository.url());
    assert_eq!(server.requests().len(), 1);
    assert!(other.requests().len() > 1);
}

#[test]
fn a_dropped_connection_changes_nothing() {
    let (server, repository) = served();
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    // On a connection that it has used before, git tries a second time by itself.
    let server = server.fault_at("/git-receive-pack", 1, Fault::Drop);
    let server = server.fault_at("/git-receive-pack", 2, Fault::Drop);
    clone.push().expect_err("a broken connection");
    assert_eq!(repository.log("main"), ["Begin"]);
    assert_eq!(server.requests().last().map(|request| request.status), Some(0));
    clone.push().expect("a push");
    assert_eq!(repository.log("main"), ["Write b", "Begin"]);
}

#[test]
fn a_lost_answer_hides_what_was_done() {
    let (server, repository) = served();
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    let _server = server.fault_at("/git-receive-pack", 1, Fault::LoseAnswer);
    clone.push().expect_err("a broken connection");
    assert_eq!(repository.log("main"), ["Write b", "Begin"]);
    repository.fsck();
}

#[test]
fn a_truncated_answer_is_noticed() {
    let (server, repository) = served();
    let server = server.fault_at("info/refs", 1, Fault::Truncate(40));
    Clone::attempt(repository.url(), &[]).err().expect("a failure");
    assert_eq!(server.requests().last().map(|request| request.sent), Some(40));
    let server = server.fault_at("/git-upload-pack", 2, Fault::Truncate(150));
    let errors = Clone::attempt(repository.url(), &[]).err().expect("a failure");
    assert!(errors.contains("early EOF") || errors.contains("disconnect"), "{errors}");
    Clone::of(repository.url());
    drop(server);
}

#[test]
fn a_delay_is_only_a_delay() {
    let (server, repository) = served();
    let _server = server.fault(1, Fault::Delay(Duration::from_millis(300)));
    let begun = Instant::now();
    Clone::of(repository.url());
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn what_never_happens_fails_the_test() {
    let idle = panic_of(|| drop(GitServer::start()));
    assert_eq!(idle, "nobody called the git server");
    drop(GitServer::start().may_stay_idle());
    let (server, repository) = served();
    let server = server.fault(100, Fault::Drop).fault_at("info/refs", 1, Fault::Truncate(100_000));
    Clone::of(repository.url());
    let message = panic_of(|| drop(server));
    assert!(message.contains("planned and never happened"), "{message}");
    assert!(message.contains("Drop") && message.contains("Truncate(100000)"), "{message}");
}
