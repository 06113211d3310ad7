//! Calls of functions that leave something to chance: where they are, and what they gave.

use crate::helm::template::operand::Operand;
use crate::helm::value::{Text, Value};
use std::fmt;

/// A call of a function that leaves something to chance.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The template that is rendered: the innermost file, where files include each other.
    pub file: &'a Text,
    /// How many files were entered before this rendering of it, which tells two renderings apart.
    pub entered: u64,
    /// The name of the text that has the call.
    pub source: &'a Text,
    /// How often that text names the function before this call.
    pub place: usize,
    /// The function.
    pub function: &'a str,
    /// What it is given.
    pub arguments: &'a [Operand],
}

/// Is told of calls that leave something to chance.
pub trait Chance: fmt::Debug {
    /// A call is about to be made.
    fn begin(&self, call: &Call<'_>);

    /// The call gave this.
    fn end(&self, result: &Value);
}

/// The file that is rendered.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entered {
    pub(crate) file: Text,
    pub(crate) number: u64,
}

/// Returns how often a text names a function before some place in it.
pub(crate) fn mentions(text: &[u8], end: usize, name: &str) -> usize {
    let text = text.get(..end).unwrap_or(text);
    let name = name.as_bytes();
    let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let found = text.windows(name.len().max(1)).enumerate().filter(|(_, window)| *window == name);
    found
        .filter(|(at, _)| {
            let before = at.checked_sub(1).and_then(|at| text.get(at));
            !is_part(before) && !is_part(text.get(at + name.len()))
        })
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mentions_are_whole_names() {
        let text = b"randAlpha 3 | randAlphaNum 4 (randAlpha 5) xrandAlpha randAlpha";
        assert_eq!(mentions(text, text.len(), "randAlpha"), 3);
        assert_eq!(mentions(text, 30, "randAlpha"), 1);
        assert_eq!(mentions(text, 0, "randAlpha"), 0);
    }
}
