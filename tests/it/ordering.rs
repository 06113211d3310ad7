//! Which of two runs is the newer one, and that the older never wins.

use std::process::Output;

use crate::it::laptop::{errors, run};
use crate::it::product::{STATIC, TOKEN, paths, publishing, served};
use crate::support::agent::{Agent, Transcript};
use crate::support::definition::Definition;
use crate::support::git_server::{Git, Repository};

#[test]
fn an_older_build_does_not_replace_a_newer_one() {
    let (_server, repository) = served();
    let newer = publishing(STATIC, &repository)
        .variable("Build.BuildId", "20")
        .variable("Build.BuildNumber", "2026.20");
    newer.run().succeeded();
    let changed = [("a/config-map.yaml", "kind: ConfigMap\nmetadata: {name: older}\n")];
    let older = publishing(STATIC, &repository).variable("Build.BuildId", "19");
    Definition::new(&changed).write(&older.sources());
    let transcript = older.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "superseded");
    assert!(transcript.to_string().contains("build 2026.20 of this pipeline is newer"));
    assert_eq!(repository.log("main").len(), 2);

    let rollback = older.input("allowOlder", "true").run();
    assert_eq!(rollback.succeeded().outputs()["outcome"], "pushed");
    assert!(repository.read("main", "prod/a.yaml").unwrap().contains("older"));
}

/// Returns a build, of a pipeline, whose manifests nobody else has.
fn build(repository: &Repository, id: &str, pipeline: &str) -> Agent {
    let agent = publishing(STATIC, repository)
        .variable("Build.BuildId", id)
        .variable("Build.BuildNumber", &format!("n{id}"))
        .variable("System.DefinitionId", pipeline);
    Definition::new(&[("a/config-map.yaml", &format!("kind: Of{id}\n"))]).write(&agent.sources());
    agent
}

fn outcome(transcript: &Transcript) -> String {
    transcript.succeeded().outputs()["outcome"].clone()
}

#[test]
fn builds_of_a_collection_are_compared_whatever_their_pipelines() {
    let (_server, repository) = served();
    build(&repository, "20", "5").run().succeeded();
    assert_eq!(outcome(&build(&repository, "21", "6").run()), "pushed");
    let late = build(&repository, "19", "5").run();
    assert_eq!(outcome(&late), "superseded");
    assert!(late.to_string().contains("build n21 (https://"), "{late}");
    assert_eq!(outcome(&build(&repository, "22", "5").run()), "pushed");
}

#[test]
fn builds_of_another_collection_are_not_compared() {
    let (_server, repository) = served();
    build(&repository, "20", "5").run().succeeded();
    let other = build(&repository, "19", "5")
        .variable("System.CollectionUri", "https://dev.azure.com/another/");
    assert_eq!(outcome(&other.run()), "pushed");
}

#[test]
fn an_older_build_that_renders_nothing_is_only_older() {
    let (_server, repository) = served();
    build(&repository, "20", "5").run().succeeded();
    let older = build(&repository, "19", "5");
    Definition::new(&[("component.yaml", "name: root\n")]).write(&older.sources());
    assert_eq!(outcome(&older.run()), "superseded");
    let newer = build(&repository, "21", "5");
    Definition::new(&[("component.yaml", "name: root\n")]).write(&newer.sources());
    assert_eq!(newer.run().failed().error_codes(), ["E701"]);
}

#[test]
fn a_preview_of_an_older_build_says_so_and_lists_no_files() {
    let (_server, repository) = served();
    build(&repository, "20", "5").run().succeeded();
    let preview = |id| build(&repository, id, "5").input("command", "preview").run();
    let older = preview("19");
    assert_eq!(older.succeeded().outputs()["changed"], "false");
    assert!(older.to_string().contains("Superseded: build n20"), "{older}");
    assert!(!older.to_string().contains("~ prod/a.yaml"), "{older}");
    assert!(preview("21").to_string().contains("~ prod/a.yaml"));
}

/// A definition in a git repository, as on a laptop.
pub(crate) struct Laptop {
    folder: tempfile::TempDir,
}

impl Laptop {
    /// Returns the repository that the agent's builds are of.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let laptop = Self { folder };
        Definition::new(STATIC).write(&laptop.definition());
        let address = "https://dev.azure.com/contoso/platform/_git/definitions";
        laptop.git().text(&["init", "--quiet", "."]);
        laptop.git().text(&["remote", "add", "origin", address]);
        laptop.commit("zero");
        laptop
    }

    pub(crate) fn definition(&self) -> std::path::PathBuf {
        self.folder.path().join("hld")
    }

    pub(crate) fn git(&self) -> Git {
        Git::within(&self.definition())
    }

    /// Commits manifests that nobody else has.
    pub(crate) fn commit(&self, name: &str) {
        let manifest = format!("kind: Of{name}\n");
        Definition::new(&[("a/config-map.yaml", &manifest)]).write(&self.definition());
        self.git().text(&["add", "--all"]);
        self.git().text(&["commit", "--quiet", "--message", name]);
    }

    pub(crate) fn publish(&self, repository: &Repository, more: &[&str]) -> Output {
        let arguments = ["publish", "--destination-repository", repository.url()];
        let output =
            run(&self.definition(), &[&arguments, more].concat(), &[("ACCESS_TOKEN", TOKEN)]);
        assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
        output
    }
}

fn published(repository: &Repository, name: &str) -> bool {
    repository.read("main", "prod/a.yaml").is_some_and(|text| text.contains(&format!("Of{name}\n")))
}

#[test]
fn a_laptop_leaves_the_last_build_for_later_ones_to_compare_with() {
    let (_server, repository) = served();
    build(&repository, "5", "5").run().succeeded();
    let laptop = Laptop::new();
    laptop.publish(&repository, &[]);
    assert!(published(&repository, "zero"));
    assert_eq!(outcome(&build(&repository, "4", "5").run()), "superseded");
    assert_eq!(outcome(&build(&repository, "6", "5").run()), "pushed");
}

#[test]
fn a_laptop_does_not_replace_what_a_later_commit_made() {
    let (_server, repository) = served();
    let laptop = Laptop::new();
    laptop.commit("one");
    laptop.publish(&repository, &[]);
    laptop.commit("two");
    laptop.publish(&repository, &[]);
    laptop.git().text(&["checkout", "--quiet", "HEAD~1"]);
    let output = laptop.publish(&repository, &[]);
    assert!(errors(&output).contains("Superseded: what is published is of the commit"));
    assert!(published(&repository, "two"));

    laptop.publish(&repository, &["--allow-older"]);
    assert!(published(&repository, "one"));
    laptop.git().text(&["checkout", "--quiet", "-B", "beside", "HEAD~1"]);
    laptop.commit("three");
    laptop.publish(&repository, &[]);
    assert!(published(&repository, "three"));
    assert_eq!(paths(&repository, "main", "prod/").len(), 4);
}

#[test]
fn what_no_commit_of_the_definition_holds_is_published_with_a_warning() {
    let (_server, repository) = served();
    let laptop = Laptop::new();
    Definition::new(&[("generated/prod/a.yaml", "kind: Made\n")]).write(&laptop.definition());
    assert!(!errors(&laptop.publish(&repository, &[])).contains("W503"));
    for file in ["a/config-map.yaml", "a/new.yaml"] {
        Definition::new(&[(file, "kind: Changed\n")]).write(&laptop.definition());
        let said = errors(&laptop.publish(&repository, &[]));
        assert!(said.contains("W503"), "{said}");
        laptop.git().text(&["add", "--all"]);
        laptop.git().text(&["commit", "--quiet", "--message", file]);
    }
    assert!(!errors(&laptop.publish(&repository, &[])).contains("W503"));
}
