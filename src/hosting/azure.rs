//! Pull requests of Azure Repos and Azure DevOps Server.

use crate::address::AzureRepository;
use crate::git::GitError;
use crate::host::http::Method;
use crate::hosting::client::{Client, Content, at, below};
use crate::hosting::{Details, HostingError, Limits, PullRequest, Request};
use crate::inputs::{MergeStrategy, Proposal};
use serde_json::{Value, json};
use url::Url;

/// What the service accepts.
pub(super) const LIMITS: Limits = Limits { title: 400, description: 4000 };

/// The versions of the REST API, newest first: of the service, and of Server 2022, 2020 and 2019.
const VERSIONS: &[&str] = &["7.1", "7.0", "6.0", "5.0"];

/// A repository with its REST API.
#[derive(Debug)]
pub(super) struct Azure {
    client: Client,
    version: &'static str,
    collection: Url,
    identities: Url,
    /// The repository in the API.
    base: Url,
    /// The repository for people.
    page: Url,
    project: String,
    repository: String,
    /// Who is to review, by id, and whether that is required.
    reviewers: Vec<(String, bool)>,
}

impl Azure {
    /// Asks for the repository, and looks the reviewers up.
    pub(super) async fn open(
        client: Client,
        repository: &AzureRepository,
        (page, proposal): (&Url, &Proposal),
    ) -> Result<Self, HostingError> {
        let AzureRepository { collection, identities, project, name } = repository;
        let by_name = [project, "_apis", "git", "repositories", name];
        let (version, found) = newest(&client, &below(collection, &by_name, &[])).await?;
        let (id, project) = (text(&found, "/id"), text(&found, "/project/id"));
        let mut azure = Self {
            client,
            version,
            collection: collection.clone(),
            identities: identities.clone(),
            base: below(collection, &[&project, "_apis", "git", "repositories", &id], &[]),
            page: page.clone(),
            project,
            repository: id,
            reviewers: Vec::new(),
        };
        let optional = proposal.reviewers.iter().map(|name| (name, false));
        for (name, is_required) in
            proposal.required_reviewers.iter().map(|n| (n, true)).chain(optional)
        {
            let id = azure.identity(name).await?;
            if azure.reviewers.iter().all(|(known, _)| *known != id) {
                azure.reviewers.push((id, is_required));
            }
        }
        Ok(azure)
    }

    /// Returns the id of a person or group.
    async fn identity(&self, name: &str) -> Result<String, HostingError> {
        if is_guid(name) {
            return Ok(name.to_lowercase());
        }
        let filters = if name.contains('@') {
            ["MailAddress", "General"]
        } else {
            ["General", "LocalGroupName"]
        };
        let mut found = Vec::new();
        for filter in filters {
            let query =
                [("searchFilter", filter), ("filterValue", name), ("queryMembership", "None")];
            let url = self.url(&self.identities, &["_apis", "identities"], &query);
            let answer = self.client.get(&url).await.map_err(|error| directory(name, error))?;
            found =
                list(&answer).iter().filter(|who| at(who, "/isActive") != false).cloned().collect();
            if !found.is_empty() {
                break;
            }
        }
        one_of(name, &found)
    }

    pub(super) async fn find(
        &self,
        source: &str,
        target: &str,
    ) -> Result<Option<PullRequest>, HostingError> {
        let target = format!("refs/heads/{target}");
        let open = self.search(source, &[("status", "active"), ("targetRefName", &target)]).await?;
        Ok(open.first().and_then(|found| self.read(found)))
    }

    pub(super) async fn was_completed(
        &self,
        source: &str,
        commit: &str,
    ) -> Result<bool, HostingError> {
        let completed = self.search(source, &[("status", "completed")]).await?;
        Ok(completed.iter().any(|it| at(it, "/lastMergeSourceCommit/commitId") == commit))
    }

    /// Returns the pull requests from a branch of this repository.
    async fn search(
        &self,
        source: &str,
        criteria: &[(&str, &str)],
    ) -> Result<Vec<Value>, HostingError> {
        let source = format!("refs/heads/{source}");
        let names: Vec<String> =
            criteria.iter().map(|(name, _)| format!("searchCriteria.{name}")).collect();
        let mut query = vec![("searchCriteria.sourceRefName", source.as_str())];
        query.extend(names.iter().zip(criteria).map(|(name, (_, value))| (name.as_str(), *value)));
        let answer = self.client.get(&self.url(&self.base, &["pullrequests"], &query)).await?;
        let ours = list(&answer).iter().filter(|found| at(found, "/forkSource").is_null());
        Ok(ours.cloned().collect())
    }

    pub(super) async fn create(
        &self,
        request: &Request<'_>,
        proposal: &Proposal,
    ) -> Result<PullRequest, HostingError> {
        let reviewer =
            |(id, is_required): &(String, bool)| json!({"id": id, "isRequired": is_required});
        let reviewers: Vec<Value> = self.reviewers.iter().map(reviewer).collect();
        let labels: Vec<Value> = proposal.labels.iter().map(|it| json!({"name": it})).collect();
        let items = proposal.work_items.iter().map(|id| json!({"id": id.to_string()}));
        let body = json!({
            "sourceRefName": format!("refs/heads/{}", request.source),
            "targetRefName": format!("refs/heads/{}", request.target),
            "title": request.title,
            "description": request.description,
            "isDraft": proposal.draft,
            "reviewers": reviewers,
            "labels": labels,
            "workItemRefs": items.collect::<Vec<Value>>(),
        });
        let url = self.url(&self.base, &["pullrequests"], &[]);
        self.understood(&self.client.post(&url, &body).await?)
    }

    pub(super) async fn update(
        &self,
        found: &PullRequest,
        request: &Request<'_>,
    ) -> Result<PullRequest, HostingError> {
        let body = json!({"title": request.title, "description": request.description});
        self.understood(&self.client.patch(&self.part(found, &[]), &body).await?)
    }

    /// Gives a pull request what it still lacks, and returns what could not be had.
    pub(super) async fn complete(
        &self,
        found: &PullRequest,
        is_new: bool,
        proposal: &Proposal,
    ) -> Vec<String> {
        let mut missing = Vec::new();
        let mut note = |what: &str, result: Result<(), HostingError>| {
            missing.extend(result.err().map(|error| with_words(what, &error)));
        };
        if !is_new {
            note("a reviewer", self.add_reviewers(found).await);
            note("a label", self.add_labels(found, &proposal.labels).await);
            note("a work item", self.add_work_items(found, &proposal.work_items).await);
        }
        // A draft cannot be completed; once somebody publishes it, the next run comes by.
        if proposal.auto_complete && !found.details.is_draft && !found.details.is_automatic {
            note("auto-complete", self.complete_automatically(found, proposal).await);
        }
        missing
    }

    async fn add_reviewers(&self, found: &PullRequest) -> Result<(), HostingError> {
        for (id, is_required) in &self.reviewers {
            let known = found.details.reviewers.iter().find(|(known, _)| known == id);
            if known.is_some_and(|(_, required)| *required || !is_required) {
                continue;
            }
            let body = json!({"id": id, "isRequired": is_required});
            let url = self.part(found, &["reviewers", id]);
            self.client.call(Method::Put, &url, Content::Json(&body)).await?;
        }
        Ok(())
    }

    async fn add_labels(&self, found: &PullRequest, labels: &[String]) -> Result<(), HostingError> {
        if labels.is_empty() {
            return Ok(());
        }
        let url = self.part(found, &["labels"]);
        let there = self.client.get(&url).await?;
        let has = |label: &&String| {
            let label = label.to_lowercase();
            list(&there).iter().any(|it| text(it, "/name").to_lowercase() == label)
        };
        for label in labels.iter().filter(|label| !has(label)) {
            self.client.post(&url, &json!({"name": label})).await?;
        }
        Ok(())
    }

    /// Links work items to a pull request that is there: from their side, as the service wants it.
    async fn add_work_items(&self, found: &PullRequest, ids: &[u32]) -> Result<(), HostingError> {
        if ids.is_empty() {
            return Ok(());
        }
        let there = self.client.get(&self.part(found, &["workitems"])).await?;
        let has = |id: &&u32| list(&there).iter().any(|it| text(it, "/id") == id.to_string());
        let artifact = format!(
            "vstfs:///Git/PullRequestId/{}%2F{}%2F{}",
            self.project, self.repository, found.id
        );
        for id in ids.iter().filter(|id| !has(id)) {
            let relation = json!({
                "rel": "ArtifactLink",
                "url": artifact,
                "attributes": {"name": "Pull Request"},
            });
            let body = json!([{"op": "add", "path": "/relations/-", "value": relation}]);
            let path = [&self.project, "_apis", "wit", "workitems", &id.to_string()];
            let url = self.url(&self.collection, &path, &[]);
            self.client.call(Method::Patch, &url, Content::JsonPatch(&body)).await?;
        }
        Ok(())
    }

    async fn complete_automatically(
        &self,
        found: &PullRequest,
        proposal: &Proposal,
    ) -> Result<(), HostingError> {
        let deletes = proposal.delete_source_branch;
        let options = match proposal.merge_strategy {
            MergeStrategy::Default => json!({"deleteSourceBranch": deletes}),
            strategy => json!({"deleteSourceBranch": deletes, "mergeStrategy": strategy.as_str()}),
        };
        let body = json!({
            "autoCompleteSetBy": {"id": found.details.creator},
            "completionOptions": options,
        });
        self.client.patch(&self.part(found, &[]), &body).await.map(drop)
    }

    pub(super) async fn close(&self, found: &PullRequest, why: &str) -> Result<(), HostingError> {
        let comment = json!({"parentCommentId": 0, "content": why, "commentType": 1});
        let thread = json!({"comments": [comment], "status": "closed"});
        self.client.post(&self.part(found, &["threads"]), &thread).await?;
        let body = json!({"status": "abandoned"});
        self.client.patch(&self.part(found, &[]), &body).await.map(drop)
    }

    /// Returns the address of a part of a pull request.
    fn part(&self, found: &PullRequest, path: &[&str]) -> Url {
        let id = found.id.to_string();
        let path: Vec<&str> =
            ["pullrequests", &id].into_iter().chain(path.iter().copied()).collect();
        self.url(&self.base, &path, &[])
    }

    fn url(&self, base: &Url, path: &[&str], query: &[(&str, &str)]) -> Url {
        let version = ("api-version", self.version);
        let query: Vec<_> = query.iter().copied().chain([version]).collect();
        below(base, path, &query)
    }

    fn understood(&self, answer: &Value) -> Result<PullRequest, HostingError> {
        self.read(answer).ok_or_else(|| HostingError::Unreadable {
            address: self.base.to_string(),
            problem: "its answer is no pull request".to_owned(),
        })
    }

    fn read(&self, found: &Value) -> Option<PullRequest> {
        let id = at(found, "/pullRequestId").as_u64()?;
        let reviewers = at(found, "/reviewers").as_array().map(Vec::as_slice).unwrap_or_default();
        let reviewer = |it: &Value| (text(it, "/id").to_lowercase(), at(it, "/isRequired") == true);
        let details = Details {
            creator: text(found, "/createdBy/id"),
            node: String::new(),
            reviewers: reviewers.iter().map(reviewer).collect(),
            is_draft: at(found, "/isDraft") == true,
            is_automatic: !at(found, "/autoCompleteSetBy").is_null(),
        };
        let url = below(&self.page, &["pullrequest", &id.to_string()], &[]).to_string();
        Some(PullRequest { id, url, details })
    }
}

/// Asks for a repository in the newest version of the API that the server has.
async fn newest(client: &Client, url: &Url) -> Result<(&'static str, Value), HostingError> {
    let mut versions = VERSIONS.iter().peekable();
    while let Some(version) = versions.next() {
        match client.get(&below(url, &[], &[("api-version", version)])).await {
            // There is nothing else to be wrong with such a request.
            Err(HostingError::Refused { status: 400, .. }) if versions.peek().is_some() => {}
            Err(error) => return Err(error),
            Ok(found) => return Ok((version, found)),
        }
    }
    let (address, problem) = (url.to_string(), "it knows no version of the API".to_owned());
    Err(HostingError::Unreadable { address, problem })
}

fn directory(name: &str, error: HostingError) -> HostingError {
    match error {
        HostingError::Forbidden { .. }
        | HostingError::Connection(GitError::Unauthorized { .. }) => {
            HostingError::Directory { name: name.to_owned(), source: Box::new(error) }
        }
        error => error,
    }
}

/// Returns the id of the identity that a name means: the only one, or the only one called exactly so.
fn one_of(name: &str, found: &[Value]) -> Result<String, HostingError> {
    let names = |who: &Value| {
        [
            "/providerDisplayName",
            "/customDisplayName",
            "/properties/Mail/$value",
            "/properties/Account/$value",
        ]
        .map(|path| text(who, path))
    };
    let wanted = name.to_lowercase();
    let is_exact = |who: &&Value| names(who).iter().any(|name| name.to_lowercase() == wanted);
    let exact: Vec<&Value> = found.iter().filter(is_exact).collect();
    let only = if found.len() == 1 { found.first() } else { None };
    match (only, exact.as_slice()) {
        (Some(one), _) | (None, &[one]) => Ok(text(one, "/id").to_lowercase()),
        (None, _) => {
            let shown = found.iter().take(5).map(|who| {
                let [display, _, mail, _] = names(who);
                if mail.is_empty() { display } else { format!("{display} <{mail}>") }
            });
            Err(HostingError::Reviewer { name: name.to_owned(), candidates: shown.collect() })
        }
    }
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

/// Returns what could not be had, with the host's words.
pub(super) fn with_words(what: &str, error: &HostingError) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string);
    let words = cause.unwrap_or_else(|| error.to_string());
    format!("{what} ({})", words.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn list(answer: &Value) -> &[Value] {
    at(answer, "/value").as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Returns a text, or a number as one, within an answer; else the empty text.
fn text(value: &Value, path: &str) -> String {
    match value.pointer(path) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}
