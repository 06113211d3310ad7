//! Values set in the definition's repository: read at its tip, edited in place, committed, pushed,
//! and again when somebody was faster.

mod error;
mod proposal;

pub use error::WriteBackError;

use crate::definition::DefinitionError;
use crate::edit::file::{Format, Target};
use crate::edit::set::{self, Values};
use crate::edit::{EditError, Set, Style};
use crate::environment::Environment;
use crate::failure::{Code, Diagnose};
use crate::git::store::{Author, Commit, Store};
use crate::git::tree::{self, Edits, Kind};
use crate::git::{self, Oid, Push, PushOutcome, Remote, Tips};
use crate::host::clock;
use crate::host::files::bounds::{Bounds, Leaving};
use crate::host::files::{self, Entry};
use crate::hosting::Host;
use crate::plan::{self, DefinitionRepository, Delivery, SetPlan};
use crate::publish::{
    BranchReport, Changeset, EnvironmentReport, Means, ProposalError, PublishError, Published,
    message, short,
};
use crate::report::Report;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a push is tried.
const ATTEMPTS: u32 = 10;

/// A change to a configuration file.
#[derive(Debug)]
pub struct Change {
    request: Set,
    values: Values,
    environment: Environment,
    bounds: Bounds,
}

/// What the change means for one file.
#[derive(Debug)]
struct Edited {
    /// The file's name below `config/`.
    name: String,
    is_new: bool,
    /// What it is to hold; `None` where it does already.
    content: Option<Vec<u8>>,
}

/// The definition's branch as it is now.
struct Base {
    tips: Tips,
    branch: String,
    tip: Oid,
    tree: Oid,
}

impl Base {
    fn branch_name(&self) -> String {
        self.branch.strip_prefix("refs/heads/").unwrap_or(&self.branch).to_owned()
    }
}

impl Change {
    /// Returns what the inputs ask for; a file of values is read.
    pub fn of(plan: &SetPlan) -> Result<Self, WriteBackError> {
        let inputs = &plan.inputs;
        let request = Set {
            environment: inputs.environment.clone(),
            subcomponent: inputs.subcomponent.clone(),
            file: inputs.file.clone(),
            assignments: inputs.assignments.clone(),
            no_new_keys: false,
        };
        let mut bounds = Bounds::new(plan.bounds.iter().map(PathBuf::as_path));
        if let Some(file) = &request.file {
            bounds.check(&plan.working_folder.join(file)).map_err(leaves)?;
        }
        let values = set::values(&request, &plan.working_folder)?;
        let environment = Environment::of(vec![inputs.environment.clone()])
            .map_err(|source| EditError::Environment { source })?;
        Ok(Self { request, values, environment, bounds })
    }

    /// Returns what would change in a checkout, and changes nothing.
    pub fn in_checkout(&self, folder: &Path) -> Result<Vec<EnvironmentReport>, WriteBackError> {
        let is_there = |name: &str| files::entry(&folder.join(name)) == Entry::File;
        let mut bounds = self.bounds.clone();
        let configurations =
            ["yaml", "json"].map(|end| format!("config/{}.{end}", self.request.environment));
        for name in COMPONENT_FILES.into_iter().chain(configurations.iter().map(String::as_str)) {
            bounds.check(&folder.join(name)).map_err(leaves)?;
        }
        if !COMPONENT_FILES.iter().any(|name| is_there(name)) {
            return Err(WriteBackError::no_component(folder.to_owned()));
        }
        let target = set::target(&self.request, folder)?;
        Ok(vec![self.report(&self.edited(&target)?, "")])
    }

    fn edited(&self, target: &Target) -> Result<Edited, WriteBackError> {
        let text = set::with_values(target, &self.values, Style::Preserving)?;
        let name = target.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let is_new = target.content.is_none();
        let content = (target.content.as_ref() != Some(&text)).then_some(text);
        Ok(Edited { name, is_new, content })
    }

    /// Returns the report on a file of the component in a folder of the repository.
    fn report(&self, edited: &Edited, folder: &str) -> EnvironmentReport {
        let mut changes = Changeset::default();
        if edited.content.is_some() {
            let list = if edited.is_new { &mut changes.added } else { &mut changes.modified };
            list.push(edited.name.clone());
        }
        let folder = below(folder, "config");
        let target = plan::Target { environment: self.environment.clone(), folder };
        EnvironmentReport { target, objects: 0, changes, superseded_by: None }
    }

    /// Returns the report of a run that has nothing to do.
    fn ended(
        &self,
        edited: &Edited,
        (repository, base): (&DefinitionRepository, &Base),
    ) -> BranchReport {
        BranchReport {
            branch: base.branch_name(),
            published: Published::UpToDate,
            environments: vec![self.report(edited, &repository.origin.path)],
            warnings: Vec::new(),
        }
    }

    /// Returns the message of the commit where none was given, such as `Set image.tag=7 of web in
    /// config/prod.yaml`.
    fn subject(&self, file: &str) -> String {
        let what = match self.values.assignments.as_slice() {
            [one] => format!("{}={}", one.path.join("."), one.value),
            _ => self.values.counted(),
        };
        let of = match self.values.subcomponent.join(".") {
            root if root.is_empty() => root,
            name => format!(" of {name}"),
        };
        format!("Set {what}{of} in config/{file}")
    }
}

fn leaves(link: Leaving) -> EditError {
    DefinitionError::from(link).into()
}

/// The files that make a folder a component.
const COMPONENT_FILES: [&str; 2] = ["component.yaml", "component.json"];

/// Makes the change at the tip of the definition's branch, and pushes or proposes it.
pub async fn commit(
    change: &Change,
    repository: &DefinitionRepository,
    means: &Means<'_>,
    report: &mut Report,
) -> Result<BranchReport, WriteBackError> {
    let mut remote = git::open(&repository.address, means.http, &repository.credential)?;
    let store = Store::create(means.folder)?.signed_by(means.signer.as_ref());
    let mut host = match &repository.delivery {
        Delivery::PullRequest(_) => Some(open(repository, means).await?),
        Delivery::Push | Delivery::Auto(_) => None,
    };
    let mut pause = Duration::from_millis(250);
    for _ in 0..ATTEMPTS {
        let base = fetch(&mut remote, &store, repository).await?;
        let here = (&mut remote, &store, &base);
        let delivered = match &host {
            Some(host) => proposal::propose(change, repository, (here, host), report).await?,
            None => push(change, repository, here, report).await?,
        };
        match delivered {
            Delivered::Done(ended) => return Ok(ended),
            Delivered::Overtaken => report.line("Somebody else pushed meanwhile: once more."),
            Delivered::Refused(error) => {
                match &repository.delivery {
                    Delivery::Auto(_) if error.is_refusal() => {}
                    Delivery::Push | Delivery::PullRequest(_) | Delivery::Auto(_) => {
                        return Err(error.into());
                    }
                }
                host = match open(repository, means).await {
                    Ok(host) => Some(host),
                    // Where there are no pull requests, the refusal is what counts.
                    Err(other) if other.code() == Code::NoPullRequests => return Err(error.into()),
                    Err(other) => return Err(other),
                };
                report.line(&format!("A pull request instead: {error}."));
                continue;
            }
        }
        clock::wait(clock::jittered(pause)).await;
        pause = (pause * 2).min(Duration::from_secs(4));
    }
    let branch = repository.branch.clone().unwrap_or_else(|| "that is its default".to_owned());
    Err(PublishError::RaceLost { branch, attempts: ATTEMPTS }.into())
}

/// What became of one attempt.
enum Delivered {
    /// All that there was to do.
    Done(BranchReport),
    /// Somebody else was faster.
    Overtaken,
    /// The server does not want it.
    Refused(PublishError),
}

async fn open(
    repository: &DefinitionRepository,
    means: &Means<'_>,
) -> Result<Host, WriteBackError> {
    let proposal = repository.delivery.proposal().ok_or(PublishError::Nothing)?;
    let (address, credential) = (&repository.address, &repository.credential);
    let host = Host::open(address, credential, means.http, proposal).await;
    Ok(host.map_err(|error| PublishError::from(ProposalError::from(error)))?)
}

/// Makes one attempt to push the change.
async fn push(
    change: &Change,
    repository: &DefinitionRepository,
    (remote, store, base): (&mut Remote, &Store, &Base),
    report: &mut Report,
) -> Result<Delivered, WriteBackError> {
    let (path, edited) = read(change, repository, (remote, store, base)).await?;
    let branch = base.branch_name();
    let ended = |published| {
        let ended = change.ended(&edited, (repository, base));
        Delivered::Done(BranchReport { published, ..ended })
    };
    let Some(content) = &edited.content else {
        return Ok(ended(Published::UpToDate));
    };
    let message =
        message::of_values(repository, &change.subject(&edited.name), &change.environment);
    refuse_secrets(&path, (content, &message), report)?;
    let author = message::author(&repository.commit, clock::seconds_since_1970());
    let made = make(store, base, (&path, content), |_| Ok((author.clone(), message.clone())))?;
    report.line(&format!("Pushing {} to the branch {branch}.", short(made.commit)));
    let (to, objects) = (made.commit, made.objects.as_slice());
    let push = Push { branch: &base.branch, from: Some(base.tip), to, objects };
    Ok(match remote.push(store, &push).await? {
        PushOutcome::Accepted => ended(Published::Pushed { commit: to }),
        PushOutcome::Overtaken => Delivered::Overtaken,
        PushOutcome::Refused(refusal) => {
            let address = repository.address.to_string();
            Delivered::Refused(PublishError::refused(branch, address, refusal))
        }
    })
}

/// Brings the branch's tip into the store. A branch that is not there has no definition.
async fn fetch(
    remote: &mut Remote,
    store: &Store,
    repository: &DefinitionRepository,
) -> Result<Base, WriteBackError> {
    let tips = remote.tips().await?;
    let branch = match &repository.branch {
        Some(name) => Some(format!("refs/heads/{name}")),
        None => tips.default_branch.clone(),
    };
    let tip = branch.as_ref().and_then(|branch| tips.refs.get(branch)).copied();
    let (Some(branch), Some(tip)) = (branch, tip) else {
        let (branch, repository) = (repository.branch.clone(), repository.address.to_string());
        return Err(WriteBackError::NoBranch { branch, repository });
    };
    remote.fetch(store, &tips, tip).await?;
    let tree = store.tree_of(tip)?;
    Ok(Base { tips, branch, tip, tree })
}

/// Returns the configuration file's path in the repository and what becomes of it.
async fn read(
    change: &Change,
    repository: &DefinitionRepository,
    (remote, store, base): (&mut Remote, &Store, &Base),
) -> Result<(String, Edited), WriteBackError> {
    let folder = &repository.origin.path;
    let found = |path: &str| tree::look_up(store, base.tree, &below(folder, path));
    let mut is_component = false;
    for name in COMPONENT_FILES {
        is_component |= found(name)?.is_some();
    }
    if !is_component {
        return Err(WriteBackError::no_component(PathBuf::from(folder)));
    }
    let stem = below("config", &change.request.environment);
    let (yaml, json) = (format!("{stem}.yaml"), format!("{stem}.json"));
    let (name, format, entry) = match (found(&yaml)?, found(&json)?) {
        (None, Some(entry)) => (json, Format::Json, Some(entry)),
        (entry, _) => (yaml, Format::Yaml, entry),
    };
    let path = below(folder, &name);
    let content = match entry {
        None => None,
        Some((Kind::File, id)) => {
            remote.fetch_files(store, &base.tips, (base.tip, &[id])).await?;
            Some(store.file(id)?)
        }
        Some((Kind::Folder | Kind::Other, _)) => return Err(WriteBackError::NoFile { path }),
    };
    let target = Target { path: PathBuf::from(&path), format, content };
    Ok((path, change.edited(&target)?))
}

/// A commit with what it needs.
struct Made {
    commit: Oid,
    tree: Oid,
    objects: Vec<Oid>,
}

/// Makes the commit; `words` gives author and message for its tree.
fn make(
    store: &Store,
    base: &Base,
    (path, content): (&str, &[u8]),
    words: impl Fn(Oid) -> Result<(Author, String), WriteBackError>,
) -> Result<Made, WriteBackError> {
    let blob = store.add_file(content)?;
    let edits = Edits::from([(path.to_owned(), Some(blob))]);
    let edited = tree::edit(store, Some(base.tree), &edits).map_err(PublishError::from)?;
    let tree = edited.tree.ok_or(PublishError::Nothing)?;
    let (author, message) = words(tree)?;
    let commit = Commit { tree, parent: Some(base.tip), author: &author, message: &message };
    let commit = store.commit(&commit)?;
    let mut objects = vec![commit, blob];
    objects.extend(edited.written);
    Ok(Made { commit, tree, objects })
}

/// Refuses a file, or a message, that holds a secret of this job: it would be in git for ever.
fn refuse_secrets(
    path: &str,
    (content, message): (&[u8], &str),
    report: &Report,
) -> Result<(), WriteBackError> {
    let place = if report.knows_secret_in(&String::from_utf8_lossy(content)) {
        path.to_owned()
    } else if report.knows_secret_in(message) {
        "the commit's message".to_owned()
    } else {
        return Ok(());
    };
    Err(WriteBackError::Secret { place })
}

/// Returns a path below a folder of a repository.
fn below(folder: &str, path: &str) -> String {
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}

impl WriteBackError {
    fn no_component(folder: PathBuf) -> Self {
        Self::Edit(DefinitionError::NoComponent { folder, place: None }.into())
    }
}
