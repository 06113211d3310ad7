//! Pull requests of the services that host repositories: Azure DevOps and GitHub.

mod azure;
mod client;
pub mod error;
mod github;

pub use error::HostingError;

use crate::address::{Address, Service};
use crate::host::http::Http;
use crate::inputs::Proposal;
use crate::secret::Credential;
use azure::Azure;
use client::Client;
use github::GitHub;

/// A repository's host, with everything that pull requests there are to have.
#[derive(Debug)]
pub struct Host {
    kind: Kind,
    proposal: Proposal,
}

#[derive(Debug)]
enum Kind {
    Azure(Azure),
    GitHub(GitHub),
}

/// An open pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequest {
    /// The number that people see.
    pub id: u64,
    /// Its page.
    pub url: String,
    /// What the host needs to know to change it.
    details: Details,
}

/// What is known of an open pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Details {
    /// Who made it.
    creator: String,
    /// Its id in other APIs.
    node: String,
    /// Who is asked to review it, and whether that is required.
    reviewers: Vec<(String, bool)>,
    /// Whether it is a draft.
    is_draft: bool,
    /// Whether it completes by itself.
    is_automatic: bool,
}

/// What a pull request asks for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The branch with the changes, without `refs/heads/`.
    pub source: &'a str,
    /// The branch that they are for.
    pub target: &'a str,
    /// The title.
    pub title: &'a str,
    /// The description, in Markdown.
    pub description: &'a str,
}

/// How long the texts of a pull request may be, in UTF-16 units, which is what the hosts count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The title.
    pub title: usize,
    /// The description.
    pub description: usize,
}

/// A pull request after it was made or brought up to date.
#[derive(Clone, Debug)]
pub struct Proposed {
    /// The pull request.
    pub pull_request: PullRequest,
    /// Whether it is new.
    pub is_new: bool,
    /// What of it could not be had, in words.
    pub missing: Vec<String>,
}

impl Host {
    /// Finds the host of an address and everything that pull requests there need: it fails before
    /// anything was changed.
    pub async fn open(
        address: &Address,
        credential: &Credential,
        http: &Http,
        proposal: &Proposal,
    ) -> Result<Self, HostingError> {
        let Address::Server(url) = address else {
            return Err(HostingError::unsupported(address, "a folder"));
        };
        let client = |is_github| Client::new(http, credential, is_github);
        let kind = match Service::of(url) {
            Service::AzureDevOps(repository) => {
                let azure = Azure::open(client(false), &repository, (url, proposal)).await?;
                Kind::Azure(azure)
            }
            Service::GitHub(repository) => {
                Kind::GitHub(GitHub::open(client(true), &repository, (url, proposal)).await?)
            }
            Service::Unknown(repository) => {
                let nobody = Client::new(http, &Credential::Anonymous, true);
                if !github::is_enterprise(&nobody, &repository).await {
                    return Err(HostingError::unsupported(address, "a plain git server"));
                }
                Kind::GitHub(GitHub::open(client(true), &repository, (url, proposal)).await?)
            }
            Service::Other(name) => return Err(HostingError::unsupported(address, name)),
            Service::Plain => return Err(HostingError::unsupported(address, "a plain git server")),
        };
        Ok(Self { kind, proposal: proposal.clone() })
    }

    /// Returns how long texts may be.
    pub fn limits(&self) -> Limits {
        match self.kind {
            Kind::Azure(_) => azure::LIMITS,
            Kind::GitHub(_) => github::LIMITS,
        }
    }

    /// Returns how a description links work items, where only a description does.
    pub fn mentions(&self) -> String {
        match self.kind {
            Kind::Azure(_) => String::new(),
            Kind::GitHub(_) => github::mentions(&self.proposal.work_items),
        }
    }

    /// Returns the open pull request from one branch to another.
    pub async fn find(
        &self,
        source: &str,
        target: &str,
    ) -> Result<Option<PullRequest>, HostingError> {
        match &self.kind {
            Kind::Azure(azure) => azure.find(source, target).await,
            Kind::GitHub(github) => github.find(source, target).await,
        }
    }

    /// Tells whether a pull request from a branch was completed with this commit as its last.
    pub async fn was_completed(&self, source: &str, commit: &str) -> Result<bool, HostingError> {
        match &self.kind {
            Kind::Azure(azure) => azure.was_completed(source, commit).await,
            Kind::GitHub(github) => github.was_completed(source, commit).await,
        }
    }

    /// Makes a pull request; one that is open already is brought up to date.
    pub async fn propose(&self, request: &Request<'_>) -> Result<Proposed, HostingError> {
        let (found, is_new) = match self.find(request.source, request.target).await? {
            Some(found) => (self.update(&found, request).await?, false),
            None => self.create(request).await?,
        };
        let missing = match &self.kind {
            Kind::Azure(azure) => azure.complete(&found, is_new, &self.proposal).await,
            Kind::GitHub(github) => github.complete(&found, is_new, &self.proposal).await,
        };
        Ok(Proposed { pull_request: found, is_new, missing })
    }

    /// Makes a pull request, unless somebody was faster, or an answer got lost.
    async fn create(&self, request: &Request<'_>) -> Result<(PullRequest, bool), HostingError> {
        let created = match &self.kind {
            Kind::Azure(azure) => azure.create(request, &self.proposal).await,
            Kind::GitHub(github) => github.create(request, &self.proposal).await,
        };
        let error = match created {
            Ok(created) => return Ok((created, true)),
            Err(error) => error,
        };
        match self.find(request.source, request.target).await {
            Ok(Some(found)) => Ok((self.update(&found, request).await?, false)),
            Ok(None) | Err(_) => Err(error),
        }
    }

    async fn update(
        &self,
        found: &PullRequest,
        request: &Request<'_>,
    ) -> Result<PullRequest, HostingError> {
        match &self.kind {
            Kind::Azure(azure) => azure.update(found, request).await,
            Kind::GitHub(github) => github.update(found, request).await,
        }
    }

    /// Closes a pull request without completing it, and says why.
    pub async fn close(&self, found: &PullRequest, why: &str) -> Result<(), HostingError> {
        match &self.kind {
            Kind::Azure(azure) => azure.close(found, why).await,
            Kind::GitHub(github) => github.close(found, why).await,
        }
    }
}
