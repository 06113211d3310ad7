//! Writes values as go-yaml v2.2.1 does: which style a scalar gets, and the order of keys.

use crate::yaml::arrangement::{Letters, arranged};
use crate::yaml::emitter::{Emitter, Wanted};
use crate::yaml::number;
use crate::yaml::resolver::{Meaning, resolve_plain};
use crate::yaml::value::{Mapping, Value};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::{slice, vec};

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
    let mut writer = Writer::new(numbers);
    writer.value(value);
    writer.emitter.finish().into_bytes()
}

/// What is left of a collection.
enum Rest<'a> {
    Sequence(slice::Iter<'a, Value>),
    Mapping { entries: vec::IntoIter<(&'a Value, &'a Value)>, value: Option<&'a Value> },
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

/// Writes values one after the other.
pub(crate) struct Writer {
    pub(crate) emitter: Emitter,
    numbers: LooseNumbers,
}

impl Writer {
    pub(crate) fn new(numbers: LooseNumbers) -> Self {
        Self { emitter: Emitter::new(), numbers }
    }

    /// Writes a value with all that it holds.
    pub(crate) fn value(&mut self, value: &Value) {
        let mut open = Vec::new();
        let mut next = Some(value);
        loop {
            if let Some(value) = next {
                open.extend(self.write(value));
            }
            let Some(innermost) = open.last_mut() else {
                return;
            };
            next = innermost.next();
            if next.is_none() {
                open.pop();
                self.emitter.end();
            }
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.emitter.scalar(text, wanted(text, self.numbers));
    }

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
            Value::String(text) => self.text(text),
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
        let entries = arranged(mapping.iter().collect(), Letters::Last, |(key, _)| key);
        Some(Rest::Mapping { entries: entries.into_iter(), value: None })
    }
}

/// Returns how a text is to be written so that it is read as a text again.
pub(crate) fn wanted(text: &str, numbers: LooseNumbers) -> Wanted {
    if text.contains('\n') {
        return Wanted::Literal;
    }
    let is_text = match resolve_plain(text) {
        Meaning::Text => !is_base_60(text),
        Meaning::LooseNumber => numbers == LooseNumbers::Plain,
        Meaning::Null
        | Meaning::Bool(_)
        | Meaning::Int(_)
        | Meaning::Uint(_)
        | Meaning::Float(_)
        | Meaning::Timestamp
        | Meaning::Binary(_) => false,
    };
    if is_text { Wanted::Plain } else { Wanted::DoubleQuoted }
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
    let is_place =
        |place: &str| matches!(place.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    first.starts_with(|first: char| first.is_ascii_digit())
        && is_digits(first)
        && places.split(':').all(is_place)
        && is_digits(decimals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(value: impl Into<Value>, expected: &Expect) {
        let mapping = Mapping::from_iter([("key".into(), value.into())]);
        let written = write(&Value::Mapping(mapping), LooseNumbers::Quoted);
        expected.assert_eq(&String::from_utf8(written).unwrap());
    }

    fn list(values: &[Value]) -> Value {
        Value::Sequence(values.to_vec())
    }

    #[test]
    fn texts_get_the_quotes_that_they_need() {
        let texts =
            ["a", "", "yes", "1", "1e3", "2001-01-01", "12:30:45", "a: b", " a", "a\tb", "é", "😀"];
        check(
            list(&texts.map(Value::from)),
            &expect![[r#"
            key:
            - a
            - ""
            - "yes"
            - "1"
            - "1e3"
            - "2001-01-01"
            - "12:30:45"
            - 'a: b'
            - ' a'
            - "a\tb"
            - é
            - "\U0001F600"
        "#]],
        );
    }

    #[test]
    fn everything_else_has_none() {
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::Int(-1),
            Value::Uint(u64::MAX),
            Value::Float(1e6),
            Value::Float(f64::NEG_INFINITY),
            Value::Loose("1e3".to_owned()),
        ];
        check(
            list(&values),
            &expect![[r#"
            key:
            - null
            - true
            - -1
            - 18446744073709551615
            - 1e+06
            - -.inf
            - 1e3
        "#]],
        );
    }

    #[test]
    fn collections_are_blocks_unless_they_are_empty() {
        let inner = Mapping::from_iter([
            ("b".into(), list(&[1, 2].map(Value::Int))),
            ("c".into(), list(&[])),
        ]);
        let outer =
            [Value::Mapping(inner), list(&[list(&["d".into()])]), Value::Mapping(Mapping::new())];
        check(
            list(&outer),
            &expect![[r#"
            key:
            - b:
              - 1
              - 2
              c: []
            - - - d
            - {}
        "#]],
        );
    }

    #[test]
    fn texts_of_several_lines_are_literal_blocks() {
        let texts = ["a\n", "a\n\n b", "\n", " a\n\n", "a \nb", "a\n\tb"];
        check(
            list(&texts.map(Value::from)),
            &expect![[r#"
            key:
            - |
              a
            - |-
              a

               b
            - |2+

            - |2+
               a

            - "a \nb"
            - "a\n\tb"
        "#]],
        );
    }

    #[test]
    fn long_texts_are_folded_at_single_spaces() {
        let words = "lorem ipsum dolor ".repeat(6);
        check(
            words.trim_end(),
            &expect![[r#"
            key: lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor lorem
              ipsum dolor lorem ipsum dolor
        "#]],
        );
        check(
            format!("- {}  x", words.trim_end()),
            &expect![[r#"
            key: '- lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor lorem
              ipsum dolor lorem ipsum dolor  x'
        "#]],
        );
        check(
            format!("\t{words} {words}x"),
            &expect![[r#"
            key: "\tlorem ipsum dolor lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor lorem
              ipsum dolor lorem ipsum dolor  lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor
              lorem ipsum dolor lorem ipsum dolor lorem ipsum dolor x"
        "#]],
        );
        check(
            "lorem".repeat(16),
            &expect![[r#"
            key: loremloremloremloremloremloremloremloremloremloremloremloremloremloremloremlorem
        "#]],
        );
    }

    #[test]
    fn bytes_are_base64() {
        check(
            Value::Binary(vec![0xFF; 3]),
            &expect![[r#"
            key: !!binary ////
        "#]],
        );
        check(
            Value::Binary(vec![0xFF; 60]),
            &expect![[r#"
            key: !!binary |
              //////////////////////////////////////////////////////////////////////
              //////////
        "#]],
        );
    }

    #[test]
    fn keys_that_are_long_or_have_several_lines_stand_behind_a_question_mark() {
        let entries = ["a\nb", "c"].map(|key| (Value::from(key), list(&[Value::Null])));
        check(
            Value::Mapping(Mapping::from_iter(entries)),
            &expect![[r#"
            key:
              ? |-
                a
                b
              : - null
              c:
              - null
        "#]],
        );
        let of_length = |length: usize| {
            let mapping = Mapping::from_iter([("k".repeat(length).into(), Value::Null)]);
            String::from_utf8(write(&Value::Mapping(mapping), LooseNumbers::Plain)).unwrap()
        };
        assert_eq!(of_length(128), format!("{}: null\n", "k".repeat(128)));
        assert_eq!(of_length(129), format!("? {}\n: null\n", "k".repeat(129)));
    }

    #[test]
    fn a_value_alone_is_a_document() {
        let alone = |value: &Value| String::from_utf8(write(value, LooseNumbers::Plain)).unwrap();
        assert_eq!(alone(&Value::from("a")), "a\n");
        assert_eq!(alone(&Value::from("a\n")), "|\n  a\n");
        assert_eq!(alone(&Value::Mapping(Mapping::new())), "{}\n");
        assert_eq!(alone(&Value::from("1e3")), "1e3\n");
    }
}
