//! Tables: Go's maps. A copy is the same table: what is set in one is seen in the other.

use crate::helm::value::Value;
use crate::helm::value::key::Key;
use crate::helm::value::text::Text;
use crate::helm::value::types::{DICT, MapType, Type};
use crate::helm::value::unwind;
use std::cell::RefCell;
use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::mem;
use std::rc::Rc;

/// A map of Go: `map[string]interface {}` and others; possibly nil.
#[derive(Clone)]
pub struct Map {
    kind: &'static MapType,
    table: Option<Rc<Table>>,
}

// Whoever goes through the entries shares them, and a change meanwhile copies them first.
struct Table {
    entries: RefCell<Rc<Entries>>,
}

/// The entries that a [`Map`] had at one time, in the order of their keys.
#[derive(Clone)]
pub struct Entries(Sorted);

#[derive(Clone)]
enum Sorted {
    Texts(BTreeMap<Text, Value>),
    Keys(BTreeMap<Key, Value>),
}

/// Why a value cannot be set in a table; the words are those of Go's runtime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// The table is nil.
    #[error("assignment to entry in nil map")]
    Nil,
    /// The key is of a type that the table does not have, or that Go cannot compare.
    #[error("runtime error: hash of unhashable type {0}")]
    Key(String),
}

impl Map {
    /// Returns a new, empty `map[string]interface {}`.
    pub fn new() -> Self {
        Self::typed(&DICT)
    }

    /// Returns a new, empty table of some type.
    pub fn typed(kind: &'static MapType) -> Self {
        let entries = match kind.key {
            Type::String => Sorted::Texts(BTreeMap::new()),
            _ => Sorted::Keys(BTreeMap::new()),
        };
        Self::with_entries(kind, entries)
    }

    /// Returns the nil table of a type.
    pub fn nil(kind: &'static MapType) -> Self {
        Self { kind, table: None }
    }

    /// Returns a new table of some type with texts for keys. The values have to be of that type.
    pub fn of<K: Into<Text>, V: Into<Value>>(
        kind: &'static MapType,
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key.into(), value.into()));
        Self::with_entries(kind, Sorted::Texts(entries.collect()))
    }

    fn with_entries(kind: &'static MapType, entries: Sorted) -> Self {
        let entries = RefCell::new(Rc::new(Entries(entries)));
        Self { kind, table: Some(Rc::new(Table { entries })) }
    }

    /// Returns the type.
    pub fn map_type(&self) -> &'static MapType {
        self.kind
    }

    /// Returns the same table seen as one of another type with the same keys and elements.
    #[must_use]
    pub fn retyped(&self, kind: &'static MapType) -> Self {
        Self { kind, table: self.table.clone() }
    }

    /// Tells whether this is Go's nil.
    pub fn is_nil(&self) -> bool {
        self.table.is_none()
    }

    /// Tells whether the two are one and the same table.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.table, &other.table) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.table.as_deref().map_or(0, |table| table.entries.borrow().len())
    }

    /// Tells whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the value of a key that is a text.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.table.as_deref()?.entries.borrow().get(key.as_ref()).cloned()
    }

    /// Returns the value of any key.
    pub fn get_key(&self, key: &Value) -> Option<Value> {
        self.table.as_deref()?.entries.borrow().get_key(key).cloned()
    }

    /// Tells whether there is a key that is a text.
    pub fn contains(&self, key: impl AsRef<[u8]>) -> bool {
        self.table
            .as_deref()
            .is_some_and(|table| table.entries.borrow().get(key.as_ref()).is_some())
    }

    /// Sets the value of a key that is a text.
    pub fn insert(&self, key: impl Into<Text>, value: impl Into<Value>) -> Result<(), MapError> {
        self.insert_key(Value::String(key.into()), value.into())
    }

    /// Sets the value of any key.
    pub fn insert_key(&self, key: Value, value: Value) -> Result<(), MapError> {
        let table = self.table.as_deref().ok_or(MapError::Nil)?;
        let mut entries = table.entries.borrow_mut();
        // The old value is dropped when nothing is borrowed any more.
        let old = Rc::make_mut(&mut entries).insert(key, value);
        drop(entries);
        old.map(drop)
    }

    /// Removes a key that is a text; returns the value that it had.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        let mut entries = self.table.as_deref()?.entries.borrow_mut();
        entries.get(key.as_ref())?;
        Rc::make_mut(&mut entries).remove(key.as_ref())
    }

    /// Returns the entries that there are now; later changes do not reach them.
    pub fn entries(&self) -> Rc<Entries> {
        match self.table.as_deref() {
            Some(table) => Rc::clone(&table.entries.borrow()),
            None => Rc::new(Entries(Sorted::Texts(BTreeMap::new()))),
        }
    }

    /// Returns a new table of the same type with the same entries; nil becomes empty.
    #[must_use]
    pub fn copied(&self) -> Self {
        match self.table.as_deref() {
            Some(table) => {
                let entries = RefCell::new(Rc::clone(&table.entries.borrow()));
                Self { kind: self.kind, table: Some(Rc::new(Table { entries })) }
            }
            None => Self::typed(self.kind),
        }
    }

    /// Gives up the values, unless they are shared.
    pub(crate) fn into_children(self) -> Vec<Value> {
        let table = self.table.and_then(Rc::into_inner);
        let entries = table.and_then(|table| Rc::into_inner(table.entries.into_inner()));
        entries.map(|mut entries| entries.take_values().collect()).unwrap_or_default()
    }
}

impl Entries {
    /// Returns how many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Sorted::Texts(entries) => entries.len(),
            Sorted::Keys(entries) => entries.len(),
        }
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the value of a key that is a text.
    pub fn get(&self, key: &[u8]) -> Option<&Value> {
        match &self.0 {
            Sorted::Texts(entries) => entries.get(key),
            Sorted::Keys(entries) => entries.get(&Key::new(Value::String(key.into()))?),
        }
    }

    /// Returns the value of any key.
    pub fn get_key(&self, key: &Value) -> Option<&Value> {
        match (&self.0, key) {
            (Sorted::Texts(entries), Value::String(key)) => entries.get(key),
            (Sorted::Texts(_), _) => None,
            (Sorted::Keys(entries), key) => entries.get(&Key::new(key.clone())?),
        }
    }

    /// Returns keys and values in the order of the keys.
    pub fn iter(&self) -> Iter<'_> {
        match &self.0 {
            Sorted::Texts(entries) => Iter::Texts(entries.iter()),
            Sorted::Keys(entries) => Iter::Keys(entries.iter()),
        }
    }

    fn insert(&mut self, key: Value, value: Value) -> Result<Option<Value>, MapError> {
        match (&mut self.0, key) {
            (Sorted::Texts(entries), Value::String(key)) => Ok(entries.insert(key, value)),
            (Sorted::Texts(_), key) => Err(MapError::Key(key.type_name())),
            (Sorted::Keys(entries), key) => {
                let name = key.type_name();
                let key = Key::new(key).ok_or(MapError::Key(name))?;
                Ok(entries.insert(key, value))
            }
        }
    }

    fn remove(&mut self, key: &[u8]) -> Option<Value> {
        match &mut self.0 {
            Sorted::Texts(entries) => entries.remove(key),
            Sorted::Keys(entries) => entries.remove(&Key::new(Value::String(key.into()))?),
        }
    }

    fn take_values(&mut self) -> Box<dyn Iterator<Item = Value>> {
        match &mut self.0 {
            Sorted::Texts(entries) => Box::new(mem::take(entries).into_values()),
            Sorted::Keys(entries) => Box::new(mem::take(entries).into_values()),
        }
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    /// Returns a new `map[string]interface {}`.
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        Self::of(&DICT, entries)
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        if !self.is_empty() {
            unwind::drop_all(self.take_values());
        }
    }
}

/// Keys and values of a table, in the order of the keys.
#[derive(Debug)]
pub enum Iter<'a> {
    /// The keys are texts.
    Texts(btree_map::Iter<'a, Text, Value>),
    /// The keys are values of any type.
    Keys(btree_map::Iter<'a, Key, Value>),
}

impl<'a> Iterator for Iter<'a> {
    type Item = (Value, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Texts(entries) => {
                entries.next().map(|(key, value)| (Value::String(key.clone()), value))
            }
            Self::Keys(entries) => entries.next().map(|(key, value)| (key.value().clone(), value)),
        }
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = (Value, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Map({:?}; {})", self.kind, self.len())
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::value::types::ANY_MAP;

    #[test]
    fn copies_are_the_same_table() {
        let map = Map::new();
        let alias = map.clone();
        map.insert("a", 1_i64).unwrap();
        assert_eq!(alias.get("a"), Some(Value::from(1_i64)));
        alias.remove("a");
        assert!(map.is_empty() && map.is_same(&alias) && !map.copied().is_same(&map));
    }

    #[test]
    fn entries_do_not_see_later_changes() {
        let map = Map::from_iter([("b", 1_i64), ("a", 2)]);
        let entries = map.entries();
        for (key, _) in entries.iter() {
            map.insert_key(Value::from("c"), key).unwrap();
        }
        assert_eq!((entries.len(), map.len()), (2, 3));
        assert_eq!(map.get("c"), Some(Value::from("b")));
    }

    #[test]
    fn a_copy_goes_its_own_way() {
        let map = Map::from_iter([("a", 1_i64)]);
        let copy = map.copied();
        copy.insert("a", 2_i64).unwrap();
        assert_eq!(map.get("a"), Some(Value::from(1_i64)));
    }

    #[test]
    fn nothing_can_be_set_in_nil() {
        let map = Map::nil(&DICT);
        assert_eq!(map.insert("a", 1_i64), Err(MapError::Nil));
        assert_eq!((map.get("a"), map.remove("a"), map.entries().len()), (None, None, 0));
    }

    #[test]
    fn keys_may_be_of_any_type() {
        let map = Map::typed(&ANY_MAP);
        map.insert_key(Value::int(1), Value::from("one")).unwrap();
        map.insert("1", "text").unwrap();
        assert_eq!(map.get("1"), Some(Value::from("text")));
        assert_eq!(map.get_key(&Value::int(1)), Some(Value::from("one")));
        assert_eq!(map.get_key(&Value::from(1_i64)), None);
        let list = Value::from(Vec::<Value>::new());
        let refused = map.insert_key(list, Value::Nil).unwrap_err();
        assert_eq!(refused.to_string(), "runtime error: hash of unhashable type []interface {}");
    }
}
