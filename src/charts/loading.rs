//! Charts on disk: read once, from a folder or from an archive.

use crate::helm::archive::{LARGEST_CHART, MOST_FILES};
use crate::helm::chart::Chart;
use crate::helm::{File, Profile};
use crate::host::files::{self, Entry};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};

/// The charts of a run, each loaded and parsed once.
#[derive(Debug, Default)]
pub(super) struct Charts(Mutex<BTreeMap<PathBuf, Arc<OnceLock<Loaded>>>>);

type Loaded = Result<Chart, String>;

/// How deeply folders of a chart may nest; a link that leads upwards nests for ever.
const DEEPEST: usize = 40;

impl Charts {
    /// Returns the place of a chart, which [`load`] fills.
    pub(super) fn at(&self, path: &Path) -> Arc<OnceLock<Loaded>> {
        let mut charts = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(charts.entry(path.to_owned()).or_default())
    }
}

/// Returns the chart in a folder or an archive, or why there is none, in Helm's words.
pub(super) fn load(path: &Path, profile: Profile) -> Loaded {
    if files::entry(path) == Entry::File {
        return Chart::from_archive(&files::read(path).map_err(said)?, profile).map_err(said);
    }
    let mut found = Found::default();
    add(path, "", 0, &mut found)?;
    Chart::from_folder(found.files, profile).map_err(said)
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// The files of a chart, and how many bytes they have.
#[derive(Default)]
struct Found {
    files: Vec<File>,
    /// How many folders there are; links that lead upwards make endlessly many.
    folders: usize,
    bytes: u64,
}

/// Adds the files below a folder in the order of their names, as Helm walks, links followed.
fn add(folder: &Path, prefix: &str, depth: usize, found: &mut Found) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("the folders of the chart are more than {DEEPEST} deep"));
    }
    found.folders += 1;
    if found.folders / 2 > MOST_FILES {
        return Err("the chart's folder holds too much".to_owned());
    }
    for name in files::list(folder).map_err(said)? {
        let (path, name) = (folder.join(&name), format!("{prefix}{}", name.to_string_lossy()));
        match files::entry(&path) {
            Entry::Folder => add(&path, &format!("{name}/"), depth + 1, found)?,
            Entry::File => {
                let content = files::read(&path).map_err(said)?;
                found.bytes = found.bytes.saturating_add(content.len() as u64);
                found.files.push(File { path: name, content });
            }
            Entry::Missing => return Err(format!("{} is a link to nothing", path.display())),
        }
        // What .helmignore names counts too, until it is known: twice as much is surely too much.
        if found.bytes / 2 > LARGEST_CHART || found.files.len() / 2 > MOST_FILES {
            return Err("the chart's folder holds too much".to_owned());
        }
    }
    Ok(())
}
