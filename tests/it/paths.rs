//! Paths in the destination that are special: links, submodules, other cases, other systems.

use std::path::Path;

use crate::it::product::{STATIC, paths, publishing, served};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::{Git, Repository};

const SOME_COMMIT: &str = "1234567890123456789012345678901234567890";

/// Commits to `main` of a repository whatever is done in a clone's folder and index.
fn commit(repository: &Repository, act: impl FnOnce(&Path, &Git)) {
    let folder = tempfile::tempdir().expect("folder");
    let git = Git::within(folder.path());
    git.text(&["clone", "--quiet", &repository.folder().to_string_lossy(), "."]);
    act(folder.path(), &git);
    git.text(&["commit", "--quiet", "--message", "By hand"]);
    git.text(&["push", "--quiet", "origin", "HEAD"]);
}

fn put_submodule(repository: &Repository, path: &str) {
    commit(repository, |_, git| {
        git.run(&["rm", "--quiet", "-r", "--cached", path]);
        let entry = format!("160000,{SOME_COMMIT},{path}");
        git.text(&["update-index", "--add", "--cacheinfo", &entry]);
    });
}

fn put_link(repository: &Repository, path: &str, target: &str) {
    commit(repository, |folder, git| {
        let link = folder.join(path);
        drop(std::fs::remove_file(&link));
        std::fs::create_dir_all(link.parent().expect("a folder")).expect("folder");
        std::os::unix::fs::symlink(target, &link).expect("link");
        git.text(&["add", "--all"]);
    });
}

fn kind(repository: &Repository, path: &str) -> String {
    let line = Git::within(repository.folder()).text(&["ls-tree", "main", path]);
    line.split(' ').next().unwrap_or_default().to_owned()
}

fn define_a(agent: &Agent, component: &str) {
    let text = format!("name: root\nsubcomponents:\n- {component}\n");
    Definition::new(&[("component.yaml", &text)]).write(&agent.sources());
}

#[test]
fn a_submodule_where_a_manifest_has_to_go_stops_the_run() {
    for path in ["prod", "prod/a.yaml"] {
        let (_server, repository) = served();
        put_submodule(&repository, path);
        let tip = repository.tip("main");
        let transcript = publishing(STATIC, &repository).input("prune", "environment").run();
        assert_eq!(transcript.failed().error_codes(), ["E702"]);
        assert_eq!(repository.tip("main"), tip);
    }
}

#[test]
fn links_and_submodules_beside_the_manifests_stay() {
    for prune in ["owned", "environment"] {
        let (_server, repository) = served();
        put_submodule(&repository, "prod/module");
        put_link(&repository, "prod/link", "../other");
        publishing(STATIC, &repository).input("prune", prune).run().succeeded();
        assert_eq!(kind(&repository, "prod/module"), "160000");
        assert_eq!(kind(&repository, "prod/link"), "120000");
        assert_eq!(kind(&repository, "prod/a.yaml"), "100644");
    }
}

#[test]
fn a_manifest_of_ours_that_became_a_link_is_neither_written_through_nor_removed() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    put_link(&repository, "prod/b.yaml", "../other/app.yaml");
    let other = repository.read("main", "other/app.yaml");
    assert_eq!(agent.run().failed().error_codes(), ["E702"]);
    define_a(&agent, "{name: a, type: static, path: a}");
    agent.run().succeeded();
    assert_eq!(kind(&repository, "prod/b.yaml"), "120000");
    assert_eq!(repository.read("main", "other/app.yaml"), other);
}

#[test]
fn a_manifest_that_changes_only_its_case_is_renamed() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    define_a(&agent, "{name: Web, type: static, path: a}");
    agent.run().succeeded();
    define_a(&agent, "{name: web, type: static, path: a}");
    let outputs = agent.run().succeeded().outputs().clone();
    assert_eq!((outputs["added"].as_str(), outputs["removed"].as_str()), ("1", "1"));
    let there = paths(&repository, "main", "prod/");
    assert_eq!(there, ["prod/.fabrikate-gitops.json", "prod/root.yaml", "prod/web.yaml"]);
    repository.fsck();
}

#[test]
fn a_folder_that_changes_only_its_case_is_renamed() {
    let (_server, repository) = served();
    let files = |name: &str| {
        let root = format!("name: root\nsubcomponents:\n- {{name: {name}, source: ./apps}}\n");
        Definition::new(&[("component.yaml", &root)])
    };
    let agent = publishing(STATIC, &repository);
    let apps = "name: apps\nsubcomponents:\n- {name: a, type: static, path: ../a}\n";
    Definition::new(&[("apps/component.yaml", apps)]).write(&agent.sources());
    for name in ["Apps", "apps"] {
        files(name).write(&agent.sources());
        agent.run().succeeded();
    }
    let there = paths(&repository, "main", "prod/");
    assert!(!there.iter().any(|path| path.contains("Apps")), "{there:?}");
    repository.fsck();
}

#[test]
fn new_paths_that_windows_has_no_file_for_are_refused() {
    for name in ["aux", "Con.d", "a:b", "what?", "com1"] {
        let (_server, repository) = served();
        let agent = publishing(STATIC, &repository);
        define_a(&agent, &format!("{{name: \"{name}\", type: static, path: a}}"));
        let tip = repository.tip("main");
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), ["E310"], "{name}");
        assert!(transcript.to_string().contains("cannot be checked out on Windows"));
        assert_eq!(repository.tip("main"), tip);
        // Nobody has to check out what is only rendered.
        agent.input("command", "render").input("outputDirectory", "../out").run().succeeded();
    }
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    define_a(&agent, "{name: auxiliary.com, type: static, path: a}");
    agent.run().succeeded();
}

#[test]
fn a_path_that_is_there_already_keeps_being_published() {
    let (_server, repository) = served();
    repository.commit_files("main", &[("prod/aux.yaml", "kind: Old\n")], "By script");
    let agent = publishing(STATIC, &repository).input("deletionLimit", "100%");
    define_a(&agent, "{name: aux, type: static, path: a}");
    agent.run().succeeded_with_issues();
    assert!(repository.read("main", "prod/aux.yaml").unwrap().contains("ConfigMap"));
}
