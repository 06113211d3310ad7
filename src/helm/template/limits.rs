//! How much a chart may ask of the machine. Go has none of these limits, so that no honest chart
//! comes near them.

/// How much templates may use. Passing a limit is a [`Limit`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many bytes the source of one template has.
    pub source: usize,
    /// How deeply blocks and parentheses nest in the source of one template.
    pub source_nesting: usize,
    /// How deeply templates, blocks and parentheses nest while they are executed; what a function
    /// executes counts 16 times, since it takes that much more.
    pub nesting: usize,
    /// How deeply a list or table nests that is printed.
    pub value_nesting: usize,
    /// How many nodes of templates are executed.
    pub steps: u64,
    /// How many bytes one text has, be it the output of a template or the result of a function.
    pub text: usize,
    /// How many bytes all texts have that functions and templates gave, one after the other.
    pub total: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source: 16 << 20,
            source_nesting: 10_000,
            nesting: 250_000,
            value_nesting: 10_000,
            steps: 100_000_000,
            text: 64 << 20,
            total: 2 << 30,
        }
    }
}

/// A limit that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Limit {
    /// That of [`Limits::source`].
    #[error("the source of a template is longer than {0} bytes")]
    Source(usize),
    /// That of [`Limits::source_nesting`].
    #[error("blocks or parentheses nest more than {0} deep")]
    SourceNesting(usize),
    /// That of [`Limits::nesting`].
    #[error("templates and functions nest more than {0} deep")]
    Nesting(usize),
    /// That of [`Limits::value_nesting`].
    #[error("a value nests more than {0} deep")]
    ValueNesting(usize),
    /// That of [`Limits::steps`].
    #[error("templates take more than {0} steps")]
    Steps(u64),
    /// That of [`Limits::text`].
    #[error("a text is longer than {0} bytes")]
    Text(usize),
    /// That of [`Limits::total`].
    #[error("texts take more than {0} bytes in total")]
    Total(usize),
}
