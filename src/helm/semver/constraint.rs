//! Constraints: alternatives between `||`, each of them comparisons that must all be met.

use crate::helm::semver::comparison::{Comparison, Operator, SIGNS, in_number};
use crate::helm::semver::error::ConstraintError;
use crate::helm::semver::mismatch::{Mismatch, Reason};
use crate::helm::semver::shape::{Shape, is_blank};
use crate::helm::semver::version::Version;
use crate::helm::semver::{LONGEST, hyphen};
use std::fmt;
use std::mem;

/// What a version may be asked to meet.
#[derive(Clone, Debug)]
pub struct Constraint {
    alternatives: Vec<Vec<Comparison>>,
}

impl Constraint {
    /// Returns the constraint that a text stands for.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        if text.len() > LONGEST {
            return Err(ConstraintError::TooLong);
        }
        let text = hyphen::replaced(text);
        let alternatives = text.split("||").map(alternative).collect::<Result<_, _>>()?;
        Ok(Self { alternatives })
    }

    /// Tells whether a version meets the constraint.
    // This differs from `validate` for prereleases: `!=1.2.3` takes them here.
    pub fn check(&self, version: &Version) -> bool {
        let meets = |comparison: &Comparison| comparison.objection(version).is_none();
        self.alternatives.iter().any(|comparisons| comparisons.iter().all(meets))
    }

    /// Returns everything that the alternatives have against a version, or `Ok` if one of them is
    /// met.
    pub fn validate(&self, version: &Version) -> Result<(), Vec<Mismatch>> {
        let mut mismatches = Vec::new();
        for comparisons in &self.alternatives {
            let before = mismatches.len();
            mismatches.extend(comparisons.iter().filter_map(|one| mismatch(one, version)));
            if mismatches.len() == before {
                return Ok(());
            }
        }
        // That the constraint is for releases only is told once.
        let mut is_told = false;
        mismatches.retain(|mismatch| {
            mismatch.reason != Reason::Prerelease || !mem::replace(&mut is_told, true)
        });
        Err(mismatches)
    }
}

/// Writes the constraint with its comparisons separated by blanks, and without hyphen ranges.
impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |comparisons: &Vec<Comparison>| {
            let written = comparisons.iter().map(ToString::to_string);
            written.collect::<Vec<_>>().join(" ")
        };
        f.write_str(&self.alternatives.iter().map(joined).collect::<Vec<_>>().join(" || "))
    }
}

fn mismatch(comparison: &Comparison, version: &Version) -> Option<Mismatch> {
    let reason = if comparison.is_for_releases_only(version) {
        Reason::Prerelease
    } else {
        comparison.objection(version)?
    };
    let (version, bound) = (version.to_string(), comparison.bound().to_owned());
    Some(Mismatch { version, bound, reason })
}

fn alternative(text: &str) -> Result<Vec<Comparison>, ConstraintError> {
    let Some(parts) = parts(text) else {
        return Err(ConstraintError::Shape { alternative: text.to_owned() });
    };
    // The library tells neither which version it could not read nor why.
    let comparisons = parts.iter().map(|(sign, bound)| Comparison::new(*sign, bound).ok());
    comparisons.collect::<Option<_>>().ok_or(ConstraintError::Version)
}

/// An operator with its sign, and what follows it.
type Part<'a> = ((&'static str, Operator), Shape<'a>);

/// Returns the parts of an alternative, or `None` if that is not what it is made of.
fn parts(text: &str) -> Option<Vec<Part<'_>>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(is_blank);
    loop {
        let (sign, bound) =
            SIGNS.iter().find_map(|sign| rest.strip_prefix(sign.0).map(|bound| (*sign, bound)))?;
        let (bound, further) = Shape::first(bound.trim_start_matches(is_blank), in_number)?;
        found.push((sign, bound));
        let unblanked = further.trim_start_matches(is_blank);
        if unblanked.is_empty() {
            return Some(found);
        }
        rest = match unblanked.strip_prefix(',') {
            Some(next) => next.trim_start_matches(is_blank),
            None if unblanked.len() < further.len() => unblanked,
            None => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(constraints: &[&str], expected: &Expect) {
        let shown = constraints.iter().map(|text| match Constraint::parse(text) {
            Ok(constraint) => format!("{text:?}: {constraint}\n"),
            Err(error) => format!("{text:?}: error {:?}\n", error.to_string()),
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn comparisons_are_separated_by_commas_and_blanks() {
        check(
            &[">=1.2, <3 || =4", " > 1 ,\t!=v1.5 ", "1 2", "1||2", "*", "1.2 - 1.4,x"],
            &expect![[r#"
                ">=1.2, <3 || =4": >=1.2 <3 || =4
                " > 1 ,\t!=v1.5 ": >1 !=v1.5
                "1 2": 1 2
                "1||2": 1 || 2
                "*": *
                "1.2 - 1.4,x": >=1.2 <=1.4 x
            "#]],
        );
    }

    #[test]
    fn every_sign_is_kept_as_it_is_written() {
        check(
            &["1 =1 !=1 >1 <1 >=1 =>1 <=1 =<1 ~1 ~>1 ^1"],
            &expect![[r#"
            "1 =1 !=1 >1 <1 >=1 =>1 <=1 =<1 ~1 ~>1 ^1": 1 =1 !=1 >1 <1 >=1 =>1 <=1 =<1 ~1 ~>1 ^1
        "#]],
        );
    }

    #[test]
    fn another_shape_is_told_with_its_alternative() {
        check(
            &[
                "", "1,,2", "1,", "==1", ">=1.2<3", "> = 1", "foo", "1\x0B2", "1 || bar", "1||",
                "1 - 2 _",
            ],
            &expect![[r#"
                "": error "improper constraint: "
                "1,,2": error "improper constraint: 1,,2"
                "1,": error "improper constraint: 1,"
                "==1": error "improper constraint: ==1"
                ">=1.2<3": error "improper constraint: >=1.2<3"
                "> = 1": error "improper constraint: > = 1"
                "foo": error "improper constraint: foo"
                "1\u{b}2": error "improper constraint: 1\u{b}2"
                "1 || bar": error "improper constraint:  bar"
                "1||": error "improper constraint: "
                "1 - 2 _": error "improper constraint: >= 1, <= 2 _"
            "#]],
        );
    }

    #[test]
    fn a_bound_that_is_no_version_is_not_told() {
        check(
            &["xx", "1|2", "1-01", "18446744073709551616", "1|2 || a", "a || 1|2"],
            &expect![[r#"
                "xx": error "constraint Parser Error"
                "1|2": error "constraint Parser Error"
                "1-01": error "constraint Parser Error"
                "18446744073709551616": error "constraint Parser Error"
                "1|2 || a": error "constraint Parser Error"
                "a || 1|2": error "improper constraint: a "
            "#]],
        );
    }

    #[test]
    fn a_hostile_text_is_refused_at_once() {
        for text in ["1 - 1 ".repeat(1_000_000), "1".repeat(10_000_000), "||".repeat(5_000_000)] {
            assert_eq!(Constraint::parse(&text).unwrap_err(), ConstraintError::TooLong);
        }
        let longest = "1 - 1 ".repeat(LONGEST / 6);
        assert!(Constraint::parse(&longest).unwrap().check(&Version::parse("1").unwrap()));
    }

    fn check_versions(constraint: &str, versions: &[&str], expected: &Expect) {
        let constraint = Constraint::parse(constraint).unwrap();
        let shown = versions.iter().map(|text| {
            let version = Version::parse(text).unwrap();
            let mismatches = constraint.validate(&version).err().unwrap_or_default();
            let mismatches: Vec<String> = mismatches.iter().map(ToString::to_string).collect();
            format!("{text}: {} {mismatches:?}\n", constraint.check(&version))
        });
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn one_alternative_must_be_met_in_full() {
        check_versions(
            ">=1.2, <2 || 4.x",
            &["1.2", "2", "4.5.6"],
            &expect![[r#"
            1.2: true []
            2: false ["2.0.0 is greater than or equal to 2", "2.0.0 is less than 4.x"]
            4.5.6: true []
        "#]],
        );
        check_versions(
            "<=1.2.3, >=1.4",
            &["1.3", "1"],
            &expect![[r#"
            1.3: false ["1.3.0 is greater than 1.2.3", "1.3.0 is less than 1.4"]
            1: false ["1.0.0 is less than 1.4"]
        "#]],
        );
    }

    #[test]
    fn every_alternative_tells_why_it_is_not_met() {
        check_versions(
            "1.2.3 || !=0.1 || ~0.0 || ~2 || ^0.2 || ^0.0 || ^0.0.1 || ^x || ^2 || >1 || <0.1",
            &["0.1.2", "1.0.0"],
            &expect![[r#"
                0.1.2: false ["0.1.2 is not equal to 1.2.3", "0.1.2 is equal to 0.1", "0.1.2 does not have same major and minor version as 0.0", "0.1.2 is less than 2", "0.1.2 is less than 0.2", "0.1.2 does not have same minor version as 0.0. Expected minor versions to match when constraint major version is 0", "0.1.2 does not have same minor version as 0.0.1", "0.1.2 does not have same minor version as x", "0.1.2 is less than 2", "0.1.2 is less than or equal to 1", "0.1.2 is greater than or equal to 0.1"]
                1.0.0: true []
            "#]],
        );
        check_versions(
            "^0.0.1 || >=0.0.3",
            &["0.0.2"],
            &expect![[r#"
            0.0.2: false ["0.0.2 does not equal 0.0.1. Expect version and constraint to equal when major and minor versions are 0", "0.0.2 is less than 0.0.3"]
        "#]],
        );
    }

    #[test]
    fn prereleases_are_told_once() {
        check_versions(
            ">=2, <1 || 0.x || 1.0.0-b",
            &["3-a", "1-b"],
            &expect![[r#"
            3-a: false ["3.0.0-a is a prerelease version and the constraint is only looking for release versions", "3.0.0-a is not equal to 1.0.0-b"]
            1-b: true []
        "#]],
        );
    }

    #[test]
    fn an_exact_exclusion_lets_prereleases_pass_unless_validated() {
        check_versions(
            "!=1.2.3",
            &["1.2.3-a", "1.2.3"],
            &expect![[r#"
            1.2.3-a: true ["1.2.3-a is a prerelease version and the constraint is only looking for release versions"]
            1.2.3: false ["1.2.3 is equal to 1.2.3"]
        "#]],
        );
        check_versions(
            "!=1.2",
            &["1.3.0-a", "1.2.3"],
            &expect![[r#"
            1.3.0-a: false ["1.3.0-a is a prerelease version and the constraint is only looking for release versions"]
            1.2.3: false ["1.2.3 is equal to 1.2"]
        "#]],
        );
    }
}
