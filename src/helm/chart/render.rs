//! From a chart and values to manifests.

use crate::helm::Profile;
use crate::helm::chart::capabilities::Capabilities;
use crate::helm::chart::coalesce::{TypeMismatch, coalesced};
use crate::helm::chart::dependencies::{enable, is_in_range, missing};
use crate::helm::chart::import::import;
use crate::helm::chart::instance::Instance;
use crate::helm::chart::release::{Release, ReleaseNameError};
use crate::helm::chart::scope::Scopes;
use crate::helm::chart::{Chart, schemas};
use crate::helm::manifest::{ManifestError, Manifests};
use crate::helm::template::{Interpreter, Limit, without_no_value};
use crate::helm::value::{Map, Text};
use crate::helm::values::{Table, Warnings, of_map, to_map};
use std::rc::Rc;

/// How a chart is rendered: what `helm template` is told.
#[derive(Clone, Debug, Default)]
pub struct Rendering {
    /// The release.
    pub release: Release,
    /// `--kube-version` and `--api-versions`.
    pub capabilities: Capabilities,
    /// What the user gives.
    pub values: Table,
    /// `--include-crds`.
    pub includes_definitions: bool,
    /// `--skip-tests`.
    pub skips_tests: bool,
}

/// What a chart makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The documents.
    pub manifests: Manifests,
    /// The files of `crds/`, with their paths, if they were asked for.
    pub definitions: Vec<(Text, Text)>,
    /// What Helm prints.
    pub output: Vec<u8>,
    /// What Helm says of values that do not fit together.
    pub warnings: Vec<String>,
}

/// Why a chart cannot be rendered; the words are Helm's.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The chart only helps others.
    #[error("library charts are not installable")]
    Library,
    /// Charts are not there.
    #[error(
        "{first}n error occurred while checking for chart dependencies. You may need to run `helm \
         dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in \
         charts/ directory: {}", names(.missing)
    )]
    Missing {
        /// The first letter, which is small since Helm 4.
        first: char,
        /// Which.
        missing: Vec<Text>,
    },
    /// The release cannot have that name.
    #[error(transparent)]
    ReleaseName(#[from] ReleaseNameError),
    /// A chart has the name of a value that is no table.
    #[error("{context}{source}")]
    Type {
        /// What Helm was doing.
        context: &'static str,
        /// The chart, and the value.
        source: TypeMismatch,
    },
    /// The values are not what a schema wants.
    #[error(
        "values don't meet the specifications of the schema(s) in the following chart(s):\n{0}"
    )]
    Schema(String),
    /// The chart is for other clusters.
    #[error(
        "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {found}{HINT}"
    )]
    KubeVersion {
        /// What it wants.
        wanted: Text,
        /// What there is.
        found: Text,
    },
    /// A template is wrong or fails.
    #[error("{words}{HINT}")]
    Template {
        /// What Helm says.
        words: String,
        /// What it is about.
        source: crate::helm::template::Error,
    },
    /// What a template makes is no manifest.
    #[error("{0}{HINT}")]
    Manifest(#[from] ManifestError),
    /// Something took too much.
    #[error("{0}")]
    Limit(#[from] Limit),
}

const HINT: &str = "\n\nUse --debug flag to render out invalid YAML";

fn names(names: &[Text]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Chart {
    /// Renders the chart. The interpreter is one without templates; what functions need to know of
    /// the world is in it.
    pub fn render(
        &self,
        rendering: &Rendering,
        interpreter: Interpreter,
    ) -> Result<Rendered, RenderError> {
        let mut warnings = Warnings::default();
        let instance = self.resolved(rendering, &mut warnings)?;
        let values = values(&instance, rendering, &mut warnings)?;
        let kube_version = rendering.capabilities.kube_version.normalized();
        let wanted = &self.metadata.kube_version;
        if !wanted.is_empty() && !is_in_range(&wanted.to_str_lossy(), &kube_version.to_str_lossy())
        {
            let (wanted, found) = (wanted.clone(), kube_version.clone());
            return Err(RenderError::KubeVersion { wanted, found });
        }
        let scopes = Scopes::new(&instance, rendering, &values);
        let manifests = Manifests::of(self.outputs(&scopes, interpreter)?, self.profile)?;
        let mut definitions = Vec::new();
        if rendering.includes_definitions {
            add_definitions(&instance, &mut definitions);
        }
        let output = manifests.print(&definitions, !rendering.skips_tests);
        Ok(Rendered { manifests, definitions, output, warnings: warnings.into_texts() })
    }

    fn resolved(
        &self,
        rendering: &Rendering,
        warnings: &mut Warnings,
    ) -> Result<Rc<Instance<'_>>, RenderError> {
        if self.metadata.kind == "library" {
            return Err(RenderError::Library);
        }
        let instance = Instance::new(self);
        let missing = missing(&instance);
        if !missing.is_empty() {
            let first = if self.profile == Profile::Helm317 { 'A' } else { 'a' };
            return Err(RenderError::Missing { first, missing });
        }
        rendering.release.check()?;
        let context = match self.profile {
            Profile::Helm317 => "",
            Profile::Helm41 => "chart dependencies processing failed: ",
        };
        let unfit = |source| RenderError::Type { context, source };
        enable(&instance, &to_map(&rendering.values), "", warnings).map_err(unfit)?;
        import(&instance, warnings).map_err(unfit)?;
        Ok(instance)
    }

    fn outputs(
        &self,
        scopes: &Scopes<'_>,
        interpreter: Interpreter,
    ) -> Result<Vec<(Text, Text)>, RenderError> {
        let limits = interpreter.limits().clone();
        let templates = self.parsed.get(scopes, self.profile, &limits).map_err(in_source)?;
        let mut interpreter = interpreter.with_templates(templates);
        let mut outputs = Vec::new();
        for (path, scope) in scopes.to_render() {
            let output = interpreter
                .execute(&path.to_str_lossy(), scope.enter(path))
                .map_err(|error| in_template(error, self.profile))?;
            outputs.push((path.clone(), without_no_value(output)));
        }
        Ok(outputs)
    }
}

fn values(
    instance: &Instance<'_>,
    rendering: &Rendering,
    warnings: &mut Warnings,
) -> Result<Map, RenderError> {
    let values = coalesced(instance, &to_map(&rendering.values), instance.final_nulls(), warnings)
        .map_err(|source| RenderError::Type { context: "", source })?;
    if schemas::has_schema(instance) {
        let problems = schemas::problems(instance, &of_map(&values));
        if !problems.is_empty() {
            return Err(RenderError::Schema(problems));
        }
    }
    Ok(values)
}

fn add_definitions(instance: &Instance<'_>, definitions: &mut Vec<(Text, Text)>) {
    let is_definition = |path: &Text| {
        let ends = [".yaml", ".yml", ".json"].map(|end| path.as_bytes().ends_with(end.as_bytes()));
        path.as_bytes().starts_with(b"crds/") && ends.contains(&true)
    };
    let mut own: Vec<_> =
        instance.chart.files.iter().filter(|(path, _)| is_definition(path)).collect();
    own.sort();
    let folder = instance.path();
    for (path, content) in own {
        definitions.push((format!("{folder}/{path}").into(), Text::from(content.as_slice())));
    }
    for part in &*instance.parts.borrow() {
        add_definitions(part, definitions);
    }
}

/// Returns what Helm makes of the error of a template that cannot be parsed.
fn in_source(error: crate::helm::template::Error) -> RenderError {
    if let Some(limit) = error.limit() {
        return RenderError::Limit(limit);
    }
    let text = error.to_string();
    let mut parts = text.split(": ");
    let words = match (parts.next(), parts.next()) {
        (Some(_), Some(place)) => {
            let last = text.rsplit(": ").next().unwrap_or_default();
            format!("parse error at ({place}): {last}")
        }
        _ => text.clone(),
    };
    RenderError::Template { words, source: error }
}

/// Returns what Helm makes of the error of a template that fails: what `fail` and `required` say
/// stands alone, with the place in the template that was rendered.
fn in_template(error: crate::helm::template::Error, profile: Profile) -> RenderError {
    if let Some(limit) = error.limit() {
        return RenderError::Limit(limit);
    }
    let text = error.to_string();
    let mut parts = text.splitn(3, ": ").skip(1);
    let said = || {
        let (_, rest) = text.split_once(MARKS[0])?;
        rest.rsplit_once(MARKS[1]).map(|(said, _)| said)
    };
    let words = match (parts.next(), parts.next(), said()) {
        (Some(place), Some(_), Some(said)) => format!("execution error at ({place}): {said}"),
        _ if profile == Profile::Helm41 => error.in_lines().unwrap_or_else(|| text.clone()),
        _ => text.clone(),
    };
    RenderError::Template { words, source: error }
}

/// What `fail` and `required` put around what they say.
const MARKS: [&str; 2] = ["HELM_ERR_START", "HELM_ERR_END"];
