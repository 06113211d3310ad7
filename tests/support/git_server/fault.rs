//! Disturbances that a test plans: bad answers, cut connections, competitors.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::http::Response;

/// What goes wrong with one request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The server answers this and does nothing else.
    Answer(Response),
    /// The connection ends before the server has done anything. A client may send the request again
    /// by itself when it had used the connection before.
    Drop,
    /// The server acts, and the connection ends after so many bytes of the answer's body.
    Truncate(u64),
    /// The server acts, and the connection ends without an answer.
    LoseAnswer,
    /// The server acts, and something before it gives another answer.
    Disown(Response),
    /// The server acts later.
    Delay(Duration),
}

impl Fault {
    /// Returns a bare status.
    pub(crate) fn status(code: u16) -> Self {
        Self::Answer(Response::new(code))
    }

    /// Returns a status that asks to come back after some seconds.
    pub(crate) fn retry_after(code: u16, seconds: u32) -> Self {
        Self::Answer(Response::new(code).header("Retry-After", &seconds.to_string()))
    }

    /// Returns a redirection.
    pub(crate) fn redirect(url: &str) -> Self {
        Self::Answer(Response::new(302).header("Location", url))
    }
}

/// A fault that waits for its request.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    /// The text that the target of the request holds.
    pub(crate) within: String,
    /// How many such requests are still to come, this one among them.
    pub(crate) left: usize,
    /// What happens then.
    pub(crate) fault: Fault,
}

/// Returns the faults for a request, and counts it for those that still wait.
pub(crate) fn due(planned: &mut Vec<Planned>, target: &str) -> Vec<Fault> {
    for plan in planned.iter_mut().filter(|plan| target.contains(&plan.within)) {
        plan.left -= 1;
    }
    planned.extract_if(.., |plan| plan.left == 0).map(|plan| plan.fault).collect()
}

/// When a competitor acts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Moment {
    /// When a client asks which refs it could push to.
    Discovery,
    /// When a client's push has arrived and nothing has been done with it.
    Push,
}

/// A competitor.
#[derive(Clone)]
pub(crate) struct Race {
    /// When it acts.
    pub(crate) moment: Moment,
    /// How often it still acts.
    pub(crate) left: usize,
    /// How often it has acted.
    pub(crate) done: usize,
    /// What it does; it is told which time this is, from 1.
    pub(crate) act: Arc<Mutex<dyn FnMut(usize) + Send>>,
}

impl fmt::Debug for Race {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {} done, {} left", self.moment, self.done, self.left)
    }
}
