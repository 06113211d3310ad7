//! Manifests as pull requests: the branch of one is the target's tip and our changes.

use crate::failure::Diagnose;
use crate::failure::{Code, Warning};
use crate::git::Oid;
use crate::git::tree;
use crate::host::clock;
use crate::hosting::{Host, PullRequest};
use crate::plan::{Proposal, Target};
use crate::publish::branch::{Base, Prepared, Run};
use crate::publish::comparison::Compared;
use crate::publish::inventory;
use crate::publish::proposal::text::{Subject, counts, texts, total};
use crate::publish::proposal::{Bench, Draft, Offer, ProposalError, Standing};
use crate::publish::{
    ATTEMPTS, BranchReport, EnvironmentReport, Hosts, Newer, PublishError, Published,
};
use crate::render::Rendered;
use std::time::Duration;

/// What is to be published, and where.
type Work<'a> = (&'a Rendered, &'a [Target]);

/// Makes the pull request of one branch, or brings it up to date; again where somebody was faster.
pub(super) async fn propose(
    run: &mut Run<'_>,
    work: Work<'_>,
    (mut prepared, host): (Prepared, &Host),
    tell: &mut impl FnMut(&str),
) -> Result<BranchReport, PublishError> {
    let mut pause = Duration::from_millis(250);
    for attempt in 1..=ATTEMPTS {
        if let Some(report) = run.propose(work, (prepared, host), tell).await? {
            return Ok(report);
        }
        if attempt == ATTEMPTS {
            break;
        }
        tell("Somebody else pushed meanwhile: once more.");
        clock::wait(clock::jittered(pause)).await;
        pause = (pause * 2).min(Duration::from_secs(4));
        prepared = run.prepare(work.0, work.1).await?;
    }
    Err(PublishError::RaceLost { branch: run.branch_name(), attempts: ATTEMPTS })
}

/// Refuses several pull requests from one branch.
pub(super) fn refuse_shared<'a, 'b: 'a>(
    runs: impl Iterator<Item = (&'a Run<'b>, &'a [Target])>,
) -> Result<(), PublishError> {
    let mut sources: Vec<String> = Vec::new();
    for (run, targets) in runs {
        let Some(proposal) = run.destination.delivery.proposal() else {
            return Ok(());
        };
        let source = run.offer(proposal, targets)?.source;
        if sources.contains(&source) {
            return Err(ProposalError::SharedBranch { branch: source }.into());
        }
        sources.push(source);
    }
    Ok(())
}

impl Run<'_> {
    fn offer(&self, proposal: &Proposal, targets: &[Target]) -> Result<Offer, ProposalError> {
        let names: Vec<String> = targets.iter().map(|it| it.environment.to_string()).collect();
        let paths = targets.iter().map(|target| target.folder.clone()).collect();
        Offer::new(proposal, &self.branch_name(), &names, (paths, ""))
    }

    /// Makes one attempt; nothing comes of it when somebody else was faster.
    async fn propose(
        &mut self,
        work: Work<'_>,
        (prepared, host): (Prepared, &Host),
        tell: &mut impl FnMut(&str),
    ) -> Result<Option<BranchReport>, PublishError> {
        let Prepared { base, compared } = prepared;
        let Some(proposal) = self.destination.delivery.proposal() else {
            return Err(PublishError::Nothing);
        };
        let offer = self.offer(proposal, work.1)?;
        let Some(tip) = base.tip else {
            let repository = self.destination.address.to_string();
            return Err(ProposalError::NoTarget { branch: self.branch_name(), repository }.into());
        };
        if compared.edits.is_empty() {
            let superseded = compared.environments.iter().any(|e| e.superseded_by.is_some());
            if superseded {
                return Ok(Some(compared.report(self, Published::Superseded)));
            }
            let mut report = compared.report(self, Published::UpToDate);
            self.withdraw((&offer, tip), (&base, host), (&mut report, tell)).await?;
            return Ok(Some(report));
        }
        let mut bench = self.bench(&base, host);
        match offer.look(&mut bench, tip).await? {
            Standing::Free { tip: from } => {
                self.renew((&offer, from), (&base, compared, host), tell).await
            }
            Standing::Ours { tip: from, mark, pull_request } => {
                let theirs = base.at(from, self.store.tree_of(from)?);
                // What was proposed is kept, not made anew until it is merged.
                let compared = if self.keeps(work.0) {
                    self.compare_keeping((&base, &theirs), work.0, work.1).await?
                } else {
                    compared
                };
                let edited = tree::edit(&self.store, base.tree, &compared.edits)?;
                let (ground, tree) = (base.tree.unwrap_or(mark.tree), edited.tree);
                let tree = tree.ok_or(PublishError::Nothing)?;
                if offer.is_current(&self.store, (from, &mark), (ground, tree))? {
                    return Ok(Some(standing(
                        compared.report(self, unchanged(from, &pull_request)),
                        tell,
                    )));
                }
                let mut known = compared.environments.clone();
                if self.note_newer((&base, &theirs), &mut known).await? {
                    let compared = Compared { environments: known, ..compared };
                    return Ok(Some(compared.report(self, Published::Superseded)));
                }
                self.renew((&offer, Some(from)), (&base, compared, host), tell).await
            }
            Standing::Shared { tip: from, pull_request } => {
                let theirs = base.at(from, self.store.tree_of(from)?);
                let on_top = (&offer, &theirs, &pull_request);
                self.build_on_top(work, on_top, (compared, host, tell)).await
            }
        }
    }

    /// Puts one commit on the target's tip in place of whatever the branch has.
    async fn renew(
        &mut self,
        (offer, from): (&Offer, Option<Oid>),
        (base, compared, host): (&Base, Compared, &Host),
        tell: &mut impl FnMut(&str),
    ) -> Result<Option<BranchReport>, PublishError> {
        let ground = base.tree.ok_or(PublishError::Nothing)?;
        let (to, objects) =
            self.commit(base, &compared, |tree| Ok(offer.mark(&self.store, ground, tree)?.line()))?;
        self.hand_over((offer, from), (base, compared, host), ((to, &objects), tell)).await
    }

    /// Adds a commit to what others have pushed to the branch of an open pull request. The commit
    /// has no mark of ours, so that what is below it is never replaced.
    async fn build_on_top(
        &mut self,
        work: Work<'_>,
        (offer, theirs, pull_request): (&Offer, &Base, &PullRequest),
        (compared, host, tell): (Compared, &Host, &mut impl FnMut(&str)),
    ) -> Result<Option<BranchReport>, PublishError> {
        let more = self.compare(theirs, work.0, work.1).await?;
        if more.environments.iter().any(|environment| environment.superseded_by.is_some()) {
            return Ok(Some(more.report(self, Published::Superseded)));
        }
        let edited = more.environments.iter().find_map(|environment| {
            let changes = &environment.changes;
            let path = changes.edited.first().or_else(|| changes.restored.first())?;
            Some(format!("{}/{path}", environment.target.folder))
        });
        if let Some(path) = edited {
            let branch = offer.source.clone();
            return Err(ProposalError::Edited { path, branch }.into());
        }
        let Some(tip) = theirs.tip.filter(|_| !more.edits.is_empty()) else {
            let published = unchanged(theirs.parent.unwrap_or(Oid::ZERO_SHA1), pull_request);
            return Ok(Some(standing(compared.report(self, published), tell)));
        };
        tell(&format!("Others have pushed to the branch {}: this comes on top.", offer.source));
        let (to, objects) = self.commit(theirs, &more, |_| Ok(String::new()))?;
        self.hand_over((offer, Some(tip)), (theirs, compared, host), ((to, &objects), tell)).await
    }

    /// Pushes a commit and makes the pull request.
    async fn hand_over(
        &mut self,
        (offer, from): (&Offer, Option<Oid>),
        (base, compared, host): (&Base, Compared, &Host),
        ((to, objects), tell): ((Oid, &[Oid]), &mut impl FnMut(&str)),
    ) -> Result<Option<BranchReport>, PublishError> {
        let destination = self.destination;
        let proposal = destination.delivery.proposal().ok_or(PublishError::Nothing)?;
        let names: Vec<String> = compared
            .environments
            .iter()
            .filter(|environment| environment.superseded_by.is_none())
            .map(|environment| environment.target.environment.to_string())
            .collect();
        let counts = counts(&total(&compared.environments));
        let subject = Subject {
            proposal,
            origin: &destination.origin,
            environments: &compared.environments,
            title: &format!("Update manifests of {}: {counts}", names.join(", ")),
            end: &host.mentions(),
        };
        let (title, description) = texts(&subject, host.limits());
        let draft = Draft { from, to, objects, title: &title, description: &description };
        let mut warnings = Vec::new();
        let mut bench = self.bench(base, host);
        let published = offer.propose(&mut bench, &draft, (&mut warnings, tell)).await?;
        Ok(published.map(|published| {
            let mut report = compared.report(self, published);
            report.warnings.extend(warnings);
            report
        }))
    }

    /// Notes of each environment that an open pull request changes whether a newer run made that;
    /// tells whether one did.
    async fn note_newer(
        &mut self,
        (base, theirs): (&Base, &Base),
        environments: &mut [EnvironmentReport],
    ) -> Result<bool, PublishError> {
        let mut is_newer = false;
        for environment in environments {
            let folder = environment.target.folder.clone();
            let [ours, proposed] = [base, theirs].map(|it| it.tree.unwrap_or(Oid::ZERO_SHA1));
            let is_same = tree::look_up(&self.store, ours, &folder)?
                == tree::look_up(&self.store, proposed, &folder)?;
            let newer = if is_same { None } else { self.newer_in(theirs, &folder).await? };
            if newer.is_some() {
                environment.superseded_by = newer;
                is_newer = true;
            }
        }
        Ok(is_newer)
    }

    async fn newer_in(
        &mut self,
        theirs: &Base,
        folder: &str,
    ) -> Result<Option<Newer>, PublishError> {
        let path = format!("{folder}/{}", inventory::NAME);
        let tree = theirs.tree.ok_or(PublishError::Nothing)?;
        let Some(listed) = tree::look_up(&self.store, tree, &path)? else {
            return Ok(None);
        };
        let inventory = self.inventory(theirs, folder, listed).await?;
        let destination = self.destination;
        Ok(inventory.newer(&destination.origin).filter(|_| !destination.allow_older))
    }

    async fn withdraw(
        &mut self,
        (offer, tip): (&Offer, Oid),
        (base, host): (&Base, &Host),
        (report, tell): (&mut BranchReport, &mut impl FnMut(&str)),
    ) -> Result<(), PublishError> {
        if let Some(from) = base.tips.refs.get(&offer.full_name()).copied() {
            self.remote.fetch(&self.store, &base.tips, from).await?;
            let theirs = base.at(from, self.store.tree_of(from)?);
            // A newer run proposes what this one does not know of.
            if self.note_newer((base, &theirs), &mut report.environments).await? {
                report.published = Published::Superseded;
                return Ok(());
            }
        }
        let mut bench = self.bench(base, host);
        offer.withdraw(&mut bench, tip, (&mut report.warnings, tell)).await?;
        Ok(())
    }

    /// Closes the pull request of an earlier run, once a push was enough. What goes wrong here does
    /// not undo the push.
    pub(super) async fn tidy_up(
        &mut self,
        targets: &[Target],
        (report, hosts): (&mut BranchReport, &mut Hosts<'_>),
        tell: &mut impl FnMut(&str),
    ) {
        if report.published == Published::Superseded {
            return;
        }
        if let Err(error) = self.try_to_tidy_up(targets, (report, hosts), tell).await {
            report.warnings.push(Warning {
                code: Code::PullRequestLeft,
                message: format!("an earlier pull request may still be open: {error}"),
                hint: error.hint(),
                place: None,
            });
        }
    }

    async fn try_to_tidy_up(
        &mut self,
        targets: &[Target],
        (report, hosts): (&mut BranchReport, &mut Hosts<'_>),
        tell: &mut impl FnMut(&str),
    ) -> Result<(), PublishError> {
        let Some(proposal) = self.destination.delivery.proposal() else {
            return Ok(());
        };
        let offer = self.offer(proposal, targets)?;
        let base = self.fetch().await?;
        let Some(tip) = base.tip.filter(|_| base.tips.refs.contains_key(&offer.full_name())) else {
            return Ok(());
        };
        let host = hosts.open().await?;
        let published = report.published.clone();
        self.withdraw((&offer, tip), (&base, host), (report, tell)).await?;
        report.published = published;
        Ok(())
    }

    fn bench<'a>(&'a mut self, base: &'a Base, host: &'a Host) -> Bench<'a> {
        Bench { remote: &mut self.remote, store: &self.store, tips: &base.tips, host }
    }
}

impl Base {
    /// Returns what would be if the branch had another tip.
    fn at(&self, tip: Oid, tree: Oid) -> Self {
        Self { tips: self.tips.clone(), tip: Some(tip), parent: Some(tip), tree: Some(tree) }
    }
}

fn unchanged(commit: Oid, pull_request: &PullRequest) -> Published {
    let PullRequest { id, url, .. } = pull_request;
    Published::Proposed { commit, id: *id, url: url.clone(), is_changed: false }
}

fn standing(report: BranchReport, tell: &mut impl FnMut(&str)) -> BranchReport {
    if let Published::Proposed { id, url, .. } = &report.published {
        tell(&format!("Pull request {id} holds these manifests already: {url}"));
    }
    report
}
