//! JSON as Go's `MarshalIndent` writes it: two columns a level, safe within HTML, no last line
//! break.

use crate::yaml::{Tree, Value};
use std::fmt::Write as _;

/// Returns a tree as JSON.
pub fn write(tree: &Tree) -> String {
    let mut out = String::new();
    write_tree(&mut out, tree, 0);
    out
}

/// Returns a text in quotes.
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\x1F' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

fn write_tree(out: &mut String, tree: &Tree, depth: usize) {
    match tree {
        Tree::Value(value) => write_value(out, value, depth),
        Tree::Record(fields) => {
            let write = |out: &mut String, (name, tree): &(&'static str, Tree)| {
                write_key(out, name);
                write_tree(out, tree, depth + 1);
            };
            write_all(out, ('{', '}'), (depth, fields.iter()), write);
        }
        Tree::Table(table) => {
            write_all(out, ('{', '}'), (depth, table.iter()), |out, (key, tree)| {
                write_key(out, key);
                write_tree(out, tree, depth + 1);
            });
        }
        Tree::List(items) => {
            let write = |out: &mut String, item: &Tree| write_tree(out, item, depth + 1);
            write_all(out, ('[', ']'), (depth, items.iter()), write);
        }
    }
}

fn write_value(out: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(truth) => out.push_str(&truth.to_string()),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Uint(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&float(*number)),
        Value::String(text) | Value::Loose(text) => out.push_str(&quoted(text)),
        Value::Binary(bytes) => out.push_str(&quoted(&String::from_utf8_lossy(bytes))),
        Value::Sequence(items) => {
            let write = |out: &mut String, item: &Value| write_value(out, item, depth + 1);
            write_all(out, ('[', ']'), (depth, items.iter()), write);
        }
        Value::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping.iter().collect();
            // By their bytes, other than in YAML.
            entries.sort_by_key(|(key, _)| key.as_str());
            write_all(out, ('{', '}'), (depth, entries.into_iter()), |out, (key, value)| {
                write_key(out, key.as_str().unwrap_or_default());
                write_value(out, value, depth + 1);
            });
        }
    }
}

fn write_key(out: &mut String, key: &str) {
    out.push_str(&quoted(key));
    out.push_str(": ");
}

fn write_all<T>(
    out: &mut String,
    (open, close): (char, char),
    (depth, items): (usize, impl ExactSizeIterator<Item = T>),
    write: impl Fn(&mut String, T),
) {
    let is_empty = items.len() == 0;
    out.push(open);
    for (at, item) in items.enumerate() {
        out.push_str(if at == 0 { "\n" } else { ",\n" });
        out.push_str(&"  ".repeat(depth + 1));
        write(out, item);
    }
    if !is_empty {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

/// Returns a number as Go's `encoding/json` writes it.
fn float(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    if text.contains("e-") { text } else { text.replace('e', "e+") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;
    use std::collections::BTreeMap;

    #[test]
    fn a_tree_is_indented() {
        let value = Value::Sequence(vec![Value::Null, Value::Sequence(Vec::new())]);
        let table = BTreeMap::from([("b".to_owned(), Tree::Value(value))]);
        let tree = Tree::Record(vec![
            ("z", Tree::Value(Value::from("a<b>&\u{2028}\u{1}\"\\\n"))),
            ("a", Tree::Table(table)),
            ("e", Tree::List(vec![Tree::Record(Vec::new())])),
        ]);
        expect![[r#"
            {
              "z": "a\u003cb\u003e\u0026\u2028\u0001\"\\\n",
              "a": {
                "b": [
                  null,
                  []
                ]
              },
              "e": [
                {}
              ]
            }
        "#]]
        .assert_eq(&format!("{}\n", write(&tree)));
    }

    #[test]
    fn numbers_have_exponents_when_they_are_long() {
        let found = [1.0, 1.5, 1e6, 1e20, 1e21, 1.25e22, 1e-6, 1e-7, -2.5e-10, 0.0].map(float);
        let expected = [
            "1",
            "1.5",
            "1000000",
            "100000000000000000000",
            "1e+21",
            "1.25e+22",
            "0.000001",
            "1e-7",
            "-2.5e-10",
            "0",
        ];
        assert_eq!(found, expected);
    }
}
