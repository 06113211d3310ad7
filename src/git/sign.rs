//! Signatures of commits by an SSH key, as `git commit -S` makes them with `gpg.format=ssh`.

use crate::failure::{Code, Diagnose};
use crate::host::files::{self, FileError};
use crate::secret::Secret;
use ssh_key::{HashAlg, LineEnding, PrivateKey};
use std::path::{Path, PathBuf};

/// What signatures of git are for, so that none passes for something else's.
const NAMESPACE: &str = "git";

/// A key that commits are signed with.
#[derive(Clone)]
pub struct Signer(PrivateKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

/// A key that commits cannot be signed with.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The file cannot be read.
    #[error("the signing key cannot be read")]
    File(#[from] FileError),
    /// It is not a key that we know.
    #[error("the file {} holds no private key of the kind Ed25519 in OpenSSH's form", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ssh_key::Error,
    },
    /// The key is encrypted, and nothing opens it.
    #[error("the signing key is encrypted, and the passphrase does not open it")]
    Passphrase {
        /// Why.
        source: ssh_key::Error,
    },
    /// The key is of a kind that we cannot sign with.
    #[error("commits cannot be signed with a key of the kind {kind}")]
    Kind {
        /// Its name, such as `ssh-rsa`.
        kind: String,
    },
}

impl Diagnose for SignError {
    fn code(&self) -> Code {
        Code::SigningKey
    }

    fn hint(&self) -> Option<String> {
        Some(
            match self {
                Self::File(_) | Self::Unreadable { .. } => {
                    "give the path of a private key, as DownloadSecureFile@1 leaves it \
                     (`$(NAME.secureFilePath)`), in the input signingKey"
                }
                Self::Passphrase { .. } => {
                    "give its passphrase, from a secret variable, in the input \
                     signingKeyPassphrase"
                }
                Self::Kind { .. } => "make one with `ssh-keygen -t ed25519`",
            }
            .to_owned(),
        )
    }
}

impl Signer {
    /// Returns the key in a file.
    pub fn read(path: &Path, passphrase: Option<&Secret>) -> Result<Self, SignError> {
        let unreadable = |source| SignError::Unreadable { path: path.to_owned(), source };
        let key = PrivateKey::from_openssh(files::read(path)?).map_err(unreadable)?;
        let key = if key.is_encrypted() {
            let passphrase = passphrase.map(Secret::reveal).unwrap_or_default();
            key.decrypt(passphrase).map_err(|source| SignError::Passphrase { source })?
        } else {
            key
        };
        let kind = key.algorithm();
        if kind != ssh_key::Algorithm::Ed25519 {
            return Err(SignError::Kind { kind: kind.to_string() });
        }
        Ok(Self(key))
    }

    /// Returns a commit in git's own form with its signature; nothing where it cannot be signed.
    pub(super) fn signed(&self, commit: &[u8]) -> Option<Vec<u8>> {
        let signature = self.0.sign(NAMESPACE, HashAlg::Sha512, commit).ok()?;
        let signature = signature.to_pem(LineEnding::LF).ok()?;
        // The lines of a header that go on begin with a blank.
        let header = signature.trim_end().replace('\n', "\n ");
        let end = commit.windows(2).position(|two| two == b"\n\n")?;
        let (headers, message) = commit.split_at_checked(end)?;
        Some([headers, b"\ngpgsig ", header.as_bytes(), message].concat())
    }
}
