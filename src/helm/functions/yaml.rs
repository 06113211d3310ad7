//! YAML as the Go module sigs.k8s.io/yaml reads and writes it: by way of JSON.

mod pretty;

use crate::helm::format::{FloatStyle, float};
use crate::helm::functions::json::{self, Escaping, Layout, WriteError};
use crate::helm::functions::letters;
use crate::helm::template::{FunctionError, Interpreter, Limit, Limits, deeply};
use crate::helm::value::{List, Map, Text, Value};
use crate::yaml::{self, Keys, LooseNumbers, Mapping};

pub(super) use pretty::to_yaml_pretty;

/// `toYaml`: nothing for what cannot be written.
pub(super) fn to_yaml(interpreter: &mut Interpreter, value: Value) -> Result<Text, Limit> {
    interpreter.charge_parts(&value)?;
    let converted = match converted(&value, interpreter.limits(), 0) {
        Err(Obstacle::Json(WriteError::Limit(limit))) => return Err(limit),
        Err(Obstacle::Json(_)) => return Ok(Text::default()),
        Err(Obstacle::Peculiar) => by_way_of_json(&value, interpreter.limits())?,
        Ok(converted) => Some(converted),
    };
    let Some(converted) = converted else { return Ok(Text::default()) };
    let mut text = yaml::write(&converted, LooseNumbers::Quoted);
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    interpreter.charge(text.len())?;
    Ok(text.into())
}

/// `mustToYaml`: an error for what cannot be written.
pub(super) fn must_to_yaml(
    interpreter: &mut Interpreter,
    value: Value,
) -> Result<Text, FunctionError> {
    match json::write(&value, Layout::Compact, Escaping::Html, interpreter.limits()) {
        Ok(_) => Ok(to_yaml(interpreter, value)?),
        Err(WriteError::Limit(limit)) => Err(limit.into()),
        Err(error) => Err(FunctionError::new(format_args!("error marshaling into JSON: {error}"))),
    }
}

/// Why a value is not simply converted.
enum Obstacle {
    /// It cannot be written as JSON.
    Json(WriteError),
    /// Its JSON may mean something else when it is read as YAML.
    Peculiar,
}

fn by_way_of_json(value: &Value, limits: &Limits) -> Result<Option<yaml::Value>, Limit> {
    match json::write(value, Layout::Compact, Escaping::Html, limits) {
        Ok(text) => Ok(yaml::read(text.as_bytes(), Keys::Typed).ok()),
        Err(WriteError::Limit(limit)) => Err(limit),
        Err(_) => Ok(None),
    }
}

/// Returns what YAML reads where a value was written as JSON.
fn converted(value: &Value, limits: &Limits, depth: usize) -> Result<yaml::Value, Obstacle> {
    // Deeper than that YAML is not read.
    if depth > yaml::MAX_DEPTH / 2 {
        return Err(Obstacle::Peculiar);
    }
    Ok(match value {
        Value::Nil => yaml::Value::Null,
        Value::Bool(truth) => yaml::Value::Bool(*truth),
        Value::Int(_, number) => yaml::Value::Int(*number),
        Value::Uint(_, number) => whole(*number),
        Value::Float(value) => {
            let written = json::number(*value).map_err(Obstacle::Json)?;
            match (written.parse(), written.parse()) {
                (Ok(number), _) => yaml::Value::Int(number),
                (_, Ok(number)) => yaml::Value::Uint(number),
                _ => yaml::Value::Float(*value),
            }
        }
        Value::String(text) => yaml::Value::String(plain(text)?.to_owned()),
        Value::List(list) if !list.is_nil() && list.as_bytes().is_none() => {
            let elements =
                list.iter().map(|element| deeply(|| converted(&element, limits, depth + 1)));
            yaml::Value::Sequence(elements.collect::<Result<_, _>>()?)
        }
        Value::Map(map) if !map.is_nil() => yaml::Value::Mapping(mapping(map, limits, depth)?),
        Value::Object(object) => match object.json() {
            Some(inner) => return deeply(|| converted(&inner, limits, depth + 1)),
            None => return Err(Obstacle::Peculiar),
        },
        Value::List(list) if list.is_nil() => yaml::Value::Null,
        Value::Map(map) if map.map_type().key == crate::helm::value::Type::String => {
            yaml::Value::Null
        }
        _ => return Err(Obstacle::Peculiar),
    })
}

fn whole(number: u64) -> yaml::Value {
    i64::try_from(number).map_or(yaml::Value::Uint(number), yaml::Value::Int)
}

fn mapping(map: &Map, limits: &Limits, depth: usize) -> Result<Mapping, Obstacle> {
    /// Longer keys are not read in JSON, which is YAML in a single line.
    const LONGEST_KEY: usize = 500;
    let entries = map.entries();
    let mut pairs = Vec::with_capacity(entries.len());
    for (key, value) in &*entries {
        let Value::String(key) = &key else { return Err(Obstacle::Peculiar) };
        let key = plain(key)?;
        if key.len() > LONGEST_KEY {
            return Err(Obstacle::Peculiar);
        }
        let value = deeply(|| converted(value, limits, depth + 1))?;
        pairs.push((yaml::Value::from(key), value));
    }
    Ok(pairs.into_iter().collect())
}

/// Returns a text that JSON and YAML take for the same.
fn plain(text: &Text) -> Result<&str, Obstacle> {
    let text = text.as_str().ok_or(Obstacle::Peculiar)?;
    let is_peculiar =
        |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    if !text.is_ascii() && text.contains(is_peculiar) || text.contains('\u{7f}') {
        return Err(Obstacle::Peculiar);
    }
    Ok(text)
}

/// `fromYaml`: a table, under `Error` with what is wrong if it cannot be read.
pub(super) fn from_yaml(text: Text) -> Map {
    let wrong = |message: String| Map::from_iter([("Error", message)]);
    match read(&text) {
        Ok(Value::Map(map)) => map,
        Ok(Value::Nil) => Map::new(),
        Ok(other) => wrong(undecoded(&other, "map[string]interface {}")),
        Err(message) => wrong(message),
    }
}

/// `fromYamlArray`: a list, of what is wrong if it cannot be read.
pub(super) fn from_yaml_array(text: Text) -> List {
    let wrong = |message: String| vec![Value::from(message)].into();
    match read(&text) {
        Ok(Value::List(list)) => list,
        Ok(Value::Nil) => List::from(Vec::new()),
        Ok(other) => wrong(undecoded(&other, "[]interface {}")),
        Err(message) => wrong(message),
    }
}

fn undecoded(value: &Value, wanted: &str) -> String {
    format!("error unmarshaling JSON: while decoding JSON: {}", json::unfit(value, wanted))
}

fn read(text: &Text) -> Result<Value, String> {
    let fault = |fault: String| format!("error converting YAML to JSON: {fault}");
    let value = yaml::read(text.as_bytes(), Keys::Typed)
        .map_err(|error| fault(format!("yaml: {}", error.message)))?;
    decoded(value).map_err(fault)
}

/// Returns what JSON reads where YAML was written as JSON.
fn decoded(value: yaml::Value) -> Result<Value, String> {
    Ok(match value {
        yaml::Value::Null => Value::Nil,
        yaml::Value::Bool(truth) => Value::Bool(truth),
        yaml::Value::Int(number) => Value::Float(crate::helm::functions::cast::widened(number)),
        #[expect(clippy::cast_precision_loss, reason = "Go loses it, too")]
        yaml::Value::Uint(number) => Value::Float(number as f64),
        yaml::Value::Float(value) => {
            json::number(value).map_err(|error| error.to_string())?;
            Value::Float(value)
        }
        yaml::Value::Loose(text) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Float(number),
            _ => Value::from(text),
        },
        yaml::Value::String(text) => Value::from(text),
        yaml::Value::Binary(bytes) => Value::from(letters::characters(&bytes).collect::<String>()),
        yaml::Value::Sequence(values) => {
            let values = values.into_iter().map(|value| deeply(|| decoded(value)));
            Value::from(values.collect::<Result<Vec<_>, _>>()?)
        }
        yaml::Value::Mapping(mapping) => {
            let map = Map::new();
            for (key, value) in mapping {
                let key = key_text(key, &value)?;
                let value = deeply(|| decoded(value))?;
                map.insert(key, value).map_err(|error| error.to_string())?;
            }
            Value::Map(map)
        }
    })
}

fn key_text(key: yaml::Value, value: &yaml::Value) -> Result<String, String> {
    Ok(match key {
        yaml::Value::String(text) => text,
        yaml::Value::Loose(text) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => float_key(number),
            _ => text,
        },
        yaml::Value::Bool(truth) => truth.to_string(),
        yaml::Value::Int(number) => number.to_string(),
        yaml::Value::Float(number) => float_key(number),
        yaml::Value::Binary(bytes) => letters::characters(&bytes).collect(),
        yaml::Value::Uint(number) => {
            return Err(unsupported_key("uint64", &format!("{number:#x}"), value));
        }
        yaml::Value::Null | yaml::Value::Sequence(_) | yaml::Value::Mapping(_) => {
            return Err(unsupported_key("%!s(<nil>)", "<nil>", value));
        }
    })
}

fn unsupported_key(of: &str, key: &str, value: &yaml::Value) -> String {
    let value = go_syntax(value);
    format!("unsupported map key of type: {of}, key: {key}, value: {value}")
}

/// Returns a value as Go's `%+#v` writes it.
fn go_syntax(value: &yaml::Value) -> String {
    match value {
        yaml::Value::Null => "<nil>".to_owned(),
        yaml::Value::Bool(truth) => truth.to_string(),
        yaml::Value::Int(number) => number.to_string(),
        yaml::Value::Uint(number) => format!("{number:#x}"),
        yaml::Value::Float(number) => float(*number, FloatStyle::General, None),
        yaml::Value::String(text) | yaml::Value::Loose(text) => {
            crate::helm::format::quoted(text.as_bytes(), crate::helm::format::Escape::Needed)
        }
        yaml::Value::Binary(bytes) => {
            crate::helm::format::quoted(bytes, crate::helm::format::Escape::Needed)
        }
        yaml::Value::Sequence(values) => {
            let values: Vec<_> = values.iter().map(|value| deeply(|| go_syntax(value))).collect();
            format!("[]interface {{}}{{{}}}", values.join(", "))
        }
        yaml::Value::Mapping(mapping) => {
            let pair = |(key, value): (&yaml::Value, &yaml::Value)| {
                format!("{}:{}", go_syntax(key), deeply(|| go_syntax(value)))
            };
            let pairs: Vec<_> = mapping.iter().map(pair).collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", pairs.join(", "))
        }
    }
}

/// Returns the key that a number becomes: it is cut down to 32 bits before it is written.
fn float_key(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, reason = "as in the Go module")]
    let short = number as f32;
    if short.is_infinite() {
        return if short > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    // The shortest digits of 32 bits, laid out like those of 64.
    let digits = format!("{short:e}");
    float(digits.parse().unwrap_or(number), FloatStyle::General, None)
}
