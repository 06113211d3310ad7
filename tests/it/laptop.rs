//! The same executable on a laptop: flags, exit status, words for a person.

use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect;

use crate::it::product::{STATIC, TOKEN, executable, served};
use crate::support::definition::{Definition, tree};
use crate::support::git_server::Git;

/// Runs the executable in a folder, with nothing in its environment but PATH and what is given.
pub(crate) fn run(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(executable())
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TMPDIR", folder.parent().unwrap_or(folder))
        .envs(variables.iter().copied())
        .output()
        .expect("the executable")
}

fn definition() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(STATIC).write(&folder.path().join("hld"));
    folder
}

pub(crate) fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn render_writes_each_environment_into_its_folder() {
    let folder = definition();
    let output = run(
        folder.path(),
        &[
            "render",
            "--definition-path",
            "hld",
            "--environments",
            "prod,test",
            "--output-directory",
            "out",
        ],
        &[],
    );
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let files: Vec<String> = tree(&folder.path().join("out")).into_keys().collect();
    assert_eq!(
        files,
        [
            ".fabrikate-gitops",
            "prod/a.yaml",
            "prod/b.yaml",
            "prod/root.yaml",
            "test/a.yaml",
            "test/b.yaml",
            "test/root.yaml"
        ]
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn generate_does_as_fabrikate_does() {
    let folder = definition();
    let output = run(&folder.path().join("hld"), &["generate", "prod", "unknown"], &[]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    let files: Vec<String> = tree(&folder.path().join("hld/generated")).into_keys().collect();
    assert_eq!(files, ["prod-unknown/a.yaml", "prod-unknown/b.yaml", "prod-unknown/root.yaml"]);
}

#[test]
fn an_error_says_what_where_and_what_to_do() {
    let folder = definition();
    Definition::new(&[("component.yaml", "name: root\ntype: [\n")])
        .write(&folder.path().join("hld"));
    let output = run(&folder.path().join("hld"), &["render"], &[]);
    assert_eq!(output.status.code(), Some(1));
    let text = errors(&output).replace(&folder.path().display().to_string(), "$FOLDER");
    expect![[r#"
        Definition
        Folder: $FOLDER/hld
        error[E302]: the component file is not valid: did not find expected node content
          --> $FOLDER/hld/component.yaml:3:1
          = correct the file
    "#]]
    .assert_eq(&text);
}

#[test]
fn a_mistake_in_the_arguments_ends_with_2() {
    let folder = definition();
    assert_eq!(run(folder.path(), &["publsh"], &[]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["publish", "--access-token", "x"], &[]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &[], &[]).status.code(), Some(2));
    assert_eq!(run(folder.path(), &["--version"], &[]).status.code(), Some(0));
}

#[test]
fn what_is_said_of_wrong_arguments_commands_nothing_and_shows_no_secret() {
    let folder = definition();
    let hostile = "##vso[task.complete result=Succeeded]\u{200b}x\n\u{ad}##[error]y";
    for arguments in [
        &["render", hostile] as &[&str],
        &[hostile],
        &["set", "--file", hostile, hostile, "--wrong"],
        &["render", &format!("--{hostile}")],
        &["render", "--install", hostile],
    ] {
        let output = run(folder.path(), arguments, &[]);
        assert!(output.stdout.is_empty());
        let text = errors(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(!text.contains("##") && !text.contains('\u{200b}'), "{text}");
    }
    let output = run(folder.path(), &["render", TOKEN], &[("ACCESS_TOKEN", TOKEN)]);
    assert!(!errors(&output).contains(TOKEN), "{}", errors(&output));
    expect![[r#"
        error: unexpected argument '***' found

        Usage: fabrikate-gitops render [OPTIONS]

        For more information, try '--help'.
    "#]]
    .assert_eq(&errors(&output));
    let help = run(folder.path(), &["--help"], &[]);
    assert!(
        String::from_utf8_lossy(&help.stdout).contains("\nUsage: fabrikate-gitops <COMMAND>\n")
    );
}

#[test]
fn publish_takes_the_token_from_the_environment_and_the_origin_from_the_checkout() {
    let (_server, repository) = served();
    let folder = definition();
    let git = Git::within(&folder.path().join("hld"));
    git.text(&["init", "--quiet", "."]);
    git.text(&["remote", "add", "origin", "https://me:pass@host.test/contoso/hld.git"]);
    git.text(&["config", "user.name", "Grace Hopper"]);
    git.text(&["config", "user.email", "grace@contoso.example"]);
    git.text(&["add", "--all"]);
    git.text(&["commit", "--quiet", "--message", "Begin"]);
    let arguments =
        ["publish", "--definition-path", "hld", "--destination-repository", repository.url()];
    let output = run(folder.path(), &arguments, &[("ACCESS_TOKEN", TOKEN)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert!(!errors(&output).contains(TOKEN));
    let message = repository.message("main");
    assert!(message.starts_with("Updated k8s manifest files post commit: Begin\n"), "{message}");
    assert!(
        message.contains("\nSource-Repository: https://host.test/contoso/hld.git\n"),
        "{message}"
    );
    assert_eq!(repository.author("main"), "Grace Hopper <grace@contoso.example>");

    let preview =
        ["preview", "--definition-path", "hld", "--destination-repository", repository.url()];
    Definition::new(&[("hld/a/config-map.yaml", "kind: Changed\n")]).write(folder.path());
    let output = run(folder.path(), &preview, &[("ACCESS_TOKEN", TOKEN)]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "~ prod/a.yaml\n");
    assert_eq!(repository.log("main").len(), 2);
}

#[test]
fn in_a_script_step_the_builds_variables_count() {
    let (_server, repository) = served();
    let folder = definition();
    let arguments =
        ["publish", "--definition-path", "hld", "--destination-repository", repository.url()];
    let build = |id: &'static str| {
        [
            ("TF_BUILD", "True"),
            ("ACCESS_TOKEN", TOKEN),
            ("BUILD_BUILDID", id),
            ("BUILD_BUILDNUMBER", "2026.1"),
            ("SYSTEM_COLLECTIONURI", "https://dev.azure.com/contoso/"),
            ("SYSTEM_TEAMPROJECT", "platform"),
            ("SYSTEM_TEAMPROJECTID", "p-1"),
            ("SYSTEM_DEFINITIONID", "3"),
        ]
    };
    assert_eq!(run(folder.path(), &arguments, &build("20")).status.code(), Some(0));
    assert!(repository.message("main").contains("_build/results?buildId=20"));
    Definition::new(&[("hld/a/config-map.yaml", "kind: Older\n")]).write(folder.path());
    let output = run(folder.path(), &arguments, &build("19"));
    assert_eq!(output.status.code(), Some(0));
    assert!(errors(&output).contains("Superseded"), "{}", errors(&output));
}

#[test]
fn a_pull_requests_script_step_publishes_nothing() {
    let (_server, repository) = served();
    let folder = definition();
    let arguments =
        ["publish", "--definition-path", "hld", "--destination-repository", repository.url()];
    let variables =
        [("TF_BUILD", "True"), ("ACCESS_TOKEN", TOKEN), ("BUILD_REASON", "PullRequest")];
    let output = run(folder.path(), &arguments, &variables);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
    assert_eq!(repository.log("main").len(), 1);
}
