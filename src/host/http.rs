//! One HTTP client: redirects within a host only, retries where replaying is safe, limits.

mod error;
mod network;

pub use error::HttpError;
pub use network::{ClientCertificate, Network, Proxy};

use crate::host::clock;
use crate::host::http::error::classified;
use crate::secret::Secret;
use reqwest::header::{HeaderMap, HeaderValue};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);
/// How long a server may be silent in the middle of an answer.
const SILENCE_LIMIT: Duration = Duration::from_mins(2);
/// How often a request is sent at most.
const ATTEMPTS: u32 = 4;
/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// How much of an answer is read that is only to be shown.
const SHOWN_LIMIT: usize = 16 * 1024;

/// The client. Cloning is cheap, and the clones share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    client: reqwest::Client,
    network: Arc<Network>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where to.
    pub url: Url,
    /// The value of the `Authorization` header.
    pub authorization: Option<Secret>,
    /// Other headers.
    pub headers: Vec<(&'static str, String)>,
    /// What to post; `None` makes it a GET.
    pub body: Option<Vec<u8>>,
}

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It asks.
    Get,
    /// It hands over.
    Post,
    /// It sets.
    Put,
    /// It changes.
    Patch,
}

/// An answer whose body is still to be read.
#[derive(Debug)]
pub struct Response {
    inner: reqwest::Response,
}

/// After which answers, and after which failures, a request is sent again.
type Repeated = (fn(&Response) -> bool, fn(&HttpError) -> bool);

impl Http {
    /// Returns a client that reaches the network so. It trusts the system's certificates, too.
    pub fn new(network: &Network) -> Result<Self, HttpError> {
        // Fails only when a provider is installed already, which is then the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let extra = match &network.authorities {
            Some(pem) => certificates(pem)?,
            None => Vec::new(),
        };
        let builder = || network.apply(builder());
        let with_system = builder()?.tls_certs_merge(extra.clone()).build();
        let client = match with_system {
            Ok(client) => Ok(client),
            // A container without a certificate store still reaches plain HTTP and its own authority.
            Err(_) => builder()?.tls_certs_only(extra).build(),
        };
        let client = client.map_err(|source| HttpError::Setup { source })?;
        Ok(Self { client, network: Arc::new(network.clone()) })
    }

    /// Returns a client for the same network that trusts other additional certificates (PEM).
    pub fn trusting(&self, authorities: Vec<u8>) -> Result<Self, HttpError> {
        Self::new(&Network { authorities: Some(authorities), ..(*self.network).clone() })
    }

    /// Sends a request like [`Http::send`], and goes where the server points it, to other hosts too,
    /// but without the credential there, and never from HTTPS to HTTP.
    pub async fn download(&self, request: &Request) -> Result<Response, HttpError> {
        let mut request = request.clone();
        for _ in 0..10 {
            let target = match self.send(&request).await {
                Err(HttpError::Redirected { target: Some(target), .. }) => target,
                result => return result,
            };
            let downgraded = request.url.scheme() == "https" && target.scheme() != "https";
            if downgraded || !matches!(target.scheme(), "http" | "https") {
                let from = host(&request.url);
                return Err(HttpError::Redirected { from, to: shown(&target), target: None });
            }
            request.authorization = None;
            request.url = target;
        }
        self.send(&request).await
    }

    /// Sends a request and returns the answer, whatever its status. Sent again, with growing and
    /// jittered pauses, where there is no connection or it breaks before the answer, where the server
    /// has too much to do (429, 503), or where it fails to answer a GET (500, 502, 504): what is sent
    /// so changes nothing.
    pub async fn send(&self, request: &Request) -> Result<Response, HttpError> {
        let method = if request.body.is_some() { Method::Post } else { Method::Get };
        self.repeat((method, request), (Response::is_busy, HttpError::is_passing)).await
    }

    /// Sends a request on which the server acts. Sent again only where it has certainly not acted: no
    /// connection, 429. With 503 it may be that something before it did not wait for its answer.
    pub async fn send_to_act(&self, request: &Request) -> Result<Response, HttpError> {
        let is_refused = |response: &Response| response.status() == 429;
        self.repeat((Method::Post, request), (is_refused, HttpError::is_unconnected)).await
    }

    /// Sends a request with a method that its body does not tell. A POST is one on which the server
    /// acts; whatever else is sent twice does the same as once.
    pub async fn call(&self, method: Method, request: &Request) -> Result<Response, HttpError> {
        if method == Method::Post {
            return self.send_to_act(request).await;
        }
        self.repeat((method, request), (Response::is_busy, HttpError::is_unconnected)).await
    }

    /// Sends a request one time, and returns the answer, whatever its status.
    pub async fn once(&self, request: &Request) -> Result<Response, HttpError> {
        let method = if request.body.is_some() { Method::Post } else { Method::Get };
        self.send_once(method, request).await
    }

    async fn repeat(
        &self,
        (method, request): (Method, &Request),
        (may_repeat, is_safe): Repeated,
    ) -> Result<Response, HttpError> {
        let mut pause = Duration::from_millis(400);
        let mut attempt = 1;
        loop {
            let result = self.send_once(method, request).await;
            let wait = match &result {
                Ok(response) if may_repeat(response) => response.asked_to_wait().unwrap_or(pause),
                Ok(response) if request.body.is_none() && response.is_failing() => pause,
                Err(error) if is_safe(error) => pause,
                Ok(_) | Err(_) => return result,
            };
            if attempt == ATTEMPTS {
                return result;
            }
            clock::wait(clock::jittered(pause).max(wait)).await;
            pause *= 2;
            attempt += 1;
        }
    }

    async fn send_once(&self, method: Method, request: &Request) -> Result<Response, HttpError> {
        let host = host(&request.url);
        let mut headers = HeaderMap::new();
        for (name, value) in &request.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(*name, value);
            }
        }
        if let Some(authorization) = &request.authorization
            && let Ok(mut value) = HeaderValue::from_str(authorization.reveal())
        {
            value.set_sensitive(true);
            headers.insert(reqwest::header::AUTHORIZATION, value);
        }
        let method = match method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
        };
        let mut sent = self.client.request(method, request.url.clone());
        if let Some(body) = &request.body {
            sent = sent.body(body.clone());
        }
        let result = sent.headers(headers).send().await;
        let inner = result.map_err(|source| classified(host.clone(), source))?;
        if inner.status() == reqwest::StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(HttpError::Proxy { reason: UNKNOWN_TO_PROXY.to_owned() });
        }
        if inner.status().is_redirection() {
            let target = target(&inner);
            let upgraded = target.as_ref().filter(|next| is_upgrade(inner.url(), next));
            if let (Some(url), None) = (upgraded, &request.body) {
                let request = Request { url: url.clone(), ..request.clone() };
                return Box::pin(self.send_once(Method::Get, &request)).await;
            }
            let to = target.as_ref().map_or_else(|| UNREADABLE.to_owned(), shown);
            return Err(HttpError::Redirected { from: host, to, target });
        }
        Ok(Response { inner })
    }
}

impl Response {
    /// Returns the status code.
    pub fn status(&self) -> u16 {
        self.inner.status().as_u16()
    }

    /// Returns the address that answered, redirects within the host followed.
    pub fn url(&self) -> &Url {
        self.inner.url()
    }

    /// Returns a header's value, or the empty text.
    pub fn header(&self, name: &str) -> &str {
        self.inner.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Returns the headers that are text.
    pub fn headers(&self) -> Vec<(String, String)> {
        let headers = self.inner.headers().iter();
        headers.filter_map(|(k, v)| Some((k.to_string(), v.to_str().ok()?.to_owned()))).collect()
    }

    /// Returns the next piece of the body, or `None` at its end.
    pub async fn chunk(&mut self) -> Result<Option<Vec<u8>>, HttpError> {
        let piece = self.inner.chunk().await;
        let piece = piece.map_err(|source| classified(host(self.inner.url()), source))?;
        Ok(piece.map(|bytes| bytes.to_vec()))
    }

    /// Returns the whole body, or `None` when it has more bytes than `most`.
    pub async fn body(mut self, most: usize) -> Result<Option<Vec<u8>>, HttpError> {
        let mut body = Vec::new();
        while let Some(piece) = self.chunk().await? {
            if body.len() + piece.len() > most {
                return Ok(None);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Some(body))
    }

    /// Returns the beginning of the body as text that is only to be shown; what cannot be read is
    /// left out.
    pub async fn shown(mut self) -> String {
        let mut body = Vec::new();
        while let Ok(Some(piece)) = self.chunk().await {
            body.extend_from_slice(&piece);
            if body.len() >= SHOWN_LIMIT {
                body.truncate(SHOWN_LIMIT);
                break;
            }
        }
        String::from_utf8_lossy(&body).into_owned()
    }

    /// Tells whether the server asks to come back later.
    pub fn is_busy(&self) -> bool {
        matches!(self.status(), 429 | 503)
    }

    fn is_failing(&self) -> bool {
        matches!(self.status(), 500 | 502 | 504)
    }

    fn asked_to_wait(&self) -> Option<Duration> {
        let seconds: u64 = self.header("retry-after").parse().ok()?;
        Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
    }
}

fn builder() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("fabrikate-gitops/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_LIMIT)
        .read_timeout(SILENCE_LIMIT)
        .referer(false)
        .redirect(reqwest::redirect::Policy::custom(|attempt| {
            let known = attempt.previous();
            let same = known.first().is_some_and(|first| same_host(first, attempt.url()));
            if same && known.len() <= 5 { attempt.follow() } else { attempt.stop() }
        }))
}

/// Tells whether a redirect stays with the host that the credential is for.
fn same_host(first: &Url, next: &Url) -> bool {
    first.host() == next.host() && first.origin() == next.origin()
}

/// Tells whether a redirect only leads from HTTP to HTTPS on the same host and the default ports.
// The client takes that for another host, and would leave the credential out.
fn is_upgrade(first: &Url, next: &Url) -> bool {
    first.scheme() == "http"
        && next.scheme() == "https"
        && first.host() == next.host()
        && first.port().is_none()
        && next.port().is_none()
}

fn certificates(pem: &[u8]) -> Result<Vec<reqwest::Certificate>, HttpError> {
    let found = reqwest::Certificate::from_pem_bundle(pem).unwrap_or_default();
    if found.is_empty() { Err(HttpError::Certificates) } else { Ok(found) }
}

/// Returns the host of an address with its port where it is not the scheme's own.
pub fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

fn target(response: &reqwest::Response) -> Option<Url> {
    let location = response.headers().get("location").and_then(|value| value.to_str().ok());
    location.and_then(|location| response.url().join(location).ok())
}

/// Returns an address without what may be secret in it.
pub fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

const UNKNOWN_TO_PROXY: &str = "it does not accept the user and the password";

const UNREADABLE: &str = "an address that cannot be read";

#[cfg(test)]
mod tests;
