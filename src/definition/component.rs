//! Component files: what a component is, and what it is made of.

use crate::definition::document::{Document, Problem};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A component as its file, or the list of its parent, describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// `name`.
    pub name: String,
    /// `type`, or the deprecated `generator`, which is stronger; never empty.
    pub kind: String,
    /// `method`.
    pub method: String,
    /// `source`.
    pub source: String,
    /// `path`.
    pub path: String,
    /// `version`.
    pub version: String,
    /// `branch`.
    pub branch: String,
    /// `hooks`: the commands of each.
    pub hooks: BTreeMap<String, Vec<String>>,
    /// `subcomponents`, in their order.
    pub subcomponents: Vec<Arc<Description>>,
    /// The line of the file, from 1, where it is known.
    pub line: Option<usize>,
    /// The deprecated fields that are used.
    pub deprecated: Vec<&'static str>,
    /// Whether the list of its parent has nothing in its place.
    pub is_empty: bool,
}

impl Default for Description {
    /// Returns what an empty file describes.
    fn default() -> Self {
        Self {
            name: String::new(),
            kind: COMPONENT.to_owned(),
            method: String::new(),
            source: String::new(),
            path: String::new(),
            version: String::new(),
            branch: String::new(),
            hooks: BTreeMap::new(),
            subcomponents: Vec::new(),
            line: None,
            deprecated: Vec::new(),
            is_empty: false,
        }
    }
}

/// Returns the component that a document describes. Fields that Fabrikate does not know are
/// ignored.
pub fn describe<D: Document>(document: &D) -> Result<Description, Problem> {
    let mut found = Description {
        line: document.line(),
        is_empty: document.is_null(),
        ..Description::default()
    };
    let (mut kind, mut generator, mut repositories) = (String::new(), String::new(), Vec::new());
    for (name, value) in document.entries()? {
        let is = |field| D::means(&name, field);
        if is("name") {
            set(&mut found.name, &value)?;
        } else if is("type") {
            set(&mut kind, &value)?;
        } else if is("generator") {
            set(&mut generator, &value)?;
        } else if is("method") {
            set(&mut found.method, &value)?;
        } else if is("source") {
            set(&mut found.source, &value)?;
        } else if is("path") {
            set(&mut found.path, &value)?;
        } else if is("version") {
            set(&mut found.version, &value)?;
        } else if is("branch") {
            set(&mut found.branch, &value)?;
        } else if is("hooks") {
            hooks(&mut found.hooks, &value)?;
        } else if is("repositories") {
            repositories = texts(&value)?;
        } else if is("subcomponents") && !value.is_null() {
            let items = value.items()?;
            let described = items.iter().map(|item| describe(item).map(Arc::new));
            found.subcomponents = described.collect::<Result<_, _>>()?;
        }
    }
    if !generator.is_empty() {
        found.deprecated.push("generator");
        kind = generator;
    }
    if !repositories.is_empty() {
        found.deprecated.push("repositories");
    }
    if !kind.is_empty() {
        found.kind = kind;
    }
    Ok(found)
}

/// The type of a component that only groups others.
pub const COMPONENT: &str = "component";

fn set<D: Document>(field: &mut String, value: &D) -> Result<(), Problem> {
    if let Some(text) = value.text()? {
        *field = text;
    }
    Ok(())
}

fn hooks<D: Document>(hooks: &mut BTreeMap<String, Vec<String>>, value: &D) -> Result<(), Problem> {
    for (name, commands) in value.entries()? {
        let commands: Result<Vec<_>, _> = commands.items()?.iter().map(Document::text).collect();
        hooks.insert(name, commands?.into_iter().map(Option::unwrap_or_default).collect());
    }
    Ok(())
}

fn texts<D: Document>(value: &D) -> Result<Vec<String>, Problem> {
    let entries = value.entries()?;
    entries.iter().map(|(_, value)| Ok(value.text()?.unwrap_or_default())).collect()
}
