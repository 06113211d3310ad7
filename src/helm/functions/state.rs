//! What functions need to know of the world: the time, and chance. Whoever runs templates hands
//! both to the interpreter with `with_state`.

use crate::helm::functions::chance::Randomness;
use crate::helm::template::{FunctionError, Interpreter};
use std::fmt;

/// Tells the time. Without one of them it is the beginning of 1970, in UTC.
pub struct Clock {
    now: Box<dyn Fn() -> Moment>,
    zone: String,
}

/// A point in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since the beginning of 1970, in UTC.
    pub seconds: i64,
    /// What of the next second has passed.
    pub nanoseconds: u32,
    /// How long the program has been running, in nanoseconds, where that is known; Go prints it.
    pub running: Option<i64>,
}

impl Clock {
    /// Returns a clock of a place, by the name of its zone in the IANA's list (`Europe/Berlin`).
    pub fn new(now: impl Fn() -> Moment + 'static, zone: impl Into<String>) -> Self {
        Self { now: Box::new(now), zone: zone.into() }
    }

    /// Returns the time.
    pub fn now(&self) -> Moment {
        (self.now)()
    }

    /// Returns the name of the zone of the place.
    pub fn zone(&self) -> &str {
        &self.zone
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Clock({})", self.zone)
    }
}

/// Returns the time, as the clock of an interpreter tells it.
pub(super) fn now(interpreter: &Interpreter) -> Moment {
    interpreter.state::<Clock>().map(Clock::now).unwrap_or_default()
}

/// Returns the name of the zone of an interpreter.
pub(super) fn local_zone(interpreter: &Interpreter) -> &str {
    interpreter.state::<Clock>().map_or("UTC", Clock::zone)
}

/// Returns the source of random bytes of an interpreter.
pub(super) fn randomness(interpreter: &Interpreter) -> Result<&Randomness, FunctionError> {
    interpreter.state().ok_or_else(|| "no source of randomness was given".into())
}
