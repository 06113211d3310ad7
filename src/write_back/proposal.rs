//! Values as a pull request to the definition's repository.

use crate::git::store::Store;
use crate::git::{Oid, Remote};
use crate::host::clock;
use crate::hosting::Host;
use crate::plan::{DefinitionRepository, Proposal};
use crate::publish::proposal::text::{Subject, texts};
use crate::publish::proposal::{Bench, Draft, Offer, Standing};
use crate::publish::{BranchReport, PublishError, Published, message};
use crate::report::Report;
use crate::write_back::{
    Base, Change, Delivered, Edited, Made, WriteBackError, make, read, refuse_secrets,
};

/// Where the change is made: the repository, what was fetched of it, the branch as it is now, and
/// the host.
type Place<'a> = ((&'a mut Remote, &'a Store, &'a Base), &'a Host);

/// Makes one attempt to propose the change.
pub(super) async fn propose(
    change: &Change,
    repository: &DefinitionRepository,
    ((remote, store, base), host): Place<'_>,
    report: &mut Report,
) -> Result<Delivered, WriteBackError> {
    let proposal = repository.delivery.proposal().ok_or(PublishError::Nothing)?;
    let (path, edited) = read(change, repository, (&mut *remote, store, base)).await?;
    let offer = offer(change, proposal, (base, &path))?;
    let mut bench = Bench { remote, store, tips: &base.tips, host };
    let mut ended = change.ended(&edited, (repository, base));
    if edited.content.is_none() {
        let mut tell = |text: &str| report.line(text);
        let withdrawn = offer.withdraw(&mut bench, base.tip, (&mut ended.warnings, &mut tell));
        withdrawn.await.map_err(PublishError::from)?;
        return Ok(Delivered::Done(ended));
    }
    let standing = offer.look(&mut bench, base.tip).await.map_err(PublishError::from)?;
    let ours = (repository, Some(&offer));
    let (from, made) = match standing {
        Standing::Free { tip } => {
            (tip, committed(change, ours, (store, base), (&path, &edited, &*report))?)
        }
        Standing::Ours { tip, mark, pull_request } => {
            let made = committed(change, ours, (store, base), (&path, &edited, &*report))?;
            if offer.is_current(store, (tip, &mark), (base.tree, made.tree))? {
                return Ok(unchanged(ended, (tip, pull_request.id, &pull_request.url), report));
            }
            (Some(tip), made)
        }
        Standing::Shared { tip, pull_request } => {
            // What others have pushed stays, and the values are set in what they have made.
            let theirs = Base {
                tips: base.tips.clone(),
                branch: offer.full_name(),
                tip,
                tree: store.tree_of(tip)?,
            };
            let there = (&mut *bench.remote, store, &theirs);
            let (path, edited) = read(change, repository, there).await?;
            if edited.content.is_none() {
                return Ok(unchanged(ended, (tip, pull_request.id, &pull_request.url), report));
            }
            let what = (path.as_str(), &edited, &*report);
            (Some(tip), committed(change, (repository, None), (store, &theirs), what)?)
        }
    };
    hand_over((change, repository), (offer, bench), ((from, made), ended), report).await
}

/// Pushes a commit and makes the pull request.
async fn hand_over(
    (change, repository): (&Change, &DefinitionRepository),
    (offer, mut bench): (Offer, Bench<'_>),
    ((from, made), mut ended): ((Option<Oid>, Made), BranchReport),
    report: &mut Report,
) -> Result<Delivered, WriteBackError> {
    let proposal = repository.delivery.proposal().ok_or(PublishError::Nothing)?;
    let name = ended
        .environments
        .iter()
        .find_map(|it| it.changes.added.first().or_else(|| it.changes.modified.first()).cloned());
    let subject = Subject {
        proposal,
        origin: &repository.origin,
        environments: &ended.environments,
        title: &change.subject(&name.unwrap_or_default()),
        end: &bench.host.mentions(),
    };
    let (title, description) = texts(&subject, bench.host.limits());
    if report.knows_secret_in(&title) || report.knows_secret_in(&description) {
        return Err(WriteBackError::Secret { place: "the text of the pull request".to_owned() });
    }
    let (to, objects) = (made.commit, made.objects.as_slice());
    let draft = Draft { from, to, objects, title: &title, description: &description };
    let mut tell = |text: &str| report.line(text);
    match offer.propose(&mut bench, &draft, (&mut ended.warnings, &mut tell)).await? {
        None => Ok(Delivered::Overtaken),
        Some(published) => Ok(Delivered::Done(BranchReport { published, ..ended })),
    }
}

/// Returns the offer: one for each set of keys, so that a pull request for one value is not replaced
/// by one for another.
fn offer(
    change: &Change,
    proposal: &Proposal,
    (base, path): (&Base, &str),
) -> Result<Offer, PublishError> {
    let keys = change.values.assignments.iter().map(|value| value.path.join("\0"));
    let part = format!("{:?} {:?}", change.values.subcomponent, keys.collect::<Vec<_>>());
    let names = [change.environment.to_string()];
    Ok(Offer::new(proposal, &base.branch_name(), &names, (vec![path.to_owned()], &part))?)
}

/// Makes the commit; where there is an offer, with our mark.
fn committed(
    change: &Change,
    (repository, offer): (&DefinitionRepository, Option<&Offer>),
    (store, base): (&Store, &Base),
    (path, edited, report): (&str, &Edited, &Report),
) -> Result<Made, WriteBackError> {
    let content = edited.content.as_deref().ok_or(PublishError::Nothing)?;
    let subject = change.subject(&edited.name);
    let message = message::of_values(repository, &subject, &change.environment);
    refuse_secrets(path, (content, &message), report)?;
    let author = message::author(&repository.commit, clock::seconds_since_1970());
    make(store, base, (path, content), |tree| {
        let mark = offer.map(|offer| offer.mark(store, base.tree, tree)).transpose()?;
        let line = mark.map(|mark| mark.line()).unwrap_or_default();
        Ok((author.clone(), message.clone() + &line))
    })
}

fn unchanged(
    ended: BranchReport,
    (commit, id, url): (Oid, u64, &str),
    report: &mut Report,
) -> Delivered {
    report.line(&format!("Pull request {id} holds these values already: {url}"));
    let published = Published::Proposed { commit, id, url: url.to_owned(), is_changed: false };
    Delivered::Done(BranchReport { published, ..ended })
}
