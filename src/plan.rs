//! The plan: inputs and facts of the build made into one decision, valid as a whole.

pub mod facts;

pub use facts::{Build, Facts, Pipeline, Source};

use crate::address::Address;
use crate::environment::Environment;
use crate::failure::{Code, Diagnose, Warning};
use crate::inputs::{Authentication, Command, HookPolicy, InputError, Inputs, NoToken};
use crate::secret::{Credential, Secret};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Everything that a run needs to know. After it nothing reads inputs or variables.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What to do with the manifests.
    pub action: Action,
    /// What to render.
    pub definition: DefinitionPlan,
    /// How charts are rendered.
    pub charts: ChartPlan,
    /// Which hooks run.
    pub hooks: HookPlan,
    /// Whether they may run in the definition's folder.
    pub ground: Ground,
    /// What to tell before the work begins.
    pub warnings: Vec<Warning>,
}

/// What becomes of the manifests.
#[derive(Clone, Debug)]
pub enum Action {
    /// They are written to folders of this machine.
    Render {
        /// The folder above the environments' folders.
        output: PathBuf,
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
}

/// Whether anything may change the definition's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ground {
    /// It may: the folder is a copy, or the person's own to change.
    Free,
    /// It may not: the folder is a checkout, which is never written to.
    Checkout,
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
    /// `--kube-version`.
    pub kube_version: Option<String>,
    /// `--api-versions`.
    pub api_versions: Vec<String>,
    /// `--include-crds`.
    pub include_crds: bool,
    /// `--skip-tests`.
    pub skip_tests: bool,
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
    /// Whether an older run may replace a newer one.
    pub allow_older: bool,
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

/// How commits are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitPlan {
    /// The message, with its placeholders.
    pub message: String,
    /// The author's name; `None` leaves it to the definition's repository, or to us.
    pub author_name: Option<String>,
    /// The author's mail address.
    pub author_email: Option<String>,
}

/// Where manifests come from: what the inventory and the commit tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// The definition's repository and commit.
    pub source: Source,
    /// The definition's folder within its repository.
    pub path: String,
    /// The build, in a pipeline.
    pub build: Option<Build>,
}

/// Inputs that do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The destination is not given.
    #[error("the input destinationRepository is empty")]
    NoDestination,
    /// There is no token.
    #[error("there is no access token for {address}")]
    NoToken {
        /// The destination.
        address: String,
    },
    /// The token is not one.
    #[error(transparent)]
    Token(InputError),
    /// The job has no token of its own.
    #[error("this job has no access token of its own")]
    NoJobToken,
    /// The job's own token would go to a host that it is not for.
    #[error("the job's own token is for {collection}, not for {address}")]
    ForeignHost {
        /// The destination.
        address: String,
        /// The collection.
        collection: String,
    },
    /// Two environments have one folder.
    #[error("the environments `{first}` and `{second}` would share the folder `{folder}`")]
    SharedFolder {
        /// One environment's words.
        first: String,
        /// The other's.
        second: String,
        /// The folder.
        folder: String,
    },
}

impl Diagnose for PlanError {
    fn code(&self) -> Code {
        match self {
            Self::NoDestination => Code::MissingInput,
            Self::NoToken { .. } | Self::NoJobToken => Code::MissingToken,
            Self::Token(error) => error.code(),
            Self::ForeignHost { .. } | Self::SharedFolder { .. } => Code::ConflictingInputs,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoDestination => "set it to the address of the repository that the manifests go \
                 to, or use `command: render` to write them to a folder"
                .to_owned(),
            Self::NoToken { .. } => "store a personal access token with the scope Code (Read & \
                 write) in a secret variable and hand it on in the step's `env:`, as in \
                 `ACCESS_TOKEN: $(ACCESS_TOKEN)`"
                .to_owned(),
            Self::Token(error) => return error.hint(),
            Self::NoJobToken => {
                "`authentication: systemAccessToken` works in a pipeline's job only".to_owned()
            }
            Self::ForeignHost { .. } => {
                "use a personal access token (`authentication: accessToken`)".to_owned()
            }
            Self::SharedFolder { .. } => {
                "leave one of them out, or give them folders of their own \
                 with `{environment}` in the input destinationPath"
                    .to_owned()
            }
        })
    }
}

/// Decides what the run does.
pub fn resolve(inputs: &Inputs, facts: &Facts) -> Result<Plan, PlanError> {
    let mut warnings = Vec::new();
    let folder = facts.definition_folder(inputs.definition_path.as_deref());
    let command = effective(inputs.command, facts, &mut warnings);
    let definition = DefinitionPlan {
        top: facts.top_of(&folder),
        folder,
        environments: inputs.environments.clone(),
        allow_missing_environment: inputs.allow_missing_environment,
    };
    let charts = ChartPlan {
        kube_version: inputs.kube_version.clone(),
        api_versions: inputs.api_versions.clone(),
        include_crds: inputs.include_crds,
        skip_tests: inputs.skip_tests,
    };
    let action = match command {
        Command::Render => Action::Render { output: output_folder(inputs, facts, &definition) },
        Command::Preview => Action::Preview { destination: preview(inputs, facts, &mut warnings)? },
        Command::Auto | Command::Publish => {
            let credential = credential(inputs, facts)?;
            Action::Publish { destination: destination(inputs, facts, credential)? }
        }
    };
    let hooks = hooks(inputs, facts, &mut warnings);
    Ok(Plan { action, definition, charts, hooks, ground: Ground::Checkout, warnings })
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

/// Returns what a command means in this build: a pull request never deploys.
fn effective(command: Command, facts: &Facts, warnings: &mut Vec<Warning>) -> Command {
    match command {
        Command::Auto | Command::Publish if facts.pull_request => {
            if command == Command::Publish {
                warnings.push(adjusted(
                    "this is a build of a pull request, which never deploys: `command: publish` \
                     only previews here",
                    "use `command: auto`, or run the step only for branches",
                ));
            }
            Command::Preview
        }
        Command::Auto => Command::Publish,
        Command::Publish | Command::Preview | Command::Render => command,
    }
}

fn preview(
    inputs: &Inputs,
    facts: &Facts,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Destination>, PlanError> {
    match credential(inputs, facts) {
        Ok(credential) => destination(inputs, facts, credential).map(Some),
        // Builds of forks may not see secrets, and still have to tell whether the definition works.
        Err(PlanError::NoToken { .. } | PlanError::Token(_)) if facts.pull_request => {
            warnings.push(adjusted(
                "there is no access token in this build of a pull request, so that the manifests \
                 are rendered and not compared with the destination",
                "let builds of pull requests see the secret variable, if they are trusted",
            ));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn adjusted(message: &str, hint: &str) -> Warning {
    Warning {
        code: Code::InputAdjusted,
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
        place: None,
    }
}

fn output_folder(inputs: &Inputs, facts: &Facts, definition: &DefinitionPlan) -> PathBuf {
    match &inputs.output_directory {
        Some(path) => facts.working_folder.join(path),
        None => definition.folder.join("generated"),
    }
}

fn destination(
    inputs: &Inputs,
    facts: &Facts,
    credential: Credential,
) -> Result<Destination, PlanError> {
    let address = address(inputs)?;
    let address = match address {
        Address::Server(_) => address.clone(),
        Address::Folder(path) => Address::Folder(facts.working_folder.join(path)),
    };
    Ok(Destination {
        address,
        credential,
        branches: branches(inputs)?,
        allow_older: inputs.allow_older,
        commit: CommitPlan {
            message: inputs.commit_message.clone(),
            author_name: inputs.author_name.clone().or_else(|| facts.requested_for.clone()),
            author_email: inputs.author_email.clone().or_else(|| facts.requested_for_email.clone()),
        },
        origin: Provenance {
            source: facts.source.clone(),
            path: facts.path_in_repository(inputs.definition_path.as_deref()),
            build: facts.build.clone(),
        },
    })
}

fn address(inputs: &Inputs) -> Result<&Address, PlanError> {
    inputs.destination_repository.as_ref().ok_or(PlanError::NoDestination)
}

/// Returns where each environment goes, by branch.
fn branches(inputs: &Inputs) -> Result<BTreeMap<Option<String>, Vec<Target>>, PlanError> {
    let mut branches: BTreeMap<Option<String>, Vec<Target>> = BTreeMap::new();
    for environment in &inputs.environments {
        let name = environment.folder();
        let branch = inputs.destination_branch.as_ref().map(|b| b.replace(PLACEHOLDER, &name));
        let folder = target_folder(&inputs.destination_path, &name);
        let targets = branches.entry(branch).or_default();
        if let Some(other) = targets.iter().find(|target| target.folder == folder) {
            let (first, second) =
                (other.environment.words().join(" "), environment.words().join(" "));
            return Err(PlanError::SharedFolder { first, second, folder });
        }
        targets.push(Target { environment: environment.clone(), folder });
    }
    Ok(branches)
}

const PLACEHOLDER: &str = "{environment}";

fn target_folder(path: &str, environment: &str) -> String {
    if path.contains(PLACEHOLDER) {
        path.replace(PLACEHOLDER, environment)
    } else if path.is_empty() {
        environment.to_owned()
    } else {
        format!("{path}/{environment}")
    }
}

/// Returns how the destination is entered.
fn credential(inputs: &Inputs, facts: &Facts) -> Result<Credential, PlanError> {
    let address = address(inputs)?;
    match (inputs.authentication, address) {
        (_, Address::Folder(_)) | (Authentication::None, _) => Ok(Credential::Anonymous),
        (Authentication::Auto | Authentication::AccessToken, Address::Server(url)) => {
            match &inputs.access_token {
                Ok(token) => Ok(Credential::Token(token.clone())),
                Err(NoToken::Unexpanded(error)) => Err(PlanError::Token(error.clone())),
                Err(NoToken::Absent) => facts
                    .job_token
                    .clone()
                    .filter(|_| inputs.authentication == Authentication::Auto)
                    .and_then(|token| facts.for_collection(url, token).ok())
                    .ok_or_else(|| PlanError::NoToken { address: address.to_string() }),
            }
        }
        (Authentication::SystemAccessToken, Address::Server(url)) => {
            let token = facts.job_token.clone().ok_or(PlanError::NoJobToken)?;
            facts.for_collection(url, token)
        }
    }
}

impl Facts {
    /// Returns the job's own token for an address of the collection that it is for.
    fn for_collection(&self, url: &url::Url, token: Secret) -> Result<Credential, PlanError> {
        if self.is_own_host(url) {
            return Ok(Credential::Bearer(token));
        }
        let collection = self.collection.clone().unwrap_or_else(|| "an unknown collection".into());
        Err(PlanError::ForeignHost { address: url.to_string(), collection })
    }
}

#[cfg(test)]
mod tests;
