//! What goes wrong with a template, in Go's words.

use crate::helm::format::{Escape, quoted};
use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::limits::Limit;
use crate::helm::template::problem::ParseProblem;
use crate::helm::value::{MapError, Type, Value};
use std::fmt;

/// Why a template could not be parsed or executed. `Display` gives Go's text.
// The frames go from the inside to the outside. A vector, unlike a chain of boxes, is dropped and
// written without recursion, and templates that include themselves make thousands of them.
#[derive(Debug)]
pub struct Error {
    cause: Box<Cause>,
    frames: Vec<Frame>,
}

/// What is at the bottom of an [`Error`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Cause {
    /// The source of a template is wrong.
    #[error(transparent)]
    Parse(ParseProblem),
    /// Something was executed that cannot be.
    #[error(transparent)]
    Execute(ExecuteProblem),
    /// A function failed.
    #[error("error calling {function}: {message}")]
    Function {
        /// The name of the function.
        function: String,
        /// What it says.
        message: String,
    },
    /// A limit was passed.
    #[error(transparent)]
    Limit(Limit),
}

/// Where in a template something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The name under which the text was parsed, which for Helm is the path of a file.
    pub template: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// The column, counted in bytes from 0, where it is known.
    pub column: Option<usize>,
    /// What was executed.
    pub executing: Option<Executing>,
    /// What stands before the frame within this one: `error calling include: `.
    pub prefix: String,
}

/// What was executed when something went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executing {
    /// The name of the template, which may be defined within another one.
    pub template: String,
    /// The expression, as Go writes it.
    pub context: String,
}

impl Frame {
    /// Returns the place of a template as a whole.
    pub(crate) fn of_source(template: String) -> Self {
        Self { template, line: None, column: None, executing: None, prefix: String::new() }
    }
}

impl Error {
    /// Returns an error at a place.
    pub(crate) fn new(cause: Cause, frame: Frame) -> Self {
        Self { cause: Box::new(cause), frames: vec![frame] }
    }

    /// Returns an error that is in no template.
    pub(crate) fn without_place(cause: Cause) -> Self {
        Self { cause: Box::new(cause), frames: Vec::new() }
    }

    /// Returns the error seen from outside: from a template that calls a function that failed so.
    pub(crate) fn within(mut self, frame: Frame) -> Self {
        // A limit is not the business of those who were interrupted.
        if self.limit().is_none() {
            self.frames.push(frame);
        }
        self
    }

    /// Returns what is at the bottom.
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Returns the limit that was passed, if that is what went wrong.
    pub fn limit(&self) -> Option<Limit> {
        match *self.cause {
            Cause::Limit(limit) => Some(limit),
            Cause::Parse(_) | Cause::Execute(_) | Cause::Function { .. } => None,
        }
    }

    /// Returns the text on several lines, as Helm has it since 3.18 and 4.0. It does so only where
    /// templates include each other and nothing but the evaluator complains.
    pub(crate) fn in_lines(&self) -> Option<String> {
        let Cause::Execute(problem) = &*self.cause else { return None };
        let mut lines = Vec::new();
        for (depth, frame) in self.frames.iter().rev().enumerate() {
            let Executing { template, context } = frame.executing.as_ref()?;
            let place =
                [frame.line, frame.column].map(|number| format!(":{}", number.unwrap_or(0)));
            let quoted = quoted(template.as_bytes(), Escape::Needed);
            let is_last = depth + 1 == self.frames.len();
            let message = match frame.prefix.trim_end() {
                "" if is_last => problem.to_string(),
                message @ "error calling include:" => message.to_owned(),
                _ => return None,
            };
            let place = place.concat();
            lines.push(format!(
                "{}{place}\n  executing {quoted} at <{context}>:\n    {message}",
                frame.template
            ));
            if is_last && !frame.prefix.is_empty() {
                lines.push(problem.to_string());
            }
        }
        Some(lines.join("\n"))
    }

    /// Returns the places, from the innermost to that in the template that was asked for.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }
}

impl std::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for frame in self.frames.iter().rev() {
            write!(formatter, "{frame}")?;
        }
        write!(formatter, "{}", self.cause)
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "template: {}", self.template)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(formatter, ":{number}")?;
        }
        if let Some(Executing { template, context }) = &self.executing {
            let template = quoted(template.as_bytes(), Escape::Needed);
            write!(formatter, ": executing {template} at <{context}>")?;
        }
        write!(formatter, ": {}", self.prefix)
    }
}

/// Why a function failed.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// Something that it says itself.
    #[error("{0}")]
    Message(String),
    /// A template that it parsed or executed failed.
    #[error("{context}{source}")]
    Template {
        /// What it says of that, such as `error during tpl function execution for "…": `.
        context: String,
        /// How the template failed.
        source: Error,
    },
    /// It passed a limit.
    #[error(transparent)]
    Limit(#[from] Limit),
}

impl FunctionError {
    /// Returns an error that says something.
    pub fn new(message: impl fmt::Display) -> Self {
        Self::Message(message.to_string())
    }

    /// Returns the error that an argument is of the wrong type.
    pub fn unfit(wanted: Type, got: &Value) -> Self {
        let got = got.type_name();
        Self::Message(format!("wrong type for value; expected {wanted}; got {got}"))
    }
}

impl From<String> for FunctionError {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for FunctionError {
    fn from(message: &str) -> Self {
        Self::Message(message.to_owned())
    }
}

impl From<MapError> for FunctionError {
    fn from(error: MapError) -> Self {
        Self::new(error)
    }
}

impl From<Error> for FunctionError {
    fn from(source: Error) -> Self {
        Self::Template { context: String::new(), source }
    }
}
