//! The order of prereleases.

use std::cmp::Ordering;

/// Returns the order of two prereleases, empty for a release, which comes after all of its
/// prereleases (<https://semver.org/#spec-item-11>).
// An empty identifier equals one that is not there. Only versions that are read strictly have
// such identifiers.
pub(crate) fn compare(one: &str, other: &str) -> Ordering {
    let is_release = one.is_empty().cmp(&other.is_empty());
    is_release.then_with(|| identifiers(one).cmp(identifiers(other)))
}

/// A part of a prerelease, in the order of the kinds.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Identifier<'a> {
    Missing,
    Number(u64),
    // A number of more than 64 bits is text too, as in Helm's library.
    Text(&'a str),
}

fn identifiers(prerelease: &str) -> impl Iterator<Item = Identifier<'_>> {
    prerelease.trim_end_matches('.').split('.').map(|identifier| match identifier.parse() {
        _ if identifier.is_empty() => Identifier::Missing,
        Ok(number) => Identifier::Number(number),
        Err(_) => Identifier::Text(identifier),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(prereleases: &[&str], expected: &Expect) {
        let mut sorted = prereleases.to_vec();
        sorted.sort_by(|one, other| compare(one, other));
        expected.assert_eq(&format!("{sorted:?}\n"));
    }

    #[test]
    fn a_release_comes_after_its_prereleases() {
        check(
            &["", "z", "0"],
            &expect![[r#"
            ["0", "z", ""]
        "#]],
        );
    }

    #[test]
    fn the_example_of_the_specification() {
        check(
            &["rc.1", "beta.11", "beta.2", "beta", "alpha.beta", "alpha.1", "alpha"],
            &expect![[r#"
                ["alpha", "alpha.1", "alpha.beta", "beta", "beta.2", "beta.11", "rc.1"]
            "#]],
        );
    }

    #[test]
    fn numbers_come_before_texts_and_capitals_before_small_letters() {
        check(
            &["a", "A", "10", "9", "-1", "1-", "99999999999999999999", "18446744073709551615"],
            &expect![[r#"
                ["9", "10", "18446744073709551615", "-1", "1-", "99999999999999999999", "A", "a"]
            "#]],
        );
    }

    #[test]
    fn an_empty_identifier_equals_a_missing_one() {
        assert!(compare("a.", "a").is_eq() && compare("a..b", "a").is_gt());
        assert!(compare("a..b", "a.0").is_lt() && compare(".", "").is_lt());
    }
}
