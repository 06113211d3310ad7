//! Writes what Go calls structs: tables whose entries keep the order of their fields.

use crate::yaml::arrangement::{Letters, arranged};
use crate::yaml::order;
use crate::yaml::value::Value;
use crate::yaml::writer::{LooseNumbers, Writer};
use std::collections::BTreeMap;

/// What a file holds, with the order of what is written where that is not the order of keys.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A value.
    Value(Value),
    /// Fields in their order.
    Record(Vec<(&'static str, Tree)>),
    /// A table.
    Table(BTreeMap<String, Tree>),
    /// A list.
    List(Vec<Tree>),
}

/// Returns a tree as a document, in the form of [`write`](crate::yaml::write).
pub fn write_tree(tree: &Tree, numbers: LooseNumbers) -> Vec<u8> {
    let mut writer = Writer::new(numbers);
    writer.tree(tree);
    writer.emitter.finish().into_bytes()
}

impl Writer {
    fn tree(&mut self, tree: &Tree) {
        match tree {
            Tree::Value(value) => self.value(value),
            Tree::Record(fields) => self.entries(fields.iter().map(|(name, tree)| (*name, tree))),
            Tree::Table(table) => {
                let mut entries: Vec<_> =
                    table.iter().map(|(key, tree)| (Value::from(key.as_str()), tree)).collect();
                entries.sort_by(|(left, _), (right, _)| order::compare(left, right));
                let entries = arranged(entries, Letters::Last, |(key, _)| key);
                let texts = entries.iter().map(|(key, tree)| (key.as_str().unwrap_or(""), *tree));
                self.entries(texts);
            }
            Tree::List(items) if items.is_empty() => self.emitter.empty("[]"),
            Tree::List(items) => {
                self.emitter.begin_sequence();
                for item in items {
                    self.tree(item);
                }
                self.emitter.end();
            }
        }
    }

    fn entries<'a>(&mut self, entries: impl ExactSizeIterator<Item = (&'a str, &'a Tree)>) {
        if entries.len() == 0 {
            return self.emitter.empty("{}");
        }
        self.emitter.begin_mapping();
        for (key, tree) in entries {
            self.text(key);
            self.tree(tree);
        }
        self.emitter.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn fields_keep_their_order_and_tables_have_the_natural_one() {
        let text = |text: &str| Tree::Value(Value::from(text));
        let table = ["a10", "a2", "y"].map(|key| (key.to_owned(), text(key)));
        let tree = Tree::Record(vec![
            ("name", text("1")),
            ("a", Tree::Table(BTreeMap::from(table))),
            (
                "list",
                Tree::List(vec![
                    Tree::Record(vec![("b", text("x")), ("a", Tree::List(vec![]))]),
                    Tree::Record(vec![]),
                ]),
            ),
        ]);
        let written = String::from_utf8(write_tree(&tree, LooseNumbers::Plain)).unwrap();
        expect![[r#"
            name: "1"
            a:
              a2: a2
              a10: a10
              "y": "y"
            list:
            - b: x
              a: []
            - {}
        "#]]
        .assert_eq(&written);
    }
}
