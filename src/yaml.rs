//! Reading and writing YAML 1.1 as go-yaml v2.2.1 does, which is what Fabrikate uses.

mod analysis;
mod block;
mod composer;
mod cursor;
mod decode;
mod document;
mod emitter;
mod error;
mod flow;
mod go_syntax;
mod node;
mod number;
mod order;
mod parser;
mod plain;
mod quoted;
mod resolver;
mod scanner;
mod source;
mod styles;
mod tag;
mod timestamp;
mod token;
mod value;
mod writer;

pub use decode::Keys;
pub use document::{MAX_ALIASED_NODES, MAX_DEPTH};
pub use error::Error;
pub use node::{Kind, Node, parse};
pub use token::Style;
pub use value::{Iter, Mapping, Value};
pub use writer::{LooseNumbers, write};

/// Returns what the first document in a text means; null where there is none.
pub fn read(text: &[u8], keys: Keys) -> Result<Value, Error> {
    match parse(text)? {
        Some(node) => node.to_value(keys),
        None => Ok(Value::Null),
    }
}
