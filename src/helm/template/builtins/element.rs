//! Elements and parts of lists, tables and texts.

#![expect(clippy::needless_pass_by_value, reason = "functions are given their arguments")]

use crate::helm::template::error::FunctionError;
use crate::helm::template::operand::Operand;
use crate::helm::template::parameter::Rest;
use crate::helm::value::{Kind, Map, Object, Text, Type, Value};

/// Returns an element of an element.
pub(super) fn index(item: Operand, Rest(indices): Rest<Operand>) -> Result<Value, FunctionError> {
    let mut item = match item.into_value() {
        Value::Nil => return Err("index of untyped nil".into()),
        item => item,
    };
    for index in indices {
        item = element(item, index.into_value())?;
    }
    Ok(item)
}

fn element(item: Value, index: Value) -> Result<Value, FunctionError> {
    match item {
        Value::Nil => Err("index of nil pointer".into()),
        Value::Object(object) if object.is_nil() => Err("index of nil pointer".into()),
        Value::List(list) => {
            let at = position(&index, list.len())?;
            list.get(at).ok_or_else(|| "reflect: slice index out of range".into())
        }
        Value::String(text) => {
            let at = position(&index, text.len())?;
            let byte = text.as_bytes().get(at);
            byte.map(|byte| Value::from(*byte))
                .ok_or_else(|| "reflect: string index out of range".into())
        }
        Value::Map(map) => entry(&map, index),
        other => {
            Err(FunctionError::new(format_args!("can't index item of type {}", pointee(&other))))
        }
    }
}

fn entry(map: &Map, index: Value) -> Result<Value, FunctionError> {
    let key = prepared(index, map.map_type().key)?;
    if let Value::List(_) | Value::Map(_) | Value::Function(_) = key {
        let of = key.type_name();
        return Err(FunctionError::new(format_args!(
            "runtime error: hash of unhashable type {of}"
        )));
    }
    Ok(map.get_key(&key).unwrap_or_else(|| Value::zero(map.map_type().element)))
}

/// Returns a value as one of a type, as an argument of a function that is a value.
pub(super) fn prepared(value: Value, wanted: Type) -> Result<Value, FunctionError> {
    let Some(of) = value.type_of() else {
        return if wanted.can_be_nil() {
            Ok(Value::zero(wanted))
        } else {
            Err(FunctionError::new(format_args!("value is nil; should be of type {wanted}")))
        };
    };
    if of.is_assignable_to(wanted) {
        return Ok(value);
    }
    Err(FunctionError::new(format_args!("value has type {of}; should be {wanted}")))
}

fn position(index: &Value, length: usize) -> Result<usize, FunctionError> {
    let number = match index {
        Value::Int(_, number) => i128::from(*number),
        #[expect(clippy::cast_possible_wrap, reason = "Go takes it for a number with a sign")]
        Value::Uint(_, number) => i128::from(*number as i64),
        Value::Nil => return Err("cannot index slice/array with nil".into()),
        other => {
            return Err(FunctionError::new(format_args!(
                "cannot index slice/array with type {}",
                other.type_name()
            )));
        }
    };
    match usize::try_from(number) {
        Ok(at) if at <= length => Ok(at),
        _ => Err(FunctionError::new(format_args!("index out of range: {number}"))),
    }
}

/// Returns a part of a list or of a text.
pub(super) fn slice(item: Operand, Rest(indices): Rest<Operand>) -> Result<Value, FunctionError> {
    let item = item.into_value();
    if let Value::Nil = item {
        return Err("slice of untyped nil".into());
    }
    if indices.len() > 3 {
        return Err(FunctionError::new(format_args!("too many slice indexes: {}", indices.len())));
    }
    let length = match &item {
        Value::String(_) if indices.len() == 3 => {
            return Err("cannot 3-index slice a string".into());
        }
        Value::String(text) => text.len(),
        Value::List(list) => list.len(),
        other => {
            let of = other.type_name();
            return Err(FunctionError::new(format_args!("can't slice item of type {of}")));
        }
    };
    let mut bounds = [0, length, length];
    for (bound, index) in bounds.iter_mut().zip(&indices) {
        *bound = position(index.value(), length)?;
    }
    let [start, end, most] = bounds;
    for (low, high) in [(start, end), (end, most)] {
        if low > high {
            return Err(FunctionError::new(format_args!("invalid slice index: {low} > {high}")));
        }
    }
    match &item {
        Value::List(list) => Ok(list.slice(start, end).map_or(Value::Nil, Value::from)),
        Value::String(text) => {
            Ok(Value::from(Text::from(text.as_bytes().get(start..end).unwrap_or_default())))
        }
        _ => Ok(Value::Nil),
    }
}

/// Returns how many elements there are.
pub(super) fn len(item: Operand) -> Result<usize, FunctionError> {
    match &item {
        Operand::Absent => {
            return Err("reflect: call of reflect.Value.Type on zero Value".into());
        }
        Operand::Interface(Value::Nil) => return Err("len of nil pointer".into()),
        Operand::Interface(_) | Operand::Concrete(_) => {}
    }
    match item.value() {
        Value::List(list) => Ok(list.len()),
        Value::Map(map) => Ok(map.len()),
        Value::String(text) => Ok(text.len()),
        Value::Object(object) if object.is_nil() => Err("len of nil pointer".into()),
        other => {
            if let Some(text) = text_of(other) {
                return Ok(text.len());
            }
            Err(FunctionError::new(format_args!("len of type {}", pointee(other))))
        }
    }
}

/// Returns the text of an object that is one with a name.
fn text_of(value: &Value) -> Option<Text> {
    let Value::Object(object) = value else { return None };
    let object: &dyn Object = object.as_ref();
    if object.type_of().kind() != Kind::String {
        return None;
    }
    object.underlying().and_then(|value| value.as_text().cloned())
}

/// Returns the type of a value, or of what it points to.
fn pointee(value: &Value) -> String {
    match value.type_of() {
        Some(Type::Pointer(named)) => named.name.to_owned(),
        Some(of) => of.to_string(),
        None => "<nil>".to_owned(),
    }
}
