//! Values as files hold them: those of JSON, which all threads can share.

use crate::helm::value::{List, Map, Text, Value};
use std::collections::BTreeMap;

/// A value of a file. It nests no deeper than what was read, for which the reader has a limit.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number, which only `--set` makes.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    String(Text),
    /// A list.
    List(Vec<Tree>),
    /// A table.
    Table(Table),
}

/// A table from texts to values.
pub type Table = BTreeMap<Text, Tree>;

impl Tree {
    /// Returns a new value for templates, which shares nothing that can be changed.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Nil,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Int(number) => Value::from(*number),
            Self::Float(number) => Value::Float(*number),
            Self::String(text) => Value::String(text.clone()),
            Self::List(elements) => elements.iter().map(Self::to_value).collect::<List>().into(),
            Self::Table(table) => to_map(table).into(),
        }
    }

    /// Returns the table, or `None` for what is none.
    pub fn as_table(&self) -> Option<&Table> {
        if let Self::Table(table) = self { Some(table) } else { None }
    }

    /// Returns the text, or `None` for what is none.
    pub fn as_text(&self) -> Option<&Text> {
        if let Self::String(text) = self { Some(text) } else { None }
    }
}

/// Returns a new table for templates.
pub(crate) fn to_map(table: &Table) -> Map {
    table.iter().map(|(key, value)| (key.clone(), value.to_value())).collect()
}

/// Returns what a table holds that was made from values, as JSON says it.
pub(crate) fn of_map(map: &Map) -> Table {
    let entries = map.entries();
    let entries = entries.iter().filter_map(|(key, value)| {
        let key = key.as_text()?.clone();
        Some((key, of_value(value)))
    });
    entries.collect()
}

fn of_value(value: &Value) -> Tree {
    match value {
        Value::Bool(truth) => Tree::Bool(*truth),
        Value::Int(_, number) => Tree::Int(*number),
        Value::Float(number) => Tree::Float(*number),
        Value::String(text) => Tree::String(text.clone()),
        Value::List(list) => Tree::List(list.iter().map(|element| of_value(&element)).collect()),
        Value::Map(map) => Tree::Table(of_map(map)),
        Value::Nil
        | Value::Uint(..)
        | Value::Complex(_)
        | Value::Object(_)
        | Value::Function(_) => Tree::Null,
    }
}
