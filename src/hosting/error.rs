//! What can stand in the way of a pull request.

use crate::address::Address;
use crate::failure::{Code, Diagnose};
use crate::git::GitError;
use crate::git::error::ServerText;

/// A pull request that could not be made, or brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum HostingError {
    /// The host, or the way there, failed.
    #[error(transparent)]
    Connection(#[from] GitError),
    /// There are no pull requests that we can make.
    #[error("there are no pull requests for {address}, which is {kind}")]
    Unsupported {
        /// The repository.
        address: String,
        /// What it is.
        kind: String,
    },
    /// A permission is missing.
    #[error("the token may not use {address}")]
    Forbidden {
        /// What was called.
        address: String,
        /// The host's words.
        source: ServerText,
    },
    /// What was asked for is not there.
    #[error("there is nothing at {address}")]
    Missing {
        /// What was called.
        address: String,
        /// The host's words.
        source: ServerText,
    },
    /// The host does not want it.
    #[error("{address} answers with status {status}")]
    Refused {
        /// What was called.
        address: String,
        /// The status.
        status: u16,
        /// The host's words.
        source: ServerText,
    },
    /// The answer is not one.
    #[error("{address} does not answer as it should: {problem}")]
    Unreadable {
        /// What was called.
        address: String,
        /// What is wrong.
        problem: String,
    },
    /// A reviewer cannot be found, or could be several.
    #[error("{}", unknown_reviewer(name, candidates))]
    Reviewer {
        /// Who was named.
        name: String,
        /// Whom the name could mean.
        candidates: Vec<String>,
    },
    /// People may not be looked up.
    #[error("the token may not look up the reviewer `{name}`")]
    Directory {
        /// Who was named.
        name: String,
        /// Why.
        source: Box<HostingError>,
    },
    /// The host does not know the merge strategy.
    #[error("GitHub has no merge strategy `{strategy}`")]
    Strategy {
        /// Its name.
        strategy: &'static str,
    },
}

impl HostingError {
    /// Returns the error for a repository whose host has no pull requests for us.
    pub(super) fn unsupported(address: &Address, kind: &str) -> Self {
        let kind = match kind {
            "GitLab" | "Bitbucket" => format!("on {kind}"),
            _ => kind.to_owned(),
        };
        Self::Unsupported { address: address.to_string(), kind }
    }
}

impl Diagnose for HostingError {
    fn code(&self) -> Code {
        match self {
            Self::Connection(error) => error.code(),
            Self::Unsupported { .. } => Code::NoPullRequests,
            Self::Forbidden { .. } | Self::Directory { .. } => Code::Forbidden,
            Self::Missing { .. } => Code::RepositoryMissing,
            Self::Refused { .. } | Self::Unreadable { .. } => Code::PullRequestRefused,
            Self::Reviewer { .. } => Code::ReviewerUnknown,
            Self::Strategy { .. } => Code::InvalidInput,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Connection(error) => return error.hint(),
            Self::Unsupported { .. } => "pull requests are made in Azure Repos, Azure DevOps \
                 Server and GitHub; use `delivery: push` here"
                .to_owned(),
            Self::Forbidden { .. } => {
                "give the token the scope Code (Read & write), and its owner \
                 the permission Contribute to pull requests; on GitHub: Contents and Pull requests \
                 (Read and write)"
                    .to_owned()
            }
            Self::Missing { .. } => "check the address of the repository; a token without access \
                 to it sees the same answer"
                .to_owned(),
            Self::Refused { .. } | Self::Unreadable { .. } => {
                "see the host's words below".to_owned()
            }
            Self::Reviewer { candidates, .. } if candidates.is_empty() => {
                "write the mail address, \
                 the whole name as the host shows it, or the id of a person or group (on GitHub: \
                 the login, or organization/team)"
                    .to_owned()
            }
            Self::Reviewer { .. } => "write the mail address or the id instead".to_owned(),
            Self::Directory { .. } => "give the token the scope Identity (Read), or write the ids \
                 of the reviewers"
                .to_owned(),
            Self::Strategy { .. } => {
                "use `noFastForward`, `squash` or `rebase` as mergeStrategy".to_owned()
            }
        })
    }
}

fn unknown_reviewer(name: &str, candidates: &[String]) -> String {
    match candidates {
        [] => format!("nobody is known as the reviewer `{name}`"),
        _ => format!("the reviewer `{name}` could be {}", candidates.join(", ")),
    }
}
