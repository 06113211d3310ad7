//! Versions and constraints as Helm reads them: those of Masterminds/semver v3.3.0.

// Helm 3.16, 3.17 and 3.18 all require v3.3.0 (their go.mod). What is accepted is told by
// https://github.com/Masterminds/semver/blob/v3.3.0/README.md; the texts of errors, which charts
// show to their users, were taken from the answers of that library.

mod comparison;
mod constraint;
mod error;
mod hyphen;
mod mismatch;
mod part;
mod precedence;
mod shape;
mod strict;
mod version;

pub use constraint::Constraint;
pub use error::{ConstraintError, NumberError, VersionError};
pub use mismatch::{Mismatch, Reason};
pub use version::Version;

/// The most bytes of a text that is read as a version or as a constraint.
// Helm's library has no such limit. Nobody writes as much by hand, and it bounds what a hostile
// index costs: checking takes the product of two lengths.
pub const LONGEST: usize = 4096;
