//! The values that a chart is rendered with: read, set one by one, and merged as Helm does it.

mod given;
mod json;
mod merge;
mod path;
mod read;
mod set;
mod set_list;
mod set_text;
mod tree;

pub use given::{Given, GivenError};
pub(crate) use merge::{Nulls, Warnings, copy_table, insert, joined, overlay, text};
pub(crate) use path::{at_path, table_at, value_at};
pub use read::{ReadError, read, read_table};
pub(crate) use read::{key_text, read_values, tree};
pub use set::SetError;
pub use tree::{Table, Tree};
pub(crate) use tree::{of_map, to_map};
