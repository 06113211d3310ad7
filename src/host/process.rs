//! Programs: an argument list, a clean environment, captured streams, a time limit.

#![expect(clippy::disallowed_methods, reason = "the one place that starts programs")]

use crate::host::agent::Agent;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

/// What a child may know of our environment. Nothing else reaches it: no token, no input.
const ALLOWED: &[&str] =
    &["PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TZ"];

/// A program to be started, with everything that it will see.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: PathBuf,
    input: Vec<u8>,
    limit: Duration,
}

/// How a program ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// Its standard output.
    pub stdout: Vec<u8>,
    /// Its standard error.
    pub stderr: Vec<u8>,
}

/// A program that could not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It did not start.
    #[error("cannot start {}", path.display())]
    Start {
        /// The program.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Its streams broke.
    #[error("lost contact with {}", path.display())]
    Streams {
        /// The program.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It took too long and was stopped.
    #[error("{} did not end within {} s and was stopped", path.display(), limit.as_secs())]
    TimeLimit {
        /// The program.
        path: PathBuf,
        /// The limit.
        limit: Duration,
    },
}

impl Program {
    /// Returns a program that runs in `folder`, which is also its home and temporary folder.
    pub fn new(path: &Path, agent: &Agent, folder: &Path) -> Self {
        let mut environment: Vec<(OsString, OsString)> = Vec::new();
        for name in ALLOWED {
            if let Some(value) = agent.raw(name) {
                environment.push((name.into(), value.into()));
            }
        }
        for name in ["HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"] {
            environment.push((name.into(), folder.into()));
        }
        environment.push(("LANG".into(), "C.UTF-8".into()));
        Self {
            path: path.to_owned(),
            arguments: Vec::new(),
            environment,
            folder: folder.to_owned(),
            input: Vec::new(),
            limit: Duration::from_mins(10),
        }
    }

    /// Adds arguments.
    #[must_use]
    pub fn arguments<T: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Adds one variable to the child's environment.
    #[must_use]
    pub fn variable(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.into(), value.as_ref().to_owned()));
        self
    }

    /// Sets what the child reads from its standard input, which is otherwise empty.
    #[must_use]
    pub fn input(mut self, bytes: Vec<u8>) -> Self {
        self.input = bytes;
        self
    }

    /// Sets after what time the child is stopped.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs the program to its end. A child whose future is dropped is killed.
    pub async fn run(self) -> Result<Output, ProcessError> {
        let child = self.start()?;
        let (path, limit) = (self.path, self.limit);
        match tokio::time::timeout(limit, converse(child, self.input)).await {
            Ok(Ok(output)) => Ok(output),
            Ok(Err(source)) => Err(ProcessError::Streams { path, source }),
            Err(_elapsed) => Err(ProcessError::TimeLimit { path, limit }),
        }
    }

    fn start(&self) -> Result<Child, ProcessError> {
        let mut command = Command::new(&self.path);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A Ctrl-C at a terminal goes to the whole group: the child is ours to stop.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().map_err(|source| ProcessError::Start { path: self.path.clone(), source })
    }
}

async fn converse(mut child: Child, input: Vec<u8>) -> io::Result<Output> {
    let stdin = child.stdin.take();
    let feed = async move {
        let Some(mut stdin) = stdin else {
            return;
        };
        // A child that does not read to the end is free to: its exit status tells.
        if stdin.write_all(&input).await.is_ok() {
            drop(stdin.shutdown().await);
        }
    };
    let ((), output) = tokio::join!(feed, child.wait_with_output());
    let output = output?;
    Ok(Output { status: output.status.code(), stdout: output.stdout, stderr: output.stderr })
}
