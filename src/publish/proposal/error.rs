//! What can stand between a change and its pull request.

use crate::failure::{Code, Diagnose};
use crate::git::GitError;
use crate::hosting::HostingError;

/// A pull request that could not be made, or must not be.
#[derive(Debug, thiserror::Error)]
pub enum ProposalError {
    /// The repository, or the way there, failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The host failed.
    #[error(transparent)]
    Hosting(#[from] HostingError),
    /// The branch is there, and the pull request is not.
    #[error("the branch {branch} was pushed, but its pull request could not be made: {source}")]
    AfterPush {
        /// The branch.
        branch: String,
        /// Why.
        source: HostingError,
    },
    /// There is nothing that a pull request could be for.
    #[error("there is no branch {branch} in {repository} that a pull request could be for")]
    NoTarget {
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
    },
    /// The pull request's branch would be its target.
    #[error("the pull request's branch would be its target, {branch}")]
    SameBranch {
        /// The branch.
        branch: String,
    },
    /// Two pull requests would have one branch.
    #[error("several pull requests would have the branch {branch}")]
    SharedBranch {
        /// The branch.
        branch: String,
    },
    /// The branch holds what others have made, and no pull request shows it.
    #[error("the branch {branch} of {repository} holds commits that are not ours")]
    Foreign {
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
    },
    /// The branch is that of a pull request about something else.
    #[error("the branch {branch} of {repository} is that of another pull request of this task")]
    Other {
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
    },
    /// Somebody has changed manifests in the pull request's branch.
    #[error("{path} was changed by hand in the pull request's branch {branch}")]
    Edited {
        /// The path in the repository.
        path: String,
        /// The branch.
        branch: String,
    },
}

impl Diagnose for ProposalError {
    fn code(&self) -> Code {
        match self {
            Self::Git(error) => error.code(),
            Self::Hosting(error) => error.code(),
            Self::AfterPush { source, .. } => source.code(),
            Self::NoTarget { .. } => Code::RevisionMissing,
            Self::SameBranch { .. } | Self::SharedBranch { .. } => Code::ConflictingInputs,
            Self::Foreign { .. } | Self::Other { .. } | Self::Edited { .. } => Code::ForeignBranch,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Git(error) => return error.hint(),
            Self::Hosting(error) => return error.hint(),
            Self::AfterPush { source, .. } => {
                let hint = source.hint().unwrap_or_default();
                format!("{hint}; the next run makes the pull request of the branch that is there")
            }
            Self::NoTarget { .. } => {
                "create the branch, or publish to it once with `delivery: push`".to_owned()
            }
            Self::SameBranch { .. } => {
                "name another branch in the input pullRequestBranch, or none".to_owned()
            }
            Self::SharedBranch { .. } | Self::Other { .. } => "name branches that differ in the \
                 input pullRequestBranch, as with `{environment}`, or none"
                .to_owned(),
            Self::Foreign { .. } => {
                "if nobody needs them, delete the branch; else name another one \
                 in the input pullRequestBranch"
                    .to_owned()
            }
            Self::Edited { .. } => "make such changes in the definition; then complete or close \
                 the pull request, or take the change back there"
                .to_owned(),
        })
    }
}
