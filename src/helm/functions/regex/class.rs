//! Classes of characters: `[a-z]`, `\d`, `\pL`.

use crate::helm::Profile;
use crate::helm::functions::regex::classes::POSIX;
use crate::helm::functions::regex::names;
use crate::helm::functions::regex::syntax::{Fault, SyntaxError};
use std::fmt::Write;

/// A class as the crate regex writes it, and the rest of the expression.
pub(super) type Parsed<'a> = Result<(String, &'a str), SyntaxError>;

/// Reads a class in brackets, at the beginning of a text.
pub(super) fn bracketed(text: &str, fold: bool, profile: Profile) -> Parsed<'_> {
    let inner = text.strip_prefix('[').unwrap_or(text);
    let (mut rest, sign) = match inner.strip_prefix('^') {
        Some(rest) => (rest, "^"),
        None => (inner, ""),
    };
    let mut class = String::new();
    let mut is_first = true;
    while is_first || !rest.starts_with(']') {
        is_first = false;
        let (element, after) = match named(rest, profile)? {
            Some(found) => found,
            None => range(rest, text)?,
        };
        class.push_str(&element);
        rest = after;
    }
    let case = if fold { "i" } else { "" };
    let rest = rest.strip_prefix(']').unwrap_or(rest);
    Ok((format!("(?{case}:[{sign}{class}])"), rest))
}

/// Reads a class that has a name.
fn named(text: &str, profile: Profile) -> Result<Option<(String, &str)>, SyntaxError> {
    if let Some(inner) = text.strip_prefix("[:")
        && let Some((name, rest)) = inner.split_once(":]")
    {
        let (sign, plain) = match name.strip_prefix('^') {
            Some(plain) => ("^", plain),
            None => ("", name),
        };
        let known = POSIX.iter().find(|(known, _)| *known == plain);
        let (_, class) = known.ok_or_else(|| Fault::ClassRange.at(&format!("[:{name}:]")))?;
        return Ok(Some((format!("[{sign}{class}]"), rest)));
    }
    match unicode(text, profile)? {
        Some(found) => Ok(Some(found)),
        None => Ok(perl(text)),
    }
}

/// Reads `\d` and its kin.
pub(super) fn perl(text: &str) -> Option<(String, &str)> {
    let letter = text.strip_prefix('\\')?.chars().next()?;
    let class = match letter {
        'd' | 'D' => "0-9",
        's' | 'S' => r"\t\n\x0C\r\x20",
        'w' | 'W' => "0-9A-Za-z_",
        _ => return None,
    };
    let sign = if letter.is_ascii_uppercase() { "^" } else { "" };
    Some((format!("[{sign}{class}]"), text.get(2..)?))
}

/// Reads `\pL`, `\p{Greek}` and their negations.
pub(super) fn unicode(text: &str, profile: Profile) -> Result<Option<(String, &str)>, SyntaxError> {
    let Some(inner) = text.strip_prefix("\\p").or_else(|| text.strip_prefix("\\P")) else {
        return Ok(None);
    };
    let mut is_negative = text.starts_with("\\P");
    let (mut name, rest) = match inner.strip_prefix('{') {
        Some(braced) => braced.split_once('}').ok_or_else(|| Fault::ClassRange.at(text))?,
        None => inner.split_at(inner.chars().next().map_or(0, char::len_utf8)),
    };
    let whole = text.get(..text.len() - rest.len()).unwrap_or(text);
    if let Some(negated) = name.strip_prefix('^').filter(|_| inner.starts_with('{')) {
        name = negated;
        is_negative = !is_negative;
    }
    let class = names::class(name, profile).ok_or_else(|| Fault::ClassRange.at(whole))?;
    let sign = if is_negative { "^" } else { "" };
    Ok(Some((format!("[{sign}{class}]"), rest)))
}

/// Reads a character or a range of them; `class` is the class from its beginning.
fn range<'a>(text: &'a str, class: &str) -> Parsed<'a> {
    let (low, rest) = member(text, class)?;
    let (high, rest) = match rest.strip_prefix('-') {
        Some(after) if !after.is_empty() && !after.starts_with(']') => member(after, class)?,
        _ => (low, rest),
    };
    if high < low {
        let whole = text.get(..text.len() - rest.len()).unwrap_or(text);
        return Err(Fault::ClassRange.at(whole));
    }
    let mut written = String::new();
    let _infallible = write!(written, r"\x{{{:X}}}-\x{{{:X}}}", u32::from(low), u32::from(high));
    Ok((written, rest))
}

fn member<'a>(text: &'a str, class: &str) -> Result<(char, &'a str), SyntaxError> {
    if text.starts_with('\\') {
        return escape(text);
    }
    let first = text.chars().next().ok_or_else(|| Fault::MissingBracket.at(class))?;
    Ok((first, text.get(first.len_utf8()..).unwrap_or_default()))
}

/// Reads an escaped character, at the beginning of a text.
pub(super) fn escape(text: &str) -> Result<(char, &str), SyntaxError> {
    let mut characters = text.chars();
    characters.next();
    let Some(letter) = characters.next() else {
        return Err(Fault::TrailingBackslash.at(""));
    };
    let found = match letter {
        '0' => Some(octal(0, &mut characters)),
        '1'..='7' if characters.as_str().starts_with(|next| matches!(next, '0'..='7')) => {
            Some(octal(letter.to_digit(8).unwrap_or(0), &mut characters))
        }
        'x' => hexadecimal(&mut characters),
        'a' => Some('\u{7}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        'v' => Some('\u{b}'),
        other => Some(other).filter(|c| c.is_ascii() && !c.is_ascii_alphanumeric()),
    };
    let rest = characters.as_str();
    let whole = || text.get(..text.len() - rest.len()).unwrap_or(text);
    found.map(|character| (character, rest)).ok_or_else(|| Fault::Escape.at(whole()))
}

fn octal(first: u32, rest: &mut std::str::Chars<'_>) -> char {
    let mut number = first;
    for _ in 0..2 {
        let Some(digit) = rest.clone().next().and_then(|next| next.to_digit(8)) else { break };
        number = number * 8 + digit;
        rest.next();
    }
    char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn hexadecimal(rest: &mut std::str::Chars<'_>) -> Option<char> {
    let first = rest.next()?;
    if first != '{' {
        let high = first.to_digit(16);
        let low = rest.next()?.to_digit(16)?;
        return char::from_u32(high? * 16 + low);
    }
    let (mut number, mut digits) = (0_u32, 0);
    loop {
        let next = rest.next()?;
        if next == '}' {
            // A half of a pair is no character that any text has.
            let character = char::from_u32(number).unwrap_or('\u{10ffff}');
            return (digits > 0).then_some(character);
        }
        number = number * 16 + next.to_digit(16)?;
        digits += 1;
        if number > 0x10_ffff {
            return None;
        }
    }
}
