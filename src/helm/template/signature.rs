//! What a function takes and gives, in Go's types.

use crate::helm::value::Type;
use std::fmt;

/// The type of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Signature {
    /// The types of the parameters; of a variadic one, that of each argument.
    pub parameters: &'static [Type],
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// The type of the result.
    pub result: Type,
    /// Whether it may fail.
    pub fallible: bool,
}

impl Signature {
    /// Returns the parameters that each take one argument.
    pub fn fixed(&self) -> &'static [Type] {
        match self.parameters.split_last() {
            Some((_, fixed)) if self.variadic => fixed,
            _ => self.parameters,
        }
    }

    /// Returns the type of an argument, counted from 0.
    pub fn parameter(&self, index: usize) -> Option<Type> {
        let variadic = if self.variadic { self.parameters.last() } else { None };
        self.parameters.get(index).or(variadic).copied()
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("func(")?;
        for (index, parameter) in self.parameters.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            let dots = if self.variadic && index + 1 == self.parameters.len() { "..." } else { "" };
            write!(formatter, "{separator}{dots}{parameter}")?;
        }
        if self.fallible {
            write!(formatter, ") ({}, error)", self.result)
        } else {
            write!(formatter, ") {}", self.result)
        }
    }
}
