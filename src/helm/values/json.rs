//! Values written as JSON.

use crate::helm::value::Text;
use crate::helm::values::tree::Tree;
use serde_json::{Deserializer, Value};

/// Returns the value at the beginning of a text, and how many bytes it takes.
pub(crate) fn first(text: &str) -> Option<(Tree, usize)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    Some((tree(&value), values.byte_offset()))
}

/// Returns a value of JSON as Go reads it where it is not told more.
pub(crate) fn tree(value: &Value) -> Tree {
    match value {
        Value::Null => Tree::Null,
        Value::Bool(truth) => Tree::Bool(*truth),
        Value::Number(number) => Tree::Float(number.as_f64().unwrap_or(0.0)),
        Value::String(text) => Tree::String(Text::from(text.as_str())),
        Value::Array(elements) => Tree::List(elements.iter().map(tree).collect()),
        Value::Object(object) => Tree::Table(
            object.iter().map(|(key, value)| (Text::from(key.as_str()), tree(value))).collect(),
        ),
    }
}
