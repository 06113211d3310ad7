//! The tree of components: from the root to each subcomponent that is not disabled.

use crate::address::shown;
use crate::definition::component::{COMPONENT, Description};
use crate::definition::config::{Config, Conflict};
use crate::definition::source::{self, Described, Files, Layer};
use crate::definition::{DefinitionError, display, name};
use crate::failure::Place;
use crate::host::files::{self, Entry};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many components may be nested.
const DEEPEST: usize = 200;

/// How many components a definition may have.
const MOST: usize = 100_000;

/// A component within its tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub description: Arc<Description>,
    /// The file that says so.
    pub file: PathBuf,
    /// The folder that its paths start from.
    pub folder: PathBuf,
    /// The path of names above its manifest.
    pub logical: String,
    /// Its configuration, and that of the components below.
    pub config: Config,
    /// The layers that the configuration was merged from, strongest first.
    layers: Vec<Origin>,
    /// The folders of the components above, and its own.
    above: Vec<PathBuf>,
}

/// A layer, and where in it the configuration of a component begins.
#[derive(Clone, Debug)]
struct Origin {
    layer: Arc<Layer>,
    path: Vec<String>,
}

/// The configuration of a component, and what it was merged from.
type Merged = (Config, Vec<Origin>);

/// A reader of one environment's tree.
#[derive(Debug)]
pub struct Tree<'a> {
    /// The words of the environment and `common`, strongest first.
    words: Vec<&'a str>,
    files: &'a mut Files,
    /// How many subcomponents were come to.
    count: usize,
}

impl Node {
    /// Returns where the component is described.
    pub fn place(&self) -> Place {
        Place::line(&self.file, self.description.line)
    }

    /// Returns the component's path of names, for people.
    pub fn display(&self) -> String {
        display(&self.logical, &self.description.name)
    }

    /// Tells whether the namespace is written into every object.
    pub fn injects(&self) -> bool {
        self.config.inject_namespace.unwrap_or_default()
    }

    /// Returns what the strongest layer that speaks of injection says, and where.
    pub fn said_of_injection(&self) -> Option<(bool, Place)> {
        self.layers.iter().find_map(|Origin { layer, path }| {
            let names: Vec<String> = path.iter().skip(1).step_by(2).cloned().collect();
            let said = layer.config.below(&names)?.inject_namespace?;
            let keys: Vec<String> =
                path.iter().cloned().chain(["injectNamespace".to_owned()]).collect();
            Some((said, Place::line(&layer.file, source::line_of(&layer.file, &keys))))
        })
    }

    /// Returns where a subcomponent is listed.
    pub fn place_of(&self, child: &Description) -> Place {
        Place::line(&self.file, child.line)
    }

    /// Returns the configuration that this component has for a subcomponent.
    pub fn config_of(&self, child: &Description) -> Config {
        self.config.subcomponents.get(&child.name).cloned().unwrap_or_default()
    }
}

impl<'a> Tree<'a> {
    /// Returns a reader for an environment's words.
    pub fn new(words: &'a [String], files: &'a mut Files) -> Self {
        let words = words.iter().map(String::as_str).chain(["common"]).collect();
        Self { words, files, count: 0 }
    }

    /// Returns the files, which remember what was read.
    pub fn files(&mut self) -> &mut Files {
        self.files
    }

    /// Returns the component in the root folder as its own file has it.
    pub fn outer_root(&mut self, folder: &Path) -> Result<Node, DefinitionError> {
        let described = self.files.component(folder)?;
        let mut merged = (Config::of_root(), Vec::new());
        self.add_layers(folder, &described.description.name, &mut merged)?;
        Ok(Node {
            description: Arc::clone(&described.description),
            file: described.file.clone(),
            folder: folder.to_owned(),
            logical: String::new(),
            config: merged.0,
            layers: merged.1,
            above: vec![real(folder)],
        })
    }

    /// Returns the component that a root stands for: itself, or with the method `git` the one that
    /// was fetched. What such a root lists besides is lost, as in Fabrikate.
    pub fn root(&mut self, outer: Node) -> Result<Node, DefinitionError> {
        let description = &outer.description;
        if description.kind != COMPONENT || description.method != "git" {
            return Ok(outer);
        }
        let folder = source::referenced(&outer.folder, description);
        let described = self.component_at(&folder, description, &outer.place())?;
        let mut merged = (outer.config, outer.layers);
        self.add_layers(&folder, &description.name, &mut merged)?;
        let mut above = outer.above;
        above.push(real(&folder));
        Ok(Node {
            description: Arc::clone(&described.description),
            file: described.file.clone(),
            folder,
            logical: outer.logical,
            config: merged.0,
            layers: merged.1,
            above,
        })
    }

    /// Returns a subcomponent, or `None` when it is disabled.
    pub fn child(
        &mut self,
        node: &Node,
        child: &Arc<Description>,
    ) -> Result<Option<Node>, DefinitionError> {
        let place = node.place_of(child);
        if child.is_empty {
            let component = node.description.name.clone();
            return Err(DefinitionError::EmptyItem { component, place });
        }
        let config = node.config_of(child);
        if config.disabled {
            return Ok(None);
        }
        let (component, folder) = (child.name.clone(), node.folder.clone());
        self.count += 1;
        if self.count > MOST {
            return Err(DefinitionError::TooMany { most: MOST, place });
        }
        if node.above.len() > DEEPEST {
            return Err(DefinitionError::Cycle { component, folder, place });
        }
        let within = |origin: &Origin| {
            let keys = ["subcomponents".to_owned(), child.name.clone()];
            let path = origin.path.iter().cloned().chain(keys).collect();
            Origin { layer: Arc::clone(&origin.layer), path }
        };
        let layers: Vec<Origin> = node.layers.iter().map(within).collect();
        if child.kind == COMPONENT {
            return self.referenced(node, child, (config, layers)).map(Some);
        }
        let mut above = node.above.clone();
        above.push(folder.clone());
        Ok(Some(Node {
            description: Arc::clone(child),
            file: node.file.clone(),
            folder,
            logical: node.logical.clone(),
            config,
            layers,
            above,
        }))
    }

    /// Returns a subcomponent that has a file of its own.
    fn referenced(
        &mut self,
        node: &Node,
        child: &Description,
        mut merged: Merged,
    ) -> Result<Node, DefinitionError> {
        let place = node.place_of(child);
        check_kind(child, &child.name, &place)?;
        let folder = source::referenced(&node.folder, child);
        let own = real(&folder);
        if node.above.contains(&own) {
            let component = child.name.clone();
            return Err(DefinitionError::Cycle { component, folder, place });
        }
        let logical = name::below(&node.logical, &child.name).map_err(|reason| {
            let (name, place) = (child.name.clone(), place.clone());
            DefinitionError::UnsafeName { name, reason, place }
        })?;
        let described = self.component_at(&folder, child, &place)?;
        self.add_layers(&folder, &child.name, &mut merged)?;
        let mut above = node.above.clone();
        above.push(own);
        Ok(Node {
            description: Arc::clone(&described.description),
            file: described.file.clone(),
            folder,
            logical,
            config: merged.0,
            layers: merged.1,
            above,
        })
    }

    fn component_at(
        &mut self,
        folder: &Path,
        reference: &Description,
        place: &Place,
    ) -> Result<Arc<Described>, DefinitionError> {
        match self.files.component(folder) {
            Err(DefinitionError::NoComponent { .. })
                if source::is_remote(reference) && files::entry(folder) == Entry::Missing =>
            {
                Err(not_fetched(reference, folder, place))
            }
            Err(DefinitionError::NoComponent { folder, .. }) => {
                Err(DefinitionError::NoComponent { folder, place: Some(place.clone()) })
            }
            result => result,
        }
    }

    /// Adds the layers that a component's own folder has, from the strongest to `common`.
    fn add_layers(
        &mut self,
        folder: &Path,
        component: &str,
        (config, layers): &mut Merged,
    ) -> Result<(), DefinitionError> {
        for word in self.words.clone() {
            let Some(layer) = self.files.layer(folder, word)? else {
                continue;
            };
            config.merge(&layer.config).map_err(|conflict| {
                let component = component.to_owned();
                let (place, stronger) = setter(layers, &conflict);
                let files = stronger.into_iter().chain([layer.file.clone()]).collect();
                let place = place.unwrap_or_else(|| Place::file(&layer.file));
                DefinitionError::Conflict { component, conflict, files, place }
            })?;
            layers.push(Origin { layer, path: Vec::new() });
        }
        Ok(())
    }
}

/// Refuses what Fabrikate would take for something else.
pub fn check_kind(d: &Description, display: &str, place: &Place) -> Result<(), DefinitionError> {
    let (component, place) = (display.to_owned(), place.clone());
    if !["component", "helm", "static"].contains(&d.kind.as_str()) {
        let kind = d.kind.clone();
        return Err(DefinitionError::UnknownType { component, kind, place });
    }
    let known = ["", "local", "git", "helm", "http"].contains(&d.method.as_str());
    let http = d.kind == "static" && d.method.eq_ignore_ascii_case("http");
    if !known && !http {
        let method = d.method.clone();
        return Err(DefinitionError::UnknownMethod { component, method, place });
    }
    Ok(())
}

/// Returns the error for a source that is not in the definition.
pub fn not_fetched(description: &Description, folder: &Path, place: &Place) -> DefinitionError {
    let address = &description.source;
    DefinitionError::NotFetched {
        component: description.name.clone(),
        source_address: if address.is_empty() { "elsewhere".to_owned() } else { shown(address) },
        folder: folder.to_owned(),
        place: place.clone(),
    }
}

/// Returns the strongest file that sets the value of a conflict, and where.
fn setter(layers: &[Origin], conflict: &Conflict) -> (Option<Place>, Option<PathBuf>) {
    for origin in layers {
        let path: Vec<String> = origin.path.iter().chain(&conflict.path).cloned().collect();
        if origin.layer.config.sets(&path.iter().map(String::as_str).collect::<Vec<_>>()) {
            let file = &origin.layer.file;
            let place = Place::line(file, source::line_of(file, &path));
            return (Some(place), Some(file.clone()));
        }
    }
    (None, None)
}

/// Returns a folder's real path where there is one, to tell whether two paths are one folder.
fn real(folder: &Path) -> PathBuf {
    files::resolved(folder).unwrap_or_else(|_| folder.to_owned())
}
