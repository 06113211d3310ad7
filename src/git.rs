//! Git without the git program: the wire protocol, an object store, trees and commits.

pub mod checkout;
pub mod denial;
pub mod error;
pub mod fetch;
pub mod folder;
pub mod packet;
pub mod push;
pub mod sign;
pub mod store;
pub mod transport;
pub mod tree;

pub use error::GitError;
pub use git2::Oid;
pub use store::Store;

use crate::address::Address;
use crate::host::http::Http;
use crate::secret::Credential;
use std::collections::BTreeMap;
use std::path::Path;

/// A repository elsewhere.
#[derive(Debug)]
pub enum Remote {
    /// On a server.
    Server(transport::Server),
    /// In a folder of this machine.
    Folder(folder::Folder),
}

/// The branches that a repository has right now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tips {
    /// The full name of the default branch, such as `refs/heads/main`, where the repository tells.
    pub default_branch: Option<String>,
    /// The tip of each ref, by full name.
    pub refs: BTreeMap<String, Oid>,
    capabilities: transport::Capabilities,
}

/// One branch to be moved, and what the server gets for it.
#[derive(Debug)]
pub struct Push<'a> {
    /// The branch's full name.
    pub branch: &'a str,
    /// The tip that the branch must still have; `None` where the branch must not be there.
    pub from: Option<Oid>,
    /// The new tip.
    pub to: Oid,
    /// The objects that the new tip needs and the old one did not.
    pub objects: &'a [Oid],
}

/// How the other side took a push. A refusal is an answer, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushOutcome {
    /// The branch has the new tip.
    Accepted,
    /// The branch has been moved by somebody else, or was made meanwhile.
    Overtaken,
    /// The other side does not want the push.
    Refused(Refusal),
}

/// Why a push was refused, in the other side's words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The reason for this branch.
    pub reason: String,
    /// What the other side printed besides.
    pub messages: String,
}

/// Returns the repository at an address. Nothing is asked of it yet, but a folder is opened.
pub fn open(address: &Address, http: &Http, credential: &Credential) -> Result<Remote, GitError> {
    match address {
        Address::Server(url) => {
            Ok(Remote::Server(transport::Server::new(http, url.clone(), credential.clone())))
        }
        Address::Folder(path) => folder::Folder::open(path).map(Remote::Folder),
    }
}

impl Remote {
    /// Asks for the branches.
    pub async fn tips(&mut self) -> Result<Tips, GitError> {
        match self {
            Self::Server(server) => server.tips(transport::Service::Fetch).await,
            Self::Folder(folder) => folder.tips(),
        }
    }

    /// Brings a commit and its trees into the store, without history and, where the other side can
    /// leave them out, without the files' contents.
    pub async fn fetch(&mut self, store: &Store, tips: &Tips, tip: Oid) -> Result<(), GitError> {
        match self {
            Self::Server(server) => {
                fetch::tip(server, store.repository(), &tips.capabilities, tip).await
            }
            Self::Folder(folder) => folder.lend_objects(store),
        }
    }

    /// Brings the contents of files of a fetched tip into the store, where they are not there yet.
    pub async fn fetch_files(
        &mut self,
        store: &Store,
        tips: &Tips,
        wanted: (Oid, &[Oid]),
    ) -> Result<(), GitError> {
        match self {
            Self::Server(server) => {
                fetch::files(server, store.repository(), &tips.capabilities, wanted).await
            }
            Self::Folder(_) => Ok(()),
        }
    }

    /// Brings one commit with its files into a repository, without the commits before it, and
    /// returns the commits whose parents were left out.
    pub async fn fetch_commit(
        &mut self,
        into: &git2::Repository,
        tips: &Tips,
        id: Oid,
    ) -> Result<Vec<Oid>, GitError> {
        match self {
            Self::Server(server) => fetch::commit(server, into, &tips.capabilities, id).await,
            Self::Folder(folder) => folder.hand_over_commit(into, id),
        }
    }

    /// Brings every branch and tag with all that they follow into a repository.
    pub async fn fetch_history(
        &mut self,
        into: &git2::Repository,
        tips: &Tips,
    ) -> Result<(), GitError> {
        let is_it = |name: &str| name.starts_with("refs/heads/") || name.starts_with("refs/tags/");
        let wanted = tips.refs.iter().filter(|(name, _)| is_it(name) && !name.ends_with("^{}"));
        let wanted: std::collections::BTreeSet<Oid> = wanted.map(|(_, id)| *id).collect();
        let wanted: Vec<Oid> = wanted.into_iter().collect();
        match self {
            Self::Server(server) => fetch::history(server, into, &tips.capabilities, &wanted).await,
            Self::Folder(folder) => folder.hand_over_history(into, &wanted),
        }
    }

    /// Returns the repository's address, for people.
    pub fn address(&self) -> String {
        match self {
            Self::Server(server) => server.address().to_string(),
            Self::Folder(folder) => folder.path(),
        }
    }

    /// Moves a branch from one tip to another, if it still has the one.
    pub async fn push(&mut self, store: &Store, push: &Push<'_>) -> Result<PushOutcome, GitError> {
        match self {
            Self::Server(server) => push::push(server, store, push).await,
            Self::Folder(folder) => folder.push(store, push).await,
        }
    }
}

/// Returns the id that git gives to a file with this content.
pub fn blob_id(content: &[u8]) -> Result<Oid, GitError> {
    Oid::hash_object(git2::ObjectType::Blob, content).map_err(GitError::store("hash a file"))
}

/// What the definition's own repository tells about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// The address of its remote `origin`, or of its only remote.
    pub origin: Option<String>,
    /// The commit that is checked out.
    pub commit: Option<String>,
    /// That commit's message.
    pub message: Option<String>,
    /// The folder at the top of the work tree.
    pub root: Option<std::path::PathBuf>,
    /// The branches of `origin` that have that commit as their tip, as far as is known; where a
    /// branch is checked out, only that.
    pub branches: Vec<String>,
    /// The name and mail address of the person who commits there.
    pub user: (Option<String>, Option<String>),
}

/// Returns the branches that a checkout can be of.
// An agent checks a commit out, not a branch, after it fetched to `refs/remotes/origin`.
fn branches(repository: &git2::Repository) -> Vec<String> {
    let Ok(head) = repository.head() else {
        return Vec::new();
    };
    if let (true, Ok(name)) = (head.is_branch(), head.shorthand()) {
        return vec![name.to_owned()];
    }
    let mut branches = Vec::new();
    for reference in repository.references_glob("refs/remotes/origin/*").into_iter().flatten() {
        let Ok(reference) = reference else {
            continue;
        };
        let name = reference.name().ok().and_then(|n| n.strip_prefix("refs/remotes/origin/"));
        match name {
            Some(name) if name != "HEAD" && reference.target() == head.target() => {
                branches.push(name.to_owned());
            }
            _ => {}
        }
    }
    branches
}

/// Returns what the repository around a folder tells; nothing where there is none.
pub fn checkout(folder: &Path) -> Checkout {
    let Ok(repository) = git2::Repository::discover(folder) else {
        return Checkout::default();
    };
    let head = repository.head().and_then(|head| head.peel_to_commit()).ok();
    let origin = repository.find_remote("origin").ok();
    let settings = repository.config().ok();
    let setting = |name: &str| settings.as_ref().and_then(|s| s.get_string(name).ok());
    Checkout {
        origin: origin.and_then(|remote| remote.url().ok().map(str::to_owned)),
        commit: head.as_ref().map(|commit| commit.id().to_string()),
        message: head.and_then(|commit| commit.message().ok().map(str::to_owned)),
        root: repository.workdir().map(Path::to_owned),
        branches: branches(&repository),
        user: (setting("user.name"), setting("user.email")),
    }
}

/// Tells whether the repository around a folder has changes that no commit holds, but for manifests
/// in `generated`.
pub fn is_changed(folder: &Path) -> bool {
    let Ok(repository) = git2::Repository::discover(folder) else {
        return false;
    };
    let mut options = git2::StatusOptions::new();
    options.include_untracked(true).recurse_untracked_dirs(true).exclude_submodules(true);
    let Ok(found) = repository.statuses(Some(&mut options)) else {
        return false;
    };
    found.iter().any(|entry| {
        let path = String::from_utf8_lossy(entry.path_bytes()).into_owned();
        !path.split('/').any(|part| part == "generated")
    })
}

/// Tells whether a commit follows another one, as far as the repository around a folder knows both.
pub fn follows(folder: &Path, commit: &str, earlier: &str) -> bool {
    let Ok(repository) = git2::Repository::discover(folder) else {
        return false;
    };
    let (Ok(commit), Ok(earlier)) = (Oid::from_str(commit), Oid::from_str(earlier)) else {
        return false;
    };
    repository.graph_descendant_of(commit, earlier).unwrap_or(false)
}
