//! Numbers as Go reads and writes them.

use std::ops::Range;

/// A whole number as Go holds it: `Uint` only above `i64::MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    Int(i64),
    Uint(u64),
}

/// Returns the whole number that `digits` spell as Go's `ParseInt` and `ParseUint` with base 0
/// read it (a leading `0`, `0o`, `0x`, `0b` tells the base), go-yaml's own `0b` included.
pub(crate) fn whole(digits: &str) -> Option<Whole> {
    let (sign, rest) = split_sign(digits);
    based(rest).and_then(|value| signed(sign, value)).or_else(|| signed_binary(digits))
}

// go-yaml hands on what follows `0b` with base 2, and a sign may stand there.
fn signed_binary(digits: &str) -> Option<Whole> {
    let (sign, rest) = split_sign(digits.strip_prefix("0b")?);
    signed(sign, u64::from_str_radix(checked(rest)?, 2).ok()?)
}

fn split_sign(digits: &str) -> (Option<char>, &str) {
    match digits.strip_prefix(['+', '-']) {
        Some(rest) => (digits.chars().next(), rest),
        None => (None, digits),
    }
}

/// Returns the text again, which is a number without a sign.
fn checked(digits: &str) -> Option<&str> {
    digits.starts_with(|first: char| first.is_ascii_alphanumeric()).then_some(digits)
}

fn based(digits: &str) -> Option<u64> {
    let digits = checked(digits)?;
    let Some(rest) = digits.strip_prefix('0') else {
        return digits.parse().ok();
    };
    let radix = match rest.chars().next() {
        None => return Some(0),
        Some('b' | 'B') => 2,
        Some('o' | 'O') => 8,
        Some('x' | 'X') => 16,
        Some(_) => return u64::from_str_radix(checked(rest)?, 8).ok(),
    };
    u64::from_str_radix(checked(rest.get(1..)?)?, radix).ok()
}

fn signed(sign: Option<char>, value: u64) -> Option<Whole> {
    if sign == Some('-') {
        return 0_i64.checked_sub_unsigned(value).map(Whole::Int);
    }
    match i64::try_from(value) {
        Ok(value) => Some(Whole::Int(value)),
        // Only a number without a sign may be larger.
        Err(_) => sign.is_none().then_some(Whole::Uint(value)),
    }
}

/// How a number with a fraction or an exponent may be spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As go-yaml v2.2.1 wants it: a digit behind the point, a sign in the exponent.
    Strict,
    /// As go-yaml v2.2.3 and later take it too.
    Loose,
}

/// Returns the number that `text` spells, if it is one and not too large.
pub(crate) fn fraction(text: &str, spelling: Spelling) -> Option<f64> {
    let loose = spelling == Spelling::Loose;
    let (_, rest) = split_sign(text);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (integer, decimals) = match mantissa.split_once('.') {
        Some((integer, decimals)) => (integer, decimals),
        None => ("", mantissa),
    };
    let bare_point = loose && !integer.is_empty() && decimals.is_empty();
    let well_formed = all_digits(integer)
        && all_digits(decimals)
        && (!decimals.is_empty() || bare_point)
        && exponent.is_none_or(|exponent| is_exponent(exponent, loose));
    well_formed.then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}

fn is_exponent(exponent: &str, sign_optional: bool) -> bool {
    let (sign, digits) = split_sign(exponent);
    (sign.is_some() || sign_optional) && !digits.is_empty() && all_digits(digits)
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the number that `text`, which begins with a point, spells for Go's `ParseFloat`.
pub(crate) fn fraction_from_point(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let is_digit =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let underscores_within_digits = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'_')
        .all(|(at, _)| is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)));
    if !underscores_within_digits {
        return None;
    }
    fraction(&text.replace('_', ""), Spelling::Loose)
}

/// Returns a number in the shortest form, as Go's `FormatFloat` with `'g'` and `-1` writes it.
pub(crate) fn shortest(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if PLAIN_EXPONENTS.contains(&exponent) {
        // Rust writes an exponent only when it is asked to.
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// The exponents that Go does not write.
const PLAIN_EXPONENTS: Range<i32> = -4..6;

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let strict = fraction(text, Spelling::Strict).map(shortest);
        let loose = fraction(text, Spelling::Loose).map(shortest);
        let found = match whole(text) {
            Some(Whole::Int(number)) => format!("int {number}"),
            Some(Whole::Uint(number)) => format!("uint {number}"),
            None => format!("{strict:?} {loose:?}"),
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn whole_numbers_tell_their_base() {
        check("0", "int 0");
        check("-12", "int -12");
        check("0777", "int 511");
        check("0o17", "int 15");
        check("0X1f", "int 31");
        check("-0b11", "int -3");
        check("0b-11", "int -3");
        check("0b", "None None");
        check("0x+1", "None None");
    }

    #[test]
    fn whole_numbers_end_with_64_bits() {
        check("9223372036854775807", "int 9223372036854775807");
        check("-9223372036854775808", "int -9223372036854775808");
        check("9223372036854775808", "uint 9223372036854775808");
        check(
            "+9223372036854775808",
            r#"Some("9.223372036854776e+18") Some("9.223372036854776e+18")"#,
        );
        check(
            "18446744073709551616",
            r#"Some("1.8446744073709552e+19") Some("1.8446744073709552e+19")"#,
        );
    }

    #[test]
    fn only_the_loose_spelling_has_bare_points_and_exponents() {
        check("089", r#"Some("89") Some("89")"#);
        check("1e+3", r#"Some("1000") Some("1000")"#);
        check("-.5", r#"Some("-0.5") Some("-0.5")"#);
        check("1e3", r#"None Some("1000")"#);
        check("5.", r#"None Some("5")"#);
        check("1.e-5", r#"None Some("1e-05")"#);
        check(".", "None None");
        check("1e", "None None");
        check("1e+400", "None None");
    }

    #[test]
    fn a_point_in_front_lets_underscores_through() {
        assert_eq!(fraction_from_point(".5_0"), Some(0.5));
        assert_eq!(fraction_from_point("._5"), None);
        assert_eq!(fraction_from_point(".5e1_0"), Some(5e9));
    }

    #[test]
    fn the_shortest_form_has_an_exponent_from_a_million_on() {
        let found =
            [1e5, 1e6, 123_456_789.0, 0.0001, 0.00001, -0.0, 1.5, f64::INFINITY].map(shortest);
        let expected =
            ["100000", "1e+06", "1.23456789e+08", "0.0001", "1e-05", "-0", "1.5", ".inf"];
        assert_eq!(found, expected);
    }
}
