//! Functions on lists.

use crate::helm::functions::defaults::is_empty;
use crate::helm::functions::fault;
use crate::helm::functions::reflection::is_deeply_equal;
use crate::helm::template::{FunctionError, Interpreter, Rest};
use crate::helm::value::{LIST, LISTS, List, Value};

/// `list`, `tuple`.
pub(super) fn list(values: Rest<Value>) -> List {
    values.0.into()
}

/// Returns the list that a value is, or the error that one cannot `act` on it.
fn elements(value: &Value, act: &str) -> Result<List, FunctionError> {
    match value {
        Value::List(list) => Ok(list.clone()),
        Value::Nil => Err(fault::nil_pointer()),
        other => Err(refusal(other, act)),
    }
}

fn refusal(value: &Value, act: &str) -> FunctionError {
    FunctionError::new(format_args!("Cannot {act} type {}", value.kind()))
}

/// `append`, `push`: a list with another element at its end.
pub(super) fn append(list: Value, element: Value) -> Result<List, FunctionError> {
    let list = elements(&list, "push on")?;
    Ok(list.iter().chain([element]).collect())
}

/// `prepend`: a list with another element at its beginning.
pub(super) fn prepend(list: Value, element: Value) -> Result<List, FunctionError> {
    let list = elements(&list, "prepend on")?;
    Ok([element].into_iter().chain(list.iter()).collect())
}

/// `concat`: the elements of all lists.
pub(super) fn concat(
    interpreter: &mut Interpreter,
    lists: Rest<Value>,
) -> Result<List, FunctionError> {
    /// How many bytes an element takes.
    const ELEMENT: usize = 32;
    let mut all = Vec::new();
    for list in &lists.0 {
        match list {
            Value::List(list) => {
                interpreter.charge(list.len().saturating_mul(ELEMENT))?;
                all.extend(list.iter());
            }
            Value::Nil => return Err(fault::nil_pointer()),
            other => {
                let message = format!("Cannot concat type {} as list", other.kind());
                return Err(message.into());
            }
        }
    }
    Ok(if all.is_empty() { List::nil(&LIST) } else { all.into() })
}

/// `first`.
pub(super) fn first(list: Value) -> Result<Value, FunctionError> {
    Ok(elements(&list, "find first on")?.get(0).unwrap_or_default())
}

/// `last`.
pub(super) fn last(list: Value) -> Result<Value, FunctionError> {
    let list = elements(&list, "find last on")?;
    Ok(list.len().checked_sub(1).and_then(|at| list.get(at)).unwrap_or_default())
}

/// `rest`: all elements but the first.
pub(super) fn rest(list: Value) -> Result<List, FunctionError> {
    let list = elements(&list, "find rest on")?;
    Ok(if list.is_empty() { List::nil(&LIST) } else { list.iter().skip(1).collect() })
}

/// `initial`: all elements but the last.
pub(super) fn initial(list: Value) -> Result<List, FunctionError> {
    let list = elements(&list, "find initial on")?;
    let Some(count) = list.len().checked_sub(1) else { return Ok(List::nil(&LIST)) };
    Ok(list.iter().take(count).collect())
}

/// `reverse`.
pub(super) fn reverse(list: Value) -> Result<List, FunctionError> {
    let mut elements: Vec<Value> = elements(&list, "find reverse on")?.iter().collect();
    elements.reverse();
    Ok(elements.into())
}

/// `compact`: the elements that are not empty.
pub(super) fn compact(list: Value) -> Result<List, FunctionError> {
    Ok(elements(&list, "compact on")?.iter().filter(|element| !is_empty(element)).collect())
}

/// `uniq`: each element once.
pub(super) fn uniq(interpreter: &mut Interpreter, list: Value) -> Result<List, FunctionError> {
    let mut found: Vec<Value> = Vec::new();
    for element in elements(&list, "find uniq on")?.iter() {
        if !holds(interpreter, &found, &element)? {
            found.push(element);
        }
    }
    Ok(found.into())
}

fn holds(interpreter: &Interpreter, list: &[Value], wanted: &Value) -> Result<bool, FunctionError> {
    for element in list {
        if is_deeply_equal(interpreter, element, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `without`: the elements that are none of some others.
pub(super) fn without(
    interpreter: &mut Interpreter,
    list: Value,
    unwanted: Rest<Value>,
) -> Result<List, FunctionError> {
    let mut found = Vec::new();
    for element in elements(&list, "find without on")?.iter() {
        if !holds(interpreter, &unwanted.0, &element)? {
            found.push(element);
        }
    }
    Ok(found.into())
}

/// `has`: whether an element is in a list.
pub(super) fn has(
    interpreter: &mut Interpreter,
    element: Value,
    list: Value,
) -> Result<bool, FunctionError> {
    if let Value::Nil = list {
        return Ok(false);
    }
    let list: Vec<Value> = elements(&list, "find has on")?.iter().collect();
    holds(interpreter, &list, &element)
}

/// `slice`: the elements from one place to another.
pub(super) fn slice(list: Value, places: Rest<Value>) -> Result<Value, FunctionError> {
    let list = match &list {
        Value::List(list) => list,
        Value::Nil => return Err(fault::nil_pointer()),
        other => {
            let message = format!("list should be type of slice or array but {}", other.kind());
            return Err(message.into());
        }
    };
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let length = i64::try_from(list.len()).unwrap_or(i64::MAX);
    let place = |at: usize| places.0.get(at).map(crate::helm::functions::cast::integer);
    let (start, end) = (place(0).unwrap_or(0), place(1).unwrap_or(length));
    let part = || list.slice(usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    let out_of_bounds = || FunctionError::new("reflect.Value.Slice: slice index out of bounds");
    Ok(Value::List(part().ok_or_else(out_of_bounds)?))
}

/// `chunk`: the list in lists of so many elements.
pub(super) fn chunk(size: isize, list: Value) -> Result<Value, FunctionError> {
    let list = match &list {
        Value::List(list) => list,
        Value::Nil => return Err(fault::nil_pointer()),
        other => return Err(refusal(other, "chunk")),
    };
    let all: Vec<Value> = list.iter().collect();
    let chunks = match usize::try_from(size) {
        Ok(size) if size > 0 => {
            let chunk = |chunk: &[Value]| Value::List(chunk.iter().cloned().collect());
            all.chunks(size).map(chunk).collect()
        }
        _ => backward_chunks(size as i64, all)?,
    };
    Ok(Value::List(List::typed(&LISTS, chunks)))
}

// Go computes how many chunks there are, and how long the last one is, and these numbers may be
// such that nothing or everything is there.
fn backward_chunks(size: i64, all: Vec<Value>) -> Result<Vec<Value>, FunctionError> {
    let length = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let count = (size != 0).then(|| (length - 1).div_euclid(size) + floor_shift(length - 1, size));
    match count {
        Some(0) => Ok(Vec::new()),
        Some(1) if length % size != 0 => Ok(vec![Value::List(all.into())]),
        _ => Err("runtime error: makeslice: len out of range".into()),
    }
}

// `div_euclid` rounds up where the divisor is negative and something is left.
fn floor_shift(dividend: i64, divisor: i64) -> i64 {
    i64::from(dividend.rem_euclid(divisor) == 0)
}
