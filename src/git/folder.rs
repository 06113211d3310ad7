//! A repository in a folder of this machine.

use crate::git::error::GitError;
use crate::git::store::Store;
use crate::git::transport::Capabilities;
use crate::git::{Oid, Push, PushOutcome, Refusal, Tips};
use crate::host::clock;
use crate::host::files::{self, Entry};
use git2::{ErrorCode, Repository};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

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
        let format = git2::Config::open(&place.join("config"))
            .and_then(|settings| settings.get_string("extensions.objectformat"));
        if format.is_ok_and(|format| format.eq_ignore_ascii_case("sha256")) {
            return Err(GitError::Sha256 { repository: path.display().to_string() });
        }
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

    /// Pushes, unless the branch no longer has the tip that it must have, or somebody has it checked
    /// out, whose work tree would then seem to take back what the push brought.
    pub async fn push(&self, store: &Store, push: &Push<'_>) -> Result<PushOutcome, GitError> {
        let failed = GitError::store("write to the repository");
        if let Some(folder) = self.checked_out(push.branch) {
            let reason = format!(
                "it is checked out in {folder}; publish to a bare repository, or check out another \
                 branch there"
            );
            return Ok(PushOutcome::Refused(Refusal { reason, messages: String::new() }));
        }
        if self.repository.refname_to_id(push.branch).ok() != push.from {
            return Ok(PushOutcome::Overtaken);
        }
        let pack = store.pack(push.objects)?;
        let objects = self.repository.odb().map_err(&failed)?;
        let mut writer = objects.packwriter().map_err(&failed)?;
        writer
            .write_all(&pack)
            .map_err(|error| failed(git2::Error::from_str(&error.to_string())))?;
        writer.commit().map_err(&failed)?;
        let mut moved = self.point(push);
        for _ in 1..LOCK_TRIES {
            if !is_locked(&moved) {
                break;
            }
            clock::wait(LOCK_PAUSE).await;
            moved = self.point(push);
        }
        let is_locked = is_locked(&moved);
        match moved {
            Ok(()) => Ok(PushOutcome::Accepted),
            Err(source) if is_locked => {
                Err(GitError::Locked { branch: push.branch.to_owned(), source })
            }
            Err(error) if is_race(&error) => Ok(PushOutcome::Overtaken),
            Err(error) => Err(failed(error)),
        }
    }

    /// Points the branch to its new tip.
    fn point(&self, push: &Push<'_>) -> Result<(), git2::Error> {
        let moved = match push.from {
            Some(from) => {
                self.repository.reference_matching(push.branch, push.to, true, from, REASON)
            }
            None => self.repository.reference(push.branch, push.to, false, REASON),
        };
        moved.map(drop)
    }

    /// Returns the work tree that has the branch checked out, unless the repository's owner lets
    /// pushes move it all the same.
    fn checked_out(&self, branch: &str) -> Option<String> {
        let settings = self.repository.config().ok();
        let setting = |name: &str| settings.as_ref().and_then(|s| s.get_string(name).ok());
        let allowed = setting("receive.denyCurrentBranch").unwrap_or_default();
        if ["ignore", "warn", "false", "no", "off"].contains(&allowed.to_ascii_lowercase().as_str())
        {
            return None;
        }
        let is_on = |repository: &Repository| {
            let head = repository.find_reference("HEAD").ok();
            head.is_some_and(|head| head.symbolic_target().ok().flatten() == Some(branch))
        };
        // It is opened as a bare one: only its settings tell.
        if setting("core.bare").as_deref() == Some("false") && is_on(&self.repository) {
            return Some(self.path());
        }
        let names = self.repository.worktrees().ok()?;
        names.iter().flatten().flatten().find_map(|name| {
            let tree = self.repository.find_worktree(name).ok()?;
            let linked = Repository::open_from_worktree(&tree).ok()?;
            is_on(&linked).then(|| tree.path().display().to_string())
        })
    }
}

/// How often a branch is tried that another program has locked, and how long between.
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

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

fn is_locked(moved: &Result<(), git2::Error>) -> bool {
    matches!(moved, Err(error) if error.code() == ErrorCode::Locked)
}

fn is_race(error: &git2::Error) -> bool {
    matches!(error.code(), ErrorCode::Modified | ErrorCode::Exists | ErrorCode::NotFound)
}
