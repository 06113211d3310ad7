//! Lays out collections and scalars as blocks, as libyaml does.

use crate::yaml::analysis::{Quotes, analyze};

/// How many columns deeper each level stands.
const INDENT: usize = 2;

/// How a scalar is wanted; what is not possible becomes quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Plain,
    DoubleQuoted,
    Literal,
}

/// Writes a document node by node; in mappings keys and values alternate.
#[derive(Debug)]
pub(crate) struct Emitter {
    pub(crate) out: String,
    pub(crate) column: usize,
    /// Whether what was written last ends with a space.
    pub(crate) whitespace: bool,
    /// Whether the line has had nothing but spaces and indicators of blocks yet.
    pub(crate) indention: bool,
    indent: Option<usize>,
    levels: Vec<Level>,
}

/// A collection that is not complete.
#[derive(Debug)]
struct Level {
    outer_indent: Option<usize>,
    next: Next,
}

/// What the next node of a collection is.
#[derive(Clone, Copy, Debug)]
enum Next {
    Item,
    Key,
    /// The value of a key that stands on the same line.
    SimpleValue,
    Value,
}

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    SimpleKey,
    KeyOrValue,
}

impl Emitter {
    pub(crate) fn new() -> Self {
        Self {
            out: String::new(),
            column: 0,
            whitespace: true,
            indention: true,
            indent: None,
            levels: Vec::new(),
        }
    }

    /// Returns what has been written.
    pub(crate) fn finish(mut self) -> String {
        self.indent = None;
        self.write_indent();
        self.out
    }

    /// Writes a scalar.
    pub(crate) fn scalar(&mut self, text: &str, wanted: Wanted) {
        self.tagged_scalar("", text, wanted);
    }

    /// Writes a scalar with a tag, unless that is empty.
    pub(crate) fn tagged_scalar(&mut self, tag: &str, text: &str, wanted: Wanted) {
        /// How many bytes a key on the same line as its value may have.
        const LONGEST_SIMPLE_KEY: usize = 128;
        let analysis = analyze(text);
        let simple = !analysis.multiline && tag.len() + text.len() <= LONGEST_SIMPLE_KEY;
        let place = self.enter(simple);
        if !tag.is_empty() {
            self.write_separated(tag);
        }
        let outer_indent = self.indent;
        self.indent = Some(outer_indent.map_or(INDENT, |indent| indent + INDENT));
        let is_key = place == Place::SimpleKey;
        match (wanted, analysis.quotes) {
            (Wanted::Literal, _) if analysis.literal && !is_key => self.write_literal(text),
            (Wanted::Plain, Quotes::None) if !(is_key && text.is_empty()) => {
                self.write_plain(text, !is_key);
            }
            (Wanted::Plain, Quotes::None | Quotes::Single) => {
                self.write_single_quoted(text, !is_key);
            }
            (Wanted::Plain, Quotes::Double) | (Wanted::DoubleQuoted | Wanted::Literal, _) => {
                self.write_double_quoted(text, !is_key);
            }
        }
        self.indent = outer_indent;
    }

    /// Writes an empty collection.
    pub(crate) fn empty(&mut self, brackets: &str) {
        self.enter(true);
        self.write_separated(brackets);
    }

    /// Begins a sequence that is not empty.
    pub(crate) fn begin_sequence(&mut self) {
        let place = self.enter(false);
        // Below its key a sequence stands in the key's column.
        let indentless = place == Place::KeyOrValue && !self.indention;
        self.begin(Next::Item, indentless);
    }

    /// Begins a mapping that is not empty.
    pub(crate) fn begin_mapping(&mut self) {
        self.enter(false);
        self.begin(Next::Key, false);
    }

    fn begin(&mut self, next: Next, indentless: bool) {
        self.levels.push(Level { outer_indent: self.indent, next });
        self.indent = match self.indent {
            None => Some(0),
            Some(indent) if indentless => Some(indent),
            Some(indent) => Some(indent + INDENT),
        };
    }

    /// Ends the innermost collection.
    pub(crate) fn end(&mut self) {
        if let Some(level) = self.levels.pop() {
            self.indent = level.outer_indent;
        }
    }

    /// Writes what stands in front of the next node, which is or is not fit for a simple key.
    fn enter(&mut self, simple: bool) -> Place {
        let Some(level) = self.levels.last_mut() else {
            return Place::Root;
        };
        let next = level.next;
        level.next = match next {
            Next::Item => Next::Item,
            Next::Key if simple => Next::SimpleValue,
            Next::Key => Next::Value,
            Next::SimpleValue | Next::Value => Next::Key,
        };
        match next {
            Next::Item => self.write_block_indicator('-'),
            Next::Key if simple => self.write_indent(),
            Next::Key => self.write_block_indicator('?'),
            Next::SimpleValue => self.write_attached(':'),
            Next::Value => self.write_block_indicator(':'),
        }
        match next {
            Next::Item => Place::Item,
            Next::Key if simple => Place::SimpleKey,
            Next::Key | Next::SimpleValue | Next::Value => Place::KeyOrValue,
        }
    }

    /// Begins a line, if need be, and indents it.
    pub(crate) fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or_default();
        let begun = self.column > indent || (self.column == indent && !self.whitespace);
        if !self.indention || begun {
            self.break_line();
        }
        if let Some(missing) = indent.checked_sub(self.column) {
            self.out.extend(std::iter::repeat_n(' ', missing));
            self.column = indent;
        }
        self.whitespace = true;
        self.indention = true;
    }

    pub(crate) fn break_line(&mut self) {
        self.out.push('\n');
        self.column = 0;
    }

    /// Writes an indicator that opens a level, behind which the line may still begin another.
    fn write_block_indicator(&mut self, indicator: char) {
        self.write_indent();
        self.put(indicator);
        self.whitespace = false;
    }

    /// Writes a space, if there is none, and a piece of one line.
    pub(crate) fn write_separated(&mut self, piece: &str) {
        self.separate();
        self.write(piece);
        self.whitespace = false;
        self.indention = false;
    }

    pub(crate) fn separate(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    /// Writes an indicator without a space in front.
    pub(crate) fn write_attached(&mut self, indicator: char) {
        self.put(indicator);
        self.whitespace = false;
        self.indention = false;
    }

    pub(crate) fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    /// Writes a piece of one line.
    pub(crate) fn write(&mut self, piece: &str) {
        self.out.push_str(piece);
        self.column += piece.bytes().filter(|byte| byte & 0xC0 != 0x80).count();
    }
}
