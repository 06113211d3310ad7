//! The functions that Go's templates have without being told.

#![expect(clippy::needless_pass_by_value, reason = "functions are given their arguments")]

mod compare;
mod element;
mod escape;

use crate::helm::format;
use crate::helm::template::error::FunctionError;
use crate::helm::template::function::{Function, Special};
use crate::helm::template::functions::Functions;
use crate::helm::template::interpreter::Interpreter;
use crate::helm::template::limits::Limit;
use crate::helm::template::operand::Operand;
use crate::helm::template::parameter::{Arguments, Rest};
use crate::helm::value::{Text, Value};

/// Returns the table of them.
pub(crate) fn functions() -> Functions {
    // The evaluator does the work of these: it does not need all arguments, or needs to know more.
    let and = Function::new(|first: Operand, _: Rest<Operand>| first).special(Special::And);
    let or = Function::new(|first: Operand, _: Rest<Operand>| first).special(Special::Or);
    let call = Function::new(call).special(Special::Call);
    Functions::new()
        .with_function("and", and)
        .with_function("or", or)
        .with_function("call", call)
        .with("eq", compare::eq)
        .with("ge", compare::ge)
        .with("gt", compare::gt)
        .with("html", escape::html)
        .with("index", element::index)
        .with("js", escape::js)
        .with("le", compare::le)
        .with("len", element::len)
        .with("lt", compare::lt)
        .with("ne", compare::ne)
        .with("not", |value: Operand| !value.value().is_true())
        .with("print", print)
        .with("printf", printf)
        .with("println", println)
        .with("slice", element::slice)
        .with("urlquery", escape::urlquery)
}

fn print(interpreter: &mut Interpreter, Rest(values): Rest<Value>) -> Result<Text, FunctionError> {
    let text = format::sprint(&values, interpreter.limits());
    charged(interpreter, text)
}

fn println(
    interpreter: &mut Interpreter,
    Rest(values): Rest<Value>,
) -> Result<Text, FunctionError> {
    let text = format::sprintln(&values, interpreter.limits());
    charged(interpreter, text)
}

fn printf(
    interpreter: &mut Interpreter,
    directives: Text,
    Rest(values): Rest<Value>,
) -> Result<Text, FunctionError> {
    let text = format::sprintf(&directives, &values, interpreter.limits());
    charged(interpreter, text)
}

fn charged(
    interpreter: &mut Interpreter,
    text: Result<Text, Limit>,
) -> Result<Text, FunctionError> {
    let text = text?;
    interpreter.charge(text.len())?;
    Ok(text)
}

// The evaluator puts the source of the callee in front of it.
fn call(
    interpreter: &mut Interpreter,
    name: Operand,
    Rest(arguments): Rest<Operand>,
) -> Result<Operand, FunctionError> {
    let name = match name.value() {
        Value::String(name) => name.clone(),
        _ => Text::default(),
    };
    let mut arguments = arguments.into_iter();
    let callee = arguments.next().map(Operand::into_value).unwrap_or_default();
    let function = match callee {
        Value::Function(function) => function,
        Value::Nil => return Err("call of nil".into()),
        other => {
            let of = other.type_name();
            return Err(FunctionError::new(format_args!("non-function {name} of type {of}")));
        }
    };
    let signature = function.signature();
    let (got, want) = (arguments.len(), signature.fixed().len());
    if signature.variadic && got < want {
        return Err(FunctionError::new(format_args!(
            "wrong number of args for {name}: got {got} want at least {want}"
        )));
    }
    if !signature.variadic && got != want {
        return Err(FunctionError::new(format_args!(
            "wrong number of args for {name}: got {got} want {want}"
        )));
    }
    let mut prepared = Vec::with_capacity(got);
    for (index, argument) in arguments.enumerate() {
        let wanted = signature.parameter(index).unwrap_or(crate::helm::value::Type::Any);
        let fitting = element::prepared(argument.into_value(), wanted);
        let fitting = fitting.map_err(|error| format!("arg {index}: {error}"))?;
        prepared.push(Operand::from(fitting));
    }
    function.call(interpreter, Arguments::new(prepared)).map(Operand::from)
}
