//! Destinations that are folders of this machine.

use crate::it::product::{STATIC, step};
use crate::support::definition::Definition;
use crate::support::git_server::{Git, GitServer};

#[test]
fn a_bare_repository_by_path_needs_no_token() {
    let server = GitServer::start().may_stay_idle();
    let repository = server.repository("manifests").with_files(&[("README.md", "Read me.\n")]);
    let folder = repository.folder().to_string_lossy().into_owned();
    for address in [folder.clone(), format!("file://{folder}")] {
        let agent = step().input("destinationRepository", &address);
        Definition::new(STATIC).write(&agent.sources());
        agent.run().succeeded();
    }
    assert_eq!(repository.log("main").len(), 2);
    assert_eq!(repository.read("main", "README.md").as_deref(), Some("Read me.\n"));
    repository.fsck();
    assert!(server.requests().is_empty());
}

#[test]
fn an_empty_folder_repository_gets_its_first_commit() {
    let folder = tempfile::tempdir().expect("folder");
    Git::within(folder.path()).text(&["init", "--quiet", "--bare", "--initial-branch=trunk", "."]);
    let agent = step().input("destinationRepository", &folder.path().to_string_lossy());
    Definition::new(STATIC).write(&agent.sources());
    assert_eq!(agent.run().succeeded().outputs()["branch"], "trunk");
    let log = Git::within(folder.path()).text(&["log", "--format=%s", "trunk"]);
    assert_eq!(log.lines().count(), 1);
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
}

#[test]
fn a_folder_that_is_no_repository_is_refused() {
    let folder = tempfile::tempdir().expect("folder");
    let agent = step().input("destinationRepository", &folder.path().to_string_lossy());
    Definition::new(STATIC).write(&agent.sources());
    assert_eq!(agent.run().failed().error_codes(), ["E504"]);
}
