//! Writing JSON.

use crate::helm::format::{FloatStyle, float};
use crate::helm::functions::letters::pieces;
use crate::helm::template::{FunctionError, Limit, Limits, deeply};
use crate::helm::value::{BYTES, List, Map, Object, Text, Type, Value};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// How elements are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::helm::functions) enum Layout {
    /// Without any white space.
    Compact,
    /// Each on its own line, two spaces deeper than what holds it.
    Indented,
}

/// Which characters are escaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::helm::functions) enum Escaping {
    /// Those that JSON does not allow.
    Needed,
    /// Those of HTML, too.
    Html,
}

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::helm::functions) enum WriteError {
    /// JSON has no such number, or the value holds itself.
    #[error("json: unsupported value: {0}")]
    Value(String),
    /// JSON has nothing of that type.
    #[error("json: unsupported type: {0}")]
    Type(String),
    /// A limit was passed.
    #[error(transparent)]
    Limit(Limit),
}

impl From<WriteError> for FunctionError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Limit(limit) => limit.into(),
            other => Self::new(other),
        }
    }
}

/// Returns a value as JSON.
pub(in crate::helm::functions) fn write(
    value: &Value,
    layout: Layout,
    escaping: Escaping,
    limits: &Limits,
) -> Result<Text, WriteError> {
    let mut writer = Writer { output: Vec::new(), layout, escaping, limits };
    writer.value(value, 0)?;
    Ok(writer.output.into())
}

struct Writer<'a> {
    output: Vec<u8>,
    layout: Layout,
    escaping: Escaping,
    limits: &'a Limits,
}

impl Writer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), WriteError> {
        if self.output.len() > self.limits.text {
            return Err(WriteError::Limit(Limit::Text(self.limits.text)));
        }
        match value {
            Value::Nil => self.push("null"),
            Value::Bool(truth) => self.push(if *truth { "true" } else { "false" }),
            Value::Int(_, number) => self.push(&number.to_string()),
            Value::Uint(_, number) => self.push(&number.to_string()),
            Value::Float(value) => self.push(&number(*value)?),
            Value::String(text) => self.text(text),
            Value::List(list) if list.is_nil() => self.push("null"),
            Value::List(list) if *list.list_type() == BYTES => {
                let bytes = list.as_bytes().unwrap_or_default();
                self.text(&BASE64_STANDARD.encode(bytes).into());
            }
            Value::List(list) => {
                return self.nested(value, depth, |writer| writer.list(list, depth));
            }
            Value::Map(map) if map.map_type().key != Type::String => {
                return Err(WriteError::Type(value.type_name()));
            }
            Value::Map(map) if map.is_nil() => self.push("null"),
            Value::Map(map) => return self.nested(value, depth, |writer| writer.map(map, depth)),
            Value::Object(object) if object.is_nil() => self.push("null"),
            Value::Object(object) => {
                if let Some(inner) = object.json().or_else(|| object.underlying()) {
                    return self.nested(value, depth, |writer| writer.value(&inner, depth + 1));
                }
                return self.nested(value, depth, |writer| writer.record(&**object, depth));
            }
            Value::Complex(_) | Value::Function(_) => {
                return Err(WriteError::Type(value.type_name()));
            }
        }
        Ok(())
    }

    // Nothing but a value that holds itself is so deep.
    fn nested(
        &mut self,
        value: &Value,
        depth: usize,
        write: impl FnOnce(&mut Self) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        if depth > self.limits.value_nesting {
            let message = format!("encountered a cycle via {}", value.type_name());
            return Err(WriteError::Value(message));
        }
        deeply(|| write(self))
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<(), WriteError> {
        self.elements(*b"[]", list.iter(), depth, |writer, element| {
            writer.value(&element, depth + 1)
        })
    }

    /// Writes a record: its fields in their order.
    fn record(&mut self, object: &dyn Object, depth: usize) -> Result<(), WriteError> {
        self.elements(*b"{}", object.fields().into_iter(), depth, |writer, (name, value)| {
            writer.text(&name.into());
            writer.push(if writer.layout == Layout::Indented { ": " } else { ":" });
            writer.value(&value, depth + 1)
        })
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<(), WriteError> {
        let entries = map.entries();
        self.elements(*b"{}", entries.iter(), depth, |writer, (key, value)| {
            if let Value::String(key) = &key {
                writer.text(key);
            }
            writer.push(if writer.layout == Layout::Indented { ": " } else { ":" });
            writer.value(value, depth + 1)
        })
    }

    fn elements<T>(
        &mut self,
        [open, close]: [u8; 2],
        elements: impl Iterator<Item = T>,
        depth: usize,
        mut write: impl FnMut(&mut Self, T) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        self.output.push(open);
        let mut is_empty = true;
        for element in elements {
            if !is_empty {
                self.output.push(b',');
            }
            is_empty = false;
            self.line(depth + 1);
            write(self, element)?;
        }
        if !is_empty {
            self.line(depth);
        }
        self.output.push(close);
        Ok(())
    }

    fn line(&mut self, depth: usize) {
        if self.layout == Layout::Indented {
            self.output.push(b'\n');
            self.output.resize(self.output.len() + 2 * depth, b' ');
        }
    }

    fn push(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
    }

    fn text(&mut self, text: &Text) {
        self.output.push(b'"');
        for (piece, character) in pieces(text.as_bytes()) {
            let is_html = self.escaping == Escaping::Html && matches!(character, '<' | '>' | '&');
            match character {
                '"' => self.push("\\\""),
                '\\' => self.push("\\\\"),
                '\n' => self.push("\\n"),
                '\r' => self.push("\\r"),
                '\t' => self.push("\\t"),
                '\u{8}' => self.push("\\b"),
                '\u{c}' => self.push("\\f"),
                '\0'..' ' | '\u{2028}' | '\u{2029}' => self.escaped(character),
                '\u{fffd}' if piece.len() == 1 => self.push("\\ufffd"),
                _ if is_html => self.escaped(character),
                _ => self.output.extend_from_slice(piece),
            }
        }
        self.output.push(b'"');
    }

    fn escaped(&mut self, character: char) {
        self.push(&format!("\\u{:04x}", u32::from(character)));
    }
}

/// Returns a float as JSON: with an exponent if it is very large or very small.
pub(in crate::helm::functions) fn number(value: f64) -> Result<String, WriteError> {
    if !value.is_finite() {
        return Err(WriteError::Value(float(value, FloatStyle::General, None)));
    }
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
        // e-09 becomes e-9.
        return Ok(float(value, FloatStyle::Exponent, None).replace("e-0", "e-"));
    }
    Ok(float(value, FloatStyle::Fixed, None))
}
