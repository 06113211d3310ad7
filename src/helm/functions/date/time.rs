//! Points in time, as templates see them.

use crate::helm::functions::date::calendar::{self, DAY, DAYS, MONTHS};
use crate::helm::functions::date::duration::{Duration, DurationObject};
use crate::helm::functions::date::layout;
use crate::helm::functions::date::zone::Zone;
use crate::helm::template::Closure;
use crate::helm::value::{Class, Kind, Named, Object, Text, Type, Value, Width};
use std::cmp::Ordering;
use std::rc::Rc;

/// A point in time at some place: Go's `time.Time`.
#[derive(Clone, Debug)]
pub struct Time {
    seconds: i64,
    nanoseconds: u32,
    zone: Zone,
    running: Option<i64>,
}

/// What calendars and clocks of the place show.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) day_of_year: i64,
    pub(super) day_of_week: i64,
    /// Since midnight.
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
    pub(super) zone: String,
    pub(super) offset: i64,
}

static TIME: Named = Named { name: "time.Time", kind: Kind::Struct };

impl Time {
    pub(super) fn new(seconds: i64, nanoseconds: u32, zone: Zone) -> Self {
        Self { seconds, nanoseconds, zone, running: None }
    }

    /// Returns a point in time: a day, the seconds and nanoseconds since midnight, and the offset of
    /// the zone or the name of one that is not told.
    pub(in crate::helm::functions) fn at(
        (year, month, day): (i64, i64, i64),
        (seconds, nanoseconds): (i64, u32),
        zone: Result<i64, &str>,
    ) -> Self {
        let shown = calendar::days(year, month, day) * DAY + seconds;
        let (zone, offset) = match zone {
            Ok(0) => (Zone::UTC, 0),
            Ok(offset) => (Zone::Fixed(String::new(), offset), offset),
            Err(name) => (Zone::Fixed(name.to_owned(), 0), 0),
        };
        Self::new(shown - offset, nanoseconds, zone)
    }

    /// Returns the beginning of the year 1.
    pub(super) fn zero() -> Self {
        Self::new(calendar::days(1, 1, 1) * DAY, 0, Zone::UTC)
    }

    pub(super) fn running(self, running: Option<i64>) -> Self {
        Self { running, ..self }
    }

    /// Returns the seconds since the beginning of 1970.
    pub(super) fn seconds(&self) -> i64 {
        self.seconds
    }

    /// Returns the same point in time at another place.
    pub(super) fn within(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// Returns what calendars and clocks show.
    pub(super) fn shown(&self) -> Shown {
        let (zone, offset) = self.zone.at(self.seconds);
        let local = self.seconds.saturating_add(offset);
        let days = local.div_euclid(DAY);
        let (year, month, day) = calendar::civil(days);
        Shown {
            year,
            month,
            day,
            day_of_year: days - calendar::days(year, 1, 1) + 1,
            day_of_week: (days + 4).rem_euclid(7),
            seconds: local.rem_euclid(DAY),
            nanoseconds: self.nanoseconds,
            zone,
            offset,
        }
    }

    /// Returns the point in time that is so much later.
    pub(super) fn later(&self, by: Duration) -> Self {
        let nanoseconds = i64::from(self.nanoseconds) + by.0 % 1_000_000_000;
        let seconds = self.seconds.wrapping_add(by.0 / 1_000_000_000);
        let carried = nanoseconds.div_euclid(1_000_000_000);
        let rest = nanoseconds.rem_euclid(1_000_000_000);
        Self {
            seconds: seconds.wrapping_add(carried),
            nanoseconds: u32::try_from(rest).unwrap_or(0),
            zone: self.zone.clone(),
            running: self.running.map(|running| running.wrapping_add(by.0)),
        }
    }

    /// Returns how much later this is than another one, as far as that can be told.
    pub(super) fn since(&self, other: &Self) -> Duration {
        let seconds = i128::from(self.seconds) - i128::from(other.seconds);
        let rest = i128::from(self.nanoseconds) - i128::from(other.nanoseconds);
        let length = seconds * 1_000_000_000 + rest;
        let bounded = length.clamp(i64::MIN.into(), i64::MAX.into());
        Duration(i64::try_from(bounded).unwrap_or(0))
    }

    fn order(&self, other: &Self) -> Ordering {
        (self.seconds, self.nanoseconds).cmp(&(other.seconds, other.nanoseconds))
    }

    fn moved(&self, years: isize, months: isize, days: isize) -> Self {
        let shown = self.shown();
        let moved = calendar::days(
            shown.year.saturating_add(years as i64),
            shown.month.saturating_add(months as i64),
            shown.day.saturating_add(days as i64),
        );
        let shown = moved.saturating_mul(DAY).saturating_add(shown.seconds);
        Self::new(self.zone.instant(shown), self.nanoseconds, self.zone.clone())
    }

    fn text(&self) -> String {
        let layout = b"2006-01-02 15:04:05.999999999 -0700 MST";
        let text = String::from_utf8_lossy(&layout::written(self, layout)).into_owned();
        if let Some(running) = self.running {
            let sign = if running < 0 { '-' } else { '+' };
            let running = running.unsigned_abs();
            let (seconds, rest) = (running / 1_000_000_000, running % 1_000_000_000);
            return format!("{text} m={sign}{seconds}.{rest:09}");
        }
        text
    }

    fn scaled(&self, units: i64) -> i64 {
        let rest = i64::from(self.nanoseconds) / (1_000_000_000 / units);
        self.seconds.wrapping_mul(units).wrapping_add(rest)
    }
}

impl Class for Time {
    const TYPE: Type = Type::Named(&TIME);
}

impl Object for Time {
    fn type_of(&self) -> Type {
        Self::TYPE
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        comparing(&self, name).or_else(|| moving(&self, name)).or_else(|| telling(self, name))
    }

    fn display(&self) -> Option<Text> {
        Some(self.text().into())
    }

    fn go_syntax(&self) -> Option<Text> {
        let shown = self.shown();
        let month = NamedNumber::Month(shown.month).display().unwrap_or_default();
        let (hour, minute, second) =
            (shown.seconds / 3600, shown.seconds / 60 % 60, shown.seconds % 60);
        let written = format!(
            "time.Date({}, time.{month}, {}, {hour}, {minute}, {second}, {}, {})",
            shown.year,
            shown.day,
            shown.nanoseconds,
            self.zone.go_syntax()
        );
        Some(written.into())
    }

    fn json(&self) -> Option<Value> {
        let layout = b"2006-01-02T15:04:05.999999999Z07:00";
        Some(Value::String(layout::written(self, layout).into()))
    }

    fn equals(&self, other: &dyn Object) -> bool {
        let any: &dyn std::any::Any = other;
        let same = |other: &Self| self.order(other).is_eq() && self.zone == other.zone;
        any.downcast_ref().is_some_and(same)
    }
}

fn comparing(time: &Rc<Time>, name: &str) -> Option<Closure> {
    let time = Rc::clone(time);
    Some(match name {
        "After" => Closure::new(move |other: Rc<Time>| time.order(&other).is_gt()),
        "Before" => Closure::new(move |other: Rc<Time>| time.order(&other).is_lt()),
        "Equal" => Closure::new(move |other: Rc<Time>| time.order(&other).is_eq()),
        "Compare" => Closure::new(move |other: Rc<Time>| time.order(&other) as isize),
        "Sub" => Closure::new(move |other: Rc<Time>| Rc::new(DurationObject(time.since(&other)))),
        "IsZero" => Closure::new(move || time.order(&Time::zero()).is_eq()),
        _ => return None,
    })
}

fn moving(time: &Rc<Time>, name: &str) -> Option<Closure> {
    let time = Rc::clone(time);
    Some(match name {
        "Add" => Closure::new(move |by: Rc<DurationObject>| Rc::new(time.later(by.0))),
        "AddDate" => Closure::new(move |years: isize, months: isize, days: isize| {
            Rc::new(time.moved(years, months, days))
        }),
        "UTC" => Closure::new(move || Rc::new((*time).clone().within(Zone::UTC))),
        "Local" => Closure::new(move |interpreter: &mut crate::helm::template::Interpreter| {
            let zone = Zone::local(crate::helm::functions::state::local_zone(interpreter));
            Rc::new((*time).clone().within(zone))
        }),
        _ => return None,
    })
}

fn telling(time: Rc<Time>, name: &str) -> Option<Closure> {
    let counted = Rc::clone(&time);
    let counted = match name {
        "Unix" => Closure::new(move || counted.seconds),
        "UnixMilli" => Closure::new(move || counted.scaled(1_000)),
        "UnixMicro" => Closure::new(move || counted.scaled(1_000_000)),
        "UnixNano" => Closure::new(move || counted.scaled(1_000_000_000)),
        "Nanosecond" => Closure::new(move || Value::int(counted.nanoseconds.into())),
        "String" => Closure::new(move || counted.text()),
        "Format" => Closure::new(move |layout: Text| {
            Text::from(layout::written(&counted, layout.as_bytes()))
        }),
        name => return shown(time, name),
    };
    Some(counted)
}

fn shown(time: Rc<Time>, name: &str) -> Option<Closure> {
    let shown = move || time.shown();
    Some(match name {
        "Year" => Closure::new(move || Value::int(shown().year)),
        "Month" => Closure::new(move || Value::object(NamedNumber::Month(shown().month))),
        "Weekday" => Closure::new(move || Value::object(NamedNumber::Weekday(shown().day_of_week))),
        "Day" => Closure::new(move || Value::int(shown().day)),
        "YearDay" => Closure::new(move || Value::int(shown().day_of_year)),
        "Hour" => Closure::new(move || Value::int(shown().seconds / 3600)),
        "Minute" => Closure::new(move || Value::int(shown().seconds / 60 % 60)),
        "Second" => Closure::new(move || Value::int(shown().seconds % 60)),
        _ => return None,
    })
}

/// A month or a day of the week.
#[derive(Clone, Copy, Debug)]
enum NamedNumber {
    Month(i64),
    Weekday(i64),
}

static MONTH: Named = Named { name: "time.Month", kind: Kind::Int(Width::Native) };
static WEEKDAY: Named = Named { name: "time.Weekday", kind: Kind::Int(Width::Native) };

impl Object for NamedNumber {
    fn type_of(&self) -> Type {
        Type::Named(match self {
            Self::Month(_) => &MONTH,
            Self::Weekday(_) => &WEEKDAY,
        })
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        (name == "String").then(|| Closure::new(move || self.display().unwrap_or_default()))
    }

    fn display(&self) -> Option<Text> {
        let (names, at): (&[&'static str], _) = match self {
            Self::Month(month) => (&MONTHS, month - 1),
            Self::Weekday(day) => (&DAYS, *day),
        };
        usize::try_from(at).ok().and_then(|at| names.get(at)).map(|name| Text::from(*name))
    }

    fn underlying(&self) -> Option<Value> {
        let (Self::Month(number) | Self::Weekday(number)) = self;
        Some(Value::int(*number))
    }
}
