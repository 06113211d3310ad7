//! Texts made harmless: for HTML, for JavaScript and for the query of an address.

use crate::helm::format::{self, is_printed};
use crate::helm::template::error::FunctionError;
use crate::helm::template::interpreter::Interpreter;
use crate::helm::template::parameter::Rest;
use crate::helm::value::{Text, Value};
use std::fmt::Write;

/// Returns the text of arguments, which are printed as actions print them.
fn joined(interpreter: &Interpreter, values: Vec<Value>) -> Result<Text, FunctionError> {
    if let [Value::String(text)] = values.as_slice() {
        return Ok(text.clone());
    }
    let shown: Vec<_> = values
        .into_iter()
        .map(|value| match value {
            Value::Nil => Ok(Value::from("<no value>")),
            value @ Value::Object(_) => {
                format::sprint_pointee(&value, interpreter.limits()).map(Value::from)
            }
            value => Ok(value),
        })
        .collect::<Result<_, _>>()?;
    Ok(format::sprint(&shown, interpreter.limits())?)
}

pub(super) fn html(
    interpreter: &mut Interpreter,
    Rest(values): Rest<Value>,
) -> Result<Text, FunctionError> {
    let text = joined(interpreter, values)?;
    escaped(interpreter, &text, |output, byte| {
        let escape: &[u8] = match byte {
            0 => "\u{fffd}".as_bytes(),
            b'"' => b"&#34;",
            b'\'' => b"&#39;",
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            byte => return output.push(byte),
        };
        output.extend_from_slice(escape);
    })
}

pub(super) fn urlquery(
    interpreter: &mut Interpreter,
    Rest(values): Rest<Value>,
) -> Result<Text, FunctionError> {
    let text = joined(interpreter, values)?;
    escaped(interpreter, &text, |output, byte| match byte {
        b' ' => output.push(b'+'),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => output.push(byte),
        byte => output.extend_from_slice(format!("%{byte:02X}").as_bytes()),
    })
}

fn escaped(
    interpreter: &mut Interpreter,
    text: &Text,
    escape: impl Fn(&mut Vec<u8>, u8),
) -> Result<Text, FunctionError> {
    interpreter.charge(text.len())?;
    let mut output = Vec::with_capacity(text.len());
    text.as_bytes().iter().for_each(|byte| escape(&mut output, *byte));
    Ok(output.into())
}

pub(super) fn js(
    interpreter: &mut Interpreter,
    Rest(values): Rest<Value>,
) -> Result<Text, FunctionError> {
    let text = joined(interpreter, values)?;
    interpreter.charge(text.len())?;
    let mut output = Vec::with_capacity(text.len());
    for chunk in text.as_bytes().utf8_chunks() {
        let mut valid = String::with_capacity(chunk.valid().len());
        chunk.valid().chars().for_each(|character| push_js(&mut valid, character));
        output.extend_from_slice(valid.as_bytes());
        output.extend_from_slice(chunk.invalid());
    }
    Ok(output.into())
}

fn push_js(output: &mut String, character: char) {
    // Writing to a `String` cannot fail.
    match character {
        '\\' => output.push_str("\\\\"),
        '\'' => output.push_str("\\'"),
        '"' => output.push_str("\\\""),
        '<' | '>' | '&' | '=' | '\0'..' ' => {
            let _ = write!(output, "\\u{:04X}", u32::from(character));
        }
        other if other.is_ascii() || is_printed(other) => output.push(other),
        other => {
            let _ = write!(output, "\\u{:04X}", u32::from(other));
        }
    }
}
