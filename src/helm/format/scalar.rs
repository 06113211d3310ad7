//! Truth values, numbers and characters.

use crate::helm::format::float::{FloatStyle, float};
use crate::helm::format::printer::Printer;
use crate::helm::format::quote::{Escape, quoted_character};
use crate::helm::format::{flags::Flags, is_printed};
use crate::helm::template::Limit;
use crate::helm::value::{Complex, Value};

/// A whole number, with or without a sign.
#[derive(Clone, Copy)]
pub(crate) struct Integer {
    pub(crate) magnitude: u64,
    pub(crate) negative: bool,
    pub(crate) signed: bool,
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self { magnitude: number.unsigned_abs(), negative: number < 0, signed: true }
    }
}

impl From<u64> for Integer {
    fn from(number: u64) -> Self {
        Self { magnitude: number, negative: false, signed: false }
    }
}

impl Integer {
    /// Returns the bits as an unsigned number.
    fn bits(self) -> u64 {
        if self.negative { self.magnitude.wrapping_neg() } else { self.magnitude }
    }

    /// Returns the character of that number, or the one that stands for none.
    fn character(self) -> char {
        let point = u32::try_from(self.bits()).ok().and_then(char::from_u32);
        point.unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}

impl Printer<'_> {
    pub(crate) fn truth(&mut self, truth: bool, verb: char) -> Result<(), Limit> {
        match verb {
            't' | 'v' => self.write(if truth { b"true" } else { b"false" }),
            _ => self.bad_verb(verb, &Value::Bool(truth)),
        }
    }

    /// Writes a whole number; `value` is the same number, for messages.
    pub(crate) fn integer(
        &mut self,
        number: Integer,
        verb: char,
        value: &Value,
    ) -> Result<(), Limit> {
        match verb {
            'v' if self.flags.sharp_v && !number.signed => self.address(number.magnitude, true),
            'v' | 'd' => self.digits(number, 10, verb),
            'b' => self.digits(number, 2, verb),
            'o' | 'O' => self.digits(number, 8, verb),
            'x' | 'X' => self.digits(number, 16, verb),
            'c' => self.write(number.character().to_string().as_bytes()),
            'q' => {
                let escape = if self.flags.plus { Escape::NotAscii } else { Escape::Needed };
                self.write(quoted_character(number.character(), escape).as_bytes())
            }
            'U' => self.code_point(number),
            _ => self.bad_verb(verb, value),
        }
    }

    /// Writes a number in hexadecimal digits.
    pub(crate) fn address(&mut self, number: u64, marked: bool) -> Result<(), Limit> {
        let flags = self.flags;
        self.flags.sharp = marked;
        let written = self.digits(number.into(), 16, 'v');
        self.flags = flags;
        written
    }

    pub(crate) fn digits(&mut self, number: Integer, base: u32, verb: char) -> Result<(), Limit> {
        let flags = self.flags;
        let signed = number.negative || flags.plus || flags.space;
        let least = match (flags.precision, flags.width) {
            (Some(0), _) if number.magnitude == 0 => {
                return self.output.fill(b' ', flags.width.unwrap_or(0));
            }
            (Some(precision), _) => precision,
            // Zeros count as digits, and leave room for the sign.
            (None, Some(width)) if flags.zero && !flags.minus => {
                width.saturating_sub(usize::from(signed))
            }
            (None, _) => 0,
        };
        let digits = match base {
            2 => format!("{:b}", number.magnitude),
            8 => format!("{:o}", number.magnitude),
            16 if verb == 'X' => format!("{:X}", number.magnitude),
            16 => format!("{:x}", number.magnitude),
            _ => number.magnitude.to_string(),
        };
        let zeros = least.saturating_sub(digits.len());
        let prefix = match base {
            2 if flags.sharp => "0b",
            8 if verb == 'O' => "0o",
            8 if flags.sharp && zeros == 0 && !digits.starts_with('0') => "0",
            16 if flags.sharp && verb == 'X' => "0X",
            16 if flags.sharp => "0x",
            _ => "",
        };
        let sign = sign(flags, number.negative);
        self.output.check(zeros)?;
        let zeros = "0".repeat(zeros);
        let text = format!("{sign}{prefix}{zeros}{digits}");
        Flags { zero: false, ..flags }.write(self.output, text.as_bytes())
    }

    fn code_point(&mut self, number: Integer) -> Result<(), Limit> {
        let least = self.flags.precision.unwrap_or(4).max(4);
        let digits = format!("{:X}", number.bits());
        let zeros = least.saturating_sub(digits.len());
        self.output.check(zeros)?;
        let mut text = format!("U+{}{digits}", "0".repeat(zeros));
        let point = u32::try_from(number.bits()).ok().and_then(char::from_u32);
        if let Some(character) = point.filter(|c| self.flags.sharp && is_printed(*c)) {
            text.extend([' ', '\'', character, '\'']);
        }
        Flags { zero: false, ..self.flags }.write(self.output, text.as_bytes())
    }

    pub(crate) fn float(&mut self, number: f64, verb: char) -> Result<(), Limit> {
        match verb {
            'v' => self.float_as(number, 'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.float_as(number, verb, None),
            'e' | 'E' | 'f' | 'F' => self.float_as(number, verb, Some(6)),
            _ => self.bad_verb(verb, &Value::Float(number)),
        }
    }

    fn float_as(&mut self, number: f64, verb: char, default: Option<usize>) -> Result<(), Limit> {
        let flags = self.flags;
        let precision = flags.precision.or(default);
        let style = match verb {
            'e' | 'E' => FloatStyle::Exponent,
            'f' | 'F' => FloatStyle::Fixed,
            'b' => FloatStyle::Binary,
            'x' | 'X' => FloatStyle::Hexadecimal,
            _ => FloatStyle::General,
        };
        self.output.check(precision.unwrap_or(0))?;
        let text = float(number, style, precision);
        if !number.is_finite() {
            return self.special(&text);
        }
        let sign = sign(flags, text.starts_with('-'));
        let mut magnitude = text.trim_start_matches('-').to_owned();
        if flags.sharp && verb != 'b' {
            magnitude = with_point(&magnitude, verb, precision);
        }
        if matches!(verb, 'E' | 'G' | 'X') {
            magnitude.make_ascii_uppercase();
        }
        let wide = flags.width.filter(|width| *width > sign.len() + magnitude.len());
        if let Some(width) = wide.filter(|_| flags.zero && !flags.minus && !sign.is_empty()) {
            // The sign comes before the zeros.
            self.output.push(sign.as_bytes())?;
            self.output.fill(b'0', width - sign.len() - magnitude.len())?;
            return self.output.push(magnitude.as_bytes());
        }
        self.write(format!("{sign}{magnitude}").as_bytes())
    }

    /// Writes infinity, which always has a sign, or what is no number, which has one if asked.
    fn special(&mut self, text: &str) -> Result<(), Limit> {
        let flags = self.flags;
        let sign = match (text, flags.plus, flags.space) {
            ("-Inf", _, _) => "-",
            (_, false, true) => " ",
            ("NaN", false, false) => "",
            _ => "+",
        };
        let text = format!("{sign}{}", text.trim_start_matches(['-', '+']));
        Flags { zero: false, ..flags }.write(self.output, text.as_bytes())
    }

    pub(crate) fn complex(&mut self, number: Complex, verb: char) -> Result<(), Limit> {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(verb, &Value::Complex(number));
        }
        let plus = self.flags.plus;
        self.output.push(b"(")?;
        self.float(number.re, verb)?;
        self.flags.plus = true;
        let written = self.float(number.im, verb);
        self.flags.plus = plus;
        written?;
        self.output.push(b"i)")
    }
}

fn sign(flags: Flags, negative: bool) -> &'static str {
    match (negative, flags.plus, flags.space) {
        (true, _, _) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        (false, false, false) => "",
    }
}

/// Returns the number with a point, and for `%g` with the zeros at its end.
fn with_point(magnitude: &str, verb: char, precision: Option<usize>) -> String {
    let hexadecimal = matches!(verb, 'x' | 'X');
    let letter = if hexadecimal { 'p' } else { 'e' };
    let end = magnitude.find(letter).unwrap_or(magnitude.len());
    let (digits, tail) = magnitude.split_at(end);
    let asked = match verb {
        'g' | 'G' | 'x' | 'X' => precision.unwrap_or(6),
        _ => 0,
    };
    let plain: String = digits.chars().filter(|character| *character != '.').collect();
    // To Go the `x` of `0x` is the first digit that counts; the only digit of a zero counts too.
    let counted = match plain.trim_start_matches('0') {
        "" if !digits.contains('.') => 1,
        counted => counted.len(),
    };
    let point = if digits.contains('.') { "" } else { "." };
    let zeros = "0".repeat(asked.saturating_sub(counted));
    format!("{digits}{point}{zeros}{tail}")
}
