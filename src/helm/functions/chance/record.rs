//! What calls gave, so that a later rendering can give it again.

use std::collections::{BTreeMap, BTreeSet};

/// A call: the same in every rendering with one seed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Site(pub(super) [u8; 32]);

/// What calls gave.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// What each gave.
    pub drawn: BTreeMap<Site, Drawn>,
    /// Those that gave what they were to give again.
    pub kept: BTreeSet<Site>,
    /// Those that could not give what they were to give again.
    pub refused: BTreeSet<Site>,
}

/// What a call gave.
#[derive(Clone)]
pub struct Drawn {
    /// The function.
    pub function: String,
    /// A text; or a certificate and its key.
    pub texts: Vec<String>,
    /// The certificate of the authority that it was given.
    pub authority: Option<String>,
}

impl std::fmt::Debug for Drawn {
    // The texts are secrets of others.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Drawn").field("function", &self.function).finish_non_exhaustive()
    }
}

/// What stands for the key of a kept certificate where nothing tells the key.
pub const UNKNOWN_KEY: &str = "the key of this certificate is not known ";
