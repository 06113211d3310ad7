//! The text of `--set`, read character by character.

/// What is left of a text.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Returns what comes before one of `stops`, and which one it is, or `None` at the end. A
    /// backslash takes its meaning from what follows it.
    pub(crate) fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut read = String::new();
        while let Some(character) = self.next() {
            if stops.contains(&character) {
                return (read, Some(character));
            }
            if character == '\\' {
                read.extend(self.next());
            } else {
                read.push(character);
            }
        }
        (read, None)
    }

    /// Takes the next character.
    pub(crate) fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.advance(character.len_utf8());
        Some(character)
    }

    /// Takes the next character if it is this one.
    pub(crate) fn take(&mut self, wanted: char) -> bool {
        let taken = self.rest.starts_with(wanted);
        if taken {
            self.advance(wanted.len_utf8());
        }
        taken
    }

    /// Tells whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// Takes white space and one comma; tells whether there was a comma or the end.
    pub(crate) fn take_separator(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        self.is_empty() || self.take(',')
    }

    /// Returns what is left.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Leaves out so many bytes.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}
