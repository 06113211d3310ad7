//! Executing a template.

mod argument;
mod call;
mod control;
mod field;
mod place;

use crate::helm::format::{self, Buffer, Escape, quoted};
use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::error::{Cause, Error, Executing, Frame};
use crate::helm::template::interpreter::Interpreter;
use crate::helm::template::limits::Limit;
use crate::helm::template::operand::Operand;
use crate::helm::template::stack::deeply;
use crate::helm::template::tree::{Action, Template};
use crate::helm::template::tree::{Command, Expression, Ideal, Invocation, Node, Number, Pipeline};
use crate::helm::value::Value;
use place::Place;
use std::sync::Arc;

/// The execution of one template. Those that it invokes have one of their own.
pub(crate) struct Evaluation<'t, 'i> {
    interpreter: &'i mut Interpreter,
    output: &'i mut Buffer,
    template: &'t Template,
    /// What Go would name as the place of an error.
    place: Place<'t>,
    variables: Vec<(&'t [u8], Operand)>,
    /// How many templates have invoked each other.
    depth: usize,
}

/// What comes after a node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Next,
    Break,
    Continue,
}

/// How many templates may invoke each other, in Go.
const MOST_TEMPLATES: usize = 100_000;

impl<'t, 'i> Evaluation<'t, 'i> {
    pub(crate) fn new(
        interpreter: &'i mut Interpreter,
        output: &'i mut Buffer,
        template: &'t Template,
    ) -> Self {
        let place = Place::Nowhere;
        Self { interpreter, output, template, place, variables: Vec::new(), depth: 0 }
    }

    /// Executes the template.
    pub(crate) fn run(mut self, data: Value) -> Result<(), Error> {
        self.start(&Operand::from(data))
    }

    fn start(&mut self, dot: &Operand) -> Result<(), Error> {
        self.variables.push((b"$", dot.clone()));
        let template = self.template;
        deeply(|| self.nodes(dot, &template.root)).map(drop)
    }

    fn nodes(&mut self, dot: &Operand, nodes: &'t [Node]) -> Result<Flow, Error> {
        for node in nodes {
            self.interpreter.step().map_err(|limit| self.limit(limit))?;
            match node {
                Node::Text(span) => {
                    let text = self.template.text(*span);
                    self.output.push(text).map_err(|limit| self.limit(limit))?;
                }
                Node::Action(action) => self.action(dot, action)?,
                Node::Control(control) => match self.control(dot, control)? {
                    Flow::Next => {}
                    flow @ (Flow::Break | Flow::Continue) => return Ok(flow),
                },
                Node::Template(invocation) => self.invoke(dot, invocation)?,
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::Next)
    }

    fn action(&mut self, dot: &Operand, action: &'t Action) -> Result<(), Error> {
        let value = self.pipeline(dot, &action.pipeline)?;
        if action.pipeline.variables.is_empty() {
            self.place = Place::Action(action);
            self.print(value.value())?;
        }
        Ok(())
    }

    fn print(&mut self, value: &Value) -> Result<(), Error> {
        let printed = match value {
            Value::Nil => self.output.push(b"<no value>"),
            Value::Function(function) => {
                let of = crate::helm::value::Type::Func(function.signature());
                let what = self.place.shown(self.template).unwrap_or_default();
                return Err(self.problem(ExecuteProblem::Unprintable { what, of }));
            }
            Value::Object(object) if let Some(text) = object.addressed() => {
                self.output.push(text.as_bytes())
            }
            value => format::print_pointee(self.output, value, self.interpreter.limits()),
        };
        printed.map_err(|limit| self.limit(limit))
    }

    fn invoke(&mut self, dot: &Operand, invocation: &'t Invocation) -> Result<(), Error> {
        self.place = Place::Invocation(invocation);
        let Some(template) = self.interpreter.templates().get(invocation.name.as_bytes()) else {
            let name = quoted(invocation.name.as_bytes(), Escape::Needed);
            return Err(self.problem(ExecuteProblem::NotDefined(name)));
        };
        let template = Arc::clone(template);
        if self.depth == MOST_TEMPLATES {
            return Err(self.problem(ExecuteProblem::Depth(MOST_TEMPLATES)));
        }
        let data = match &invocation.pipeline {
            Some(pipeline) => self.pipeline(dot, pipeline)?,
            None => Operand::Absent,
        };
        self.enter()?;
        let mut inner = Evaluation {
            interpreter: &mut *self.interpreter,
            output: &mut *self.output,
            template: &template,
            place: Place::Nowhere,
            variables: Vec::new(),
            depth: self.depth + 1,
        };
        inner.start(&data)?;
        self.interpreter.leave(1);
        Ok(())
    }

    /// Returns the value of a pipeline, and sets its variables.
    fn pipeline(&mut self, dot: &Operand, pipeline: &'t Pipeline) -> Result<Operand, Error> {
        self.place = Place::Pipeline(pipeline);
        let mut value = None;
        for command in &pipeline.commands {
            value = Some(self.command(dot, command, value)?.unboxed());
        }
        let value = value.unwrap_or(Operand::Absent);
        for variable in &pipeline.variables {
            let name = self.template.text(*variable);
            if pipeline.assigns {
                self.assign(name, value.clone())?;
            } else {
                self.variables.push((name, value.clone()));
            }
        }
        Ok(value)
    }

    /// Returns the value of a pipeline in parentheses.
    fn parenthesized(&mut self, dot: &Operand, inner: &'t Pipeline) -> Result<Operand, Error> {
        self.enter()?;
        let value = deeply(|| self.pipeline(dot, inner))?;
        self.interpreter.leave(1);
        Ok(value)
    }

    fn command(
        &mut self,
        dot: &Operand,
        command: &'t Command,
        last: Option<Operand>,
    ) -> Result<Operand, Error> {
        let (first, arguments) = (&command.first, command.arguments.as_slice());
        match first {
            Expression::Field(_, names) => {
                self.place = Place::Expression(first);
                let call = field::Fields { node: first, names, arguments, last };
                return self.fields(dot, dot.clone(), call);
            }
            Expression::Chain(chain) => return self.chain(dot, chain, (first, arguments, last)),
            Expression::Function(called) => {
                let place = Place::Command(command);
                self.place = Place::Expression(first);
                return self.function(dot, called, call::Given { place, arguments, last });
            }
            Expression::Pipeline(inner) => {
                self.not_a_function(first, arguments, last.as_ref())?;
                return self.parenthesized(dot, inner);
            }
            Expression::Variable(_, names) => {
                return self.variable(dot, names, (first, arguments, last));
            }
            _ => {}
        }
        self.place = Place::Expression(first);
        self.not_a_function(first, arguments, last.as_ref())?;
        match first {
            Expression::Dot(_) => Ok(dot.clone()),
            Expression::Bool(_, truth) => Ok(Operand::Concrete(Value::Bool(*truth))),
            Expression::Number(number) => self.number(number),
            Expression::String(literal) => {
                Ok(Operand::Concrete(Value::String(literal.value.clone())))
            }
            _ => Err(self.problem(ExecuteProblem::NilCommand)),
        }
    }

    fn not_a_function(
        &mut self,
        first: &'t Expression,
        arguments: &[Expression],
        last: Option<&Operand>,
    ) -> Result<(), Error> {
        if arguments.is_empty() && last.is_none() {
            return Ok(());
        }
        let shown = Place::argument(first, self.template);
        Err(self.problem(ExecuteProblem::NotFunction(shown)))
    }

    /// Returns a number as what it is where nothing asks for a type.
    fn number(&mut self, number: &Number) -> Result<Operand, Error> {
        let value = match number.ideal {
            Ideal::Int => number.int.map(Value::int),
            Ideal::Float => number.float.map(Value::Float),
            Ideal::Complex => number.complex.map(Value::Complex),
            Ideal::Overflow => None,
        };
        value.map(Operand::Concrete).ok_or_else(|| {
            let text = String::from_utf8_lossy(self.template.text(number.span)).into_owned();
            self.problem(ExecuteProblem::Overflow(text))
        })
    }

    fn assign(&mut self, name: &[u8], value: Operand) -> Result<(), Error> {
        match self.variables.iter_mut().rev().find(|(known, _)| *known == name) {
            Some((_, held)) => *held = value,
            None => return Err(self.undefined(name)),
        }
        Ok(())
    }

    fn undefined(&self, name: &[u8]) -> Error {
        let name = String::from_utf8_lossy(name).into_owned();
        self.problem(ExecuteProblem::UndefinedVariable(name))
    }

    fn enter(&mut self) -> Result<(), Error> {
        self.interpreter.enter(1).map_err(|limit| self.limit(limit))
    }

    fn problem(&self, problem: ExecuteProblem) -> Error {
        Error::new(Cause::Execute(problem), self.frame(String::new()))
    }

    fn limit(&self, limit: Limit) -> Error {
        Error::new(Cause::Limit(limit), self.frame(String::new()))
    }

    fn frame(&self, prefix: String) -> Frame {
        let context = self.place.shown(self.template);
        let source = &self.template.source;
        let Some((context, position)) = context.zip(self.place.position()) else {
            return Frame { prefix, ..Frame::of_source(self.template.name.to_string()) };
        };
        let text = source.text.as_bytes().get(..position as usize).unwrap_or_default();
        let line = text.split(|byte| *byte == b'\n').count();
        let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        Frame {
            template: source.name.to_string(),
            line: Some(line),
            column: Some(text.len() - start),
            executing: Some(Executing { template: self.template.name.to_string(), context }),
            prefix,
        }
    }
}
