//! The order of keys: natural, as go-yaml's, but total.

use crate::yaml::value::{Mapping, Value};
use std::cmp::Ordering;

/// Compares two keys: truth values and numbers, then null, then texts, then everything else.
pub(crate) fn compare(left: &Value, right: &Value) -> Ordering {
    match (Key::of(left), Key::of(right)) {
        (Key::Number(left), Key::Number(right)) => compare_numbers(left, right),
        (Key::Text(left), Key::Text(right)) => compare_bytes(left, right),
        (Key::Sequence(left), Key::Sequence(right)) => compare_all(left.iter(), right.iter()),
        (Key::Mapping(left), Key::Mapping(right)) => {
            let flat = |(key, value)| [key, value];
            compare_all(left.iter().flat_map(flat), right.iter().flat_map(flat))
        }
        (left, right) => left.rank().cmp(&right.rank()),
    }
}

/// Compares a key with one that is a text.
pub(crate) fn compare_to_text(left: &Value, right: &str) -> Ordering {
    match Key::of(left) {
        Key::Text(left) => compare_bytes(left, right.as_bytes()),
        left => left.rank().cmp(&Key::Text(&[]).rank()),
    }
}

/// A value as it is compared.
enum Key<'a> {
    Number(Number),
    Null,
    Text(&'a [u8]),
    Sequence(&'a [Value]),
    Mapping(&'a Mapping),
}

/// A number, the rank of its kind, and its exact value if it is whole.
type Number = (f64, u8, i128);

impl<'a> Key<'a> {
    // Truth values count as 0 and 1: go-yaml v2.2.1, measured with the genuine program.
    #[expect(clippy::cast_precision_loss, reason = "go-yaml compares floats first, too")]
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Number((f64::from(u8::from(*truth)), 0, 0)),
            Value::Int(number) => Self::Number((*number as f64, 1, i128::from(*number))),
            Value::Uint(number) => Self::Number((*number as f64, 2, i128::from(*number))),
            // Zero has no sign here.
            Value::Float(number) => Self::Number((number + 0.0, 3, 0)),
            Value::String(text) | Value::Loose(text) => Self::Text(text.as_bytes()),
            Value::Binary(bytes) => Self::Text(bytes),
            Value::Sequence(values) => Self::Sequence(values),
            Value::Mapping(mapping) => Self::Mapping(mapping),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Number(_) => 0,
            Self::Null => 1,
            Self::Text(_) => 2,
            Self::Sequence(_) => 3,
            Self::Mapping(_) => 4,
        }
    }
}

/// Compares by value, and where the values are the same, by kind.
fn compare_numbers(left: Number, right: Number) -> Ordering {
    left.0.total_cmp(&right.0).then_with(|| (left.1, left.2).cmp(&(right.1, right.2)))
}

fn compare_all<'a>(
    left: impl Iterator<Item = &'a Value>,
    mut right: impl Iterator<Item = &'a Value>,
) -> Ordering {
    for left in left {
        let ordering = match right.next() {
            Some(right) => compare(left, right),
            None => Ordering::Greater,
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    right.next().map_or(Ordering::Equal, |_| Ordering::Less)
}

fn compare_bytes(left: &[u8], right: &[u8]) -> Ordering {
    match (str::from_utf8(left), str::from_utf8(right)) {
        (Ok(left), Ok(right)) => compare_texts(left, right),
        (Err(_), _) | (_, Err(_)) => {
            compare_texts(&String::from_utf8_lossy(left), &String::from_utf8_lossy(right))
                .then_with(|| left.cmp(right))
        }
    }
}

/// Compares two texts where they first differ: runs of digits by value, letters behind all else.
// go-yaml v2.2.1 has a2 < a10 < a1b < a2, and lets chance decide. Here a letter behind a digit ends
// a number, which is smaller than one that goes on: a1b < a2 < a10. Everything else is as there.
fn compare_texts(left: &str, right: &str) -> Ordering {
    let differing = left.char_indices().zip(right.chars()).find(|((_, one), other)| one != other);
    let Some(((at, one), other)) = differing else {
        return left.len().cmp(&right.len());
    };
    let before = left.get(..at).unwrap_or_default();
    let behind_digit = before.ends_with(|last: char| last.is_ascii_digit());
    let class = |character: char| match character {
        '0'..='9' if behind_digit => Class::DigitOfNumber,
        letter if letter.is_alphabetic() => Class::Letter,
        _ => Class::Other,
    };
    class(one).cmp(&class(other)).then_with(|| match class(one) {
        Class::Letter => one.cmp(&other),
        Class::Other | Class::DigitOfNumber => {
            let rests = [left, right].map(|text| text.get(at..).unwrap_or_default());
            compare_runs(before, rests).then(one.cmp(&other))
        }
    })
}

/// The kinds of character.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Other,
    Letter,
    DigitOfNumber,
}

/// Compares the runs of digits at the beginning of two texts that go on with `before`.
fn compare_runs(before: &str, [left, right]: [&str; 2]) -> Ordering {
    let run = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (left_run, right_run) = (run(left), run(right));
    let common = before.trim_end_matches(|digit: char| digit.is_ascii_digit());
    let digits_before = before.strip_prefix(common).unwrap_or_default();
    if digits_before.contains(|digit| digit != '0') {
        // The longer run makes the greater number; of two of the same length the first digits tell.
        return left_run.cmp(&right_run);
    }
    let significant = |text: &'_ str, run: usize| {
        text.get(..run).unwrap_or_default().trim_start_matches('0').to_owned()
    };
    let (left_value, right_value) = (significant(left, left_run), significant(right, right_run));
    left_value
        .len()
        .cmp(&right_value.len())
        .then_with(|| left_value.cmp(&right_value))
        .then(left_run.cmp(&right_run))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sorted: &[&str]) {
        for (at, left) in sorted.iter().enumerate() {
            for (place, right) in sorted.iter().enumerate() {
                let found = compare(&Value::from(*left), &Value::from(*right));
                assert_eq!(found, at.cmp(&place), "{left} {right}");
            }
        }
    }

    #[test]
    fn digits_are_compared_by_value_and_letters_come_last() {
        check(&["", "-", "1", "2", "10", "A", "a", "a-b", "a1", "a2", "a10", "ab", "b", "é"]);
        check(&["a0", "a00", "a1", "a01", "a2", "a010"]);
        check(&["k8s.io/x", "x-y", "x_y"]);
    }

    #[test]
    fn a_letter_behind_a_digit_ends_the_number() {
        check(&["a1", "a1-", "a1b", "a2", "a10"]);
    }

    #[test]
    fn numbers_come_before_null_and_null_before_texts() {
        let sorted = [
            Value::Int(-1),
            Value::Bool(false),
            Value::Int(0),
            Value::Float(0.0),
            Value::Bool(true),
            Value::Int(1),
            Value::Uint(u64::MAX),
            Value::Null,
            Value::from("0"),
            Value::Sequence(vec![]),
            Value::Sequence(vec![Value::Null]),
            Value::Mapping(Mapping::new()),
        ];
        assert!(sorted.is_sorted_by(|left, right| compare(left, right).is_lt()));
    }

    #[test]
    fn a_text_is_the_same_key_however_written() {
        let loose = Value::Loose("1e3".to_owned());
        assert_eq!(compare(&loose, &Value::from("1e3")), Ordering::Equal);
        assert_eq!(compare_to_text(&loose, "1e3"), Ordering::Equal);
    }

    #[test]
    fn the_order_is_total() {
        let letters = ["", "0", "1", "2", "a", "b", "-", "é"];
        let mut texts = vec![String::new()];
        for length in 0..3 {
            let longer = texts.iter().filter(|text| text.chars().count() == length);
            let longer = longer.flat_map(|text| letters.map(|letter| format!("{text}{letter}")));
            texts.extend(longer.collect::<Vec<_>>());
        }
        texts.sort_by(|left, right| compare_texts(left, right));
        texts.dedup();
        for (at, left) in texts.iter().enumerate() {
            for right in texts.iter().skip(at + 1) {
                assert_eq!(compare_texts(left, right), Ordering::Less, "{left} {right}");
                assert_eq!(compare_texts(right, left), Ordering::Greater, "{right} {left}");
            }
        }
    }
}
