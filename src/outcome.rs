//! What became of a run: output variables, the summary, and the last sentence.

use crate::address::Address;
use crate::git::Oid;
use crate::plan::Destination;
use crate::publish::{self, BranchReport, EnvironmentReport, Newer, Published};
use crate::render::Rendered;
use crate::report::summary::{EnvironmentSummary, Link, Summary};
use std::path::{Path, PathBuf};

/// A run that succeeded.
#[derive(Clone, Debug)]
pub struct Outcome {
    kind: Kind,
    objects: usize,
    address: Option<Address>,
    branches: Vec<BranchReport>,
    environments: Vec<(String, usize)>,
    /// The fields that are left to chance.
    unstable: Vec<String>,
    folder: Option<PathBuf>,
    /// Whether values were set; else manifests were made.
    is_set: bool,
}

/// The values of the output variable `outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    UpToDate,
    Pushed,
    Proposed,
    Superseded,
    Previewed,
    Rendered,
}

/// A pull request that holds changes.
struct PullRequest<'a> {
    id: u64,
    url: &'a str,
    is_changed: bool,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::UpToDate => "upToDate",
            Self::Pushed => "pushed",
            Self::Proposed => "proposed",
            Self::Superseded => "superseded",
            Self::Previewed => "previewed",
            Self::Rendered => "rendered",
        }
    }
}

impl Outcome {
    /// Returns the outcome of manifests that were written to a folder.
    pub fn rendered(rendered: &Rendered, folder: &Path) -> Self {
        let folder = Some(folder.to_owned());
        Self { folder, ..Self::new(Kind::Rendered, rendered) }
    }

    /// Returns the outcome of a comparison; without a destination nothing was compared.
    pub fn previewed(
        rendered: &Rendered,
        destination: Option<&Destination>,
        branches: Vec<BranchReport>,
    ) -> Self {
        let address = destination.map(|destination| destination.address.clone());
        Self { address, branches, ..Self::new(Kind::Previewed, rendered) }
    }

    /// Returns the outcome of publishing.
    pub fn published(
        rendered: &Rendered,
        destination: &Destination,
        branches: Vec<BranchReport>,
    ) -> Self {
        let any = |test: fn(&Published) -> bool| branches.iter().any(|b| test(&b.published));
        let kind = if any(|published| matches!(published, Published::Pushed { .. })) {
            Kind::Pushed
        } else if any(|published| matches!(published, Published::Proposed { .. })) {
            Kind::Proposed
        } else if any(|published| *published == Published::Superseded) {
            Kind::Superseded
        } else {
            Kind::UpToDate
        };
        let address = Some(destination.address.clone());
        Self { address, branches, ..Self::new(kind, rendered) }
    }

    fn new(kind: Kind, rendered: &Rendered) -> Self {
        let environments = rendered.environments.iter();
        let environments: Vec<_> =
            environments.map(|m| (m.environment.to_string(), m.objects())).collect();
        Self {
            kind,
            objects: environments.iter().map(|(_, objects)| objects).sum(),
            address: None,
            branches: Vec::new(),
            environments,
            unstable: rendered.unstable(),
            folder: None,
            is_set: false,
        }
    }

    /// Returns the outcome of values that were set in the definition's repository.
    pub fn set(address: Address, branch: BranchReport) -> Self {
        let kind = match branch.published {
            Published::Pushed { .. } => Kind::Pushed,
            Published::Proposed { .. } => Kind::Proposed,
            Published::UpToDate | Published::Superseded | Published::Compared => Kind::UpToDate,
        };
        Self { address: Some(address), ..Self::of_set(kind, branch) }
    }

    /// Returns the outcome of values that would be set.
    pub fn compared_set(environments: Vec<EnvironmentReport>) -> Self {
        let (branch, published, warnings) = (String::new(), Published::Compared, Vec::new());
        Self::of_set(Kind::Previewed, BranchReport { branch, published, environments, warnings })
    }

    fn of_set(kind: Kind, branch: BranchReport) -> Self {
        Self { branches: vec![branch], is_set: true, ..Self::new(kind, &Rendered::default()) }
    }

    /// Returns the output variables of the step, each of those that task.json declares but the
    /// summary's, which is known last.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let commits: Vec<String> = self.commits().map(|(_, id)| id.to_string()).collect();
        let branches: Vec<&str> = self.branches.iter().map(|b| b.branch.as_str()).collect();
        let (added, modified, removed) = self.counts();
        let is_changed = match self.kind {
            Kind::Pushed => true,
            Kind::Proposed => self.pull_requests().any(|pull_request| pull_request.is_changed),
            Kind::Previewed => added + modified + removed > 0,
            Kind::UpToDate | Kind::Superseded | Kind::Rendered => false,
        };
        let folder = self.folder.as_ref().map(|folder| folder.display().to_string());
        let objects = if self.is_set { String::new() } else { self.objects.to_string() };
        vec![
            ("changed", is_changed.to_string()),
            ("outcome", self.kind.as_str().to_owned()),
            ("commitId", commits.join(",")),
            ("branch", branches.join(",")),
            ("pullRequestId", joined(self.pull_requests().map(|it| it.id.to_string()))),
            ("pullRequestUrl", joined(self.pull_requests().map(|it| it.url.to_owned()))),
            ("manifestDirectory", folder.unwrap_or_default()),
            ("objectCount", objects),
            ("added", added.to_string()),
            ("modified", modified.to_string()),
            ("removed", removed.to_string()),
        ]
    }

    /// Returns a sentence that says what was done, and one of what was not, if that is so.
    pub fn sentence(&self) -> String {
        match (self.superseded(), self.counts()) {
            (Some(superseded), (0, 0, 0)) => superseded,
            (Some(superseded), _) => format!("{} {superseded}", self.done()),
            (None, _) => self.done(),
        }
    }

    fn done(&self) -> String {
        let (added, modified, removed) = self.counts();
        let counts = format!("{added} files added, {modified} modified, {removed} removed");
        match self.kind {
            Kind::UpToDate if self.is_set => {
                "Up to date: the definition has these values already.".to_owned()
            }
            Kind::Previewed if self.is_set => format!("Setting the values would change: {counts}."),
            Kind::UpToDate | Kind::Superseded => {
                "Up to date: nothing was to be published.".to_owned()
            }
            Kind::Pushed => {
                let is_pushed = |(branch, _): &(&BranchReport, Oid)| {
                    matches!(branch.published, Published::Pushed { .. })
                };
                let commits = self.commits().filter(is_pushed).map(|(branch, id)| {
                    format!("{} to the branch {}", publish::short(id), branch.branch)
                });
                let commits = commits.collect::<Vec<_>>().join(" and ");
                match self.named_pull_requests() {
                    none if none.is_empty() => format!("Pushed {commits}: {counts}."),
                    some => format!("Pushed {commits}, proposed in {some}: {counts}."),
                }
            }
            Kind::Proposed => self.proposed(&counts),
            Kind::Previewed if self.address.is_none() => {
                format!("Rendered {} objects; nothing was compared.", self.objects)
            }
            Kind::Previewed => format!("Publishing would change: {counts}."),
            Kind::Rendered => {
                let folder = self.folder.as_ref().map(|folder| folder.display().to_string());
                format!("Rendered {} objects to {}.", self.objects, folder.unwrap_or_default())
            }
        }
    }

    fn proposed(&self, counts: &str) -> String {
        let all = self.named_pull_requests();
        if self.pull_requests().any(|it| it.is_changed) {
            return format!("Proposed in {all}: {counts}.");
        }
        format!("Up to date: {all} proposes this already.")
    }

    fn named_pull_requests(&self) -> String {
        let all = self.pull_requests().map(|it| format!("pull request {}", it.id));
        all.collect::<Vec<_>>().join(" and ")
    }

    /// Returns what is newer than this run, if anything is.
    fn superseded(&self) -> Option<String> {
        let newer = self.environments().find_map(|environment| environment.superseded_by.as_ref());
        let what = match newer? {
            Newer::Build { build, is_ours: true } => {
                format!(
                    "build {} of this pipeline is newer and has published already",
                    build.number
                )
            }
            Newer::Build { build, is_ours: false } => {
                let page = build.url.as_ref().map(|url| format!(" ({url})")).unwrap_or_default();
                format!("build {}{page} is newer and has published already", build.number)
            }
            Newer::Commit(commit) => {
                format!("what is published is of the commit {commit}, which follows this one")
            }
        };
        Some(format!("Superseded: {what}."))
    }

    /// Returns the changes, a line a file.
    pub fn changes(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for environment in self.environments().filter(|e| e.superseded_by.is_none()) {
            let (changes, folder) = (&environment.changes, &environment.target.folder);
            let marked = [('+', &changes.added), ('~', &changes.modified), ('-', &changes.removed)];
            for (mark, paths) in marked {
                lines.extend(paths.iter().map(|path| format!("{mark} {folder}/{path}")));
            }
        }
        lines
    }

    /// Returns the summary for the build's page.
    pub fn summary(&self) -> Summary {
        let destination = self.address.as_ref().map(|address| {
            let branches: Vec<&str> = self.branches.iter().map(|b| b.branch.as_str()).collect();
            format!("{address}, branch {}", branches.join(", "))
        });
        let commit = self.commits().next().map(|(_, id)| Link {
            text: publish::short(id),
            url: self.address.as_ref().and_then(|address| page(address, id)),
        });
        let environments = if self.branches.is_empty() {
            let summary = |(name, objects): &(String, usize)| EnvironmentSummary {
                name: name.clone(),
                objects: *objects,
                ..EnvironmentSummary::default()
            };
            self.environments.iter().map(summary).collect()
        } else {
            self.environments().map(summarized).collect()
        };
        let pull_requests = self.pull_requests();
        let pull_requests =
            pull_requests.map(|it| Link { text: it.id.to_string(), url: Some(it.url.to_owned()) });
        let pull_requests = pull_requests.collect();
        let (headline, unstable) = (self.sentence(), self.unstable.clone());
        Summary { headline, destination, commit, pull_requests, environments, unstable }
    }

    fn environments(&self) -> impl Iterator<Item = &EnvironmentReport> {
        self.branches.iter().flat_map(|branch| &branch.environments)
    }

    fn commits(&self) -> impl Iterator<Item = (&BranchReport, Oid)> {
        self.branches.iter().filter_map(|branch| match branch.published {
            Published::Pushed { commit } | Published::Proposed { commit, .. } => {
                Some((branch, commit))
            }
            Published::UpToDate | Published::Superseded | Published::Compared => None,
        })
    }

    fn pull_requests(&self) -> impl Iterator<Item = PullRequest<'_>> {
        self.branches.iter().filter_map(|branch| match &branch.published {
            Published::Proposed { id, url, is_changed, .. } => {
                Some(PullRequest { id: *id, url, is_changed: *is_changed })
            }
            Published::Pushed { .. }
            | Published::UpToDate
            | Published::Superseded
            | Published::Compared => None,
        })
    }

    /// Returns how many files were, or would be, added, modified and removed.
    fn counts(&self) -> (usize, usize, usize) {
        let made = self.environments().filter(|environment| environment.superseded_by.is_none());
        made.fold((0, 0, 0), |(added, modified, removed), environment| {
            let changes = &environment.changes;
            (
                added + changes.added.len(),
                modified + changes.modified.len(),
                removed + changes.removed.len(),
            )
        })
    }
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(",")
}

fn summarized(environment: &EnvironmentReport) -> EnvironmentSummary {
    let changes = environment.changes.clone();
    let is_made = environment.superseded_by.is_none();
    let by_hand = [changes.edited, changes.restored].concat();
    let files = |files: Vec<String>| if is_made { files } else { Vec::new() };
    EnvironmentSummary {
        name: environment.target.environment.to_string(),
        objects: environment.objects,
        added: files(changes.added),
        modified: files(changes.modified),
        removed: files(changes.removed),
        kept: files(changes.kept),
        by_hand: files(by_hand),
    }
}

/// Returns the page of a commit, where the host is one whose pages are known.
fn page(address: &Address, commit: Oid) -> Option<String> {
    let Address::Server(url) = address else {
        return None;
    };
    let is_azure = url.path().contains("/_git/");
    let known = is_azure || url.host_str() == Some("github.com");
    let base = url.as_str().strip_suffix(".git").unwrap_or(url.as_str());
    known.then(|| format!("{base}/commit/{commit}"))
}
