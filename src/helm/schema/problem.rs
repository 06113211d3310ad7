//! What is wrong with a schema, in the words of gojsonschema as far as they are known.

use serde_json::Value;

/// Why a schema cannot be asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SchemaProblem {
    /// It is no JSON.
    #[error("{0}")]
    Json(String),
    /// It is neither a table nor a truth value.
    #[error("schema is invalid")]
    Form,
    /// A part of it is neither.
    #[error("Expected: valid schema, given: Invalid JSON")]
    Part,
    /// A pattern of names is none.
    #[error("Invalid regex pattern '{0}'")]
    Pattern(String),
    /// A limit is not allowed itself, but there is none.
    #[error("{0} cannot be used without {1}")]
    NoLimit(&'static str, &'static str),
    /// A keyword has a value of the wrong type.
    #[error("Invalid type. Expected: {wanted}, given: {keyword}")]
    Type {
        /// The keyword.
        keyword: String,
        /// What its value would have to be.
        wanted: &'static str,
    },
    /// Something else is wrong with a keyword.
    #[error("{keyword} {wrong}")]
    Keyword {
        /// The keyword.
        keyword: String,
        /// What is wrong.
        wrong: &'static str,
    },
    /// There is no such type.
    #[error(
        "has a primitive type that is NOT VALID -- given: /{0}/ Expected valid values are:[array \
         boolean integer number null object string]"
    )]
    UnknownType(String),
    /// A type stands twice in a list.
    #[error("{0} type is duplicated")]
    TypeTwice(String),
    /// A limit contradicts another one.
    #[error("{0} cannot be greater than {1}")]
    Limits(&'static str, &'static str),
    /// A reference leads nowhere.
    #[error("Object has no key '{0}'")]
    Nowhere(String),
    /// A reference is not complete.
    #[error("Reference {0} must be canonical")]
    Relative(String),
    /// A reference leads to another file.
    #[error("the schema refers to `{0}`, which is not fetched")]
    Remote(String),
    /// It asks for multiples of a fraction.
    #[error("the schema asks for multiples of a fraction, which is not supported")]
    Fraction,
    /// What Helm 4.1 says of it.
    #[error("{0}")]
    Standard(String),
    /// It goes on and on.
    #[error("the schema refers to itself without end")]
    Endless,
    /// It is too large.
    #[error("the schema has more than {0} parts")]
    Large(usize),
}

/// Returns what a file of JSON means.
pub(super) fn json(text: &[u8]) -> Result<Value, SchemaProblem> {
    serde_json::Deserializer::from_slice(text).into_iter::<Value>().next().map_or_else(
        || Err(SchemaProblem::Json("EOF".to_owned())),
        |value| value.map_err(|error| SchemaProblem::Json(words(&error))),
    )
}

fn words(error: &serde_json::Error) -> String {
    if error.is_eof() { "unexpected EOF".to_owned() } else { error.to_string() }
}
