//! Laying tables over tables.

use crate::helm::format;
use crate::helm::value::{List, Map, Value};
use crate::helm::values::tree::{Table, Tree};

/// What becomes of a key whose value is null, and which is there to remove a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nulls {
    /// It is removed: the values are those that templates see.
    Removed,
    /// It is removed where the default is not null as well, which is how Helm 4.1 has it in tables.
    RemovedUnlessNull,
    /// It is kept: the values will be laid over others.
    Kept,
}

/// What is said of values that do not fit together.
#[derive(Debug, Default)]
pub(crate) struct Warnings(Vec<String>);

impl Warnings {
    /// Helm has no limit; nobody reads more.
    const MOST: usize = 1000;

    pub(crate) fn add(&mut self, warning: impl FnOnce() -> String) {
        if self.0.len() < Self::MOST {
            self.0.push(warning());
        }
    }

    pub(crate) fn into_texts(self) -> Vec<String> {
        self.0
    }
}

/// Returns a copy that shares nothing that can be changed.
pub(crate) fn copy(value: &Value) -> Value {
    match value {
        Value::List(list) => {
            Value::List(list.iter().map(|element| copy(&element)).collect::<List>())
        }
        Value::Map(map) => Value::Map(copy_table(map)),
        other => other.clone(),
    }
}

/// Returns a copy of a table that shares nothing that can be changed.
pub(crate) fn copy_table(map: &Map) -> Map {
    let copied = Map::typed(map.map_type());
    for (key, value) in &*map.entries() {
        insert(&copied, &key, copy(value));
    }
    copied
}

/// Sets the value of a key in a table that is not nil.
pub(crate) fn insert(map: &Map, key: &Value, value: Value) {
    // Only nil and keys of another type are refused, and there are none here.
    drop(map.insert_key(key.clone(), value));
}

/// Returns the keys of a path and one more, as warnings show them.
pub(crate) fn joined(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

/// Lays a table over another one, into itself: what it has stays.
pub(crate) fn overlay(
    upper: &Map,
    lower: &Map,
    prefix: &str,
    (nulls, warnings): (Nulls, &mut Warnings),
) {
    let upper_entries = upper.entries();
    let lower_entries = lower.entries();
    for (key, value) in &*lower_entries {
        match (upper_entries.get_key(&key), value) {
            (None, _) => insert(upper, &key, value.clone()),
            (Some(Value::Nil), _) if nulls == Nulls::Removed => remove(upper, &key),
            (Some(Value::Nil), below) if nulls == Nulls::RemovedUnlessNull => {
                if !matches!(below, Value::Nil) {
                    remove(upper, &key);
                }
            }
            (Some(Value::Map(above)), Value::Map(below)) => {
                let prefix = joined(prefix, &text(&key));
                overlay(above, below, &prefix, (nulls, &mut *warnings));
            }
            (Some(_), Value::Map(_)) => warnings.add(|| {
                let key = joined(prefix, &text(&key));
                let value = shown(value);
                format!("warning: cannot overwrite table with non table for {key} ({value})")
            }),
            (Some(Value::Map(_)), Value::Nil) => {}
            (Some(Value::Map(_)), _) => warnings.add(|| {
                let key = joined(prefix, &text(&key));
                let value = shown(value);
                format!(
                    "warning: destination for {key} is a table. Ignoring non-table value ({value})"
                )
            }),
            (Some(_), _) => {}
        }
    }
}

fn remove(map: &Map, key: &Value) {
    if let Value::String(key) = key {
        map.remove(key);
    }
}

/// Returns a key as a text.
pub(crate) fn text(key: &Value) -> String {
    key.as_text().map(ToString::to_string).unwrap_or_default()
}

fn shown(value: &Value) -> String {
    format::sprint(std::slice::from_ref(value), &crate::helm::template::Limits::default())
        .map_or_else(|_| String::new(), |text| text.to_string())
}

/// Returns the table that two make of which the second counts more.
pub(crate) fn merged(mut base: Table, over: Table) -> Table {
    for (key, value) in over {
        let value = match (base.remove(key.as_bytes()), value) {
            (Some(Tree::Table(base)), Tree::Table(over)) => Tree::Table(merged(base, over)),
            (_, value) => value,
        };
        base.insert(key, value);
    }
    base
}
