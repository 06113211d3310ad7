//! Shows the packaged task at work: on the example definition, against a git server that asks for a
//! token, started as the agent starts it. `scripts/demo` builds what this needs.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    dead_code,
    unused_imports,
    reason = "a demonstration on the test support, of which it uses a part"
)]

mod support;

use std::path::{Path, PathBuf};

use support::agent::{Agent, Transcript};
use support::definition::{Definition, tree};
use support::git_server::{Git, GitServer, Repository};
use support::helm;

const TOKEN: &str = "demo-personal-access-token";

fn main() {
    let task = PathBuf::from(std::env::args().nth(1).expect("the folder of the packaged task"));
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("cluster-manifests").with_files(&[
        ("README.md", "What Flux applies.\n"),
        ("flux-system/gotk-sync.yaml", "kind: GitRepository\n"),
    ]);
    let agent = Agent::new()
        .task(&task)
        .path(&helm::path())
        .secret("ACCESS_TOKEN", TOKEN)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)")
        .input("environments", "prod\ntest")
        .input("destinationRepository", repository.url())
        .variable("Build.SourceVersionMessage", "Open the shop");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/storefront");
    for (path, content) in tree(&example) {
        Definition::default().file(&path, content).write(&agent.sources());
    }

    let first = agent.run();
    show("The step's log, as the agent shows it", &first);
    heading("The commit in the destination");
    println!("{}", git(&repository, &["show", "--stat=100", "--format=fuller", "main"]));
    heading("The summary on the build's page");
    println!("{}", first.summary());
    show("The same once more: nothing is to be done", &agent.run());
}

fn show(title: &str, transcript: &Transcript) {
    transcript.succeeded();
    heading(title);
    println!("{transcript:#}");
}

fn heading(title: &str) {
    println!("\n\u{1b}[1m── {title} ──\u{1b}[0m\n");
}

fn git(repository: &Repository, arguments: &[&str]) -> String {
    Git::within(repository.folder()).text(arguments)
}
