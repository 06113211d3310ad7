//! Sources: what components and charts are fetched from.

pub mod access;
pub mod error;
mod git;
mod web;

pub use access::Access;
pub use error::{Problem, SourceError};

use crate::failure::Place;
use crate::git::checkout::Revision;
use crate::host::agent::Agent;
use crate::host::files::{self, FileError};
use crate::host::http::Http;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

/// What fetches sources, each once a run however many components use it.
#[derive(Debug)]
pub struct Sources {
    http: Http,
    agent: Agent,
    /// The folder that relative addresses start from.
    base: PathBuf,
    /// The folder for what is fetched, private to this run.
    folder: PathBuf,
    clones: Mutex<Clones>,
}

/// What was cloned, or is being cloned, by address and revision.
type Clones = BTreeMap<(String, Revision), Arc<OnceCell<Clone>>>;

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
}

/// What was fetched, for the log and the lock file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where from.
    pub address: String,
    /// What it turned out to be: a commit, a version, a digest.
    pub resolved: BTreeMap<&'static str, String>,
}

impl Sources {
    /// Returns what fetches sources into places of their own. `folder` is private to this run.
    pub fn new(http: &Http, agent: &Agent, base: &Path, folder: &Path) -> Self {
        Self {
            http: http.clone(),
            agent: agent.clone(),
            base: base.to_owned(),
            folder: folder.to_owned(),
            clones: Mutex::new(BTreeMap::new()),
        }
    }

    /// Returns the access that a component's folder adds to that of the components above it.
    pub fn access(&self, above: &Access, folder: &Path) -> Result<Access, SourceError> {
        above.with_file(folder, &self.agent)
    }

    /// Fetches one need. What was in its place is replaced as a whole when all is there.
    pub async fn fetch(&self, need: &Need) -> Result<Fetched, SourceError> {
        let fetched = match &need.what {
            What::Repository(repository) => self.repository(repository, &need.into).await,
            What::Manifest(manifest) => self.manifest(manifest, &need.into).await,
        };
        fetched.map_err(|problem| SourceError::Source {
            component: need.component.clone(),
            problem,
            place: need.place.clone(),
        })
    }

    /// Puts a folder into the place of a need, and what was there away.
    fn put(&self, from: &Path, into: &Path) -> Result<(), FileError> {
        let parent = into.parent().unwrap_or(&self.base);
        // On the same file system as its place, so that it comes there in one step.
        let workshop = files::temporary_folder(parent)?;
        let new = workshop.path().join("new");
        files::copy(from, &new)?;
        files::replace(into, &new, &workshop.path().join("old"))
    }
}
