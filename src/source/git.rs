//! Components and charts from git repositories.

use crate::address::{Address, shown};
use crate::git::{self, checkout};
use crate::host::files;
use crate::source::{Clone, Fetched, Problem, Repository, Resolved, Sources};
use std::path::Path;
use url::Url;

impl Sources {
    /// Fetches a repository's files into the place of a need, and what the chart in it depends on.
    pub(super) async fn repository(
        &self,
        wanted: &Repository,
        into: &Path,
    ) -> Result<Vec<Fetched>, Problem> {
        let clone = self.clone_of(wanted).await?;
        let own = Fetched {
            method: "git",
            address: plain(&wanted.address),
            chart: String::new(),
            branch: wanted.revision.branch.clone(),
            version: wanted.revision.version.clone(),
            resolved: Resolved::Commit(clone.commit),
        };
        self.agreed(&own)?;
        let workshop = self.workshop(into)?;
        let new = workshop.path().join("new");
        files::copy(&clone.folder, &new)?;
        let mut fetched = vec![own];
        if let Some(path) = &wanted.chart {
            let chart = new.join(path.trim_start_matches('/'));
            if !files::is_within(&chart, &new) {
                return Err(Problem::NoChart { path: path.clone() });
            }
            fetched.extend(self.update_dependencies(&new, &chart, &wanted.access).await?);
        }
        Self::place(&workshop, into)?;
        Ok(fetched)
    }

    /// Returns the files of a repository's revision, fetched once a run.
    async fn clone_of(&self, wanted: &Repository) -> Result<Clone, Problem> {
        let key = (wanted.address.clone(), wanted.revision.clone());
        self.clones.get(key, async || self.clone_anew(wanted).await).await
    }

    async fn clone_anew(&self, wanted: &Repository) -> Result<Clone, Problem> {
        let parsed = self.parse(&wanted.address)?;
        let credential = wanted.access.credential(&wanted.address)?;
        self.remember(&credential);
        let mut remote = git::open(&parsed, &self.http, &credential)?;
        let folder = files::temporary_folder(&self.folder)?.keep();
        let commit = checkout::check_out(&mut remote, &wanted.revision, &folder).await?;
        Ok(Clone { folder, commit: commit.to_string() })
    }

    /// Returns where a source is. A relative path starts at the definition's folder.
    fn parse(&self, address: &str) -> Result<Address, Problem> {
        let text = plain(address);
        let parsed = Address::parse(&text)
            .map_err(|source| Problem::Address { address: shown(&text), source })?;
        Ok(match parsed {
            Address::Server(url) => Address::Server(url),
            Address::Folder(path) => Address::Folder(self.base.join(path)),
        })
    }
}

/// Returns an address without user and password.
pub(super) fn plain(address: &str) -> String {
    // Elsewhere it is not known what is the user.
    let has_place = Url::parse(address).is_ok_and(|url| !url.cannot_be_a_base());
    if has_place { shown(address) } else { address.to_owned() }
}
