//! The plan: inputs and facts of the build made into one decision, valid as a whole.

mod commit;
pub mod connection;
mod delivery;
mod destination;
mod error;
pub mod facts;
mod randomness;
mod set;

pub use crate::inputs::{DeletionLimit, Proposal, Prune, Pruning};
pub use commit::{CommitPlan, Signing};
pub use delivery::Delivery;
pub use error::PlanError;
pub use facts::{Build, DefinitionCheckout, Facts, Pipeline, Source};
pub use randomness::Randomness;

use crate::address::Address;
use crate::environment::Environment;
use crate::failure::{Code, Warning};
use crate::inputs::{
    ChartEngine, Command, HelmProfile, HookPolicy, Inputs, Install, LockMode, SetInputs,
};
use crate::plan::destination::{
    address, branches, by_name, credential, destination, passphrase, refuse_overlaps,
};
use crate::secret::Credential;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything that a run needs to know. After it nothing reads inputs or variables.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What to do with the manifests.
    pub action: Action,
    /// What to render.
    pub definition: DefinitionPlan,
    /// How charts are rendered.
    pub charts: ChartPlan,
    /// Which sources are fetched.
    pub install: Install,
    /// What is done with `fabrikate.lock`.
    pub lock: LockMode,
    /// Which hooks run.
    pub hooks: HookPlan,
    /// Whether sources and hooks may change the definition's folder.
    pub ground: Ground,
    /// What becomes of documents that cannot be read.
    pub documents: Documents,
    /// What to tell before the work begins.
    pub warnings: Vec<Warning>,
}

/// What becomes of the manifests.
#[derive(Clone, Debug)]
pub enum Action {
    /// They are written to folders of this machine.
    Render {
        /// Where to.
        output: Output,
    },
    /// They are compared with what is published.
    Preview {
        /// With what; `None` when the destination cannot be read, as in a build of a fork.
        destination: Option<Destination>,
    },
    /// They are published.
    Publish {
        /// Where.
        destination: Destination,
    },
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Manifests are made.
    Manifests(Box<Plan>),
    /// Values are set in the definition's repository.
    Set(Box<SetPlan>),
}

/// Values to be set in the definition, and the repository that gets the commit.
#[derive(Clone, Debug)]
pub struct SetPlan {
    /// The subcomponent, the values and the environment.
    pub inputs: SetInputs,
    /// The folder that the path of the file of values starts at.
    pub working_folder: PathBuf,
    /// The folder of the root component in the checkout.
    pub folder: PathBuf,
    /// The folders that no link of the definition may lead out of.
    pub bounds: Vec<PathBuf>,
    /// The repository; `None` where the step only shows what it would change in the checkout.
    pub repository: Option<DefinitionRepository>,
    /// What to tell before the work begins.
    pub warnings: Vec<Warning>,
}

/// The repository that a definition is kept in.
#[derive(Clone, Debug)]
pub struct DefinitionRepository {
    /// The repository.
    pub address: Address,
    /// How it is entered.
    pub credential: Credential,
    /// The branch; `None` is the repository's default branch.
    pub branch: Option<String>,
    /// The message, with its placeholders; `None` leaves it to the values.
    pub message: Option<String>,
    /// How the changes reach the branch.
    pub delivery: Delivery,
    /// How commits are made.
    pub commit: CommitPlan,
    /// Where the values come from, and the definition's folder in the repository.
    pub origin: Provenance,
}

/// A folder of this machine, above the environments' folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// `generated` in the definition, Fabrikate's own: whatever the environments' folders hold is
    /// replaced.
    Generated(PathBuf),
    /// Another one: only what earlier runs have made there is replaced.
    Given(PathBuf),
}

/// What to render.
#[derive(Clone, Debug)]
pub struct DefinitionPlan {
    /// The absolute folder of the root component.
    pub folder: PathBuf,
    /// The folder that a copy of the definition has to hold: its repository's, where that is known.
    pub top: PathBuf,
    /// The environments.
    pub environments: Vec<Environment>,
    /// Whether an environment may be one that no configuration file knows.
    pub allow_missing_environment: bool,
    /// The folders that no link of the definition may lead out of; none on a person's machine, where
    /// links lead anywhere.
    pub bounds: Vec<PathBuf>,
}

/// Whether anything may change the definition's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// It may: the folder is a copy, or the person's own to change.
    Free,
    /// It may not: the folder is a checkout, which is never written to.
    Checkout,
}

/// What becomes of documents of charts that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Documents {
    /// They are errors: nothing may be lost.
    Whole,
    /// They are left out, as Fabrikate does.
    AsFabrikate,
}

/// Which hooks run, and what they see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookPlan {
    /// Which.
    pub policy: HookPolicy,
    /// The variables of our environment that they see besides `PATH` and the like.
    pub environment: Vec<String>,
}

/// How charts are rendered, as Helm's flags say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChartPlan {
    /// What renders them.
    pub engine: ChartEngine,
    /// Which Helm the engine that is built in follows.
    pub profile: HelmProfile,
    /// `--kube-version`.
    pub kube_version: Option<String>,
    /// `--api-versions`.
    pub api_versions: Vec<String>,
    /// `--include-crds`.
    pub include_crds: bool,
    /// `--skip-tests`.
    pub skip_tests: bool,
    /// What random functions give.
    pub randomness: Randomness,
}

/// A repository, and where in it each environment goes.
#[derive(Clone, Debug)]
pub struct Destination {
    /// The repository.
    pub address: Address,
    /// How it is entered.
    pub credential: Credential,
    /// The environments of each branch; `None` is the repository's default branch.
    pub branches: BTreeMap<Option<String>, Vec<Target>>,
    /// What may be deleted.
    pub pruning: Pruning,
    /// Whether an older run may replace a newer one.
    pub allow_older: bool,
    /// How the changes reach the branches.
    pub delivery: Delivery,
    /// How commits are made.
    pub commit: CommitPlan,
    /// Where the manifests come from.
    pub origin: Provenance,
}

/// An environment's place in a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The environment.
    pub environment: Environment,
    /// Its folder in the repository: names separated by `/`.
    pub folder: String,
}

/// Where manifests come from: what the inventory and the commit tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The definition's repository and commit.
    pub source: Source,
    /// The definition's folder within its repository.
    pub path: String,
    /// The definition's folder, to ask its repository which commit follows which.
    pub folder: PathBuf,
    /// The build, in a pipeline.
    pub build: Option<Build>,
}

/// Decides what the run does.
pub fn resolve(inputs: &Inputs, facts: &Facts) -> Result<Decision, PlanError> {
    let mut warnings = Vec::new();
    Ok(match purpose(inputs.command, facts, &mut warnings) {
        Some(purpose) => {
            Decision::Manifests(Box::new(manifests(purpose, inputs, (facts, warnings))?))
        }
        None => Decision::Set(Box::new(set::plan(inputs, (facts, warnings))?)),
    })
}

/// What manifests are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Publish,
    Preview,
    Render,
}

fn manifests(
    purpose: Purpose,
    inputs: &Inputs,
    (facts, mut warnings): (&Facts, Vec<Warning>),
) -> Result<Plan, PlanError> {
    let folder = facts.definition_folder(inputs.definition_path.as_deref());
    let definition = DefinitionPlan {
        top: facts.top_of(&folder),
        bounds: facts.bounds(&folder),
        folder,
        environments: inputs.environments.clone(),
        allow_missing_environment: inputs.allow_missing_environment,
    };
    let charts = ChartPlan {
        engine: inputs.chart_engine,
        profile: inputs.helm_profile,
        kube_version: inputs.kube_version.clone(),
        api_versions: inputs.api_versions.clone(),
        include_crds: inputs.include_crds,
        skip_tests: inputs.skip_tests,
        randomness: randomness::randomness(purpose, inputs, (facts, &mut warnings))?,
    };
    let action = match purpose {
        Purpose::Render => {
            refuse_overlaps(&by_name(&inputs.environments))?;
            Action::Render { output: output_folder(inputs, facts, &definition) }
        }
        Purpose::Preview => Action::Preview { destination: preview(inputs, facts, &mut warnings)? },
        Purpose::Publish => {
            let credential = credential(inputs, facts, address(inputs)?)?;
            passphrase(inputs)?;
            warnings.extend(uncommitted(facts));
            Action::Publish { destination: destination(inputs, facts, credential)? }
        }
    };
    let hooks = hooks(inputs, facts, &mut warnings);
    Ok(Plan {
        action,
        definition,
        charts,
        install: inputs.install,
        lock: inputs.lock,
        hooks,
        ground: Ground::Checkout,
        documents: Documents::Whole,
        warnings,
    })
}

/// Returns which hooks run: in a build of a fork none, since whoever opened the pull request wrote
/// them.
fn hooks(inputs: &Inputs, facts: &Facts, warnings: &mut Vec<Warning>) -> HookPlan {
    let environment = inputs.hook_environment.clone();
    if !facts.fork || inputs.hooks == HookPolicy::None {
        return HookPlan { policy: inputs.hooks, environment };
    }
    warnings.push(adjusted(
        "this is a build of a fork, in which no hooks run",
        "expect other manifests where hooks make files",
    ));
    HookPlan { policy: HookPolicy::None, environment }
}

/// Returns what a command makes manifests for in this build, if it makes any: a pull request never
/// deploys.
fn purpose(command: Command, facts: &Facts, warnings: &mut Vec<Warning>) -> Option<Purpose> {
    match command {
        Command::Publish if facts.pull_request => {
            warnings.push(adjusted(
                "this is a build of a pull request, which never deploys: `command: publish` only \
                 previews here",
                "use `command: auto`, or run the step only for branches",
            ));
            Some(Purpose::Preview)
        }
        Command::Auto if facts.pull_request => Some(Purpose::Preview),
        Command::Auto | Command::Publish => Some(Purpose::Publish),
        Command::Preview => Some(Purpose::Preview),
        Command::Render => Some(Purpose::Render),
        Command::Set => None,
    }
}

fn preview(
    inputs: &Inputs,
    facts: &Facts,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Destination>, PlanError> {
    match credential(inputs, facts, address(inputs)?) {
        Ok(credential) => destination(inputs, facts, credential).map(Some),
        // Builds of forks may not see secrets, and still have to tell whether the definition works.
        Err(PlanError::NoToken { .. } | PlanError::Token(_)) if facts.pull_request => {
            warnings.push(adjusted(
                "there is no access token in this build of a pull request, so that the manifests \
                 are rendered and not compared with the destination",
                "let builds of pull requests see the secret variable, if they are trusted",
            ));
            branches(inputs)?;
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Returns what to say of manifests that no commit of the definition can be asked about.
fn uncommitted(facts: &Facts) -> Option<Warning> {
    let commit = facts.source.commit.as_ref().filter(|_| facts.is_changed)?;
    Some(Warning {
        code: Code::Uncommitted,
        message: format!(
            "the definition has changes that no commit holds; the manifests are published as those \
             of the commit {commit}"
        ),
        hint: Some("commit the changes, and publish again".to_owned()),
        place: None,
    })
}

fn adjusted(message: &str, hint: &str) -> Warning {
    Warning {
        code: Code::InputAdjusted,
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
        place: None,
    }
}

fn output_folder(inputs: &Inputs, facts: &Facts, definition: &DefinitionPlan) -> Output {
    let generated = definition.folder.join("generated");
    match inputs.output_directory.as_ref().map(|path| facts.working_folder.join(path)) {
        Some(folder) if folder != generated => Output::Given(folder),
        Some(_) | None => Output::Generated(generated),
    }
}

impl Output {
    /// Returns the folder.
    pub fn folder(&self) -> &Path {
        match self {
            Self::Generated(folder) | Self::Given(folder) => folder,
        }
    }
}

#[cfg(test)]
mod tests;
