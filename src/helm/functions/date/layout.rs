//! Layouts: times are written like the beginning of the year 2006 is written in them.

use crate::helm::functions::date::calendar::{DAYS, MONTHS};
use crate::helm::functions::date::time::{Shown, Time};

/// A part of a layout that stands for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    LongMonth,
    Month,
    NumberedMonth { padded: bool },
    LongWeekday,
    Weekday,
    Day { pad: Pad },
    DayOfYear { pad: Pad },
    Hour,
    Hour12 { padded: bool },
    Minute { padded: bool },
    Second { padded: bool },
    LongYear,
    Year,
    Noon { capital: bool },
    ZoneName,
    Offset(Offset),
    Fraction { digits: usize, trimmed: bool, sign: u8 },
}

/// What is before a number with fewer digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pad {
    Nothing,
    Blank,
    Zero,
}

/// How an offset to UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "layouts have all the combinations")]
pub(super) struct Offset {
    /// Whether UTC is `Z`.
    pub(super) zulu: bool,
    pub(super) colons: bool,
    pub(super) minutes: bool,
    pub(super) seconds: bool,
}

const OFFSETS: [(&[u8], [bool; 3]); 5] = [
    (b"070000", [false, true, true]),
    (b"07:00:00", [true, true, true]),
    (b"0700", [false, true, false]),
    (b"07:00", [true, true, false]),
    (b"07", [false, false, false]),
];

/// Returns what is before the first part, the part, and what is after it.
pub(super) fn next(layout: &[u8]) -> (&[u8], Option<Part>, &[u8]) {
    for at in 0..layout.len() {
        let (before, rest) = layout.split_at(at);
        if rest.starts_with(b"_2006") {
            let (before, after) = layout.split_at(at + 1);
            return (before, Some(Part::LongYear), after.get(4..).unwrap_or_default());
        }
        if let Some((part, length)) = part(rest) {
            return (before, Some(part), rest.get(length..).unwrap_or_default());
        }
    }
    (layout, None, b"")
}

fn part(text: &[u8]) -> Option<(Part, usize)> {
    let small_follows = || text.get(3).is_some_and(u8::is_ascii_lowercase);
    Some(match text {
        [b'J', b'a', b'n', ..] if text.starts_with(b"January") => (Part::LongMonth, 7),
        [b'J', b'a', b'n', ..] if !small_follows() => (Part::Month, 3),
        [b'M', b'o', b'n', ..] if text.starts_with(b"Monday") => (Part::LongWeekday, 6),
        [b'M', b'o', b'n', ..] if !small_follows() => (Part::Weekday, 3),
        [b'M', b'S', b'T', ..] => (Part::ZoneName, 3),
        [b'0', b'0', b'2', ..] => (Part::DayOfYear { pad: Pad::Zero }, 3),
        [b'0', digit @ b'1'..=b'6', ..] => (padded(*digit), 2),
        [b'1', b'5', ..] => (Part::Hour, 2),
        [b'1', ..] => (Part::NumberedMonth { padded: false }, 1),
        [b'2', b'0', b'0', b'6', ..] => (Part::LongYear, 4),
        [b'2', ..] => (Part::Day { pad: Pad::Nothing }, 1),
        [b'_', b'2', ..] => (Part::Day { pad: Pad::Blank }, 2),
        [b'_', b'_', b'2', ..] => (Part::DayOfYear { pad: Pad::Blank }, 3),
        [b'3', ..] => (Part::Hour12 { padded: false }, 1),
        [b'4', ..] => (Part::Minute { padded: false }, 1),
        [b'5', ..] => (Part::Second { padded: false }, 1),
        [b'P', b'M', ..] => (Part::Noon { capital: true }, 2),
        [b'p', b'm', ..] => (Part::Noon { capital: false }, 2),
        [sign @ (b'-' | b'Z'), rest @ ..] => {
            let (written, form) = OFFSETS.iter().find(|(written, _)| rest.starts_with(written))?;
            let [colons, minutes, seconds] = *form;
            let offset = Offset { zulu: *sign == b'Z', colons, minutes, seconds };
            (Part::Offset(offset), 1 + written.len())
        }
        [sign @ (b'.' | b','), digit @ (b'0' | b'9'), ..] => {
            let digits = text.iter().skip(1).take_while(|byte| *byte == digit).count();
            if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            (Part::Fraction { digits, trimmed: *digit == b'9', sign: *sign }, 1 + digits)
        }
        _ => return None,
    })
}

fn padded(digit: u8) -> Part {
    match digit {
        b'1' => Part::NumberedMonth { padded: true },
        b'2' => Part::Day { pad: Pad::Zero },
        b'3' => Part::Hour12 { padded: true },
        b'4' => Part::Minute { padded: true },
        b'5' => Part::Second { padded: true },
        _ => Part::Year,
    }
}

/// Returns a time as a layout writes it.
pub(super) fn written(time: &Time, layout: &[u8]) -> Vec<u8> {
    let shown = time.shown();
    let mut output = Vec::with_capacity(layout.len() + 10);
    let mut rest = layout;
    while !rest.is_empty() {
        let (before, part, after) = next(rest);
        output.extend_from_slice(before);
        if let Some(part) = part {
            output.extend_from_slice(&write(&shown, part));
        }
        rest = after;
    }
    output
}

fn write(shown: &Shown, part: Part) -> Vec<u8> {
    let name = |names: &[&'static str], at: i64| {
        usize::try_from(at)
            .ok()
            .and_then(|at| names.get(at))
            .copied()
            .unwrap_or_default()
            .to_owned()
    };
    let short = |name: String| name.chars().take(3).collect();
    let number = |number: i64, padded: bool| {
        if padded { format!("{number:02}") } else { number.to_string() }
    };
    let hour = shown.seconds / 3600;
    let text = match part {
        Part::LongMonth => name(&MONTHS, shown.month - 1),
        Part::Month => short(name(&MONTHS, shown.month - 1)),
        Part::NumberedMonth { padded } => number(shown.month, padded),
        Part::LongWeekday => name(&DAYS, shown.day_of_week),
        Part::Weekday => short(name(&DAYS, shown.day_of_week)),
        Part::Day { pad: Pad::Blank } => format!("{:2}", shown.day),
        Part::Day { pad } => number(shown.day, pad == Pad::Zero),
        Part::DayOfYear { pad: Pad::Blank } => format!("{:3}", shown.day_of_year),
        Part::DayOfYear { .. } => format!("{:03}", shown.day_of_year),
        Part::Hour => number(hour, true),
        Part::Hour12 { padded } => number((hour + 11) % 12 + 1, padded),
        Part::Minute { padded } => number(shown.seconds / 60 % 60, padded),
        Part::Second { padded } => number(shown.seconds % 60, padded),
        Part::LongYear if shown.year < 0 => format!("-{:04}", -shown.year),
        Part::LongYear => format!("{:04}", shown.year),
        Part::Year => number(shown.year.rem_euclid(100), true),
        Part::Noon { capital } => {
            let text = if hour >= 12 { "PM" } else { "AM" };
            if capital { text.to_owned() } else { text.to_lowercase() }
        }
        Part::ZoneName if shown.zone.is_empty() => {
            let form = Offset { zulu: false, colons: false, minutes: true, seconds: false };
            offset(shown.offset, form)
        }
        Part::ZoneName => shown.zone.clone(),
        Part::Offset(form) => offset(shown.offset, form),
        Part::Fraction { digits, trimmed, sign } => {
            return fraction(shown.nanoseconds, digits, trimmed, sign);
        }
    };
    text.into_bytes()
}

fn offset(seconds: i64, form: Offset) -> String {
    if form.zulu && seconds == 0 {
        return "Z".to_owned();
    }
    let sign = if seconds / 60 < 0 { '-' } else { '+' };
    let colon = if form.colons { ":" } else { "" };
    let rest = seconds.abs();
    let mut parts = vec![format!("{sign}{:02}", rest / 3600)];
    if form.minutes {
        parts.push(format!("{:02}", rest / 60 % 60));
    }
    if form.seconds {
        parts.push(format!("{:02}", rest % 60));
    }
    parts.join(colon)
}

fn fraction(nanoseconds: u32, digits: usize, trimmed: bool, sign: u8) -> Vec<u8> {
    let all = format!("{nanoseconds:09}");
    let mut shown = all.get(..digits.min(9)).unwrap_or(&all);
    if trimmed {
        shown = shown.trim_end_matches('0');
        if shown.is_empty() {
            return Vec::new();
        }
    }
    let mut output = vec![sign];
    output.extend_from_slice(shown.as_bytes());
    output
}
