//! Records of Go: `.Chart`, `.Capabilities` and what is in them.

use crate::helm::template::Closure;
use crate::helm::value::{Object, Text, Type, Value};
use std::rc::Rc;

/// A struct, or a pointer to one.
#[derive(Debug)]
pub(crate) struct Struct {
    pub(crate) kind: Type,
    /// The fields with the names that JSON has for them; one without is written even if empty.
    pub(crate) fields: Vec<Field>,
    /// What `String` of a pointer to it gives.
    pub(crate) display: Option<Text>,
    pub(crate) method: fn(&Rc<Struct>, &str) -> Option<Closure>,
}

/// A field of a [`Struct`].
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) json: Json,
    pub(crate) value: Value,
}

/// How JSON writes a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Json {
    /// Under this name.
    Always(&'static str),
    /// Under this name, unless it is empty.
    Filled(&'static str),
    /// As the fields of the record itself: the field is embedded.
    Embedded,
    /// Not at all: neither JSON nor templates see the field, only printing does.
    Hidden,
}

impl Struct {
    /// Returns a record without methods.
    pub(crate) fn new(kind: Type, fields: Vec<Field>) -> Self {
        Self { kind, fields, display: None, method: |_, _| None }
    }

    fn written(&self) -> Vec<(&'static str, Value)> {
        let mut written = Vec::new();
        for field in &self.fields {
            match field.json {
                Json::Always(name) => written.push((name, field.value.clone())),
                Json::Filled(name) if field.value.is_true() => {
                    written.push((name, field.value.clone()));
                }
                Json::Filled(_) | Json::Hidden => {}
                Json::Embedded => {
                    let inner = field.value.as_object::<Self>();
                    written.extend(inner.iter().flat_map(|inner| inner.written()));
                }
            }
        }
        written
    }

    fn embedded(&self) -> impl Iterator<Item = Rc<Self>> + '_ {
        let embedded = self.fields.iter().filter(|field| matches!(field.json, Json::Embedded));
        embedded.filter_map(|field| field.value.as_object())
    }
}

/// Returns a field that JSON leaves out if it is empty.
pub(crate) fn filled(name: &'static str, json: &'static str, value: impl Into<Value>) -> Field {
    Field { name, json: Json::Filled(json), value: value.into() }
}

/// Returns a field that only printing shows.
pub(crate) fn hidden(name: &'static str, value: impl Into<Value>) -> Field {
    Field { name, json: Json::Hidden, value: value.into() }
}

/// Returns a field that JSON always writes.
pub(crate) fn always(name: &'static str, json: &'static str, value: impl Into<Value>) -> Field {
    Field { name, json: Json::Always(json), value: value.into() }
}

impl Object for Struct {
    fn type_of(&self) -> Type {
        self.kind
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.iter().map(|field| (field.name, field.value.clone())).collect()
    }

    fn field(&self, name: &str) -> Option<Value> {
        let is_it = |field: &&Field| field.name == name && !matches!(field.json, Json::Hidden);
        let own = self.fields.iter().find(is_it);
        let own = own.map(|field| field.value.clone());
        own.or_else(|| self.embedded().find_map(|inner| inner.field(name)))
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        (self.method)(&self, name)
    }

    fn addressed(&self) -> Option<Text> {
        self.display.clone()
    }

    fn json(&self) -> Option<Value> {
        Some(Value::object(Written { kind: self.kind, fields: self.written() }))
    }
}

/// The fields of a record as JSON names them.
#[derive(Debug)]
struct Written {
    kind: Type,
    fields: Vec<(&'static str, Value)>,
}

impl Object for Written {
    fn type_of(&self) -> Type {
        self.kind
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.clone()
    }
}
