//! One branch: what it has, what would change, and the commit that changes it.

use crate::git::store::{Commit, Store};
use crate::git::tree;
use crate::git::{self, GitError, Oid, Push, PushOutcome, Remote, Tips};
use crate::host::clock;
use crate::host::http::Http;
use crate::plan::{Destination, Target};
use crate::publish::comparison::Compared;
use crate::publish::{BranchReport, Means, PublishError, Published, message, short};
use crate::render::Rendered;

/// What the full names of branches begin with.
const BRANCHES: &str = "refs/heads/";

/// The publishing of one branch.
pub(super) struct Run<'a> {
    pub(super) destination: &'a Destination,
    pub(super) remote: Remote,
    pub(super) store: Store,
    wanted: Option<&'a str>,
    branch: String,
    /// The tips of a repository that was asked for them before.
    known: Option<Tips>,
}

/// A repository that lets us in, and what it has told of its branches.
#[derive(Debug)]
pub struct Entrance {
    remote: Remote,
    tips: Tips,
}

impl Entrance {
    /// Asks a repository for its branches, which it tells only those who may read it.
    pub async fn open(destination: &Destination, http: &Http) -> Result<Self, GitError> {
        let mut remote = git::open(&destination.address, http, &destination.credential)?;
        let tips = remote.tips().await?;
        Ok(Self { remote, tips })
    }
}

/// How one attempt to publish ended.
pub(super) enum Attempt {
    /// With this.
    Ended(BranchReport),
    /// Somebody else was faster.
    Overtaken,
}

/// A branch, and what would turn it into the rendered manifests.
pub(super) struct Prepared {
    pub(super) base: Base,
    pub(super) compared: Compared,
}

/// The branch as it is now.
pub(super) struct Base {
    pub(super) tips: Tips,
    /// The branch's tip; `None` when there is no such branch yet.
    pub(super) tip: Option<Oid>,
    /// The commit that a new one follows: the tip, or that of the default branch.
    pub(super) parent: Option<Oid>,
    /// What it holds.
    pub(super) tree: Option<Oid>,
}

impl<'a> Run<'a> {
    /// Makes ready; nothing is asked of the repository yet, but a folder is opened.
    pub(super) fn open(
        destination: &'a Destination,
        means: &Means<'_>,
        wanted: Option<&'a str>,
    ) -> Result<Self, PublishError> {
        let (remote, known) = if let Some(Entrance { remote, tips }) = means.entrance.take() {
            (remote, Some(tips))
        } else {
            let (address, credential) = (&destination.address, &destination.credential);
            (git::open(address, means.http, credential)?, None)
        };
        let store = Store::create(means.folder)?.signed_by(means.signer.as_ref());
        Ok(Self { destination, remote, store, wanted, branch: String::new(), known })
    }

    /// Returns the branch's short name.
    pub(super) fn branch_name(&self) -> String {
        self.branch.strip_prefix(BRANCHES).unwrap_or(&self.branch).to_owned()
    }

    /// Compares with the branch's tip.
    pub(super) async fn prepare(
        &mut self,
        rendered: &Rendered,
        targets: &[Target],
    ) -> Result<Prepared, PublishError> {
        let base = self.fetch().await?;
        let compared = self.compare(&base, rendered, targets).await?;
        Ok(Prepared { base, compared })
    }

    /// Commits and pushes.
    pub(super) async fn attempt(
        &mut self,
        Prepared { base, compared }: Prepared,
        tell: &mut impl FnMut(&str),
    ) -> Result<Attempt, PublishError> {
        if compared.edits.is_empty() {
            let superseded = compared.environments.iter().any(|e| e.superseded_by.is_some());
            let published = if superseded { Published::Superseded } else { Published::UpToDate };
            return Ok(Attempt::Ended(compared.report(self, published)));
        }
        let (commit, objects) = self.commit(&base, &compared, |_| Ok(String::new()))?;
        if base.tip.is_none() {
            tell(&self.new_branch(&base));
        }
        tell(&format!("Pushing {} to the branch {}.", short(commit), self.branch_name()));
        let push = Push { branch: &self.branch, from: base.tip, to: commit, objects: &objects };
        match self.remote.push(&self.store, &push).await? {
            PushOutcome::Accepted => {
                Ok(Attempt::Ended(compared.report(self, Published::Pushed { commit })))
            }
            PushOutcome::Overtaken => Ok(Attempt::Overtaken),
            PushOutcome::Refused(refusal) => {
                let (branch, repository) =
                    (self.branch_name(), self.destination.address.to_string());
                Err(PublishError::refused(branch, repository, refusal))
            }
        }
    }

    /// Says of a branch that is not there yet how it begins.
    fn new_branch(&self, base: &Base) -> String {
        let branch = self.branch_name();
        match (&base.parent, &base.tips.default_branch) {
            (Some(_), Some(default)) => {
                let default = default.strip_prefix(BRANCHES).unwrap_or(default);
                format!("The branch {branch} is new, and begins where {default} is now.")
            }
            _ => format!("The branch {branch} is new, and has nothing else."),
        }
    }

    /// Brings the branch's tip into the store. A branch that is not there begins at the default
    /// branch's tip, as `git checkout -b` does after a clone.
    pub(super) async fn fetch(&mut self) -> Result<Base, PublishError> {
        if let Some(tips) = self.known.take() {
            // The branch may have been replaced since, so that its old tip cannot be had any more.
            match self.base(tips).await {
                Err(PublishError::Git(GitError::NotGiven { .. })) => {}
                result => return result,
            }
        }
        let tips = self.remote.tips().await?;
        self.base(tips).await
    }

    async fn base(&mut self, tips: Tips) -> Result<Base, PublishError> {
        let default = tips.default_branch.clone();
        let is_there = |name: &String| tips.refs.contains_key(name);
        self.branch = match (self.wanted, &default) {
            (Some(name), _) => format!("{BRANCHES}{name}"),
            (None, Some(default)) if is_there(default) => default.clone(),
            (None, _) => self.first_branch(&tips)?,
        };
        let tip = tips.refs.get(&self.branch).copied();
        let parent = tip.or_else(|| default.and_then(|name| tips.refs.get(&name).copied()));
        let tree = match parent {
            Some(commit) => {
                self.remote.fetch(&self.store, &tips, commit).await?;
                Some(self.store.tree_of(commit)?)
            }
            None => None,
        };
        Ok(Base { tips, tip, parent, tree })
    }

    /// Returns the branch that an empty repository begins with. Where there are others, nobody can
    /// tell which of them is meant.
    fn first_branch(&self, tips: &Tips) -> Result<String, PublishError> {
        let mut branches = tips.refs.keys().filter_map(|name| name.strip_prefix(BRANCHES));
        let default = tips.default_branch.clone();
        match branches.next() {
            None => Ok(default.unwrap_or_else(|| format!("{BRANCHES}main"))),
            Some(first) => {
                let some = std::iter::once(first).chain(branches).take(5);
                Err(PublishError::NoDefaultBranch {
                    repository: self.destination.address.to_string(),
                    branches: some.collect::<Vec<_>>().join(", "),
                })
            }
        }
    }

    /// Makes the commit and returns it with the objects that it needs; `line` gives a last line of
    /// the message for the commit's tree.
    pub(super) fn commit(
        &self,
        base: &Base,
        compared: &Compared,
        line: impl Fn(Oid) -> Result<String, GitError>,
    ) -> Result<(Oid, Vec<Oid>), PublishError> {
        let edited = tree::edit(&self.store, base.tree, &compared.edits)?;
        let tree = edited.tree.ok_or(PublishError::Nothing)?;
        let changed = compared.environments.iter().filter(|report| report.superseded_by.is_none());
        let targets: Vec<_> = changed.map(|report| &report.target).collect();
        let (plan, origin) = (&self.destination.commit, &self.destination.origin);
        let commit = self.store.commit(&Commit {
            tree,
            parent: base.parent,
            author: &message::author(plan, clock::seconds_since_1970()),
            message: &(message::message(plan, origin, &targets) + &line(tree)?),
        })?;
        let mut objects = vec![commit];
        objects.extend(edited.written);
        objects.extend(&compared.blobs);
        Ok((commit, objects))
    }
}
