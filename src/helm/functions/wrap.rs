//! Functions that fit texts into lines and places: those of the Go module goutils.

use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::Text;

/// `wrap`: lines of so many bytes, longer only where a word is.
pub(super) fn wrap(
    interpreter: &mut Interpreter,
    width: isize,
    text: Text,
) -> Result<Text, FunctionError> {
    wrapped(interpreter, width, b"\n", text.as_bytes(), false)
}

/// `wrapWith`: lines of so many bytes, with a text of choice between them.
pub(super) fn wrap_with(
    interpreter: &mut Interpreter,
    width: isize,
    separator: Text,
    text: Text,
) -> Result<Text, FunctionError> {
    let separator = if separator.is_empty() { b"\n" } else { separator.as_bytes() };
    wrapped(interpreter, width, separator, text.as_bytes(), true)
}

fn wrapped(
    interpreter: &mut Interpreter,
    width: isize,
    separator: &[u8],
    text: &[u8],
    break_words: bool,
) -> Result<Text, FunctionError> {
    let width = usize::try_from(width).unwrap_or(1).max(1);
    interpreter.charge(text.len().saturating_mul(1 + separator.len()))?;
    let mut output = Vec::new();
    let mut rest = text;
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let fitting = rest.get(..=width).unwrap_or(rest);
        let blank = fitting.iter().rposition(|byte| *byte == b' ');
        let later = || rest.iter().skip(width).position(|byte| *byte == b' ');
        let (end, next) = match blank {
            Some(at) => (at, at + 1),
            None if break_words => (width, width),
            None => match later() {
                Some(at) => (width + at, width + at + 1),
                None => break,
            },
        };
        output.extend_from_slice(rest.get(..end).unwrap_or_default());
        output.extend_from_slice(separator);
        rest = rest.get(next..).unwrap_or_default();
    }
    output.extend_from_slice(rest);
    Ok(output.into())
}

/// `abbrev`: the beginning of a text and three points, in so many bytes.
pub(super) fn abbrev(width: isize, text: Text) -> Text {
    if width < 4 { text } else { abbreviated(text.as_bytes(), 0, width.unsigned_abs()).into() }
}

/// `abbrevboth`: a part of a text that begins about there, in so many bytes, with points for what
/// is missing.
pub(super) fn abbrevboth(start: isize, width: isize, text: Text) -> Text {
    if width < 4 || (start > 0 && width < 7) {
        return text;
    }
    abbreviated(text.as_bytes(), start, width.unsigned_abs()).into()
}

const POINTS: &[u8] = b"...";

fn abbreviated(text: &[u8], start: isize, width: usize) -> Vec<u8> {
    if text.len() <= width {
        return text.to_vec();
    }
    let room = width - POINTS.len();
    let start = usize::try_from(start).unwrap_or(0).min(text.len()).min(text.len() - room);
    if start <= 4 {
        return [text.get(..room).unwrap_or_default(), POINTS].concat();
    }
    if start + room < text.len() {
        let rest = text.get(start..).unwrap_or_default();
        return [POINTS, &abbreviated(rest, 0, room)].concat();
    }
    [POINTS, text.get(text.len() - room..).unwrap_or_default()].concat()
}
