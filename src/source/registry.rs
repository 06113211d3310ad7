//! Charts from OCI registries, by the distribution API.

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md and, for the tokens,
// https://distribution.github.io/distribution/spec/auth/token/ ; the media types are those of
// https://helm.sh/docs/topics/registries/.

use crate::helm::index;
use crate::helm::semver::Version;
use crate::host::http::{Request, Response};
use crate::secret::{Credential, Secret};
use crate::source::client::{self, Login};
use crate::source::repository::{Chart, LARGEST_ARCHIVE, OCI, Pulled, archive_name, missing};
use crate::source::web::digest;
use crate::source::{Problem, Sources};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use url::{Host, Url};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media types of a chart's archive: that of today, and that of Helm before 3.7.
const ARCHIVES: [&str; 2] =
    ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/tar+gzip"];
/// The largest manifest, list of tags or token that is read.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;
/// How many pages of tags are read.
const MOST_PAGES: usize = 100;

/// A chart's place in a registry.
struct Place {
    /// `https://host`.
    base: Url,
    /// The repository's name, such as `charts/redis`.
    name: String,
    login: Option<Login>,
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
}

#[derive(Deserialize)]
struct Tags {
    #[serde(default)]
    tags: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default, alias = "access_token")]
    token: String,
}

/// What a registry asks for before it answers.
#[derive(Debug, PartialEq, Eq)]
enum Challenge {
    Basic,
    Bearer(BTreeMap<String, String>),
}

impl Sources {
    /// Returns a chart's archive from a registry, fetched once a run.
    pub(super) async fn pull_from_registry(&self, wanted: &Chart) -> Result<Pulled, Problem> {
        let place = self.registry(wanted)?;
        let version = if Version::parse(&wanted.version).is_ok() {
            wanted.version.clone()
        } else {
            let tags = self.tags(&place).await?;
            let chosen = index::choose(&tags, &place.name, &wanted.version);
            chosen.map_err(|error| missing(&place.base, error))?.to_owned()
        };
        // A tag may not have the `+` of a version.
        let tag = version.replace('+', "_");
        let key = format!("{} {} {tag}", place.base, place.name);
        let make = async || self.archive_of(&place, &tag).await.map(Arc::new);
        let archive = self.archives.get(key, make).await?;
        let last = place.name.rsplit('/').next().unwrap_or_default();
        let file = archive_name(last, &version);
        Ok(Pulled { version, archive, file })
    }

    fn registry(&self, wanted: &Chart) -> Result<Place, Problem> {
        let rest = wanted.repository.strip_prefix(OCI).unwrap_or_default();
        let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
        let text = [rest.trim_matches('/'), wanted.name.trim_matches('/')].join("/");
        let invalid = || Problem::Content {
            address: format!("{OCI}{text}"),
            expected: "the address of a chart in a registry",
            reason: "it has to be oci://host/name, the name in lower case".to_owned(),
        };
        let (host, name) = text.trim_matches('/').split_once('/').ok_or_else(invalid)?;
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-/".contains(c);
        if name.is_empty() || !name.chars().all(is_plain) || name.contains("..") {
            return Err(invalid());
        }
        let at = |scheme: &str| Url::parse(&format!("{scheme}://{host}")).ok();
        // A registry of this machine has no certificate, as everywhere.
        let base = at("http").filter(is_loopback).or_else(|| at("https")).ok_or_else(invalid)?;
        let login = match wanted.access.credential(&wanted.repository)? {
            Credential::UserInfo(secret) => Some(Login::User(secret)),
            _ => client::login(&self.agent, host)?,
        };
        if let Some(Login::User(secret) | Login::Refresh(secret)) = &login {
            self.remember(&Credential::UserInfo(secret.clone()));
        }
        Ok(Place { base, name: name.to_owned(), login })
    }

    /// Returns a repository's tags, as versions.
    async fn tags(&self, place: &Place) -> Result<Vec<String>, Problem> {
        let mut tags = Vec::new();
        let mut next = Some(place.url("tags/list")?);
        for _ in 0..MOST_PAGES {
            let Some(url) = next.take() else {
                break;
            };
            let response = self.ask(place, &url, None).await?;
            let link = next_page(response.header("link"));
            // Another host would get our token.
            next = link.and_then(|link| url.join(&link).ok());
            next = next.filter(|next| next.origin() == url.origin());
            let page: Tags = json(&url, response).await?;
            tags.extend(page.tags.unwrap_or_default());
        }
        Ok(tags.iter().map(|tag| tag.replace('_', "+")).collect())
    }

    async fn archive_of(&self, place: &Place, tag: &str) -> Result<Vec<u8>, Problem> {
        let url = place.url(&format!("manifests/{tag}"))?;
        let response = self.ask(place, &url, Some(MANIFEST)).await?;
        let manifest: Manifest = json(&url, response).await?;
        let layer = manifest
            .layers
            .iter()
            .find(|layer| ARCHIVES.contains(&layer.media_type.as_str()))
            .ok_or_else(|| content(&url, "a chart", "it has no layer with a chart".to_owned()))?;
        let wanted = layer.digest.strip_prefix("sha256:").unwrap_or_default();
        if wanted.len() != 64 || !wanted.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let reason = "its layer has no SHA-256 digest".to_owned();
            return Err(content(&url, "a chart", reason));
        }
        let url = place.url(&format!("blobs/sha256:{wanted}"))?;
        let archive = read(&url, self.ask(place, &url, None).await?, LARGEST_ARCHIVE).await?;
        let found = digest(&archive);
        if !found.eq_ignore_ascii_case(wanted) {
            let (address, wanted) = (url.to_string(), wanted.to_owned());
            return Err(Problem::Digest { address, wanted, found });
        }
        Ok(archive)
    }

    /// Asks a registry, with a token where it wants one.
    async fn ask(
        &self,
        place: &Place,
        url: &Url,
        accept: Option<&str>,
    ) -> Result<Response, Problem> {
        let key = format!("{} {}", place.base, place.name);
        let known = self.tokens.lock().await.get(&key).cloned();
        let response = self.send(url, known.clone(), accept).await?;
        if response.status() != 401 {
            return successful(url, response);
        }
        let challenge = challenge(response.header("www-authenticate"));
        let Some(authorization) = self.authorization(place, challenge).await? else {
            return successful(url, response);
        };
        self.tokens.lock().await.insert(key, authorization.clone());
        successful(url, self.send(url, Some(authorization), accept).await?)
    }

    async fn send(
        &self,
        url: &Url,
        authorization: Option<Secret>,
        accept: Option<&str>,
    ) -> Result<Response, Problem> {
        let headers = accept.map(|accept| ("accept", accept.to_owned())).into_iter().collect();
        let request = Request { url: url.clone(), authorization, headers, body: None };
        self.http.download(&request).await.map_err(|source| failed(url, source))
    }

    /// Returns the header with which to ask again, if there is one.
    async fn authorization(
        &self,
        place: &Place,
        challenge: Option<Challenge>,
    ) -> Result<Option<Secret>, Problem> {
        let basic = |secret: &Secret| {
            let host = place.base.host_str().unwrap_or_default();
            Credential::UserInfo(secret.clone()).authorization(host)
        };
        let parameters = match (challenge, &place.login) {
            (Some(Challenge::Basic), Some(Login::User(secret))) => return Ok(basic(secret)),
            (Some(Challenge::Bearer(parameters)), _) => parameters,
            _ => return Ok(None),
        };
        let Some(realm) = parameters.get("realm").and_then(|realm| Url::parse(realm).ok()) else {
            return Ok(None);
        };
        let login = place.login.as_ref().filter(|_| is_near(&place.base, &realm));
        let wanted: Vec<_> = ["service", "scope"]
            .iter()
            .filter_map(|name| Some((*name, parameters.get(*name)?.as_str())))
            .collect();
        let mut request =
            Request { url: realm.clone(), authorization: None, headers: Vec::new(), body: None };
        match login {
            Some(Login::Refresh(token)) => {
                let mut form = url::form_urlencoded::Serializer::new(String::new());
                form.append_pair("grant_type", "refresh_token");
                form.append_pair("refresh_token", token.reveal()).extend_pairs(&wanted);
                let kind = "application/x-www-form-urlencoded".to_owned();
                request.headers.push(("content-type", kind));
                request.body = Some(form.finish().into_bytes());
            }
            Some(Login::User(secret)) => {
                request.url.query_pairs_mut().extend_pairs(&wanted);
                request.authorization = basic(secret);
            }
            None => {
                request.url.query_pairs_mut().extend_pairs(&wanted);
            }
        }
        let sent = self.http.send(&request).await.map_err(|source| failed(&realm, source))?;
        let token: Token = json(&realm, successful(&realm, sent)?).await?;
        let Some(token) = Secret::new(token.token) else {
            return Ok(None);
        };
        self.remember(&Credential::Bearer(token.clone()));
        Ok(Credential::Bearer(token).authorization(""))
    }
}

impl Place {
    fn url(&self, below: &str) -> Result<Url, Problem> {
        let path = format!("/v2/{}/{below}", self.name);
        self.base
            .join(&path)
            .map_err(|error| content(&self.base, "the address of a registry", error.to_string()))
    }
}

fn failed(url: &Url, source: crate::host::http::HttpError) -> Problem {
    Problem::Http { address: crate::host::http::shown(url), source }
}

fn content(url: &Url, expected: &'static str, reason: String) -> Problem {
    Problem::Content { address: crate::host::http::shown(url), expected, reason }
}

fn successful(url: &Url, response: Response) -> Result<Response, Problem> {
    match response.status() {
        200 => Ok(response),
        status => Err(Problem::Status { address: crate::host::http::shown(url), status }),
    }
}

async fn json<T: for<'a> Deserialize<'a>>(url: &Url, response: Response) -> Result<T, Problem> {
    let text = read(url, response, LARGEST_ANSWER).await?;
    serde_json::from_slice(&text)
        .map_err(|error| content(url, "an answer of a registry", error.to_string()))
}

async fn read(url: &Url, response: Response, most: usize) -> Result<Vec<u8>, Problem> {
    let body = response.body(most).await.map_err(|source| failed(url, source))?;
    body.ok_or_else(|| {
        content(url, "an answer of a registry", format!("it has more than {most} bytes"))
    })
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

/// Tells whether a registry may send us to another host with what we would show itself: to a
/// neighbour in its own domain, over a connection that is as safe.
fn is_near(registry: &Url, realm: &Url) -> bool {
    if registry.scheme() != realm.scheme() {
        return false;
    }
    match (registry.host(), realm.host()) {
        (Some(Host::Domain(one)), Some(Host::Domain(other))) => {
            one == other || domain(one) == domain(other)
        }
        (one, other) => one == other,
    }
}

/// Returns the last two names of a host's name, and three where it has more than three.
fn domain(host: &str) -> Vec<&str> {
    let names: Vec<&str> = host.split('.').collect();
    let count = if names.len() > 3 { 3 } else { 2 };
    names.iter().rev().take(count).copied().collect()
}

/// Returns what a `WWW-Authenticate` header asks for, if we know how to answer.
fn challenge(header: &str) -> Option<Challenge> {
    let (scheme, mut rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
    if scheme.eq_ignore_ascii_case("basic") {
        return Some(Challenge::Basic);
    }
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let mut parameters = BTreeMap::new();
    while let Some((name, after)) = rest.split_once('=') {
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_once(',').unwrap_or((after, "")),
        };
        let name = name.trim_matches([' ', ',']).to_ascii_lowercase();
        parameters.insert(name, value.to_owned());
        rest = after;
    }
    Some(Challenge::Bearer(parameters))
}

/// Returns the address of the next page that a `Link` header names.
fn next_page(header: &str) -> Option<String> {
    let (target, parameters) = header.strip_prefix('<')?.split_once('>')?;
    let is_next = parameters.replace([' ', '"'], "").contains("rel=next");
    is_next.then(|| target.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_split_into_its_parameters() {
        let found = challenge(
            r#"Bearer realm="https://auth.test/token",service="reg,test", scope="repository:a/b:pull""#,
        );
        let expected = [
            ("realm", "https://auth.test/token"),
            ("service", "reg,test"),
            ("scope", "repository:a/b:pull"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(found, Some(Challenge::Bearer(expected.into())));
        assert_eq!(challenge("Basic realm=\"x\""), Some(Challenge::Basic));
        assert_eq!(challenge("Negotiate"), None);
        assert_eq!(challenge(""), None);
    }

    #[test]
    fn what_we_show_goes_to_the_registrys_neighbours_only() {
        let near = |one: &str, other: &str| is_near(&one.parse().unwrap(), &other.parse().unwrap());
        assert!(near("https://registry-1.docker.io", "https://auth.docker.io/token"));
        assert!(near("https://registry.gitlab.com", "https://gitlab.com/jwt/auth"));
        assert!(near("https://ghcr.io", "https://ghcr.io/token"));
        assert!(!near("https://one.azurecr.io", "https://evil.test/token"));
        assert!(!near("https://ghcr.io", "http://ghcr.io/token"));
        assert!(!near("https://127.0.0.1", "https://127.0.0.2"));
        assert!(!near("https://x.team.co.uk", "https://y.other.co.uk"));
    }

    #[test]
    fn the_next_page_is_named_by_a_link() {
        assert_eq!(
            next_page("</v2/a/tags/list?last=b>; rel=\"next\"").unwrap(),
            "/v2/a/tags/list?last=b"
        );
        assert_eq!(next_page("</v2/a>; rel=\"prev\""), None);
        assert_eq!(next_page(""), None);
    }
}
