//! Builds the nodes of a document from events.

use crate::yaml::document::{Content, Document, MAX_DEPTH, NodeId};
use crate::yaml::error::Error;
use crate::yaml::parser::{Event, EventKind, Parser, Properties};
use crate::yaml::source;
use crate::yaml::token::{LONGEST, Span};
use std::mem;

/// Returns the first document in `bytes`, or nothing where there is none.
pub(crate) fn compose(bytes: &[u8]) -> Result<Option<Document>, Error> {
    if bytes.len() >= LONGEST {
        return Err(Error::without_place("the text is too long"));
    }
    let source = source::decode(bytes);
    let parser = Parser::new(&source);
    let mut composer = Composer { parser, document: Document::default(), open: Vec::new() };
    if !composer.compose()? {
        return Ok(None);
    }
    let Composer { parser, mut document, .. } = composer;
    document.built = parser.scanner.built;
    document.read = source.text;
    Ok(Some(document))
}

struct Composer<'a> {
    parser: Parser<'a>,
    document: Document,
    /// The collections that are not complete, the innermost one last.
    open: Vec<Open>,
}

struct Open {
    id: NodeId,
    last: Option<NodeId>,
}

impl Composer<'_> {
    /// Reads the first document; returns whether there is one.
    fn compose(&mut self) -> Result<bool, Error> {
        loop {
            let event = self.parser.next()?;
            match event.kind {
                EventKind::StreamEnd => return Ok(false),
                EventKind::DocumentEnd => return Ok(true),
                EventKind::DocumentStart => {}
                EventKind::SequenceEnd | EventKind::MappingEnd => {
                    self.open.pop();
                }
                EventKind::Alias(_)
                | EventKind::Scalar(..)
                | EventKind::SequenceStart(_)
                | EventKind::MappingStart(_) => self.add(event)?,
            }
        }
    }

    fn add(&mut self, event: Event) -> Result<(), Error> {
        let (content, properties) = match event.kind {
            EventKind::Alias(name) => (self.alias(name, &event)?, Properties::default()),
            EventKind::Scalar(properties, scalar) => {
                let (text, style, implicit) = (scalar.text, scalar.style, scalar.implicit);
                (Content::Scalar { text, style, implicit }, properties)
            }
            EventKind::SequenceStart(properties) => (Content::Sequence(None), properties),
            EventKind::MappingStart(properties) => (Content::Mapping(None), properties),
            EventKind::StreamEnd
            | EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::SequenceEnd
            | EventKind::MappingEnd => return Ok(()),
        };
        let id = self.document.add(content, event.start);
        self.link(id);
        if let Some(anchor) = properties.anchor {
            let name = self.parser.scanner.text(anchor).to_owned();
            self.document.anchors.insert(name, id);
        }
        if let Some(tag) = properties.tag {
            self.document.set_tag(id, tag);
        }
        if let Content::Sequence(_) | Content::Mapping(_) = content {
            self.open.push(Open { id, last: None });
            if self.open.len() > MAX_DEPTH {
                return Err(self.document.too_deep(id));
            }
        }
        Ok(())
    }

    fn alias(&self, name: Span, event: &Event) -> Result<Content, Error> {
        let text = self.parser.scanner.text(name);
        let Some(target) = self.document.anchors.get(text).copied() else {
            let message = format!("unknown anchor '{text}' referenced");
            return Err(Error::at(message, event.start));
        };
        let within_target = self.open.iter().any(|open| open.id == target);
        Ok(Content::Alias { name, target, within_target })
    }

    /// Makes a node the next one of the innermost collection.
    fn link(&mut self, id: NodeId) {
        let Some(open) = self.open.last_mut() else {
            return;
        };
        let before = mem::replace(&mut open.last, Some(id)).unwrap_or(open.id);
        let first = before == open.id;
        let Some(entry) = self.document.entry_mut(before) else {
            return;
        };
        match &mut entry.content {
            Content::Sequence(slot) | Content::Mapping(slot) if first => *slot = Some(id),
            _ => entry.next = Some(id),
        }
    }
}
