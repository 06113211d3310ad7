//! Rules of the house that the compiler does not know.

#![expect(clippy::disallowed_methods, clippy::expect_used, reason = "tests read files and fail")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fabrikate_gitops::failure::Code;
use fabrikate_gitops::inputs::{INPUTS, Kind};
use serde_json::Value;

/// Who may import whom: the table of docs/architecture.md.
const LAYERS: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("failure", &[]),
    ("nearest", &[]),
    ("filename", &[]),
    ("environment", &["filename"]),
    ("yaml", &[]),
    ("address", &["failure"]),
    ("host", WORDS),
    ("git", &["secret", "failure", "filename", "address", "host"]),
    ("report", WORDS),
    ("inputs", &["secret", "failure", "nearest", "filename", "environment", "address", "helm"]),
    ("plan", &["secret", "failure", "filename", "environment", "address", "inputs"]),
    ("hosting", &["secret", "failure", "address", "host", "git", "inputs"]),
    ("hooks", &["failure", "host", "inputs", "plan"]),
    ("helm", &["yaml"]),
    ("source", &["secret", "failure", "yaml", "address", "host", "git", "helm"]),
    (
        "definition",
        &[
            "failure",
            "address",
            "nearest",
            "filename",
            "environment",
            "yaml",
            "host",
            "plan",
            "hooks",
        ],
    ),
    ("install", &["secret", "failure", "host", "git", "inputs", "hooks", "definition", "source"]),
    ("edit", &["failure", "environment", "yaml", "host", "definition"]),
    ("setup", &["failure", "host", "plan"]),
    ("charts", &["failure", "yaml", "host", "inputs", "plan", "helm", "definition", "setup"]),
    ("render", &["failure", "environment", "yaml", "plan", "definition", "charts"]),
    ("output", &["failure", "environment", "host", "plan", "render"]),
    (
        "publish",
        &["failure", "filename", "environment", "host", "git", "hosting", "plan", "render"],
    ),
    ("keep", &["failure", "plan", "helm", "definition", "charts", "render", "publish"]),
    (
        "write_back",
        &[
            "failure",
            "environment",
            "host",
            "git",
            "hosting",
            "report",
            "plan",
            "definition",
            "edit",
            "publish",
        ],
    ),
    ("outcome", &["address", "git", "plan", "publish", "render", "report"]),
    ("cli", &["inputs", "edit", "charts"]),
    ("run", ALL),
    ("session", ALL),
];

/// Layer 0.
const WORDS: &[&str] =
    &["secret", "failure", "nearest", "filename", "environment", "yaml", "address"];

/// What the top layer may import.
const ALL: &[&str] = &["*"];

/// The most crates that the lock file may hold.
const MOST_CRATES: usize = 360;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(path: &str) -> String {
    std::fs::read_to_string(project(path)).expect(path)
}

fn json(path: &str) -> Value {
    serde_json::from_str(&text(path)).expect(path)
}

/// Returns the Rust files below a folder with their texts, by their paths from the project.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let (mut found, mut folders) = (BTreeMap::new(), vec![project(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(project("")).expect("path").to_string_lossy();
                found.insert(name.into_owned(), text(&path.to_string_lossy()));
            }
        }
    }
    found
}

/// Returns a file's text without its tests.
fn without_tests(text: &str) -> &str {
    text.split_once("#[cfg(test)]").map_or(text, |(code, _)| code)
}

/// Returns the module at the top that a file belongs to.
fn module(path: &str) -> &str {
    let name = path.strip_prefix("src/").unwrap_or(path);
    name.split(['/', '.']).next().unwrap_or(name)
}

/// Returns the modules that a text names after `crate::`.
fn imports(text: &str) -> BTreeSet<&str> {
    let after = text.split("crate::").skip(1);
    after
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next())
        .collect()
}

#[test]
fn modules_import_what_their_layer_may() {
    let mut problems = Vec::new();
    for (path, text) in sources("src") {
        let own = module(&path);
        if ["lib", "main"].contains(&own) || path.ends_with("/tests.rs") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == own) else {
            problems.push(format!("{path}: the module {own} is not in the table"));
            continue;
        };
        for import in imports(without_tests(&text)) {
            if import != own && !allowed.contains(&import) && *allowed != ALL {
                problems.push(format!("{path}: {own} may not import {import}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_table_has_no_module_that_is_not_there() {
    let library = text("src/lib.rs");
    for (name, _) in LAYERS {
        assert!(library.contains(&format!("pub mod {name};")), "{name} is not in src/lib.rs");
        assert!(
            text("docs/architecture.md").contains(&format!("`{name}`")),
            "{name} is not in docs/architecture.md"
        );
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut problems = Vec::new();
    for (folder, most) in [("src", 400), ("tests/support", 250), ("tests/it", 400)] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            if lines > most {
                problems.push(format!("{path} has {lines} lines, more than {most}"));
            }
            if !text.starts_with("//! ") {
                problems.push(format!("{path} does not begin with a `//!` sentence"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn nothing_is_put_off_and_nothing_climbs() {
    let words = ["TO", "FIX", "XX"].iter().zip(["DO", "ME", "X"]);
    let words: Vec<String> = words.map(|(a, b)| format!("{a}{b}")).collect();
    for (path, text) in sources("src").into_iter().chain(sources("tests/it")) {
        for word in &words {
            assert!(!text.contains(word.as_str()), "{path} holds {word}");
        }
        let climbs = without_tests(&text).contains("super::");
        assert!(!climbs || path.ends_with("tests.rs"), "{path} holds super::");
    }
}

#[test]
fn every_test_file_is_part_of_the_tests() {
    let root = text("tests/it.rs");
    for path in sources("tests/it").into_keys() {
        let name = path.trim_start_matches("tests/it/").trim_end_matches(".rs");
        assert!(root.contains(&format!("mod {name};")), "{path} is forgotten");
    }
}

/// Returns the words in back-ticks of a document's table rows, column by column.
fn rows(document: &str) -> Vec<Vec<Vec<String>>> {
    let table = document.lines().filter(|line| line.starts_with("| `"));
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    table.map(|line| line.split('|').skip(1).map(quoted).collect()).collect()
}

#[test]
fn inputs_are_the_same_in_the_code_the_task_and_the_document() {
    let task = json("task/task.json");
    let declared = task["inputs"].as_array().expect("inputs");
    let find = |name: &str| declared.iter().find(|input| input["name"] == name);
    let document = text("docs/inputs.md");
    let inputs = document.split("## Output variables").next().expect("inputs");
    let rows = rows(inputs);
    for input in INPUTS {
        let name = input.name;
        let found = find(name).expect(name);
        let kind = match input.kind {
            Kind::Text | Kind::Secret => "string".to_owned(),
            Kind::Lines => "multiLine".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Pick(_) => "pickList".to_owned(),
            Kind::Connection(of) => format!("connectedService:{of}"),
        };
        assert_eq!(found["type"], kind, "{name}");
        assert_eq!(found["defaultValue"], input.default, "{name}");
        let alias = found["aliases"].as_array().and_then(|aliases| aliases[0].as_str());
        assert_eq!(alias, input.alias, "{name}");
        if let Kind::Pick(values) = input.kind {
            let options: Vec<_> = found["options"].as_object().expect("options").keys().collect();
            assert_eq!(options, values, "{name}");
        }
        let row = rows.iter().find(|row| row[0] == [name]).expect(name);
        assert_eq!(
            row[1],
            input.alias.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "{name}"
        );
        let legacy = input.legacy.iter().map(ToString::to_string).collect::<Vec<_>>();
        let special = ["command", "accessToken"].contains(&name);
        assert!(special || row[2] == legacy, "{name}: {:?}", row[2]);
        if !input.default.is_empty() {
            assert_eq!(row[3], [input.default], "{name}");
        }
    }
    assert_eq!(declared.len(), INPUTS.len());
    assert_eq!(rows.len(), INPUTS.len());
}

#[test]
fn outputs_are_the_same_in_the_task_and_the_document() {
    let task = json("task/task.json");
    let declared = task["outputVariables"].as_array().expect("outputs");
    let declared: BTreeSet<&str> = declared.iter().filter_map(|o| o["name"].as_str()).collect();
    let document = text("docs/inputs.md");
    let outputs = document.split("## Output variables").nth(1).expect("outputs");
    let rows = rows(outputs);
    let documented: BTreeSet<&str> =
        rows.iter().flat_map(|row| row[0].iter().map(String::as_str)).collect();
    assert_eq!(declared, documented);
    let outcome = text("src/outcome.rs") + &text("src/session.rs");
    for name in declared {
        assert!(outcome.contains(&format!("\"{name}\"")), "{name} is never set");
    }
}

#[test]
fn every_code_is_explained_and_nothing_else_is() {
    let document = text("docs/errors.md");
    let explained: Vec<&str> =
        document.lines().filter_map(|line| line.strip_prefix("### ")).collect();
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(explained, codes);
    // The launcher has no Rust: its codes are in the same list.
    let launcher = text("task/launcher.js");
    for code in ["E201", "E202", "E900"] {
        assert!(launcher.contains(&format!("'{code}'")), "the launcher does not know {code}");
    }
}

#[test]
fn every_code_is_used() {
    let code: String = sources("src").into_values().collect();
    let launcher = [Code::UnsupportedPlatform, Code::NotStarted];
    for unused in Code::ALL.iter().filter(|code| !launcher.contains(code)) {
        assert!(code.contains(&format!("Code::{unused:?}")), "{unused} is never used");
    }
}

#[test]
fn the_version_is_the_same_everywhere() {
    let ours = env!("CARGO_PKG_VERSION");
    assert_eq!(json("vss-extension.json")["version"], ours);
    let version = &json("task/task.json")["version"];
    let parts = ["Major", "Minor", "Patch"].map(|part| version[part].to_string());
    assert_eq!(parts.join("."), ours);
    assert!(text("CHANGELOG.md").contains(&format!("\n## {ours}\n")));
}

#[test]
fn the_number_of_crates_stays_below_its_ceiling() {
    let crates = text("Cargo.lock").matches("[[package]]").count();
    assert!(crates <= MOST_CRATES, "{crates} crates");
}

#[test]
fn the_readmes_step_uses_inputs_that_there_are() {
    let readme = text("README.md");
    let step = readme.split("```yaml").nth(1).expect("a step").split("```").next().expect("yaml");
    let inputs =
        step.split("inputs:").nth(1).expect("inputs").split("env:").next().expect("inputs");
    let names: Vec<&str> = inputs
        .lines()
        .filter_map(|line| line.trim().split_once(':'))
        .map(|(name, _)| name)
        .collect();
    assert!(!names.is_empty());
    for name in names {
        assert!(INPUTS.iter().any(|input| input.name == name), "{name} is no input");
    }
}
