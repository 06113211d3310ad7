//! The charts of a folder, and the values that each is rendered with.

use crate::charts::{ChartError, Release};
use crate::failure::Place;
use crate::host::files::{self, Entry, FileError};
use std::path::{Path, PathBuf};

/// How deeply folders are searched.
const DEEPEST: usize = 40;

/// A chart with values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The chart's path below the folder, and the name of the file of values.
    pub name: String,
    chart: PathBuf,
    /// The file of values; none for the default values.
    values: Option<PathBuf>,
}

impl Case {
    fn new(chart: &Path, name: &str, values: Option<PathBuf>) -> Self {
        Self { name: name.to_owned(), chart: chart.to_owned(), values }
    }

    /// Returns the release that is rendered.
    pub(super) fn release(&self) -> Result<Release, ChartError> {
        let values = match &self.values {
            None => Vec::new(),
            Some(file) => files::read(file)
                .map_err(|source| ChartError::Values { component: self.name.clone(), source })?,
        };
        Ok(Release {
            component: self.name.clone(),
            seat: Vec::new(),
            place: Place::file(&self.chart),
            name: "release-name".to_owned(),
            namespace: "default".to_owned(),
            path: self.chart.clone(),
            chart: self.chart.clone(),
            values,
        })
    }
}

/// Returns the cases below a folder: every chart, not those within charts, with its default values
/// and with each `ci/*.yaml`.
pub(super) fn below(folder: &Path) -> Result<Vec<Case>, FileError> {
    let mut cases = Vec::new();
    search(folder, "", 0, &mut cases)?;
    Ok(cases)
}

fn search(
    folder: &Path,
    prefix: &str,
    depth: usize,
    cases: &mut Vec<Case>,
) -> Result<(), FileError> {
    if files::entry(&folder.join("Chart.yaml")) == Entry::File {
        let name = if prefix.is_empty() { "." } else { prefix.trim_end_matches('/') };
        return add(folder, name, cases);
    }
    for name in files::list(folder)? {
        let (path, name) = (folder.join(&name), name.to_string_lossy().into_owned());
        // A link may lead upwards; folders like .git hold no charts.
        if name.starts_with('.') || files::is_link(&path) {
            continue;
        }
        let shown = format!("{prefix}{name}");
        match files::entry(&path) {
            Entry::Folder if depth < DEEPEST => {
                search(&path, &format!("{shown}/"), depth + 1, cases)?;
            }
            Entry::File if has_ending(&path, "tgz") => cases.push(Case::new(&path, &shown, None)),
            Entry::Folder | Entry::File | Entry::Missing => {}
        }
    }
    Ok(())
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}

fn add(chart: &Path, name: &str, cases: &mut Vec<Case>) -> Result<(), FileError> {
    cases.push(Case::new(chart, name, None));
    let folder = chart.join("ci");
    if files::entry(&folder) != Entry::Folder {
        return Ok(());
    }
    for file in files::list(&folder)? {
        let (path, file) = (folder.join(&file), file.to_string_lossy().into_owned());
        if has_ending(&path, "yaml") && files::entry(&path) == Entry::File {
            cases.push(Case::new(chart, &format!("{name} ci/{file}"), Some(path)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_come_with_their_values_and_without_those_within() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "a/Chart.yaml",
            "a/charts/b/Chart.yaml",
            "a/ci/two-values.yaml",
            "a/ci/one.yaml",
            "a/ci/notes.md",
            "c/d/Chart.yaml",
            "c/e.tgz",
            ".git/Chart.yaml",
        ] {
            files::write(&folder.path().join(file), b"").unwrap();
        }
        let names: Vec<_> = below(folder.path()).unwrap().into_iter().map(|c| c.name).collect();
        assert_eq!(names, ["a", "a ci/one.yaml", "a ci/two-values.yaml", "c/d", "c/e.tgz"]);
        let own = below(&folder.path().join("c/d")).unwrap();
        assert_eq!(own.into_iter().map(|c| c.name).collect::<Vec<_>>(), ["."]);
    }
}
