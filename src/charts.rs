//! Charts to text: by the engine that is built in, or by the installed Helm.

mod builtin;
pub mod chance;
pub mod command;
pub mod error;
mod loading;
mod maker;
mod place;
mod program;
pub mod verify;

pub use command::{Printed, Template};
pub use error::ChartError;
pub use maker::Maker;

use crate::definition::{Chart, Component, Definition, Generator};
use crate::failure::{Place, Warning};
use crate::host::agent::Agent;
use crate::inputs::ChartEngine;
use crate::plan::{self, ChartPlan};
use crate::setup::{self, Helm, SetupError};
use crate::yaml::{self, LooseNumbers, Value};
use chance::{Fall, Fallen, RANDOM, Source};
use loading::Charts;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::{OnceCell, Semaphore};
use tokio::task::JoinSet;

/// What each chart rendered to, by the places of its definition and component in their lists.
pub type Templated = BTreeMap<(usize, usize), Rendering>;

/// What became of a chart.
#[derive(Clone, Debug)]
pub struct Rendering {
    /// The manifests.
    pub text: Vec<u8>,
    /// What else there was to say. It is never part of a manifest.
    pub messages: String,
    /// What rendered it.
    pub by: By,
    /// The same by name.
    pub maker: Maker,
    /// The chart once more, with chance fallen otherwise; `None` where there is nothing random.
    pub again: Option<Again>,
}

/// A chart that was rendered twice.
#[derive(Clone, Debug)]
pub struct Again {
    /// What chance made of it the first time.
    pub first: Fallen,
    /// The manifests of the second time.
    pub text: Vec<u8>,
    /// What chance made of it then.
    pub second: Fallen,
}

/// What rendered a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// The engine that is built in.
    BuiltIn,
    /// The installed Helm, as it was asked to.
    Helm,
    /// The installed Helm, since the engine could not.
    HelmInstead {
        /// Why.
        reason: String,
    },
}

/// How charts are rendered in a run.
#[derive(Debug)]
pub struct Engine {
    plan: ChartPlan,
    agent: Agent,
    folder: PathBuf,
    charts: Charts,
    chance: Source,
    helm: OnceCell<Helm>,
}

/// The release that a chart is rendered for.
#[derive(Clone, Debug)]
struct Release {
    /// The component, for people.
    component: String,
    /// The environment and the component, for what is made of the place.
    seat: Vec<String>,
    place: Place,
    name: String,
    namespace: String,
    /// Where the chart is read.
    path: PathBuf,
    /// Where it is in the definition.
    chart: PathBuf,
    /// The values as YAML, as Fabrikate hands them to Helm.
    values: Vec<u8>,
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
    engine: &Arc<Engine>,
    mut done: impl FnMut(&str, usize, usize),
) -> Result<Templated, ChartError> {
    let mut releases = BTreeMap::new();
    for (d, definition) in definitions.iter().enumerate() {
        for (c, component) in definition.components.iter().enumerate() {
            if let Generator::Chart(chart) = &component.generator {
                releases.insert((d, c), Release::new(definition, component, chart)?);
            }
        }
    }
    let all = releases.len();
    let slots = Arc::new(Semaphore::new(parallel()));
    let mut running = JoinSet::new();
    for (key, release) in releases {
        let (slots, engine) = (Arc::clone(&slots), Arc::clone(engine));
        running.spawn(async move {
            let _slot = slots.acquire_owned().await;
            (key, release.component.clone(), engine.render(release).await)
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

impl Engine {
    /// Returns an engine for one run; `folder` is private to it.
    pub fn new(plan: ChartPlan, agent: Agent, folder: PathBuf) -> Self {
        let (charts, helm) = (Charts::default(), OnceCell::new());
        let chance = Source::of(&plan.randomness);
        Self { plan, agent, folder, charts, chance, helm }
    }

    /// Returns what random functions give.
    pub fn randomness(&self) -> &plan::Randomness {
        &self.plan.randomness
    }

    /// Returns the installed Helm, if it was needed.
    pub fn helm(&self) -> Option<&Helm> {
        self.helm.get()
    }

    /// Finds the installed Helm.
    async fn installed(&self) -> Result<&Helm, ChartError> {
        let found = self.helm.get_or_try_init(|| setup::helm(&self.agent, &self.folder)).await;
        found.map_err(ChartError::Setup)
    }

    /// Tells whether the installed Helm may stand in for the engine.
    async fn same_helm(&self) -> Result<(), ChartError> {
        let Helm { path, version } = self.installed().await?;
        if self.plan.profile.is_of(version) {
            return Ok(());
        }
        let (path, version) = (path.clone(), version.clone());
        let profile = self.plan.profile.name();
        Err(ChartError::Setup(SetupError::OtherHelm { path, version, profile }))
    }

    /// Returns a warning where Helm was used that is not the one that the engine follows.
    pub fn other_helm(&self) -> Option<Warning> {
        let (helm, profile) = (self.helm()?, self.plan.profile);
        let is_other = !helm.version.is_empty() && !profile.is_of(&helm.version);
        is_other.then(|| helm.warning(profile.name()))
    }

    /// Returns the version of Helm that the engine follows.
    pub fn profile(&self) -> &'static str {
        self.plan.profile.name()
    }

    async fn render(self: Arc<Self>, release: Release) -> Result<Rendering, ChartError> {
        if self.plan.engine == ChartEngine::Helm {
            return self.twice_by_helm(&release, By::Helm).await;
        }
        let problem = match self.twice_built_in(&release).await {
            Ok(rendering) => return Ok(rendering),
            Err(problem) => problem,
        };
        let refused = |helm| release.refused(&problem, helm);
        if self.plan.engine == ChartEngine::BuiltIn {
            return Err(refused(None));
        }
        // Helm's own verdict counts, where there is a Helm that writes the same.
        let instead = By::HelmInstead { reason: problem.clone() };
        let helped = match self.same_helm().await {
            Ok(()) => self.twice_by_helm(&release, instead).await,
            Err(other) => Err(other),
        };
        match helped {
            Err(ChartError::Setup(none)) => Err(refused(Some(none))),
            ended => ended,
        }
    }

    /// Renders a chart in a thread of its own, or says in Helm's words why that cannot be.
    async fn built_in(
        self: &Arc<Self>,
        release: Release,
        fall: Fall,
    ) -> Result<(Rendering, Fallen), String> {
        let engine = Arc::clone(self);
        let rendered = tokio::task::spawn_blocking(move || {
            let chance = engine.chance.chance(&release.seat, fall)?;
            builtin::render(&release, &engine.plan, (&engine.charts, &chance))
        });
        match rendered.await {
            Ok(rendered) => rendered,
            Err(_panic) => Err("the engine that is built in has failed on it".to_owned()),
        }
    }

    /// Renders a chart, and where anything of it was left to chance once more, so that it is known
    /// what.
    async fn twice_built_in(self: &Arc<Self>, release: &Release) -> Result<Rendering, String> {
        let (mut rendering, first) = self.built_in(release.clone(), Fall::default()).await?;
        if first.is_random() {
            let other = Fall { is_other: true, ..Fall::default() };
            // A chart that refuses what might have been is still what it is.
            let second = self.built_in(release.clone(), other).await.ok();
            rendering.again =
                second.map(|(other, second)| Again { first, text: other.text, second });
        }
        Ok(rendering)
    }

    /// Renders a chart once more, with chance fallen in some way. Returns nothing where that cannot
    /// be.
    pub async fn render_again(
        self: &Arc<Self>,
        (definition, component): (&Definition, &Component),
        fall: Fall,
    ) -> Option<(Rendering, Fallen)> {
        let Generator::Chart(chart) = &component.generator else {
            return None;
        };
        let release = Release::new(definition, component, chart).ok()?;
        self.built_in(release, fall).await.ok()
    }

    async fn twice_by_helm(&self, release: &Release, by: By) -> Result<Rendering, ChartError> {
        let mut rendering = self.by_helm(release, by.clone()).await?;
        if builtin::mentions(release, self.plan.profile, &self.charts, RANDOM) {
            let other = self.by_helm(release, by).await?;
            let (first, second) = (Fallen::default(), Fallen::default());
            rendering.again = Some(Again { first, text: other.text, second });
        }
        Ok(rendering)
    }

    async fn by_helm(&self, release: &Release, by: By) -> Result<Rendering, ChartError> {
        let helm = self.installed().await?;
        program::render(release, (helm, &self.plan), (&self.agent, &self.folder), by).await
    }
}

impl Release {
    fn new(
        definition: &Definition,
        component: &Component,
        chart: &Chart,
    ) -> Result<Self, ChartError> {
        let (name, place) = (&component.name, component.place());
        if let Some(reason) = refused(name) {
            return Err(ChartError::Name { name: name.clone(), reason, place });
        }
        let namespace = match component.namespace.as_str() {
            "" => "default",
            namespace => namespace,
        };
        Ok(Self {
            component: component.display(),
            seat: vec![
                definition.environment.words().join(" "),
                component.logical.clone(),
                name.clone(),
            ],
            place,
            name: name.clone(),
            namespace: namespace.to_owned(),
            path: chart.kept.as_ref().unwrap_or(&chart.path).clone(),
            chart: chart.path.clone(),
            values: yaml::write(&Value::Mapping(chart.values.clone()), LooseNumbers::Quoted),
        })
    }

    /// Returns the error for a chart that the engine refuses, where no Helm can be asked.
    fn refused(&self, problem: &str, helm: Option<setup::SetupError>) -> ChartError {
        let place = place::template_place(problem, &self.chart);
        // Helm goes on with advice about a flag.
        let problem = problem.split("\n\nUse --debug").next().unwrap_or_default();
        ChartError::BuiltIn {
            component: self.component.clone(),
            problem: problem.trim().to_owned(),
            place: place.unwrap_or_else(|| self.place.clone()),
            source: helm,
        }
    }
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
}
