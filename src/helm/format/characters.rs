//! What Go knows of characters.

use crate::helm::format::unicode::{DIGITS, LETTERS, PRINTED};
use std::cmp::Ordering;

/// Tells whether a character leaves a mark on paper: Go's `unicode.IsPrint`.
pub fn is_printed(character: char) -> bool {
    match character {
        ' '..='~' => true,
        _ => contains(&PRINTED, character),
    }
}

/// Tells whether a character is a letter: Go's `unicode.IsLetter`.
pub fn is_letter(character: char) -> bool {
    character.is_ascii_alphabetic() || (!character.is_ascii() && contains(&LETTERS, character))
}

/// Tells whether a character is a decimal digit: Go's `unicode.IsDigit`.
pub fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || (!character.is_ascii() && contains(&DIGITS, character))
}

fn contains(ranges: &[(u32, u32)], character: char) -> bool {
    let point = u32::from(character);
    let place = |&(first, last): &(u32, u32)| {
        if last < point {
            Ordering::Less
        } else if point < first {
            Ordering::Greater
        } else {
            Ordering::Equal
        }
    };
    ranges.binary_search_by(place).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tell: fn(char) -> bool, yes: &str, no: &str) {
        assert_eq!(yes.chars().filter(|c| !tell(*c)).collect::<String>(), "");
        assert_eq!(no.chars().filter(|c| tell(*c)).collect::<String>(), "");
    }

    #[test]
    fn characters_are_those_of_unicode_15() {
        check(is_printed, "a é世\u{1f600}", "\0\n\u{7f}\u{a0}\u{ad}\u{200b}\u{2028}\u{e000}");
        check(is_letter, "aZéµ世", "1_ \u{2160}\u{24b6}");
        check(is_digit, "09٣", "a²½");
    }
}
