//! Puts tokens together to events: the grammar of documents, nodes and block collections.

use crate::yaml::cursor::Mark;
use crate::yaml::error::Error;
use crate::yaml::scanner::Scanner;
use crate::yaml::source::Source;
use crate::yaml::token::{Span, Style, Token, TokenKind};

/// An event and where it begins.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    pub(crate) start: Mark,
}

/// The kinds of event.
#[derive(Debug)]
pub(crate) enum EventKind {
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(Span),
    Scalar(Properties, Scalar),
    SequenceStart(Properties),
    SequenceEnd,
    MappingStart(Properties),
    MappingEnd,
}

/// What may stand in front of a node.
#[derive(Debug, Default)]
pub(crate) struct Properties {
    pub(crate) anchor: Option<Span>,
    pub(crate) tag: Option<String>,
}

/// The content of a scalar.
#[derive(Debug)]
pub(crate) struct Scalar {
    pub(crate) text: Span,
    pub(crate) style: Style,
    /// Whether its text is free to tell what it is: it has no tag and no quotes, or the tag `!`.
    pub(crate) implicit: bool,
}

/// What is expected next.
#[derive(Clone, Copy)]
pub(crate) enum State {
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirstEntry,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirstKey,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Which collections a node may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Flow,
    Block,
    /// Where a block sequence needs no indentation.
    MappingEntry,
}

/// Reads the first document of a stream.
pub(crate) struct Parser<'a> {
    pub(crate) scanner: Scanner<'a>,
    pub(crate) state: State,
    pub(crate) states: Vec<State>,
    /// Handles and prefixes.
    tag_directives: Vec<(String, String)>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self {
            scanner: Scanner::new(source),
            state: State::DocumentStart,
            states: Vec::new(),
            tag_directives: Vec::new(),
        }
    }

    /// Returns the next event; the one that ends the stream behind the first document.
    pub(crate) fn next(&mut self) -> Result<Event, Error> {
        match self.state {
            State::DocumentStart => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Place::Block),
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirstEntry => self.flow_sequence_entry(true),
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => self.flow_pair_end(),
            State::FlowMappingFirstKey => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => self.flow_mapping_empty_value(),
            State::End => Ok(Event { kind: EventKind::StreamEnd, start: Mark::default() }),
        }
    }

    /// Goes back to what is expected behind the node that has just ended.
    pub(crate) fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    /// Drops the token at hand and returns the one behind it.
    pub(crate) fn after(&mut self) -> Result<Token, Error> {
        self.scanner.drop_token();
        self.scanner.peek()
    }

    fn document_start(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::StreamEnd => {
                self.state = State::End;
                return self.next();
            }
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart => {
                self.directives()?;
                let token = self.scanner.peek()?;
                if token.kind != TokenKind::DocumentStart {
                    let problem = "did not find expected <document start>";
                    return Err(Error::in_parser(problem, token.start));
                }
                self.scanner.drop_token();
                self.state = State::DocumentContent;
            }
            _ => {
                self.directives()?;
                self.state = State::BlockNode;
            }
        }
        self.states.push(State::DocumentEnd);
        Ok(Event { kind: EventKind::DocumentStart, start: token.start })
    }

    fn directives(&mut self) -> Result<(), Error> {
        let mut versioned = false;
        let mut token = self.scanner.peek()?;
        loop {
            match token.kind {
                TokenKind::VersionDirective { .. } if versioned => {
                    let problem = "found duplicate %YAML directive";
                    return Err(Error::in_parser(problem, token.start));
                }
                TokenKind::VersionDirective { major: 1, minor: 1 } => versioned = true,
                TokenKind::VersionDirective { .. } => {
                    return Err(Error::in_parser("found incompatible YAML document", token.start));
                }
                TokenKind::TagDirective { handle, prefix } => {
                    self.add_tag_directive(handle, prefix, token.start)?;
                }
                _ => break,
            }
            token = self.after()?;
        }
        // These come last: the ones that are written win.
        self.tag_directives.push(("!".to_owned(), "!".to_owned()));
        self.tag_directives.push(("!!".to_owned(), "tag:yaml.org,2002:".to_owned()));
        Ok(())
    }

    fn add_tag_directive(&mut self, handle: Span, prefix: Span, start: Mark) -> Result<(), Error> {
        let handle = self.scanner.text(handle).to_owned();
        if self.tag_directives.iter().any(|(known, _)| *known == handle) {
            return Err(Error::in_parser("found duplicate %TAG directive", start));
        }
        self.tag_directives.push((handle, self.scanner.text(prefix).to_owned()));
        Ok(())
    }

    fn document_content(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::VersionDirective { .. }
            | TokenKind::TagDirective { .. }
            | TokenKind::DocumentStart
            | TokenKind::DocumentEnd
            | TokenKind::StreamEnd => {
                self.pop_state();
                Ok(empty_scalar(token.start))
            }
            _ => self.node(Place::Block),
        }
    }

    // Whatever stands behind the node ends the document, as in go-yaml; only what cannot be read
    // as a token is an error.
    fn document_end(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        self.state = State::End;
        Ok(Event { kind: EventKind::DocumentEnd, start: token.start })
    }

    /// Reads a node; the state to go on with has been pushed.
    pub(crate) fn node(&mut self, place: Place) -> Result<Event, Error> {
        let first = self.scanner.peek()?;
        let start = first.start;
        if let TokenKind::Alias(name) = first.kind {
            self.pop_state();
            self.scanner.drop_token();
            return Ok(Event { kind: EventKind::Alias(name), start });
        }
        let properties = self.properties()?;
        let bare = properties.anchor.is_none() && properties.tag.is_none();
        let token = self.scanner.peek()?;
        let block = place != Place::Flow;
        let kind = match token.kind {
            TokenKind::BlockEntry if place == Place::MappingEntry => {
                self.state = State::IndentlessSequenceEntry;
                EventKind::SequenceStart(properties)
            }
            TokenKind::Scalar { text, style } => {
                self.pop_state();
                self.scanner.drop_token();
                let implicit = match properties.tag.as_deref() {
                    None => style == Style::Plain,
                    Some(tag) => tag == "!",
                };
                EventKind::Scalar(properties, Scalar { text, style, implicit })
            }
            TokenKind::FlowSequenceStart => {
                self.collection(State::FlowSequenceFirstEntry);
                EventKind::SequenceStart(properties)
            }
            TokenKind::FlowMappingStart => {
                self.collection(State::FlowMappingFirstKey);
                EventKind::MappingStart(properties)
            }
            TokenKind::BlockSequenceStart if block => {
                self.collection(State::BlockSequenceEntry);
                EventKind::SequenceStart(properties)
            }
            TokenKind::BlockMappingStart if block => {
                self.collection(State::BlockMappingKey);
                EventKind::MappingStart(properties)
            }
            _ if bare => {
                return Err(Error::in_parser("did not find expected node content", token.start));
            }
            _ => {
                self.pop_state();
                let implicit = properties.tag.is_none();
                let text = Span::default();
                EventKind::Scalar(properties, Scalar { text, style: Style::Plain, implicit })
            }
        };
        Ok(Event { kind, start })
    }

    fn collection(&mut self, state: State) {
        self.scanner.drop_token();
        self.state = state;
    }

    /// Reads an anchor and a tag, in whichever order.
    fn properties(&mut self) -> Result<Properties, Error> {
        let mut anchor = None;
        let mut tag = None;
        loop {
            let token = self.scanner.peek()?;
            match token.kind {
                TokenKind::Anchor(name) if anchor.is_none() => anchor = Some(name),
                TokenKind::Tag { handle, suffix } if tag.is_none() => {
                    tag = Some((handle, suffix, token.start));
                }
                _ => break,
            }
            self.scanner.drop_token();
        }
        let tag = tag.map(|(handle, suffix, start)| self.tag(handle, suffix, start)).transpose()?;
        Ok(Properties { anchor, tag })
    }

    fn tag(&self, handle: Span, suffix: Span, start: Mark) -> Result<String, Error> {
        let suffix = self.scanner.text(suffix);
        if handle.is_empty() {
            return Ok(suffix.to_owned());
        }
        let handle = self.scanner.text(handle);
        let directive = self.tag_directives.iter().find(|(known, _)| known == handle);
        match directive {
            Some((_, prefix)) => Ok(format!("{prefix}{suffix}")),
            None => Err(Error::in_parser("found undefined tag handle", start)),
        }
    }

    fn block_sequence_entry(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::BlockEntry => {
                let next = self.after()?;
                if matches!(next.kind, TokenKind::BlockEntry | TokenKind::BlockEnd) {
                    self.state = State::BlockSequenceEntry;
                    return Ok(empty_scalar(token.start.next()));
                }
                self.states.push(State::BlockSequenceEntry);
                self.node(Place::Block)
            }
            TokenKind::BlockEnd => {
                self.pop_state();
                self.scanner.drop_token();
                Ok(Event { kind: EventKind::SequenceEnd, start: token.start })
            }
            _ => Err(Error::in_parser("did not find expected '-' indicator", token.start)),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::BlockEntry {
            self.pop_state();
            return Ok(Event { kind: EventKind::SequenceEnd, start: token.start });
        }
        let next = self.after()?;
        if next.kind == TokenKind::BlockEntry || ends_mapping_entry(next.kind) {
            self.state = State::IndentlessSequenceEntry;
            return Ok(empty_scalar(token.start.next()));
        }
        self.states.push(State::IndentlessSequenceEntry);
        self.node(Place::Block)
    }

    fn block_mapping_key(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        match token.kind {
            TokenKind::Key => self.mapping_entry(token.start, State::BlockMappingValue),
            TokenKind::BlockEnd => {
                self.pop_state();
                self.scanner.drop_token();
                Ok(Event { kind: EventKind::MappingEnd, start: token.start })
            }
            _ => Err(Error::in_parser("did not find expected key", token.start)),
        }
    }

    fn block_mapping_value(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            return self.mapping_entry(token.start, State::BlockMappingKey);
        }
        self.state = State::BlockMappingKey;
        Ok(empty_scalar(token.start))
    }

    /// Reads the key or the value behind its indicator.
    fn mapping_entry(&mut self, indicator: Mark, then: State) -> Result<Event, Error> {
        let next = self.after()?;
        if ends_mapping_entry(next.kind) {
            self.state = then;
            return Ok(empty_scalar(indicator.next()));
        }
        self.states.push(then);
        self.node(Place::MappingEntry)
    }
}

fn ends_mapping_entry(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd)
}

/// Returns the node that is meant where none is written.
pub(crate) fn empty_scalar(start: Mark) -> Event {
    let scalar = Scalar { text: Span::default(), style: Style::Plain, implicit: true };
    Event { kind: EventKind::Scalar(Properties::default(), scalar), start }
}
