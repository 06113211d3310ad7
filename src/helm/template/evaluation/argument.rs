//! Arguments, and whether they fit what a function takes.

use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::error::Error;
use crate::helm::template::evaluation::Evaluation;
use crate::helm::template::evaluation::call::Given;
use crate::helm::template::evaluation::field::Fields;
use crate::helm::template::evaluation::place::Place;
use crate::helm::template::operand::Operand;
use crate::helm::template::tree::{Expression, Number};
use crate::helm::value::{Type, Value, Width};

impl<'t> Evaluation<'t, '_> {
    /// Returns the value of an argument, which has to be of a type.
    pub(super) fn argument(
        &mut self,
        dot: &Operand,
        argument: &'t Expression,
        wanted: Type,
    ) -> Result<Operand, Error> {
        let place = Place::Expression(argument);
        self.place = place;
        let value = match argument {
            Expression::Dot(_) => dot.clone(),
            Expression::Nil(_) if wanted.can_be_nil() => return Ok(nil_of(wanted)),
            Expression::Nil(_) => return Err(self.problem(ExecuteProblem::Nil(wanted))),
            Expression::Field(_, names) => {
                let fields = Fields { node: argument, names, arguments: &[], last: None };
                self.fields(dot, dot.clone(), fields)?
            }
            Expression::Variable(_, names) => self.variable(dot, names, (argument, &[], None))?,
            Expression::Pipeline(inner) => self.parenthesized(dot, inner)?,
            Expression::Function(called) => {
                self.function(dot, called, Given { place, arguments: &[], last: None })?
            }
            Expression::Chain(chain) => self.chain(dot, chain, (argument, &[], None))?,
            Expression::Bool(..) | Expression::Number(_) | Expression::String(_) => {
                return self.constant(argument, wanted);
            }
        };
        self.fitting(value, wanted)
    }

    fn constant(&mut self, constant: &'t Expression, wanted: Type) -> Result<Operand, Error> {
        let value = match (wanted, constant) {
            (Type::Any | Type::Reflected, Expression::Number(number)) => {
                return self.number(number);
            }
            (Type::Bool | Type::Any | Type::Reflected, Expression::Bool(_, truth)) => {
                Value::Bool(*truth)
            }
            (Type::String | Type::Any | Type::Reflected, Expression::String(literal)) => {
                Value::String(literal.value.clone())
            }
            (wanted, Expression::Number(number)) => match numeric(wanted, number) {
                Some(value) => value,
                None => return Err(self.unfit(constant, wanted)),
            },
            _ => return Err(self.unfit(constant, wanted)),
        };
        Ok(Operand::Concrete(value))
    }

    fn unfit(&mut self, constant: &'t Expression, wanted: Type) -> Error {
        let found = Place::argument(constant, self.template);
        let kind = match wanted {
            Type::Bool => "bool",
            Type::String => "string",
            Type::Int(_) => "integer",
            Type::Uint(_) => "unsigned integer",
            Type::Float => "float",
            Type::Complex => "complex",
            _ => return self.problem(ExecuteProblem::Unhandled { found, wanted }),
        };
        self.problem(ExecuteProblem::Expected { wanted: kind, found })
    }

    /// Returns the value as one of a type, if it is one.
    pub(super) fn fitting(&mut self, value: Operand, wanted: Type) -> Result<Operand, Error> {
        if let Type::Reflected = wanted {
            return Ok(value);
        }
        let (held, got) = match value {
            Operand::Absent if wanted.can_be_nil() => return Ok(nil_of(wanted)),
            Operand::Absent => return Err(self.problem(ExecuteProblem::Invalid(wanted))),
            value if wanted == Type::Any => return Ok(value),
            Operand::Interface(Value::Nil) => (Value::Nil, Type::Any),
            Operand::Interface(value) | Operand::Concrete(value) => {
                let got = value.type_of().unwrap_or(Type::Any);
                (value, got)
            }
        };
        let pointee = match got {
            Type::Pointer(named) => Some(Type::Named(named)),
            _ => None,
        };
        let fits = got.is_assignable_to(wanted) || pointee == Some(wanted);
        if fits && got != Type::Any {
            return Ok(Operand::Concrete(held));
        }
        Err(self.problem(ExecuteProblem::WrongType { wanted, got }))
    }
}

/// Returns the nil of a type that has one.
fn nil_of(wanted: Type) -> Operand {
    Operand::held(wanted, Value::zero(wanted))
}

/// Returns a number as one of a type. What does not fit is cut off, as in Go.
fn numeric(wanted: Type, number: &Number) -> Option<Value> {
    match wanted {
        Type::Int(width) => number.int.map(|int| Value::Int(width, cut(width, int))),
        Type::Uint(width) => number.uint.map(|uint| Value::Uint(width, cut_unsigned(width, uint))),
        Type::Float => number.float.map(Value::Float),
        Type::Complex => {
            let real = number.float.map(|re| crate::helm::value::Complex { re, im: 0.0 });
            number.complex.or(real).map(Value::Complex)
        }
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Go cuts numbers off here too")]
fn cut(width: Width, number: i64) -> i64 {
    match width {
        Width::Bits8 => (number as i8).into(),
        Width::Bits16 => (number as i16).into(),
        Width::Bits32 => (number as i32).into(),
        Width::Native | Width::Bits64 => number,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "Go cuts numbers off here too")]
fn cut_unsigned(width: Width, number: u64) -> u64 {
    match width {
        Width::Bits8 => (number as u8).into(),
        Width::Bits16 => (number as u16).into(),
        Width::Bits32 => (number as u32).into(),
        Width::Native | Width::Bits64 => number,
    }
}
