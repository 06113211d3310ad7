//! What can stand between a chart and its manifests.

use crate::failure::{Code, Diagnose, Place};
use crate::host::files::FileError;
use crate::host::process::ProcessError;
use crate::setup::SetupError;
use std::path::PathBuf;

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
    /// The engine refuses the chart, and no Helm could be asked.
    #[error("the chart of component `{component}` cannot be rendered: {problem}")]
    BuiltIn {
        /// The component.
        component: String,
        /// Why, in Helm's words.
        problem: String,
        /// The template, or the component.
        place: Place,
        /// Why no Helm was asked; `None` where none should be.
        source: Option<SetupError>,
    },
    /// Helm was asked for, and is not there.
    #[error(transparent)]
    Setup(SetupError),
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
    /// There are no charts in a folder.
    #[error("there is no chart in {}", folder.display())]
    Unlisted {
        /// The folder.
        folder: PathBuf,
        /// Why it cannot be searched.
        source: Option<FileError>,
    },
    /// A task of ours ended without a result.
    #[error("the rendering of a chart ended without a result")]
    Lost,
}

/// What Helm printed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Messages(pub(super) String);

impl Diagnose for ChartError {
    fn code(&self) -> Code {
        match self {
            Self::Name { .. } => Code::InvalidRelease,
            Self::Helm { .. } | Self::BuiltIn { .. } | Self::TooLarge { .. } => Code::ChartFailed,
            Self::Setup(error) => error.code(),
            Self::Process { .. } => Code::HelmUnusable,
            Self::Values { .. } => Code::TemporaryFiles,
            Self::Unlisted { .. } => Code::ChartMissing,
            Self::Lost => Code::Defect,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Name { .. } => "rename the component: a release has at most 53 lower-case \
                 letters, digits, dots and hyphens, and begins and ends with a letter or digit"
                .to_owned(),
            Self::Setup(error) => return error.hint(),
            Self::Helm { .. } | Self::BuiltIn { .. } | Self::TooLarge { .. } => {
                "correct the chart, or the values that the configuration gives it".to_owned()
            }
            Self::Process { .. } => "check the `helm` on PATH".to_owned(),
            Self::Values { .. } => "check the agent's temporary folder".to_owned(),
            Self::Unlisted { .. } => "name a folder with charts below it".to_owned(),
            Self::Lost => return None,
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Name { place, .. }
            | Self::Helm { place, .. }
            | Self::BuiltIn { place, .. }
            | Self::TooLarge { place, .. } => Some(place.clone()),
            Self::Unlisted { folder, .. } => Some(Place::file(folder)),
            Self::Setup(_) | Self::Process { .. } | Self::Values { .. } | Self::Lost => None,
        }
    }
}
