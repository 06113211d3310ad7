//! Golden cases made with the genuine Fabrikate and Helm, compared byte for byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::it::conformance_codes::CODES;
use crate::it::product::{executable, project, public_definitions};
use crate::support::definition::tree;
use crate::support::helm;

/// Cases in which we are better on purpose and whose case.json says nothing of it, with why.
/// `docs/compatibility.md` speaks of each.
const BETTER: &[(&str, &str)] = &[
    ("cleaning/raw-stderr-kv", "standard error is never part of a manifest"),
    ("cleaning/raw-stderr-mixed", "standard error takes no document along"),
    ("cleaning/raw-stderr-nocolon", "standard error takes no document along"),
];

struct Case {
    name: String,
    folder: PathBuf,
    facts: Value,
}

impl Case {
    fn read(group: &str, folder: PathBuf) -> Self {
        let text = std::fs::read_to_string(folder.join("case.json")).expect("case.json");
        let name = folder.file_name().expect("name").to_string_lossy().into_owned();
        let facts = serde_json::from_str(&text).expect("JSON");
        Self { name: format!("{group}/{name}"), folder, facts }
    }

    fn text(&self, field: &str) -> &str {
        self.facts.get(field).and_then(Value::as_str).unwrap_or_default()
    }

    /// Copies the definition and gives back what a copy through git has lost.
    fn prepare(&self, folder: &Path) {
        copy(&self.folder.join("hld"), folder);
        let link = |target: &str, path: &str| {
            let path = folder.join(path);
            std::fs::remove_file(&path).expect("file");
            std::os::unix::fs::symlink(target, path).expect("link");
        };
        match self.name.as_str() {
            "static/empty-dir" => std::fs::create_dir(folder.join("m")).expect("folder"),
            "static/symlink-file" => link("../x.yaml", "m/a.yaml"),
            "helm/symlink-in-chart" => link("../../shared.yaml", "echo/templates/l.yaml"),
            "real/walmart-dev" => walmart_components(folder),
            _ => {}
        }
    }

    /// Runs the case and returns what is wrong.
    fn problem(&self) -> Option<String> {
        let folder = tempfile::tempdir().expect("folder");
        self.prepare(folder.path());
        let working = folder.path().join(match self.text("cwd") {
            "" => ".",
            folder => folder,
        });
        let stand_in = tempfile::tempdir().expect("folder");
        let path = if self.facts.get("helm_output").is_some() {
            helm::stand_in(stand_in.path(), HELM_OUTPUT);
            helm::with(stand_in.path())
        } else {
            helm::path()
        };
        let words = self.facts.get("environments").and_then(Value::as_array).expect("environments");
        let words = words.iter().map(|word| word.as_str().expect("word"));
        let output = Command::new(executable())
            .args(["generate", "--"])
            .args(words)
            .current_dir(&working)
            .env_clear()
            .env("PATH", path)
            .output()
            .expect("the executable");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let ended = if output.status.success() { "ok" } else { "error" };
        if ended != self.text("expect") {
            return Some(format!("{ended}, not {}: {said}", self.text("expect")));
        }
        if ended == "error" {
            let code = said.split_once("error[").and_then(|(_, rest)| rest.split_once(']'));
            let code = code.map_or("none", |(code, _)| code);
            let wanted = CODES.iter().find(|(name, _)| *name == self.name);
            // Of the public definitions nobody knows which there are.
            let unknown = if self.name.starts_with("real/") { code } else { "one of the table" };
            let wanted = wanted.map_or(unknown, |(_, code)| code);
            return (code != wanted).then(|| format!("{code}, not {wanted}: {said}"));
        }
        let compared = ended == "ok" && self.text("compare") != "none";
        compared.then(|| self.difference(&working.join("generated"))).flatten()
    }

    fn difference(&self, generated: &Path) -> Option<String> {
        let expected = self.masked(tree(&self.folder.join("expected")));
        let found = self.masked(tree(generated));
        let paths = expected.keys().chain(found.keys());
        paths.filter(|path| expected.get(*path) != found.get(*path)).map(String::clone).next()
    }

    /// Blanks the lines that chance decides.
    fn masked(&self, mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
        let varying = self.facts.get("varying_lines").and_then(Value::as_object);
        for (path, numbers) in varying.into_iter().flatten() {
            let numbers = numbers.as_array().expect("numbers").iter().filter_map(Value::as_u64);
            if let Some(content) = files.get_mut(path) {
                blank(content, &numbers.collect::<Vec<_>>());
            }
        }
        files
    }
}

/// Stands in for Helm: prints what the case says that it does.
const HELM_OUTPUT: &str = r#"
[ "$1" = version ] && { echo v3.17.3; exit; }
[ "$1" = template ] || exit 1
[ -f "$3/raw.err" ] && cat "$3/raw.err" >&2
cat "$3/raw.out"
[ -f "$3/raw.rc" ] && exit "$(cat "$3/raw.rc")"
exit 0"#;

/// Puts the components of walmart-dev into place, which its own .gitignore keeps out of copies.
/// They are public and stand beside it; in one of them the manifests end without a line break.
pub(crate) fn walmart_components(folder: &Path) {
    let real = public_definitions().expect("public definitions");
    for name in ["elasticsearch-fluentd-kibana", "prometheus-grafana"] {
        let component = folder.join("infra/components").join(name);
        copy(&real.join(format!("fabrikate-{name}")).join("hld"), &component);
    }
    let manifests = folder.join("infra/components/prometheus-grafana/manifests");
    for entry in std::fs::read_dir(manifests).expect("manifests") {
        let path = entry.expect("entry").path();
        let text = std::fs::read_to_string(&path).expect("text");
        std::fs::write(&path, text.trim_end()).expect("file");
    }
}

/// Blanks lines of a text, which are counted from 1.
pub(crate) fn blank(content: &mut Vec<u8>, numbers: &[u64]) {
    let lines = content.split(|byte| *byte == b'\n').zip(1..);
    let kept = lines.map(|(line, number)| if numbers.contains(&number) { b"" } else { line });
    *content = kept.collect::<Vec<_>>().join(&b'\n');
}

/// Copies a folder; the copy can be written to.
pub(crate) fn copy(from: &Path, to: &Path) {
    for (path, content) in tree(from) {
        let path = to.join(path);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(path, content).expect("file");
    }
    std::fs::create_dir_all(to).expect("folder");
}

/// Runs every case of a group, and fails on one.
fn run(group: &str, folder: &Path) {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("group")
        .map(|entry| entry.expect("entry").path())
        .collect();
    names.sort();
    let (mut passed, mut problems) = (0, Vec::new());
    let all = names.len();
    for folder in names {
        let case = Case::read(group, folder);
        let better = BETTER.iter().find(|(name, _)| *name == case.name);
        match (case.problem(), better) {
            (None, None) | (Some(_), Some(_)) => passed += 1,
            (None, Some((name, why))) => problems.push(format!("{name}: no longer better ({why})")),
            (Some(problem), None) => problems.push(format!("{}: {problem}", case.name)),
        }
    }
    println!("conformance/{group}: {passed} of {all}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(passed > 0, "no case of {group} was run");
}

fn group(name: &str) {
    run(name, &project("tests/conformance").join(name));
}

#[test]
fn configuration() {
    group("config");
}

#[test]
fn namespaces() {
    group("namespace");
}

#[test]
fn components() {
    group("component");
}

#[test]
fn static_components() {
    group("static");
}

#[test]
fn charts() {
    group("helm");
}

#[test]
fn cleaning() {
    group("cleaning");
}

#[test]
fn injection() {
    group("injection");
}

#[test]
fn hooks() {
    group("hooks");
}

#[test]
fn public_definitions_render_as_with_fabrikate() {
    let Some(folder) = public_definitions() else {
        println!("conformance/real: not run, the public definitions are not beside the project");
        return;
    };
    run("real", &folder);
}
