//! Edits that touch the lines they are about and no others.

mod block;
mod draft;
mod flow;
mod items;
mod json;
mod patch;

pub use draft::{Draft, Sheet};
pub use patch::{Change, Patch};

use crate::edit::file::Format;

/// Why a file is not edited in place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Refusal {
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// Why.
    pub reason: Reason,
}

/// The kinds of refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// What is to be changed stands elsewhere.
    #[error("an alias stands where a part is to be changed")]
    Alias,
    /// A key is there several times.
    #[error("the key `{0}` is there more than once")]
    Twice(String),
    /// There is more than one document.
    #[error("it holds more than one document")]
    Documents,
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    Encoding,
    /// A node does not begin its line where it would have to.
    #[error("what is to be changed shares its line with something else")]
    Line,
    /// Another place means the node too.
    #[error("other places use the anchor `{0}` of what is to be changed")]
    Anchor(String),
    /// A mapping gets entries from elsewhere.
    #[error("a merge key brings in what is to be changed")]
    Merge,
    /// A line break at the end would become part of a text.
    #[error("its last line has no end and belongs to a text of several lines")]
    Unfinished,
    /// The result would say something else.
    #[error("it would not be read as what it should say")]
    Meaning,
}

/// A text that is to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: Vec<u8>,
    /// What is the matter if it does not say what it should.
    pub doubt: Refusal,
}

impl Written {
    /// Returns a text that nothing is known of.
    pub fn new(text: Vec<u8>) -> Self {
        Self { text, doubt: Reason::Meaning.into() }
    }
}

impl Refusal {
    /// Returns what to do.
    pub fn hint(&self) -> &'static str {
        match self.reason {
            Reason::Alias | Reason::Anchor(_) | Reason::Merge => {
                "change it by hand where it stands: what it means elsewhere is for you to decide"
            }
            Reason::Twice(_) => "remove one of them",
            Reason::Unfinished => "end the last line",
            Reason::Documents | Reason::Encoding | Reason::Line => {
                "change it by hand, or let the file be written anew without --preserve"
            }
            Reason::Meaning => "change it by hand, or try the other way of writing (--preserve)",
        }
    }
}

impl From<Reason> for Refusal {
    fn from(reason: Reason) -> Self {
        Self { line: None, reason }
    }
}

/// Returns a file's text with changes to its fields.
pub fn edited(content: &[u8], format: Format, patch: &Patch) -> Result<Written, Refusal> {
    let sheet = Sheet::read(content, format)?;
    let mut draft = sheet.draft();
    draft.change(patch)?;
    draft.finish()
}
