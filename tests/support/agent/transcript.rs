//! What is left of a run: the log, the result, and everything that the step told the agent.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::fs;
use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::support::agent::folders::Folders;
use crate::support::agent::outcome::{Issue, TaskResult};
use crate::support::agent::step::Step;

static PORT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(127\.0\.0\.1|localhost):[0-9]+").expect("a valid pattern"));
static COMMIT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b[0-9a-f]{40}\b").expect("a valid pattern"));

/// A finished run; as text it is the log, with `{:#}` also the result and the variables.
#[derive(Debug)]
#[must_use = "snapshot it or call .succeeded()"]
pub(crate) struct Transcript {
    // Keeps the files that the step left, for as long as somebody looks at them.
    folders: Arc<Folders>,
    step: Step,
    result: TaskResult,
    summary: String,
}

impl Transcript {
    /// Returns the transcript of `step`; reads the summaries, which may be gone later.
    pub(crate) fn new(folders: &Arc<Folders>, step: Step, result: TaskResult) -> Self {
        let summaries = step.attachments.iter().filter(|file| file.kind == "task.uploadsummary");
        let summary = summaries.map(|file| fs::read_to_string(&file.path).unwrap_or_default());
        let summary = summary.collect();
        Self { folders: Arc::clone(folders), step, result, summary }
    }

    /// Asserts that the step succeeded without warnings of its result.
    #[track_caller]
    pub(crate) fn succeeded(&self) -> &Self {
        self.ended_as(TaskResult::Succeeded)
    }

    /// Asserts that the step succeeded with issues.
    #[track_caller]
    pub(crate) fn succeeded_with_issues(&self) -> &Self {
        self.ended_as(TaskResult::SucceededWithIssues)
    }

    /// Asserts that the step failed.
    #[track_caller]
    pub(crate) fn failed(&self) -> &Self {
        self.ended_as(TaskResult::Failed)
    }

    /// Returns the result that the agent shows.
    pub(crate) fn result(&self) -> TaskResult {
        self.result
    }

    /// Returns the errors and warnings that the agent keeps, at most ten of each.
    pub(crate) fn issues(&self) -> &[Issue] {
        &self.step.issues
    }

    /// Returns the codes of the errors.
    pub(crate) fn error_codes(&self) -> Vec<&str> {
        let errors = self.step.issues.iter().filter(|issue| issue.error);
        errors.filter_map(Issue::code).collect()
    }

    /// Returns the output variables by their names.
    pub(crate) fn outputs(&self) -> &BTreeMap<String, String> {
        &self.step.outputs
    }

    /// Returns the variables for later steps that are not outputs.
    pub(crate) fn variables(&self) -> &BTreeMap<String, String> {
        &self.step.variables
    }

    /// Returns the variables for later stages of the same step.
    pub(crate) fn task_variables(&self) -> &BTreeMap<String, String> {
        &self.step.task_variables
    }

    /// Returns the folders put before PATH for later steps, the last one first in PATH.
    pub(crate) fn prepended_paths(&self) -> &[String] {
        &self.step.prepended
    }

    /// Returns the values that the step registered as secret.
    pub(crate) fn secrets(&self) -> &[String] {
        &self.step.secrets
    }

    /// Returns the log as a person sees it, line by line.
    pub(crate) fn log(&self) -> &[String] {
        &self.step.log
    }

    /// Returns the text of the uploaded summaries.
    pub(crate) fn summary(&self) -> &str {
        &self.summary
    }

    /// Returns the names of the files given to the agent, with the type of each.
    pub(crate) fn attachments(&self) -> Vec<(&str, String)> {
        let named = self.step.attachments.iter().map(|file| {
            let path = self.folders.named(&file.path.to_string_lossy());
            (file.kind.as_str(), path)
        });
        named.collect()
    }

    /// Returns the percentages that the step reported.
    pub(crate) fn progress(&self) -> &[u8] {
        &self.step.progress
    }

    /// Returns `text` with what differs between runs replaced by names.
    pub(crate) fn named(&self, text: &str) -> String {
        let text = self.folders.named(text);
        let text = PORT.replace_all(&text, "$1:$$PORT");
        COMMIT.replace_all(&text, "$$COMMIT").into_owned()
    }

    #[track_caller]
    fn ended_as(&self, result: TaskResult) -> &Self {
        assert!(self.result == result, "the step should have {result}\n{self:#}");
        self
    }
}

impl Display for Transcript {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.step.log {
            writeln!(formatter, "{}", self.named(line))?;
        }
        if !formatter.alternate() {
            return Ok(());
        }
        for (name, value) in &self.step.outputs {
            writeln!(formatter, "{name} = {}", self.named(value))?;
        }
        writeln!(formatter, "result: {}", self.result)
    }
}
