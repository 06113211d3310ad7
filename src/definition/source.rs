//! Where components and charts are, and what reading their files gives.

use crate::definition::DefinitionError;
use crate::definition::component::{self, Description};
use crate::definition::config::Config;
use crate::definition::document::{Json, Problem};
use crate::host::files::bounds::{Bounds, Leaving};
use crate::host::files::{self, Entry, FileError};
use crate::yaml;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a definition, each read once however many environments need it.
#[derive(Debug, Default)]
pub struct Files {
    descriptions: BTreeMap<PathBuf, Arc<Described>>,
    layers: BTreeMap<PathBuf, Option<Arc<Layer>>>,
    statics: BTreeMap<PathBuf, Arc<Vec<u8>>>,
    words: BTreeSet<String>,
    bounds: Bounds,
}

/// A component with the file that describes it.
#[derive(Debug)]
pub struct Described {
    /// The file.
    pub file: PathBuf,
    /// What it says.
    pub description: Arc<Description>,
}

/// One configuration file.
#[derive(Debug)]
pub struct Layer {
    /// The file.
    pub file: PathBuf,
    /// What it says.
    pub config: Config,
}

impl Files {
    /// Returns files that are read within bounds.
    pub fn within(bounds: Bounds) -> Self {
        Self { bounds, ..Self::default() }
    }

    /// Returns what links may lead to.
    pub fn bounds(&mut self) -> &mut Bounds {
        &mut self.bounds
    }

    /// Returns the component that a folder holds.
    pub fn component(&mut self, folder: &Path) -> Result<Arc<Described>, DefinitionError> {
        if let Some(described) = self.descriptions.get(folder) {
            return Ok(Arc::clone(described));
        }
        let readers: Readers<Description> = (component::describe, component::describe);
        let found = either((folder, &mut self.bounds), "component", readers);
        let (file, description) = match found {
            Ok(Some(found)) => found,
            Ok(None) => {
                return Err(DefinitionError::NoComponent {
                    folder: folder.to_owned(),
                    place: None,
                });
            }
            Err((file, Unreadable::File(source))) => {
                return Err(DefinitionError::ComponentFile { file, source });
            }
            Err((file, Unreadable::Content(source))) => {
                return Err(DefinitionError::Component { file, source });
            }
            Err((_, Unreadable::Link(link))) => return Err(link.into()),
        };
        let described = Arc::new(Described { file, description: Arc::new(description) });
        self.descriptions.insert(folder.to_owned(), Arc::clone(&described));
        Ok(described)
    }

    /// Returns the configuration that a component's folder has for a word of an environment.
    pub fn layer(
        &mut self,
        folder: &Path,
        word: &str,
    ) -> Result<Option<Arc<Layer>>, DefinitionError> {
        let stem = folder.join("config").join(word);
        if let Some(layer) = self.layers.get(&stem) {
            return Ok(layer.clone());
        }
        let configurations = folder.join("config");
        self.bounds.check(&configurations)?;
        // Nothing below a file can be there, and Fabrikate takes that for no configuration.
        if files::entry(&configurations) == Entry::File {
            return Err(DefinitionError::NoConfigFolder { file: configurations });
        }
        let readers: Readers<Config> = (Config::read, Config::read);
        let found = either((&configurations, &mut self.bounds), word, readers);
        let layer = match found {
            Ok(found) => found.map(|(file, config)| Arc::new(Layer { file, config })),
            Err((file, Unreadable::File(source))) => {
                return Err(DefinitionError::ConfigFile { file, source });
            }
            Err((file, Unreadable::Content(source))) => {
                return Err(DefinitionError::Config { file, source });
            }
            Err((_, Unreadable::Link(link))) => return Err(link.into()),
        };
        self.layers.insert(stem, layer.clone());
        Ok(layer)
    }

    /// Forgets what was read, since it may have changed; which words are known stays known.
    pub fn forget(&mut self) {
        self.remember_words();
        self.descriptions.clear();
        self.layers.clear();
        self.statics.clear();
        self.bounds.forget();
    }

    fn remember_words(&mut self) {
        for (stem, layer) in &self.layers {
            if let (Some(_), Some(word)) = (layer, word_of(stem)) {
                self.words.insert(word);
            }
        }
    }

    /// Tells whether a component that was loaded has a configuration file for a word.
    pub fn knows(&self, word: &str) -> bool {
        let is_it = |stem: &Path| word_of(stem).as_deref() == Some(word);
        self.words.contains(word)
            || self.layers.iter().any(|(stem, layer)| layer.is_some() && is_it(stem))
    }

    /// Returns the manifest of a static component: every file of its folder in the order of the
    /// names' bytes, whatever it is called and whatever it holds. `unreadable` makes the error of
    /// one that cannot be read.
    pub fn manifest(
        &mut self,
        folder: &Path,
        unreadable: impl Fn(FileError) -> DefinitionError,
    ) -> Result<Arc<Vec<u8>>, DefinitionError> {
        if let Some(manifest) = self.statics.get(folder) {
            return Ok(Arc::clone(manifest));
        }
        let mut manifest = Vec::new();
        for name in files::list(folder).map_err(&unreadable)? {
            let file = folder.join(name);
            self.bounds.check(&file)?;
            manifest.extend_from_slice(b"---\n");
            manifest.extend_from_slice(&files::read(&file).map_err(&unreadable)?);
            manifest.push(b'\n');
        }
        let manifest = Arc::new(manifest);
        self.statics.insert(folder.to_owned(), Arc::clone(&manifest));
        Ok(manifest)
    }
}

/// Returns the word of an environment that a configuration file without its ending is for.
fn word_of(stem: &Path) -> Option<String> {
    let text = stem.to_string_lossy();
    text.rsplit_once("/config/").map(|(_, word)| word.to_owned())
}

enum Unreadable {
    File(FileError),
    Content(Problem),
    Link(Leaving),
}

/// What reads a file that is YAML, and one that is JSON.
type Readers<T> = (fn(&yaml::Node) -> Result<T, Problem>, fn(&Json) -> Result<T, Problem>);
type Found<T> = Result<Option<(PathBuf, T)>, (PathBuf, Unreadable)>;

/// Reads `stem.yaml`, or `stem.json` when there is no such file. A YAML file that is there is the
/// one that counts, even if it cannot be read.
fn either<T>(
    (folder, bounds): (&Path, &mut Bounds),
    stem: &str,
    (from_yaml, from_json): Readers<T>,
) -> Found<T>
where
    T: Default,
{
    let file = folder.join(format!("{stem}.yaml"));
    if let Some(bytes) = content(&file, bounds)? {
        let root = yaml::parse(&bytes).map_err(Problem::from);
        let read = root.and_then(|root| root.map_or_else(|| Ok(T::default()), |r| from_yaml(&r)));
        return match read {
            Ok(value) => Ok(Some((file, value))),
            Err(problem) => Err((file, Unreadable::Content(problem))),
        };
    }
    let file = folder.join(format!("{stem}.json"));
    let Some(bytes) = content(&file, bounds)? else {
        return Ok(None);
    };
    match Json::parse(&bytes).and_then(|json| from_json(&json)) {
        Ok(value) => Ok(Some((file, value))),
        Err(problem) => Err((file, Unreadable::Content(problem))),
    }
}

fn content(file: &Path, bounds: &mut Bounds) -> Result<Option<Vec<u8>>, (PathBuf, Unreadable)> {
    bounds.check(file).map_err(|link| (file.to_owned(), Unreadable::Link(link)))?;
    files::read_if_there(file).map_err(|error| (file.to_owned(), Unreadable::File(error)))
}

/// Returns the line of a file, from 1, in which the value of a path of keys begins, if it can be
/// found. JSON is read as the YAML that it mostly is.
pub fn line_of(file: &Path, keys: &[String]) -> Option<usize> {
    let mut node = yaml::parse(&files::read(file).ok()?).ok()??;
    for key in keys {
        let entries = node.assignments("a mapping").ok()?;
        node = entries.into_iter().rev().find(|(name, _)| name == key)?.1;
    }
    Some(node.line())
}

/// Returns a path below another one as Fabrikate joins them: an absolute one starts at the base
/// too, and `.` and `..` are resolved without looking at the disk.
pub fn joined(base: &Path, path: &str) -> PathBuf {
    let mut joined = base.to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if joined.file_name().is_some() => drop(joined.pop()),
            ".." => joined.push(".."),
            name => joined.push(name),
        }
    }
    joined
}

/// Returns the folder of a component that the list of another one refers to, which is in `folder`.
pub fn referenced(folder: &Path, reference: &Description) -> PathBuf {
    let base = match reference.method.as_str() {
        "git" => joined(folder, &format!("components/{}", reference.name)),
        _ if Path::new(&reference.source).is_absolute() => PathBuf::from(&reference.source),
        _ => joined(folder, &reference.source),
    };
    joined(&base, &reference.path)
}

/// Returns the chart of a component of the type `helm` in `folder`.
pub fn chart(folder: &Path, description: &Description) -> PathBuf {
    let downloaded = || joined(folder, &format!("helm_repos/{}", description.name));
    match description.method.as_str() {
        "git" => joined(&downloaded(), &description.path),
        "helm" => downloaded(),
        _ => joined(folder, &description.path),
    }
}

/// Returns the folder of a static component's files.
pub fn static_folder(folder: &Path, description: &Description) -> PathBuf {
    if description.method.eq_ignore_ascii_case("http") {
        joined(folder, &format!("components/{}", description.name))
    } else {
        joined(folder, &description.path)
    }
}

/// Tells whether a component's source has to be fetched before it can be used.
pub fn is_remote(description: &Description) -> bool {
    match description.kind.as_str() {
        "static" => description.method.eq_ignore_ascii_case("http"),
        "helm" => matches!(description.method.as_str(), "git" | "helm"),
        _ => description.method == "git",
    }
}

/// Returns the words for which any `config` folder below a definition has a file, at most a few
/// thousand folders deep into it and never behind a link that leaves the bounds.
pub fn known_words(root: &Path, bounds: &mut Bounds) -> Vec<String> {
    let mut words = BTreeSet::new();
    let mut folders = vec![(root.to_owned(), 0)];
    let mut seen = 0;
    while let Some((folder, depth)) = folders.pop() {
        seen += 1;
        if seen > 20_000 {
            break;
        }
        let is_config = folder.file_name().is_some_and(|name| name == "config");
        for name in files::list(&folder).unwrap_or_default() {
            let text = name.to_string_lossy();
            let stem = text.strip_suffix(".yaml").or_else(|| text.strip_suffix(".json"));
            if let (true, Some(stem)) = (is_config, stem) {
                words.insert(stem.to_owned());
            }
            let hidden = text.starts_with('.') || text == "generated";
            let path = folder.join(&name);
            let stays = !hidden && bounds.check(&path).is_ok();
            if stays && depth < 32 && files::entry(&path) == Entry::Folder {
                folders.push((path, depth + 1));
            }
        }
    }
    words.remove("common");
    words.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_join_as_in_fabrikate() {
        let at = |path| joined(Path::new("/d/a"), path).to_string_lossy().into_owned();
        assert_eq!(at(""), "/d/a");
        assert_eq!(at("./x//y/"), "/d/a/x/y");
        assert_eq!(at("../b"), "/d/b");
        assert_eq!(at("/abs"), "/d/a/abs");
    }
}
