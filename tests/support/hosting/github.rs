//! The REST API of GitHub Enterprise Server: repositories, pull requests, users; and auto-merge,
//! which GraphQL has.

use serde_json::{Value, json};

use crate::support::hosting::asked::{Asked, text};
use crate::support::hosting::{Hosting, Pull, State, Status, branch, json, said};
use crate::support::http::Response;

/// Answers a call.
pub(super) fn answer(hosting: &Hosting, state: &mut State, asked: &Asked<'_>) -> Response {
    let path: Vec<&str> = asked.path.iter().map(String::as_str).collect();
    if path == ["api", "v3", "meta"] {
        return json(200, &json!({"installed_version": "3.14.2"}));
    }
    if asked.request.header("authorization") != format!("Bearer {}", state.token) {
        return said(401, "Bad credentials");
    }
    let method = asked.request.method.as_str();
    match (method, path.as_slice()) {
        ("POST", ["api", "graphql"]) => merge_automatically(state, asked),
        ("GET", ["api", "v3", "users", login]) => match user(state, |who| who.0 == *login) {
            Some(login) => json(200, &json!({"login": login})),
            None => said(404, "Not Found"),
        },
        ("GET", ["api", "v3", "search", "users"]) => {
            let query = asked.query("q").unwrap_or_default().to_owned();
            let found = user(state, |who| query == format!("{} in:email", who.1));
            let items: Vec<_> = found.into_iter().map(|login| json!({"login": login})).collect();
            json(200, &json!({"total_count": items.len(), "items": items}))
        }
        ("GET", ["api", "v3", "repos", _, _]) => json(200, &json!({"id": 1})),
        ("GET", ["api", "v3", "repos", _, _, "pulls"]) => search(hosting, state, asked),
        ("POST", ["api", "v3", "repos", _, _, "pulls"]) => create(hosting, state, asked),
        (_, ["api", "v3", "repos", _, _, kind, id, rest @ ..]) => {
            let id: Option<u64> = id.parse().ok();
            match state.pulls.iter_mut().find(|pull| Some(pull.id) == id) {
                Some(pull) => one(hosting, pull, (asked, &[&[*kind], rest].concat())),
                None => said(404, "Not Found"),
            }
        }
        _ => said(404, "Not Found"),
    }
}

fn user(state: &State, is_it: impl Fn((&str, &str)) -> bool) -> Option<String> {
    let found = state.people.iter().find(|who| is_it((&who.id, &who.mail)));
    found.map(|who| who.id.clone())
}

fn one(hosting: &Hosting, pull: &mut Pull, (asked, rest): (&Asked<'_>, &[&str])) -> Response {
    match (asked.request.method.as_str(), rest) {
        ("PATCH", ["pulls"]) => {
            if let Some(problem) = problem(asked) {
                return problem;
            }
            if asked.at("/title").is_string() {
                (pull.title, pull.description) = (asked.text("title"), asked.text("body"));
            }
            if asked.at("/state") == "closed" {
                pull.head = hosting.head(pull);
                pull.status = Status::Abandoned;
            }
        }
        ("GET", ["pulls", "reviews"]) => return json(200, &json!([])),
        ("POST", ["pulls", "requested_reviewers"]) => {
            let teams = asked.list("team_reviewers");
            let people = asked.list("reviewers").into_iter().chain(teams);
            pull.reviewers.extend(people.map(|login| (text(&login, ""), false)));
        }
        ("POST", ["issues", "labels"]) => {
            for label in asked.list("labels").iter().map(|it| text(it, "")) {
                if !pull.labels.contains(&label) {
                    pull.labels.push(label);
                }
            }
        }
        ("POST", ["issues", "comments"]) => pull.comments.push(asked.text("body")),
        _ => return said(404, "Not Found"),
    }
    json(200, &shown(hosting, pull))
}

fn search(hosting: &Hosting, state: &State, asked: &Asked<'_>) -> Response {
    let wanted = asked.query("state").unwrap_or("open");
    let is_it = |pull: &&Pull| {
        let head = format!("contoso:{}", pull.source);
        asked.query("head").is_none_or(|wanted| wanted == head)
            && asked.query("base").is_none_or(|wanted| wanted == pull.target)
            && wanted == word(pull.status)
    };
    let found = state.pulls.iter().rev().filter(is_it).map(|pull| shown(hosting, pull));
    json(200, &Value::Array(found.collect()))
}

fn create(hosting: &Hosting, state: &mut State, asked: &Asked<'_>) -> Response {
    let (source, target) = (asked.text("head"), asked.text("base"));
    let is_there = |pull: &Pull| {
        pull.status == Status::Active && pull.source == source && pull.target == target
    };
    if state.pulls.iter().any(is_there) {
        return invalid(&format!("A pull request already exists for contoso:{source}."));
    }
    let repository = &hosting.repository;
    if repository.tip(&source).is_none() || repository.tip(&source) == repository.tip(&target) {
        return invalid(&format!("No commits between {target} and {source}"));
    }
    if let Some(problem) = problem(asked) {
        return problem;
    }
    let pull = Pull {
        id: state.pulls.len() as u64 + 1,
        source,
        target,
        title: asked.text("title"),
        description: asked.text("body"),
        draft: asked.at("/draft") == true,
        status: Status::Active,
        reviewers: Vec::new(),
        labels: Vec::new(),
        work_items: Vec::new(),
        automatic: None,
        comments: Vec::new(),
        head: String::new(),
    };
    let created = json(201, &shown(hosting, &pull));
    state.pulls.push(pull);
    created
}

fn problem(asked: &Asked<'_>) -> Option<Response> {
    let length = |name: &str| asked.text(name).encode_utf16().count();
    let is_long = length("body") > 65_536 || length("title") > 256;
    is_long.then(|| invalid("body is too long (maximum is 65536 characters)"))
}

fn invalid(words: &str) -> Response {
    let errors = json!([{"resource": "PullRequest", "code": "custom", "message": words}]);
    json(422, &json!({"message": "Validation Failed", "errors": errors}))
}

fn merge_automatically(state: &mut State, asked: &Asked<'_>) -> Response {
    let id = asked.at("/variables/id").as_str().unwrap_or_default();
    let pull = state.pulls.iter_mut().find(|pull| node(pull) == id);
    match pull {
        Some(pull) if pull.target == "main" => {
            pull.automatic = Some(asked.at("/variables/method").clone());
            json(200, &json!({"data": {"enablePullRequestAutoMerge": {}}}))
        }
        Some(_) => {
            let words = "Pull request Auto merge is not allowed for this repository";
            json(
                200,
                &json!({"data": null, "errors": [{"type": "UNPROCESSABLE", "message": words}]}),
            )
        }
        None => json(200, &json!({"errors": [{"type": "NOT_FOUND", "message": "no such node"}]})),
    }
}

fn node(pull: &Pull) -> String {
    format!("PR_{}", pull.id)
}

fn shown(hosting: &Hosting, pull: &Pull) -> Value {
    let people: Vec<_> = pull.reviewers.iter().map(|(login, _)| json!({"login": login})).collect();
    let merged = (pull.status == Status::Completed).then_some("2026-01-02T03:04:05Z");
    json!({
        "number": pull.id,
        "node_id": node(pull),
        "state": word(pull.status),
        "title": pull.title,
        "draft": pull.draft,
        "user": {"login": "robot"},
        "head": {"ref": pull.source, "sha": hosting.head(pull), "repo": {"id": 1}},
        "base": {"ref": pull.target, "full": branch(&pull.target), "repo": {"id": 1}},
        "requested_reviewers": people,
        "requested_teams": [],
        "merged_at": merged,
        "auto_merge": pull.automatic.as_ref().map(|method| json!({"merge_method": method})),
    })
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "open",
        Status::Completed | Status::Abandoned => "closed",
    }
}
