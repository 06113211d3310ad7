//! Delivery by pull request to Azure DevOps: made, found again, brought up to date, closed.

use expect_test::expect;

use crate::it::product::{FOREIGN, STATIC, TOKEN, assert_foreign_files, paths, publishing, stable};
use crate::support::agent::{Agent, Transcript};
use crate::support::definition::Definition;
use crate::support::git_server::{GitServer, Repository};
use crate::support::hosting::{Hosting, Status};

pub(crate) const POLICY: &str = "TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.";

/// Returns a server that is an Azure DevOps Server, with a repository of others' files.
pub(crate) fn azure() -> (GitServer, Repository, Hosting) {
    let server = GitServer::start().with_token(TOKEN).imitating_azure();
    let repository = server.repository("contoso/platform/_git/manifests").with_files(FOREIGN);
    let (server, hosting) = Hosting::azure(server, &repository, TOKEN);
    (server, repository, hosting)
}

pub(crate) fn proposing(repository: &Repository) -> Agent {
    publishing(STATIC, repository)
        .input("delivery", "pullRequest")
        .input("pullRequestBranch", "deploy/{environment}")
}

/// Returns the code with which a step failed.
#[track_caller]
pub(crate) fn code(transcript: &Transcript) -> String {
    let issue = transcript.failed().issues().iter().find(|issue| issue.error).expect("an error");
    let (_, code) = issue.message.trim_end_matches(')').rsplit_once('(').expect("a code");
    code.to_owned()
}

/// Gives the definition another manifest.
fn changed(agent: &Agent, name: &str) {
    let text = format!("kind: ConfigMap\nmetadata: {{name: {name}}}\n");
    Definition::new(&[("a/config-map.yaml", &text)]).write(&agent.sources());
}

#[test]
fn a_pull_request_holds_the_manifests_and_says_what_changes() {
    let (_server, repository, hosting) = azure();
    let before = repository.tip("main");
    let agent = proposing(&repository).input("environments", "prod\ntest");
    let transcript = agent.run();
    transcript.succeeded();
    assert_eq!(repository.tip("main"), before);
    assert_foreign_files(&repository, "deploy/prod+test");
    assert_eq!(repository.log("deploy/prod+test").len(), 2);
    assert_eq!(
        paths(&repository, "deploy/prod+test", "prod/"),
        ["prod/.fabrikate-gitops.json", "prod/a.yaml", "prod/b.yaml", "prod/root.yaml"]
    );
    let [pull] = hosting.pulls().try_into().expect("one pull request");
    assert_eq!((pull.source.as_str(), pull.target.as_str()), ("deploy/prod+test", "main"));
    expect![[r#"
        Update manifests of prod, test: 6 added, 0 modified, 0 removed
        ---
        **`prod`**: 3 added, 0 modified, 0 removed

        - added `prod/a.yaml`
        - added `prod/b.yaml`
        - added `prod/root.yaml`

        **`test`**: 3 added, 0 modified, 0 removed

        - added `test/a.yaml`
        - added `test/b.yaml`
        - added `test/root.yaml`

        Definition: `https://dev.azure.com/contoso/platform/_git/definitions` at `1111111111111111111111111111111111111111`  
        Build: `20260305.7`, https://dev.azure.com/contoso/platform/_build/results?buildId=4242
    "#]].assert_eq(&format!("{}\n---\n{}\n", pull.title, pull.description));
    assert!(!pull.draft && pull.automatic.is_none() && pull.reviewers.is_empty());
    let outputs = transcript.outputs();
    assert_eq!(outputs["outcome"], "proposed");
    assert_eq!((outputs["changed"].as_str(), outputs["branch"].as_str()), ("true", "main"));
    assert_eq!(Some(&outputs["commitId"]), repository.tip("deploy/prod+test").as_ref());
    assert_eq!(outputs["pullRequestId"], "101");
    assert_eq!(outputs["pullRequestUrl"], format!("{}/pullrequest/101", repository.url()));
    expect![[r#"
        Fabrikate GitOps $VERSION
        Repository: http://127.0.0.1:$PORT/contoso/platform/_git/manifests
        ##[group]Definition
        Folder: $WORK/1/s
        prod: 3 components
        test: 3 components
        ##[endgroup]
        ##[group]Manifests
        prod: 2 objects in 3 files
        test: 2 objects in 3 files
        Rendered in $TIME s.
        ##[endgroup]
        ##[group]Destination
        Pushing $SHORT to the branch deploy/prod+test.
        Pull request 101 is new: http://127.0.0.1:$PORT/contoso/platform/_git/manifests/pullrequest/101
        ##[endgroup]
        Proposed in pull request 101: 6 files added, 0 modified, 0 removed.
        added = 6
        branch = main
        changed = true
        commitId = $COMMIT
        manifestDirectory = 
        modified = 0
        objectCount = 4
        outcome = proposed
        pullRequestId = 101
        pullRequestUrl = http://127.0.0.1:$PORT/contoso/platform/_git/manifests/pullrequest/101
        removed = 0
        summaryFile = $TEMP/fabrikate-gitops-$NAME.md
        result: Succeeded
    "#]].assert_eq(&stable(&transcript));
}

#[test]
fn the_same_manifests_leave_the_pull_request_alone_even_when_the_target_moves() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    let tip = repository.tip("deploy/prod");
    repository.commit_files("main", &[("other/app.yaml", "kind: Changed\n")], "Theirs");
    let calls = hosting.calls().len();
    let transcript = agent.variable("Build.BuildId", "4712").run();
    let outputs = transcript.succeeded().outputs();
    assert_eq!((outputs["outcome"].as_str(), outputs["changed"].as_str()), ("proposed", "false"));
    assert_eq!(outputs["pullRequestId"], "101");
    assert_eq!(repository.tip("deploy/prod"), tip);
    assert!(hosting.calls()[calls..].iter().all(|call| call.method == "GET"));
    assert!(transcript.to_string().contains("holds these manifests already"), "{transcript}");
}

#[test]
fn other_manifests_bring_it_up_to_date_on_the_targets_tip() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    let target = repository.commit_files("main", &[("new.yaml", "kind: New\n")], "Theirs");
    changed(&agent, "second");
    let transcript = agent.variable("Build.BuildId", "4712").run();
    let outputs = transcript.succeeded().outputs();
    assert_eq!((outputs["outcome"].as_str(), outputs["changed"].as_str()), ("proposed", "true"));
    assert_eq!(hosting.pulls().len(), 1);
    assert_eq!(repository.log("deploy/prod").len(), 3);
    assert!(repository.read("deploy/prod", "prod/a.yaml").unwrap().contains("second"));
    assert_eq!(repository.read("deploy/prod", "new.yaml").as_deref(), Some("kind: New\n"));
    assert_eq!(repository.tip("main"), Some(target));
    repository.fsck();
}

#[test]
fn what_the_target_gets_in_the_same_folder_is_taken_in() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    hosting.complete(101);
    changed(&agent, "second");
    agent.run().succeeded();
    repository.commit_files("main", &[("prod/extra.yaml", "kind: Extra\n")], "Theirs");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["changed"], "true");
    assert!(repository.read("deploy/prod", "prod/extra.yaml").is_some());
    let ids: Vec<_> = hosting.pulls().iter().map(|pull| (pull.id, pull.status)).collect();
    assert_eq!(ids, [(101, Status::Completed), (102, Status::Active)]);
}

#[test]
fn earlier_pull_requests_do_not_confuse_it() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    hosting.abandon(101);
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["pullRequestId"], "102");
    hosting.complete(102);
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "upToDate");
    assert_eq!(transcript.outputs()["pullRequestId"], "");
    changed(&agent, "second");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["pullRequestId"], "103");
    assert_eq!(repository.log("deploy/prod")[1..], repository.log("main")[..]);
    repository.fsck();
}

#[test]
fn a_pull_request_that_has_become_pointless_is_closed() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    hosting.complete(101);
    changed(&agent, "second");
    agent.run().succeeded();
    Definition::new(STATIC).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "upToDate");
    let last = hosting.pulls().pop().unwrap();
    assert_eq!((last.id, last.status), (102, Status::Abandoned));
    assert_eq!(last.comments.len(), 1);
    assert!(transcript.to_string().contains("Pull request 102 is closed"), "{transcript}");
}

#[test]
fn commits_of_others_in_the_branch_stay_below_ours() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    let theirs =
        repository.commit_files("deploy/prod", &[("prod/kustomization.yaml", "{}\n")], "By hand");
    let same = agent.run();
    assert_eq!(same.succeeded().outputs()["changed"], "false");
    assert_eq!(repository.tip("deploy/prod"), Some(theirs));
    for name in ["second", "third"] {
        changed(&agent, name);
        let transcript = agent.run();
        assert_eq!(transcript.succeeded().outputs()["changed"], "true");
        assert!(repository.read("deploy/prod", "prod/a.yaml").unwrap().contains(name));
    }
    assert_eq!(repository.log("deploy/prod")[2], "By hand");
    assert!(repository.read("deploy/prod", "prod/kustomization.yaml").is_some());
    assert_eq!(hosting.pulls().len(), 1);
    repository.fsck();
}

#[test]
fn a_pointless_pull_request_with_commits_of_others_is_left_open() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    hosting.complete(101);
    changed(&agent, "second");
    agent.run().succeeded();
    repository.commit_files("deploy/prod", &[("notes.md", "Mine\n")], "By hand");
    Definition::new(STATIC).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded_with_issues().outputs()["outcome"], "upToDate");
    assert!(transcript.to_string().contains("(W602)"), "{transcript}");
    assert_eq!(hosting.pulls()[1].status, Status::Active);
}

#[test]
fn manifests_that_somebody_changed_in_the_branch_are_not_written_over() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    let theirs = repository.commit_files("deploy/prod", &[("prod/a.yaml", "kind: Hand\n")], "Hand");
    let transcript = agent.run();
    assert_eq!(code(&transcript), "E604");
    assert_eq!(repository.tip("deploy/prod"), Some(theirs));
    assert_eq!(hosting.pulls()[0].status, Status::Active);
    // Once that is part of the target, it is what a push would write over too.
    hosting.complete(101);
    assert_eq!(agent.run().succeeded_with_issues().outputs()["pullRequestId"], "102");
}

#[test]
fn a_branch_of_others_without_a_pull_request_is_not_taken() {
    let (_server, repository, hosting) = azure();
    let theirs = repository.commit_files("deploy/prod", &[("work.txt", "mine\n")], "Work");
    let transcript = proposing(&repository).run();
    assert_eq!(code(&transcript), "E604");
    assert_eq!(repository.tip("deploy/prod"), Some(theirs));
    assert!(hosting.pulls().is_empty());
    let transcript = proposing(&repository).input("pullRequestBranch", "").run();
    transcript.succeeded();
    assert!(hosting.pulls()[0].source.starts_with("fabrikate-gitops/prod-"));
}

#[test]
fn a_branch_serves_one_set_of_environments() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository).input("pullRequestBranch", "deploy");
    agent.run().succeeded();
    let agent = agent.input("environments", "test");
    assert_eq!(code(&agent.run()), "E604");
    let agent =
        agent.input("environments", "prod\ntest").input("destinationBranch", "env/{environment}");
    assert_eq!(code(&agent.run()), "E104");
    let agent = agent.input("destinationBranch", "deploy");
    assert_eq!(code(&agent.run()), "E104");
    let agent = agent.input("destinationBranch", "missing");
    assert_eq!(code(&agent.run()), "E322");
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn an_older_run_leaves_the_proposal_of_a_newer_one() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository).variable("Build.BuildId", "50");
    agent.run().succeeded();
    let tip = repository.tip("deploy/prod");
    changed(&agent, "older");
    let agent = agent.variable("Build.BuildId", "49");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "superseded");
    assert_eq!(repository.tip("deploy/prod"), tip);
    let transcript = agent.input("allowOlder", "true").run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "proposed");
    assert_ne!(repository.tip("deploy/prod"), tip);
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn a_race_for_the_branch_is_repeated() {
    let (server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    changed(&agent, "second");
    let other = repository.clone();
    let _server = server.racing(1, move |_| {
        other.commit_files("deploy/prod", &[("notes.md", "Mine\n")], "By hand");
    });
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "proposed");
    assert_eq!(repository.log("deploy/prod")[1], "By hand");
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn a_refused_push_becomes_a_pull_request_and_another_refusal_an_error() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository).input("delivery", "auto");
    agent.run().succeeded();
    assert!(hosting.calls().is_empty());
    repository.protect("main", POLICY);
    changed(&agent, "second");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "proposed");
    assert!(transcript.to_string().contains("A pull request instead: a policy"), "{transcript}");
    assert_eq!(hosting.pulls().len(), 1);
    repository.protect("deploy/prod", "no");
    changed(&agent, "third");
    assert_eq!(code(&agent.run()), "E506");
    let before = repository.tip("deploy/prod");
    assert_eq!(code(&agent.input("delivery", "push").run()), "E505");
    assert_eq!(repository.tip("deploy/prod"), before);
}

#[test]
fn a_push_that_was_enough_closes_the_pull_request_before_it() {
    let (_server, repository, hosting) = azure();
    let agent = proposing(&repository);
    agent.run().succeeded();
    let transcript = agent.input("delivery", "auto").run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed");
    assert_eq!(hosting.pulls()[0].status, Status::Abandoned);
}

#[test]
fn a_plain_server_has_no_pull_requests() {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("manifests").with_files(FOREIGN);
    let agent = proposing(&repository);
    assert_eq!(code(&agent.run()), "E601");
    let agent = agent.input("delivery", "auto");
    agent.run().succeeded();
    repository.protect("main", POLICY);
    changed(&agent, "second");
    assert_eq!(code(&agent.run()), "E505");
    assert_eq!(repository.branches(), ["main"]);
    let calls = server.requests();
    assert!(calls.iter().all(|call| !call.target.contains("_apis")), "{calls:?}");
}
