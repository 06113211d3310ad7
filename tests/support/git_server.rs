//! Real git behind HTTP on a loopback port, with the moods of a hosting service.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;

use tempfile::TempDir;

mod access;
mod backend;
mod certificate;
mod fault;
mod git;
mod hooks;
mod repository;
mod route;
mod service;

pub(crate) use fault::Fault;
pub(crate) use git::Git;
pub(crate) use repository::Repository;

use crate::support::git_server::fault::{Moment, Planned, Race};
use crate::support::git_server::service::{Answerer, Settings, State};
use crate::support::http::{Progress, Request, Response, Server, locked};

/// A git server for one test; it serves everybody until it is told otherwise.
#[derive(Debug)]
pub(crate) struct GitServer {
    server: Server,
    state: Arc<State>,
    root: Arc<TempDir>,
    may_stay_idle: bool,
}

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// The method.
    pub(crate) method: String,
    /// The path with its query, as sent.
    pub(crate) target: String,
    /// The headers by their names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    /// The bytes of the request's body.
    pub(crate) received: usize,
    /// The status of the answer; 0 when there was none.
    pub(crate) status: u16,
    /// The bytes of the answer's body, so far.
    pub(crate) sent: u64,
}

impl GitServer {
    /// Starts a server without repositories.
    pub(crate) fn start() -> Self {
        let root = Arc::new(tempfile::Builder::new().prefix("git-").tempdir().expect("folder"));
        let state = Arc::new(State::new(root.path()));
        let serving = Arc::clone(&state);
        let server = Server::start(move |request, reply| service::serve(&serving, request, reply));
        Self { server, state, root, may_stay_idle: false }
    }

    /// Asks for Basic credentials with this password, whoever the user is.
    pub(crate) fn with_token(self, token: &str) -> Self {
        self.set(|settings| settings.access.token = Some(token.to_owned()))
    }

    /// Asks for this Bearer token; with [`GitServer::with_token`] either is enough.
    pub(crate) fn with_bearer(self, token: &str) -> Self {
        self.set(|settings| settings.access.bearer = Some(token.to_owned()))
    }

    /// Lets everybody read, also when pushing needs a token.
    pub(crate) fn anonymous(self) -> Self {
        self.set(|settings| settings.access.open_for_reading = true)
    }

    /// Refuses every push before it begins.
    pub(crate) fn read_only(self) -> Self {
        self.set(|settings| settings.read_only = true)
    }

    /// Behaves as Azure Repos: the oldest protocol only, `multi_ack` demanded, a sign-in page for a
    /// wrong token, its own words for what is not there.
    pub(crate) fn imitating_azure(self) -> Self {
        self.set(|settings| settings.azure = true)
    }

    /// Refuses every push after it has arrived; `text` reaches the client as the server's words.
    pub(crate) fn refusing(self, text: &str) -> Self {
        hooks::refuse_all(&self.hooks(), text);
        let hooks = self.hooks().to_str().expect("a UTF-8 path").to_owned();
        self.configured("core.hooksPath", hooks)
    }

    /// Lets a competitor act `times` times, each between a client's fetch and the taking of its push.
    pub(crate) fn racing(self, times: usize, act: impl FnMut(usize) + Send + 'static) -> Self {
        self.race(Moment::Push, times, Arc::new(Mutex::new(act)))
    }

    /// Lets a competitor act earlier: when a client asks which refs it could push to.
    pub(crate) fn racing_before_discovery(
        self,
        times: usize,
        act: impl FnMut(usize) + Send + 'static,
    ) -> Self {
        self.race(Moment::Discovery, times, Arc::new(Mutex::new(act)))
    }

    /// Plans a fault for the request with this number, counted from now and from 1.
    pub(crate) fn fault(self, number: usize, fault: Fault) -> Self {
        self.fault_at("", number, fault)
    }

    /// Plans a fault for the n-th request, from now, whose path or query holds `within`.
    pub(crate) fn fault_at(self, within: &str, number: usize, fault: Fault) -> Self {
        assert!(number > 0, "requests are counted from 1");
        let plan = Planned { within: within.to_owned(), left: number, fault };
        self.set(|settings| settings.faults.push(plan))
    }

    /// Sets whether a client may ask for a part of the objects; git's default is no.
    pub(crate) fn filter(self, allowed: bool) -> Self {
        self.configured("uploadpack.allowFilter", allowed.to_string())
    }

    /// Sets whether a client may ask for any object by its name; git's default is no.
    pub(crate) fn any_sha1(self, allowed: bool) -> Self {
        self.configured("uploadpack.allowAnySHA1InWant", allowed.to_string())
            .configured("uploadpack.allowReachableSHA1InWant", allowed.to_string())
    }

    /// Encrypts the connections; [`GitServer::certificate_authority`] signs the certificate.
    pub(crate) fn tls(self) -> Self {
        assert!(!self.repositories().exists(), "encrypt before addresses are given out");
        let authority = self.server.encrypt();
        fs::write(self.certificate_authority(), authority).expect("certificate");
        self
    }

    /// Encrypts the connections, and lets only clients with a certificate in.
    pub(crate) fn tls_for_certificates(self) -> Self {
        let made = self.server.encrypt_for(true);
        fs::write(self.certificate_authority(), &made.authority).expect("certificate");
        certificate::write(self.root.path(), &made);
        self
    }

    /// Returns the files with such a client's certificate and its key, encrypted with the password.
    pub(crate) fn client_certificate(&self, password: Option<&str>) -> (PathBuf, PathBuf) {
        certificate::files(self.root.path(), password)
    }

    /// Asks `answerer` first about every request, after the faults and before the credentials.
    pub(crate) fn answering(
        self,
        answerer: impl Fn(&Request) -> Option<Response> + Send + Sync + 'static,
    ) -> Self {
        let answerer: Arc<Answerer> = Arc::new(answerer);
        self.set(|settings| settings.answerers.push(answerer))
    }

    /// Allows that the test never calls the server.
    pub(crate) fn may_stay_idle(mut self) -> Self {
        self.may_stay_idle = true;
        self
    }

    /// Makes an empty repository; `name` is its path, such as `contoso/platform/_git/manifests`.
    pub(crate) fn repository(&self, name: &str) -> Repository {
        let mut url = url::Url::parse(&self.server.url()).expect("address");
        url.path_segments_mut().expect("a path").extend(name.split('/'));
        let folder = self.repositories().join(format!("{name}.git"));
        Repository::create(folder, url.into(), Arc::clone(&self.root))
    }

    /// Returns the address of the server, without a path.
    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Returns the file with the authority's certificate, once encrypted.
    pub(crate) fn certificate_authority(&self) -> PathBuf {
        self.root.path().join("authority.pem")
    }

    /// Returns the requests so far.
    pub(crate) fn requests(&self) -> Vec<Exchange> {
        let log = locked(&self.state.log);
        log.iter().map(|(exchange, progress)| exchange.with(progress)).collect()
    }

    fn repositories(&self) -> PathBuf {
        self.root.path().join("repositories")
    }

    fn hooks(&self) -> PathBuf {
        self.root.path().join("hooks")
    }

    fn race(self, moment: Moment, times: usize, act: service::Competitor) -> Self {
        self.set(|settings| settings.races.push(Race { moment, left: times, done: 0, act }))
    }

    fn configured(self, name: &'static str, value: String) -> Self {
        self.set(|settings| drop(settings.git.insert(name, value)))
    }

    fn set(self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut locked(&self.state.settings));
        self
    }
}

impl Exchange {
    fn with(&self, progress: &Progress) -> Self {
        Self { status: progress.status(), sent: progress.sent(), ..self.clone() }
    }
}

impl Drop for GitServer {
    fn drop(&mut self) {
        // Competitors hold repositories, which would hold the folder while connections last.
        let settings = std::mem::take(&mut *locked(&self.state.settings));
        if thread::panicking() {
            return;
        }
        let panics = self.server.panics();
        assert!(panics.is_empty(), "the git server panicked: {panics:?}");
        let called = !locked(&self.state.log).is_empty();
        assert!(called || self.may_stay_idle, "nobody called the git server");
        let missed = settings.missed();
        assert!(missed.is_empty(), "planned and never happened: {missed:?}");
    }
}
