//! What stands between the `%` and the verb, and padding.

use crate::helm::format::buffer::Buffer;
use crate::helm::template::Limit;

/// How a value is to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Flags {
    /// The least number of characters.
    pub(crate) width: Option<usize>,
    /// The number after the point.
    pub(crate) precision: Option<usize>,
    /// `+`, but for `%+v`.
    pub(crate) plus: bool,
    /// `-`: padding goes to the right.
    pub(crate) minus: bool,
    /// `#`, but for `%#v`.
    pub(crate) sharp: bool,
    /// A space: room for a sign, or between bytes.
    pub(crate) space: bool,
    /// `0`: padding is zeros.
    pub(crate) zero: bool,
    /// `%+v`: fields of records are named.
    pub(crate) plus_v: bool,
    /// `%#v`: values are written as Go's source does.
    pub(crate) sharp_v: bool,
}

impl Flags {
    /// Writes so many characters of padding.
    pub(crate) fn pad(self, output: &mut Buffer, count: usize) -> Result<(), Limit> {
        let byte = if self.zero && !self.minus { b'0' } else { b' ' };
        output.fill(byte, count)
    }

    /// Writes a text with the padding that it needs.
    pub(crate) fn write(self, output: &mut Buffer, text: &[u8]) -> Result<(), Limit> {
        let Some(width) = self.width else {
            return output.push(text);
        };
        let padding = width.saturating_sub(count(text));
        if !self.minus {
            self.pad(output, padding)?;
        }
        output.push(text)?;
        if self.minus { self.pad(output, padding) } else { Ok(()) }
    }
}

/// Returns how many characters there are; a byte that is no UTF-8 counts as one.
pub(crate) fn count(text: &[u8]) -> usize {
    let chunks = text.utf8_chunks();
    chunks.map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

/// Returns the first characters of a text.
pub(crate) fn truncated(text: &[u8], characters: usize) -> &[u8] {
    let (mut length, mut left) = (0, characters);
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            if left == 0 {
                return text.get(..length).unwrap_or(text);
            }
            (length, left) = (length + character.len_utf8(), left - 1);
        }
        let bytes = chunk.invalid().len().min(left);
        (length, left) = (length + bytes, left - bytes);
    }
    text.get(..length).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(flags: Flags, text: &str, expected: &str) {
        let mut output = Buffer::new(100);
        flags.write(&mut output, text.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(output.into_bytes()).unwrap(), expected);
    }

    #[test]
    fn padding_fills_the_width_in_characters() {
        let five = Flags { width: Some(5), ..Flags::default() };
        check(five, "é世", "   é世");
        check(Flags { minus: true, zero: true, ..five }, "ab", "ab   ");
        check(Flags { zero: true, ..five }, "ab", "000ab");
        check(five, "abcdef", "abcdef");
    }

    #[test]
    fn bytes_that_are_no_utf_8_count_as_characters() {
        let text = b"a\xff\xe2\x82b";
        assert_eq!(count(text), 5);
        assert_eq!(truncated(text, 3), b"a\xff\xe2");
        assert_eq!(truncated("é世x".as_bytes(), 2), "é世".as_bytes());
        assert_eq!(truncated(b"ab", 5), b"ab");
    }
}
