//! Where the values of a JSON text stand.

use crate::yaml::{Piece, Shape, Style};

/// Returns where the values of a JSON text stand, which has been read as such before.
pub(crate) fn layout(text: &str) -> Option<Piece> {
    Scan { text, at: 0 }.value()
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Goes on over one of two bytes, and tells whether it was the first.
    fn take(&mut self, first: u8, second: u8) -> Option<bool> {
        self.skip_blanks();
        let found = self.byte().filter(|byte| [first, second].contains(byte))?;
        self.at += 1;
        Some(found == first)
    }

    fn value(&mut self) -> Option<Piece> {
        let behind = self.at;
        self.skip_blanks();
        let start = self.at;
        let shape = match self.byte()? {
            b'{' => Shape::Mapping { flow: true, entries: self.entries()? },
            b'[' => Shape::Sequence { flow: true, items: self.items()? },
            b'"' => Shape::Scalar { text: self.string()?, style: Style::Quoted },
            _ => Shape::Scalar { text: self.word()?.to_owned(), style: Style::Plain },
        };
        let (anchor, tag) = (None, None);
        Some(Piece { behind, start, content: start, end: self.at, anchor, tag, shape })
    }

    fn entries(&mut self) -> Option<Vec<(Piece, Piece)>> {
        let mut entries = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.byte() == Some(b'}') {
            self.at += 1;
            return Some(entries);
        }
        loop {
            let key = self.value()?;
            self.take(b':', b':')?;
            entries.push((key, self.value()?));
            if !self.take(b',', b'}')? {
                return Some(entries);
            }
        }
    }

    fn items(&mut self) -> Option<Vec<Piece>> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_blanks();
        if self.byte() == Some(b']') {
            self.at += 1;
            return Some(items);
        }
        loop {
            items.push(self.value()?);
            if !self.take(b',', b']')? {
                return Some(items);
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.byte()? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        serde_json::from_str(self.text.get(start..self.at)?).ok()
    }

    fn word(&mut self) -> Option<&str> {
        let start = self.at;
        while self.byte().is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            self.at += 1;
        }
        self.text.get(start..self.at).filter(|word| !word.is_empty())
    }
}
