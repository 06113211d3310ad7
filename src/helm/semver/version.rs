//! A version, read as loosely as Helm does.

use crate::helm::semver::error::VersionError;
use crate::helm::semver::part::{check_metadata, check_prerelease, number};
use crate::helm::semver::shape::Shape;
use crate::helm::semver::{LONGEST, precedence};
use std::cmp::Ordering;
use std::fmt;

/// A semantic version. Versions that differ only in their metadata or in how they are written are
/// equal.
#[derive(Clone, Debug)]
pub struct Version {
    pub(crate) numbers: [u64; 3],
    pub(crate) prerelease: String,
    pub(crate) metadata: String,
    pub(crate) original: String,
}

impl Version {
    /// Returns the version that a text stands for. A leading `v` and leading zeros are allowed,
    /// and missing numbers are 0.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        if text.len() > LONGEST {
            return Err(VersionError::TooLong);
        }
        let shape = Shape::whole(text, |c| c.is_ascii_digit()).ok_or(VersionError::Shape)?;
        let number = |digits| number(digits).map_err(VersionError::Segment);
        let missing = Ok(0);
        let numbers = [
            number(shape.major)?,
            shape.minor.map_or(missing.clone(), number)?,
            shape.patch.map_or(missing, number)?,
        ];
        check_prerelease(shape.prerelease)?;
        Ok(Self {
            numbers,
            prerelease: shape.prerelease.to_owned(),
            metadata: shape.metadata().to_owned(),
            original: text.to_owned(),
        })
    }

    /// Returns the first number.
    pub fn major(&self) -> u64 {
        let [major, _, _] = self.numbers;
        major
    }

    /// Returns the second number.
    pub fn minor(&self) -> u64 {
        let [_, minor, _] = self.numbers;
        minor
    }

    /// Returns the third number.
    pub fn patch(&self) -> u64 {
        let [_, _, patch] = self.numbers;
        patch
    }

    /// Returns what follows the hyphen, or an empty text.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// Returns what follows the plus sign, or an empty text.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// Returns the text that the version was read from.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Returns the next major version, without prerelease and metadata.
    // The greatest number is followed by 0, as in Go.
    #[must_use]
    pub fn next_major(&self) -> Self {
        self.release([self.major().wrapping_add(1), 0, 0])
    }

    /// Returns the next minor version, without prerelease and metadata.
    #[must_use]
    pub fn next_minor(&self) -> Self {
        self.release([self.major(), self.minor().wrapping_add(1), 0])
    }

    /// Returns the next patch version, without prerelease and metadata; that of a prerelease is
    /// its release.
    #[must_use]
    pub fn next_patch(&self) -> Self {
        let step = u64::from(self.prerelease.is_empty());
        self.release([self.major(), self.minor(), self.patch().wrapping_add(step)])
    }

    /// Returns the version with another prerelease, which is given without its hyphen.
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Self, VersionError> {
        check_prerelease(prerelease)?;
        Ok(Self { prerelease: prerelease.to_owned(), ..self.clone() }.rewritten())
    }

    /// Returns the version with other metadata, which is given without its plus sign.
    pub fn with_metadata(&self, metadata: &str) -> Result<Self, VersionError> {
        check_metadata(metadata)?;
        Ok(Self { metadata: metadata.to_owned(), ..self.clone() }.rewritten())
    }

    fn release(&self, numbers: [u64; 3]) -> Self {
        let (prerelease, metadata) = (String::new(), String::new());
        Self { numbers, prerelease, metadata, original: self.original.clone() }.rewritten()
    }

    /// Returns the version as if it had been read from its plain form, which keeps its `v`.
    fn rewritten(self) -> Self {
        let prefix = if self.original.starts_with('v') { "v" } else { "" };
        Self { original: format!("{prefix}{self}"), ..self }
    }
}

/// Writes the plain form: three numbers, no leading `v`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major(), self.minor(), self.patch())?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders by precedence (<https://semver.org/#spec-item-11>).
impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.cmp(&other.numbers);
        numbers.then_with(|| precedence::compare(&self.prerelease, &other.prerelease))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(texts: &[&str], expected: &Expect) {
        let shown = texts.iter().map(|text| match Version::parse(text) {
            Ok(version) => format!("{text:?}: {version}\n"),
            Err(error) => format!("{text:?}: {error}\n"),
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn what_is_missing_is_zero_and_a_v_is_dropped() {
        check(
            &["1.2.3", "v1.2.3", "1", "1.2", "v1-beta", "1.2+m"],
            &expect![[r#"
                "1.2.3": 1.2.3
                "v1.2.3": 1.2.3
                "1": 1.0.0
                "1.2": 1.2.0
                "v1-beta": 1.0.0-beta
                "1.2+m": 1.2.0+m
            "#]],
        );
    }

    #[test]
    fn leading_zeros_are_dropped_but_not_in_a_prerelease() {
        check(
            &["01.002.0", "00", "1-0", "1-00", "1-a.01", "1-01a", "1+01"],
            &expect![[r#"
                "01.002.0": 1.2.0
                "00": 0.0.0
                "1-0": 1.0.0-0
                "1-00": Version segment starts with 0
                "1-a.01": Version segment starts with 0
                "1-01a": 1.0.0-01a
                "1+01": 1.0.0+01
            "#]],
        );
    }

    #[test]
    fn prerelease_and_metadata_have_identifiers() {
        check(
            &["1.2.3-a.b-c+d.e", "1.2.3--", "1.2.3-", "1.2.3+", "1-a..b", "1-a_b", "1+a+b"],
            &expect![[r#"
                "1.2.3-a.b-c+d.e": 1.2.3-a.b-c+d.e
                "1.2.3--": 1.2.3--
                "1.2.3-": Invalid Semantic Version
                "1.2.3+": Invalid Semantic Version
                "1-a..b": Invalid Semantic Version
                "1-a_b": Invalid Semantic Version
                "1+a+b": Invalid Semantic Version
            "#]],
        );
    }

    #[test]
    fn other_texts_are_no_versions() {
        check(
            &["", "v", "V1", "a", "1.", "1.2.3.4", "1.x", " 1", "1\n", "１"],
            &expect![[r#"
                "": Invalid Semantic Version
                "v": Invalid Semantic Version
                "V1": Invalid Semantic Version
                "a": Invalid Semantic Version
                "1.": Invalid Semantic Version
                "1.2.3.4": Invalid Semantic Version
                "1.x": Invalid Semantic Version
                " 1": Invalid Semantic Version
                "1\n": Invalid Semantic Version
                "１": Invalid Semantic Version
            "#]],
        );
    }

    #[test]
    fn numbers_have_64_bits() {
        check(
            &["1.18446744073709551615", "1.18446744073709551616", "1-18446744073709551616"],
            &expect![[r#"
                "1.18446744073709551615": 1.18446744073709551615.0
                "1.18446744073709551616": Error parsing version segment: strconv.ParseUint: parsing "18446744073709551616": value out of range
                "1-18446744073709551616": 1.0.0-18446744073709551616
            "#]],
        );
    }

    #[test]
    fn a_hostile_text_is_refused_at_once() {
        let longest = format!("1-{}", "a".repeat(LONGEST - 2));
        assert_eq!(Version::parse(&longest).unwrap().original(), longest);
        for text in [format!("{longest}a"), "1".repeat(10_000_000), "é.".repeat(5_000_000)] {
            assert_eq!(Version::parse(&text).unwrap_err(), VersionError::TooLong);
            assert_eq!(Version::parse_strict(&text).unwrap_err(), VersionError::TooLong);
        }
    }

    fn check_next(texts: &[&str], expected: &Expect) {
        let shown = texts.iter().map(|text| {
            let version = Version::parse(text).unwrap();
            let next = [version.next_major(), version.next_minor(), version.next_patch()];
            format!("{text}: {:?}\n", next.each_ref().map(Version::original))
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn the_next_version_is_a_release_and_keeps_the_v() {
        check_next(
            &["1.2.3", "v1", "1.2.3-a", "1.2.3+m", "v1.2-a+m", "18446744073709551615"],
            &expect![[r#"
                1.2.3: ["2.0.0", "1.3.0", "1.2.4"]
                v1: ["v2.0.0", "v1.1.0", "v1.0.1"]
                1.2.3-a: ["2.0.0", "1.3.0", "1.2.3"]
                1.2.3+m: ["2.0.0", "1.3.0", "1.2.4"]
                v1.2-a+m: ["v2.0.0", "v1.3.0", "v1.2.0"]
                18446744073709551615: ["0.0.0", "18446744073709551615.1.0", "18446744073709551615.0.1"]
            "#]],
        );
    }

    fn check_with(part: &str, expected: &Expect) {
        let version = Version::parse("v1.2-a+b").unwrap();
        let changed = [version.with_prerelease(part), version.with_metadata(part)];
        let shown = changed.map(|changed| match changed {
            Ok(version) => format!("{version} from {}\n", version.original()),
            Err(error) => format!("{error}\n"),
        });
        expected.assert_eq(&shown.concat());
    }

    #[test]
    fn parts_can_be_replaced_and_removed() {
        check_with(
            "rc.1",
            &expect![[r#"
            1.2.0-rc.1+b from v1.2.0-rc.1+b
            1.2.0-a+rc.1 from v1.2.0-a+rc.1
        "#]],
        );
        check_with(
            "",
            &expect![[r#"
            1.2.0+b from v1.2.0+b
            1.2.0-a from v1.2.0-a
        "#]],
        );
        check_with(
            "01",
            &expect![[r#"
            Version segment starts with 0
            1.2.0-a+01 from v1.2.0-a+01
        "#]],
        );
        check_with(
            "a+b",
            &expect![[r#"
            Invalid Prerelease string
            Invalid Metadata string
        "#]],
        );
    }
}
