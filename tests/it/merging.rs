//! Configuration layers merged as by the genuine program.

use fabrikate_gitops::definition::config::Config;
use fabrikate_gitops::definition::document::Json;
use fabrikate_gitops::yaml::{Keys, Mapping, Value, read};

use crate::it::product::project;

#[test]
fn every_row_of_layers_merges_as_in_fabrikate() {
    let rows =
        std::fs::read_to_string(project("tests/conformance/units/merge.jsonl")).expect("rows");
    let (mut all, mut problems) = (0, Vec::new());
    for line in rows.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("row");
        all += 1;
        let layers = row["layers"].as_array().expect("layers").iter().map(|layer| {
            let json = Json::parse(layer.as_str().expect("text").as_bytes()).expect("JSON");
            Config::read(&json).expect("configuration")
        });
        // The rows begin as a root does: with a configuration that is there and empty.
        let merged = layers
            .into_iter()
            .try_fold(Config::of_root(), |mut higher, lower| higher.merge(&lower).map(|()| higher));
        let fits = match (&merged, row["out"].as_str()) {
            (Ok(config), Some(out)) => {
                shown(config) == read(out.as_bytes(), Keys::Text).map_or(Value::Null, filled)
            }
            (Err(_), None) => true,
            (Ok(_), None) | (Err(_), Some(_)) => false,
        };
        if !fits {
            problems.push(format!("{line}\n    {merged:?}"));
        }
    }
    println!("merge: {} of {all} rows", all - problems.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(all > 700);
}

fn filled(value: Value) -> Value {
    if value == Value::Null { Value::Mapping(Mapping::new()) } else { value }
}

/// Returns a configuration as Fabrikate writes it: what is false or empty is left out.
fn shown(config: &Config) -> Value {
    let mut entries = Mapping::new();
    if !config.namespace.is_empty() {
        entries.insert("namespace", config.namespace.as_str().into());
    }
    for (name, flag) in [
        ("injectNamespace", config.inject_namespace.unwrap_or_default()),
        ("disabled", config.disabled),
    ] {
        if flag {
            entries.insert(name, Value::Bool(true));
        }
    }
    if let Some(values) = config.values.as_ref().filter(|values| !values.is_empty()) {
        entries.insert("config", numbers(&Value::Mapping(values.clone())));
    }
    let mut below = Mapping::new();
    for (name, config) in &config.subcomponents {
        below.insert(name.as_str(), shown(config));
    }
    if !below.is_empty() {
        entries.insert("subcomponents", Value::Mapping(below));
    }
    Value::Mapping(entries)
}

/// JSON has floats only, and the row's YAML whole numbers.
#[expect(clippy::cast_possible_truncation, reason = "the numbers of the rows are small")]
fn numbers(value: &Value) -> Value {
    match value {
        Value::Float(number) if number.fract() == 0.0 => Value::Int(*number as i64),
        Value::Sequence(items) => Value::Sequence(items.iter().map(numbers).collect()),
        Value::Mapping(mapping) => Value::Mapping(
            mapping.iter().map(|(key, value)| (key.clone(), numbers(value))).collect(),
        ),
        other => other.clone(),
    }
}
