//! Functions that templates call: those of the table, and methods of values.

use crate::helm::template::error::FunctionError;
use crate::helm::template::interpreter::Interpreter;
use crate::helm::template::outcome::Outcome;
use crate::helm::template::parameter::{Arguments, Parameter};
use crate::helm::template::signature::Signature;
use crate::helm::value::Value;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

/// A function of a table, which all threads share.
#[derive(Clone)]
pub struct Function {
    signature: &'static Signature,
    body: Arc<Shared>,
    special: Option<Special>,
    is_random: bool,
}

/// A function that is a value: a method bound to what it belongs to.
#[derive(Clone)]
pub struct Closure(Rc<Body<Local>>);

type Shared = dyn Fn(&mut Interpreter, Arguments) -> Returned + Send + Sync;
type Local = dyn Fn(&mut Interpreter, Arguments) -> Returned;
type Returned = Result<Value, FunctionError>;

// One allocation holds both, so that the pointer to it is as small as those of other values.
struct Body<F: ?Sized> {
    signature: &'static Signature,
    call: F,
}

/// What the evaluator does itself for a builtin of Go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Special {
    /// `and`: evaluates up to the first argument that is false.
    And,
    /// `or`: evaluates up to the first argument that is true.
    Or,
    /// `call`: is told the source of its first argument, which its messages name.
    Call,
}

impl Function {
    /// Returns a function written in Rust as one that templates can call.
    pub fn new<A, F: Callable<A> + Send + Sync + 'static>(function: F) -> Self {
        let body =
            move |interpreter: &mut Interpreter, arguments| function.call(interpreter, arguments);
        Self { signature: F::SIGNATURE, body: Arc::new(body), special: None, is_random: false }
    }

    /// Returns the function as one that the evaluator treats in a way of its own.
    pub(crate) fn special(mut self, special: Special) -> Self {
        self.special = Some(special);
        self
    }

    /// Returns the function as one that leaves something to chance.
    #[must_use]
    pub fn random(mut self) -> Self {
        self.is_random = true;
        self
    }

    /// Tells whether it leaves something to chance.
    pub fn is_random(&self) -> bool {
        self.is_random
    }

    /// Returns what is special about it.
    pub(crate) fn as_special(&self) -> Option<Special> {
        self.special
    }

    /// Returns what the function takes and gives.
    pub fn signature(&self) -> &'static Signature {
        self.signature
    }

    /// Calls the function with arguments that fit its signature.
    pub fn call(
        &self,
        interpreter: &mut Interpreter,
        arguments: Arguments,
    ) -> Result<Value, FunctionError> {
        (self.body)(interpreter, arguments)
    }
}

impl Closure {
    /// Returns a function written in Rust as a value or a method.
    pub fn new<A, F: Callable<A> + 'static>(function: F) -> Self {
        let call =
            move |interpreter: &mut Interpreter, arguments| function.call(interpreter, arguments);
        Self(Rc::new(Body { signature: F::SIGNATURE, call }))
    }

    /// Returns what the function takes and gives.
    pub fn signature(&self) -> &'static Signature {
        self.0.signature
    }

    /// Calls the function with arguments that fit its signature.
    pub fn call(
        &self,
        interpreter: &mut Interpreter,
        arguments: Arguments,
    ) -> Result<Value, FunctionError> {
        (self.0.call)(interpreter, arguments)
    }
}

/// What Rust can be made a [`Function`] of: `fn(A, …) -> R` and `fn(&mut Interpreter, A, …) -> R`.
pub trait Callable<A> {
    /// What it takes and gives.
    const SIGNATURE: &'static Signature;

    /// Takes the arguments and calls it.
    fn call(
        &self,
        interpreter: &mut Interpreter,
        arguments: Arguments,
    ) -> Result<Value, FunctionError>;
}

/// Marks functions that take the interpreter first.
#[derive(Debug)]
pub struct Interpreting<A>(A);

/// Writes both forms of a number of parameters.
macro_rules! callable {
    ($($name:ident),*) => {
        impl<F, R: Outcome, $($name: Parameter),*> Callable<($($name,)*)> for F
        where
            F: Fn($($name),*) -> R,
        {
            callable!(@signature $($name),*);

            #[allow(
                non_snake_case,
                unused_mut,
                unused_variables,
                clippy::allow_attributes,
                reason = "a parameter has the name of its type, and there may be none"
            )]
            fn call(
                &self,
                _: &mut Interpreter,
                mut arguments: Arguments,
            ) -> Result<Value, FunctionError> {
                $(let $name = $name::take(&mut arguments)?;)*
                self($($name),*).into_result()
            }
        }

        impl<F, R: Outcome, $($name: Parameter),*> Callable<Interpreting<($($name,)*)>> for F
        where
            F: Fn(&mut Interpreter, $($name),*) -> R,
        {
            callable!(@signature $($name),*);

            #[allow(
                non_snake_case,
                unused_mut,
                unused_variables,
                clippy::allow_attributes,
                reason = "a parameter has the name of its type, and there may be none"
            )]
            fn call(
                &self,
                interpreter: &mut Interpreter,
                mut arguments: Arguments,
            ) -> Result<Value, FunctionError> {
                $(let $name = $name::take(&mut arguments)?;)*
                self(interpreter, $($name),*).into_result()
            }
        }
    };
    (@signature $($name:ident),*) => {
        const SIGNATURE: &'static Signature = &Signature {
            parameters: &[$($name::TYPE),*],
            variadic: false $(|| $name::VARIADIC)*,
            result: R::TYPE,
            fallible: R::FALLIBLE,
        };
    };
}

callable!();
callable!(A);
callable!(A, B);
callable!(A, B, C);
callable!(A, B, C, D);
callable!(A, B, C, D, E);
callable!(A, B, C, D, E, G);

impl fmt::Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.signature)
    }
}

impl fmt::Debug for Closure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0.signature)
    }
}
