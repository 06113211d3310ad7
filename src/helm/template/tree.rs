//! A parsed template. All threads can share it.

use crate::helm::template::function::Function;
use crate::helm::template::stack::deeply;
use crate::helm::template::token::Span;
use crate::helm::value::{Complex, Text};
use std::mem;
use std::sync::Arc;

/// A template with a name, which may have been defined within another one.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) name: Text,
    /// What it was parsed from.
    pub(crate) source: Arc<Source>,
    pub(crate) root: Vec<Node>,
}

/// A text with the name that it was parsed under.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) name: Text,
    pub(crate) text: Text,
}

/// A part of a template.
#[derive(Debug)]
pub(crate) enum Node {
    /// What is written as it is.
    Text(Span),
    /// `{{pipeline}}`
    Action(Box<Action>),
    /// `{{if}}`, `{{with}}` or `{{range}}`.
    Control(Box<Control>),
    /// `{{template}}`
    Template(Box<Invocation>),
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) position: u32,
    pub(crate) pipeline: Pipeline,
}

/// What comes up to `{{end}}`.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) word: ControlWord,
    pub(crate) pipeline: Pipeline,
    pub(crate) body: Vec<Node>,
    pub(crate) otherwise: Option<Vec<Node>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ControlWord {
    If,
    With,
    Range,
}

impl ControlWord {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::If => "if",
            Self::With => "with",
            Self::Range => "range",
        }
    }
}

#[derive(Debug)]
pub(crate) struct Invocation {
    pub(crate) position: u32,
    pub(crate) name: Text,
    pub(crate) pipeline: Option<Pipeline>,
}

/// Commands, each of which is given the value of the one before it.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) position: u32,
    /// The variables that it sets.
    pub(crate) variables: Vec<Span>,
    /// Whether they are there already: `=`.
    pub(crate) assigns: bool,
    pub(crate) commands: Vec<Command>,
}

/// What is called, and its arguments.
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) position: u32,
    pub(crate) first: Expression,
    pub(crate) arguments: Vec<Expression>,
}

/// A single value.
#[derive(Debug)]
pub(crate) enum Expression {
    Dot(Span),
    Nil(Span),
    Bool(Span, bool),
    Number(Box<Number>),
    String(Box<Literal>),
    /// `.a.b`: the place that Go tells, and the names.
    Field(u32, Vec<Span>),
    /// `$a.b`: the same, with the variable first.
    Variable(u32, Vec<Span>),
    /// `(pipeline).a.b`
    Chain(Box<Chain>),
    Function(Box<Called>),
    Pipeline(Box<Pipeline>),
}

/// A number, with everything that it can be taken for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) span: Span,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<Complex>,
    pub(crate) ideal: Ideal,
}

/// What a number is where nothing asks for a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ideal {
    Int,
    Float,
    Complex,
    /// Nothing: it is too large for an `int`.
    Overflow,
}

#[derive(Debug)]
pub(crate) struct Literal {
    pub(crate) span: Span,
    pub(crate) value: Text,
}

#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) position: u32,
    pub(crate) base: Expression,
    pub(crate) fields: Vec<Span>,
}

#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) span: Span,
    pub(crate) function: Function,
}

// What nests deeply is dropped on a stack that is as deep.
impl Drop for Control {
    fn drop(&mut self) {
        let body = mem::take(&mut self.body);
        let otherwise = self.otherwise.take();
        deeply(|| drop((body, otherwise)));
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        let commands = mem::take(&mut self.commands);
        deeply(|| drop(commands));
    }
}

impl Template {
    /// Returns what is written at a place.
    pub(crate) fn text(&self, span: Span) -> &[u8] {
        span.of(self.source.text.as_bytes())
    }

    /// Returns a name that is written at a place. It has letters and digits only.
    pub(crate) fn word(&self, span: Span) -> &str {
        str::from_utf8(self.text(span)).unwrap_or_default()
    }
}

/// Tells whether nothing but white space is written, so that a definition changes nothing.
pub(crate) fn is_empty(nodes: &[Node], source: &[u8]) -> bool {
    nodes.iter().all(|node| match node {
        Node::Text(span) => is_blank(span.of(source)),
        Node::Action(_) | Node::Control(_) | Node::Template(_) | Node::Break | Node::Continue => {
            false
        }
    })
}

fn is_blank(text: &[u8]) -> bool {
    str::from_utf8(text).is_ok_and(|text| text.trim().is_empty())
}
