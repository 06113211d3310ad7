//! What cannot be executed, in the words of Go's evaluator.

use crate::helm::value::Type;

/// What is wrong with what is executed. What is quoted is quoted already.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ExecuteProblem {
    /// There is no template of that name to begin with.
    #[error("template: no template {name} associated with template {set}")]
    Unknown {
        /// The name, in quotes.
        name: String,
        /// The name of the set, in quotes.
        set: String,
    },
    /// There is no template of that name.
    #[error("template {0} not defined")]
    NotDefined(String),
    /// Templates invoke each other without end.
    #[error("exceeded maximum template depth ({0})")]
    Depth(usize),
    /// Go's evaluator itself fails: a value without anything else is piped to `call`.
    #[error("runtime error: index out of range [0] with length 0")]
    NoCallee,
    /// `nil` stands where something is to be called.
    #[error("nil is not a command")]
    NilCommand,
    /// Arguments follow something that takes none.
    #[error("can't give argument to non-function {0}")]
    NotFunction(String),
    /// A variable is set that there is not.
    #[error("undefined variable: {0}")]
    UndefinedVariable(String),
    /// A constant does not fit.
    #[error("{0} overflows int")]
    Overflow(String),
    /// A field of nothing, where missing keys are errors.
    #[error("nil data; no entry for key {0}")]
    NilData(String),
    /// A field of nil.
    #[error("nil pointer evaluating {of}.{field}")]
    NilPointer {
        /// The type of what is nil.
        of: Type,
        /// The field.
        field: String,
    },
    /// Arguments follow the field of a record.
    #[error("{0} has arguments but cannot be invoked as function")]
    FieldArguments(String),
    /// Arguments follow the key of a table.
    #[error("{0} is not a method but has arguments")]
    KeyArguments(String),
    /// A table has no such key, where that is an error.
    #[error("map has no entry for key {0}")]
    NoKey(String),
    /// There is no such field.
    #[error("can't evaluate field {field} in type {of}")]
    NoField {
        /// The field.
        field: String,
        /// The type of what does not have it.
        of: Type,
    },
    /// Too few arguments for a function that takes any number of them.
    #[error("wrong number of args for {function}: want at least {want} got {got}")]
    TooFew {
        /// The function.
        function: String,
        /// How many it takes at least.
        want: usize,
        /// How many there are.
        got: usize,
    },
    /// Too few or too many arguments.
    #[error("wrong number of args for {function}: want {want} got {got}")]
    Count {
        /// The function.
        function: String,
        /// How many it takes.
        want: usize,
        /// How many there are.
        got: usize,
    },
    /// `nil` where no nil can be.
    #[error("cannot assign nil to {0}")]
    Nil(Type),
    /// A constant of the wrong type.
    #[error("expected {wanted}; found {found}")]
    Expected {
        /// The kind of constant.
        wanted: &'static str,
        /// What there is.
        found: String,
    },
    /// A constant for a type that has none.
    #[error("can't handle {found} for arg of type {wanted}")]
    Unhandled {
        /// The constant.
        found: String,
        /// The type.
        wanted: Type,
    },
    /// No value where there has to be one.
    #[error("invalid value; expected {0}")]
    Invalid(Type),
    /// A value of the wrong type.
    #[error("wrong type for value; expected {wanted}; got {got}")]
    WrongType {
        /// The type that is wanted.
        wanted: Type,
        /// The type of the value.
        got: Type,
    },
    /// A loop over something that has no elements.
    #[error("range can't iterate over {0}")]
    NotIterable(String),
    /// A loop over a number that asks for more than the number.
    #[error("can't use {0} to iterate over more than one variable")]
    OneVariable(String),
    /// Something that cannot be written.
    #[error("can't print {what} of type {of}")]
    Unprintable {
        /// The action.
        what: String,
        /// The type of its value.
        of: Type,
    },
}
