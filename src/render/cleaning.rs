//! Helm's output made into a manifest by Fabrikate's rules.

use crate::yaml::{self, Keys, LooseNumbers, Value};
use std::fmt;

/// What cleaning gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The manifest.
    pub manifest: Vec<u8>,
    /// What became of documents that were not taken over: why, and how they begin.
    pub dropped: Vec<Dropped>,
}

/// A document that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Why.
    pub reason: Unfit,
    /// Its first line.
    pub beginning: String,
}

/// Why a document is no object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is not YAML: nobody knows what it was to be.
    Unreadable(String),
    /// It is a list, or a plain value.
    NoMapping(&'static str),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => write!(f, "it cannot be read: {problem}"),
            Self::NoMapping(kind) => write!(f, "it is {kind}"),
        }
    }
}

/// A document that Kubernetes cannot read and that must not be lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// What is wrong.
    pub reason: &'static str,
    /// The document's first line.
    pub beginning: String,
}

/// Returns the manifest of a chart's rendered text. With a `namespace`, it is set in the metadata
/// of every document that has none, and all documents are written anew.
///
/// The text is split wherever a line begins with three hyphens, as Fabrikate does; what is no
/// mapping, or an empty one, is left out. (Measured with Fabrikate 1.0.0-alpha.1.)
pub fn clean(text: &[u8], namespace: Option<&str>) -> Result<Cleaned, Malformed> {
    let mut cleaned = Cleaned::default();
    for chunk in chunks(text) {
        let value = match document(chunk) {
            Ok(Some(value)) => value,
            Ok(None) => continue,
            Err(reason) => {
                cleaned.dropped.push(Dropped { reason, beginning: beginning(chunk) });
                continue;
            }
        };
        let malformed = |reason| Malformed { reason, beginning: beginning(chunk) };
        cleaned.manifest.extend_from_slice(b"---\n");
        match namespace {
            None => {
                check(&value).map_err(malformed)?;
                cleaned.manifest.extend_from_slice(chunk);
            }
            Some(namespace) => {
                let value = injected(value, namespace).map_err(malformed)?;
                cleaned.manifest.extend(yaml::write(&value, LooseNumbers::Plain));
            }
        }
        cleaned.manifest.push(b'\n');
    }
    Ok(cleaned)
}

/// Returns the pieces between line breaks that three hyphens follow.
pub(super) fn chunks(text: &[u8]) -> Vec<&[u8]> {
    let (mut chunks, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.windows(4).position(|window| window == b"\n---") {
        let (chunk, tail) = rest.split_at(at);
        chunks.push(chunk);
        rest = tail.get(4..).unwrap_or_default();
    }
    chunks.push(rest);
    chunks
}

/// Returns the mapping that a piece of text holds; `None` when it holds nothing.
fn document(chunk: &[u8]) -> Result<Option<Value>, Unfit> {
    let unreadable = |error: yaml::Error| Unfit::Unreadable(error.message);
    let node = yaml::parse(chunk).map_err(unreadable)?;
    let Some(node) = node else {
        return Ok(None);
    };
    match node.to_value(Keys::Typed).map_err(unreadable)? {
        Value::Null => Ok(None),
        Value::Mapping(mapping) if mapping.is_empty() => Ok(None),
        value @ Value::Mapping(_) => Ok(Some(value)),
        Value::Sequence(_) => Err(Unfit::NoMapping("a list")),
        _ => Err(Unfit::NoMapping("a plain value")),
    }
}

fn check(value: &Value) -> Result<(), &'static str> {
    match value {
        Value::Mapping(document) => match document.get("metadata") {
            None | Some(Value::Null | Value::Mapping(_)) => Ok(()),
            Some(_) => Err("its metadata is no mapping"),
        },
        _ => Ok(()),
    }
}

fn injected(mut value: Value, namespace: &str) -> Result<Value, &'static str> {
    check(&value)?;
    if let Value::Mapping(document) = &mut value
        && let Some(Value::Mapping(metadata)) = document.get_mut("metadata")
        && matches!(metadata.get("namespace"), None | Some(Value::Null))
    {
        metadata.insert("namespace".to_owned(), Value::String(namespace.to_owned()));
    }
    Ok(value)
}

fn beginning(chunk: &[u8]) -> String {
    let text = String::from_utf8_lossy(chunk);
    let is_said = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("---");
    text.lines().find(is_said).unwrap_or_default().chars().take(100).collect()
}

/// Returns how many objects a manifest holds: mappings with a kind, and those in lists of them.
// Static files are taken as they are. What we cannot read counts where it says that it is one.
pub fn objects(manifest: &[u8]) -> usize {
    let count = |chunk: &&[u8]| match document(chunk) {
        Ok(Some(value)) => objects_of(&value),
        Ok(None) => 0,
        Err(_) => usize::from(chunk.split(|byte| *byte == b'\n').any(|l| l.starts_with(b"kind:"))),
    };
    chunks(manifest).iter().map(count).sum()
}

fn objects_of(value: &Value) -> usize {
    let Value::Mapping(object) = value else {
        return 0;
    };
    match (object.get("kind"), object.get("items")) {
        (Some(Value::String(kind)), Some(Value::Sequence(items))) if kind.ends_with("List") => {
            items.iter().map(objects_of).sum()
        }
        (Some(Value::String(_)), _) => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_split_at_hyphens_that_begin_a_line() {
        let text = b"---\na: 1\n---\nb: 2\n----\nc: 3\n  ---\n";
        let chunks: Vec<_> = chunks(text).into_iter().map(String::from_utf8_lossy).collect();
        assert_eq!(chunks, ["---\na: 1", "\nb: 2", "-\nc: 3\n  ---\n"]);
    }

    #[test]
    fn objects_are_counted_and_nothing_else() {
        assert_eq!(
            objects(b"---\n---\n# Source: a\nkind: A\n---\n# only\n---\n\n---\nkind: B\n"),
            2
        );
        assert_eq!(
            objects(b"kind: List\nitems:\n- kind: A\n- kind: B\n---\nkind: A\nitems: []\n"),
            3
        );
        assert_eq!(
            objects(b"# Read me\n\nThis folder: holds: nothing.\n---\nNote: x\n---\n- kind: A\n"),
            0
        );
        assert_eq!(objects(b"a: [\nkind: A\n---\nkind: 7\n"), 1);
        assert_eq!(objects(b""), 0);
    }
}
