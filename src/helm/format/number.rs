//! Numbers as Go's strconv reads them.

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It has not the shape of one.
    #[error("invalid syntax")]
    Syntax,
    /// It is one that does not fit.
    #[error("value out of range")]
    Range,
}

/// Reads a whole number without a sign: `strconv.ParseUint(text, base, 64)`. In base 0 the text
/// tells the base by its beginning, and may have underscores between its digits.
pub fn parse_uint(text: &str, base: u32) -> Result<u64, NumberError> {
    let (base, digits) = match base {
        0 => based(text),
        base => (base, text.to_owned()),
    };
    if text.is_empty() || (text.contains('_') && !underscores_fit(text)) {
        return Err(NumberError::Syntax);
    }
    // Go looks no further than to the digit that is too many.
    let mut number = 0_u64;
    for character in digits.chars() {
        let digit = character.to_digit(base).ok_or(NumberError::Syntax)?;
        let times = |n: u64| n.checked_mul(base.into())?.checked_add(digit.into());
        number = times(number).ok_or(NumberError::Range)?;
    }
    Ok(number)
}

/// Reads a whole number: `strconv.ParseInt(text, base, 64)`.
pub fn parse_int(text: &str, base: u32) -> Result<i64, NumberError> {
    let (negative, digits) = signed(text);
    let number = parse_uint(digits, base)?;
    let number = i128::from(number);
    i64::try_from(if negative { -number } else { number }).ok().ok_or(NumberError::Range)
}

/// Reads a float: `strconv.ParseFloat(text, 64)`.
pub fn parse_float(text: &str) -> Result<f64, NumberError> {
    if let Some(special) = special(text) {
        return Ok(special);
    }
    let (negative, digits) = signed(text);
    if text.contains('_') && !underscores_fit(digits) {
        return Err(NumberError::Syntax);
    }
    let plain = digits.replace('_', "").to_ascii_lowercase();
    let magnitude = match plain.strip_prefix("0x") {
        Some(digits) => hexadecimal(digits)?,
        None => decimal(&plain)?,
    };
    if magnitude.is_infinite() {
        return Err(NumberError::Range);
    }
    Ok(if negative { -magnitude } else { magnitude })
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn based(text: &str) -> (u32, String) {
    let lower = text.to_ascii_lowercase();
    let marked = |mark| lower.strip_prefix(mark).filter(|digits| !digits.is_empty());
    let (base, digits) = if let Some(digits) = marked("0b") {
        (2, digits)
    } else if let Some(digits) = marked("0o") {
        (8, digits)
    } else if let Some(digits) = marked("0x") {
        (16, digits)
    } else if lower.starts_with('0') {
        (8, lower.as_str())
    } else {
        (10, lower.as_str())
    };
    (base, digits.replace('_', ""))
}

/// Tells whether each underscore stands between two digits, or between the mark of a base and one.
fn underscores_fit(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let marked = ["0b", "0o", "0x"].iter().find_map(|mark| lower.strip_prefix(mark));
    let hex = lower.starts_with("0x");
    let mut before = if marked.is_some() { '0' } else { '!' };
    for character in marked.unwrap_or(&lower).chars() {
        let digit = character.is_ascii_digit() || (hex && character.is_ascii_hexdigit());
        let wrong = match character {
            '_' => before != '0',
            _ => before == '_' && !digit,
        };
        if wrong {
            return false;
        }
        before = match character {
            '_' => '_',
            _ if digit => '0',
            _ => '!',
        };
    }
    before != '_'
}

fn special(text: &str) -> Option<f64> {
    let lower = text.to_ascii_lowercase();
    match lower.as_str() {
        "nan" => Some(f64::NAN),
        "inf" | "+inf" | "infinity" | "+infinity" => Some(f64::INFINITY),
        "-inf" | "-infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn decimal(text: &str) -> Result<f64, NumberError> {
    let shaped = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'+' | b'-'));
    let number = shaped && text.starts_with(|first: char| first.is_ascii_digit() || first == '.');
    number.then(|| text.parse().ok()).flatten().ok_or(NumberError::Syntax)
}

/// Reads what follows `0x`.
fn hexadecimal(text: &str) -> Result<f64, NumberError> {
    let (mantissa, exponent) = text.split_once('p').ok_or(NumberError::Syntax)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = || whole.chars().chain(fraction.chars());
    let power = signed(exponent).1;
    let decimal = !power.is_empty() && power.bytes().all(|byte| byte.is_ascii_digit());
    if !decimal || digits().next().is_none() || !digits().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(NumberError::Syntax);
    }
    // An exponent that does not fit is far beyond what a float can hold, either way.
    let edge = if exponent.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
    let mut exponent = exponent.parse::<i64>().unwrap_or(edge).clamp(i64::MIN / 2, i64::MAX / 2);
    exponent -= 4 * i64::try_from(fraction.len()).unwrap_or(0);
    let (mut bits, mut more) = (0_u64, false);
    for digit in digits().filter_map(|digit| digit.to_digit(16)) {
        if bits >> 60 == 0 {
            bits = bits << 4 | u64::from(digit);
        } else {
            more |= digit != 0;
            exponent += 4;
        }
    }
    Ok(scaled(bits, exponent, more))
}

/// Returns the float nearest to `mantissa * 2^exponent`, or to a bit more.
fn scaled(mantissa: u64, exponent: i64, more: bool) -> f64 {
    if mantissa == 0 {
        return 0.0;
    }
    let shift = mantissa.leading_zeros();
    let mantissa = mantissa << shift;
    let exponent = exponent - i64::from(shift) + 63;
    if exponent > 1023 {
        return f64::INFINITY;
    }
    let lost = (-1022 - exponent).max(0);
    if lost > 53 {
        return 0.0;
    }
    let dropped = 11 + lost;
    let half = 1_u128 << (dropped - 1);
    let rest = u128::from(mantissa) & ((1 << dropped) - 1);
    let kept = u64::try_from(u128::from(mantissa) >> dropped).unwrap_or(0);
    let up = rest > half || (rest == half && (more || kept & 1 == 1));
    // Where rounding up carries into the exponent, that is right.
    let biased = if lost > 0 { 0 } else { u64::try_from(exponent + 1022).unwrap_or(0) };
    f64::from_bits((biased << 52) + kept + u64::from(up))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Display;

    fn check<T: Display>(
        read: impl Fn(&str) -> Result<T, NumberError>,
        texts: &str,
        expected: &str,
    ) {
        let read = texts.split(' ').map(|text| match read(text) {
            Ok(number) => number.to_string(),
            Err(NumberError::Syntax) => "S".to_owned(),
            Err(NumberError::Range) => "R".to_owned(),
        });
        assert_eq!(read.collect::<Vec<_>>().join(" "), expected);
    }

    #[test]
    fn whole_numbers() {
        let texts = " 0 00 08 0b1 0b 0B_1 0x 0X_fF 1_0 _1 1_ +1 -0 -9223372036854775808 \
                     9223372036854775808 0o17 0_7 18446744073709551616 1__0 0x1g 0x0x1";
        check(
            |text| parse_int(text, 0),
            texts,
            "S 0 0 S 1 S 1 S 255 10 S S 1 0 -9223372036854775808 R 15 7 R S S S",
        );
        check(
            |text| parse_uint(text, 0),
            texts,
            "S 0 0 S 1 S 1 S 255 10 S S S S S 9223372036854775808 15 7 R S S S",
        );
        check(|text| parse_int(text, 10), "08 1_0 0x1 -7", "8 S S -7");
    }

    #[test]
    fn floats() {
        check(
            parse_float,
            "1_000 1_0.5 1_0.5_0e1_0 _1 1_ 1__0 1e1_ . 1. .5 +.5 -1e 1e400 1e-400 inf infin -nan \
             00.5 1e99999999999999999  ++1 1e+-1 e1",
            "1000 10.5 105000000000 S S S S S 1 0.5 0.5 S R 0 inf S S 0.5 R S S S S",
        );
        check(
            parse_float,
            "0x1_0p1 0x_1p1 0x1 0x1p 0x.8p1 0x1.p0 0x1p1024 0x1p-1075 0x1.fffffffffffff8p0 \
             0x1.fffffffffffffcp1023 0x1p99999999999999999999 0x1.000000000000080000000000001p0",
            "32 2 S S 1 1 R 0 2 R R 1.0000000000000002",
        );
        assert_eq!(parse_float("0x1.8p-1075").unwrap().to_bits(), 1);
        assert_eq!(parse_float("-0").unwrap().to_bits(), 1 << 63);
    }
}
