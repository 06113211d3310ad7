//! Zones: what time it is where.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A place, as far as its clocks are concerned.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Zone {
    /// One of the IANA's list. The flag says that it is where the program runs.
    Known(TimeZone, bool),
    /// One that only a text told of.
    Fixed(String, i64),
}

impl Zone {
    pub(super) const UTC: Self = Self::Known(TimeZone::UTC, false);

    /// Returns the zone of the program by its name.
    pub(super) fn local(name: &str) -> Self {
        Self::Known(known(name).unwrap_or(TimeZone::UTC), true)
    }

    /// Returns the zone of a name; `local` is that of the program.
    pub(super) fn load(name: &str, local: &str) -> Option<Self> {
        match name {
            "" | "UTC" => Some(Self::UTC),
            "Local" => Some(Self::local(local)),
            name => Some(Self::Known(known(name)?, false)),
        }
    }

    /// Returns the zone as Go's `%#v` writes it.
    pub(super) fn go_syntax(&self) -> String {
        match self {
            Self::Known(_, true) => "time.Local".to_owned(),
            Self::Known(zone, false) => match zone.iana_name() {
                None | Some("UTC" | "Etc/UTC") => "time.UTC".to_owned(),
                Some(name) => format!("time.Location({name:?})"),
            },
            Self::Fixed(name, _) => format!("time.Location({name:?})"),
        }
    }

    /// Returns the short name and the offset to UTC, in seconds, at some time.
    pub(super) fn at(&self, seconds: i64) -> (String, i64) {
        match self {
            Self::Fixed(name, offset) => (name.clone(), *offset),
            Self::Known(zone, _) => {
                let least = Timestamp::MIN.as_second();
                let seconds = seconds.clamp(least, Timestamp::MAX.as_second());
                let at = Timestamp::from_second(seconds).unwrap_or_default();
                let info = zone.to_offset_info(at);
                (info.abbreviation().to_owned(), info.offset().seconds().into())
            }
        }
    }

    /// Returns when the clocks show so many seconds since they showed the beginning of 1970.
    pub(super) fn instant(&self, shown: i64) -> i64 {
        let guessed = shown.saturating_sub(self.at(shown).1);
        shown.saturating_sub(self.at(guessed).1)
    }

    /// Returns the offset that a short name stands for around some time.
    pub(super) fn offset_of(&self, name: &str, seconds: i64) -> Option<i64> {
        /// Clocks are changed at least that often where they are changed.
        const SEASON: i64 = 100 * 86_400;
        let near = (0..4).flat_map(|season| [seconds + season * SEASON, seconds - season * SEASON]);
        near.map(|at| self.at(at)).find(|(known, _)| known == name).map(|(_, offset)| offset)
    }
}

// Go looks for a file of that name, so that case matters.
fn known(name: &str) -> Option<TimeZone> {
    let zone = TimeZone::get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}
