//! `fabrikate.lock`: what the sources of a definition came to.

mod charts;

pub use charts::Renderer;

use crate::failure::{Code, Diagnose, Place};
use crate::helm::metadata::text_of;
use crate::host::files::{self, FileError};
use crate::source::{Fetched, Resolved};
use crate::yaml::{self, LooseNumbers, Mapping, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name of the file, beside the root component.
const FILE: &str = "fabrikate.lock";
/// What the file begins with.
const HEADER: &str = "\
# What the sources of this definition came to, written by Fabrikate GitOps (`lock: update`).
# Keep it in git: with `lock: verify` a run fails when a source has moved.
";

/// What sources have to come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    file: PathBuf,
    entries: BTreeMap<Wanted, Resolved>,
    /// What rendered the charts; empty where nothing has.
    charts: Vec<Renderer>,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Wanted {
    address: String,
    chart: String,
    branch: String,
    version: String,
    method: String,
}

/// A lock that does not hold, or cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The file cannot be read.
    #[error("{FILE} cannot be read: {reason}")]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The line.
        line: Option<usize>,
        /// Why.
        reason: String,
    },
    /// The file cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no file.
    #[error("there is no {FILE} to verify")]
    Missing {
        /// Where it should be.
        file: PathBuf,
    },
    /// The file does not name a source.
    #[error("{FILE} does not name {wanted}, which came to {found}")]
    Unknown {
        /// The file.
        file: PathBuf,
        /// The source.
        wanted: String,
        /// What it came to.
        found: Resolved,
    },
    /// Charts are rendered as by another version of Helm.
    #[error(
        "charts have moved: {FILE} has the output of Helm {locked}, and it would be that of {found}"
    )]
    Profile {
        /// The file.
        file: PathBuf,
        /// The versions in the lock.
        locked: String,
        /// Those of this run.
        found: String,
    },
    /// A source has moved.
    #[error("{wanted} has moved: {FILE} has {locked}, and it came to {found}")]
    Moved {
        /// The file.
        file: PathBuf,
        /// The source.
        wanted: String,
        /// What it was.
        locked: Resolved,
        /// What it came to.
        found: Resolved,
    },
}

impl Diagnose for LockError {
    fn code(&self) -> Code {
        match self {
            Self::Unreadable { .. } | Self::Missing { .. } | Self::File(_) => Code::LockUnreadable,
            Self::Unknown { .. } | Self::Moved { .. } | Self::Profile { .. } => Code::LockMismatch,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable { .. } => "correct it, or let `lock: update` write it anew".to_owned(),
            Self::File(_) => "check the permissions there".to_owned(),
            Self::Missing { .. } | Self::Unknown { .. } => {
                "run `fabrikate-gitops install --lock update` and commit the file".to_owned()
            }
            Self::Profile { .. } => "render with the same version, or, if the change is right, \
                 run once with `lock: update` and commit the file"
                .to_owned(),
            Self::Moved { .. } => "if that is right, run `fabrikate-gitops install --lock update` \
                 and commit the file; else give the component a `version`"
                .to_owned(),
        })
    }

    fn place(&self) -> Option<Place> {
        Some(match self {
            Self::Unreadable { file, line, .. } => Place::line(file, *line),
            Self::File(error) => Place::file(&error.path),
            Self::Missing { file }
            | Self::Unknown { file, .. }
            | Self::Moved { file, .. }
            | Self::Profile { file, .. } => Place::file(file),
        })
    }
}

/// Returns the lock beside a definition's root component.
pub fn lock_file(definition: &Path) -> PathBuf {
    definition.join(FILE)
}

impl Lock {
    /// Reads the lock beside a definition's root component.
    pub fn read(definition: &Path) -> Result<Self, LockError> {
        let file = lock_file(definition);
        let Some(text) = files::read_if_there(&file)? else {
            return Err(LockError::Missing { file });
        };
        let (entries, charts) = parse(&text).map_err(|error| LockError::Unreadable {
            file: file.clone(),
            line: error.line,
            reason: error.message,
        })?;
        Ok(Self { file, entries, charts })
    }

    /// Writes the lock beside a definition's root component, if that changes it, and returns whether
    /// it does. What the lock said of sources that were not fetched this time, since the definition
    /// holds them, stays.
    pub fn update(definition: &Path, fetched: &[Fetched]) -> Result<bool, LockError> {
        let mut lock = Self::read_or_new(definition)?;
        let old = lock.entries.clone();
        for one in fetched {
            lock.entries.insert(wanted(one), one.resolved.clone());
        }
        let changed = lock.entries != old || files::entry(&lock.file) == files::Entry::Missing;
        if changed {
            files::rewrite(&lock.file, &lock.text())?;
        }
        Ok(changed)
    }

    fn read_or_new(definition: &Path) -> Result<Self, LockError> {
        match Self::read(definition) {
            Err(LockError::Missing { file }) => {
                Ok(Self { file, entries: BTreeMap::new(), charts: Vec::new() })
            }
            read => read,
        }
    }

    /// Refuses what is not as the lock says.
    pub(super) fn check(&self, fetched: &Fetched) -> Result<(), LockError> {
        let (file, found) = (self.file.clone(), fetched.resolved.clone());
        let name = named(fetched);
        match self.entries.get(&wanted(fetched)) {
            None => Err(LockError::Unknown { file, wanted: name, found }),
            Some(locked) if *locked != found => {
                Err(LockError::Moved { file, wanted: name, locked: locked.clone(), found })
            }
            Some(_) => Ok(()),
        }
    }

    fn text(&self) -> Vec<u8> {
        let sources = self.entries.iter().map(|(wanted, resolved)| {
            let mut source = Mapping::new();
            let Wanted { address, chart, branch, version, method } = wanted;
            let fields = [
                ("source", address.as_str()),
                ("method", method),
                ("chart", chart),
                ("branch", branch),
                ("version", version),
            ];
            for (key, text) in fields.into_iter().filter(|(_, text)| !text.is_empty()) {
                source.insert(key, text.into());
            }
            match resolved {
                Resolved::Commit(commit) => {
                    source.insert("commit", commit.as_str().into());
                }
                Resolved::Chart { version, digest } => {
                    source.insert("resolved", version.as_str().into());
                    source.insert("digest", digest.as_str().into());
                }
                Resolved::File(digest) => {
                    source.insert("digest", digest.as_str().into());
                }
            }
            Value::Mapping(source)
        });
        let charts: Vec<_> = self.charts.iter().map(Renderer::entry).collect();
        let mut root = Mapping::new();
        if !charts.is_empty() {
            root.insert("charts", Value::Sequence(charts));
        }
        root.insert("sources", Value::Sequence(sources.collect()));
        root.insert("version", Value::Int(1));
        let body = yaml::write(&Value::Mapping(root), LooseNumbers::Quoted);
        [HEADER.as_bytes(), &body].concat()
    }
}

fn wanted(fetched: &Fetched) -> Wanted {
    Wanted {
        address: fetched.address.clone(),
        chart: fetched.chart.clone(),
        branch: fetched.branch.clone(),
        version: fetched.version.clone(),
        method: fetched.method.to_owned(),
    }
}

/// Returns a source's name for people.
fn named(fetched: &Fetched) -> String {
    let Fetched { address, chart, branch, version, .. } = fetched;
    let mut name = if chart.is_empty() {
        address.clone()
    } else {
        format!("the chart `{chart}` of {address}")
    };
    for (what, text) in [("branch", branch), ("version", version)] {
        if !text.is_empty() {
            name = format!("{name}, {what} `{text}`");
        }
    }
    name
}

type Parsed = (BTreeMap<Wanted, Resolved>, Vec<Renderer>);

fn parse(text: &[u8]) -> Result<Parsed, yaml::Error> {
    let unreadable = |message: &str, line: usize| yaml::Error {
        message: message.to_owned(),
        line: Some(line),
        column: None,
    };
    let mut entries = BTreeMap::new();
    let Some(root) = yaml::parse(text)? else {
        return Ok((entries, Vec::new()));
    };
    let fields = root.entries("a mapping")?;
    let version = fields.get("version").map(yaml::Node::string).transpose()?.flatten();
    if version.as_deref() != Some("1") {
        return Err(unreadable("this version of Fabrikate GitOps reads `version: 1` only", 1));
    }
    let sources = fields.get("sources").map(|sources| sources.items("a list")).transpose()?;
    for source in sources.unwrap_or_default() {
        let value = source.to_value(yaml::Keys::Text)?;
        let text = |key: &str| {
            value.as_mapping().and_then(|fields| fields.get(key)).map(text_of).unwrap_or_default()
        };
        let wanted = Wanted {
            address: text("source"),
            chart: text("chart"),
            branch: text("branch"),
            version: text("version"),
            method: text("method"),
        };
        let resolved = match wanted.method.as_str() {
            "git" => Resolved::Commit(text("commit")),
            "helm" => Resolved::Chart { version: text("resolved"), digest: text("digest") },
            "http" => Resolved::File(text("digest")),
            _ => return Err(unreadable("`method` is none of git, helm and http", source.line())),
        };
        entries.insert(wanted, resolved);
    }
    let charts = fields.get("charts").map(|charts| charts.items("a list")).transpose()?;
    let charts = charts.unwrap_or_default().iter().map(Renderer::read).collect::<Result<_, _>>()?;
    Ok((entries, charts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn fetched() -> Vec<Fetched> {
        let one = |method, address: &str, chart: &str, version: &str, resolved| Fetched {
            method,
            address: address.to_owned(),
            chart: chart.to_owned(),
            branch: String::new(),
            version: version.to_owned(),
            resolved,
        };
        vec![
            one("git", "https://a.test/r", "", "v1", Resolved::Commit("0e10".to_owned())),
            one("http", "https://a.test/x.yaml", "", "", Resolved::File("sha256:b".to_owned())),
            one(
                "helm",
                "https://a.test/charts",
                "dep",
                "~1.0",
                Resolved::Chart { version: "1.0".to_owned(), digest: "sha256:c".to_owned() },
            ),
        ]
    }

    #[test]
    fn what_is_written_is_read_and_verified() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Lock::read(folder.path()), Err(LockError::Missing { .. })));
        assert!(Lock::update(folder.path(), &fetched()).unwrap());
        assert!(!Lock::update(folder.path(), &fetched()[..1]).unwrap());
        let text = files::read(&folder.path().join(FILE)).unwrap();
        expect![[r##"
            # What the sources of this definition came to, written by Fabrikate GitOps (`lock: update`).
            # Keep it in git: with `lock: verify` a run fails when a source has moved.
            sources:
            - chart: dep
              digest: sha256:c
              method: helm
              resolved: "1.0"
              source: https://a.test/charts
              version: ~1.0
            - commit: "0e10"
              method: git
              source: https://a.test/r
              version: v1
            - digest: sha256:b
              method: http
              source: https://a.test/x.yaml
            version: 1
        "##]]
        .assert_eq(&String::from_utf8(text).unwrap());
        let lock = Lock::read(folder.path()).unwrap();
        for one in fetched() {
            lock.check(&one).unwrap();
        }
        let mut moved = fetched().remove(0);
        moved.resolved = Resolved::Commit("1f".to_owned());
        expect!["https://a.test/r, version `v1` has moved: fabrikate.lock has commit 0e10, and it came to commit 1f"]
            .assert_eq(&lock.check(&moved).unwrap_err().to_string());
        moved.branch = "dev".to_owned();
        expect!["fabrikate.lock does not name https://a.test/r, branch `dev`, version `v1`, which came to commit 1f"]
            .assert_eq(&lock.check(&moved).unwrap_err().to_string());
    }

    #[test]
    fn what_is_no_lock_is_told() {
        let refused = |text: &str| parse(text.as_bytes()).unwrap_err().message;
        assert_eq!(
            refused("version: 2"),
            "this version of Fabrikate GitOps reads `version: 1` only"
        );
        assert_eq!(
            refused("version: 1\nsources: [{method: svn}]"),
            "`method` is none of git, helm and http"
        );
    }
}
