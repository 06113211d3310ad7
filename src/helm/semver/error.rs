//! Texts that are no version and no constraint. The words are those of Helm's library.

use crate::helm::semver::LONGEST;

/// Text that cannot be read as a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It has not the shape of a version.
    #[error("Invalid Semantic Version")]
    Shape,
    /// It is empty.
    #[error("Version string empty")]
    Empty,
    /// One of the three numbers holds something else than digits.
    #[error("Invalid characters in version")]
    Characters,
    /// A number begins with a zero where it must not.
    #[error("Version segment starts with 0")]
    LeadingZero,
    /// The prerelease holds a character that it must not.
    #[error("Invalid Prerelease string")]
    Prerelease,
    /// The metadata holds a character that it must not.
    #[error("Invalid Metadata string")]
    Metadata,
    /// One of the three numbers of a loosely read version cannot be read.
    #[error("Error parsing version segment: {0}")]
    Segment(NumberError),
    /// One of the three numbers of a strictly read version cannot be read.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// It is longer than [`LONGEST`].
    #[error("Version string longer than {LONGEST} bytes")]
    TooLong,
}

/// Digits that are no number of 64 bits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("strconv.ParseUint: parsing \"{digits}\": {}", fault(digits))]
pub struct NumberError {
    /// The digits, possibly none.
    pub digits: String,
}

fn fault(digits: &str) -> &'static str {
    if digits.is_empty() { "invalid syntax" } else { "value out of range" }
}

/// Text that cannot be read as a constraint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// One of the alternatives has not the shape of a constraint.
    #[error("improper constraint: {alternative}")]
    Shape {
        /// The alternative, its hyphen ranges already replaced.
        alternative: String,
    },
    /// One of the versions that it names cannot be read.
    #[error("constraint Parser Error")]
    Version,
    /// It is longer than [`LONGEST`].
    #[error("constraint longer than {LONGEST} bytes")]
    TooLong,
}
