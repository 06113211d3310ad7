//! From what functions written in Rust give to values.

use crate::helm::template::error::FunctionError;
use crate::helm::template::operand::Operand;
use crate::helm::value::{
    Class, Complex, DICT, LIST, List, Map, STRINGS, Text, Type, Value, Width,
};
use std::rc::Rc;

/// What a function can give where nothing goes wrong.
pub trait Typed {
    /// The type in Go.
    const TYPE: Type;

    /// Returns it as a value.
    fn into_value(self) -> Value;
}

/// What a function can give: something [`Typed`], or that or an error.
pub trait Outcome {
    /// The type in Go.
    const TYPE: Type;
    /// Whether it may be an error.
    const FALLIBLE: bool;

    /// Returns the value or the error.
    fn into_result(self) -> Result<Value, FunctionError>;
}

impl<T: Typed> Outcome for T {
    const TYPE: Type = T::TYPE;
    const FALLIBLE: bool = false;

    fn into_result(self) -> Result<Value, FunctionError> {
        Ok(self.into_value())
    }
}

impl<T: Typed, E: Into<FunctionError>> Outcome for Result<T, E> {
    const TYPE: Type = T::TYPE;
    const FALLIBLE: bool = true;

    fn into_result(self) -> Result<Value, FunctionError> {
        self.map(T::into_value).map_err(E::into)
    }
}

/// Writes a result that has one type in Go.
macro_rules! typed {
    ($rust:ty, $go:expr) => {
        impl Typed for $rust {
            const TYPE: Type = $go;

            fn into_value(self) -> Value {
                Value::from(self)
            }
        }
    };
}

typed!(Value, Type::Any);
typed!(bool, Type::Bool);
typed!(isize, Type::Int(Width::Native));
typed!(usize, Type::Int(Width::Native));
typed!(i64, Type::Int(Width::Bits64));
typed!(i32, Type::Int(Width::Bits32));
typed!(u8, Type::Uint(Width::Bits8));
typed!(u64, Type::Uint(Width::Bits64));
typed!(f64, Type::Float);
typed!(Complex, Type::Complex);
typed!(&'static str, Type::String);
typed!(String, Type::String);
typed!(Text, Type::String);
typed!(List, Type::Slice(&LIST));
typed!(Map, Type::Map(&DICT));

impl Typed for Vec<Text> {
    const TYPE: Type = Type::Slice(&STRINGS);

    fn into_value(self) -> Value {
        Value::List(List::strings(self))
    }
}

// Nobody can tell how a result is held: it is either the end of a command or given no arguments.
impl Typed for Operand {
    const TYPE: Type = Type::Reflected;

    fn into_value(self) -> Value {
        Self::into_value(self)
    }
}

impl<T: Class> Typed for Rc<T> {
    const TYPE: Type = T::TYPE;

    fn into_value(self) -> Value {
        Value::from(self)
    }
}
