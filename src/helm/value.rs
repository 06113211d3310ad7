//! Values as Go's templates see them: typed, and shared where Go shares them.

mod key;
mod kind;
mod list;
mod map;
mod object;
mod text;
mod types;
mod unwind;

pub use key::Key;
pub use kind::{Kind, Width};
pub use list::List;
pub use map::{Entries, Iter, Map, MapError};
pub use object::{Class, Object};
pub use text::Text;
pub use types::{
    ANY_MAP, BOOL_MAP, BYTES, DICT, INTS, LIST, LISTS, ListType, MapType, Named, STRING_MAP,
    STRINGS, Type,
};

use crate::helm::template::Closure;
use std::rc::Rc;

/// A value of any type. A copy of a list, a table or an object is the same one, not another.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// Go's nil where no type is known: an interface that holds nothing.
    #[default]
    Nil,
    /// `bool`.
    Bool(bool),
    /// `int` and its kin.
    Int(Width, i64),
    /// `uint` and its kin.
    Uint(Width, u64),
    /// `float64`.
    Float(f64),
    /// `complex128`.
    Complex(Complex),
    /// `string`.
    String(Text),
    /// A slice, possibly nil.
    List(List),
    /// A map, possibly nil.
    Map(Map),
    /// A record, a pointer to one, or a scalar with a name.
    Object(Rc<dyn Object>),
    /// A function.
    Function(Closure),
}

/// A `complex128`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Value {
    /// Returns a number of Go's type `int`.
    pub fn int(number: i64) -> Self {
        Self::Int(Width::Native, number)
    }

    /// Returns an object as a value.
    pub fn object(object: impl Object) -> Self {
        Self::Object(Rc::new(object))
    }

    /// Returns the type, or `None` for nil.
    pub fn type_of(&self) -> Option<Type> {
        Some(match self {
            Self::Nil => return None,
            Self::Bool(_) => Type::Bool,
            Self::Int(width, _) => Type::Int(*width),
            Self::Uint(width, _) => Type::Uint(*width),
            Self::Float(_) => Type::Float,
            Self::Complex(_) => Type::Complex,
            Self::String(_) => Type::String,
            Self::List(list) => Type::Slice(list.list_type()),
            Self::Map(map) => Type::Map(map.map_type()),
            Self::Object(object) => object.type_of(),
            Self::Function(function) => Type::Func(function.signature()),
        })
    }

    /// Returns the type as `%T` writes it: `typeOf`.
    pub fn type_name(&self) -> String {
        self.type_of().map_or_else(|| "<nil>".to_owned(), |known| known.to_string())
    }

    /// Returns the kind; `Display` of it is `kindOf`.
    pub fn kind(&self) -> Kind {
        self.type_of().map_or(Kind::Invalid, Type::kind)
    }

    /// Tells whether Go's `nil` is what this is, typed or not.
    pub fn is_nil(&self) -> bool {
        match self {
            Self::Nil => true,
            Self::List(list) => list.is_nil(),
            Self::Map(map) => map.is_nil(),
            Self::Object(object) => object.is_nil(),
            Self::Bool(_)
            | Self::Int(..)
            | Self::Uint(..)
            | Self::Float(_)
            | Self::Complex(_)
            | Self::String(_)
            | Self::Function(_) => false,
        }
    }

    /// Tells whether `if` takes the value for true: anything but zero, nothing and emptiness.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Nil => false,
            Self::Bool(truth) => *truth,
            Self::Int(_, number) => *number != 0,
            Self::Uint(_, number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Complex(number) => number.re != 0.0 || number.im != 0.0,
            Self::String(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Object(object) => match object.underlying() {
                Some(value) => value.is_true(),
                None => !object.is_nil(),
            },
            Self::Function(_) => true,
        }
    }

    /// Returns the zero value of a type, which is what a missing key of a table gives.
    pub fn zero(of: Type) -> Self {
        match of {
            Type::Any | Type::Named(_) | Type::Pointer(_) | Type::Func(_) | Type::Reflected => {
                Self::Nil
            }
            Type::Bool => Self::Bool(false),
            Type::Int(width) => Self::Int(width, 0),
            Type::Uint(width) => Self::Uint(width, 0),
            Type::Float => Self::Float(0.0),
            Type::Complex => Self::Complex(Complex { re: 0.0, im: 0.0 }),
            Type::String => Self::String(Text::default()),
            Type::Slice(kind) => Self::List(List::nil(kind)),
            Type::Map(kind) => Self::Map(Map::nil(kind)),
        }
    }

    /// Returns the text of a value that is one.
    pub fn as_text(&self) -> Option<&Text> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// Returns the list of a value that is one.
    pub fn as_list(&self) -> Option<&List> {
        if let Self::List(list) = self { Some(list) } else { None }
    }

    /// Returns the table of a value that is one.
    pub fn as_map(&self) -> Option<&Map> {
        if let Self::Map(map) = self { Some(map) } else { None }
    }

    /// Returns the object of a value that is one of this class.
    pub fn as_object<T: Object>(&self) -> Option<Rc<T>> {
        let Self::Object(object) = self else { return None };
        let any: Rc<dyn std::any::Any> = Rc::<dyn Object>::clone(object);
        any.downcast().ok()
    }
}

// Identity for what Go compares by identity, or not at all. `deepEqual` is a function of Sprig.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nil, Self::Nil) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Int(v, a), Self::Int(w, b)) => v == w && a == b,
            (Self::Uint(v, a), Self::Uint(w, b)) => v == w && a == b,
            (Self::Float(a), Self::Float(b)) => a == b,
            (Self::Complex(a), Self::Complex(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Map(a), Self::Map(b)) => a.is_same(b),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b) || a.equals(b.as_ref()),
            _ => false,
        }
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<isize> for Value {
    /// Returns an `int`, which has 64 bits wherever Helm is built.
    fn from(number: isize) -> Self {
        Self::Int(Width::Native, number as i64)
    }
}

impl From<usize> for Value {
    /// Returns an `int`: what Go counts with.
    fn from(number: usize) -> Self {
        Self::Int(Width::Native, i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<i64> for Value {
    /// Returns an `int64`.
    fn from(number: i64) -> Self {
        Self::Int(Width::Bits64, number)
    }
}

impl From<i32> for Value {
    /// Returns an `int32`, which is also Go's `rune`.
    fn from(number: i32) -> Self {
        Self::Int(Width::Bits32, number.into())
    }
}

impl From<u8> for Value {
    /// Returns a `uint8`.
    fn from(number: u8) -> Self {
        Self::Uint(Width::Bits8, number.into())
    }
}

impl From<u64> for Value {
    /// Returns a `uint64`.
    fn from(number: u64) -> Self {
        Self::Uint(Width::Bits64, number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<Complex> for Value {
    fn from(number: Complex) -> Self {
        Self::Complex(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::String(text)
    }
}

impl From<Vec<Self>> for Value {
    /// Returns a `[]interface {}`.
    fn from(elements: Vec<Self>) -> Self {
        Self::List(elements.into())
    }
}

impl From<List> for Value {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Closure> for Value {
    fn from(function: Closure) -> Self {
        Self::Function(function)
    }
}

impl<T: Object> From<Rc<T>> for Value {
    fn from(object: Rc<T>) -> Self {
        Self::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_small() {
        assert_eq!(size_of::<Value>(), 24);
        assert_eq!(size_of::<Option<Value>>(), 24);
    }

    #[test]
    fn only_zero_nothing_and_emptiness_are_false() {
        let falsehoods = [
            Value::Nil,
            Value::from(false),
            Value::int(0),
            Value::from(0_u8),
            Value::from(-0.0),
            Value::from(Complex { re: 0.0, im: 0.0 }),
            Value::from(""),
            Value::from(Vec::<Value>::new()),
            Value::from(Map::nil(&DICT)),
        ];
        assert_eq!(falsehoods.iter().find(|value| value.is_true()), None);
        let truths = [
            Value::from(f64::NAN),
            Value::from(vec![Value::Nil]),
            Value::from(Map::from_iter([("a", Value::Nil)])),
            Value::from("0"),
        ];
        assert_eq!(truths.iter().find(|value| !value.is_true()), None);
    }

    #[test]
    fn kinds_and_types_have_gos_names() {
        let values = [
            Value::Nil,
            Value::int(1),
            Value::from(1_i64),
            Value::from(b'a'),
            Value::from(1.0),
            Value::from(List::strings(["a"])),
            Value::from(Map::new()),
        ];
        let names: Vec<_> =
            values.iter().map(|v| format!("{}={}", v.kind(), v.type_name())).collect();
        assert_eq!(
            names.join(" "),
            "invalid=<nil> int=int int64=int64 uint8=uint8 float64=float64 slice=[]string \
             map=map[string]interface {}"
        );
    }
}
