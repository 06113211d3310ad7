//! A repository in a folder of this machine.

use crate::git::error::GitError;
use crate::git::store::Store;
use crate::git::transport::Capabilities;
use crate::git::{Oid, Push, PushOutcome, Tips};
use crate::host::files::{self, Entry};
use git2::{ErrorCode, Repository};
use std::io::Write;
use std::path::Path;

/// An opened repository.
pub struct Folder {
    repository: Repository,
}

impl std::fmt::Debug for Folder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Folder").field("path", &self.repository.path()).finish()
    }
}

impl Folder {
    /// Opens the bare repository, or the one that belongs to a work tree, in a folder.
    pub fn open(path: &Path) -> Result<Self, GitError> {
        let inner = path.join(".git");
        let place = if files::entry(&inner) == Entry::Missing { path } else { &inner };
        let repository = Repository::open_bare(place);
        let repository = repository
            .map_err(|source| GitError::NoRepository { path: path.to_owned(), source })?;
        Ok(Self { repository })
    }

    /// Returns the branches.
    pub fn tips(&self) -> Result<Tips, GitError> {
        let failed = GitError::store("list the branches");
        let head = self.repository.find_reference("HEAD").map_err(&failed)?;
        let mut tips = Tips {
            default_branch: head.symbolic_target().ok().flatten().map(str::to_owned),
            capabilities: Capabilities::default(),
            ..Tips::default()
        };
        for reference in self.repository.references().map_err(&failed)? {
            let reference = reference.map_err(&failed)?;
            if let (Ok(name), Some(id)) = (reference.name(), reference.target()) {
                tips.refs.insert(name.to_owned(), id);
            }
        }
        Ok(tips)
    }

    /// Lets a store read this repository's objects.
    pub fn lend_objects(&self, store: &Store) -> Result<(), GitError> {
        let failed = GitError::store("read the repository's objects");
        let objects = store.repository().odb().map_err(&failed)?;
        let folder = self.repository.commondir().join("objects");
        objects.add_disk_alternate(&folder.to_string_lossy()).map_err(&failed)
    }

    /// Copies one commit with its files into another repository, and returns it if its parents are
    /// left out.
    pub fn hand_over_commit(&self, into: &Repository, id: Oid) -> Result<Vec<Oid>, GitError> {
        let failed = GitError::store("read the repository's objects");
        let object = self.repository.find_object(id, None).map_err(&failed)?;
        let commit = object.peel_to_commit().map_err(&failed)?;
        let mut pack = self.repository.packbuilder().map_err(&failed)?;
        pack.insert_commit(commit.id()).map_err(&failed)?;
        if object.kind() == Some(git2::ObjectType::Tag) {
            pack.insert_object(id, None).map_err(&failed)?;
        }
        hand_over(&mut pack, into)?;
        Ok(if commit.parent_count() == 0 { Vec::new() } else { vec![commit.id()] })
    }

    /// Copies commits with all that they follow into another repository.
    pub fn hand_over_history(&self, into: &Repository, tips: &[Oid]) -> Result<(), GitError> {
        let failed = GitError::store("read the repository's history");
        let mut walk = self.repository.revwalk().map_err(&failed)?;
        let mut pack = self.repository.packbuilder().map_err(&failed)?;
        for id in tips {
            let object = self.repository.find_object(*id, None).map_err(&failed)?;
            let commit = object.peel_to_commit().map_err(&failed)?;
            walk.push(commit.id()).map_err(&failed)?;
            if object.kind() == Some(git2::ObjectType::Tag) {
                pack.insert_object(*id, None).map_err(&failed)?;
            }
        }
        pack.insert_walk(&mut walk).map_err(&failed)?;
        hand_over(&mut pack, into)
    }

    /// Returns the repository's path, for people.
    pub fn path(&self) -> String {
        self.repository.path().display().to_string()
    }

    /// Pushes, unless the branch no longer has the tip that it must have.
    pub fn push(&self, store: &Store, push: &Push<'_>) -> Result<PushOutcome, GitError> {
        let failed = GitError::store("write to the repository");
        let pack = store.pack(push.objects)?;
        let objects = self.repository.odb().map_err(&failed)?;
        let mut writer = objects.packwriter().map_err(&failed)?;
        writer
            .write_all(&pack)
            .map_err(|error| failed(git2::Error::from_str(&error.to_string())))?;
        writer.commit().map_err(&failed)?;
        let moved = match push.from {
            Some(from) => {
                self.repository.reference_matching(push.branch, push.to, true, from, REASON)
            }
            None => self.repository.reference(push.branch, push.to, false, REASON),
        };
        match moved {
            Ok(_) => Ok(PushOutcome::Accepted),
            Err(error) if is_race(&error) => Ok(PushOutcome::Overtaken),
            Err(error) => Err(failed(error)),
        }
    }
}

fn hand_over(pack: &mut git2::PackBuilder<'_>, into: &Repository) -> Result<(), GitError> {
    let failed = GitError::store("copy the repository's objects");
    let mut content = git2::Buf::new();
    pack.write_buf(&mut content).map_err(&failed)?;
    let objects = into.odb().map_err(&failed)?;
    let mut writer = objects.packwriter().map_err(&failed)?;
    let written = writer.write_all(&content);
    written.map_err(|error| failed(git2::Error::from_str(&error.to_string())))?;
    writer.commit().map_err(&failed)?;
    Ok(())
}

const REASON: &str = "fabrikate-gitops: publish";

fn is_race(error: &git2::Error) -> bool {
    matches!(
        error.code(),
        ErrorCode::Modified | ErrorCode::Exists | ErrorCode::Locked | ErrorCode::NotFound
    )
}
