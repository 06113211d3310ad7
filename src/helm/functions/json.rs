//! JSON as Go's encoding/json writes it.

mod reader;
mod writer;

use crate::helm::functions::json::reader::JsonError;
use crate::helm::template::{Interpreter, Limit};
use crate::helm::value::{DICT, LIST, List, Map, Text, Value};

pub(super) use reader::read;
pub(super) use writer::{Escaping, Layout, WriteError, number, write};

/// Returns a value as JSON, or `None` where it cannot be written.
fn written(
    interpreter: &Interpreter,
    value: &Value,
    layout: Layout,
    escaping: Escaping,
) -> Result<Result<Text, WriteError>, Limit> {
    match write(value, layout, escaping, interpreter.limits()) {
        Err(WriteError::Limit(limit)) => Err(limit),
        other => Ok(other),
    }
}

/// `toJson`: nothing for what cannot be written.
pub(super) fn to_json(interpreter: &mut Interpreter, value: Value) -> Result<Text, Limit> {
    let json = written(interpreter, &value, Layout::Compact, Escaping::Html)?;
    Ok(json.unwrap_or_default())
}

/// `mustToJson`.
pub(super) fn must_to_json(
    interpreter: &mut Interpreter,
    value: Value,
) -> Result<Text, WriteError> {
    write(&value, Layout::Compact, Escaping::Html, interpreter.limits())
}

/// `toPrettyJson`: nothing for what cannot be written.
pub(super) fn to_pretty_json(interpreter: &mut Interpreter, value: Value) -> Result<Text, Limit> {
    let json = written(interpreter, &value, Layout::Indented, Escaping::Html)?;
    Ok(json.unwrap_or_default())
}

/// `mustToPrettyJson`.
pub(super) fn must_to_pretty_json(
    interpreter: &mut Interpreter,
    value: Value,
) -> Result<Text, WriteError> {
    write(&value, Layout::Indented, Escaping::Html, interpreter.limits())
}

/// `toRawJson`, which is the same as `mustToRawJson`.
pub(super) fn to_raw_json(interpreter: &mut Interpreter, value: Value) -> Result<Text, WriteError> {
    write(&value, Layout::Compact, Escaping::Needed, interpreter.limits())
}

/// `mustFromJson`.
pub(super) fn must_from_json(text: Text) -> Result<Value, JsonError> {
    read(text.as_bytes())
}

/// `fromJson`: a table, under `Error` with what is wrong if it cannot be read.
pub(super) fn from_json(text: Text) -> Map {
    match read(text.as_bytes()) {
        Ok(Value::Map(map)) => map,
        Ok(Value::Nil) => Map::nil(&DICT),
        Ok(other) => Map::from_iter([("Error", unfit(&other, "map[string]interface {}"))]),
        Err(error) => Map::from_iter([("Error", error.to_string())]),
    }
}

/// `fromJsonArray`: a list, of what is wrong if it cannot be read.
pub(super) fn from_json_array(text: Text) -> List {
    match read(text.as_bytes()) {
        Ok(Value::List(list)) => list,
        Ok(Value::Nil) => List::nil(&LIST),
        Ok(other) => vec![Value::from(unfit(&other, "[]interface {}"))].into(),
        Err(error) => vec![Value::from(error.to_string())].into(),
    }
}

/// Returns what Go says of a value that does not fit into a variable.
pub(super) fn unfit(value: &Value, wanted: &str) -> String {
    let found = match value {
        Value::Map(_) => "object",
        Value::List(_) => "array",
        Value::String(_) => "string",
        Value::Bool(_) => "bool",
        _ => "number",
    };
    format!("json: cannot unmarshal {found} into Go value of type {wanted}")
}
