//! Hooks: a component's own commands, where and when Fabrikate runs them.

use crate::failure::{Code, Diagnose, Place};
use crate::host::agent::Agent;
use crate::host::files::{self, FileError};
use crate::host::process::{ProcessError, Program};
use crate::inputs::HookPolicy;
use crate::plan::{Ground, HookPlan};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long one command may take.
const LIMIT: Duration = Duration::from_mins(10);
/// How much of a command's output is kept for the log.
const SHOWN: usize = 256 * 1024;

/// What runs hooks, and with which leave.
#[derive(Debug)]
pub struct Hooks {
    agent: Agent,
    plan: HookPlan,
    /// Where hooks may run.
    ground: Ground,
    /// The home of the commands, and where charts are kept.
    folder: PathBuf,
    /// The folders that were fetched, and so are not the definition's own.
    fetched: BTreeSet<PathBuf>,
    kept: usize,
    /// What the commands printed, to be shown.
    said: Vec<Said>,
}

/// One component's hook.
#[derive(Debug)]
pub struct Call<'a> {
    /// The component.
    pub component: &'a str,
    /// The hook's name.
    pub hook: &'a str,
    /// Its commands.
    pub commands: &'a [String],
    /// Where they run.
    pub folder: &'a Path,
    /// Where they are written.
    pub place: Place,
}

/// Whether a hook was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It was, or it is left out on purpose.
    Yes,
    /// It was not: it may only run in a copy of the definition.
    OnlyInACopy,
}

/// What a command printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which command it was, for people.
    pub title: String,
    /// What it printed.
    pub text: String,
}

/// A hook that could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum HookError {
    /// It may not run.
    #[error("component `{component}` was fetched and has the hook `{hook}`, which may not run")]
    Forbidden {
        /// The component.
        component: String,
        /// The hook.
        hook: String,
        /// Where.
        place: Place,
    },
    /// There is no shell.
    #[error("component `{component}` has the hook `{hook}`, and there is no `sh` on PATH")]
    NoShell {
        /// The component.
        component: String,
        /// The hook.
        hook: String,
        /// Where.
        place: Place,
    },
    /// A command failed.
    #[error("the hook `{hook}` of component `{component}` failed with status {status}: {command}")]
    Failed {
        /// The component.
        component: String,
        /// The hook.
        hook: String,
        /// The command.
        command: String,
        /// Its exit status.
        status: i32,
        /// What it printed.
        source: Printed,
        /// Where.
        place: Place,
    },
    /// A command could not be run to its end.
    #[error("the hook `{hook}` of component `{component}` could not be run: {command}")]
    Process {
        /// The component.
        component: String,
        /// The hook.
        hook: String,
        /// The command.
        command: String,
        /// Why.
        source: ProcessError,
        /// Where.
        place: Place,
    },
}

/// What a failing command printed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Printed(String);

impl Diagnose for HookError {
    fn code(&self) -> Code {
        match self {
            Self::Forbidden { .. } => Code::HookForbidden,
            Self::NoShell { .. } => Code::NoShell,
            Self::Failed { .. } | Self::Process { .. } => Code::HookFailed,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Forbidden { .. } => "read what its commands do and set `hooks: all` to let them \
                 run, or `hooks: none` to render without them"
                .to_owned(),
            Self::NoShell { .. } => "install a POSIX shell (on Windows agents, Git for Windows \
                 brings one; add its folder usr\\bin to PATH), or set `hooks: none`"
                .to_owned(),
            Self::Failed { .. } | Self::Process { .. } => "correct the command; it sees PATH and \
                 the variables that the input hookEnvironment names, and nothing else of the job's \
                 environment"
                .to_owned(),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Forbidden { place, .. }
            | Self::NoShell { place, .. }
            | Self::Failed { place, .. }
            | Self::Process { place, .. } => Some(place.clone()),
        }
    }
}

impl Hooks {
    /// Returns what runs hooks by a plan. `folder` is private to this run.
    pub fn new(agent: &Agent, plan: &HookPlan, ground: Ground, folder: &Path) -> Self {
        Self {
            agent: agent.clone(),
            plan: plan.clone(),
            ground,
            folder: folder.to_owned(),
            fetched: BTreeSet::new(),
            kept: 0,
            said: Vec::new(),
        }
    }

    /// Tells whether the definition's folder may be changed.
    pub fn may_change_the_definition(&self) -> bool {
        self.ground == Ground::Free
    }

    /// Marks a folder as fetched: what it holds is not the definition's own.
    pub fn mark_fetched(&mut self, folder: &Path) {
        self.fetched.insert(folder.to_owned());
    }

    /// Returns what commands printed since this was asked last.
    pub fn take_said(&mut self) -> Vec<Said> {
        std::mem::take(&mut self.said)
    }

    /// Runs a hook's commands one after the other; the first that fails ends it.
    pub async fn run(&mut self, call: &Call<'_>) -> Result<Ran, HookError> {
        let (component, hook) = (call.component.to_owned(), call.hook.to_owned());
        let is_fetched = self.fetched.iter().any(|folder| call.folder.starts_with(folder));
        match self.plan.policy {
            HookPolicy::None => return Ok(Ran::Yes),
            HookPolicy::Local if is_fetched => {
                let place = call.place.clone();
                return Err(HookError::Forbidden { component, hook, place });
            }
            HookPolicy::Local | HookPolicy::All => {}
        }
        if self.ground == Ground::Checkout {
            return Ok(Ran::OnlyInACopy);
        }
        let Some(shell) = self.agent.program("sh") else {
            return Err(HookError::NoShell { component, hook, place: call.place.clone() });
        };
        for command in call.commands.iter().filter(|command| !command.is_empty()) {
            self.run_command(&shell, command, call).await?;
        }
        Ok(Ran::Yes)
    }

    async fn run_command(
        &mut self,
        shell: &Path,
        command: &str,
        call: &Call<'_>,
    ) -> Result<(), HookError> {
        let (component, hook) = (call.component.to_owned(), call.hook.to_owned());
        let mut program = Program::new(shell, &self.agent, call.folder, &self.folder)
            .called("sh")
            .arguments(["-c", command])
            .limit(LIMIT)
            .most(SHOWN);
        for name in &self.plan.environment {
            if let Some(value) = self.agent.raw(name) {
                program = program.variable(name, value);
            }
        }
        let output = program.run().await.map_err(|source| HookError::Process {
            component: component.clone(),
            hook: hook.clone(),
            command: command.to_owned(),
            source,
            place: call.place.clone(),
        })?;
        let text = format!("{}{}", output.stdout.text(), output.stderr.text());
        if output.status == Some(0) {
            let title = format!("Hook {hook} of component {component}: {command}");
            self.said.push(Said { title, text });
            return Ok(());
        }
        Err(HookError::Failed {
            component,
            hook,
            command: command.to_owned(),
            status: output.status.unwrap_or(-1),
            source: Printed(text),
            place: call.place.clone(),
        })
    }

    /// Copies a chart to where no hook reaches it, if any hook may run at all.
    pub fn keep(&mut self, chart: &Path) -> Result<Option<PathBuf>, FileError> {
        if self.ground == Ground::Checkout || self.plan.policy == HookPolicy::None {
            return Ok(None);
        }
        self.kept += 1;
        let copy = self.folder.join(format!("kept-{}", self.kept));
        let name = chart.file_name().unwrap_or_default();
        let copy = copy.join(name);
        files::copy(chart, &copy)?;
        Ok(Some(copy))
    }
}
