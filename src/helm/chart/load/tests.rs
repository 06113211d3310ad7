//! From files to a chart.

use super::*;
use crate::helm::archive::pack;
use expect_test::{Expect, expect};

fn files(files: &[(&str, &str)]) -> Vec<File> {
    let file = |(path, text): &(&str, &str)| File { path: (*path).into(), content: (*text).into() };
    files.iter().map(file).collect()
}

fn check(given: &[(&str, &str)], expected: &Expect) {
    let shown = match folder(files(given), Profile::Helm317) {
        Ok(chart) => shown(&chart, ""),
        Err(error) => format!("{error}\n"),
    };
    expected.assert_eq(&shown);
}

fn shown(chart: &Chart, indent: &str) -> String {
    let mut lines = vec![format!("{indent}{}\n", chart.metadata.name)];
    for template in &chart.templates {
        lines.push(format!("{indent}  {}\n", template.path));
    }
    for (path, _) in &chart.files {
        lines.push(format!("{indent}  file {path}\n"));
    }
    for part in &chart.parts {
        lines.push(self::shown(part, &format!("{indent}  ")));
    }
    lines.concat()
}

const CHART: (&str, &str) = ("Chart.yaml", "{apiVersion: v2, name: c, version: 1.0.0}");

#[test]
fn files_find_their_place() {
    check(
        &[
            CHART,
            (".helmignore", "ignored/\n"),
            ("ignored/a", ""),
            ("templates/.hidden", ""),
            ("templates/a.yaml", ""),
            ("README.md", ""),
            ("charts/_a/x", ""),
            ("charts/x.tgz.prov", ""),
            ("charts/s/Chart.yaml", "{name: s, version: '1'}"),
            ("charts/s/requirements.yaml", ""),
        ],
        &expect![[r#"
            c
              templates/a.yaml
              file .helmignore
              file README.md
              file charts/x.tgz.prov
              s
                file requirements.yaml
        "#]],
    );
}

#[test]
fn charts_in_archives_are_loaded() {
    let mut given = files(&[CHART]);
    let packed = pack("any", &given).unwrap();
    given.push(File { path: "charts/c-1.tgz".into(), content: packed });
    assert_eq!(shown(&folder(given, Profile::Helm317).unwrap(), ""), "c\n  c\n");
}

#[test]
fn what_is_no_chart_is_told_in_helms_words() {
    check(
        &[],
        &expect![[r#"
        Chart.yaml file is missing
    "#]],
    );
    check(
        &[("Chart.yaml", "{name: c}")],
        &expect![[r#"
        validation: chart.metadata.version is required
    "#]],
    );
    check(
        &[CHART, ("charts/README.md", "")],
        &expect![[r#"
        error unpacking subchart README.md in c: Chart.yaml file is missing
    "#]],
    );
    check(
        &[CHART, ("charts/s.tgz/Chart.yaml", "")],
        &expect![[r#"
        error unpacking subchart tar in c: expected s.tgz, got s.tgz/Chart.yaml
    "#]],
    );
    check(
        &[CHART, ("values.yaml", "[]")],
        &expect![[r#"
        cannot load values.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}
    "#]],
    );
}

#[test]
fn archives_within_archives_end() {
    let mut given = files(&[CHART]);
    for _ in 0..40 {
        let packed = pack("any", &given).unwrap();
        given = files(&[CHART]);
        given.push(File { path: "charts/c.tgz".into(), content: packed });
    }
    let mut error = folder(given, Profile::Helm317).unwrap_err();
    while let LoadError::Part { source, .. } = error {
        error = *source;
    }
    assert_eq!(error.to_string(), "charts are more than 30 deep in charts");
}
