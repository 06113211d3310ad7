//! A text and the changes that are to be made to it.

use crate::edit::file::Format;
use crate::edit::preserve::patch::{Change, Level, Patch};
use crate::edit::preserve::{Reason, Refusal, Written, json};
use crate::yaml::{self, Piece, Quotes, Shape, Style};
use std::collections::BTreeSet;
use std::ops::Range;

/// A file as it stands.
#[derive(Debug)]
pub struct Sheet<'a> {
    /// The byte order marks, which are no part of the text.
    marks: &'a str,
    /// The text.
    pub text: &'a str,
    /// How it is written.
    pub format: Format,
    /// Its only document, if there is one.
    pub root: Option<Piece>,
    /// The names of the anchors that aliases use.
    used: BTreeSet<String>,
}

/// A text with the changes so far.
#[derive(Debug)]
pub struct Draft<'a> {
    pub(crate) sheet: &'a Sheet<'a>,
    pub(crate) newline: &'static str,
    /// What each level is indented by.
    pub(crate) unit: String,
    /// The column of the comment below what is changed, which must not become part of a block.
    pub(crate) next_comment: Option<usize>,
    splices: Vec<(Range<usize>, String)>,
    doubt: Option<Refusal>,
}

/// Where a value stands.
#[derive(Debug)]
pub(crate) struct Place {
    /// What the keys of the mapping are to which it belongs.
    pub(crate) level: Level,
    /// The indentation of that mapping, if it is a block that is laid out in lines.
    pub(crate) prefix: Option<String>,
    /// Whether it stands in brackets.
    pub(crate) in_flow: bool,
}

impl<'a> Sheet<'a> {
    /// Reads the text of a file that has been found to be valid.
    pub fn read(content: &'a [u8], format: Format) -> Result<Self, Refusal> {
        let whole = str::from_utf8(content).map_err(|_cause| Reason::Encoding)?;
        let text = whole.trim_start_matches('\u{FEFF}');
        let marks = whole.strip_suffix(text).unwrap_or_default();
        let root = match format {
            Format::Json => Some(json::layout(text).ok_or(Reason::Meaning)?),
            Format::Yaml => match yaml::layout(text).map_err(|_cause| Reason::Meaning)? {
                Some(layout) if !layout.is_alone => return Err(Reason::Documents.into()),
                layout => layout.map(|layout| layout.root),
            },
        };
        let mut used = BTreeSet::new();
        if let Some(root) = &root {
            note_aliases(root, &mut used);
        }
        Ok(Self { marks, text, format, root, used })
    }

    /// Returns the text without changes.
    pub fn draft(&'a self) -> Draft<'a> {
        let first = self.text.split_inclusive(breaks(self.format)).next().unwrap_or_default();
        let newline = match self.text.get(first.len()..) {
            Some(rest) if first.ends_with('\r') && rest.starts_with('\n') => "\r\n",
            _ if first.ends_with('\r') => "\r",
            _ => "\n",
        };
        let unit = self.root.as_ref().and_then(|root| self.unit(root));
        let unit = unit.unwrap_or_else(|| "  ".to_owned());
        Draft { sheet: self, newline, unit, next_comment: None, splices: Vec::new(), doubt: None }
    }

    /// Returns by what a level is indented more than the one about it, where one shows it.
    fn unit(&self, piece: &Piece) -> Option<String> {
        let Shape::Mapping { entries, .. } = &piece.shape else {
            return None;
        };
        let outer = self.prefix(entries.first()?.0.start)?;
        if self.format == Format::Json && !outer.is_empty() {
            return Some(outer.to_owned());
        }
        for (_, value) in entries {
            let Shape::Mapping { entries, .. } = &value.shape else {
                continue;
            };
            let inner = entries.first().and_then(|(key, _)| self.prefix(key.start));
            let deeper = inner.and_then(|inner| inner.strip_prefix(outer));
            if let Some(unit) = deeper.filter(|unit| (1..=8).contains(&unit.len())) {
                return Some(unit.to_owned());
            }
        }
        entries.iter().find_map(|(_, value)| self.unit(value))
    }

    /// Returns the blanks in front of a place, if there is nothing else in its line.
    pub(crate) fn prefix(&self, at: usize) -> Option<&'a str> {
        let prefix = self.text.get(self.line_start(at)..at)?;
        prefix.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(prefix)
    }

    /// Returns the indentation of a mapping in a block whose first key stands at a place: hyphens of
    /// lists in front of it count as blanks.
    pub(crate) fn block_prefix(&self, at: usize) -> Option<String> {
        let before = self.text.get(self.line_start(at)..at)?;
        let blanks = before.replace("- ", "  ");
        blanks.bytes().all(|byte| byte == b' ').then_some(blanks)
    }

    /// Returns an anchor of a node, or of a part of it so many levels down, that an alias uses.
    fn used_anchor<'p>(&self, piece: &'p Piece, levels: usize) -> Option<&'p str> {
        let own = piece.anchor.as_ref().filter(|name| self.used.contains(*name));
        own.map(String::as_str).or_else(|| {
            let levels = levels.checked_sub(1)?;
            match &piece.shape {
                Shape::Sequence { items, .. } => {
                    items.iter().find_map(|item| self.used_anchor(item, levels))
                }
                Shape::Mapping { entries, .. } => {
                    entries.iter().find_map(|(_, value)| self.used_anchor(value, levels))
                }
                Shape::Scalar { .. } | Shape::Alias(_) => None,
            }
        })
    }

    /// Returns the column of the comment that the next line behind the line of a place is that is
    /// not empty.
    pub(crate) fn next_comment(&self, at: usize) -> Option<usize> {
        let behind = self.text.get(self.line_end(at)..)?;
        let comment = behind.trim_start();
        let at = self.text.len() - comment.len();
        comment.starts_with('#').then(|| at - self.line_start(at))
    }

    /// Returns where the line begins that a place is in.
    pub(crate) fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind(breaks(self.format)).map_or(0, |end| {
            end + before.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
        })
    }

    /// Returns where the line ends that a place is in, without the line break.
    pub(crate) fn line_end(&self, at: usize) -> usize {
        let behind = self.text.get(at..).unwrap_or_default();
        at + behind.find(breaks(self.format)).unwrap_or(behind.len())
    }

    /// Returns where the line before the one of a place ends; nothing for the first line.
    pub(crate) fn previous_line_end(&self, at: usize) -> Option<usize> {
        let before = self.text.get(..self.line_start(at))?;
        let line =
            before.strip_suffix("\r\n").or_else(|| before.strip_suffix(breaks(self.format)))?;
        Some(line.len())
    }
}

impl Draft<'_> {
    /// Puts a text in the place of a piece of the file.
    pub(crate) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.splices.push((range, text.into()));
    }

    /// Puts a text in front of what stands at a place, and behind what was put there before.
    pub(crate) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Adds lines behind the line of a place.
    pub(crate) fn insert_lines(&mut self, at: usize, lines: &[String]) {
        let at = self.sheet.line_end(at);
        let mut text = String::new();
        for line in lines {
            text.push_str(self.newline);
            text.push_str(line);
        }
        if at == self.sheet.text.len() {
            text.push_str(self.newline);
            self.doubt.get_or_insert(Reason::Unfinished.into());
        }
        self.insert(at, text);
    }

    /// Returns the file with all changes.
    pub fn finish(mut self) -> Result<Written, Refusal> {
        self.splices.sort_by_key(|(range, _)| range.start);
        let mut out = self.sheet.marks.to_owned();
        let mut at = 0;
        for (range, text) in &self.splices {
            let kept = self.sheet.text.get(at..range.start).ok_or(Reason::Meaning)?;
            out.push_str(kept);
            out.push_str(text);
            at = range.end;
        }
        out.push_str(self.sheet.text.get(at..).ok_or(Reason::Meaning)?);
        let doubt = self.doubt.unwrap_or_else(|| Reason::Meaning.into());
        Ok(Written { text: out.into_bytes(), doubt })
    }

    /// Makes changes to the fields of the file.
    pub fn change(&mut self, patch: &Patch) -> Result<(), Refusal> {
        let sheet = self.sheet;
        match &sheet.root {
            Some(root) if !is_nothing(root) => self.mapping(root, patch, Level::Fields),
            root => self.begin(root.as_ref(), patch),
        }
    }

    /// Makes changes to the entries of a mapping.
    pub(crate) fn mapping(
        &mut self,
        mapping: &Piece,
        patch: &Patch,
        level: Level,
    ) -> Result<(), Refusal> {
        let Shape::Mapping { flow, entries } = &mapping.shape else {
            return Err(self.refusal(mapping, Reason::Meaning));
        };
        let first = entries.first().map(|(key, _)| key.start);
        let prefix = first.and_then(|first| self.sheet.block_prefix(first)).filter(|_| !flow);
        let merge = entries.iter().find(|(key, _)| is_merge(key));
        let place = Place { level, prefix, in_flow: *flow };
        let mut missing = Vec::new();
        for entry in &patch.entries {
            match self.find(entries, level, &entry.0)? {
                Some(value) => self.value(value, &entry.1, (&place, &entry.0))?,
                None => missing.push(entry),
            }
        }
        if let (Some((merge, _)), false) = (merge, missing.is_empty()) {
            self.doubt(merge, Reason::Merge);
        }
        match (missing.as_slice(), flow) {
            ([], _) => Ok(()),
            (missing, true) => self.add_to_flow(mapping, missing),
            (missing, false) => self.add_to_block(mapping, missing),
        }
    }

    /// Returns the value of a key.
    pub(crate) fn find<'p>(
        &self,
        entries: &'p [(Piece, Piece)],
        level: Level,
        key: &str,
    ) -> Result<Option<&'p Piece>, Refusal> {
        let format = self.sheet.format;
        let is_it = |name: &str| level.means(format, name, key);
        let mut found = entries.iter().filter(|(name, _)| name_of(name).is_some_and(is_it));
        match (found.next(), found.next()) {
            (_, Some((name, _))) => Err(self.refusal(name, Reason::Twice(key.to_owned()))),
            (found, None) => Ok(found.map(|(_, value)| value)),
        }
    }

    fn value(
        &mut self,
        value: &Piece,
        change: &Change,
        (place, key): (&Place, &str),
    ) -> Result<(), Refusal> {
        let parts = match change {
            Change::Text(_) => usize::MAX,
            Change::Below(_) | Change::Items(_) => 0,
        };
        if let Some(name) = self.sheet.used_anchor(value, parts) {
            self.doubt(value, Reason::Anchor(name.to_owned()));
        }
        match (change, &value.shape) {
            (Change::Text(text), _) => self.replace_by_text(value, text, place),
            (_, Shape::Alias(_)) => Err(self.refusal(value, Reason::Alias)),
            (change, _) if is_nothing(value) => self.fill(value, change, place),
            (Change::Below(patch), _) => self.mapping(value, patch, place.level.below(key)),
            (Change::Items(_), _) => Err(self.refusal(value, Reason::Meaning)),
        }
    }

    /// Notes what is the matter if the result does not say what it should. The first one counts.
    fn doubt(&mut self, piece: &Piece, reason: Reason) {
        if self.doubt.is_none() {
            self.doubt = Some(self.refusal(piece, reason));
        }
    }

    /// Returns a text as a scalar of one line.
    pub(crate) fn scalar(&self, text: &str, quotes: Quotes, in_flow: bool) -> String {
        match self.sheet.format {
            Format::Yaml => yaml::scalar(text, quotes, in_flow),
            Format::Json => serde_json::Value::from(text).to_string(),
        }
    }

    /// Returns a refusal that points to a node.
    pub(crate) fn refusal(&self, piece: &Piece, reason: Reason) -> Refusal {
        let before = self.sheet.text.get(..piece.start).unwrap_or_default();
        Refusal { line: Some(before.matches('\n').count() + 1), reason }
    }
}

/// Returns the characters that end a line.
const fn breaks(format: Format) -> &'static [char] {
    match format {
        Format::Yaml => &['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'],
        Format::Json => &['\n', '\r'],
    }
}

/// Tells whether a node is null, or a collection without anything in it.
pub(crate) fn is_nothing(piece: &Piece) -> bool {
    match &piece.shape {
        Shape::Scalar { text, style: Style::Plain } => is_null(text),
        Shape::Sequence { items, .. } => items.is_empty(),
        Shape::Mapping { entries, .. } => entries.is_empty(),
        Shape::Scalar { .. } | Shape::Alias(_) => false,
    }
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

fn note_aliases(piece: &Piece, used: &mut BTreeSet<String>) {
    match &piece.shape {
        Shape::Alias(name) => drop(used.insert(name.clone())),
        Shape::Sequence { items, .. } => items.iter().for_each(|item| note_aliases(item, used)),
        Shape::Mapping { entries, .. } => {
            for (key, value) in entries {
                note_aliases(key, used);
                note_aliases(value, used);
            }
        }
        Shape::Scalar { .. } => {}
    }
}

fn is_merge(key: &Piece) -> bool {
    matches!(&key.shape, Shape::Scalar { text, style: Style::Plain } if text == "<<")
}

/// Returns the text that a key is.
fn name_of(key: &Piece) -> Option<&str> {
    match &key.shape {
        Shape::Scalar { text, style: Style::Plain } if is_null(text) => Some(""),
        Shape::Scalar { .. } if is_merge(key) => None,
        Shape::Scalar { text, .. } => Some(text),
        Shape::Sequence { .. } | Shape::Mapping { .. } | Shape::Alias(_) => None,
    }
}
