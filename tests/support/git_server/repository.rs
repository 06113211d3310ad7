//! A bare repository on the server, written and read with the real git.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::support::git_server::git::Git;
use crate::support::git_server::hooks;

/// A repository; copies of this value are the same repository.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    folder: PathBuf,
    url: String,
    // The repository lives as long as somebody holds it.
    _root: Arc<TempDir>,
}

impl Repository {
    /// Makes an empty repository in `folder`, with `main` as its default branch.
    pub(crate) fn create(folder: PathBuf, url: String, root: Arc<TempDir>) -> Self {
        fs::create_dir_all(&folder).expect("repository folder");
        let repository = Self { folder, url, _root: root };
        let git = repository.git();
        git.text(&["init", "--quiet", "--bare", "--initial-branch=main", "."]);
        // Refuse unsound objects as a hosting service does; start nothing in the background.
        for setting in [["receive.fsckObjects", "true"], ["receive.autogc", "false"]] {
            git.text(&["config", setting[0], setting[1]]);
        }
        repository
    }

    /// Sets the default branch, which need not exist.
    pub(crate) fn default_branch(self, branch: &str) -> Self {
        self.git().text(&["symbolic-ref", "HEAD", &format!("refs/heads/{branch}")]);
        self
    }

    /// Commits `files` to `main`, or to whatever the default branch is.
    pub(crate) fn with_files(self, files: &[(&str, &str)]) -> Self {
        let head = self.git().text(&["symbolic-ref", "--short", "HEAD"]);
        self.commit_files(&head, files, "Begin");
        self
    }

    /// Returns the address for clients, without credentials.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the bare repository's folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds or replaces files in one commit, as somebody else's push would; returns the commit.
    pub(crate) fn commit_files(
        &self,
        branch: &str,
        files: &[(&str, &str)],
        message: &str,
    ) -> String {
        let files = files
            .iter()
            .map(|(path, text)| format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len()));
        self.commit(branch, &files.collect::<String>(), message)
    }

    /// Adds or replaces a symbolic link in one commit.
    pub(crate) fn commit_link(&self, branch: &str, path: &str, target: &str) {
        let length = target.len();
        let change = format!("M 120000 inline {path}\ndata {length}\n{target}\n");
        self.commit(branch, &change, "Link");
    }

    /// Deletes files or folders in one commit; returns the commit.
    pub(crate) fn delete_files(&self, branch: &str, paths: &[&str], message: &str) -> String {
        let paths = paths.iter().map(|path| format!("D {path}\n"));
        self.commit(branch, &paths.collect::<String>(), message)
    }

    /// Replaces a branch by one commit without parents, as a forced push would.
    pub(crate) fn begin_anew(&self, branch: &str, files: &[(&str, &str)]) {
        let commit = self.commit_files("begun-anew", files, "Begin anew");
        self.git().text(&["update-ref", &reference(branch), &commit]);
        self.git().text(&["update-ref", "-d", &reference("begun-anew")]);
    }

    /// Returns every file of a branch.
    pub(crate) fn tree(&self, branch: &str) -> BTreeMap<String, Vec<u8>> {
        let listing =
            self.git().bytes(&["ls-tree", "-r", "-z", "--full-tree", &reference(branch)], b"");
        let listing = String::from_utf8(listing).expect("UTF-8 paths");
        let entries = listing.split_terminator('\0').map(|entry| {
            let (facts, path) = entry.split_once('\t').expect("an entry of ls-tree");
            let object = facts.rsplit(' ').next().expect("an object name");
            (path.to_owned(), object.to_owned())
        });
        let entries: Vec<(String, String)> = entries.collect();
        let wanted: Vec<&str> = entries.iter().flat_map(|(_, object)| [object, "\n"]).collect();
        let contents = self.git().bytes(&["cat-file", "--batch"], wanted.concat().as_bytes());
        let mut rest = contents.as_slice();
        entries.into_iter().map(|(path, _)| (path, next_object(&mut rest))).collect()
    }

    /// Returns the text of one file of a branch, if it is there.
    pub(crate) fn read(&self, branch: &str, path: &str) -> Option<String> {
        let name = format!("{}:{path}", reference(branch));
        let shown = self.git().run(&["cat-file", "blob", &name]);
        shown.success.then(|| String::from_utf8(shown.output).expect("UTF-8"))
    }

    /// Returns the newest commit of a branch, if there is such a branch.
    pub(crate) fn tip(&self, branch: &str) -> Option<String> {
        let found = self.git().run(&["rev-parse", "--verify", "--quiet", &reference(branch)]);
        found.success.then(|| String::from_utf8_lossy(&found.output).trim().to_owned())
    }

    /// Returns the branches.
    pub(crate) fn branches(&self) -> Vec<String> {
        let names =
            self.git().text(&["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads"]);
        names.lines().map(str::to_owned).collect()
    }

    /// Returns the subjects of a branch's commits, newest first.
    pub(crate) fn log(&self, branch: &str) -> Vec<String> {
        let subjects = self.git().text(&["log", "--format=%s", &reference(branch)]);
        subjects.lines().map(str::to_owned).collect()
    }

    /// Returns the whole message of a branch's newest commit.
    pub(crate) fn message(&self, branch: &str) -> String {
        self.newest(branch, "%B")
    }

    /// Returns the author of a branch's newest commit as `Name <address>`.
    pub(crate) fn author(&self, branch: &str) -> String {
        self.newest(branch, "%an <%ae>")
    }

    /// Asserts that the repository is sound and complete.
    #[track_caller]
    pub(crate) fn fsck(&self) {
        let check = self.git().run(&["fsck", "--full", "--strict", "--no-dangling"]);
        let found = String::from_utf8_lossy(&check.output);
        assert!(check.success && found.is_empty(), "git fsck: {found}{}", check.errors);
        assert!(!self.folder.join("shallow").exists(), "the history is cut off");
    }

    /// Refuses pushes to a branch; `text` reaches the client as the server's words.
    pub(crate) fn protect(&self, branch: &str, text: &str) {
        hooks::refuse_in_update(&self.folder.join("hooks"), &reference(branch), text);
    }

    /// Refuses pushes to a branch with `reason` in the status of the branch, as some services do.
    pub(crate) fn protect_with_reason(&self, branch: &str, reason: &str) {
        let name = reference(branch);
        self.git().text(&["config", "--add", "receive.procReceiveRefs", &name]);
        hooks::refuse_with_reason(&self.folder.join("hooks"), reason);
    }

    fn git(&self) -> Git {
        Git::within(&self.folder)
    }

    fn newest(&self, branch: &str, format: &str) -> String {
        self.git().text(&["log", "-1", &format!("--format={format}"), &reference(branch)])
    }

    fn commit(&self, branch: &str, changes: &str, message: &str) -> String {
        let name = reference(branch);
        let parent = self.tip(branch).map(|tip| format!("from {tip}\n")).unwrap_or_default();
        let who = "Competitor <competitor@contoso.example> 1767323045 +0000";
        let length = message.len();
        let stream = format!(
            "commit {name}\ncommitter {who}\ndata {length}\n{message}\n{parent}{changes}\ndone\n"
        );
        self.git().bytes(&["fast-import", "--quiet", "--done"], stream.as_bytes());
        self.tip(branch).expect("the commit that was made")
    }
}

fn reference(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

// `<object> <kind> <size>`, a line's end, the content, a line's end.
fn next_object(rest: &mut &[u8]) -> Vec<u8> {
    let end = rest.iter().position(|byte| *byte == b'\n').expect("the head of an object");
    let (head, behind) = rest.split_at(end);
    let size = String::from_utf8_lossy(head).rsplit(' ').next().and_then(|size| size.parse().ok());
    let (content, behind) = behind.split_at(1).1.split_at(size.expect("the size of an object"));
    *rest = behind.split_at(1).1;
    content.to_vec()
}
