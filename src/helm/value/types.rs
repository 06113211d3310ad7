//! The types of Go's values, as far as templates, `typeOf` and messages show them.

use crate::helm::template::{Closure, Signature};
use crate::helm::value::kind::{Kind, Width};
use crate::helm::value::list::List;
use crate::helm::value::map::Map;
use std::fmt;
use std::ptr;

/// A type of Go; `Display` writes it as `%T` does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Type {
    /// `interface {}`, which holds values of any type.
    Any,
    /// `bool`.
    Bool,
    /// `int`, `int8` and so on.
    Int(Width),
    /// `uint`, `uint8` and so on.
    Uint(Width),
    /// `float64`.
    Float,
    /// `complex128`.
    Complex,
    /// `string`.
    String,
    /// A list.
    Slice(&'static ListType),
    /// A table.
    Map(&'static MapType),
    /// A type with a name of its own.
    Named(&'static Named),
    /// A pointer to a record.
    Pointer(&'static Named),
    /// A function.
    Func(&'static Signature),
    /// `reflect.Value`: the parameters of builtins that look at how a value is held.
    Reflected,
}

/// A type of lists. Two are the same if their names and elements are.
#[derive(Clone, Copy)]
pub struct ListType {
    /// The name, for a type that has one, such as `chartutil.VersionSet`.
    pub name: Option<&'static str>,
    /// What the elements are.
    pub element: Type,
    /// Returns the methods of the lists.
    pub method: fn(&List, &str) -> Option<Closure>,
}

/// A type of tables. Two are the same if their names, keys and elements are.
#[derive(Clone, Copy)]
pub struct MapType {
    /// The name, for a type that has one, such as `chartutil.Values`.
    pub name: Option<&'static str>,
    /// What the keys are: [`Type::String`] or [`Type::Any`].
    pub key: Type,
    /// What the values are.
    pub element: Type,
    /// Returns the methods of the tables.
    pub method: fn(&Map, &str) -> Option<Closure>,
}

/// A type with a name that is no list and no table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named {
    /// The name with its package: `time.Duration`.
    pub name: &'static str,
    /// What kind of values it has: [`Kind::Struct`], or that of the type it is made of.
    pub kind: Kind,
}

/// `[]interface {}`.
pub static LIST: ListType = ListType::of(Type::Any);
/// `[]string`.
pub static STRINGS: ListType = ListType::of(Type::String);
/// `[]int`.
pub static INTS: ListType = ListType::of(Type::Int(Width::Native));
/// `[]uint8`.
pub static BYTES: ListType = ListType::of(Type::Uint(Width::Bits8));
/// `[][]interface {}`.
pub static LISTS: ListType = ListType::of(Type::Slice(&LIST));
/// `map[string]interface {}`.
pub static DICT: MapType = MapType::of(Type::Any);
/// `map[string]string`.
pub static STRING_MAP: MapType = MapType::of(Type::String);
/// `map[string]bool`.
pub static BOOL_MAP: MapType = MapType::of(Type::Bool);
/// `map[interface {}]interface {}`.
pub static ANY_MAP: MapType = MapType { key: Type::Any, ..MapType::of(Type::Any) };

impl ListType {
    /// Returns the type without a name that has such elements.
    pub const fn of(element: Type) -> Self {
        Self { name: None, element, method: |_, _| None }
    }
}

impl MapType {
    /// Returns the type without a name that has texts for keys, and such elements.
    pub const fn of(element: Type) -> Self {
        Self { name: None, key: Type::String, element, method: |_, _| None }
    }
}

impl Type {
    /// Returns the kind of the values.
    pub fn kind(self) -> Kind {
        match self {
            Self::Any => Kind::Interface,
            Self::Bool => Kind::Bool,
            Self::Int(width) => Kind::Int(width),
            Self::Uint(width) => Kind::Uint(width),
            Self::Float => Kind::Float,
            Self::Complex => Kind::Complex,
            Self::String => Kind::String,
            Self::Slice(_) => Kind::Slice,
            Self::Map(_) => Kind::Map,
            Self::Named(named) => named.kind,
            Self::Pointer(_) => Kind::Pointer,
            Self::Func(_) => Kind::Func,
            Self::Reflected => Kind::Struct,
        }
    }

    /// Tells whether a value of this type may stand where one of type `wanted` has to be.
    pub fn is_assignable_to(self, wanted: Self) -> bool {
        if wanted == Self::Any || self == wanted {
            return true;
        }
        match (self, wanted) {
            (Self::Slice(a), Self::Slice(b)) => {
                (a.name.is_none() || b.name.is_none()) && a.element == b.element
            }
            (Self::Map(a), Self::Map(b)) => {
                let unnamed = a.name.is_none() || b.name.is_none();
                unnamed && a.key == b.key && a.element == b.element
            }
            _ => false,
        }
    }

    /// Tells whether a place of this type can hold Go's `nil`.
    // `reflect.Value` counts, since `nil` given to a builtin is a value that holds nothing.
    pub fn can_be_nil(self) -> bool {
        matches!(
            self,
            Self::Any
                | Self::Slice(_)
                | Self::Map(_)
                | Self::Pointer(_)
                | Self::Func(_)
                | Self::Reflected
        )
    }
}

impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => formatter.write_str("interface {}"),
            Self::Slice(ListType { name: Some(name), .. })
            | Self::Map(MapType { name: Some(name), .. }) => formatter.write_str(name),
            Self::Func(signature) => write!(formatter, "{signature}"),
            Self::Slice(list) => write!(formatter, "[]{}", list.element),
            Self::Map(map) => write!(formatter, "map[{}]{}", map.key, map.element),
            Self::Named(named) => formatter.write_str(named.name),
            Self::Pointer(named) => write!(formatter, "*{}", named.name),
            Self::Reflected => formatter.write_str("reflect.Value"),
            Self::Bool
            | Self::Int(_)
            | Self::Uint(_)
            | Self::Float
            | Self::Complex
            | Self::String => write!(formatter, "{}", self.kind()),
        }
    }
}

// Types nest no deeper than their definitions, so that comparing them ends.
impl PartialEq for ListType {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other) || (self.name == other.name && self.element == other.element)
    }
}

impl PartialEq for MapType {
    fn eq(&self, other: &Self) -> bool {
        let same = || (self.name, self.key, self.element) == (other.name, other.key, other.element);
        ptr::eq(self, other) || same()
    }
}

impl fmt::Debug for ListType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "[]{}", self.element)
    }
}

impl fmt::Debug for MapType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "map[{}]{}", self.key, self.element)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static VALUES: MapType = MapType { name: Some("chartutil.Values"), ..MapType::of(Type::Any) };
    static TABLE: MapType = MapType { name: Some("chartutil.Table"), ..MapType::of(Type::Any) };
    static TIME: Named = Named { name: "time.Time", kind: Kind::Struct };

    #[test]
    fn types_are_written_as_go_writes_them() {
        let types = [
            Type::Slice(&LISTS),
            Type::Map(&ANY_MAP),
            Type::Map(&VALUES),
            Type::Slice(&BYTES),
            Type::Pointer(&TIME),
            Type::Int(Width::Native),
        ];
        assert_eq!(
            types.map(|t| t.to_string()).join(" "),
            "[][]interface {} map[interface {}]interface {} chartutil.Values []uint8 *time.Time int"
        );
    }

    #[test]
    fn a_name_matters_only_against_another_name() {
        assert!(Type::Map(&VALUES).is_assignable_to(Type::Map(&DICT)));
        assert!(Type::Map(&DICT).is_assignable_to(Type::Map(&VALUES)));
        assert!(!Type::Map(&TABLE).is_assignable_to(Type::Map(&VALUES)));
        assert!(!Type::Map(&STRING_MAP).is_assignable_to(Type::Map(&DICT)));
        assert!(Type::Map(&TABLE).is_assignable_to(Type::Any));
        assert!(!Type::Named(&TIME).is_assignable_to(Type::Pointer(&TIME)));
    }
}
