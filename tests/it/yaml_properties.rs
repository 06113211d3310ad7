//! What holds for every value and every text: what is written is read again as it was, and nothing
//! that is read makes a program stop.

use crate::it::product::project;
use fabrikate_gitops::yaml::{Keys, LooseNumbers, Mapping, Value, parse, read, write};
use std::fs;
use std::path::PathBuf;

/// Numbers that look like chance and are the same every time.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// Returns a number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        // The constants are Knuth's.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("sound rows") % end
    }

    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        all.get(self.below(all.len())).expect("sound rows")
    }

    fn text(&mut self) -> String {
        let length = *self.one_of(&[0, 1, 2, 3, 5, 8, 30, 200]);
        (0..length).map(|_| *self.one_of(BITS)).collect()
    }

    fn scalar(&mut self) -> Value {
        match self.below(12) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => Value::Int(*self.one_of(&[0, 1, -1, 511, i64::MAX, i64::MIN])),
            3 => Value::Uint(*self.one_of(&[1 << 63, u64::MAX])),
            4 => Value::Float(*self.one_of(&[0.5, -1.25, 1e6, 1e-7, 1e300, f64::INFINITY])),
            5 => Value::Loose((*self.one_of(&["1e3", "5.", "0e1", "1_0."])).to_owned()),
            6 => Value::Binary((0..self.below(90)).map(|_| 0xFF).chain([0x80]).collect()),
            _ => Value::String(self.text()),
        }
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(4) {
            0 if depth > 0 => {
                Value::Sequence((0..self.below(4)).map(|_| self.value(depth - 1)).collect())
            }
            1 | 2 if depth > 0 => {
                let entries = (0..self.below(5)).map(|_| (self.scalar(), self.value(depth - 1)));
                Value::Mapping(entries.collect::<Mapping>())
            }
            _ => self.scalar(),
        }
    }
}

/// Pieces of text with all that is special about them, but for two that go-yaml writes so that they
/// mean something else: Unicode's own line breaks in single quotes, and `<<` as a key.
const BITS: &[&str] = &[
    "a",
    "b",
    "Z",
    "0",
    "1",
    "9",
    " ",
    " ",
    " ",
    "\n",
    "\n",
    "\t",
    "\r",
    ":",
    ": ",
    "-",
    "- ",
    "?",
    "#",
    " #",
    ",",
    "[",
    "]",
    "{",
    "}",
    "&",
    "*",
    "!",
    "|",
    ">",
    "'",
    "\"",
    "%",
    "@",
    "`",
    "\\",
    ".",
    "...",
    "---",
    "~",
    "null",
    "yes",
    "1e3",
    "é",
    "\u{85}",
    "\u{A0}",
    "\u{FEFF}",
    "\u{FFFD}",
    "😀",
    "\0",
    "\x7F",
    "word ",
    "lorem ipsum dolor sit amet ",
    "2001-01-01",
    "12:30",
    "=",
];

#[test]
fn what_is_written_is_read_again() {
    let mut chance = Chance(1);
    for _ in 0..5000 {
        let value = chance.value(4);
        let written = write(&value, LooseNumbers::Quoted);
        let found = read(&written, Keys::Typed);
        assert_eq!(found.as_ref(), Ok(&value), "{}", String::from_utf8_lossy(&written));
        let again = write(&found.expect("sound rows"), LooseNumbers::Quoted);
        assert_eq!(String::from_utf8(again), String::from_utf8(written));
    }
}

#[test]
fn changed_texts_are_read_or_refused() {
    let mut chance = Chance(2);
    let texts = texts();
    let mut read_count = 0;
    for _ in 0..20_000 {
        let mut text = chance.one_of(&texts).clone();
        for _ in 0..=chance.below(4) {
            let at = chance.below(text.len() + 1);
            match chance.below(3) {
                0 => text.truncate(at),
                1 => drop(text.splice(at..at, chance.one_of(BITS).bytes())),
                _ => text.insert(at, u8::try_from(chance.below(256)).expect("sound rows")),
            }
        }
        for keys in [Keys::Typed, Keys::Text] {
            let Ok(value) = read(&text, keys) else {
                continue;
            };
            read_count += 1;
            let written = write(&value, LooseNumbers::Plain);
            assert!(read(&written, Keys::Typed).is_ok(), "{}", String::from_utf8_lossy(&written));
        }
    }
    assert!(read_count > 10_000, "{read_count}");
}

#[test]
fn long_texts_take_no_longer_than_their_length() {
    let repeated = |bit: &str| bit.repeat(200_000 / bit.len());
    let texts = [
        repeated("["),
        repeated("{a: "),
        repeated("- "),
        repeated("? "),
        format!("[{}]", repeated("a,")),
        format!("{{{}}}", repeated("a,")),
        format!("{}{}", "[".repeat(190), repeated("a: b, ")),
        format!("[&a b,{}]", repeated("*a,")),
        format!("'{}'", repeated("''")),
        format!("\"{}\"", repeated("\\\n \n")),
        format!("a{}b", repeated("\n")),
        format!("|\n a\n{}", repeated("\n")),
        format!(">\n{}", repeated(" a\n  b\n")),
        format!("a: {}", repeated("b ")),
        format!("? {}", repeated("b")),
        repeated("a: b\n"),
        repeated("# a\n"),
        repeated("---\n"),
        repeated("!a "),
        format!("!{} b", repeated("%41")),
        repeated("0"),
        (0..20_000).flat_map(|at| [at.to_string(), "a: b\n".to_owned()]).collect(),
    ];
    for text in texts {
        if let Ok(Some(node)) = parse(text.as_bytes()) {
            let value = node.to_value(Keys::Typed).expect("sound rows");
            assert!(write(&value, LooseNumbers::Plain).len() < 70 * text.len() + 2_000_000);
        }
    }
}

fn texts() -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    for file in ["manifest_roundtrip", "resolve_plain_config", "resolve_plain_key"] {
        let rows =
            fs::read_to_string(rows().join(file).with_extension("jsonl")).expect("sound rows");
        for line in rows.lines() {
            let row: serde_json::Value = serde_json::from_str(line).expect("sound rows");
            texts.extend(row.get("in").and_then(|text| Some(text.as_str()?.as_bytes().to_vec())));
        }
    }
    texts
}

fn rows() -> PathBuf {
    project("tests/conformance/units")
}
