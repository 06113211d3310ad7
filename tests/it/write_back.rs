//! `command: set` of the task: values in the definition's repository.

use crate::it::product::{STATIC, TOKEN, step};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::{Git, GitServer, Repository};

pub(crate) const CONFIG: &str = "# Who runs what.\nconfig:\n  replicas: 3 # enough\nsubcomponents:\n  a:\n    config:\n      image: {tag: '1.0'}\n";

/// Returns a server with a definition's repository, whose files stand below `hld`.
fn served() -> (GitServer, Repository) {
    let server = GitServer::start().with_token(TOKEN);
    let repository = defined(&server);
    (server, repository)
}

fn defined(server: &GitServer) -> Repository {
    defined_at(server, "definitions")
}

/// Returns a definition's repository of this name.
pub(crate) fn defined_at(server: &GitServer, name: &str) -> Repository {
    let repository = server.repository(name).with_files(&[("README.md", "Read me.\n")]);
    let mut files: Vec<_> = STATIC.iter().map(|(p, text)| (format!("hld/{p}"), *text)).collect();
    files.retain(|(path, _)| path != "hld/config/prod.yaml");
    files.push(("hld/config/prod.yaml".to_owned(), CONFIG));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    repository.commit_files("main", &files, "Define");
    repository
}

/// Returns a step that sets values of what the agent has checked out from a repository: a commit,
/// and no branch.
pub(crate) fn setting(repository: &Repository, values: &str) -> Agent {
    let agent = step()
        .secret("ACCESS_TOKEN", TOKEN)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)")
        .variable("Build.Repository.Uri", repository.url())
        .variable("Build.SourceBranch", "refs/heads/main")
        .input("command", "set")
        .input("definitionPath", "hld")
        .input("environment", "prod")
        .input("values", values);
    check_out(repository, &agent.sources(), "main");
    agent
}

fn check_out(repository: &Repository, folder: &std::path::Path, branch: &str) {
    std::fs::create_dir_all(folder).expect("folder");
    let git = Git::within(folder);
    git.text(&["init", "--quiet", "."]);
    git.text(&["remote", "add", "origin", &repository.folder().to_string_lossy()]);
    git.text(&[
        "fetch",
        "--quiet",
        "--depth=1",
        "origin",
        &format!("+refs/heads/{branch}:refs/remotes/origin/{branch}"),
    ]);
    git.text(&["checkout", "--quiet", "--detach", &format!("refs/remotes/origin/{branch}")]);
    git.text(&["remote", "set-url", "origin", repository.url()]);
}

#[test]
fn values_are_set_where_the_definition_is_kept() {
    let (_server, repository) = served();
    let agent =
        setting(&repository, "image.tag=2.0=b\n\n  image.\"x.y\"=z\n").input("subcomponent", "a");
    let transcript = agent.run();
    let outputs = transcript.succeeded().outputs();
    assert_eq!(outputs["outcome"], "pushed");
    assert_eq!((outputs["branch"].as_str(), outputs["modified"].as_str()), ("main", "1"));
    assert_eq!(Some(&outputs["commitId"]), repository.tip("main").as_ref());
    assert_eq!((outputs["objectCount"].as_str(), outputs["changed"].as_str()), ("", "true"));
    let expected = CONFIG.replace("{tag: '1.0'}", "{tag: '2.0=b', x.y: z}");
    assert_eq!(repository.read("main", "hld/config/prod.yaml"), Some(expected));
    assert_eq!(repository.tree("main").len(), STATIC.len() + 1);
    let message = repository.message("main");
    assert!(message.starts_with("Set 2 values of a in config/prod.yaml\n\n"), "{message}");
    assert!(message.ends_with("\nEnvironment: prod"), "{message}");
    repository.fsck();
    assert!(Git::within(&agent.sources()).text(&["status", "--porcelain"]).is_empty());

    let again = agent.run();
    assert_eq!(again.succeeded().outputs()["outcome"], "upToDate");
    assert_eq!(again.outputs()["changed"], "false");
    assert_eq!(repository.log("main").len(), 3);
}

#[test]
fn one_value_is_named_in_the_message() {
    let (_server, repository) = served();
    setting(&repository, "replicas=4").run().succeeded();
    assert_eq!(repository.log("main")[0], "Set replicas=4 in config/prod.yaml");
    let agent =
        setting(&repository, "replicas=5").input("commitMessage", "{environment}: {buildId}");
    agent.run().succeeded();
    assert_eq!(repository.log("main")[0], "prod: 4242");
    assert!(
        repository.author("main").starts_with("Ada Lovelace <"),
        "{}",
        repository.author("main")
    );
}

#[test]
fn the_tip_is_changed_and_not_what_was_checked_out() {
    let server = GitServer::start().with_token(TOKEN);
    let repository = defined(&server);
    let agent = setting(&repository, "replicas=4");
    let other = repository.clone();
    let text = CONFIG.replace("# enough", "# for now");
    let later = text.clone();
    repository.commit_files("main", &[("hld/config/prod.yaml", &later)], "Say so");
    let _server = server.racing(1, move |_| {
        drop(other.commit_files("main", &[("other.yaml", "a: b\n")], "Be faster"));
    });
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed");
    let expected = text.replace("replicas: 3", "replicas: \"4\"");
    assert_eq!(repository.read("main", "hld/config/prod.yaml"), Some(expected));
    assert_eq!(repository.read("main", "other.yaml").as_deref(), Some("a: b\n"));
    assert_eq!(repository.log("main").len(), 5);
}

#[test]
fn a_pull_request_only_shows() {
    let (server, repository) = served();
    let agent = setting(&repository, "replicas=4").pull_request(7);
    let transcript = agent.run();
    let outputs = transcript.succeeded_with_issues().outputs();
    assert_eq!((outputs["outcome"].as_str(), outputs["changed"].as_str()), ("previewed", "true"));
    assert!(transcript.to_string().contains("~ config/prod.yaml"), "{transcript}");
    assert!(server.requests().is_empty());
    let _server = server.may_stay_idle();
}

#[test]
fn another_repository_of_the_job_has_a_branch_of_its_own() {
    let (server, repository) = served();
    repository.commit_files(
        "release/1",
        &[("hld/config/prod.yaml", CONFIG), ("hld/component.yaml", "name: root\n")],
        "Release",
    );
    let agent = setting(&repository, "replicas=4")
        .variable("Build.Repository.Uri", &format!("{}/application", server.url()))
        .input("definitionPath", "other/hld")
        // These name the repository of the manifests.
        .variable("REPO", &format!("{}/manifests", server.url()))
        .variable("BRANCH_NAME", "manifests");
    check_out(&repository, &agent.sources().join("other"), "release/1");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["branch"], "release/1");
    assert!(repository.read("release/1", "hld/config/prod.yaml").unwrap().contains("\"4\""));
    assert_eq!(repository.log("main").len(), 2);
}

#[test]
fn several_branches_need_a_choice() {
    let (_server, repository) = served();
    let agent = setting(&repository, "replicas=4").variable("Build.SourceBranch", "refs/tags/v1");
    let git = Git::within(&agent.sources());
    git.text(&["update-ref", "refs/remotes/origin/next", "HEAD"]);
    let transcript = agent.clone().run();
    assert_eq!(transcript.failed().error_codes(), ["E103"], "{transcript}");
    Git::within(repository.folder()).text(&["branch", "next", "main"]);
    let chosen = agent.input("destinationBranch", "next").run();
    assert_eq!(chosen.succeeded().outputs()["branch"], "next");
    assert_eq!(repository.log("main").len(), 2);
}

#[test]
fn a_file_of_values_may_make_a_file() {
    let (_server, repository) = served();
    let agent =
        setting(&repository, "b=3").input("environment", "east").input("valuesFile", "values.yaml");
    Definition::new(&[("values.yaml", "a: {b: 1}\nb: 2\n")]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["added"], "1");
    let expected = "config:\n  a:\n    b: \"1\"\n  b: \"3\"\n";
    assert_eq!(repository.read("main", "hld/config/east.yaml").as_deref(), Some(expected));
}

#[test]
fn what_cannot_be_set_changes_nothing() {
    let (_server, repository) = served();
    let tip = repository.tip("main");
    let check = |agent: Agent, code: &str| {
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), [code], "{transcript}");
    };
    let agent = || setting(&repository, "replicas=4");
    check(agent().input("definitionPath", "held"), "E301");
    check(agent().input("destinationBranch", "gone"), "E322");
    check(agent().input("environment", "../prod"), "E102");
    check(agent().input("values", "replicas"), "E314");
    check(agent().input("values", ""), "E314");
    check(agent().input("values", "replicas.x=1"), "E317");
    check(agent().input("values", "tag=$(Missing.Tag)"), "E101");
    check(agent().input("valuesFile", "nowhere.yaml"), "E315");
    check(agent().input("values", &format!("password={TOKEN}")), "E705");
    assert_eq!(repository.tip("main"), tip);
}
