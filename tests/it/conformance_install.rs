//! Golden cases of `install`, made with the genuine Fabrikate, git and Helm.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::it::conformance::copy;
use crate::it::product::{executable, project};
use crate::support::git_server::GitServer;
use crate::support::helm;
use crate::support::http::{Request, Response};

/// What the cases name: repositories, charts and manifests, behind one server.
pub(crate) struct World {
    server: GitServer,
    folder: TempDir,
}

impl World {
    pub(crate) fn make() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let www = folder.path().join("www");
        let answer = move |request: &Request| answer(&www, request);
        let server = GitServer::start().answering(answer).may_stay_idle();
        let made = Command::new("bash")
            .arg(project("tests/conformance/make-sources"))
            .arg(folder.path())
            .arg(server.url())
            .output()
            .expect("bash");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let beside = server.repository("beside");
        let link = beside.folder().parent().expect("folder").join("private.git");
        std::os::unix::fs::symlink(folder.path().join("git/private.git"), link).expect("link");
        Self { server, folder }
    }

    /// Returns a text with the names of this world in place of those of the cases.
    pub(crate) fn named(&self, text: &str) -> String {
        let (git, url) = (self.folder.path().join("git").display().to_string(), self.server.url());
        let www = self.folder.path().join("www").display().to_string();
        let user = url.replace("http://", "http://somebody:else@");
        text.replace("@GIT@", &format!("file://{git}"))
            .replace("@GITPATH@", &git)
            .replace("@WWW@", &format!("file://{www}"))
            .replace("@HTTP@", &url)
            .replace("@PRIVATEUSER@", &user)
            .replace("@PRIVATE@", &url)
    }
}

/// Answers for files and for what asks for a credential; git does the rest.
fn answer(www: &Path, request: &Request) -> Option<Response> {
    if request.path.starts_with("/private.git/") {
        let refused = Response::new(401).header("WWW-Authenticate", "Basic realm=\"git\"");
        return (!is_known(request.header("authorization"))).then_some(refused);
    }
    if let Some(name) = request.path.strip_prefix("/redir/") {
        return Some(Response::new(302).header("Location", &format!("/raw/{name}")));
    }
    if request.path.starts_with("/500") {
        return Some(Response::new(500).body("text/html", "<h1>broken</h1>"));
    }
    let file = www.join(request.path.trim_start_matches('/'));
    let content = std::fs::read(file).ok()?;
    Some(Response::new(200).body("application/octet-stream", content))
}

/// Tells whether a header holds the user and password, or the token as either.
fn is_known(header: &str) -> bool {
    let Some(encoded) = header.strip_prefix("Basic ") else {
        return false;
    };
    let pair = BASE64_STANDARD.decode(encoded).expect("base64");
    let pair = String::from_utf8(pair).expect("text");
    let (user, password) = pair.split_once(':').expect("a user and a password");
    user == "s3cret" || password == "s3cret"
}

/// Returns the SHA-256 of some bytes in hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digits = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
    digits.concat()
}

/// Returns what stands below a folder in the words of `expected-install.txt`.
fn listing(folder: &Path) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        let entries = std::fs::read_dir(folder.join(&below)).expect("folder");
        let entries: Vec<_> = entries.map(|entry| entry.expect("entry")).collect();
        if entries.is_empty() {
            lines.insert(format!("emptydir {}/", below.display()));
        }
        for entry in entries {
            let path = below.join(entry.file_name());
            let (kind, shown) = (entry.file_type().expect("type"), path.display());
            if kind.is_symlink() {
                let target = std::fs::read_link(entry.path()).expect("link");
                lines.insert(format!("link {shown} -> {}", target.display()));
            } else if kind.is_dir() && entry.file_name() == ".git" {
                lines.insert(format!("gitdir {shown}/"));
            } else if kind.is_dir() {
                open.push(path);
            } else {
                let mode = entry.metadata().expect("metadata").permissions().mode() & 0o777;
                let digest = digest(&std::fs::read(entry.path()).expect("file"));
                let digest = &digest[..16];
                lines.insert(format!("file {mode:o} {digest} {shown}"));
            }
        }
    }
    lines
}

/// Returns a line without the digest, where chance or an address decides it.
fn without_digest(line: &str) -> String {
    let mut words: Vec<&str> = line.splitn(4, ' ').collect();
    words[2] = "*";
    words.join(" ")
}

struct Case<'a> {
    world: &'a World,
    folder: PathBuf,
    facts: Value,
}

impl Case<'_> {
    fn run(&self, arguments: &[String], working: &Path, home: &Path) -> Output {
        let mut command = Command::new(executable());
        command.args(arguments).current_dir(working).env_clear();
        command.env("PATH", helm::path()).env("HOME", home).env("HELM_CONFIG_HOME", home);
        for (name, value) in self.facts["env"].as_object().into_iter().flatten() {
            command.env(name, value.as_str().expect("text"));
        }
        command.output().expect("the executable")
    }

    fn prepare(&self, folder: &Path, home: &Path) {
        copy(&self.folder.join("hld"), folder);
        for path in crate::support::definition::tree(folder).keys() {
            let text = std::fs::read_to_string(folder.join(path)).expect("text");
            std::fs::write(folder.join(path), self.world.named(&text)).expect("file");
        }
        if let Some(known) = self.facts["helm_repositories"].as_object() {
            let mut text = "apiVersion: \"\"\nrepositories:\n".to_owned();
            for (name, url) in known {
                let url = self.world.named(url.as_str().expect("text"));
                text += &format!("- name: {name}\n  url: {url}\n");
            }
            std::fs::write(home.join("repositories.yaml"), text).expect("file");
        }
    }

    /// Runs the case and returns what is wrong.
    fn problem(&self) -> Option<String> {
        let (folder, home) =
            (tempfile::tempdir().expect("folder"), tempfile::tempdir().expect("folder"));
        self.prepare(folder.path(), home.path());
        let before = listing(folder.path());
        let mut ended = "ok";
        for command in self.facts["commands"].as_array().expect("commands") {
            let words = command.as_array().expect("words").iter().skip(1);
            let words: Vec<String> =
                words.map(|word| word.as_str().expect("word").into()).collect();
            let output = self.run(&words, folder.path(), home.path());
            if !output.status.success() {
                ended = "error";
            }
            if ended != self.facts["expect"] {
                return Some(String::from_utf8_lossy(&output.stderr).into_owned());
            }
        }
        if ended == "error" {
            return None;
        }
        let problem = self.difference(&before, &listing(folder.path()));
        if problem.is_some() || self.facts["generate"] != true {
            return problem;
        }
        let output = self.run(&["generate".to_owned()], folder.path(), home.path());
        (!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned())
    }

    fn difference(&self, before: &BTreeSet<String>, after: &BTreeSet<String>) -> Option<String> {
        let Ok(expected) = std::fs::read_to_string(self.folder.join("expected-install.txt")) else {
            assert_eq!(self.facts["compare"], "none", "nothing is expected");
            return None;
        };
        let varying: BTreeSet<String> = expected
            .lines()
            .filter(|line| line.starts_with("file ") && line.split(' ').nth(2) == Some("*"))
            .map(str::to_owned)
            .collect();
        let masked = |line: &String| {
            let blank = if line.starts_with("file ") { without_digest(line) } else { line.clone() };
            if varying.contains(&blank) { blank } else { line.clone() }
        };
        let found: BTreeSet<String> = after.difference(before).map(masked).collect();
        let expected: BTreeSet<String> =
            expected.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let differing: Vec<_> = expected.symmetric_difference(&found).take(5).cloned().collect();
        (!differing.is_empty()).then(|| format!("{differing:#?}"))
    }
}

#[test]
fn installing() {
    let world = World::make();
    let folder = project("tests/conformance/install");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("group")
        .map(|entry| entry.expect("entry").path())
        .collect();
    folders.sort();
    let (all, mut problems) = (folders.len(), Vec::new());
    for folder in folders {
        let text = std::fs::read_to_string(folder.join("case.json")).expect("case.json");
        let name = folder.file_name().expect("name").to_string_lossy().into_owned();
        let facts = serde_json::from_str(&text).expect("JSON");
        let case = Case { world: &world, folder, facts };
        problems.extend(case.problem().map(|problem| format!("install/{name}: {problem}")));
    }
    println!("conformance/install: {} of {all}", all - problems.len());
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(all > 0, "no case was run");
}
