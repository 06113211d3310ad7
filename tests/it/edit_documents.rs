//! Configuration files as people may write them, and edits of them, for tests of properties.

use fabrikate_gitops::edit::path::Assignment;
use fabrikate_gitops::edit::set::Values;

use crate::it::yaml_properties::Chance;

/// Writes a configuration file with all that people write.
pub(crate) struct Writer {
    chance: Chance,
    unit: usize,
    comments: usize,
    anchors: usize,
    lines: Vec<String>,
}

const KEYS: &[&str] =
    &["a", "b", "c", "d e", "'it''s'", "\"x.y\"", "1", "y", "\"q\\n\"", "long-key"];

const WORDS: &[&str] = &[
    "word",
    "two words",
    "1.2.3",
    "5",
    "true",
    "1e3",
    "'single'",
    "'it''s'",
    "\"double\"",
    "\"a\\tb\"",
    "''",
    "~",
    "null",
    "",
    "!!str 5",
    "!!int 7",
    "'#'",
    "a#b",
    "http://x:80/y",
    "[1, 2]",
    "[]",
    "{}",
    "{a: 1, b: {c: x}}",
    "{a: 'x', y: }",
    "{ b: 1 }",
    "{\"a\": 1,}",
    "é😀",
];

const VALUES: &[&str] = &[
    "new",
    "1.2.4",
    "7",
    "yes",
    "1e3",
    "",
    "two words",
    "it's",
    "\"q\"",
    "a: b",
    "- x",
    "#x",
    "[a",
    "a,b",
    " lead",
    "trail ",
    "l1\nl2",
    "l1\n\nl2\n",
    "\n",
    "  in\nout\n",
    "end\n\n",
    "tab\there",
    "é😀",
    "\u{2028}",
    "null",
    "<<",
    "*a",
    "&a",
    "!x",
    "%x",
    "@x",
    "`x",
    "a\rb",
    "--- a",
    "...",
    "x\n...\ny",
    "it is a rather long text that goes on and on, well beyond eighty columns, and on",
];

impl Writer {
    pub(crate) fn new(seed: u64) -> Self {
        let mut chance = Chance(seed);
        let unit = *chance.one_of(&[2, 2, 2, 4, 3]);
        Self { chance, unit, comments: 0, anchors: 0, lines: Vec::new() }
    }

    fn often(&mut self, one_in: usize) -> bool {
        self.chance.below(one_in) == 0
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("#c{}#", self.comments)
    }

    /// Adds a line, which may get a comment.
    fn line(&mut self, indent: usize, text: &str) {
        let tail = if self.often(4) { format!(" {}", self.comment()) } else { String::new() };
        let tail = if self.often(20) { format!("{tail}  ") } else { tail };
        self.lines.push(format!("{}{text}{tail}", " ".repeat(indent)));
    }

    fn filler(&mut self, indent: usize) {
        if self.often(6) {
            let comment = self.comment();
            self.lines.push(format!("{}{comment}", " ".repeat(indent)));
        }
        if self.often(8) {
            self.lines.push(String::new());
        }
    }

    fn keys(&mut self) -> Vec<&'static str> {
        let first = self.chance.below(KEYS.len());
        let count = 1 + self.chance.below(4);
        KEYS.iter().cycle().skip(first).take(count).copied().collect()
    }

    fn mapping(&mut self, indent: usize, depth: usize) {
        if self.anchors > 0 && self.often(4) {
            let number = 1 + self.chance.below(self.anchors);
            self.line(indent, &format!("<<: *m{number}"));
        }
        for key in self.keys() {
            self.filler(indent);
            self.entry(indent, key, depth);
        }
    }

    fn entry(&mut self, indent: usize, key: &str, depth: usize) {
        let deeper = indent + self.unit;
        match self.chance.below(if depth > 0 { 11 } else { 8 }) {
            0 => self.block(indent, key),
            1 => {
                self.line(indent, &format!("{key}:"));
                let indent = if self.often(2) { indent } else { deeper };
                for item in ["- x", "- y: 1", "- [z]"] {
                    self.line(indent, item);
                }
            }
            2 if self.often(2) => {
                self.lines.push(format!("{}{key}: many", " ".repeat(indent)));
                self.line(deeper, "plain words");
            }
            2 => {
                self.lines.push(format!("{}{key}: {{a: 1,", " ".repeat(indent)));
                self.line(deeper, "b: 2");
                self.line(deeper, "}");
            }
            3 if self.often(3) => {
                self.line(indent, &format!("{key}: &s{indent}-{} v", self.comments));
            }
            3 | 4 if self.anchors > 0 && self.often(2) => {
                let number = 1 + self.chance.below(self.anchors);
                self.line(indent, &format!("{key}: *m{number}"));
            }
            8 if self.often(2) => {
                self.anchors += 1;
                let number = self.anchors;
                self.line(indent, &format!("{key}: &m{number}"));
                self.line(deeper, "a: 1");
                self.line(deeper, "b: {c: 1}");
            }
            8.. => {
                self.line(indent, &format!("{key}:"));
                self.mapping(deeper, depth - 1);
            }
            _ => {
                let word = *self.chance.one_of(WORDS);
                self.line(indent, format!("{key}: {word}").trim_end());
            }
        }
    }

    fn block(&mut self, indent: usize, key: &str) {
        let header = *self.chance.one_of(&["|", "|-", "|+", ">", ">-", ">+"]);
        self.line(indent, &format!("{key}: {header}"));
        for text in ["some", "", "  more", "text"] {
            let text = if text.is_empty() {
                String::new()
            } else {
                format!("{}{text}", " ".repeat(indent + self.unit))
            };
            self.lines.push(text);
        }
        if self.often(3) {
            self.lines.push(String::new());
        }
    }

    fn component(&mut self, indent: usize, depth: usize) {
        let deeper = indent + self.unit;
        if self.often(5) {
            self.line(indent, "namespace: n");
        }
        match self.chance.below(8) {
            0 => self.line(indent, "config:"),
            1 => self.line(indent, "config: {}"),
            2 => self.line(indent, "config: {a: {b: 1}, c: x}"),
            3 if indent > 0 => self.line(indent, "disabled: false"),
            _ => {
                self.line(indent, "config:");
                self.mapping(deeper, 2);
            }
        }
        self.filler(indent);
        match self.chance.below(4) {
            _ if depth == 0 => {}
            0 => self.line(indent, "unknown: [kept]"),
            1 => self.line(indent, "subcomponents: {s: {config: {a: 1}}}"),
            2 => self.line(indent, "subcomponents:"),
            _ => {
                self.line(indent, "subcomponents:");
                self.line(deeper, "s:");
                self.component(deeper + self.unit, depth - 1);
            }
        }
    }

    pub(crate) fn document(mut self) -> String {
        self.filler(0);
        if self.often(10) {
            self.line(0, "---");
        }
        match self.chance.below(20) {
            0 => {}
            1 => self.line(0, "{}"),
            2 => self.line(0, "{config: {a: 1}, namespace: n}"),
            _ => self.component(0, 2),
        }
        self.filler(0);
        let newline = if self.often(8) { "\r\n" } else { "\n" };
        let mut text = self.lines.join(newline);
        if !self.often(8) {
            text.push_str(newline);
        }
        if self.often(20) { format!("\u{FEFF}{text}") } else { text }
    }
}

/// Returns so many values to set.
pub(crate) fn values(chance: &mut Chance, count: usize) -> Values {
    let subcomponent = *chance.one_of(&["", "", "s", "s t", "y"]);
    let plain =
        ["a", "b", "c", "d e", "it's", "x.y", "1", "y", "q\n", "long-key", "new", "<<", "a: b", ""];
    let assignment = |chance: &mut Chance| {
        let length = 1 + chance.below(3);
        let path = (0..length).map(|_| (*chance.one_of(&plain)).to_owned()).collect();
        Assignment { path, value: (*chance.one_of(VALUES)).to_owned() }
    };
    Values {
        subcomponent: subcomponent.split_whitespace().map(str::to_owned).collect(),
        assignments: (0..count).map(|_| assignment(chance)).collect(),
        no_new_keys: false,
    }
}
