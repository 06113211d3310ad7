//! Functions that choose, that demand, and that give up.

use crate::helm::template::{FunctionError, Interpreter, Rest};
use crate::helm::value::{Map, Text, Value};

/// What is around the words of a chart in an error that the chart asked for. Whoever shows the
/// error shows only what is between the two.
pub const FAILURE: [&str; 2] = ["HELM_ERR_START", "HELM_ERR_END"];

/// `default`: a value, or another one where it is empty.
pub(super) fn default(default: Value, given: Rest<Value>) -> Value {
    given.0.into_iter().next().filter(Value::is_true).unwrap_or(default)
}

/// `empty`: whether a value is nothing.
pub(super) fn empty(value: Value) -> bool {
    is_empty(&value)
}

/// Tells whether a value is zero, nothing or without elements.
pub(super) fn is_empty(value: &Value) -> bool {
    !value.is_true()
}

/// `coalesce`: the first value that is not empty.
pub(super) fn coalesce(values: Rest<Value>) -> Value {
    values.0.into_iter().find(Value::is_true).unwrap_or_default()
}

/// `all`: whether no value is empty.
pub(super) fn all(values: Rest<Value>) -> bool {
    values.0.iter().all(Value::is_true)
}

/// `any`: whether some value is not empty.
pub(super) fn any(values: Rest<Value>) -> bool {
    values.0.iter().any(Value::is_true)
}

/// `ternary`: one value or another.
pub(super) fn ternary(one: Value, other: Value, condition: bool) -> Value {
    if condition { one } else { other }
}

/// `fail`: gives up.
pub(super) fn fail(message: Text) -> Result<Text, FunctionError> {
    Err(failure(&message))
}

/// `required`: a value that must be there and, if it is a text, not be empty.
pub(super) fn required(message: Text, value: Value) -> Result<Value, FunctionError> {
    let is_missing = match &value {
        Value::Nil => true,
        Value::String(text) => text.is_empty(),
        _ => false,
    };
    if is_missing { Err(failure(&message)) } else { Ok(value) }
}

fn failure(message: &Text) -> FunctionError {
    let [start, end] = FAILURE;
    FunctionError::new(format_args!("{start}{message}{end}"))
}

/// `lookup`: an object of the cluster, of which there is none.
pub(super) fn lookup(_: Text, _: Text, _: Text, _: Text) -> Map {
    Map::new()
}

/// `getHostByName`: an address, which Helm does not look up unless it is told to.
pub(super) fn get_host_by_name(_: Text) -> &'static str {
    ""
}

/// `include`: the output of a template.
pub(super) fn include(
    interpreter: &mut Interpreter,
    name: Text,
    data: Value,
) -> Result<Text, FunctionError> {
    interpreter.include(&name, data)
}

/// `tpl`: the output of a text that is a template.
pub(super) fn tpl(
    interpreter: &mut Interpreter,
    source: Text,
    data: Value,
) -> Result<Text, FunctionError> {
    interpreter.template(&source, data)
}
