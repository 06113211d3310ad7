//! What Go's runtime says when it panics, which templates report like any other error.

use crate::helm::template::FunctionError;

/// Returns the error that a pointer is nil.
pub(super) fn nil_pointer() -> FunctionError {
    "runtime error: invalid memory address or nil pointer dereference".into()
}

/// Returns the error that a part `text[start:end]` is out of range.
pub(super) fn bounds(start: i64, end: i64) -> FunctionError {
    FunctionError::new(format_args!("runtime error: slice bounds out of range [{start}:{end}]"))
}

/// Returns the error that a part `text[:end]` is out of range; `holder` says of what.
pub(super) fn end_bound(end: i64, holder: &str) -> FunctionError {
    let holder = if end < 0 { "" } else { holder };
    FunctionError::new(format_args!("runtime error: slice bounds out of range [:{end}]{holder}"))
}

/// Returns the error that a value in an interface is not of the type that was asked for.
pub(super) fn conversion(found: &str, wanted: &str) -> FunctionError {
    FunctionError::new(format_args!(
        "interface conversion: interface {{}} is {found}, not {wanted}"
    ))
}
