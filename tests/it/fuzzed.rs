//! What the fuzz targets check, on each input of tests/fuzz: those that reach most of the code, and
//! nasty ones.

use serde_json::Value;

use crate::it::product::project;

#[path = "../fuzz/archive.rs"]
mod archive;
#[path = "../fuzz/component.rs"]
mod component;
#[path = "../fuzz/config.rs"]
mod config;
#[path = "../fuzz/edit.rs"]
mod edit;
#[path = "../fuzz/execute.rs"]
mod execute;
#[path = "../fuzz/schema.rs"]
mod schema;
#[path = "../fuzz/template.rs"]
mod template;
#[path = "../fuzz/yaml.rs"]
mod yaml;

/// Returns the bytes of an input: a text, or one whose characters each stand for a byte.
fn bytes(row: &Value) -> Vec<u8> {
    match (row["text"].as_str(), row["latin1"].as_str()) {
        (Some(text), None) => text.as_bytes().to_vec(),
        (None, Some(text)) => text.chars().map(|c| u8::try_from(c).expect("a byte")).collect(),
        _ => panic!("{row} is no input"),
    }
}

#[track_caller]
fn all(target: &str, check: fn(&[u8])) {
    let file = project(&format!("tests/fuzz/{target}.jsonl"));
    let text = std::fs::read_to_string(&file).expect("inputs");
    let inputs: Vec<_> = text.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(inputs.len() > 10, "{target}");
    for input in &inputs {
        let bytes = bytes(input);
        let checked = std::panic::catch_unwind(|| check(&bytes));
        assert!(checked.is_ok(), "{target}: {input}");
    }
}

#[test]
fn archives_of_charts() {
    all("archive", archive::check);
}

#[test]
fn component_files() {
    all("component", component::check);
}

#[test]
fn configurations() {
    all("config", config::check);
}

#[test]
fn edits() {
    all("edit", edit::check);
}

#[test]
fn executed_templates() {
    all("execute", execute::check);
}

#[test]
fn schemas() {
    all("schema", schema::check);
}

#[test]
fn templates() {
    all("template", template::check);
}

#[test]
fn yaml_texts() {
    all("yaml", yaml::check);
}

#[test]
fn every_target_has_its_inputs_here() {
    let manifest = std::fs::read_to_string(project("fuzz/Cargo.toml")).expect("manifest");
    let own = std::fs::read_to_string(project("tests/it/fuzzed.rs")).expect("this file");
    for path in manifest.lines().filter_map(|line| line.strip_prefix("path = \"targets/")) {
        let name = path.trim_end_matches(".rs\"");
        assert!(own.contains(&format!("all(\"{name}\", {name}::check)")), "{name}");
    }
}
