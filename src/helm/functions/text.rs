//! Functions on texts: parts of them, and what is put around them.

use crate::helm::format::{self, Escape, quoted};
use crate::helm::functions::cast::text_of;
use crate::helm::functions::fault;
use crate::helm::functions::letters::{self, is_space, trimmed, trimmed_of};
use crate::helm::template::{FunctionError, Interpreter, Rest};
use crate::helm::value::{Map, STRING_MAP, Text, Value};
use memchr::memmem::find;

/// `hello`: a greeting.
pub(super) fn hello() -> &'static str {
    "Hello!"
}

/// `trim`: without white space around it.
pub(super) fn trim(text: Text) -> Text {
    trimmed(text.as_bytes()).into()
}

/// `trimAll`: without some characters around it.
pub(super) fn trim_all(unwanted: Text, text: Text) -> Text {
    let unwanted: Vec<char> = letters::characters(unwanted.as_bytes()).collect();
    trimmed_of(text.as_bytes(), |character| unwanted.contains(&character)).into()
}

/// `trimPrefix`: without a beginning.
pub(super) fn trim_prefix(prefix: Text, text: Text) -> Text {
    text.as_bytes().strip_prefix(prefix.as_bytes()).map_or_else(|| text.clone(), Text::from)
}

/// `trimSuffix`: without an end.
pub(super) fn trim_suffix(suffix: Text, text: Text) -> Text {
    text.as_bytes().strip_suffix(suffix.as_bytes()).map_or_else(|| text.clone(), Text::from)
}

/// `contains`: whether a text holds another one.
pub(super) fn contains(part: Text, text: Text) -> bool {
    find(text.as_bytes(), part.as_bytes()).is_some()
}

/// `hasPrefix`: whether a text begins with another one.
pub(super) fn has_prefix(prefix: Text, text: Text) -> bool {
    text.as_bytes().starts_with(prefix.as_bytes())
}

/// `hasSuffix`: whether a text ends with another one.
pub(super) fn has_suffix(suffix: Text, text: Text) -> bool {
    text.as_bytes().ends_with(suffix.as_bytes())
}

/// `replace`: every occurrence becomes something else.
pub(super) fn replace(
    interpreter: &mut Interpreter,
    old: Text,
    new: Text,
    text: Text,
) -> Result<Text, FunctionError> {
    let parts = parts(text.as_bytes(), old.as_bytes(), None);
    if !old.is_empty() && parts.len() == 1 {
        return Ok(text);
    }
    interpreter.charge(text.len().saturating_add(parts.len().saturating_mul(new.len())))?;
    if old.is_empty() {
        // Go replaces the nothing before each character, and at the end.
        let mut replaced = Vec::new();
        for part in parts {
            replaced.extend_from_slice(new.as_bytes());
            replaced.extend_from_slice(part);
        }
        replaced.extend_from_slice(new.as_bytes());
        return Ok(replaced.into());
    }
    Ok(parts.join(new.as_bytes()).into())
}

/// Returns what is between separators, in at most so many parts. Without a separator, each
/// character is a part.
fn parts<'a>(text: &'a [u8], separator: &[u8], most: Option<usize>) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut rest = text;
    let is_full = |parts: &Vec<_>| most.is_some_and(|most| parts.len() + 1 >= most);
    if separator.is_empty() {
        while let Some((piece, _)) = letters::first(rest) {
            if is_full(&parts) {
                parts.push(rest);
                break;
            }
            parts.push(piece);
            rest = rest.get(piece.len()..).unwrap_or_default();
        }
        return parts;
    }
    while !is_full(&parts) {
        let Some(at) = find(rest, separator) else { break };
        parts.push(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + separator.len()..).unwrap_or_default();
    }
    parts.push(rest);
    parts
}

/// `splitList`: what is between separators.
pub(super) fn split_list(separator: Text, text: Text) -> Vec<Text> {
    parts(text.as_bytes(), separator.as_bytes(), None).into_iter().map(Text::from).collect()
}

/// `split`: what is between separators, under the names `_0`, `_1` and so on.
pub(super) fn split(separator: Text, text: Text) -> Value {
    numbered(&parts(text.as_bytes(), separator.as_bytes(), None))
}

/// `splitn`: what is between separators, in at most so many parts; see [`split`].
pub(super) fn splitn(separator: Text, most: isize, text: Text) -> Value {
    match most {
        0 => numbered(&[]),
        most => numbered(&parts(text.as_bytes(), separator.as_bytes(), usize::try_from(most).ok())),
    }
}

fn numbered(parts: &[&[u8]]) -> Value {
    let named = parts.iter().enumerate().map(|(at, part)| (format!("_{at}"), Text::from(*part)));
    Value::Map(Map::of(&STRING_MAP, named))
}

/// `substr`: the bytes from one place to another; a negative place is that end.
pub(super) fn substr(start: isize, end: isize, text: Text) -> Result<Text, FunctionError> {
    let bytes = text.as_bytes();
    let length = bytes.len().cast_signed();
    let part = |start: isize, end: isize| {
        bytes.get(usize::try_from(start).ok()?..usize::try_from(end).ok()?).map(Text::from)
    };
    if start < 0 {
        let holder = format!(" with length {length}");
        return part(0, end).ok_or_else(|| fault::end_bound(end as i64, &holder));
    }
    let end = if end < 0 || end > length { length } else { end };
    part(start, end).ok_or_else(|| fault::bounds(start as i64, end as i64))
}

/// `trunc`: the first bytes, or with a negative number the last ones.
pub(super) fn trunc(length: isize, text: Text) -> Text {
    let (bytes, count) = (text.as_bytes(), length.unsigned_abs());
    let part = if length < 0 {
        bytes.len().checked_sub(count).and_then(|start| bytes.get(start..))
    } else {
        bytes.get(..count)
    };
    part.map_or_else(|| text.clone(), Text::from)
}

/// `repeat`: the text so many times.
pub(super) fn repeat(
    interpreter: &mut Interpreter,
    count: isize,
    text: Text,
) -> Result<Text, FunctionError> {
    Ok(repeated(interpreter, count, text.as_bytes())?.into())
}

fn repeated(
    interpreter: &mut Interpreter,
    count: isize,
    text: &[u8],
) -> Result<Vec<u8>, FunctionError> {
    let Ok(count) = usize::try_from(count) else {
        return Err("strings: negative Repeat count".into());
    };
    match text.len().checked_mul(count) {
        Some(length) if isize::try_from(length).is_ok() => interpreter.charge(length)?,
        _ => return Err("strings: Repeat output length overflow".into()),
    }
    Ok(text.repeat(count))
}

/// `indent`: with spaces before each line.
pub(super) fn indent(
    interpreter: &mut Interpreter,
    spaces: isize,
    text: Text,
) -> Result<Text, FunctionError> {
    indented(interpreter, Vec::new(), spaces, text.as_bytes())
}

/// `nindent`: on a new line, with spaces before each line.
pub(super) fn nindent(
    interpreter: &mut Interpreter,
    spaces: isize,
    text: Text,
) -> Result<Text, FunctionError> {
    indented(interpreter, b"\n".to_vec(), spaces, text.as_bytes())
}

fn indented(
    interpreter: &mut Interpreter,
    mut output: Vec<u8>,
    spaces: isize,
    text: &[u8],
) -> Result<Text, FunctionError> {
    let pad = repeated(interpreter, spaces, b" ")?;
    let lines = text.split(|byte| *byte == b'\n');
    let length = lines.clone().count().saturating_mul(pad.len()).saturating_add(text.len() + 1);
    interpreter.charge(length)?;
    output.reserve(length);
    for (at, line) in lines.enumerate() {
        if at > 0 {
            output.push(b'\n');
        }
        output.extend_from_slice(&pad);
        output.extend_from_slice(line);
    }
    Ok(output.into())
}

/// `quote`: each value in double quotes.
pub(super) fn quote(
    interpreter: &mut Interpreter,
    values: Rest<Value>,
) -> Result<Text, FunctionError> {
    wrapped(interpreter, values, |text| quoted(text.as_bytes(), Escape::Needed).into_bytes())
}

/// `squote`: each value in single quotes.
pub(super) fn squote(
    interpreter: &mut Interpreter,
    values: Rest<Value>,
) -> Result<Text, FunctionError> {
    wrapped(interpreter, values, |text| [b"'", text.as_bytes(), b"'"].concat())
}

fn wrapped(
    interpreter: &mut Interpreter,
    values: Rest<Value>,
    wrap: fn(Text) -> Vec<u8>,
) -> Result<Text, FunctionError> {
    let mut written = Vec::with_capacity(values.0.len());
    for value in values.0.iter().filter(|value| !matches!(value, Value::Nil)) {
        written.push(wrap(text_of(interpreter.limits(), value)?));
    }
    if let [only] = written.as_mut_slice() {
        return Ok(std::mem::take(only).into());
    }
    Ok(written.join(b" ".as_slice()).into())
}

/// `cat`: values with spaces between them.
pub(super) fn cat(
    interpreter: &mut Interpreter,
    values: Rest<Value>,
) -> Result<Text, FunctionError> {
    let mut written = Vec::new();
    for value in values.0.into_iter().filter(|value| !matches!(value, Value::Nil)) {
        let text = format::sprint(&[value], interpreter.limits())?;
        written.push(text.as_bytes().to_vec());
    }
    Ok(written.join(b" ".as_slice()).into())
}

/// `plural`: one word or another.
pub(super) fn plural(one: Text, many: Text, count: isize) -> Text {
    if count == 1 { one } else { many }
}

/// `nospace`: without white space. If there is some, bytes count as characters and become some.
pub(super) fn nospace(text: Text) -> Text {
    let characters = || text.as_bytes().iter().map(|byte| char::from(*byte));
    if !characters().any(is_space) {
        return text;
    }
    characters().filter(|one| !is_space(*one)).collect::<String>().into()
}

/// `initials`: the first letters of words. Bytes count as characters, and become characters.
pub(super) fn initials(text: Text) -> String {
    let mut initials = String::new();
    let mut is_begin = true;
    for character in text.as_bytes().iter().map(|byte| char::from(*byte)) {
        if !is_space(character) && is_begin {
            initials.push(character);
        }
        is_begin = is_space(character);
    }
    initials
}
