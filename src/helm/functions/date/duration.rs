//! Lengths of time.

use crate::helm::functions::cast::widened;
use crate::helm::functions::date::parse::shown;
use crate::helm::template::{Closure, FunctionError};
use crate::helm::value::{Class, Kind, Named, Object, Text, Type, Value, Width};
use std::fmt;
use std::rc::Rc;

/// A length of time, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Duration(pub(super) i64);

pub(super) const SECOND: Duration = Duration(1_000_000_000);
const MINUTE: i64 = 60 * SECOND.0;
const HOUR: i64 = 60 * MINUTE;

static DURATION: Named = Named { name: "time.Duration", kind: Kind::Int(Width::Bits64) };

impl Duration {
    /// Reads numbers with units, such as `1h30m` or `-1.5s`.
    pub(super) fn parse(text: &[u8]) -> Result<Self, FunctionError> {
        let wrong = |what: String| FunctionError::new(format_args!("time: {what}"));
        let invalid = || wrong(format!("invalid duration {}", shown(text)));
        let (is_negative, mut rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        if rest == b"0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total = 0_u64;
        while !rest.is_empty() {
            let (number, after) = number(rest).ok_or_else(invalid)?;
            let end = after.iter().position(|byte| byte.is_ascii_digit() || *byte == b'.');
            let (unit, next) = after.split_at(end.unwrap_or(after.len()));
            if unit.is_empty() {
                return Err(wrong(format!("missing unit in duration {}", shown(text))));
            }
            let scale = scale(unit).ok_or_else(|| {
                wrong(format!("unknown unit {} in duration {}", shown(unit), shown(text)))
            })?;
            let part = number.times(scale).ok_or_else(invalid)?;
            total = total.checked_add(part).filter(|sum| *sum <= 1 << 63).ok_or_else(invalid)?;
            rest = next;
        }
        if is_negative {
            return Ok(Self(0_i64.wrapping_sub_unsigned(total)));
        }
        i64::try_from(total).map(Self).ok().ok_or_else(invalid)
    }

    /// Returns the nearest multiple of another one; halves go away from zero.
    pub(super) fn rounded(self, unit: Self) -> Self {
        if unit.0 <= 0 {
            return self;
        }
        let rest = self.0 % unit.0;
        let is_up = rest.unsigned_abs() >= unit.0.unsigned_abs().div_ceil(2);
        let toward_zero = self.0 - rest;
        match (is_up, self.0 < 0) {
            (false, _) => Self(toward_zero),
            (true, false) => Self(toward_zero.saturating_add(unit.0)),
            (true, true) => Self(toward_zero.saturating_sub(unit.0)),
        }
    }

    /// Returns the length in the largest unit of which there is more than one.
    pub(super) fn roughly(self) -> String {
        let length = self.0.unsigned_abs();
        let units = [
            (365 * 24 * HOUR, "y"),
            (30 * 24 * HOUR, "mo"),
            (24 * HOUR, "d"),
            (HOUR, "h"),
            (MINUTE, "m"),
            (SECOND.0, "s"),
        ];
        let unit = units.iter().find(|(unit, _)| length > unit.unsigned_abs());
        unit.map_or("0s".to_owned(), |(unit, name)| {
            format!("{}{name}", length / unit.unsigned_abs())
        })
    }

    fn in_units(self, unit: i64) -> f64 {
        widened(self.0 / unit) + widened(self.0 % unit) / widened(unit)
    }
}

/// A number of a duration: whole, decimals, and what the decimals are divided by.
struct Number {
    whole: u64,
    decimals: u64,
    divisor: f64,
}

impl Number {
    fn times(&self, scale: u64) -> Option<u64> {
        let whole = self.whole.checked_mul(scale).filter(|product| *product <= 1 << 63)?;
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "Go computes so, too"
        )]
        let part = (self.decimals as f64 * (scale as f64 / self.divisor)) as u64;
        whole.checked_add(part).filter(|sum| *sum <= 1 << 63)
    }
}

fn number(text: &[u8]) -> Option<(Number, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, mut rest) = text.split_at(count);
    let mut whole = 0_u64;
    for digit in digits {
        whole = whole.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
        if whole > 1 << 63 {
            return None;
        }
    }
    let mut number = Number { whole, decimals: 0, divisor: 1.0 };
    let mut has_decimals = false;
    if let Some(after) = rest.strip_prefix(b".") {
        let count = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (decimals, next) = after.split_at(count);
        has_decimals = count > 0;
        for digit in decimals {
            let next = number
                .decimals
                .checked_mul(10)
                .and_then(|n| n.checked_add(u64::from(digit - b'0')));
            let Some(next) = next.filter(|next| i64::try_from(*next).is_ok()) else { break };
            number.decimals = next;
            number.divisor *= 10.0;
        }
        rest = next;
    }
    (count > 0 || has_decimals).then_some((number, rest))
}

fn scale(unit: &[u8]) -> Option<u64> {
    Some(match unit {
        b"ns" => 1,
        b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
        b"ms" => 1_000_000,
        b"s" => SECOND.0.unsigned_abs(),
        b"m" => MINUTE.unsigned_abs(),
        b"h" => HOUR.unsigned_abs(),
        _ => return None,
    })
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        if length == 0 {
            return formatter.write_str("0s");
        }
        let decimal = |unit: u64, name: &str| {
            let digits = unit.ilog10() as usize;
            let decimals = format!("{:0digits$}", length % unit);
            let decimals = if digits == 0 { "" } else { decimals.trim_end_matches('0') };
            let point = if decimals.is_empty() { "" } else { "." };
            format!("{sign}{}{point}{decimals}{name}", length / unit)
        };
        if length < SECOND.0.unsigned_abs() {
            let (unit, name) = match length {
                0..1_000 => (1, "ns"),
                1_000..1_000_000 => (1_000, "µs"),
                _ => (1_000_000, "ms"),
            };
            return formatter.write_str(&decimal(unit, name));
        }
        let seconds = length / SECOND.0.unsigned_abs();
        let rest = length % SECOND.0.unsigned_abs();
        let decimals = format!("{rest:09}");
        let decimals = decimals.trim_end_matches('0');
        let point = if decimals.is_empty() { "" } else { "." };
        formatter.write_str(sign)?;
        if seconds >= 3600 {
            write!(formatter, "{}h", seconds / 3600)?;
        }
        if seconds >= 60 {
            write!(formatter, "{}m", seconds / 60 % 60)?;
        }
        write!(formatter, "{}{point}{decimals}s", seconds % 60)
    }
}

/// A length of time as templates see it: what methods of times give.
#[derive(Debug)]
pub(super) struct DurationObject(pub(super) Duration);

impl Class for DurationObject {
    const TYPE: Type = Type::Named(&DURATION);
}

impl Object for DurationObject {
    fn type_of(&self) -> Type {
        Self::TYPE
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        let Duration(length) = self.0;
        let this = self.0;
        Some(match name {
            "Hours" => Closure::new(move || this.in_units(HOUR)),
            "Minutes" => Closure::new(move || this.in_units(MINUTE)),
            "Seconds" => Closure::new(move || this.in_units(SECOND.0)),
            "Milliseconds" => Closure::new(move || length / 1_000_000),
            "Microseconds" => Closure::new(move || length / 1_000),
            "Nanoseconds" => Closure::new(move || length),
            "String" => Closure::new(move || this.to_string()),
            "Abs" => Closure::new(move || Rc::new(Self(Duration(length.saturating_abs())))),
            "Round" => Closure::new(move |unit: Rc<Self>| Rc::new(Self(this.rounded(unit.0)))),
            "Truncate" => Closure::new(move |unit: Rc<Self>| {
                let unit = unit.0.0;
                Rc::new(Self(Duration(if unit <= 0 { length } else { length - length % unit })))
            }),
            _ => return None,
        })
    }

    fn display(&self) -> Option<Text> {
        Some(self.0.to_string().into())
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::from(self.0.0))
    }
}
