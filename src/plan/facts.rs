//! What the pipeline tells about the build, the source and the person behind them.

mod folders;

pub use folders::Folders;

use crate::address::{self, Address, AddressError};
use crate::plan::connection::Connection;
use crate::secret::Secret;
use std::path::{Path, PathBuf};
use url::Url;

/// Facts about where and why this runs.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Whether this is a build of a pull request.
    pub pull_request: bool,
    /// Whether its source is a fork.
    pub fork: bool,
    /// The build, in a pipeline.
    pub build: Option<Build>,
    /// The definition's repository and commit.
    pub source: Source,
    /// The person behind the build.
    pub requested_for: Option<String>,
    /// That person's mail address.
    pub requested_for_email: Option<String>,
    /// The address of the organization or collection.
    pub collection: Option<String>,
    /// The job's own access token.
    pub job_token: Option<Secret>,
    /// The service connections that inputs name.
    pub connections: Vec<Connection>,
    /// The folder of the checkout; on a laptop the working folder.
    pub sources_folder: PathBuf,
    /// The folder that relative paths start from.
    pub working_folder: PathBuf,
    /// The folder at the top of the definition's repository, where known.
    pub repository_folder: Option<PathBuf>,
    /// The branch that the build is of, without `refs/heads/`.
    pub branch: Option<String>,
    /// The checkout that the definition is in, where it is looked at.
    pub checkout: Option<DefinitionCheckout>,
    /// Whether the definition's repository has changes that no commit holds.
    pub is_changed: bool,
    /// The folder that the agent gave to the job: checkouts and artifacts are below it.
    pub job_folder: Option<PathBuf>,
    /// The definition's folder within its repository, where somebody looked where links lead.
    pub path: Option<String>,
}

/// What git knows about the checkout that a definition is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefinitionCheckout {
    /// The address that it was made from.
    pub origin: Option<String>,
    /// The branches that have, as far as the checkout knows, its commit as their tip.
    pub branches: Vec<String>,
}

/// A build of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// The id, which grows from build to build of a collection.
    pub id: u64,
    /// The number that people see.
    pub number: String,
    /// The page of the build.
    pub url: Option<String>,
    /// What makes two builds comparable: collection, project and pipeline.
    pub pipeline: Option<Pipeline>,
}

/// A pipeline, by what identifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// The collection's address.
    pub collection: String,
    /// The project's id.
    pub project: String,
    /// The pipeline's id.
    pub definition: String,
}

/// The definition's repository at one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// The repository's address, without a user.
    pub repository: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// The commit's message.
    pub message: Option<String>,
}

impl Facts {
    /// Gathers the facts that variables of the pipeline tell, asked for by their names.
    pub fn gather(variable: impl Fn(&str) -> Option<String>, working_folder: &Path) -> Self {
        let sources = variable("Build.SourcesDirectory").map(PathBuf::from);
        Self {
            pull_request: is_pull_request(&variable),
            fork: variable("System.PullRequest.IsFork")
                .is_some_and(|fork| fork.eq_ignore_ascii_case("true")),
            build: build(&variable),
            source: Source {
                repository: variable("Build.Repository.Uri").map(|uri| without_user(&uri)),
                commit: variable("Build.SourceVersion"),
                message: variable("Build.SourceVersionMessage"),
            },
            requested_for: variable("Build.RequestedFor"),
            requested_for_email: variable("Build.RequestedForEmail"),
            collection: variable("System.CollectionUri")
                .or_else(|| variable("System.TeamFoundationCollectionUri")),
            job_token: None,
            connections: Vec::new(),
            job_folder: sources.as_deref().and_then(Path::parent).map(Path::to_owned),
            path: None,
            is_changed: false,
            working_folder: sources.clone().unwrap_or_else(|| working_folder.to_owned()),
            sources_folder: sources.unwrap_or_else(|| working_folder.to_owned()),
            repository_folder: variable("Build.Repository.LocalPath").map(PathBuf::from),
            branch: variable("Build.SourceBranch")
                .and_then(|name| Some(name.strip_prefix("refs/heads/")?.to_owned())),
            checkout: None,
        }
    }

    /// Tells whether the definition is in the repository that the pipeline is of.
    pub fn is_of_pipeline(&self) -> bool {
        let Some(origin) = self.checkout.as_ref().and_then(|checkout| checkout.origin.as_deref())
        else {
            return true;
        };
        let same = |address: &str| {
            let address = without_user(address).to_lowercase();
            let address = address.trim_end_matches('/');
            address.strip_suffix(".git").unwrap_or(address).to_owned()
        };
        self.source.repository.as_deref().is_some_and(|own| same(own) == same(origin))
    }

    /// Returns the absolute folder of the root component.
    pub fn definition_folder(&self, path: Option<&Path>) -> PathBuf {
        path.map_or_else(|| self.sources_folder.clone(), |path| self.sources_folder.join(path))
    }

    /// Returns the definition's folder within its repository, with slashes; empty at its top.
    pub fn path_in_repository(&self, path: Option<&Path>) -> String {
        self.path.clone().unwrap_or_else(|| self.folders(path).path())
    }

    /// Returns the folders that tell where in a repository the definition is.
    pub fn folders(&self, path: Option<&Path>) -> Folders {
        let checkout = self.job_folder.as_ref().map(|_| self.sources_folder.clone());
        Folders {
            definition: self.definition_folder(path),
            top: self.repository_folder.clone().or(checkout),
            job: self.job_folder.clone(),
        }
    }

    /// Returns the folder at the top of the repository that a folder is in; the folder itself where
    /// that is not known.
    pub fn top_of(&self, folder: &Path) -> PathBuf {
        let top = self.repository_folder.as_deref().unwrap_or(&self.sources_folder);
        if folder.starts_with(top) { top.to_owned() } else { folder.to_owned() }
    }

    /// Returns the folders that no link of a definition in `folder` may lead out of: in a pipeline
    /// those that are checked out. Elsewhere there are none.
    pub fn bounds(&self, folder: &Path) -> Vec<PathBuf> {
        let top = Some(self.top_of(folder)).filter(|top| !top.starts_with(&self.sources_folder));
        let is_job = self.job_folder.is_some();
        let bounds = top.into_iter().chain([self.sources_folder.clone()]);
        bounds.filter(|_| is_job).collect()
    }

    /// Tells whether an address belongs to the collection that the job's token is for.
    // dev.azure.com serves every organization: there the organization counts too.
    pub fn is_own_host(&self, url: &Url) -> bool {
        let Some(own) = self.collection.as_deref().and_then(|uri| Url::parse(uri).ok()) else {
            return false;
        };
        let organization = |url: &Url| {
            let first =
                url.path_segments().and_then(|mut parts| parts.next().map(str::to_lowercase));
            (url.host_str() == Some("dev.azure.com")).then_some(first).flatten()
        };
        own.origin() == url.origin() && organization(&own) == organization(url)
    }
}

fn is_pull_request(variable: &impl Fn(&str) -> Option<String>) -> bool {
    let reason = variable("Build.Reason").is_some_and(|reason| reason == "PullRequest");
    let id = variable("System.PullRequest.PullRequestId").is_some();
    let merge = |branch: String| branch.starts_with("refs/pull/");
    reason || id || variable("Build.SourceBranch").is_some_and(merge)
}

fn build(variable: &impl Fn(&str) -> Option<String>) -> Option<Build> {
    let id: u64 = variable("Build.BuildId")?.parse().ok()?;
    let collection =
        variable("System.CollectionUri").or_else(|| variable("System.TeamFoundationCollectionUri"));
    let pipeline = || {
        Some(Pipeline {
            collection: collection.clone()?.trim_end_matches('/').to_lowercase(),
            project: variable("System.TeamProjectId").or_else(|| variable("System.TeamProject"))?,
            definition: variable("System.DefinitionId")?,
        })
    };
    let page = || {
        let mut url = Url::parse(&collection.clone()?).ok()?;
        let project = variable("System.TeamProject")?;
        url.path_segments_mut().ok()?.pop_if_empty().extend([
            project.as_str(),
            "_build",
            "results",
        ]);
        url.set_query(Some(&format!("buildId={id}")));
        Some(url.to_string())
    };
    Some(Build {
        id,
        number: variable("Build.BuildNumber").unwrap_or_else(|| id.to_string()),
        url: page(),
        pipeline: pipeline(),
    })
}

/// Returns a repository's address without the user that clone addresses of Azure Repos carry, and
/// without what could be a password; for an SSH address that over HTTPS.
pub fn without_user(uri: &str) -> String {
    if let Err(AddressError::Ssh { https }) = Address::parse(uri) {
        return https;
    }
    address::shown(uri)
}
