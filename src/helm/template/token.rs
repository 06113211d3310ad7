//! The words that a template is made of.

use crate::helm::format::{Escape, is_printed, quoted};

/// A place in the source: the bytes from one position to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        // A source is never longer than this: see `Lexer::new`.
        let position = |at| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: position(start), end: position(end) }
    }

    /// Returns the bytes at the place.
    pub(crate) fn of(self, source: &[u8]) -> &[u8] {
        source.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// A word with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Span,
    /// The line on which it begins, as Go's lexer counts.
    pub(crate) line: usize,
}

/// What kind of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// The lexer cannot go on.
    Problem,
    Eof,
    /// What is outside of actions.
    Text,
    LeftDelimiter,
    RightDelimiter,
    /// White space within an action, which separates arguments.
    Space,
    LeftParenthesis,
    RightParenthesis,
    Pipe,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// A character that nothing else begins with, such as a comma.
    Other,
    Bool,
    Character,
    Complex,
    Number,
    String,
    RawString,
    /// `.name`
    Field,
    /// `$` or `$name`
    Variable,
    Identifier,
    Keyword(Keyword),
}

/// Words with a meaning of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keyword {
    Dot,
    Nil,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

impl Keyword {
    pub(crate) fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"nil" => Self::Nil,
            b"block" => Self::Block,
            b"break" => Self::Break,
            b"continue" => Self::Continue,
            b"define" => Self::Define,
            b"else" => Self::Else,
            b"end" => Self::End,
            b"if" => Self::If,
            b"range" => Self::Range,
            b"template" => Self::Template,
            b"with" => Self::With,
            _ => return None,
        })
    }
}

impl Token {
    /// Returns the word as messages show it.
    pub(crate) fn shown(self, source: &[u8]) -> String {
        let text = self.span.of(source);
        match self.kind {
            TokenKind::Eof => "EOF".to_owned(),
            TokenKind::Keyword(_) => format!("<{}>", String::from_utf8_lossy(text)),
            _ => shortened(text),
        }
    }
}

fn shortened(text: &[u8]) -> String {
    if text.len() <= 10 {
        return quoted(text, Escape::Needed);
    }
    let shown = crate::helm::format::truncated(text, 10);
    format!("{}...", quoted(shown, Escape::Needed))
}

/// Writes a character as `%#U` does.
pub(super) fn unicode(character: char) -> String {
    let number = format!("U+{:04X}", u32::from(character));
    if is_printed(character) { format!("{number} '{character}'") } else { number }
}
