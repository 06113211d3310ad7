//! The git server as a plain git server, used by the real git.

use crate::it::fixtures::{Clone, exchange, panic_of, with_password};
use crate::support::git_server::{GitServer, Repository};
use crate::support::http::Response;

const FILES: &[(&str, &str)] =
    &[("README.md", "# Manifests\n"), ("prod/web.yaml", "kind: Service\n")];

fn token_server() -> (GitServer, Repository) {
    let server = GitServer::start().with_token("t0ken-value");
    let repository = server.repository("contoso/platform/_git/manifests").with_files(FILES);
    (server, repository)
}

#[test]
fn a_repository_is_cloned_pushed_and_read_back() {
    let (server, repository) = token_server();
    let clone = Clone::of(&with_password(repository.url(), "t0ken-value"));
    let first = repository.tip("main").expect("a commit");
    clone.commit("prod/web.yaml", "kind: Deployment\n");
    clone.push().expect("a push");
    repository.fsck();
    let tip = repository.tip("main").expect("a commit");
    assert_ne!(tip, first);
    assert_eq!(clone.git().text(&["rev-parse", "HEAD"]), tip);
    assert_eq!(repository.log("main"), ["Write prod/web.yaml", "Begin"]);
    assert_eq!(repository.message("main"), "Write prod/web.yaml");
    assert_eq!(repository.author("main"), "Competitor <competitor@contoso.example>");
    assert_eq!(repository.read("main", "prod/web.yaml").as_deref(), Some("kind: Deployment\n"));
    assert_eq!(repository.read("main", "prod/nothing.yaml"), None);
    let paths: Vec<String> = repository.tree("main").into_keys().collect();
    assert_eq!(paths, ["README.md", "prod/web.yaml"]);
    assert_eq!(repository.tree("main").get("README.md").expect("a file"), b"# Manifests\n");
    let request = server.requests().pop().expect("requests");
    assert_eq!((request.method.as_str(), request.status), ("POST", 200));
    assert!(request.target.ends_with("/manifests/git-receive-pack"), "{}", request.target);
    assert!(request.received > 100 && request.sent > 10, "{request:?}");
    assert!(request.headers.contains_key("authorization"));
}

#[test]
fn only_the_right_token_opens() {
    let (server, repository) = token_server();
    let refused = |url: &str| Clone::attempt(url, &[]).err().expect("a refusal");
    assert!(refused(repository.url()).contains("could not read Username"));
    let wrong = refused(&with_password(repository.url(), "t0ken"));
    assert!(wrong.contains("Authentication failed"), "{wrong}");
    assert!(server.requests().iter().all(|request| request.status == 401));
    let server = server.with_bearer("b3arer-value");
    let header = |value| ["-c".to_owned(), format!("http.extraHeader=Authorization: {value}")];
    for (value, opens) in [("Bearer b3arer-value", true), ("bearer other", false)] {
        let [option, setting] = header(value);
        let attempt = Clone::attempt(repository.url(), &[&option, &setting]);
        assert_eq!(attempt.is_ok(), opens, "{value}");
    }
    let answer = exchange(
        &server.url(),
        "GET /contoso/platform/_git/manifests/info/refs?service=git-upload-pack HTTP/1.1\r\nConnection: close\r\n\r\n",
    );
    assert!(answer.contains("WWW-Authenticate: Basic realm=\"git\""), "{answer}");
}

#[test]
fn reading_can_be_free_while_pushing_is_not() {
    let (server, repository) = token_server();
    let _server = server.anonymous();
    let clone = Clone::of(repository.url());
    clone.commit("a", "1");
    assert!(clone.push().expect_err("a refusal").contains("could not read Username"));
}

#[test]
fn without_a_token_everybody_may_push() {
    let server = GitServer::start();
    let repository = server.repository("team/my project.name").default_branch("release");
    assert_eq!((repository.tip("release"), repository.branches()), (None, vec![]));
    assert!(repository.url().ends_with("/team/my%20project.name"), "{}", repository.url());
    let clone = Clone::of(&format!("{}.git", repository.url()));
    clone.commit("a", "1");
    clone.push().expect("a push");
    assert_eq!(repository.branches(), ["release"]);
    repository.fsck();
}

#[test]
fn competitors_commit_and_delete() {
    let server = GitServer::start().may_stay_idle();
    let repository = server.repository("a").with_files(FILES);
    let commit = repository.commit_files("other", &[("x y/ü", "1\n2")], "Start\n\nbody");
    assert_eq!(repository.tip("other"), Some(commit));
    assert_eq!(repository.message("other"), "Start\n\nbody");
    repository.delete_files("main", &["prod"], "Remove prod");
    assert_eq!(repository.log("main"), ["Remove prod", "Begin"]);
    let paths: Vec<String> = repository.tree("main").into_keys().collect();
    assert_eq!(paths, ["README.md"]);
    assert_eq!(repository.branches(), ["main", "other"]);
    assert!(repository.folder().join("HEAD").is_file());
    std::fs::write(repository.folder().join("shallow"), "").expect("file");
    assert!(panic_of(|| repository.fsck()).contains("the history is cut off"));
}

#[test]
fn large_bodies_come_in_chunks_and_answers_are_streamed() {
    let server = GitServer::start();
    let repository = server.repository("large");
    let clone = Clone::of(repository.url());
    // Hardly compressible, but the same in every run.
    let mut state: u64 = 7;
    let noise = (0..400_000).flat_map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 16).to_le_bytes()
    });
    clone.commit("noise", noise.collect::<Vec<u8>>());
    clone.git().text(&["config", "http.postBuffer", "65536"]);
    clone.push().expect("a push");
    let pushes = server.requests();
    let push = pushes.last().expect("a push");
    assert_eq!(push.headers.get("transfer-encoding").map(String::as_str), Some("chunked"));
    assert!(push.received > 2_000_000, "{}", push.received);
    let before = pushes.len();
    Clone::of(repository.url());
    let sent: u64 = server.requests().iter().skip(before).map(|request| request.sent).sum();
    assert!(sent > 2_000_000, "{sent}");
    repository.fsck();
}

#[test]
fn compressed_requests_and_expectations_are_understood() {
    let server = GitServer::start();
    let repository = server.repository("many").with_files(FILES);
    for number in 0..40 {
        repository.commit_files(&format!("branch-{number}"), &[("n", &number.to_string())], "N");
    }
    Clone::of(repository.url());
    let encoding = |name: &str| {
        server.requests().iter().any(|request| {
            request.headers.get("content-encoding").is_some_and(|value| value == name)
        })
    };
    assert!(encoding("gzip"));
    let answer = exchange(
        &server.url(),
        "POST /many/git-upload-pack HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\
         Content-Type: application/x-git-upload-pack-request\r\nConnection: close\r\n\r\n0000",
    );
    assert!(answer.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"), "{answer}");
}

#[test]
fn parts_of_the_objects_are_given_only_when_allowed() {
    let server = GitServer::start();
    let repository = server.repository("parts").with_files(FILES);
    let first = repository.tip("main").expect("a commit");
    repository.commit_files("main", &[("new", "1")], "Second");
    let cloned = |options: &[&str]| {
        let clone = tempfile::tempdir().expect("folder");
        let git = crate::support::git_server::Git::within(clone.path());
        let base = ["-c", "protocol.version=0", "clone", "--bare", "--filter=blob:none"];
        let done = git.run(&[&base, options, &[repository.url(), "."]].concat());
        assert!(done.success, "{}", done.errors);
        done.errors.contains("filtering not recognized by server")
    };
    assert!(cloned(&[]));
    let clone = Clone::of(repository.url());
    let fetch = ["-c", "protocol.version=0", "fetch", "origin", &first];
    let fresh = |clone: &Clone| {
        clone.git().text(&["update-ref", "-d", "refs/remotes/origin/main"]);
        clone.git().text(&["init", "--quiet", "--bare", "fresh.git"]);
        let into = ["--git-dir=fresh.git", "-c", "protocol.version=0", "fetch", "--depth=1"];
        clone.git().run(&[&into[..], &[repository.url(), &first]].concat())
    };
    assert!(clone.git().run(&fetch).success, "git asks for nothing that it has");
    let refused = fresh(&clone);
    assert!(
        refused.errors.contains("not allow request for unadvertised object"),
        "{}",
        refused.errors
    );
    let _server = server.filter(true).any_sha1(true);
    assert!(!cloned(&[]));
    assert!(fresh(&clone).success);
}

#[test]
fn encrypted_connections_need_the_authority() {
    let server = GitServer::start().tls();
    let repository = server.repository("safe").with_files(FILES);
    assert!(repository.url().starts_with("https://127.0.0.1:"));
    assert!(Clone::attempt(repository.url(), &[]).is_err());
    let authority = format!("http.sslCAInfo={}", server.certificate_authority().display());
    let clone = Clone::attempt(repository.url(), &["-c", &authority]).expect("a clone");
    clone.commit("a", "1");
    clone.git().text(&["-c", &authority, "push", "--quiet", "origin", "HEAD"]);
    assert_eq!(repository.log("main"), ["Write a", "Begin"]);
    let message = panic_of(|| server.tls());
    assert!(message.contains("encrypt before"), "{message}");
}

#[test]
fn other_answers_come_before_git() {
    let server = GitServer::start().answering(|request| {
        let mine = request.path.starts_with("/_apis/") && request.body == b"{}";
        mine.then(|| Response::new(200).body("application/json", "{\"mine\":1}"))
    });
    let post = "POST /_apis/x HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    assert!(exchange(&server.url(), post).ends_with("\r\n\r\n{\"mine\":1}"));
    let get = "GET /_apis/x HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert!(exchange(&server.url(), get).starts_with("HTTP/1.1 404"));
    let climbing =
        "GET /%2e%2e/x/info/refs?service=git-upload-pack HTTP/1.1\r\nConnection: close\r\n\r\n";
    assert!(exchange(&server.url(), climbing).starts_with("HTTP/1.1 404"));
}
