//! From tokens to pipelines, commands and what stands in them.

use crate::helm::format::{Escape, quoted, unquoted};
use crate::helm::template::error::Error;
use crate::helm::template::number;
use crate::helm::template::parser::Parser;
use crate::helm::template::problem::ParseProblem;
use crate::helm::template::token::{Keyword, Span, Token, TokenKind};
use crate::helm::template::tree::{Called, Chain, Command, Expression, Literal, Pipeline};
use crate::helm::template::written;
use crate::helm::value::Text;

impl Parser<'_> {
    /// Reads a pipeline and its end.
    pub(crate) fn pipeline(
        &mut self,
        context: &'static str,
        end: TokenKind,
    ) -> Result<Pipeline, Error> {
        let position = self.peek_word().span.start;
        let mut pipeline =
            Pipeline { position, variables: Vec::new(), assigns: false, commands: Vec::new() };
        while self.declaration(&mut pipeline, context)? {}
        loop {
            let token = self.next_word();
            if token.kind == end {
                self.check(&pipeline, context)?;
                return Ok(pipeline);
            }
            if !begins_operand(token.kind) {
                return Err(self.unexpected(token, context));
            }
            self.back_up();
            pipeline.commands.push(self.command()?);
        }
    }

    /// Reads a variable that is set, if there is one; tells whether another one may follow.
    fn declaration(
        &mut self,
        pipeline: &mut Pipeline,
        context: &'static str,
    ) -> Result<bool, Error> {
        let variable = self.peek_word();
        if variable.kind != TokenKind::Variable {
            return Ok(false);
        }
        self.next();
        let after = self.peek();
        let next = self.peek_word();
        let comma = next.kind == TokenKind::Other && next.span.of(self.text()) == b",";
        match next.kind {
            TokenKind::Assign | TokenKind::Declare => {
                pipeline.assigns = next.kind == TokenKind::Assign;
            }
            _ if comma => {}
            _ if after.kind == TokenKind::Space => {
                self.back_up_three(variable, after);
                return Ok(false);
            }
            _ => {
                self.back_up_two(variable);
                return Ok(false);
            }
        }
        self.next_word();
        pipeline.variables.push(variable.span);
        self.scope.variables.push(variable.span);
        if !comma {
            return Ok(false);
        }
        if context != "range" || pipeline.variables.len() >= 2 {
            return Err(self.error(ParseProblem::Declarations(context)));
        }
        match self.peek_word().kind {
            TokenKind::Variable | TokenKind::RightDelimiter | TokenKind::RightParenthesis => {
                Ok(true)
            }
            _ => Err(self.error(ParseProblem::RangeVariables)),
        }
    }

    fn check(&self, pipeline: &Pipeline, context: &'static str) -> Result<(), Error> {
        if pipeline.commands.is_empty() {
            return Err(self.error(ParseProblem::MissingValue(context)));
        }
        for (index, command) in pipeline.commands.iter().enumerate().skip(1) {
            let constant = matches!(
                command.first,
                Expression::Bool(..)
                    | Expression::Dot(_)
                    | Expression::Nil(_)
                    | Expression::Number(_)
                    | Expression::String(_)
            );
            if constant {
                return Err(self.error(ParseProblem::NotExecutable(index + 1)));
            }
        }
        Ok(())
    }

    fn command(&mut self) -> Result<Command, Error> {
        let position = self.peek_word().span.start;
        let (mut first, mut arguments) = (None, Vec::new());
        loop {
            self.peek_word();
            match (self.operand()?, first.is_some()) {
                (Some(operand), true) => arguments.push(operand),
                (operand, false) => first = operand,
                (None, true) => {}
            }
            let token = self.next();
            match token.kind {
                TokenKind::Space => {}
                TokenKind::RightDelimiter | TokenKind::RightParenthesis => {
                    self.back_up();
                    break;
                }
                TokenKind::Pipe => break,
                _ => return Err(self.unexpected(token, "operand")),
            }
        }
        let first = first.ok_or_else(|| self.error(ParseProblem::EmptyCommand))?;
        Ok(Command { position, first, arguments })
    }

    /// Reads a term with the fields that follow it.
    fn operand(&mut self) -> Result<Option<Expression>, Error> {
        let Some(term) = self.term()? else { return Ok(None) };
        let next = self.peek();
        if next.kind != TokenKind::Field {
            return Ok(Some(term));
        }
        let position = next.span.start;
        let mut fields = Vec::new();
        while self.peek().kind == TokenKind::Field {
            fields.push(name_of(self.next()));
        }
        Ok(Some(match term {
            Expression::Field(_, mut names) => {
                names.extend(fields);
                Expression::Field(position, names)
            }
            Expression::Variable(_, mut names) => {
                names.extend(fields);
                Expression::Variable(position, names)
            }
            Expression::Bool(..)
            | Expression::String(_)
            | Expression::Number(_)
            | Expression::Nil(_)
            | Expression::Dot(_) => {
                let mut text = String::new();
                written::expression(&mut text, &term, self.text());
                let shown = quoted(text.as_bytes(), Escape::Needed);
                return Err(self.error(ParseProblem::FieldOfConstant(shown)));
            }
            base @ (Expression::Function(_) | Expression::Pipeline(_) | Expression::Chain(_)) => {
                Expression::Chain(Box::new(Chain { position, base, fields }))
            }
        }))
    }

    fn term(&mut self) -> Result<Option<Expression>, Error> {
        let token = self.next_word();
        Ok(Some(match token.kind {
            TokenKind::Identifier => self.function(token)?,
            TokenKind::Keyword(Keyword::Dot) => Expression::Dot(token.span),
            TokenKind::Keyword(Keyword::Nil) => Expression::Nil(token.span),
            TokenKind::Variable => self.variable(token)?,
            TokenKind::Field => Expression::Field(token.span.start, vec![name_of(token)]),
            TokenKind::Bool => Expression::Bool(token.span, token.span.of(self.text()) == b"true"),
            TokenKind::Character | TokenKind::Complex | TokenKind::Number => {
                let text = String::from_utf8_lossy(token.span.of(self.text()));
                let number = number::parse(&text, token.span, token.kind);
                Expression::Number(Box::new(number.map_err(|problem| self.error(problem))?))
            }
            TokenKind::LeftParenthesis => {
                let pipeline = self.nested(|parser| {
                    parser.pipeline("parenthesized pipeline", TokenKind::RightParenthesis)
                })?;
                Expression::Pipeline(Box::new(pipeline))
            }
            TokenKind::String | TokenKind::RawString => {
                let value = self.unquoted(token)?;
                Expression::String(Box::new(Literal { span: token.span, value }))
            }
            _ => {
                self.back_up();
                return Ok(None);
            }
        }))
    }

    fn function(&mut self, token: Token) -> Result<Expression, Error> {
        let name = String::from_utf8_lossy(token.span.of(self.text()));
        let Some(function) = self.functions.get(&name).cloned() else {
            let name = quoted(name.as_bytes(), Escape::Needed);
            return Err(self.error(ParseProblem::UndefinedFunction(name)));
        };
        Ok(Expression::Function(Box::new(Called { span: token.span, function })))
    }

    fn variable(&mut self, token: Token) -> Result<Expression, Error> {
        let name = token.span.of(self.text());
        let declared = |span: &Span| span.of(self.text()) == name;
        if name != b"$" && !self.scope.variables.iter().any(declared) {
            let name = quoted(name, Escape::Needed);
            return Err(self.error(ParseProblem::UndefinedVariable(name)));
        }
        Ok(Expression::Variable(token.span.start, vec![token.span]))
    }

    /// Returns what a text in quotes means.
    pub(crate) fn unquoted(&self, token: Token) -> Result<Text, Error> {
        let literal = token.span.of(self.text());
        let found = match str::from_utf8(literal) {
            Ok(literal) => unquoted(literal).map(Text::from),
            Err(_) => unquoted_bytes(literal),
        };
        found.ok_or_else(|| self.error(ParseProblem::Quote))
    }

    pub(crate) fn text(&self) -> &[u8] {
        self.source.text.as_bytes()
    }
}

/// Returns the name of a field without the point before it.
fn name_of(token: Token) -> Span {
    Span { start: token.span.start + 1, end: token.span.end }
}

fn begins_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Bool
            | TokenKind::Character
            | TokenKind::Complex
            | TokenKind::Keyword(Keyword::Dot | Keyword::Nil)
            | TokenKind::Field
            | TokenKind::Identifier
            | TokenKind::Number
            | TokenKind::RawString
            | TokenKind::String
            | TokenKind::Variable
            | TokenKind::LeftParenthesis
    )
}

/// Returns what a literal means that is not UTF-8: only back-quotes keep such bytes.
fn unquoted_bytes(literal: &[u8]) -> Option<Text> {
    if let Some(inner) = literal.strip_prefix(b"`").and_then(|rest| rest.strip_suffix(b"`")) {
        let kept: Vec<u8> = inner.iter().copied().filter(|byte| *byte != b'\r').collect();
        return Some(kept.into());
    }
    let mut text = String::with_capacity(literal.len());
    for chunk in literal.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    unquoted(&text).map(Text::from)
}
