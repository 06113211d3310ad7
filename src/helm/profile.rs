//! Which Helm is reproduced: each writes some charts differently from the others.

/// A version of Helm whose output is reproduced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Profile {
    /// Helm 3.17.3.
    #[default]
    Helm317,
    /// Helm 4.1.4.
    Helm41,
}

impl Profile {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Helm317, Self::Helm41];

    /// Returns the profile of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }

    /// Returns the name, which is that of the minor version.
    pub fn name(self) -> &'static str {
        match self {
            Self::Helm317 => "3.17",
            Self::Helm41 => "4.1",
        }
    }

    /// Tells whether a Helm that says a version, such as `v3.17.3`, writes what the profile does.
    // A patch changes no output; a minor version brings at least another default Kubernetes.
    pub fn is_of(self, version: &str) -> bool {
        let numbers = version.strip_prefix('v').unwrap_or(version);
        let patch = numbers.strip_prefix(self.name()).and_then(|rest| rest.strip_prefix('.'));
        patch.is_some_and(|patch| patch.starts_with(|c: char| c.is_ascii_digit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_is_that_of_a_minor_version() {
        for version in ["v3.17.0", "3.17.3", "v3.17.3+g123"] {
            assert!(Profile::Helm317.is_of(version), "{version}");
            assert!(!Profile::Helm41.is_of(version), "{version}");
        }
        for version in
            ["", "v3.1.7", "v3.18.0", "v3.170.1", "v3.17", "v3.17.x", "v13.17.1", "v4.1.4"]
        {
            assert!(!Profile::Helm317.is_of(version), "{version}");
        }
        assert!(Profile::Helm41.is_of("v4.1.4"));
        assert!(!Profile::Helm41.is_of("v4.10.0"));
        assert_eq!(Profile::of("4.1"), Some(Profile::Helm41));
        assert_eq!(Profile::of("4"), None);
    }
}
