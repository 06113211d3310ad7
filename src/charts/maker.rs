//! What renders charts, by name.

use crate::helm::Profile;

/// What rendered a chart: a program, and the version of Helm whose output it writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Maker {
    /// `built-in`, or `Helm` with its version.
    pub engine: String,
    /// The version of Helm, such as `3.17`; empty where a Helm does not tell its own.
    pub profile: String,
}

impl Maker {
    /// Returns the engine that is built in, which writes what a Helm does.
    pub fn built_in(profile: Profile) -> Self {
        Self { engine: "built-in".to_owned(), profile: profile.name().to_owned() }
    }

    /// Returns a Helm by the version that it tells, such as `v3.17.3`.
    pub fn helm(version: &str) -> Self {
        let version = version.strip_prefix('v').unwrap_or(version);
        let parts: Vec<&str> = version.splitn(3, '.').take(2).collect();
        let engine = if version.is_empty() { "Helm".to_owned() } else { format!("Helm {version}") };
        Self { engine, profile: parts.join(".") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_of_a_helm_is_its_minor_version() {
        let maker = |version| {
            let Maker { engine, profile } = Maker::helm(version);
            format!("{engine}, {profile}")
        };
        assert_eq!(maker("v3.17.3"), "Helm 3.17.3, 3.17");
        assert_eq!(maker("v4.1.4+g1"), "Helm 4.1.4+g1, 4.1");
        assert_eq!(maker(""), "Helm, ");
    }
}
