//! Shows values as Go source, for the one message of go-yaml that does.

use crate::yaml::number;
use crate::yaml::value::{Mapping, Value};

/// Returns a value as Go's `%#v` shows it.
pub(crate) fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => format!("{number:#x}"),
        Value::Float(number) if number.is_nan() => "NaN".to_owned(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
        }
        Value::Float(number) => number::shortest(*number),
        Value::String(text) | Value::Loose(text) => format!("{text:?}"),
        Value::Binary(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Value::Sequence(values) => {
            let values: Vec<_> = values.iter().map(go_syntax).collect();
            format!("[]interface {{}}{{{}}}", values.join(", "))
        }
        Value::Mapping(mapping) => {
            format!("map[interface {{}}]interface {{}}{{{}}}", entries(mapping))
        }
    }
}

// Go sorts texts by their bytes here.
fn entries(mapping: &Mapping) -> String {
    let mut entries: Vec<_> = mapping.iter().collect();
    entries.sort_by_key(|(key, _)| key.as_str());
    let entries: Vec<_> = entries
        .into_iter()
        .map(|(key, value)| format!("{}:{}", go_syntax(key), go_syntax(value)))
        .collect();
    entries.join(", ")
}
