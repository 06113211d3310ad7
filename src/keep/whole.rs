//! A published manifest that stays whole.

use crate::render::leaves::{Object, pairs};

/// Tells whether what a function gives depends on no configuration but on numbers of its own.
pub(super) fn is_plain(function: &str) -> bool {
    function.starts_with("rand") || function == "uuidv4"
}

/// Tells whether objects differ from older ones only where they differ from what they would be if
/// chance fell otherwise.
pub(super) fn differ_by_chance((objects, other): (&[Object], &[Object]), old: &[Object]) -> bool {
    let (by_chance, by_time) = (pairs(objects, other), pairs(objects, old));
    let is_whole = by_chance.first.is_empty()
        && by_time.first.is_empty()
        && by_time.second.is_empty()
        && by_chance.second.is_empty();
    is_whole
        && by_time.both.iter().all(|(object, old)| {
            let other = by_chance.both.iter().find(|(it, _)| std::ptr::eq(*it, *object));
            other.is_some_and(|(_, other)| is_same_but(object, other, old))
        })
}

fn is_same_but(object: &Object, other: &Object, old: &Object) -> bool {
    object.leaves.len() == old.leaves.len()
        && object.leaves.iter().all(|(path, leaf)| {
            let is_same = old.leaves.get(path) == Some(leaf);
            let is_chance = || other.leaves.get(path).is_some_and(|other| other != leaf);
            old.leaves.contains_key(path) && (is_same || is_chance())
        })
}
