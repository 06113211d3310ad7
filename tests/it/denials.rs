//! Hosts that do not let a run in: each reason has its code and its words, before any work.

use crate::it::product::{STATIC, TOKEN, publishing, with_token};
use crate::it::product::{served, step};
use crate::support::definition::Definition;
use crate::support::git_server::GitServer;
use crate::support::http::{Request, Response};

/// An answer as a host gives it, and what a person is told.
struct Case {
    repository: &'static str,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    kind: &'static str,
    body: &'static str,
    code: &'static str,
    said: &'static str,
}

const AZURE: &str = "contoso/platform/_git/manifests";
const OTHER: &str = "contoso/manifests";
const TEXT: &str = "text/plain; charset=utf-8";
const PAGE: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json; charset=utf-8";

const fn azure(status: u16, body: &'static str, code: &'static str, said: &'static str) -> Case {
    Case { repository: AZURE, status, headers: &[], kind: TEXT, body, code, said }
}

const fn other(status: u16, body: &'static str, code: &'static str, said: &'static str) -> Case {
    Case { repository: OTHER, status, headers: &[], kind: TEXT, body, code, said }
}

const CASES: &[Case] = &[
    // Azure DevOps.
    Case { kind: PAGE, ..azure(203, "<html>Sign In</html>", "E502", "does not accept the token") },
    azure(401, "", "E502", "does not accept the token"),
    azure(401, "Access Denied: The Personal Access Token used has expired.", "E502", "has expired"),
    azure(
        401,
        "TF400813: The user '5f1d1c6a-0000-0000-0000-000000000000' is not authorized to access this resource.",
        "E502",
        "does not know the token's owner",
    ),
    azure(
        403,
        "TF401444: Please sign-in at least once as x\\y in a web browser to enable access to the service.",
        "E503",
        "never signed in",
    ),
    azure(
        403,
        "VS403463: The conditional access policy defined by your Azure Active Directory administrator has failed.",
        "E516",
        "a policy of the organization",
    ),
    azure(
        403,
        "TF401027: You need the Git 'GenericRead' permission to perform this action.",
        "E503",
        "lacks the right Read",
    ),
    Case {
        kind: JSON,
        ..azure(
            404,
            r#"{"$id":"1","message":"TF401019: The Git repository with name or identifier manifests does not exist or you do not have permissions for the operation you are attempting.","typeKey":"GitRepositoryNotFoundException"}"#,
            "E504",
            "there is no repository",
        )
    },
    Case {
        kind: JSON,
        ..azure(
            404,
            r#"{"$id":"1","message":"TF200016: The following project does not exist: platform.","typeKey":"ProjectDoesNotExistWithNameException"}"#,
            "E504",
            "there is no project",
        )
    },
    Case { kind: PAGE, ..azure(404, "<html>404</html>", "E504", "there is no organization") },
    Case {
        headers: &[("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "NTLM")],
        ..azure(401, "", "E502", "only the sign-in of Windows")
    },
    Case {
        headers: &[("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", "Basic realm=\"tfs\"")],
        ..azure(401, "", "E502", "does not accept the token")
    },
    // GitHub.
    other(401, "Bad credentials", "E502", "does not accept the token"),
    other(
        403,
        "remote: Support for password authentication was removed on August 13, 2021.",
        "E502",
        "takes no passwords",
    ),
    other(403, "Write access to repository not granted.", "E503", "lacks a scope"),
    other(403, "Permission to contoso/manifests.git denied to robot.", "E503", "may not read"),
    other(403, "This repository was archived so it is read-only.", "E503", "is archived"),
    other(403, "Your account is suspended. Please visit our page.", "E502", "is disabled"),
    other(404, "Repository not found.", "E504", "there is no repository"),
    Case {
        headers: &[("X-GitHub-SSO", "required; url=https://evil.test/sso")],
        ..other(403, "The organization has enforced SAML SSO.", "E516", "Configure SSO")
    },
    other(
        403,
        "Although you appear to have the correct authorization credentials, the `contoso` organization has an IP allow list enabled.",
        "E516",
        "a policy of the organization",
    ),
    // GitLab and Bitbucket.
    other(401, "HTTP Basic: Access denied.", "E502", "does not accept the token"),
    other(403, "Your token has expired.", "E502", "has expired"),
    other(
        404,
        "The project you were looking for could not be found or you don't have permission to view it.",
        "E504",
        "there is no repository",
    ),
    other(
        403,
        "Your credentials lack one or more required privilege scopes.",
        "E503",
        "lacks a scope",
    ),
    other(
        403,
        "Bitbucket Cloud recently stopped supporting account passwords for Git authentication.",
        "E502",
        "takes no passwords",
    ),
];

impl Case {
    fn answer(&self) -> Response {
        let response = Response::new(self.status).body(self.kind, self.body);
        self.headers.iter().fold(response, |response, (name, value)| response.header(name, value))
    }
}

#[test]
fn every_answer_that_says_no_is_told_apart() {
    for case in CASES {
        let answer = case.answer();
        let server = GitServer::start().answering(move |_: &Request| Some(answer.clone()));
        let repository = server.repository(case.repository);
        // The definition is not even there: nothing is worked on before the server lets us in.
        let transcript = with_token(step(), &repository).run();
        let body = case.body;
        assert_eq!(transcript.failed().error_codes(), [case.code], "{body}\n{transcript}");
        let message = &transcript.issues()[0].message;
        assert!(message.contains(case.said), "{body}\n{message}");
        assert_eq!(server.requests().len(), 1, "{body}");
    }
}

#[test]
fn single_sign_on_has_a_page() {
    let (server, repository) = served();
    let page = format!("{}/orgs/contoso/sso?authorization_request=A1", server.url());
    let header = format!("required; url={page}");
    let server = server.answering(move |_: &Request| {
        let response = Response::new(403).header("X-GitHub-SSO", &header);
        Some(response.body(TEXT, "The organization has enforced SAML SSO."))
    });
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E516"]);
    assert!(transcript.issues()[0].message.contains(&page), "{transcript}");
    drop(server);
}

#[test]
fn a_right_that_a_push_lacks_is_named() {
    for (right, said) in [
        ("GenericContribute", "it lacks the right Contribute "),
        ("CreateBranch", "it lacks the right Create branch "),
        ("x]##vso[task.complete]", "may not push to the branch main"),
    ] {
        let (server, repository) = served();
        let words =
            format!("TF401027: You need the Git '{right}' permission to perform this action.");
        let _server = server.refusing(&words);
        let transcript = publishing(STATIC, &repository).run();
        assert_eq!(transcript.failed().error_codes(), ["E503"]);
        assert!(transcript.issues()[0].message.contains(said), "{transcript}");
    }
}

#[test]
fn a_branch_that_was_replaced_meanwhile_is_asked_for_again() {
    let server = GitServer::start().with_token(TOKEN).any_sha1(false);
    let repository = server.repository("manifests").with_files(&[("README.md", "x")]);
    let agent = with_token(step(), &repository);
    Definition::new(STATIC).write(&agent.sources());
    let there = repository.clone();
    // Between the first look and the fetch the branch begins anew, without its old commits.
    let once = std::sync::atomic::AtomicBool::new(true);
    let _server = server.answering(move |request: &Request| {
        let fetching = request.path.ends_with("/git-upload-pack");
        if fetching && once.swap(false, std::sync::atomic::Ordering::SeqCst) {
            there.begin_anew("main", &[("README.md", "y")]);
        }
        None
    });
    agent.run().succeeded();
    assert_eq!(repository.read("main", "README.md").as_deref(), Some("y"));
}
