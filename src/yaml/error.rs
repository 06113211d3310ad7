//! Why a text is not readable as YAML, in go-yaml's words.

use crate::yaml::cursor::Mark;

/// Why a text could not be read.
// The wording, with its line numbers that are sometimes one too small, is that of go-yaml v2.2.1,
// measured with the genuine program; people are shown `line` and `column`, which are right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    /// What go-yaml says, without its leading `yaml: `.
    pub message: String,
    /// The line to look at, counted from 1, where it is known.
    pub line: Option<usize>,
    /// The column to look at, counted in characters from 1, where it is known.
    pub column: Option<usize>,
}

impl Error {
    /// Returns an error that no place is known for.
    pub(crate) fn without_place(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None, column: None }
    }

    /// Returns an error whose wording does not tell the place, which is `shown` all the same.
    pub(crate) fn at(message: impl Into<String>, shown: Mark) -> Self {
        Self::without_place(message).shown_at(shown)
    }

    /// Returns an error found while the text is split into tokens.
    pub(crate) fn in_scanner(problem: &str, at: Mark) -> Self {
        let message = match at.line {
            0 => problem.to_owned(),
            line => format!("line {}: {problem}", line + 1),
        };
        Self::at(message, at)
    }

    /// Returns an error found while tokens are put together.
    // go-yaml forgets to count from one here.
    pub(crate) fn in_parser(problem: &str, at: Mark) -> Self {
        let message = match at.line {
            0 => problem.to_owned(),
            line => format!("line {line}: {problem}"),
        };
        Self::at(message, at)
    }

    /// Returns the error that `kind` stands where `wanted` has to be.
    pub(crate) fn unfit(kind: &str, wanted: &str, at: Mark) -> Self {
        Self::at(format!("line {}: cannot unmarshal {kind} into {wanted}", at.line + 1), at)
    }

    /// Returns the same error, pointing people to another place.
    pub(crate) fn shown_at(mut self, shown: Mark) -> Self {
        self.line = Some(shown.line + 1);
        self.column = Some(shown.column + 1);
        self
    }
}
