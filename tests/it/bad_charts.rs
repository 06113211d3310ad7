//! Bad charts, and Helm that cannot be used: each has a code, and a place where there is one.

use expect_test::expect;

use crate::it::failing::check;
use crate::it::product::{executable, publishing, served};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::Repository;
use crate::support::helm;

/// A definition with one chart.
fn chart(template: &str) -> Vec<(&'static str, String)> {
    let component = "name: root\nsubcomponents:\n- {name: app, type: helm, path: chart}\n";
    vec![
        ("component.yaml", component.to_owned()),
        ("config/prod.yaml", "{}\n".to_owned()),
        ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n".to_owned()),
        ("chart/templates/a.yaml", template.to_owned()),
    ]
}

fn with_chart(template: &str, repository: &Repository) -> Agent {
    let files = chart(template);
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    publishing(&files, repository).path(&helm::path())
}

#[test]
fn a_chart_that_fails() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent =
        with_chart("kind: A\n---\nx: {{ required \"x is needed\" .Values.x }}\n", &repository);
    check(
        &agent,
        &repository,
        &expect![[r#"
        chart/templates/a.yaml:3 Helm cannot render the chart of component `app`: execution error at (app/templates/a.yaml:3:6): x is needed — correct the chart, or the values that the configuration gives it (E402)
    "#]],
    );
    let agent = with_chart("kind: A\n{{ if }}\n", &repository);
    check(
        &agent,
        &repository,
        &expect![[r#"
        chart/templates/a.yaml:2 Helm cannot render the chart of component `app`: parse error at (app/templates/a.yaml:2): missing value for if — correct the chart, or the values that the configuration gives it (E402)
    "#]],
    );
    let agent = with_chart("kind: ConfigMap\nmetadata: text\n", &repository);
    check(
        &agent,
        &repository,
        &expect![[r#"
        chart/templates/a.yaml:0 Helm cannot render the chart of component `app`: YAML parse error on app/templates/a.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go struct field SimpleHead.metadata of type struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" } — correct the chart, or the values that the configuration gives it (E402)
    "#]],
    );
}

#[test]
fn a_chart_that_is_not_there_and_a_name_that_helm_refuses() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = with_chart("kind: A\n", &repository);
    let wrong = "name: root\nsubcomponents:\n- {name: app, type: helm, path: /charts}\n";
    Definition::new(&[("component.yaml", wrong)]).write(&agent.sources());
    check(
        &agent,
        &repository,
        &expect![[r#"
        component.yaml:3 the chart of component `app` is not there: $WORK/1/s/charts — correct `path`, which starts at the component's folder (E401)
    "#]],
    );
    let flag = "name: root\nsubcomponents:\n- {name: --debug, type: helm, path: chart}\n";
    Definition::new(&[("component.yaml", flag)]).write(&agent.sources());
    check(
        &agent,
        &repository,
        &expect![[r#"
        component.yaml:3 `--debug` cannot be the name of a release (it has characters that Helm does not allow there) — rename the component: a release has at most 53 lower-case letters, digits, dots and hyphens, and begins and ends with a letter or digit (E403)
    "#]],
    );
}

#[test]
fn helm_that_is_missing_old_or_broken() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let empty = tempfile::tempdir().expect("folder");
    let agent = with_chart("kind: A\n", &repository).path(&helm::without(empty.path()));
    let agent = agent.input("chartEngine", "helm");
    check(
        &agent,
        &repository,
        &expect![[r#"
            there is no `helm` on PATH — install Helm 3 before this step, for example with the task HelmInstaller@1, and see that its folder is on PATH (E203)
        "#]],
    );
    let old = tempfile::tempdir().expect("folder");
    helm::stand_in(old.path(), "echo v2.16.3");
    let agent = with_chart("kind: A\n", &repository)
        .input("chartEngine", "helm")
        .path(&helm::with(old.path()));
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E204"]);
    // A folder of the checkout brings no programs.
    let agent = with_chart("kind: A\n", &repository).input("chartEngine", "helm");
    helm::stand_in(&agent.sources().join("bin"), "touch ran; echo v3.17.3");
    let transcript = agent.path(&format!("bin:{}", empty.path().display())).run();
    assert_eq!(transcript.failed().error_codes(), ["E203"]);
}

#[test]
fn a_document_that_cannot_be_read() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let stand_in = tempfile::tempdir().expect("folder");
    let script = r#"[ "$1" = template ] && printf -- '---\na: 1\n---\nb: [\n' || echo v3.17.3"#;
    helm::stand_in(stand_in.path(), script);
    let path = helm::with(stand_in.path());
    let agent = with_chart("", &repository).input("chartEngine", "helm").path(&path);
    check(
        &agent,
        &repository,
        &expect![[r#"
        component.yaml:3 a document of component `app` cannot be used: it cannot be read: line 2: did not find expected node content (it begins with `b: [`) — correct the chart's template (E404)
    "#]],
    );
    // What the engine cannot load goes to Helm.
    std::fs::remove_file(agent.sources().join("chart/Chart.yaml")).expect("file");
    let mut generate = std::process::Command::new(executable());
    generate.args(["generate", "prod"]).current_dir(agent.sources()).env("PATH", path);
    let output = generate.output().expect("the executable");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("a document of component `app` was left out"), "{said}");
}
