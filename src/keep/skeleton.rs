//! Texts with random values in them: what stands around the values, and in another text between.

use crate::helm::functions::Site;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// What a call gave in two renderings.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    /// The call.
    pub(super) site: Site,
    /// Which of the texts that it gave.
    pub(super) slot: usize,
    pub(super) one: String,
    pub(super) other: String,
    /// How many characters it has, where that is always the same.
    pub(super) length: Option<usize>,
}

/// A text in which calls' results stand.
#[derive(Debug)]
pub(super) struct Skeleton<'n> {
    parts: Vec<Part<'n>>,
    /// Whether the text is in base64.
    is_encoded: bool,
}

#[derive(Clone, Debug)]
enum Part<'n> {
    Text(String),
    Hole(&'n Needle),
}

/// How short results may be, from the surest on: what is very short stands anywhere by chance.
const SHORTEST: [usize; 3] = [8, 3, 1];

/// Returns where the results of calls stand in a text, if nothing else makes it differ from another.
pub(super) fn skeleton<'n>(one: &str, other: &str, needles: &'n [Needle]) -> Option<Skeleton<'n>> {
    if let Some(parts) = parts(one, other, needles) {
        return Some(Skeleton { parts, is_encoded: false });
    }
    let (one, other) = (decoded(one)?, decoded(other)?);
    Some(Skeleton { parts: parts(&one, &other, needles)?, is_encoded: true })
}

fn parts<'n>(one: &str, other: &str, needles: &'n [Needle]) -> Option<Vec<Part<'n>>> {
    let is_whole = |needle: &&Needle| needle.one == one && needle.other == other;
    if let Some(needle) = needles.iter().find(is_whole) {
        return Some(vec![Part::Hole(needle)]);
    }
    SHORTEST.into_iter().find_map(|shortest| {
        let mut parts = vec![Part::Text(one.to_owned())];
        for needle in needles.iter().filter(|needle| needle.one.len() >= shortest) {
            parts = parts.into_iter().flat_map(|part| split(part, needle)).collect();
        }
        let rebuilt: String = parts
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.as_str(),
                Part::Hole(needle) => &needle.other,
            })
            .collect();
        (rebuilt == other).then_some(parts)
    })
}

fn split<'n>(part: Part<'n>, needle: &'n Needle) -> Vec<Part<'n>> {
    let Part::Text(text) = part else {
        return vec![part];
    };
    let mut parts = Vec::new();
    for (number, piece) in text.split(needle.one.as_str()).enumerate() {
        if number > 0 {
            parts.push(Part::Hole(needle));
        }
        if !piece.is_empty() {
            parts.push(Part::Text(piece.to_owned()));
        }
    }
    parts
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(BASE64_STANDARD.decode(text.trim_end()).ok()?).ok()
}

/// Returns where a value ends at the earliest: PEM has many lines.
fn least_end(text: &str) -> Option<usize> {
    if text.starts_with("-----BEGIN ") { text.find("-----END ") } else { Some(0) }
}

impl<'n> Skeleton<'n> {
    /// Returns the results that stand in the text.
    pub(super) fn holes(&self) -> impl Iterator<Item = &'n Needle> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(needle) => Some(*needle),
            Part::Text(_) => None,
        })
    }

    /// Returns what stands in another text where this one has results, if all around it is the same.
    pub(super) fn read(&self, text: &str) -> Option<Vec<(&'n Needle, String)>> {
        let decoded = if self.is_encoded { decoded(text)? } else { text.to_owned() };
        let (mut rest, mut found) = (decoded.as_str(), Vec::new());
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let needle = match part {
                Part::Text(text) => {
                    rest = rest.strip_prefix(text.as_str())?;
                    continue;
                }
                Part::Hole(needle) => *needle,
            };
            let end = match (needle.length, parts.peek()) {
                (Some(length), _) => {
                    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
                    ends.into_iter().nth(length)?
                }
                (None, Some(Part::Text(next))) => {
                    let from = least_end(rest)?;
                    from + rest.get(from..)?.find(next.as_str())?
                }
                (None, Some(Part::Hole(_))) => return None,
                (None, None) => rest.len(),
            };
            let (value, tail) = rest.split_at_checked(end)?;
            found.push((needle, value.to_owned()));
            rest = tail;
        }
        rest.is_empty().then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needle(slot: usize, one: &str, other: &str, length: Option<usize>) -> Needle {
        let (one, other) = (one.to_owned(), other.to_owned());
        Needle { site: Site::default(), slot, one, other, length }
    }

    /// Finds the needles of two texts in a third one.
    fn read(needles: &[Needle], texts: [&str; 3]) -> Option<Vec<(usize, String)>> {
        let [one, other, old] = texts;
        let found = skeleton(one, other, needles)?.read(old)?;
        Some(found.into_iter().map(|(needle, text)| (needle.slot, text)).collect())
    }

    fn found(slot: usize, text: &str) -> (usize, String) {
        (slot, text.to_owned())
    }

    #[test]
    fn values_are_found_between_what_stays_the_same() {
        let needles =
            [needle(0, "abcdefgh", "ijklmnop", Some(8)), needle(1, "xyz", "uvw", Some(3))];
        let url = ["db://abcdefgh:xyz@h", "db://ijklmnop:uvw@h", "db://12345678:987@h"];
        assert_eq!(read(&needles, url), Some(vec![found(0, "12345678"), found(1, "987")]));
        let base64 = url.map(|text| BASE64_STANDARD.encode(text));
        let base64 = [base64[0].as_str(), &base64[1], &base64[2]];
        assert_eq!(read(&needles, base64), Some(vec![found(0, "12345678"), found(1, "987")]));
        assert_eq!(read(&needles, [url[0], url[1], "db://12345678:987@other"]), None);
        assert_eq!(read(&needles, [url[0], url[1], "db://1234567:987@h"]), None);
        assert_eq!(read(&needles, ["abcdefgh!", "ijklmnop?", "12345678!"]), None);
    }

    #[test]
    fn what_is_very_short_is_found_where_it_is_all_or_where_nothing_else_fits() {
        let needles = [needle(0, "7", "8", Some(1))];
        assert_eq!(read(&needles, ["7", "8", "9"]), Some(vec![found(0, "9")]));
        assert_eq!(read(&needles, ["a-7", "a-8", "a-9"]), Some(vec![found(0, "9")]));
        assert_eq!(read(&needles, ["7-7", "7-8", "7-9"]), None);
    }

    #[test]
    fn what_has_no_fixed_length_ends_where_the_rest_begins() {
        let needles = [needle(0, "one", "other", None)];
        assert_eq!(
            read(&needles, ["<one>", "<other>", "<another>"]),
            Some(vec![found(0, "another")])
        );
        let pem = |text: &str| format!("-----BEGIN A-----\n{text}\n-----END A-----");
        let needles_of_pem = [needle(0, &pem("one"), &pem("other"), None)];
        let [one, other, old] = ["one", "other", "x\ny"].map(|text| pem(text) + "\n");
        assert_eq!(read(&needles_of_pem, [&one, &other, &old]), Some(vec![found(0, &pem("x\ny"))]));
        assert_eq!(read(&needles, ["oneone", "otherother", "aa"]), None);
    }
}
