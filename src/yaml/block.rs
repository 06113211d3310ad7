//! Scans block scalars, which stand behind `|` or `>`.

use crate::yaml::error::Error;
use crate::yaml::scanner::Scanner;
use crate::yaml::token::{Span, Style, Token, TokenKind};

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// The last line keeps its own.
    Clip,
    /// None is left.
    Strip,
    /// All are.
    Keep,
}

impl Scanner<'_> {
    /// Scans a block scalar.
    pub(crate) fn scan_block_scalar(&mut self, style: Style) -> Result<Token, Error> {
        let start = self.cursor.mark();
        let from = self.built.len();
        self.cursor.skip();
        let (chomping, increment) = self.scan_block_header()?;
        // Zero stands for an indentation that the first line of text is going to tell.
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.unwrap_or_default() + increment,
        };
        let mut trailing = self.scan_block_breaks(&mut indent)?;
        let mut leading = "";
        let mut after_blank = false;
        self.cursor.need(1)?;
        while self.cursor.mark().column == indent && !self.cursor.at_end() {
            let blank = self.cursor.is_blank(0);
            if style == Style::Folded && leading == "\n" && !after_blank && !blank {
                if trailing.is_empty() {
                    self.built.push(' ');
                }
            } else {
                self.built.push_str(leading);
            }
            self.built.push_str(&trailing);
            after_blank = blank;
            let line = self.cursor.advance_to_break()?;
            self.built.push_str(line);
            self.cursor.need(2)?;
            leading = self.cursor.take_break();
            trailing = self.scan_block_breaks(&mut indent)?;
        }
        if chomping != Chomping::Strip {
            self.built.push_str(leading);
        }
        if chomping == Chomping::Keep {
            self.built.push_str(&trailing);
        }
        let text = Span::built(from, self.built.len());
        Ok(Token { kind: TokenKind::Scalar { text, style }, start })
    }

    /// Scans the rest of the first line; returns the chomping and the indentation it asks for.
    fn scan_block_header(&mut self) -> Result<(Chomping, usize), Error> {
        self.cursor.need(1)?;
        let mut increment = self.scan_increment()?;
        let chomping = match self.cursor.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => Chomping::Clip,
        };
        if chomping != Chomping::Clip {
            self.cursor.skip();
            self.cursor.need(1)?;
            if increment == 0 {
                increment = self.scan_increment()?;
            }
        }
        self.cursor.skip_blanks()?;
        if self.cursor.byte(0) == b'#' {
            self.cursor.advance_to_break()?;
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.problem("did not find expected comment or line break"));
        }
        self.cursor.need(2)?;
        self.cursor.take_break();
        Ok((chomping, increment))
    }

    /// Scans an indentation indicator; returns zero where none is.
    fn scan_increment(&mut self) -> Result<usize, Error> {
        let digit = self.cursor.byte(0);
        if digit == b'0' {
            return Err(self.problem("found an indentation indicator equal to 0"));
        }
        if !digit.is_ascii_digit() {
            return Ok(0);
        }
        self.cursor.skip();
        self.cursor.need(1)?;
        Ok(usize::from(digit - b'0'))
    }

    /// Scans the indentation of the next line, and the lines before it that have nothing but
    /// indentation; returns the breaks of those.
    fn scan_block_breaks(&mut self, indent: &mut usize) -> Result<String, Error> {
        let mut breaks = String::new();
        let mut deepest = 0;
        loop {
            self.cursor.need(1)?;
            while self.is_shallow(*indent) && self.cursor.byte(0) == b' ' {
                self.cursor.skip();
                self.cursor.need(1)?;
            }
            deepest = deepest.max(self.cursor.mark().column);
            if self.is_shallow(*indent) && self.cursor.byte(0) == b'\t' {
                let problem = "found a tab character where an indentation space is expected";
                return Err(self.problem(problem));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            self.cursor.need(2)?;
            breaks.push_str(self.cursor.take_break());
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent.map_or(1, |indent| indent + 1));
        }
        Ok(breaks)
    }

    fn is_shallow(&self, indent: usize) -> bool {
        indent == 0 || self.cursor.mark().column < indent
    }
}
