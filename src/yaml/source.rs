//! From bytes to the text that is scanned: encodings, byte order marks, forbidden characters.

use crate::yaml::cursor::Mark;
use crate::yaml::error::Error;
use std::ops::ControlFlow;

/// A text, and what is wrong with the bytes behind it, if anything is.
pub(crate) struct Source {
    pub(crate) text: String,
    pub(crate) failure: Option<Error>,
}

/// Returns the text in `bytes`: UTF-8, or UTF-16 where a byte order mark says so.
// The bytes behind the first document may be anything, so a bad byte is an error only when the
// scanner asks for it.
pub(crate) fn decode(bytes: &[u8]) -> Source {
    match bytes {
        [0xFF, 0xFE, ..] => in_blocks(bytes, 2, Encoding::Utf16 { high: 1 }),
        [0xFE, 0xFF, ..] => in_blocks(bytes, 2, Encoding::Utf16 { high: 0 }),
        [0xEF, 0xBB, 0xBF, rest @ ..] => at_once(rest).unwrap_or_else(|| utf8_in_blocks(bytes, 3)),
        _ => at_once(bytes).unwrap_or_else(|| utf8_in_blocks(bytes, 0)),
    }
}

// Of several at the beginning none counts. Behind a second one go-yaml v2.2.1 drops the first
// character of lines, which nobody can want.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

fn at_once(bytes: &[u8]) -> Option<Source> {
    let text = str::from_utf8(bytes).ok()?;
    let text = text.trim_start_matches(BYTE_ORDER_MARK);
    let readable = if text.is_ascii() {
        text.bytes().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'))
    } else {
        text.chars().all(allowed)
    };
    readable.then(|| Source { text: text.to_owned(), failure: None })
}

fn utf8_in_blocks(bytes: &[u8], start: usize) -> Source {
    in_blocks(bytes, start, Encoding::Utf8)
}

fn allowed(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}'
        | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

// go-yaml v2.2.1 decodes this many bytes at a time, as they are needed: a bad byte is found when
// the block that it stands in is, however far behind the scanned place that is.
const BLOCK: usize = 512;

/// Decodes as go-yaml does, up to the last block before the one with the first bad byte.
fn in_blocks(bytes: &[u8], start: usize, encoding: Encoding) -> Source {
    let mut text = String::new();
    let mut decoded = 0;
    let mut at = start;
    let mut block_end = BLOCK;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let room = block_end.saturating_sub(at);
        match encoding.first(rest, room) {
            ControlFlow::Continue(Some((character, width))) => {
                if !text.is_empty() || character != BYTE_ORDER_MARK {
                    text.push(character);
                }
                at += width;
            }
            ControlFlow::Continue(None) => {
                decoded = text.len();
                block_end = at + BLOCK;
            }
            ControlFlow::Break(problem) => {
                let failure = Error::at(problem.what(), place_after(&text));
                if let Problem::Bad(_) = problem {
                    text.truncate(decoded);
                }
                return Source { text, failure: Some(failure) };
            }
        }
    }
    Source { text, failure: None }
}

fn place_after(text: &str) -> Mark {
    let line = text.matches('\n').count();
    let last = text.rsplit('\n').next().unwrap_or_default();
    Mark { line, column: last.chars().count(), ..Mark::default() }
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    /// `high` is the place of the high byte in each pair.
    Utf16 {
        high: usize,
    },
}

/// What is wrong with a character.
enum Problem {
    Bad(&'static str),
    /// The text ends within it, which go-yaml finds out when it wants to read on.
    CutOff(&'static str),
}

impl Problem {
    fn what(&self) -> &'static str {
        match self {
            Self::Bad(what) | Self::CutOff(what) => what,
        }
    }
}

/// A problem, or a character with its width, or nothing where the block ends within it.
type Step = ControlFlow<Problem, Option<(char, usize)>>;

fn bad(what: &'static str) -> Step {
    ControlFlow::Break(Problem::Bad(what))
}

fn cut_off(what: &'static str) -> Step {
    ControlFlow::Break(Problem::CutOff(what))
}

impl Encoding {
    fn first(self, rest: &[u8], room: usize) -> Step {
        if room == 0 {
            return ControlFlow::Continue(None);
        }
        let decoded = match self {
            Self::Utf8 => first_utf8(rest, room)?,
            Self::Utf16 { high } => first_utf16(rest, room, high)?,
        };
        match decoded {
            Some((character, _)) if !allowed(character) => {
                bad("control characters are not allowed")
            }
            other => ControlFlow::Continue(other),
        }
    }
}

fn first_utf8(rest: &[u8], room: usize) -> Step {
    let lead = rest.first().copied().unwrap_or_default();
    let (width, bits) = match lead {
        0x00..=0x7F => (1, lead),
        0xC0..=0xDF => (2, lead & 0x1F),
        0xE0..=0xEF => (3, lead & 0x0F),
        0xF0..=0xF7 => (4, lead & 0x07),
        0x80..=0xBF | 0xF8..=0xFF => return bad("invalid leading UTF-8 octet"),
    };
    if width > room {
        return ControlFlow::Continue(None);
    }
    let Some(trail) = rest.get(1..width) else {
        return cut_off("incomplete UTF-8 octet sequence");
    };
    let mut value = u32::from(bits);
    for octet in trail {
        if octet & 0xC0 != 0x80 {
            return bad("invalid trailing UTF-8 octet");
        }
        value = (value << 6) + u32::from(octet & 0x3F);
    }
    let least = [0, 0x80, 0x800, 0x1_0000].get(width - 1).copied().unwrap_or_default();
    if value < least {
        return bad("invalid length of a UTF-8 sequence");
    }
    match char::from_u32(value) {
        Some(character) => ControlFlow::Continue(Some((character, width))),
        None => bad("invalid Unicode character"),
    }
}

fn first_utf16(rest: &[u8], room: usize, high: usize) -> Step {
    let unit = |at: usize| {
        let octet = |place: usize| rest.get(at + place).copied();
        Some(u32::from(octet(high)?) << 8 | u32::from(octet(1 - high)?))
    };
    if room < 2 {
        return ControlFlow::Continue(None);
    }
    let Some(first) = unit(0) else {
        return cut_off("incomplete UTF-16 character");
    };
    if first & 0xFC00 == 0xDC00 {
        return bad("unexpected low surrogate area");
    }
    if first & 0xFC00 != 0xD800 {
        return ControlFlow::Continue(char::from_u32(first).map(|character| (character, 2)));
    }
    if room < 4 {
        return ControlFlow::Continue(None);
    }
    let Some(second) = unit(2) else {
        return cut_off("incomplete UTF-16 surrogate pair");
    };
    if second & 0xFC00 != 0xDC00 {
        return bad("expected low surrogate area");
    }
    let value = 0x1_0000 + ((first & 0x3FF) << 10) + (second & 0x3FF);
    ControlFlow::Continue(char::from_u32(value).map(|character| (character, 4)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: &str) {
        let source = decode(bytes);
        let problem = source.failure.map(|failure| format!(" {failure}")).unwrap_or_default();
        assert_eq!(format!("{:?}{problem}", source.text), expected);
    }

    #[test]
    fn a_byte_order_mark_tells_the_encoding_and_is_dropped() {
        check(b"a: 1", r#""a: 1""#);
        check(b"\xEF\xBB\xBFa: 1", r#""a: 1""#);
        check(b"\xFF\xFEa\0\x3D\xD8\x00\xDE", r#""a😀""#);
        check(b"\xFE\xFF\0a\xD8\x3D\xDE\x00", r#""a😀""#);
    }

    #[test]
    fn bytes_that_are_no_text_are_told_apart() {
        check(b"a\x01", r#""" control characters are not allowed"#);
        check(b"a\x7F", r#""" control characters are not allowed"#);
        check(b"a\xEF\xBF\xBE", r#""" control characters are not allowed"#);
        check(b"a\x80", r#""" invalid leading UTF-8 octet"#);
        check(b"a\xC3", r#""a" incomplete UTF-8 octet sequence"#);
        check(b"a\xC3b", r#""" invalid trailing UTF-8 octet"#);
        check(b"a\xC0\x80", r#""" invalid length of a UTF-8 sequence"#);
        check(b"a\xED\xA0\x80", r#""" invalid Unicode character"#);
        check(b"\xFF\xFEa\0b", r#""a" incomplete UTF-16 character"#);
        check(b"\xFF\xFE\x00\xDE", r#""" unexpected low surrogate area"#);
        check(b"\xFF\xFE\x3D\xD8a\0", r#""" expected low surrogate area"#);
        check(b"\xFF\xFE\x3D\xD8", r#""" incomplete UTF-16 surrogate pair"#);
    }

    #[test]
    fn a_bad_byte_hides_its_block_and_no_more() {
        let mut bytes = vec![b'x'; 600];
        bytes.push(1);
        let source = decode(&bytes);
        assert_eq!((source.text.len(), source.failure.unwrap().column), (512, Some(601)));
    }
}
