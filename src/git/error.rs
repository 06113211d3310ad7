//! What can go wrong between us and a repository.

use crate::failure::{Code, Diagnose};
use crate::git::denial::Denial;
use crate::host::http::HttpError;
use std::path::PathBuf;

/// A git operation that failed. Refused and overtaken pushes are outcomes, not errors.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The server cannot be reached, or the connection broke.
    #[error("{repository} cannot be reached")]
    Http {
        /// The repository's address.
        repository: String,
        /// Why.
        source: HttpError,
    },
    /// The token was not accepted.
    #[error("{repository} {}", if *with_token { "does not accept the token" } else { "asks for a token, and none was sent" })]
    Unauthorized {
        /// The repository's address.
        repository: String,
        /// What the server said.
        source: ServerText,
        /// Whether a token was sent at all.
        with_token: bool,
    },
    /// The hosting service tells what it has against the run.
    #[error("{}", denial.what(repository))]
    Denied {
        /// The repository's address.
        repository: String,
        /// What that is.
        denial: Denial,
        /// What the server said.
        source: ServerText,
    },
    /// The token lacks a right.
    #[error("the token may not {action} {repository}")]
    Forbidden {
        /// `read` or `write to`.
        action: &'static str,
        /// The repository's address.
        repository: String,
        /// What the server said.
        source: ServerText,
    },
    /// There is no such repository, or the token may not see it.
    #[error("there is no repository at {repository}")]
    Missing {
        /// The repository's address.
        repository: String,
        /// What the server said.
        source: ServerText,
    },
    /// The server has too much to do, and still had after several attempts.
    #[error("{repository} has too much to do")]
    Busy {
        /// The repository's address.
        repository: String,
        /// What the server said.
        source: ServerText,
    },
    /// The server fails, and still did after several attempts where trying again is safe.
    #[error("{repository} answers with status {status}")]
    Failing {
        /// The repository's address.
        repository: String,
        /// The status.
        status: u16,
        /// What the server said.
        source: ServerText,
    },
    /// The server answered something that is not git.
    #[error("{repository} does not answer as a git server: {problem}")]
    Protocol {
        /// The repository's address.
        repository: String,
        /// What is wrong.
        problem: String,
        /// What the server said.
        source: ServerText,
    },
    /// The server does not give what it was asked for.
    #[error("{repository} does not give what was asked for: {problem}")]
    NotGiven {
        /// The repository's address.
        repository: String,
        /// The server's words.
        problem: String,
    },
    /// The connection broke after a push was sent, and the branch could not be read again.
    #[error("the connection to {repository} broke after the push, and its outcome is unknown")]
    OutcomeUnknown {
        /// The repository's address.
        repository: String,
        /// Why.
        source: Box<GitError>,
    },
    /// The repository has no such branch, tag or commit.
    #[error("{repository} has no {what} `{name}`")]
    NoRevision {
        /// The repository's address.
        repository: String,
        /// What was looked for.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// The local folder is not a repository.
    #[error("there is no repository in the folder {}", path.display())]
    NoRepository {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: git2::Error,
    },
    /// The repository names its objects by SHA-256.
    #[error("{repository} names its objects by SHA-256, which this version cannot do")]
    Sha256 {
        /// The repository's address.
        repository: String,
    },
    /// Another program holds the branch of a local repository.
    #[error("the branch {branch} is locked")]
    Locked {
        /// The branch's full name.
        branch: String,
        /// Why.
        source: git2::Error,
    },
    /// The object store failed.
    #[error("git could not {action}")]
    Store {
        /// What was being done.
        action: &'static str,
        /// Why.
        source: git2::Error,
    },
    /// A commit could not be signed.
    #[error("the commit could not be signed")]
    Unsigned,
    /// A temporary folder for objects could not be made.
    #[error("there is no room for git's objects")]
    Temporary {
        /// Why.
        source: crate::host::files::FileError,
    },
}

/// Text that a server sent along.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
#[error("{}", text.trim())]
pub struct ServerText {
    /// The text, as it came.
    pub text: String,
}

impl GitError {
    /// Returns a function that wraps an error of the object store.
    pub fn store(action: &'static str) -> impl Fn(git2::Error) -> Self {
        move |source| Self::Store { action, source }
    }
}

impl Diagnose for GitError {
    fn code(&self) -> Code {
        match self {
            Self::Http { source, .. } => match source {
                HttpError::Connect { .. } | HttpError::Broken { .. } => Code::Unreachable,
                HttpError::Redirected { to, .. } if is_sign_in(to) => Code::Unauthorized,
                HttpError::Redirected { .. } => Code::Redirected,
                HttpError::ClientCertificate { .. } | HttpError::Proxy { .. } => {
                    Code::NetworkSettings
                }
                HttpError::Untrusted { .. } | HttpError::Setup { .. } | HttpError::Certificates => {
                    Code::Untrusted
                }
            },
            Self::Unauthorized { with_token: false, .. } => Code::MissingToken,
            Self::Unauthorized { .. } => Code::Unauthorized,
            Self::Denied { denial, .. } => denial.code(),
            Self::Forbidden { .. } => Code::Forbidden,
            Self::Missing { .. } | Self::NoRepository { .. } => Code::RepositoryMissing,
            Self::NoRevision { .. } => Code::RevisionMissing,
            Self::Busy { .. } | Self::Failing { .. } => Code::Busy,
            Self::Protocol { .. } | Self::NotGiven { .. } => Code::Protocol,
            Self::OutcomeUnknown { .. } => Code::OutcomeUnknown,
            Self::Sha256 { .. } => Code::ObjectFormat,
            Self::Unsigned => Code::SigningKey,
            Self::Store { .. } | Self::Locked { .. } => Code::Repository,
            Self::Temporary { .. } => Code::TemporaryFiles,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Http { source, .. } => return http_hint(source),
            Self::Unauthorized { with_token: false, .. } => MISSING_TOKEN.to_owned(),
            Self::Unauthorized { .. } => WRONG_TOKEN.to_owned(),
            Self::Denied { denial, .. } => denial.hint(),
            Self::Forbidden { action: "read", .. } => {
                "give the token the scope Code (Read & write), and its owner the right to read the \
                 repository"
                    .to_owned()
            }
            Self::Forbidden { .. } => {
                "give the token the scope Code (Read & write), and its owner the permission \
                 Contribute on the branch (and Create branch where the branch is new)"
                    .to_owned()
            }
            Self::Missing { .. } => {
                "check the organization, the project and the repository in the \
                 input destinationRepository; a token without access to the repository sees the \
                 same answer"
                    .to_owned()
            }
            Self::Busy { .. } | Self::Failing { .. } => "run the job again later".to_owned(),
            Self::NotGiven { .. } => {
                "run the job again: the branch may have been replaced".to_owned()
            }
            Self::Protocol { .. } => "check that the input destinationRepository is the address \
                 that the repository's Clone button shows, and that no proxy answers instead"
                .to_owned(),
            Self::OutcomeUnknown { .. } => {
                "run the job again: it finds out what was published and does the rest".to_owned()
            }
            Self::NoRevision { .. } => {
                "correct `branch` or `version` of the component; without them the default branch \
                 is taken"
                    .to_owned()
            }
            Self::NoRepository { .. } => "name a folder that holds a git repository; the address \
                 of a server begins with https://"
                .to_owned(),
            Self::Unsigned => "use another key in the input signingKey".to_owned(),
            Self::Sha256 { .. } => "use a repository whose object format is SHA-1".to_owned(),
            Self::Locked { branch, .. } => format!(
                "another git program works there, or left its lock behind: if none does, remove \
                 the file {branch}.lock in the repository"
            ),
            Self::Store { .. } | Self::Temporary { .. } => {
                "check the free space and the permissions of the agent's temporary folder"
                    .to_owned()
            }
        })
    }
}

const WRONG_TOKEN: &str = "the token is wrong, expired, revoked, or made for another organization: \
     make a new one with the scope Code (Read & write) and store it in the secret variable";
const MISSING_TOKEN: &str = "hand a token on as ACCESS_TOKEN in the step's `env:`, and leave the \
     input authentication at `auto`";

fn http_hint(error: &HttpError) -> Option<String> {
    Some(match error {
        HttpError::Connect { host, .. } => format!(
            "check the address, and that the agent reaches {host} (name resolution, firewall, \
             proxy variables HTTPS_PROXY and NO_PROXY)"
        ),
        HttpError::Broken { .. } => "run the job again".to_owned(),
        HttpError::Untrusted { host, .. } => format!(
            "{host} shows a certificate of an authority that this machine does not know: add the \
             authority to the machine's certificates, or configure the agent with --sslcacert \
             (--sslskipcertvalidation has no effect here: tokens go only to servers that are known)"
        ),
        HttpError::Redirected { to, .. } if is_sign_in(to) => WRONG_TOKEN.to_owned(),
        HttpError::Redirected { to, .. } => {
            format!("tokens are not sent to another host; if {to} is right, use it as the address")
        }
        HttpError::Certificates => {
            "the agent's file of certificate authorities (AGENT_CAINFO) must hold PEM certificates"
                .to_owned()
        }
        HttpError::ClientCertificate { .. } => {
            "check the agent's client certificate (AGENT_CLIENTCERT, AGENT_CLIENTCERTKEY)"
                .to_owned()
        }
        HttpError::Proxy { .. } => {
            "check the agent's proxy: its address, user and password (AGENT_PROXYURL, \
             AGENT_PROXYUSERNAME)"
                .to_owned()
        }
        HttpError::Setup { .. } => return None,
    })
}

/// Tells whether a redirect leads to the page where a person signs in, which is how Azure DevOps
/// answers a wrong token.
fn is_sign_in(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    [
        "/_signin",
        "/signin",
        "login.microsoftonline.",
        "vssps.visualstudio.com",
        "vssps.dev.azure.com",
    ]
    .iter()
    .any(|part| target.contains(part))
}
