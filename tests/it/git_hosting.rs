//! The git server as a hosting service: permissions, policies, competitors.

use crate::it::fixtures::{Clone, exchange, panic_of, with_password};
use crate::support::git_server::{GitServer, Repository};

const POLICY: &str = "TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch. It's \"so\".";

fn filled(server: &GitServer) -> Repository {
    server.repository("contoso/platform/_git/manifests").with_files(&[("a", "1\n")])
}

#[track_caller]
fn refusal(repository: &Repository) -> String {
    let before = repository.tip("main");
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    let errors = clone.push().expect_err("a refusal");
    assert_eq!(repository.tip("main"), before);
    repository.fsck();
    errors
}

#[test]
fn a_read_only_server_refuses_before_the_push() {
    let server = GitServer::start().read_only();
    let repository = filled(&server);
    assert!(refusal(&repository).contains("403"));
    let server = server.imitating_azure();
    assert!(refusal(&repository).contains("403"));
    let answer = exchange(
        &server.url(),
        "GET /contoso/platform/_git/manifests/info/refs?service=git-receive-pack HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.contains("TF401027: You need the Git 'GenericContribute'"), "{answer}");
}

#[test]
fn a_refusal_carries_the_servers_words() {
    let server = GitServer::start().refusing(POLICY);
    let errors = refusal(&filled(&server));
    assert!(errors.contains(&format!("remote: {POLICY}")), "{errors}");
    assert!(errors.contains("(pre-receive hook declined)"), "{errors}");
}

#[test]
fn a_protected_branch_is_refused_and_others_are_not() {
    let server = GitServer::start();
    let repository = filled(&server);
    repository.protect("main", POLICY);
    repository.protect("release", "TF402455: not here either");
    let errors = refusal(&repository);
    assert!(errors.contains(&format!("remote: {POLICY}")), "{errors}");
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    clone.git().text(&["push", "--quiet", "origin", "HEAD:refs/heads/topic"]);
    let other = clone.git().run(&["push", "origin", "HEAD:refs/heads/release"]);
    assert!(other.errors.contains("remote: TF402455: not here either"), "{}", other.errors);
    assert_eq!(repository.branches(), ["main", "topic"]);
}

#[test]
fn a_reason_can_be_the_status_of_the_branch() {
    let server = GitServer::start();
    let repository = filled(&server);
    repository.protect_with_reason("main", POLICY);
    let errors = refusal(&repository);
    assert!(errors.contains(&format!("[remote rejected] HEAD -> main ({POLICY})")), "{errors}");
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    clone.git().text(&["push", "--quiet", "origin", "HEAD:refs/heads/topic"]);
    assert_eq!(repository.branches(), ["main", "topic"]);
}

#[test]
fn a_competitor_wins_as_often_as_planned() {
    let server = GitServer::start();
    let repository = filled(&server);
    let competitor = repository.clone();
    let server = server.racing(2, move |time| {
        competitor.commit_files("main", &[("race", &time.to_string())], &format!("Race {time}"));
    });
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    for _ in 0..2 {
        let errors = clone.push().expect_err("a lost race");
        assert!(errors.contains("[remote rejected]"), "{errors}");
        clone.git().text(&["pull", "--quiet", "--rebase"]);
    }
    clone.push().expect("a push");
    assert_eq!(repository.log("main"), ["Write b", "Race 2", "Race 1", "Begin"]);
    repository.fsck();
    drop(server);
}

#[test]
fn an_early_competitor_is_seen_by_the_client() {
    let server = GitServer::start();
    let repository = filled(&server);
    let competitor = repository.clone();
    let _server = server.racing_before_discovery(1, move |_| {
        competitor.commit_files("main", &[("race", "1")], "Race");
    });
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    let errors = clone.push().expect_err("a lost race");
    assert!(errors.contains("(fetch first)"), "{errors}");
    assert_eq!(repository.log("main"), ["Race", "Begin"]);
}

#[test]
fn a_race_that_nobody_ran_and_a_competitor_that_fails_fail_the_test() {
    let message = panic_of(|| drop(GitServer::start().may_stay_idle().racing(1, |_| {})));
    assert!(message.contains("planned and never happened"), "{message}");
    let server = GitServer::start().racing_before_discovery(1, |_| panic!("no repository"));
    let repository = filled(&server);
    let clone = Clone::of(repository.url());
    clone.commit("b", "2");
    clone.push().expect_err("a broken connection");
    let message = panic_of(|| drop(server));
    assert!(message.contains("the git server panicked: [\"no repository\"]"), "{message}");
}

#[test]
fn azure_has_its_own_words() {
    let server = GitServer::start().imitating_azure().with_token("t0ken-value");
    let repository = filled(&server);
    let get = |path: &str, password: &str| {
        let credentials = base64::Engine::encode(
            &base64::engine::general_purpose::STANDARD,
            format!(":{password}"),
        );
        exchange(
            &server.url(),
            &format!(
                "GET {path}/info/refs?service=git-upload-pack HTTP/1.1\r\nConnection: close\r\n\
                 Git-Protocol: version=2\r\nAuthorization: Basic {credentials}\r\n\r\n"
            ),
        )
    };
    let page = get("/contoso/platform/_git/manifests", "wrong");
    assert!(page.starts_with("HTTP/1.1 203 ") && page.contains("Sign In"), "{page}");
    let missing = get("/contoso/platform/_git/other", "t0ken-value");
    assert!(missing.starts_with("HTTP/1.1 404 ") && missing.contains("TF401019"), "{missing}");
    let oldest = get("/contoso/platform/_git/manifests", "t0ken-value");
    assert!(oldest.contains("multi_ack") && !oldest.contains("version 2"), "{oldest}");
    let clone = Clone::of(&with_password(repository.url(), "t0ken-value"));
    clone.commit("b", "2");
    clone.push().expect("a push");
    let server = GitServer::start().imitating_azure();
    filled(&server);
    let answer = exchange(
        &server.url(),
        "POST /contoso/platform/_git/manifests/git-upload-pack HTTP/1.1\r\n\
         Content-Length: 4\r\nConnection: close\r\n\r\n0000",
    );
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}
