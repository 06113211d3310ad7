//! Sources that could not be fetched.

use crate::address::AddressError;
use crate::failure::{Code, Diagnose, Place};
use crate::git::GitError;
use crate::helm::index::IndexError;
use crate::host::files::FileError;
use crate::host::http::HttpError;
use crate::source::lock::LockError;
use std::path::PathBuf;

/// A source that could not be fetched, or access to it that is not right.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A component's source.
    #[error("the source of component `{component}` {}", what_of(.problem))]
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
}

fn what_of(problem: &Problem) -> &'static str {
    match problem {
        Problem::Lock(LockError::Moved { .. } | LockError::Unknown { .. }) => "is not as locked",
        _ => "cannot be fetched",
    }
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
    /// What was fetched is not what its digest says.
    #[error("{address} has the SHA-256 {found}, not {wanted}")]
    Digest {
        /// The address.
        address: String,
        /// The digest that is announced.
        wanted: String,
        /// The digest that it has.
        found: String,
    },
    /// A repository has no such chart, or no such version of it.
    #[error("{address}: {source}")]
    Chart {
        /// The repository.
        address: String,
        /// What is missing.
        source: IndexError,
    },
    /// There is no chart in a folder.
    #[error("there is no chart in its folder `{path}`")]
    NoChart {
        /// The folder.
        path: String,
    },
    /// What a chart depends on cannot be used.
    #[error("the chart depends on `{name}`, which cannot be used: {reason}")]
    Dependency {
        /// The dependency.
        name: String,
        /// Why.
        reason: String,
    },
    /// Nothing says which repository an alias is.
    #[error(
        "the chart depends on `{chart}` of the repository `@{alias}`, which Helm does not know"
    )]
    Alias {
        /// The alias.
        alias: String,
        /// The dependency.
        chart: String,
    },
    /// A file of Helm's or Docker's client cannot be read.
    #[error("{} cannot be read: {reason}", .file.display())]
    Client {
        /// The file.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// The variable that an access file names is not set.
    #[error(
        "access.yaml takes the credential of {address} from the variable {name}, which is not set"
    )]
    Variable {
        /// The variable.
        name: String,
        /// The source.
        address: String,
        /// Where the file names it.
        place: Place,
    },
    /// A source is not what the lock file says.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Files could not be put into place.
    #[error("what was fetched cannot be put into place")]
    Files(#[from] FileError),
}

impl Diagnose for SourceError {
    fn code(&self) -> Code {
        match self {
            Self::Source { problem, .. } => problem.code(),
            Self::Access { .. } | Self::AccessFile { .. } => Code::AccessUnreadable,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Source { problem, .. } => return problem.hint(),
            Self::Access { .. } | Self::AccessFile { .. } => "it maps sources to the names of the \
                 variables that hold their credentials, as in `https://host/repository: MY_TOKEN`"
                .to_owned(),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Source { problem: Problem::Variable { place, .. }, .. }
            | Self::Source { place, .. } => Some(place.clone()),
            Self::Access { file, line, .. } => Some(Place::line(file, *line)),
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
            Self::Content { .. } | Self::NoChart { .. } => Code::SourceDamaged,
            Self::Digest { .. } => Code::DigestMismatch,
            Self::Chart { .. } => Code::ChartVersionMissing,
            Self::Dependency { .. } | Self::Alias { .. } => Code::DependencyMissing,
            Self::Client { .. } => Code::AccessUnreadable,
            Self::Variable { .. } => Code::AccessVariable,
            Self::Lock(error) => error.code(),
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
            Self::NoChart { .. } => "correct `path`, which starts at the repository".to_owned(),
            Self::Digest { .. } => "something changed it on its way, or after it was announced: \
                 tell whoever keeps it, and use nothing of it"
                .to_owned(),
            Self::Chart { .. } => "correct `source`, `path` and `version`".to_owned(),
            Self::Dependency { .. } => {
                "correct the chart's Chart.yaml (or requirements.yaml)".to_owned()
            }
            Self::Alias { alias, .. } => format!(
                "let a step before this one run `helm repo add {alias} <address>`, or name the \
                 address in the chart"
            ),
            Self::Client { .. } => "correct or remove it".to_owned(),
            Self::Variable { name, .. } => format!(
                "hand it on in the step's `env:`, as in `{name}: $({name})`; secret variables do \
                 not arrive by themselves"
            ),
            Self::Lock(error) => return error.hint(),
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
