//! Pull requests of GitHub and GitHub Enterprise.

use crate::address::GitHubRepository;
use crate::hosting::azure::with_words;
use crate::hosting::client::{Client, at, below};
use crate::hosting::{Details, HostingError, Limits, PullRequest, Request};
use crate::inputs::{MergeStrategy, Proposal};
use serde_json::{Value, json};
use url::Url;

/// What the service accepts.
pub(super) const LIMITS: Limits = Limits { title: 256, description: 65_536 };

/// A repository with its REST API.
#[derive(Debug)]
pub(super) struct GitHub {
    client: Client,
    graphql: Url,
    api: Url,
    /// The repository in the API.
    base: Url,
    /// The repository for people.
    page: Url,
    owner: String,
    /// Who is to review: logins, and teams as `organization/team`.
    reviewers: Vec<String>,
}

/// Tells whether a server is GitHub Enterprise: such a one says which version is installed.
pub(super) async fn is_enterprise(client: &Client, repository: &GitHubRepository) -> bool {
    let answer = client.get(&below(&repository.api, &["meta"], &[])).await;
    answer.is_ok_and(|meta| at(&meta, "/installed_version").is_string())
}

/// Returns how a description links work items of Azure Boards.
pub(super) fn mentions(work_items: &[u32]) -> String {
    work_items.iter().map(|id| format!("AB#{id}")).collect::<Vec<_>>().join(" ")
}

impl GitHub {
    /// Asks for the repository, and looks the reviewers up.
    pub(super) async fn open(
        client: Client,
        repository: &GitHubRepository,
        (page, proposal): (&Url, &Proposal),
    ) -> Result<Self, HostingError> {
        let GitHubRepository { api, graphql, owner, name } = repository;
        if proposal.merge_strategy == MergeStrategy::RebaseMerge {
            let strategy = proposal.merge_strategy.as_str();
            return Err(HostingError::Strategy { strategy });
        }
        let base = below(api, &["repos", owner, name], &[]);
        client.get(&base).await?;
        let mut page = page.clone();
        let path = page.path().strip_suffix(".git").map(str::to_owned);
        if let Some(path) = path {
            page.set_path(&path);
        }
        let (graphql, api, owner) = (graphql.clone(), api.clone(), owner.clone());
        let mut github = Self { client, graphql, api, base, page, owner, reviewers: Vec::new() };
        // Whether a review is required is up to the rules of the branch here.
        for name in proposal.required_reviewers.iter().chain(&proposal.reviewers) {
            let login = github.reviewer(name).await?;
            if github.reviewers.iter().all(|known| !known.eq_ignore_ascii_case(&login)) {
                github.reviewers.push(login);
            }
        }
        Ok(github)
    }

    /// Returns the login of a person. What a team is called cannot be asked with every token.
    async fn reviewer(&self, name: &str) -> Result<String, HostingError> {
        let unknown = |candidates| HostingError::Reviewer { name: name.to_owned(), candidates };
        if name.contains('/') {
            return Ok(name.to_owned());
        }
        if !name.contains('@') {
            let found = self.client.get(&below(&self.api, &["users", name], &[])).await;
            return match found {
                Ok(user) => {
                    at(&user, "/login").as_str().map(str::to_owned).ok_or_else(|| unknown(vec![]))
                }
                Err(HostingError::Missing { .. }) => Err(unknown(Vec::new())),
                Err(error) => Err(error),
            };
        }
        let query = format!("{name} in:email");
        let found =
            self.client.get(&below(&self.api, &["search", "users"], &[("q", &query)])).await?;
        let logins = array(at(&found, "/items")).iter().filter_map(|it| at(it, "/login").as_str());
        match logins.map(str::to_owned).collect::<Vec<_>>().as_slice() {
            [login] => Ok(login.clone()),
            several => Err(unknown(several.iter().take(5).cloned().collect())),
        }
    }

    pub(super) async fn find(
        &self,
        source: &str,
        target: &str,
    ) -> Result<Option<PullRequest>, HostingError> {
        let open = self.search(source, &[("state", "open"), ("base", target)]).await?;
        Ok(open.first().and_then(|found| self.read(found)))
    }

    pub(super) async fn was_completed(
        &self,
        source: &str,
        commit: &str,
    ) -> Result<bool, HostingError> {
        let closed = self.search(source, &[("state", "closed"), ("per_page", "100")]).await?;
        let is_it = |it: &Value| !at(it, "/merged_at").is_null() && at(it, "/head/sha") == commit;
        Ok(closed.iter().any(is_it))
    }

    /// Returns the pull requests from a branch of this repository.
    async fn search(
        &self,
        source: &str,
        criteria: &[(&str, &str)],
    ) -> Result<Vec<Value>, HostingError> {
        let head = format!("{}:{source}", self.owner);
        let query: Vec<_> = [("head", head.as_str())].iter().chain(criteria).copied().collect();
        let answer = self.client.get(&below(&self.base, &["pulls"], &query)).await?;
        // A fork of the same owner has the same label.
        let ours = |it: &&Value| {
            at(it, "/head/ref") == source && at(it, "/head/repo/id") == at(it, "/base/repo/id")
        };
        Ok(array(&answer).iter().filter(ours).cloned().collect())
    }

    pub(super) async fn create(
        &self,
        request: &Request<'_>,
        proposal: &Proposal,
    ) -> Result<PullRequest, HostingError> {
        let body = json!({
            "title": request.title,
            "body": request.description,
            "head": request.source,
            "base": request.target,
            "draft": proposal.draft,
        });
        let url = below(&self.base, &["pulls"], &[]);
        self.understood(&self.client.post(&url, &body).await?)
    }

    pub(super) async fn update(
        &self,
        found: &PullRequest,
        request: &Request<'_>,
    ) -> Result<PullRequest, HostingError> {
        let body = json!({"title": request.title, "body": request.description});
        self.understood(&self.client.patch(&self.part("pulls", found, &[]), &body).await?)
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
        note("reviewers", self.add_reviewers(found, is_new).await);
        if !proposal.labels.is_empty() {
            let url = self.part("issues", found, &["labels"]);
            let labels = json!({"labels": proposal.labels});
            note("labels", self.client.post(&url, &labels).await.map(drop));
        }
        if proposal.auto_complete && !found.details.is_draft && !found.details.is_automatic {
            note("auto-complete", self.merge_automatically(found, proposal).await);
        }
        missing
    }

    /// Asks those for a review who were not asked and have not given one: to be asked again would
    /// undo a review.
    async fn add_reviewers(&self, found: &PullRequest, is_new: bool) -> Result<(), HostingError> {
        let mut asked: Vec<String> =
            found.details.reviewers.iter().map(|(login, _)| login.to_lowercase()).collect();
        let is_asked = |asked: &[String], name: &String| asked.contains(&name.to_lowercase());
        if !is_new && !self.reviewers.iter().all(|name| is_asked(&asked, name)) {
            let reviews = self.client.get(&self.part("pulls", found, &["reviews"])).await?;
            let authors = array(&reviews).iter().filter_map(|it| at(it, "/user/login").as_str());
            asked.extend(authors.map(str::to_lowercase));
        }
        let wanted = self.reviewers.iter().filter(|name| !is_asked(&asked, name));
        let (teams, people): (Vec<&String>, Vec<&String>) =
            wanted.partition(|name| name.contains('/'));
        if teams.is_empty() && people.is_empty() {
            return Ok(());
        }
        let slugs: Vec<&str> =
            teams.iter().filter_map(|name| Some(name.split_once('/')?.1)).collect();
        let body = json!({"reviewers": people, "team_reviewers": slugs});
        let url = self.part("pulls", found, &["requested_reviewers"]);
        self.client.post(&url, &body).await.map(drop)
    }

    /// Turns auto-merge on, which only the GraphQL API can.
    async fn merge_automatically(
        &self,
        found: &PullRequest,
        proposal: &Proposal,
    ) -> Result<(), HostingError> {
        let method = match proposal.merge_strategy {
            MergeStrategy::Squash => "SQUASH",
            MergeStrategy::Rebase => "REBASE",
            MergeStrategy::Default | MergeStrategy::NoFastForward | MergeStrategy::RebaseMerge => {
                "MERGE"
            }
        };
        let body = json!({
            "query": AUTO_MERGE,
            "variables": {"id": found.details.node, "method": method},
        });
        let answer = self.client.post(&self.graphql, &body).await?;
        let errors =
            array(at(&answer, "/errors")).iter().filter_map(|it| at(it, "/message").as_str());
        match errors.collect::<Vec<_>>().join("; ") {
            none if none.is_empty() => Ok(()),
            problem => Err(HostingError::Unreadable { address: self.graphql.to_string(), problem }),
        }
    }

    pub(super) async fn close(&self, found: &PullRequest, why: &str) -> Result<(), HostingError> {
        let url = self.part("issues", found, &["comments"]);
        self.client.post(&url, &json!({"body": why})).await?;
        let body = json!({"state": "closed"});
        self.client.patch(&self.part("pulls", found, &[]), &body).await.map(drop)
    }

    /// Returns the address of a part of a pull request, which is an issue, too.
    fn part(&self, kind: &str, found: &PullRequest, path: &[&str]) -> Url {
        let id = found.id.to_string();
        let path: Vec<&str> = [kind, &id].into_iter().chain(path.iter().copied()).collect();
        below(&self.base, &path, &[])
    }

    fn understood(&self, answer: &Value) -> Result<PullRequest, HostingError> {
        self.read(answer).ok_or_else(|| HostingError::Unreadable {
            address: self.base.to_string(),
            problem: "its answer is no pull request".to_owned(),
        })
    }

    fn read(&self, found: &Value) -> Option<PullRequest> {
        let id = at(found, "/number").as_u64()?;
        let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let people =
            array(at(found, "/requested_reviewers")).iter().map(|it| name(at(it, "/login")));
        let team = |it: &Value| format!("{}/{}", self.owner, name(at(it, "/slug")));
        let teams = array(at(found, "/requested_teams")).iter().map(team);
        let details = Details {
            creator: name(at(found, "/user/login")),
            node: name(at(found, "/node_id")),
            reviewers: people.chain(teams).map(|login| (login, false)).collect(),
            is_draft: at(found, "/draft") == true,
            is_automatic: !at(found, "/auto_merge").is_null(),
        };
        let url = below(&self.page, &["pull", &id.to_string()], &[]).to_string();
        Some(PullRequest { id, url, details })
    }
}

const AUTO_MERGE: &str = "mutation($id: ID!, $method: PullRequestMergeMethod!) { \
     enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: $method}) { \
     pullRequest { number } } }";

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
