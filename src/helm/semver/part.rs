//! What the parts of a version may hold.

use crate::helm::semver::error::{NumberError, VersionError};
use crate::helm::semver::shape::in_identifier;

/// Returns the number that digits stand for.
pub(crate) fn number(digits: &str) -> Result<u64, NumberError> {
    digits.parse().ok().ok_or_else(|| NumberError { digits: digits.to_owned() })
}

/// Refuses a number with other characters than digits, or with a leading zero.
pub(crate) fn check_number(digits: &str) -> Result<(), VersionError> {
    if !is_digits(digits) {
        return Err(VersionError::Characters);
    }
    check_leading_zero(digits)
}

/// Refuses a prerelease with a character that it must not hold, or a number in it with a leading
/// zero, whichever comes first.
pub(crate) fn check_prerelease(prerelease: &str) -> Result<(), VersionError> {
    for identifier in prerelease.split('.') {
        if is_digits(identifier) {
            check_leading_zero(identifier)?;
        } else if !identifier.chars().all(in_identifier) {
            return Err(VersionError::Prerelease);
        }
    }
    Ok(())
}

/// Refuses metadata with a character that it must not hold.
pub(crate) fn check_metadata(metadata: &str) -> Result<(), VersionError> {
    let valid = metadata.chars().all(|c| c == '.' || in_identifier(c));
    if valid { Ok(()) } else { Err(VersionError::Metadata) }
}

fn check_leading_zero(digits: &str) -> Result<(), VersionError> {
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(VersionError::LeadingZero);
    }
    Ok(())
}

/// Tells whether a text has no other characters than digits; an empty one has none.
fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
