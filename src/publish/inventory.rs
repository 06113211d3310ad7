//! The inventory: the file in the destination that says what is ours, and where it came from.

use crate::git::Oid;
use crate::plan::{Pipeline, Provenance};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The inventory's name in the folder of an environment. Flux reads no file with this ending.
pub const NAME: &str = ".fabrikate-gitops.json";

/// The version of the inventory's form that this version writes and understands.
const SCHEMA: u32 = 1;

/// What an earlier run wrote for one definition and environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Inventory {
    schema_version: u32,
    /// The program that wrote it.
    pub tool: String,
    /// The environment's words.
    pub environment: String,
    /// The definition.
    pub source: SourceEntry,
    /// The build, in a pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildEntry>,
    /// How many objects the manifests hold.
    #[serde(default)]
    pub objects: usize,
    /// The manifests by their paths below the environment's folder, with their blob ids.
    pub files: BTreeMap<String, String>,
}

/// A definition at one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceEntry {
    /// The repository's address.
    #[serde(default)]
    pub repository: Option<String>,
    /// The definition's folder in it.
    #[serde(default)]
    pub path: String,
    /// The commit.
    #[serde(default)]
    pub commit: Option<String>,
}

/// A build of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildEntry {
    /// The id, which grows from build to build.
    pub id: u64,
    /// The number that people see.
    #[serde(default)]
    pub number: String,
    /// The page of the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The collection's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// The project's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
    /// The pipeline's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<String>,
}

/// An inventory that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// It is not what we write.
    #[error("it is not an inventory")]
    Malformed(#[from] serde_json::Error),
    /// A newer version of the task wrote it.
    #[error("a newer version of this task wrote it (schema {0})")]
    Newer(u32),
}

impl Inventory {
    /// Returns the inventory of what a run writes.
    pub fn of(origin: &Provenance, environment: &str, objects: usize) -> Self {
        let build = origin.build.as_ref().map(|build| {
            let pipeline = build.pipeline.clone();
            let part = |get: fn(Pipeline) -> String| pipeline.clone().map(get);
            BuildEntry {
                id: build.id,
                number: build.number.clone(),
                url: build.url.clone(),
                collection: part(|pipeline| pipeline.collection),
                project: part(|pipeline| pipeline.project),
                pipeline: part(|pipeline| pipeline.definition),
            }
        });
        Self {
            schema_version: SCHEMA,
            tool: concat!("fabrikate-gitops ", env!("CARGO_PKG_VERSION")).to_owned(),
            environment: environment.to_owned(),
            source: SourceEntry {
                repository: origin.source.repository.clone(),
                path: origin.path.clone(),
                commit: origin.source.commit.clone(),
            },
            build,
            objects,
            files: BTreeMap::new(),
        }
    }

    /// Reads the inventory's file.
    pub fn read(content: &[u8]) -> Result<Self, InventoryError> {
        let inventory: Self = serde_json::from_slice(content)?;
        match inventory.schema_version {
            ..=SCHEMA => Ok(inventory),
            newer => Err(InventoryError::Newer(newer)),
        }
    }

    /// Returns the inventory's file.
    pub fn write(&self) -> Vec<u8> {
        // Texts and numbers only: this cannot fail.
        let mut text = serde_json::to_vec_pretty(self).unwrap_or_default();
        text.push(b'\n');
        text
    }

    /// Returns the blob id that a manifest had when it was written.
    pub fn written(&self, path: &str) -> Option<Oid> {
        self.files.get(path).and_then(|id| Oid::from_str(id).ok())
    }

    /// Tells whether it is that of another definition: another repository, or another folder of
    /// the same one.
    pub fn is_foreign(&self, origin: &Provenance) -> bool {
        let plain = |address: &Option<String>| {
            let address = address.as_deref().unwrap_or_default().trim_end_matches('/');
            address.strip_suffix(".git").unwrap_or(address).to_lowercase()
        };
        plain(&self.source.repository) != plain(&origin.source.repository)
            || self.source.path != origin.path
    }

    /// Returns the build that wrote it, if that is a later build of the same pipeline.
    pub fn later_build(&self, origin: &Provenance) -> Option<&BuildEntry> {
        let (theirs, ours) = (self.build.as_ref()?, origin.build.as_ref()?);
        let pipeline = ours.pipeline.as_ref()?;
        let same = theirs.collection.as_deref() == Some(pipeline.collection.as_str())
            && theirs.project.as_deref() == Some(pipeline.project.as_str())
            && theirs.pipeline.as_deref() == Some(pipeline.definition.as_str());
        (same && theirs.id > ours.id).then_some(theirs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Build, Source};

    fn origin(build: u64, pipeline: &str) -> Provenance {
        let pipeline = Pipeline {
            collection: "https://host/c".to_owned(),
            project: "p".to_owned(),
            definition: pipeline.to_owned(),
        };
        Provenance {
            source: Source {
                repository: Some("https://host/Hld.git".to_owned()),
                commit: Some("c1".to_owned()),
                message: None,
            },
            path: "a".to_owned(),
            build: Some(Build { id: build, pipeline: Some(pipeline), ..Build::default() }),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let inventory = Inventory::of(&origin(7, "3"), "prod east", 2);
        assert_eq!(Inventory::read(&inventory.write()).unwrap(), inventory);
    }

    #[test]
    fn only_a_later_build_of_the_same_pipeline_is_later() {
        let inventory = Inventory::of(&origin(7, "3"), "prod", 2);
        assert!(inventory.later_build(&origin(6, "3")).is_some());
        assert!(inventory.later_build(&origin(7, "3")).is_none());
        assert!(inventory.later_build(&origin(8, "3")).is_none());
        assert!(inventory.later_build(&origin(6, "4")).is_none());
    }

    #[test]
    fn another_repository_or_folder_is_another_definition() {
        let inventory = Inventory::of(&origin(7, "3"), "prod", 2);
        let mut other = origin(8, "3");
        other.source.repository = Some("https://HOST/hld/".to_owned());
        assert!(!inventory.is_foreign(&other));
        other.path = "b".to_owned();
        assert!(inventory.is_foreign(&other));
    }

    #[test]
    fn a_newer_form_is_refused() {
        let text = br#"{"schemaVersion":2,"tool":"","environment":"","source":{},"files":{}}"#;
        assert!(matches!(Inventory::read(text), Err(InventoryError::Newer(2))));
        assert!(matches!(Inventory::read(b"[]"), Err(InventoryError::Malformed(_))));
    }
}
