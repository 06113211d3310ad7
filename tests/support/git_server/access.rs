//! Who may come in, and how those who may not are told.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::http::{Request, Response};

/// Who may come in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    /// The password of Basic credentials with any user.
    pub(crate) token: Option<String>,
    /// The token of Bearer credentials.
    pub(crate) bearer: Option<String>,
    /// Whether reading needs no credentials.
    pub(crate) open_for_reading: bool,
}

/// What the server thinks of a client.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Client {
    /// It may come in, under this name.
    Known(String),
    /// It has shown nothing.
    Unknown,
    /// It has shown something wrong.
    Wrong,
}

impl Access {
    /// Returns what to think of the client that sent `request`.
    pub(crate) fn client(&self, request: &Request, pushing: bool) -> Client {
        let shown = request.header("authorization");
        let free = self.token.is_none() && self.bearer.is_none();
        if free || (shown.is_empty() && self.open_for_reading && !pushing) {
            return Client::Known("anonymous".to_owned());
        }
        if shown.is_empty() {
            return Client::Unknown;
        }
        let (scheme, value) = shown.split_once(' ').unwrap_or((shown, ""));
        let user = match scheme.to_lowercase().as_str() {
            "basic" => self.basic(value),
            "bearer" => (self.bearer.as_deref() == Some(value)).then(|| "bearer".to_owned()),
            _ => None,
        };
        user.map_or(Client::Wrong, Client::Known)
    }

    fn basic(&self, value: &str) -> Option<String> {
        let decoded = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
        let (user, password) = decoded.split_once(':')?;
        let user = if user.is_empty() { "token" } else { user };
        (self.token.as_deref() == Some(password)).then(|| user.to_owned())
    }
}

/// Returns the answer of an ordinary server to a client that may not come in.
pub(crate) fn unauthorized() -> Response {
    let response = Response::new(401).header("WWW-Authenticate", "Basic realm=\"git\"");
    response.body("text/plain", "Authentication required\n")
}

/// Returns the page that Azure DevOps sends instead of a refusal.
pub(crate) fn sign_in_page() -> Response {
    let page = "<!DOCTYPE html><html><head><title>Azure DevOps Services | Sign In</title></head>\
                <body>Sign in to your account</body></html>\n";
    Response::new(203).body("text/html; charset=utf-8", page)
}

/// Returns the answer of Azure DevOps for a repository that is not there or not to be seen.
pub(crate) fn no_such_repository(name: &str) -> Response {
    let message = format!(
        "TF401019: The Git repository with name or identifier {name} does not exist or you do not \
         have permissions for the operation you are attempting."
    );
    let body = serde_json::json!({
        "$id": "1",
        "innerException": null,
        "message": message,
        "typeKey": "GitRepositoryNotFoundException",
        "errorCode": 0,
        "eventId": 3000,
    });
    Response::new(404).body("application/json; charset=utf-8", body.to_string())
}

/// Returns the answer of Azure DevOps to a push without permission.
pub(crate) fn no_contribution() -> Response {
    let text = "TF401027: You need the Git 'GenericContribute' permission to perform this action. \
                Details: identity 'Build\\5f1d1c6a', scope 'repository'.\n";
    Response::new(403).body("text/plain", text)
}
