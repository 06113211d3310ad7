//! Pull requests as hosting services have them, beside real git: their REST APIs as documented.

mod asked;
mod azure;
mod github;

use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::support::git_server::{Git, GitServer, Repository};
use crate::support::hosting::asked::Asked;
use crate::support::http::{Request, Response, locked};

/// The pull requests of one repository; copies of this value are the same.
#[derive(Clone, Debug)]
pub(crate) struct Hosting {
    state: Arc<Mutex<State>>,
    repository: Repository,
}

/// How far a pull request has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Status {
    /// It is open.
    Active,
    /// It is part of its target.
    Completed,
    /// It was closed.
    Abandoned,
}

/// A pull request.
#[derive(Clone, Debug)]
pub(crate) struct Pull {
    /// Its number.
    pub(crate) id: u64,
    /// The branch with the changes.
    pub(crate) source: String,
    /// The branch that they are for.
    pub(crate) target: String,
    /// Its title.
    pub(crate) title: String,
    /// Its description.
    pub(crate) description: String,
    /// Whether it is a draft.
    pub(crate) draft: bool,
    /// How far it has come.
    pub(crate) status: Status,
    /// The reviewers by id or login, and whether they are required.
    pub(crate) reviewers: Vec<(String, bool)>,
    /// The labels.
    pub(crate) labels: Vec<String>,
    /// The work items.
    pub(crate) work_items: Vec<String>,
    /// How it completes by itself, if it does.
    pub(crate) automatic: Option<Value>,
    /// What was said of it.
    pub(crate) comments: Vec<String>,
    /// The last commit of its branch, once it is closed.
    head: String,
}

/// A call of the API.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The method.
    pub(crate) method: String,
    /// The path with its query, as sent.
    pub(crate) target: String,
}

/// Somebody who can review.
#[derive(Clone, Debug)]
struct Person {
    id: String,
    name: String,
    mail: String,
}

#[derive(Debug, Default)]
struct State {
    token: String,
    newest: f64,
    pulls: Vec<Pull>,
    people: Vec<Person>,
    calls: Vec<Call>,
    /// Parts of targets that are refused, with the status and the words.
    refusals: Vec<(String, u16, String)>,
}

/// Answers a call.
type Answer = fn(&Hosting, &mut State, &Asked<'_>) -> Response;

/// The ids that the service has for its only project and repository.
const PROJECT: &str = "6302cb6f-c9d9-44c2-ae60-84eff8845059";
const REPOSITORY: &str = "0b7f3c2e-1d0a-4a57-9d55-1f6f4b2a9c11";
/// Who calls.
const CALLER: &str = "7c1c6a2e-52a5-4f0e-8f38-2b7d0e1f4a01";

impl Hosting {
    /// Makes a server an Azure DevOps Server for a repository `collection/project/_git/name`.
    pub(crate) fn azure(
        server: GitServer,
        repository: &Repository,
        token: &str,
    ) -> (GitServer, Self) {
        Self::beside(server, repository, (token, azure::answer))
    }

    /// Makes a server a GitHub Enterprise Server for a repository `owner/name`.
    pub(crate) fn github(
        server: GitServer,
        repository: &Repository,
        token: &str,
    ) -> (GitServer, Self) {
        Self::beside(server, repository, (token, github::answer))
    }

    fn beside(
        server: GitServer,
        repository: &Repository,
        (token, answer): (&str, Answer),
    ) -> (GitServer, Self) {
        let state = State { token: token.to_owned(), newest: 7.2, ..State::default() };
        let hosting = Self { state: Arc::new(Mutex::new(state)), repository: repository.clone() };
        let answering = hosting.clone();
        let server = server.answering(move |request| answering.serve(request, answer));
        (server, hosting)
    }

    /// Adds somebody who can review.
    pub(crate) fn person(&self, id: &str, name: &str, mail: &str) -> &Self {
        let person = Person { id: id.to_owned(), name: name.to_owned(), mail: mail.to_owned() };
        locked(&self.state).people.push(person);
        self
    }

    /// Sets the newest version of the API.
    pub(crate) fn newest(&self, version: f64) -> &Self {
        locked(&self.state).newest = version;
        self
    }

    /// Refuses calls whose method and target hold `part`.
    pub(crate) fn refuse(&self, part: &str, status: u16, words: &str) -> &Self {
        locked(&self.state).refusals.push((part.to_owned(), status, words.to_owned()));
        self
    }

    /// Refuses nothing any more.
    pub(crate) fn relent(&self) {
        locked(&self.state).refusals.clear();
    }

    /// Returns the pull requests.
    pub(crate) fn pulls(&self) -> Vec<Pull> {
        locked(&self.state).pulls.clone()
    }

    /// Returns the calls so far.
    pub(crate) fn calls(&self) -> Vec<Call> {
        locked(&self.state).calls.clone()
    }

    /// Completes a pull request as one commit; the branch stays.
    pub(crate) fn complete(&self, id: u64) {
        let pull = self.end(id, Status::Completed);
        let git = Git::within(self.repository.folder());
        let (source, target) = (branch(&pull.source), branch(&pull.target));
        let tree = git.text(&["merge-tree", "--write-tree", &target, &source]);
        let commit = git.text(&["commit-tree", &tree, "-p", &target, "-m", &pull.title]);
        git.text(&["update-ref", &target, &commit]);
    }

    /// Closes a pull request.
    pub(crate) fn abandon(&self, id: u64) {
        self.end(id, Status::Abandoned);
    }

    fn end(&self, id: u64, status: Status) -> Pull {
        let mut state = locked(&self.state);
        let pull = state.pulls.iter_mut().find(|pull| pull.id == id).expect("a pull request");
        assert_eq!(pull.status, Status::Active);
        pull.head = self.repository.tip(&pull.source).expect("a branch");
        pull.status = status;
        pull.clone()
    }

    fn serve(&self, request: &Request, answer: Answer) -> Option<Response> {
        let asked = Asked::of(request)?;
        let mut state = locked(&self.state);
        let (method, target) = (request.method.clone(), request.target());
        let line = format!("{method} {target}");
        state.calls.push(Call { method, target });
        let refusal = state.refusals.iter().find(|(part, ..)| line.contains(part));
        if let Some((_, status, words)) = refusal {
            return Some(said(*status, words));
        }
        Some(answer(self, &mut state, &asked))
    }

    /// Returns the tip of a pull request's branch: now, or when it was closed.
    fn head(&self, pull: &Pull) -> String {
        match pull.status {
            Status::Active => self.repository.tip(&pull.source).unwrap_or_default(),
            Status::Completed | Status::Abandoned => pull.head.clone(),
        }
    }
}

fn branch(name: &str) -> String {
    format!("refs/heads/{name}")
}

fn json(status: u16, body: &Value) -> Response {
    Response::new(status).body("application/json; charset=utf-8", body.to_string())
}

fn said(status: u16, words: &str) -> Response {
    json(status, &serde_json::json!({"$id": "1", "message": words, "typeKey": "Exception"}))
}
