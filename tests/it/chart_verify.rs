//! `chart verify`: both engines on every chart of a folder.

use std::path::Path;
use std::process::{Command, Output};

use expect_test::{Expect, expect};

use crate::it::product::executable;
use crate::support::definition::Definition;
use crate::support::helm;

const CHART: &str = "apiVersion: v1\nname: a\nversion: 0.1.0\n";

fn verify(files: &[(&str, &str)], path: &str) -> (tempfile::TempDir, Output) {
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(files).write(&folder.path().join("charts"));
    let output = Command::new(executable())
        .args(["chart", "verify", "charts"])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("TMPDIR", folder.path())
        .output()
        .expect("the executable");
    (folder, output)
}

#[track_caller]
fn check((folder, output): &(tempfile::TempDir, Output), status: i32, expected: &Expect) {
    let folder = folder.path().to_string_lossy();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*folder, "$FOLDER");
    expected.assert_eq(&format!("{}--\n{}", text(&output.stdout), text(&output.stderr)));
    assert_eq!(output.status.code(), Some(status));
}

#[test]
fn every_case_is_compared() {
    let secret = "kind: A\nmetadata: {name: a}\nx: {{ randAlphaNum 20 }}\n";
    let needed = "kind: A\nmetadata: {name: a}\nx: {{ required \"x\" .Values.x }}\n";
    let files = [
        ("equal/Chart.yaml", CHART),
        ("equal/templates/a.yaml", "kind: A\nmetadata: {name: a}\nx: {{ .Values.x }}\n"),
        ("equal/ci/one-values.yaml", "x: 1\n"),
        ("equal/ci/two.yaml", "x: 2\n"),
        ("random/Chart.yaml", CHART),
        ("random/templates/a.yaml", secret),
        ("refused/Chart.yaml", CHART),
        ("refused/templates/a.yaml", needed),
        ("refused/ci/x-values.yaml", "x: 1\n"),
        ("no-chart.tgz", "no archive"),
    ];
    let output = verify(&files, &helm::path());
    check(
        &output,
        0,
        &expect![[r#"
        equal: equal
        equal ci/one-values.yaml: equal
        equal ci/two.yaml: equal
        no-chart.tgz: refused by both, in other words
          Helm:   file '$FOLDER/charts/no-chart.tgz' does not appear to be a gzipped archive; got 'application/octet-stream'
          engine: it is not a gzip-compressed tar archive
        random: equal but for random lines
        refused: refused by both: execution error at (a/templates/a.yaml:3:6): x
        refused ci/x-values.yaml: equal
        7 cases: 4 equal, 1 equal but for random lines, 1 refused by both, 1 refused by both, in other words
        --
        The engine that is built in agrees with Helm v3.17.3.
    "#]],
    );
}

/// Returns a PATH with a Helm that is the genuine one but for what a script makes of its output.
fn changed(folder: &Path, script: &str) -> String {
    let genuine = helm::folder().join("helm");
    let script = format!("{} \"$@\" | {script}", genuine.display());
    helm::stand_in(folder, &script);
    helm::with(folder)
}

#[test]
fn a_silent_difference_is_a_failure() {
    let files =
        [("b/Chart.yaml", CHART), ("b/templates/a.yaml", "kind: A\nmetadata: {name: a}\nx: one\n")];
    let tools = tempfile::tempdir().expect("folder");
    let path = changed(tools.path(), "sed s/one/two/");
    let output = verify(&files, &path);
    check(
        &output,
        1,
        &expect![[r#"
        b: different, first in line 5
          Helm:   x: two
          engine: x: one
        1 cases: 1 different
        --
        error[E407]: the engine that is built in differs from Helm v3.17.3 in 1 cases
          = compare the versions of Helm (the engine is 3.17); report the chart; until then render it with `chartEngine: helm`
    "#]],
    );
}

#[test]
fn without_helm_nothing_can_be_compared() {
    let files = [("b/Chart.yaml", CHART)];
    let tools = tempfile::tempdir().expect("folder");
    let output = verify(&files, &helm::without(tools.path()));
    check(
        &output,
        1,
        &expect![[r#"
            --
            error[E203]: there is no `helm` on PATH
              = install Helm 3 before this step, for example with the task HelmInstaller@1, and see that its folder is on PATH
        "#]],
    );
}

#[test]
fn a_folder_without_charts_is_a_mistake() {
    let output = verify(&[("a.yaml", "a: 1\n")], &helm::path());
    check(
        &output,
        1,
        &expect![[r#"
        --
        error[E401]: there is no chart in $FOLDER/charts
          --> $FOLDER/charts
          = name a folder with charts below it
    "#]],
    );
}

#[test]
fn what_helm_alone_refuses_is_a_failure() {
    let files = [("b/Chart.yaml", CHART), ("b/templates/a.yaml", "kind: A\nmetadata: {name: a}\n")];
    let tools = tempfile::tempdir().expect("folder");
    let script = "[ $1 = version ] && echo v3.17.3 && exit; echo 'Error: no' >&2; exit 1";
    helm::stand_in(tools.path(), script);
    let output = verify(&files, &helm::with(tools.path()));
    check(
        &output,
        1,
        &expect![[r#"
        b: refused by Helm alone: no
        1 cases: 1 refused by Helm alone
        --
        error[E407]: the engine that is built in differs from Helm v3.17.3 in 1 cases
          = compare the versions of Helm (the engine is 3.17); report the chart; until then render it with `chartEngine: helm`
    "#]],
    );
}
