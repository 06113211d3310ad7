//! Scans block scalars, which stand behind `|` or `>`.

use crate::yaml::analysis::is_break;
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
        let (chomping, increment, mut end) = self.scan_block_header()?;
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
            let folded = style == Style::Folded && leading == "\n" && !after_blank && !blank;
            // Of the breaks between two folded lines the first is a space if it is the only one,
            // and else nothing.
            let joint = match (folded, trailing.is_empty()) {
                (true, true) => " ",
                (true, false) => "",
                (false, _) => leading,
            };
            self.built.push_str(joint);
            self.built.push_str(&trailing);
            after_blank = blank;
            let line = self.cursor.advance_to_break()?;
            self.built.push_str(line);
            end = self.cursor.offset();
            self.cursor.need(2)?;
            leading = self.cursor.take_break();
            trailing = self.scan_block_breaks(&mut indent)?;
        }
        if chomping != Chomping::Strip {
            self.built.push_str(leading);
        }
        if chomping == Chomping::Keep {
            self.built.push_str(&trailing);
            end = end.max(self.end_of_line_before());
        }
        let text = Span::built(from, self.built.len());
        Ok(Token { kind: TokenKind::Scalar { text, style }, start, end })
    }

    /// Returns the byte at which the line ends in front of the one that the cursor is in.
    fn end_of_line_before(&self) -> usize {
        let passed = self.cursor.text().get(..self.cursor.offset()).unwrap_or_default();
        let lines = passed.trim_end_matches(' ');
        lines.strip_suffix("\r\n").or_else(|| lines.strip_suffix(is_break)).unwrap_or(lines).len()
    }

    /// Scans the rest of the first line; returns the chomping and the indentation it asks for, and
    /// where that is said.
    fn scan_block_header(&mut self) -> Result<(Chomping, usize, usize), Error> {
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
        let end = self.cursor.offset();
        self.scan_end_of_line()?;
        Ok((chomping, increment, end))
    }

    /// Scans what may end a line behind all else: blanks, a comment, and the break.
    pub(crate) fn scan_end_of_line(&mut self) -> Result<(), Error> {
        self.cursor.skip_blanks()?;
        if self.cursor.byte(0) == b'#' {
            self.cursor.advance_to_break()?;
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.problem("did not find expected comment or line break"));
        }
        self.cursor.need(2)?;
        self.cursor.take_break();
        Ok(())
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

#[cfg(test)]
mod tests {
    use crate::yaml::parse;

    fn check(text: &str, expected: &str) {
        let found = match parse(text.as_bytes()) {
            Ok(node) => format!("{:?}", node.unwrap().string().unwrap().unwrap()),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn the_header_tells_what_becomes_of_the_last_breaks() {
        check("|\n a\n\n", r#""a\n""#);
        check("|-\n a\n\n", r#""a""#);
        check("|+\n a\n\n", r#""a\n\n""#);
        check("|2-\n   a\n", r#"" a""#);
        check("|-2 # comment\n   a\n", r#"" a""#);
        check("|0\n a", "found an indentation indicator equal to 0");
        check("| a\n", "did not find expected comment or line break");
    }

    #[test]
    fn a_folded_block_joins_lines_that_begin_with_no_blank() {
        check(">\n a\n b\n\n c\n", r#""a b\nc\n""#);
        check(">\n a\n  b\n c\n", r#""a\n b\nc\n""#);
    }

    #[test]
    fn the_first_line_tells_the_indentation() {
        check("|\n\n   a\n  b\n", r#""\na\n""#);
        check("|1\n \ta\n", r#""\ta\n""#);
        check("|\n\ta\n", "line 2: found a tab character where an indentation space is expected");
    }
}
