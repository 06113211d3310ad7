//! What pull requests are given besides their commits, and hosts that are not well.

use serde_json::json;

use crate::it::product::{FOREIGN, STATIC, TOKEN, publishing};
use crate::it::pull_request::{azure, code, proposing};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::{Fault, GitServer, Repository};
use crate::support::hosting::{Hosting, Status};
use crate::support::http::Response;

const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const BEN: &str = "aaaaaaaa-0000-4000-8000-000000000002";

fn people(hosting: &Hosting) {
    hosting
        .person(ADA, "Ada Lovelace", "ada@contoso.example")
        .person(BEN, "Ben", "ben@contoso.example")
        .person("aaaaaaaa-0000-4000-8000-000000000003", "Ben Two", "two@contoso.example");
}

fn changed(agent: &Agent) {
    Definition::new(&[("a/config-map.yaml", "kind: ConfigMap\nmetadata: {name: changed}\n")])
        .write(&agent.sources());
}

fn github() -> (GitServer, Repository, Hosting) {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("contoso/manifests").with_files(FOREIGN);
    let (server, hosting) = Hosting::github(server, &repository, TOKEN);
    (server, repository, hosting)
}

#[test]
fn a_new_pull_request_has_all_that_was_asked_for() {
    let (_server, repository, hosting) = azure();
    people(&hosting);
    let agent = proposing(&repository)
        .input("pullRequestTitle", "Deploy {environment} ({buildNumber})")
        .input("pullRequestDescription", "By hand.\n\n{changes}")
        .input("reviewers", "Ben, ada@contoso.example")
        .input("requiredReviewers", "Ada Lovelace")
        .input("labels", "manifests\nautomated")
        .input("workItems", "#7 AB#8,9")
        .input("autoComplete", "true")
        .input("mergeStrategy", "squash")
        .input("deleteSourceBranch", "false");
    agent.run().succeeded();
    let pull = hosting.pulls().remove(0);
    assert_eq!(pull.title, "Deploy prod (20260305.7)");
    assert!(
        pull.description.starts_with("By hand.\n\n**`prod`**: 3 added"),
        "{}",
        pull.description
    );
    assert_eq!(pull.reviewers, [(ADA.to_owned(), true), (BEN.to_owned(), false)]);
    assert_eq!(pull.labels, ["manifests", "automated"]);
    assert_eq!(pull.work_items, ["7", "8", "9"]);
    let options = json!({"deleteSourceBranch": false, "mergeStrategy": "squash"});
    assert_eq!(pull.automatic, Some(options));
    assert!(!pull.draft);
}

#[test]
fn one_that_is_there_gets_what_it_lacks_and_keeps_what_people_gave_it() {
    let (_server, repository, hosting) = azure();
    people(&hosting);
    let agent = proposing(&repository).input("draft", "true").input("reviewers", BEN);
    let agent = agent.input("labels", "manifests").input("autoComplete", "true");
    agent.run().succeeded();
    let pull = hosting.pulls().remove(0);
    assert!(pull.draft && pull.automatic.is_none());
    changed(&agent);
    let agent = agent
        .input("draft", "false")
        .input("reviewers", "ada@contoso.example")
        .input("requiredReviewers", BEN)
        .input("labels", "Manifests, new")
        .input("workItems", "7");
    agent.run().succeeded();
    let pull = hosting.pulls().remove(0);
    assert!(pull.draft && pull.automatic.is_none());
    assert_eq!(pull.reviewers, [(BEN.to_owned(), true), (ADA.to_owned(), false)]);
    assert_eq!(pull.labels, ["manifests", "new"]);
    assert_eq!(pull.work_items, ["7"]);
}

#[test]
fn a_reviewer_who_is_nobody_or_several_stops_the_run_before_the_push() {
    let (_server, repository, hosting) = azure();
    people(&hosting);
    let agent = proposing(&repository).input("reviewers", "Nobody");
    assert_eq!(code(&agent.run()), "E603");
    let transcript = agent.input("reviewers", "Be").run();
    assert_eq!(code(&transcript), "E603");
    assert!(transcript.to_string().contains("Ben Two <two@contoso.example>"), "{transcript}");
    assert_eq!(repository.branches(), ["main"]);
}

#[test]
fn what_the_host_does_not_grant_is_a_warning() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository).input("autoComplete", "true");
    hosting.refuse("PATCH ", 403, "TF401027: You need PullRequestContribute ##vso[task.complete]");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded_with_issues().outputs()["outcome"], "proposed");
    let text = transcript.to_string();
    assert!(
        text.contains("auto-complete (TF401027: You need") && text.contains("(W601)"),
        "{text}"
    );
}

#[test]
fn a_refused_pull_request_names_the_branch_and_the_next_run_makes_it() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    hosting.refuse("POST ", 400, "TF401398: no");
    let transcript = agent.run();
    assert_eq!(code(&transcript), "E602");
    let text = transcript.to_string();
    assert!(
        text.contains("the branch deploy/prod was pushed") && text.contains("TF401398"),
        "{text}"
    );
    hosting.relent();
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["pullRequestId"], "101");
    assert_eq!(repository.log("deploy/prod").len(), 2);
}

#[test]
fn a_wrong_token_and_a_missing_permission_are_told_apart() {
    let (_server, repository, hosting) = azure();
    hosting.refuse("GET ", 401, "no");
    assert_eq!(code(&proposing(&repository).run()), "E502");
    hosting.relent();
    hosting.refuse("GET ", 403, "no");
    assert_eq!(code(&proposing(&repository).run()), "E503");
    assert_eq!(repository.branches(), ["main"]);
}

#[test]
fn an_answer_that_got_lost_does_not_make_a_second_pull_request() {
    let (server, repository, hosting) = azure();
    let wait = Response::new(429).header("Retry-After", "0");
    let server = server
        .fault_at("pullrequests?api-version", 1, Fault::Answer(wait))
        .fault_at("pullrequests?api-version", 2, Fault::LoseAnswer)
        .fault_at("searchCriteria", 1, Fault::Drop);
    let transcript = proposing(&repository).run();
    assert_eq!(transcript.succeeded().outputs()["pullRequestId"], "101");
    assert_eq!(hosting.pulls().len(), 1);
    drop(server);
}

#[test]
fn an_older_server_is_asked_in_its_own_version() {
    let (_server, repository, hosting) = azure();
    hosting.newest(6.0);
    proposing(&repository).run().succeeded();
    let calls = hosting.calls();
    assert!(calls[3..].iter().all(|call| call.target.contains("api-version=6.0")), "{calls:?}");
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn the_jobs_own_token_will_do() {
    let server = GitServer::start().with_bearer("job-token-0123456789").imitating_azure();
    let repository = server.repository("contoso/platform/_git/manifests").with_files(FOREIGN);
    let (server, hosting) = Hosting::azure(server, &repository, "job-token-0123456789");
    let agent = publishing(STATIC, &repository)
        .variable("System.CollectionUri", &format!("{}/contoso/", server.url()))
        .secret("System.AccessToken", "job-token-0123456789")
        .input("authentication", "systemAccessToken")
        .input("delivery", "pullRequest");
    agent.run().succeeded();
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn a_secret_of_the_job_is_in_no_pull_request() {
    let (server, repository, _hosting) = azure();
    let agent = proposing(&repository).input("pullRequestTitle", &format!("With {TOKEN}"));
    assert_eq!(code(&agent.run()), "E705");
    let _server = server.may_stay_idle();
}

#[test]
fn github_has_pull_requests_too() {
    let (_server, repository, hosting) = github();
    hosting.person("ada", "Ada", "ada@contoso.example").person("ben", "Ben", "");
    let agent = proposing(&repository)
        .input("requiredReviewers", "ada@contoso.example")
        .input("reviewers", "ben\ncontoso/release")
        .input("labels", "manifests")
        .input("workItems", "7")
        .input("autoComplete", "true")
        .input("mergeStrategy", "rebase");
    let transcript = agent.run();
    let outputs = transcript.succeeded().outputs();
    assert_eq!((outputs["outcome"].as_str(), outputs["pullRequestId"].as_str()), ("proposed", "1"));
    assert_eq!(outputs["pullRequestUrl"], format!("{}/pull/1", repository.url()));
    let pull = hosting.pulls().remove(0);
    let logins: Vec<_> = pull.reviewers.iter().map(|(login, _)| login.as_str()).collect();
    assert_eq!(logins, ["ada", "ben", "release"]);
    assert_eq!(
        (pull.labels, pull.automatic),
        (vec!["manifests".to_owned()], Some(json!("REBASE")))
    );
    assert!(pull.description.ends_with("\n\nAB#7"), "{}", pull.description);

    changed(&agent);
    agent.run().succeeded();
    assert_eq!(hosting.pulls().len(), 1);
    hosting.complete(1);
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
    Definition::new(STATIC).write(&agent.sources());
    assert_eq!(agent.run().succeeded().outputs()["pullRequestId"], "2");
    changed(&agent);
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
    let last = hosting.pulls().pop().unwrap();
    assert_eq!((last.status, last.comments.len()), (Status::Abandoned, 1));
}

#[test]
fn github_says_what_it_does_not_have() {
    let (_server, repository, hosting) = github();
    repository.commit_files("release", &[("README.md", "R\n")], "Release");
    let agent = proposing(&repository).input("mergeStrategy", "rebaseMerge");
    assert_eq!(code(&agent.run()), "E102");
    let agent = agent.input("mergeStrategy", "default").input("reviewers", "nobody");
    assert_eq!(code(&agent.run()), "E603");
    let agent = agent
        .input("reviewers", "")
        .input("destinationBranch", "release")
        .input("autoComplete", "true");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded_with_issues().outputs()["outcome"], "proposed");
    assert!(transcript.to_string().contains("Auto merge is not allowed"), "{transcript}");
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn a_description_fits_its_host() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    let mut root = "name: root\nsubcomponents:\n".to_owned();
    for number in 0..150 {
        root += &format!("- name: component-{number}\n  type: static\n  path: a\n");
    }
    Definition::new(&[("component.yaml", &root)]).write(&agent.sources());
    agent.run().succeeded();
    let description = hosting.pulls().remove(0).description;
    assert!(description.encode_utf16().count() <= 4000);
    assert!(description.contains("more files\n\nDefinition: `"), "{description}");
}

#[test]
fn inputs_of_pull_requests_are_checked_before_anything_else() {
    let (server, repository, _hosting) = azure();
    let _server = server.may_stay_idle();
    let wrong = [
        ("delivery", "mail"),
        ("pullRequestBranch", "a..b"),
        ("workItems", "7, x"),
        ("workItems", "0"),
        ("mergeStrategy", "fast"),
        ("draft", "maybe"),
    ];
    for (input, value) in wrong {
        assert_eq!(code(&proposing(&repository).input(input, value).run()), "E102", "{input}");
    }
}

#[test]
fn a_pull_request_that_would_delete_too_much_is_not_made() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.clone().input("delivery", "push").run().succeeded();
    let empty = [("a/config-map.yaml", "kind: Namespace\n"), ("b/config-map.yaml", "a: 1\n")];
    Definition::new(&empty).write(&agent.sources());
    assert_eq!(code(&agent.run()), "E706");
    assert_eq!(repository.branches(), ["main"]);
    assert!(hosting.pulls().is_empty());
    agent.input("deletionLimit", "100%").run().succeeded();
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn a_manifest_that_somebody_removed_from_the_branch_is_not_put_back() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    let theirs = repository.delete_files("deploy/prod", &["prod/a.yaml"], "Not yet");
    assert_eq!(code(&agent.run()), "E604");
    assert_eq!(repository.tip("deploy/prod"), Some(theirs));
    assert_eq!(hosting.pulls()[0].status, Status::Active);
}
