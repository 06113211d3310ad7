//! Destinations that are folders of this machine.

use crate::it::product::{STATIC, TOKEN, publishing, step};
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

#[test]
fn a_branch_that_is_checked_out_is_not_moved() {
    let folder = tempfile::tempdir().expect("folder");
    let git = Git::within(folder.path());
    git.text(&["init", "--quiet", "--initial-branch=main", "."]);
    std::fs::write(folder.path().join("README.md"), "Read me.\n").expect("file");
    git.text(&["add", "--all"]);
    git.text(&["commit", "--quiet", "--message", "Begin"]);
    let agent = step().input("destinationRepository", &folder.path().to_string_lossy());
    Definition::new(STATIC).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E506"]);
    assert!(transcript.to_string().contains("checked out"), "{transcript}");
    assert_eq!(git.text(&["status", "--porcelain"]), "");

    let beside = agent.clone().input("destinationBranch", "manifests");
    beside.run().succeeded();
    let tree = folder.path().with_extension("linked");
    git.text(&["worktree", "add", "--quiet", &tree.to_string_lossy(), "manifests"]);
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")]).write(&agent.sources());
    assert_eq!(beside.run().failed().error_codes(), ["E506"]);
    std::fs::remove_dir_all(&tree).expect("work tree");

    git.text(&["config", "receive.denyCurrentBranch", "ignore"]);
    agent.run().succeeded();
}

#[test]
fn a_lock_that_was_left_behind_is_named() {
    let server = GitServer::start().may_stay_idle();
    let repository = server.repository("manifests").with_files(&[("README.md", "Read me.\n")]);
    let lock = repository.folder().join("refs/heads/main.lock");
    std::fs::write(&lock, "").expect("lock");
    let packs =
        || std::fs::read_dir(repository.folder().join("objects/pack")).expect("packs").count();
    let agent = step().input("destinationRepository", &repository.folder().to_string_lossy());
    Definition::new(STATIC).write(&agent.sources());
    let before = packs();
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E512"]);
    assert!(transcript.to_string().contains("refs/heads/main.lock"), "{transcript}");
    assert!(packs() <= before + 2, "{before} files of packs, then {}", packs());
    std::fs::remove_file(&lock).expect("lock");
    agent.run().succeeded();
}

#[test]
fn a_repository_with_other_object_names_is_refused() {
    let server = GitServer::start().with_token(TOKEN).may_stay_idle();
    let repository = server.repository("manifests");
    let made = |path: &std::path::Path| {
        std::fs::remove_dir_all(path).expect("folder");
        std::fs::create_dir_all(path).expect("folder");
        Git::within(path).text(&["init", "--quiet", "--bare", "--object-format=sha256", "."]);
        Git::within(path).text(&["config", "http.receivepack", "true"]);
    };
    made(repository.folder());
    let by_path = step().input("destinationRepository", &repository.folder().to_string_lossy());
    Definition::new(STATIC).write(&by_path.sources());
    for agent in [by_path, publishing(STATIC, &repository)] {
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), ["E514"], "{transcript}");
    }
}
