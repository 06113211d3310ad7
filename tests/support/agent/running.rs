//! A step under way: the process, its streams, and what the agent may do to it.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::agent::Agent;
use crate::support::agent::audit::{self, Ending};
use crate::support::agent::environment;
use crate::support::agent::lines::{Stream, Streams};
use crate::support::agent::processes::{self, Process};
use crate::support::agent::transcript::Transcript;
use crate::support::agent::variables::expand;

/// The signals of a cancellation, the variable that says how long the agent waits after each, and
/// the milliseconds without it.
const PATIENCE: [(&str, &str, u64); 2] =
    [("INT", "PROCESS_SIGINT_TIMEOUT", 7_500), ("TERM", "PROCESS_SIGTERM_TIMEOUT", 2_500)];
/// How long the agent waits for the streams to end when the process has.
const ORPHANS: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(3);

/// A step that was started.
#[derive(Debug)]
#[must_use = "wait for it"]
pub(crate) struct Running {
    agent: Agent,
    unpacked: Option<PathBuf>,
    // In the environment of no other run, and unlike a process's number never used again.
    marker: String,
    child: Child,
    streams: Arc<Streams>,
    begun: Instant,
    stopped: bool,
}

impl Running {
    /// Starts the process as the agent does.
    pub(crate) fn start(agent: &Agent) -> Self {
        let environment = agent.environment();
        let unpacked = match (&agent.task, &agent.program) {
            (Some(task), None) => Some(task.unpack(&agent.folders.tasks())),
            (Some(_) | None, _) => None,
        };
        let mut command = command(agent, unpacked.as_deref(), &environment);
        command.env_clear().envs(&environment);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        // The agent closes the input at once, so that a question fails instead of hanging.
        drop(child.stdin.take());
        let streams = Arc::new(Streams::default());
        streams.listen(0, child.stdout.take().expect("standard output"));
        streams.listen(1, child.stderr.take().expect("standard error"));
        let temp = environment.get("AGENT_TEMPDIRECTORY").expect("the agent's temp folder");
        let marker = format!("AGENT_TEMPDIRECTORY={temp}");
        let (agent, begun) = (agent.clone(), Instant::now());
        Self { agent, unpacked, marker, child, streams, begun, stopped: false }
    }

    /// Returns the number of the process that the agent knows: Node, or the program.
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Returns the process and all that came from it.
    pub(crate) fn processes(&self) -> Vec<Process> {
        Process::family(&self.marker)
    }

    /// Waits until a line with `text` was printed.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        let printed = |both: &[Stream; 2]| {
            both.iter().any(|stream| stream.lines.iter().any(|line| line.text.contains(text)))
        };
        let over = |both: &[Stream; 2]| both.iter().all(|stream| stream.ended);
        let ended = self.streams.wait(self.left(), |both| printed(both) || over(both));
        assert!(ended && printed(&self.streams.now()), "no line with `{text}`\n{}", self.raw());
    }

    /// Waits until the run's processes are as asked; fails when they end before.
    #[track_caller]
    pub(crate) fn wait_until(&mut self, condition: impl Fn(&[Process]) -> bool) {
        while !condition(&self.processes()) {
            let ended = self.child.try_wait().expect("child").is_some();
            assert!(!ended && !self.left().is_zero(), "it never became so\n{}", self.raw());
            thread::sleep(POLL);
        }
    }

    /// Sends SIGINT to the process that the agent knows, and to no other.
    pub(crate) fn interrupt(&mut self) {
        self.signal("INT");
    }

    /// Sends SIGTERM to the process that the agent knows, and to no other.
    pub(crate) fn terminate(&mut self) {
        self.signal("TERM");
    }

    /// Kills the process that the agent knows, and no other.
    pub(crate) fn kill(&mut self) {
        self.signal("KILL");
    }

    /// Cancels the step as the agent does: SIGINT, patience, SIGTERM, patience, SIGKILL.
    #[track_caller]
    pub(crate) fn cancel(mut self) -> Transcript {
        for (signal, variable, usual) in PATIENCE {
            let patience = self.agent.variables.get(variable).and_then(|text| text.parse().ok());
            self.signal(signal);
            if self.exited_within(Duration::from_millis(patience.unwrap_or(usual))).is_some() {
                return self.wait();
            }
        }
        self.kill();
        self.wait()
    }

    /// Waits for the end and asserts what holds for every run.
    #[track_caller]
    pub(crate) fn wait(mut self) -> Transcript {
        let Some(status) = self.exited_within(self.left()) else {
            self.end_all();
            panic!("not done after {:?}\n{}", self.agent.time_limit, self.raw());
        };
        let over = |both: &[Stream; 2]| both.iter().all(|stream| stream.ended);
        let orphaned = !self.streams.wait(ORPHANS, over);
        if orphaned {
            self.end_all();
        }
        let ending = Ending { status, stopped: self.stopped, orphaned };
        audit::conclude(&self.agent, self.unpacked.as_deref(), self.streams.now(), ending)
    }

    fn signal(&mut self, name: &str) {
        self.stopped = true;
        processes::signal(self.process_id(), name);
    }

    fn exited_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let asked = Instant::now();
        loop {
            let status = self.child.try_wait().expect("child");
            if status.is_some() || asked.elapsed() > limit {
                return status;
            }
            thread::sleep(POLL);
        }
    }

    fn left(&self) -> Duration {
        self.agent.time_limit.saturating_sub(self.begun.elapsed())
    }

    fn end_all(&mut self) {
        for process in self.processes() {
            processes::signal(process.id, "KILL");
        }
    }

    fn raw(&self) -> String {
        let [output, errors] = self.streams.now();
        audit::raw_text(&output, &errors)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.end_all();
            // Only to leave no zombie; how it ended does not matter.
            drop(self.child.wait());
        }
    }
}

fn command(
    agent: &Agent,
    unpacked: Option<&Path>,
    environment: &BTreeMap<String, String>,
) -> Command {
    let default = agent.variables.expanded();
    let default = default.get("System.DefaultWorkingDirectory").unwrap_or_default().to_owned();
    if let Some(program) = &agent.program {
        let mut command = Command::new(program);
        command.arg("task").current_dir(default);
        return command;
    }
    let task = agent.task.as_ref().expect("an agent needs a task or a program");
    let unpacked = unpacked.expect("the task was unpacked");
    let (target, folder) = task.handler();
    let script = unpacked.join(target);
    assert!(script.is_file(), "the task has no {}", script.display());
    // The handler knows the task's own folder and the inputs.
    let folder = folder.map(|folder| {
        expand(&folder, |name| match name.to_lowercase().as_str() {
            "currentdirectory" => unpacked.to_str().map(str::to_owned),
            other => environment.get(&format!("INPUT_{}", other.to_uppercase())).cloned(),
        })
    });
    let mut command = Command::new(node());
    command.arg(script).current_dir(folder.unwrap_or(default));
    command
}

// The agent brings its own Node, whatever PATH the job has.
fn node() -> PathBuf {
    let path = environment::own_path();
    let folders = env::split_paths(&path);
    let mut programs = folders.map(|folder| folder.join("node"));
    programs.find(|program| program.is_file()).expect("Node on the test's PATH")
}
