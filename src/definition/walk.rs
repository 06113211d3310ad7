//! The walk from the root component to the leaves, in Fabrikate's order.

use crate::definition::component::{COMPONENT, Description};
use crate::definition::config::{Config, Conflict};
use crate::definition::source::{self, Described, Files, Layer};
use crate::definition::{Chart, Component, Definition, DefinitionError, Generator, display, name};
use crate::environment::Environment;
use crate::failure::{Code, Place, Warning};
use crate::host::files::{self, Entry};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many components may be nested.
const DEEPEST: usize = 200;

/// The hooks that Fabrikate runs while it generates.
const HOOKS: &[&str] = &["before-generate", "after-generate"];

/// A walk for one environment.
pub(super) struct Walk<'a> {
    /// The words of the environment and `common`, strongest first.
    words: Vec<&'a str>,
    files: &'a mut Files,
    components: Vec<Component>,
    warnings: Vec<Warning>,
    deprecated: BTreeSet<(PathBuf, &'static str)>,
}

/// A component on the way.
struct Node<'a> {
    description: &'a Description,
    /// The file that holds the description.
    file: &'a Path,
    /// The folder that its paths start from.
    folder: PathBuf,
    /// The path of names above its manifest.
    logical: String,
    config: Config,
    /// The layers that the configuration was merged from, strongest first.
    layers: Vec<Origin>,
    /// The folders of the components above, and its own.
    above: Vec<PathBuf>,
}

/// A layer, and where in it the configuration of a component begins.
#[derive(Clone)]
struct Origin {
    layer: Arc<Layer>,
    path: Vec<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(words: &'a [String], files: &'a mut Files) -> Self {
        let words = words.iter().map(String::as_str).chain(["common"]).collect();
        let (components, warnings) = (Vec::new(), Vec::new());
        Self { words, files, components, warnings, deprecated: BTreeSet::new() }
    }

    /// Walks the whole tree.
    pub(super) fn root(&mut self, folder: &Path) -> Result<(), DefinitionError> {
        let described = self.files.component(folder)?;
        let mut config = Config::of_root();
        let mut layers = Vec::new();
        self.add_layers(folder, &described.description.name, (&mut config, &mut layers))?;
        let outer = &described.description;
        if outer.kind == COMPONENT && outer.method == "git" {
            return self.replaced_root(folder, &described, (config, layers));
        }
        let node = Node {
            description: outer,
            file: &described.file,
            folder: folder.to_owned(),
            logical: String::new(),
            config,
            layers,
            above: vec![real(folder)],
        };
        self.visit(&node)
    }

    /// Returns what was found on the way.
    pub(super) fn finish(self, environment: Environment) -> Definition {
        let (components, warnings, deprecated) = (self.components, self.warnings, self.deprecated);
        Definition { environment, components, warnings, deprecated }
    }

    /// Walks on from the component that a root with the method `git` stands for. What the root
    /// lists besides is lost, as in Fabrikate.
    fn replaced_root(
        &mut self,
        folder: &Path,
        described: &Arc<Described>,
        (mut config, mut layers): (Config, Vec<Origin>),
    ) -> Result<(), DefinitionError> {
        let outer = &described.description;
        let place = Place::line(&described.file, outer.line);
        let base = source::joined(folder, &format!("components/{}", outer.name));
        let inner = source::joined(&base, &outer.path);
        let inner_described = self.component_at(&inner, outer, &place)?;
        self.add_layers(&inner, &outer.name, (&mut config, &mut layers))?;
        let node = Node {
            description: &inner_described.description,
            file: &inner_described.file,
            folder: inner.clone(),
            logical: String::new(),
            config,
            layers,
            above: vec![real(folder), real(&inner)],
        };
        self.visit(&node)
    }

    fn visit(&mut self, node: &Node<'_>) -> Result<(), DefinitionError> {
        let description = node.description;
        let display = display(&node.logical, &description.name);
        check_kind(description, &display, &node.place())?;
        check_hooks(description, &display, &node.place())?;
        for &field in &description.deprecated {
            self.deprecated.insert((node.file.to_owned(), field));
        }
        let generator = self.generator(node)?;
        self.warn_injection(node, &generator);
        self.components.push(Component {
            name: description.name.clone(),
            logical: node.logical.clone(),
            file: node.file.to_owned(),
            line: description.line,
            generator,
            namespace: node.config.namespace.clone(),
            inject_namespace: node.config.inject_namespace,
        });
        for child in &description.subcomponents {
            self.child(node, child)?;
        }
        Ok(())
    }

    fn child(&mut self, node: &Node<'_>, child: &Description) -> Result<(), DefinitionError> {
        let place = Place::line(node.file, child.line);
        let component = child.name.clone();
        if child.is_empty {
            let component = node.description.name.clone();
            return Err(DefinitionError::EmptyItem { component, place });
        }
        let config = node.config.subcomponents.get(&child.name).cloned().unwrap_or_default();
        if config.disabled {
            return Ok(());
        }
        if node.above.len() > DEEPEST {
            return Err(DefinitionError::Cycle { component, folder: node.folder.clone(), place });
        }
        let within = |origin: &Origin| {
            let keys = ["subcomponents".to_owned(), child.name.clone()];
            let path = origin.path.iter().cloned().chain(keys).collect();
            Origin { layer: Arc::clone(&origin.layer), path }
        };
        let layers: Vec<Origin> = node.layers.iter().map(within).collect();
        if child.kind == COMPONENT {
            return self.referenced(node, child, (config, layers));
        }
        let mut above = node.above.clone();
        above.push(node.folder.clone());
        self.visit(&Node {
            description: child,
            file: node.file,
            folder: node.folder.clone(),
            logical: node.logical.clone(),
            config,
            layers,
            above,
        })
    }

    /// Walks on from a component that has a file of its own.
    fn referenced(
        &mut self,
        node: &Node<'_>,
        child: &Description,
        (mut config, mut layers): (Config, Vec<Origin>),
    ) -> Result<(), DefinitionError> {
        let place = Place::line(node.file, child.line);
        check_kind(child, &child.name, &place)?;
        let folder = source::referenced(&node.folder, child);
        let own = real(&folder);
        if node.above.contains(&own) {
            let component = child.name.clone();
            return Err(DefinitionError::Cycle { component, folder, place });
        }
        let Some(logical) = name::below(&node.logical, &child.name) else {
            return Err(DefinitionError::UnsafeName { name: child.name.clone(), place });
        };
        let described = self.component_at(&folder, child, &place)?;
        self.add_layers(&folder, &child.name, (&mut config, &mut layers))?;
        let mut above = node.above.clone();
        above.push(own);
        self.visit(&Node {
            description: &described.description,
            file: &described.file,
            folder,
            logical,
            config,
            layers,
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
        (config, layers): (&mut Config, &mut Vec<Origin>),
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

    fn generator(&mut self, node: &Node<'_>) -> Result<Generator, DefinitionError> {
        let (description, place) = (node.description, node.place());
        let component = description.name.clone();
        match description.kind.as_str() {
            "static" => {
                let folder = source::static_folder(&node.folder, description);
                if source::is_remote(description) && files::entry(&folder) == Entry::Missing {
                    return Err(not_fetched(description, &folder, &place));
                }
                let manifest = self.files.manifest(&folder);
                let manifest = manifest.map_err(|source| DefinitionError::Static {
                    component,
                    source,
                    place,
                })?;
                Ok(Generator::Static(manifest))
            }
            "helm" => {
                let path = source::chart(&node.folder, description);
                let is_missing = files::entry(&path) == Entry::Missing;
                if is_missing && source::is_remote(description) {
                    return Err(not_fetched(description, &path, &place));
                }
                if is_missing {
                    return Err(DefinitionError::NoChart { component, path, place });
                }
                let values = node.config.values.clone().unwrap_or_default();
                Ok(Generator::Chart(Chart { path, values }))
            }
            _ => Ok(Generator::Nothing),
        }
    }

    fn warn_injection(&mut self, node: &Node<'_>, generator: &Generator) {
        if !node.config.inject_namespace {
            return;
        }
        let name = &node.description.name;
        let reason = match generator {
            Generator::Chart(_) if !node.config.namespace.is_empty() => return,
            Generator::Chart(_) => "no layer that says so has a namespace",
            Generator::Static(_) => "the manifests of static components are taken as they are",
            Generator::Nothing => return,
        };
        let message = format!("injectNamespace has no effect on component `{name}`: {reason}");
        self.warnings.push(Warning {
            code: Code::InjectionIgnored,
            message,
            hint: Some("set `namespace` in the same layer, or remove injectNamespace".to_owned()),
            place: Some(node.place()),
        });
    }
}

impl Node<'_> {
    fn place(&self) -> Place {
        Place::line(self.file, self.description.line)
    }
}

/// Refuses what Fabrikate would take for something else.
fn check_kind(d: &Description, display: &str, place: &Place) -> Result<(), DefinitionError> {
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

/// Refuses hooks: without them the manifests would not be those of Fabrikate.
fn check_hooks(d: &Description, display: &str, place: &Place) -> Result<(), DefinitionError> {
    let (component, place) = (display.to_owned(), place.clone());
    let runs = |hook: &&&str| d.hooks.get(**hook).is_some_and(|c| c.iter().any(|c| !c.is_empty()));
    if let Some(hook) = HOOKS.iter().find(runs) {
        let hook = (*hook).to_owned();
        return Err(DefinitionError::Hooks { component, hook, place });
    }
    Ok(())
}

fn not_fetched(description: &Description, folder: &Path, place: &Place) -> DefinitionError {
    let address = &description.source;
    DefinitionError::NotFetched {
        component: description.name.clone(),
        source_address: if address.is_empty() { "elsewhere".to_owned() } else { address.clone() },
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
