//! What Helm does, without Helm: charts, their values, the manifests that they make; versions and
//! repositories' indexes.

pub mod archive;
pub mod chart;
pub mod format;
pub mod functions;
pub mod ignore;
pub mod index;
pub mod lock;
pub mod manifest;
pub mod metadata;
mod profile;
mod schema;
pub mod semver;
pub mod template;
pub mod value;
pub mod values;

pub use profile::Profile;

/// A file of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the chart's folder: names separated by `/`.
    pub path: String,
    /// What it holds.
    pub content: Vec<u8>,
}
