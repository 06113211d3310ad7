//! Configuration: one file's layer, and how layers merge as in Fabrikate.

use crate::definition::document::{Document, Problem};
use crate::yaml::{Mapping, Value};
use std::collections::BTreeMap;

/// The configuration of a component and of those below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    /// The namespace of the release; empty where none is set.
    pub namespace: String,
    /// Whether the namespace is written into every object, where that is said.
    pub inject_namespace: Option<bool>,
    /// Whether the component, and all below it, is left out.
    pub disabled: bool,
    /// The values for the chart. None at all is something else than none of them set: see
    /// [`Config::merge`].
    pub values: Option<Mapping>,
    /// The configuration of the subcomponents, by their names in the parent's list.
    pub subcomponents: BTreeMap<String, Config>,
}

/// Two layers that give one key values of kinds that cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is {higher} in one layer and {lower} in the other", path.join("."))]
pub struct Conflict {
    /// The keys that lead to the value, as in the file.
    pub path: Vec<String>,
    /// What the stronger layer has.
    pub higher: &'static str,
    /// What the weaker layer has.
    pub lower: &'static str,
}

impl Config {
    /// Returns the configuration of one file.
    pub fn read<D: Document>(document: &D) -> Result<Self, Problem> {
        let mut config = Self::default();
        for (name, value) in document.entries()? {
            let is = |field| D::means(&name, field);
            if is("namespace") {
                config.namespace = value.text()?.unwrap_or(config.namespace);
            } else if is("injectNamespace") {
                config.inject_namespace = value.flag()?.or(config.inject_namespace);
            } else if is("disabled") {
                config.disabled = value.flag()?.unwrap_or(config.disabled);
            } else if is("config") && !value.is_null() {
                config.add_values(&value)?;
            } else if is("subcomponents") {
                config.add_subcomponents(&value)?;
            }
        }
        Ok(config)
    }

    // A name that comes twice adds to the mapping of the first, as Go's readers do.
    fn add_values<D: Document>(&mut self, value: &D) -> Result<(), Problem> {
        let values = self.values.get_or_insert_default();
        for (key, value) in value.entries()? {
            values.insert(key, value.value()?);
        }
        Ok(())
    }

    fn add_subcomponents<D: Document>(&mut self, value: &D) -> Result<(), Problem> {
        for (name, value) in value.entries()? {
            self.subcomponents.insert(name, Self::read(&value)?);
        }
        Ok(())
    }

    /// Adds a weaker layer: what this one has not, it takes; mappings merge, lists are joined, and
    /// a plain value here hides anything there.
    ///
    /// Namespace and injection come as a pair from the strongest layer that has a namespace.
    /// `disabled` is that of the strongest layer that mentions the component at all. A null never
    /// hides a weaker value; one in a weaker layer survives only within a mapping that is taken
    /// whole. (Measured with Fabrikate 1.0.0-alpha.1.)
    pub fn merge(&mut self, lower: &Self) -> Result<(), Conflict> {
        self.merge_entries(lower)?;
        self.merge_namespaces(Some(lower));
        Ok(())
    }

    /// As long as no layer has a namespace, injection is what the weakest one says: a layer that
    /// does not mention the component at all says no.
    fn merge_namespaces(&mut self, lower: Option<&Self>) {
        if self.namespace.is_empty() {
            self.namespace = lower.map(|lower| lower.namespace.clone()).unwrap_or_default();
            self.inject_namespace = lower.and_then(|lower| lower.inject_namespace);
        }
        for (name, config) in &mut self.subcomponents {
            config.merge_namespaces(lower.and_then(|lower| lower.subcomponents.get(name)));
        }
    }

    fn merge_entries(&mut self, lower: &Self) -> Result<(), Conflict> {
        match (&mut self.values, &lower.values) {
            (_, None) => {}
            (Some(higher), Some(lower)) => {
                merge_mappings(higher, lower).map_err(|conflict| conflict.below("config"))?;
            }
            (values @ None, Some(lower)) => *values = Some(lower.clone()),
        }
        for (name, lower) in &lower.subcomponents {
            match self.subcomponents.get_mut(name) {
                Some(higher) => higher
                    .merge_entries(lower)
                    .map_err(|conflict| conflict.below(name).below("subcomponents"))?,
                None => drop(self.subcomponents.insert(name.clone(), lower.clone())),
            }
        }
        Ok(())
    }

    /// Returns what this layer has for the component to which names of subcomponents lead.
    pub fn below(&self, path: &[String]) -> Option<&Self> {
        match path {
            [] => Some(self),
            [name, rest @ ..] => self.subcomponents.get(name)?.below(rest),
        }
    }

    /// Tells whether this layer gives a value that is not null to the keys of a path.
    pub fn sets(&self, path: &[&str]) -> bool {
        match path {
            ["subcomponents", name, rest @ ..] => {
                self.subcomponents.get(*name).is_some_and(|config| config.sets(rest))
            }
            ["config", keys @ ..] => {
                let Some(values) = &self.values else {
                    return false;
                };
                sets(values, keys)
            }
            _ => path.is_empty(),
        }
    }

    /// Returns a configuration that is there and sets nothing, as the root's begins.
    pub fn of_root() -> Self {
        Self { values: Some(Mapping::new()), ..Self::default() }
    }
}

impl Conflict {
    fn below(mut self, key: &str) -> Self {
        self.path.insert(0, key.to_owned());
        self
    }
}

fn sets(mapping: &Mapping, keys: &[&str]) -> bool {
    let Some((key, rest)) = keys.split_first() else {
        return true;
    };
    match mapping.get(key) {
        None | Some(Value::Null) => false,
        Some(Value::Mapping(inner)) => sets(inner, rest),
        Some(_) => rest.is_empty(),
    }
}

fn merge_mappings(higher: &mut Mapping, lower: &Mapping) -> Result<(), Conflict> {
    for (key, lower) in lower {
        // Every key of a configuration is a text.
        let Some(key) = key.as_str().filter(|_| *lower != Value::Null) else {
            continue;
        };
        match higher.get_mut(key) {
            None | Some(Value::Null) => drop(higher.insert(key, lower.clone())),
            Some(value) => {
                merge_values(value, lower).map_err(|conflict| conflict.below(key))?;
            }
        }
    }
    Ok(())
}

fn merge_values(higher: &mut Value, lower: &Value) -> Result<(), Conflict> {
    match (higher, lower) {
        (Value::Mapping(higher), Value::Mapping(lower)) => merge_mappings(higher, lower),
        (Value::Sequence(higher), Value::Sequence(lower)) => {
            higher.extend(lower.iter().cloned());
            Ok(())
        }
        (higher @ (Value::Mapping(_) | Value::Sequence(_)), lower) => {
            let (higher, lower) = (kind(higher), kind(lower));
            Err(Conflict { path: Vec::new(), higher, lower })
        }
        _ => Ok(()),
    }
}

/// Returns what a value is, in words.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "a number",
        Value::String(_) | Value::Loose(_) | Value::Binary(_) => "a text",
        Value::Sequence(_) => "a list",
        Value::Mapping(_) => "a mapping",
    }
}
