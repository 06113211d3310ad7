//! Reading and writing YAML 1.1 as go-yaml v2.2.1 does, which is what Fabrikate uses.

mod analysis;
mod arrangement;
mod block;
mod composer;
mod cursor;
mod decode;
mod document;
mod emitter;
mod error;
mod flow;
mod go_syntax;
mod layout;
mod node;
mod number;
mod order;
mod parser;
mod plain;
mod quoted;
mod resolver;
mod scalar;
mod scanner;
mod source;
mod styles;
mod tag;
mod timestamp;
mod token;
mod tree;
mod value;
mod writer;

pub(crate) use arrangement::{Letters, arranged};
pub use decode::Keys;
pub use document::{MAX_ALIASED_NODES, MAX_DEPTH};
pub use error::Error;
pub(crate) use go_syntax::go_syntax;
pub use layout::{Layout, Piece, Shape, layout};
pub use node::{Kind, Node, parse};
pub(crate) use scalar::may_be_single_quoted;
pub use scalar::{Quotes, literal, scalar};
pub use token::Style;
pub use tree::{Tree, write_tree};
pub use value::{Iter, Mapping, Value};
pub use writer::{LooseNumbers, write};

/// Returns what the first document in a text means; null where there is none.
pub fn read(text: &[u8], keys: Keys) -> Result<Value, Error> {
    match parse(text)? {
        Some(node) => node.to_value(keys),
        None => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(keys: Keys, text: &str, expected: &Expect) {
        let value = read(text.as_bytes(), keys).unwrap();
        expected.assert_eq(&String::from_utf8(write(&value, LooseNumbers::Plain)).unwrap());
    }

    const TEXT: &str = "\
# A comment.
metadata: &m {name: a, labels: {y: yes, 10: 0777}}
data:
  <<: *m
  text: >
    Some words,
    folded.
  float: 1.50
  loose: 1e3
...
@
";

    #[test]
    fn a_manifest_keeps_the_kinds_of_its_keys() {
        check(
            Keys::Typed,
            TEXT,
            &expect![[r#"
            data:
              float: 1.5
              labels:
                true: true
                10: 511
              loose: 1e3
              name: a
              text: |
                Some words, folded.
            metadata:
              labels:
                true: true
                10: 511
              name: a
        "#]],
        );
    }

    #[test]
    fn the_keys_of_a_configuration_are_texts() {
        check(
            Keys::Text,
            TEXT,
            &expect![[r#"
            data:
              float: 1.5
              labels:
                "10": 511
                "y": true
              loose: 1e3
              name: a
              text: |
                Some words, folded.
            metadata:
              labels:
                "10": 511
                "y": true
              name: a
        "#]],
        );
    }

    #[test]
    fn nothing_is_null() {
        check(
            Keys::Typed,
            "# A comment.",
            &expect![[r#"
            null
        "#]],
        );
    }
}
