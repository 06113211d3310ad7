//! Expressions that are ready to match.

use crate::helm::Profile;
use crate::helm::functions::regex::syntax::{Fault, SyntaxError};
use crate::helm::functions::regex::translation::{Translation, translated};
use crate::helm::value::Text;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// What groups matched; the first one is the whole expression.
pub(super) type Groups = Vec<Option<Range<usize>>>;

/// An expression that is ready to match.
#[derive(Debug)]
pub(in crate::helm::functions) struct Compiled {
    translation: Translation,
    text: Option<regex::Regex>,
    bytes: OnceCell<Option<regex::bytes::Regex>>,
}

type Known = BTreeMap<(Profile, Text), Rc<Compiled>>;

thread_local! {
    // Charts use a few expressions many times, and making one costs more than using it.
    static KNOWN: RefCell<Known> = const { RefCell::new(BTreeMap::new()) };
}

/// How many expressions are kept.
const MOST_KNOWN: usize = 200;
/// How much memory one expression may take, in bytes.
const LARGEST: usize = 32 << 20;

/// Returns an expression, from the last time if there was one.
pub(super) fn compiled(expression: &Text, profile: Profile) -> Result<Rc<Compiled>, SyntaxError> {
    let key = (profile, expression.clone());
    let known = KNOWN.with_borrow(|known| known.get(&key).cloned());
    if let Some(compiled) = known {
        return Ok(compiled);
    }
    let compiled = Rc::new(Compiled::new(expression, profile)?);
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(key, Rc::clone(&compiled));
    });
    Ok(compiled)
}

impl Compiled {
    fn new(expression: &Text, profile: Profile) -> Result<Self, SyntaxError> {
        let source =
            expression.as_str().ok_or_else(|| Fault::Utf8.at(&expression.to_str_lossy()))?;
        let translation = translated(source, profile)?;
        let too_large = || Fault::Large.at(source);
        let bytes = OnceCell::new();
        let text = if translation.needs_bytes {
            let compiled = compiled_bytes(&translation).ok_or_else(too_large)?;
            let _unset = bytes.set(Some(compiled));
            None
        } else {
            let mut builder = regex::RegexBuilder::new(&translation.pattern);
            Some(builder.size_limit(LARGEST).nest_limit(5000).build().ok().ok_or_else(too_large)?)
        };
        Ok(Self { translation, text, bytes })
    }

    /// Returns the first so many matches, or all.
    pub(super) fn ranges(&self, text: &[u8], most: Option<usize>) -> Vec<Range<usize>> {
        let most = most.unwrap_or(usize::MAX);
        match (str::from_utf8(text), &self.text) {
            (Ok(text), Some(regex)) => {
                regex.find_iter(text).take(most).map(|m| m.range()).collect()
            }
            _ => self
                .groups_in_bytes(text, most)
                .into_iter()
                .filter_map(|groups| groups.into_iter().next()?)
                .collect(),
        }
    }

    /// Returns what the groups of the first so many matches matched, or of all.
    pub(super) fn matches(&self, text: &[u8], most: Option<usize>) -> Vec<Groups> {
        let most = most.unwrap_or(usize::MAX);
        match (str::from_utf8(text), &self.text) {
            (Ok(text), Some(regex)) => {
                let groups = |captures: regex::Captures<'_>| {
                    captures.iter().map(|group| group.map(|group| group.range())).collect()
                };
                regex.captures_iter(text).take(most).map(groups).collect()
            }
            _ => self.groups_in_bytes(text, most),
        }
    }

    fn groups_in_bytes(&self, text: &[u8], most: usize) -> Vec<Groups> {
        let regex = self.bytes.get_or_init(|| compiled_bytes(&self.translation));
        let Some(regex) = regex else { return Vec::new() };
        let groups = |captures: regex::bytes::Captures<'_>| {
            captures.iter().map(|group| group.map(|group| group.range())).collect()
        };
        regex.captures_iter(text).take(most).map(groups).collect()
    }

    /// Writes a template with what groups matched in the place of their numbers and names.
    pub(super) fn expand(
        &self,
        template: &[u8],
        text: &[u8],
        groups: &Groups,
        output: &mut Vec<u8>,
    ) {
        let mut rest = template;
        while let Some(at) = rest.iter().position(|byte| *byte == b'$') {
            let (plain, reference) = rest.split_at(at);
            output.extend_from_slice(plain);
            rest = reference.get(1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix(b"$") {
                output.push(b'$');
                rest = after;
                continue;
            }
            let Some((name, after)) = reference_name(rest) else {
                output.push(b'$');
                continue;
            };
            rest = after;
            let group = self.group_of(name, groups);
            output.extend_from_slice(group.and_then(|range| text.get(range)).unwrap_or_default());
        }
        output.extend_from_slice(rest);
    }

    /// Returns what the group of a number matched, or the first group of a name that matched.
    fn group_of(&self, name: &str, groups: &Groups) -> Option<Range<usize>> {
        let is_number = name.bytes().all(|byte| byte.is_ascii_digit())
            && (name.len() == 1 || !name.starts_with('0'));
        if is_number {
            return groups.get(name.parse::<usize>().ok()?).cloned().flatten();
        }
        let mut named = self.translation.names.iter().zip(groups);
        named.find_map(|(known, group)| group.clone().filter(|_| known.as_deref() == Some(name)))
    }
}

fn compiled_bytes(translation: &Translation) -> Option<regex::bytes::Regex> {
    let mut builder = regex::bytes::RegexBuilder::new(&translation.pattern);
    builder.size_limit(LARGEST).nest_limit(5000).build().ok()
}

/// Reads `name` or `{name}`.
fn reference_name(text: &[u8]) -> Option<(&str, &[u8])> {
    let (inner, is_braced) = match text.strip_prefix(b"{") {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let word = str::from_utf8(inner).unwrap_or_else(|error| {
        str::from_utf8(inner.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
    });
    let is_letter =
        |c: char| c == '_' || crate::helm::format::is_letter(c) || crate::helm::format::is_digit(c);
    let end = word.find(|c| !is_letter(c)).unwrap_or(word.len());
    let name = word.get(..end).filter(|name| !name.is_empty())?;
    let rest = inner.get(end..)?;
    let rest = if is_braced { rest.strip_prefix(b"}")? } else { rest };
    Some((name, rest))
}
