//! Tools: finding the programs that the executable does not bring itself.

use crate::failure::{Code, Diagnose, Warning};
use crate::host::agent::Agent;
use crate::host::process::{Output, ProcessError, Program};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The installed Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helm {
    /// The program.
    pub path: PathBuf,
    /// What it says its version is, such as `v3.17.3`; empty when it does not say.
    pub version: String,
}

/// A tool that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// There is no `helm`.
    #[error("there is no `helm` on PATH")]
    NoHelm,
    /// It does not start.
    #[error("{} cannot be used", path.display())]
    Helm {
        /// The program.
        path: PathBuf,
        /// Why.
        source: ProcessError,
    },
    /// It writes charts in another way than they are to be rendered.
    #[error(
        "{} was not asked: it is Helm {}, and charts are rendered as Helm {profile} does",
        path.display(), shown(version)
    )]
    OtherHelm {
        /// The program.
        path: PathBuf,
        /// Its version.
        version: String,
        /// The version of Helm that is followed.
        profile: &'static str,
    },
    /// It is too old.
    #[error("{} is Helm {version}, and Helm 3 is needed", path.display())]
    OldHelm {
        /// The program.
        path: PathBuf,
        /// Its version.
        version: String,
    },
}

impl Diagnose for SetupError {
    fn code(&self) -> Code {
        match self {
            Self::NoHelm => Code::HelmMissing,
            Self::Helm { .. } | Self::OtherHelm { .. } | Self::OldHelm { .. } => Code::HelmUnusable,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoHelm => "install Helm 3 before this step, for example with the task \
                 HelmInstaller@1, and see that its folder is on PATH"
                .to_owned(),
            Self::Helm { .. } => "check that it is a program for this machine".to_owned(),
            Self::OtherHelm { profile, .. } => format!("install Helm {profile}"),
            Self::OldHelm { .. } => "install Helm 3.17".to_owned(),
        })
    }
}

/// Finds Helm on `PATH` and asks for its version. `folder` is where it may write.
pub async fn helm(agent: &Agent, folder: &Path) -> Result<Helm, SetupError> {
    let path = agent.program("helm").ok_or(SetupError::NoHelm)?;
    let asked = Program::new(&path, agent, folder, folder)
        .arguments(["version", "--template", "{{.Version}}"])
        .limit(Duration::from_mins(1))
        .run()
        .await;
    let output = asked.map_err(|source| SetupError::Helm { path: path.clone(), source })?;
    let version = version(&output);
    // Helm 2 answers the same question with a Go struct, or not at all.
    if version.starts_with("v1.") || version.starts_with("v2.") {
        return Err(SetupError::OldHelm { path, version });
    }
    Ok(Helm { path, version })
}

fn version(output: &Output) -> String {
    let text = output.stdout.text();
    let text = text.trim();
    let is_version = output.status == Some(0)
        && text
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        && !text.contains(char::is_whitespace);
    if is_version { text.to_owned() } else { String::new() }
}

/// Returns a version for people.
fn shown(version: &str) -> &str {
    if version.is_empty() { "of an unknown version" } else { version }
}

impl Helm {
    /// Returns the version for people.
    pub fn shown_version(&self) -> &str {
        shown(&self.version)
    }

    /// Returns the warning that this Helm writes some charts differently from the one that was to
    /// be followed.
    pub fn warning(&self, profile: &str) -> Warning {
        Warning {
            code: Code::HelmDiffers,
            message: format!(
                "charts are rendered with Helm {}, which writes some of them differently from \
                 Helm {profile} (`helmProfile`)",
                self.shown_version()
            ),
            hint: Some(format!(
                "install Helm {profile} to get its manifests, or let `helmProfile` name the \
                 installed one"
            )),
            place: None,
        }
    }
}
