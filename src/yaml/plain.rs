//! Scans plain scalars, and gathers the text of scalars that go over several lines.

use crate::yaml::error::Error;
use crate::yaml::scanner::Scanner;
use crate::yaml::token::{Span, Style, Token, TokenKind};

/// The text of a scalar: a piece of the source as long as that will do, else built bit by bit.
pub(crate) struct Gathered {
    /// Where in the source the bit begins that is not yet part of what is built.
    start: usize,
    /// Where that bit ends.
    pub(crate) end: usize,
    built_from: Option<usize>,
}

impl Gathered {
    pub(crate) fn new(start: usize) -> Self {
        Self { start, end: start, built_from: None }
    }
}

/// The line breaks between two words.
#[derive(Default)]
pub(crate) struct Fold {
    first: &'static str,
    others: String,
}

impl Fold {
    /// Writes what the breaks mean: one is a space, and of more the first counts for nothing.
    fn write(&self, text: &mut String) {
        match (self.first, self.others.as_str()) {
            ("\n", "") => text.push(' '),
            ("\n", others) => text.push_str(others),
            (first, others) => {
                text.push_str(first);
                text.push_str(others);
            }
        }
    }
}

impl Scanner<'_> {
    /// Adds the bit gathered so far to the text that is built; the next bit begins at the cursor.
    pub(crate) fn build(&mut self, gathered: &mut Gathered) {
        gathered.built_from.get_or_insert(self.built.len());
        let bit = self.cursor.text().get(gathered.start..gathered.end).unwrap_or_default();
        self.built.push_str(bit);
        gathered.start = self.cursor.offset();
        gathered.end = gathered.start;
    }

    /// Adds what the line breaks in front of the cursor mean, if there are any.
    pub(crate) fn build_fold(&mut self, fold: Option<Fold>, gathered: &mut Gathered) {
        if let Some(fold) = fold {
            self.build(gathered);
            fold.write(&mut self.built);
        }
    }

    /// Returns the piece that holds all the text gathered.
    pub(crate) fn finish(&mut self, mut gathered: Gathered) -> Span {
        let Some(from) = gathered.built_from else {
            return Span::read(gathered.start, gathered.end);
        };
        self.build(&mut gathered);
        Span::built(from, self.built.len())
    }

    /// Scans a plain scalar.
    pub(crate) fn scan_plain(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark();
        let indent = self.indent.map_or(0, |indent| indent + 1);
        let mut gathered = Gathered::new(self.cursor.offset());
        let mut fold = None;
        loop {
            self.cursor.need(4)?;
            if self.cursor.at_document_indicator() || self.cursor.byte(0) == b'#' {
                break;
            }
            let length = self.plain_length();
            if length > 0 {
                self.build_fold(fold.take(), &mut gathered);
                self.cursor.advance(length);
                gathered.end = self.cursor.offset();
            }
            self.cursor.need(2)?;
            if !self.cursor.is_blank(0) && !self.cursor.is_break(0) {
                break;
            }
            self.scan_plain_blanks(indent, &mut fold)?;
            if self.flow_level == 0 && self.cursor.mark().column < indent {
                break;
            }
        }
        if fold.is_some() {
            self.simple_key_allowed = true;
        }
        let end = gathered.end;
        let text = self.finish(gathered);
        Ok(Token { kind: TokenKind::Scalar { text, style: Style::Plain }, start, end })
    }

    /// Returns how many bytes there are up to a blank or something that ends a plain scalar.
    fn plain_length(&self) -> usize {
        let in_flow = self.flow_level > 0;
        let mut length = 0;
        loop {
            let over = match self.cursor.byte(length) {
                0 | b' ' | b'\t' | b'\n' | b'\r' => true,
                b':' => self.cursor.is_blank_or_end(length + 1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                0xC2 | 0xE2 => self.cursor.is_break(length),
                _ => false,
            };
            if over {
                return length;
            }
            length += 1;
        }
    }

    fn scan_plain_blanks(&mut self, indent: usize, fold: &mut Option<Fold>) -> Result<(), Error> {
        loop {
            let shallow = fold.is_some() && self.cursor.mark().column < indent;
            match self.cursor.byte(0) {
                b'\t' if shallow => {
                    return Err(self.problem("found a tab character that violates indentation"));
                }
                b' ' | b'\t' => self.cursor.skip(),
                _ if self.cursor.is_break(0) => self.scan_fold_break(fold)?,
                _ => return Ok(()),
            }
            self.cursor.need(1)?;
        }
    }

    /// Scans a line break, with which a fold may begin.
    pub(crate) fn scan_fold_break(&mut self, fold: &mut Option<Fold>) -> Result<(), Error> {
        self.cursor.need(2)?;
        let line_break = self.cursor.take_break();
        match fold {
            Some(fold) => fold.others.push_str(line_break),
            None => *fold = Some(Fold { first: line_break, others: String::new() }),
        }
        Ok(())
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
    fn a_plain_scalar_ends_at_a_comment_or_a_document_indicator() {
        check("a b#c  # d", r#""a b#c""#);
        check("a\n---\nb", r#""a""#);
        check("a:b ", r#""a:b""#);
    }

    #[test]
    fn lines_are_joined() {
        check("a\n b", r#""a b""#);
        check("a \n\n  \n b\r\nc", r#""a\n\nb c""#);
        check("a\u{2028}b", "\"a\\u{2028}b\"");
    }

    #[test]
    fn a_tab_is_no_indentation() {
        check("a:\n  b\n\tc", "line 3: found a tab character that violates indentation");
    }
}
