//! Go's text/template: parsing and executing.

mod builtins;
mod complaint;
mod error;
mod evaluation;
mod expression;
mod function;
mod functions;
mod interpreter;
mod lexer;
mod limits;
mod number;
mod operand;
mod outcome;
mod parameter;
mod parser;
mod problem;
mod signature;
mod stack;
mod templates;
mod token;
mod tree;
mod written;

pub use complaint::ExecuteProblem;
pub use error::{Cause, Error, Executing, Frame, FunctionError};
pub use function::{Callable, Closure, Function, Interpreting};
pub use functions::Functions;
pub use interpreter::{Interpreter, MissingKey, without_no_value};
pub use limits::{Limit, Limits};
pub use operand::Operand;
pub use outcome::{Outcome, Typed};
pub use parameter::{Arguments, Parameter, Rest};
pub use problem::ParseProblem;
pub use signature::Signature;
pub use stack::deeply;
pub use templates::Templates;
