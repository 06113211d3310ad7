//! TOML as the Go module BurntSushi/toml writes and reads it.

mod reader;
mod writer;

use crate::helm::Profile;
use crate::helm::format::FloatStyle;
use crate::helm::template::{Interpreter, Limit};
use crate::helm::value::{Map, Text, Value};

/// `toToml`: the text, or what is wrong.
pub(super) fn to_toml(
    interpreter: &mut Interpreter,
    value: Value,
) -> Result<Text, crate::helm::template::FunctionError> {
    if let Value::Nil = value {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    interpreter.charge_parts(&value)?;
    let nesting = interpreter.limits().value_nesting;
    let style = match interpreter.profile() {
        Profile::Helm317 => FloatStyle::Fixed,
        Profile::Helm41 => FloatStyle::General,
    };
    match writer::written(&value, nesting, style) {
        Ok(text) => {
            interpreter.charge(text.len())?;
            Ok(text.into())
        }
        Err(writer::Fault::Nesting) => Err(Limit::ValueNesting(nesting).into()),
        Err(fault) => Ok(fault.to_string().into()),
    }
}

/// `fromToml`: a table, under `Error` with what is wrong if it cannot be read.
pub(super) fn from_toml(text: Text) -> Map {
    reader::read(&text).unwrap_or_else(|message| Map::from_iter([("Error", message)]))
}
