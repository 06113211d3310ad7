//! Static manifests from the web.

use crate::host::files;
use crate::host::http::Request;
use crate::source::{Fetched, Manifest, Problem, Sources};
use crate::yaml;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
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
        let url = manifest_address(&wanted.address)?;
        let content = self.download(&url, (MOST, "a manifest")).await?;
        let content = content.map_err(|reason| content_problem(&url, reason))?;
        readable(&content).map_err(|reason| content_problem(&url, reason))?;
        let folder = files::temporary_folder(&self.folder)?;
        files::write(&folder.path().join(format!("{}.yaml", wanted.name)), &content)?;
        self.put(folder.path(), into)?;
        let resolved = BTreeMap::from([("sha256", digest(&content))]);
        Ok(Fetched { address: url.to_string(), resolved })
    }

    /// Downloads a file; the inner error says why its content cannot be taken.
    pub(super) async fn download(
        &self,
        url: &Url,
        (most, what): (usize, &str),
    ) -> Result<Result<Vec<u8>, String>, Problem> {
        let request =
            Request { url: url.clone(), authorization: None, headers: Vec::new(), body: None };
        let address = url.to_string();
        let failed = |source| Problem::Http { address: address.clone(), source };
        let response = self.http.download(&request).await.map_err(failed)?;
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
        address: address.to_owned(),
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
