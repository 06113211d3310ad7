//! From nodes to values: merges, duplicate keys, the kinds of keys.

use crate::yaml::document::{Content, Document, NodeId, Reached};
use crate::yaml::error::Error;
use crate::yaml::go_syntax::go_syntax;
use crate::yaml::resolver::{self, Meaning, short_tag};
use crate::yaml::value::{Mapping, Value};

/// What the keys of tables become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// What they mean: `y` is true and `1` is a number. For manifests.
    Typed,
    /// Texts, as they are written; no key at all is the empty text. For configuration.
    Text,
}

/// What is done with a key and its value.
type Assign<'a> = &'a mut dyn FnMut(Reached, Reached) -> Result<(), Error>;

impl Document {
    /// Returns what a node means.
    pub(crate) fn value(&self, node: Reached, keys: Keys) -> Result<Value, Error> {
        match self.content(node.id) {
            Content::Scalar { .. } => self.scalar(node.id),
            Content::Sequence(_) => {
                let mut values = Vec::new();
                for child in self.children(node)? {
                    values.push(self.value(self.reach(child, node)?, keys)?);
                }
                Ok(Value::Sequence(values))
            }
            Content::Mapping(_) => {
                let mut values = Vec::new();
                self.assign(node, &mut |key, value| {
                    values.push((self.key(key, keys)?, self.value(value, keys)?));
                    Ok(())
                })?;
                Ok(Value::Mapping(Mapping::from_iter(values)))
            }
            Content::Alias { .. } => Ok(Value::Null),
        }
    }

    fn scalar(&self, id: NodeId) -> Result<Value, Error> {
        let text = || self.scalar_text(id).to_owned();
        Ok(match self.meaning(id)? {
            Meaning::Null => Value::Null,
            Meaning::Bool(truth) => Value::Bool(truth),
            Meaning::Int(number) => Value::Int(number),
            Meaning::Uint(number) => Value::Uint(number),
            Meaning::Float(number) => Value::Float(number),
            Meaning::Timestamp | Meaning::Text => Value::String(text()),
            Meaning::LooseNumber => Value::Loose(text()),
            Meaning::Binary(bytes) => binary(bytes),
        })
    }

    /// Returns what a scalar means.
    pub(crate) fn meaning(&self, id: NodeId) -> Result<Meaning, Error> {
        let Content::Scalar { text, implicit, .. } = self.content(id) else {
            return Ok(Meaning::Null);
        };
        let text = self.text(text);
        match self.tag(id) {
            None if implicit => Ok(resolver::resolve_plain(text)),
            None => Ok(Meaning::Text),
            Some(tag) => {
                resolver::resolve(tag, text).map_err(|error| error.shown_at(self.start(id)))
            }
        }
    }

    /// Returns the text of a scalar as it was read.
    pub(crate) fn scalar_text(&self, id: NodeId) -> &str {
        match self.content(id) {
            Content::Scalar { text, .. } => self.text(text),
            Content::Sequence(_) | Content::Mapping(_) | Content::Alias { .. } => "",
        }
    }

    fn key(&self, key: Reached, keys: Keys) -> Result<Value, Error> {
        match keys {
            Keys::Text => Ok(self.string(key)?.unwrap_or_else(|| Value::String(String::new()))),
            Keys::Typed => match self.value(key, keys)? {
                collection @ (Value::Sequence(_) | Value::Mapping(_)) => {
                    let message = format!("invalid map key: {}", go_syntax(&collection));
                    Err(Error::at(message, self.start(key.id)))
                }
                scalar => Ok(scalar),
            },
        }
    }

    /// Returns the text of a node as a field that is a string takes it, or nothing for null.
    pub(crate) fn string(&self, node: Reached) -> Result<Option<Value>, Error> {
        if !matches!(self.content(node.id), Content::Scalar { .. }) {
            return Err(self.unfit(node, "string"));
        }
        Ok(match self.meaning(node.id)? {
            Meaning::Null => None,
            Meaning::Binary(bytes) => Some(binary(bytes)),
            Meaning::Bool(_)
            | Meaning::Int(_)
            | Meaning::Uint(_)
            | Meaning::Float(_)
            | Meaning::Timestamp
            | Meaning::Text
            | Meaning::LooseNumber => Some(Value::String(self.scalar_text(node.id).to_owned())),
        })
    }

    /// Returns the error that a node does not fit into what Go calls `wanted`.
    pub(crate) fn unfit(&self, node: Reached, wanted: &str) -> Error {
        let kind = match self.content(node.id) {
            Content::Sequence(_) => "!!seq".to_owned(),
            Content::Mapping(_) => "!!map".to_owned(),
            Content::Scalar { .. } | Content::Alias { .. } => {
                let tag = match (self.meaning(node.id), self.tag(node.id)) {
                    (Err(error), _) => return error,
                    (Ok(_), Some(tag)) => short_tag(tag),
                    (Ok(meaning), None) => meaning.tag().to_owned(),
                };
                format!("{tag} `{}`", excerpt(self.scalar_text(node.id)))
            }
        };
        Error::unfit(&kind, wanted, self.start(node.id))
    }

    /// Calls `assign` with a mapping's entries in the order in which go-yaml assigns them: those of
    /// merged mappings stand where the `<<` stands, and of entries with the same key the last one
    /// wins.
    pub(crate) fn assign(&self, mapping: Reached, assign: Assign<'_>) -> Result<(), Error> {
        let mut children = self.children(mapping)?;
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            if self.is_merge(key) {
                self.merge(value, mapping, assign)?;
            } else {
                assign(self.reach(key, mapping)?, self.reach(value, mapping)?)?;
            }
        }
        Ok(())
    }

    fn is_merge(&self, key: NodeId) -> bool {
        match self.content(key) {
            Content::Scalar { text, implicit, .. } => {
                self.text(text) == "<<"
                    && (implicit || self.tag(key) == Some("tag:yaml.org,2002:merge"))
            }
            Content::Sequence(_) | Content::Mapping(_) | Content::Alias { .. } => false,
        }
    }

    fn merge(&self, source: NodeId, into: Reached, assign: Assign<'_>) -> Result<(), Error> {
        let reached = self.reach(source, into)?;
        if !matches!(self.content(source), Content::Sequence(_)) {
            return self.merge_one(source, reached, assign);
        }
        // Backwards, since the first one wins.
        let sources: Vec<_> = self.children(reached)?.collect();
        for source in sources.into_iter().rev() {
            self.merge_one(source, self.reach(source, reached)?, assign)?;
        }
        Ok(())
    }

    fn merge_one(&self, source: NodeId, reached: Reached, assign: Assign<'_>) -> Result<(), Error> {
        // go-yaml looks at what the anchor means at the end of the document.
        let last = match self.content(source) {
            Content::Alias { name, .. } => self.anchors.get(self.text(name)).copied(),
            Content::Scalar { .. } | Content::Sequence(_) | Content::Mapping(_) => None,
        };
        let is_mapping = |id| matches!(self.content(id), Content::Mapping(_));
        if !is_mapping(reached.id) || !last.is_none_or(is_mapping) {
            let message = "map merge requires map or sequence of maps as the value";
            return Err(Error::at(message, self.start(source)));
        }
        self.assign(reached, assign)
    }
}

fn binary(bytes: Vec<u8>) -> Value {
    match String::from_utf8(bytes) {
        Ok(text) => Value::String(text),
        Err(error) => Value::Binary(error.into_bytes()),
    }
}

/// Returns as much of a text as go-yaml shows in a message.
fn excerpt(text: &str) -> String {
    if text.len() <= 10 {
        return text.to_owned();
    }
    let beginning = text.as_bytes().get(..7).unwrap_or_default();
    format!("{}...", String::from_utf8_lossy(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{MAX_DEPTH, read};
    use std::fmt::Write;
    use std::thread;

    fn check(keys: Keys, text: &str, expected: &str) {
        let found = match read(text.as_bytes(), keys) {
            Ok(value) => go_syntax(&value),
            Err(error) => format!("{} {error}", error.line.unwrap_or_default()),
        };
        assert_eq!(found.replace("interface {}", "any"), expected, "{text:?}");
    }

    #[test]
    fn keys_are_what_they_mean_or_how_they_are_written() {
        let text = "{y: 1, 0x10: 2, ~: 3, 1.50: 4, <: 5}";
        check(Keys::Typed, text, r#"map[any]any{true:1, 1.5:4, 16:2, any(nil):3, "<":5}"#);
        check(Keys::Text, text, r#"map[any]any{"":3, "0x10":2, "1.50":4, "<":5, "y":1}"#);
        check(Keys::Typed, "? [a, 1]\n: b", r#"1 invalid map key: []any{"a", 1}"#);
        check(Keys::Text, "a:\n  ? [a]\n  : b", "2 line 2: cannot unmarshal !!seq into string");
    }

    #[test]
    fn of_the_entries_with_the_same_key_the_last_one_wins() {
        check(Keys::Typed, "{a: 1, b: 2, a: 3}", r#"map[any]any{"a":3, "b":2}"#);
        check(Keys::Typed, "{1e3: 1, '1e3': 2}", r#"map[any]any{"1e3":2}"#);
        check(Keys::Typed, "{1: 1, 1.0: 2}", "map[any]any{1:1, 1:2}");
    }

    #[test]
    fn merges_happen_where_they_stand() {
        check(Keys::Text, "{<<: {a: 1, b: 1}, a: 2}", r#"map[any]any{"a":2, "b":1}"#);
        check(Keys::Text, "{a: 2, <<: {a: 1, b: 1}}", r#"map[any]any{"a":1, "b":1}"#);
        check(Keys::Text, "{<<: [{a: 1}, {a: 2, b: 2}]}", r#"map[any]any{"a":1, "b":2}"#);
        check(Keys::Text, "{'<<': {a: 1}}", r#"map[any]any{"<<":map[any]any{"a":1}}"#);
        let refusal = "1 map merge requires map or sequence of maps as the value";
        check(Keys::Text, "{<<: a}", refusal);
        check(Keys::Text, "{<<: [[a]]}", refusal);
    }

    #[test]
    fn aliases_mean_the_anchor_before_them() {
        check(Keys::Text, "[&a 1, *a, &a 2, *a]", "[]any{1, 1, 2, 2}");
        check(Keys::Text, "&a [*a]", "1 anchor 'a' value contains itself");
        check(Keys::Text, "&a {b: {<<: *a}}", "1 anchor 'a' value contains itself");
    }

    #[test]
    fn binary_is_text_if_it_can_be() {
        check(Keys::Text, "!!binary aGk=", r#""hi""#);
        check(Keys::Text, "!!binary a", "1 !!binary value contains invalid base64 data");
        assert_eq!(read(b"!!binary /w==", Keys::Text), Ok(Value::Binary(vec![0xFF])));
    }

    #[test]
    fn aliases_make_so_many_nodes_and_no_more() {
        let mut text = String::from("- &a0 [x]\n");
        for level in 1..30 {
            writeln!(text, "- &a{level} [*a{0}, *a{0}]", level - 1).unwrap();
        }
        let merging = text.replace("[x]", "{x: y}").replace("[*", "{<<: [*").replace("]\n", "]}\n");
        for text in [text, merging] {
            let refused = read(text.as_bytes(), Keys::Typed).unwrap_err();
            assert_eq!(refused.message, "document contains excessive aliasing");
        }
    }

    #[test]
    fn deep_documents_fit_into_a_small_stack() {
        let in_small_thread = || {
            let nested = |open: &str, close: &str, depth: usize| {
                let text = format!("{}x{}", open.repeat(depth), close.repeat(depth));
                read(text.as_bytes(), Keys::Typed).map(|value| value == value.clone())
            };
            assert_eq!(nested("[", "]", MAX_DEPTH), Ok(true));
            assert_eq!(nested("{a: ", "}", MAX_DEPTH), Ok(true));
            assert_eq!(nested("{<<: {a: ", "}}", MAX_DEPTH / 2), Ok(true));
            let mut text = String::from("- &a0 [x]\n");
            for level in 1..1200 {
                writeln!(text, "- &a{level} [*a{}]", level - 1).unwrap();
            }
            let last = text.lines().last().unwrap();
            let chain = format!("{text}{last}");
            assert!(read(chain.as_bytes(), Keys::Typed).is_err());
        };
        thread::Builder::new().stack_size(2 << 20).spawn(in_small_thread).unwrap().join().unwrap();
    }
}
