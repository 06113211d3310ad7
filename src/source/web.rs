//! Static manifests from the web.

use crate::address::shown;
use crate::host::files;
use crate::host::http::{Http, Request};
use crate::secret::Secret;
use crate::source::git::plain;
use crate::source::{Fetched, Manifest, Problem, Resolved, Sources};
use crate::yaml;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::Path;
use url::Url;

/// The largest manifest that is taken.
const MOST: usize = 32 * 1024 * 1024;

impl Sources {
    /// Fetches one manifest into the folder of a need.
    pub(super) async fn manifest(
        &self,
        wanted: &Manifest,
        into: &Path,
    ) -> Result<Fetched, Problem> {
        let url = manifest_address(&plain(&wanted.address))?;
        let credential = wanted.access.credential(&wanted.address)?;
        self.remember(&credential);
        let authorization = credential.authorization(url.host_str().unwrap_or_default());
        let limit = (MOST, "a manifest");
        let content = Self::download(&self.http, &url, authorization, limit).await?;
        let content = content.map_err(|reason| content_problem(&url, reason))?;
        readable(&content).map_err(|reason| content_problem(&url, reason))?;
        let fetched = Fetched {
            method: "http",
            address: plain(&wanted.address),
            chart: String::new(),
            branch: String::new(),
            version: String::new(),
            resolved: Resolved::File(format!("sha256:{}", digest(&content))),
        };
        self.agreed(&fetched)?;
        let workshop = self.workshop(into)?;
        files::write(&workshop.path().join("new").join(format!("{}.yaml", wanted.name)), &content)?;
        Self::place(&workshop, into)?;
        Ok(fetched)
    }

    /// Downloads a file; the inner error says why its content cannot be taken.
    pub(super) async fn download(
        http: &Http,
        url: &Url,
        authorization: Option<Secret>,
        (most, what): (usize, &str),
    ) -> Result<Result<Vec<u8>, String>, Problem> {
        let request = Request { url: url.clone(), authorization, headers: Vec::new(), body: None };
        let address = url.to_string();
        let failed = |source| Problem::Http { address: address.clone(), source };
        let response = http.download(&request).await.map_err(failed)?;
        let status = response.status();
        if status != 200 {
            return Err(Problem::Status { address, status });
        }
        let body = response.body(most).await.map_err(failed)?;
        Ok(body.ok_or_else(|| format!("{what} may have at most {most} bytes")))
    }
}

fn manifest_address(address: &str) -> Result<Url, Problem> {
    let invalid = |reason: &str| Problem::Content {
        address: shown(address),
        expected: "the address of a manifest",
        reason: reason.to_owned(),
    };
    let url = Url::parse(address).map_err(|error| invalid(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("it begins with neither http:// nor https://"));
    }
    let ending = Path::new(url.path()).extension().unwrap_or_default();
    if !ending.eq_ignore_ascii_case("yaml") && !ending.eq_ignore_ascii_case("yml") {
        return Err(invalid("its path ends in neither .yaml nor .yml"));
    }
    Ok(url)
}

fn content_problem(url: &Url, reason: String) -> Problem {
    Problem::Content { address: url.to_string(), expected: "a manifest", reason }
}

/// Tells what is wrong with a text that should be YAML. An error page is not.
fn readable(content: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(content);
    if text.trim_start().starts_with('<') {
        return Err("it is a web page".to_owned());
    }
    let root = yaml::parse(content).map_err(|error| error.message)?;
    match root.map(|root| root.assignments("a mapping")) {
        None | Some(Ok(_)) => Ok(()),
        Some(Err(error)) => Err(error.message),
    }
}

/// Returns the SHA-256 of some bytes in hexadecimal digits.
pub(super) fn digest(content: &[u8]) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(content) {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}
