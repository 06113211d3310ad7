//! A place in a text: what stands there, and how to go on from it.

use crate::yaml::error::Error;
use crate::yaml::source::Source;

/// A place in a text, counted in characters from zero, and in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) index: usize,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) offset: usize,
}

impl Mark {
    /// Returns the place behind the one character that stands here, which is an indicator.
    pub(crate) fn next(self) -> Self {
        Self {
            index: self.index + 1,
            line: self.line,
            column: self.column + 1,
            offset: self.offset + 1,
        }
    }
}

/// Reads a text from its beginning to its end.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    failure: Option<&'a Error>,
    mark: Mark,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let failure = source.failure.as_ref();
        Self { text: &source.text, failure, mark: Mark::default() }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) fn mark(&self) -> Mark {
        self.mark
    }

    /// Returns how many bytes lie behind.
    pub(crate) fn offset(&self) -> usize {
        self.mark.offset
    }

    /// Checks that so many characters follow, or else that the text ends properly.
    #[inline]
    pub(crate) fn need(&self, characters: usize) -> Result<(), Error> {
        match self.failure {
            None => Ok(()),
            Some(failure) => self.need_before(failure, characters),
        }
    }

    fn need_before(&self, failure: &Error, characters: usize) -> Result<(), Error> {
        let rest = self.text.get(self.mark.offset..).unwrap_or_default();
        if rest.chars().take(characters).count() == characters {
            return Ok(());
        }
        Err(failure.clone())
    }

    /// Returns the byte so many bytes ahead; zero, which no text holds, behind the end.
    pub(crate) fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.mark.offset + ahead).copied().unwrap_or_default()
    }

    pub(crate) fn at_end(&self) -> bool {
        self.mark.offset >= self.text.len()
    }

    pub(crate) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    /// Returns how many bytes the line break there takes; zero where none is.
    pub(crate) fn break_length(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\r' if self.byte(ahead + 1) == b'\n' => 2,
            b'\n' | b'\r' => 1,
            0xC2 if self.byte(ahead + 1) == 0x85 => 2,
            0xE2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9) => {
                3
            }
            _ => 0,
        }
    }

    pub(crate) fn is_break(&self, ahead: usize) -> bool {
        self.break_length(ahead) > 0
    }

    pub(crate) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0 || self.is_break(ahead)
    }

    pub(crate) fn is_blank_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Tells whether a `---` or `...` stands here alone at the beginning of a line.
    pub(crate) fn at_document_indicator(&self) -> bool {
        let first = self.byte(0);
        self.mark.column == 0
            && matches!(first, b'-' | b'.')
            && self.byte(1) == first
            && self.byte(2) == first
            && self.is_blank_or_end(3)
    }

    /// Goes on by one character, which is not a line break.
    pub(crate) fn skip(&mut self) {
        let width = match self.byte(0) {
            0x00..=0x7F => 1,
            0x80..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xFF => 4,
        };
        let offset = self.text.len().min(self.mark.offset + width);
        self.mark = Mark { offset, ..self.mark.next() };
    }

    /// Goes on by so many bytes, which hold whole characters and no line break.
    pub(crate) fn advance(&mut self, length: usize) -> &'a str {
        let here = self.mark.offset;
        let passed = self.text.get(here..here + length).unwrap_or_default();
        let characters = passed.bytes().filter(|byte| byte & 0xC0 != 0x80).count();
        self.mark.offset += passed.len();
        self.mark.index += characters;
        self.mark.column += characters;
        passed
    }

    /// Goes on to the end of the line and returns what was left of it.
    pub(crate) fn advance_to_break(&mut self) -> Result<&'a str, Error> {
        let rest = self.text.as_bytes().get(self.mark.offset..).unwrap_or_default();
        let mut length = 0;
        for (at, byte) in rest.iter().enumerate() {
            length = at + 1;
            if matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2) && self.is_break(at) {
                length = at;
                break;
            }
        }
        let line = self.advance(length);
        self.need(1)?;
        Ok(line)
    }

    /// Goes on by the line break that stands here, if one does, and returns what it means.
    // The ends of lines of all systems mean "\n"; Unicode's separators mean themselves.
    pub(crate) fn take_break(&mut self) -> &'static str {
        let length = self.break_length(0);
        let meaning = match (length, self.byte(2)) {
            (0, _) => return "",
            (3, 0xA8) => "\u{2028}",
            (3, _) => "\u{2029}",
            _ => "\n",
        };
        let characters = if self.byte(0) == b'\r' { length } else { 1 };
        self.mark = Mark {
            index: self.mark.index + characters,
            line: self.mark.line + 1,
            column: 0,
            offset: self.mark.offset + length,
        };
        meaning
    }

    /// Goes on over blanks.
    pub(crate) fn skip_blanks(&mut self) -> Result<(), Error> {
        self.skip_while(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// Goes on over characters of one byte each, which are not line breaks.
    pub(crate) fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> Result<(), Error> {
        let rest = self.text.as_bytes().get(self.mark.offset..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| wanted(**byte)).count();
        self.mark.offset += length;
        self.mark.index += length;
        self.mark.column += length;
        self.need(1)
    }

    /// Stands the end of the text at the beginning of a line, as if its last line were finished.
    pub(crate) fn finish_line(&mut self) {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
    }
}
