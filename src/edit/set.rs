//! `set`: values in a configuration file.

use crate::definition::DefinitionError;
use crate::definition::config::{self, Config};
use crate::definition::document::Problem;
use crate::edit::file::{self, Format, Target};
use crate::edit::path::{self, Assignment};
use crate::edit::preserve::{self, Patch};
use crate::edit::{EditError, Edited, Style, anew, checked, values};
use crate::environment::{Environment, EnvironmentError};
use crate::host::files::FileError;
use crate::yaml::{Mapping, Tree, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What `set` is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Set {
    /// The environment, whose file below `config/` is changed.
    pub environment: String,
    /// The subcomponent's names, with dots between them; empty for the component itself.
    pub subcomponent: String,
    /// A file of values, its path starting at the component's folder.
    pub file: Option<PathBuf>,
    /// `key=value`, each stronger than those before it and than the file.
    pub assignments: Vec<String>,
    /// Whether only keys that are there may be set.
    pub no_new_keys: bool,
}

/// What is to be set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// The names of the subcomponents that lead to the one that gets the values.
    pub subcomponent: Vec<String>,
    /// The values, in the order in which they are set.
    pub assignments: Vec<Assignment>,
    /// Whether only keys that are there may be set.
    pub no_new_keys: bool,
}

/// Sets values in a configuration file of the component in `folder`.
pub fn set(request: &Set, style: Style, folder: &Path) -> Result<Edited, EditError> {
    let values = values(request, folder)?;
    let target = target(request, folder)?;
    target.write(folder, &with_values(&target, &values, style)?)?;
    let sentence = format!("Set {} in {}.", values.counted(), target.shown(folder));
    Ok(Edited { sentence, notices: Vec::new() })
}

/// Returns what is to be set; the path of the file of values starts at `folder`.
pub fn values(request: &Set, folder: &Path) -> Result<Values, EditError> {
    environment(&request.environment)?;
    Ok(Values {
        subcomponent: subcomponent(&request.subcomponent)?,
        assignments: assignments(request, folder)?,
        no_new_keys: request.no_new_keys,
    })
}

/// Returns the configuration file that is changed, of the component in `folder`.
pub fn target(request: &Set, folder: &Path) -> Result<Target, EditError> {
    let unreadable =
        |source: FileError| DefinitionError::ConfigFile { file: source.path.clone(), source };
    Ok(Target::find(&folder.join("config"), &request.environment).map_err(unreadable)?)
}

impl Values {
    /// Returns how many there are, in words.
    pub fn counted(&self) -> String {
        match self.assignments.len() {
            1 => "1 value".to_owned(),
            count => format!("{count} values"),
        }
    }
}

/// Returns a configuration file with values.
pub fn with_values(target: &Target, values: &Values, style: Style) -> Result<Vec<u8>, EditError> {
    let (format, file) = (target.format, &target.path);
    let mut config = match &target.content {
        None => Config::default(),
        Some(content) => read(format, content)
            .map_err(|source| DefinitionError::Config { file: file.clone(), source })?,
    };
    for assignment in &values.assignments {
        assign(&mut config, (&values.subcomponent, assignment), values.no_new_keys, file)?;
    }
    let expected = tree(&config);
    let written = match (style, &target.content) {
        (Style::Preserving, Some(content)) => preserve::edited(content, format, &patch(values)),
        (Style::Fabrikate, _) | (_, None) => Ok(anew(format, style, &expected)),
    };
    let read_again = |format, text: &[u8]| Ok(tree(&read(format, text)?));
    checked(target, written, (&expected, style), read_again)
}

fn subcomponent(names: &str) -> Result<Vec<String>, EditError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    path::split(names).map_err(|source| EditError::Argument { argument: names.to_owned(), source })
}

/// Refuses the name of an environment that cannot be part of a path.
fn environment(name: &str) -> Result<(), EditError> {
    let refused = |source| EditError::Environment { source };
    Environment::of(vec![name.to_owned()]).map_err(refused)?;
    if name.is_empty() {
        let (word, reason) = (String::new(), "it is empty");
        return Err(refused(EnvironmentError { word, reason }));
    }
    Ok(())
}

/// Returns what is to be set, in the order in which it is.
fn assignments(request: &Set, folder: &Path) -> Result<Vec<Assignment>, EditError> {
    let mut assignments = Vec::new();
    if let Some(file) = &request.file {
        let file = folder.join(file);
        let unreadable = |source| EditError::ValuesFile { source };
        let text = file::read(&file).map_err(unreadable)?;
        assignments =
            values::assignments(&text).map_err(|source| EditError::Values { file, source })?;
    } else if request.assignments.is_empty() {
        return Err(EditError::Nothing);
    }
    for argument in &request.assignments {
        assignments.push(Assignment::parse(argument).map_err(|source| {
            // What stands behind the sign may be a secret.
            let argument = argument.split('=').next().unwrap_or_default().to_owned();
            EditError::Argument { argument, source }
        })?);
    }
    Ok(assignments)
}

fn read(format: Format, text: &[u8]) -> Result<Config, Problem> {
    format.read(text, Config::read, Config::read)
}

/// Sets one value. What holds nothing becomes a mapping where a path leads through it.
fn assign(
    config: &mut Config,
    (subcomponent, assignment): (&[String], &Assignment),
    no_new_keys: bool,
    file: &Path,
) -> Result<(), EditError> {
    let new_key =
        |keys: &[String]| EditError::NewKey { file: file.to_owned(), keys: keys.to_owned() };
    let (mut keys, mut config) = (Vec::new(), config);
    for name in subcomponent {
        keys.extend(["subcomponents".to_owned(), name.clone()]);
        if no_new_keys && !config.subcomponents.contains_key(name) {
            return Err(new_key(&keys));
        }
        config = config.subcomponents.entry(name.clone()).or_default();
    }
    keys.push("config".to_owned());
    let mut mapping = config.values.get_or_insert_default();
    let Some((last, above)) = assignment.path.split_last() else {
        return Ok(());
    };
    for key in above {
        keys.push(key.clone());
        if matches!(mapping.get(key), None | Some(Value::Null)) {
            if no_new_keys {
                return Err(new_key(&keys));
            }
            mapping.insert(key.clone(), Value::Mapping(Mapping::new()));
        }
        let Some(inner) = mapping.get_mut(key) else {
            return Ok(());
        };
        mapping = below(inner, &keys, file)?;
    }
    keys.push(last.clone());
    if no_new_keys && mapping.get(last).is_none() {
        return Err(new_key(&keys));
    }
    mapping.insert(last.clone(), Value::String(assignment.value.clone()));
    Ok(())
}

fn below<'a>(
    value: &'a mut Value,
    keys: &[String],
    file: &Path,
) -> Result<&'a mut Mapping, EditError> {
    let found = config::kind(value);
    value.as_mapping_mut().ok_or_else(|| {
        let (file, keys) = (file.to_owned(), keys.to_owned());
        EditError::NoMapping { file, keys, found }
    })
}

/// Returns a configuration as Fabrikate writes it.
fn tree(config: &Config) -> Tree {
    let mut fields = Vec::new();
    if !config.namespace.is_empty() {
        fields.push(("namespace", Tree::Value(Value::from(config.namespace.as_str()))));
    }
    if config.inject_namespace == Some(true) {
        fields.push(("injectNamespace", Tree::Value(Value::Bool(true))));
    }
    if config.disabled {
        fields.push(("disabled", Tree::Value(Value::Bool(true))));
    }
    if let Some(values) = config.values.as_ref().filter(|values| !values.is_empty()) {
        fields.push(("config", Tree::Value(Value::Mapping(values.clone()))));
    }
    if !config.subcomponents.is_empty() {
        let subcomponents = config.subcomponents.iter();
        let subcomponents = subcomponents.map(|(name, config)| (name.clone(), tree(config)));
        fields.push(("subcomponents", Tree::Table(subcomponents.collect())));
    }
    Tree::Record(fields)
}

/// Returns what values change in a file: of those that hide each other, the last.
fn patch(values: &Values) -> Patch {
    let fields =
        values.subcomponent.iter().flat_map(|name| ["subcomponents", name]).chain(["config"]);
    let fields: Vec<String> = fields.map(str::to_owned).collect();
    let mut last = BTreeMap::new();
    for Assignment { path, value } in &values.assignments {
        let path: Vec<String> = fields.iter().chain(path).cloned().collect();
        let is_below = |(known, _): &(&Vec<String>, &&str)| known.starts_with(&path);
        let hidden = last.range(path.clone()..).take_while(is_below);
        let hidden: Vec<Vec<String>> = hidden.map(|(known, _)| known.clone()).collect();
        for known in &hidden {
            last.remove(known);
        }
        last.insert(path, value.as_str());
    }
    let mut patch = Patch::default();
    for (path, value) in &last {
        patch.add(path, value);
    }
    patch
}
