//! The environment that the agent, or a shell, gives the executable.

#![expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]

mod endpoint;

pub use endpoint::Endpoint;

use crate::host::files;
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The environment of the process, read once when it starts.
#[derive(Clone)]
pub struct Agent {
    variables: BTreeMap<String, String>,
    working_folder: PathBuf,
}

impl std::fmt::Debug for Agent {
    // The values hold tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("working_folder", &self.working_folder)
            .finish_non_exhaustive()
    }
}

/// Endpoint parameters that hold a secret. The others (user names, tenants, client ids) are left
/// out, because masking them turns ordinary words of the log into stars.
const SECRET_PARAMETERS: &[&str] =
    &["ACCESSTOKEN", "APITOKEN", "PASSWORD", "SERVICEPRINCIPALKEY", "IDTOKEN", CERTIFICATE];

/// The certificate of a service principal, with its key.
const CERTIFICATE: &str = "SERVICEPRINCIPALCERTIFICATE";

/// Variables besides `SECRET_*` and endpoints that hold a secret by their meaning.
const SECRET_VARIABLES: &[&str] = &[
    "INPUT_ACCESSTOKEN",
    "INPUT_SIGNINGKEYPASSPHRASE",
    "ACCESS_TOKEN",
    "ACCESS_TOKEN_SECRET",
    "RANDOM_SEED",
    "SYSTEM_ACCESSTOKEN",
    PROXY,
];

/// The password of the agent's proxy, which older agents do not keep apart.
const PROXY: &str = "AGENT_PROXYPASSWORD";

impl Agent {
    /// Returns the environment of this process. What is not Unicode is replaced.
    pub fn from_environment() -> Self {
        let variables = std::env::vars_os()
            .map(|(name, value)| (variable_key(&name), value.to_string_lossy().into_owned()))
            .collect();
        Self { variables, working_folder: std::env::current_dir().unwrap_or_default() }
    }

    /// Returns the value of a task input, without blanks around it, or `None` when it is empty.
    // The agent sets every declared input, empty where neither value nor default is given, and
    // does not trim what comes out of a macro.
    pub fn input(&self, name: &str) -> Option<&str> {
        self.get(&format!("INPUT_{}", formatted(name)))
    }

    /// Returns the value of a variable by its Azure Pipelines name (`Build.BuildId`) or by that of
    /// the environment (`BUILD_BUILDID`), or `None` when it is empty.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.get(&formatted(name))
    }

    /// Tells whether this runs in a pipeline's job.
    pub fn in_pipeline(&self) -> bool {
        self.variable("TF_BUILD").is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Returns the job's own access token (the identity "Build Service"), when there is one.
    // The system connection is always there for a Node task, whatever the job's settings for
    // System.AccessToken in scripts are.
    pub fn job_token(&self) -> Option<Secret> {
        self.variable("ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN")
            .or_else(|| self.variable("SYSTEM_ACCESSTOKEN"))
            .and_then(Secret::new)
    }

    /// Returns every secret that the environment holds, to be masked before anything is printed.
    pub fn secrets(&self) -> Vec<Secret> {
        let secret = |name: &str| {
            SECRET_VARIABLES.contains(&name)
                || name.starts_with("SECRET_")
                || (name.starts_with("ENDPOINT_AUTH_PARAMETER_")
                    && SECRET_PARAMETERS.iter().any(|end| name.ends_with(&format!("_{end}"))))
        };
        let named = self.variables.iter().filter(|(name, _)| secret(name));
        // A value that is still `$(NAME)` is a mistake to be named in an error, not a secret.
        named
            .filter(|(_, value)| !value.starts_with("$("))
            .filter_map(|(_, value)| Secret::new(value))
            .collect()
    }

    /// Returns the folder in which this process may make its temporary files.
    pub fn temporary_folder(&self) -> PathBuf {
        self.variable("Agent.TempDirectory").map_or_else(std::env::temp_dir, PathBuf::from)
    }

    /// Returns the folder that the process was started in.
    pub fn working_folder(&self) -> &Path {
        &self.working_folder
    }

    /// Returns the first program of a name in the absolute folders of `PATH`.
    // A relative folder would let the checkout bring its own programs.
    pub fn program(&self, name: &str) -> Option<PathBuf> {
        let file = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
        let path = self.variables.get("PATH").map(String::as_str).unwrap_or_default();
        let folders = std::env::split_paths(path).filter(|folder| folder.is_absolute());
        folders.map(|folder| folder.join(&file)).find(|path| files::is_program(path))
    }

    /// Returns the raw value of one variable of the environment, for the environment of a child.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.variables.get(key).map(|value| value.trim()).filter(|value| !value.is_empty())
    }
}

/// Returns a variable's or input's name as the agent writes it into the environment.
// Only dots and blanks change; a hyphen stays.
fn formatted(name: &str) -> String {
    name.replace(['.', ' '], "_").to_uppercase()
}

fn variable_key(name: &std::ffi::OsStr) -> String {
    let name = name.to_string_lossy().into_owned();
    // Windows keeps the case of `Path` and looks names up without regard to it.
    if cfg!(windows) { name.to_uppercase() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Agent {
        pub(super) fn of(variables: &[(&str, &str)]) -> Self {
            let variables = variables.iter().map(|&(k, v)| (k.to_owned(), v.to_owned())).collect();
            Self { variables, working_folder: PathBuf::from("/") }
        }
    }

    fn agent(variables: &[(&str, &str)]) -> Agent {
        Agent::of(variables)
    }

    #[test]
    fn names_are_formatted_as_the_agent_does() {
        let agent =
            agent(&[("BUILD_BUILDID", "7"), ("INPUT_DEFINITIONPATH", " a \n"), ("MY-VAR", "x")]);
        assert_eq!(agent.variable("Build.BuildId"), Some("7"));
        assert_eq!(agent.input("definitionPath"), Some("a"));
        assert_eq!(agent.variable("my-var"), Some("x"));
    }

    #[test]
    fn an_empty_value_is_no_value() {
        let agent = agent(&[("INPUT_A", ""), ("B", "  ")]);
        assert_eq!((agent.input("a"), agent.variable("b")), (None, None));
    }

    #[test]
    fn secrets_are_found_by_their_names() {
        let agent = agent(&[
            ("ACCESS_TOKEN", "one"),
            ("ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN", "two"),
            ("ENDPOINT_AUTH_PARAMETER_1_USERNAME", "git"),
            ("SECRET_AGENT_PROXYPASSWORD", "three"),
            ("ACCESS_TOKEN_SECRET", "$(ACCESS_TOKEN_SECRET)"),
        ]);
        let secrets: Vec<_> = agent.secrets().iter().map(|s| s.reveal().to_owned()).collect();
        assert_eq!(secrets, ["one", "two", "three"]);
    }

    #[test]
    fn debugging_shows_no_value() {
        assert!(!format!("{:?}", agent(&[("ACCESS_TOKEN", "one")])).contains("one"));
    }
}
