//! A document as it was read: its nodes, their texts, and how one comes from node to node.

use crate::yaml::cursor::Mark;
use crate::yaml::error::Error;
use crate::yaml::token::{Span, Style, narrow, widen};
use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many collections may stand in each other, aliases followed.
// go-yaml v2.2.1 has no limit and ends with its stack. Kubernetes objects have some ten levels, the
// deepest definitions of resources some forty. Whoever walks over a value may do so recursively.
pub const MAX_DEPTH: usize = 200;

/// How many nodes a document may have through aliases, in addition to those that are written; one
/// that is deep or has a long text counts as several.
// go-yaml v2.2.1 has no limit and ends with the memory.
pub const MAX_ALIASED_NODES: usize = 1_000_000;

/// How many bytes and levels of a node that is reached through an alias count as one more.
const NODE_SIZE: usize = 64;

/// The name of a node in its document; later nodes have greater names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(NonZeroU32);

/// A node as it is written.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) content: Content,
    pub(crate) line: u32,
    pub(crate) column: u32,
    /// The node that follows in the same collection.
    pub(crate) next: Option<NodeId>,
}

/// The kinds of node. A collection knows its first node; in mappings keys and values alternate.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    Scalar { text: Span, style: Style, implicit: bool },
    Sequence(Option<NodeId>),
    Mapping(Option<NodeId>),
    Alias { name: Span, target: NodeId, within_target: bool },
}

/// A document.
#[derive(Debug, Default)]
pub(crate) struct Document {
    pub(crate) read: String,
    pub(crate) built: String,
    entries: Vec<Entry>,
    tags: BTreeMap<NonZeroU32, String>,
    /// Where each anchor stood last.
    pub(crate) anchors: BTreeMap<String, NodeId>,
    aliased_nodes: AtomicUsize,
}

/// A node that is not an alias, and how it was reached.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reached {
    pub(crate) id: NodeId,
    depth: usize,
    aliased: bool,
    /// The name of the alias if it stands within the node that it means.
    circle: Option<Span>,
}

impl Reached {
    /// The node at the top, which is the first one of its document.
    pub(crate) const ROOT: Self =
        Self { id: NodeId(NonZeroU32::MIN), depth: 0, aliased: false, circle: None };
}

impl Document {
    /// Adds a node.
    pub(crate) fn add(&mut self, content: Content, start: Mark) -> NodeId {
        let (line, column) = (narrow(start.line), narrow(start.column));
        self.entries.push(Entry { content, line, column, next: None });
        let count = NonZeroU32::new(narrow(self.entries.len()));
        NodeId(count.unwrap_or(NonZeroU32::MAX))
    }

    pub(crate) fn set_tag(&mut self, id: NodeId, tag: String) {
        self.tags.insert(id.0, tag);
    }

    /// Returns the tag of a node in its long form.
    pub(crate) fn tag(&self, id: NodeId) -> Option<&str> {
        self.tags.get(&id.0).map(String::as_str)
    }

    pub(crate) fn entry_mut(&mut self, id: NodeId) -> Option<&mut Entry> {
        self.entries.get_mut(widen(id.0.get()) - 1)
    }

    /// Returns a node as it is written.
    pub(crate) fn content(&self, id: NodeId) -> Content {
        let nothing =
            Content::Scalar { text: Span::default(), style: Style::Plain, implicit: true };
        self.entry(id).map_or(nothing, |entry| entry.content)
    }

    fn entry(&self, id: NodeId) -> Option<&Entry> {
        self.entries.get(widen(id.0.get()) - 1)
    }

    /// Returns where a node begins.
    pub(crate) fn start(&self, id: NodeId) -> Mark {
        self.entry(id).map_or(Mark::default(), |entry| Mark {
            line: widen(entry.line),
            column: widen(entry.column),
            ..Mark::default()
        })
    }

    pub(crate) fn text(&self, span: Span) -> &str {
        span.of(&self.read, &self.built)
    }

    /// Returns the nodes of a collection as they are written.
    pub(crate) fn children(&self, reached: Reached) -> Result<Children<'_>, Error> {
        if let Some(name) = reached.circle {
            let message = format!("anchor '{}' value contains itself", self.text(name));
            return Err(Error::at(message, self.start(reached.id)));
        }
        let next = match self.content(reached.id) {
            Content::Sequence(first) | Content::Mapping(first) => first,
            Content::Scalar { .. } | Content::Alias { .. } => None,
        };
        Ok(Children { document: self, next })
    }

    /// Returns the node that a node of the collection `from` is or means.
    pub(crate) fn reach(&self, id: NodeId, from: Reached) -> Result<Reached, Error> {
        let depth = from.depth + 1;
        let reached = match self.content(id) {
            Content::Alias { name, target, within_target } => {
                let circle = within_target.then_some(name);
                Reached { id: target, depth, aliased: true, circle }
            }
            Content::Scalar { .. } | Content::Sequence(_) | Content::Mapping(_) => {
                Reached { id, depth, aliased: from.aliased, circle: None }
            }
        };
        if reached.depth > MAX_DEPTH {
            return Err(self.too_deep(id));
        }
        if reached.aliased && self.count(reached) > MAX_ALIASED_NODES {
            // The words of later versions of go-yaml.
            return Err(Error::at("document contains excessive aliasing", self.start(id)));
        }
        Ok(reached)
    }

    /// Counts a node that was reached through an alias; returns how many there are now.
    fn count(&self, reached: Reached) -> usize {
        let length = match self.content(reached.id) {
            Content::Scalar { text, .. } => self.text(text).len(),
            Content::Sequence(_) | Content::Mapping(_) | Content::Alias { .. } => 0,
        };
        let nodes = 1 + (length + reached.depth) / NODE_SIZE;
        self.aliased_nodes.fetch_add(nodes, Ordering::Relaxed) + nodes
    }

    pub(crate) fn too_deep(&self, id: NodeId) -> Error {
        let message = format!("exceeded max depth of {MAX_DEPTH}");
        Error::at(message, self.start(id))
    }
}

/// Goes from node to node within a collection.
pub(crate) struct Children<'a> {
    document: &'a Document,
    next: Option<NodeId>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = self.next?;
        self.next = self.document.entry(id).and_then(|entry| entry.next);
        Some(id)
    }
}
