//! Splits a text into tokens, as libyaml does: a key is known to be one when its `:` is reached.

use crate::yaml::cursor::{Cursor, Mark};
use crate::yaml::error::Error;
use crate::yaml::source::Source;
use crate::yaml::token::{Span, Style, Token, TokenKind};
use std::collections::VecDeque;
use std::ops::Range;

/// How many characters a key without `?` may have, up to its `:`.
const LONGEST_SIMPLE_KEY: usize = 1024;

/// Reads a text token by token.
pub(crate) struct Scanner<'a> {
    pub(crate) cursor: Cursor<'a>,
    /// The text of the scalars that do not stand in the source as they are meant.
    pub(crate) built: String,
    /// The column of the innermost block collection.
    pub(crate) indent: Option<usize>,
    pub(crate) flow_level: usize,
    pub(crate) simple_key_allowed: bool,
    /// The columns of the block collections about the innermost one.
    indents: Vec<Option<usize>>,
    tokens: VecDeque<Token>,
    /// How many tokens have been dropped.
    taken: usize,
    /// Where the last dropped one stood that takes place in the text.
    passed: Range<usize>,
    /// Where the one before that ended.
    passed_before: usize,
    /// Whether the first token is known not to be the beginning of a key.
    ready: bool,
    simple_keys: VecDeque<SimpleKey>,
}

/// A token that is the beginning of a key if a `:` follows in time.
// There is one at most in each flow level, and those of outer levels are earlier: only the ends of
// the queue need a look.
struct SimpleKey {
    flow_level: usize,
    required: bool,
    token: usize,
    mark: Mark,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        Self {
            cursor: Cursor::new(source),
            built: String::new(),
            indent: None,
            flow_level: 0,
            simple_key_allowed: true,
            indents: Vec::new(),
            tokens: VecDeque::new(),
            taken: 0,
            passed: 0..0,
            passed_before: 0,
            ready: false,
            simple_keys: VecDeque::new(),
        }
    }

    /// Returns the text of a piece.
    pub(crate) fn text(&self, span: Span) -> &str {
        span.of(self.cursor.text(), &self.built)
    }

    /// Returns the next token and leaves it where it is.
    pub(crate) fn peek(&mut self) -> Result<Token, Error> {
        if !self.ready {
            self.fetch_more()?;
            self.ready = true;
        }
        let end = Token::without_width(TokenKind::StreamEnd, self.cursor.mark());
        Ok(self.tokens.front().copied().unwrap_or(end))
    }

    /// Drops the token that was returned last.
    pub(crate) fn drop_token(&mut self) {
        self.ready = false;
        self.taken += 1;
        let dropped = self.tokens.pop_front();
        if let Some(token) = dropped.filter(|token| token.end > token.start.offset) {
            self.passed_before = self.passed.end;
            self.passed = token.start.offset..token.end;
        }
    }

    /// Returns where the token stood that was dropped last, and the byte at which the one before
    /// it ended. Tokens that take no place in the text do not count.
    pub(crate) fn passed(&self) -> (Range<usize>, usize) {
        (self.passed.clone(), self.passed_before)
    }

    /// Returns an error found where the cursor is.
    pub(crate) fn problem(&self, problem: &str) -> Error {
        Error::in_scanner(problem, self.cursor.mark())
    }

    /// Returns an error found where the cursor is, for people to look for where it began.
    pub(crate) fn problem_since(&self, start: Mark, problem: &str) -> Error {
        self.problem(problem).shown_at(start)
    }

    /// Reads tokens until the first one is known not to be the beginning of a key.
    fn fetch_more(&mut self) -> Result<(), Error> {
        while self.tokens.is_empty() || self.first_may_be_key()? {
            self.fetch_next()?;
        }
        Ok(())
    }

    fn first_may_be_key(&mut self) -> Result<bool, Error> {
        self.drop_stale_keys()?;
        Ok(self.simple_keys.front().is_some_and(|key| key.token == self.taken))
    }

    fn fetch_next(&mut self) -> Result<(), Error> {
        self.skip_to_token()?;
        self.drop_stale_keys()?;
        self.unroll_indent(Some(self.cursor.mark().column));
        self.cursor.need(4)?;
        if self.cursor.at_end() {
            return self.fetch_stream_end();
        }
        if self.cursor.mark().column == 0 && self.cursor.byte(0) == b'%' {
            return self.fetch_directive();
        }
        if self.cursor.at_document_indicator() {
            return self.fetch_document_indicator();
        }
        let in_flow = self.flow_level > 0;
        let alone = self.cursor.is_blank_or_end(1);
        match self.cursor.byte(0) {
            b'[' => self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => self.fetch_flow_entry(),
            b'-' if alone => self.fetch_block_entry(),
            b'?' if in_flow || alone => self.fetch_key(),
            b':' if in_flow || alone => self.fetch_value(),
            b'*' | b'&' => self.fetch_word(Self::scan_anchor),
            b'!' => self.fetch_word(Self::scan_tag),
            b'|' if !in_flow => self.fetch_block_scalar(Style::Literal),
            b'>' if !in_flow => self.fetch_block_scalar(Style::Folded),
            b'\'' | b'"' => self.fetch_word(Self::scan_quoted),
            b'\t' | b'#' | b'|' | b'>' | b'%' | b'@' | b'`' => {
                Err(self.problem("found character that cannot start any token"))
            }
            _ => self.fetch_word(Self::scan_plain),
        }
    }

    /// Goes on over blanks, comments and line breaks.
    fn skip_to_token(&mut self) -> Result<(), Error> {
        loop {
            self.cursor.need(1)?;
            // A tab in front of what may be a key would be indentation.
            let tabs_too = self.flow_level > 0 || !self.simple_key_allowed;
            self.cursor.skip_while(|byte| byte == b' ' || (tabs_too && byte == b'\t'))?;
            if self.cursor.byte(0) == b'#' {
                self.cursor.advance_to_break()?;
            }
            if !self.cursor.is_break(0) {
                return Ok(());
            }
            self.cursor.need(2)?;
            self.cursor.take_break();
            if self.flow_level == 0 {
                self.simple_key_allowed = true;
            }
        }
    }

    /// Gives up keys that are too long or whose line is over.
    fn drop_stale_keys(&mut self) -> Result<(), Error> {
        let here = self.cursor.mark();
        while let Some(key) = self.simple_keys.front() {
            let fresh =
                key.mark.line == here.line && key.mark.index + LONGEST_SIMPLE_KEY >= here.index;
            if fresh {
                return Ok(());
            }
            if key.required {
                return Err(self.problem_since(key.mark, "could not find expected ':'"));
            }
            self.simple_keys.pop_front();
        }
        Ok(())
    }

    /// Notes that a key may begin here.
    fn save_simple_key(&mut self) -> Result<(), Error> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        self.remove_simple_key()?;
        let mark = self.cursor.mark();
        self.simple_keys.push_back(SimpleKey {
            flow_level: self.flow_level,
            required: self.flow_level == 0 && self.indent == Some(mark.column),
            token: self.taken + self.tokens.len(),
            mark,
        });
        Ok(())
    }

    /// Gives up the key of this flow level.
    fn remove_simple_key(&mut self) -> Result<(), Error> {
        match self.take_simple_key().filter(|key| key.required) {
            Some(key) => Err(self.problem_since(key.mark, "could not find expected ':'")),
            None => Ok(()),
        }
    }

    fn take_simple_key(&mut self) -> Option<SimpleKey> {
        let level = self.flow_level;
        self.simple_keys.pop_back_if(|key| key.flow_level == level)
    }

    /// Opens a block collection if `column` is deeper than the innermost one.
    fn roll_indent(&mut self, column: usize, token: Token, at: Option<usize>) {
        if self.flow_level > 0 || self.indent >= Some(column) {
            return;
        }
        self.indents.push(self.indent);
        self.indent = Some(column);
        self.insert(token, at);
    }

    /// Closes the block collections that are deeper than `column`.
    fn unroll_indent(&mut self, column: Option<usize>) {
        while self.flow_level == 0 && self.indent > column {
            self.push(TokenKind::BlockEnd, self.cursor.mark());
            self.indent = self.indents.pop().unwrap_or_default();
        }
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        self.tokens.push_back(Token::without_width(kind, start));
    }

    /// Inserts a token in front of the one with number `at`, or behind all.
    fn insert(&mut self, token: Token, at: Option<usize>) {
        let place = at.map_or(self.tokens.len(), |number| number.saturating_sub(self.taken));
        self.tokens.insert(place.min(self.tokens.len()), token);
    }

    fn fetch_stream_end(&mut self) -> Result<(), Error> {
        self.cursor.finish_line();
        self.unroll_indent(None);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.push(TokenKind::StreamEnd, self.cursor.mark());
        Ok(())
    }

    fn fetch_directive(&mut self) -> Result<(), Error> {
        self.unroll_indent(None);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let token = self.scan_directive()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_document_indicator(&mut self) -> Result<(), Error> {
        self.unroll_indent(None);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let kind = match self.cursor.byte(0) {
            b'-' => TokenKind::DocumentStart,
            _ => TokenKind::DocumentEnd,
        };
        let start = self.cursor.mark();
        self.cursor.advance(3);
        self.tokens.push_back(Token { kind, start, end: self.cursor.offset() });
        Ok(())
    }

    /// Pushes an indicator of one character.
    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.cursor.mark();
        self.cursor.skip();
        self.tokens.push_back(Token { kind, start, end: self.cursor.offset() });
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.save_simple_key()?;
        self.flow_level += 1;
        self.simple_key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.flow_level = self.flow_level.saturating_sub(1);
        self.simple_key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_entry(&mut self) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    /// Opens the block collection that an indicator here belongs to.
    fn open_block(&mut self, kind: TokenKind, refusal: &str) -> Result<(), Error> {
        if self.flow_level > 0 {
            return Ok(());
        }
        if !self.simple_key_allowed {
            return Err(self.problem(refusal));
        }
        let start = self.cursor.mark();
        self.roll_indent(start.column, Token::without_width(kind, start), None);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Result<(), Error> {
        let refusal = "block sequence entries are not allowed in this context";
        self.open_block(TokenKind::BlockSequenceStart, refusal)?;
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Result<(), Error> {
        let refusal = "mapping keys are not allowed in this context";
        self.open_block(TokenKind::BlockMappingStart, refusal)?;
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Result<(), Error> {
        if let Some(key) = self.take_simple_key() {
            let start = key.mark;
            self.insert(Token::without_width(TokenKind::Key, start), Some(key.token));
            let opening = Token::without_width(TokenKind::BlockMappingStart, start);
            self.roll_indent(start.column, opening, Some(key.token));
            self.simple_key_allowed = false;
        } else {
            let refusal = "mapping values are not allowed in this context";
            self.open_block(TokenKind::BlockMappingStart, refusal)?;
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    fn fetch_block_scalar(&mut self, style: Style) -> Result<(), Error> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let token = self.scan_block_scalar(style)?;
        self.tokens.push_back(token);
        Ok(())
    }

    /// Reads one of the tokens that a key may begin with.
    fn fetch_word(&mut self, scan: fn(&mut Self) -> Result<Token, Error>) -> Result<(), Error> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let token = scan(self)?;
        self.tokens.push_back(token);
        Ok(())
    }
}
