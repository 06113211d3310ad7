//! Helm's own ways, without Helm: versions.

pub mod semver;
