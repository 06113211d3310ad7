//! The address of a git repository, as people paste it.

mod service;

pub use service::{AzureRepository, GitHubRepository, Service};

use crate::failure::{Code, Diagnose};
use std::fmt;
use std::path::PathBuf;
use url::Url;

/// Where a repository is. It never holds a user name, a password, a query or a fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A server that speaks git over HTTP or HTTPS.
    Server(Url),
    /// A folder of this machine, possibly relative.
    Folder(PathBuf),
}

/// An address that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is an SSH address.
    #[error("an SSH address cannot be used")]
    Ssh {
        /// The same repository's HTTPS address.
        https: String,
    },
    /// It holds a password.
    #[error("the address holds a password")]
    Password,
    /// It has a scheme that is not supported.
    #[error("the scheme `{scheme}` is not supported")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// It is not an address.
    #[error("it is not the address of a repository ({reason})")]
    Invalid {
        /// Why.
        reason: String,
    },
}

impl Diagnose for AddressError {
    fn code(&self) -> Code {
        Code::InvalidRepository
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ssh { https } => format!("use {https} and an access token"),
            Self::Password => {
                "put the token into a secret variable and hand it on as ACCESS_TOKEN in the step's \
                 `env:`; the address needs neither user nor password (a folder with an `@` in its \
                 path is written as file:///folder, and an `@` in the path on a server as %40)"
                    .to_owned()
            }
            Self::Scheme { .. } | Self::Invalid { .. } => {
                "copy the HTTPS address that the repository's Clone button shows".to_owned()
            }
        })
    }
}

impl Address {
    /// Returns the address that a text stands for. User names are dropped: the Clone button of
    /// Azure Repos shows one, and the credential is sent apart.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let Some(scheme) = scheme(text) else {
            return match secure_shell(text) {
                Some(https) => Err(AddressError::Ssh { https }),
                // What stands before an `@` may be a token, whatever else is wrong.
                None if text.contains('@') => Err(AddressError::Password),
                None if text.contains("://") => Err(AddressError::Invalid {
                    reason: "what stands before `://` is no scheme".to_owned(),
                }),
                None => Ok(Self::Folder(PathBuf::from(text))),
            };
        };
        match scheme.to_ascii_lowercase().as_str() {
            "http" | "https" => server(text).map(Self::Server),
            "file" => folder(text).map(Self::Folder),
            "ssh" | "git+ssh" => Err(AddressError::Ssh { https: over_https(&parsed(text)?) }),
            _ => Err(AddressError::Scheme { scheme: scheme.to_owned() }),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(url) => f.write_str(url.as_str()),
            Self::Folder(path) => write!(f, "{}", path.display()),
        }
    }
}

/// Returns an address as it may be shown: without user and password, also where it is malformed.
pub fn shown(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if !url.cannot_be_a_base() && !url.path().contains('@') => {
            if url.username().is_empty() && url.password().is_none() {
                return text.to_owned();
            }
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        _ => text.rsplit_once('@').map_or(text, |(_, rest)| rest).to_owned(),
    }
}

/// Returns the scheme that an address begins with. What is longer than any, or has other characters,
/// is none: it may be a token.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once("://")?;
    let is_known = scheme.len() <= LONGEST_SCHEME
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c));
    is_known.then_some(scheme)
}

const LONGEST_SCHEME: usize = 16;

fn parsed(text: &str) -> Result<Url, AddressError> {
    Url::parse(text).map_err(|error| AddressError::Invalid { reason: error.to_string() })
}

fn server(text: &str) -> Result<Url, AddressError> {
    let mut url = parsed(text)?;
    // A password with a slash ends the host: what is left of it stands before an `@` in the path.
    if url.password().is_some() || url.path().contains('@') {
        return Err(AddressError::Password);
    }
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let path = url.path().trim_end_matches('/').to_owned();
    if path.is_empty() {
        return Err(AddressError::Invalid { reason: "it names no repository".to_owned() });
    }
    url.set_path(&path);
    Ok(url)
}

fn folder(text: &str) -> Result<PathBuf, AddressError> {
    let path = parsed(text)?.to_file_path();
    path.map_err(|()| AddressError::Invalid { reason: "it names no local folder".to_owned() })
}

/// Returns the HTTPS form of `user@host:path`, or `None` when the text is not of that form.
fn secure_shell(text: &str) -> Option<String> {
    let (host, path) = text.split_once(':')?;
    let is_drive = host.len() == 1;
    let has_user = host.contains('@');
    if is_drive
        || host.contains(['/', '\\'])
        || path.starts_with('\\')
        || path.starts_with(if has_user { "//" } else { "/" })
        || path.contains('@')
    {
        return None;
    }
    Some(over_https(&Url::parse(&format!("ssh://{host}/{}", path.trim_start_matches('/'))).ok()?))
}

/// Returns the HTTPS address of a repository given by its SSH address.
// Azure Repos has hosts of its own for SSH, and other paths: v3/organisation/project/repository.
fn over_https(ssh: &Url) -> String {
    let host = ssh.host_str().unwrap_or_default();
    let path = ssh.path().trim_start_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    match (host, parts.as_slice()) {
        ("ssh.dev.azure.com", ["v3", organisation, project, repository]) => {
            format!("https://dev.azure.com/{organisation}/{project}/_git/{repository}")
        }
        ("vs-ssh.visualstudio.com", ["v3", organisation, project, repository]) => {
            format!("https://{organisation}.visualstudio.com/{project}/_git/{repository}")
        }
        _ => format!("https://{host}/{path}"),
    }
}

#[cfg(test)]
mod forms;

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(addresses: &[&str], expected: &Expect) {
        let shown = addresses.iter().map(|address| match Address::parse(address) {
            Ok(Address::Server(url)) => format!("server {url}\n"),
            Ok(Address::Folder(path)) => format!("folder {}\n", path.display()),
            Err(error) => format!("{error} ({})\n", error.hint().unwrap_or_default()),
        });
        expected.assert_eq(&shown.collect::<Vec<_>>().concat());
    }

    #[test]
    fn servers_lose_users_slashes_and_queries() {
        check(
            &[
                "https://dev.azure.com/contoso/platform/_git/manifests",
                "https://contoso@dev.azure.com/contoso/platform/_git/manifests/",
                "https://dev.azure.com/contoso/my project/_git/my repo?version=GBmain",
                "https://dev.azure.com/contoso/my%20project/_git/my.repo",
                "http://localhost:8080/a.git",
            ],
            &expect![[r#"
                server https://dev.azure.com/contoso/platform/_git/manifests
                server https://dev.azure.com/contoso/platform/_git/manifests
                server https://dev.azure.com/contoso/my%20project/_git/my%20repo
                server https://dev.azure.com/contoso/my%20project/_git/my.repo
                server http://localhost:8080/a.git
            "#]],
        );
    }

    #[test]
    fn ssh_is_refused_with_the_https_form() {
        check(
            &[
                "git@github.com:contoso/manifests.git",
                "ssh://git@git.contoso.test:2222/manifests.git",
                "git@ssh.dev.azure.com:v3/contoso/platform/manifests",
                "contoso@vs-ssh.visualstudio.com:v3/contoso/platform/manifests",
            ],
            &expect![[r#"
                an SSH address cannot be used (use https://github.com/contoso/manifests.git and an access token)
                an SSH address cannot be used (use https://git.contoso.test/manifests.git and an access token)
                an SSH address cannot be used (use https://dev.azure.com/contoso/platform/_git/manifests and an access token)
                an SSH address cannot be used (use https://contoso.visualstudio.com/platform/_git/manifests and an access token)
            "#]],
        );
    }

    #[test]
    fn folders_and_nonsense() {
        check(
            &[
                "/srv/git/a.git",
                "../a.git",
                "C:\\git\\a.git",
                "https://",
                "https://host/",
                "ftp://a/b",
            ],
            &expect![[r#"
                folder /srv/git/a.git
                folder ../a.git
                folder C:\git\a.git
                it is not the address of a repository (empty host) (copy the HTTPS address that the repository's Clone button shows)
                it is not the address of a repository (it names no repository) (copy the HTTPS address that the repository's Clone button shows)
                the scheme `ftp` is not supported (copy the HTTPS address that the repository's Clone button shows)
            "#]],
        );
    }

    #[test]
    fn a_password_is_refused_and_not_repeated() {
        for address in [
            "https://user:hunter2@host/a.git",
            "me:hunter2@dev.azure.com/contoso/p/_git/r",
            "hunter2@dev.azure.com/contoso/p/_git/r",
            "https:/me:hunter2@host/a.git",
            "https//me:hunter2@host/a.git",
            "https:\\\\me:hunter2@host\\a.git",
            "https ://me:hunter2@host/a.git",
            "me:hunter2@https://host/a.git",
            "hunter2@https://host/a.git",
            "//me:hunter2@host/a.git",
            "git@host:me:hunter2@host/a.git",
            "https://me:8/hunter2@host/a.git",
            "https://hunter2/x@host/a.git",
        ] {
            let error = Address::parse(address).unwrap_err();
            assert_eq!(error, AddressError::Password, "{address}");
            assert!(!format!("{error:?}{:?}", error.hint()).contains("hunter2"), "{address}");
            assert!(!shown(address).contains("hunter2"), "{address}: {}", shown(address));
        }
    }

    #[test]
    fn what_cannot_be_read_as_an_address_is_not_repeated_either() {
        for address in [
            "hunter2hunter2hunter2hunter2://host/a.git",
            "hunter2_x://host/a.git",
            "ftp://me:hunter2@host/a.git",
            "ssh://me:hunter2@host/a.git",
            "file://me:hunter2@host/a.git",
            "https://me:hunter2@",
            "https://me:hunter2/x@host/a.git",
        ] {
            let error = Address::parse(address).unwrap_err();
            assert!(!format!("{error}{:?}", error.hint()).contains("hunter2"), "{address}");
        }
    }

    #[test]
    fn what_is_shown_of_an_address_has_no_user() {
        for (address, expected) in [
            ("https://me:pat@host/a b.git", "https://host/a%20b.git"),
            ("https://host/a b.git", "https://host/a b.git"),
            ("pat@host/a.git", "host/a.git"),
            ("git@host:a.git", "host:a.git"),
            ("../a.git", "../a.git"),
            ("https://me:8/secret@host/r", "host/r"),
            ("https://me:secret with blanks@host/r", "https://host/r"),
            ("https://me:secret@host:99999/r", "host:99999/r"),
        ] {
            assert_eq!(shown(address), expected);
        }
    }
}
