//! References within a schema.

use crate::helm::schema::problem::SchemaProblem;
use serde_json::Value;
use std::collections::BTreeMap;

/// Where parts of a schema are, by the names that they give themselves.
#[derive(Debug, Default)]
pub(super) struct Identifiers {
    keys: &'static [&'static str],
    places: BTreeMap<String, String>,
}

/// A schema that refers, and what references in it are relative to.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// The address of the document that it is in, or nothing.
    pub(super) base: String,
    /// Where that document begins.
    pub(super) root: String,
}

/// How deeply a schema nests; its reader has such a limit too.
const DEEPEST: usize = 200;

impl Identifiers {
    /// Returns those of a document.
    pub(super) fn of(document: &Value, keys: &'static [&'static str]) -> Self {
        let mut identifiers = Self { keys, places: BTreeMap::new() };
        identifiers.collect(document, "", ("", 0));
        identifiers
    }

    fn collect(&mut self, value: &Value, place: &str, (base, depth): (&str, usize)) {
        if depth > DEEPEST {
            return;
        }
        let depth = depth + 1;
        match value {
            Value::Object(object) => {
                let own = self.keys.iter().find_map(|key| object.get(*key)?.as_str());
                let base = own.map_or_else(|| base.to_owned(), |id| resolved(base, id));
                if own.is_some() {
                    self.places.entry(without_fragment(&base)).or_insert_with(|| place.to_owned());
                }
                let base = base.split_once('#').map_or(base.as_str(), |(document, _)| document);
                let is_schema = |name: &str| !matches!(name, "enum" | "const");
                for (name, child) in object.iter().filter(|(name, _)| is_schema(name)) {
                    self.collect(child, &format!("{place}/{}", escaped(name)), (base, depth));
                }
            }
            Value::Array(elements) => {
                for (index, child) in elements.iter().enumerate() {
                    self.collect(child, &format!("{place}/{index}"), (base, depth));
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Returns the place that a reference leads to.
    pub(super) fn find(&self, scope: &Scope, reference: &str) -> Result<String, SchemaProblem> {
        let address = resolved(&scope.base, reference);
        let (document, fragment) = address.split_once('#').unwrap_or((&address, ""));
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let known = self.places.get(&format!("{document}#{fragment}"));
            return known.cloned().ok_or_else(|| SchemaProblem::Nowhere(fragment.to_owned()));
        }
        let root = if document == scope.base {
            &scope.root
        } else if let Some(root) = self.places.get(document) {
            root
        } else if document.contains("://") {
            return Err(SchemaProblem::Remote(document.to_owned()));
        } else {
            return Err(SchemaProblem::Relative(format!("/{}", document.trim_start_matches('/'))));
        };
        Ok(format!("{root}{}", percent_decoded(fragment)))
    }
}

impl Scope {
    /// Returns the scope within a schema that has a name of its own.
    pub(super) fn within(&self, id: &str, place: &str) -> Self {
        if id.starts_with('#') {
            return self.clone();
        }
        let address = resolved(&self.base, id);
        let base = address.split_once('#').map_or(address.as_str(), |(document, _)| document);
        Self { base: base.to_owned(), root: place.to_owned() }
    }
}

fn without_fragment(address: &str) -> String {
    address.strip_suffix('#').unwrap_or(address).to_owned()
}

/// Returns the address that a reference means where it stands.
fn resolved(base: &str, reference: &str) -> String {
    if reference.starts_with('#') {
        return format!("{base}{reference}");
    }
    if reference.contains("://") || reference.starts_with("urn:") {
        return reference.to_owned();
    }
    let Some((scheme, rest)) = base.split_once("://") else { return reference.to_owned() };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(absolute) = reference.strip_prefix('/') {
        return format!("{scheme}://{host}/{absolute}");
    }
    let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let reference = reference.strip_prefix("./").unwrap_or(reference);
    format!("{scheme}://{host}/{folder}{reference}")
}

/// Returns a name as a part of a pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn percent_decoded(text: &str) -> String {
    let mut decoded = Vec::new();
    let mut bytes = text.as_bytes().iter();
    while let Some(byte) = bytes.next().copied() {
        let digits = bytes.as_slice().get(..2).filter(|_| byte == b'%');
        let number = digits
            .and_then(|digits| str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if number.is_some() {
            bytes.nth(1);
        }
        decoded.push(number.unwrap_or(byte));
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// Returns the part of a document at a place.
pub(super) fn part<'a>(document: &'a Value, place: &str) -> Result<&'a Value, SchemaProblem> {
    let mut value = document;
    for name in place.split('/').skip(1) {
        let name = name.replace("~1", "/").replace("~0", "~");
        let child = match value {
            Value::Object(object) => object.get(&name),
            Value::Array(elements) => {
                name.parse().ok().and_then(|index: usize| elements.get(index))
            }
            _ => None,
        };
        value = child.ok_or(SchemaProblem::Nowhere(name))?;
    }
    Ok(value)
}
