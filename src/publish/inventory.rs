//! The inventory: the file in the destination that says what is ours, and where it came from.

use crate::git::{self, Oid};
use crate::plan::{Pipeline, Provenance};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
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
    /// The last build that published here; what was published after it came from no pipeline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<BuildEntry>,
    /// What rendered the charts, where there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub charts: Vec<MakerEntry>,
    /// How many objects the manifests hold, where that is told.
    #[serde(default)]
    pub objects: Option<usize>,
    /// The manifests by their paths below the environment's folder, with their blob ids.
    pub files: BTreeMap<String, String>,
}

/// What rendered charts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MakerEntry {
    /// `built-in`, or `Helm` with its version.
    #[serde(default)]
    pub engine: String,
    /// The version of Helm whose output that is.
    #[serde(default)]
    pub profile: String,
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

/// What is published already and newer than what a run would publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Newer {
    /// The manifests of a later build.
    Build {
        /// The build.
        build: BuildEntry,
        /// Whether it is one of the same pipeline.
        is_ours: bool,
    },
    /// Those of a commit that follows the definition's.
    Commit(String),
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

impl BuildEntry {
    fn is_of_the_pipeline_of(&self, origin: &Provenance) -> bool {
        let pipeline = origin.build.as_ref().and_then(|build| build.pipeline.as_ref());
        pipeline.is_some_and(|ours| {
            self.project.as_ref() == Some(&ours.project)
                && self.pipeline.as_ref() == Some(&ours.definition)
        })
    }
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
            charts: Vec::new(),
            objects: Some(objects),
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

    /// Returns how many objects a run could take away. Files count where all of them would go, or
    /// where it does not say how many objects they have.
    pub fn published(&self, rendered: &BTreeMap<String, Oid>) -> usize {
        match self.objects {
            Some(objects) if objects > 0 || !rendered.is_empty() => objects,
            Some(_) | None => self.files.len(),
        }
    }

    /// Returns the blob id that a manifest had when it was written.
    pub fn written(&self, path: &str) -> Option<Oid> {
        self.files.get(path).and_then(|id| Oid::from_str(id).ok())
    }

    /// Tells whether it is that of another definition: another repository, or another folder of
    /// the same one.
    pub fn is_foreign(&self, origin: &Provenance) -> bool {
        plain(self.source.repository.as_deref()) != plain(origin.source.repository.as_deref())
            || self.source.path != origin.path
    }

    /// Returns what makes the inventory newer than a run, if it is. Builds of one collection are
    /// counted together, whatever their pipelines; where there are no two to compare, the commits
    /// of the definition are, as far as its repository knows them.
    pub fn newer(&self, origin: &Provenance) -> Option<Newer> {
        if let Some(order) = self.compare_builds(origin) {
            let build = self.build.clone().filter(|_| order == Ordering::Greater)?;
            return Some(Newer::Build { is_ours: build.is_of_the_pipeline_of(origin), build });
        }
        let (theirs, ours) = (self.source.commit.as_ref()?, origin.source.commit.as_ref()?);
        let follows = git::follows(&origin.folder, theirs, ours);
        follows.then(|| Newer::Commit(theirs.clone()))
    }

    /// Compares the last build with a run's; returns nothing where they cannot be compared.
    fn compare_builds(&self, origin: &Provenance) -> Option<Ordering> {
        let (theirs, ours) = (self.build.as_ref()?, origin.build.as_ref()?);
        let collection = &ours.pipeline.as_ref()?.collection;
        (theirs.collection.as_ref() == Some(collection)).then(|| theirs.id.cmp(&ours.id))
    }
}

/// Returns an address as all spell it who mean one repository. Azure Repos has an older host with
/// the organization's name.
fn plain(address: Option<&str>) -> String {
    let address = address.unwrap_or_default().trim_end_matches('/');
    let address = address.strip_suffix(".git").unwrap_or(address).to_lowercase();
    let old = || {
        let (organization, path) =
            address.strip_prefix("https://")?.split_once(".visualstudio.com/")?;
        let path = path.strip_prefix("defaultcollection/").unwrap_or(path);
        Some(format!("https://dev.azure.com/{organization}/{path}"))
    };
    old().unwrap_or(address)
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
            folder: "/nowhere".into(),
            build: Some(Build { id: build, pipeline: Some(pipeline), ..Build::default() }),
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let inventory = Inventory::of(&origin(7, "3"), "prod east", 2);
        assert_eq!(Inventory::read(&inventory.write()).unwrap(), inventory);
    }

    #[test]
    fn a_later_build_of_the_same_collection_is_newer() {
        let inventory = Inventory::of(&origin(7, "3"), "prod", 2);
        let newer = |build, pipeline| inventory.newer(&origin(build, pipeline));
        let is_ours = |newer| matches!(newer, Some(Newer::Build { is_ours: true, .. }));
        assert!(is_ours(newer(6, "3")));
        assert!(newer(6, "4").is_some() && !is_ours(newer(6, "4")));
        assert_eq!((newer(7, "3"), newer(8, "3"), newer(8, "4")), (None, None, None));
        let mut elsewhere = origin(6, "3");
        elsewhere.build.as_mut().unwrap().pipeline.as_mut().unwrap().collection.push('x');
        assert_eq!(inventory.newer(&elsewhere), None);
        elsewhere.build = None;
        assert_eq!(inventory.newer(&elsewhere), None);
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
    fn a_repository_is_known_under_the_old_host_and_the_new_one() {
        let same = [
            "https://dev.azure.com/Contoso/p/_git/hld",
            "https://contoso.visualstudio.com/p/_git/hld/",
            "https://contoso.visualstudio.com/DefaultCollection/p/_git/hld",
        ];
        assert!(same.iter().all(|address| plain(Some(address)) == plain(same.first().copied())));
        assert_ne!(plain(Some("https://dev.azure.com/p/_git/hld")), plain(Some(same[0])));
    }

    #[test]
    fn a_newer_form_is_refused() {
        let text = br#"{"schemaVersion":2,"tool":"","environment":"","source":{},"files":{}}"#;
        assert!(matches!(Inventory::read(text), Err(InventoryError::Newer(2))));
        assert!(matches!(Inventory::read(b"[]"), Err(InventoryError::Malformed(_))));
    }
}
