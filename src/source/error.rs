//! Sources that could not be fetched.

use crate::address::AddressError;
use crate::failure::{Code, Diagnose, Place};
use crate::git::GitError;
use crate::host::files::FileError;
use crate::host::http::HttpError;
use std::path::PathBuf;

/// A source that could not be fetched, or access to it that is not right.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A component's source.
    #[error("the source of component `{component}` cannot be fetched")]
    Source {
        /// The component.
        component: String,
        /// Why.
        #[source]
        problem: Problem,
        /// Where it is named.
        place: Place,
    },
    /// An access file is not what it should be.
    #[error("the file access.yaml is not valid: {problem}")]
    Access {
        /// The file.
        file: PathBuf,
        /// The line.
        line: Option<usize>,
        /// What is wrong.
        problem: String,
    },
    /// An access file cannot be read.
    #[error("the file access.yaml cannot be read")]
    AccessFile {
        /// Why.
        source: FileError,
    },
    /// The variable that an access file names is empty.
    #[error(
        "access.yaml takes the credential of {source_address} from the variable {name}, which \
             is not set"
    )]
    Variable {
        /// The variable.
        name: String,
        /// The source.
        source_address: String,
        /// The file.
        file: PathBuf,
        /// The line.
        line: Option<usize>,
    },
}

/// Why a source could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The address cannot be used.
    #[error("`{address}` cannot be used: {source}")]
    Address {
        /// The address.
        address: String,
        /// Why.
        source: AddressError,
    },
    /// A git repository failed.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A download failed.
    #[error("{address} cannot be downloaded")]
    Http {
        /// The address.
        address: String,
        /// Why.
        source: HttpError,
    },
    /// A server answered with a status that is no success.
    #[error("{address} answers with status {status}")]
    Status {
        /// The address.
        address: String,
        /// The status.
        status: u16,
    },
    /// A download is not what it should be.
    #[error("{address} is not {expected}: {reason}")]
    Content {
        /// The address.
        address: String,
        /// What it should be.
        expected: &'static str,
        /// What it is.
        reason: String,
    },
    /// Files could not be put into place.
    #[error("what was fetched cannot be put into place")]
    Files(#[from] FileError),
}

impl Diagnose for SourceError {
    fn code(&self) -> Code {
        match self {
            Self::Source { problem, .. } => problem.code(),
            Self::Access { .. } | Self::AccessFile { .. } => Code::AccessUnreadable,
            Self::Variable { .. } => Code::AccessVariable,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Source { problem, .. } => return problem.hint(),
            Self::Access { .. } | Self::AccessFile { .. } => "it maps sources to the names of the \
                 variables that hold their credentials, as in `https://host/repository: MY_TOKEN`"
                .to_owned(),
            Self::Variable { name, .. } => format!(
                "hand it on in the step's `env:`, as in `{name}: $({name})`; secret variables do \
                 not arrive by themselves"
            ),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Source { place, .. } => Some(place.clone()),
            Self::Access { file, line, .. } | Self::Variable { file, line, .. } => {
                Some(Place::line(file, *line))
            }
            Self::AccessFile { source } => Some(Place::file(&source.path)),
        }
    }
}

impl Diagnose for Problem {
    fn code(&self) -> Code {
        match self {
            Self::Address { .. } => Code::SourceMissing,
            Self::Git(error) => git_code(error),
            Self::Http { source, .. } => match source {
                HttpError::Untrusted { .. } => Code::Untrusted,
                _ => Code::SourceUnreachable,
            },
            Self::Status { status: 401 | 403, .. } => Code::SourceUnauthorized,
            Self::Status { status: 404 | 410, .. } => Code::SourceNotFound,
            Self::Status { .. } => Code::SourceUnreachable,
            Self::Content { .. } => Code::SourceDamaged,
            Self::Files(_) => Code::TemporaryFiles,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Address { source, .. } => return source.hint(),
            Self::Git(error @ GitError::NoRevision { .. }) => return error.hint(),
            Self::Git(_) | Self::Http { .. } | Self::Status { .. } => match self.code() {
                Code::SourceUnauthorized => "name a variable with a credential for it in the \
                     component's access.yaml, and hand the variable on in the step's `env:`"
                    .to_owned(),
                Code::SourceNotFound => {
                    "correct `source` and `path`; without access a private source looks the same"
                        .to_owned()
                }
                _ => "check the address, and that this machine reaches the host".to_owned(),
            },
            Self::Content { .. } => "correct `source`, or tell whoever keeps it".to_owned(),
            Self::Files(_) => "check the free space and the permissions there".to_owned(),
        })
    }
}

fn git_code(error: &GitError) -> Code {
    match error {
        GitError::NoRevision { .. } => Code::RevisionMissing,
        GitError::Unauthorized { .. } | GitError::Forbidden { .. } => Code::SourceUnauthorized,
        GitError::Missing { .. } | GitError::NoRepository { .. } => Code::SourceNotFound,
        GitError::Http { source: HttpError::Untrusted { .. }, .. } => Code::Untrusted,
        GitError::Temporary { .. } => Code::TemporaryFiles,
        _ => Code::SourceUnreachable,
    }
}
