//! Sources: what components and charts are fetched from.

mod access;
mod client;
mod dependencies;
mod error;
mod git;
mod lock;
mod registry;
mod repository;
mod shared;
mod web;

pub use access::{Access, access_file};
pub use error::{Problem, SourceError};
pub use lock::{Lock, LockError, Renderer, lock_file};
pub use repository::Chart;

use crate::failure::Place;
use crate::git::checkout::Revision;
use crate::helm::index::Index;
use crate::host::agent::Agent;
use crate::host::files::{self, FileError};
use crate::host::http::Http;
use crate::secret::{Credential, Secret};
use crate::source::client::Known;
use crate::source::shared::Shared;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;

/// What fetches sources, each once a run however many components use it.
#[derive(Debug)]
pub struct Sources {
    http: Http,
    agent: Agent,
    /// The folder that relative addresses start from.
    base: PathBuf,
    /// The folder for what is fetched, private to this run.
    folder: PathBuf,
    /// What sources have to come to.
    lock: Option<Lock>,
    clones: Shared<(String, Revision), Clone>,
    indexes: Shared<String, Arc<Index>>,
    archives: Shared<String, Arc<Vec<u8>>>,
    repositories: Shared<(), Arc<Vec<Known>>>,
    /// What registries want to see, by registry and repository.
    tokens: tokio::sync::Mutex<BTreeMap<String, Secret>>,
    /// The secrets that were shown to sources.
    secrets: Mutex<Vec<Secret>>,
}

/// A repository's files, fetched.
#[derive(Clone, Debug)]
struct Clone {
    folder: PathBuf,
    commit: String,
}

/// Something that a component needs and does not hold.
#[derive(Clone, Debug)]
pub struct Need {
    /// The component.
    pub component: String,
    /// Where it says so.
    pub place: Place,
    /// What to fetch.
    pub what: What,
    /// The folder to put it into, whatever it held before.
    pub into: PathBuf,
}

/// What to fetch.
#[derive(Clone, Debug)]
pub enum What {
    /// A git repository's files.
    Repository(Repository),
    /// A chart of a Helm repository, or of a registry.
    Chart(Chart),
    /// One manifest from the web.
    Manifest(Manifest),
}

/// A git repository.
#[derive(Clone, Debug)]
pub struct Repository {
    /// Where it is, as the component says it.
    pub address: String,
    /// Which commit.
    pub revision: Revision,
    /// How to enter it.
    pub access: Access,
    /// The folder of a chart in it whose dependencies are needed too.
    pub chart: Option<String>,
}

/// A manifest on the web.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// Where it is.
    pub address: String,
    /// The component's name, which becomes the file's.
    pub name: String,
    /// How to enter it.
    pub access: Access,
}

/// What was fetched: what was asked for, and what that came to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fetched {
    /// `git`, `helm` or `http`.
    pub method: &'static str,
    /// Where from, without credentials.
    pub address: String,
    /// The chart's name, of a Helm repository or registry.
    pub chart: String,
    /// The branch that was asked for.
    pub branch: String,
    /// The version that was asked for.
    pub version: String,
    /// What it came to.
    pub resolved: Resolved,
}

/// What a source came to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Resolved {
    /// A commit.
    Commit(String),
    /// A version of a chart.
    Chart {
        /// The version.
        version: String,
        /// The archive's digest, such as `sha256:0123…`.
        digest: String,
    },
    /// A file with this digest, such as `sha256:0123…`.
    File(String),
}

impl fmt::Display for Resolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(commit) => write!(f, "commit {commit}"),
            Self::Chart { version, digest } => write!(f, "version {version}, {digest}"),
            Self::File(digest) => f.write_str(digest),
        }
    }
}

impl Sources {
    /// Returns what fetches sources into places of their own. `folder` is private to this run. With
    /// a lock nothing is put into place that is not as the lock says.
    pub fn new(
        http: &Http,
        agent: &Agent,
        (base, folder): (&Path, &Path),
        lock: Option<Lock>,
    ) -> Self {
        Self {
            http: http.clone(),
            agent: agent.clone(),
            base: base.to_owned(),
            folder: folder.to_owned(),
            lock,
            clones: Shared::default(),
            indexes: Shared::default(),
            archives: Shared::default(),
            repositories: Shared::default(),
            tokens: tokio::sync::Mutex::default(),
            secrets: Mutex::default(),
        }
    }

    /// Returns the access that there is above all components.
    pub fn access(&self) -> Access {
        Access::none(&self.agent)
    }

    /// Returns the secrets that were shown to sources, to be hidden.
    pub fn secrets(&self) -> Vec<Secret> {
        self.secrets.lock().map(|secrets| secrets.clone()).unwrap_or_default()
    }

    /// Fetches one need, and returns all that was fetched for it. What was in its place is replaced
    /// as a whole when all is there.
    pub async fn fetch(&self, need: &Need) -> Result<Vec<Fetched>, SourceError> {
        let fetched = match &need.what {
            What::Repository(repository) => self.repository(repository, &need.into).await,
            What::Chart(chart) => self.chart(chart, &need.into).await.map(|one| vec![one]),
            What::Manifest(manifest) => {
                self.manifest(manifest, &need.into).await.map(|one| vec![one])
            }
        };
        fetched.map_err(|problem| SourceError::Source {
            component: need.component.clone(),
            problem,
            place: need.place.clone(),
        })
    }

    /// Keeps a secret in mind.
    fn remember(&self, credential: &Credential) {
        if let (Some(secret), Ok(mut secrets)) = (credential.secret(), self.secrets.lock()) {
            secrets.extend(credential.password());
            secrets.push(secret.clone());
        }
    }

    /// Refuses what is not as the lock says.
    fn agreed(&self, fetched: &Fetched) -> Result<(), Problem> {
        Ok(self.lock.as_ref().map_or(Ok(()), |lock| lock.check(fetched))?)
    }

    /// Returns a folder for what will be put into a place: on the same file system, so that it comes
    /// there in one step.
    fn workshop(&self, into: &Path) -> Result<TempDir, FileError> {
        files::workshop(into.parent().unwrap_or(&self.base))
    }

    /// Puts what a workshop holds as `new` into its place, and what was there away.
    fn place(workshop: &TempDir, into: &Path) -> Result<(), FileError> {
        files::replace(into, &workshop.path().join("new"), &workshop.path().join("old"))
    }
}
