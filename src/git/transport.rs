//! Git's smart protocol, version 0, over HTTP: advertisements and exchanges.

use crate::git::denial::{Answer as No, Denial};
use crate::git::error::{GitError, ServerText};
use crate::git::packet::{self, Band, Packet};
use crate::git::{Oid, Tips};
use crate::host::http::{Http, HttpError, Request, Response};
use crate::secret::Credential;
use std::collections::BTreeSet;
use url::Url;

/// The most that an advertisement may hold: refs of a very large repository.
const LARGEST_ADVERTISEMENT: usize = 64 * 1024 * 1024;

/// A repository on a server.
#[derive(Debug)]
pub struct Server {
    http: Http,
    address: Url,
    /// Where requests go: the address, or where the server moved it to within the same host.
    base: String,
    credential: Credential,
}

/// The two programs of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// Reading: `git-upload-pack`.
    Fetch,
    /// Writing: `git-receive-pack`.
    Push,
}

/// What a server says it can do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(BTreeSet<String>);

impl Service {
    const fn name(self) -> &'static str {
        match self {
            Self::Fetch => "git-upload-pack",
            Self::Push => "git-receive-pack",
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Fetch => "read",
            Self::Push => "write to",
        }
    }
}

impl Capabilities {
    /// Tells whether the server has a capability.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Returns those of `names` that the server has, each with a blank before it.
    pub fn common(&self, names: &[&str]) -> String {
        names.iter().filter(|name| self.has(name)).flat_map(|name| [" ", name]).collect()
    }

    fn parse(text: &str) -> Self {
        Self(text.split_ascii_whitespace().map(str::to_owned).collect())
    }

    /// Returns the branch that `HEAD` stands for.
    fn head(&self) -> Option<String> {
        self.0.iter().find_map(|text| text.strip_prefix("symref=HEAD:")).map(str::to_owned)
    }
}

impl Server {
    /// Returns the repository at an address.
    pub fn new(http: &Http, address: Url, credential: Credential) -> Self {
        let base = address.as_str().to_owned();
        Self { http: http.clone(), address, base, credential }
    }

    /// Asks which refs there are and what the server can do.
    pub async fn tips(&mut self, service: Service) -> Result<Tips, GitError> {
        let url = format!("{}/info/refs?service={}", self.base, service.name());
        let mut response = self.ask(service, &url, None).await?;
        let expected = format!("application/x-{}-advertisement", service.name());
        if !response.header("content-type").starts_with(&expected) {
            return Err(self.not_git(response).await);
        }
        if let Some(base) = response.url().as_str().split("/info/refs").next() {
            base.clone_into(&mut self.base);
        }
        let lines = self.lines(&mut response).await?;
        if is_sha256(&lines) {
            return Err(GitError::Sha256 { repository: self.address.to_string() });
        }
        parse_tips(&lines).map_err(|problem| self.protocol(&problem))
    }

    /// Sends a request of the protocol and returns the answer, whose body is still to be read.
    pub async fn exchange(&self, service: Service, body: Vec<u8>) -> Result<Response, GitError> {
        let url = format!("{}/{}", self.base, service.name());
        let response = self.ask(service, &url, Some(body)).await?;
        let expected = format!("application/x-{}-result", service.name());
        if !response.header("content-type").starts_with(&expected) {
            return Err(self.not_git(response).await);
        }
        Ok(response)
    }

    /// Returns the error for a connection that failed.
    pub fn broken(&self, source: HttpError) -> GitError {
        GitError::Http { repository: self.address.to_string(), source }
    }

    /// Returns the error for an answer that is not git's.
    pub fn protocol(&self, problem: &str) -> GitError {
        let (repository, problem) = (self.address.to_string(), problem.to_owned());
        GitError::Protocol { repository, problem, source: ServerText::default() }
    }

    /// Returns the server's address, for messages.
    pub fn address(&self) -> &Url {
        &self.address
    }

    async fn ask(
        &self,
        service: Service,
        url: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Response, GitError> {
        let url = Url::parse(url).map_err(|error| self.protocol(&error.to_string()))?;
        let mut headers = vec![
            // Azure DevOps answers a wrong token with 401 then, not with a sign-in page.
            ("x-tfs-fedauthredirect", "Suppress".to_owned()),
            ("accept", "*/*".to_owned()),
        ];
        if body.is_some() {
            headers.push(("content-type", format!("application/x-{}-request", service.name())));
        }
        let authorization = self.credential.authorization(url.host_str().unwrap_or_default());
        let request = Request { url, authorization, headers, body };
        let sent = match (service, &request.body) {
            (Service::Push, Some(_)) => self.http.send_to_act(&request).await,
            (Service::Push, None) | (Service::Fetch, _) => self.http.send(&request).await,
        };
        let response = sent.map_err(|source| self.broken(source))?;
        match response.status() {
            200 => Ok(response),
            _ => Err(self.refused(service, response).await),
        }
    }

    async fn refused(&self, service: Service, response: Response) -> GitError {
        let repository = self.address.to_string();
        let status = response.status();
        let is_page = response.header("content-type").starts_with("text/html");
        let headers = response.headers();
        let text = if is_page { String::new() } else { said(&response.shown().await) };
        let with_token = self.credential != Credential::Anonymous;
        let no = No { status, headers: &headers, text: &text, is_page };
        let denial = Denial::of(&self.address, &no).filter(|_| status < 500 && with_token);
        let source = ServerText { text };
        if let Some(denial) = denial.filter(|_| !matches!(status, 203 | 429)) {
            return GitError::Denied { repository, denial, source };
        }
        match status {
            // 203 is how Azure DevOps sends its sign-in page.
            203 | 401 => GitError::Unauthorized { repository, source, with_token },
            403 => GitError::Forbidden { action: service.action(), repository, source },
            404 | 410 => GitError::Missing { repository, source },
            429 | 503 => GitError::Busy { repository, source },
            500.. => GitError::Failing { repository, status, source },
            _ => GitError::Protocol { repository, problem: format!("status {status}"), source },
        }
    }

    async fn not_git(&self, response: Response) -> GitError {
        let content = response.header("content-type").to_owned();
        let repository = self.address.to_string();
        if content.starts_with("text/html") {
            let problem = "it shows a web page".to_owned();
            return GitError::Protocol { repository, problem, source: ServerText::default() };
        }
        let problem = format!("its answer is of the type `{content}`");
        let source = ServerText { text: response.shown().await };
        GitError::Protocol { repository, problem, source }
    }

    async fn lines(&self, response: &mut Response) -> Result<Vec<Packet>, GitError> {
        let (mut reader, mut packets, mut size) = (packet::Reader::default(), Vec::new(), 0);
        while let Some(bytes) = response.chunk().await.map_err(|error| self.broken(error))? {
            size += bytes.len();
            if size > LARGEST_ADVERTISEMENT {
                return Err(self.protocol("it has too many refs"));
            }
            reader.add(&bytes);
            let next = |reader: &mut packet::Reader| {
                reader.packet().map_err(|error| self.protocol(&error.to_string()))
            };
            while let Some(packet) = next(&mut reader)? {
                packets.push(packet);
            }
        }
        if reader.is_empty() { Ok(packets) } else { Err(self.protocol("its answer is cut off")) }
    }
}

/// Returns what an answer says: the message, where it is JSON as Azure DevOps sends it.
fn said(text: &str) -> String {
    let message = |value: serde_json::Value| value.get("message")?.as_str().map(str::to_owned);
    serde_json::from_str(text).ok().and_then(message).unwrap_or_else(|| text.to_owned())
}

/// An answer read frame by frame, side bands taken apart.
#[derive(Debug)]
pub struct Answer<'a> {
    server: &'a Server,
    response: Response,
    reader: packet::Reader,
    /// What the server told people, as it came.
    pub messages: String,
}

impl<'a> Answer<'a> {
    /// Returns the answer to an exchange.
    pub fn new(server: &'a Server, response: Response) -> Self {
        Self { server, response, reader: packet::Reader::default(), messages: String::new() }
    }

    /// Returns the next frame, or `None` at the end of the answer.
    pub async fn packet(&mut self) -> Result<Option<Packet>, GitError> {
        loop {
            let next = self.reader.packet();
            if let Some(packet) = next.map_err(|error| self.server.protocol(&error.to_string()))? {
                return Ok(Some(packet));
            }
            match self.response.chunk().await.map_err(|error| self.server.broken(error))? {
                Some(bytes) => self.reader.add(&bytes),
                None if self.reader.is_empty() => return Ok(None),
                None => return Err(self.server.protocol("its answer is cut off")),
            }
        }
    }

    /// Returns the next piece of the first side band, or `None` at its end.
    pub async fn banded(&mut self) -> Result<Option<Vec<u8>>, GitError> {
        while let Some(Packet::Data(data)) = self.packet().await? {
            let band = packet::band(data);
            match band.map_err(|error| self.server.protocol(&error.to_string()))? {
                Band::Answer(data) => return Ok(Some(data)),
                Band::Message(data) => self.note(&data),
                Band::Fatal(data) => {
                    self.note(&data);
                    let (repository, problem) = (self.server.address.to_string(), GAVE_UP.into());
                    let source = ServerText { text: std::mem::take(&mut self.messages) };
                    return Err(GitError::Protocol { repository, problem, source });
                }
            }
        }
        Ok(None)
    }

    fn note(&mut self, data: &[u8]) {
        // A server that talks without end is not listened to without end.
        if self.messages.len() < 64 * 1024 {
            self.messages.push_str(&String::from_utf8_lossy(data));
        }
    }
}

const GAVE_UP: &str = "it gave up";

/// Tells whether objects have other names than those that we know.
fn is_sha256(packets: &[Packet]) -> bool {
    let says = |packet: &Packet| match packet {
        Packet::Data(data) => String::from_utf8_lossy(data)
            .split_once('\0')
            .is_some_and(|(_, text)| Capabilities::parse(text).has("object-format=sha256")),
        Packet::Flush => false,
    };
    // The first ref carries the capabilities.
    packets.iter().take(3).any(says)
}

fn parse_tips(packets: &[Packet]) -> Result<Tips, String> {
    let mut lines = packets.iter().filter_map(|packet| match packet {
        Packet::Data(data) => Some(String::from_utf8_lossy(data)),
        Packet::Flush => None,
    });
    let mut tips = Tips::default();
    let Some(announcement) = lines.next() else {
        return Err("its answer is empty".to_owned());
    };
    if !announcement.starts_with("# service=") {
        return Err("it announces no service".to_owned());
    }
    for (index, line) in lines.enumerate() {
        let line = line.trim_end_matches('\n');
        if let Some(text) = line.strip_prefix("ERR ") {
            return Err(text.to_owned());
        }
        let (reference, capabilities) = line.split_once('\0').unwrap_or((line, ""));
        if index == 0 {
            tips.capabilities = Capabilities::parse(capabilities);
        }
        let Some((id, name)) = reference.split_once(' ') else {
            return Err("a ref has no name".to_owned());
        };
        let id = Oid::from_str(id).map_err(|error| format!("a ref has no id ({error})"))?;
        // An empty repository has one line that only carries the capabilities.
        if !id.is_zero() {
            tips.refs.insert(name.to_owned(), id);
        }
    }
    tips.default_branch = default_branch(&tips);
    Ok(tips)
}

/// Returns the branch that `HEAD` stands for. Servers that do not say so show it as one more ref,
/// which then has the same tip as the branch.
fn default_branch(tips: &Tips) -> Option<String> {
    tips.capabilities.head().or_else(|| {
        let head = tips.refs.get("HEAD")?;
        let is_it = |name: &str| tips.refs.get(name) == Some(head);
        let usual = ["refs/heads/main", "refs/heads/master"].into_iter().find(|name| is_it(name));
        let any = || {
            tips.refs.keys().map(String::as_str).find(|n| n.starts_with("refs/heads/") && is_it(n))
        };
        usual.or_else(any).map(str::to_owned)
    })
}

#[cfg(test)]
mod tests;
