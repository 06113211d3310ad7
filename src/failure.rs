//! Failures and warnings as data: a code, what happened, where, and what to do.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

/// The file, and where it is known the line and column (both from 1), that a diagnosis is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, absolute or relative to the working folder.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
}

impl Place {
    /// Returns the place that is a whole file.
    pub fn file(file: impl Into<PathBuf>) -> Self {
        Self { file: file.into(), line: None, column: None }
    }

    /// Returns the place at `line` of a file.
    pub fn line(file: impl Into<PathBuf>, line: Option<usize>) -> Self {
        Self { file: file.into(), line, column: None }
    }
}

/// An error that can tell a person its code, what to do, and where to look.
pub trait Diagnose: Error {
    /// Returns the code under which `docs/errors.md` explains the error.
    fn code(&self) -> Code;

    /// Returns what to do about it, as one sentence without a full stop.
    fn hint(&self) -> Option<String> {
        None
    }

    /// Returns the file that has to change.
    fn place(&self) -> Option<Place> {
        None
    }
}

/// Why a run failed, ready for the report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The code of `docs/errors.md`.
    pub code: Code,
    /// What happened.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// The causes, outermost first; text from outside, not yet made inert.
    pub causes: Vec<String>,
}

impl<E: Diagnose> From<E> for Failure {
    fn from(error: E) -> Self {
        let message = error.to_string();
        let mut causes: Vec<String> = Vec::new();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            let said = causes.last().unwrap_or(&message).contains(&text);
            if !said {
                causes.push(text);
            }
            cause = error.source();
        }
        Self { code: error.code(), message, hint: error.hint(), place: error.place(), causes }
    }
}

/// Something that a person should know and that did not stop the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The code of `docs/errors.md`.
    pub code: Code,
    /// What was noticed.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident = $text:literal,)+) => {
        /// The closed list of codes; a code is never given another meaning.
        ///
        /// `E1xx` inputs, `E2xx` tools, `E3xx` definition, `E4xx` charts and rendering, `E5xx`
        /// destination, `E6xx` pull requests, `E7xx` refusals, `E900` a defect of this program;
        /// `W…` the same families for warnings. `docs/errors.md` explains each, and a test compares the two lists.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])+ $name,)+
        }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Returns the code as people quote it, such as `E302`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

codes! {
    /// An input or variable still holds `$(…)`.
    Unexpanded = "E101",
    /// An input has a value that it cannot have.
    InvalidInput = "E102",
    /// An input that this command needs is empty.
    MissingInput = "E103",
    /// Two inputs, or two lines of one, contradict each other.
    ConflictingInputs = "E104",
    /// The address of the destination cannot be used.
    InvalidRepository = "E105",
    /// There is no token for a destination that needs one.
    MissingToken = "E106",
    /// A service connection cannot be used.
    ConnectionUnusable = "E107",
    /// A service connection is for another server than the destination.
    ForeignConnection = "E108",
    /// The key that commits are to be signed with cannot be used.
    SigningKey = "E109",
    /// The package holds no executable for the agent's platform (the launcher says this one).
    UnsupportedPlatform = "E201",
    /// The executable could not be started (the launcher says this one).
    NotStarted = "E202",
    /// A chart needs `helm`, and there is none on `PATH`.
    HelmMissing = "E203",
    /// The `helm` on `PATH` does not work or is too old.
    HelmUnusable = "E204",
    /// A temporary folder or file could not be made or read.
    TemporaryFiles = "E205",
    /// A folder that should hold a component has no component file.
    ComponentMissing = "E301",
    /// A component file cannot be read.
    ComponentUnreadable = "E302",
    /// A configuration file cannot be read.
    ConfigUnreadable = "E303",
    /// Two configuration layers give one key values of different kinds.
    ConfigConflict = "E304",
    /// A component has a type or method that does not exist.
    UnknownKind = "E305",
    /// A component contains itself.
    ComponentCycle = "E306",
    /// A remote source is not in the definition.
    SourceMissing = "E307",
    /// No configuration file knows the environment.
    UnknownEnvironment = "E308",
    /// The folder of a static component cannot be read.
    StaticUnreadable = "E309",
    /// A name would leave the output folder.
    UnsafeName = "E310",
    /// Two components write one file.
    NameCollision = "E311",
    /// A component that was fetched has a hook, which may not run.
    HookForbidden = "E312",
    /// The definition's folder is not there.
    DefinitionMissing = "E313",
    /// What is to be set cannot be understood.
    InvalidAssignment = "E314",
    /// The file of values to set cannot be read.
    ValuesUnreadable = "E315",
    /// A key to set is not there, where none may be new.
    NewKey = "E316",
    /// A path to set leads through something that is no mapping.
    NoMapping = "E317",
    /// A file cannot be edited so that it says what it should.
    EditRefused = "E318",
    /// A link leads from the file to edit out of the definition.
    LinkLeaves = "E319",
    /// A hook failed.
    HookFailed = "E320",
    /// There is no shell for hooks.
    NoShell = "E321",
    /// A repository has no such branch, tag or commit.
    RevisionMissing = "E322",
    /// The host of a source cannot be reached, or does not answer as it should.
    SourceUnreachable = "E323",
    /// A source asks for a credential that there is not, or refuses the one that there is.
    SourceUnauthorized = "E324",
    /// A source does not exist.
    SourceNotFound = "E325",
    /// A repository has no such chart, or no version of it that is asked for.
    ChartVersionMissing = "E326",
    /// What was fetched is not what it should be.
    SourceDamaged = "E327",
    /// The variable that an access file names is not set.
    AccessVariable = "E328",
    /// An access file cannot be read.
    AccessUnreadable = "E329",
    /// What was fetched has another digest than announced.
    DigestMismatch = "E330",
    /// What a chart depends on cannot be had.
    DependencyMissing = "E331",
    /// A source is not what the lock file says.
    LockMismatch = "E332",
    /// The lock file cannot be read, or is not there.
    LockUnreadable = "E333",
    /// The edited file could not be written.
    EditUnwritable = "E334",
    /// A chart is not where its component says.
    ChartMissing = "E401",
    /// Helm refused the chart.
    ChartFailed = "E402",
    /// Helm would refuse the release's name.
    InvalidRelease = "E403",
    /// A rendered document cannot be read or changed.
    DocumentUnreadable = "E404",
    /// A file's folder is not part of the output.
    OutputPath = "E405",
    /// The rendered files could not be written.
    OutputUnwritable = "E406",
    /// The engine that is built in and the installed Helm make different manifests.
    EnginesDiffer = "E407",
    /// The server of the destination cannot be reached.
    Unreachable = "E501",
    /// The token was not accepted.
    Unauthorized = "E502",
    /// The token was accepted and lacks a right.
    Forbidden = "E503",
    /// There is no such repository.
    RepositoryMissing = "E504",
    /// A branch policy refused the push.
    PolicyRefused = "E505",
    /// The server refused the push.
    PushRefused = "E506",
    /// Every attempt lost the race against other pushes.
    RaceLost = "E507",
    /// The server answered something that is not git.
    Protocol = "E508",
    /// The server redirects to another host.
    Redirected = "E509",
    /// The server has too much to do.
    Busy = "E510",
    /// The server's certificate is not trusted.
    Untrusted = "E511",
    /// The local repository or the object store failed.
    Repository = "E512",
    /// The connection broke after the push, and the outcome is unknown.
    OutcomeUnknown = "E513",
    /// The repository names its objects by SHA-256.
    ObjectFormat = "E514",
    /// Microsoft Entra gave no token.
    SignInFailed = "E515",
    /// A policy of the organization refuses the token or the agent.
    AccessPolicy = "E516",
    /// The agent's settings of the network cannot be used.
    NetworkSettings = "E517",
    /// The repository's host has no pull requests that we can make.
    NoPullRequests = "E601",
    /// The host did not take the pull request.
    PullRequestRefused = "E602",
    /// A reviewer cannot be found, or could be several.
    ReviewerUnknown = "E603",
    /// The pull request's branch holds what is not ours.
    ForeignBranch = "E604",
    /// An environment that has manifests would have none.
    EmptyEnvironment = "E701",
    /// Something that is not ours stands where a manifest has to go.
    ForeignFile = "E702",
    /// The environment's folder belongs to another definition.
    ForeignFolder = "E703",
    /// The inventory in the destination cannot be read.
    InventoryUnreadable = "E704",
    /// A manifest holds a secret of this job.
    SecretInManifest = "E705",
    /// More objects would be deleted than may go at once.
    TooManyDeletions = "E706",
    /// Objects would be deleted with which much else goes.
    ProtectedDeletion = "E707",
    /// A defect of this program.
    Defect = "E900",
    /// An input was ignored, or a safer meaning was taken.
    InputAdjusted = "W101",
    /// The installed Helm's output may differ from Helm 3's.
    HelmDiffers = "W201",
    /// Namespace injection was asked for and has no effect.
    InjectionIgnored = "W301",
    /// An environment that no configuration file knows was rendered.
    EnvironmentUnknown = "W302",
    /// A rendered document was left out, as Fabrikate does.
    DocumentDropped = "W401",
    /// A component's manifest was replaced by that of a chart of the same name.
    ManifestReplaced = "W402",
    /// Files that an earlier tool wrote are now ours.
    Adopted = "W501",
    /// A file that we own was changed by somebody else.
    EditedByHand = "W502",
    /// The definition has changes that no commit holds.
    Uncommitted = "W503",
    /// A preview found what would keep the changes from being published.
    WouldBeRefused = "W504",
    /// A pull request is there, but something of it could not be had.
    PullRequestIncomplete = "W601",
    /// A pull request that is obsolete was left open.
    PullRequestLeft = "W602",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] std::io::Error);

    impl Diagnose for Outer {
        fn code(&self) -> Code {
            Code::Defect
        }
    }

    #[test]
    fn a_failure_keeps_the_chain_of_causes() {
        let failure = Failure::from(Outer(std::io::Error::other("inner")));
        assert_eq!(failure.message, "outer");
        assert_eq!(failure.causes, ["inner"]);
    }

    #[test]
    fn codes_are_unique() {
        let mut texts: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        texts.sort_unstable();
        let all = texts.len();
        texts.dedup();
        assert_eq!(texts.len(), all);
    }
}
