//! Scans anchors, aliases, tags and directives.

use crate::yaml::error::Error;
use crate::yaml::scanner::Scanner;
use crate::yaml::token::{Span, Token, TokenKind};

impl Scanner<'_> {
    /// Scans an anchor or an alias.
    pub(crate) fn scan_anchor(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark();
        let alias = self.cursor.byte(0) == b'*';
        self.cursor.skip();
        let name = self.scan_name()?;
        let ended = self.cursor.is_blank_or_end(0)
            || matches!(self.cursor.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ended {
            return Err(self.problem("did not find expected alphabetic or numeric character"));
        }
        let kind = if alias { TokenKind::Alias(name) } else { TokenKind::Anchor(name) };
        Ok(Token { kind, start, end: self.cursor.offset() })
    }

    /// Scans letters, digits, `_` and `-`.
    fn scan_name(&mut self) -> Result<Span, Error> {
        let from = self.cursor.offset();
        let mut length = 0;
        while is_name_byte(self.cursor.byte(length)) {
            length += 1;
        }
        self.cursor.advance(length);
        self.cursor.need(1)?;
        Ok(Span::read(from, self.cursor.offset()))
    }

    /// Scans a tag.
    pub(crate) fn scan_tag(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark();
        self.cursor.need(2)?;
        let (handle, suffix) = if self.cursor.byte(1) == b'<' {
            self.cursor.advance(2);
            let suffix = self.scan_uri("")?;
            if self.cursor.byte(0) != b'>' {
                return Err(self.problem("did not find the expected '>'"));
            }
            self.cursor.skip();
            (String::new(), suffix)
        } else {
            self.scan_short_tag()?
        };
        self.cursor.need(1)?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.problem("did not find expected whitespace or line break"));
        }
        let handle = self.keep(&handle);
        let suffix = self.keep(&suffix);
        let end = self.cursor.offset();
        Ok(Token { kind: TokenKind::Tag { handle, suffix }, start, end })
    }

    /// Scans a tag that is not in angle brackets; returns its handle and its suffix.
    fn scan_short_tag(&mut self) -> Result<(String, String), Error> {
        let handle = self.scan_tag_handle()?;
        if handle.len() > 1 && handle.ends_with('!') {
            let suffix = self.scan_uri("")?;
            return Ok((handle, suffix));
        }
        let suffix = self.scan_uri(&handle)?;
        if suffix.is_empty() {
            return Ok((String::new(), "!".to_owned()));
        }
        Ok(("!".to_owned(), suffix))
    }

    fn scan_tag_handle(&mut self) -> Result<String, Error> {
        if self.cursor.byte(0) != b'!' {
            return Err(self.problem("did not find expected '!'"));
        }
        self.cursor.skip();
        self.cursor.need(1)?;
        let name = self.scan_name()?;
        let mut handle = format!("!{}", self.text(name));
        if self.cursor.byte(0) == b'!' {
            self.cursor.skip();
            handle.push('!');
        }
        Ok(handle)
    }

    /// Scans the rest of a URI that begins with what follows the `!` of `head`.
    fn scan_uri(&mut self, head: &str) -> Result<String, Error> {
        let mut uri = head.as_bytes().get(1..).unwrap_or_default().to_vec();
        let mut found = !head.is_empty();
        self.cursor.need(1)?;
        while is_uri_byte(self.cursor.byte(0)) {
            if self.cursor.byte(0) == b'%' {
                self.scan_uri_escapes(&mut uri)?;
            } else {
                uri.push(self.cursor.byte(0));
                self.cursor.skip();
            }
            self.cursor.need(1)?;
            found = true;
        }
        if !found {
            return Err(self.problem("did not find expected tag URI"));
        }
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// Scans the escaped bytes of one character.
    fn scan_uri_escapes(&mut self, uri: &mut Vec<u8>) -> Result<(), Error> {
        let mut missing = 0;
        loop {
            self.cursor.need(3)?;
            let Some(octet) = self.escaped_octet() else {
                return Err(self.problem("did not find URI escaped octet"));
            };
            if missing == 0 {
                missing = character_width(octet)
                    .ok_or_else(|| self.problem("found an incorrect leading UTF-8 octet"))?;
            } else if octet & 0xC0 != 0x80 {
                return Err(self.problem("found an incorrect trailing UTF-8 octet"));
            }
            uri.push(octet);
            self.cursor.advance(3);
            missing -= 1;
            if missing == 0 {
                return Ok(());
            }
        }
    }

    fn escaped_octet(&self) -> Option<u8> {
        let digit = |at| char::from(self.cursor.byte(at)).to_digit(16);
        let octet = digit(1)? << 4 | digit(2)?;
        (self.cursor.byte(0) == b'%').then(|| u8::try_from(octet).ok()).flatten()
    }

    fn keep(&mut self, text: &str) -> Span {
        let from = self.built.len();
        self.built.push_str(text);
        Span::built(from, self.built.len())
    }

    /// Scans a directive.
    pub(crate) fn scan_directive(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark();
        self.cursor.skip();
        self.cursor.need(1)?;
        let name = self.scan_name()?;
        if name.is_empty() {
            return Err(self.problem("could not find expected directive name"));
        }
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.problem("found unexpected non-alphabetical character"));
        }
        let kind = match self.text(name) {
            "YAML" => self.scan_version()?,
            "TAG" => self.scan_tag_directive()?,
            _ => return Err(self.problem("found unknown directive name")),
        };
        self.cursor.need(1)?;
        self.scan_end_of_line()?;
        Ok(Token { kind, start, end: self.cursor.offset() })
    }

    fn scan_version(&mut self) -> Result<TokenKind, Error> {
        self.cursor.skip_blanks()?;
        let major = self.scan_version_number()?;
        if self.cursor.byte(0) != b'.' {
            return Err(self.problem("did not find expected digit or '.' character"));
        }
        self.cursor.skip();
        let minor = self.scan_version_number()?;
        Ok(TokenKind::VersionDirective { major, minor })
    }

    fn scan_version_number(&mut self) -> Result<u8, Error> {
        let mut value = None;
        self.cursor.need(1)?;
        for length in 0.. {
            let digit = self.cursor.byte(0);
            if !digit.is_ascii_digit() {
                break;
            }
            if length == 2 {
                return Err(self.problem("found extremely long version number"));
            }
            value = Some(value.unwrap_or_default() * 10 + (digit - b'0'));
            self.cursor.skip();
            self.cursor.need(1)?;
        }
        value.ok_or_else(|| self.problem("did not find expected version number"))
    }

    fn scan_tag_directive(&mut self) -> Result<TokenKind, Error> {
        self.cursor.skip_blanks()?;
        let handle = self.scan_tag_handle()?;
        if handle != "!" && (handle.len() < 2 || !handle.ends_with('!')) {
            return Err(self.problem("did not find expected '!'"));
        }
        self.cursor.need(1)?;
        if !self.cursor.is_blank(0) {
            return Err(self.problem("did not find expected whitespace"));
        }
        self.cursor.skip_blanks()?;
        let prefix = self.scan_uri("")?;
        if !self.cursor.is_blank_or_end(0) {
            return Err(self.problem("did not find expected whitespace or line break"));
        }
        let handle = self.keep(&handle);
        let prefix = self.keep(&prefix);
        Ok(TokenKind::TagDirective { handle, prefix })
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_uri_byte(byte: u8) -> bool {
    is_name_byte(byte) || b";/?:@&=+$,.!~*'()[]%".contains(&byte)
}

/// Returns how many bytes a character has that begins with `octet`.
fn character_width(octet: u8) -> Option<usize> {
    match octet {
        0x00..=0x7F => Some(1),
        0xC0..=0xDF => Some(2),
        0xE0..=0xEF => Some(3),
        0xF0..=0xF7 => Some(4),
        0x80..=0xBF | 0xF8..=0xFF => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::yaml::parse;

    fn check(text: &str, expected: &str) {
        let found = match parse(text.as_bytes()) {
            Ok(node) => node.unwrap().tag().unwrap_or_default(),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn tags_are_made_of_handle_and_suffix() {
        check("!!str a", "!!str");
        check("!local a", "!local");
        check("! a", "!");
        check("!<tag:yaml.org,2002:int> 1", "!!int");
        check("%TAG !e! tag:e.org,2000:\n--- !e!a%41 x", "tag:e.org,2000:aA");
        check("%TAG !! tag:e.org,2000:\n--- !!str x", "tag:e.org,2000:str");
    }

    #[test]
    fn tags_that_cannot_be_are_refused() {
        check("!e!a x", "found undefined tag handle");
        check("!<a x", "did not find the expected '>'");
        check("!a%4 x", "did not find URI escaped octet");
        check("!a%80 x", "found an incorrect leading UTF-8 octet");
        check("!a%C3%41 x", "found an incorrect trailing UTF-8 octet");
        check("!\"a", "did not find expected whitespace or line break");
    }

    #[test]
    fn directives_that_cannot_be_are_refused() {
        check("%YAML 1.2\n---\n", "found incompatible YAML document");
        check("%YAML 1.1\n%YAML 1.1\n---\n", "line 1: found duplicate %YAML directive");
        check("%YAML 1\n---\n", "did not find expected digit or '.' character");
        check("%YAML 111.1\n---\n", "found extremely long version number");
        check("%TAG ! a:\n%TAG ! b:\n---\n", "line 1: found duplicate %TAG directive");
        check("%TAG a b\n---\n", "did not find expected '!'");
        check("%FOO\n---\n", "found unknown directive name");
        check("% \n", "could not find expected directive name");
        check("%YAML 1.1\na", "line 1: did not find expected <document start>");
    }

    #[test]
    fn anchors_have_names() {
        check("&a b", "");
        check("& b", "did not find expected alphabetic or numeric character");
        check("*a", "unknown anchor 'a' referenced");
    }
}
