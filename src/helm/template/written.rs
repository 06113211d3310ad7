//! Parts of templates as Go's messages show them.

use crate::helm::format::{Escape, quoted};
use crate::helm::template::stack::deeply;
use crate::helm::template::token::Span;
use crate::helm::template::tree::{Action, Chain, Command, Expression, Invocation, Pipeline};

/// Writes `{{pipeline}}`.
pub(crate) fn action(output: &mut String, action: &Action, source: &[u8]) {
    output.push_str("{{");
    pipeline(output, &action.pipeline, source);
    output.push_str("}}");
}

/// Writes `{{template "name" pipeline}}`.
pub(crate) fn invocation(output: &mut String, invocation: &Invocation, source: &[u8]) {
    output.push_str("{{template ");
    output.push_str(&quoted(invocation.name.as_bytes(), Escape::Needed));
    if let Some(data) = &invocation.pipeline {
        output.push(' ');
        pipeline(output, data, source);
    }
    output.push_str("}}");
}

/// Writes commands with pipes between them.
pub(crate) fn pipeline(output: &mut String, pipeline: &Pipeline, source: &[u8]) {
    for (index, variable) in pipeline.variables.iter().enumerate() {
        output.push_str(if index == 0 { "" } else { ", " });
        word(output, *variable, source);
    }
    if !pipeline.variables.is_empty() {
        output.push_str(if pipeline.assigns { " = " } else { " := " });
    }
    for (index, piped) in pipeline.commands.iter().enumerate() {
        output.push_str(if index == 0 { "" } else { " | " });
        command(output, piped, source);
    }
}

/// Writes a function with its arguments.
pub(crate) fn command(output: &mut String, command: &Command, source: &[u8]) {
    expression(output, &command.first, source);
    for argument in &command.arguments {
        output.push(' ');
        expression(output, argument, source);
    }
}

/// Writes an argument.
pub(crate) fn expression(output: &mut String, argument: &Expression, source: &[u8]) {
    match argument {
        Expression::Dot(span) | Expression::Nil(span) | Expression::Bool(span, _) => {
            word(output, *span, source);
        }
        Expression::Number(number) => word(output, number.span, source),
        Expression::String(literal) => word(output, literal.span, source),
        Expression::Function(called) => word(output, called.span, source),
        Expression::Field(_, names) => fields(output, names, source),
        Expression::Variable(_, names) => variable(output, names, source),
        Expression::Chain(chain) => whole_chain(output, chain, source),
        Expression::Pipeline(inner) => in_parentheses(output, inner, source),
    }
}

/// Writes an argument as the context of a message, where parentheses are left out.
pub(crate) fn context(output: &mut String, argument: &Expression, source: &[u8]) {
    match argument {
        Expression::Pipeline(inner) => pipeline(output, inner, source),
        other => expression(output, other, source),
    }
}

fn in_parentheses(output: &mut String, inner: &Pipeline, source: &[u8]) {
    output.push('(');
    deeply(|| pipeline(output, inner, source));
    output.push(')');
}

fn whole_chain(output: &mut String, chain: &Chain, source: &[u8]) {
    expression(output, &chain.base, source);
    fields(output, &chain.fields, source);
}

fn fields(output: &mut String, names: &[Span], source: &[u8]) {
    for name in names {
        output.push('.');
        word(output, *name, source);
    }
}

fn variable(output: &mut String, names: &[Span], source: &[u8]) {
    for (index, name) in names.iter().enumerate() {
        output.push_str(if index == 0 { "" } else { "." });
        word(output, *name, source);
    }
}

fn word(output: &mut String, span: Span, source: &[u8]) {
    output.push_str(&String::from_utf8_lossy(span.of(source)));
}
