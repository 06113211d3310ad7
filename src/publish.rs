//! Publishing: compare with the branch's tip, commit, push, and again when somebody was faster.

mod branch;
pub mod changeset;
mod claims;
mod comparison;
pub mod error;
pub mod inventory;
pub mod message;

pub use changeset::Changeset;
pub use error::{PublishError, Unfinished};
pub use inventory::Newer;

use crate::failure::Warning;
use crate::git::Oid;
use crate::host::clock;
use crate::host::http::Http;
use crate::plan::{Destination, Target};
use crate::render::Rendered;
use branch::{Attempt, Prepared, Run};
use inventory::Inventory;
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

/// Publishes the manifests, branch by branch. The first is pushed when all have been compared and
/// nothing speaks against any of them.
pub async fn publish(
    rendered: &Rendered,
    destination: &Destination,
    means: &Means<'_>,
    mut tell: impl FnMut(&str),
) -> Result<Vec<BranchReport>, Unfinished> {
    let nothing = |error| Unfinished { pushed: Vec::new(), error };
    let mut ready = Vec::new();
    for (branch, targets) in &destination.branches {
        let mut run = Run::open(destination, means, branch.as_deref()).map_err(nothing)?;
        let prepared = run.prepare(rendered, targets).await.map_err(nothing)?;
        ready.push((run, targets, prepared));
    }
    let mut reports: Vec<BranchReport> = Vec::new();
    for (mut run, targets, prepared) in ready {
        match push(&mut run, (rendered, targets), prepared, &mut tell).await {
            Ok(report) => reports.push(report),
            Err(error) => {
                let is_pushed = |r: &&BranchReport| matches!(r.published, Published::Pushed { .. });
                let pushed = reports.iter().filter(is_pushed).map(|r| r.branch.clone()).collect();
                return Err(Unfinished { pushed, error });
            }
        }
    }
    Ok(reports)
}

/// Pushes one branch, and compares again where somebody was faster.
async fn push(
    run: &mut Run<'_>,
    (rendered, targets): (&Rendered, &[Target]),
    prepared: Prepared,
    tell: &mut impl FnMut(&str),
) -> Result<BranchReport, PublishError> {
    let mut pause = Duration::from_millis(250);
    let mut attempt = run.attempt(prepared, tell).await?;
    for _ in 1..ATTEMPTS {
        if let Attempt::Ended(report) = attempt {
            return Ok(report);
        }
        tell("Somebody else pushed meanwhile: once more.");
        clock::wait(clock::jittered(pause)).await;
        pause = (pause * 2).min(Duration::from_secs(4));
        let prepared = run.prepare(rendered, targets).await?;
        attempt = run.attempt(prepared, tell).await?;
    }
    if let Attempt::Ended(report) = attempt {
        return Ok(report);
    }
    Err(PublishError::RaceLost { branch: run.branch_name(), attempts: ATTEMPTS })
}

/// Returns what besides manifests gets into git, each with what it is called.
pub fn particulars(rendered: &Rendered, destination: &Destination) -> Vec<(String, String)> {
    let (plan, origin) = (&destination.commit, &destination.origin);
    let author = message::author(plan, 0);
    let author = format!("{} <{}>", author.name, author.email);
    let mut texts = vec![("the commit's author".to_owned(), author)];
    for (branch, targets) in &destination.branches {
        let all: Vec<&Target> = targets.iter().collect();
        let message = message::message(plan, origin, &all);
        texts.push(("the commit's message".to_owned(), message));
        texts.extend(branch.iter().map(|branch| ("the branch's name".to_owned(), branch.clone())));
        for target in targets {
            let words = target.environment.words().join(" ");
            let inventory = Inventory::of(origin, &words, 0).write();
            let inventory = String::from_utf8_lossy(&inventory).into_owned();
            texts.push(("the inventory".to_owned(), inventory));
            texts.push((format!("the folder of the environment {words}"), target.folder.clone()));
        }
    }
    for manifests in &rendered.environments {
        let path = |path: &String| ("the path of a manifest".to_owned(), path.clone());
        texts.extend(manifests.files.keys().map(path));
    }
    texts
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
        let prepared = run.prepare(rendered, targets).await?;
        reports.push(prepared.compared.report(&run, Published::Compared));
    }
    Ok(reports)
}

/// Returns the beginning of an object's id, as people quote it.
pub fn short(id: Oid) -> String {
    id.to_string().chars().take(8).collect()
}
