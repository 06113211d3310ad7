//! Publishing: compare with the branch's tip, commit, push, and again when somebody was faster.

mod branch;
pub mod breaker;
pub mod changeset;
mod claims;
mod comparison;
pub mod error;
pub mod inventory;
mod keeper;
pub mod message;
pub mod proposal;
mod pull_request;

pub use branch::Entrance;
pub use breaker::Breach;
pub use changeset::Changeset;
pub use error::{PublishError, Unfinished};
pub use inventory::Newer;
pub use keeper::Keeper;
pub use proposal::ProposalError;

use crate::failure::{Code, Diagnose, Warning};
use crate::git::Oid;
use crate::git::sign::Signer;
use crate::host::clock;
use crate::host::http::Http;
use crate::hosting::Host;
use crate::plan::{Delivery, Destination, Target};
use crate::render::Rendered;
use branch::{Attempt, Prepared, Run};
use inventory::Inventory;
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How often a push is tried.
const ATTEMPTS: u32 = 10;

/// How many files that stay are named.
const KEPT: usize = 50;

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
    /// A pull request holds the changes.
    Proposed {
        /// The last commit of its branch.
        commit: Oid,
        /// Its number.
        id: u64,
        /// Its page.
        url: String,
        /// Whether this run has changed it.
        is_changed: bool,
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

impl EnvironmentReport {
    /// Returns what to say of files that stay though they are no longer rendered.
    pub fn kept(&self) -> Option<String> {
        let (kept, folder) = (&self.changes.kept, &self.target.folder);
        let paths: Vec<String> = kept.iter().map(|path| format!("{folder}/{path}")).collect();
        let some = breaker::some_of(&paths, KEPT);
        (!paths.is_empty())
            .then(|| format!("No longer rendered, and kept since prune is `none`: {some}"))
    }
}

/// What publishing needs besides the plan.
#[derive(Debug)]
pub struct Means<'a> {
    /// The HTTP client.
    pub http: &'a Http,
    /// The folder for the object store.
    pub folder: &'a Path,
    /// The repository, where it was asked for its branches before.
    pub entrance: RefCell<Option<Entrance>>,
    /// What renders charts again, from what is published.
    pub keeper: Option<&'a dyn Keeper>,
    /// What commits are signed with.
    pub signer: Option<Arc<Signer>>,
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
    let mut hosts = Hosts::new(destination, means);
    if let Delivery::PullRequest(_) = &destination.delivery {
        hosts.open().await.map_err(nothing)?;
    }
    let mut ready = Vec::new();
    for (branch, targets) in &destination.branches {
        let mut run = Run::open(destination, means, branch.as_deref()).map_err(nothing)?;
        let prepared = run.prepare(rendered, targets).await.map_err(nothing)?;
        ready.push((run, targets, prepared));
    }
    pull_request::refuse_shared(ready.iter().map(|(run, targets, _)| (run, targets.as_slice())))
        .map_err(nothing)?;
    let mut reports: Vec<BranchReport> = Vec::new();
    for (mut run, targets, prepared) in ready {
        let work = (rendered, targets.as_slice());
        match deliver(&mut run, work, (prepared, &mut hosts), &mut tell).await {
            Ok(report) => reports.push(report),
            Err(error) => {
                let is_pushed = |report: &&BranchReport| match report.published {
                    Published::Pushed { .. } | Published::Proposed { .. } => true,
                    Published::UpToDate | Published::Superseded | Published::Compared => false,
                };
                let pushed = reports.iter().filter(is_pushed).map(|r| r.branch.clone()).collect();
                return Err(Unfinished { pushed, error });
            }
        }
    }
    Ok(reports)
}

/// Brings one branch what it lacks, by a push or by a pull request.
async fn deliver(
    run: &mut Run<'_>,
    work: (&Rendered, &[Target]),
    (prepared, hosts): (Prepared, &mut Hosts<'_>),
    tell: &mut impl FnMut(&str),
) -> Result<BranchReport, PublishError> {
    match &run.destination.delivery {
        Delivery::Push => push(run, work, prepared, tell).await,
        Delivery::PullRequest(_) => {
            let host = hosts.open().await?;
            pull_request::propose(run, work, (prepared, host), tell).await
        }
        Delivery::Auto(_) => {
            let refusal = match push(run, work, prepared, tell).await {
                Err(error) if error.is_refusal() => error,
                Err(error) => return Err(error),
                Ok(mut report) => {
                    run.tidy_up(work.1, (&mut report, hosts), tell).await;
                    return Ok(report);
                }
            };
            let host = match hosts.open().await {
                Ok(host) => host,
                // Where there are no pull requests, the refusal is what counts.
                Err(error) if error.code() == Code::NoPullRequests => return Err(refusal),
                Err(error) => return Err(error),
            };
            tell(&format!("A pull request instead: {refusal}."));
            let prepared = run.prepare(work.0, work.1).await?;
            pull_request::propose(run, work, (prepared, host), tell).await
        }
    }
}

/// The host of a destination, asked for when it is needed.
struct Hosts<'a> {
    destination: &'a Destination,
    http: &'a Http,
    host: Option<Host>,
}

impl<'a> Hosts<'a> {
    fn new(destination: &'a Destination, means: &Means<'a>) -> Self {
        Self { destination, http: means.http, host: None }
    }

    async fn open(&mut self) -> Result<&Host, PublishError> {
        let destination = self.destination;
        let host = match (self.host.take(), destination.delivery.proposal()) {
            (Some(host), _) => host,
            (None, None) => return Err(PublishError::Nothing),
            (None, Some(proposal)) => {
                let (address, credential) = (&destination.address, &destination.credential);
                let host = Host::open(address, credential, self.http, proposal).await;
                host.map_err(ProposalError::from)?
            }
        };
        Ok(self.host.insert(host))
    }
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
    if let Some(proposal) = destination.delivery.proposal() {
        let given = [&proposal.title, &proposal.description, &proposal.branch];
        let said = given.into_iter().chain([&origin.source.message]).flatten();
        texts.extend(said.map(|text| ("the pull request".to_owned(), text.clone())));
    }
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
        let mut compared = run.look(rendered, targets).await?.compared;
        compared.warnings.extend(compared.breaches.iter().map(Breach::warning));
        reports.push(compared.report(&run, Published::Compared));
    }
    Ok(reports)
}

/// Returns the beginning of an object's id, as people quote it.
pub fn short(id: Oid) -> String {
    id.to_string().chars().take(8).collect()
}
