//! Changes to a definition's files: what `fab set`, `fab add` and `fab remove` do.

pub mod component;
pub mod error;
pub mod file;
pub mod go_json;
pub mod list;
pub mod path;
pub mod preserve;
pub mod set;
pub mod values;

pub use component::Component;
pub use error::EditError;
pub use list::Remove;
pub use set::Set;

use crate::definition::document::Problem;
use crate::yaml::{LooseNumbers, Tree, Value};
use file::{Format, Target};
use preserve::{Refusal, Written};
use std::path::Path;

/// A change to a file of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Values of a configuration file.
    Set(Set),
    /// A subcomponent.
    Add(Box<Component>),
    /// Subcomponents that go.
    Remove(Remove),
}

/// What becomes of the text of a file that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// It is written anew, byte for byte as Fabrikate does: comments are lost.
    Fabrikate,
    /// What the edit is not about stays as it is.
    Preserving,
}

impl Style {
    fn numbers(self) -> LooseNumbers {
        match self {
            Self::Fabrikate => LooseNumbers::Plain,
            Self::Preserving => LooseNumbers::Quoted,
        }
    }
}

/// An edit that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// What was done, as a sentence.
    pub sentence: String,
    /// What a person should know.
    pub notices: Vec<String>,
}

/// Makes an edit in the component in `folder`.
pub fn apply(edit: &Edit, style: Style, folder: &Path) -> Result<Edited, EditError> {
    match edit {
        Edit::Set(set) => set::set(set, style, folder),
        Edit::Add(component) => list::add(component, style, folder),
        Edit::Remove(remove) => list::remove(remove, style, folder),
    }
}

/// Returns a file that is written anew.
fn anew(format: Format, style: Style, tree: &Tree) -> Written {
    Written::new(format.write(tree, style.numbers()))
}

/// Returns the text of a file if it says what it should.
// Fabrikate writes some texts so that they are read as something else, such as the key `<<`.
fn checked(
    target: &Target,
    written: Result<Written, Refusal>,
    (expected, style): (&Tree, Style),
    read: fn(Format, &[u8]) -> Result<Tree, Problem>,
) -> Result<Vec<u8>, EditError> {
    let refused = |source| EditError::Refused { file: target.path.clone(), source };
    let Written { text, doubt } = written.map_err(refused)?;
    let (format, numbers) = (target.format, style.numbers());
    let said = |tree: Tree| format.write(&unsigned_zeros(tree), numbers);
    let expected = said(expected.clone());
    match read(format, &text).map(said) {
        Ok(found) if found == expected => Ok(text),
        Ok(_) | Err(_) => Err(refused(doubt)),
    }
}

/// Returns a tree in which no zero has a sign: it is lost when YAML is read again.
fn unsigned_zeros(tree: Tree) -> Tree {
    let below = unsigned_zeros;
    match tree {
        Tree::Value(value) => Tree::Value(unsigned(value)),
        Tree::Record(fields) => {
            Tree::Record(fields.into_iter().map(|(name, tree)| (name, below(tree))).collect())
        }
        Tree::Table(table) => {
            Tree::Table(table.into_iter().map(|(key, tree)| (key, below(tree))).collect())
        }
        Tree::List(items) => Tree::List(items.into_iter().map(below).collect()),
    }
}

fn unsigned(value: Value) -> Value {
    match value {
        Value::Float(0.0) => Value::Int(0),
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(unsigned).collect()),
        Value::Mapping(mapping) => {
            Value::Mapping(mapping.into_iter().map(|(key, value)| (key, unsigned(value))).collect())
        }
        value => value,
    }
}
