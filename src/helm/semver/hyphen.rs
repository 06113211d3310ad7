//! Hyphen ranges: `1.2 - 1.4` means `>= 1.2, <= 1.4`.

use crate::helm::semver::comparison::in_number;
use crate::helm::semver::shape::{Shape, is_blank};

/// Returns a constraint with its hyphen ranges replaced.
// A range is replaced where its text first appears, which is not always where it was found, and
// what a word holds before its version stays: the errors of Helm's library show both.
pub(crate) fn replaced(constraint: &str) -> String {
    let mut result = constraint.to_owned();
    for range in ranges(constraint) {
        let comparisons = format!(">= {}, <= {} ", range.lower, range.upper);
        result = result.replacen(range.text, &comparisons, 1);
    }
    result
}

struct Range<'a> {
    text: &'a str,
    lower: &'a str,
    upper: &'a str,
}

/// Returns the ranges of a constraint with the blanks around them.
fn ranges(constraint: &str) -> Vec<Range<'_>> {
    let (mut found, mut taken) = (Vec::new(), 0);
    for (hyphen, _) in constraint.match_indices('-') {
        let before = constraint.get(taken..hyphen).and_then(lower);
        let after = constraint.get(hyphen + 1..).and_then(upper);
        let (Some((length, lower)), Some((upper, rest))) = (before, after) else {
            continue;
        };
        taken = constraint.len() - rest.len();
        let text = constraint.get(hyphen - length..taken).unwrap_or_default();
        found.push(Range { text, lower, upper });
    }
    found
}

/// Returns the version that a text ends with, but for blanks, of which there must be some, and
/// how many bytes of the text belong to the range.
fn lower(text: &str) -> Option<(usize, &str)> {
    let unblanked = text.trim_end_matches(is_blank);
    if unblanked.len() == text.len() {
        return None;
    }
    let word = unblanked.split(is_blank).next_back()?;
    let mut tails = word.char_indices().filter_map(|(index, _)| word.get(index..));
    let version = tails.find_map(|tail| Shape::whole(tail, in_number))?.text;
    let preceding = unblanked.strip_suffix(version)?.trim_end_matches(is_blank);
    Some((text.len() - preceding.len(), version))
}

/// Returns the version that a text begins with, but for blanks, of which there must be some, and
/// what follows it.
fn upper(text: &str) -> Option<(&str, &str)> {
    let unblanked = text.trim_start_matches(is_blank);
    if unblanked.len() == text.len() {
        return None;
    }
    let (version, rest) = Shape::first(unblanked, in_number)?;
    Some((version.text, rest.trim_start_matches(is_blank)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(constraints: &[&str], expected: &Expect) {
        let shown = constraints.iter().map(|text| format!("{text:?}: {:?}\n", replaced(text)));
        expected.assert_eq(&shown.collect::<String>());
    }

    #[test]
    fn a_hyphen_between_blanks_makes_a_range() {
        check(
            &["1.2 - 1.4.5", "1  -\t2", "v1-a - x", "1 - 2 || 3 - 4, <5", "1 - 2 3 - 4"],
            &expect![[r#"
                "1.2 - 1.4.5": ">= 1.2, <= 1.4.5 "
                "1  -\t2": ">= 1, <= 2 "
                "v1-a - x": ">= v1-a, <= x "
                "1 - 2 || 3 - 4, <5": ">= 1, <= 2 ||>= 3, <= 4 , <5"
                "1 - 2 3 - 4": ">= 1, <= 2 >= 3, <= 4 "
            "#]],
        );
    }

    #[test]
    fn other_hyphens_do_not() {
        check(
            &["1-2", "1 -2", "1- 2", "1 - - 2", "1 - a", "a - 1", "- 1"],
            &expect![[r#"
                "1-2": "1-2"
                "1 -2": "1 -2"
                "1- 2": "1- 2"
                "1 - - 2": "1 - - 2"
                "1 - a": "1 - a"
                "a - 1": "a - 1"
                "- 1": "- 1"
            "#]],
        );
    }

    #[test]
    fn what_surrounds_a_range_stays() {
        check(
            &[">1 - 2", "1.2.3.4 - 5.6.7.8", "a 1 - 2 b", "1 - 2 - 3"],
            &expect![[r#"
                ">1 - 2": ">>= 1, <= 2 "
                "1.2.3.4 - 5.6.7.8": "1.>= 2.3.4, <= 5.6.7 .8"
                "a 1 - 2 b": "a>= 1, <= 2 b"
                "1 - 2 - 3": ">= 1, <= 2 - 3"
            "#]],
        );
    }

    #[test]
    fn a_range_is_replaced_where_its_text_first_appears() {
        check(
            &["1 - 1 - 1 - 1", "1 - 2,11 - 2"],
            &expect![[r#"
                "1 - 1 - 1 - 1": ">= 1, <=>= 1, <= 1  - 1"
                "1 - 2,11 - 2": ">= 1, <= 2 ,>= 11, <= 2 "
            "#]],
        );
    }
}
