//! Reading tokens, ahead and back, and telling what is wrong with them.

use crate::helm::template::error::{Cause, Error, Frame};
use crate::helm::template::parser::Parser;
use crate::helm::template::problem::ParseProblem;
use crate::helm::template::token::{Span, Token, TokenKind};

impl Parser<'_> {
    pub(crate) fn next(&mut self) -> Token {
        let scope = &mut self.scope;
        if scope.ahead > 0 {
            scope.ahead -= 1;
        } else {
            scope.tokens[0] = Some(self.lexer.next());
        }
        self.ahead(self.scope.ahead)
    }

    fn ahead(&self, index: usize) -> Token {
        let token = self.scope.tokens.get(index).copied().flatten();
        token.unwrap_or(Token { kind: TokenKind::Eof, span: Span::default(), line: 1 })
    }

    pub(crate) fn peek(&mut self) -> Token {
        if self.scope.ahead > 0 {
            return self.ahead(self.scope.ahead - 1);
        }
        self.scope.ahead = 1;
        self.scope.tokens[0] = Some(self.lexer.next());
        self.ahead(0)
    }

    pub(crate) fn back_up(&mut self) {
        self.scope.ahead += 1;
    }

    /// Puts a token back in front of the one that was put back or read last.
    pub(crate) fn back_up_two(&mut self, first: Token) {
        self.scope.tokens[1] = Some(first);
        self.scope.ahead = 2;
    }

    pub(crate) fn back_up_three(&mut self, first: Token, second: Token) {
        self.scope.tokens[1] = Some(second);
        self.scope.tokens[2] = Some(first);
        self.scope.ahead = 3;
    }

    /// Returns the next token that is no white space.
    pub(crate) fn next_word(&mut self) -> Token {
        loop {
            let token = self.next();
            if token.kind != TokenKind::Space {
                return token;
            }
        }
    }

    pub(crate) fn peek_word(&mut self) -> Token {
        let token = self.next_word();
        self.back_up();
        token
    }

    pub(super) fn expect(&mut self, kind: TokenKind, context: &'static str) -> Result<(), Error> {
        let token = self.next_word();
        if token.kind == kind { Ok(()) } else { Err(self.unexpected(token, context)) }
    }

    pub(crate) fn unexpected(&self, token: Token, context: &'static str) -> Error {
        let problem = match self.lexer.problem() {
            Some(problem) if token.kind == TokenKind::Problem => self.in_action(problem, token),
            _ => {
                let what = token.shown(self.lexer.source());
                ParseProblem::Unexpected { what, context }
            }
        };
        self.error(problem)
    }

    fn in_action(&self, problem: &ParseProblem, token: Token) -> ParseProblem {
        match self.scope.action {
            Some(line) if line != token.line => ParseProblem::InAction {
                problem: Box::new(problem.clone()),
                template: self.source.name.to_string(),
                line,
            },
            _ => problem.clone(),
        }
    }

    pub(crate) fn error(&self, problem: ParseProblem) -> Error {
        Error::new(Cause::Parse(problem), self.frame())
    }

    pub(super) fn frame(&self) -> Frame {
        let line = self.scope.tokens[0].map_or(1, |token| token.line);
        Frame {
            template: self.source.name.to_string(),
            line: Some(line),
            column: None,
            executing: None,
            prefix: String::new(),
        }
    }
}
