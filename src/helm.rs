//! What Helm does, without Helm: charts as files, their metadata, versions, repositories' indexes.

pub mod archive;
pub mod ignore;
pub mod index;
pub mod lock;
pub mod metadata;
pub mod semver;

/// A file of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path below the chart's folder: names separated by `/`.
    pub path: String,
    /// What it holds.
    pub content: Vec<u8>,
}
