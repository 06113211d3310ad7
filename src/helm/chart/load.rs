//! From files to a chart.

mod form;

use crate::helm::archive::{self, ArchiveError, LARGEST_CHART, LARGEST_FILE, MOST_FILES};
use crate::helm::chart::decode::{Record, document};
use crate::helm::chart::metadata::{self, Metadata, MetadataError};
use crate::helm::chart::schemas::Lazy;
use crate::helm::chart::{Chart, Template};
use crate::helm::ignore::{IgnoreError, Rules};
use crate::helm::value::Text;
use crate::helm::values::{ReadError, read_values};
use crate::helm::{File, Profile};
use std::collections::BTreeMap;

/// How deeply charts may be in charts, which Helm does not limit.
const DEEPEST: usize = 30;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Why files are not a chart, in Helm's words.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// `.helmignore` has a line that is no rule.
    #[error("{0}")]
    Ignore(#[from] IgnoreError),
    /// A file is too large.
    #[error("chart file {path:?} is larger than the maximum file size {LARGEST_FILE}")]
    Large {
        /// Which.
        path: String,
    },
    /// All files together, or those of archives in it, are too large or too many.
    #[error(
        "chart is larger than the maximum size {LARGEST_CHART} or has more than {MOST_FILES} files"
    )]
    Huge,
    /// Charts are too deep in charts.
    #[error("charts are more than {DEEPEST} deep in charts")]
    Deep,
    /// It is not an archive of a chart.
    #[error("{0}")]
    Archive(#[from] ArchiveError),
    /// There is no `Chart.yaml`.
    #[error("Chart.yaml file is missing")]
    Missing,
    /// A file cannot be read.
    #[error("cannot load {file}: {source}")]
    File {
        /// Which.
        file: &'static str,
        /// Why.
        source: ReadError,
    },
    /// It is a chart of a form that Helm does not know.
    #[error("unsupported chart version")]
    Form,
    /// It is a chart of a form that Helm loads but cannot render.
    #[error("{0}")]
    Future(&'static str),
    /// There is no `Chart.yaml` in an archive.
    #[error("unable to detect chart version, no Chart.yaml found")]
    Unknown,
    /// The metadata is wrong.
    #[error("validation: {0}")]
    Metadata(#[from] MetadataError),
    /// Something with the ending of an archive is a folder.
    #[error("error unpacking subchart tar in {chart}: expected {wanted}, got {found}")]
    NoArchive {
        /// The chart that it is in.
        chart: Text,
        /// Its name.
        wanted: String,
        /// The file that was found.
        found: String,
    },
    /// A chart in the chart cannot be loaded.
    #[error("error unpacking subchart {name} in {chart}: {source}")]
    Part {
        /// The name of its folder or archive.
        name: String,
        /// The chart that it is in.
        chart: Text,
        /// Why.
        source: Box<LoadError>,
    },
}

/// What charts in archives may still take, all together, and by whose rules they are loaded.
struct Budget {
    profile: Profile,
    bytes: u64,
    files: usize,
}

impl Budget {
    fn new(profile: Profile) -> Self {
        Self { profile, bytes: 2 * LARGEST_CHART, files: 2 * MOST_FILES }
    }

    fn take(&mut self, files: &[File]) -> Result<(), LoadError> {
        let bytes = files.iter().map(|file| file.content.len() as u64).sum();
        self.bytes = self.bytes.checked_sub(bytes).ok_or(LoadError::Huge)?;
        self.files = self.files.checked_sub(files.len()).ok_or(LoadError::Huge)?;
        Ok(())
    }
}

/// Returns the chart of an archive.
pub(crate) fn archive(bytes: &[u8], profile: Profile) -> Result<Chart, LoadError> {
    let mut budget = Budget::new(profile);
    let files = archive::unpack(bytes)?;
    form::check(&files, profile, LoadError::Unknown)?;
    budget.take(&files)?;
    chart(files, 0, &mut budget)
}

/// Returns the chart of a folder.
pub(crate) fn folder(files: Vec<File>, profile: Profile) -> Result<Chart, LoadError> {
    form::check(&files, profile, LoadError::Missing)?;
    let ignore = files.iter().find(|file| file.path == ".helmignore");
    let ignore =
        ignore.map_or(String::new(), |file| String::from_utf8_lossy(&file.content).into_owned());
    let rules = Rules::parse(&ignore)?;
    let mut kept = Vec::with_capacity(files.len());
    for mut file in files {
        if is_ignored(&rules, &file.path) {
            continue;
        }
        if file.content.len() as u64 > LARGEST_FILE {
            return Err(LoadError::Large { path: file.path });
        }
        if file.content.starts_with(BYTE_ORDER_MARK) {
            file.content.drain(..BYTE_ORDER_MARK.len());
        }
        kept.push(file);
    }
    let mut budget = Budget::new(profile);
    budget.take(&kept)?;
    chart(kept, 0, &mut budget)
}

fn is_ignored(rules: &Rules, path: &str) -> bool {
    let folders = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
    let mut folders = folders.map(|folder| (folder, true));
    folders.any(|(folder, _)| rules.ignores(folder, true)) || rules.ignores(path, false)
}

fn unpacked(bytes: &[u8], depth: usize, budget: &mut Budget) -> Result<Chart, LoadError> {
    let files = archive::unpack(bytes)?;
    budget.take(&files)?;
    chart(files, depth, budget)
}

/// A chart of which the files are sorted, but the charts in it not yet loaded.
#[derive(Default)]
struct Sorted {
    chart: Chart,
    problem: Option<MetadataError>,
    parts: BTreeMap<String, Vec<File>>,
}

fn chart(files: Vec<File>, depth: usize, budget: &mut Budget) -> Result<Chart, LoadError> {
    if depth > DEEPEST {
        return Err(LoadError::Deep);
    }
    let profile = budget.profile;
    let mut sorted = Sorted::default();
    sorted.chart.profile = profile;
    let mut has_metadata = false;
    for file in files.iter().filter(|file| file.path == "Chart.yaml") {
        has_metadata = true;
        let read = Metadata::read(&file.content, profile).map_err(in_file("Chart.yaml"))?;
        (sorted.chart.metadata, sorted.problem) = (read.value, read.problem);
        if sorted.chart.metadata.api_version.is_empty() {
            sorted.chart.metadata.api_version = Text::from("v1");
        }
    }
    for file in files {
        sorted.add(file)?;
    }
    if !has_metadata {
        return Err(LoadError::Missing);
    }
    let Sorted { mut chart, problem, parts } = sorted;
    chart.metadata.check(profile)?;
    if let Some(problem) = problem {
        return Err(problem.into());
    }
    chart.metadata.check_dependencies()?;
    for (name, files) in parts {
        if let Some(part) = part(&chart, name, files, (depth + 1, budget))? {
            chart.parts.push(part);
        }
    }
    Ok(chart)
}

impl Sorted {
    fn add(&mut self, file: File) -> Result<(), LoadError> {
        let chart = &mut self.chart;
        let is_first_form = chart.metadata.api_version == "v1";
        match file.path.as_str() {
            "Chart.yaml" => {}
            "Chart.lock" => check_lock(&file.content, "Chart.lock", chart.profile)?,
            "values.yaml" => {
                let values =
                    read_values(&file.content, chart.profile).map_err(in_file("values.yaml"))?;
                chart.values = Some(values);
            }
            "values.schema.json" => chart.schema = Some(Lazy::new(file.content)),
            "requirements.yaml" => {
                let read = Metadata::read_requirements(&file.content, chart.profile)
                    .map_err(in_file("requirements.yaml"))?;
                if read.value.is_some() {
                    chart.metadata.dependencies = read.value;
                }
                self.problem = self.problem.take().or(read.problem);
                if is_first_form {
                    chart.files.push((file.path.into(), file.content));
                }
            }
            "requirements.lock" => {
                check_lock(&file.content, "requirements.lock", chart.profile)?;
                if is_first_form {
                    chart.files.push((file.path.into(), file.content));
                }
            }
            path if path.starts_with("templates/") => {
                let content = Text::from(file.content);
                chart.templates.push(Template { path: file.path, content });
            }
            path => match path.strip_prefix("charts/") {
                Some(inner) if !has_end(path, ".prov") => {
                    let (name, _) = inner.split_once('/').unwrap_or((inner, ""));
                    let file = File { path: inner.to_owned(), content: file.content };
                    self.parts.entry(name.to_owned()).or_default().push(file);
                }
                _ => chart.files.push((file.path.into(), file.content)),
            },
        }
        Ok(())
    }
}

/// Returns a chart in a chart, or `None` where its name says that it is none.
fn part(
    chart: &Chart,
    name: String,
    mut files: Vec<File>,
    (depth, budget): (usize, &mut Budget),
) -> Result<Option<Chart>, LoadError> {
    if name.starts_with(['_', '.']) {
        return Ok(None);
    }
    let in_chart = chart.metadata.name.clone();
    let loaded = if has_end(&name, ".tgz") {
        match files.first() {
            Some(file) if file.path == name => unpacked(&file.content, depth, budget),
            file => {
                let found = file.map(|file| file.path.clone()).unwrap_or_default();
                return Err(LoadError::NoArchive { chart: in_chart, wanted: name, found });
            }
        }
    } else {
        // A file beside the folders is no chart, nor part of one.
        files.retain_mut(|file| match file.path.split_once('/') {
            Some((_, inner)) => {
                file.path = inner.to_owned();
                true
            }
            None => false,
        });
        self::chart(files, depth, budget)
    };
    loaded.map(Some).map_err(|source| {
        let source = Box::new(source);
        LoadError::Part { name, chart: in_chart, source }
    })
}

// Small letters only, as in Helm.
fn has_end(path: &str, end: &str) -> bool {
    path.ends_with(end)
}

/// Checks that Helm can read a lock, whose content means nothing here.
fn check_lock(content: &[u8], file: &'static str, profile: Profile) -> Result<(), LoadError> {
    let package = metadata::package(profile);
    let check = || {
        let root = document(content)?;
        let lock = Record::root(&root, &format!("{package}.Lock"), "Lock.")?;
        lock.text("digest")?;
        lock.list("dependencies", &format!("*{package}.Dependency")).map(drop)
    };
    check().map_err(in_file(file))
}

fn in_file(file: &'static str) -> impl Fn(ReadError) -> LoadError {
    move |source| LoadError::File { file, source }
}

#[cfg(test)]
mod tests;
