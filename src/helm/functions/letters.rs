//! Letters as Go's package unicode knows them: one character always becomes one character.

use crate::helm::format::is_printed;

/// Returns the characters of bytes. Each byte that is not UTF-8 counts as U+FFFD, as in Go.
pub(super) fn characters(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    pieces(bytes).map(|piece| piece.1)
}

/// Returns the characters of bytes with the bytes that each of them is made of.
pub(super) fn pieces(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], char)> + '_ {
    std::iter::from_fn(move || {
        let (piece, character) = first(bytes)?;
        bytes = bytes.get(piece.len()..)?;
        Some((piece, character))
    })
}

/// Returns the first character of bytes, and what it is made of.
pub(super) fn first(bytes: &[u8]) -> Option<(&[u8], char)> {
    (1..=4.min(bytes.len()))
        .find_map(|length| {
            let piece = bytes.get(..length)?;
            Some((piece, str::from_utf8(piece).ok()?.chars().next()?))
        })
        .or_else(|| Some((bytes.get(..1)?, char::REPLACEMENT_CHARACTER)))
}

/// Returns the capital letter.
pub(super) fn to_upper(character: char) -> char {
    match character {
        'a'..='z' => character.to_ascii_uppercase(),
        '\0'..='\x7f' => character,
        // Their capitals are the forms for titles where Go is concerned.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => {
            shifted(character, 8)
        }
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => shifted(character, 9),
        _ => only(character, character.to_uppercase()),
    }
}

/// Returns the small letter.
pub(super) fn to_lower(character: char) -> char {
    match character {
        'A'..='Z' => character.to_ascii_lowercase(),
        'İ' => 'i',
        _ => only(character, character.to_lowercase()),
    }
}

/// Returns the form of a letter at the beginning of a word in a title.
pub(super) fn to_title(character: char) -> char {
    match character {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian has capitals, but not for titles.
        '\u{10d0}'..='\u{10ff}' => character,
        _ => to_upper(character),
    }
}

fn shifted(character: char, by: u32) -> char {
    char::from_u32(u32::from(character) + by).unwrap_or(character)
}

/// Returns the one character that a mapping gives, if it gives one that Go 1.23 knows.
fn only(character: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) if is_printed(one) => one,
        _ => character,
    }
}

/// Tells whether a character is a capital letter for Go, which has fewer of them than Unicode.
pub(super) fn is_upper(character: char) -> bool {
    let only_in_unicode = matches!(character,
        '\u{2160}'..='\u{216f}' | '\u{24b6}'..='\u{24cf}' | '\u{1f130}'..='\u{1f189}');
    character.is_uppercase() && !only_in_unicode
}

/// Tells whether a character is a small letter for Go, which has fewer of them than Unicode.
pub(super) fn is_lower(character: char) -> bool {
    let only_in_unicode = matches!(character,
        '\u{aa}' | '\u{ba}' | '\u{2b0}'..='\u{2b8}' | '\u{2c0}' | '\u{2c1}'
        | '\u{2e0}'..='\u{2e4}' | '\u{345}' | '\u{37a}' | '\u{10fc}' | '\u{1d2c}'..='\u{1d6a}'
        | '\u{1d78}' | '\u{1d9b}'..='\u{1dbf}' | '\u{2071}' | '\u{207f}'
        | '\u{2090}'..='\u{209c}' | '\u{2170}'..='\u{217f}' | '\u{24d0}'..='\u{24e9}'
        | '\u{2c7c}' | '\u{2c7d}' | '\u{a69c}' | '\u{a69d}' | '\u{a770}'
        | '\u{a7f2}'..='\u{a7f4}' | '\u{a7f8}' | '\u{a7f9}' | '\u{ab5c}'..='\u{ab5f}'
        | '\u{ab69}' | '\u{10780}'..='\u{107ba}' | '\u{1e030}'..='\u{1e06d}');
    character.is_lowercase() && !only_in_unicode
}

/// Tells whether a character has a form of its own for titles, and is in it.
pub(super) fn is_title(character: char) -> bool {
    matches!(character,
        '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}'
        | '\u{1f98}'..='\u{1f9f}' | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}'
        | '\u{1ffc}')
}

/// Tells whether a character is white space for Go: that of Unicode.
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace()
}

/// Returns bytes without the white space at both ends.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    trimmed_of(bytes, is_space)
}

/// Returns bytes without some characters at both ends.
pub(super) fn trimmed_of(bytes: &[u8], unwanted: impl Fn(char) -> bool) -> &[u8] {
    let (mut start, mut end, mut at) = (None, 0, 0);
    for (piece, character) in pieces(bytes) {
        if !unwanted(character) {
            start.get_or_insert(at);
            end = at + piece.len();
        }
        at += piece.len();
    }
    start.and_then(|start| bytes.get(start..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_character_becomes_one() {
        let all =
            |map: fn(char) -> char| "aß\u{1c6}\u{1fb3}ıÉİა".chars().map(map).collect::<String>();
        assert_eq!(all(to_upper), "Aß\u{1c4}\u{1fbc}IÉİᲐ");
        assert_eq!(all(to_lower), "aß\u{1c6}\u{1fb3}ıéiა");
        assert_eq!(all(to_title), "Aß\u{1c5}\u{1fbc}IÉİა");
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_characters_one_by_one() {
        let found: String = characters(b"a\xe4\xb8\xffb").collect();
        assert_eq!(found, "a\u{fffd}\u{fffd}\u{fffd}b");
    }

    #[test]
    fn only_the_ends_are_trimmed() {
        assert_eq!(trimmed(b" \xff a \n"), b"\xff a");
        assert_eq!(trimmed(b" \n"), b"");
    }
}
