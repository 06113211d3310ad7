//! Floats as Go's strconv writes them.

use std::fmt::Write;

/// How a float is written; the letters are those of Go's verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FloatStyle {
    /// `-d.dddde±dd`: `%e`.
    Exponent,
    /// `-ddd.dddd`: `%f`.
    Fixed,
    /// Either of the two, whichever is shorter: `%g`.
    General,
    /// `-ddddp±ddd`, the exponent that of two: `%b`.
    Binary,
    /// `-0x1.yyyyp±ddd`: `%x`.
    Hexadecimal,
}

// A double has no more digits than this, however they are counted; what follows are zeros. The
// standard library writes at most 65,535.
const MOST_DIGITS: usize = 1100;

/// Returns a float as Go's `strconv.FormatFloat` writes it: with the precision, or with as few
/// digits as tell it from all others. Letters are small.
pub fn float(value: f64, style: FloatStyle, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let magnitude = value.abs();
    if magnitude.is_infinite() {
        return if sign.is_empty() { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    let text = match style {
        FloatStyle::Exponent => exponent(magnitude, precision),
        FloatStyle::Fixed => fixed(magnitude, precision),
        FloatStyle::General => general(magnitude, precision),
        FloatStyle::Binary => binary(magnitude),
        FloatStyle::Hexadecimal => hexadecimal(magnitude, precision),
    };
    format!("{sign}{text}")
}

fn exponent(magnitude: f64, precision: Option<usize>) -> String {
    Decimal::new(magnitude, precision.map(|digits| digits + 1)).exponent(precision)
}

fn fixed(magnitude: f64, precision: Option<usize>) -> String {
    let Some(precision) = precision else {
        return Decimal::new(magnitude, None).fixed();
    };
    let written = precision.min(MOST_DIGITS);
    let mut text = format!("{magnitude:.written$}");
    push_zeros(&mut text, precision - written);
    text
}

fn general(magnitude: f64, precision: Option<usize>) -> String {
    // No digit at all is taken for one.
    let decimal = Decimal::new(magnitude, precision.map(|digits| digits.max(1)));
    let count = i64::try_from(decimal.digits.len()).unwrap_or(i64::MAX);
    let limit = match precision.map(|digits| i64::try_from(digits.max(1)).unwrap_or(i64::MAX)) {
        None => 6,
        Some(digits) if digits > count && count > decimal.exponent => count,
        Some(digits) => digits,
    };
    if (-4..limit).contains(&decimal.exponent) { decimal.fixed() } else { decimal.exponent(None) }
}

/// The decimal digits of a number, the first one before the point.
struct Decimal {
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Returns so many digits, without zeros at the end, or as few as are needed.
    fn new(magnitude: f64, digits: Option<usize>) -> Self {
        let text = match digits {
            Some(digits) => {
                let decimals = digits.saturating_sub(1).min(MOST_DIGITS);
                format!("{magnitude:.decimals$e}")
            }
            None => format!("{magnitude:e}"),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits = mantissa.replace('.', "");
        let digits = digits.trim_end_matches('0').to_owned();
        Self { digits, exponent: exponent.parse().unwrap_or(0) }
    }

    /// Returns `d.ddde±dd` with so many digits after the point, or those that there are.
    fn exponent(&self, precision: Option<usize>) -> String {
        let (first, rest) = self.digits.split_at_checked(1).unwrap_or(("0", ""));
        let precision = precision.unwrap_or(rest.len());
        let point = if precision == 0 { "" } else { "." };
        let mut text = format!("{first}{point}{rest}");
        push_zeros(&mut text, precision.saturating_sub(rest.len()));
        push_exponent(&mut text, 'e', self.exponent);
        text
    }

    /// Returns `ddd.ddd` with the digits that there are.
    fn fixed(&self) -> String {
        let digits = &self.digits;
        if self.exponent < 0 && !digits.is_empty() {
            let zeros = usize::try_from(-self.exponent - 1).unwrap_or(0);
            return format!("0.{}{digits}", "0".repeat(zeros));
        }
        let whole = usize::try_from(self.exponent + 1).unwrap_or(1);
        match digits.split_at_checked(whole) {
            Some((whole, "")) => whole.to_owned(),
            Some((whole, rest)) => format!("{whole}.{rest}"),
            None => format!("{digits:0<whole$}"),
        }
    }
}

// The widths of Rust's `format!` end at 65,535.
fn push_zeros(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n('0', count));
}

fn push_exponent(text: &mut String, letter: char, exponent: i64) {
    let sign = if exponent < 0 { '-' } else { '+' };
    // Writing to a `String` cannot fail.
    let _ = write!(text, "{letter}{sign}{:02}", exponent.unsigned_abs());
}

/// Returns mantissa and exponent: the value is `mantissa * 2^exponent`.
fn parts(magnitude: f64) -> (u64, i64) {
    let bits = magnitude.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match i64::try_from(bits >> 52).unwrap_or(0) {
        0 => (fraction, -1074),
        exponent => (fraction | (1 << 52), exponent - 1075),
    }
}

fn binary(magnitude: f64) -> String {
    let (mantissa, exponent) = parts(magnitude);
    format!("{mantissa}p{exponent:+}")
}

fn hexadecimal(magnitude: f64, precision: Option<usize>) -> String {
    let (mantissa, exponent) = parts(magnitude);
    // The highest bit of the mantissa is moved to bit 60: one digit before the point, 15 after it.
    let shift = mantissa.leading_zeros().saturating_sub(3);
    let mut mantissa = mantissa << shift;
    let mut exponent = if mantissa == 0 { 0 } else { exponent + 60 - i64::from(shift) };
    if let Some(digits) = precision.filter(|digits| *digits < 15) {
        let dropped = 60 - 4 * digits;
        let half = 1_u64 << (dropped - 1);
        let rest = mantissa & ((1 << dropped) - 1);
        mantissa >>= dropped;
        mantissa += u64::from(rest > half || (rest == half && mantissa & 1 == 1));
        mantissa <<= dropped;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let fraction = format!("{:015x}", mantissa & ((1 << 60) - 1));
    let fraction = match precision {
        Some(digits) => {
            let kept = fraction.get(..digits).unwrap_or(&fraction);
            let mut fraction = kept.to_owned();
            push_zeros(&mut fraction, digits - kept.len());
            fraction
        }
        None => fraction.trim_end_matches('0').to_owned(),
    };
    let point = if fraction.is_empty() { "" } else { "." };
    let mut text = format!("0x{}{point}{fraction}", mantissa >> 60);
    push_exponent(&mut text, 'p', exponent);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use FloatStyle::{Binary, Exponent, Fixed, General, Hexadecimal};

    fn check(values: &[f64], style: FloatStyle, precision: Option<usize>, expected: &str) {
        let texts: Vec<_> = values.iter().map(|value| float(*value, style, precision)).collect();
        assert_eq!(texts.join(" "), expected);
    }

    const VALUES: &[f64] =
        &[0.0, -0.0, 1.0, 0.5, 2.5, 1e5, 123_456.0, 1_234_567.0, 1e21, 1e-5, 5e-324];

    #[test]
    fn as_few_digits_as_are_needed() {
        check(
            VALUES,
            General,
            None,
            "0 -0 1 0.5 2.5 100000 123456 1.234567e+06 1e+21 1e-05 5e-324",
        );
        check(&[f64::NAN, f64::INFINITY, -f64::INFINITY], General, None, "NaN +Inf -Inf");
        check(&[f64::MAX], Exponent, None, "1.7976931348623157e+308");
        check(&[1e21, 1e-7, 1.25], Fixed, None, "1000000000000000000000 0.0000001 1.25");
    }

    #[test]
    fn as_many_digits_as_are_asked_for() {
        check(
            VALUES,
            General,
            Some(3),
            "0 -0 1 0.5 2.5 1e+05 1.23e+05 1.23e+06 1e+21 1e-05 4.94e-324",
        );
        check(&[0.5, 1.5, 2.5], Fixed, Some(0), "0 2 2");
        check(&[0.0, 1.5, 2.5], Exponent, Some(0), "0e+00 2e+00 2e+00");
        check(&[0.1], Fixed, Some(30), "0.100000000000000005551115123126");
        assert_eq!(float(1.0, Exponent, Some(70_000)).len(), 70_006);
    }

    #[test]
    fn powers_of_two() {
        check(&[0.0, 1.0, 0.1], Binary, None, "0p-1074 4503599627370496p-52 7205759403792794p-56");
        check(&[0.0, 0.1, 5e-324], Hexadecimal, None, "0x0p+00 0x1.999999999999ap-04 0x1p-1074");
        check(&[1.5, 2.5, 1e-5], Hexadecimal, Some(0), "0x1p+01 0x1p+01 0x1p-17");
        check(&[1.0, f64::MAX], Hexadecimal, Some(2), "0x1.00p+00 0x1.00p+1024");
    }
}
