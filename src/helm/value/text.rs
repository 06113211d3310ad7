//! Texts as Go has them: bytes that are mostly, but not always, UTF-8.

use std::borrow::{Borrow, Cow};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A text of Go's type `string`. Copies share their bytes, between threads too.
#[derive(Clone)]
pub struct Text(Bytes);

// What is UTF-8 is always told apart, so that `as_str` costs nothing.
#[derive(Clone)]
enum Bytes {
    Utf8(Arc<str>),
    Other(Arc<[u8]>),
}

impl Text {
    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Bytes::Utf8(text) => text.as_bytes(),
            Bytes::Other(bytes) => bytes,
        }
    }

    /// Returns the text, or `None` where its bytes are not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Bytes::Utf8(text) => Some(text),
            Bytes::Other(_) => None,
        }
    }

    /// Returns the text, with U+FFFD in the place of what is not UTF-8.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }

    /// Returns how many bytes there are.
    pub fn len(&self) -> usize {
        self.as_bytes().len()
    }

    /// Tells whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.as_bytes().is_empty()
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Bytes::Utf8(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Bytes::Utf8(text.into()))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(Bytes::Utf8(text))
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        Self::from(text.as_ref())
    }
}

impl From<&[u8]> for Text {
    fn from(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => Self::from(text),
            Err(_) => Self(Bytes::Other(bytes.into())),
        }
    }
}

impl From<Vec<u8>> for Text {
    fn from(bytes: Vec<u8>) -> Self {
        Self::from(bytes.as_slice())
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for Text {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

// As that of `[u8]`, which `Borrow` asks for.
impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for Text {
    /// Writes the text, with U+FFFD in the place of what is not UTF-8.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.to_str_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_utf_8_are_kept() {
        let text = Text::from(vec![b'a', 0xff]);
        assert_eq!(text.as_bytes(), [b'a', 0xff]);
        assert_eq!((text.as_str(), text.to_string().as_str()), (None, "a\u{fffd}"));
    }

    #[test]
    fn texts_are_the_same_however_they_were_made() {
        assert_eq!(Text::from("é"), Text::from(vec![0xc3, 0xa9]));
        assert_eq!(Text::from(vec![0xc3, 0xa9]).as_str(), Some("é"));
    }

    #[test]
    fn order_is_that_of_the_bytes() {
        let mut texts = [Text::from(vec![0xff]), Text::from("\u{ffff}"), "a".into(), "Z".into()];
        texts.sort();
        assert_eq!(
            texts.map(|text| format!("{text:?}")).join(" "),
            r#""Z" "a" "\xef\xbf\xbf" "\xff""#
        );
    }
}
