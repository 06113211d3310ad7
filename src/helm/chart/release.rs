//! `.Release`, and what its names may be.

use crate::helm::value::{Map, Text, Value};

/// The most characters of a release's name.
const LONGEST: usize = 53;

/// What templates are told of the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: Text,
    /// Its namespace.
    pub namespace: Text,
    /// Whether it is an upgrade of a release, not a new one.
    pub is_upgrade: bool,
}

/// A text cannot be a release's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReleaseNameError {
    /// There is none.
    #[error("release name \"\": no name provided")]
    Empty,
    /// It is too long, or has characters that it must not have.
    #[error(
        "release name {0:?}: invalid release name, must match regex \
         ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ and the length must \
         not be longer than 53"
    )]
    Invalid(String),
}

impl Default for Release {
    fn default() -> Self {
        Self { name: "release-name".into(), namespace: "default".into(), is_upgrade: false }
    }
}

impl Release {
    /// Checks the name as Helm does.
    pub(crate) fn check(&self) -> Result<(), ReleaseNameError> {
        let name = self.name.as_bytes();
        if name.is_empty() {
            return Err(ReleaseNameError::Empty);
        }
        let is_alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let is_label = |label: &[u8]| {
            let ends = [label.first(), label.last()];
            let inside = label.iter().all(|byte| is_alphanumeric(byte) || *byte == b'-');
            inside && ends.iter().all(|end| end.is_some_and(is_alphanumeric))
        };
        let is_valid = name.len() <= LONGEST && name.split(|byte| *byte == b'.').all(is_label);
        if is_valid { Ok(()) } else { Err(ReleaseNameError::Invalid(self.name.to_string())) }
    }

    /// Returns `.Release`.
    pub(crate) fn to_value(&self) -> Value {
        Map::from_iter([
            ("IsInstall", Value::Bool(!self.is_upgrade)),
            ("IsUpgrade", Value::Bool(self.is_upgrade)),
            ("Name", self.name.clone().into()),
            ("Namespace", self.namespace.clone().into()),
            ("Revision", Value::int(1)),
            ("Service", "Helm".into()),
        ])
        .into()
    }
}
