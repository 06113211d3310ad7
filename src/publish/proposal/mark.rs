//! What we note in the commits of pull requests, to know them again.

use crate::git::store::Store;
use crate::git::{GitError, Oid};

/// A note of ours, as a trailer of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What the pull request is about.
    pub scope: String,
    /// What stood in the target where the pull request changes something.
    pub ground: String,
    /// The commit's tree: who amends the commit changes that.
    pub tree: Oid,
}

const TRAILER: &str = "Proposal: ";

impl Mark {
    /// Returns the note in a commit, if we made it and nobody has changed it.
    pub fn of(store: &Store, commit: Oid) -> Result<Option<Self>, GitError> {
        let mark = Self::read(&store.message_of(commit)?);
        let tree = store.tree_of(commit)?;
        Ok(mark.filter(|mark| mark.tree == tree))
    }

    /// Returns the line for the end of a commit's message.
    pub fn line(&self) -> String {
        format!("{TRAILER}{} {} {}\n", self.scope, self.ground, self.tree)
    }

    fn read(message: &str) -> Option<Self> {
        let line = message.trim_end().lines().next_back()?.strip_prefix(TRAILER)?;
        let [scope, ground, tree] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let tree = Oid::from_str(tree).ok().filter(|id| id.to_string() == tree)?;
        Some(Self { scope: scope.to_owned(), ground: ground.to_owned(), tree })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_read_where_it_is_the_last_line() {
        let tree = Oid::from_str("9d1dcfdaf1a6857c5f83dc27019c7600e1ffaff8").unwrap();
        let mark = Mark { scope: "a".to_owned(), ground: "b".to_owned(), tree };
        assert_eq!(Mark::read(&format!("Set\n\nBuild: 7\n{}", mark.line())), Some(mark.clone()));
        assert_eq!(Mark::read(&format!("Set\n\n{}Reviewed-by: Ada\n", mark.line())), None);
        assert_eq!(Mark::read("Proposal: a b c\n"), None);
        assert_eq!(Mark::read(""), None);
    }
}
