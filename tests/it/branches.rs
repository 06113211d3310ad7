//! Several branches in one run, and branches that are not there.

use crate::it::product::{STATIC, TOKEN, publishing, served};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::{Git, GitServer, Repository};

/// A step whose environments go to branches of their own.
fn to_branches(repository: &Repository) -> Agent {
    publishing(STATIC, repository)
        .input("destinationBranch", "env/{environment}")
        .input("environments", "prod\ntest")
}

#[test]
fn nothing_is_pushed_while_something_speaks_against_one_of_the_branches() {
    let (_server, repository) = served();
    let agent = to_branches(&repository);
    agent.run().succeeded();
    repository.commit_files("env/test", &[("test/.fabrikate-gitops.json", "<<<\n")], "Break");
    let tips = [repository.tip("env/prod"), repository.tip("env/test")];
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")]).write(&agent.sources());
    assert_eq!(agent.run().failed().error_codes(), ["E704"]);
    assert_eq!([repository.tip("env/prod"), repository.tip("env/test")], tips);
}

#[test]
fn branches_that_were_pushed_before_a_failure_are_named() {
    let (_server, repository) = served();
    let agent = to_branches(&repository);
    agent.run().succeeded();
    let hook = "#!/bin/sh\n[ \"$1\" != refs/heads/env/test ] || { echo closed; exit 1; }\n";
    let path = repository.folder().join("hooks/update");
    std::fs::write(&path, hook).expect("hook");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&path, mode).expect("mode");
    let before = (repository.tip("env/prod"), repository.tip("env/test"));
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E506"]);
    assert!(transcript.to_string().contains("(pushed before that: env/prod)"), "{transcript}");
    assert_ne!(repository.tip("env/prod"), before.0);
    assert_eq!(repository.tip("env/test"), before.1);
}

#[test]
fn a_repository_without_a_usable_default_branch_needs_a_named_one() {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("manifests").with_files(&[("README.md", "Read me.\n")]);
    let git = Git::within(repository.folder());
    git.text(&["branch", "--move", "main", "trunk"]);
    git.text(&["symbolic-ref", "HEAD", "refs/heads/master"]);
    let agent = publishing(STATIC, &repository);
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E103"]);
    assert!(transcript.to_string().contains("has branches (trunk)"), "{transcript}");
    agent.clone().input("destinationBranch", "trunk").run().succeeded();
    let transcript = agent.input("destinationBranch", "new").run();
    let line = "The branch new is new, and has nothing else.";
    assert!(transcript.succeeded().to_string().contains(line), "{transcript}");
}

#[test]
fn a_new_branch_is_said_to_be_new() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository).input("destinationBranch", "manifests");
    let line = "The branch manifests is new, and begins where main is now.";
    assert!(agent.run().succeeded().to_string().contains(line));
    assert!(!agent.run().succeeded().to_string().contains(line));
}
