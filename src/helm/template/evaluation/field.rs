//! Fields, keys, methods and variables.

use crate::helm::format::{Escape, quoted};
use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::error::Error;
use crate::helm::template::evaluation::Evaluation;
use crate::helm::template::evaluation::call::Given;
use crate::helm::template::evaluation::place::Place;
use crate::helm::template::function::Closure;
use crate::helm::template::interpreter::MissingKey;
use crate::helm::template::operand::Operand;
use crate::helm::template::token::Span;
use crate::helm::template::tree::{Chain, Expression};
use crate::helm::value::{Map, Object, Type, Value};
use std::rc::Rc;

/// Names after points, and what follows them.
pub(super) struct Fields<'t> {
    /// What messages show.
    pub(super) node: &'t Expression,
    pub(super) names: &'t [Span],
    pub(super) arguments: &'t [Expression],
    /// What comes from the command before.
    pub(super) last: Option<Operand>,
}

/// An expression with its arguments, and what comes from the command before.
type Called<'t> = (&'t Expression, &'t [Expression], Option<Operand>);

impl<'t> Evaluation<'t, '_> {
    pub(super) fn chain(
        &mut self,
        dot: &Operand,
        chain: &'t Chain,
        (node, arguments, last): Called<'t>,
    ) -> Result<Operand, Error> {
        self.place = Place::Expression(node);
        self.place = Place::Expression(&chain.base);
        let base = match &chain.base {
            Expression::Pipeline(inner) => self.parenthesized(dot, inner)?,
            Expression::Function(called) => {
                let place = Place::Expression(&chain.base);
                self.function(dot, called, Given { place, arguments: &[], last: None })?
            }
            other => self.argument(dot, other, Type::Any)?,
        };
        self.fields(dot, base, Fields { node, names: &chain.fields, arguments, last })
    }

    pub(super) fn variable(
        &mut self,
        dot: &Operand,
        names: &'t [Span],
        (node, arguments, last): Called<'t>,
    ) -> Result<Operand, Error> {
        self.place = Place::Expression(node);
        let Some((name, names)) = names.split_first() else { return Ok(Operand::Absent) };
        let name = self.template.text(*name);
        let held = self.variables.iter().rev().find(|(known, _)| *known == name);
        let Some((_, value)) = held else { return Err(self.undefined(name)) };
        let value = value.clone();
        if names.is_empty() {
            self.not_a_function(node, arguments, last.as_ref())?;
            return Ok(value);
        }
        self.fields(dot, value, Fields { node, names, arguments, last })
    }

    /// Returns the field of a field; the last one is given the arguments.
    pub(super) fn fields(
        &mut self,
        dot: &Operand,
        receiver: Operand,
        fields: Fields<'t>,
    ) -> Result<Operand, Error> {
        let place = Place::Expression(fields.node);
        let Some((last, names)) = fields.names.split_last() else { return Ok(receiver) };
        let mut receiver = receiver;
        for name in names {
            let given = Given { place, arguments: &[], last: None };
            receiver = self.field(dot, receiver, (self.template.word(*name), given))?;
        }
        let given = Given { place, arguments: fields.arguments, last: fields.last };
        self.field(dot, receiver, (self.template.word(*last), given))
    }

    fn field(
        &mut self,
        dot: &Operand,
        receiver: Operand,
        (name, given): (&'t str, Given<'t>),
    ) -> Result<Operand, Error> {
        let Some(of) = receiver.static_type() else {
            if self.interpreter.missing_key() == MissingKey::Error {
                return Err(self.problem(ExecuteProblem::NilData(in_quotes(name))));
            }
            return Ok(Operand::Absent);
        };
        let value = receiver.into_value();
        if let Value::Nil = value {
            return Err(self.problem(ExecuteProblem::NilPointer { of, field: name.to_owned() }));
        }
        if let Some(method) = method(&value, name) {
            return self.method(dot, &method, (name, given));
        }
        let has_arguments = !given.arguments.is_empty() || given.last.is_some();
        match value {
            Value::Map(map) if has_arguments && takes_texts(&map) => {
                Err(self.problem(ExecuteProblem::KeyArguments(name.to_owned())))
            }
            Value::Map(map) if takes_texts(&map) => self.key(&map, name),
            Value::Object(object) => self.member(object.as_ref(), (name, of), has_arguments),
            _ => Err(self.no_field(name, of)),
        }
    }

    fn key(&mut self, map: &Map, name: &str) -> Result<Operand, Error> {
        let element = map.map_type().element;
        if let Some(value) = map.get(name) {
            return Ok(Operand::held(element, value));
        }
        match self.interpreter.missing_key() {
            MissingKey::Zero => Ok(Operand::held(element, Value::zero(element))),
            MissingKey::Invalid => Ok(Operand::Absent),
            MissingKey::Error => Err(self.problem(ExecuteProblem::NoKey(in_quotes(name)))),
        }
    }

    fn member(
        &mut self,
        object: &dyn Object,
        (name, of): (&str, Type),
        has_arguments: bool,
    ) -> Result<Operand, Error> {
        if object.is_nil() {
            return Err(self.problem(ExecuteProblem::NilPointer { of, field: name.to_owned() }));
        }
        match object.field(name) {
            Some(_) if has_arguments => {
                Err(self.problem(ExecuteProblem::FieldArguments(name.to_owned())))
            }
            // Only an interface can hold nothing at all.
            Some(Value::Nil) => Ok(Operand::Interface(Value::Nil)),
            Some(value) => Ok(Operand::Concrete(value)),
            None => Err(self.no_field(name, of)),
        }
    }

    fn no_field(&self, name: &str, of: Type) -> Error {
        self.problem(ExecuteProblem::NoField { field: name.to_owned(), of })
    }
}

fn takes_texts(map: &Map) -> bool {
    matches!(map.map_type().key, Type::String | Type::Any)
}

fn method(value: &Value, name: &str) -> Option<Closure> {
    match value {
        Value::Map(map) => (map.map_type().method)(map, name),
        Value::List(list) => (list.list_type().method)(list, name),
        Value::Object(object) => Rc::clone(object).method(name),
        _ => None,
    }
}

fn in_quotes(name: &str) -> String {
    quoted(name.as_bytes(), Escape::Needed)
}
