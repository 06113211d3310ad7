//! What is ours in the destination, and what is not.

use std::path::Path;

use crate::it::product::{STATIC, TOKEN, assert_foreign_files, paths, publishing, served};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::{Git, GitServer, Repository};

/// Commits something to a repository with the real git.
fn commit(repository: &Repository, act: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("folder");
    let git = Git::within(folder.path());
    git.text(&["clone", "--quiet", &repository.folder().to_string_lossy(), "."]);
    act(folder.path());
    git.text(&["add", "--all"]);
    git.text(&["commit", "--quiet", "--message", "By hand"]);
    git.text(&["push", "--quiet", "origin", "HEAD"]);
}

#[test]
fn files_of_an_earlier_tool_are_adopted_and_those_beside_them_stay() {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("manifests").with_files(&[
        ("prod/a.yaml", "written by the old script\n"),
        ("prod/old.yaml", "no longer rendered\n"),
    ]);
    let transcript = publishing(STATIC, &repository).run();
    let codes: Vec<_> = transcript.issues().iter().map(|issue| issue.code()).collect();
    assert_eq!(codes, [Some("W501")]);
    transcript.succeeded_with_issues();
    assert!(repository.read("main", "prod/a.yaml").unwrap().contains("kind: ConfigMap"));
    assert_eq!(repository.read("main", "prod/old.yaml").unwrap(), "no longer rendered\n");
}

#[test]
fn identical_files_of_an_earlier_tool_become_ours_without_a_change() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    repository.delete_files("main", &["prod/.fabrikate-gitops.json"], "Lose the inventory");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["modified"], "0");
    assert!(repository.read("main", "prod/.fabrikate-gitops.json").is_some());
}

#[test]
fn a_file_that_is_not_ours_stops_the_run() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    repository.commit_files("main", &[("prod/c.yaml", "somebody else's\n")], "Add");
    agent.run().succeeded();
    let tip = repository.tip("main");
    let with_c = "name: root\nsubcomponents:\n- name: c\n  type: static\n  path: a\n";
    Definition::new(&[("component.yaml", with_c)]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E702"]);
    assert!(transcript.to_string().contains("prod/c.yaml"), "{transcript}");
    assert_eq!(repository.tip("main"), tip);
}

#[test]
fn links_in_the_destination_are_neither_followed_nor_written() {
    let (_server, repository) = served();
    commit(&repository, |folder| {
        std::os::unix::fs::symlink("other", folder.join("prod")).expect("link");
    });
    let tip = repository.tip("main");
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E702"]);
    assert_eq!(repository.tip("main"), tip);

    let repository = served_with_link();
    let tip = repository.1.tip("main");
    let transcript = publishing(STATIC, &repository.1).run();
    assert_eq!(transcript.failed().error_codes(), ["E702"]);
    assert_eq!(repository.1.tip("main"), tip);
}

fn served_with_link() -> (GitServer, Repository) {
    let (server, repository) = served();
    commit(&repository, |folder| {
        std::fs::create_dir(folder.join("prod")).expect("folder");
        std::os::unix::fs::symlink("/etc/passwd", folder.join("prod/a.yaml")).expect("link");
    });
    (server, repository)
}

#[test]
fn edits_by_hand_are_named_and_written_over() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    repository.commit_files("main", &[("prod/a.yaml", "replicas: 99\n")], "Scale by hand");
    let transcript = agent.run();
    transcript.succeeded_with_issues();
    let issue = transcript.issues().first().expect("a warning");
    assert_eq!(issue.code(), Some("W502"));
    assert!(issue.message.contains("prod/a.yaml"), "{}", issue.message);
    assert!(repository.read("main", "prod/a.yaml").unwrap().contains("kind: ConfigMap"));
}

#[test]
fn a_destinations_gitignore_has_no_effect() {
    let (_server, repository) = served();
    repository.commit_files("main", &[(".gitignore", "*.yaml\nprod\n")], "Ignore");
    publishing(STATIC, &repository).run().succeeded();
    assert_eq!(paths(&repository, "main", "prod/").len(), 4);
}

#[test]
fn an_environment_that_renders_to_nothing_is_refused() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    let tip = repository.tip("main");
    Definition::new(&[("component.yaml", "name: root\n")]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E701"]);
    assert_eq!(repository.tip("main"), tip);

    // One object less is no reason to stop.
    let one = "name: root\nsubcomponents:\n- name: a\n  type: static\n  path: a\n";
    Definition::new(&[("component.yaml", one)]).write(&agent.sources());
    agent.run().succeeded();
}

#[test]
fn files_without_objects_do_not_count_where_an_environment_is_emptied() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    for name in ["a", "b"] {
        std::fs::remove_file(agent.sources().join(name).join("config-map.yaml")).expect("file");
        Definition::new(&[(&format!("{name}/README.md"), "# Nothing\n\nIs left here.\n")])
            .write(&agent.sources());
    }
    assert_eq!(agent.run().failed().error_codes(), ["E701"]);

    // An inventory that does not say how many objects there are has files.
    let inventory = repository.read("main", "prod/.fabrikate-gitops.json").unwrap();
    let untold = inventory.replace("  \"objects\": 2,\n", "");
    assert_ne!(inventory, untold);
    repository.commit_files("main", &[("prod/.fabrikate-gitops.json", &untold)], "Forget");
    assert_eq!(agent.run().failed().error_codes(), ["E701"]);

    Definition::new(&[STATIC[3]]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["objectCount"], "1");
}

#[test]
fn a_file_of_somebody_else_stays_that_though_it_is_like_ours() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    let with_c = "name: root\nsubcomponents:\n- name: a\n  type: static\n  path: a\n\
        - name: c\n  type: static\n  path: a\n";
    let alike = repository.read("main", "prod/a.yaml").unwrap();
    repository.commit_files("main", &[("prod/c.yaml", &alike)], "Add");
    Definition::new(&[("component.yaml", with_c)]).write(&agent.sources());
    agent.run().succeeded();
    let without_c = "name: root\nsubcomponents:\n- name: a\n  type: static\n  path: a\n";
    Definition::new(&[("component.yaml", without_c)]).write(&agent.sources());
    agent.run().succeeded();
    assert_eq!(repository.read("main", "prod/c.yaml"), Some(alike));
}

#[test]
fn the_folder_of_another_definition_is_refused() {
    let (_server, repository) = served();
    publishing(STATIC, &repository).run().succeeded();
    let other = publishing(STATIC, &repository)
        .variable("Build.Repository.Uri", "https://dev.azure.com/contoso/p/_git/another");
    Definition::new(&[("a/config-map.yaml", "kind: Other\n")]).write(&other.sources());
    let transcript = other.clone().run();
    assert_eq!(transcript.failed().error_codes(), ["E703"]);
    let beside = other.input("destinationPath", "another");
    beside.run().succeeded();
    assert_foreign_files(&repository, "main");
}

#[test]
fn an_inventory_that_cannot_be_read_stops_the_run() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    repository.commit_files("main", &[("prod/.fabrikate-gitops.json", "<<<<<<<\n")], "Merge");
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E704"]);
}

#[test]
fn a_forged_inventory_takes_nothing_from_others() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    let inventory = repository.read("main", "prod/.fabrikate-gitops.json").unwrap();
    let forged = inventory.replace(
        "\"files\": {",
        "\"files\": {\n    \"../README.md\": \"1111111111111111111111111111111111111111\",\n    \"/other/app.yaml\": \"1\",",
    );
    repository.commit_files("main", &[("prod/.fabrikate-gitops.json", &forged)], "Forge");
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")]).write(&agent.sources());
    agent.run().succeeded();
    assert_foreign_files(&repository, "main");
}

#[test]
fn environments_of_one_definition_leave_each_other_alone() {
    let (_server, repository) = served();
    publishing(STATIC, &repository).run().succeeded();
    let test = publishing(STATIC, &repository).input("environments", "test");
    test.run().succeeded();
    assert_eq!(paths(&repository, "main", "prod/").len(), 4);
    assert_eq!(paths(&repository, "main", "test/").len(), 4);
}

/// A step that publishes one static component's manifest by a reference, to a folder.
fn nested(repository: &Repository, kind: &str, folder: &str) -> Agent {
    let (path, definition) = folder.split_once('|').expect("a folder and a definition");
    let manifest = format!("kind: {kind}\n");
    let files = [
        (
            "apps/component.yaml",
            "name: apps\nsubcomponents:\n- name: a\n  type: static\n  path: a\n",
        ),
        ("apps/a/a.yaml", manifest.as_str()),
        ("component.yaml", "name: root\nsubcomponents:\n- name: apps\n  source: ./apps\n"),
        ("config/prod.yaml", "{}\n"),
        ("config/apps.yaml", "{}\n"),
        ("apps/config/apps.yaml", "{}\n"),
    ];
    publishing(&files, repository)
        .input("destinationPath", path)
        .input("definitionPath", definition)
}

#[test]
fn files_that_an_inventory_around_or_within_the_folder_lists_belong_to_it() {
    for inner_first in [true, false] {
        let (_server, repository) = served();
        let outer = nested(&repository, "Outer", "|.").input("environments", "prod");
        let inner = nested(&repository, "Inner", "prod|apps").input("environments", "apps");
        let (first, second) = if inner_first { (&inner, &outer) } else { (&outer, &inner) };
        first.run().succeeded();
        let tip = repository.tip("main");
        let transcript = second.run();
        assert_eq!(transcript.failed().error_codes(), ["E703"]);
        assert!(transcript.to_string().contains("prod/apps/a.yaml, a file in"), "{transcript}");
        assert_eq!(repository.tip("main"), tip);
    }
}

#[test]
fn folders_of_two_definitions_may_be_in_each_other_where_no_file_is_both_ones() {
    let (_server, repository) = served();
    nested(&repository, "Outer", "|.").input("environments", "prod").run().succeeded();
    let inner = publishing(STATIC, &repository)
        .input("destinationPath", "prod/apps")
        .input("environments", "test")
        .variable("Build.Repository.Uri", "https://dev.azure.com/contoso/platform/_git/another");
    inner.run().succeeded();
    assert!(repository.read("main", "prod/apps/test/a.yaml").is_some());
}

#[test]
fn two_environments_of_one_folder_do_not_take_turns() {
    let (_server, repository) = served();
    publishing(STATIC, &repository).input("environments", "prod test").run().succeeded();
    let other = publishing(STATIC, &repository).input("environments", "prod-test");
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n"), ("config/prod-test.yaml", "{}\n")])
        .write(&other.sources());
    let transcript = other.run();
    assert_eq!(transcript.failed().error_codes(), ["E703"]);
    assert!(transcript.to_string().contains("the environment `prod test` of this definition"));
}
