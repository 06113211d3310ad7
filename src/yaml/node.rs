//! Nodes, as the readers of fields and lists see them.

use crate::yaml::composer;
use crate::yaml::decode::Keys;
use crate::yaml::document::{Content, Document, Reached};
use crate::yaml::error::Error;
use crate::yaml::resolver::{Meaning, short_tag};
use crate::yaml::token::Style;
use crate::yaml::value::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A node of a document. An alias counts as the node that it means.
// Cheap to copy: it names a place in a document that all its nodes share.
#[derive(Clone)]
pub struct Node {
    document: Arc<Document>,
    reached: Reached,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A text, which its quotes and its tag may make something else.
    Scalar {
        /// The text, with folds and escapes undone.
        text: &'a str,
        /// How it is written.
        style: Style,
    },
    /// A list.
    Sequence,
    /// A table.
    Mapping,
}

/// Returns the first document in a text, or `None` where there is none; what follows it is not
/// looked at. A byte order mark tells UTF-16 from UTF-8.
// go-yaml v2.2.1 does the same.
pub fn parse(text: &[u8]) -> Result<Option<Node>, Error> {
    let document = composer::compose(text)?;
    Ok(document.map(|document| Node { document: Arc::new(document), reached: Reached::ROOT }))
}

impl Node {
    /// Returns the line that the node begins in, counted from 1.
    pub fn line(&self) -> usize {
        self.document.start(self.reached.id).line + 1
    }

    /// Returns the column that the node begins in, counted in characters from 1.
    pub fn column(&self) -> usize {
        self.document.start(self.reached.id).column + 1
    }

    /// Returns what the node is.
    pub fn kind(&self) -> Kind<'_> {
        match self.document.content(self.reached.id) {
            Content::Scalar { text, style, .. } => {
                Kind::Scalar { text: self.document.text(text), style }
            }
            Content::Sequence(_) => Kind::Sequence,
            Content::Mapping(_) | Content::Alias { .. } => Kind::Mapping,
        }
    }

    /// Returns the tag in front of the node, such as `!!str`.
    pub fn tag(&self) -> Option<String> {
        self.document.tag(self.reached.id).map(short_tag)
    }

    /// Tells whether the node is null.
    pub fn is_null(&self) -> bool {
        self.meaning() == Some(Meaning::Null)
    }

    /// Returns the text of the node as it was read (`1.50` and `yes` stay what they are), or `None`
    /// for null. `!!binary` is decoded, and must be UTF-8. An error for lists and tables.
    // The rules of go-yaml v2.2.1 for a field that is a string.
    pub fn string(&self) -> Result<Option<String>, Error> {
        match self.document.string(self.reached)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => {
                let start = self.document.start(self.reached.id);
                Err(Error::at("!!binary value is not UTF-8", start))
            }
        }
    }

    /// Returns the truth value that the node is, in any of the words of YAML 1.1, or `None` for
    /// null. An error for everything else, texts in quotes too.
    pub fn boolean(&self) -> Result<Option<bool>, Error> {
        let meaning = self.meaning();
        if let Some(Meaning::Bool(truth)) = meaning {
            return Ok(Some(truth));
        }
        if meaning == Some(Meaning::Null) { Ok(None) } else { Err(self.unfit("bool")) }
    }

    /// Returns the nodes of a list; none for null. An error for everything else, with what Go calls
    /// the list that was `wanted`.
    pub fn items(&self, wanted: &str) -> Result<Vec<Self>, Error> {
        match self.kind() {
            Kind::Sequence => {}
            Kind::Scalar { .. } if self.is_null() => return Ok(Vec::new()),
            Kind::Scalar { .. } | Kind::Mapping => return Err(self.unfit(wanted)),
        }
        let children = self.document.children(self.reached)?;
        children.map(|id| Ok(self.at(self.document.reach(id, self.reached)?))).collect()
    }

    /// Returns the values of a table under their keys, which are texts as they are written, and ""
    /// for null; none for null. Merges are done, and of the entries with the same key the last one
    /// wins. An error for keys that are lists or tables, and for everything that is no table, with
    /// what Go calls the table that was `wanted`.
    pub fn entries(&self, wanted: &str) -> Result<BTreeMap<String, Self>, Error> {
        Ok(self.assignments(wanted)?.into_iter().collect())
    }

    /// Returns the same as [`Node::entries`], but all entries, in the order in which each takes the
    /// place of the one with its key before it.
    // go-yaml v2.2.1 goes on filling a field that is a map when its key comes again.
    pub fn assignments(&self, wanted: &str) -> Result<Vec<(String, Self)>, Error> {
        match self.kind() {
            Kind::Mapping => {}
            Kind::Scalar { .. } if self.is_null() => return Ok(Vec::new()),
            Kind::Scalar { .. } | Kind::Sequence => return Err(self.unfit(wanted)),
        }
        let mut assignments = Vec::new();
        self.document.assign(self.reached, &mut |key, value| {
            let key = match self.document.string(key)? {
                None => String::new(),
                Some(Value::Binary(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
                Some(key) => key.as_str().unwrap_or_default().to_owned(),
            };
            assignments.push((key, self.at(value)));
            Ok(())
        })?;
        Ok(assignments)
    }

    /// Returns what the node means. An error for tags that do not fit, keys that cannot be, merges
    /// of what is no table, and more aliases than are good.
    pub fn to_value(&self, keys: Keys) -> Result<Value, Error> {
        self.document.value(self.reached, keys)
    }

    fn meaning(&self) -> Option<Meaning> {
        match self.kind() {
            Kind::Scalar { .. } => self.document.meaning(self.reached.id).ok(),
            Kind::Sequence | Kind::Mapping => None,
        }
    }

    fn unfit(&self, wanted: &str) -> Error {
        self.document.unfit(self.reached, wanted)
    }

    fn at(&self, reached: Reached) -> Self {
        Self { document: Arc::clone(&self.document), reached }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Node");
        shown.field("line", &self.line()).field("column", &self.column());
        shown.field("tag", &self.tag()).field("kind", &self.kind()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T: fmt::Debug>(text: &str, read: impl Fn(&Node) -> Result<T, Error>, expected: &str) {
        let node = parse(text.as_bytes()).unwrap().unwrap();
        let found = match read(&node) {
            Ok(found) => format!("{found:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_string_is_the_text_as_it_was_read() {
        check("1.50", Node::string, r#"Some("1.50")"#);
        check("yes", Node::string, r#"Some("yes")"#);
        check("2001-01-01", Node::string, r#"Some("2001-01-01")"#);
        check("~", Node::string, "None");
        check("''", Node::string, r#"Some("")"#);
        check("!!binary aGk=", Node::string, r#"Some("hi")"#);
        check("!!binary /w==", Node::string, "!!binary value is not UTF-8");
        check("!!int a", Node::string, "cannot decode !!str `a` as a !!int");
        check("\n- a", Node::string, "line 2: cannot unmarshal !!seq into string");
    }

    #[test]
    fn a_boolean_is_one_of_the_words() {
        check("yes", Node::boolean, "Some(true)");
        check("Off", Node::boolean, "Some(false)");
        check("null", Node::boolean, "None");
        check("'yes'", Node::boolean, "line 1: cannot unmarshal !!str `yes` into bool");
        check("1", Node::boolean, "line 1: cannot unmarshal !!int `1` into bool");
        check("!x y", Node::boolean, "line 1: cannot unmarshal !x `y` into bool");
        check(
            "many a word",
            Node::boolean,
            "line 1: cannot unmarshal !!str `many a ...` into bool",
        );
        check("{}", Node::boolean, "line 1: cannot unmarshal !!map into bool");
    }

    #[test]
    fn items_are_the_nodes_of_a_list() {
        let lines = |node: &Node| -> Result<Vec<usize>, Error> {
            Ok(node.items("[]string")?.iter().map(Node::line).collect())
        };
        check("- &a b\n- *a\n- [c,\n d]\n", lines, "[1, 1, 3]");
        check("~", lines, "[]");
        check("a", lines, "line 1: cannot unmarshal !!str `a` into []string");
        check(
            "&a [*a]",
            |node| node.items("[]T")?.pop().unwrap().items("[]T"),
            "anchor 'a' value contains itself",
        );
    }

    #[test]
    fn entries_are_the_values_of_a_table() {
        let entries = |node: &Node| {
            let entries = node.entries("core.Component")?.into_iter();
            entries.map(|(key, value)| Ok((key, value.string()?))).collect::<Result<Vec<_>, _>>()
        };
        check("{b: 1, a: 2, b: 3}", entries, r#"[("a", Some("2")), ("b", Some("3"))]"#);
        check("{~: 1, 0x1: 2}", entries, r#"[("", Some("1")), ("0x1", Some("2"))]"#);
        check("{<<: {a: 1, b: 1}, b: 2}", entries, r#"[("a", Some("1")), ("b", Some("2"))]"#);
        check("~", entries, "[]");
        check("[]", entries, "line 1: cannot unmarshal !!seq into core.Component");
        check("{[]: 1}", entries, "line 1: cannot unmarshal !!seq into string");
    }

    #[test]
    fn assignments_are_all_the_entries_in_their_order() {
        let keys = |node: &Node| -> Result<Vec<String>, Error> {
            Ok(node.assignments("T")?.into_iter().map(|(key, _)| key).collect())
        };
        check("{b: 1, <<: {c: 2, a: 2}, b: 3}", keys, r#"["b", "c", "a", "b"]"#);
    }

    #[test]
    fn a_node_knows_its_place_kind_and_tag() {
        let described = |node: &Node| Ok(node.clone());
        let scalar = "Node { line: 2, column: 3, tag: Some(\"!!str\"), \
                      kind: Scalar { text: \"é\", style: Quoted } }";
        check("\n  !!str 'é'", described, scalar);
        check("[]", described, "Node { line: 1, column: 1, tag: None, kind: Sequence }");
    }
}
