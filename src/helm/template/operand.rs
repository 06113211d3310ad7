//! What an expression gives while it is evaluated: a value, and how it is held.

use crate::helm::value::{Type, Value};

/// What Go's reflection knows of a value: whether there is one, and whether an interface holds it.
// Templates can tell the three apart: a field of `Absent` is nothing, a field of an interface that
// holds nothing is an error, and messages name `interface {}` where one holds the value.
#[derive(Clone, Debug)]
pub enum Operand {
    /// No value: the literal `nil`, or what an interface held that held nothing.
    Absent,
    /// What an element of type `interface {}` holds, possibly [`Value::Nil`].
    Interface(Value),
    /// A value of a type that is known.
    Concrete(Value),
}

impl Operand {
    /// Returns a value that a place of some type held.
    pub fn held(place: Type, value: Value) -> Self {
        match place {
            Type::Any => Self::Interface(value),
            _ => Self::concrete(value),
        }
    }

    /// Returns a value that no interface holds.
    pub fn concrete(value: Value) -> Self {
        match value {
            Value::Nil => Self::Absent,
            value => Self::Concrete(value),
        }
    }

    /// Takes the value out of the interface that may hold it, as the end of a command does.
    #[must_use]
    pub fn unboxed(self) -> Self {
        match self {
            Self::Interface(value) => Self::concrete(value),
            Self::Absent | Self::Concrete(_) => self,
        }
    }

    /// Returns the value; nil where there is none.
    pub fn into_value(self) -> Value {
        match self {
            Self::Absent => Value::Nil,
            Self::Interface(value) | Self::Concrete(value) => value,
        }
    }

    /// Returns the value; nil where there is none.
    pub fn value(&self) -> &Value {
        match self {
            Self::Absent => &Value::Nil,
            Self::Interface(value) | Self::Concrete(value) => value,
        }
    }

    /// Returns the type of what holds the value, or `None` where there is none.
    pub fn static_type(&self) -> Option<Type> {
        match self {
            Self::Absent => None,
            Self::Interface(_) => Some(Type::Any),
            Self::Concrete(value) => value.type_of(),
        }
    }
}

impl From<Value> for Operand {
    /// Returns a value that is not held by an interface, which is how data reaches a template.
    fn from(value: Value) -> Self {
        Self::concrete(value)
    }
}
