//! Comparing: only basic values, and only with their own kind.

#![expect(clippy::needless_pass_by_value, reason = "functions are given their arguments")]

use crate::helm::Profile;
use crate::helm::format;
use crate::helm::template::error::FunctionError;
use crate::helm::template::interpreter::Interpreter;
use crate::helm::template::operand::Operand;
use crate::helm::template::parameter::Rest;
use crate::helm::value::{Complex, Kind, Text, Value};
use std::cmp::Ordering;

const INCOMPATIBLE: &str = "incompatible types for comparison";
const INVALID: &str = "invalid type for comparison";

/// A value that can be compared, without the name of its type.
enum Basic {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(Complex),
    String(Text),
}

fn basic(value: &Value) -> Option<Basic> {
    Some(match value {
        Value::Bool(truth) => Basic::Bool(*truth),
        Value::Int(_, number) => Basic::Int(*number),
        Value::Uint(_, number) => Basic::Uint(*number),
        Value::Float(number) => Basic::Float(*number),
        Value::Complex(number) => Basic::Complex(*number),
        Value::String(text) => Basic::String(text.clone()),
        Value::Object(object) => return basic(&object.underlying()?),
        Value::Nil | Value::List(_) | Value::Map(_) | Value::Function(_) => return None,
    })
}

/// Tells whether the first argument equals one of the others.
pub(super) fn eq(
    interpreter: &mut Interpreter,
    first: Operand,
    Rest(others): Rest<Operand>,
) -> Result<bool, FunctionError> {
    if others.is_empty() {
        return Err("missing argument for comparison".into());
    }
    for other in &others {
        if equal(interpreter, first.value(), other.value())? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tells whether two arguments differ.
pub(super) fn ne(
    interpreter: &mut Interpreter,
    one: Operand,
    other: Operand,
) -> Result<bool, FunctionError> {
    equal(interpreter, one.value(), other.value()).map(|equal| !equal)
}

#[expect(clippy::float_cmp, reason = "Go compares them so")]
fn equal(interpreter: &Interpreter, one: &Value, other: &Value) -> Result<bool, FunctionError> {
    match (basic(one), basic(other)) {
        (Some(Basic::Int(int)), Some(Basic::Uint(uint)))
        | (Some(Basic::Uint(uint)), Some(Basic::Int(int))) => {
            Ok(u64::try_from(int).is_ok_and(|int| int == uint))
        }
        (Some(Basic::Bool(a)), Some(Basic::Bool(b))) => Ok(a == b),
        (Some(Basic::Int(a)), Some(Basic::Int(b))) => Ok(a == b),
        (Some(Basic::Uint(a)), Some(Basic::Uint(b))) => Ok(a == b),
        (Some(Basic::Float(a)), Some(Basic::Float(b))) => Ok(a == b),
        (Some(Basic::Complex(a)), Some(Basic::Complex(b))) => Ok(a == b),
        (Some(Basic::String(a)), Some(Basic::String(b))) => Ok(a == b),
        (None, None) => equal_others(interpreter, one, other),
        _ if matches!(one, Value::Nil) || matches!(other, Value::Nil) => Ok(false),
        _ => Err(incompatible(interpreter, one, other)),
    }
}

/// Returns the error of two values of which neither can be less than the other.
fn incompatible(interpreter: &Interpreter, one: &Value, other: &Value) -> FunctionError {
    match interpreter.profile() {
        Profile::Helm317 => INCOMPATIBLE.into(),
        Profile::Helm41 => {
            let (one, other) = (one.type_name(), other.type_name());
            FunctionError::new(format_args!("{INCOMPATIBLE}: {one} and {other}"))
        }
    }
}

/// Compares lists, tables and what else is not basic: with nil, or a pointer with another one.
fn equal_others(
    interpreter: &Interpreter,
    one: &Value,
    other: &Value,
) -> Result<bool, FunctionError> {
    let (a, b) = (one.kind(), other.kind());
    if a != b && a != Kind::Invalid && b != Kind::Invalid {
        return Err(different(interpreter, one, other));
    }
    if one.is_nil() || other.is_nil() {
        return Ok(one.is_nil() == other.is_nil());
    }
    if let Value::List(_) | Value::Map(_) | Value::Function(_) = other {
        let shown = shown(interpreter, other);
        let of = other.type_name();
        return Err(FunctionError::new(format_args!("non-comparable type {shown}: {of}")));
    }
    Ok(one == other)
}

fn different(interpreter: &Interpreter, one: &Value, other: &Value) -> FunctionError {
    FunctionError::new(format_args!(
        "non-comparable types {}: {}, {}: {}",
        shown(interpreter, one),
        one.type_name(),
        other.type_name(),
        shown_plainly(interpreter, other),
    ))
}

fn shown(interpreter: &Interpreter, value: &Value) -> String {
    let text = format::sprintf(&"%s".into(), std::slice::from_ref(value), interpreter.limits());
    text.map_or_else(|limit| limit.to_string(), |text| text.to_string())
}

fn shown_plainly(interpreter: &Interpreter, value: &Value) -> String {
    let text = format::sprint(std::slice::from_ref(value), interpreter.limits());
    text.map_or_else(|limit| limit.to_string(), |text| text.to_string())
}

/// Returns the order of two values; `None` where one is no number.
fn order(
    interpreter: &Interpreter,
    one: &Value,
    other: &Value,
) -> Result<Option<Ordering>, FunctionError> {
    let first = basic(one).ok_or(INVALID)?;
    let second = basic(other).ok_or(INVALID)?;
    Ok(match (first, second) {
        (Basic::Int(int), Basic::Uint(uint)) => Some(i128::from(int).cmp(&i128::from(uint))),
        (Basic::Uint(uint), Basic::Int(int)) => Some(i128::from(uint).cmp(&i128::from(int))),
        (Basic::Int(a), Basic::Int(b)) => Some(a.cmp(&b)),
        (Basic::Uint(a), Basic::Uint(b)) => Some(a.cmp(&b)),
        (Basic::Float(a), Basic::Float(b)) => a.partial_cmp(&b),
        (Basic::String(a), Basic::String(b)) => Some(a.cmp(&b)),
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(_), Basic::Complex(_)) => {
            return Err(INVALID.into());
        }
        _ => return Err(incompatible(interpreter, one, other)),
    })
}

/// Tells whether the first argument is less than the second.
pub(super) fn lt(
    interpreter: &mut Interpreter,
    one: Operand,
    other: Operand,
) -> Result<bool, FunctionError> {
    Ok(order(interpreter, one.value(), other.value())? == Some(Ordering::Less))
}

/// Tells whether the first argument is less than the second, or equal.
pub(super) fn le(
    interpreter: &mut Interpreter,
    one: Operand,
    other: Operand,
) -> Result<bool, FunctionError> {
    let order = order(interpreter, one.value(), other.value())?;
    Ok(matches!(order, Some(Ordering::Less | Ordering::Equal)))
}

/// Tells whether the first argument is greater than the second; Go says so too of what is no
/// number.
pub(super) fn gt(
    interpreter: &mut Interpreter,
    one: Operand,
    other: Operand,
) -> Result<bool, FunctionError> {
    le(interpreter, one, other).map(|less| !less)
}

/// Tells whether the first argument is greater than the second, or equal.
pub(super) fn ge(
    interpreter: &mut Interpreter,
    one: Operand,
    other: Operand,
) -> Result<bool, FunctionError> {
    lt(interpreter, one, other).map(|less| !less)
}
