//! Charts from Helm repositories.

use crate::address::shown;
use crate::helm::File;
use crate::helm::archive;
use crate::helm::index::{Entry, Index, IndexError};
use crate::host::files;
use crate::host::http::Http;
use crate::secret::Credential;
use crate::source::client::{self, Known};
use crate::source::git::plain;
use crate::source::web::digest;
use crate::source::{Access, Fetched, Problem, Resolved, Sources};
use std::path::Path;
use std::sync::Arc;
use url::Url;

/// The largest index that is read, and the largest archive.
const LARGEST_INDEX: usize = 128 * 1024 * 1024;
pub(super) const LARGEST_ARCHIVE: usize = 100 * 1024 * 1024;

/// A chart of a repository or registry.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The repository's address, or the registry's, which begins with `oci://`.
    pub repository: String,
    /// The chart's name.
    pub name: String,
    /// The version or a range of versions; empty for the newest release.
    pub version: String,
    /// Whether it is a chart's dependency, for which Helm has rules of its own.
    pub is_dependency: bool,
    /// How to enter the repository.
    pub access: Access,
}

/// A chart as it was fetched.
#[derive(Clone, Debug)]
pub(super) struct Pulled {
    /// Its version.
    pub version: String,
    /// Its archive.
    pub archive: Arc<Vec<u8>>,
    /// The name of the archive's file.
    pub file: String,
}

/// Where a repository is, and how it is entered.
struct Entrance {
    url: Url,
    credential: Credential,
    is_for_all_hosts: bool,
    http: Http,
}

impl Sources {
    /// Fetches a chart into the place of a need.
    pub(super) async fn chart(&self, wanted: &Chart, into: &Path) -> Result<Fetched, Problem> {
        let pulled = self.pull(wanted).await?;
        let fetched = fetched(wanted, &pulled);
        self.agreed(&fetched)?;
        let files = Self::unpacked(wanted, &pulled)?;
        let workshop = self.workshop(into)?;
        for file in files {
            files::write(&workshop.path().join("new").join(&file.path), &file.content)?;
        }
        Self::place(&workshop, into)?;
        Ok(fetched)
    }

    /// Returns a chart's archive, fetched once a run.
    pub(super) async fn pull(&self, wanted: &Chart) -> Result<Pulled, Problem> {
        if wanted.repository.starts_with(OCI) {
            return self.pull_from_registry(wanted).await;
        }
        let entrance = self.entrance(wanted).await?;
        let index = self.index(&entrance).await?;
        let found = if wanted.is_dependency {
            index.find_dependency(&wanted.name, &wanted.version)
        } else {
            index.find(&wanted.name, &wanted.version)
        };
        let entry = found.map_err(|error| missing(&entrance.url, error))?;
        let url = archive_url(&entrance.url, entry)?;
        let key = url.to_string();
        let make = async || self.archive(&entrance, entry, &url).await.map(Arc::new);
        let archive = self.archives.get(key, make).await?;
        let last = url.path_segments().and_then(|mut names| names.next_back()).unwrap_or_default();
        Ok(Pulled { version: entry.version.clone(), archive, file: file_name(last, wanted, entry) })
    }

    /// Returns the files of a chart's archive.
    pub(super) fn unpacked(wanted: &Chart, pulled: &Pulled) -> Result<Vec<File>, Problem> {
        archive::unpack(&pulled.archive).map_err(|error| Problem::Content {
            address: format!("{} {}", plain(&wanted.repository), pulled.file),
            expected: "a chart",
            reason: error.to_string(),
        })
    }

    async fn entrance(&self, wanted: &Chart) -> Result<Entrance, Problem> {
        let known = self.known().await?;
        let known = known.iter().find(|known| client::is_same(&known.url, &wanted.repository));
        let mut credential = wanted.access.credential(&wanted.repository)?;
        if let (Credential::Anonymous, Some(known)) = (&credential, known) {
            credential = known.credential.clone();
        }
        self.remember(&credential);
        let address = plain(&wanted.repository);
        let url = Url::parse(&address).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let Some(url) = url else {
            let reason = "it begins with none of https://, http:// and oci://".to_owned();
            return Err(Problem::Content {
                address: shown(&address),
                expected: "the address of a Helm repository",
                reason,
            });
        };
        let authorities = known.and_then(|known| known.authorities.as_deref());
        let http =
            authorities.map_or_else(|| Ok(self.http.clone()), |file| trusting(&self.http, file))?;
        let is_for_all_hosts = known.is_some_and(|known| known.is_for_all_hosts);
        Ok(Entrance { url, credential, is_for_all_hosts, http })
    }

    /// Returns the repositories that Helm's client knows.
    pub(super) async fn known(&self) -> Result<Arc<Vec<Known>>, Problem> {
        let read = async || client::repositories(&self.agent).map(Arc::new);
        self.repositories.get((), read).await
    }

    async fn index(&self, entrance: &Entrance) -> Result<Arc<Index>, Problem> {
        let url = below(&entrance.url, "index.yaml");
        let key = url.to_string();
        let make = async || {
            let limit = (LARGEST_INDEX, "an index");
            let text = self.get(entrance, &url, limit).await?;
            let damaged = |reason| Problem::Content {
                address: url.to_string(),
                expected: "the index of a Helm repository",
                reason,
            };
            let text = text.map_err(damaged)?;
            Index::parse(&text).map(Arc::new).map_err(|error| damaged(error.to_string()))
        };
        self.indexes.get(key, make).await
    }

    async fn archive(
        &self,
        entrance: &Entrance,
        entry: &Entry,
        url: &Url,
    ) -> Result<Vec<u8>, Problem> {
        let archive = self.get(entrance, url, (LARGEST_ARCHIVE, "a chart")).await?;
        let archive = archive.map_err(|reason| Problem::Content {
            address: url.to_string(),
            expected: "a chart",
            reason,
        })?;
        let wanted = entry.digest.strip_prefix("sha256:").unwrap_or(&entry.digest);
        let found = digest(&archive);
        if !wanted.is_empty() && !wanted.eq_ignore_ascii_case(&found) {
            let (address, wanted) = (url.to_string(), wanted.to_owned());
            return Err(Problem::Digest { address, wanted, found });
        }
        Ok(archive)
    }

    async fn get(
        &self,
        entrance: &Entrance,
        url: &Url,
        limit: (usize, &str),
    ) -> Result<Result<Vec<u8>, String>, Problem> {
        let is_own = url.origin() == entrance.url.origin() || entrance.is_for_all_hosts;
        let host = url.host_str().unwrap_or_default();
        let authorization = if is_own { entrance.credential.authorization(host) } else { None };
        Self::download(&entrance.http, url, authorization, limit).await
    }
}

/// What the address of a registry begins with.
pub(super) const OCI: &str = "oci://";

/// Returns what is known of a chart that was fetched.
pub(super) fn fetched(wanted: &Chart, pulled: &Pulled) -> Fetched {
    Fetched {
        method: "helm",
        address: plain(&wanted.repository),
        chart: wanted.name.clone(),
        branch: String::new(),
        version: wanted.version.clone(),
        resolved: Resolved::Chart {
            version: pulled.version.clone(),
            digest: format!("sha256:{}", digest(&pulled.archive)),
        },
    }
}

pub(super) fn missing(url: &Url, source: IndexError) -> Problem {
    Problem::Chart { address: url.to_string(), source }
}

fn trusting(http: &Http, file: &Path) -> Result<Http, Problem> {
    http.trusting(files::read(file)?)
        .map_err(|source| Problem::Http { address: file.display().to_string(), source })
}

/// Returns where an entry's archive is. A relative address starts at the repository's, whose query
/// it keeps.
fn archive_url(repository: &Url, entry: &Entry) -> Result<Url, Problem> {
    let text = entry.urls.first().map(String::as_str).unwrap_or_default();
    let parsed = match Url::parse(text) {
        Ok(url) => Some(url),
        Err(url::ParseError::RelativeUrlWithoutBase) if !text.is_empty() => {
            let joined = below(repository, "").join(text).ok();
            joined.map(|mut url| {
                url.set_query(repository.query());
                url
            })
        }
        Err(_) => None,
    };
    parsed.filter(|url| matches!(url.scheme(), "http" | "https")).ok_or_else(|| Problem::Content {
        address: repository.to_string(),
        expected: "a Helm repository that can be used",
        reason: format!("its index says that version {} is at `{}`", entry.version, shown(text)),
    })
}

/// Returns the name of an archive's file: the one that it has there, if it is plain.
fn file_name(last: &str, wanted: &Chart, entry: &Entry) -> String {
    if is_archive_name(last) && last.chars().all(is_plain) {
        return last.to_owned();
    }
    archive_name(&wanted.name, &entry.version)
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._+-".contains(c)
}

/// Tells whether Helm takes a file of this name for a chart's archive.
pub(super) fn is_archive_name(name: &str) -> bool {
    name.strip_suffix(".tgz").is_some_and(|rest| !rest.is_empty())
}

/// Returns the name that Helm gives a chart's archive.
pub(super) fn archive_name(name: &str, version: &str) -> String {
    let name: String =
        format!("{name}-{version}").chars().map(|c| if is_plain(c) { c } else { '-' }).collect();
    format!("{name}.tgz")
}

/// Returns the address of something below an address.
fn below(url: &Url, name: &str) -> Url {
    let mut url = url.clone();
    let path = format!("{}/{name}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_below_the_repository_or_elsewhere() {
        let url = |repository: &str, text: &str| {
            let entry = Entry { urls: vec![text.to_owned()], ..Entry::default() };
            archive_url(&repository.parse().unwrap(), &entry).map(String::from).ok()
        };
        let found = |repository, text, expected: &str| {
            assert_eq!(url(repository, text).as_deref(), Some(expected), "{repository} {text}");
        };
        found("https://a.test/charts", "x-1.tgz", "https://a.test/charts/x-1.tgz");
        found("https://a.test/charts/", "../x-1.tgz", "https://a.test/x-1.tgz");
        found("https://a.test/charts?k=v", "b/x.tgz", "https://a.test/charts/b/x.tgz?k=v");
        found("https://a.test", "/x.tgz", "https://a.test/x.tgz");
        found("https://a.test/c", "https://b.test/x.tgz", "https://b.test/x.tgz");
        for text in ["", "file:///etc/passwd", "oci://a/b", "ftp://a/b"] {
            assert_eq!(url("https://a.test", text), None, "{text}");
        }
    }

    #[test]
    fn an_index_is_below_the_repository() {
        let index = |text: &str| below(&text.parse().unwrap(), "index.yaml").to_string();
        assert_eq!(index("https://a.test"), "https://a.test/index.yaml");
        assert_eq!(index("https://a.test/c/?k=v"), "https://a.test/c/index.yaml?k=v");
    }
}
