//! Cutting a source into tokens.

use crate::helm::Profile;
use crate::helm::format::{Escape, is_digit, is_letter, is_printed, quoted};
use crate::helm::template::problem::ParseProblem;
use crate::helm::template::token::{Keyword, Span, Token, TokenKind, unicode};
use memchr::memmem::find;

/// Returns one token after the other, and the end again and again.
pub(crate) struct Lexer<'s> {
    source: &'s [u8],
    /// Where the token begins.
    start: usize,
    /// Up to where it was read.
    position: usize,
    /// The line of `start`.
    line: usize,
    parentheses: usize,
    inside: bool,
    problem: Option<ParseProblem>,
    profile: Profile,
}

const LEFT: &[u8] = b"{{";
const RIGHT: &[u8] = b"}}";

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s [u8], profile: Profile) -> Self {
        let source = source.get(..u32::MAX as usize - 1).unwrap_or(source);
        Self {
            source,
            start: 0,
            position: 0,
            line: 1,
            parentheses: 0,
            inside: false,
            problem: None,
            profile,
        }
    }

    pub(crate) fn source(&self) -> &'s [u8] {
        self.source
    }

    /// Returns what is wrong, after a token that is a problem.
    pub(crate) fn problem(&self) -> Option<&ParseProblem> {
        self.problem.as_ref()
    }

    pub(crate) fn next(&mut self) -> Token {
        if self.problem.is_some() {
            return Token { kind: TokenKind::Eof, span: Span::default(), line: self.line };
        }
        let found = if self.inside { self.action() } else { self.text() };
        found.unwrap_or_else(|problem| {
            self.problem = Some(problem);
            self.emit(TokenKind::Problem)
        })
    }

    fn rest(&self) -> &'s [u8] {
        self.source.get(self.position..).unwrap_or_default()
    }

    /// Returns the token that was read.
    fn emit(&mut self, kind: TokenKind) -> Token {
        let span = Span::new(self.start, self.position);
        let token = Token { kind, span, line: self.line };
        self.ignore();
        token
    }

    /// Leaves out what was read.
    fn ignore(&mut self) {
        let skipped = self.source.get(self.start..self.position).unwrap_or_default();
        self.line += skipped.split(|byte| *byte == b'\n').count() - 1;
        self.start = self.position;
    }

    /// Reads up to the next action; where there is nothing in between, the beginning of that.
    fn text(&mut self) -> Result<Token, ParseProblem> {
        loop {
            let Some(length) = find(self.rest(), LEFT) else {
                return Ok(self.last_text());
            };
            let text = self.rest().get(..length).unwrap_or_default();
            let after = self.rest().get(length + LEFT.len()..).unwrap_or_default();
            let trims = begins_with_trim(after);
            let kept = if trims { trimmed_end(text).len() } else { length };
            if kept > 0 {
                self.position += kept;
                let token = self.emit(TokenKind::Text);
                self.position += length - kept;
                self.ignore();
                return Ok(token);
            }
            self.position += length;
            self.ignore();
            let marker = if trims { TRIM } else { 0 };
            if after.get(marker..).is_some_and(|after| after.starts_with(b"/*")) {
                self.comment(marker)?;
                continue;
            }
            self.position += LEFT.len();
            let token = self.emit(TokenKind::LeftDelimiter);
            self.position += marker;
            self.ignore();
            (self.inside, self.parentheses) = (true, 0);
            return Ok(token);
        }
    }

    fn last_text(&mut self) -> Token {
        self.position = self.source.len();
        let empty = self.start == self.position;
        self.emit(if empty { TokenKind::Eof } else { TokenKind::Text })
    }

    fn comment(&mut self, marker: usize) -> Result<(), ParseProblem> {
        self.position += LEFT.len() + marker;
        self.ignore();
        self.position += 2;
        let length = find(self.rest(), b"*/").ok_or(ParseProblem::UnclosedComment)?;
        self.position += length + 2;
        let trims = self.at_right().ok_or(ParseProblem::CommentEnd)?;
        // Go counts the lines of a comment since 1.24.
        if self.profile == Profile::Helm317 {
            self.start = self.position;
        }
        self.ignore();
        self.right_delimiter(trims);
        Ok(())
    }

    /// Tells, at the end of an action, whether it trims what follows.
    fn at_right(&self) -> Option<bool> {
        let rest = self.rest();
        if ends_with_trim(rest) && rest.get(TRIM..).is_some_and(|rest| rest.starts_with(RIGHT)) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn right_delimiter(&mut self, trims: bool) -> Token {
        if trims {
            self.position += TRIM;
            self.ignore();
        }
        self.position += RIGHT.len();
        let token = self.emit(TokenKind::RightDelimiter);
        if trims {
            let rest = self.rest();
            self.position += rest.iter().take_while(|byte| is_space(**byte)).count();
            self.ignore();
        }
        self.inside = false;
        token
    }

    /// Reads a token within an action.
    fn action(&mut self) -> Result<Token, ParseProblem> {
        if let Some(trims) = self.at_right() {
            if self.parentheses > 0 {
                return Err(ParseProblem::UnclosedParenthesis);
            }
            return Ok(self.right_delimiter(trims));
        }
        let first = self.advance().ok_or(ParseProblem::UnclosedAction)?;
        match first {
            ' ' | '\t' | '\r' | '\n' => Ok(self.space()),
            '=' => Ok(self.emit(TokenKind::Assign)),
            ':' if self.advance() == Some('=') => Ok(self.emit(TokenKind::Declare)),
            ':' => Err(ParseProblem::ExpectedDeclare),
            '|' => Ok(self.emit(TokenKind::Pipe)),
            '"' => self.enclosed('"', TokenKind::String),
            '\'' => self.enclosed('\'', TokenKind::Character),
            '`' => self.raw(),
            '$' => self.named(TokenKind::Variable),
            '.' if self.peek().is_some_and(|next| !next.is_ascii_digit()) => {
                self.named(TokenKind::Field)
            }
            '.' | '+' | '-' | '0'..='9' => self.number(),
            '(' => {
                self.parentheses += 1;
                Ok(self.emit(TokenKind::LeftParenthesis))
            }
            ')' => {
                let left = self.parentheses.checked_sub(1);
                self.parentheses = left.ok_or(ParseProblem::RightParenthesis)?;
                Ok(self.emit(TokenKind::RightParenthesis))
            }
            letter if is_alphanumeric(letter) => self.identifier(),
            other if other.is_ascii() && is_printed(other) => Ok(self.emit(TokenKind::Other)),
            other => Err(ParseProblem::Unrecognized(unicode(other))),
        }
    }

    /// Reads white space, of which the last character may belong to the end of the action.
    fn space(&mut self) -> Token {
        self.position += self.rest().iter().take_while(|byte| is_space(**byte)).count();
        self.position -= 1;
        if self.at_right() == Some(true) {
            // Nothing but that one character: the end of the action comes right away.
            if self.position == self.start {
                return self.right_delimiter(true);
            }
        } else {
            self.position += 1;
        }
        self.emit(TokenKind::Space)
    }

    /// Reads to the end of a text or a character.
    fn enclosed(&mut self, quote: char, kind: TokenKind) -> Result<Token, ParseProblem> {
        let problem = if quote == '"' {
            ParseProblem::UnterminatedString
        } else {
            ParseProblem::UnterminatedCharacter
        };
        loop {
            match self.advance() {
                Some('\\') => match self.advance() {
                    None | Some('\n') => return Err(problem),
                    Some(_) => {}
                },
                None | Some('\n') => return Err(problem),
                Some(end) if end == quote => return Ok(self.emit(kind)),
                Some(_) => {}
            }
        }
    }

    fn raw(&mut self) -> Result<Token, ParseProblem> {
        let length = find(self.rest(), b"`").ok_or(ParseProblem::UnterminatedRawString)?;
        self.position += length + 1;
        Ok(self.emit(TokenKind::RawString))
    }

    /// Reads what follows the point of a field or the dollar sign of a variable.
    fn named(&mut self, kind: TokenKind) -> Result<Token, ParseProblem> {
        if self.at_terminator() {
            let alone = match kind {
                TokenKind::Variable => kind,
                _ => TokenKind::Keyword(Keyword::Dot),
            };
            return Ok(self.emit(alone));
        }
        self.word()?;
        Ok(self.emit(kind))
    }

    fn identifier(&mut self) -> Result<Token, ParseProblem> {
        self.word()?;
        let word = self.source.get(self.start..self.position).unwrap_or_default();
        let kind = match Keyword::of(word) {
            Some(keyword) => TokenKind::Keyword(keyword),
            None if matches!(word, b"true" | b"false") => TokenKind::Bool,
            None => TokenKind::Identifier,
        };
        Ok(self.emit(kind))
    }

    /// Reads letters and digits up to something that may follow them.
    fn word(&mut self) -> Result<(), ParseProblem> {
        loop {
            let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            self.position += self.rest().iter().take_while(|byte| is_plain(byte)).count();
            if !self.peek().is_some_and(is_alphanumeric) {
                break;
            }
            self.advance();
        }
        match self.peek() {
            Some(other) if !self.at_terminator() => Err(ParseProblem::BadCharacter(unicode(other))),
            _ => Ok(()),
        }
    }

    fn at_terminator(&self) -> bool {
        match self.rest() {
            [] | [b' ' | b'\t' | b'\r' | b'\n' | b'.' | b',' | b'|' | b':' | b'(' | b')', ..] => {
                true
            }
            rest => rest.starts_with(RIGHT),
        }
    }

    fn number(&mut self) -> Result<Token, ParseProblem> {
        self.position = self.start;
        if !self.scan_number() {
            return Err(self.bad_number());
        }
        if !matches!(self.peek(), Some('+' | '-')) {
            return Ok(self.emit(TokenKind::Number));
        }
        // `1+2i`: no spaces, and an `i` at the end.
        let imaginary = self.scan_number() && self.source.get(self.position - 1) == Some(&b'i');
        if imaginary { Ok(self.emit(TokenKind::Complex)) } else { Err(self.bad_number()) }
    }

    fn bad_number(&self) -> ParseProblem {
        let text = self.source.get(self.start..self.position).unwrap_or_default();
        ParseProblem::BadNumber(quoted(text, Escape::Needed))
    }

    /// Reads what looks like a number; tells whether it may end there.
    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        let mut exponent: &[u8] = b"eE";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                (digits, exponent) = (b"0123456789abcdefABCDEF_", b"pP");
            } else if self.accept(b"oO") {
                (digits, exponent) = (b"01234567_", b"");
            } else if self.accept(b"bB") {
                (digits, exponent) = (b"01_", b"");
            }
        }
        while self.accept(digits) {}
        if self.accept(b".") {
            while self.accept(digits) {}
        }
        if self.accept(exponent) {
            self.accept(b"+-");
            while self.accept(b"0123456789_") {}
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.advance();
            return false;
        }
        true
    }

    fn accept(&mut self, bytes: &[u8]) -> bool {
        let found = self.rest().first().is_some_and(|first| bytes.contains(first));
        self.position += usize::from(found);
        found
    }

    fn peek(&self) -> Option<char> {
        decode(self.rest()).map(|(character, _)| character)
    }

    fn advance(&mut self) -> Option<char> {
        let (character, length) = decode(self.rest())?;
        self.position += length;
        Some(character)
    }
}

/// How long the minus sign is with the space next to it.
const TRIM: usize = 2;

fn begins_with_trim(text: &[u8]) -> bool {
    matches!(text, [b'-', space, ..] if is_space(*space))
}

fn ends_with_trim(text: &[u8]) -> bool {
    matches!(text, [space, b'-', ..] if is_space(*space))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn trimmed_end(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or_default()
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || is_letter(character) || is_digit(character)
}

/// Returns the first character and its length; a byte that is no UTF-8 is U+FFFD.
fn decode(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first.is_ascii() {
        return Some((first.into(), 1));
    }
    let chunk = text.get(..4).unwrap_or(text).utf8_chunks().next()?;
    match chunk.valid().chars().next() {
        Some(character) => Some((character, character.len_utf8())),
        None => Some((char::REPLACEMENT_CHARACTER, 1)),
    }
}
