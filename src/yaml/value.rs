//! Values: what a document means, free of how it was written.

use crate::yaml::order;
use std::cmp::Ordering;
use std::mem;

/// What a node means.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A truth value, in any of the words of YAML 1.1.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number above [`i64::MAX`].
    Uint(u64),
    /// Any other number.
    Float(f64),
    /// A text.
    String(String),
    /// A text that was written without quotes, and that go-yaml v2.2.3 and later, as other readers
    /// of YAML 1.1, take for a number: `1e3`, `5.`, `0e1`.
    Loose(String),
    /// A text whose bytes are not UTF-8, which only `!!binary` can hold.
    Binary(Vec<u8>),
    /// A list.
    Sequence(Vec<Value>),
    /// A table.
    Mapping(Mapping),
}

impl Value {
    /// Returns the text, or `None` for what is not a text, or not UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Loose(text) => Some(text),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Uint(_)
            | Self::Float(_)
            | Self::Binary(_)
            | Self::Sequence(_)
            | Self::Mapping(_) => None,
        }
    }

    /// Returns the table, or `None` for what is none.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Self::Mapping(mapping) = self { Some(mapping) } else { None }
    }

    /// Returns the table to change it, or `None` for what is none.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        if let Self::Mapping(mapping) = self { Some(mapping) } else { None }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

/// A table from keys, each of which is there once, to values. It is in the order in which it is
/// written.
// The entries are sorted by `order::compare`, for which a text is the same key however written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapping {
    entries: Vec<(Value, Value)>,
}

impl Mapping {
    /// Returns an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the value of a key that is a text.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let place = self.place_of_text(key).ok()?;
        self.entries.get(place).map(|(_, value)| value)
    }

    /// Returns the value of a key that is a text, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        let place = self.place_of_text(key).ok()?;
        self.entries.get_mut(place).map(|(_, value)| value)
    }

    /// Sets the value of a key; returns the one that it had.
    pub fn insert(&mut self, key: impl Into<Value>, value: Value) -> Option<Value> {
        let key = key.into();
        let place = self.entries.binary_search_by(|(known, _)| order::compare(known, &key));
        match place {
            Ok(place) => self.entries.get_mut(place).map(|(_, known)| mem::replace(known, value)),
            Err(place) => {
                self.entries.insert(place, (key, value));
                None
            }
        }
    }

    /// Removes a key that is a text; returns the value that it had.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let place = self.place_of_text(key).ok()?;
        Some(self.entries.remove(place).1)
    }

    /// Returns how many keys there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Tells whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the keys with their values, in their total order.
    pub fn iter(&self) -> Iter<'_> {
        Iter { entries: self.entries.iter() }
    }

    fn place_of_text(&self, key: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(known, _)| order::compare_to_text(known, key))
    }
}

/// The keys of a [`Mapping`] with their values.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    entries: std::slice::Iter<'a, (Value, Value)>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a Value, &'a Value);

    fn next(&mut self) -> Option<Self::Item> {
        self.entries.next().map(|(key, value)| (key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl ExactSizeIterator for Iter<'_> {}

impl<'a> IntoIterator for &'a Mapping {
    type Item = (&'a Value, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl IntoIterator for Mapping {
    type Item = (Value, Value);
    type IntoIter = std::vec::IntoIter<(Value, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl FromIterator<(Value, Value)> for Mapping {
    /// Returns the table of these entries; of those with the same key the last one wins.
    fn from_iter<I: IntoIterator<Item = (Value, Value)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        let sorted = entries
            .array_windows()
            .all(|[(left, _), (right, _)]| order::compare(left, right) == Ordering::Less);
        if !sorted {
            entries.sort_by(|(left, _), (right, _)| order::compare(left, right));
            // The last of those with the same key stays, so it goes to the place of the first.
            entries.dedup_by(|later, earlier| {
                let same = order::compare(&later.0, &earlier.0) == Ordering::Equal;
                same.then(|| mem::swap(later, earlier)).is_some()
            });
        }
        Self { entries }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(keys: &[&str], expected: &str) {
        let mut one_by_one = Mapping::new();
        for (at, key) in (0..).zip(keys) {
            one_by_one.insert(*key, Value::Int(at));
        }
        let entries = (0..).zip(keys).map(|(at, key)| (Value::from(*key), Value::Int(at)));
        assert_eq!(entries.collect::<Mapping>(), one_by_one);
        let shown: Vec<_> = one_by_one
            .iter()
            .map(|(key, value)| format!("{}={value:?}", key.as_str().unwrap()))
            .collect();
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn keys_are_there_once_and_in_order() {
        check(&["b", "a10", "a2", "b", "a2"], "a2=Int(4) a10=Int(1) b=Int(3)");
        check(&["a", "b", "c"], "a=Int(0) b=Int(1) c=Int(2)");
        check(&[], "");
    }

    #[test]
    fn values_are_found_changed_and_removed_by_text() {
        let mut mapping =
            Mapping::from_iter([(Value::Int(1), Value::Null), ("1".into(), "a".into())]);
        assert_eq!(mapping.get("1"), Some(&Value::from("a")));
        *mapping.get_mut("1").unwrap() = Value::from("b");
        assert_eq!(mapping.remove("1"), Some(Value::from("b")));
        assert_eq!((mapping.remove("1"), mapping.len()), (None, 1));
    }
}
