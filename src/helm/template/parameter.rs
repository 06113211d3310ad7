//! From arguments to what functions written in Rust take.

use crate::helm::template::error::FunctionError;
use crate::helm::template::operand::Operand;
use crate::helm::value::{
    Class, Complex, DICT, LIST, List, Map, STRINGS, Text, Type, Value, Width,
};
use std::rc::Rc;
use std::vec;

/// The arguments of one call, in order. Number and types fit the signature already.
#[derive(Debug)]
pub struct Arguments(vec::IntoIter<Operand>);

impl Arguments {
    /// Returns the arguments of a call.
    pub fn new(operands: Vec<Operand>) -> Self {
        Self(operands.into_iter())
    }

    fn operand(&mut self) -> Result<Operand, FunctionError> {
        self.0.next().ok_or_else(|| FunctionError::new("too few arguments"))
    }

    fn value(&mut self) -> Result<Value, FunctionError> {
        self.operand().map(Operand::into_value)
    }
}

/// What a function can take as a parameter.
pub trait Parameter: Sized {
    /// The type in Go; of a variadic parameter, that of each argument.
    const TYPE: Type;
    /// Whether the parameter takes all the arguments that are left.
    const VARIADIC: bool = false;

    /// Takes what belongs to the parameter.
    fn take(arguments: &mut Arguments) -> Result<Self, FunctionError>;
}

/// All the arguments that are left: Go's `...T`, as the last parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Rest<T>(pub Vec<T>);

impl<T: Parameter> Parameter for Rest<T> {
    const TYPE: Type = T::TYPE;
    const VARIADIC: bool = true;

    fn take(arguments: &mut Arguments) -> Result<Self, FunctionError> {
        let mut rest = Vec::with_capacity(arguments.0.len());
        while arguments.0.len() > 0 {
            rest.push(T::take(arguments)?);
        }
        Ok(Self(rest))
    }
}

impl Parameter for Operand {
    const TYPE: Type = Type::Reflected;

    fn take(arguments: &mut Arguments) -> Result<Self, FunctionError> {
        arguments.operand()
    }
}

impl Parameter for Value {
    const TYPE: Type = Type::Any;

    fn take(arguments: &mut Arguments) -> Result<Self, FunctionError> {
        arguments.value()
    }
}

/// Writes a parameter that is one variant of a value.
macro_rules! parameter {
    ($rust:ty, $go:expr, $pattern:pat => $result:expr) => {
        impl Parameter for $rust {
            const TYPE: Type = $go;

            fn take(arguments: &mut Arguments) -> Result<Self, FunctionError> {
                match arguments.value()? {
                    $pattern => Ok($result),
                    other => Err(FunctionError::unfit(Self::TYPE, &other)),
                }
            }
        }
    };
}

parameter!(bool, Type::Bool, Value::Bool(truth) => truth);
parameter!(Text, Type::String, Value::String(text) => text);
parameter!(f64, Type::Float, Value::Float(number) => number);
parameter!(Complex, Type::Complex, Value::Complex(number) => number);
parameter!(i64, Type::Int(Width::Bits64), Value::Int(Width::Bits64, number) => number);
parameter!(isize, Type::Int(Width::Native), Value::Int(Width::Native, number) => narrow(number)?);
parameter!(i32, Type::Int(Width::Bits32), Value::Int(Width::Bits32, number) => narrow(number)?);
parameter!(u32, Type::Uint(Width::Bits32), Value::Uint(Width::Bits32, number) => narrow(number)?);
parameter!(u64, Type::Uint(Width::Bits64), Value::Uint(Width::Bits64, number) => number);
parameter!(u8, Type::Uint(Width::Bits8), Value::Uint(Width::Bits8, number) => narrow(number)?);
parameter!(List, Type::Slice(&LIST), Value::List(list) => list.retyped(&LIST));
parameter!(Map, Type::Map(&DICT), Value::Map(map) => map.retyped(&DICT));

impl Parameter for Vec<Text> {
    const TYPE: Type = Type::Slice(&STRINGS);

    fn take(arguments: &mut Arguments) -> Result<Self, FunctionError> {
        let value = arguments.value()?;
        let texts = value.as_list().and_then(|list| {
            list.iter().map(|element| element.as_text().cloned()).collect::<Option<Self>>()
        });
        texts.ok_or_else(|| FunctionError::unfit(Self::TYPE, &value))
    }
}

impl<T: Class> Parameter for Rc<T> {
    const TYPE: Type = T::TYPE;

    fn take(arguments: &mut Arguments) -> Result<Self, FunctionError> {
        let value = arguments.value()?;
        value.as_object().ok_or_else(|| FunctionError::unfit(Self::TYPE, &value))
    }
}

fn narrow<A, B: TryFrom<A>>(number: A) -> Result<B, FunctionError> {
    B::try_from(number).ok().ok_or_else(|| FunctionError::new("value out of range"))
}
