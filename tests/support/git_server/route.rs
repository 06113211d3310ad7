//! What a request wants of git: which repository, which service.

use crate::support::http::Request;

/// A request for git.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Route {
    /// The repository's path without `.git`.
    pub(crate) repository: String,
    /// The service within the repository.
    pub(crate) service: &'static str,
    /// Whether the client wants to push, now or soon.
    pub(crate) pushing: bool,
    /// Whether the request carries objects, or wants some, rather than asks for refs.
    pub(crate) taking: bool,
}

const SERVICES: [&str; 3] = ["info/refs", "git-upload-pack", "git-receive-pack"];

impl Route {
    /// Returns what `request` wants, if it is for git at all.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let (service, path) = SERVICES.iter().find_map(|service| {
            let path = request.path.strip_suffix(service)?.strip_suffix('/')?;
            Some((*service, path))
        })?;
        let taking = service != "info/refs";
        let (method, wanted) = if taking {
            ("POST", service)
        } else {
            ("GET", request.query.strip_prefix("service=")?)
        };
        let pushing = wanted == "git-receive-pack";
        let path = decoded(path.strip_prefix('/')?)?;
        let repository = path.strip_suffix(".git").unwrap_or(&path).to_owned();
        let inside = repository.split('/').all(|part| !part.is_empty() && part != "..");
        let known = SERVICES.contains(&wanted) && request.method == method;
        (inside && known).then_some(Self { repository, service, pushing, taking })
    }

    /// Returns whether this is a fetch without the capability that Azure Repos insists on.
    pub(crate) fn lacks_multi_ack(&self, request: &Request) -> bool {
        let fetching = self.taking && !self.pushing;
        // A compressed body is not looked into.
        let readable = request.header("content-encoding").is_empty();
        let text = String::from_utf8_lossy(&request.body);
        fetching && readable && !text.contains("multi_ack")
    }
}

fn decoded(path: &str) -> Option<String> {
    let mut pieces = path.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at_checked(2)?;
        bytes.push(u8::from_str_radix(code, 16).ok()?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}
