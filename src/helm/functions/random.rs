//! Functions that leave something to chance.

use crate::helm::functions::chance::Randomness;
use crate::helm::functions::letters::characters;
use crate::helm::functions::state::randomness;
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::Text;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

const DIGITS: &[u8] = b"0123456789";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BOTH: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// `randAlphaNum`.
pub(super) fn rand_alpha_num(
    interpreter: &mut Interpreter,
    count: isize,
) -> Result<String, FunctionError> {
    chosen(interpreter, count, BOTH)
}

/// `randAlpha`.
pub(super) fn rand_alpha(
    interpreter: &mut Interpreter,
    count: isize,
) -> Result<String, FunctionError> {
    chosen(interpreter, count, LETTERS)
}

/// `randNumeric`.
pub(super) fn rand_numeric(
    interpreter: &mut Interpreter,
    count: isize,
) -> Result<String, FunctionError> {
    chosen(interpreter, count, DIGITS)
}

/// `randAscii`.
pub(super) fn rand_ascii(
    interpreter: &mut Interpreter,
    count: isize,
) -> Result<String, FunctionError> {
    let printed: Vec<u8> = (b' '..=b'~').collect();
    chosen(interpreter, count, &printed)
}

fn chosen(
    interpreter: &mut Interpreter,
    count: isize,
    from: &[u8],
) -> Result<String, FunctionError> {
    let count = usize::try_from(count).unwrap_or(0);
    interpreter.charge(count)?;
    let source = randomness(interpreter)?;
    let fits = |text: &str| text.len() == count && text.bytes().all(|byte| from.contains(&byte));
    if let Some(text) = kept(source, fits) {
        return Ok(text);
    }
    Ok((0..count).map(|_| char::from(chosen_one(source, from))).collect())
}

/// Returns the text that a call shall give again, if it fits.
fn kept(source: &Randomness, fits: impl FnOnce(&str) -> bool) -> Option<String> {
    source.kept(|texts| texts.first().filter(|text| fits(text)).cloned())
}

fn chosen_one(source: &Randomness, from: &[u8]) -> u8 {
    let at = source.below(from.len() as u64);
    usize::try_from(at).ok().and_then(|at| from.get(at)).copied().unwrap_or(b' ')
}

/// `randInt`: a number from one to before another one.
pub(super) fn rand_int(
    interpreter: &mut Interpreter,
    least: isize,
    end: isize,
) -> Result<isize, FunctionError> {
    let count = end.wrapping_sub(least);
    if count <= 0 {
        return Err("invalid argument to Intn".into());
    }
    let source = randomness(interpreter)?;
    let number = |texts: &[String]| texts.first()?.parse().ok();
    let fits = |number: &isize| (least..end).contains(number);
    if let Some(number) = source.kept(|texts| number(texts).filter(fits)) {
        return Ok(number);
    }
    let chosen = source.below(count.cast_unsigned() as u64);
    Ok(least.wrapping_add(isize::try_from(chosen).unwrap_or(0)))
}

/// `randBytes`: so many bytes in base 64.
pub(super) fn rand_bytes(
    interpreter: &mut Interpreter,
    count: isize,
) -> Result<String, FunctionError> {
    let Ok(count) = usize::try_from(count) else {
        return Err("runtime error: makeslice: len out of range".into());
    };
    interpreter.charge(count.saturating_mul(2))?;
    let source = randomness(interpreter)?;
    let fits = |text: &str| BASE64_STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == count);
    if let Some(text) = kept(source, fits) {
        return Ok(text);
    }
    let mut bytes = vec![0; count];
    source.fill(&mut bytes);
    Ok(BASE64_STANDARD.encode(bytes))
}

/// `shuffle`: the characters in another order.
pub(super) fn shuffle(interpreter: &mut Interpreter, text: Text) -> Result<String, FunctionError> {
    let source = randomness(interpreter)?;
    let mut characters: Vec<char> = characters(text.as_bytes()).collect();
    let sorted = |mut characters: Vec<char>| {
        characters.sort_unstable();
        characters
    };
    let wanted = sorted(characters.clone());
    if let Some(text) = kept(source, |text| sorted(text.chars().collect()) == wanted) {
        return Ok(text);
    }
    for at in (1..characters.len()).rev() {
        let other = usize::try_from(source.below(at as u64 + 1)).unwrap_or(at);
        characters.swap(at, other);
    }
    Ok(characters.into_iter().collect())
}

/// `uuidv4`.
pub(super) fn uuidv4(interpreter: &mut Interpreter) -> Result<String, FunctionError> {
    let source = randomness(interpreter)?;
    let is_one = |text: &str| {
        let number = u128::from_str_radix(&text.replace('-', ""), 16);
        number.is_ok_and(|number| uuid(number) == text)
    };
    if let Some(text) = kept(source, is_one) {
        return Ok(text);
    }
    Ok(uuid(u128::from_be_bytes(source.bytes())))
}

fn uuid(mut number: u128) -> String {
    // Version 4, and the variant of RFC 9562.
    number = number & !(0xf << 76) | 4 << 76;
    number = number & !(3 << 62) | 2 << 62;
    let digits = format!("{number:032x}");
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-")
}
