//! `helmProfile`: what Helm 4.1 makes of charts, and which installed Helm may stand in.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::it::product::{executable, project, step};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::helm;

/// Returns what `chart template` prints of a case of a table: manifests, or an error.
fn printed(case: &Json) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("folder");
    let files = case["files"].as_object().expect("files");
    let files: Vec<(String, &str)> = files
        .iter()
        .map(|(name, text)| (format!("c/{name}"), text.as_str().expect("a text")))
        .collect();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    Definition::new(&files).write(folder.path());
    let arguments = case["arguments"].as_array().expect("arguments").iter();
    let output = Command::new(executable())
        .args(["chart", "template", "--helm-profile", "4.1", "x", "c"])
        .args(arguments.map(|argument| argument.as_str().expect("a text")))
        .current_dir(folder.path())
        .env_clear()
        .output()
        .expect("the executable");
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).expect("text"));
    }
    let text = String::from_utf8(output.stderr).expect("text");
    let (_, error) = text.split_once("Error: ").expect("an error");
    let error = error.split("\n\nUse --debug").next().unwrap_or_default();
    Err(error.trim_end_matches('\n').to_owned())
}

/// Compares each case of a table of 4.1; `shown` is what counts of an error.
fn check(table: &str, shown: fn(&str) -> Vec<String>) {
    let text = std::fs::read_to_string(project(&format!("tests/helm/4.1/{table}"))).expect(table);
    let (mut all, mut wrong) = (0, Vec::new());
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).expect("JSON");
        let found = printed(&case).map_err(|error| shown(&error));
        let expected = match (&case["output"], &case["error"]) {
            (Json::String(output), _) => Ok(output.clone()),
            (_, error) => Err(shown(error.as_str().expect("an error"))),
        };
        all += 1;
        if found != expected {
            wrong.push(format!("{line}\n  is   {found:?}\n  not  {expected:?}"));
        }
    }
    println!("helm/4.1/{table}: {} of {all}", all - wrong.len());
    assert!(wrong.is_empty() && all > 0, "{}", wrong.join("\n"));
}

#[test]
fn charts_give_what_helm_4_gives() {
    check("charts.jsonl", |error| vec![error.to_owned()]);
}

// Helm goes through tables in any order, and what is wrong with a schema has lines that are not
// here: see docs/compatibility.md.
#[test]
fn schemas_are_judged_as_helm_4_does() {
    check("schema.jsonl", |error| {
        let is_of_schema = error.lines().nth(2).is_none_or(|line| !line.starts_with("- "));
        let mut lines: Vec<_> = error.lines().map(|line| line.trim().to_owned()).collect();
        lines.retain(|line| !line.ends_with(": 'allOf' failed"));
        lines.truncate(if is_of_schema { 1 } else { lines.len() });
        lines.sort();
        lines
    });
}

const CHART: &[(&str, &str)] = &[
    ("component.yaml", "name: root\nsubcomponents:\n- {name: app, type: helm, path: chart}\n"),
    ("config/prod.yaml", "{}\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n"),
    (
        "chart/templates/a.yaml",
        "kind: A\nmetadata: {name: a}\nx: {{ .Capabilities.KubeVersion }}\n",
    ),
];
const FAILING: (&str, &str) = ("chart/templates/b.yaml", "x: {{ fail \"no\" }}\n");

fn rendering(files: &[(&str, &str)], path: &str) -> Agent {
    let agent = step().input("command", "render").path(path);
    Definition::new(files).write(&agent.sources());
    agent
}

/// Writes a Helm of a version, which renders anything.
fn stand_in(folder: &Path, version: &str) -> String {
    let script = format!(
        "[ \"$1\" = version ] && {{ echo {version}; exit; }}\n\
         printf 'kind: A\\nmetadata: {{name: helm}}\\n'"
    );
    helm::stand_in(folder, &script);
    helm::with(folder)
}

#[test]
fn the_log_says_which_helm_is_followed() {
    for (profile, kubernetes) in [("3.17", "v1.32.0"), ("4.1", "v1.35.0")] {
        let agent = rendering(CHART, &helm::path()).input("helmProfile", profile);
        let transcript = agent.run();
        transcript.succeeded();
        let line = format!("1 charts by the engine that is built in (Helm {profile})");
        assert!(transcript.to_string().contains(&line), "{transcript}");
        let made = agent.sources().join("generated/prod/app.yaml");
        let made = std::fs::read_to_string(made).expect("manifest");
        assert!(made.contains(&format!("x: {kubernetes}")), "{made}");
    }
}

#[test]
fn only_a_helm_of_the_profile_stands_in() {
    let tools = tempfile::tempdir().expect("folder");
    let files = [CHART, &[FAILING]].concat();
    for (profile, version, stands_in) in [
        ("3.17", "v3.17.1", true),
        ("3.17", "v3.18.0", false),
        ("3.17", "v4.1.4", false),
        ("4.1", "v4.1.3", true),
        ("4.1", "v3.17.3", false),
    ] {
        let agent = rendering(&files, &stand_in(tools.path(), version));
        let transcript = agent.input("helmProfile", profile).run();
        if stands_in {
            transcript.succeeded();
            assert!(transcript.to_string().contains("Component app went to Helm"), "{transcript}");
            continue;
        }
        assert_eq!(transcript.failed().error_codes(), ["E402"]);
        let reason = format!(
            "was not asked: it is Helm {version}, and charts are rendered as Helm {profile} does"
        );
        assert!(transcript.to_string().contains(&reason), "{transcript}");
    }
}

#[test]
fn another_helm_that_is_asked_for_is_a_warning() {
    let tools = tempfile::tempdir().expect("folder");
    for (profile, version, differs) in [
        ("3.17", "v3.17.3", false),
        ("3.17", "v3.16.2", true),
        ("4.1", "v3.17.3", true),
        ("4.1", "v4.1.4", false),
    ] {
        let agent = rendering(CHART, &stand_in(tools.path(), version));
        let agent = agent.input("chartEngine", "helm").input("helmProfile", profile);
        let transcript = agent.run();
        if !differs {
            transcript.succeeded();
            continue;
        }
        transcript.succeeded_with_issues();
        let [issue] = transcript.issues() else { panic!("{transcript}") };
        assert_eq!(issue.code().unwrap_or("W201"), "W201", "{transcript}");
        let words = [format!("with Helm {version},"), format!("from Helm {profile} ")];
        assert!(words.iter().all(|words| issue.message.contains(words)), "{}", issue.message);
    }
}

fn verified(profile: &str, path: &str) -> Output {
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(CHART).write(folder.path());
    Command::new(executable())
        .args(["chart", "verify", "--helm-profile", profile, "chart"])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("TMPDIR", folder.path())
        .output()
        .expect("the executable")
}

#[test]
fn verify_compares_a_profile() {
    let output = verified("3.17", &helm::path());
    assert!(output.status.success(), "{output:?}");
    let output = verified("4.1", &helm::path());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the engine is 4.1"), "{said}");
    assert!(said.contains("charts are rendered with Helm v3.17.3"), "{said}");
}
