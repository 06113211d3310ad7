//! What functions need to know of the world: the time, and chance. Whoever runs templates hands
//! both to the interpreter with `with_state`.

use crate::helm::template::{FunctionError, Interpreter};
use std::cell::RefCell;
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

/// Makes random bytes. Without one of them, functions that need some fail.
pub struct Randomness(RefCell<Box<Fill>>);

type Fill = dyn FnMut(&mut [u8]);

impl Randomness {
    /// Returns a source of bytes that are made elsewhere.
    pub fn new(fill: impl FnMut(&mut [u8]) + 'static) -> Self {
        Self(RefCell::new(Box::new(fill)))
    }

    /// Returns a source whose bytes nobody can foretell.
    pub fn fresh() -> Result<Self, getrandom::Error> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        Ok(Self::seeded(seed))
    }

    /// Returns a source that always makes the same bytes of the same seed. They are as good as the
    /// seed is secret.
    pub fn seeded(seed: [u8; 32]) -> Self {
        use rand_core::{Rng, SeedableRng};
        let mut generator = rand_chacha::ChaCha20Rng::from_seed(seed);
        Self::new(move |bytes| generator.fill_bytes(bytes))
    }

    /// Fills a buffer.
    pub fn fill(&self, bytes: &mut [u8]) {
        // A source that asks itself for bytes gets none.
        if let Ok(mut fill) = self.0.try_borrow_mut() {
            fill(bytes);
        }
    }

    /// Returns so many bytes.
    pub(super) fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// Returns a number below another one, each with the same chance.
    pub(super) fn below(&self, end: u64) -> u64 {
        let end = end.max(1);
        let largest = u64::MAX - u64::MAX % end;
        loop {
            let number = u64::from_le_bytes(self.bytes());
            if number < largest {
                return number % end;
            }
        }
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Randomness")
    }
}

/// Returns the source of random bytes of an interpreter.
pub(super) fn randomness(interpreter: &Interpreter) -> Result<&Randomness, FunctionError> {
    interpreter.state().ok_or_else(|| "no source of randomness was given".into())
}
