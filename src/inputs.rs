//! Inputs: from raw text to typed values, each valid on its own.

mod error;
mod proposal;
mod pruning;
pub mod raw;
pub mod table;

pub use crate::helm::Profile as HelmProfile;
pub use error::{InputError, NoToken};
pub use proposal::{DeliveryMode, MergeStrategy, Proposal};
pub use pruning::{DeletionLimit, Prune, Pruning};
pub use raw::{Given, Origin, Raw};
pub use table::{INPUTS, Kind, Specification};

use crate::address::Address;
use crate::environment::Environment;
use crate::filename;
use crate::helm::semver::Version;
use crate::secret::Secret;
use std::path::PathBuf;

/// What the run is to do, as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Preview in a build of a pull request, else publish.
    Auto,
    /// Render and push.
    Publish,
    /// Render and compare with the destination.
    Preview,
    /// Render into a folder.
    Render,
    /// Set values in the definition's repository.
    Set,
}

/// Where the credential for the destination comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The access token where there is one, else a service connection, else the job's own token for
    /// its organization.
    Auto,
    /// The access token.
    AccessToken,
    /// A service connection to repositories.
    Connection,
    /// A service connection to Azure, for which Microsoft Entra gives a token.
    WorkloadIdentity,
    /// The job's own token.
    SystemAccessToken,
    /// None.
    None,
}

/// Which sources are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Install {
    /// Those that the definition does not hold.
    Missing,
    /// All, whatever the definition holds.
    Always,
    /// None.
    Never,
}

/// What is done with `fabrikate.lock`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockMode {
    /// Nothing.
    Off,
    /// It is written.
    Update,
    /// A source that has moved fails the run.
    Verify,
}

impl LockMode {
    /// Returns what a word of the input `lock` means.
    pub fn of(word: &str) -> Option<Self> {
        LOCKS.iter().find(|(name, _)| *name == word).map(|(_, mode)| *mode)
    }
}

/// What renders charts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChartEngine {
    /// The engine that is built in, and the installed Helm where that fails.
    #[default]
    Auto,
    /// The engine that is built in.
    BuiltIn,
    /// The installed Helm.
    Helm,
}

/// What the random functions of charts give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RandomnessMode {
    /// New values, as with Helm.
    Fresh,
    /// What is published.
    Keep,
    /// Values made of a seed.
    Seeded,
}

/// Which components may run commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookPolicy {
    /// Those in the definition's own repository.
    Local,
    /// All, those that were fetched too.
    All,
    /// None.
    None,
}

/// Every input, typed. What was not given has its default, or is `None`.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an input of the task")]
pub struct Inputs {
    /// `command`.
    pub command: Command,
    /// `definitionPath`.
    pub definition_path: Option<PathBuf>,
    /// `environments`, without repetitions.
    pub environments: Vec<Environment>,
    /// `allowMissingEnvironment`.
    pub allow_missing_environment: bool,
    /// `chartEngine`.
    pub chart_engine: ChartEngine,
    /// `helmProfile`.
    pub helm_profile: HelmProfile,
    /// `randomness`.
    pub randomness: RandomnessMode,
    /// The variable `RANDOM_SEED`; its absence says why.
    pub random_seed: Result<Secret, NoToken>,
    /// `kubeVersion`.
    pub kube_version: Option<String>,
    /// `apiVersions`.
    pub api_versions: Vec<String>,
    /// `includeCrds`.
    pub include_crds: bool,
    /// `skipTests`.
    pub skip_tests: bool,
    /// `install`.
    pub install: Install,
    /// `lock`.
    pub lock: LockMode,
    /// `hooks`.
    pub hooks: HookPolicy,
    /// `hookEnvironment`: the names of variables.
    pub hook_environment: Vec<String>,
    /// `destinationRepository`.
    pub destination_repository: Option<Address>,
    /// `destinationBranch`, without `refs/heads/`.
    pub destination_branch: Option<String>,
    /// `destinationPath`: names separated by `/`, or empty.
    pub destination_path: String,
    /// `prune` and `deletionLimit`.
    pub pruning: Pruning,
    /// `allowOlder`.
    pub allow_older: bool,
    /// `delivery`.
    pub delivery: DeliveryMode,
    /// The inputs of pull requests.
    pub proposal: Proposal,
    /// `authentication`.
    pub authentication: Authentication,
    /// `accessToken`; its absence says why.
    pub access_token: Result<Secret, NoToken>,
    /// `commitMessage`.
    pub commit_message: String,
    /// `authorName`.
    pub author_name: Option<String>,
    /// `authorEmail`.
    pub author_email: Option<String>,
    /// `signingKey`.
    pub signing_key: Option<PathBuf>,
    /// `signingKeyPassphrase`; its absence says why.
    pub signing_passphrase: Result<Secret, NoToken>,
    /// `outputDirectory`.
    pub output_directory: Option<PathBuf>,
    /// The inputs of `set`.
    pub set: SetInputs,
}

/// The inputs of `command: set`, as texts: Fabrikate's grammar is read with the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetInputs {
    /// `subcomponent`; empty for the root component.
    pub subcomponent: String,
    /// `values`: `key=value`, a line each.
    pub assignments: Vec<String>,
    /// `valuesFile`.
    pub file: Option<PathBuf>,
    /// `environment`.
    pub environment: String,
    /// `destinationBranch`, if it is given as an input: here it is the definition's. The variable of
    /// the old script names the branch of the manifests.
    pub branch: Option<String>,
}

/// Returns the typed inputs.
pub fn parse(raw: &Raw) -> Result<Inputs, InputError> {
    raw.refuse_unexpanded()?;
    Ok(Inputs {
        command: raw.pick("command", COMMANDS)?,
        definition_path: raw.path("definitionPath"),
        environments: environments(raw)?,
        allow_missing_environment: raw.boolean("allowMissingEnvironment")?,
        chart_engine: raw.pick("chartEngine", ENGINES)?,
        helm_profile: raw.pick("helmProfile", PROFILES)?,
        randomness: raw.pick("randomness", RANDOMNESS)?,
        random_seed: secret(raw.seed()),
        kube_version: kube_version(raw)?,
        api_versions: raw.list("apiVersions"),
        include_crds: raw.boolean("includeCrds")?,
        skip_tests: raw.boolean("skipTests")?,
        install: raw.pick("install", INSTALLS)?,
        lock: raw.pick("lock", LOCKS)?,
        hooks: raw.pick("hooks", HOOKS)?,
        hook_environment: hook_environment(raw)?,
        destination_repository: address(raw)?,
        destination_branch: proposal::branch(raw, "destinationBranch")?,
        destination_path: destination_path(raw)?,
        pruning: Pruning::parse(raw)?,
        allow_older: raw.boolean("allowOlder")?,
        delivery: raw.pick("delivery", proposal::DELIVERIES)?,
        proposal: Proposal::parse(raw)?,
        authentication: raw.pick("authentication", AUTHENTICATIONS)?,
        access_token: secret(raw.given("accessToken")),
        commit_message: raw.text("commitMessage").unwrap_or_default(),
        author_name: raw.text("authorName"),
        author_email: raw.text("authorEmail"),
        signing_key: raw.path("signingKey"),
        signing_passphrase: secret(raw.given("signingKeyPassphrase")),
        output_directory: raw.path("outputDirectory"),
        set: set(raw)?,
    })
}

const COMMANDS: &[(&str, Command)] = &[
    ("auto", Command::Auto),
    ("publish", Command::Publish),
    ("preview", Command::Preview),
    ("render", Command::Render),
    ("set", Command::Set),
];

const AUTHENTICATIONS: &[(&str, Authentication)] = &[
    ("auto", Authentication::Auto),
    ("accessToken", Authentication::AccessToken),
    ("connection", Authentication::Connection),
    ("workloadIdentity", Authentication::WorkloadIdentity),
    ("systemAccessToken", Authentication::SystemAccessToken),
    ("none", Authentication::None),
];

const INSTALLS: &[(&str, Install)] =
    &[("missing", Install::Missing), ("always", Install::Always), ("never", Install::Never)];

const ENGINES: &[(&str, ChartEngine)] =
    &[("auto", ChartEngine::Auto), ("builtin", ChartEngine::BuiltIn), ("helm", ChartEngine::Helm)];

const PROFILES: &[(&str, HelmProfile)] =
    &[("3.17", HelmProfile::Helm317), ("4.1", HelmProfile::Helm41)];
const RANDOMNESS: &[(&str, RandomnessMode)] = &[
    ("fresh", RandomnessMode::Fresh),
    ("keep", RandomnessMode::Keep),
    ("seeded", RandomnessMode::Seeded),
];

const LOCKS: &[(&str, LockMode)] =
    &[("off", LockMode::Off), ("update", LockMode::Update), ("verify", LockMode::Verify)];

const HOOKS: &[(&str, HookPolicy)] =
    &[("local", HookPolicy::Local), ("all", HookPolicy::All), ("none", HookPolicy::None)];

/// The variables that hold what no hook may see, whatever is asked for.
const NEVER: &[&str] =
    &["ACCESS_TOKEN", "ACCESS_TOKEN_SECRET", "RANDOM_SEED", "SYSTEM_ACCESSTOKEN"];

fn hook_environment(raw: &Raw) -> Result<Vec<String>, InputError> {
    let text = raw.text("hookEnvironment").unwrap_or_default();
    let names = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|n| !n.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    let secret = |name: &String| {
        let name = name.to_uppercase();
        let prefixes = ["INPUT_", "ENDPOINT_", "SECRET_", "SECUREFILE_"];
        NEVER.contains(&name.as_str()) || prefixes.iter().any(|p| name.starts_with(p))
    };
    match names.iter().find(|name| secret(name)) {
        Some(name) => {
            let reason = format!("{name} is not handed on to hooks");
            Err(raw.malformed("hookEnvironment", &reason))
        }
        None => Ok(names),
    }
}

fn environments(raw: &Raw) -> Result<Vec<Environment>, InputError> {
    let mut environments = Vec::new();
    for line in raw.list("environments") {
        let environment = Environment::parse(&line).map_err(|source| InputError::Environment {
            origin: raw.origin("environments"),
            source,
        })?;
        if !environments.contains(&environment) {
            environments.push(environment);
        }
    }
    if environments.is_empty() {
        return Err(raw.malformed("environments", "it names no environment"));
    }
    Ok(environments)
}

fn address(raw: &Raw) -> Result<Option<Address>, InputError> {
    let Some(text) = raw.text("destinationRepository") else {
        return Ok(None);
    };
    let origin = || raw.origin("destinationRepository");
    let address = Address::parse(&text);
    address.map(Some).map_err(|source| InputError::Address { origin: origin(), source })
}

fn kube_version(raw: &Raw) -> Result<Option<String>, InputError> {
    let Some(text) = raw.text("kubeVersion") else {
        return Ok(None);
    };
    match Version::parse(&text) {
        Ok(_) => Ok(Some(text)),
        Err(_) => Err(raw.malformed("kubeVersion", "it is no version, such as 1.31 or v1.31.2")),
    }
}

fn set(raw: &Raw) -> Result<SetInputs, InputError> {
    let is_input = matches!(raw.origin("destinationBranch"), Origin::Input(_));
    Ok(SetInputs {
        subcomponent: raw.text("subcomponent").unwrap_or_default(),
        assignments: raw.lines("values"),
        file: raw.path("valuesFile"),
        environment: raw.text("environment").unwrap_or_default(),
        branch: proposal::branch(raw, "destinationBranch")?.filter(|_| is_input),
    })
}

fn destination_path(raw: &Raw) -> Result<String, InputError> {
    let text = raw.text("destinationPath").unwrap_or_default().replace('\\', "/");
    let parts: Vec<&str> =
        text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.contains(&"..") {
        return Err(raw.malformed("destinationPath", "`..` would leave the repository"));
    }
    if let Some(reason) = parts.iter().find_map(|part| filename::refused(part)) {
        return Err(raw.malformed("destinationPath", reason));
    }
    if text.chars().any(char::is_control) || text.contains(':') {
        return Err(raw.malformed("destinationPath", "it is not a folder of the repository"));
    }
    Ok(parts.join("/"))
}

fn secret(given: Option<&Given>) -> Result<Secret, NoToken> {
    let Some(given) = given else {
        return Err(NoToken::Absent);
    };
    match raw::unexpanded(&given.text) {
        Some(text) => {
            let (origin, text) = (given.origin.clone(), text.to_owned());
            Err(NoToken::Unexpanded(InputError::Unexpanded { origin, text }))
        }
        None => Secret::new(&given.text).ok_or(NoToken::Absent),
    }
}

#[cfg(test)]
mod tests;
