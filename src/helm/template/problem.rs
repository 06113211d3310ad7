//! What is wrong with the source of a template, in the words of Go's parser.

use crate::helm::format::NumberError;

/// What is wrong with the source of a template. What is quoted is quoted already.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseProblem {
    /// A comment does not end.
    #[error("unclosed comment")]
    UnclosedComment,
    /// Something stands between a comment and the end of its action.
    #[error("comment ends before closing delimiter")]
    CommentEnd,
    /// An action does not end.
    #[error("unclosed action")]
    UnclosedAction,
    /// A parenthesis does not end within the action.
    #[error("unclosed left paren")]
    UnclosedParenthesis,
    /// A parenthesis ends that did not begin.
    #[error("unexpected right paren")]
    RightParenthesis,
    /// A colon without its equals sign.
    #[error("expected :=")]
    ExpectedDeclare,
    /// A character that nothing begins with.
    #[error("unrecognized character in action: {0}")]
    Unrecognized(String),
    /// A character that must not follow a name.
    #[error("bad character {0}")]
    BadCharacter(String),
    /// A character constant does not end on its line.
    #[error("unterminated character constant")]
    UnterminatedCharacter,
    /// A text does not end on its line.
    #[error("unterminated quoted string")]
    UnterminatedString,
    /// A text in back-quotes does not end.
    #[error("unterminated raw quoted string")]
    UnterminatedRawString,
    /// Something that begins like a number does not look like one.
    #[error("bad number syntax: {0}")]
    BadNumber(String),
    /// One of the above, on another line than that on which the action begins.
    #[error("{problem}{} started at {template}:{line}", in_action(problem))]
    InAction {
        /// What is wrong.
        problem: Box<ParseProblem>,
        /// The name of the template.
        template: String,
        /// The line on which the action begins.
        line: usize,
    },
    /// The text ends too early.
    #[error("unexpected EOF")]
    Eof,
    /// A word that must not stand there.
    #[error("unexpected {what} in {context}")]
    Unexpected {
        /// The word.
        what: String,
        /// Where it stands.
        context: &'static str,
    },
    /// `{{else}}` or `{{end}}` where nothing began.
    #[error("unexpected {0}")]
    UnexpectedNode(&'static str),
    /// A block has two `{{else}}`.
    #[error("expected end; found {{{{else}}}}")]
    SecondElse,
    /// `{{break}}` or `{{continue}}` outside of a loop.
    #[error("{0} outside {{{{range}}}}")]
    OutsideRange(&'static str),
    /// A command is empty.
    #[error("empty command")]
    EmptyCommand,
    /// A pipeline is empty.
    #[error("missing value for {0}")]
    MissingValue(&'static str),
    /// Something that is no function follows a pipe.
    #[error("non executable command in pipeline stage {0}")]
    NotExecutable(usize),
    /// A variable is used that is not declared.
    #[error("undefined variable {0}")]
    UndefinedVariable(String),
    /// A function is called that there is not.
    #[error("function {0} not defined")]
    UndefinedFunction(String),
    /// More variables are declared than there are values for.
    #[error("too many declarations in {0}")]
    Declarations(&'static str),
    /// Something else than a variable follows the comma in a loop.
    #[error("range can only initialize variables")]
    RangeVariables,
    /// A field of something that has none.
    #[error("unexpected . after term {0}")]
    FieldOfConstant(String),
    /// A name is defined twice in one source.
    #[error("template: multiple definition of template {0}")]
    Defined(String),
    /// A number that is none.
    #[error("illegal number syntax: {0}")]
    Number(String),
    /// A whole number that is too large.
    #[error("integer overflow: {0}")]
    Overflow(String),
    /// A complex number that is none.
    #[error("syntax error scanning complex number")]
    Complex,
    /// A part of a complex number that is none.
    #[error("strconv.ParseFloat: parsing {text}: {source}")]
    ComplexPart {
        /// The part.
        text: String,
        /// What is wrong with it.
        source: NumberError,
    },
    /// A character constant of more than one character.
    #[error("malformed character constant: {0}")]
    Character(String),
    /// A text or a character with an escape that there is not.
    #[error("invalid syntax")]
    Quote,
}

/// Returns what Go puts in between, so that no message says "action" twice.
fn in_action(problem: &ParseProblem) -> &'static str {
    match problem {
        ParseProblem::UnclosedAction => "",
        _ => " in action",
    }
}
