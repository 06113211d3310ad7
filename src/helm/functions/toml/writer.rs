//! Writing TOML.

use crate::helm::format::{FloatStyle, float};
use crate::helm::template::deeply;
use crate::helm::value::{List, Map, Text, Value};

/// Why a value cannot be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("toml: cannot encode array with nil element")]
    NilElement,
    #[error("toml: top-level values must be Go maps or structs")]
    TopLevel,
    #[error("toml: unsupported type: {0}")]
    Type(String),
    #[error("a value nests too deeply")]
    Nesting,
}

type Written = Result<(), Fault>;

/// Returns a value as a document, or alone if it is no table.
pub(super) fn written(value: &Value, nesting: usize, style: FloatStyle) -> Result<Vec<u8>, Fault> {
    let mut writer = Writer { output: Vec::new(), nesting, style };
    let value = plain(value.clone());
    match &value {
        Value::Map(map) => writer.table(&[], map)?,
        Value::List(list) if is_of_tables(list)? => return Err(Fault::TopLevel),
        other => writer.element(other, 0)?,
    }
    Ok(writer.output)
}

/// Returns what is written of an object: its fields, or what JSON writes of it, too.
fn plain(value: Value) -> Value {
    match &value {
        Value::Object(object) if object.type_of().to_string() == "time.Time" => value,
        Value::Object(object) => match object.json().or_else(|| object.underlying()) {
            Some(inner) => inner,
            None => Value::Map(object.fields().into_iter().collect()),
        },
        _ => value,
    }
}

/// Tells whether a list has elements, and all of them are tables.
fn is_of_tables(list: &List) -> Result<bool, Fault> {
    let mut is_of_tables = !list.is_empty();
    for element in list.iter() {
        match plain(element) {
            Value::Nil => return Err(Fault::NilElement),
            Value::Map(_) => {}
            _ => is_of_tables = false,
        }
    }
    Ok(is_of_tables)
}

struct Writer {
    output: Vec<u8>,
    nesting: usize,
    style: FloatStyle,
}

impl Writer {
    fn push(&mut self, text: &str) {
        self.output.extend_from_slice(text.as_bytes());
    }

    /// Ends a line, or leaves one empty, unless nothing is written yet.
    fn line(&mut self) {
        if !self.output.is_empty() {
            self.output.push(b'\n');
        }
    }

    fn indent(&mut self, path: &[Text]) {
        let spaces = 2 * path.len().saturating_sub(1);
        self.output.resize(self.output.len() + spaces, b' ');
    }

    /// Writes what is in a table: first what stands on a line, then what has lines of its own.
    fn table(&mut self, path: &[Text], map: &Map) -> Written {
        if path.len() > self.nesting {
            return Err(Fault::Nesting);
        }
        let mut inner = Vec::new();
        for (key, value) in &*map.entries() {
            let Value::String(key) = key else { return Err(Fault::Type("map".to_owned())) };
            let value = plain(value.clone());
            let path = [path, std::slice::from_ref(&key)].concat();
            match &value {
                value if value.is_nil() => {}
                Value::Map(_) => inner.push((path, value)),
                Value::List(list) if is_of_tables(list)? => inner.push((path, value)),
                value => {
                    self.indent(&path);
                    self.key(&key);
                    self.push(" = ");
                    self.element(value, path.len())?;
                    self.line();
                }
            }
        }
        inner.iter().try_for_each(|(path, value)| deeply(|| self.inner(path, value)))
    }

    fn inner(&mut self, path: &[Text], value: &Value) -> Written {
        match value {
            Value::Map(map) => {
                if path.len() == 1 {
                    self.line();
                }
                self.header(path, "[", "]");
                self.table(path, map)
            }
            Value::List(list) => list.iter().try_for_each(|element| match plain(element) {
                Value::Map(map) => {
                    self.line();
                    self.header(path, "[[", "]]");
                    self.table(path, &map)
                }
                _ => Ok(()),
            }),
            _ => Ok(()),
        }
    }

    fn header(&mut self, path: &[Text], open: &str, close: &str) {
        self.indent(path);
        self.push(open);
        for (at, key) in path.iter().enumerate() {
            if at > 0 {
                self.output.push(b'.');
            }
            self.key(key);
        }
        self.push(close);
        self.line();
    }

    fn key(&mut self, key: &Text) {
        let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !key.is_empty() && key.as_bytes().iter().all(is_bare) {
            self.output.extend_from_slice(key.as_bytes());
        } else {
            self.text(key);
        }
    }

    /// Writes a value within a line.
    fn element(&mut self, value: &Value, depth: usize) -> Written {
        if depth > self.nesting {
            return Err(Fault::Nesting);
        }
        match value {
            Value::Bool(truth) => self.push(if *truth { "true" } else { "false" }),
            Value::Int(_, number) => self.push(&number.to_string()),
            Value::Uint(_, number) => self.push(&number.to_string()),
            Value::Float(number) => self.push(&decimal(*number, self.style)),
            Value::String(text) => self.text(text),
            Value::List(list) => return deeply(|| self.list(list, depth + 1)),
            Value::Map(map) => return deeply(|| self.inline_table(map, depth + 1)),
            Value::Object(object) => match object.json() {
                Some(Value::String(time)) => self.output.extend_from_slice(time.as_bytes()),
                _ => return Err(Fault::Type(value.type_name())),
            },
            Value::Nil | Value::Complex(_) | Value::Function(_) => {
                return Err(Fault::Type(value.type_name()));
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &List, depth: usize) -> Written {
        self.output.push(b'[');
        for (at, element) in list.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            match plain(element) {
                Value::Nil => return Err(Fault::NilElement),
                element => self.element(&element, depth)?,
            }
        }
        self.output.push(b']');
        Ok(())
    }

    fn inline_table(&mut self, map: &Map, depth: usize) -> Written {
        self.output.push(b'{');
        let (mut lines, mut inner) = (Vec::new(), Vec::new());
        for (key, value) in &*map.entries() {
            let value = plain(value.clone());
            let Value::String(key) = key else { continue };
            let is_inner = match &value {
                Value::Map(_) => true,
                Value::List(list) => is_of_tables(list)?,
                _ => false,
            };
            if is_inner { &mut inner } else { &mut lines }.push((key, value));
        }
        // A key that is nothing is left out, but the comma before it stays.
        let all = lines.len() + inner.len();
        let written = lines.iter().chain(&inner).enumerate();
        for (at, (key, value)) in written.filter(|(_, (_, value))| !value.is_nil()) {
            self.key(key);
            self.push(" = ");
            self.element(value, depth)?;
            if at + 1 < all {
                self.push(", ");
            }
        }
        self.output.push(b'}');
        Ok(())
    }

    fn text(&mut self, text: &Text) {
        self.output.push(b'"');
        for byte in text.as_bytes() {
            match byte {
                b'"' => self.push("\\\""),
                b'\\' => self.push("\\\\"),
                b'\n' => self.push("\\n"),
                b'\r' => self.push("\\r"),
                b'\t' => self.push("\\t"),
                0x08 => self.push("\\b"),
                0x0c => self.push("\\f"),
                0..0x20 | 0x7f => self.push(&format!("\\u{byte:04x}")),
                byte => self.output.push(*byte),
            }
        }
        self.output.push(b'"');
    }
}

fn decimal(number: f64, style: FloatStyle) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let digits = float(number, style, None);
    if digits.contains(['.', 'e']) { digits } else { format!("{digits}.0") }
}
