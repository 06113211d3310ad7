//! What a text is split into.

use crate::yaml::cursor::Mark;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// As a block after `|`.
    Literal,
    /// As a block after `>`.
    Folded,
}

/// A piece of text: of what was read, or of what was built from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
    built: bool,
}

impl Span {
    /// Returns the piece of the text that was read.
    pub(crate) fn read(start: usize, end: usize) -> Self {
        Self { start: narrow(start), end: narrow(end), built: false }
    }

    /// Returns the piece of the text that was built.
    pub(crate) fn built(start: usize, end: usize) -> Self {
        Self { start: narrow(start), end: narrow(end), built: true }
    }

    /// Returns the text of the piece.
    pub(crate) fn of<'a>(self, read: &'a str, built: &'a str) -> &'a str {
        let whole = if self.built { built } else { read };
        whole.get(widen(self.start)..widen(self.end)).unwrap_or_default()
    }

    /// Tells whether the piece holds nothing.
    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// Returns a number that fits, since no text of [`LONGEST`] bytes or more is read.
pub(crate) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Returns the number as one that collections are indexed with.
pub(crate) fn widen(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// How long a text may be, so that 32 bits are enough to count its bytes and what is built of them.
pub(crate) const LONGEST: usize = 1 << 30;

/// A token, where it begins, and the byte at which it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) start: Mark,
    pub(crate) end: usize,
}

impl Token {
    /// Returns a token that takes no place in the text.
    pub(crate) fn without_width(kind: TokenKind, start: Mark) -> Self {
        Self { kind, start, end: start.offset }
    }
}

/// The kinds of token, with the text of those that have one.
// The parser names the kinds that a rule of the grammar has, and refuses all others as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    StreamEnd,
    VersionDirective { major: u8, minor: u8 },
    TagDirective { handle: Span, prefix: Span },
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(Span),
    Anchor(Span),
    Tag { handle: Span, suffix: Span },
    Scalar { text: Span, style: Style },
}
