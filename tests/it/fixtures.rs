//! What the tests of the support share.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::Git;

/// Returns the folder of the task that runs its own input.
pub(crate) fn fake_task() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/fake_task")
}

/// Returns an agent whose task runs `script`.
pub(crate) fn scripted(script: &str) -> Agent {
    Agent::new().task(&fake_task()).input("script", script)
}

/// Returns the message with which `act` panics.
#[track_caller]
pub(crate) fn panic_of<T>(act: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(act)).map(drop).expect_err("a panic");
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).expect("a text")
}

/// A clone of a repository on the server, made with the real git.
pub(crate) struct Clone {
    folder: TempDir,
}

impl Clone {
    /// Clones with more `options`, or returns what git said.
    pub(crate) fn attempt(url: &str, options: &[&str]) -> Result<Self, String> {
        let folder = tempfile::tempdir().expect("folder");
        let arguments = [options, &["clone", "--quiet", url, "."]].concat();
        let finished = Git::within(folder.path()).run(&arguments);
        if finished.success { Ok(Self { folder }) } else { Err(finished.errors) }
    }

    /// Clones, which must succeed.
    #[track_caller]
    pub(crate) fn of(url: &str) -> Self {
        Self::attempt(url, &[]).unwrap_or_else(|errors| panic!("{errors}"))
    }

    /// Returns git for the clone.
    pub(crate) fn git(&self) -> Git {
        Git::within(self.folder.path())
    }

    /// Writes a file and commits it.
    pub(crate) fn commit(&self, path: &str, content: impl AsRef<[u8]>) {
        Definition::default().file(path, content).write(self.folder.path());
        self.git().text(&["add", "--all"]);
        self.git().text(&["commit", "--quiet", "--message", &format!("Write {path}")]);
    }

    /// Pushes the current branch, or returns what git said.
    pub(crate) fn push(&self) -> Result<(), String> {
        let finished = self.git().run(&["push", "origin", "HEAD"]);
        if finished.success { Ok(()) } else { Err(finished.errors) }
    }
}

/// Returns `url` with a user and a password.
pub(crate) fn with_password(url: &str, password: &str) -> String {
    url.replacen("://", &format!("://somebody:{password}@"), 1)
}

/// Sends one request as it stands and returns the whole answer as text.
pub(crate) fn exchange(url: &str, request: &str) -> String {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest);
    let mut stream = TcpStream::connect(address.split('/').next().expect("host")).expect("server");
    stream.write_all(request.as_bytes()).expect("request");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answer");
    String::from_utf8_lossy(&answer).into_owned()
}
