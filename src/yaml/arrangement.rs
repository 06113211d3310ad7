//! The order in which keys are written: go-yaml's own, which is not always one.

use crate::yaml::order;
use crate::yaml::value::Value;
use regex::Regex;
use std::cmp::Ordering;
use std::sync::LazyLock;

/// How many keys may be compared with each other; of more the total order has to do.
const MOST: usize = 1_000;

/// Where letters stand among other characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Letters {
    /// Behind them, as in go-yaml v2.
    Last,
    /// Before them behind a digit and else behind them, as in go-yaml v3.
    FirstBehindDigits,
}

/// Returns entries, which are in the total order, in the order in which go-yaml writes them.
// In go-yaml v2 a2 < a10 < a1b, but a1b < a2. Where keys make such a circle chance decides there,
// and the total order here; else there is one order for them, which may be another than the total.
pub(crate) fn arranged<T>(entries: Vec<T>, letters: Letters, key: impl Fn(&T) -> &Value) -> Vec<T> {
    if entries.len() > MOST || !entries.iter().any(|entry| may_differ(key(entry))) {
        return entries;
    }
    // How many keys come after each: as many as there are places if there is no circle.
    let mut after = vec![0_usize; entries.len()];
    for (at, left) in entries.iter().enumerate() {
        for (place, right) in entries.iter().enumerate().skip(at + 1) {
            let later = if is_less(key(left), key(right), letters) { at } else { place };
            if let Some(count) = after.get_mut(later) {
                *count += 1;
            }
        }
    }
    let mut counts = after.clone();
    counts.sort_unstable();
    counts.dedup();
    if counts.len() < entries.len() {
        return entries;
    }
    let mut entries: Vec<(usize, T)> = after.into_iter().zip(entries).collect();
    entries.sort_by(|(left, _), (right, _)| right.cmp(left));
    entries.into_iter().map(|(_, entry)| entry).collect()
}

/// Tells whether a key is a text in which a letter comes behind a digit, or which has letters and
/// digits of other scripts.
fn may_differ(key: &Value) -> bool {
    key.as_str().is_some_and(|text| {
        !text.is_ascii()
            || has_long_number(text)
            || text
                .chars()
                .zip(text.chars().skip(1))
                .any(|(one, next)| is_digit(one) && is_letter(next))
    })
}

/// Tells whether a text has more digits in a row than Go's numbers can hold.
fn has_long_number(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() > 18)
}

fn is_less(left: &Value, right: &Value, letters: Letters) -> bool {
    match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => compare(left, right, letters).is_lt(),
        _ => order::compare(left, right).is_lt(),
    }
}

/// Compares two texts where they first differ: letters by their codes, runs of digits by value and
/// then by length, everything else by its code.
fn compare(left: &str, right: &str, letters: Letters) -> Ordering {
    let differing = left.char_indices().zip(right.chars()).find(|((_, one), other)| one != other);
    let Some(((at, one), other)) = differing else {
        return left.len().cmp(&right.len());
    };
    let behind = left.get(..at).and_then(|before| before.chars().next_back());
    let is_first = letters == Letters::FirstBehindDigits && behind.is_some_and(is_digit);
    match (is_letter(one), is_letter(other)) {
        (true, true) => one.cmp(&other),
        (true, false) | (false, true) => {
            (is_letter(one) ^ is_first).cmp(&(is_letter(other) ^ is_first))
        }
        (false, false) => {
            let goes_on = (one == '0' || other == '0') && ends_a_number(left.get(..at));
            let [left, right] = [left, right].map(|text| number(text.get(at..), goes_on));
            left.cmp(&right).then(one.cmp(&other))
        }
    }
}

/// Tells whether a text ends with a number other than 0.
fn ends_a_number(text: Option<&str>) -> bool {
    let digits = text.unwrap_or_default().chars().rev().take_while(|digit| is_digit(*digit));
    digits.into_iter().any(|digit| digit != '0')
}

/// Returns the value of the digits that a text begins with, as Go computes it, and how many there
/// are; where they go on a number they count as if a 1 came first.
fn number(text: Option<&str>, goes_on: bool) -> (i64, usize) {
    let digits = text.unwrap_or_default().chars().take_while(|digit| is_digit(*digit));
    digits.fold((i64::from(goes_on), 0), |(value, length), digit| {
        let digit = i64::from(u32::from(digit)) - i64::from(b'0');
        (value.wrapping_mul(10).wrapping_add(digit), length + 1)
    })
}

static LETTER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{L}").ok());
static DIGIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Nd}").ok());

fn is_letter(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_alphabetic() } else { is(&LETTER, character) }
}

fn is_digit(character: char) -> bool {
    if character.is_ascii() { character.is_ascii_digit() } else { is(&DIGIT, character) }
}

fn is(class: &LazyLock<Option<Regex>>, character: char) -> bool {
    class.as_ref().is_some_and(|class| class.is_match(character.encode_utf8(&mut [0; 4])))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks the order in which keys are written.
    fn check(expected: &str, letters: Letters) {
        let mut keys: Vec<Value> = expected.split(' ').map(Value::from).collect();
        keys.sort_by(order::compare);
        let keys = arranged(keys, letters, |key| key);
        let shown: Vec<_> = keys.iter().filter_map(Value::as_str).collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn letters_come_behind_digits_wherever_there_is_one_order() {
        check("1 1.5 12 1000 123456.79 1e 1e+30 1x", Letters::Last);
        check("x12 x1000 x1e", Letters::Last);
        check("a-b a1-b a12 a1b ab", Letters::Last);
    }

    #[test]
    fn letters_come_before_all_else_behind_digits() {
        check("a-b a1b a1-b a12 ab", Letters::FirstBehindDigits);
        check("1 1b 1b1 1- 12", Letters::FirstBehindDigits);
    }

    #[test]
    fn a_circle_has_the_total_order() {
        check("a1b a2 a10", Letters::Last);
        check("a1 a1b a2 a10 b", Letters::Last);
    }

    #[test]
    fn many_keys_have_the_total_order() {
        let keys: Vec<Value> = (0..1_200).map(|number| format!("{number}x").into()).collect();
        let mut sorted = keys.clone();
        sorted.sort_by(order::compare);
        assert_eq!(arranged(sorted.clone(), Letters::Last, |key| key), sorted);
    }
}
