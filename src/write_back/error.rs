//! Why values are not set in the definition's repository.

use crate::edit::EditError;
use crate::failure::{Code, Diagnose, Place};
use crate::git::GitError;
use crate::publish::PublishError;

/// Values that could not be set in the definition's repository, or must not be.
#[derive(Debug, thiserror::Error)]
pub enum WriteBackError {
    /// The edit cannot be made.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// The commit cannot be made or pushed.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The branch is not there.
    #[error("{}", no_branch(branch.as_deref(), repository))]
    NoBranch {
        /// The branch; `None` is the default branch.
        branch: Option<String>,
        /// The repository.
        repository: String,
    },
    /// The configuration is a link or a folder.
    #[error("{path} in the definition's repository is no file")]
    NoFile {
        /// Its path in the repository.
        path: String,
    },
    /// A secret of the job would be in git for ever.
    #[error("a secret of this job would be in {place} of the definition's repository")]
    Secret {
        /// The file, or the message.
        place: String,
    },
}

impl From<GitError> for WriteBackError {
    fn from(error: GitError) -> Self {
        Self::Publish(error.into())
    }
}

impl Diagnose for WriteBackError {
    fn code(&self) -> Code {
        match self {
            Self::Edit(error) => error.code(),
            Self::Publish(error) => error.code(),
            Self::NoBranch { .. } => Code::RevisionMissing,
            Self::NoFile { .. } => Code::LinkLeaves,
            Self::Secret { .. } => Code::SecretInManifest,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Edit(error) => return error.hint(),
            Self::Publish(error) => return error.hint(),
            Self::NoBranch { .. } => {
                "name the branch that the definition is in (destinationBranch)".to_owned()
            }
            Self::NoFile { .. } => "replace the link by a file".to_owned(),
            Self::Secret { .. } => "keep secrets out of the definition; see whether the value is \
                 also that of a secret variable"
                .to_owned(),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Edit(error) => error.place(),
            Self::Publish(error) => error.place(),
            Self::NoFile { path } => Some(Place::file(path)),
            Self::NoBranch { .. } | Self::Secret { .. } => None,
        }
    }
}

fn no_branch(branch: Option<&str>, repository: &str) -> String {
    match branch {
        Some(branch) => format!("there is no branch {branch} in {repository}"),
        None => format!("{repository} has no default branch"),
    }
}
