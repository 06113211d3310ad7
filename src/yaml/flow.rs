//! Puts tokens together to events: the grammar of flow collections.

use crate::yaml::error::Error;
use crate::yaml::parser::{Event, EventKind, Parser, Place, Properties, State, empty_scalar};
use crate::yaml::token::{Token, TokenKind};

impl Parser<'_> {
    pub(crate) fn flow_sequence_entry(&mut self, first: bool) -> Result<Event, Error> {
        let mut token = self.scanner.peek()?;
        if !first && token.kind != TokenKind::FlowSequenceEnd {
            token = self.flow_entry(token, "did not find expected ',' or ']'")?;
        }
        match token.kind {
            TokenKind::Key => {
                self.scanner.drop_token();
                self.state = State::FlowPairKey;
                let kind = EventKind::MappingStart(Properties::default());
                Ok(Event { kind, start: token.start })
            }
            TokenKind::FlowSequenceEnd => {
                self.pop_state();
                self.scanner.drop_token();
                Ok(Event { kind: EventKind::SequenceEnd, start: token.start })
            }
            _ => {
                self.states.push(State::FlowSequenceEntry);
                self.node(Place::Flow)
            }
        }
    }

    /// Reads the comma between entries and returns the token behind it.
    fn flow_entry(&mut self, token: Token, refusal: &str) -> Result<Token, Error> {
        if token.kind != TokenKind::FlowEntry {
            return Err(Error::in_parser(refusal, token.start));
        }
        self.after()
    }

    // Where the key is missing, the token that shows it is dropped, which makes `[? ]` an error:
    // go-yaml v2.2.1, as libyaml before it.
    pub(crate) fn flow_pair_key(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value || ends_pair(token.kind) {
            self.scanner.drop_token();
            self.state = State::FlowPairValue;
            return Ok(empty_scalar(token.start.next()));
        }
        self.states.push(State::FlowPairValue);
        self.node(Place::Flow)
    }

    pub(crate) fn flow_pair_value(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        if token.kind == TokenKind::Value {
            let next = self.after()?;
            if !ends_pair(next.kind) {
                self.states.push(State::FlowPairEnd);
                return self.node(Place::Flow);
            }
        }
        self.state = State::FlowPairEnd;
        Ok(empty_scalar(token.start))
    }

    pub(crate) fn flow_pair_end(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        self.state = State::FlowSequenceEntry;
        Ok(Event { kind: EventKind::MappingEnd, start: token.start })
    }

    pub(crate) fn flow_mapping_key(&mut self, first: bool) -> Result<Event, Error> {
        let mut token = self.scanner.peek()?;
        if !first && token.kind != TokenKind::FlowMappingEnd {
            token = self.flow_entry(token, "did not find expected ',' or '}'")?;
        }
        match token.kind {
            TokenKind::Key => {
                let next = self.after()?;
                self.flow_mapping_part(next, State::FlowMappingValue)
            }
            TokenKind::FlowMappingEnd => {
                self.pop_state();
                self.scanner.drop_token();
                Ok(Event { kind: EventKind::MappingEnd, start: token.start })
            }
            _ => {
                self.states.push(State::FlowMappingEmptyValue);
                self.node(Place::Flow)
            }
        }
    }

    pub(crate) fn flow_mapping_value(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        if token.kind != TokenKind::Value {
            self.state = State::FlowMappingKey;
            return Ok(empty_scalar(token.start));
        }
        let next = self.after()?;
        self.flow_mapping_part(next, State::FlowMappingKey)
    }

    /// Reads the key or the value that begins with `token`, which may show that there is none.
    fn flow_mapping_part(&mut self, token: Token, then: State) -> Result<Event, Error> {
        let value_only = matches!(then, State::FlowMappingValue) && token.kind == TokenKind::Value;
        if value_only || matches!(token.kind, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
            self.state = then;
            return Ok(empty_scalar(token.start));
        }
        self.states.push(then);
        self.node(Place::Flow)
    }

    pub(crate) fn flow_mapping_empty_value(&mut self) -> Result<Event, Error> {
        let token = self.scanner.peek()?;
        self.state = State::FlowMappingKey;
        Ok(empty_scalar(token.start))
    }
}

fn ends_pair(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd)
}
