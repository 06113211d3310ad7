//! Reading YAML as sigs.k8s.io/yaml does it for Helm: by way of JSON.

use crate::helm::Profile;
use crate::helm::format;
use crate::helm::value::Text;
use crate::helm::values::merge::merged;
use crate::helm::values::tree::{Table, Tree};
use crate::yaml::{self, Keys, Value};

/// Why a text is not what was asked for, in the words of sigs.k8s.io/yaml.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is no YAML.
    #[error("error converting YAML to JSON: yaml: {0}")]
    Yaml(yaml::Error),
    /// It means something that JSON cannot say.
    #[error("error converting YAML to JSON: {0}")]
    Inexpressible(String),
    /// One of several documents is wrong.
    #[error("cannot unmarshal yaml document: {0}")]
    Document(Box<ReadError>),
    /// Something stands behind the dashes that separate documents.
    #[error("error reading yaml document: invalid Yaml document separator: {0}")]
    Separator(String),
    /// It is something else than what was asked for.
    #[error(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into {wanted}"
    )]
    Kind {
        /// What it is.
        found: String,
        /// What was asked for.
        wanted: String,
    },
}

/// Returns what the first document of a text means.
pub fn read(text: &[u8]) -> Result<Tree, ReadError> {
    tree(&yaml::read(text, Keys::Typed).map_err(ReadError::Yaml)?)
}

/// Returns the table that a text means; an empty one for nothing.
pub fn read_table(text: &[u8]) -> Result<Table, ReadError> {
    match read(text)? {
        Tree::Table(table) => Ok(table),
        Tree::Null => Ok(Table::new()),
        other @ (Tree::Bool(_)
        | Tree::Int(_)
        | Tree::Float(_)
        | Tree::String(_)
        | Tree::List(_)) => Err(ReadError::Kind {
            found: kind(&other).to_owned(),
            wanted: "Go value of type map[string]interface {}".to_owned(),
        }),
    }
}

/// Returns the values that a file means to a Helm: since 4.0 those of all its documents, of which the
/// later one counts more.
pub(crate) fn read_values(text: &[u8], profile: Profile) -> Result<Table, ReadError> {
    if profile == Profile::Helm317 {
        return read_table(text);
    }
    let mut values = Table::new();
    for document in documents(text)? {
        let table = read_table(&document).map_err(|error| ReadError::Document(error.into()))?;
        values = merged(values, table);
    }
    Ok(values)
}

/// Returns the documents that lines beginning with dashes separate, wherever these stand.
fn documents(text: &[u8]) -> Result<Vec<Vec<u8>>, ReadError> {
    let (mut documents, mut document) = (Vec::new(), Vec::new());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if let Some(rest) = line.strip_prefix(b"---") {
            let rest = String::from_utf8_lossy(rest).trim().to_owned();
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err(ReadError::Separator(rest));
            }
            if !document.is_empty() {
                documents.push(std::mem::take(&mut document));
                continue;
            }
        }
        document.extend_from_slice(line);
    }
    if !document.is_empty() {
        documents.push(document);
    }
    Ok(documents)
}

/// Returns the kind of a value as encoding/json names it.
fn kind(tree: &Tree) -> &'static str {
    match tree {
        Tree::Null => "null",
        Tree::Bool(_) => "bool",
        Tree::Int(_) | Tree::Float(_) => "number",
        Tree::String(_) => "string",
        Tree::List(_) => "array",
        Tree::Table(_) => "object",
    }
}

/// Returns what JSON can say of a value.
pub(crate) fn tree(value: &Value) -> Result<Tree, ReadError> {
    Ok(match value {
        Value::Null => Tree::Null,
        Value::Bool(truth) => Tree::Bool(*truth),
        Value::Int(number) => Tree::Float(signed(*number)),
        Value::Uint(number) => Tree::Float(unsigned(*number)),
        Value::Float(number) => finite(*number)?,
        Value::Loose(text) => finite(loose(text))?,
        Value::String(text) => Tree::String(Text::from(text.as_str())),
        Value::Binary(bytes) => Tree::String(Text::from(String::from_utf8_lossy(bytes))),
        Value::Sequence(elements) => {
            Tree::List(elements.iter().map(tree).collect::<Result<_, _>>()?)
        }
        Value::Mapping(mapping) => {
            let mut table = Table::new();
            for (name, value) in mapping {
                table.insert(key_text(name, value)?, tree(value)?);
            }
            Tree::Table(table)
        }
    })
}

#[expect(clippy::cast_precision_loss, reason = "so it is in JSON")]
fn signed(number: i64) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "so it is in JSON")]
fn unsigned(number: u64) -> f64 {
    number as f64
}

fn loose(text: &str) -> f64 {
    format::parse_float(&text.replace('_', "")).unwrap_or(f64::INFINITY)
}

fn finite(number: f64) -> Result<Tree, ReadError> {
    if number.is_finite() {
        return Ok(Tree::Float(number));
    }
    let shown = if number.is_nan() {
        "NaN"
    } else if number > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    };
    Err(ReadError::Inexpressible(format!("json: unsupported value: {shown}")))
}

/// Returns the text that a key becomes.
pub(crate) fn key_text(key: &Value, value: &Value) -> Result<Text, ReadError> {
    Ok(match key {
        Value::String(text) => Text::from(text.as_str()),
        Value::Binary(bytes) => Text::from(String::from_utf8_lossy(bytes)),
        Value::Int(number) => Text::from(number.to_string()),
        Value::Bool(truth) => Text::from(if *truth { "true" } else { "false" }),
        Value::Float(number) => Text::from(float_key(*number)),
        Value::Loose(text) => Text::from(float_key(loose(text))),
        Value::Null | Value::Uint(_) | Value::Sequence(_) | Value::Mapping(_) => {
            return Err(ReadError::Inexpressible(unfit_key(key, value)));
        }
    })
}

// As a number of 32 bits, as sigs.k8s.io/yaml writes it.
fn float_key(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is what the original does")]
    let short = number as f32;
    let written = format!("{short:e}");
    let exponent: i32 =
        written.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    if (-4..21).contains(&exponent) {
        return short.to_string();
    }
    let (mantissa, _) = written.split_once('e').unwrap_or((&written, ""));
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

fn unfit_key(key: &Value, value: &Value) -> String {
    let (kind, shown) = match key {
        Value::Uint(number) => ("uint64", format!("{number:#x}")),
        _ => ("%!s(<nil>)", "<nil>".to_owned()),
    };
    let value = match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::String(text) => format!("{text:?}"),
        other => yaml::go_syntax(other),
    };
    format!("unsupported map key of type: {kind}, key: {shown}, value: {value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = match read_table(text.as_bytes()) {
            Ok(table) => format!("{table:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn all_numbers_are_floats() {
        check(
            "{a: 1, b: 0777, c: 1e3}",
            r#"{"a": Float(1.0), "b": Float(511.0), "c": Float(1000.0)}"#,
        );
        check("a: 18446744073709551615", r#"{"a": Float(1.8446744073709552e19)}"#);
        check("a: .inf", "error converting YAML to JSON: json: unsupported value: +Inf");
    }

    #[test]
    fn keys_are_texts() {
        check(
            "{1: a, 1.5: b, y: c}",
            r#"{"1": String("a"), "1.5": String("b"), "true": String("c")}"#,
        );
        let refusal = "error converting YAML to JSON: unsupported map key of type: %!s(<nil>), \
                       key: <nil>, value: 1";
        check("~: 1", refusal);
    }

    #[test]
    fn all_documents_count_since_helm_4() {
        let read = |text: &str| match read_values(text.as_bytes(), Profile::Helm41) {
            Ok(table) => format!("{table:?}"),
            Err(error) => error.to_string(),
        };
        let text = "---\na: {b: 1}\n--- # c\na: {c: 2}\n---\n";
        assert_eq!(read(text), r#"{"a": Table({"b": Float(1.0), "c": Float(2.0)})}"#);
        let first = read_values(text.as_bytes(), Profile::Helm317);
        assert_eq!(format!("{first:?}"), r#"Ok({"a": Table({"b": Float(1.0)})})"#);
        assert_eq!(
            read("a: 1\n--- {b: 2}\n"),
            "error reading yaml document: invalid Yaml document separator: {b: 2}"
        );
    }

    #[test]
    fn what_is_no_table_is_refused() {
        check("", "{}");
        check("~", "{}");
        check(
            "[1]",
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go \
             value of type map[string]interface {}",
        );
        check(
            "a: [",
            "error converting YAML to JSON: yaml: line 1: did not find expected node content",
        );
    }
}
