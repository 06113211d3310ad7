//! Texts and characters in quotes, as Go's strconv writes and reads them.

use crate::helm::format::characters::is_printed;
use std::fmt::Write;

/// Which characters are escaped besides those that cannot be printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Escape {
    /// None.
    Needed,
    /// All that are not ASCII.
    NotAscii,
}

/// Returns a text in double quotes: `strconv.Quote`, `%q`.
pub fn quoted(text: &[u8], escape: Escape) -> String {
    let mut output = String::with_capacity(text.len() + 2);
    output.push('"');
    for chunk in text.utf8_chunks() {
        chunk.valid().chars().for_each(|character| push(&mut output, character, '"', escape));
        chunk.invalid().iter().for_each(|byte| hex(&mut output, "\\x", (*byte).into(), 2));
    }
    output.push('"');
    output
}

/// Returns a character in single quotes: `strconv.QuoteRune`, `%q` of a number.
pub fn quoted_character(character: char, escape: Escape) -> String {
    let mut output = String::from("'");
    push(&mut output, character, '\'', escape);
    output.push('\'');
    output
}

/// Tells whether a text can stand between back-quotes as it is: `strconv.CanBackquote`.
pub fn can_back_quote(text: &[u8]) -> bool {
    let fits = |character: char| match character {
        '\t' => true,
        '\u{feff}' | '`' | '\u{7f}' => false,
        character => character >= ' ',
    };
    str::from_utf8(text).is_ok_and(|text| text.chars().all(fits))
}

/// Returns the bytes that a literal of Go means, or `None` where it is none: `strconv.Unquote`.
pub fn unquoted(literal: &str) -> Option<Vec<u8>> {
    let mut characters = literal.chars();
    let (first, last) = (characters.next()?, characters.next_back()?);
    let inner = characters.as_str();
    match (first, last) {
        ('`', '`') => (!inner.contains('`')).then(|| inner.replace('\r', "").into_bytes()),
        ('"', '"') => unescaped(inner),
        ('\'', '\'') => {
            let (point, rest) = unquoted_character(inner, '\'')?;
            rest.is_empty().then(|| point.into_bytes())
        }
        _ => None,
    }
}

fn unescaped(mut rest: &str) -> Option<Vec<u8>> {
    let mut output = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let (point, left) = unquoted_character(rest, '"')?;
        output.extend(point.into_bytes());
        rest = left;
    }
    Some(output)
}

/// What one character of a literal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Point {
    /// A character.
    Character(char),
    /// A byte, written as `\x80` or `\200`.
    Byte(u8),
}

impl Point {
    /// Returns the number.
    pub fn number(self) -> u32 {
        match self {
            Self::Character(character) => character.into(),
            Self::Byte(byte) => byte.into(),
        }
    }

    fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Character(character) => character.to_string().into_bytes(),
            Self::Byte(byte) => vec![byte],
        }
    }
}

/// Returns the first character that a text between quotes means, and what follows it, or `None`
/// where none does: `strconv.UnquoteChar`.
pub fn unquoted_character(text: &str, quote: char) -> Option<(Point, &str)> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if first == quote || first == '\n' {
        return None;
    }
    if first != '\\' {
        return Some((Point::Character(first), characters.as_str()));
    }
    let simple = match characters.next()? {
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '\\' => '\\',
        character @ ('\'' | '"') => (character == quote).then_some(character)?,
        'x' => return numbered(characters.as_str(), 2, 16),
        'u' => return numbered(characters.as_str(), 4, 16),
        'U' => return numbered(characters.as_str(), 8, 16),
        '0'..='7' => return numbered(text.get(1..)?, 3, 8),
        _ => return None,
    };
    Some((Point::Character(simple), characters.as_str()))
}

fn numbered(text: &str, digits: usize, radix: u32) -> Option<(Point, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    let unsigned = number.chars().all(|digit| digit.is_digit(radix));
    let number = unsigned.then(|| u32::from_str_radix(number, radix).ok())??;
    let point = match digits {
        2 | 3 => Point::Byte(u8::try_from(number).ok()?),
        _ => Point::Character(char::from_u32(number)?),
    };
    // Below 0x80 a byte and a character are the same.
    let point = match point {
        Point::Byte(byte) if byte.is_ascii() => Point::Character(byte.into()),
        point => point,
    };
    Some((point, rest))
}

fn push(output: &mut String, character: char, quote: char, escape: Escape) {
    let plain = character.is_ascii() || escape == Escape::Needed;
    match character {
        '\\' => output.push_str("\\\\"),
        '\x07' => output.push_str("\\a"),
        '\x08' => output.push_str("\\b"),
        '\x0c' => output.push_str("\\f"),
        '\n' => output.push_str("\\n"),
        '\r' => output.push_str("\\r"),
        '\t' => output.push_str("\\t"),
        '\x0b' => output.push_str("\\v"),
        _ if character == quote => output.extend(['\\', character]),
        _ if plain && is_printed(character) => output.push(character),
        '\0'..' ' | '\x7f' => hex(output, "\\x", character.into(), 2),
        '\u{80}'..='\u{ffff}' => hex(output, "\\u", character.into(), 4),
        _ => hex(output, "\\U", character.into(), 8),
    }
}

fn hex(output: &mut String, escape: &str, number: u32, digits: usize) {
    // Writing to a `String` cannot fail.
    let _ = write!(output, "{escape}{number:0digits$x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_as_go_quotes_them() {
        let text = b"a\"'\\\n\x00\x7f\xc3\xa9\xff\xe2\x82\xc2\xad\xf0\x9f\x98\x80\xf3\xa0\x80\x81";
        assert_eq!(
            quoted(text, Escape::Needed),
            r#""a\"'\\\n\x00\x7fé\xff\xe2\x82\u00ad😀\U000e0001""#
        );
        assert_eq!(
            quoted(text, Escape::NotAscii),
            r#""a\"'\\\n\x00\x7f\u00e9\xff\xe2\x82\u00ad\U0001f600\U000e0001""#
        );
        assert_eq!(quoted_character('\'', Escape::Needed), r"'\''");
        assert_eq!(quoted_character('"', Escape::Needed), r#"'"'"#);
    }

    #[test]
    fn literals_mean_what_they_mean_in_go() {
        let literals = [
            r#""a\tb""#,
            r#""\xff""#,
            r#""\377\101""#,
            r#""é\u00e9\U0001f600""#,
            "`a\\n\r`",
            r#""\'""#,
            r#""\400""#,
            r#""\ud800""#,
            r#""\x4""#,
            r#""\x+1""#,
            "\"a\nb\"",
            r#"'ab'"#,
            r#"'\''"#,
            "\"",
            r#""\"#,
            "``",
            r#""a"b""#,
        ];
        let meant = literals.map(|literal| match unquoted(literal) {
            Some(bytes) => bytes.escape_ascii().to_string(),
            None => "-".to_owned(),
        });
        assert_eq!(
            meant.join(" "),
            r"a\tb \xff \xffA \xc3\xa9\xc3\xa9\xf0\x9f\x98\x80 a\\n - - - - - - - \' -  -  -"
                .replace("-  -  -", "- -  -")
        );
    }

    #[test]
    fn back_quotes_hold_what_is_on_one_line() {
        let texts: [&[u8]; 7] =
            [b"a\tb", b"a`", b"a\n", b"\xff", b"\x7f", "\u{feff}".as_bytes(), b""];
        assert_eq!(texts.map(can_back_quote), [true, false, false, false, false, false, true]);
    }
}
