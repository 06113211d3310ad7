//! Charts through the engine that is built in.

use crate::charts::{By, Release, Rendering};
use crate::helm::File;
use crate::helm::archive::{LARGEST_CHART, MOST_FILES};
use crate::helm::chart::{self, Capabilities, Chart, KubeVersion};
use crate::helm::functions::{Clock, Moment, Randomness};
use crate::helm::template::{Interpreter, Limits};
use crate::helm::value::Text;
use crate::helm::values::Given;
use crate::host::clock;
use crate::host::files::{self, Entry};
use crate::plan::ChartPlan;
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
    fn at(&self, path: &Path) -> Arc<OnceLock<Loaded>> {
        let mut charts = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(charts.entry(path.to_owned()).or_default())
    }
}

/// Renders a chart, or returns why that cannot be, in Helm's words.
pub(super) fn render(
    release: &Release,
    plan: &ChartPlan,
    charts: &Charts,
) -> Result<Rendering, String> {
    let slot = charts.at(&release.path);
    let chart = slot.get_or_init(|| load(&release.path)).as_ref().map_err(String::clone)?;
    let given = Given { files: vec![("values.yaml", &release.values)], ..Given::default() };
    // No value comes from a file: there is no --set-file.
    let values = given.values(&|_| Ok(Text::default())).map_err(said)?;
    let rendering = chart::Rendering {
        release: chart::Release {
            name: release.name.as_str().into(),
            namespace: release.namespace.as_str().into(),
            is_upgrade: false,
        },
        capabilities: capabilities(plan)?,
        values,
        includes_definitions: plan.include_crds,
        skips_tests: plan.skip_tests,
    };
    let rendered = chart.render(&rendering, interpreter()?).map_err(said)?;
    let mut messages = rendered.warnings;
    if chart.metadata().is_deprecated {
        messages.insert(0, "WARNING: This chart is deprecated".to_owned());
    }
    Ok(Rendering { text: rendered.output, messages: messages.join("\n"), by: By::BuiltIn })
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn capabilities(plan: &ChartPlan) -> Result<Capabilities, String> {
    let mut capabilities = Capabilities::default();
    if let Some(version) = &plan.kube_version {
        capabilities.kube_version = KubeVersion::parse(version).map_err(said)?;
    }
    capabilities.api_versions.extend(plan.api_versions.iter().map(|v| Text::from(v.as_str())));
    Ok(capabilities)
}

fn interpreter() -> Result<Interpreter, String> {
    let now = || {
        let (seconds, nanoseconds) = clock::moment();
        Moment { seconds, nanoseconds, running: None }
    };
    Ok(Interpreter::new(Limits::default())
        .with_state(Clock::new(now, clock::zone()))
        .with_state(Randomness::fresh().map_err(said)?))
}

fn load(path: &Path) -> Loaded {
    if files::entry(path) == Entry::File {
        return Chart::from_archive(&files::read(path).map_err(said)?).map_err(said);
    }
    let mut found = Found::default();
    add(path, "", 0, &mut found)?;
    Chart::from_folder(found.files).map_err(said)
}

/// The files of a chart, and how many bytes they have.
#[derive(Default)]
struct Found {
    files: Vec<File>,
    bytes: u64,
}

/// Adds the files below a folder in the order of their names, as Helm walks, links followed.
fn add(folder: &Path, prefix: &str, depth: usize, found: &mut Found) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("the folders of the chart are more than {DEEPEST} deep"));
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
