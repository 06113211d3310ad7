//! Results and issues as the agent records them.

use std::collections::BTreeMap;
use std::fmt;

/// The result of a step, from best to worst.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum TaskResult {
    /// The step did its work.
    Succeeded,
    /// The step did its work and has something to say.
    SucceededWithIssues,
    /// The step did not do its work.
    Failed,
    /// The job was cancelled.
    Canceled,
    /// The step did not start.
    Skipped,
    /// The agent was lost.
    Abandoned,
}

const RESULTS: [TaskResult; 6] = [
    TaskResult::Succeeded,
    TaskResult::SucceededWithIssues,
    TaskResult::Failed,
    TaskResult::Canceled,
    TaskResult::Skipped,
    TaskResult::Abandoned,
];

impl TaskResult {
    /// Returns the result with this exact name, or this number.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let number = text.trim().parse::<usize>().ok();
        let named = |(index, result): &(usize, TaskResult)| {
            result.to_string() == text.trim() || number == Some(*index)
        };
        RESULTS.into_iter().enumerate().find(named).map(|(_, result)| result)
    }

    /// Returns what the step has after `coming` is added to `current`.
    pub(crate) fn merged(current: Option<Self>, coming: Self) -> Self {
        match current {
            Some(current) if current > Self::Failed || coming < current => current,
            Some(_) | None => coming,
        }
    }
}

impl fmt::Display for TaskResult {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

/// An error or a warning on the build's page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Issue {
    /// Whether it is an error; otherwise it is a warning.
    pub(crate) error: bool,
    /// The text, which begins with the place when there is a source path.
    pub(crate) message: String,
    /// The properties of the command, with `sourcepath` relative to the repository.
    pub(crate) properties: BTreeMap<String, String>,
}

impl Issue {
    /// Returns the `code` of the issue.
    pub(crate) fn code(&self) -> Option<&str> {
        self.property("code")
    }

    /// Returns the `sourcepath` of the issue.
    pub(crate) fn source_path(&self) -> Option<&str> {
        self.property("sourcepath")
    }

    /// Returns the `linenumber` of the issue.
    pub(crate) fn line(&self) -> Option<usize> {
        self.property("linenumber")?.parse().ok()
    }

    fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }
}
