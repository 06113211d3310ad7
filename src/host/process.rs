//! Programs: an argument list, a clean environment, captured streams, limits on time and output.

#![expect(clippy::disallowed_methods, reason = "the one place that starts programs")]

use crate::host::agent::Agent;
use crate::host::clock;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::Notify;

/// What a child may know of our environment. Nothing else reaches it: no token, no input.
const ALLOWED: &[&str] =
    &["PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TZ"];

/// A program to be started, with everything that it will see.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    name: Option<String>,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: PathBuf,
    limit: Duration,
    most: usize,
}

/// How a program ended.
#[derive(Clone, Debug)]
pub struct Output {
    /// Its exit status; `None` when a signal ended it.
    pub status: Option<i32>,
    /// Its standard output.
    pub stdout: Captured,
    /// Its standard error.
    pub stderr: Captured,
}

/// What a program wrote to one stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured {
    /// The beginning, up to the program's limit.
    pub bytes: Vec<u8>,
    /// Whether there was more, which is lost.
    pub is_cut: bool,
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

impl Captured {
    /// Returns the text, with what is not Unicode replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

impl Program {
    /// Returns a program that runs in `folder`. `home` is its home and temporary folder.
    pub fn new(path: &Path, agent: &Agent, folder: &Path, home: &Path) -> Self {
        let mut environment: Vec<(OsString, OsString)> = Vec::new();
        for name in ALLOWED {
            if let Some(value) = agent.raw(name) {
                environment.push((name.into(), value.into()));
            }
        }
        for name in ["HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"] {
            environment.push((name.into(), home.into()));
        }
        environment.push(("LANG".into(), "C.UTF-8".into()));
        Self {
            path: path.to_owned(),
            name: None,
            arguments: Vec::new(),
            environment,
            folder: folder.to_owned(),
            limit: Duration::from_mins(10),
            most: 256 * 1024 * 1024,
        }
    }

    /// Sets the name that the program is told it has, which is otherwise its path.
    #[must_use]
    pub fn called(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
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

    /// Sets after what time the child is stopped.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Sets how many bytes of each stream are kept.
    #[must_use]
    pub fn most(mut self, bytes: usize) -> Self {
        self.most = bytes;
        self
    }

    /// Runs the program to its end. When the future is dropped, the child is killed with all that
    /// it has started.
    pub async fn run(self) -> Result<Output, ProcessError> {
        let child = self.start()?;
        let group = Group::of(&child);
        let (path, limit, most) = (self.path, self.limit, self.most);
        match tokio::time::timeout(limit, converse(child, group, most)).await {
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
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A group of its own: what the child starts is ours to stop, and a Ctrl-C at a terminal,
        // which goes to the whole group of the terminal, is ours alone to hear.
        #[cfg(unix)]
        {
            command.process_group(0);
            command.arg0(self.name.as_ref().map_or(self.path.as_os_str(), OsStr::new));
        }
        command.spawn().map_err(|source| ProcessError::Start { path: self.path.clone(), source })
    }
}

/// The processes that a child started, killed when this is dropped.
struct Group(#[cfg(unix)] Option<rustix::process::Pid>);

impl Group {
    #[cfg(unix)]
    fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(rustix::process::Pid::from_raw))
    }

    #[cfg(not(unix))]
    fn of(_: &Child) -> Self {
        Self()
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(id) = self.0 {
            // An empty group is the usual case.
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}

async fn converse(mut child: Child, group: Group, most: usize) -> io::Result<Output> {
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let (mut out, mut err) = (Captured::default(), Captured::default());
    let exited = Notify::new();
    let ending = async {
        let status = child.wait().await;
        // What it has started ends with it, and so holds no stream open.
        drop(group);
        exited.notify_one();
        status
    };
    let reading = async {
        tokio::select! {
            read = async {
                tokio::try_join!(capture(stdout, &mut out, most), capture(stderr, &mut err, most))
            } => read.map(drop),
            // But for what has left the group.
            () = async { exited.notified().await; clock::wait(LINGERING).await } => Ok(()),
        }
    };
    let (status, read) = tokio::join!(ending, reading);
    read?;
    Ok(Output { status: status?.code(), stdout: out, stderr: err })
}

/// How long the streams of a program that has ended are read.
const LINGERING: Duration = Duration::from_secs(2);

/// Reads a stream to its end and keeps its beginning.
async fn capture(
    stream: Option<impl AsyncRead + Unpin>,
    captured: &mut Captured,
    most: usize,
) -> io::Result<()> {
    let Some(mut stream) = stream else {
        return Ok(());
    };
    let mut piece = vec![0; 64 * 1024];
    loop {
        let size = stream.read(&mut piece).await?;
        let Some(bytes) = piece.get(..size).filter(|bytes| !bytes.is_empty()) else {
            return Ok(());
        };
        let kept = bytes.len().min(most - captured.bytes.len());
        captured.bytes.extend_from_slice(bytes.get(..kept).unwrap_or_default());
        captured.is_cut |= kept < bytes.len();
    }
}
