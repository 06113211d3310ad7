//! The folders of one agent, fresh for each test.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The agent's work folder with its usual parts, a home and the host's temporary folder.
#[derive(Debug)]
pub(crate) struct Folders {
    root: PathBuf,
    // Removes everything when the last user of the folders is gone.
    _guard: TempDir,
}

impl Folders {
    /// Makes the folders.
    pub(crate) fn create() -> Self {
        let guard = tempfile::Builder::new().prefix("agent-").tempdir().expect("temporary folder");
        // Paths in messages are compared as text, so a link above the folder must not show.
        let root = fs::canonicalize(guard.path()).expect("temporary folder");
        let folders = Self { root, _guard: guard };
        let parts = [folders.sources(), folders.temp(), folders.tasks(), folders.tools()];
        let build = ["a", "b", "TestResults"].map(|part| folders.build().join(part));
        let outside = [folders.agent(), folders.home(), folders.host_temp()];
        for folder in parts.iter().chain(&build).chain(&outside) {
            fs::create_dir_all(folder).expect("agent folder");
        }
        folders
    }

    /// Returns the folder that holds all others.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Returns `_work`, the folder of everything a job touches.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("_work")
    }

    /// Returns the folder of this pipeline, Pipeline.Workspace.
    pub(crate) fn build(&self) -> PathBuf {
        self.work().join("1")
    }

    /// Returns the checkout, Build.SourcesDirectory.
    pub(crate) fn sources(&self) -> PathBuf {
        self.build().join("s")
    }

    /// Returns Agent.TempDirectory.
    pub(crate) fn temp(&self) -> PathBuf {
        self.work().join("_temp")
    }

    /// Returns the folder of unpacked tasks.
    pub(crate) fn tasks(&self) -> PathBuf {
        self.work().join("_tasks")
    }

    /// Returns Agent.ToolsDirectory.
    pub(crate) fn tools(&self) -> PathBuf {
        self.work().join("_tool")
    }

    /// Returns the folder where the agent itself is installed.
    pub(crate) fn agent(&self) -> PathBuf {
        self.root.join("agent")
    }

    /// Returns the home of the agent's user.
    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Returns the host's own temporary folder, which the agent does not redirect.
    pub(crate) fn host_temp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    /// Returns `text` with the folders' paths replaced by names that are the same in every run.
    pub(crate) fn named(&self, text: &str) -> String {
        let names = [
            (self.temp(), "$TEMP"),
            (self.work(), "$WORK"),
            (self.home(), "$HOME"),
            (self.host_temp(), "$TMP"),
            (self.root.clone(), "$ROOT"),
        ];
        names.iter().fold(text.to_owned(), |named, (folder, name)| {
            named.replace(folder.to_str().expect("a UTF-8 path"), name)
        })
    }
}
