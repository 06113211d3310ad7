//! An emulator of the Azure Pipelines agent, for one step with a Node handler.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

mod audit;
mod command;
mod commands;
mod defaults;
mod details;
mod endpoint;
mod environment;
mod folders;
mod leaks;
mod lines;
mod mask;
mod outcome;
mod processes;
mod running;
mod step;
mod task;
mod transcript;
mod variables;

pub(crate) use endpoint::Endpoint;
pub(crate) use outcome::{Issue, TaskResult};
pub(crate) use processes::Process;
pub(crate) use running::Running;
pub(crate) use transcript::Transcript;

use crate::support::agent::folders::Folders;
use crate::support::agent::task::Task;
use crate::support::agent::variables::Variables;

/// A job that is about to run one step; each [`Agent::run`] is one attempt in the same folders.
#[derive(Clone, Debug)]
pub(crate) struct Agent {
    folders: Arc<Folders>,
    task: Option<Task>,
    program: Option<PathBuf>,
    inputs: Vec<(String, String)>,
    step_environment: Vec<(String, String)>,
    variables: Variables,
    endpoints: Vec<(String, Endpoint)>,
    path: Option<String>,
    time_limit: Duration,
    exempt: Vec<PathBuf>,
}

impl Agent {
    /// Returns an agent with fresh folders and the variables of an ordinary build.
    pub(crate) fn new() -> Self {
        let folders = Arc::new(Folders::create());
        let variables = defaults::variables(&folders);
        Self {
            folders,
            task: None,
            program: None,
            inputs: Vec::new(),
            step_environment: Vec::new(),
            variables,
            endpoints: Vec::new(),
            path: None,
            // Two busy cores and a debug build are slow; only a hang takes this long.
            time_limit: Duration::from_mins(3),
            exempt: Vec::new(),
        }
    }

    /// Sets the unpacked task: the folder with its task.json.
    pub(crate) fn task(mut self, folder: &Path) -> Self {
        self.task = Some(Task::read(folder));
        self
    }

    /// Starts this executable with the argument `task` instead of the task's own handler.
    pub(crate) fn program(mut self, path: &Path) -> Self {
        self.program = Some(path.to_owned());
        self
    }

    /// Sets an input of the step; with a task given, task.json must declare it.
    pub(crate) fn input(mut self, name: &str, value: &str) -> Self {
        self.inputs.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds an entry to the step's `env:`; a secret goes here as `$(NAME)`.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.step_environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a variable of the pipeline, or replaces one of the agent's own.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.set(name, value, false);
        self
    }

    /// Sets a secret variable of the pipeline.
    pub(crate) fn secret(mut self, name: &str, value: &str) -> Self {
        self.variables.set(name, value, true);
        self
    }

    /// Sets the token of the job.
    pub(crate) fn system_access_token(self, token: &str) -> Self {
        self.secret("System.AccessToken", token)
    }

    /// Declares a service connection; it reaches the task when a `connectedService:` input names it.
    pub(crate) fn endpoint(mut self, id: &str, endpoint: Endpoint) -> Self {
        self.endpoints.push((id.to_lowercase(), endpoint));
        self
    }

    /// Makes this the validation build of a pull request.
    pub(crate) fn pull_request(mut self, id: u32) -> Self {
        for (name, value) in defaults::pull_request(id) {
            self.variables.set(name, &value, false);
        }
        self
    }

    /// Sets the PATH of the agent; without this it is that of the test.
    pub(crate) fn path(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// Sets whether the agent reads `%AZP25` as `%`, which is its default.
    pub(crate) fn decode_percents(self, decode: bool) -> Self {
        self.variable("DECODE_PERCENTS", if decode { "true" } else { "false" })
    }

    /// Sets after how long a run counts as hung.
    pub(crate) fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// Lets secrets stay in a file or folder after the run.
    pub(crate) fn may_hold_secrets(mut self, path: &Path) -> Self {
        self.exempt.push(path.to_owned());
        self
    }

    /// Returns Build.SourcesDirectory.
    pub(crate) fn sources(&self) -> PathBuf {
        self.folders.sources()
    }

    /// Returns Agent.TempDirectory.
    pub(crate) fn temp(&self) -> PathBuf {
        self.folders.temp()
    }

    /// Returns Agent.ToolsDirectory.
    pub(crate) fn tools(&self) -> PathBuf {
        self.folders.tools()
    }

    /// Returns the home of the agent's user.
    pub(crate) fn home(&self) -> PathBuf {
        self.folders.home()
    }

    /// Returns the environment in which the step starts.
    pub(crate) fn environment(&self) -> std::collections::BTreeMap<String, String> {
        environment::assemble(self)
    }

    /// Runs the step to its end and asserts what holds for every run.
    #[track_caller]
    pub(crate) fn run(&self) -> Transcript {
        self.start().wait()
    }

    /// Starts the step, to be observed or cancelled.
    #[track_caller]
    pub(crate) fn start(&self) -> Running {
        Running::start(self)
    }
}
