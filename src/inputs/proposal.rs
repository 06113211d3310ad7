//! The inputs of pull requests.

use crate::inputs::{InputError, Raw};

/// How a change reaches its branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryMode {
    /// By a push.
    Push,
    /// By a pull request.
    PullRequest,
    /// By a push, and by a pull request where that is refused.
    Auto,
}

/// How a pull request becomes part of its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeStrategy {
    /// As the host does it when nobody says.
    Default,
    /// With a merge commit.
    NoFastForward,
    /// As one new commit.
    Squash,
    /// Its commits are put on top.
    Rebase,
    /// Its commits are put on top, and a merge commit joins them.
    RebaseMerge,
}

/// What a pull request is to be like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// `pullRequestTitle`; `None` leaves it to what changes.
    pub title: Option<String>,
    /// `pullRequestDescription`; `None` leaves it to what changes.
    pub description: Option<String>,
    /// `pullRequestBranch`, without `refs/heads/`; `None` makes one of what changes.
    pub branch: Option<String>,
    /// `reviewers`: mail addresses, names, or ids.
    pub reviewers: Vec<String>,
    /// `requiredReviewers`.
    pub required_reviewers: Vec<String>,
    /// `labels`.
    pub labels: Vec<String>,
    /// `workItems`.
    pub work_items: Vec<u32>,
    /// `draft`.
    pub draft: bool,
    /// `autoComplete`.
    pub auto_complete: bool,
    /// `mergeStrategy`.
    pub merge_strategy: MergeStrategy,
    /// `deleteSourceBranch`.
    pub delete_source_branch: bool,
}

/// What `delivery` may be.
pub(super) const DELIVERIES: &[(&str, DeliveryMode)] = &[
    ("push", DeliveryMode::Push),
    ("pullRequest", DeliveryMode::PullRequest),
    ("auto", DeliveryMode::Auto),
];

const STRATEGIES: &[(&str, MergeStrategy)] = &[
    ("default", MergeStrategy::Default),
    ("noFastForward", MergeStrategy::NoFastForward),
    ("squash", MergeStrategy::Squash),
    ("rebase", MergeStrategy::Rebase),
    ("rebaseMerge", MergeStrategy::RebaseMerge),
];

impl Proposal {
    /// Returns what the inputs say of pull requests.
    pub fn parse(raw: &Raw) -> Result<Self, InputError> {
        Ok(Self {
            title: raw.text("pullRequestTitle"),
            description: raw.text("pullRequestDescription"),
            branch: branch(raw, "pullRequestBranch")?,
            reviewers: raw.list("reviewers"),
            required_reviewers: raw.list("requiredReviewers"),
            labels: raw.list("labels"),
            work_items: work_items(raw)?,
            draft: raw.boolean("draft")?,
            auto_complete: raw.boolean("autoComplete")?,
            merge_strategy: raw.pick("mergeStrategy", STRATEGIES)?,
            delete_source_branch: raw.boolean("deleteSourceBranch")?,
        })
    }
}

impl MergeStrategy {
    /// Returns the word of the input `mergeStrategy`.
    pub fn as_str(self) -> &'static str {
        STRATEGIES.iter().find(|(_, strategy)| *strategy == self).map_or("", |(name, _)| name)
    }
}

/// Returns the branch that an input names, without `refs/heads/`.
pub(super) fn branch(raw: &Raw, input: &str) -> Result<Option<String>, InputError> {
    let Some(text) = raw.text(input) else {
        return Ok(None);
    };
    let name = text.strip_prefix("refs/heads/").unwrap_or(&text);
    if name.starts_with("refs/") || name == "HEAD" {
        return Err(raw.malformed(input, "it is a ref, and no branch"));
    }
    // Whatever an environment is called, it stands for one or more harmless characters.
    let sample = format!("refs/heads/{}", name.replace("{environment}", "environment"));
    if name.starts_with('-') || !git2::Reference::is_valid_name(&sample) {
        return Err(raw.malformed(input, "git does not allow this as a branch"));
    }
    Ok(Some(name.to_owned()))
}

/// Returns the numbers of work items, which people write with `#` or `AB#` before them.
fn work_items(raw: &Raw) -> Result<Vec<u32>, InputError> {
    let number = |text: &String| {
        let digits = text.strip_prefix("AB").unwrap_or(text);
        let number = digits.strip_prefix('#').unwrap_or(digits).parse().ok();
        number.filter(|number| *number > 0)
    };
    let list = raw.list("workItems");
    let numbers = list.iter().flat_map(|part| part.split_whitespace().map(str::to_owned));
    let numbers: Option<Vec<u32>> = numbers.map(|text| number(&text)).collect();
    numbers.ok_or_else(|| raw.malformed("workItems", "work items are numbers, such as 42"))
}
