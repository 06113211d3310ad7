//! A fake of what gives tokens: Azure DevOps' proofs, Microsoft Entra, a machine's managed identity.
//!
//! It checks the shape of every request against the services' documents.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;
use url::form_urlencoded;

use crate::support::http::{Reply, Request, Response, Server, locked};

/// The token that the fake gives.
pub(crate) const TOKEN: &str = "entra.t0ken.of-the-service-principal-93";
/// The proof of the job's identity.
const PROOF: &str = "proof.of.the-jobs-identity-55";
/// Azure DevOps in every tenant.
const RESOURCE: &str = "499b84ac-1321-427f-aa17-267ca6975798";
const PROOFS: &str = "/oidc/token";
const MACHINE: &str = "/msi/token";

/// Whom the fake knows.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    /// The tenant.
    pub(crate) tenant: &'static str,
    /// The client id of its service principal, or of the managed identity.
    pub(crate) client: &'static str,
    /// The service connection.
    pub(crate) connection: &'static str,
    /// The job's token.
    pub(crate) job_token: &'static str,
}

/// The fake, over HTTPS.
#[derive(Debug)]
pub(crate) struct Entra {
    server: Server,
    state: Arc<State>,
    folder: TempDir,
}

#[derive(Debug)]
struct State {
    known: Known,
    /// What is answered in place of a token or proof, by path; each once.
    refusals: Mutex<Vec<(String, Response)>>,
    log: Mutex<Vec<String>>,
}

impl Entra {
    /// Starts the fake.
    pub(crate) fn start(known: Known) -> Self {
        let state = State { known, refusals: Mutex::default(), log: Mutex::default() };
        let state = Arc::new(state);
        let serving = Arc::clone(&state);
        let server = Server::start(move |request, reply| serve(&serving, request, reply));
        let folder = tempfile::tempdir().expect("folder");
        fs::write(folder.path().join("authority.pem"), server.encrypt()).expect("certificate");
        Self { server, state, folder }
    }

    /// Answers this, once, in place of the proof.
    pub(crate) fn refusing_proof(self, response: Response) -> Self {
        locked(&self.state.refusals).push((PROOFS.to_owned(), response));
        self
    }

    /// Answers this, once, in place of Entra's token.
    pub(crate) fn refusing_token(self, response: Response) -> Self {
        let path = format!("/{}/oauth2/v2.0/token", self.state.known.tenant);
        locked(&self.state.refusals).push((path, response));
        self
    }

    /// Answers this, once, in place of the machine's token.
    pub(crate) fn refusing_machine(self, response: Response) -> Self {
        locked(&self.state.refusals).push((MACHINE.to_owned(), response));
        self
    }

    /// Refuses a token as Entra does.
    pub(crate) fn refusing_with(self, number: u32, text: &str) -> Self {
        let body = serde_json::json!({
            "error": "invalid_client",
            "error_description": format!("AADSTS{number}: {text} Trace ID: 0 Correlation ID: 0"),
            "error_codes": [number],
            "timestamp": "2026-01-01 00:00:00Z",
            "trace_id": "00000000-0000-0000-0000-000000000000",
            "correlation_id": "00000000-0000-0000-0000-000000000000",
            "error_uri": format!("https://login.microsoftonline.com/error?code={number}"),
        });
        self.refusing_token(json(401, &body))
    }

    /// Returns the address of Entra.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Returns the address for proofs of a job's identity.
    pub(crate) fn proofs(&self) -> String {
        format!("{}{PROOFS}", self.server.url())
    }

    /// Returns the address of the machine's managed identity.
    pub(crate) fn machine(&self) -> String {
        format!("{}{MACHINE}", self.server.url())
    }

    /// Returns the file with the authority's certificate.
    pub(crate) fn certificate_authority(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Returns the paths that were asked for.
    pub(crate) fn log(&self) -> Vec<String> {
        locked(&self.state.log).clone()
    }
}

fn serve(state: &State, request: &Request, reply: &mut Reply<'_>) {
    locked(&state.log).push(request.path.clone());
    let known = &state.known;
    let entra = format!("/{}/oauth2/v2.0/token", known.tenant);
    let body = match request.path.as_str() {
        PROOFS => proof(known, request),
        MACHINE => machine(known, request),
        path if path == entra => token(known, request),
        path => panic!("nobody answers {path}"),
    };
    let mut refusals = locked(&state.refusals);
    let refused = refusals.iter().position(|(path, _)| *path == request.path);
    let refusal = refused.map(|index| refusals.remove(index).1);
    reply.send(&refusal.unwrap_or_else(|| json(200, &body)));
}

fn proof(known: &Known, request: &Request) -> serde_json::Value {
    assert_eq!(request.method, "POST");
    let expected = [("api-version", "7.1"), ("serviceConnectionId", known.connection)];
    assert_eq!(pairs(request.query.as_bytes()), of(&expected));
    assert_eq!(request.header("authorization"), format!("Bearer {}", known.job_token));
    assert_eq!(request.header("x-tfs-fedauthredirect"), "Suppress");
    assert!(request.body.is_empty());
    serde_json::json!({ "oidcToken": PROOF })
}

fn token(known: &Known, request: &Request) -> serde_json::Value {
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(request.header("authorization"), "", "the job's token is not for Entra");
    let scope = format!("{RESOURCE}/.default");
    let expected = [
        ("client_assertion", PROOF),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_id", known.client),
        ("grant_type", "client_credentials"),
        ("scope", &scope),
    ];
    assert_eq!(pairs(&request.body), of(&expected));
    serde_json::json!({ "token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN })
}

fn machine(known: &Known, request: &Request) -> serde_json::Value {
    assert_eq!(request.method, "GET");
    assert_eq!(request.header("x-identity-header"), "header-of-the-machine");
    let query = pairs(request.query.as_bytes());
    let mut expected = of(&[("api-version", "2019-08-01"), ("resource", RESOURCE)]);
    if query.contains_key("client_id") {
        expected.insert("client_id".to_owned(), known.client.to_owned());
    }
    assert_eq!(query, expected);
    serde_json::json!({
        "access_token": TOKEN,
        "expires_on": "4102444800",
        "resource": RESOURCE,
        "token_type": "Bearer",
    })
}

/// Returns an answer in JSON.
pub(crate) fn json(status: u16, body: &serde_json::Value) -> Response {
    Response::new(status).body("application/json; charset=utf-8", body.to_string())
}

fn pairs(text: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(text).into_owned().collect()
}

fn of(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

impl Drop for Entra {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let panics = self.server.panics();
        assert!(panics.is_empty(), "a request has the wrong shape: {panics:?}");
        let left = locked(&self.state.refusals);
        assert!(left.is_empty(), "planned and never happened: {left:?}");
    }
}
