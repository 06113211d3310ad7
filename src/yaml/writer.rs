//! Writes values as go-yaml v2.2.1 does: which style a scalar gets, and the order of keys.

use crate::yaml::emitter::{Emitter, Wanted};
use crate::yaml::number;
use crate::yaml::resolver::{Meaning, resolve_plain};
use crate::yaml::value::{self, Mapping, Value};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::slice;

/// What becomes of texts that newer readers of YAML 1.1 take for numbers, such as `1e3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooseNumbers {
    /// They get no quotes, as in Fabrikate.
    Plain,
    /// They get quotes unless they had none: every reader sees what the first one saw.
    Quoted,
}

/// Returns a value as a document: what go-yaml v2.2.1 writes, but for the order of keys where that
/// is left to chance there.
pub fn write(value: &Value, numbers: LooseNumbers) -> Vec<u8> {
    let mut writer = Writer { emitter: Emitter::new(), numbers };
    let mut open = Vec::new();
    let mut next = Some(value);
    loop {
        if let Some(value) = next {
            open.extend(writer.write(value));
        }
        let Some(innermost) = open.last_mut() else {
            return writer.emitter.finish().into_bytes();
        };
        next = innermost.next();
        if next.is_none() {
            open.pop();
            writer.emitter.end();
        }
    }
}

/// What is left of a collection.
enum Rest<'a> {
    Sequence(slice::Iter<'a, Value>),
    Mapping { entries: value::Iter<'a>, value: Option<&'a Value> },
}

impl<'a> Rest<'a> {
    fn next(&mut self) -> Option<&'a Value> {
        match self {
            Self::Sequence(values) => values.next(),
            Self::Mapping { entries, value } => value.take().or_else(|| {
                let (key, its_value) = entries.next()?;
                *value = Some(if is_nan(key) { &Value::Null } else { its_value });
                Some(key)
            }),
        }
    }
}

// Go finds nothing under a key that is not equal to itself.
fn is_nan(key: &Value) -> bool {
    matches!(key, Value::Float(number) if number.is_nan())
}

struct Writer {
    emitter: Emitter,
    numbers: LooseNumbers,
}

impl Writer {
    /// Writes a scalar, or the beginning of a collection; returns what is left of that.
    fn write<'a>(&mut self, value: &'a Value) -> Option<Rest<'a>> {
        match value {
            Value::Null => self.plain("null"),
            Value::Bool(true) => self.plain("true"),
            Value::Bool(false) => self.plain("false"),
            Value::Int(number) => self.plain(&number.to_string()),
            Value::Uint(number) => self.plain(&number.to_string()),
            Value::Float(number) => self.plain(&number::shortest(*number)),
            Value::Loose(text) => self.plain(text),
            Value::String(text) => self.emitter.scalar(text, wanted(text, self.numbers)),
            Value::Binary(bytes) => self.binary(bytes),
            Value::Sequence(values) => return self.sequence(values),
            Value::Mapping(mapping) => return self.mapping(mapping),
        }
        None
    }

    fn plain(&mut self, text: &str) {
        self.emitter.scalar(text, Wanted::Plain);
    }

    fn binary(&mut self, bytes: &[u8]) {
        /// How many characters go-yaml gives a line.
        const LINE: usize = 70;
        let encoded = BASE64_STANDARD.encode(bytes);
        if encoded.len() < LINE {
            return self.emitter.tagged_scalar("!!binary", &encoded, Wanted::Plain);
        }
        let mut lines = String::new();
        for (at, character) in encoded.chars().enumerate() {
            if at > 0 && at.is_multiple_of(LINE) {
                lines.push('\n');
            }
            lines.push(character);
        }
        lines.push('\n');
        self.emitter.tagged_scalar("!!binary", &lines, Wanted::Literal);
    }

    fn sequence<'a>(&mut self, values: &'a [Value]) -> Option<Rest<'a>> {
        if values.is_empty() {
            self.emitter.empty("[]");
            return None;
        }
        self.emitter.begin_sequence();
        Some(Rest::Sequence(values.iter()))
    }

    fn mapping<'a>(&mut self, mapping: &'a Mapping) -> Option<Rest<'a>> {
        if mapping.is_empty() {
            self.emitter.empty("{}");
            return None;
        }
        self.emitter.begin_mapping();
        Some(Rest::Mapping { entries: mapping.iter(), value: None })
    }
}

/// Returns how a text is to be written so that it is read as a text again.
fn wanted(text: &str, numbers: LooseNumbers) -> Wanted {
    if text.contains('\n') {
        return Wanted::Literal;
    }
    match resolve_plain(text) {
        Meaning::LooseNumber if numbers == LooseNumbers::Quoted => Wanted::DoubleQuoted,
        Meaning::Text | Meaning::LooseNumber if !is_base_60(text) => Wanted::Plain,
        _ => Wanted::DoubleQuoted,
    }
}

/// Tells whether a text looks like a number with base 60, such as `12:30:45.5`, which go-yaml does
/// not read and leaves to no other reader either.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let Some((first, rest)) = unsigned.split_once(':') else {
        return false;
    };
    let (places, decimals) = rest.split_once('.').unwrap_or((rest, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let is_place = |place: &str| match place.as_bytes() {
        [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'] => true,
        _ => false,
    };
    first.starts_with(|first: char| first.is_ascii_digit())
        && is_digits(first)
        && places.split(':').all(is_place)
        && is_digits(decimals)
}
