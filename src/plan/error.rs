//! Inputs that do not go together.

use crate::address::AddressError;
use crate::failure::{Code, Diagnose};
use crate::inputs::InputError;
use crate::plan::connection::ConnectionError;

/// Inputs that do not go together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The destination is not given.
    #[error("the input destinationRepository is empty")]
    NoDestination,
    /// Nothing tells which repository the definition is kept in.
    #[error("nothing tells which repository the definition is kept in")]
    NoRepository,
    /// The definition's repository has an address that cannot be used.
    #[error("the definition's repository: {0}")]
    Repository(AddressError),
    /// The definition's branch could be one of several.
    #[error("the definition is checked out from one of the branches {}", branches.join(", "))]
    SeveralBranches {
        /// The branches.
        branches: Vec<String>,
    },
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
    /// No service connection is given.
    #[error("no service connection is given")]
    NoConnection {
        /// The inputs of which one would do.
        inputs: String,
    },
    /// A service connection cannot be used.
    #[error("the service connection of the input {input} cannot be used: {source}")]
    Connection {
        /// The input.
        input: &'static str,
        /// Why not.
        source: ConnectionError,
    },
    /// A service connection's credential would go to a host that it is not for.
    #[error("the service connection of the input {input} is for {url}, not for {address}")]
    ForeignConnection {
        /// The input.
        input: &'static str,
        /// What it is for.
        url: String,
        /// The destination.
        address: String,
    },
    /// A folder that git cannot check out on every system.
    #[error("the folder `{folder}` cannot be checked out: {reason}")]
    Folder {
        /// The folder.
        folder: String,
        /// Why not.
        reason: &'static str,
    },
    /// A branch that git does not allow.
    #[error("git does not allow `{branch}` as a branch")]
    Branch {
        /// The branch.
        branch: String,
    },
    /// Two branches that no repository can both have.
    #[error("no repository can have the branch `{outer}` and the branch `{inner}`")]
    NestedBranches {
        /// One branch.
        outer: String,
        /// The other one, whose name goes on where the first one's ends.
        inner: String,
    },
    /// Two environments have one folder.
    #[error("the environments `{first}` and `{second}` would share the folder `{folder}`{}",
        if *.is_exact { "" } else { " where the case of letters does not count, as on Windows and macOS" })]
    SharedFolder {
        /// One environment's words.
        first: String,
        /// The other's.
        second: String,
        /// The folder.
        folder: String,
        /// Whether it is one on every system.
        is_exact: bool,
    },
    /// There is no seed for random values.
    #[error("`randomness: seeded` needs a seed, and there is no variable RANDOM_SEED")]
    NoSeed,
    /// There is no destination whose random values could be kept.
    #[error("`randomness: keep` keeps what is published, and `render` has no destination")]
    NothingToKeep,
    /// The installed Helm is to render charts, which is random in its own way.
    #[error("`randomness: {word}` does not go with `chartEngine: helm`")]
    RandomHelm {
        /// The word.
        word: &'static str,
    },
    /// The folder of one environment holds that of another one.
    #[error(
        "the environment `{inner}` would be in the folder `{folder}` of the environment `{outer}`"
    )]
    NestedFolder {
        /// The words of the environment with the outer folder.
        outer: String,
        /// That folder.
        folder: String,
        /// The words of the environment in it.
        inner: String,
    },
}

impl Diagnose for PlanError {
    fn code(&self) -> Code {
        match self {
            Self::NoDestination
            | Self::NoRepository
            | Self::SeveralBranches { .. }
            | Self::NoConnection { .. }
            | Self::NoSeed => Code::MissingInput,
            Self::Connection { .. } => Code::ConnectionUnusable,
            Self::ForeignConnection { .. } => Code::ForeignConnection,
            Self::Repository(error) => error.code(),
            Self::NoToken { .. } | Self::NoJobToken => Code::MissingToken,
            Self::Token(error) => error.code(),
            Self::Folder { .. } | Self::Branch { .. } => Code::InvalidInput,
            Self::ForeignHost { .. }
            | Self::NothingToKeep
            | Self::RandomHelm { .. }
            | Self::SharedFolder { .. }
            | Self::NestedFolder { .. }
            | Self::NestedBranches { .. } => Code::ConflictingInputs,
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
            Self::NoSeed => "store a long random text in a secret variable and hand it on in the \
                 step's `env:`, as in `RANDOM_SEED: $(RANDOM_SEED)`"
                .to_owned(),
            Self::NothingToKeep => "use `fresh` or `seeded` here, or `command: preview`".to_owned(),
            Self::RandomHelm { .. } => {
                "use `chartEngine: auto` or `builtin`: the installed Helm cannot be told what its \
                 random functions give"
                    .to_owned()
            }
            Self::NoRepository => "give the definition's folder in a checkout that has a remote \
                 `origin` (definitionPath)"
                .to_owned(),
            Self::Repository(error) => return error.hint(),
            Self::SeveralBranches { .. } => {
                "name the one that is meant in the input destinationBranch".to_owned()
            }
            Self::Token(error) => return error.hint(),
            Self::NoJobToken => "it comes with a pipeline's job: `authentication: \
                 systemAccessToken` and connections by workload identity federation work there only"
                .to_owned(),
            Self::NoConnection { inputs } => {
                format!("name a service connection of the project in one of the inputs {inputs}")
            }
            Self::Connection { source, .. } => source.hint(),
            Self::ForeignConnection { .. } => "credentials go only to the server that they are \
                 for: name a connection to the destination's server, or correct the input \
                 destinationRepository"
                .to_owned(),
            Self::ForeignHost { .. } => {
                "use a personal access token (`authentication: accessToken`)".to_owned()
            }
            Self::Branch { .. } | Self::NestedBranches { .. } => {
                "change the input destinationBranch".to_owned()
            }
            Self::Folder { .. } => "change the input destinationPath".to_owned(),
            Self::SharedFolder { .. } => {
                "leave one of them out, or give them folders of their own \
                 with `{environment}` in the input destinationPath"
                    .to_owned()
            }
            Self::NestedFolder { .. } => "render them in steps of their own and into different \
                 folders, or tell them apart with `{environment}` within the input destinationPath"
                .to_owned(),
        })
    }
}
