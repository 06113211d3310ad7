//! Time: the one place that knows it and waits.

#![expect(clippy::disallowed_methods, reason = "the one place that knows the time")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment to measure from.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Returns the seconds since 1970 in UTC; 0 on a machine whose clock is earlier.
pub fn seconds_since_1970() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Returns the seconds since 1970 in UTC, and the nanoseconds of the next one that have passed.
pub fn moment() -> (i64, u32) {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    (i64::try_from(since.as_secs()).unwrap_or(i64::MAX), since.subsec_nanos())
}

/// Returns the name of this machine's time zone in the IANA's list; `UTC` where it has none.
pub fn zone() -> String {
    let zone = jiff::tz::TimeZone::system();
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// Returns the time in UTC as RFC 3339 writes it.
pub fn now() -> String {
    let now = OffsetDateTime::from(SystemTime::now());
    now.format(&Rfc3339).unwrap_or_default()
}

/// Waits.
pub async fn wait(time: Duration) {
    tokio::time::sleep(time).await;
}

/// Returns what comes of something, or `None` when it takes longer than `time`.
pub async fn within<T>(time: Duration, something: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(time, something).await.ok()
}

/// Returns between half of `time` and all of it, at random.
// Two jobs that lost the same race must not come back at the same moment.
pub fn jittered(time: Duration) -> Duration {
    time.mul_f64(0.5 + fastrand::f64() / 2.0)
}
