//! The way of one request through faults, credentials and competitors to git.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::support::git_server::Exchange;
use crate::support::git_server::access::{self, Access, Client};
use crate::support::git_server::backend::{self, Call};
use crate::support::git_server::fault::{self, Fault, Moment, Planned, Race};
use crate::support::git_server::route::Route;
use crate::support::http::{Progress, Reply, Request, Response, locked};

/// Answers some requests in place of git.
pub(crate) type Answerer = dyn Fn(&Request) -> Option<Response> + Send + Sync;
/// What a competitor does.
pub(crate) type Competitor = Arc<Mutex<dyn FnMut(usize) + Send>>;

/// The server's mood.
#[derive(Default)]
pub(crate) struct Settings {
    /// Who may come in.
    pub(crate) access: Access,
    /// Whether pushes are refused.
    pub(crate) read_only: bool,
    /// Whether the server behaves as Azure Repos.
    pub(crate) azure: bool,
    /// Settings of git, for all repositories.
    pub(crate) git: BTreeMap<&'static str, String>,
    /// Faults to come.
    pub(crate) faults: Vec<Planned>,
    /// Faults that came and could not do what they say.
    pub(crate) idle_faults: Vec<Fault>,
    /// Competitors.
    pub(crate) races: Vec<Race>,
    /// What answers before git.
    pub(crate) answerers: Vec<Arc<Answerer>>,
}

/// What the connections of a server share.
#[derive(Debug)]
pub(crate) struct State {
    /// The server's mood.
    pub(crate) settings: Mutex<Settings>,
    /// The requests so far, with how far the answer to each has come.
    pub(crate) log: Mutex<Vec<(Exchange, Arc<Progress>)>>,
    root: PathBuf,
}

impl State {
    /// Returns the state of a server whose repositories are below `root`.
    pub(crate) fn new(root: &Path) -> Self {
        let root = root.join("repositories");
        Self { settings: Mutex::default(), log: Mutex::default(), root }
    }
}

impl Settings {
    /// Returns what was planned and has not happened.
    pub(crate) fn missed(&self) -> Vec<String> {
        let faults = self.faults.iter().map(|plan| format!("{plan:?}"));
        let idle = self.idle_faults.iter().map(|fault| format!("{fault:?}"));
        let races = self.races.iter().filter(|race| race.done == 0 && race.left > 0);
        faults.chain(idle).chain(races.map(|race| format!("a race: {race:?}"))).collect()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}, missed: {:?}", self.access, self.missed())
    }
}

/// Answers one request.
pub(crate) fn serve(state: &State, request: &Request, reply: &mut Reply<'_>) {
    record(state, request, reply);
    let due = fault::due(&mut locked(&state.settings).faults, &request.target());
    let (mut truncated, mut disowned) = (None, None);
    for fault in due {
        match fault {
            Fault::Answer(response) => return reply.send(&response),
            Fault::Drop => return reply.lose(),
            Fault::LoseAnswer => reply.lose(),
            Fault::Disown(response) => {
                reply.lose();
                disowned = Some(response);
            }
            Fault::Delay(time) => thread::sleep(time),
            Fault::Truncate(bytes) => {
                reply.cut_after(bytes);
                truncated = Some(fault);
            }
        }
    }
    match admitted(state, request) {
        Ok(call) => backend::answer(&call, request, reply),
        Err(response) => reply.send(&response),
    }
    if let Some(response) = disowned {
        reply.resume();
        reply.send(&response);
    }
    // A cut behind the last byte would let a test pass that has tested nothing.
    let idle = truncated.filter(|_| !reply.is_over());
    locked(&state.settings).idle_faults.extend(idle);
}

fn record(state: &State, request: &Request, reply: &Reply<'_>) {
    let exchange = Exchange {
        method: request.method.clone(),
        target: request.target(),
        headers: request.headers.clone(),
        received: request.body.len(),
        status: 0,
        sent: 0,
    };
    locked(&state.log).push((exchange, reply.progress()));
}

fn admitted(state: &State, request: &Request) -> Result<Call, Response> {
    let answerers = locked(&state.settings).answerers.clone();
    if let Some(response) = answerers.iter().find_map(|answerer| answerer(request)) {
        return Err(response);
    }
    let route = Route::of(request).ok_or_else(|| Response::new(404))?;
    let call = call(state, request, &route)?;
    match (route.pushing, route.taking) {
        (true, false) => compete(state, Moment::Discovery),
        // A client that only tries its credentials sends an empty push first.
        (true, true) if request.body.len() > 4 => compete(state, Moment::Push),
        (_, _) => {}
    }
    Ok(call)
}

fn call(state: &State, request: &Request, route: &Route) -> Result<Call, Response> {
    let settings = locked(&state.settings);
    let user = match settings.access.client(request, route.pushing) {
        Client::Known(user) => user,
        Client::Wrong if settings.azure => return Err(access::sign_in_page()),
        Client::Wrong | Client::Unknown => return Err(access::unauthorized()),
    };
    let there = state.root.join(format!("{}.git", route.repository)).is_dir();
    match (there, settings.azure) {
        (false, true) => return Err(access::no_such_repository(&route.repository)),
        (false, false) => return Err(Response::new(404).body("text/plain", "Not found\n")),
        (true, true) if route.pushing && settings.read_only => {
            return Err(access::no_contribution());
        }
        (true, true) if route.lacks_multi_ack(request) => {
            return Err(Response::new(400).body("text/plain", "multi_ack is required\n"));
        }
        (true, _) => {}
    }
    Ok(Call {
        root: state.root.clone(),
        path: format!("/{}.git/{}", route.repository, route.service),
        user,
        newer_protocols: !settings.azure,
        settings: git_settings(&settings),
    })
}

fn git_settings(settings: &Settings) -> BTreeMap<&'static str, String> {
    let mut git = settings.git.clone();
    git.insert("http.receivepack", (!settings.read_only).to_string());
    git
}

// The competitor runs without any lock of ours: it may look at the server.
fn compete(state: &State, moment: Moment) {
    let mut due: Vec<(usize, Competitor)> = Vec::new();
    for race in &mut locked(&state.settings).races {
        if race.moment == moment && race.left > 0 {
            race.left -= 1;
            race.done += 1;
            due.push((race.done, Arc::clone(&race.act)));
        }
    }
    for (time, act) in due {
        locked(&act)(time);
    }
}
