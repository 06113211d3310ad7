//! One comparison of a constraint: an operator and a bound, such as `>= 1.2`.

use crate::helm::semver::error::VersionError;
use crate::helm::semver::mismatch::Reason;
use crate::helm::semver::part::{check_prerelease, number};
use crate::helm::semver::precedence;
use crate::helm::semver::shape::Shape;
use crate::helm::semver::version::Version;
use std::fmt;

/// What versions are compared with.
#[derive(Clone, Debug)]
pub(crate) struct Comparison {
    sign: &'static str,
    operator: Operator,
    bound: Version,
    given: Given,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Tilde,
    Caret,
}

/// The signs of the operators, each before those that it begins with.
pub(crate) const SIGNS: &[(&str, Operator)] = &[
    ("!=", Operator::NotEqual),
    (">=", Operator::AtLeast),
    ("=>", Operator::AtLeast),
    ("<=", Operator::AtMost),
    ("=<", Operator::AtMost),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
    ("", Operator::Equal),
];

/// The numbers of a bound that are neither missing nor wildcards. What follows a wildcard does
/// not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    Nothing,
    Major,
    Minor,
    All,
}

/// Tells whether a character belongs to the numbers of a bound.
// The bar is a mistake of Helm's library, which reports it in other words than other characters.
pub(crate) fn in_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, 'x' | 'X' | '*' | '|')
}

impl Comparison {
    /// Returns the comparison of a sign and a bound.
    pub(crate) fn new(
        (sign, operator): (&'static str, Operator),
        bound: &Shape<'_>,
    ) -> Result<Self, VersionError> {
        let numbers = [Some(bound.major), bound.minor, bound.patch];
        let numbers = numbers.into_iter().map_while(|part| part.filter(|part| !is_wildcard(part)));
        let numbers: Vec<u64> = numbers.map(number).collect::<Result<_, _>>()?;
        check_prerelease(bound.prerelease)?;
        let (given, numbers) = match *numbers.as_slice() {
            [] => (Given::Nothing, [0, 0, 0]),
            [major] => (Given::Major, [major, 0, 0]),
            [major, minor] => (Given::Minor, [major, minor, 0]),
            [major, minor, patch, ..] => (Given::All, [major, minor, patch]),
        };
        let bound = Version {
            numbers,
            prerelease: bound.prerelease.to_owned(),
            metadata: String::new(),
            original: bound.text.to_owned(),
        };
        Ok(Self { sign, operator, bound, given })
    }

    /// Returns the bound as it is written.
    pub(crate) fn bound(&self) -> &str {
        self.bound.original()
    }

    /// Tells whether a version is a prerelease, and the bound is not.
    pub(crate) fn is_for_releases_only(&self, version: &Version) -> bool {
        self.bound.prerelease.is_empty() && !version.prerelease.is_empty()
    }

    /// Returns why a version does not fit, or `None` for one that does.
    pub(crate) fn objection(&self, version: &Version) -> Option<Reason> {
        let is_exact = self.given == Given::All;
        let is_exclusion = is_exact && matches!(self.operator, Operator::NotEqual);
        if self.is_for_releases_only(version) && !is_exclusion {
            return Some(Reason::Prerelease);
        }
        let order = version.cmp(&self.bound);
        match self.operator {
            Operator::Equal if is_exact => order.is_ne().then_some(Reason::NotEqual),
            Operator::Equal | Operator::Tilde => self.outside_tilde(version),
            Operator::NotEqual => self.excludes(version).then_some(Reason::Equal),
            Operator::Greater => (!self.is_greater(version)).then_some(Reason::LessOrEqual),
            Operator::Less => order.is_ge().then_some(Reason::GreaterOrEqual),
            Operator::AtLeast => order.is_lt().then_some(Reason::Less),
            Operator::AtMost => self.is_beyond(version).then_some(Reason::Greater),
            Operator::Caret => self.outside_caret(version),
        }
    }

    fn excludes(&self, version: &Version) -> bool {
        match self.given {
            Given::Major => version.major() == self.bound.major(),
            Given::Minor => {
                let order = precedence::compare(&version.prerelease, &self.bound.prerelease);
                series(version) == series(&self.bound) && order.is_eq()
            }
            Given::Nothing | Given::All => *version == self.bound,
        }
    }

    /// Tells whether a version comes after all versions of the bound.
    fn is_greater(&self, version: &Version) -> bool {
        match self.given {
            Given::Major => version.major() > self.bound.major(),
            Given::Minor => series(version) > series(&self.bound),
            Given::Nothing | Given::All => *version > self.bound,
        }
    }

    /// Tells whether a version is more than the bound allows at most.
    // `<=x` allows 0.0.7 but not 0.1.0, unlike `>x`, which starts right after 0.0.0.
    fn is_beyond(&self, version: &Version) -> bool {
        match self.given {
            Given::Major => version.major() > self.bound.major(),
            Given::Nothing | Given::Minor => series(version) > series(&self.bound),
            Given::All => *version > self.bound,
        }
    }

    // Everything lies within the tilde range of 0.0.0, as it does within `*`.
    fn outside_tilde(&self, version: &Version) -> Option<Reason> {
        let is_everything =
            matches!(self.given, Given::Nothing | Given::All) && self.bound.numbers == [0, 0, 0];
        if *version < self.bound {
            Some(Reason::Less)
        } else if is_everything {
            None
        } else if version.major() != self.bound.major() {
            Some(Reason::Major)
        } else if self.given != Given::Major && version.minor() != self.bound.minor() {
            Some(Reason::MajorAndMinor)
        } else {
            None
        }
    }

    fn outside_caret(&self, version: &Version) -> Option<Reason> {
        let is_within_major = self.bound.major() > 0 || self.given == Given::Major;
        let is_within_minor = self.bound.minor() > 0 || self.given == Given::Minor;
        if *version < self.bound {
            Some(Reason::Less)
        } else if version.major() != self.bound.major() {
            Some(Reason::Major)
        } else if is_within_major {
            None
        } else if version.minor() != self.bound.minor() {
            Some(if is_within_minor { Reason::MinorOfZero } else { Reason::Minor })
        } else {
            (!is_within_minor && version.patch() != self.bound.patch()).then_some(Reason::Patch)
        }
    }
}

/// Writes the comparison without a blank between its sign and its bound.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.sign, self.bound())
    }
}

fn series(version: &Version) -> (u64, u64) {
    (version.major(), version.minor())
}

fn is_wildcard(part: &str) -> bool {
    matches!(part, "x" | "X" | "*")
}

#[cfg(test)]
mod tests {
    use crate::helm::semver::{Constraint, Version};
    use expect_test::{Expect, expect};

    const VERSIONS: &[&str] = &[
        "0.0.0", "0.0.1", "0.0.3", "0.1.0", "0.2.3", "0.2.4", "0.3.0", "1.0.0", "1.2.2", "1.2.3",
        "1.2.4", "1.3.0", "2.0.0", "2.1.0", "1.2.3-a", "1.2.3-c", "1.2.4-a", "2.0.0-a",
    ];

    /// Shows the versions that meet a constraint.
    fn check(constraints: &[&str], expected: &Expect) {
        let shown = constraints.iter().map(|text| {
            let constraint = Constraint::parse(text).unwrap();
            let versions = VERSIONS.iter().copied();
            let met = versions.filter(|text| constraint.check(&Version::parse(text).unwrap()));
            format!("{text}: {}\n", met.collect::<Vec<_>>().join(" "))
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn equality_with_less_than_three_numbers_is_a_tilde_range() {
        check(
            &["1.2.3", "=1.2.3", "1.2", "1.2.x", "1", "1.x.3", "*", "0.0.0"],
            &expect![[r#"
            1.2.3: 1.2.3
            =1.2.3: 1.2.3
            1.2: 1.2.2 1.2.3 1.2.4
            1.2.x: 1.2.2 1.2.3 1.2.4
            1: 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0
            1.x.3: 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0
            *: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
            0.0.0: 0.0.0
        "#]],
        );
    }

    #[test]
    fn exclusion_takes_the_numbers_that_are_given() {
        check(
            &["!=1.2.3", "!=1.2", "!=1", "!=x", "!=1.2.x-a"],
            &expect![[r#"
            !=1.2.3: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.4 1.3.0 2.0.0 2.1.0 1.2.3-a 1.2.3-c 1.2.4-a 2.0.0-a
            !=1.2: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.3.0 2.0.0 2.1.0
            !=1: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 2.0.0 2.1.0
            !=x: 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
            !=1.2.x-a: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0 1.2.3-c 2.0.0-a
        "#]],
        );
    }

    #[test]
    fn comparisons_end_where_the_given_numbers_end() {
        check(
            &[">1.2.3", ">1.2", ">1", ">x", "<1.2.3", "<1.2", "<1"],
            &expect![[r#"
            >1.2.3: 1.2.4 1.3.0 2.0.0 2.1.0
            >1.2: 1.3.0 2.0.0 2.1.0
            >1: 2.0.0 2.1.0
            >x: 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
            <1.2.3: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2
            <1.2: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0
            <1: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0
        "#]],
        );
        check(
            &[">=1.2.3", ">=1.2", "<=1.2.3", "<=1.2", "<=1", "<=x"],
            &expect![[r#"
            >=1.2.3: 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
            >=1.2: 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
            <=1.2.3: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3
            <=1.2: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4
            <=1: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0
            <=x: 0.0.0 0.0.1 0.0.3
        "#]],
        );
    }

    #[test]
    fn a_tilde_range_stays_within_the_minor_version() {
        check(
            &["~1.2.3", "~1.2", "~1", "~0", "~0.0", "~0.0.0", "~x"],
            &expect![[r#"
            ~1.2.3: 1.2.3 1.2.4
            ~1.2: 1.2.2 1.2.3 1.2.4
            ~1: 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0
            ~0: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0
            ~0.0: 0.0.0 0.0.1 0.0.3
            ~0.0.0: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
            ~x: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0
        "#]],
        );
    }

    #[test]
    fn a_caret_range_stays_within_the_first_number_that_is_not_zero() {
        check(
            &["^1.2.3", "^1.2", "^1", "^0.2.3", "^0.2", "^0.0.3", "^0.0", "^0", "^x"],
            &expect![[r#"
                ^1.2.3: 1.2.3 1.2.4 1.3.0
                ^1.2: 1.2.2 1.2.3 1.2.4 1.3.0
                ^1: 1.0.0 1.2.2 1.2.3 1.2.4 1.3.0
                ^0.2.3: 0.2.3 0.2.4
                ^0.2: 0.2.3 0.2.4
                ^0.0.3: 0.0.3
                ^0.0: 0.0.0 0.0.1 0.0.3
                ^0: 0.0.0 0.0.1 0.0.3 0.1.0 0.2.3 0.2.4 0.3.0
                ^x: 0.0.0
            "#]],
        );
    }

    #[test]
    fn a_bound_that_is_a_prerelease_lets_prereleases_pass() {
        check(
            &["1.2.3-a", "~1.2.3-b", "^1.2.3-0", ">1.2.3-b", "<=x-0"],
            &expect![[r#"
            1.2.3-a: 1.2.3-a
            ~1.2.3-b: 1.2.3 1.2.4 1.2.3-c 1.2.4-a
            ^1.2.3-0: 1.2.3 1.2.4 1.3.0 1.2.3-a 1.2.3-c 1.2.4-a
            >1.2.3-b: 1.2.3 1.2.4 1.3.0 2.0.0 2.1.0 1.2.3-c 1.2.4-a 2.0.0-a
            <=x-0: 0.0.0 0.0.1 0.0.3
        "#]],
        );
    }
}
