//! From a source to trees: text, actions, and the blocks that they make.

mod tokens;

use crate::helm::format::{Escape, quoted};
use crate::helm::template::error::{Cause, Error, Frame};
use crate::helm::template::functions::Functions;
use crate::helm::template::lexer::Lexer;
use crate::helm::template::limits::{Limit, Limits};
use crate::helm::template::problem::ParseProblem;
use crate::helm::template::stack::deeply;
use crate::helm::template::token::{Keyword, Span, Token, TokenKind};
use crate::helm::template::tree::{
    Action, Control, ControlWord, Invocation, Node, Source, Template, is_empty,
};
use crate::helm::value::Text;
use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

/// The templates that one source defines, itself among them.
pub(crate) type Trees = BTreeMap<Text, Arc<Template>>;

/// Returns the templates of a source, which bears a name itself.
pub(crate) fn parse(
    source: &Arc<Source>,
    functions: &Functions,
    limits: &Limits,
) -> Result<Trees, Error> {
    if source.text.len() > limits.source {
        let frame = Frame::of_source(source.name.to_string());
        return Err(Error::new(Cause::Limit(Limit::Source(limits.source)), frame));
    }
    let parser = Parser {
        lexer: Lexer::new(source.text.as_bytes(), functions.profile()),
        source,
        functions,
        trees: Trees::new(),
        scope: Scope::default(),
        depth: 0,
        most: limits.source_nesting,
    };
    parser.source_file()
}

/// Reads a source.
pub(crate) struct Parser<'s> {
    lexer: Lexer<'s>,
    pub(crate) source: &'s Arc<Source>,
    pub(crate) functions: &'s Functions,
    trees: Trees,
    pub(crate) scope: Scope,
    depth: usize,
    most: usize,
}

/// What a definition has of its own.
#[derive(Default)]
pub(crate) struct Scope {
    /// Tokens that were read ahead, the next one last. The first place holds the last token that
    /// was read, whose line Go tells in messages.
    tokens: [Option<Token>; 3],
    ahead: usize,
    /// The variables that are declared.
    pub(crate) variables: Vec<Span>,
    loops: usize,
    /// The line on which the action begins that is being read.
    action: Option<usize>,
}

/// What ended a list of nodes.
#[derive(Clone, Copy)]
enum End {
    End,
    Else,
}

impl End {
    fn shown(self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

/// A part of a template, or the end of a list of them.
enum Item {
    Node(Node),
    End(End),
}

impl Parser<'_> {
    fn source_file(mut self) -> Result<Trees, Error> {
        let mut root = Vec::new();
        while self.peek().kind != TokenKind::Eof {
            if self.begins_definition() {
                self.in_scope(Self::definition)?;
                continue;
            }
            match self.text_or_action()? {
                Item::Node(node) => root.push(node),
                Item::End(end) => {
                    return Err(self.error(ParseProblem::UnexpectedNode(end.shown())));
                }
            }
        }
        self.define(self.source.name.clone(), root)?;
        Ok(self.trees)
    }

    /// Reads `{{define`, if that is what comes.
    fn begins_definition(&mut self) -> bool {
        if self.peek().kind != TokenKind::LeftDelimiter {
            return false;
        }
        let delimiter = self.next();
        let found = self.next_word().kind == TokenKind::Keyword(Keyword::Define);
        if !found {
            self.back_up_two(delimiter);
        }
        found
    }

    /// Reads something that knows nothing of the variables and loops around it.
    fn in_scope<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let outer = mem::take(&mut self.scope);
        let found = read(self)?;
        self.scope = outer;
        Ok(found)
    }

    /// Reads what follows `{{define`.
    fn definition(&mut self) -> Result<(), Error> {
        let context = "define clause";
        let name = self.next_word();
        if !matches!(name.kind, TokenKind::String | TokenKind::RawString) {
            return Err(self.unexpected(name, context));
        }
        let name = self.unquoted(name)?;
        self.expect(TokenKind::RightDelimiter, context)?;
        self.body(name, context)
    }

    /// Reads the body of a definition.
    fn body(&mut self, name: Text, context: &'static str) -> Result<(), Error> {
        let (nodes, end) = self.list()?;
        match end {
            End::End => self.define(name, nodes),
            End::Else => {
                let what = end.shown().to_owned();
                Err(self.error(ParseProblem::Unexpected { what, context }))
            }
        }
    }

    /// Adds a template; of two of the same name, one has to be empty.
    fn define(&mut self, name: Text, root: Vec<Node>) -> Result<(), Error> {
        let text = self.source.text.as_bytes();
        let known = self.trees.get(&name);
        if known.is_none_or(|known| is_empty(&known.root, text)) {
            let source = Arc::clone(self.source);
            self.trees.insert(name.clone(), Arc::new(Template { name, source, root }));
            return Ok(());
        }
        if is_empty(&root, text) {
            return Ok(());
        }
        Err(self.error(ParseProblem::Defined(quoted(name.as_bytes(), Escape::Needed))))
    }

    /// Reads up to `{{end}}` or `{{else}}`.
    fn list(&mut self) -> Result<(Vec<Node>, End), Error> {
        let mut nodes = Vec::new();
        while self.peek_word().kind != TokenKind::Eof {
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::End(end) => return Ok((nodes, end)),
            }
        }
        Err(self.error(ParseProblem::Eof))
    }

    fn text_or_action(&mut self) -> Result<Item, Error> {
        let token = self.next_word();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text(token.span))),
            TokenKind::LeftDelimiter => {
                self.scope.action = Some(token.line);
                let item = self.nested(Self::action)?;
                self.scope.action = None;
                Ok(item)
            }
            _ => Err(self.unexpected(token, "input")),
        }
    }

    fn action(&mut self) -> Result<Item, Error> {
        let token = self.next_word();
        let TokenKind::Keyword(keyword) = token.kind else { return self.plain_action() };
        Ok(Item::Node(match keyword {
            Keyword::If => self.control(ControlWord::If)?,
            Keyword::Range => self.control(ControlWord::Range)?,
            Keyword::With => self.control(ControlWord::With)?,
            Keyword::Block => self.block()?,
            Keyword::Template => self.invocation()?,
            Keyword::Break => {
                self.loop_word("{{break}}")?;
                Node::Break
            }
            Keyword::Continue => {
                self.loop_word("{{continue}}")?;
                Node::Continue
            }
            Keyword::Else => {
                self.after_else()?;
                return Ok(Item::End(End::Else));
            }
            Keyword::End => {
                self.expect(TokenKind::RightDelimiter, "end")?;
                return Ok(Item::End(End::End));
            }
            Keyword::Dot | Keyword::Nil | Keyword::Define => return self.plain_action(),
        }))
    }

    fn plain_action(&mut self) -> Result<Item, Error> {
        self.back_up();
        let position = self.peek().span.start;
        let pipeline = self.pipeline("command", TokenKind::RightDelimiter)?;
        Ok(Item::Node(Node::Action(Box::new(Action { position, pipeline }))))
    }

    fn loop_word(&mut self, action: &'static str) -> Result<(), Error> {
        self.expect(TokenKind::RightDelimiter, action)?;
        if self.scope.loops == 0 {
            return Err(self.error(ParseProblem::OutsideRange(action)));
        }
        Ok(())
    }

    fn after_else(&mut self) -> Result<(), Error> {
        match self.peek_word().kind {
            TokenKind::Keyword(Keyword::If | Keyword::With) => Ok(()),
            _ => self.expect(TokenKind::RightDelimiter, "else"),
        }
    }

    fn control(&mut self, word: ControlWord) -> Result<Node, Error> {
        let outer = self.scope.variables.len();
        let pipeline = self.pipeline(word.text(), TokenKind::RightDelimiter)?;
        let loops = usize::from(word == ControlWord::Range);
        self.scope.loops += loops;
        let list = self.list()?;
        self.scope.loops -= loops;
        let (body, end) = list;
        let otherwise = match end {
            End::End => None,
            End::Else => Some(self.otherwise(word)?),
        };
        self.scope.variables.truncate(outer);
        Ok(Node::Control(Box::new(Control { word, pipeline, body, otherwise })))
    }

    /// Reads what follows `{{else`: `if` and `with` need no end of their own.
    fn otherwise(&mut self, word: ControlWord) -> Result<Vec<Node>, Error> {
        let same = match word {
            ControlWord::If => Some(Keyword::If),
            ControlWord::With => Some(Keyword::With),
            ControlWord::Range => None,
        };
        let next = self.peek();
        if same.is_some_and(|same| next.kind == TokenKind::Keyword(same)) {
            self.next();
            return Ok(vec![self.nested(|parser| parser.control(word))?]);
        }
        match self.list()? {
            (nodes, End::End) => Ok(nodes),
            (_, End::Else) => Err(self.error(ParseProblem::SecondElse)),
        }
    }

    fn block(&mut self) -> Result<Node, Error> {
        let context = "block clause";
        let token = self.next_word();
        let name = self.template_name(token, context)?;
        let pipeline = self.pipeline(context, TokenKind::RightDelimiter)?;
        let defined = name.clone();
        let end = self.in_scope(|parser| {
            let (nodes, end) = parser.list()?;
            if let End::End = end {
                parser.define(defined, nodes)?;
            }
            Ok(end)
        })?;
        if let End::Else = end {
            let what = end.shown().to_owned();
            return Err(self.error(ParseProblem::Unexpected { what, context }));
        }
        let position = token.span.start;
        Ok(Node::Template(Box::new(Invocation { position, name, pipeline: Some(pipeline) })))
    }

    fn invocation(&mut self) -> Result<Node, Error> {
        let context = "template clause";
        let token = self.next_word();
        let name = self.template_name(token, context)?;
        let mut pipeline = None;
        if self.next_word().kind != TokenKind::RightDelimiter {
            self.back_up();
            pipeline = Some(self.pipeline(context, TokenKind::RightDelimiter)?);
        }
        let position = token.span.start;
        Ok(Node::Template(Box::new(Invocation { position, name, pipeline })))
    }

    fn template_name(&mut self, token: Token, context: &'static str) -> Result<Text, Error> {
        match token.kind {
            TokenKind::String | TokenKind::RawString => self.unquoted(token),
            _ => Err(self.unexpected(token, context)),
        }
    }

    /// Reads something that may hold something of its own kind.
    pub(crate) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.depth >= self.most {
            let limit = Limit::SourceNesting(self.most);
            return Err(Error::new(Cause::Limit(limit), self.frame()));
        }
        self.depth += 1;
        let found = deeply(|| read(self));
        self.depth -= 1;
        found
    }
}
