//! Values with fields and methods of their own: `.Files`, `.Capabilities`, times, versions.

use crate::helm::template::Closure;
use crate::helm::value::Value;
use crate::helm::value::text::Text;
use crate::helm::value::types::Type;
use std::any::Any;
use std::fmt::Debug;
use std::rc::Rc;

/// A value of a type that is none of Go's own: a record, a pointer to one, or a scalar with a name.
pub trait Object: Any + Debug {
    /// Returns the type.
    fn type_of(&self) -> Type;

    /// Returns the fields in the order in which Go declares them, which is that of printing.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Returns a field that templates may ask for.
    fn field(&self, name: &str) -> Option<Value> {
        let exported = name.chars().next().is_some_and(char::is_uppercase);
        let fields = if exported { self.fields() } else { Vec::new() };
        fields.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Returns a method that templates may call.
    fn method(self: Rc<Self>, name: &str) -> Option<Closure> {
        let _ = name;
        None
    }

    /// Returns what Go's methods `Error` or `String` give, which printing prefers.
    fn display(&self) -> Option<Text> {
        None
    }

    /// Returns what Go's method `GoString` gives, which `%#v` prefers.
    fn go_syntax(&self) -> Option<Text> {
        None
    }

    /// Returns what `String` of a pointer to the object gives, where the object itself has no such
    /// method: an action prints that, and nothing else does.
    fn addressed(&self) -> Option<Text> {
        None
    }

    /// Returns the value without its name, for a scalar with a name: the number of a duration.
    fn underlying(&self) -> Option<Value> {
        None
    }

    /// Returns what JSON and YAML write for the object, where that is not its fields by their names.
    fn json(&self) -> Option<Value> {
        None
    }

    /// Returns what Helm's `deepCopy` makes of the object, where that is not the same.
    // It does not see fields without capitals, so that a version becomes 0.0.0.
    fn copied(&self) -> Option<Value> {
        None
    }

    /// Tells whether this is a pointer that is nil.
    fn is_nil(&self) -> bool {
        false
    }

    /// Tells whether Go's `==` finds the two equal. Pointers are equal only to themselves.
    fn equals(&self, other: &dyn Object) -> bool {
        match (self.underlying(), other.underlying()) {
            (Some(one), Some(another)) => self.type_of() == other.type_of() && one == another,
            _ => false,
        }
    }
}

/// An object that function signatures can name: `fn expires(certificate: Rc<Certificate>)`.
pub trait Class: Object {
    /// The type of all these objects.
    const TYPE: Type;
}
