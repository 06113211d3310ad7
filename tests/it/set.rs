//! `set`, `add` and `remove` as Fabrikate does them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use expect_test::{Expect, expect};
use serde_json::Value;

use crate::it::conformance::copy;
use crate::it::product::{executable, project};
use crate::support::definition::{Definition, tree};

/// What the files are after the cases that have no expected output, because we are better.
const BETTER: &[(&str, &str, &str)] = &[
    (
        "remove-two-args",
        "component.yaml",
        "name: root\ntype: component\nsubcomponents:\n- name: m\n  type: helm\n  source: https://x\n  method: git\n",
    ),
    ("set-equals-in-value", "config/common.yaml", "config:\n  a: b=c\n"),
    ("set-file-value-equals", "config/common.yaml", "config:\n  a: x=y\n"),
    (
        "set-subcomponent-existing-noconfig",
        "config/common.yaml",
        "subcomponents:\n  s:\n    namespace: x\n    config:\n      a: \"1\"\n",
    ),
    (
        "set-subcomponent-nested-missing-map",
        "config/common.yaml",
        "subcomponents:\n  s:\n    config:\n      a: 1\n    subcomponents:\n      t:\n        config:\n          a: \"1\"\n",
    ),
    (
        "set-subcomponent-null",
        "config/common.yaml",
        "subcomponents:\n  s:\n    config:\n      a: \"1\"\n",
    ),
];

/// Runs the executable in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(executable())
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .output()
        .expect("the executable")
}

/// Returns what a run says, without what differs from run to run.
pub(crate) fn said(output: &Output, folder: &Path) -> String {
    assert!(output.stdout.is_empty());
    let real = folder.canonicalize().expect("folder");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    text.replace(&real.display().to_string(), "$FOLDER")
}

/// Runs a case and returns what is wrong.
fn problem(case: &Path) -> Option<String> {
    let text = std::fs::read_to_string(case.join("case.json")).expect("case.json");
    let facts: Value = serde_json::from_str(&text).expect("JSON");
    let fact = |name: &str| facts.get(name).cloned().unwrap_or_default();
    let parent = tempfile::tempdir().expect("folder");
    let folder = parent.path().join("hld");
    copy(&case.join("hld"), &folder);
    let before = tree(&folder);
    let mut ended = "ok";
    for command in fact("commands").as_array().expect("commands") {
        let words =
            command.as_array().expect("words").iter().map(|word| word.as_str().expect("word"));
        let words: Vec<&str> = words.skip(1).collect();
        if !run(&folder, &words).status.success() {
            ended = "error";
        }
    }
    if fact("expect") != ended {
        return Some(format!("{ended}, not {}", fact("expect")));
    }
    let mut expected =
        if ended == "error" { before.clone() } else { tree(&case.join("expected-tree")) };
    if ended == "ok" && fact("compare") == "none" {
        let name = case.file_name().expect("name").to_string_lossy();
        let better = BETTER.iter().find(|(known, ..)| *known == name);
        let (_, path, text) = better.expect("what is better");
        expected.clone_from(&before);
        expected.insert((*path).to_owned(), text.as_bytes().to_vec());
    }
    let found = tree(&folder);
    (found != expected).then(|| format!("{:?}", shown(&found)))
}

fn shown(files: &BTreeMap<String, Vec<u8>>) -> BTreeMap<&str, String> {
    let files = files.iter();
    files.map(|(path, text)| (path.as_str(), String::from_utf8_lossy(text).into_owned())).collect()
}

#[test]
fn every_case_of_fabrikate() {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(project("tests/conformance/set"))
        .expect("cases")
        .map(|entry| entry.expect("entry").path())
        .collect();
    cases.sort();
    let found = cases.iter().map(|case| (case, problem(case)));
    let problems: Vec<_> = found.filter_map(|(case, problem)| Some((case, problem?))).collect();
    println!("conformance/set: {} of {}", cases.len() - problems.len(), cases.len());
    assert!(problems.is_empty(), "{problems:#?}");
    assert!(cases.len() > 40, "{} cases", cases.len());
}

/// Runs the executable in a definition of these files, and compares what it says and what it
/// changes.
#[track_caller]
pub(crate) fn check(files: &[(&str, &str)], arguments: &[&str], expected: &Expect) {
    let parent = tempfile::tempdir().expect("folder");
    let folder = parent.path().join("hld");
    std::fs::create_dir(&folder).expect("folder");
    Definition::new(files).write(&folder);
    let before = tree(&folder);
    let output = run(&folder, arguments);
    let mut text = said(&output, &folder);
    let is_refused = !output.status.success();
    for (path, content) in tree(&folder) {
        if before.get(&path) != Some(&content) {
            assert!(!is_refused, "{path} was changed");
            text.extend(["--- ", &path, "\n", &String::from_utf8_lossy(&content)]);
        }
    }
    expected.assert_eq(&text);
}

const CONFIG: &str = "\
# For production.
config:
  image: {repository: app, tag: 1.2.3}   # released by the pipeline
  replicas: 3
  note: >-
    old words
subcomponents:
  db:
    namespace: data # kept
";

#[test]
fn the_rest_of_a_file_stays_as_it_is() {
    check(
        &[("config/prod.yaml", CONFIG)],
        &[
            "set",
            "--preserve",
            "--environment",
            "prod",
            "image.tag=1.2.4",
            "replicas=5",
            "note=new",
        ],
        &expect![[r#"
            Set 3 values in config/prod.yaml.
            --- config/prod.yaml
            # For production.
            config:
              image: {repository: app, tag: 1.2.4}   # released by the pipeline
              replicas: "5"
              note: >-
                new
            subcomponents:
              db:
                namespace: data # kept
        "#]],
    );
    check(
        &[("config/prod.yaml", CONFIG)],
        &[
            "set",
            "--preserve",
            "--environment=prod",
            "--subcomponent",
            "db.disk",
            "size=1Gi",
            "a.b=x=y",
        ],
        &expect![[r#"
            Set 2 values in config/prod.yaml.
            --- config/prod.yaml
            # For production.
            config:
              image: {repository: app, tag: 1.2.3}   # released by the pipeline
              replicas: 3
              note: >-
                old words
            subcomponents:
              db:
                namespace: data # kept
                subcomponents:
                  disk:
                    config:
                      a:
                        b: x=y
                      size: 1Gi
        "#]],
    );
    check(
        &[("config/common.json", "{\n    \"config\": {\n        \"a\": 1\n    }\n}\n")],
        &["set", "--preserve", "a=<x>", "b.c=2"],
        &expect![[r#"
            Set 2 values in config/common.json.
            --- config/common.json
            {
                "config": {
                    "a": "<x>",
                    "b": {
                        "c": "2"
                    }
                }
            }
        "#]],
    );
    check(
        &[("config/common.yaml", "config: # ours\n    a: {b: 1}\n")],
        &["set", "--preserve", "\"a\nb\"=1", "a.\"x\n\"=l1\nl2", "b=l1\nl2"],
        &expect![[r#"
            Set 3 values in config/common.yaml.
            --- config/common.yaml
            config: # ours
                a: {b: 1, "x\n": "l1\nl2"}
                "a\nb": "1"
                b: |-
                    l1
                    l2
        "#]],
    );
    check(
        &[("config/prod.yaml", CONFIG)],
        &["set", "--preserve", "a.b=1e3"],
        &expect![[r#"
        Set 1 value in config/common.yaml.
        --- config/common.yaml
        config:
          a:
            b: "1e3"
    "#]],
    );
}

#[test]
fn added_and_removed_components_leave_the_others_alone() {
    let file = "name: root # ours\nsubcomponents:\n\n# the database\n- name: db\n  source: ./db\n- name: web # the site\n";
    let files = [("component.yaml", file)];
    check(
        &files,
        &["add", "--preserve", "cache", "--source", "./c", "--method", "local"],
        &expect![[r#"
            Added `cache` in component.yaml.
            --- component.yaml
            name: root # ours
            subcomponents:

            # the database
            - name: db
              source: ./db
            - name: web # the site
            - name: cache
              type: component
              source: ./c
              method: local
        "#]],
    );
    check(
        &files,
        &["add", "--preserve", "web", "--source", "./w", "--method", "local"],
        &expect![[r#"
            Replaced `web` in component.yaml.
            --- component.yaml
            name: root # ours
            subcomponents:

            # the database
            - name: db
              source: ./db
            - name: web # the site
              type: component
              source: ./w
              method: local
        "#]],
    );
    check(
        &files,
        &["remove", "--preserve", "db", "nope"],
        &expect![[r#"
        `nope` is no subcomponent in component.yaml.
        Removed `db` from component.yaml.
        --- component.yaml
        name: root # ours
        subcomponents:

        # the database
        - name: web # the site
    "#]],
    );
    check(
        &files,
        &["remove", "--preserve", "db", "web"],
        &expect![[r#"
            Removed `db`, `web` from component.yaml.
            --- component.yaml
            name: root # ours
            subcomponents: []

            # the database
             # the site
        "#]],
    );
}

#[test]
fn values_that_fabrikate_changes_are_changed_in_the_same_way() {
    check(
        &[("config/common.yaml", "config: {a: -0.0, b: 1000000.0, c: '1e3', d: .inf}\n")],
        &["set", "e=1"],
        &expect![[r#"
            Set 1 value in config/common.yaml.
            --- config/common.yaml
            config:
              a: -0
              b: 1e+06
              c: 1e3
              d: .inf
              e: "1"
        "#]],
    );
}
