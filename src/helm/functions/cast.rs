//! Values read as numbers and texts, by the rules of the Go module spf13/cast.

use crate::helm::format::{self, NumberError, parse_float, parse_int};
use crate::helm::template::{FunctionError, Interpreter, Limit, Limits};
use crate::helm::value::{BYTES, List, STRINGS, Text, Value};

/// Returns a value as a whole number; 0 for what is none.
pub(super) fn integer(value: &Value) -> i64 {
    match value {
        Value::Int(_, number) => *number,
        Value::Uint(_, number) => number.cast_signed(),
        Value::Float(number) => truncated(*number),
        Value::Bool(truth) => i64::from(*truth),
        Value::String(text) => {
            let text = text.as_str().unwrap_or_default();
            parse_int(without_zero_decimals(text), 0).unwrap_or(0)
        }
        Value::Object(object) => object.underlying().map_or(0, |_| named(value)),
        Value::Nil | Value::Complex(_) | Value::List(_) | Value::Map(_) | Value::Function(_) => 0,
    }
}

// Of the numbers with names only those of calendars are taken for numbers.
fn named(value: &Value) -> i64 {
    let Value::Object(object) = value else { return 0 };
    let is_calendar = matches!(value.type_name().as_str(), "time.Month" | "time.Weekday");
    match object.underlying() {
        Some(Value::Int(_, number)) if is_calendar => number,
        _ => 0,
    }
}

/// Returns what is before the point, as processors of the x86-64 family convert: what does not fit
/// becomes the least number.
pub(super) fn truncated(number: f64) -> i64 {
    if number.is_nan() || number.abs() >= 9_223_372_036_854_775_808.0 {
        return i64::MIN;
    }
    #[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
    let whole = number as i64;
    whole
}

/// Returns a whole number as a float.
pub(super) fn widened(number: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "Go loses it, too")]
    let number = number as f64;
    number
}

/// Returns digits without a point that only zeros follow.
fn without_zero_decimals(text: &str) -> &str {
    match text.rsplit_once('.') {
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => {
            whole
        }
        _ => text,
    }
}

/// Returns a value as a float; 0 for what is none.
pub(super) fn number(value: &Value) -> f64 {
    match value {
        Value::Float(number) => *number,
        Value::String(text) => parse_float(text.as_str().unwrap_or_default()).unwrap_or(0.0),
        #[expect(clippy::cast_precision_loss, reason = "Go loses it, too")]
        Value::Uint(_, number) => *number as f64,
        other => widened(integer(other)),
    }
}

/// `int64`.
pub(super) fn int64(value: Value) -> i64 {
    integer(&value)
}

/// `int`.
pub(super) fn int(value: Value) -> Value {
    Value::int(integer(&value))
}

/// `float64`.
pub(super) fn float64(value: Value) -> f64 {
    number(&value)
}

/// `atoi`: the number that a text writes in base 10. What does not fit becomes what does.
pub(super) fn atoi(text: Text) -> Value {
    let text = text.as_str().unwrap_or_default();
    Value::int(match parse_int(text, 10) {
        Ok(number) => number,
        Err(NumberError::Range) if text.starts_with('-') => i64::MIN,
        Err(NumberError::Range) => i64::MAX,
        Err(NumberError::Syntax) => 0,
    })
}

/// `toDecimal`: the number that a value is written like, read in base 8.
pub(super) fn to_decimal(interpreter: &mut Interpreter, value: Value) -> Result<i64, Limit> {
    let text = format::sprint(&[value], interpreter.limits())?;
    Ok(parse_int(text.as_str().unwrap_or_default(), 8).unwrap_or(0))
}

/// `toString`.
pub(super) fn to_string(interpreter: &mut Interpreter, value: Value) -> Result<Text, Limit> {
    text_of(interpreter.limits(), &value)
}

/// Returns a value as a text.
pub(super) fn text_of(limits: &Limits, value: &Value) -> Result<Text, Limit> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::List(list) if *list.list_type() == BYTES => {
            Ok(list.as_bytes().unwrap_or_default().into())
        }
        value => format::sprint(std::slice::from_ref(value), limits),
    }
}

/// `toStrings`: the elements of a list, or the value itself, as texts.
pub(super) fn to_strings(interpreter: &mut Interpreter, value: Value) -> Result<Vec<Text>, Limit> {
    texts_of(interpreter, &value)
}

/// Returns the elements of a list as texts, without those that are nil.
pub(super) fn texts_of(interpreter: &Interpreter, value: &Value) -> Result<Vec<Text>, Limit> {
    match value {
        Value::Nil => Ok(Vec::new()),
        Value::List(list) => list
            .iter()
            .filter(|element| !matches!(element, Value::Nil))
            .map(|element| text_of(interpreter.limits(), &element))
            .collect(),
        value => Ok(vec![text_of(interpreter.limits(), value)?]),
    }
}

/// `join`: the elements of a list as texts, with a separator between them.
pub(super) fn join(
    interpreter: &mut Interpreter,
    separator: Text,
    value: Value,
) -> Result<Text, FunctionError> {
    let texts = texts_of(interpreter, &value)?;
    let length: usize = texts.iter().map(|text| text.len().saturating_add(separator.len())).sum();
    interpreter.charge(length)?;
    let bytes: Vec<&[u8]> = texts.iter().map(Text::as_bytes).collect();
    Ok(bytes.join(separator.as_bytes()).into())
}

/// `sortAlpha`: the elements of a list as texts, in order.
pub(super) fn sort_alpha(interpreter: &mut Interpreter, value: Value) -> Result<Vec<Text>, Limit> {
    if let Value::List(_) = value {
        let mut texts = texts_of(interpreter, &value)?;
        texts.sort();
        return Ok(texts);
    }
    Ok(vec![text_of(interpreter.limits(), &value)?])
}

/// Returns a list of texts.
pub(super) fn strings(texts: Vec<Text>) -> List {
    List::typed(&STRINGS, texts.into_iter().map(Value::String).collect())
}
