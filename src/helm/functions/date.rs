//! Functions on points in time.

mod calendar;
mod duration;
mod layout;
mod parse;
mod time;
mod zone;

use crate::helm::format::parse_int;
use crate::helm::functions::date::duration::{Duration, SECOND};
use crate::helm::functions::date::zone::Zone;
use crate::helm::functions::state::{local_zone, now as moment};
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::{Text, Value, Width};
use std::rc::Rc;

pub use crate::helm::functions::date::time::Time;

/// `now`.
pub(super) fn now(interpreter: &mut Interpreter) -> Rc<Time> {
    Rc::new(current(interpreter))
}

fn current(interpreter: &Interpreter) -> Time {
    let moment = moment(interpreter);
    let zone = Zone::local(local_zone(interpreter));
    Time::new(moment.seconds, moment.nanoseconds, zone).running(moment.running)
}

/// Returns the point in time that a value is, or the present where it is none.
fn given(interpreter: &Interpreter, value: &Value) -> Time {
    if let Some(time) = value.as_object::<Time>() {
        return (*time).clone();
    }
    match value {
        Value::Int(Width::Native | Width::Bits64 | Width::Bits32, seconds) => {
            Time::new(*seconds, 0, Zone::local(local_zone(interpreter)))
        }
        _ => current(interpreter),
    }
}

/// `date`: a point in time, written like the layout writes the beginning of 2006.
pub(super) fn date(interpreter: &mut Interpreter, layout: Text, value: Value) -> Text {
    date_in_zone(interpreter, layout, value, "Local".into())
}

/// `dateInZone`: see [`date`]; a zone that nobody knows is UTC.
pub(super) fn date_in_zone(
    interpreter: &mut Interpreter,
    layout: Text,
    value: Value,
    zone: Text,
) -> Text {
    let zone = Zone::load(&zone.to_str_lossy(), local_zone(interpreter)).unwrap_or(Zone::UTC);
    let time = given(interpreter, &value).within(zone);
    layout::written(&time, layout.as_bytes()).into()
}

const DAY: &str = "2006-01-02";

/// `htmlDate`: the day.
pub(super) fn html_date(interpreter: &mut Interpreter, value: Value) -> Text {
    date(interpreter, DAY.into(), value)
}

/// `htmlDateInZone`: the day in a zone.
pub(super) fn html_date_in_zone(interpreter: &mut Interpreter, value: Value, zone: Text) -> Text {
    date_in_zone(interpreter, DAY.into(), value, zone)
}

/// `dateModify`: later or earlier; the same if it is not said right by how much.
pub(super) fn date_modify(by: Text, time: Rc<Time>) -> Rc<Time> {
    Duration::parse(by.as_bytes()).map_or(time.clone(), |by| Rc::new(time.later(by)))
}

/// `mustDateModify`.
pub(super) fn must_date_modify(by: Text, time: Rc<Time>) -> Result<Rc<Time>, FunctionError> {
    Ok(Rc::new(time.later(Duration::parse(by.as_bytes())?)))
}

/// `ago`: how long ago, in whole seconds.
pub(super) fn ago(interpreter: &mut Interpreter, value: Value) -> String {
    let time = match value {
        Value::Int(Width::Bits32, _) => current(interpreter),
        value => given(interpreter, &value),
    };
    current(interpreter).since(&time).rounded(SECOND).to_string()
}

/// `duration`: so many seconds.
pub(super) fn duration(value: Value) -> String {
    let seconds = match value {
        Value::String(text) => match parse_int(text.as_str().unwrap_or_default(), 10) {
            Ok(seconds) => seconds,
            Err(crate::helm::format::NumberError::Range) if text.as_bytes().starts_with(b"-") => {
                i64::MIN
            }
            Err(crate::helm::format::NumberError::Range) => i64::MAX,
            Err(crate::helm::format::NumberError::Syntax) => 0,
        },
        Value::Int(Width::Bits64, seconds) => seconds,
        _ => 0,
    };
    Duration(seconds.wrapping_mul(SECOND.0)).to_string()
}

/// `durationRound`: in the largest unit of which there is more than one.
pub(super) fn duration_round(interpreter: &mut Interpreter, value: Value) -> String {
    let duration = match &value {
        Value::String(text) => Duration::parse(text.as_bytes()).unwrap_or_default(),
        Value::Int(Width::Bits64, nanoseconds) => Duration(*nanoseconds),
        value => match value.as_object::<Time>() {
            Some(time) => current(interpreter).since(&time),
            None => Duration::default(),
        },
    };
    duration.roughly()
}

/// `toDate`: the point in time that a text stands for; the beginning of the year 1 for none.
pub(super) fn to_date(interpreter: &mut Interpreter, layout: Text, text: Text) -> Rc<Time> {
    must_to_date(interpreter, layout, text).unwrap_or_else(|_| Rc::new(Time::zero()))
}

/// `mustToDate`.
pub(super) fn must_to_date(
    interpreter: &mut Interpreter,
    layout: Text,
    text: Text,
) -> Result<Rc<Time>, FunctionError> {
    let zone = Zone::local(local_zone(interpreter));
    let time = parse::parsed(layout.as_bytes(), text.as_bytes(), zone);
    Ok(Rc::new(time.map_err(FunctionError::new)?))
}

/// `unixEpoch`: the seconds since the beginning of 1970.
pub(super) fn unix_epoch(time: Rc<Time>) -> String {
    time.seconds().to_string()
}

/// Returns a number of seconds since the beginning of 1970 as a layout writes it, in UTC.
pub(super) fn utc(seconds: i64, layout: &str) -> Vec<u8> {
    layout::written(&Time::new(seconds, 0, Zone::UTC), layout.as_bytes())
}
