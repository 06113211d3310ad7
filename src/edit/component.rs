//! Component files as they are written: nothing is filled in.

use crate::definition::document::{Document, Problem};
use crate::edit::file::Format;
use crate::yaml::{Tree, Value};
use std::collections::BTreeMap;

/// A component with the fields that its file, or the list of its parent, has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Component {
    /// `name`.
    pub name: String,
    /// `type`.
    pub kind: String,
    /// `generator`, the old name of `type`.
    pub generator: String,
    /// `hooks`: the commands of each, where it has a list.
    pub hooks: BTreeMap<String, Option<Vec<String>>>,
    /// `source`.
    pub source: String,
    /// `method`.
    pub method: String,
    /// `path`.
    pub path: String,
    /// `version`.
    pub version: String,
    /// `branch`.
    pub branch: String,
    /// `repositories`, which nothing reads any more.
    pub repositories: BTreeMap<String, String>,
    /// `subcomponents`, in their order.
    pub subcomponents: Vec<Component>,
}

impl Component {
    /// Returns the component of one file, or of one item of a list.
    pub fn read<D: Document>(document: &D) -> Result<Self, Problem> {
        let mut component = Self::default();
        for (name, value) in document.entries()? {
            let is = |field: &str| D::means(&name, field);
            if let Some(field) = component.text_mut(is) {
                *field = value.text()?.unwrap_or_else(|| std::mem::take(field));
            } else if is("hooks") {
                component.add_hooks(&value)?;
            } else if is("repositories") {
                component.add_repositories(&value)?;
            } else if is("subcomponents") && !value.is_null() {
                let items = value.items()?;
                component.subcomponents = items.iter().map(Self::read).collect::<Result<_, _>>()?;
            }
        }
        Ok(component)
    }

    fn text_mut(&mut self, is: impl Fn(&str) -> bool) -> Option<&mut String> {
        let fields = [
            ("name", &mut self.name),
            ("type", &mut self.kind),
            ("generator", &mut self.generator),
            ("source", &mut self.source),
            ("method", &mut self.method),
            ("path", &mut self.path),
            ("version", &mut self.version),
            ("branch", &mut self.branch),
        ];
        fields.into_iter().find(|(name, _)| is(name)).map(|(_, field)| field)
    }

    fn add_repositories<D: Document>(&mut self, value: &D) -> Result<(), Problem> {
        for (name, address) in value.entries()? {
            self.repositories.insert(name, address.text()?.unwrap_or_default());
        }
        Ok(())
    }

    fn add_hooks<D: Document>(&mut self, value: &D) -> Result<(), Problem> {
        for (name, commands) in value.entries()? {
            let is_null = commands.is_null();
            let mut texts = Vec::new();
            for command in commands.items()? {
                texts.push(command.text()?.unwrap_or_default());
            }
            self.hooks.insert(name, Some(texts).filter(|_| !is_null));
        }
        Ok(())
    }

    /// Returns the fields that Fabrikate writes, in its order.
    pub fn tree(&self, format: Format) -> Tree {
        let text = |text: &str| Tree::Value(Value::from(text));
        let field = |name, field: &str| (!field.is_empty()).then(|| (name, text(field)));
        let mut fields = vec![("name", text(&self.name))];
        fields.extend(field("type", &self.kind));
        fields.extend(field("generator", &self.generator));
        if !self.hooks.is_empty() {
            let hooks = self
                .hooks
                .iter()
                .map(|(name, commands)| (name.clone(), commands_tree(commands.as_deref(), format)));
            fields.push(("hooks", Tree::Table(hooks.collect())));
        }
        fields.extend(field("source", &self.source));
        fields.extend(field("method", &self.method));
        fields.extend(field("path", &self.path));
        fields.extend(field("version", &self.version));
        fields.extend(field("branch", &self.branch));
        if !self.repositories.is_empty() {
            let repositories = self.repositories.iter();
            let repositories = repositories.map(|(name, address)| (name.clone(), text(address)));
            fields.push(("repositories", Tree::Table(repositories.collect())));
        }
        if !self.subcomponents.is_empty() {
            let subcomponents = self.subcomponents.iter().map(|component| component.tree(format));
            fields.push(("subcomponents", Tree::List(subcomponents.collect())));
        }
        Tree::Record(fields)
    }

    /// Tells whether another one has all the fields that this one has.
    pub fn is_covered_by(&self, other: &Self) -> bool {
        let names: Vec<_> = other.texts().into_iter().map(|(name, _)| name).collect();
        self.texts().iter().all(|(name, _)| names.contains(name))
            && self.hooks.is_empty()
            && self.repositories.is_empty()
            && self.subcomponents.is_empty()
    }

    /// Returns the fields that hold a text, in Fabrikate's order; none that is empty.
    pub fn texts(&self) -> Vec<(&'static str, &str)> {
        let fields = [
            ("name", &self.name),
            ("type", &self.kind),
            ("generator", &self.generator),
            ("source", &self.source),
            ("method", &self.method),
            ("path", &self.path),
            ("version", &self.version),
            ("branch", &self.branch),
        ];
        let fields = fields.into_iter().map(|(name, text)| (name, text.as_str()));
        fields.filter(|(_, text)| !text.is_empty()).collect()
    }
}

// Go writes a list that is nothing as null in JSON.
fn commands_tree(commands: Option<&[String]>, format: Format) -> Tree {
    match (commands, format) {
        (None, Format::Json) => Tree::Value(Value::Null),
        (commands, _) => {
            let commands = commands.unwrap_or_default().iter();
            Tree::List(commands.map(|command| Tree::Value(Value::from(command.as_str()))).collect())
        }
    }
}
