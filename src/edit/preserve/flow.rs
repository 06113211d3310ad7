//! Changes to what is laid out by brackets: flows of YAML, and all of JSON.

use crate::edit::file::Format;
use crate::edit::preserve::draft::{Draft, Place, Sheet};
use crate::edit::preserve::patch::{Change, Patch};
use crate::edit::preserve::{Reason, Refusal};
use crate::yaml::{Piece, Quotes, Shape};

impl<'a> Sheet<'a> {
    /// Returns the indentation of a line of JSON that begins with a key.
    fn indent(&self, at: usize) -> Option<&'a str> {
        let line = self.text.get(self.line_start(at)..)?;
        let behind = line.trim_start_matches([' ', '\t']);
        let is_own = self.format == Format::Json && behind.starts_with('"');
        is_own.then(|| line.get(..line.len() - behind.len())).flatten()
    }
}

impl Draft<'_> {
    /// Gives something to a value that holds nothing.
    pub(crate) fn fill_flow(
        &mut self,
        value: &Piece,
        change: &Change,
        place: &Place,
    ) -> Result<(), Refusal> {
        let sheet = self.sheet;
        let written = sheet.text.get(value.content..value.end).unwrap_or_default();
        let is_yaml = sheet.format == Format::Yaml;
        match change {
            // A comment between the brackets stays there.
            Change::Below(patch) if is_yaml && written.contains(['\n', '\r']) => {
                let entries = self.entries(&patch.entries, None);
                self.insert(value.content + 1, entries.join(", "));
                Ok(())
            }
            change if written.is_empty() => {
                let text = self.flow(change, None);
                self.write_behind(value, &text, place)
            }
            change => {
                let text = self.flow(change, sheet.indent(value.start));
                self.replace(value.content..value.end, text);
                Ok(())
            }
        }
    }

    /// Adds entries to a mapping in braces behind its last one.
    pub(crate) fn add_to_flow(
        &mut self,
        mapping: &Piece,
        missing: &[&(String, Change)],
    ) -> Result<(), Refusal> {
        let sheet = self.sheet;
        let last = match &mapping.shape {
            Shape::Mapping { entries, .. } => entries.last(),
            Shape::Scalar { .. } | Shape::Alias(_) | Shape::Sequence { .. } => None,
        };
        let Some((key, value)) = last else {
            return Err(self.refusal(mapping, Reason::Meaning));
        };
        let entries: Vec<_> = missing.iter().map(|entry| (*entry).clone()).collect();
        let entries = self.entries(&entries, sheet.indent(key.start));
        self.append(key, value, &entries);
        Ok(())
    }

    /// Adds parts behind the last one in brackets, which begins with `first` and ends with `last`.
    pub(crate) fn append(&mut self, first: &Piece, last: &Piece, parts: &[String]) {
        let sheet = self.sheet;
        let at = last.end.max(first.end);
        let rest = sheet.text.get(at..sheet.line_end(at)).unwrap_or_default();
        // A comment stays beside what it is about.
        let has_comment = sheet.format == Format::Yaml && rest.contains('#');
        let separator = match sheet.prefix(first.start).filter(|_| !has_comment) {
            Some(prefix) => format!(",{}{prefix}", self.newline),
            None => ", ".to_owned(),
        };
        let is_written = last.content < last.end;
        let mut text = if is_written { String::new() } else { " ".to_owned() };
        for part in parts {
            text.push_str(&separator);
            text.push_str(part);
        }
        self.insert(at, text);
    }

    /// Returns a value in brackets, or a scalar. With an indentation, which is that of the line that
    /// it begins in, its parts have lines of their own.
    pub(crate) fn flow(&self, change: &Change, indent: Option<&str>) -> String {
        let deeper = indent.map(|indent| format!("{indent}{}", self.unit));
        match change {
            Change::Text(text) => self.scalar(text, Quotes::None, true),
            Change::Below(patch) => self.object(patch, indent),
            Change::Items(items) => {
                let items = items.iter().map(|item| self.object(item, deeper.as_deref()));
                self.enclosed(('[', ']'), &items.collect::<Vec<_>>(), indent)
            }
        }
    }

    /// Returns a mapping in braces.
    pub(crate) fn object(&self, patch: &Patch, indent: Option<&str>) -> String {
        let deeper = indent.map(|indent| format!("{indent}{}", self.unit));
        let entries = self.entries(&patch.entries, deeper.as_deref());
        self.enclosed(('{', '}'), &entries, indent)
    }

    /// Returns entries without what is between them.
    fn entries(&self, entries: &[(String, Change)], indent: Option<&str>) -> Vec<String> {
        let entry = |(key, change): &(String, Change)| {
            let key = self.scalar(key, Quotes::None, true);
            format!("{key}: {}", self.flow(change, indent))
        };
        entries.iter().map(entry).collect()
    }

    fn enclosed(
        &self,
        (open, close): (char, char),
        parts: &[String],
        indent: Option<&str>,
    ) -> String {
        let Some(indent) = indent else {
            return format!("{open}{}{close}", parts.join(", "));
        };
        let newline = self.newline;
        let inner = format!("{newline}{indent}{}", self.unit);
        format!("{open}{inner}{}{newline}{indent}{close}", parts.join(&format!(",{inner}")))
    }
}
