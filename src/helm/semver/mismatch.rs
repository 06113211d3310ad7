//! Why a version does not meet a constraint. The words are those of Helm's library.

use std::fmt;

/// What a comparison has against a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The version, in its plain form.
    pub version: String,
    /// What it was compared with, as it is written in the constraint.
    pub bound: String,
    /// How they differ.
    pub reason: Reason,
}

/// How a version and a bound differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The version is a prerelease, and the bound is not.
    Prerelease,
    /// The version must not be the bound.
    Equal,
    /// The version must be the bound.
    NotEqual,
    /// The version comes before the bound.
    Less,
    /// The version must come after the bound.
    LessOrEqual,
    /// The version comes after the bound.
    Greater,
    /// The version must come before the bound.
    GreaterOrEqual,
    /// The major versions differ.
    Major,
    /// The minor versions differ, within a tilde range.
    MajorAndMinor,
    /// The minor versions differ, within the caret range of a version 0.0.
    Minor,
    /// The minor versions differ, within the caret range of a version 0.
    MinorOfZero,
    /// The patch versions differ, within the caret range of a version 0.0.
    Patch,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, bound, reason } = self;
        let (relation, explanation) = match reason {
            Reason::Prerelease => {
                return write!(
                    f,
                    "{version} is a prerelease version and the constraint is only looking for \
                     release versions"
                );
            }
            Reason::Equal => ("is equal to", ""),
            Reason::NotEqual => ("is not equal to", ""),
            Reason::Less => ("is less than", ""),
            Reason::LessOrEqual => ("is less than or equal to", ""),
            Reason::Greater => ("is greater than", ""),
            Reason::GreaterOrEqual => ("is greater than or equal to", ""),
            Reason::Major => ("does not have same major version as", ""),
            Reason::MajorAndMinor => ("does not have same major and minor version as", ""),
            Reason::Minor => ("does not have same minor version as", ""),
            Reason::MinorOfZero => (
                "does not have same minor version as",
                ". Expected minor versions to match when constraint major version is 0",
            ),
            Reason::Patch => (
                "does not equal",
                ". Expect version and constraint to equal when major and minor versions are 0",
            ),
        };
        write!(f, "{version} {relation} {bound}{explanation}")
    }
}

impl std::error::Error for Mismatch {}
