//! How commits are made: their words, who made them, and what they are signed with.

use crate::secret::Secret;
use std::path::PathBuf;

/// How commits are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPlan {
    /// The message, with its placeholders.
    pub message: String,
    /// The author's name; `None` leaves it to the definition's repository, or to us.
    pub author_name: Option<String>,
    /// The author's mail address.
    pub author_email: Option<String>,
    /// What they are signed with.
    pub signing: Option<Signing>,
}

/// A key that commits are signed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signing {
    /// The file.
    pub key: PathBuf,
    /// What opens it.
    pub passphrase: Option<Secret>,
}
