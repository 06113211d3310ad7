//! The real git program, apart from this machine's configuration.

use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// Git in one folder.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    folder: PathBuf,
}

/// What a run of git left.
#[derive(Clone, Debug)]
pub(crate) struct Finished {
    /// Whether it exited with 0.
    pub(crate) success: bool,
    /// Its standard output.
    pub(crate) output: Vec<u8>,
    /// Its standard error.
    pub(crate) errors: String,
}

impl Git {
    /// Returns git for `folder`.
    pub(crate) fn within(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Runs git to its end, whatever that is.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with(arguments, b"")
    }

    /// Runs git, which must succeed, and returns its output without the last line's end.
    #[track_caller]
    pub(crate) fn text(&self, arguments: &[&str]) -> String {
        let output = String::from_utf8(self.bytes(arguments, b"")).expect("UTF-8");
        output.trim_end_matches('\n').to_owned()
    }

    /// Runs git on `input`; it must succeed.
    #[track_caller]
    pub(crate) fn bytes(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let finished = self.run_with(arguments, input);
        assert!(finished.success, "git {arguments:?}: {}", finished.errors);
        finished.output
    }

    fn run_with(&self, arguments: &[&str], input: &[u8]) -> Finished {
        let mut command = program();
        command.args(arguments).current_dir(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("git");
        let mut pipe = child.stdin.take().expect("standard input");
        // In a thread of its own, or both sides would wait for each other.
        let output = thread::scope(|scope| {
            scope.spawn(move || drop(pipe.write_all(input)));
            child.wait_with_output().expect("git")
        });
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        Finished { success: output.status.success(), output: output.stdout, errors }
    }
}

/// Returns git with a clean environment, a fixed identity and a fixed date.
pub(crate) fn program() -> Command {
    let mut command = Command::new("git");
    command.env_clear().env("PATH", env::var_os("PATH").unwrap_or_default());
    for (name, value) in [
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_AUTHOR_NAME", "Competitor"),
        ("GIT_AUTHOR_EMAIL", "competitor@contoso.example"),
        ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"),
        ("GIT_COMMITTER_NAME", "Competitor"),
        ("GIT_COMMITTER_EMAIL", "competitor@contoso.example"),
        ("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"),
        ("LC_ALL", "C"),
    ] {
        command.env(name, value);
    }
    command
}
