//! What is wrong with an expression, in the words of Go.

use crate::helm::template::FunctionError;
use std::fmt;

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::helm::functions) struct SyntaxError {
    fault: Fault,
    part: String,
}

/// What may be wrong with an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    ClassRange,
    Escape,
    NamedCapture,
    PerlOperator,
    RepeatOperator,
    RepeatSize,
    Utf8,
    MissingBracket,
    MissingParenthesis,
    MissingArgument,
    TrailingBackslash,
    UnexpectedParenthesis,
    Nesting,
    Large,
}

impl Fault {
    pub(super) fn at(self, part: &str) -> SyntaxError {
        SyntaxError { fault: self, part: part.to_owned() }
    }
}

impl std::error::Error for SyntaxError {}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fault = match self.fault {
            Fault::ClassRange => "invalid character class range",
            Fault::Escape => "invalid escape sequence",
            Fault::NamedCapture => "invalid named capture",
            Fault::PerlOperator => "invalid or unsupported Perl syntax",
            Fault::RepeatOperator => "invalid nested repetition operator",
            Fault::RepeatSize => "invalid repeat count",
            Fault::Utf8 => "invalid UTF-8",
            Fault::MissingBracket => "missing closing ]",
            Fault::MissingParenthesis => "missing closing )",
            Fault::MissingArgument => "missing argument to repetition operator",
            Fault::TrailingBackslash => "trailing backslash at end of expression",
            Fault::UnexpectedParenthesis => "unexpected )",
            Fault::Nesting => "expression nests too deeply",
            Fault::Large => "expression too large",
        };
        write!(formatter, "error parsing regexp: {fault}: `{}`", self.part)
    }
}

impl From<SyntaxError> for FunctionError {
    fn from(error: SyntaxError) -> Self {
        Self::new(error)
    }
}
