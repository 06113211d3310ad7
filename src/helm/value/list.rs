//! Lists: Go's slices. No template changes one in place, so that copies share their elements.

use crate::helm::value::Value;
use crate::helm::value::kind::Width;
use crate::helm::value::text::Text;
use crate::helm::value::types::{BYTES, LIST, ListType, STRINGS, Type};
use crate::helm::value::unwind;
use std::fmt;
use std::mem;
use std::rc::Rc;

/// A slice of Go: `[]interface {}`, `[]string`, `[]uint8`; possibly nil.
#[derive(Clone)]
pub struct List {
    kind: &'static ListType,
    elements: Option<Rc<Elements>>,
}

enum Elements {
    Values(Vec<Value>),
    Bytes(Vec<u8>),
}

impl List {
    /// Returns the nil list of a type.
    pub fn nil(kind: &'static ListType) -> Self {
        Self { kind, elements: None }
    }

    /// Returns a list of some type. The elements have to be of that type.
    pub fn typed(kind: &'static ListType, elements: Vec<Value>) -> Self {
        let elements = match kind.element {
            Type::Uint(Width::Bits8) => Elements::Bytes(elements.iter().map(byte).collect()),
            _ => Elements::Values(elements),
        };
        Self { kind, elements: Some(Rc::new(elements)) }
    }

    /// Returns a list of type `[]string`.
    pub fn strings<T: Into<Text>>(texts: impl IntoIterator<Item = T>) -> Self {
        let texts = texts.into_iter().map(|text| Value::String(text.into()));
        Self::typed(&STRINGS, texts.collect())
    }

    /// Returns a list of type `[]uint8`.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self { kind: &BYTES, elements: Some(Rc::new(Elements::Bytes(bytes))) }
    }

    /// Returns the type.
    pub fn list_type(&self) -> &'static ListType {
        self.kind
    }

    /// Returns the same elements as a list of a type with the same elements.
    #[must_use]
    pub fn retyped(&self, kind: &'static ListType) -> Self {
        Self { kind, elements: self.elements.clone() }
    }

    /// Tells whether this is Go's nil, which `printf "%#v"` and JSON tell from an empty list.
    pub fn is_nil(&self) -> bool {
        self.elements.is_none()
    }

    /// Returns how many elements there are.
    pub fn len(&self) -> usize {
        match self.elements.as_deref() {
            Some(Elements::Values(values)) => values.len(),
            Some(Elements::Bytes(bytes)) => bytes.len(),
            None => 0,
        }
    }

    /// Tells whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns an element.
    pub fn get(&self, index: usize) -> Option<Value> {
        match self.elements.as_deref()? {
            Elements::Values(values) => values.get(index).cloned(),
            Elements::Bytes(bytes) => bytes.get(index).map(|byte| Value::from(*byte)),
        }
    }

    /// Returns the elements one by one.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Value> + '_ {
        (0..self.len()).map(|index| self.get(index).unwrap_or_default())
    }

    /// Returns a part of the list, or `None` where it does not have that many elements.
    pub fn slice(&self, start: usize, end: usize) -> Option<Self> {
        let elements = match self.elements.as_deref() {
            Some(Elements::Values(values)) => Elements::Values(values.get(start..end)?.to_vec()),
            Some(Elements::Bytes(bytes)) => Elements::Bytes(bytes.get(start..end)?.to_vec()),
            None => return (start == 0 && end == 0).then(|| self.clone()),
        };
        Some(Self { kind: self.kind, elements: Some(Rc::new(elements)) })
    }

    /// Returns the bytes of a list of `uint8` that is not nil.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self.elements.as_deref() {
            Some(Elements::Bytes(bytes)) => Some(bytes),
            Some(Elements::Values(_)) | None => None,
        }
    }

    /// Gives up the elements, unless they are shared or cannot nest.
    pub(crate) fn into_children(self) -> Vec<Value> {
        match self.elements.and_then(Rc::into_inner) {
            Some(Elements::Values(ref mut values)) => mem::take(values),
            Some(Elements::Bytes(_)) | None => Vec::new(),
        }
    }
}

fn byte(value: &Value) -> u8 {
    if let Value::Uint(_, byte) = value { u8::try_from(*byte).unwrap_or(0) } else { 0 }
}

impl From<Vec<Value>> for List {
    /// Returns a list of type `[]interface {}`.
    fn from(elements: Vec<Value>) -> Self {
        Self::typed(&LIST, elements)
    }
}

impl FromIterator<Value> for List {
    /// Returns a list of type `[]interface {}`.
    fn from_iter<I: IntoIterator<Item = Value>>(elements: I) -> Self {
        Self::from(elements.into_iter().collect::<Vec<_>>())
    }
}

impl Drop for Elements {
    fn drop(&mut self) {
        if let Self::Values(values) = self {
            unwind::drop_all(values.drain(..));
        }
    }
}

impl fmt::Debug for List {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "List({:?}; {})", self.kind, self.len())
    }
}
