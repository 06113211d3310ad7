//! Calling functions and methods.

use crate::helm::Profile;
use crate::helm::template::chance::{Call, mentions};
use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::error::{Cause, Error, FunctionError};
use crate::helm::template::evaluation::Evaluation;
use crate::helm::template::evaluation::place::Place;
use crate::helm::template::function::{Closure, Function, Special};
use crate::helm::template::interpreter::Interpreter;
use crate::helm::template::operand::Operand;
use crate::helm::template::parameter::Arguments;
use crate::helm::template::signature::Signature;
use crate::helm::template::stack::deeply;
use crate::helm::template::tree::{Called, Expression};
use crate::helm::value::{Type, Value};

/// What a function is called with.
pub(super) struct Given<'t> {
    /// What messages show where the function fails.
    pub(super) place: Place<'t>,
    pub(super) arguments: &'t [Expression],
    /// What comes from the command before.
    pub(super) last: Option<Operand>,
}

impl<'t> Evaluation<'t, '_> {
    /// Calls a function of the table.
    pub(super) fn function(
        &mut self,
        dot: &Operand,
        called: &'t Called,
        given: Given<'t>,
    ) -> Result<Operand, Error> {
        let function = &called.function;
        let name = self.template.word(called.span);
        let signature = function.signature();
        self.check_count(signature, name, &given)?;
        match function.as_special() {
            Some(Special::And) => return self.short_circuit(dot, given, false),
            Some(Special::Or) => return self.short_circuit(dot, given, true),
            Some(Special::Call) => return self.call_value(dot, function, (name, given)),
            None => {}
        }
        let place = given.place;
        let arguments = self.arguments(dot, signature, given)?;
        if function.is_random() {
            return self.random_function(called, (name, place), arguments);
        }
        self.invoke_function(function, (name, place), arguments)
    }

    /// Calls a function that leaves something to chance, and says where and what came of it.
    fn random_function(
        &mut self,
        called: &'t Called,
        (name, place): (&str, Place<'t>),
        arguments: Vec<Operand>,
    ) -> Result<Operand, Error> {
        let chance = self.interpreter.chance();
        if let Some(chance) = &chance {
            let (source, end) = (&self.template.source, called.span.start as usize);
            // Finding the place takes reading what is before it.
            self.interpreter.charge(end).map_err(|limit| self.limit(limit))?;
            let entered = &self.interpreter.entered;
            chance.begin(&Call {
                file: &entered.file,
                entered: entered.number,
                source: &source.name,
                place: mentions(source.text.as_bytes(), end, name),
                function: name,
                arguments: &arguments,
            });
        }
        let result = self.invoke_function(&called.function, (name, place), arguments)?;
        if let Some(chance) = chance {
            chance.end(result.value());
        }
        Ok(result)
    }

    fn invoke_function(
        &mut self,
        function: &Function,
        (name, place): (&str, Place<'t>),
        arguments: Vec<Operand>,
    ) -> Result<Operand, Error> {
        self.within(|interpreter| function.call(interpreter, Arguments::new(arguments)))?
            .map(|value| result(function.signature(), value))
            .map_err(|error| self.failed(name, place, error))
    }

    /// Calls a method.
    pub(super) fn method(
        &mut self,
        dot: &Operand,
        method: &Closure,
        (name, given): (&'t str, Given<'t>),
    ) -> Result<Operand, Error> {
        let signature = method.signature();
        self.check_count(signature, name, &given)?;
        let place = given.place;
        let arguments = self.arguments(dot, signature, given)?;
        self.within(|interpreter| method.call(interpreter, Arguments::new(arguments)))?
            .map(|value| result(signature, value))
            .map_err(|error| self.failed(name, place, error))
    }

    /// Calls something that may execute templates itself.
    fn within(
        &mut self,
        call: impl FnOnce(&mut Interpreter) -> Result<Value, FunctionError>,
    ) -> Result<Result<Value, FunctionError>, Error> {
        self.interpreter.step().map_err(|limit| self.limit(limit))?;
        Ok(deeply(|| call(self.interpreter)))
    }

    fn failed(&mut self, name: &str, place: Place<'t>, error: FunctionError) -> Error {
        self.place = place;
        match error {
            FunctionError::Message(message) => {
                let cause = Cause::Function { function: name.to_owned(), message };
                Error::new(cause, self.frame(String::new()))
            }
            FunctionError::Template { context, source } => {
                source.within(self.frame(format!("error calling {name}: {context}")))
            }
            FunctionError::Limit(limit) => self.limit(limit),
        }
    }

    fn check_count(
        &mut self,
        signature: &Signature,
        name: &str,
        given: &Given<'t>,
    ) -> Result<(), Error> {
        let got = given.arguments.len() + usize::from(given.last.is_some());
        let want = signature.fixed().len();
        let function = || name.to_owned();
        if signature.variadic && got < want {
            let got = given.arguments.len();
            return Err(self.problem(ExecuteProblem::TooFew { function: function(), want, got }));
        }
        if !signature.variadic && got != want {
            return Err(self.problem(ExecuteProblem::Count { function: function(), want, got }));
        }
        Ok(())
    }

    fn arguments(
        &mut self,
        dot: &Operand,
        signature: &Signature,
        given: Given<'t>,
    ) -> Result<Vec<Operand>, Error> {
        let count = given.arguments.len() + usize::from(given.last.is_some());
        let mut arguments = Vec::with_capacity(count);
        for (index, argument) in given.arguments.iter().enumerate() {
            let wanted = signature.parameter(index).unwrap_or(Type::Any);
            arguments.push(self.argument(dot, argument, wanted)?);
        }
        if let Some(last) = given.last {
            let wanted = signature.parameter(given.arguments.len()).unwrap_or(Type::Any);
            arguments.push(self.fitting(last, wanted)?);
        }
        Ok(arguments)
    }

    /// Returns the first argument that is as true as asked, or the last one.
    fn short_circuit(
        &mut self,
        dot: &Operand,
        given: Given<'t>,
        truth: bool,
    ) -> Result<Operand, Error> {
        let mut value = Operand::Absent;
        for argument in given.arguments {
            value = self.argument(dot, argument, Type::Reflected)?;
            if value.value().is_true() == truth {
                return Ok(value);
            }
        }
        match given.last {
            Some(last) => Ok(last),
            None => Ok(value),
        }
    }

    /// Calls the first argument, of which messages tell the source.
    fn call_value(
        &mut self,
        dot: &Operand,
        function: &Function,
        (name, given): (&str, Given<'t>),
    ) -> Result<Operand, Error> {
        let place = given.place;
        let callee = match (given.arguments.first(), &given.last, self.interpreter.profile()) {
            (Some(callee), ..) => Place::argument(callee, self.template),
            (None, Some(last), Profile::Helm41) => reflected(last.value()),
            _ => return Err(Error::without_place(Cause::Execute(ExecuteProblem::NoCallee))),
        };
        let mut arguments = self.arguments(dot, function.signature(), given)?;
        arguments.insert(0, Operand::Concrete(Value::from(callee)));
        self.invoke_function(function, (name, place), arguments)
    }
}

/// Returns a value as `reflect.Value` writes itself.
fn reflected(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Nil => "<invalid Value>".to_owned(),
        other => format!("<{} Value>", other.type_name()),
    }
}

/// Returns a result as Go's reflection holds it.
fn result(signature: &Signature, value: Value) -> Operand {
    Operand::held(signature.result, value)
}
