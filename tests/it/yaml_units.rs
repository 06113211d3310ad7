//! Every row that was made with the genuine YAML code: what is read, what is written, what is said.

use crate::it::product::project;
use fabrikate_gitops::yaml::{Error, Keys, LooseNumbers, Mapping, Value, parse, read, write};
use std::fs;
use std::path::PathBuf;

/// The files, with how many rows of each are refused, and in other words than go-yaml's.
const FILES: [&str; 7] = [
    "emit_string_key",
    "emit_string_nested",
    "emit_string_value",
    "manifest_roundtrip",
    "resolve_plain_config",
    "resolve_plain_key",
    "resolve_plain_value",
];

#[derive(Default)]
struct Tally {
    rows: usize,
    refused: usize,
    differing: Vec<String>,
    other_words: Vec<String>,
}

#[test]
fn every_row_is_as_the_genuine_program_has_it() {
    let mut differing = 0;
    for file in FILES {
        let tally = tally(file);
        println!(
            "{file}: {} of {} rows; {} of {} refusals in the same words",
            tally.rows - tally.differing.len(),
            tally.rows,
            tally.refused - tally.other_words.len(),
            tally.refused,
        );
        for row in tally.differing.iter().chain(&tally.other_words).take(10) {
            println!("  {row}");
        }
        differing += tally.differing.len() + tally.other_words.len();
    }
    assert_eq!(differing, 0, "rows differ");
}

fn tally(file: &str) -> Tally {
    let path = rows().join(file).with_extension("jsonl");
    let rows = fs::read_to_string(&path).expect("sound rows");
    let mut tally = Tally::default();
    for line in rows.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("sound rows");
        let text = |field: &str| row.get(field).and_then(serde_json::Value::as_str);
        let found = again(text("op").expect("sound rows"), text("in").unwrap_or_default());
        tally.rows += 1;
        match (found, text("err")) {
            (Ok(found), None) if Some(found.as_str()) == text("out") => {}
            (Err(error), Some(expected)) => {
                tally.refused += 1;
                let found = format!("yaml: {error}");
                if found != expected {
                    tally.other_words.push(format!("{line}\n    {found}"));
                }
            }
            (found, _) => tally.differing.push(format!("{line}\n    {found:?}")),
        }
    }
    tally
}

fn rows() -> PathBuf {
    project("tests/conformance/units")
}

fn again(op: &str, text: &str) -> Result<String, Error> {
    let value = match op {
        "scalar" => mapping("k", text.into()),
        "key" => mapping(text, "v".into()),
        "listitem" => {
            let list = vec![text.into(), mapping("n", text.into())];
            mapping("a", mapping("k", Value::Sequence(list)))
        }
        "manifest" => match read(text.as_bytes(), Keys::Typed)? {
            Value::Null => Value::Mapping(Mapping::new()),
            value => value,
        },
        "config" => config(text.as_bytes())?,
        other => panic!("unknown op {other}"),
    };
    Ok(String::from_utf8(write(&value, LooseNumbers::Plain)).expect("sound rows"))
}

fn mapping(key: &str, value: Value) -> Value {
    Value::Mapping(Mapping::from_iter([(key.into(), value)]))
}

/// Reads a component's configuration as far as the rows go: all have nothing but `config`.
fn config(text: &[u8]) -> Result<Value, Error> {
    let mut config = Mapping::new();
    if let Some(node) = parse(text)? {
        for (field, value) in node.assignments("core.ComponentConfig")? {
            assert_eq!(field, "config");
            let value = value.to_value(Keys::Text)?;
            if value != Value::Null && value != Value::Mapping(Mapping::new()) {
                config.insert(field, value);
            }
        }
    }
    Ok(Value::Mapping(config))
}
