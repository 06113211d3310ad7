//! Tests of the inputs.

use super::*;
use crate::failure::Diagnose;
use expect_test::{Expect, expect};

fn check(inputs: &[(&str, &str)], expected: &Expect) {
    let raw = Raw::of_task(|name| {
        inputs.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
    });
    let text = match parse(&raw) {
        Ok(inputs) => format!("{inputs:#?}"),
        Err(error) => {
            format!("{} {error} ({})", error.code(), error.hint().unwrap_or_default())
        }
    };
    expected.assert_eq(&format!("{text}\n"));
}

#[test]
#[expect(clippy::too_many_lines, reason = "an expected text is as long as it is")]
fn defaults_are_those_of_the_table() {
    check(
        &[],
        &expect![[r#"
            Inputs {
                command: Auto,
                definition_path: None,
                environments: [
                    Environment {
                        words: [
                            "prod",
                        ],
                    },
                ],
                allow_missing_environment: false,
                chart_engine: Auto,
                helm_profile: Helm317,
                randomness: Fresh,
                random_seed: Err(
                    Absent,
                ),
                kube_version: None,
                api_versions: [],
                include_crds: false,
                skip_tests: false,
                install: Missing,
                lock: Off,
                hooks: Local,
                hook_environment: [],
                destination_repository: None,
                destination_branch: None,
                destination_path: "",
                pruning: Pruning {
                    mode: Owned,
                    limit: Percent(
                        50,
                    ),
                },
                allow_older: false,
                delivery: Push,
                proposal: Proposal {
                    title: None,
                    description: None,
                    branch: None,
                    reviewers: [],
                    required_reviewers: [],
                    labels: [],
                    work_items: [],
                    draft: false,
                    auto_complete: false,
                    merge_strategy: Default,
                    delete_source_branch: true,
                },
                authentication: Auto,
                access_token: Err(
                    Absent,
                ),
                commit_message: "Updated k8s manifest files post commit: {sourceMessage}",
                author_name: None,
                author_email: None,
                signing_key: None,
                signing_passphrase: Err(
                    Absent,
                ),
                output_directory: None,
                set: SetInputs {
                    subcomponent: "",
                    assignments: [],
                    file: None,
                    environment: "common",
                    branch: None,
                },
            }
        "#]],
    );
}

#[test]
fn environments_are_lines_or_commas_of_words() {
    let raw = Raw::of_task(|name| {
        (name == "environments").then(|| "prod east, prod west\ncommon\n\nprod east".to_owned())
    });
    let folders: Vec<_> =
        parse(&raw).unwrap().environments.iter().map(Environment::folder).collect();
    assert_eq!(folders, ["prod-east", "prod-west", "common"]);
}

#[test]
fn a_macro_that_was_not_replaced_is_refused_by_name() {
    check(
        &[("destinationRepository", "https://h/$(ORG)/r")],
        &expect![[r#"
        E101 input destinationRepository still holds `$(ORG)` (there is no variable $(ORG) in this job: check its name, that its variable group is linked, and that this build may see secrets (builds of forks may not))
    "#]],
    );
}

#[test]
fn a_commit_message_may_hold_what_looks_like_a_macro() {
    let raw = Raw::of_task(|name| {
        (name == "commitMessage").then(|| "post commit: use $(x) now".to_owned())
    });
    assert_eq!(parse(&raw).unwrap().commit_message, "post commit: use $(x) now");
}

#[test]
fn wrong_options_are_refused_with_the_nearest_one() {
    check(
        &[("command", "publsh")],
        &expect![[r#"
            E102 input command is `publsh`, which is none of `auto`, `publish`, `preview`, `render`, `set` (did you mean `publish`?)
        "#]],
    );
    check(
        &[("includeCrds", "yes")],
        &expect![[r#"
        E102 input includeCrds is `yes`, which is none of `true`, `false` ()
    "#]],
    );
}

#[test]
fn a_version_of_kubernetes_is_one() {
    for version in ["1.31", "v1.31.2", "1.31.2-gke.100"] {
        let raw = Raw::of_task(|input| (input == "kubeVersion").then(|| version.to_owned()));
        assert_eq!(parse(&raw).unwrap().kube_version.as_deref(), Some(version));
    }
    check(
        &[("kubeVersion", "abc")],
        &expect![[r#"
        E102 input kubeVersion is `abc`: it is no version, such as 1.31 or v1.31.2 ()
    "#]],
    );
}

#[test]
fn branches_and_paths_stay_where_they_belong() {
    check(
        &[("destinationBranch", "a..b")],
        &expect![[r#"
        E102 input destinationBranch is `a..b`: git does not allow this as a branch ()
    "#]],
    );
    check(
        &[("destinationBranch", "-f")],
        &expect![[r#"
        E102 input destinationBranch is `-f`: git does not allow this as a branch ()
    "#]],
    );
    for name in ["refs/tags/v1", "refs/pull/3/merge", "HEAD", "refs/heads/refs/tags/v1"] {
        let raw = Raw::of_task(|input| (input == "destinationBranch").then(|| name.to_owned()));
        let error = parse(&raw).unwrap_err();
        assert!(error.to_string().ends_with("it is a ref, and no branch"), "{name}: {error}");
    }
    for (name, branch) in [("refs/heads/x", "x"), ("heads/x", "heads/x"), ("ref", "ref")] {
        let raw = Raw::of_task(|input| (input == "destinationBranch").then(|| name.to_owned()));
        assert_eq!(parse(&raw).unwrap().destination_branch.as_deref(), Some(branch));
    }
    check(
        &[("destinationPath", "a/../..")],
        &expect![[r#"
        E102 input destinationPath is `a/../..`: `..` would leave the repository ()
    "#]],
    );
    check(
        &[("destinationPath", "a/.GIT/hooks")],
        &expect![[r#"
        E102 input destinationPath is `a/.GIT/hooks`: git keeps its own files in `.git`, and some systems take a name in it for that ()
    "#]],
    );
}

#[test]
fn a_path_that_some_system_takes_for_gits_own_is_refused() {
    let path = |text: &str| {
        parse(&Raw::of_task(|name| (name == "destinationPath").then(|| text.to_owned())))
            .map(|inputs| inputs.destination_path)
            .ok()
    };
    for text in ["git~1/y", "a/.git /y", "x/.git ./y", "a/.git./b", &"x".repeat(256)] {
        assert_eq!(path(text), None, "{text}");
    }
    assert_eq!(path("/a//./git/y ").as_deref(), Some("a/git/y"));
}

#[test]
fn a_secret_never_appears_in_an_error_or_in_debug_output() {
    let raw = Raw::of_task(|name| match name {
        "accessToken" => Some("pat-123".to_owned()),
        "command" => Some("x".to_owned()),
        _ => None,
    });
    assert!(!format!("{raw:?}{:?}", parse(&raw)).contains("pat-123"));
}
