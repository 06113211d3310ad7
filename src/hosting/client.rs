//! REST: JSON there and back, with time limits, and repeated where that changes nothing.

use crate::git::GitError;
use crate::git::error::ServerText;
use crate::host::clock;
use crate::host::http::{Http, HttpError, Method, Request, Response, shown};
use crate::hosting::HostingError;
use crate::secret::Credential;
use serde_json::Value;
use std::time::Duration;
use url::Url;

/// How long one call may take, its repetitions apart.
const CALL_LIMIT: Duration = Duration::from_mins(3);
/// How often a call is sent that may be sent again.
const ATTEMPTS: u32 = 3;
/// How much of an answer is read.
const ANSWER_LIMIT: usize = 8 * 1024 * 1024;
/// The longest wait that a host may ask for.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// A client that speaks for one credential.
#[derive(Clone, Debug)]
pub(super) struct Client {
    http: Http,
    credential: Credential,
    is_github: bool,
}

/// What is sent along.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'a> {
    None,
    Json(&'a Value),
    /// Changes to a document, as RFC 6902 has them.
    JsonPatch(&'a Value),
}

impl Client {
    pub(super) fn new(http: &Http, credential: &Credential, is_github: bool) -> Self {
        Self { http: http.clone(), credential: credential.clone(), is_github }
    }

    pub(super) async fn get(&self, url: &Url) -> Result<Value, HostingError> {
        self.call(Method::Get, url, Content::None).await
    }

    pub(super) async fn post(&self, url: &Url, body: &Value) -> Result<Value, HostingError> {
        self.call(Method::Post, url, Content::Json(body)).await
    }

    pub(super) async fn patch(&self, url: &Url, body: &Value) -> Result<Value, HostingError> {
        self.call(Method::Patch, url, Content::Json(body)).await
    }

    /// Calls and returns the answer. What is sent twice must do the same as once: a POST is sent
    /// again only where the host has certainly not acted.
    pub(super) async fn call(
        &self,
        method: Method,
        url: &Url,
        content: Content<'_>,
    ) -> Result<Value, HostingError> {
        let mut pause = Duration::from_millis(500);
        for _ in 1..ATTEMPTS {
            let wait = match self.call_once(method, url, content).await {
                Err(Trouble { error, wait: Some(wait), .. }) => (error, wait).1,
                Err(Trouble { is_passing: true, .. }) if method != Method::Post => pause,
                Err(Trouble { error, .. }) => return Err(error),
                Ok(answer) => return Ok(answer),
            };
            clock::wait(clock::jittered(pause).max(wait.min(LONGEST_WAIT))).await;
            pause *= 2;
        }
        self.call_once(method, url, content).await.map_err(|trouble| trouble.error)
    }

    async fn call_once(
        &self,
        method: Method,
        url: &Url,
        content: Content<'_>,
    ) -> Result<Value, Trouble> {
        let request = self.request(url, content);
        let address = shown(url);
        let call = async {
            let response = self.http.call(method, &request).await.map_err(|e| broken(url, e))?;
            answer(response, url).await
        };
        match clock::within(CALL_LIMIT, call).await {
            Some(result) => result,
            None => Err(Trouble::passing(HostingError::Unreadable {
                address,
                problem: format!("it took longer than {} s", CALL_LIMIT.as_secs()),
            })),
        }
    }

    fn request(&self, url: &Url, content: Content<'_>) -> Request {
        let mut headers = Vec::new();
        if self.is_github {
            headers.push(("accept", "application/vnd.github+json".to_owned()));
            headers.push(("x-github-api-version", "2022-11-28".to_owned()));
        } else {
            headers.push(("accept", "application/json".to_owned()));
            // Else a wrong token is answered with the way to a sign-in page.
            headers.push(("x-tfs-fedauthredirect", "Suppress".to_owned()));
        }
        let (kind, body) = match content {
            Content::None => (None, None),
            Content::Json(body) => (Some("application/json"), Some(body.to_string())),
            Content::JsonPatch(body) => {
                (Some("application/json-patch+json"), Some(body.to_string()))
            }
        };
        headers.extend(kind.map(|kind| ("content-type", kind.to_owned())));
        let host = url.host_str().unwrap_or_default();
        let authorization = match &self.credential {
            // The REST API of GitHub takes a token as it is.
            Credential::Token(token) if self.is_github => {
                Credential::Bearer(token.clone()).authorization(host)
            }
            credential => credential.authorization(host),
        };
        let body = body.map(String::into_bytes);
        Request { url: url.clone(), authorization, headers, body }
    }
}

/// A call that failed.
struct Trouble {
    error: HostingError,
    /// Whether it may be over soon.
    is_passing: bool,
    /// How long the host asks to wait; it has not acted.
    wait: Option<Duration>,
}

impl Trouble {
    fn lasting(error: HostingError) -> Self {
        Self { error, is_passing: false, wait: None }
    }

    fn passing(error: HostingError) -> Self {
        Self { error, is_passing: true, wait: None }
    }
}

fn broken(url: &Url, source: HttpError) -> Trouble {
    let is_passing = matches!(source, HttpError::Broken { .. });
    let error = GitError::Http { repository: shown(url), source }.into();
    Trouble { error, is_passing, wait: None }
}

async fn answer(response: Response, url: &Url) -> Result<Value, Trouble> {
    let (status, address) = (response.status(), shown(url));
    let is_json = response.header("content-type").contains("json");
    if !(200..300).contains(&status) || status == 203 {
        return Err(refused(response, address).await);
    }
    let body = response.body(ANSWER_LIMIT).await.map_err(|error| broken(url, error))?;
    let problem = match body {
        None => "its answer is too long".to_owned(),
        Some(body) if body.is_empty() => return Ok(Value::Null),
        Some(_) if !is_json => "its answer is no JSON".to_owned(),
        Some(body) => match serde_json::from_slice(&body) {
            Ok(value) => return Ok(value),
            Err(error) => error.to_string(),
        },
    };
    Err(Trouble::lasting(HostingError::Unreadable { address, problem }))
}

async fn refused(response: Response, address: String) -> Trouble {
    let status = response.status();
    let wait = response.header("retry-after").parse().ok().map(Duration::from_secs);
    let is_exhausted = response.header("x-ratelimit-remaining") == "0";
    let is_page = response.header("content-type").starts_with("text/html");
    let text = if is_page { String::new() } else { message(&response.shown().await) };
    let source = ServerText { text };
    let repository = address.clone();
    match status {
        203 | 401 => {
            let with_token = true;
            Trouble::lasting(GitError::Unauthorized { repository, source, with_token }.into())
        }
        // GitHub says so of a limit, too.
        403 if wait.is_some() || is_exhausted => {
            let error = GitError::Busy { repository, source }.into();
            Trouble { error, is_passing: false, wait }
        }
        403 => Trouble::lasting(HostingError::Forbidden { address, source }),
        404 => Trouble::lasting(HostingError::Missing { address, source }),
        429 | 503 => Trouble::lasting(GitError::Busy { repository, source }.into()),
        500 | 502 | 504 => Trouble::passing(HostingError::Refused { address, status, source }),
        _ => Trouble::lasting(HostingError::Refused { address, status, source }),
    }
}

/// Returns what a host says in an answer that says no: both name it `message`, and GitHub has more
/// below `errors`.
fn message(body: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    let mut texts: Vec<&str> = at(&value, "/message").as_str().into_iter().collect();
    let errors = at(&value, "/errors").as_array().map(Vec::as_slice).unwrap_or_default();
    texts.extend(errors.iter().filter_map(|e| at(e, "/message").as_str().or_else(|| e.as_str())));
    if texts.is_empty() { body.to_owned() } else { texts.join("; ") }
}

/// Returns what an answer has at a path; null where it has nothing.
pub(super) fn at<'a>(answer: &'a Value, path: &str) -> &'a Value {
    answer.pointer(path).unwrap_or(&Value::Null)
}

/// Returns an address below another one.
pub(super) fn below(base: &Url, path: &[&str], query: &[(&str, &str)]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_queries_hold_anything() {
        let base = Url::parse("https://host/a%20b/").unwrap();
        let url = below(&base, &["c d", "e/f", "g?h"], &[("x.y", "refs/heads/ä&b")]);
        let expected = "https://host/a%20b/c%20d/e%2Ff/g%3Fh?x.y=refs%2Fheads%2F%C3%A4%26b";
        assert_eq!(url.as_str(), expected);
    }

    #[test]
    fn a_refusal_is_told_in_the_hosts_words() {
        let github = r#"{"message":"Validation Failed","errors":[{"message":"A"},{"code":"x"}]}"#;
        assert_eq!(message(github), "Validation Failed; A");
        assert_eq!(message(r#"{"message":"TF401179: exists","typeKey":"E"}"#), "TF401179: exists");
        assert_eq!(message("no"), "no");
    }
}
