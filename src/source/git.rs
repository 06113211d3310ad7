//! Components and charts from git repositories.

use crate::address::Address;
use crate::git::{self, checkout};
use crate::host::files;
use crate::source::{Clone, Fetched, Problem, Repository, Sources};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use url::Url;

impl Sources {
    /// Fetches a repository's files into the place of a need.
    pub(super) async fn repository(
        &self,
        wanted: &Repository,
        into: &Path,
    ) -> Result<Fetched, Problem> {
        let clone = self.clone_of(wanted).await?;
        self.put(&clone.folder, into)?;
        let resolved = BTreeMap::from([("commit", clone.commit)]);
        Ok(Fetched { address: plain(&wanted.address), resolved })
    }

    /// Returns the files of a repository's revision, fetched once a run.
    async fn clone_of(&self, wanted: &Repository) -> Result<Clone, Problem> {
        let key = (wanted.address.clone(), wanted.revision.clone());
        let cell = Arc::clone(self.clones.lock().await.entry(key).or_default());
        // Whoever needs the same waits here until the first has it; after a failure the next tries.
        let clone = cell.get_or_try_init(|| self.clone_anew(wanted)).await?;
        Ok(clone.clone())
    }

    async fn clone_anew(&self, wanted: &Repository) -> Result<Clone, Problem> {
        let parsed = self.parse(&wanted.address)?;
        let credential = wanted.access.credential(&wanted.address);
        let mut remote = git::open(&parsed, &self.http, &credential)?;
        let folder = files::temporary_folder(&self.folder)?.keep();
        let commit = checkout::check_out(&mut remote, &wanted.revision, &folder).await?;
        Ok(Clone { folder, commit: commit.to_string() })
    }

    /// Returns where a source is. A relative path starts at the definition's folder.
    fn parse(&self, address: &str) -> Result<Address, Problem> {
        let text = plain(address);
        let parsed = Address::parse(&text)
            .map_err(|source| Problem::Address { address: text.clone(), source })?;
        Ok(match parsed {
            Address::Server(url) => Address::Server(url),
            Address::Folder(path) => Address::Folder(self.base.join(path)),
        })
    }
}

/// Returns an address without user and password.
pub(super) fn plain(address: &str) -> String {
    match Url::parse(address) {
        Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        Ok(_) | Err(_) => address.to_owned(),
    }
}
