//! Where the nodes of a document stand in its text, for who changes a few lines of it.

use crate::yaml::document::MAX_DEPTH;
use crate::yaml::error::Error;
use crate::yaml::parser::{Event, EventKind, Parser, Properties, State};
use crate::yaml::resolver::short_tag;
use crate::yaml::source;
use crate::yaml::token::{LONGEST, Style, TokenKind};

/// The first document of a text.
#[derive(Debug)]
pub struct Layout {
    /// The node at the top.
    pub root: Piece,
    /// Whether nothing but comments follows the document.
    pub is_alone: bool,
}

/// A node as it stands in a text; all places are counted in bytes.
#[derive(Debug)]
pub struct Piece {
    /// Where that ends which stands in front of the content: an indicator, an anchor, a tag.
    pub behind: usize,
    /// Where its anchor or tag begins, or else its content.
    pub start: usize,
    /// Where its content begins.
    pub content: usize,
    /// Where it ends; a block without the last line break.
    pub end: usize,
    /// Its anchor.
    pub anchor: Option<String>,
    /// Its tag, such as `!!str`.
    pub tag: Option<String>,
    /// What it is.
    pub shape: Shape,
}

/// What a node is as it is written.
#[derive(Debug)]
pub enum Shape {
    /// A text.
    Scalar {
        /// The text, with folds and escapes undone.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// The name of an anchor, which stands for its node.
    Alias(String),
    /// A list.
    Sequence {
        /// Whether it is in brackets.
        flow: bool,
        /// Its items.
        items: Vec<Piece>,
    },
    /// A table.
    Mapping {
        /// Whether it is in braces, or the only entry of an item of a list in brackets.
        flow: bool,
        /// Its keys and values.
        entries: Vec<(Piece, Piece)>,
    },
}

/// Returns where the nodes of the first document in a text stand, or `None` where there is none.
/// The text begins with no byte order mark.
pub fn layout(text: &str) -> Result<Option<Layout>, Error> {
    if text.len() >= LONGEST {
        return Err(Error::without_place("the text is too long"));
    }
    let source = source::decode(text.as_bytes());
    if source.text.len() != text.len() {
        return Err(source.failure.unwrap_or_else(|| Error::without_place("it has marks")));
    }
    Builder { parser: Parser::new(&source), open: Vec::new() }.build()
}

struct Builder<'a> {
    parser: Parser<'a>,
    open: Vec<Open>,
}

/// A collection that is not complete.
struct Open {
    piece: Piece,
    children: Vec<Piece>,
    in_brackets: bool,
}

impl Builder<'_> {
    fn build(mut self) -> Result<Option<Layout>, Error> {
        let mut root = None;
        loop {
            let event = self.parser.next()?;
            let piece = match &event.kind {
                EventKind::StreamEnd => return Ok(None),
                EventKind::DocumentEnd => break,
                EventKind::SequenceEnd | EventKind::MappingEnd => self.close(),
                EventKind::DocumentStart => None,
                EventKind::SequenceStart(_) | EventKind::MappingStart(_) => {
                    self.begin(&event)?;
                    None
                }
                EventKind::Scalar(..) | EventKind::Alias(_) => Some(self.leaf(&event)),
            };
            if let Some(piece) = piece {
                match self.open.last_mut() {
                    Some(open) => open.children.push(piece),
                    None => root = Some(piece),
                }
            }
        }
        let is_alone = self.is_alone();
        Ok(root.map(|root| Layout { root, is_alone }))
    }

    /// Returns a node without children.
    fn leaf(&self, event: &Event) -> Piece {
        let (passed, before) = self.parser.scanner.passed();
        let nothing = Properties::default();
        let (properties, shape) = match &event.kind {
            EventKind::Scalar(properties, scalar) => {
                let text = self.parser.scanner.text(scalar.text).to_owned();
                (properties, Shape::Scalar { text, style: scalar.style })
            }
            EventKind::Alias(name) => {
                (&nothing, Shape::Alias(self.parser.scanner.text(*name).to_owned()))
            }
            EventKind::StreamEnd
            | EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::SequenceStart(_)
            | EventKind::SequenceEnd
            | EventKind::MappingStart(_)
            | EventKind::MappingEnd => {
                (&nothing, Shape::Scalar { text: String::new(), style: Style::Plain })
            }
        };
        let is_nothing =
            matches!(&shape, Shape::Scalar { text, style: Style::Plain } if text.is_empty());
        let has_properties = properties.anchor.is_some() || properties.tag.is_some();
        let (behind, content) =
            if is_nothing { (passed.end, passed.end) } else { (before, passed.start) };
        let start = if has_properties { event.start.offset } else { content };
        self.piece(properties, shape, [behind, start, content, passed.end])
    }

    fn piece(&self, properties: &Properties, shape: Shape, places: [usize; 4]) -> Piece {
        let anchor = properties.anchor.map(|name| self.parser.scanner.text(name).to_owned());
        let tag = properties.tag.as_deref().map(short_tag);
        let [behind, start, content, end] = places;
        Piece { behind, start, content, end, anchor, tag, shape }
    }

    fn begin(&mut self, event: &Event) -> Result<(), Error> {
        let flow = matches!(
            self.parser.state,
            State::FlowSequenceFirstEntry | State::FlowMappingFirstKey | State::FlowPairKey
        );
        let in_brackets = flow && !matches!(self.parser.state, State::FlowPairKey);
        let (passed, before) = self.parser.scanner.passed();
        let (properties, shape) = match &event.kind {
            EventKind::SequenceStart(properties) => {
                (properties, Shape::Sequence { flow, items: Vec::new() })
            }
            EventKind::MappingStart(properties) => {
                (properties, Shape::Mapping { flow, entries: Vec::new() })
            }
            EventKind::StreamEnd
            | EventKind::DocumentStart
            | EventKind::DocumentEnd
            | EventKind::Alias(_)
            | EventKind::Scalar(..)
            | EventKind::SequenceEnd
            | EventKind::MappingEnd => return Ok(()),
        };
        // An opening bracket has been passed; everything else begins with its first child.
        let (behind, content) = if in_brackets {
            (before, passed.start)
        } else {
            (passed.end, passed.end.max(event.start.offset))
        };
        let piece =
            self.piece(properties, shape, [behind, event.start.offset, content, passed.end]);
        if self.open.len() >= MAX_DEPTH {
            return Err(Error::at(format!("exceeded max depth of {MAX_DEPTH}"), event.start));
        }
        self.open.push(Open { piece, children: Vec::new(), in_brackets });
        Ok(())
    }

    /// Completes the innermost collection.
    fn close(&mut self) -> Option<Piece> {
        let Open { mut piece, children, in_brackets } = self.open.pop()?;
        let (passed, _) = self.parser.scanner.passed();
        let last = children.last().map(|child| child.end);
        piece.end = if in_brackets { passed.end } else { last.unwrap_or(piece.end) };
        match &mut piece.shape {
            Shape::Sequence { items, .. } => *items = children,
            Shape::Mapping { entries, .. } => {
                if let (false, Some(first)) = (in_brackets, children.first()) {
                    piece.content = first.start;
                }
                let mut children = children.into_iter();
                while let (Some(key), Some(value)) = (children.next(), children.next()) {
                    entries.push((key, value));
                }
            }
            Shape::Scalar { .. } | Shape::Alias(_) => {}
        }
        Some(piece)
    }

    /// Tells whether nothing but comments follows.
    fn is_alone(&mut self) -> bool {
        loop {
            match self.parser.scanner.peek().map(|token| token.kind) {
                Ok(TokenKind::StreamEnd) => return true,
                Ok(TokenKind::DocumentEnd) => self.parser.scanner.drop_token(),
                Ok(_) | Err(_) => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests;
