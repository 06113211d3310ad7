//! The objects of a manifest, by what Kubernetes knows them by.

use crate::render::cleaning::{chunks, document};
use crate::yaml::{self, LooseNumbers, Value};
use std::collections::BTreeSet;
use std::fmt;

/// How many characters of a part of an object's name are shown.
const SHOWN: usize = 100;

/// An object of a cluster. The version of its kind is no part of it: an object stays the same when
/// that changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its kind.
    pub kind: String,
    /// Its namespace; empty where it names none.
    pub namespace: String,
    /// Its name; empty where it has none.
    pub name: String,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [kind, namespace, name] = [&self.kind, &self.namespace, &self.name]
            .map(|part| part.chars().take(SHOWN).collect::<String>());
        match (namespace.as_str(), name.as_str()) {
            (_, "") => write!(f, "{kind} without a name"),
            ("", name) => write!(f, "{kind} {name}"),
            (namespace, name) => write!(f, "{kind} {namespace}/{name}"),
        }
    }
}

/// Returns the objects of a manifest: mappings with a kind, and those in lists of them.
// Static files are taken as they are. What we cannot read is an object where it says so.
pub fn objects(manifest: &[u8]) -> BTreeSet<Object> {
    let mut found = BTreeSet::new();
    for chunk in chunks(manifest) {
        match document(chunk) {
            Ok(Some(value)) => collect(&value, &mut found),
            Ok(None) => {}
            Err(_) => found.extend(guessed(&String::from_utf8_lossy(chunk))),
        }
    }
    found
}

fn collect(value: &Value, found: &mut BTreeSet<Object>) {
    let Value::Mapping(object) = value else {
        return;
    };
    match (object.get("kind"), object.get("items")) {
        (Some(Value::String(kind)), Some(Value::Sequence(items))) if kind.ends_with("List") => {
            for item in items {
                collect(item, found);
            }
        }
        (Some(Value::String(kind)), _) => {
            let text = |key: &str| match object.get("metadata") {
                Some(Value::Mapping(metadata)) => metadata.get(key).map(text).unwrap_or_default(),
                _ => String::new(),
            };
            let (namespace, name) = (text("namespace"), text("name"));
            found.insert(Object { kind: kind.clone(), namespace, name });
        }
        _ => {}
    }
}

/// Returns a part of a name. One such as `7` or `no`, which YAML takes for something else, is told
/// from others all the same.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => {
            let written = yaml::write(other, LooseNumbers::Plain);
            String::from_utf8_lossy(&written).trim().to_owned()
        }
    }
}

/// Returns the object that a text seems to be of which nobody can read all.
fn guessed(text: &str) -> Option<Object> {
    let value = |line: &str, key: &str| {
        let value = line.strip_prefix(key)?.trim().trim_matches(['"', '\'']);
        Some(value.to_owned())
    };
    let kind = text.lines().find_map(|line| value(line, "kind:"))?;
    let metadata = || text.lines().skip_while(|line| !line.starts_with("metadata:")).skip(1);
    let within = |key| metadata().find_map(|line| value(line.trim_start(), key));
    let (namespace, name) = (within("namespace:"), within("name:"));
    let (namespace, name) = (namespace.unwrap_or_default(), name.unwrap_or_default());
    Some(Object { kind, namespace, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(manifest: &str) -> String {
        let objects = objects(manifest.as_bytes());
        objects.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn objects_are_known_by_kind_namespace_and_name() {
        assert_eq!(
            shown(
                "kind: A\nmetadata: {name: x, namespace: m}\n---\napiVersion: v2\nkind: A\n\
                 metadata: {name: x, namespace: m}\n---\nkind: B\nmetadata: {name: x}\n---\nkind: C\n"
            ),
            "A m/x, B x, C without a name"
        );
    }

    #[test]
    fn names_that_are_no_texts_are_told_from_each_other() {
        let manifest =
            "kind: A\nmetadata: {name: 1}\n---\nkind: A\nmetadata: {name: no, namespace: m}\n";
        assert_eq!(shown(manifest), "A 1, A m/false");
    }

    #[test]
    fn lists_hold_objects() {
        let list = "kind: List\nitems:\n- {kind: A, metadata: {name: x}}\n- kind: B\n- 7\n";
        assert_eq!(shown(list), "A x, B without a name");
    }

    #[test]
    fn what_cannot_be_read_counts_where_it_says_what_it_is() {
        let template = "kind: Namespace\nmetadata:\n  labels: {{ x }}: [\n  name: \"team\"\n";
        assert_eq!(shown(template), "Namespace team");
        assert_eq!(shown("# Read me: [\n\nkinds: of: things\n"), "");
    }
}
