//! One step as the agent follows it, line by line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::support::agent::command::{self, Command, Line};
use crate::support::agent::commands;
use crate::support::agent::details::Details;
use crate::support::agent::lines::Heard;
use crate::support::agent::mask::Mask;
use crate::support::agent::outcome::{Issue, TaskResult};
use crate::support::agent::task::Task;
use crate::support::agent::variables::Variables;

/// The agent keeps this many errors, and as many warnings, of a step.
const MAXIMUM_ISSUES: usize = 10;
const HELP: &str = "(http://go.microsoft.com/fwlink/?LinkId=817296)";

/// What of the job the reading of commands depends on.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// The variables of the job.
    pub(crate) variables: Variables,
    /// The task, for its output variables and restrictions.
    pub(crate) task: Option<Task>,
    /// The checkout.
    pub(crate) sources: PathBuf,
    /// The service connections of the job.
    pub(crate) endpoints: Vec<String>,
}

impl Rules {
    /// Returns whether `%AZP25` is read as `%`.
    pub(crate) fn decode_percents(&self) -> bool {
        let knob = "DECODE_PERCENTS";
        self.variables.get(knob).is_none() || self.variables.is_true(knob)
    }

    /// Returns whether debug lines are shown.
    pub(crate) fn debug(&self) -> bool {
        self.variables.is_true("System.Debug")
    }
}

/// A file that a command gave to the agent.
#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    /// The type of the attachment, or the command's name.
    pub(crate) kind: String,
    /// Where it is.
    pub(crate) path: PathBuf,
}

/// The state of the step.
#[derive(Debug)]
pub(crate) struct Step {
    /// What the commands are read by.
    pub(crate) rules: Rules,
    /// What is hidden from now on.
    pub(crate) mask: Mask,
    /// The log as a person sees it.
    pub(crate) log: Vec<String>,
    /// The issues on the build's page.
    pub(crate) issues: Vec<Issue>,
    /// The output variables of the step.
    pub(crate) outputs: BTreeMap<String, String>,
    /// The variables for later steps.
    pub(crate) variables: BTreeMap<String, String>,
    /// The variables for later stages of this step.
    pub(crate) task_variables: BTreeMap<String, String>,
    /// The names that must not be set again, in lower case.
    pub(crate) read_only: BTreeSet<String>,
    /// The values that the step registered.
    pub(crate) secrets: Vec<String>,
    /// The folders put before PATH for later steps.
    pub(crate) prepended: Vec<String>,
    /// The files given to the agent.
    pub(crate) attachments: Vec<Attachment>,
    /// The percentages, in order.
    pub(crate) progress: Vec<u8>,
    /// The records of the detail timeline.
    pub(crate) details: Details,
    /// What `task.complete` said.
    pub(crate) reported: Option<TaskResult>,
    /// How often `task.complete` came.
    pub(crate) reports: usize,
    /// What failing commands made of the result.
    pub(crate) by_commands: Option<TaskResult>,
    /// Where the step broke a rule of ours.
    pub(crate) faults: Vec<String>,
}

impl Step {
    /// Returns a step that has printed nothing.
    pub(crate) fn new(rules: Rules, mask: Mask) -> Self {
        Self {
            rules,
            mask,
            log: Vec::new(),
            issues: Vec::new(),
            outputs: BTreeMap::new(),
            variables: BTreeMap::new(),
            task_variables: BTreeMap::new(),
            read_only: BTreeSet::new(),
            secrets: Vec::new(),
            prepended: Vec::new(),
            attachments: Vec::new(),
            progress: Vec::new(),
            details: Details::default(),
            reported: None,
            reports: 0,
            by_commands: None,
            faults: Vec::new(),
        }
    }

    /// Takes one line of output.
    pub(crate) fn read(&mut self, heard: &Heard) {
        let line = &heard.text;
        if self.reports > 0 {
            self.faults.push(format!("a line after task.complete: {line}"));
        }
        match command::recognise(line, self.rules.decode_percents()) {
            Line::Plain => self.print("", line),
            Line::Command(command) => self.execute(&command, heard),
            Line::Malformed => {
                let what =
                    "contains logging command keyword '##vso', but it's not a legal command.";
                self.warn(&format!("'{line}' {what}"));
                self.print("", line);
                self.faults.push(format!("not a legal command: {line}"));
            }
        }
    }

    /// Writes to the log what is left of `text` without secrets.
    pub(crate) fn print(&mut self, tag: &str, text: &str) {
        let text = self.mask.applied(&format!("{tag}{text}"));
        self.log.extend(text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()));
    }

    /// Records an issue and prints it.
    pub(crate) fn add_issue(&mut self, mut issue: Issue) {
        issue.message = self.mask.applied(&issue.message);
        if !issue.message.is_empty() {
            let tag = if issue.error { "##[error]" } else { "##[warning]" };
            let message = issue.message.clone();
            self.print(tag, &message);
        }
        let same = self.issues.iter().filter(|other| other.error == issue.error).count();
        if same < MAXIMUM_ISSUES {
            self.issues.push(issue);
        }
    }

    /// Adds a warning of the agent itself.
    pub(crate) fn warn(&mut self, message: &str) {
        let properties = BTreeMap::new();
        self.add_issue(Issue { error: false, message: message.to_owned(), properties });
    }

    /// Adds an error of the agent itself.
    pub(crate) fn fail(&mut self, message: &str) {
        let properties = BTreeMap::new();
        self.add_issue(Issue { error: true, message: message.to_owned(), properties });
    }

    /// Registers a secret as the agent does for commands.
    pub(crate) fn hide(&mut self, value: &str) {
        self.mask.add(value);
        if !self.rules.decode_percents() {
            self.mask.add(&value.replace("%AZP25", "%"));
        }
    }

    fn execute(&mut self, command: &Command, heard: &Heard) {
        let line = &heard.text;
        let name = command.name();
        self.faults.extend(commands::oddities(command).map(|what| format!("{what}: {line}")));
        let Some(events) = commands::events(&command.area) else {
            let area = &command.area;
            self.warn(&format!("Cannot find command extension for ##vso[{area}.command]. {HELP}"));
            return;
        };
        if command.area == "release" {
            self.fail(&format!("{} commands are not supported for build flow.", command.area));
            self.by_commands = Some(TaskResult::merged(self.by_commands, TaskResult::Failed));
            self.print("", line);
            self.faults.push(format!("a command that a build has not: {line}"));
            return;
        }
        let restricted = self.rules.task.as_ref().is_some_and(Task::restricted);
        let outcome = if !events.contains(&command.event.as_str()) {
            Err(format!("##vso[{name}] is not a recognized command. {HELP}"))
        } else if restricted && !commands::ALLOWED_WHEN_RESTRICTED.contains(&name.as_str()) {
            self.warn(&format!("##vso[{name}] is not allowed in this step due to policy {HELP}"));
            self.faults.push(format!("blocked by the task's restrictions: {line}"));
            Ok(())
        } else {
            commands::execute(self, command, heard)
        };
        if let Err(reason) = outcome {
            self.fail(&format!("Unable to process command '{line}' successfully. {HELP}"));
            self.fail(&reason);
            self.by_commands = Some(TaskResult::merged(self.by_commands, TaskResult::Failed));
            self.faults.push(format!("a command that fails the step ({reason}): {line}"));
        }
        if self.rules.debug() && name != "task.debug" {
            self.print("##[debug]", &format!("Processed: {line}"));
        }
    }
}
