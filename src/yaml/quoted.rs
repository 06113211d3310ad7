//! Scans scalars in single and in double quotes.

use crate::yaml::error::Error;
use crate::yaml::plain::{Fold, Gathered};
use crate::yaml::scanner::Scanner;
use crate::yaml::token::{Style, Token, TokenKind};

impl Scanner<'_> {
    /// Scans a scalar in quotes.
    pub(crate) fn scan_quoted(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark();
        let quote = self.cursor.byte(0);
        self.cursor.skip();
        let mut gathered = Gathered::new(self.cursor.offset());
        loop {
            self.cursor.need(4)?;
            if self.cursor.at_document_indicator() {
                return Err(self.problem_since(start, "found unexpected document indicator"));
            }
            if self.cursor.at_end() {
                return Err(self.problem_since(start, "found unexpected end of stream"));
            }
            let fold = self.scan_quoted_words(quote, &mut gathered)?;
            self.cursor.need(1)?;
            if self.cursor.byte(0) == quote {
                break;
            }
            self.scan_quoted_blanks(fold, &mut gathered)?;
        }
        self.cursor.skip();
        let text = self.finish(gathered);
        let end = self.cursor.offset();
        Ok(Token { kind: TokenKind::Scalar { text, style: Style::Quoted }, start, end })
    }

    /// Scans up to a blank, a line break or the closing quote; returns the beginning of a fold
    /// where an escaped line break was.
    fn scan_quoted_words(
        &mut self,
        quote: u8,
        gathered: &mut Gathered,
    ) -> Result<Option<Fold>, Error> {
        while !self.cursor.is_blank_or_end(0) {
            match self.cursor.byte(0) {
                b'\'' if quote == b'\'' && self.cursor.byte(1) == b'\'' => {
                    self.cursor.skip();
                    gathered.end = self.cursor.offset();
                    self.cursor.skip();
                    self.build(gathered);
                }
                byte if byte == quote => return Ok(None),
                b'\\' if quote == b'"' && self.cursor.is_break(1) => {
                    self.cursor.need(3)?;
                    self.cursor.skip();
                    self.cursor.take_break();
                    self.build(gathered);
                    return Ok(Some(Fold::default()));
                }
                b'\\' if quote == b'"' => self.scan_escape(gathered)?,
                _ => {
                    self.cursor.advance(self.quoted_length(quote));
                    gathered.end = self.cursor.offset();
                }
            }
            self.cursor.need(2)?;
        }
        Ok(None)
    }

    /// Returns how many bytes there are, one at least, up to something that needs a closer look.
    fn quoted_length(&self, quote: u8) -> usize {
        let mut length = 0;
        loop {
            let over = match self.cursor.byte(length) {
                0 | b' ' | b'\t' | b'\n' | b'\r' | b'\\' => true,
                0xC2 | 0xE2 => self.cursor.is_break(length),
                byte => byte == quote,
            };
            if over {
                return length.max(1);
            }
            length += 1;
        }
    }

    fn scan_quoted_blanks(
        &mut self,
        mut fold: Option<Fold>,
        gathered: &mut Gathered,
    ) -> Result<(), Error> {
        loop {
            match self.cursor.byte(0) {
                b' ' | b'\t' => self.cursor.skip(),
                _ if self.cursor.is_break(0) => self.scan_fold_break(&mut fold)?,
                _ => break,
            }
            self.cursor.need(1)?;
        }
        if fold.is_none() {
            gathered.end = self.cursor.offset();
        }
        self.build_fold(fold, gathered);
        Ok(())
    }

    /// Scans an escape sequence.
    fn scan_escape(&mut self, gathered: &mut Gathered) -> Result<(), Error> {
        let (digits, meaning) = match self.cursor.byte(1) {
            b'x' => (2, '\0'),
            b'u' => (4, '\0'),
            b'U' => (8, '\0'),
            letter => match meaning_of(letter) {
                Some(meaning) => (0, meaning),
                None => return Err(self.problem("found unknown escape character")),
            },
        };
        self.cursor.advance(2);
        let meaning = if digits > 0 { self.scan_code(digits)? } else { meaning };
        self.cursor.advance(digits);
        self.build(gathered);
        self.built.push(meaning);
        Ok(())
    }

    /// Returns the character with the number that stands at the cursor.
    fn scan_code(&self, digits: usize) -> Result<char, Error> {
        self.cursor.need(digits)?;
        let mut value = 0;
        for at in 0..digits {
            let Some(digit) = char::from(self.cursor.byte(at)).to_digit(16) else {
                // The missing letter is go-yaml's.
                return Err(self.problem("did not find expected hexdecimal number"));
            };
            value = (value << 4) | digit;
        }
        char::from_u32(value)
            .ok_or_else(|| self.problem("found invalid Unicode character escape code"))
    }
}

/// Returns the character that a letter behind a backslash means.
fn meaning_of(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\x07',
        b'b' => '\x08',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\x0B',
        b'f' => '\x0C',
        b'r' => '\r',
        b'e' => '\x1B',
        b' ' | b'"' | b'\'' | b'\\' => char::from(letter),
        b'N' => '\u{85}',
        b'_' => '\u{A0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
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
    fn single_quotes_have_one_escape() {
        check(r"'it''s \n'", r#""it's \\n""#);
    }

    #[test]
    fn double_quotes_have_many() {
        check(
            r#""\0\a\t\x41\u00e9\U0001F600\N\_\L\\""#,
            "\"\\0\\u{7}\\tAé😀\\u{85}\\u{a0}\\u{2028}\\\\\"",
        );
        check(r#""\/""#, "found unknown escape character");
        check(r#""\xg0""#, "did not find expected hexdecimal number");
        check(r#""\ud83d\ude00""#, "found invalid Unicode character escape code");
    }

    #[test]
    fn lines_are_joined() {
        check("'a  b \n c'", r#""a  b c""#);
        check("\"a\n\n b\"", r#""a\nb""#);
        check("\"a \\\n  b\\  \\\n\"", r#""a b  ""#);
    }

    #[test]
    fn a_quote_has_to_be_closed_within_its_document() {
        check("'a\n", "line 2: found unexpected end of stream");
        check("'a\n---\n'", "line 2: found unexpected document indicator");
    }
}
