//! YAML as go-yaml v3 writes it: lists stand deeper than their keys, and nothing is folded.

use crate::helm::format::{FloatStyle, float};
use crate::helm::template::{Interpreter, Limit, deeply};
use crate::helm::value::{List, Map, Text, Value};
use crate::yaml::{self, Letters, Mapping, Quotes};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// `toYamlPretty`.
pub(in crate::helm::functions) fn to_yaml_pretty(
    interpreter: &mut Interpreter,
    value: Value,
) -> Result<Text, Limit> {
    interpreter.charge_parts(&value)?;
    let mut writer = Writer { output: String::new(), nesting: interpreter.limits().value_nesting };
    writer.node_of(&value, 0, Place::Root)?;
    let text = writer.output;
    interpreter.charge(text.len())?;
    Ok(text.into())
}

/// What stands before a node, on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nothing.
    Root,
    /// A dash, or a question mark.
    Item,
    /// A key.
    Value,
}

/// How many columns deeper each level stands.
const STEP: usize = 2;
/// How many bytes a key on the same line as its value may have.
const LONGEST_SIMPLE_KEY: usize = 128;
/// How many characters go-yaml gives a line of what is no text.
const LINE_OF_BINARY: usize = 70;
/// The characters that end a line.
const BREAKS: [char; 3] = ['\n', '\u{2028}', '\u{2029}'];

struct Writer {
    output: String,
    nesting: usize,
}

/// Returns what is written of an object.
fn plain(value: &Value) -> Value {
    let Value::Object(object) = value else { return value.clone() };
    if object.is_nil() {
        return Value::Nil;
    }
    // Fields get small letters here.
    let fields = || object.fields().into_iter().map(|(name, value)| (name.to_lowercase(), value));
    object
        .json()
        .or_else(|| object.display().map(Value::String))
        .unwrap_or_else(|| Value::Map(fields().collect()))
}

impl Writer {
    fn line(&mut self, indent: usize) {
        self.output.push('\n');
        self.output.extend(std::iter::repeat_n(' ', indent));
    }

    fn node(&mut self, value: &Value, indent: usize, place: Place) -> Result<(), Limit> {
        if indent / STEP > self.nesting {
            return Err(Limit::ValueNesting(self.nesting));
        }
        match value {
            Value::List(list) if !list.is_empty() => {
                return deeply(|| self.list(list, indent, place));
            }
            Value::Map(map) if !map.is_empty() => return deeply(|| self.map(map, indent, place)),
            _ => {}
        }
        if place != Place::Root {
            self.output.push(' ');
        }
        let indent = if place == Place::Item { indent } else { indent + STEP };
        match value {
            Value::String(text) => self.text(text, indent),
            Value::List(_) => self.output.push_str("[]"),
            Value::Map(_) => self.output.push_str("{}"),
            // What an object was is no text, though it is written as one.
            other => self.output.push_str(&scalar(other)),
        }
        Ok(())
    }

    fn list(&mut self, list: &List, indent: usize, place: Place) -> Result<(), Limit> {
        let indent = self.begin(indent, place);
        for (at, element) in list.iter().enumerate() {
            if at > 0 {
                self.line(indent);
            }
            self.output.push('-');
            self.node_of(&element, indent + STEP, Place::Item)?;
        }
        Ok(())
    }

    fn map(&mut self, map: &Map, indent: usize, place: Place) -> Result<(), Limit> {
        let indent = self.begin(indent, place);
        // The table is there for its order.
        let entries = map.entries();
        let order: Mapping =
            entries.iter().map(|(key, _)| (key_of(&key), yaml::Value::Null)).collect();
        let order =
            yaml::arranged(order.iter().collect(), Letters::FirstBehindDigits, |(key, _)| key);
        for (at, (key, _)) in order.into_iter().enumerate() {
            if at > 0 {
                self.line(indent);
            }
            let key = match key {
                yaml::Value::Binary(bytes) => Text::from(bytes.as_slice()),
                key => Text::from(key.as_str().unwrap_or_default()),
            };
            let Some(value) = entries.get(key.as_bytes()) else { continue };
            if is_long_key(&key) {
                self.output.push_str("? ");
                self.text(&key, indent + STEP);
                self.line(indent);
                self.output.push(':');
                self.node_of(value, indent + STEP, Place::Item)?;
            } else {
                self.text(&key, indent);
                self.output.push(':');
                self.node_of(value, indent, Place::Value)?;
            }
        }
        Ok(())
    }

    fn node_of(&mut self, value: &Value, indent: usize, place: Place) -> Result<(), Limit> {
        match (value, plain(value)) {
            (Value::Object(object), Value::String(text))
                if object.type_of().to_string() == "time.Time" =>
            {
                if place != Place::Root {
                    self.output.push(' ');
                }
                self.output.push_str(&text.to_str_lossy());
                Ok(())
            }
            (_, plain) => self.node(&plain, indent, place),
        }
    }

    /// Goes to where a collection begins; returns how deep it stands.
    fn begin(&mut self, indent: usize, place: Place) -> usize {
        match place {
            Place::Root => {}
            Place::Item => self.output.push(' '),
            Place::Value => {
                self.line(indent + STEP);
                return indent + STEP;
            }
        }
        indent
    }

    fn text(&mut self, text: &Text, indent: usize) {
        let Some(text) = text.as_str() else {
            return self.binary(text.as_bytes(), indent);
        };
        let ends = text.trim_end_matches(BREAKS);
        // Every break counts alike, and the last line is there so that what is before it counts as
        // the inside of a text.
        let inside = format!("{}\nx", ends.replace(BREAKS, "\n"));
        let can_be_literal = ends.is_empty() || yaml::literal(&inside, STEP).is_some();
        if !text.contains('\n') || !can_be_literal {
            return self.line_of(text, indent);
        }
        let indicator = if text.starts_with(' ') || text.starts_with(BREAKS) { "2" } else { "" };
        let chomping = match text.chars().count() - ends.chars().count() {
            0 => "-",
            1 if !ends.is_empty() => "",
            _ => "+",
        };
        self.output.extend(["|", indicator, chomping]);
        let content = text.strip_suffix('\n').unwrap_or(text);
        for line in content.split('\n') {
            self.output.push('\n');
            self.broken(line, indent, true);
        }
    }

    /// Writes a text that is no literal block.
    fn line_of(&mut self, text: &str, indent: usize) {
        let has_breaks = text.contains(BREAKS) && !text.contains('\n') && !text.contains('\u{85}');
        if has_breaks && yaml::may_be_single_quoted(text) {
            self.output.push('\'');
            self.broken(&text.replace('\'', "''"), indent, false);
            self.output.push('\'');
            return;
        }
        let is_merge = text == "<<";
        let written = yaml::scalar(text, Quotes::None, false);
        self.output.push_str(if is_merge { text } else { &written });
    }

    /// Writes a text whose breaks other than `\n` stay as they are, what follows them indented.
    fn broken(&mut self, text: &str, indent: usize, begins_a_line: bool) {
        let mut is_at_begin = begins_a_line;
        for character in text.chars() {
            let is_break = BREAKS.contains(&character);
            if is_at_begin && !is_break {
                self.output.extend(std::iter::repeat_n(' ', indent));
            }
            is_at_begin = is_break;
            self.output.push(character);
        }
    }

    fn binary(&mut self, bytes: &[u8], indent: usize) {
        self.output.push_str("!!binary ");
        let encoded = BASE64_STANDARD.encode(bytes);
        if encoded.len() < LINE_OF_BINARY {
            return self.output.push_str(&encoded);
        }
        self.output.push('|');
        for (at, character) in encoded.chars().enumerate() {
            if at.is_multiple_of(LINE_OF_BINARY) {
                self.line(indent);
            }
            self.output.push(character);
        }
    }
}

/// Returns a key as what it is sorted by.
fn key_of(key: &Value) -> yaml::Value {
    match key {
        Value::String(key) => match key.as_str() {
            Some(text) => text.into(),
            None => yaml::Value::Binary(key.as_bytes().to_vec()),
        },
        key => scalar(key).into(),
    }
}

/// Tells whether a key has lines of its own.
fn is_long_key(key: &Text) -> bool {
    match key.as_str() {
        Some(text) => text.len() > LONGEST_SIMPLE_KEY || text.contains(BREAKS),
        None => key.len().div_ceil(3) * 4 >= LINE_OF_BINARY,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(_, number) => number.to_string(),
        Value::Uint(_, number) => number.to_string(),
        Value::Float(number) if number.is_nan() => ".nan".to_owned(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 { ".inf" } else { "-.inf" }.to_owned()
        }
        Value::Float(number) => float(*number, FloatStyle::General, None),
        _ => "null".to_owned(),
    }
}
