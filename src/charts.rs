//! Charts to text, through the installed Helm.

use crate::definition::{Chart, Component, Definition, Generator};
use crate::failure::{Code, Diagnose, Place};
use crate::host::agent::Agent;
use crate::host::files::{self, Entry, FileError};
use crate::host::process::{Output, ProcessError, Program};
use crate::plan::ChartPlan;
use crate::setup::Helm;
use crate::yaml::{self, LooseNumbers, Value};
use regex::Regex;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// What each chart rendered to, by the places of its definition and component in their lists.
pub type Templated = BTreeMap<(usize, usize), Rendering>;

/// What Helm made of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendering {
    /// Standard output: the manifests.
    pub text: Vec<u8>,
    /// Standard error: what else there was to say. It is never part of a manifest.
    pub messages: String,
}

/// A chart that could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// Helm would take the name for a flag or refuse it.
    #[error("`{name}` cannot be the name of a release ({reason})")]
    Name {
        /// The component's name.
        name: String,
        /// Why.
        reason: &'static str,
        /// Where.
        place: Place,
    },
    /// Helm refuses the chart.
    #[error("Helm cannot render the chart of component `{component}`: {problem}")]
    Helm {
        /// The component.
        component: String,
        /// The first line of what Helm says.
        problem: String,
        /// All that Helm says.
        source: Messages,
        /// The template, or the component.
        place: Place,
    },
    /// The chart renders to more than any repository should hold.
    #[error("the chart of component `{component}` renders to more than 256 MiB")]
    TooLarge {
        /// The component.
        component: String,
        /// Where.
        place: Place,
    },
    /// Helm could not be run to its end.
    #[error("Helm could not be run for component `{component}`")]
    Process {
        /// The component.
        component: String,
        /// Why.
        source: ProcessError,
    },
    /// The values could not be handed over.
    #[error("the values of component `{component}` cannot be written")]
    Values {
        /// The component.
        component: String,
        /// Why.
        source: FileError,
    },
    /// A task of ours ended without a result.
    #[error("the rendering of a chart ended without a result")]
    Lost,
}

/// What Helm printed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Messages(String);

impl Diagnose for ChartError {
    fn code(&self) -> Code {
        match self {
            Self::Name { .. } => Code::InvalidRelease,
            Self::Helm { .. } | Self::TooLarge { .. } => Code::ChartFailed,
            Self::Process { .. } => Code::HelmUnusable,
            Self::Values { .. } => Code::TemporaryFiles,
            Self::Lost => Code::Defect,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Name { .. } => "rename the component: a release has at most 53 lower-case \
                 letters, digits, dots and hyphens, and begins and ends with a letter or digit"
                .to_owned(),
            Self::Helm { .. } | Self::TooLarge { .. } => {
                "correct the chart, or the values that the configuration gives it".to_owned()
            }
            Self::Process { .. } => "check the `helm` on PATH".to_owned(),
            Self::Values { .. } => "check the agent's temporary folder".to_owned(),
            Self::Lost => return None,
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Name { place, .. } | Self::Helm { place, .. } | Self::TooLarge { place, .. } => {
                Some(place.clone())
            }
            Self::Process { .. } | Self::Values { .. } | Self::Lost => None,
        }
    }
}

/// How charts are rendered in this run.
#[derive(Clone, Debug)]
pub struct Engine {
    /// The program.
    pub helm: Helm,
    /// The flags.
    pub plan: ChartPlan,
    /// The environment that it gets a part of.
    pub agent: Agent,
    /// The folder for values; it is private to this run.
    pub folder: PathBuf,
}

/// Tells whether anything in the definitions needs an engine.
pub fn are_needed(definitions: &[Definition]) -> bool {
    let is_chart = |component: &Component| matches!(component.generator, Generator::Chart(_));
    definitions.iter().any(|definition| definition.components.iter().any(is_chart))
}

/// Renders every chart of the definitions, as many at a time as there are processors. The first
/// failure, in the order of the definitions, stops the rest.
pub async fn template(
    definitions: &[Definition],
    engine: &Engine,
    mut done: impl FnMut(&str, usize, usize),
) -> Result<Templated, ChartError> {
    let mut releases = BTreeMap::new();
    for (d, definition) in definitions.iter().enumerate() {
        for (c, component) in definition.components.iter().enumerate() {
            if let Generator::Chart(chart) = &component.generator {
                releases.insert((d, c), Release::new(component, chart, engine)?);
            }
        }
    }
    let all = releases.len();
    let slots = Arc::new(Semaphore::new(parallel()));
    let mut running = JoinSet::new();
    for (key, release) in releases {
        let slots = Arc::clone(&slots);
        running.spawn(async move {
            let _slot = slots.acquire_owned().await;
            (key, release.component.clone(), release.run().await)
        });
    }
    let (mut templated, mut failures) = (BTreeMap::new(), BTreeMap::new());
    while let Some(ended) = running.join_next().await {
        let (key, component, result) = ended.map_err(|_lost| ChartError::Lost)?;
        done(&component, templated.len() + 1, all);
        match result {
            Ok(rendering) => drop(templated.insert(key, rendering)),
            Err(error) => drop(failures.insert(key, error)),
        }
    }
    match failures.into_values().next() {
        Some(error) => Err(error),
        None => Ok(templated),
    }
}

fn parallel() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// One call of `helm template`.
#[derive(Debug)]
struct Release {
    component: String,
    place: Place,
    chart: PathBuf,
    program: Program,
    values: PathBuf,
    content: Vec<u8>,
}

impl Release {
    fn new(component: &Component, chart: &Chart, engine: &Engine) -> Result<Self, ChartError> {
        let (name, place) = (&component.name, component.place());
        if let Some(reason) = refused(name) {
            return Err(ChartError::Name { name: name.clone(), reason, place });
        }
        let namespace = match component.namespace.as_str() {
            "" => "default",
            namespace => namespace,
        };
        let folder = &engine.folder;
        let values = folder.join(format!("values-{:016x}.yaml", fastrand::u64(..)));
        let path = chart.kept.as_ref().unwrap_or(&chart.path);
        // In the order in which Fabrikate has them.
        let mut program = Program::new(&engine.helm.path, &engine.agent, folder, folder)
            .arguments(["template", name])
            .arguments([path.as_os_str(), "--values".as_ref(), values.as_os_str()])
            .arguments(["--namespace", namespace])
            .arguments(flags(&engine.plan));
        // Neither the machine's repositories nor its plugins have a say.
        for home in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
            program = program.variable(home, folder.join("helm"));
        }
        Ok(Self {
            component: component.display(),
            place,
            chart: chart.path.clone(),
            program,
            values,
            content: yaml::write(&Value::Mapping(chart.values.clone()), LooseNumbers::Quoted),
        })
    }

    async fn run(self) -> Result<Rendering, ChartError> {
        let component = self.component.clone();
        files::write(&self.values, &self.content)
            .map_err(|source| ChartError::Values { component: component.clone(), source })?;
        let output = self.program.run().await;
        let output = output.map_err(|source| ChartError::Process { component, source })?;
        if output.status == Some(0) {
            if output.stdout.is_cut {
                return Err(ChartError::TooLarge { component: self.component, place: self.place });
            }
            let messages = output.stderr.text();
            return Ok(Rendering { text: output.stdout.bytes, messages });
        }
        Err(failed(self.component, &self.chart, self.place, &output))
    }
}

fn flags(plan: &ChartPlan) -> Vec<String> {
    let mut flags = Vec::new();
    if let Some(version) = &plan.kube_version {
        flags.push(format!("--kube-version={version}"));
    }
    flags.extend(plan.api_versions.iter().map(|version| format!("--api-versions={version}")));
    if plan.include_crds {
        flags.push("--include-crds".to_owned());
    }
    if plan.skip_tests {
        flags.push("--skip-tests".to_owned());
    }
    flags
}

/// Returns why Helm 3.9 and later would refuse a release's name.
fn refused(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let label = |label: &str| {
        label.starts_with(plain)
            && label.ends_with(plain)
            && label.chars().all(|c| plain(c) || c == '-')
    };
    if name.is_empty() {
        Some("it is empty")
    } else if name.len() > 53 {
        Some("it has more than 53 characters")
    } else if !name.split('.').all(label) {
        Some("it has characters that Helm does not allow there")
    } else {
        None
    }
}

fn failed(component: String, chart: &Path, place: Place, output: &Output) -> ChartError {
    let text = output.stderr.text();
    let problem = text.lines().find_map(|line| line.strip_prefix("Error: "));
    let problem = problem.or_else(|| text.lines().next()).unwrap_or("it gives no reason");
    let place = template_place(&text, chart).unwrap_or(place);
    let problem = problem.trim().to_owned();
    ChartError::Helm { component, problem, source: Messages(text), place }
}

/// How Helm names a place: `chart/templates/x.yaml:3:10`, or the file alone.
static TEMPLATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"([^\s():]+?/(?:templates|charts|crds)/[^\s():]+)(?::(\d+))?(?::(\d+))?").ok()
});

/// Returns the template that Helm speaks of, if it is a file of the chart.
// Helm's paths begin with the chart's name, which is not always that of its folder.
fn template_place(text: &str, chart: &Path) -> Option<Place> {
    let template = TEMPLATE.as_ref()?;
    template.captures_iter(text).find_map(|found| {
        let (_, within) = found.get(1)?.as_str().split_once('/')?;
        let file = chart.join(within);
        let number = |group| found.get(group).and_then(|number| number.as_str().parse().ok());
        let inside = !within.split('/').any(|part| part == "..");
        let is_there = inside && files::entry(&file) == Entry::File;
        is_there.then(|| Place { file, line: number(2), column: number(3) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_refused_as_helm_does() {
        for name in ["a", "a-b", "a.b-c.1", &"x".repeat(53)] {
            assert_eq!(refused(name), None, "{name}");
        }
        for name in ["", "-a", "a-", "A", "a_b", "a b", "a..b", &"x".repeat(54)] {
            assert!(refused(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_place_is_the_template_that_helm_names() {
        let chart = tempfile::tempdir().unwrap();
        files::write(&chart.path().join("templates/a.yaml"), b"").unwrap();
        let place = |text: &str| {
            let place = template_place(text, chart.path())?;
            let file = place.file.strip_prefix(chart.path()).unwrap().to_owned();
            Some((file.to_string_lossy().into_owned(), place.line, place.column))
        };
        assert_eq!(
            place("Error: execution error at (echo/templates/a.yaml:3:5): no"),
            Some(("templates/a.yaml".to_owned(), Some(3), Some(5)))
        );
        assert_eq!(
            place("Error: parse error at (echo/templates/a.yaml:7): unexpected"),
            Some(("templates/a.yaml".to_owned(), Some(7), None))
        );
        assert_eq!(place("Error: x/templates/b.yaml:1: no such file"), None);
        assert_eq!(place("Error: x/templates/../../a:1: climbing"), None);
    }
}
