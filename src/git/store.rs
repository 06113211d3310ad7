//! A temporary object store: what was fetched, and what is to be pushed.

use crate::git::error::GitError;
use crate::git::sign::Signer;
use crate::host::files;
use git2::{ObjectType, Oid, Repository, Signature, Time};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// An object store in a folder of its own, which goes with it.
pub struct Store {
    repository: Repository,
    signer: Option<Arc<Signer>>,
    /// Removed when dropped, after the repository is closed.
    _folder: TempDir,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.repository.path()).finish_non_exhaustive()
    }
}

/// Who made a commit, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The mail address.
    pub email: String,
    /// Seconds since 1970, in UTC.
    pub seconds: i64,
}

/// A commit to be made.
#[derive(Clone, Copy, Debug)]
pub struct Commit<'a> {
    /// What it holds.
    pub tree: Oid,
    /// The commit before it; `None` makes it the first of its branch.
    pub parent: Option<Oid>,
    /// Who made it.
    pub author: &'a Author,
    /// Why.
    pub message: &'a str,
}

impl Store {
    /// Makes an empty store in a folder of its own below `parent`.
    pub fn create(parent: &Path) -> Result<Self, GitError> {
        let folder =
            files::temporary_folder(parent).map_err(|source| GitError::Temporary { source })?;
        let mut options = git2::RepositoryInitOptions::new();
        // No template of the machine has a say, such as one that brings hooks.
        options.bare(true).external_template(false);
        let repository = Repository::init_opts(folder.path(), &options)
            .map_err(GitError::store("make an object store"))?;
        Ok(Self { repository, signer: None, _folder: folder })
    }

    /// Lets a key sign the commits that are made here.
    #[must_use]
    pub fn signed_by(self, signer: Option<&Arc<Signer>>) -> Self {
        Self { signer: signer.cloned(), ..self }
    }

    /// Returns the store as git2 knows it.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Tells whether an object is there.
    pub fn has(&self, id: Oid) -> bool {
        self.repository.odb().is_ok_and(|objects| objects.exists(id))
    }

    /// Returns a file's content.
    pub fn file(&self, id: Oid) -> Result<Vec<u8>, GitError> {
        let blob = self.repository.find_blob(id).map_err(GitError::store("read a file"))?;
        Ok(blob.content().to_vec())
    }

    /// Adds a file's content.
    pub fn add_file(&self, content: &[u8]) -> Result<Oid, GitError> {
        self.add(ObjectType::Blob, content)
    }

    /// Adds an object in git's own form.
    pub fn add(&self, kind: ObjectType, content: &[u8]) -> Result<Oid, GitError> {
        let objects = self.repository.odb().map_err(GitError::store("open the object store"))?;
        objects.write(kind, content).map_err(GitError::store("write an object"))
    }

    /// Returns the tree of a commit.
    pub fn tree_of(&self, commit: Oid) -> Result<Oid, GitError> {
        let commit = self.repository.find_commit(commit).map_err(GitError::store("read a commit"));
        Ok(commit?.tree_id())
    }

    /// Returns the message of a commit.
    pub fn message_of(&self, commit: Oid) -> Result<String, GitError> {
        let commit = self.repository.find_commit(commit).map_err(GitError::store("read a commit"));
        Ok(String::from_utf8_lossy(commit?.message_bytes()).into_owned())
    }

    /// Adds a commit.
    pub fn commit(&self, commit: &Commit<'_>) -> Result<Oid, GitError> {
        let failed = GitError::store("make a commit");
        let Commit { author, message, .. } = commit;
        let signature = Signature::new(&author.name, &author.email, &Time::new(author.seconds, 0))
            .map_err(&failed)?;
        let tree = self.repository.find_tree(commit.tree).map_err(&failed)?;
        let parent = commit.parent.map(|id| self.repository.find_commit(id)).transpose();
        let parent = parent.map_err(&failed)?;
        let parents: Vec<_> = parent.iter().collect();
        let content = self
            .repository
            .commit_create_buffer(&signature, &signature, message, &tree, &parents)
            .map_err(&failed)?;
        match &self.signer {
            None => self.add(ObjectType::Commit, &content),
            Some(signer) => {
                let content = signer.signed(&content).ok_or(GitError::Unsigned)?;
                self.add(ObjectType::Commit, &content)
            }
        }
    }

    /// Returns a pack of exactly these objects.
    // Nothing else may come along: a pack of all that is reachable would be the whole repository.
    pub fn pack(&self, objects: &[Oid]) -> Result<Vec<u8>, GitError> {
        let failed = GitError::store("make a pack");
        let mut builder = self.repository.packbuilder().map_err(&failed)?;
        for &id in objects {
            builder.insert_object(id, None).map_err(&failed)?;
        }
        let mut pack = git2::Buf::new();
        builder.write_buf(&mut pack).map_err(&failed)?;
        Ok(pack.to_vec())
    }
}
