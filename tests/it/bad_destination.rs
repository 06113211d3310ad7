//! Destinations that refuse, fail or are not there: each has a code, and nothing is half-pushed.

use expect_test::expect;

use crate::it::failing::{check, failing};
use crate::it::product::{STATIC, TOKEN, publishing, served, step, with_token};
use crate::support::definition::Definition;
use crate::support::git_server::{Fault, GitServer, Repository};

/// Returns a server, plain or imitating Azure DevOps, with a repository.
fn hosted(azure: bool) -> (GitServer, Repository) {
    let server = GitServer::start().with_token(TOKEN);
    let server = if azure { server.imitating_azure() } else { server };
    let repository = server.repository("manifests").with_files(&[("README.md", "x")]);
    (server, repository)
}

#[test]
fn a_wrong_token() {
    let wrong = |repository: &Repository| {
        let agent = step().secret("PAT", "wrong-token-55").input("accessToken", "$(PAT)");
        let agent = agent.input("destinationRepository", repository.url());
        Definition::new(STATIC).write(&agent.sources());
        agent
    };
    let (_server, repository) = hosted(false);
    check(
        &wrong(&repository),
        &repository,
        &expect![[r#"
        http://127.0.0.1:$PORT/manifests does not accept the token — the token is wrong, expired, revoked, or made for another organization: make a new one with the scope Code (Read & write) and store it in the secret variable (E502)
    "#]],
    );
    // Azure DevOps answers with its sign-in page.
    let (_server, repository) = hosted(true);
    assert_eq!(wrong(&repository).run().failed().error_codes(), ["E502"]);
}

#[test]
fn a_repository_that_does_not_exist() {
    let elsewhere = |server: &GitServer, repository: &Repository| {
        let agent = with_token(step(), repository)
            .input("destinationRepository", &format!("{}/nowhere", server.url()));
        Definition::new(STATIC).write(&agent.sources());
        agent
    };
    let (server, repository) = hosted(false);
    check(
        &elsewhere(&server, &repository),
        &repository,
        &expect![[r#"
        there is no repository at http://127.0.0.1:$PORT/nowhere — check the organization, the project and the repository in the input destinationRepository; a token without access to the repository sees the same answer (E504)
    "#]],
    );
    let (server, repository) = hosted(true);
    let transcript = elsewhere(&server, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E504"]);
    assert!(transcript.to_string().contains("TF401019"), "{transcript}");
}

#[test]
fn a_branch_policy() {
    let policy = "TF402455: Pushes to this branch are not permitted; you must use a pull request";
    let (server, repository) = served();
    let _server = server.refusing(policy);
    let transcript = failing(
        &publishing(STATIC, &repository),
        &repository,
        &expect![[r#"
            a policy of the branch main does not allow pushes to http://127.0.0.1:$PORT/manifests — let the token's owner bypass policies when pushing (the permission of that name on the branch), publish by pull request (`delivery: pullRequest` or `auto`), or to a branch without policies (E505)
        "#]],
    );
    assert!(transcript.to_string().contains(policy), "{transcript}");

    let (_server, repository) = served();
    repository.protect_with_reason("main", policy);
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E505"]);
    let beside = publishing(STATIC, &repository).input("destinationBranch", "free").run();
    assert_eq!(beside.succeeded().outputs()["outcome"], "pushed");
}

#[test]
fn a_missing_permission_and_other_refusals() {
    let missing =
        "TF401027: You need the Git 'GenericContribute' permission to perform this action";
    for (text, code) in [(missing, "E503"), ("no pushes on Fridays", "E506")] {
        let (server, repository) = served();
        let _server = server.refusing(text);
        let transcript = publishing(STATIC, &repository).run();
        assert_eq!(transcript.failed().error_codes(), [code]);
        assert!(transcript.to_string().contains(text), "{transcript}");
    }
    let server = GitServer::start().with_token(TOKEN).read_only();
    let repository = server.repository("manifests").with_files(&[("README.md", "x")]);
    check(
        &publishing(STATIC, &repository),
        &repository,
        &expect![[r#"
        the token may not write to http://127.0.0.1:$PORT/manifests — give the token the scope Code (Read & write), and its owner the permission Contribute on the branch (and Create branch where the branch is new) (E503)
    "#]],
    );
}

#[test]
fn a_destination_that_cannot_be_reached() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("port");
    let port = listener.local_addr().expect("address").port();
    drop(listener);
    let agent = publishing(STATIC, &repository)
        .input("destinationRepository", &format!("http://127.0.0.1:{port}/manifests"));
    check(
        &agent,
        &repository,
        &expect![[r#"
        http://127.0.0.1:$PORT/manifests cannot be reached — check the address, and that the agent reaches 127.0.0.1:$PORT (name resolution, firewall, proxy variables HTTPS_PROXY and NO_PROXY) (E501)
    "#]],
    );
}

#[test]
fn answers_that_are_not_gits() {
    let page = |request: &crate::support::http::Request| {
        let page = crate::support::http::Response::new(200);
        (request.path != "/").then(|| page.body("text/html", b"<html>##vso[task.complete]</html>"))
    };
    let (server, repository) = served();
    let _server = server.answering(page);
    check(
        &publishing(STATIC, &repository),
        &repository,
        &expect![[r#"
        http://127.0.0.1:$PORT/manifests does not answer as a git server: it shows a web page — check that the input destinationRepository is the address that the repository's Clone button shows, and that no proxy answers instead (E508)
    "#]],
    );

    let (server, repository) = served();
    let _server = server.fault_at("info/refs", 1, Fault::Truncate(60));
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes().len(), 1);
    let (server, repository) = served();
    let _server = server.fault_at("/git-upload-pack", 1, Fault::Truncate(100));
    let transcript = publishing(STATIC, &repository).run();
    assert!(["E501", "E508"].contains(&transcript.failed().error_codes()[0]), "{transcript}");
}

#[test]
fn a_redirect_to_another_host_gets_no_token() {
    let (other, _there) = served();
    let other = other.may_stay_idle();
    let (server, repository) = served();
    let target = format!("{}/manifests/info/refs?service=git-upload-pack", other.url());
    let _server = server.fault_at("info/refs", 1, Fault::redirect(&target));
    check(
        &publishing(STATIC, &repository),
        &repository,
        &expect![[r#"
        http://127.0.0.1:$PORT/manifests cannot be reached — tokens are not sent to another host; if http://127.0.0.1:$PORT/manifests/info/refs is right, use it as the address (E509)
    "#]],
    );
    assert_eq!(other.requests().len(), 0);

    let (server, repository) = served();
    let sign_in = "https://spsprodweu1.vssps.visualstudio.com/_signin?realm=dev.azure.com";
    let _server = server.fault_at("info/refs", 1, Fault::redirect(sign_in));
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E502"]);
}

#[test]
fn a_server_that_stays_busy() {
    let (server, repository) = served();
    let server = (1..=4).fold(server, |server, number| {
        server.fault_at("info/refs", number, Fault::retry_after(429, 1))
    });
    check(
        &publishing(STATIC, &repository),
        &repository,
        &expect![[r#"
        http://127.0.0.1:$PORT/manifests has too much to do — run the job again later (E510)
    "#]],
    );
    drop(server);
}

#[test]
fn a_server_that_fails() {
    for status in [500, 502, 504] {
        let (server, repository) = served();
        let _server = server.fault_at("info/refs", 1, Fault::status(status));
        publishing(STATIC, &repository).run().succeeded();
    }
    let (server, repository) = served();
    let _server = (1..=4)
        .fold(server, |server, number| server.fault_at("info/refs", number, Fault::status(502)));
    let transcript = failing(
        &publishing(STATIC, &repository),
        &repository,
        &expect![[r#"
            http://127.0.0.1:$PORT/manifests answers with status 502 — run the job again later (E510)
        "#]],
    );
    assert!(!transcript.to_string().contains("gives no reason"), "{transcript}");
}

#[test]
fn a_server_that_asks_for_a_token_that_is_not_to_be_sent() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository).input("authentication", "none");
    check(
        &agent,
        &repository,
        &expect![[r#"
            http://127.0.0.1:$PORT/manifests asks for a token, and none was sent — hand a token on as ACCESS_TOKEN in the step's `env:`, and leave the input authentication at `auto` (E106)
        "#]],
    );
}

#[test]
fn a_broken_connection_whose_outcome_stays_unknown() {
    let (server, repository) = served();
    let server = server.fault_at("/git-receive-pack", 1, Fault::LoseAnswer);
    // Any look at the refs after the push would tell.
    let looks = 2..=5;
    let _server = looks.fold(server, |server, number| {
        server.fault_at("service=git-receive-pack", number, Fault::status(500))
    });
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E513"]);
    let again = publishing(STATIC, &repository).run();
    assert_eq!(again.succeeded().outputs()["outcome"], "upToDate");
}
