//! The branch of a pull request: what stands there, whether it may be replaced, and how it becomes a
//! pull request.

pub mod error;
mod mark;
pub mod text;

pub use error::ProposalError;
pub use mark::Mark;

use crate::failure::{Code, Warning};
use crate::git::store::Store;
use crate::git::tree::{self, Kind};
use crate::git::{self, GitError, Oid, Push, PushOutcome, Remote, Tips};
use crate::hosting::{Host, PullRequest, Request};
use crate::plan::Proposal;
use crate::publish::inventory;
use crate::publish::{PublishError, Published, short};
use std::collections::BTreeMap;

/// What is proposed: from which branch, to which, and which parts of the tree that is about.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The branch of the pull request, without `refs/heads/`.
    pub source: String,
    /// The branch that it is for.
    pub target: String,
    /// The paths of the folders or files that it changes.
    paths: Vec<String>,
    /// The same for one target and set of paths, and for nothing else.
    scope: String,
}

/// What stands at the branch of a pull request.
#[derive(Debug)]
pub enum Standing {
    /// Nothing that anybody waits for.
    Free {
        /// The branch's tip, if it is there.
        tip: Option<Oid>,
    },
    /// An open pull request of ours, as we left it.
    Ours {
        /// The branch's tip.
        tip: Oid,
        /// What we noted there.
        mark: Mark,
        /// The pull request.
        pull_request: PullRequest,
    },
    /// An open pull request to which somebody else has pushed.
    Shared {
        /// The branch's tip.
        tip: Oid,
        /// The pull request.
        pull_request: PullRequest,
    },
}

/// A commit that is to become a pull request.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// The tip that the branch must still have.
    pub from: Option<Oid>,
    /// The commit.
    pub to: Oid,
    /// The objects that it needs.
    pub objects: &'a [Oid],
    /// The title.
    pub title: &'a str,
    /// The description.
    pub description: &'a str,
}

/// What proposing works with.
#[derive(Debug)]
pub struct Bench<'a> {
    /// The repository.
    pub remote: &'a mut Remote,
    /// What was fetched of it.
    pub store: &'a Store,
    /// The branches that it had then.
    pub tips: &'a Tips,
    /// Its host.
    pub host: &'a Host,
}

impl Offer {
    /// Returns the offer of changes to paths of a branch, made for these environments; a part of
    /// the name tells offers apart that change the same paths.
    pub fn new(
        proposal: &Proposal,
        target: &str,
        names: &[String],
        (paths, part): (Vec<String>, &str),
    ) -> Result<Self, ProposalError> {
        let all = format!("{target}\n{}\n{part}", paths.join("\n"));
        let scope: String = git::blob_id(all.as_bytes())?.to_string().chars().take(12).collect();
        let names = names.join("+");
        let source = proposal.branch.as_ref().map(|name| name.replace("{environment}", &names));
        let source = source.unwrap_or_else(|| own_branch(&names, &scope));
        if source == target {
            return Err(ProposalError::SameBranch { branch: source });
        }
        Ok(Self { source, target: target.to_owned(), paths, scope })
    }

    /// Returns the full name of the branch of the pull request.
    pub fn full_name(&self) -> String {
        format!("refs/heads/{}", self.source)
    }

    /// Finds out what stands at the branch of the pull request.
    pub async fn look(
        &self,
        bench: &mut Bench<'_>,
        target_tip: Oid,
    ) -> Result<Standing, ProposalError> {
        let Some(&tip) = bench.tips.refs.get(&self.full_name()) else {
            return Ok(Standing::Free { tip: None });
        };
        bench.remote.fetch(bench.store, bench.tips, tip).await?;
        let mark = Mark::of(bench.store, tip)?;
        let open = bench.host.find(&self.source, &self.target).await?;
        match (open, mark) {
            (Some(_), Some(mark)) if mark.scope != self.scope => {
                let branch = self.source.clone();
                Err(ProposalError::Other { branch, repository: bench.remote.address() })
            }
            (Some(pull_request), Some(mark)) => Ok(Standing::Ours { tip, mark, pull_request }),
            (Some(pull_request), None) => Ok(Standing::Shared { tip, pull_request }),
            (None, Some(_)) => Ok(Standing::Free { tip: Some(tip) }),
            (None, None) if tip == target_tip => Ok(Standing::Free { tip: Some(tip) }),
            // What others pushed is part of the target where the pull request was completed.
            (None, None) => {
                if bench.host.was_completed(&self.source, &tip.to_string()).await? {
                    return Ok(Standing::Free { tip: Some(tip) });
                }
                let branch = self.source.clone();
                Err(ProposalError::Foreign { branch, repository: bench.remote.address() })
            }
        }
    }

    /// Returns what to note in a commit that has `tree` and follows one that has `ground`.
    pub fn mark(&self, store: &Store, ground: Oid, tree: Oid) -> Result<Mark, GitError> {
        Ok(Mark { scope: self.scope.clone(), ground: self.ground(store, ground)?, tree })
    }

    /// Returns what stands for everything that is replaced.
    fn ground(&self, store: &Store, tree: Oid) -> Result<String, GitError> {
        let mut ids = Vec::new();
        for path in &self.paths {
            let found = tree::look_up(store, tree, path)?;
            ids.push(found.map(|(_, id)| id.to_string()).unwrap_or_default());
        }
        let ids = ids.join("\n");
        Ok(git::blob_id(ids.as_bytes())?.to_string().chars().take(12).collect())
    }

    /// Tells whether an open pull request of ours still is what it would be if it were made anew.
    pub fn is_current(
        &self,
        store: &Store,
        (tip, mark): (Oid, &Mark),
        (ground, tree): (Oid, Oid),
    ) -> Result<bool, GitError> {
        Ok(mark.ground == self.ground(store, ground)?
            && self.content(store, store.tree_of(tip)?)? == self.content(store, tree)?)
    }

    /// Returns what stands at the paths, but the inventories, which differ from run to run.
    fn content(&self, store: &Store, tree: Oid) -> Result<BTreeMap<String, Oid>, GitError> {
        let mut content = BTreeMap::new();
        for path in &self.paths {
            match tree::look_up(store, tree, path)? {
                None => {}
                Some((Kind::Folder, id)) => {
                    let below = tree::below(store, id)?.into_iter();
                    let files = below.filter(|(name, _)| name != inventory::NAME);
                    content.extend(files.map(|(name, (_, id))| (format!("{path}/{name}"), id)));
                }
                Some((Kind::File | Kind::Other, id)) => drop(content.insert(path.clone(), id)),
            }
        }
        Ok(content)
    }

    /// Pushes the branch and makes the pull request, or brings it up to date; `None` when somebody
    /// else has pushed meanwhile.
    pub async fn propose(
        &self,
        bench: &mut Bench<'_>,
        draft: &Draft<'_>,
        (warnings, tell): (&mut Vec<Warning>, &mut impl FnMut(&str)),
    ) -> Result<Option<Published>, PublishError> {
        tell(&format!("Pushing {} to the branch {}.", short(draft.to), self.source));
        let branch = self.full_name();
        let push = Push { branch: &branch, from: draft.from, to: draft.to, objects: draft.objects };
        match bench.remote.push(bench.store, &push).await? {
            PushOutcome::Accepted => {}
            PushOutcome::Overtaken => return Ok(None),
            PushOutcome::Refused(refusal) => {
                let (branch, repository) = (self.source.clone(), bench.remote.address());
                return Err(PublishError::refused(branch, repository, refusal));
            }
        }
        let request = Request {
            source: &self.source,
            target: &self.target,
            title: draft.title,
            description: draft.description,
        };
        let proposed = bench.host.propose(&request).await;
        let proposed = proposed.map_err(|source| {
            let branch = self.source.clone();
            PublishError::from(ProposalError::AfterPush { branch, source })
        })?;
        let (id, url) = (proposed.pull_request.id, proposed.pull_request.url);
        let made = if proposed.is_new { "is new" } else { "is up to date" };
        tell(&format!("Pull request {id} {made}: {url}"));
        warnings.extend(proposed.missing.iter().map(|what| incomplete(id, what)));
        Ok(Some(Published::Proposed { commit: draft.to, id, url, is_changed: true }))
    }

    /// Closes an open pull request that has become pointless, unless others have worked on it.
    pub async fn withdraw(
        &self,
        bench: &mut Bench<'_>,
        target_tip: Oid,
        (warnings, tell): (&mut Vec<Warning>, &mut impl FnMut(&str)),
    ) -> Result<(), ProposalError> {
        let standing = self.look(bench, target_tip).await;
        match standing {
            // What others have at the branch does not matter to a run that changes nothing.
            Ok(Standing::Free { .. })
            | Err(ProposalError::Foreign { .. } | ProposalError::Other { .. }) => {}
            Err(error) => return Err(error),
            Ok(Standing::Ours { pull_request, .. }) => {
                bench.host.close(&pull_request, CLOSED).await?;
                let id = pull_request.id;
                tell(&format!("Pull request {id} is closed: nothing is to be changed any more."));
            }
            Ok(Standing::Shared { pull_request, .. }) => warnings.push(left(&pull_request)),
        }
        Ok(())
    }
}

/// Returns the branch where nobody names one.
fn own_branch(names: &str, scope: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "+-_".contains(c) { c } else { '-' };
    let names: String = names.chars().take(60).map(plain).collect();
    let hash: String = scope.chars().take(8).collect();
    format!("fabrikate-gitops/{names}-{hash}")
}

const CLOSED: &str = "Closed: the target branch holds everything that the definition renders to.";

fn incomplete(id: u64, what: &str) -> Warning {
    Warning {
        code: Code::PullRequestIncomplete,
        message: format!("pull request {id} is there, but this could not be had: {what}"),
        hint: Some("see whether the token and the repository's settings allow it".to_owned()),
        place: None,
    }
}

fn left(pull_request: &PullRequest) -> Warning {
    let id = pull_request.id;
    Warning {
        code: Code::PullRequestLeft,
        message: format!(
            "pull request {id} is left open although nothing is to be changed any more: others have \
             pushed to its branch"
        ),
        hint: Some("complete or close it by hand".to_owned()),
        place: None,
    }
}
