//! Functions on whole numbers, and lists of them.

use crate::helm::functions::cast::integer;
use crate::helm::template::{FunctionError, Interpreter, Rest};
use crate::helm::value::{INTS, List, Value};

/// `add`.
pub(super) fn add(values: Rest<Value>) -> i64 {
    values.0.iter().map(integer).fold(0, i64::wrapping_add)
}

/// `add1`.
pub(super) fn add1(value: Value) -> i64 {
    integer(&value).wrapping_add(1)
}

/// `sub`.
pub(super) fn sub(one: Value, other: Value) -> i64 {
    integer(&one).wrapping_sub(integer(&other))
}

/// `mul`.
pub(super) fn mul(first: Value, others: Rest<Value>) -> i64 {
    others.0.iter().map(integer).fold(integer(&first), i64::wrapping_mul)
}

/// `div`.
pub(super) fn div(one: Value, other: Value) -> Result<i64, FunctionError> {
    match integer(&other) {
        0 => Err(division_by_zero()),
        other => Ok(integer(&one).wrapping_div(other)),
    }
}

/// `mod`.
pub(super) fn remainder(one: Value, other: Value) -> Result<i64, FunctionError> {
    match integer(&other) {
        0 => Err(division_by_zero()),
        other => Ok(integer(&one).wrapping_rem(other)),
    }
}

fn division_by_zero() -> FunctionError {
    "runtime error: integer divide by zero".into()
}

/// `max`.
pub(super) fn max(first: Value, others: Rest<Value>) -> i64 {
    others.0.iter().map(integer).fold(integer(&first), i64::max)
}

/// `min`.
pub(super) fn min(first: Value, others: Rest<Value>) -> i64 {
    others.0.iter().map(integer).fold(integer(&first), i64::min)
}

/// `until`: the numbers from 0 to one before another one, up or down.
pub(super) fn until(interpreter: &mut Interpreter, end: isize) -> Result<Value, FunctionError> {
    until_step(interpreter, 0, end, if end < 0 { -1 } else { 1 })
}

/// `untilStep`: the numbers from one to before another one, in steps.
pub(super) fn until_step(
    interpreter: &mut Interpreter,
    start: isize,
    end: isize,
    step: isize,
) -> Result<Value, FunctionError> {
    let numbers = steps(interpreter, start, end, step)?;
    Ok(Value::List(List::typed(&INTS, numbers.into_iter().map(Value::from).collect())))
}

/// How many bytes a number in a list takes.
const NUMBER: usize = 24;

fn steps(
    interpreter: &mut Interpreter,
    start: isize,
    end: isize,
    step: isize,
) -> Result<Vec<isize>, FunctionError> {
    let distance = if end < start { start.abs_diff(end) } else { end.abs_diff(start) };
    if step == 0 || (end < start) != (step < 0) {
        return Ok(Vec::new());
    }
    let count = distance.div_ceil(step.unsigned_abs());
    interpreter.charge(count.saturating_mul(NUMBER))?;
    let mut numbers = Vec::with_capacity(count);
    let mut next = start;
    for _ in 0..count {
        numbers.push(next);
        next = next.wrapping_add(step);
    }
    Ok(numbers)
}

/// `seq`: numbers with spaces between them: from 1 or another one to one, by 1 or in steps.
pub(super) fn seq(
    interpreter: &mut Interpreter,
    parameters: Rest<isize>,
) -> Result<String, FunctionError> {
    let (start, step, end) = match *parameters.0.as_slice() {
        [end] => (1, if end < 1 { -1 } else { 1 }, end),
        [start, end] => (start, if end < start { -1 } else { 1 }, end),
        [start, step, end] => (start, step, end),
        _ => return Ok(String::new()),
    };
    let beyond = end.wrapping_add(if end < start { -1 } else { 1 });
    let numbers = steps(interpreter, start, beyond, step)?;
    let texts: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    Ok(texts.join(" "))
}
