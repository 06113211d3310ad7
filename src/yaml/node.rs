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
    Ok(document.map(|document| Node { reached: document.root(), document: Arc::new(document) }))
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
        match self.meaning() {
            Some(Meaning::Null) => Ok(None),
            Some(Meaning::Bool(truth)) => Ok(Some(truth)),
            _ => Err(self.unfit("bool")),
        }
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

    /// Returns the same as [`Node::entries`], but with all entries, in the order in which each takes
    /// the place of the one with its key before it.
    // go-yaml v2.2.1 goes on filling a field that is a map when its key comes again.
    pub fn assignments(&self, wanted: &str) -> Result<Vec<(String, Self)>, Error> {
        match self.kind() {
            Kind::Mapping => {}
            Kind::Scalar { .. } if self.is_null() => return Ok(Vec::new()),
            Kind::Scalar { .. } | Kind::Sequence => return Err(self.unfit(wanted)),
        }
        let mut assignments = Vec::new();
        self.document.assign(self.reached, &mut |key, value| {
            let key = self.at(key).string()?.unwrap_or_default();
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
