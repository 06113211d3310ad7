//! Why an edit is not made.

use crate::definition::DefinitionError;
use crate::definition::document::Problem;
use crate::definition::source::line_of;
use crate::edit::path::PathProblem;
use crate::edit::preserve::Refusal;
use crate::environment::EnvironmentError;
use crate::failure::{Code, Diagnose, Place};
use crate::host::files::FileError;
use std::path::PathBuf;

/// An edit that is not made; all files are as they were.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file to change cannot be read, or is not there.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// The environment's name is not one.
    #[error("{source}")]
    Environment {
        /// Why.
        source: EnvironmentError,
    },
    /// A path, or a path with its value, cannot be understood.
    #[error("`{argument}` cannot be understood: {source}")]
    Argument {
        /// What was given, up to its `=`.
        argument: String,
        /// Why.
        source: PathProblem,
    },
    /// There is nothing to set.
    #[error("there is nothing to set")]
    Nothing,
    /// The file of values cannot be opened.
    #[error("the file of values cannot be read")]
    ValuesFile {
        /// Why.
        source: FileError,
    },
    /// The file of values is not what it should be.
    #[error("the file of values is not valid: {source}")]
    Values {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: Problem,
    },
    /// A key that is not there, where none may be new.
    #[error("`{}` is not in the file, and no new keys are allowed", keys.join("."))]
    NewKey {
        /// The file.
        file: PathBuf,
        /// The keys that lead there.
        keys: Vec<String>,
    },
    /// A path that leads through something that is no mapping.
    #[error("`{}` is {found}, and no mapping", keys.join("."))]
    NoMapping {
        /// The file.
        file: PathBuf,
        /// The keys that lead there.
        keys: Vec<String>,
        /// What is there.
        found: &'static str,
    },
    /// A file that would say something else than it should.
    #[error("the file cannot be edited: {source}")]
    Refused {
        /// The file.
        file: PathBuf,
        /// Why.
        source: Refusal,
    },
    /// A link that leads out of the definition.
    #[error("a link leads from {} out of the definition", file.display())]
    Elsewhere {
        /// The file.
        file: PathBuf,
    },
    /// The file cannot be written.
    #[error("the file cannot be written")]
    Unwritable {
        /// Why.
        source: FileError,
    },
}

impl Diagnose for EditError {
    fn code(&self) -> Code {
        match self {
            Self::Definition(error) => error.code(),
            Self::Environment { .. } => Code::InvalidInput,
            Self::Argument { .. } | Self::Nothing => Code::InvalidAssignment,
            Self::ValuesFile { .. } | Self::Values { .. } => Code::ValuesUnreadable,
            Self::NewKey { .. } => Code::NewKey,
            Self::NoMapping { .. } => Code::NoMapping,
            Self::Refused { .. } => Code::EditRefused,
            Self::Elsewhere { .. } => Code::LinkLeaves,
            Self::Unwritable { .. } => Code::EditUnwritable,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Definition(DefinitionError::NoComponent { .. }) => {
                "start in the folder of a component".to_owned()
            }
            Self::Definition(error) => return error.hint(),
            Self::Environment { .. } => "name a file below config/, without its ending".to_owned(),
            Self::Argument { .. } | Self::Nothing => {
                "write `key=value`, `a.b=value` or `a.\"key with dots\"=value`".to_owned()
            }
            Self::ValuesFile { .. } | Self::Values { .. } => {
                "give a YAML file that holds a mapping".to_owned()
            }
            Self::NewKey { .. } => "correct the key, or leave --no-new-config-keys out".to_owned(),
            Self::NoMapping { .. } => "set it as a whole first, or another key".to_owned(),
            Self::Refused { source, .. } => source.hint().to_owned(),
            Self::Elsewhere { .. } => {
                "edit the file where it is, or replace the link by a file".to_owned()
            }
            Self::Unwritable { .. } => "check the permissions and the free space".to_owned(),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Definition(error) => error.place(),
            Self::Values { file, source } => {
                let (line, column) = (source.line, source.column);
                Some(Place { file: file.clone(), line, column })
            }
            Self::NoMapping { file, keys, .. } => Some(Place::line(file, line_of(file, keys))),
            Self::NewKey { file, .. } | Self::Elsewhere { file } => Some(Place::file(file)),
            Self::Refused { file, source } => Some(Place::line(file, source.line)),
            Self::Environment { .. }
            | Self::Argument { .. }
            | Self::Nothing
            | Self::ValuesFile { .. }
            | Self::Unwritable { .. } => None,
        }
    }
}
