//! The hosting services that the tests have: they behave as the documents of the real ones say.

use serde_json::{Value, json};

use crate::it::fixtures::exchange;
use crate::it::product::TOKEN;
use crate::support::git_server::{Git, GitServer, Repository};
use crate::support::hosting::{Hosting, Status};

const PULLS: &str = "/contoso/6302cb6f-c9d9-44c2-ae60-84eff8845059/_apis/git/repositories/0b7f3c2e-1d0a-4a57-9d55-1f6f4b2a9c11/pullrequests";

fn azure() -> (GitServer, Repository, Hosting) {
    let server = GitServer::start().with_token(TOKEN).imitating_azure();
    let repository =
        server.repository("contoso/platform/_git/manifests").with_files(&[("a", "1\n")]);
    let (server, hosting) = Hosting::azure(server, &repository, TOKEN);
    (server, repository, hosting)
}

/// Calls and returns the status and the JSON of the answer.
fn call(server: &GitServer, (method, target): (&str, &str), body: &Value) -> (u16, Value) {
    let body = body.to_string();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nAuthorization: Bearer {TOKEN}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let answer = exchange(&server.url(), &request);
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("status");
    let (_, body) = answer.split_once("\r\n\r\n").expect("body");
    (status, serde_json::from_str(body).unwrap_or(Value::Null))
}

#[test]
fn azure_makes_one_pull_request_for_two_branches() {
    let (server, repository, hosting) = azure();
    let target = format!("{PULLS}?api-version=7.1");
    let body = json!({
        "sourceRefName": "refs/heads/b", "targetRefName": "refs/heads/main", "title": "T",
    });
    let create = || call(&server, ("POST", &target), &body);
    assert_eq!(create().0, 400);
    repository.commit_files("b", &[("b", "2\n")], "B");
    assert_eq!(create().0, 201);
    let (status, answer) = create();
    assert_eq!(status, 409);
    assert!(answer["message"].as_str().unwrap().starts_with("TF401179"));
    let search = format!("{PULLS}?searchCriteria.sourceRefName=refs%2Fheads%2Fb&api-version=7.1");
    let (_, found) = call(&server, ("GET", &search), &Value::Null);
    assert_eq!(found["value"][0]["pullRequestId"], 101);
    hosting.abandon(101);
    assert_eq!(call(&server, ("GET", &search), &Value::Null).1["count"], 0);
    assert_eq!(hosting.pulls()[0].status, Status::Abandoned);
}

#[test]
fn azure_refuses_long_texts_and_unknown_versions() {
    let (server, repository, _hosting) = azure();
    repository.commit_files("b", &[("b", "2\n")], "B");
    let body = |length| {
        json!({
            "sourceRefName": "refs/heads/b", "targetRefName": "refs/heads/main", "title": "T",
            "description": "x".repeat(length),
        })
    };
    let create = |version: &str, length| {
        let target = format!("{PULLS}?api-version={version}");
        call(&server, ("POST", &target), &body(length)).0
    };
    assert_eq!([create("7.1", 4001), create("9.0", 1), create("7.1", 4000)], [400, 400, 201]);
    let answer =
        exchange(&server.url(), &format!("GET {PULLS} HTTP/1.1\r\nConnection: close\r\n\r\n"));
    assert!(answer.starts_with("HTTP/1.1 203") && answer.contains("Sign In"), "{answer}");
}

#[test]
fn a_completed_pull_request_is_one_commit_of_its_target() {
    let (server, repository, hosting) = azure();
    Git::within(repository.folder()).text(&["branch", "b", "main"]);
    repository.commit_files("b", &[("b", "2\n")], "B");
    let target = format!("{PULLS}?api-version=7.1");
    let body = json!({
        "sourceRefName": "refs/heads/b", "targetRefName": "refs/heads/main", "title": "T",
    });
    assert_eq!(call(&server, ("POST", &target), &body).0, 201);
    repository.commit_files("main", &[("c", "3\n")], "C");
    hosting.complete(101);
    assert_eq!(repository.tree("main").into_keys().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(repository.log("main")[0], "T");
    repository.fsck();
}

#[test]
fn github_wants_a_bearer_and_changes() {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("contoso/manifests").with_files(&[("a", "1\n")]);
    let (server, hosting) = Hosting::github(server, &repository, TOKEN);
    let answer = exchange(
        &server.url(),
        "GET /api/v3/repos/contoso/manifests HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    let body = json!({"head": "b", "base": "main", "title": "T", "body": "D"});
    let create = || call(&server, ("POST", "/api/v3/repos/contoso/manifests/pulls"), &body).0;
    assert_eq!(create(), 422);
    repository.commit_files("b", &[("b", "2\n")], "B");
    assert_eq!((create(), create()), (201, 422));
    assert_eq!(hosting.pulls()[0].description, "D");
}
