//! Publishing: compare with the branch's tip, commit, push, and again when somebody was faster.

mod branch;
pub mod changeset;
mod claims;
mod comparison;
pub mod error;
pub mod inventory;
pub mod message;

pub use changeset::Changeset;
pub use error::PublishError;
pub use inventory::Newer;

use crate::failure::Warning;
use crate::git::Oid;
use crate::host::clock;
use crate::host::http::Http;
use crate::plan::{Destination, Target};
use crate::render::Rendered;
use branch::{Attempt, Run};
use std::path::Path;
use std::time::Duration;

/// How often a push is tried.
const ATTEMPTS: u32 = 10;

/// What happened to one branch.
#[derive(Clone, Debug)]
pub struct BranchReport {
    /// The branch's name.
    pub branch: String,
    /// What happened.
    pub published: Published,
    /// The environments' changes: those that were or would be made.
    pub environments: Vec<EnvironmentReport>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

/// How publishing ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// Nothing was to be changed.
    UpToDate,
    /// Later builds had published already.
    Superseded,
    /// The branch has a new commit.
    Pushed {
        /// The commit.
        commit: Oid,
    },
    /// Nothing was to be done but to compare.
    Compared,
}

/// The changes to one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentReport {
    /// Where it goes.
    pub target: Target,
    /// How many objects it has.
    pub objects: usize,
    /// The changes.
    pub changes: Changeset,
    /// What is newer and is published already.
    pub superseded_by: Option<Newer>,
}

/// What publishing needs besides the plan.
#[derive(Debug)]
pub struct Means<'a> {
    /// The HTTP client.
    pub http: &'a Http,
    /// The folder for the object store.
    pub folder: &'a Path,
}

/// Publishes the manifests, branch by branch.
pub async fn publish(
    rendered: &Rendered,
    destination: &Destination,
    means: &Means<'_>,
    mut tell: impl FnMut(&str),
) -> Result<Vec<BranchReport>, PublishError> {
    let mut reports = Vec::new();
    for (branch, targets) in &destination.branches {
        let mut run = Run::open(destination, means, branch.as_deref())?;
        let mut pause = Duration::from_millis(250);
        let mut attempt = 1;
        let report = loop {
            match run.attempt(rendered, targets, &mut tell).await? {
                Attempt::Ended(report) => break report,
                Attempt::Overtaken if attempt == ATTEMPTS => {
                    let branch = run.branch_name();
                    return Err(PublishError::RaceLost { branch, attempts: ATTEMPTS });
                }
                Attempt::Overtaken => tell("Somebody else pushed meanwhile: once more."),
            }
            clock::wait(clock::jittered(pause)).await;
            pause = (pause * 2).min(Duration::from_secs(4));
            attempt += 1;
        };
        reports.push(report);
    }
    Ok(reports)
}

/// Compares the manifests with what is published, and changes nothing.
pub async fn preview(
    rendered: &Rendered,
    destination: &Destination,
    means: &Means<'_>,
) -> Result<Vec<BranchReport>, PublishError> {
    let mut reports = Vec::new();
    for (branch, targets) in &destination.branches {
        let mut run = Run::open(destination, means, branch.as_deref())?;
        let base = run.fetch().await?;
        let compared = run.compare(&base, rendered, targets).await?;
        reports.push(compared.report(&run, Published::Compared));
    }
    Ok(reports)
}

/// Returns the beginning of an object's id, as people quote it.
pub fn short(id: Oid) -> String {
    id.to_string().chars().take(8).collect()
}
