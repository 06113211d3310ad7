//! The functions that templates of charts can call: those of Sprig v3.3.0 and of Helm 3.17.

// Their names and parameters are those that the genuine Helm 3.17.3 accepts; what they do is what
// Sprig's and Helm's documentation says, and, where that is silent, what the genuine Helm does.

#![expect(
    clippy::needless_pass_by_value,
    clippy::too_many_arguments,
    reason = "functions have the parameters that their counterparts in Go have, as values"
)]

mod case;
mod cast;
mod chance;
mod date;
mod decimal;
mod defaults;
mod dict;
mod encoding;
mod fault;
mod hash;
mod json;
mod letters;
mod list;
mod number;
mod path;
mod random;
mod reflection;
mod regex;
mod secret;
mod state;
mod table;
mod text;
mod toml;
mod url;
mod version;
mod wrap;
mod yaml;

pub use chance::{Drawn, Randomness, Record, Seed, Site, UNKNOWN_KEY};
pub use date::Time;
pub use defaults::FAILURE;
pub(crate) use regex::is_expression;
pub use secret::CertificateObject;
pub use state::{Clock, Moment};
pub use table::functions;
pub use version::VersionObject;
