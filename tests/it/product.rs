//! What the tests of the product share.

use std::path::{Path, PathBuf};

use regex::Regex;

use crate::support::agent::{Agent, Transcript};
use crate::support::definition::Definition;
use crate::support::git_server::{GitServer, Repository};

/// The personal access token of the tests.
pub(crate) const TOKEN: &str = "tok3n/with+odd=chars-7Zq";

/// Returns the built executable.
pub(crate) fn executable() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_fabrikate-gitops"))
}

/// Returns a path of the project.
pub(crate) fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the public definitions beside the project, where they are there.
pub(crate) fn public_definitions() -> Option<PathBuf> {
    let folder = project("../shared/conformance/real");
    folder.is_dir().then_some(folder)
}

/// Returns a step of the task that starts the built executable.
pub(crate) fn step() -> Agent {
    Agent::new().task(&project("task")).program(executable())
}

/// Returns a step that publishes a definition to a repository with the token.
pub(crate) fn publishing(files: &[(&str, &str)], repository: &Repository) -> Agent {
    let agent = with_token(step(), repository);
    Definition::new(files).write(&agent.sources());
    agent
}

/// Returns a step with the token and the address of a repository.
pub(crate) fn with_token(agent: Agent, repository: &Repository) -> Agent {
    agent
        .secret("ACCESS_TOKEN", TOKEN)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)")
        .input("destinationRepository", repository.url())
}

/// A definition of two static components, for the environments `prod` and `test`.
pub(crate) const STATIC: &[(&str, &str)] = &[
    (
        "component.yaml",
        "name: root\nsubcomponents:\n- name: a\n  type: static\n  path: a\n- name: b\n  type: static\n  path: b\n",
    ),
    ("config/prod.yaml", "{}\n"),
    ("config/test.yaml", "{}\n"),
    ("a/config-map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n"),
    ("b/config-map.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n"),
];

/// Returns a server that knows the token, and a repository with files that are not ours.
pub(crate) fn served() -> (GitServer, Repository) {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("manifests").with_files(FOREIGN);
    (server, repository)
}

/// Files of others in the destination.
pub(crate) const FOREIGN: &[(&str, &str)] = &[
    ("README.md", "Read me.\n"),
    ("flux-system/gotk-sync.yaml", "kind: GitRepository\n"),
    ("other/app.yaml", "kind: Other\n"),
];

/// Asserts that the files of others are as they were.
#[track_caller]
pub(crate) fn assert_foreign_files(repository: &Repository, branch: &str) {
    for (path, text) in FOREIGN {
        assert_eq!(repository.read(branch, path).as_deref(), Some(*text), "{path}");
    }
    repository.fsck();
}

/// Returns the paths in a branch that begin with a prefix.
pub(crate) fn paths(repository: &Repository, branch: &str, prefix: &str) -> Vec<String> {
    let tree = repository.tree(branch).into_keys();
    tree.filter(|path| path.starts_with(prefix)).collect()
}

/// Returns a run's log and outputs without what differs from run to run.
pub(crate) fn stable(transcript: &Transcript) -> String {
    let replaced = [
        (r"\b[0-9a-f]{8}\b", "$SHORT"),
        (r"fabrikate-gitops-\w{6}\b", "fabrikate-gitops-$$NAME"),
        (r"\d+\.\d s\b", "$$TIME s"),
        (r"Helm (\S+) \(.*helm\)", "Helm $1 ($$HELM)"),
        (r"GitOps \d+\.\d+\.\d+ \(.*\)", "GitOps $$VERSION"),
    ];
    replaced.iter().fold(format!("{transcript:#}"), |text, (pattern, name)| {
        let pattern = Regex::new(pattern).expect("pattern");
        pattern.replace_all(&text, name.replace("$SHORT", "$$SHORT")).into_owned()
    })
}
