//! Reading times by a layout.

use crate::helm::functions::date::calendar::{self, DAY, DAYS, MONTHS};
use crate::helm::functions::date::layout::{Offset, Pad, Part, next};
use crate::helm::functions::date::time::Time;
use crate::helm::functions::date::zone::Zone;

/// Returns a text in quotes, as Go's package time shows one: only ASCII stays what it is.
pub(super) fn shown(text: &[u8]) -> String {
    let mut output = String::from("\"");
    for byte in text {
        match byte {
            b'"' | b'\\' => output.extend(['\\', char::from(*byte)]),
            b' '..=0x7f => output.push(char::from(*byte)),
            byte => output.extend(format!("\\x{byte:02x}").chars()),
        }
    }
    output.push('"');
    output
}

/// What is known of a time.
#[derive(Debug, Default)]
struct Known<'a> {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    seconds: [i64; 3],
    nanoseconds: u32,
    after_noon: Option<bool>,
    is_utc: bool,
    offset: Option<i64>,
    zone: &'a [u8],
}

/// What is wrong with a part of a text.
enum Fault {
    /// It is not what the layout says.
    Bad,
    /// It is a number that is too large or too small.
    Range(&'static str),
}

/// Returns the time that a text stands for, or what Go says of it.
pub(super) fn parsed(layout: &[u8], text: &[u8], local: Zone) -> Result<Time, String> {
    let whole = format!("parsing time {}", shown(text));
    let unlike = |value: &[u8], part: &[u8]| {
        format!("{whole} as {}: cannot parse {} as {}", shown(layout), shown(value), shown(part))
    };
    let mut known = Known::default();
    let (mut value, mut rest) = (text, layout);
    loop {
        let (before, part, after) = next(rest);
        value = skipped(value, before).map_err(|value| unlike(value, before))?;
        let Some(part) = part else {
            if value.is_empty() {
                break;
            }
            return Err(format!("{whole}: extra text: {}", shown(value)));
        };
        let written = rest.get(before.len()..rest.len() - after.len()).unwrap_or_default();
        rest = after;
        match known.read(part, value, rest) {
            Ok(next) => value = next,
            Err(Fault::Bad) => return Err(unlike(value, written)),
            Err(Fault::Range(what)) => return Err(format!("{whole}: {what} out of range")),
        }
    }
    known.time(local).map_err(|fault| format!("{whole}: {fault}"))
}

/// Takes the text of a layout from the beginning of a value. Blanks match any number of them.
fn skipped<'a>(mut value: &'a [u8], mut prefix: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    while let Some((first, rest)) = prefix.split_first() {
        if *first == b' ' {
            if value.first().is_some_and(|byte| *byte != b' ') {
                return Err(value);
            }
            prefix = prefix.trim_ascii_start_blanks();
            value = value.trim_ascii_start_blanks();
            continue;
        }
        match value.split_first() {
            Some((found, after)) if found == first => value = after,
            _ => return Err(value),
        }
        prefix = rest;
    }
    Ok(value)
}

trait Blanks {
    fn trim_ascii_start_blanks(&self) -> &Self;
}

impl Blanks for [u8] {
    fn trim_ascii_start_blanks(&self) -> &Self {
        let count = self.iter().take_while(|byte| **byte == b' ').count();
        self.get(count..).unwrap_or_default()
    }
}

type Read<'a> = Result<(i64, &'a [u8]), Fault>;

/// Reads a number of one or two digits, or of exactly two.
fn number(value: &[u8], padded: bool) -> Read<'_> {
    match value {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', rest @ ..] => {
            Ok((i64::from(a - b'0') * 10 + i64::from(b - b'0'), rest))
        }
        [a @ b'0'..=b'9', rest @ ..] if !padded => Ok((i64::from(a - b'0'), rest)),
        _ => Err(Fault::Bad),
    }
}

fn bounded<'a>(read: Read<'a>, end: i64, what: &'static str) -> Read<'a> {
    let (number, rest) = read?;
    if number < end { Ok((number, rest)) } else { Err(Fault::Range(what)) }
}

fn name<'a>(value: &'a [u8], names: &[&str], length: usize) -> Read<'a> {
    for (at, name) in (0..).zip(names) {
        let name = name.as_bytes();
        let name = name.get(..length).unwrap_or(name);
        if let Some((found, rest)) = value.split_at_checked(name.len())
            && found.eq_ignore_ascii_case(name)
        {
            return Ok((at, rest));
        }
    }
    Err(Fault::Bad)
}

impl<'a> Known<'a> {
    /// Reads a part from the beginning of a value; returns the rest. `after` is the rest of the
    /// layout.
    fn read(&mut self, part: Part, value: &'a [u8], after: &[u8]) -> Result<&'a [u8], Fault> {
        let rest;
        match part {
            Part::Year => {
                let (year, after) = number(value, true)?;
                (self.year, rest) = (if year >= 69 { year + 1900 } else { year + 2000 }, after);
            }
            Part::LongYear => {
                let (digits, after) = value.split_at_checked(4).ok_or(Fault::Bad)?;
                let is_number = digits.iter().all(u8::is_ascii_digit);
                let year = str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
                (self.year, rest) = (year.filter(|_| is_number).ok_or(Fault::Bad)?, after);
            }
            Part::Month | Part::LongMonth => {
                let length = if part == Part::Month { 3 } else { 9 };
                let (month, after) = name(value, &MONTHS, length)?;
                (self.month, rest) = (Some(month + 1), after);
            }
            Part::NumberedMonth { padded } => {
                let (month, after) = number(value, padded)?;
                if !(1..=12).contains(&month) {
                    return Err(Fault::Range("month"));
                }
                (self.month, rest) = (Some(month), after);
            }
            Part::Weekday => (_, rest) = name(value, &DAYS, 3)?,
            Part::LongWeekday => (_, rest) = name(value, &DAYS, 9)?,
            Part::Day { pad } => {
                let value = without_blanks(value, usize::from(pad == Pad::Blank));
                let (day, after) = number(value, pad == Pad::Zero)?;
                (self.day, rest) = (Some(day), after);
            }
            Part::DayOfYear { pad } => {
                let value = without_blanks(value, if pad == Pad::Blank { 2 } else { 0 });
                let count = value.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
                let (digits, after) = value.split_at(count);
                if count == 0 || (pad == Pad::Zero && count != 3) {
                    return Err(Fault::Bad);
                }
                let day = digits.iter().fold(0, |day, digit| day * 10 + i64::from(digit - b'0'));
                (self.day_of_year, rest) = (Some(day), after);
            }
            other => return self.read_clock(other, value, after),
        }
        Ok(rest)
    }

    fn read_clock(&mut self, part: Part, value: &'a [u8], after: &[u8]) -> Result<&'a [u8], Fault> {
        let [hour, minute, second] = &mut self.seconds;
        let rest;
        match part {
            Part::Hour => (*hour, rest) = bounded(number(value, false), 24, "hour")?,
            Part::Hour12 { padded } => (*hour, rest) = bounded(number(value, padded), 13, "hour")?,
            Part::Minute { padded } => {
                (*minute, rest) = bounded(number(value, padded), 60, "minute")?;
            }
            Part::Second { padded } => {
                (*second, rest) = bounded(number(value, padded), 60, "second")?;
                return Ok(self.unexpected_fraction(rest, after));
            }
            Part::Noon { capital } => {
                let (found, after) = value.split_at_checked(2).ok_or(Fault::Bad)?;
                let words = if capital { [b"AM", b"PM"] } else { [b"am", b"pm"] };
                let at = words.iter().position(|word| word.as_slice() == found);
                (self.after_noon, rest) = (Some(at.ok_or(Fault::Bad)? == 1), after);
            }
            Part::Fraction { digits, trimmed: false, .. } => {
                let (fraction, after) = value.split_at_checked(1 + digits).ok_or(Fault::Bad)?;
                (self.nanoseconds, rest) = (nanoseconds(fraction)?, after);
            }
            Part::Fraction { .. } => {
                let (fraction, after) = value.split_at(fraction_length(value));
                if !fraction.is_empty() {
                    self.nanoseconds = nanoseconds(fraction)?;
                }
                rest = after;
            }
            Part::ZoneName => return self.read_zone(value),
            Part::Offset(form) => return self.read_offset(form, value),
            _ => return Err(Fault::Bad),
        }
        Ok(rest)
    }

    /// Takes a fraction of a second that the layout does not ask for.
    fn unexpected_fraction(&mut self, value: &'a [u8], after: &[u8]) -> &'a [u8] {
        let is_asked_for = matches!(next(after).1, Some(Part::Fraction { .. }));
        let length = fraction_length(value);
        if is_asked_for || length == 0 {
            return value;
        }
        let (fraction, rest) = value.split_at(length);
        self.nanoseconds = nanoseconds(fraction).unwrap_or(0);
        rest
    }

    fn read_offset(&mut self, form: Offset, value: &'a [u8]) -> Result<&'a [u8], Fault> {
        if form.zulu
            && let Some(rest) = value.strip_prefix(b"Z")
        {
            self.is_utc = true;
            return Ok(rest);
        }
        let (sign, mut rest) = value.split_first().ok_or(Fault::Bad)?;
        let mut numbers = [Ok(0), Ok(0), Ok(0)];
        let count = 1 + usize::from(form.minutes) + usize::from(form.seconds);
        for (at, slot) in numbers.iter_mut().take(count).enumerate() {
            if at > 0 && form.colons {
                rest = rest.strip_prefix(b":").ok_or(Fault::Bad)?;
            }
            let (digits, after) = rest.split_at_checked(2).ok_or(Fault::Bad)?;
            (*slot, rest) = (number(digits, true).map(|(number, _)| number), after);
        }
        // That a number is too large is told before that something is none.
        let names = ["time zone offset hour", "time zone offset minute", "time zone offset second"];
        for ((number, most), name) in numbers.iter().zip([24, 60, 60]).zip(names) {
            if number.as_ref().is_ok_and(|number| *number > most) {
                return Err(Fault::Range(name));
            }
        }
        let [hours, minutes, seconds] = numbers;
        let (hours, minutes, seconds) = (hours?, minutes?, seconds?);
        let offset = (hours * 60 + minutes) * 60 + seconds;
        self.offset = Some(match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(Fault::Bad),
        });
        Ok(rest)
    }

    fn read_zone(&mut self, value: &'a [u8]) -> Result<&'a [u8], Fault> {
        if let Some(rest) = value.strip_prefix(b"UTC") {
            self.is_utc = true;
            return Ok(rest);
        }
        let (zone, rest) = value.split_at(zone_length(value).ok_or(Fault::Bad)?);
        self.zone = zone;
        Ok(rest)
    }

    fn time(self, local: Zone) -> Result<Time, &'static str> {
        let [mut hour, minute, second] = self.seconds;
        match self.after_noon {
            Some(true) if hour < 12 => hour += 12,
            Some(false) if hour == 12 => hour = 0,
            _ => {}
        }
        let days = self.days()?;
        let seconds = days * DAY + (hour * 60 + minute) * 60 + second;
        let time = |seconds, zone| Ok(Time::new(seconds, self.nanoseconds, zone));
        if self.is_utc {
            return time(seconds, Zone::UTC);
        }
        let name = String::from_utf8_lossy(self.zone).into_owned();
        if let Some(offset) = self.offset {
            let instant = seconds - offset;
            let (local_name, local_offset) = local.at(instant);
            if local_offset == offset && (name.is_empty() || name == local_name) {
                return time(instant, local);
            }
            return time(instant, Zone::Fixed(name, offset));
        }
        if name.is_empty() {
            return time(local.instant(seconds), local);
        }
        if let Some(offset) = local.offset_of(&name, seconds) {
            return time(seconds - offset, local);
        }
        // A name that nobody knows is taken for UTC, except that `GMT+3` tells what it means.
        let hours = name.strip_prefix("GMT").and_then(|hours| hours.parse::<i64>().ok());
        let offset = hours.unwrap_or(0) * 3600;
        time(seconds, Zone::Fixed(name, offset))
    }

    fn days(&self) -> Result<i64, &'static str> {
        if let Some(day_of_year) = self.day_of_year {
            let length = 365 + i64::from(calendar::is_leap(self.year));
            if !(1..=length).contains(&day_of_year) {
                return Err("day-of-year out of range");
            }
            let days = calendar::days(self.year, 1, 1) + day_of_year - 1;
            let (_, month, day) = calendar::civil(days);
            if self.month.is_some_and(|known| known != month) {
                return Err("day-of-year does not match month");
            }
            if self.day.is_some_and(|known| known != day) {
                return Err("day-of-year does not match day");
            }
            return Ok(days);
        }
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if !(1..=calendar::days_in(self.year, month)).contains(&day) {
            return Err("day out of range");
        }
        Ok(calendar::days(self.year, month, day))
    }
}

fn without_blanks(mut value: &[u8], most: usize) -> &[u8] {
    for _ in 0..most {
        value = value.strip_prefix(b" ").unwrap_or(value);
    }
    value
}

/// Returns how long a fraction at the beginning of a value is, with its point.
fn fraction_length(value: &[u8]) -> usize {
    match value {
        [b'.' | b',', b'0'..=b'9', ..] => {
            1 + value.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count()
        }
        _ => 0,
    }
}

fn nanoseconds(fraction: &[u8]) -> Result<u32, Fault> {
    let Some((b'.' | b',', digits)) = fraction.split_first() else { return Err(Fault::Bad) };
    let digits = digits.get(..9).unwrap_or(digits);
    let mut number = 0;
    for place in 0..9 {
        let digit = digits.get(place).copied().unwrap_or(b'0');
        if !digit.is_ascii_digit() {
            return Err(Fault::Bad);
        }
        number = number * 10 + u32::from(digit - b'0');
    }
    Ok(number)
}

/// Returns how long the short name of a zone at the beginning of a value is.
fn zone_length(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_length(rest));
    }
    if let Some(b'+' | b'-') = value.first() {
        return Some(signed_length(value)).filter(|length| *length > 0);
    }
    let capitals = value.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match capitals {
        3 => Some(3),
        4 if value.get(3) == Some(&b'T') || value.starts_with(b"WITA") => Some(4),
        5 if value.get(4) == Some(&b'T') => Some(5),
        _ => None,
    }
}

fn signed_length(value: &[u8]) -> usize {
    let Some((b'+' | b'-', rest)) = value.split_first() else { return 0 };
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = rest.iter().take(count).fold(0_u64, |number, digit| {
        number.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    if count == 0 || number > 23 { 0 } else { 1 + count }
}
