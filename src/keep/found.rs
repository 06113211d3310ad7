//! Random values of a chart, found in what is published.

use crate::helm::functions::{Record, Site, UNKNOWN_KEY};
use crate::keep::Values;
use crate::keep::skeleton::{Needle, skeleton};
use crate::render::leaves::{Object, pairs};
use std::collections::{BTreeMap, BTreeSet};

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What calls gave when the published manifest was made.
    pub(super) values: Values,
    /// The calls whose results stand in a field, whether they were found or not.
    pub(super) seen: BTreeSet<Site>,
}

/// Finds what calls gave when older objects were made: in the fields where two renderings have what
/// the calls gave them.
pub(super) fn find(
    (first, second): (&[Object], &[Object]),
    old: &[Object],
    records: (&Record, &Record),
) -> Found {
    let needles = needles(records);
    let mut found = Found::default();
    let mut texts: BTreeMap<(Site, usize), BTreeSet<String>> = BTreeMap::new();
    let published = pairs(first, old).both;
    for (object, other) in pairs(first, second).both {
        let old = published.iter().find(|(it, _)| std::ptr::eq(*it, object)).map(|(_, old)| *old);
        for (path, leaf) in &object.leaves {
            let Some(other) = other.leaves.get(path).filter(|other| *other != leaf) else {
                continue;
            };
            let Some(skeleton) = skeleton(leaf.text(), other.text(), &needles) else {
                continue;
            };
            found.seen.extend(skeleton.holes().map(|needle| needle.site));
            let old = old.and_then(|old| old.leaves.get(path));
            for (needle, text) in old.and_then(|old| skeleton.read(old.text())).unwrap_or_default()
            {
                texts.entry((needle.site, needle.slot)).or_default().insert(text);
            }
        }
    }
    for site in found.seen.clone() {
        if let Some(values) = values(site, records.0, &texts) {
            found.values.insert(site, values);
        }
    }
    found
}

/// Returns what a call gave, where all fields agree. A key may be unknown, a certificate may not.
fn values(
    site: Site,
    record: &Record,
    texts: &BTreeMap<(Site, usize), BTreeSet<String>>,
) -> Option<Vec<String>> {
    let drawn = record.drawn.get(&site)?;
    let slots = drawn.texts.iter().enumerate().map(|(slot, text)| {
        let found = texts.get(&(site, slot));
        let mut found = found.into_iter().flatten();
        match (found.next(), found.next()) {
            (Some(found), None) => {
                let end = text.trim_end_matches('\n').len();
                Some(format!("{found}{}", text.get(end..).unwrap_or_default()))
            }
            (None, _) if slot == 1 => Some(format!("{UNKNOWN_KEY}1")),
            _ => None,
        }
    });
    slots.collect()
}

fn needles((first, second): (&Record, &Record)) -> Vec<Needle> {
    let mut needles = Vec::new();
    for (site, drawn) in &first.drawn {
        let Some(other) = second.drawn.get(site) else {
            continue;
        };
        for (slot, texts) in drawn.texts.iter().zip(&other.texts).enumerate() {
            let [one, other] = [texts.0, texts.1].map(|text| text.trim_end_matches('\n'));
            let mut add = |one: &str, other: &str| {
                // Numbers and keys are longer or shorter as they come.
                let is_fixed = drawn.texts.len() == 1
                    && drawn.function != "randInt"
                    && !one.starts_with("-----BEGIN");
                needles.push(Needle {
                    site: *site,
                    slot,
                    one: one.to_owned(),
                    other: other.to_owned(),
                    length: is_fixed.then(|| one.chars().count()),
                });
            };
            if one.is_empty() || one == other {
                continue;
            }
            add(one, other);
            let (low, low_other) = (one.to_lowercase(), other.to_lowercase());
            if low != one {
                add(&low, &low_other);
            }
        }
    }
    // What is in something longer is not found on its own.
    needles.sort_by_key(|needle| std::cmp::Reverse(needle.one.len()));
    needles
}
