//! What `helm template` does, by its arguments.

use crate::charts::builtin::{capabilities, deprecation};
use crate::charts::chance::{Fall, Source};
use crate::charts::loading;
use crate::helm::Profile;
use crate::helm::chart::{self, Release};
use crate::helm::value::Text;
use crate::helm::values::{Given, Table};
use crate::host::files::{self, Entry, FileError};
use crate::plan;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The most bytes that a file of values may have.
const LARGEST: u64 = 64 << 20;

/// The arguments of `helm template`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The name of the release.
    pub name: String,
    /// The folder or archive of the chart.
    pub chart: String,
    /// `--values`.
    pub files: Vec<String>,
    /// `--set-json`.
    pub json: Vec<String>,
    /// `--set`.
    pub typed: Vec<String>,
    /// `--set-string`.
    pub texts: Vec<String>,
    /// `--set-file`.
    pub from_files: Vec<String>,
    /// `--kube-version`.
    pub kube_version: Option<String>,
    /// `--api-versions`.
    pub api_versions: Vec<String>,
    /// `--namespace`.
    pub namespace: String,
    /// `--include-crds`.
    pub include_crds: bool,
    /// `--skip-tests`.
    pub skip_tests: bool,
    /// `--is-upgrade`.
    pub is_upgrade: bool,
    /// `--helm-profile`: which Helm is followed.
    pub profile: Profile,
}

/// What `helm template` prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    /// The manifests, or what is said behind `Error: `.
    pub output: Result<Vec<u8>, String>,
    /// What else is said.
    pub warnings: Vec<String>,
}

impl Template {
    /// Renders the chart.
    pub fn print(&self) -> Printed {
        let mut warnings = Vec::new();
        let output = self.output(&mut warnings);
        Printed { output, warnings }
    }

    // In Helm's order, which decides which of several mistakes is told.
    fn output(&self, warnings: &mut Vec<String>) -> Result<Vec<u8>, String> {
        let kube_version = self.kube_version.as_deref().filter(|version| !version.is_empty());
        let capabilities = capabilities(self.profile, kube_version, &self.api_versions)?;
        let path = located(&self.chart)?;
        let values = self.values()?;
        let chart = loading::load(&path, self.profile)?;
        warnings.extend(deprecation(&chart));
        let rendering = chart::Rendering {
            release: Release {
                name: self.name.as_str().into(),
                namespace: self.namespace.as_str().into(),
                is_upgrade: self.is_upgrade,
            },
            capabilities,
            values,
            includes_definitions: self.include_crds,
            skips_tests: self.skip_tests,
        };
        let interpreter =
            Source::of(&plan::Randomness::Fresh).chance(&[], Fall::default())?.interpreter();
        let rendered = chart.render(&rendering, interpreter).map_err(|e| e.to_string())?;
        warnings.extend(rendered.warnings);
        Ok(rendered.output)
    }

    fn values(&self) -> Result<Table, String> {
        let contents: Result<Vec<_>, _> = self.files.iter().map(|file| content(file)).collect();
        let contents = contents?;
        let names = self.files.iter().map(String::as_str);
        let given = Given {
            profile: self.profile,
            files: names.zip(contents.iter().map(Vec::as_slice)).collect(),
            json: borrowed(&self.json),
            typed: borrowed(&self.typed),
            texts: borrowed(&self.texts),
            from_files: borrowed(&self.from_files),
        };
        given.values(&|file| content(file).map(Text::from)).map_err(|error| error.to_string())
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Returns where the chart is that Helm would find under a name; repositories are not asked.
fn located(name: &str) -> Result<PathBuf, String> {
    let (name, path) = (name.trim(), Path::new(name.trim()));
    if files::entry(path) != Entry::Missing {
        return Ok(path.to_owned());
    }
    if path.is_absolute() || name.starts_with('.') {
        return Err(format!("path {name:?} not found"));
    }
    Err(match name.split_once('/') {
        Some((repository, _)) => format!("repo {repository} not found"),
        None => {
            format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}")
        }
    })
}

/// Returns what a file holds, `-` being standard input, or why it cannot be read, in Go's words.
fn content(name: &str) -> Result<Vec<u8>, String> {
    let read = if name.trim() == "-" {
        files::read_standard_input(LARGEST)
    } else {
        files::read_at_most(Path::new(name), LARGEST)
    };
    read.map_err(|error| in_go(&error, name))
}

fn in_go(error: &FileError, name: &str) -> String {
    match error.source.kind() {
        ErrorKind::NotFound => format!("open {name}: no such file or directory"),
        ErrorKind::NotADirectory => format!("open {name}: not a directory"),
        ErrorKind::PermissionDenied => format!("open {name}: permission denied"),
        ErrorKind::IsADirectory => format!("read {name}: is a directory"),
        _ => error.to_string(),
    }
}
