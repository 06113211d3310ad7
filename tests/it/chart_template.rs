//! `chart template` beside the genuine `helm template`: the same bytes, words and exit status.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::it::product::executable;
use crate::support::definition::Definition;
use crate::support::helm;

/// A chart in which every argument shows.
const APP: &[(&str, &str)] = &[
    ("app/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\nappVersion: \"1.2\"\n"),
    ("app/values.yaml", "a: {b: 1, c: text}\nlist: [1, 2]\non: true\n"),
    (
        "app/templates/a.yaml",
        concat!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n",
            "  name: {{ include \"app.name\" . }}\n  namespace: {{ .Release.Namespace }}\ndata:\n",
            "  values: {{ .Values | toJson | quote }}\n",
            "  kube: {{ .Capabilities.KubeVersion }} {{ .Capabilities.KubeVersion.Minor }}\n",
            "  x: {{ .Capabilities.APIVersions.Has \"x.io/v1\" }}\n",
            "  y: {{ .Capabilities.APIVersions.Has \"y.io/v1/Y\" }}\n",
            "  upgrade: {{ .Release.IsUpgrade }}\n  install: {{ .Release.IsInstall }}\n",
            "  file: {{ .Files.Get \"a.txt\" | quote }}\n",
            "  needed: {{ required \"a.b is needed\" .Values.a.b }}\n",
        ),
    ),
    ("app/templates/_name.tpl", "{{ define \"app.name\" }}{{ .Release.Name }}-x{{ end }}"),
    (
        "app/templates/test.yaml",
        "kind: Pod\nmetadata:\n  name: t\n  annotations: {helm.sh/hook: test}\n",
    ),
    ("app/templates/NOTES.txt", "Notes of {{ .Release.Name }}\n"),
    ("app/crds/c.yaml", "kind: CustomResourceDefinition\nmetadata: {name: c}\n"),
    ("app/a.txt", "one\ntwo\n"),
    ("one.yaml", "a: {b: 2}\nlist: [3]\n"),
    ("two.yaml", "a: {c: ~, d: {e: 1.5}}\n"),
    ("old/Chart.yaml", "apiVersion: v1\nname: old\nversion: 0.1.0\ndeprecated: true\n"),
    ("old/values.yaml", "a: {b: 1}\n"),
    ("old/templates/a.yaml", "kind: A\nmetadata: {name: a}\nx: {{ .Values.a }}\n"),
    ("wrong/Chart.yaml", "apiVersion: v1\nname: wrong\nversion: 0.1.0\n"),
    ("wrong/templates/a.yaml", "kind: A\nx: {{ .Values.a.b.c }}\n"),
    ("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n"),
    ("empty/file.txt", "\n"),
    ("input.txt", "a: {b: input}\n"),
];

fn charts() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(APP).write(folder.path());
    folder
}

/// Runs a program in a folder, with a file as its standard input.
fn run(program: &Path, arguments: &[&str], folder: &Path) -> Output {
    let input = std::fs::File::open(folder.join("input.txt")).expect("input");
    Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder.join("home"))
        .env("TMPDIR", folder)
        .stdin(Stdio::from(input))
        .output()
        .expect("a program")
}

/// Compares everything that the two print for the arguments of `template`, apart by blanks.
#[track_caller]
fn check(folder: &Path, arguments: &str) {
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let theirs = run(&helm::folder().join("helm"), &[&["template"], &*arguments].concat(), folder);
    let ours = run(executable(), &[&["chart", "template"], &*arguments].concat(), folder);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&ours.stderr), text(&theirs.stderr), "{arguments:?}");
    assert_eq!(text(&ours.stdout), text(&theirs.stdout), "{arguments:?}");
    assert_eq!(ours.status.code(), theirs.status.code(), "{arguments:?}");
}

#[test]
fn names_and_charts() {
    let folder = charts();
    for arguments in ["app", "my-name app", "./app/", "my.name ./app", "-n other app"] {
        check(folder.path(), arguments);
    }
    check(&folder.path().join("."), &folder.path().join("app").to_string_lossy());
}

#[test]
fn values_from_files_and_arguments() {
    let folder = charts();
    for arguments in [
        "app -f one.yaml",
        "app -f one.yaml,two.yaml",
        "app --values two.yaml --values=one.yaml",
        "app -f -",
        "app --set a.b=5,list[1]=x --set a.c=null",
        "app --set-string a.b=5 --set a.b=6",
        "app --set-json a={\"b\":[1,{}]}",
        "app --set-file a.b=one.yaml",
        "app -f one.yaml --set-json a.b=7 --set a.d=1 --set-string a.e=1 --set-file a.f=a.txt",
        "app --set a.b=-1 --set-string -x=1",
    ] {
        check(folder.path(), arguments);
    }
}

#[test]
fn capabilities_and_what_is_printed() {
    let folder = charts();
    for arguments in [
        "app --kube-version 1.30",
        "app --kube-version=v1.29.3-gke.5",
        "app -a x.io/v1,y.io/v1/Y",
        "app --api-versions x.io/v1 --api-versions=y.io/v1/Y",
        "app --include-crds",
        "app --include-crds=false --skip-tests",
        "app --skip-tests=true --is-upgrade",
        "app --namespace one --namespace two",
        "old",
        "old --set a=1",
    ] {
        check(folder.path(), arguments);
    }
}

#[test]
fn mistakes_are_told_in_helms_words() {
    let folder = charts();
    for arguments in [
        "none",
        "./none",
        "/none",
        "some/none",
        "empty",
        "lib",
        "wrong",
        "My_name app",
        "app -f none.yaml",
        "app -f app",
        "app -f one.yaml -f a/b",
        "app -f app/a.txt",
        "app --set a",
        "app --set-json a=}",
        "app --set-file a=none",
        "app --set-file a=app",
        "app --set a.b=null",
        "app --kube-version x",
    ] {
        check(folder.path(), arguments);
    }
}

#[test]
fn archives_are_charts_too() {
    let folder = charts();
    let packed = run(&helm::folder().join("helm"), &["package", "app"], folder.path());
    assert!(packed.status.success());
    check(folder.path(), "app-0.1.0.tgz --include-crds");
    check(folder.path(), "name ./app-0.1.0.tgz");
}

#[test]
fn usage_is_our_own() {
    let folder = charts();
    let ours = run(executable(), &["chart", "template", "a", "b", "c"], folder.path());
    assert_eq!(ours.status.code(), Some(2));
    let ours = run(executable(), &["chart", "template", "app", "--unknown"], folder.path());
    assert_eq!(ours.status.code(), Some(2));
}
