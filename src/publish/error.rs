//! What can stand between rendered manifests and their destination.

use crate::failure::{Code, Diagnose, Failure};
use crate::git::denial::{missing_right, named};
use crate::git::tree::EditError;
use crate::git::{GitError, Refusal};
use crate::publish::breaker::Breach;
use crate::publish::changeset::Foreign;
use crate::publish::inventory::{self, InventoryError};
use crate::publish::proposal::ProposalError;

/// Manifests that could not be published, or must not be.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The repository, or the way there, failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// There is no pull request.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
    /// Others were faster every time.
    #[error("each of {attempts} pushes to the branch {branch} came after another one")]
    RaceLost {
        /// The branch.
        branch: String,
        /// How many there were.
        attempts: u32,
    },
    /// No branch is named, and the repository has no default branch among those that it has.
    #[error("{repository} has branches ({branches}), and none of them is its default branch")]
    NoDefaultBranch {
        /// The repository.
        repository: String,
        /// Some of its branches.
        branches: String,
    },
    /// A branch policy does not allow pushes.
    #[error("a policy of the branch {branch} does not allow pushes to {repository}")]
    Policy {
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
        /// The server's words.
        source: Said,
    },
    /// A permission is missing.
    #[error("the token may not push to the branch {branch} of {repository}{}", lacking(right.as_ref()))]
    Permission {
        /// The right that is missing, by the host's name, where it tells.
        right: Option<String>,
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
        /// The server's words.
        source: Said,
    },
    /// The server refused for another reason.
    #[error("{repository} refuses the push to the branch {branch}: {reason}")]
    Refused {
        /// The branch.
        branch: String,
        /// The repository.
        repository: String,
        /// The reason for this branch.
        reason: String,
        /// The server's words.
        source: Said,
    },
    /// Too much would be deleted.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// A file that is not ours is where a manifest has to go.
    #[error("{path} in the destination is not ours, and a manifest has to go there")]
    Foreign {
        /// The path in the repository.
        path: String,
    },
    /// Something that is no file or folder, or the other of the two, is in the way.
    #[error("{path} in the destination stands in the way of the manifests")]
    InTheWay {
        /// The path in the repository.
        path: String,
    },
    /// The folder is that of another definition or environment.
    #[error("the folder {folder} belongs to {owner}")]
    ForeignFolder {
        /// The folder.
        folder: String,
        /// The other definition, or environment.
        owner: String,
    },
    /// A file belongs to another definition, whose folder is around or within ours.
    #[error("{path}, a file in the folder {folder}, belongs to {owner}")]
    Claimed {
        /// The path in the repository.
        path: String,
        /// The folder of the other definition's manifests.
        folder: String,
        /// The other definition, or environment.
        owner: String,
    },
    /// A new manifest has a path that Windows has no file for.
    #[error("{path} cannot be checked out on Windows: {reason}")]
    OnWindows {
        /// The path in the repository.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// The inventory cannot be read.
    #[error("the inventory {path} in the destination cannot be read")]
    Inventory {
        /// Its path in the repository.
        path: String,
        /// Why.
        source: InventoryError,
    },
    /// A path that an earlier stage should have refused.
    #[error("the manifest {path} could not be checked out: {reason}")]
    Unusable {
        /// The path in the repository.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// Nothing would be left in the repository.
    #[error("the commit would leave nothing in the repository")]
    Nothing,
}

/// A publishing that ended before its end.
#[derive(Debug)]
pub struct Unfinished {
    /// The branches that have their new commits.
    pub pushed: Vec<String>,
    /// What went wrong with the next one.
    pub error: PublishError,
}

impl From<Unfinished> for Failure {
    fn from(unfinished: Unfinished) -> Self {
        let mut failure = Self::from(unfinished.error);
        if !unfinished.pushed.is_empty() {
            let pushed = unfinished.pushed.join(", ");
            failure.message = format!("{} (pushed before that: {pushed})", failure.message);
        }
        failure
    }
}

/// What a server said when it refused a push.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Said(String);

impl PublishError {
    /// Returns the error for a refused push. Azure DevOps names the rule in its text: TF402455 a
    /// branch policy, TF401027 a missing permission.
    pub fn refused(branch: String, repository: String, refusal: Refusal) -> Self {
        let Refusal { reason, messages } = refusal;
        let names = |code: &str| reason.contains(code) || messages.contains(code);
        let policy = names("TF402455");
        let permission = names("TF401027");
        let right = missing_right(&messages).or_else(|| missing_right(&reason));
        let source = Said(if messages.trim().is_empty() { reason.clone() } else { messages });
        match (policy, permission) {
            (true, _) => Self::Policy { branch, repository, source },
            (false, true) => Self::Permission { right, branch, repository, source },
            (false, false) => Self::Refused { branch, repository, reason, source },
        }
    }

    /// Tells whether the server has refused a push, so that a pull request may help.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Policy { .. } | Self::Permission { .. } | Self::Refused { .. })
    }

    /// Returns the error for a file that is not ours in an environment's folder.
    pub fn foreign(folder: &str, Foreign(path): &Foreign) -> Self {
        Self::Foreign { path: format!("{folder}/{path}") }
    }
}

fn lacking(right: Option<&String>) -> String {
    right.map(|right| format!(": it lacks the right {}", named(right))).unwrap_or_default()
}

impl From<EditError> for PublishError {
    fn from(error: EditError) -> Self {
        match error {
            EditError::InTheWay(path) => Self::InTheWay { path },
            EditError::Unusable { path, reason } => Self::Unusable { path, reason },
            EditError::Git(error) => error.into(),
        }
    }
}

impl Diagnose for PublishError {
    fn code(&self) -> Code {
        match self {
            Self::Git(error) => error.code(),
            Self::Proposal(error) => error.code(),
            Self::RaceLost { .. } => Code::RaceLost,
            Self::NoDefaultBranch { .. } => Code::MissingInput,
            Self::Policy { .. } => Code::PolicyRefused,
            Self::Permission { .. } => Code::Forbidden,
            Self::Refused { .. } => Code::PushRefused,
            Self::Breach(breach) => breach.code(),
            Self::Foreign { .. } | Self::InTheWay { .. } => Code::ForeignFile,
            Self::ForeignFolder { .. } | Self::Claimed { .. } => Code::ForeignFolder,
            Self::OnWindows { .. } => Code::UnsafeName,
            Self::Inventory { .. } => Code::InventoryUnreadable,
            Self::Unusable { .. } | Self::Nothing => Code::Defect,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Git(error) => return error.hint(),
            Self::Proposal(error) => return error.hint(),
            Self::RaceLost { .. } => {
                "run the job again; if it happens often, give the pipelines branches of their own"
                    .to_owned()
            }
            Self::NoDefaultBranch { .. } => {
                "name the branch in the input destinationBranch".to_owned()
            }
            Self::Policy { .. } => "let the token's owner bypass policies when pushing (the \
                 permission of that name on the branch), publish by pull request (`delivery: \
                 pullRequest` or `auto`), or to a branch without policies"
                .to_owned(),
            Self::Permission { .. } => "give the token's owner the permission Contribute on the \
                 branch, and Create branch where the branch is new; replacing the branch of a pull \
                 request that another identity has made takes Force push"
                .to_owned(),
            Self::Refused { .. } => "see the server's words below".to_owned(),
            Self::Breach(breach) => return breach.hint(),
            Self::Foreign { .. } | Self::InTheWay { .. } => {
                "remove or move it, or publish to another folder (destinationPath)".to_owned()
            }
            Self::ForeignFolder { folder, .. } => format!(
                "publish to another folder (destinationPath). Only if the other one publishes here \
                 no more: remove {folder}/{} in the destination, and this run takes over the files \
                 that it renders",
                inventory::NAME
            ),
            Self::Claimed { .. } => {
                "publish to another folder (destinationPath), or rename the component".to_owned()
            }
            Self::OnWindows { .. } => {
                "rename the component, the environment or the folder".to_owned()
            }
            Self::Inventory { .. } => "restore the file from the repository's history, or update \
                 the task if a newer version wrote it"
                .to_owned(),
            Self::Unusable { .. } | Self::Nothing => return None,
        })
    }
}
