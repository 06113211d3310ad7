//! Tests of the texts of pull requests.

use super::*;
use crate::environment::Environment;
use crate::inputs::{self, Raw};
use crate::plan::{Build, Source, Target};
use expect_test::{Expect, expect};

fn environment(name: &str, added: &[&str], removed: &[&str]) -> EnvironmentReport {
    let list = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    EnvironmentReport {
        target: Target {
            environment: Environment::parse(name).unwrap(),
            folder: format!("clusters/{}", name.replace(' ', "-")),
        },
        objects: 1,
        changes: Changeset { added: list(added), removed: list(removed), ..Changeset::default() },
        superseded_by: None,
    }
}

fn both(
    given: &[(&str, &str)],
    environments: &[EnvironmentReport],
    most: usize,
) -> (String, String) {
    let find = |name: &str| {
        given.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let proposal = inputs::parse(&Raw::of_task(find)).unwrap().proposal;
    let origin = Provenance {
        source: Source {
            repository: Some("https://host/hld".to_owned()),
            commit: Some("0123abcd".to_owned()),
            message: Some("Scale `up` {changes} @all\n\nMore".to_owned()),
        },
        build: Some(Build { id: 7, number: "2026.7".to_owned(), ..Build::default() }),
        ..Provenance::default()
    };
    let subject = Subject {
        proposal: &proposal,
        origin: &origin,
        environments,
        title: "Update manifests",
        end: "AB#7",
    };
    texts(&subject, Limits { title: 40, description: most })
}

fn check(given: &[(&str, &str)], environments: &[EnvironmentReport], expected: &Expect) {
    let (title, description) = both(given, environments, 4000);
    expected.assert_eq(&format!("{title}\n---\n{description}\n"));
}

#[test]
fn without_inputs_the_changes_and_their_source_are_told() {
    check(
        &[],
        &[
            environment("prod east", &["a.yaml", "b`##vso[x].yaml"], &[]),
            environment("prod west", &[], &["c.yaml"]),
            environment("test", &[], &[]),
        ],
        &expect![[r#"
            Update manifests
            ---
            **`prod-east`**: 2 added, 0 modified, 0 removed

            - added `clusters/prod-east/a.yaml`
            - added `clusters/prod-east/b'##vso[x].yaml`

            **`prod-west`**: 0 added, 0 modified, 1 removed

            - removed `clusters/prod-west/c.yaml`

            **`test`**: nothing changes

            Definition: `https://host/hld` at `0123abcd`  
            Build: `2026.7`

            AB#7
        "#]],
    );
}

#[test]
fn inputs_have_placeholders_that_are_replaced_once() {
    check(
        &[
            ("pullRequestTitle", "{environment}: {counts} {sourceMessage}"),
            ("pullRequestDescription", "Of {buildNumber}: {sourceMessage}\n{changes}\nBye {other}"),
        ],
        &[environment("prod", &["a.yaml"], &[])],
        &expect![[r#"
            prod: 1 added, 0 modified, 0 removed Sc…
            ---
            Of 2026.7: Scale `up` {changes} @all

            **`prod`**: 1 added, 0 modified, 0 removed

            - added `clusters/prod/a.yaml`

            Bye {other}

            AB#7
        "#]],
    );
    check(
        &[("pullRequestDescription", "Nothing of it.")],
        &[environment("prod", &["a.yaml"], &[])],
        &expect![[r#"
            Update manifests
            ---
            Nothing of it.

            AB#7
        "#]],
    );
}

#[test]
fn a_description_that_is_too_long_is_cut_by_whole_files() {
    let names: Vec<String> = (0..300).map(|number| format!("😀{number}.yaml")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let environments = [environment("prod", &names, &[]), environment("test", &["a.yaml"], &[])];
    for most in [90, 150, 250, 400, 1000, 4000, 20_000] {
        let (_, description) = both(&[], &environments, most);
        assert!(units(&description) <= most, "{most}: {description}");
        assert!(description.ends_with("\n\nAB#7"), "{most}: {description}");
        let whole = |line: &str| !line.starts_with("- added") || line.ends_with(".yaml`");
        assert!(description.lines().all(whole), "{most}: {description}");
    }
    let (_, description) = both(&[], &environments, 400);
    expect![[r#"
        **`prod`**: 300 added, 0 modified, 0 removed

        - added `clusters/prod/😀0.yaml`
        - added `clusters/prod/😀1.yaml`
        - added `clusters/prod/😀2.yaml`
        - added `clusters/prod/😀3.yaml`
        - added `clusters/prod/😀4.yaml`
        - … and 295 more files

        **`test`**: 1 added, 0 modified, 0 removed

        - added `clusters/test/a.yaml`

        Definition: `https://host/hld` at `0123abcd`  
        Build: `2026.7`

        AB#7"#]]
    .assert_eq(&description);
    let (_, description) = both(&[("pullRequestDescription", &"x".repeat(500))], &environments, 50);
    assert_eq!(description, format!("{}…\n\nAB#7", "x".repeat(43)));
}
