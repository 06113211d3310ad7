//! How chance falls when a chart is rendered.

use crate::helm::functions::{Clock, Moment, Randomness, Record, Seed, Site};
use crate::helm::template::{Interpreter, Limits};
use crate::host::clock;
use crate::plan;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// What random values are made of in a run.
pub(super) enum Source {
    /// A seed of this run; each call gives something else.
    Fresh(Vec<u8>),
    /// The seed that was given.
    Given(Vec<u8>),
    /// A seed of this run; a call gives the same in all renderings.
    OfThisRun(Vec<u8>),
    /// This machine has no chance.
    None,
}

/// How chance falls in one of several renderings of a chart.
#[derive(Clone, Default)]
pub struct Fall {
    /// Whether it falls otherwise wherever it can; the clock shows another time then too.
    pub is_other: bool,
    /// What calls shall give again, if they can.
    pub kept: BTreeMap<Site, Vec<String>>,
}

/// What came of chance.
#[derive(Clone, Debug, Default)]
pub struct Fallen {
    /// How many calls there were.
    pub calls: u64,
    /// How often the clock was looked at.
    pub looks: u64,
    /// What calls gave, where that may have to be kept.
    pub record: Record,
}

/// What chance is to a rendering, while it lasts.
pub(super) struct Chance {
    randomness: Randomness,
    looks: Rc<Cell<u64>>,
    is_other: bool,
}

impl fmt::Debug for Source {
    // The seed is a secret.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Source")
    }
}

impl Source {
    /// Returns the source that a plan asks for.
    pub(super) fn of(plan: &plan::Randomness) -> Self {
        let new = || {
            let mut seed = [0; 32];
            getrandom::fill(&mut seed).is_ok().then(|| seed.to_vec())
        };
        match plan {
            plan::Randomness::Seeded(seed) => Self::Given(seed.reveal().as_bytes().to_vec()),
            plan::Randomness::Fresh => new().map_or(Self::None, Self::Fresh),
            plan::Randomness::Keep => new().map_or(Self::None, Self::OfThisRun),
        }
    }

    /// Returns chance for a rendering of the chart in a place.
    pub(super) fn chance(&self, place: &[String], fall: Fall) -> Result<Chance, String> {
        let seed =
            |key: &[u8], is_lasting| Seed { key: key.to_vec(), place: place.to_vec(), is_lasting };
        let randomness = match self {
            Self::None => return Err("this machine has no source of randomness".to_owned()),
            Self::Fresh(key) => Randomness::counted(&seed(key, false)),
            Self::Given(key) => Randomness::placed(seed(key, true)),
            Self::OfThisRun(key) => Randomness::placed(seed(key, false)).recorded(),
        };
        let randomness = randomness.keeping(fall.kept);
        let randomness = if fall.is_other { randomness.otherwise() } else { randomness };
        Ok(Chance { randomness, looks: Rc::default(), is_other: fall.is_other })
    }
}

impl Chance {
    /// Returns an interpreter that knows this machine's time, and is random.
    pub(super) fn interpreter(&self) -> Interpreter {
        /// Nearly two years, and something of each smaller unit: no layout hides it.
        const OTHER: i64 = 2 * 365 * 86_400 - 40 * 86_400 - 3_661;
        let (looks, other) = (Rc::clone(&self.looks), if self.is_other { OTHER } else { 0 });
        let now = move || {
            looks.set(looks.get() + 1);
            let (seconds, nanoseconds) = clock::moment();
            Moment { seconds: seconds.saturating_add(other), nanoseconds, running: None }
        };
        Interpreter::new(Limits::default())
            .with_state(Clock::new(now, clock::zone()))
            .with_state(self.randomness.clone())
            .with_chance(Rc::new(self.randomness.clone()))
    }

    /// Returns what came of it.
    pub(super) fn fallen(&self) -> Fallen {
        let record = self.randomness.take_record();
        Fallen { calls: self.randomness.calls(), looks: self.looks.get(), record }
    }
}

impl Fallen {
    /// Tells whether another rendering may give something else.
    pub fn is_random(&self) -> bool {
        self.calls > 0 || self.looks > 0
    }
}

impl fmt::Debug for Fall {
    // What is kept are the secrets of others.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept.len();
        let mut shown = formatter.debug_struct("Fall");
        shown.field("is_other", &self.is_other).field("kept", &kept).finish()
    }
}

/// How the names begin of functions whose results nobody can foretell.
pub(super) const RANDOM: &[&str] = &[
    "rand",
    "shuffle",
    "uuidv4",
    "bcrypt",
    "htpasswd",
    "encryptAES",
    "genPrivateKey",
    "genCA",
    "genSelfSignedCert",
    "genSignedCert",
    "now",
];
