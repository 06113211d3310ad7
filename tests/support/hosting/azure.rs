//! The REST API 7.1 of Azure Repos: repositories, pull requests, identities, links of work items.

use serde_json::{Value, json};

use crate::support::hosting::asked::{Asked, at, text};
use crate::support::hosting::{
    CALLER, Hosting, PROJECT, Person, Pull, REPOSITORY, State, Status, branch, json, said,
};
use crate::support::http::Response;

/// Answers a call.
pub(super) fn answer(hosting: &Hosting, state: &mut State, asked: &Asked<'_>) -> Response {
    let page = "<html><head><title>Azure DevOps Services | Sign In</title></head></html>";
    if !asked.shows(&state.token) {
        return Response::new(203).body("text/html; charset=utf-8", page);
    }
    let version: f64 = match asked.query("api-version").map(str::parse) {
        Some(Ok(version)) => version,
        _ => return said(400, "No api-version was supplied for this request."),
    };
    if version > state.newest {
        let newest = state.newest;
        let words = format!(
            "The requested REST API version of {version} is out of range for this server. The latest REST API version this server supports is {newest}."
        );
        return said(400, &words);
    }
    let mark = asked.path.iter().position(|part| part == "_apis").unwrap_or_default();
    let path: Vec<&str> = asked.path.iter().skip(mark + 1).map(String::as_str).collect();
    let project = mark.checked_sub(1).and_then(|place| asked.path.get(place));
    let project = project.map(String::as_str).unwrap_or_default();
    let method = asked.request.method.as_str();
    match (method, path.as_slice()) {
        ("GET", ["identities"]) => identities(state, asked),
        ("PATCH", ["wit", "workitems", id]) if project == PROJECT => link(state, id, asked),
        ("GET", ["git", "repositories", "manifests" | "definitions"]) => json(
            200,
            &json!({"id": REPOSITORY, "name": "manifests", "project": {"id": PROJECT, "name": project}}),
        ),
        (_, ["git", "repositories", repository, "pullrequests", rest @ ..])
            if *repository == REPOSITORY && project == PROJECT =>
        {
            pull_requests(hosting, state, (asked, rest))
        }
        _ => said(404, "TF401019: The Git repository does not exist."),
    }
}

fn pull_requests(
    hosting: &Hosting,
    state: &mut State,
    (asked, rest): (&Asked<'_>, &[&str]),
) -> Response {
    let method = asked.request.method.as_str();
    match (method, rest) {
        ("GET", []) => return search(hosting, state, asked),
        ("POST", []) => return create(hosting, state, asked),
        _ => {}
    }
    let id: Option<u64> = rest.first().and_then(|id| id.parse().ok());
    let Some(pull) = state.pulls.iter_mut().find(|pull| Some(pull.id) == id) else {
        return said(404, "TF401180: The requested pull request was not found.");
    };
    match (method, rest.get(1..).unwrap_or_default()) {
        ("PATCH", []) => {
            if let Some(problem) = problem(asked) {
                return problem;
            }
            change(pull, asked);
        }
        ("PUT", ["reviewers", id]) => {
            pull.reviewers.retain(|(known, _)| known != id);
            pull.reviewers.push(((*id).to_owned(), asked.at("/isRequired") == true));
            return json(200, &asked.body);
        }
        ("GET", ["labels"]) => {
            let labels: Vec<_> = pull.labels.iter().map(|name| json!({"name": name})).collect();
            return json(200, &json!({"value": labels}));
        }
        ("POST", ["labels"]) => {
            pull.labels.push(asked.text("name"));
            return json(200, &asked.body);
        }
        ("GET", ["workitems"]) => {
            let items: Vec<_> = pull.work_items.iter().map(|id| json!({"id": id})).collect();
            return json(200, &json!({"value": items}));
        }
        ("POST", ["threads"]) => {
            let words = asked.at("/comments/0/content").as_str().unwrap_or_default();
            pull.comments.push(words.to_owned());
            return json(200, &asked.body);
        }
        _ => return said(405, "The requested resource does not support this method."),
    }
    let pull = pull.clone();
    json(200, &shown(hosting, &pull))
}

fn change(pull: &mut Pull, asked: &Asked<'_>) {
    if asked.at("/title").is_string() {
        pull.title = asked.text("title");
    }
    if asked.at("/description").is_string() {
        pull.description = asked.text("description");
    }
    if asked.at("/status") == "abandoned" {
        pull.status = Status::Abandoned;
    }
    if asked.at("/autoCompleteSetBy/id") == CALLER {
        pull.automatic = Some(asked.at("/completionOptions").clone());
    }
}

fn search(hosting: &Hosting, state: &State, asked: &Asked<'_>) -> Response {
    let wanted = |name: &str| asked.query(&format!("searchCriteria.{name}"));
    let is_it = |pull: &&Pull| {
        wanted("sourceRefName").is_none_or(|name| name == branch(&pull.source))
            && wanted("targetRefName").is_none_or(|name| name == branch(&pull.target))
            && wanted("status").unwrap_or("active") == word(pull.status)
    };
    let found: Vec<_> = state.pulls.iter().rev().filter(is_it).map(|p| shown(hosting, p)).collect();
    json(200, &json!({"count": found.len(), "value": found}))
}

fn create(hosting: &Hosting, state: &mut State, asked: &Asked<'_>) -> Response {
    let name = |key: &str| asked.text(key).strip_prefix("refs/heads/").map(str::to_owned);
    let (Some(source), Some(target)) = (name("sourceRefName"), name("targetRefName")) else {
        return said(400, "TF401166: The reference is not valid.");
    };
    let is_there = |pull: &Pull| {
        pull.status == Status::Active && pull.source == source && pull.target == target
    };
    if state.pulls.iter().any(is_there) {
        let words =
            "TF401179: An active pull request for the source and target branch already exists.";
        return said(409, words);
    }
    if hosting.repository.tip(&source).is_none() || hosting.repository.tip(&target).is_none() {
        return said(
            400,
            "TF401398: The pull request cannot be activated because a branch no longer exists.",
        );
    }
    if let Some(problem) = problem(asked) {
        return problem;
    }
    let pull = Pull {
        id: state.pulls.len() as u64 + 101,
        source,
        target,
        title: asked.text("title"),
        description: asked.text("description"),
        draft: asked.at("/isDraft") == true,
        status: Status::Active,
        reviewers: asked
            .list("reviewers")
            .iter()
            .map(|it| (text(it, "/id"), at(it, "/isRequired") == true))
            .collect(),
        labels: asked.list("labels").iter().map(|it| text(it, "/name")).collect(),
        work_items: asked.list("workItemRefs").iter().map(|it| text(it, "/id")).collect(),
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
    if length("description") > 4000 {
        let words = "Invalid argument value.\r\nParameter name: A description for a pull request must not be longer than 4000 characters.";
        return Some(said(400, words));
    }
    let words = "Invalid argument value.\r\nParameter name: A title for a pull request must not be longer than 400 characters.";
    (length("title") > 400).then(|| said(400, words))
}

fn identities(state: &State, asked: &Asked<'_>) -> Response {
    let wanted = asked.query("filterValue").unwrap_or_default().to_lowercase();
    let filter = asked.query("searchFilter").unwrap_or_default();
    let is_it = |who: &&Person| match filter {
        "MailAddress" => who.mail.to_lowercase() == wanted,
        "General" => who.name.to_lowercase().starts_with(&wanted),
        _ => false,
    };
    let shown = |who: &Person| {
        json!({
            "id": who.id,
            "providerDisplayName": who.name,
            "isActive": true,
            "properties": {"Mail": {"$type": "System.String", "$value": who.mail}},
        })
    };
    let found: Vec<_> = state.people.iter().filter(is_it).map(shown).collect();
    json(200, &json!({"count": found.len(), "value": found}))
}

/// Takes a link from a work item to a pull request.
fn link(state: &mut State, id: &str, asked: &Asked<'_>) -> Response {
    let kind = asked.request.header("content-type");
    let target = asked.at("/0/value/url").as_str().unwrap_or_default().to_owned();
    let prefix = format!("vstfs:///Git/PullRequestId/{PROJECT}%2F{REPOSITORY}%2F");
    let number: Option<u64> = target.strip_prefix(&prefix).and_then(|id| id.parse().ok());
    match state.pulls.iter_mut().find(|pull| Some(pull.id) == number) {
        Some(pull) if kind == "application/json-patch+json" => {
            pull.work_items.push(id.to_owned());
            json(200, &json!({"id": id}))
        }
        _ => said(400, "VS403314: The link is not valid."),
    }
}

fn shown(hosting: &Hosting, pull: &Pull) -> Value {
    let reviewer =
        |(id, required): &(String, bool)| json!({"id": id, "isRequired": required, "vote": 0});
    let automatic = pull.automatic.as_ref().map(|_| json!({"id": CALLER}));
    json!({
        "pullRequestId": pull.id,
        "status": word(pull.status),
        "createdBy": {"id": CALLER, "displayName": "##vso[task.complete]Caller"},
        "title": pull.title,
        "sourceRefName": branch(&pull.source),
        "targetRefName": branch(&pull.target),
        "isDraft": pull.draft,
        "reviewers": pull.reviewers.iter().map(reviewer).collect::<Vec<_>>(),
        "lastMergeSourceCommit": {"commitId": hosting.head(pull)},
        "autoCompleteSetBy": automatic,
    })
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Active => "active",
        Status::Completed => "completed",
        Status::Abandoned => "abandoned",
    }
}
