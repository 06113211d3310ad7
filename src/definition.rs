//! The definition: the tree of components of one environment, with everything they need.

pub mod component;
pub mod config;
pub mod document;
pub mod error;
pub mod name;
pub mod source;
pub mod tree;
mod walk;

pub use error::DefinitionError;
pub use source::Files;

use crate::environment::Environment;
use crate::failure::{Code, Place, Warning};
use crate::hooks::{Hooks, Ran};
use crate::host::files::{self, Entry};
use crate::nearest::nearest;
use crate::plan::DefinitionPlan;
use crate::yaml::Mapping;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The components of one environment, parents before their children, in the order of the files.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The environment.
    pub environment: Environment,
    /// The components.
    pub components: Vec<Component>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
    /// The deprecated fields that component files use.
    pub deprecated: BTreeSet<(PathBuf, &'static str)>,
}

/// A component that is not disabled.
#[derive(Clone, Debug)]
pub struct Component {
    /// Its name: its manifest's.
    pub name: String,
    /// The folder of its manifest below the environment's, names separated by `/`; empty for the
    /// root's.
    pub logical: String,
    /// The file that describes it, or whose list does.
    pub file: PathBuf,
    /// The line there, where it is known.
    pub line: Option<usize>,
    /// What makes its manifest.
    pub generator: Generator,
    /// The namespace of the release; empty where none is configured.
    pub namespace: String,
    /// Whether the namespace is written into every object.
    pub inject_namespace: bool,
}

/// What makes a manifest.
#[derive(Clone, Debug)]
pub enum Generator {
    /// Nothing: the component groups others.
    Nothing,
    /// Files as they are.
    Static(Arc<Vec<u8>>),
    /// A chart.
    Chart(Chart),
}

/// A chart and its values.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The absolute path of its folder or archive.
    pub path: PathBuf,
    /// A copy as it was before hooks could change it, which is the one to render.
    pub kept: Option<PathBuf>,
    /// The values.
    pub values: Mapping,
}

impl Component {
    /// Returns the component's path of names, for people.
    pub fn display(&self) -> String {
        display(&self.logical, &self.name)
    }

    /// Returns where the component is described.
    pub fn place(&self) -> Place {
        Place::line(&self.file, self.line)
    }
}

/// Returns a component's path of names; a folder of the same name stands for the component.
fn display(logical: &str, name: &str) -> String {
    match logical.rsplit('/').next() {
        Some("") | None => name.to_owned(),
        Some(last) if last == name => logical.to_owned(),
        Some(_) => format!("{logical}/{name}"),
    }
}

/// Returns the definition for one environment, with its hooks run. Its files are taken from `files`,
/// where other environments may have left them. Returns nothing when a hook may only run in a copy
/// of the definition.
pub async fn load(
    plan: &DefinitionPlan,
    environment: &Environment,
    files: &mut Files,
    hooks: &mut Hooks,
) -> Result<Option<Definition>, DefinitionError> {
    files.bounds().check(&plan.folder)?;
    let root = root(&plan.folder)?;
    let mut walk = walk::Walk::new(environment.words(), files, hooks);
    if walk.whole(&root).await? == Ran::OnlyInACopy {
        return Ok(None);
    }
    let mut definition = walk.finish(environment.clone());
    let unknown = unknown_words(&root, environment, files);
    if let Some(unknown) = unknown.first() {
        let words = source::known_words(&root, files.bounds());
        let near = nearest(unknown, &words).map(str::to_owned);
        let error = DefinitionError::UnknownEnvironment { word: unknown.clone(), near, words };
        if !plan.allow_missing_environment {
            return Err(error);
        }
        let message = error.to_string();
        let code = Code::EnvironmentUnknown;
        definition.warnings.push(Warning { code, message, hint: None, place: None });
    }
    Ok(Some(definition))
}

/// Returns the real path of a definition's folder.
pub fn root(folder: &Path) -> Result<PathBuf, DefinitionError> {
    if files::entry(folder) != Entry::Folder {
        return Err(DefinitionError::NoFolder { folder: folder.to_owned() });
    }
    files::resolved(folder).map_err(|source| DefinitionError::Folder { source })
}

/// Returns the words of an environment for which no component that was loaded has a file, nor any
/// folder below the root.
fn unknown_words(root: &Path, environment: &Environment, files: &mut Files) -> Vec<String> {
    let unseen = environment.words().iter().filter(|word| !word.is_empty() && !files.knows(word));
    let unseen: Vec<String> = unseen.cloned().collect();
    if unseen.is_empty() {
        return unseen;
    }
    // It may be known to a component that is disabled, which is not loaded.
    let known = source::known_words(root, files.bounds());
    unseen.into_iter().filter(|word| word != "common" && !known.contains(word)).collect()
}
