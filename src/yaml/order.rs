//! The order of keys: natural, as go-yaml's, but total.

use crate::yaml::value::Value;
use std::cmp::Ordering;

/// Compares two keys: truth values and numbers, then null, then texts, then everything else.
// Truth values count as 0 and 1: go-yaml v2.2.1, measured with the genuine program.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    match (text_bytes(left), text_bytes(right)) {
        (Some(left), Some(right)) => return compare_bytes(left, right),
        (Some(_), None) | (None, Some(_)) | (None, None) => {}
    }
    class(left).cmp(&class(right)).then_with(|| match (left, right) {
        (Value::Sequence(left), Value::Sequence(right)) => compare_all(left.iter(), right.iter()),
        (Value::Mapping(left), Value::Mapping(right)) => {
            let flat = |(key, value)| [key, value];
            compare_all(left.iter().flat_map(flat), right.iter().flat_map(flat))
        }
        _ => compare_numbers(left, right),
    })
}

/// Compares a key with one that is a text.
pub(crate) fn compare_to_text(left: &Value, right: &str) -> Ordering {
    match text_bytes(left) {
        Some(left) => compare_bytes(left, right.as_bytes()),
        None => class(left).cmp(&Class::Text),
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Number,
    Null,
    Text,
    Sequence,
    Mapping,
}

fn class(value: &Value) -> Class {
    match value {
        Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_) => Class::Number,
        Value::Null => Class::Null,
        Value::String(_) | Value::Loose(_) | Value::Binary(_) => Class::Text,
        Value::Sequence(_) => Class::Sequence,
        Value::Mapping(_) => Class::Mapping,
    }
}

fn text_bytes(value: &Value) -> Option<&[u8]> {
    match value {
        Value::String(text) | Value::Loose(text) => Some(text.as_bytes()),
        Value::Binary(bytes) => Some(bytes),
        _ => None,
    }
}

fn compare_all<'a>(
    left: impl Iterator<Item = &'a Value>,
    mut right: impl Iterator<Item = &'a Value>,
) -> Ordering {
    for left in left {
        let Some(right) = right.next() else {
            return Ordering::Greater;
        };
        let ordering = compare(left, right);
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    right.next().map_or(Ordering::Equal, |_| Ordering::Less)
}

/// Compares by value, and where the values are the same, by kind.
fn compare_numbers(left: &Value, right: &Value) -> Ordering {
    #[expect(clippy::cast_precision_loss, reason = "go-yaml compares floats first, too")]
    let parts = |value: &Value| match *value {
        Value::Bool(truth) => (f64::from(u8::from(truth)), 0, 0),
        Value::Int(number) => (number as f64, 1, i128::from(number)),
        Value::Uint(number) => (number as f64, 2, i128::from(number)),
        // Zero has no sign here.
        Value::Float(number) => (number + 0.0, 3, 0),
        _ => (0.0, 0, 0),
    };
    let (left, left_kind, left_exact) = parts(left);
    let (right, right_kind, right_exact) = parts(right);
    left.total_cmp(&right).then(left_kind.cmp(&right_kind)).then(left_exact.cmp(&right_exact))
}

fn compare_bytes(left: &[u8], right: &[u8]) -> Ordering {
    match (str::from_utf8(left), str::from_utf8(right)) {
        (Ok(left), Ok(right)) => compare_texts(left, right),
        _ => compare_texts(&String::from_utf8_lossy(left), &String::from_utf8_lossy(right))
            .then_with(|| left.cmp(right)),
    }
}

/// Compares two texts where they first differ: runs of digits by value, and other characters
/// before letters.
// go-yaml v2.2.1 has a2 < a10 < a1b < a2. Behind a digit, later versions put the letter first, for
// there the shorter number ends.
fn compare_texts(left: &str, right: &str) -> Ordering {
    let same = left
        .char_indices()
        .zip(right.chars())
        .find(|((_, left), right)| left != right)
        .map(|((at, _), _)| at);
    let Some((left_rest, right_rest)) =
        same.and_then(|at| Some((left.get(at..)?, right.get(at..)?)))
    else {
        return left.len().cmp(&right.len());
    };
    let (Some(one), Some(other)) = (left_rest.chars().next(), right_rest.chars().next()) else {
        return Ordering::Equal;
    };
    let before = left.strip_suffix(left_rest).unwrap_or_default();
    match (one.is_alphabetic(), other.is_alphabetic()) {
        (true, true) => one.cmp(&other),
        (one_is_letter, other_is_letter) if one_is_letter != other_is_letter => {
            let letter_first = before.ends_with(|last: char| last.is_ascii_digit());
            if one_is_letter == letter_first { Ordering::Less } else { Ordering::Greater }
        }
        _ => compare_runs(before, left_rest, right_rest).then(one.cmp(&other)),
    }
}

/// Compares the runs of digits at the beginning of both texts, which go on with `before`.
fn compare_runs(before: &str, left: &str, right: &str) -> Ordering {
    let common = before.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let within_number = before
        .strip_prefix(common)
        .is_some_and(|digits| digits.contains(|digit: char| digit != '0'));
    let run = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (left_run, right_run) = (run(left), run(right));
    if within_number {
        // Nothing but the length counts here, or else the first digits, which differ.
        return left_run.cmp(&right_run);
    }
    let value = |text: &str, run: usize| {
        let digits = text.get(..run).unwrap_or_default();
        digits.trim_start_matches('0').to_owned()
    };
    let (left_value, right_value) = (value(left, left_run), value(right, right_run));
    left_value
        .len()
        .cmp(&right_value.len())
        .then_with(|| left_value.cmp(&right_value))
        .then(left_run.cmp(&right_run))
}
