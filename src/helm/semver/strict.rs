//! Versions that must be written in full.

use crate::helm::semver::LONGEST;
use crate::helm::semver::error::VersionError;
use crate::helm::semver::part::{check_metadata, check_number, check_prerelease, number};
use crate::helm::semver::version::Version;

impl Version {
    /// Returns the version that a text stands for, which must have all three numbers, without
    /// leading zeros, and nothing before them.
    // A text with several faults is refused for its metadata first, then for its prerelease and
    // then for its numbers. The identifiers of a prerelease and of metadata may be empty here,
    // though not in a version that is read loosely.
    pub fn parse_strict(text: &str) -> Result<Self, VersionError> {
        if text.len() > LONGEST {
            return Err(VersionError::TooLong);
        }
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        let parts: Vec<&str> = text.splitn(3, '.').collect();
        let [major, minor, rest] = *parts.as_slice() else {
            return Err(VersionError::Shape);
        };
        let (rest, metadata) = rest.split_once('+').unwrap_or((rest, ""));
        check_metadata(metadata)?;
        let (patch, prerelease) = rest.split_once('-').unwrap_or((rest, ""));
        check_prerelease(prerelease)?;
        for digits in [major, minor, patch] {
            check_number(digits)?;
        }
        Ok(Self {
            numbers: [number(major)?, number(minor)?, number(patch)?],
            prerelease: prerelease.to_owned(),
            metadata: metadata.to_owned(),
            original: text.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(texts: &[&str], expected: &Expect) {
        let shown = texts.iter().map(|text| match Version::parse_strict(text) {
            Ok(version) => format!("{text:?}: {version}\n"),
            Err(error) => format!("{text:?}: {error}\n"),
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn a_version_in_full_is_taken() {
        check(
            &["1.2.3", "1.2.3-beta.1+build-345", "0.0.0-0"],
            &expect![[r#"
                "1.2.3": 1.2.3
                "1.2.3-beta.1+build-345": 1.2.3-beta.1+build-345
                "0.0.0-0": 0.0.0-0
            "#]],
        );
    }

    #[test]
    fn anything_less_is_refused() {
        check(
            &["", "1", "1.2", "v1.2.3", "01.2.3", "1.2.03", "1..3", "1.2.3.4", "1.2. 3"],
            &expect![[r#"
                "": Version string empty
                "1": Invalid Semantic Version
                "1.2": Invalid Semantic Version
                "v1.2.3": Invalid characters in version
                "01.2.3": Version segment starts with 0
                "1.2.03": Version segment starts with 0
                "1..3": strconv.ParseUint: parsing "": invalid syntax
                "1.2.3.4": Invalid characters in version
                "1.2. 3": Invalid characters in version
            "#]],
        );
    }

    #[test]
    fn empty_identifiers_are_taken() {
        check(
            &["1.2.3-", "1.2.3+", "1.2.3-a..b+.", "1.2.3-.+c"],
            &expect![[r#"
                "1.2.3-": 1.2.3
                "1.2.3+": 1.2.3
                "1.2.3-a..b+.": 1.2.3-a..b+.
                "1.2.3-.+c": 1.2.3-.+c
            "#]],
        );
    }

    #[test]
    fn metadata_is_refused_before_the_prerelease_and_that_before_numbers() {
        check(
            &["a.2.3-01+_", "a.2.3-01.a_", "a.2.3-a_.01", "a.02.3", "01.a.3", "a.2.3+_"],
            &expect![[r#"
                "a.2.3-01+_": Invalid Metadata string
                "a.2.3-01.a_": Version segment starts with 0
                "a.2.3-a_.01": Invalid Prerelease string
                "a.02.3": Invalid characters in version
                "01.a.3": Version segment starts with 0
                "a.2.3+_": Invalid Metadata string
            "#]],
        );
    }

    #[test]
    fn numbers_have_64_bits() {
        check(
            &["18446744073709551615.0.0", "1.18446744073709551616.0", "1.2.3-18446744073709551616"],
            &expect![[r#"
                "18446744073709551615.0.0": 18446744073709551615.0.0
                "1.18446744073709551616.0": strconv.ParseUint: parsing "18446744073709551616": value out of range
                "1.2.3-18446744073709551616": 1.2.3-18446744073709551616
            "#]],
        );
    }
}
