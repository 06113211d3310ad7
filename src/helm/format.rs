//! Writing values as Go's fmt and strconv do.

mod buffer;
mod characters;
mod directive;
mod flags;
mod float;
mod number;
mod printer;
mod quote;
mod scalar;
mod texts;
mod unicode;

pub(crate) use buffer::Buffer;
pub use characters::{is_digit, is_letter, is_printed};
pub(crate) use flags::truncated;
pub use float::{FloatStyle, float};
pub use number::{NumberError, parse_float, parse_int, parse_uint};
pub use quote::{
    Escape, Point, can_back_quote, quoted, quoted_character, unquoted, unquoted_character,
};

use crate::helm::template::{Limit, Limits};
use crate::helm::value::{Kind, Text, Value};
use printer::Printer;

/// Returns values as `fmt.Sprint` writes them: with a space between two that are no texts.
pub fn sprint(values: &[Value], limits: &Limits) -> Result<Text, Limit> {
    let mut output = Buffer::new(limits.text);
    let mut text_before = true;
    for value in values {
        let text = value.kind() == Kind::String;
        if !text && !text_before {
            output.push(b" ")?;
        }
        text_before = text;
        print(&mut output, value, limits)?;
    }
    Ok(output.into_bytes().into())
}

/// Returns values as `fmt.Sprintln` writes them: with spaces between them and a line break.
pub fn sprintln(values: &[Value], limits: &Limits) -> Result<Text, Limit> {
    let mut output = Buffer::new(limits.text);
    for (index, value) in values.iter().enumerate() {
        output.push(if index == 0 { b"" } else { b" " })?;
        print(&mut output, value, limits)?;
    }
    output.push(b"\n")?;
    Ok(output.into_bytes().into())
}

/// Returns values as `fmt.Sprintf` writes them.
pub fn sprintf(format: &Text, values: &[Value], limits: &Limits) -> Result<Text, Limit> {
    let mut output = Buffer::new(limits.text);
    directive::print(&mut output, format.as_bytes(), values, limits.value_nesting)?;
    Ok(output.into_bytes().into())
}

/// Writes a value as `%v` does.
pub(crate) fn print(output: &mut Buffer, value: &Value, limits: &Limits) -> Result<(), Limit> {
    match value {
        Value::String(text) => output.push(text.as_bytes()),
        value => Printer::new(output, limits.value_nesting).argument(value, 'v'),
    }
}

/// Writes a value as an action of a template does: `%v` of what a pointer points to.
pub(crate) fn print_pointee(
    output: &mut Buffer,
    value: &Value,
    limits: &Limits,
) -> Result<(), Limit> {
    match value {
        Value::Object(object) => {
            Printer::new(output, limits.value_nesting).pointee(object.as_ref())
        }
        value => print(output, value, limits),
    }
}

/// Returns what [`print_pointee`] writes.
pub(crate) fn sprint_pointee(value: &Value, limits: &Limits) -> Result<Text, Limit> {
    let mut output = Buffer::new(limits.text);
    print_pointee(&mut output, value, limits)?;
    Ok(output.into_bytes().into())
}
