//! What is being executed, for messages.

use crate::helm::template::tree::{Action, Command, Expression, Invocation, Pipeline, Template};
use crate::helm::template::written;

/// How much of a part messages show. Go shows all, which in no honest chart is as long.
const LONGEST: usize = 64 << 10;

/// The part of a template that Go's evaluator looked at last.
#[derive(Clone, Copy)]
pub(super) enum Place<'t> {
    Nowhere,
    Action(&'t Action),
    Invocation(&'t Invocation),
    Pipeline(&'t Pipeline),
    Command(&'t Command),
    Expression(&'t Expression),
}

impl Place<'_> {
    /// Returns where it is in the source.
    pub(super) fn position(self) -> Option<u32> {
        Some(match self {
            Self::Nowhere => return None,
            Self::Action(action) => action.position,
            Self::Invocation(invocation) => invocation.position,
            Self::Pipeline(pipeline) => pipeline.position,
            Self::Command(command) => command.position,
            Self::Expression(expression) => match expression {
                Expression::Dot(span) | Expression::Nil(span) | Expression::Bool(span, _) => {
                    span.start
                }
                Expression::Number(number) => number.span.start,
                Expression::String(literal) => literal.span.start,
                Expression::Field(position, _) | Expression::Variable(position, _) => *position,
                Expression::Chain(chain) => chain.position,
                Expression::Function(called) => called.span.start,
                Expression::Pipeline(pipeline) => pipeline.position,
            },
        })
    }

    /// Returns it as Go writes it.
    pub(super) fn shown(self, template: &Template) -> Option<String> {
        let source = template.source.text.as_bytes();
        let mut text = String::new();
        match self {
            Self::Nowhere => return None,
            Self::Action(action) => written::action(&mut text, action, source),
            Self::Invocation(invocation) => written::invocation(&mut text, invocation, source),
            Self::Pipeline(pipeline) => written::pipeline(&mut text, pipeline, source),
            Self::Command(command) => written::command(&mut text, command, source),
            Self::Expression(expression) => written::context(&mut text, expression, source),
        }
        // Templates that include each other show theirs a thousand times.
        if text.len() > LONGEST {
            text.truncate(text.floor_char_boundary(LONGEST));
        }
        Some(text)
    }

    /// Returns an argument as Go writes it.
    pub(super) fn argument(argument: &Expression, template: &Template) -> String {
        let mut text = String::new();
        written::context(&mut text, argument, template.source.text.as_bytes());
        text
    }
}
