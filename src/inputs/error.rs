//! Inputs that cannot be used.

use crate::address::AddressError;
use crate::environment::EnvironmentError;
use crate::failure::{Code, Diagnose};
use crate::inputs::Origin;
use crate::nearest::nearest;

/// Why there is no access token, or another secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoToken {
    /// None was given.
    Absent,
    /// What was given is still `$(…)`: the variable does not exist, or this build may not see it.
    Unexpanded(InputError),
}

/// An input that cannot be used. A secret's value is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// A macro was not replaced.
    #[error("{origin} still holds `{text}`")]
    Unexpanded {
        /// The input or variable.
        origin: Origin,
        /// The macro.
        text: String,
    },
    /// The value is not one of those that there are.
    #[error("{origin} is `{value}`, which is none of {}", listed(allowed))]
    NotAnOption {
        /// The input or variable.
        origin: Origin,
        /// The value.
        value: String,
        /// The values that there are.
        allowed: Vec<String>,
    },
    /// The value is malformed.
    #[error("{origin} is `{value}`: {reason}")]
    Malformed {
        /// The input or variable.
        origin: Origin,
        /// The value.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
    /// An environment has a name that it cannot have.
    #[error("{origin}: {source}")]
    Environment {
        /// The input or variable.
        origin: Origin,
        /// Which and why.
        source: EnvironmentError,
    },
    /// The address of the destination cannot be used.
    #[error("{origin}: {source}")]
    Address {
        /// The input or variable.
        origin: Origin,
        /// Why.
        source: AddressError,
    },
}

impl Diagnose for InputError {
    fn code(&self) -> Code {
        match self {
            Self::Unexpanded { .. } => Code::Unexpanded,
            Self::NotAnOption { .. } | Self::Malformed { .. } | Self::Environment { .. } => {
                Code::InvalidInput
            }
            Self::Address { source, .. } => source.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Unexpanded { text, .. } => Some(format!(
                "there is no variable {text} in this job: check its name, that its variable group \
                 is linked, and that this build may see secrets (builds of forks may not)"
            )),
            Self::NotAnOption { value, allowed, .. } => {
                nearest(value, allowed).map(|near| format!("did you mean `{near}`?"))
            }
            Self::Malformed { .. } => None,
            Self::Environment { .. } => Some(
                "write one environment a line (or separate them by commas); several words on a \
                 line are composed"
                    .to_owned(),
            ),
            Self::Address { source, .. } => source.hint(),
        }
    }
}

fn listed(values: &[String]) -> String {
    values.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
}
