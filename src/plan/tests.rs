//! Tests of the plan.

mod places;

use super::*;
use crate::failure::Diagnose;
use crate::inputs::{self, Raw};
use crate::secret::Secret;
use expect_test::{Expect, expect};

fn plan(given: &[(&str, &str)], variables: &[(&str, &str)]) -> Result<Plan, PlanError> {
    let find = |list: &[(&str, &str)], name: &str| {
        list.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned())
    };
    let inputs = inputs::parse(&Raw::of_task(|name| find(given, name))).unwrap();
    let mut facts = Facts::gather(|name| find(variables, name), std::path::Path::new("/w"));
    facts.job_token = Secret::new("job");
    match resolve(&inputs, &facts)? {
        Decision::Manifests(plan) => Ok(*plan),
        Decision::Set(_) => panic!("no manifests are made"),
    }
}

fn check(given: &[(&str, &str)], variables: &[(&str, &str)], expected: &Expect) {
    let text = match plan(given, variables) {
        Err(error) => format!("{} {error}", error.code()),
        Ok(plan) => {
            let warnings = plan.warnings.iter().map(|warning| format!("; {}", warning.code));
            let shown = match plan.action {
                Action::Render { output } => format!("render into {output:?}"),
                Action::Preview { destination: None } => "preview alone".to_owned(),
                Action::Preview { destination: Some(to) } => format!("preview {}", shown(&to)),
                Action::Publish { destination } => format!("publish {}", shown(&destination)),
            };
            shown + &warnings.collect::<String>()
        }
    };
    expected.assert_eq(&format!("{text}\n"));
}

fn shown(to: &Destination) -> String {
    let branches = to.branches.iter().map(|(branch, targets)| {
        let folders: Vec<_> = targets.iter().map(|target| target.folder.as_str()).collect();
        format!("{}:{}", branch.as_deref().unwrap_or("(default)"), folders.join("+"))
    });
    let branches: Vec<_> = branches.collect();
    format!("{} {:?} {}", to.address, to.credential, branches.join(" "))
}

const TO: (&str, &str) = ("destinationRepository", "https://host/r");
const TOKEN: (&str, &str) = ("accessToken", "pat");

#[test]
fn a_build_publishes_and_a_pull_request_previews() {
    check(
        &[TO, TOKEN],
        &[],
        &expect![[r#"
        publish https://host/r Token(***) (default):prod
    "#]],
    );
    let by_reason = ("Build.Reason", "PullRequest");
    check(
        &[TO, TOKEN],
        &[by_reason],
        &expect![[r#"
        preview https://host/r Token(***) (default):prod
    "#]],
    );
    check(
        &[TO, TOKEN, ("command", "publish")],
        &[by_reason],
        &expect![[r#"
        preview https://host/r Token(***) (default):prod; W101
    "#]],
    );
    let by_id = ("System.PullRequest.PullRequestId", "7");
    check(
        &[TO, TOKEN],
        &[by_id],
        &expect![[r#"
        preview https://host/r Token(***) (default):prod
    "#]],
    );
    let by_branch = ("Build.SourceBranch", "refs/pull/7/merge");
    check(
        &[TO, TOKEN],
        &[by_branch],
        &expect![[r#"
        preview https://host/r Token(***) (default):prod
    "#]],
    );
}

#[test]
fn a_fork_without_secrets_previews_alone() {
    let pull_request = [("Build.Reason", "PullRequest")];
    check(
        &[TO],
        &pull_request,
        &expect![[r#"
        preview alone; W101
    "#]],
    );
    check(
        &[TO, ("accessToken", "$(PAT)")],
        &pull_request,
        &expect![[r#"
        preview alone; W101
    "#]],
    );
}

#[test]
fn publishing_needs_a_destination_and_a_token() {
    check(
        &[],
        &[],
        &expect![[r#"
        E103 the input destinationRepository is empty
    "#]],
    );
    check(
        &[TO],
        &[],
        &expect![[r#"
        E106 there is no access token for https://host/r
    "#]],
    );
    check(
        &[TO, ("accessToken", "$(PAT)")],
        &[],
        &expect![[r#"
        E101 input accessToken still holds `$(PAT)`
    "#]],
    );
    check(
        &[TO, ("authentication", "none")],
        &[],
        &expect![[r#"
        publish https://host/r Anonymous (default):prod
    "#]],
    );
    check(
        &[("destinationRepository", "../d.git")],
        &[],
        &expect![[r#"
        publish /w/../d.git Anonymous (default):prod
    "#]],
    );
}

#[test]
fn the_jobs_token_stays_with_its_organization() {
    let own = ("authentication", "systemAccessToken");
    let collection = [("System.CollectionUri", "https://dev.azure.com/contoso/")];
    check(
        &[own, ("destinationRepository", "https://x@dev.azure.com/Contoso/p/_git/r")],
        &collection,
        &expect![[r#"
            publish https://dev.azure.com/Contoso/p/_git/r Bearer(***) (default):prod
        "#]],
    );
    check(
        &[own, ("destinationRepository", "https://dev.azure.com/evil/p/_git/r")],
        &collection,
        &expect![[r#"
            E104 the job's own token is for https://dev.azure.com/contoso/, not for https://dev.azure.com/evil/p/_git/r
        "#]],
    );
    check(
        &[own, TO],
        &[],
        &expect![[r#"
        E104 the job's own token is for an unknown collection, not for https://host/r
    "#]],
    );
}

#[test]
fn without_a_token_the_jobs_own_serves_its_organization() {
    let collection = [("System.CollectionUri", "https://dev.azure.com/contoso/")];
    let own = ("destinationRepository", "https://dev.azure.com/contoso/p/_git/r");
    check(
        &[own],
        &collection,
        &expect![[r#"
        publish https://dev.azure.com/contoso/p/_git/r Bearer(***) (default):prod
    "#]],
    );
    check(
        &[own, TOKEN],
        &collection,
        &expect![[r#"
        publish https://dev.azure.com/contoso/p/_git/r Token(***) (default):prod
    "#]],
    );
    check(
        &[own, ("authentication", "accessToken")],
        &collection,
        &expect![[r#"
        E106 there is no access token for https://dev.azure.com/contoso/p/_git/r
    "#]],
    );
    check(
        &[TO],
        &collection,
        &expect![[r#"
        E106 there is no access token for https://host/r
    "#]],
    );
}

#[test]
fn rendering_needs_no_destination() {
    check(
        &[("command", "render")],
        &[],
        &expect![[r#"
            render into Generated("/w/generated")
        "#]],
    );
    check(
        &[("command", "render"), ("outputDirectory", "out"), ("definitionPath", "hld")],
        &[("Build.SourcesDirectory", "/s")],
        &expect![[r#"
            render into Given("/s/out")
        "#]],
    );
}

#[test]
fn the_build_is_known_by_its_pipeline_and_page() {
    let variables = [
        ("Build.BuildId", "42"),
        ("Build.BuildNumber", "2026.1"),
        ("System.CollectionUri", "https://dev.azure.com/contoso/"),
        ("System.TeamProject", "my project"),
        ("System.TeamProjectId", "p-1"),
        ("System.DefinitionId", "3"),
        ("Build.Repository.Uri", "https://contoso@dev.azure.com/contoso/p/_git/hld"),
        ("Build.SourcesDirectory", "/w"),
    ];
    let Action::Publish { destination } = plan(&[TO, TOKEN], &variables).unwrap().action else {
        panic!("not published");
    };
    expect![[r#"
        Provenance {
            source: Source {
                repository: Some(
                    "https://dev.azure.com/contoso/p/_git/hld",
                ),
                commit: None,
                message: None,
            },
            path: "",
            folder: "/w",
            build: Some(
                Build {
                    id: 42,
                    number: "2026.1",
                    url: Some(
                        "https://dev.azure.com/contoso/my%20project/_build/results?buildId=42",
                    ),
                    pipeline: Some(
                        Pipeline {
                            collection: "https://dev.azure.com/contoso",
                            project: "p-1",
                            definition: "3",
                        },
                    ),
                },
            ),
        }
    "#]]
    .assert_debug_eq(&destination.origin);
}
