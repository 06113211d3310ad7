//! Changes to what is laid out by indentation.

use crate::edit::file::Format;
use crate::edit::preserve::draft::{Draft, Place};
use crate::edit::preserve::patch::{Change, Patch};
use crate::edit::preserve::{Reason, Refusal};
use crate::yaml::{self, Piece, Quotes, Shape, Style};

impl Draft<'_> {
    /// Puts a text in the place of a value, in the same quotes where they can hold it.
    pub(crate) fn replace_by_text(
        &mut self,
        value: &Piece,
        text: &str,
        place: &Place,
    ) -> Result<(), Refusal> {
        let fits = matches!(value.tag.as_deref(), None | Some("!!str" | "!"));
        match &value.shape {
            Shape::Sequence { flow: false, .. } | Shape::Mapping { flow: false, .. } => {
                self.replace_lines(value, text)
            }
            _ if !fits => {
                let anchor = value.anchor.as_ref().map(|name| format!("&{name} "));
                let scalar = self.scalar(text, Quotes::None, place.in_flow);
                self.replace(value.start..value.end, anchor.unwrap_or_default() + &scalar);
                Ok(())
            }
            Shape::Scalar { style: Style::Literal | Style::Folded, .. } => {
                self.replace_block(value, text, place);
                Ok(())
            }
            _ if value.content == value.end => {
                let scalar = self.scalar(text, Quotes::None, place.in_flow);
                self.write_behind(value, &scalar, place)
            }
            Shape::Scalar { .. }
            | Shape::Alias(_)
            | Shape::Sequence { flow: true, .. }
            | Shape::Mapping { flow: true, .. } => {
                let scalar = self.scalar(text, self.quotes(value), place.in_flow);
                self.replace(value.content..value.end, scalar);
                Ok(())
            }
        }
    }

    fn quotes(&self, value: &Piece) -> Quotes {
        match self.sheet.text.as_bytes().get(value.content) {
            Some(b'\'') => Quotes::Single,
            Some(b'"') => Quotes::Double,
            _ => Quotes::None,
        }
    }

    /// Writes a value where none is written.
    pub(crate) fn write_behind(
        &mut self,
        value: &Piece,
        text: &str,
        place: &Place,
    ) -> Result<(), Refusal> {
        let colon = match (self.has_colon(value), place.in_flow) {
            (true, _) => "",
            (false, true) => ":",
            (false, false) => return Err(self.refusal(value, Reason::Line)),
        };
        self.insert(value.end, format!("{colon} {text}"));
        Ok(())
    }

    /// Tells whether there is a colon in front of a value that is not written.
    fn has_colon(&self, value: &Piece) -> bool {
        let before = self.sheet.text.get(..value.end).unwrap_or_default();
        value.start < value.end || before.ends_with(':')
    }

    /// Puts a text in the place of a block of text.
    fn replace_block(&mut self, value: &Piece, text: &str, place: &Place) {
        let sheet = self.sheet;
        let behind = sheet.text.get(value.content..).unwrap_or_default();
        let header = behind.find(|c: char| !"|>+-0123456789".contains(c)).unwrap_or(behind.len());
        let header = value.content..value.content + header;
        let line_end = sheet.line_end(header.end);
        let body = line_end..value.end.max(line_end);
        self.next_comment = sheet.next_comment(body.end);
        let prefix = place.prefix.as_deref();
        let literal = prefix.and_then(|prefix| self.literal(text, prefix)).zip(prefix);
        let Some(((head, lines), prefix)) = literal else {
            let scalar = self.scalar(text, Quotes::None, place.in_flow);
            self.replace(header, scalar);
            return self.replace(body, "");
        };
        // One line means the same in both kinds of block.
        let is_folded = behind.starts_with('>') && lines.len() == 1;
        self.replace(header, if is_folded { head.replacen('|', ">", 1) } else { head });
        let mut written = String::new();
        for line in indented(&lines, &format!("{prefix}{}", self.unit)) {
            written.push_str(self.newline);
            written.push_str(&line);
        }
        if text.ends_with('\n') && body.end == sheet.text.len() {
            written.push_str(self.newline);
        }
        self.replace(body, written);
    }

    /// Puts a text in the place of a list or mapping of several lines.
    fn replace_lines(&mut self, value: &Piece, text: &str) -> Result<(), Refusal> {
        let scalar = self.scalar(text, Quotes::None, false);
        self.collapse(value, &scalar)
    }

    /// Puts a word behind the key of a list or mapping, whose lines go.
    pub(crate) fn collapse(&mut self, value: &Piece, word: &str) -> Result<(), Refusal> {
        let first = match &value.shape {
            Shape::Mapping { entries, .. } => entries.first().map(|(key, _)| key.start),
            Shape::Sequence { items, .. } => items.first().map(|item| item.start),
            Shape::Scalar { .. } | Shape::Alias(_) => None,
        };
        let sheet = self.sheet;
        let above = first.and_then(|first| sheet.previous_line_end(first));
        let (Some(first), Some(above)) = (first, above.filter(|above| *above >= value.behind))
        else {
            return Err(self.refusal(value, Reason::Line));
        };
        self.insert(value.behind, format!(" {word}"));
        // A comment behind the last line stays: behind the key, or else on a line of its own.
        let rest = sheet.text.get(value.end..sheet.line_end(value.end)).unwrap_or_default();
        let is_alone = rest.trim_ascii().is_empty() || above == sheet.line_end(value.behind);
        let from = if is_alone { above } else { sheet.line_start(first) };
        self.replace(from..value.end, "");
        Ok(())
    }

    /// Gives something to a value that holds nothing.
    pub(crate) fn fill(
        &mut self,
        value: &Piece,
        change: &Change,
        place: &Place,
    ) -> Result<(), Refusal> {
        let sheet = self.sheet;
        let piece = |from, to| sheet.text.get(from..to).unwrap_or_default();
        let has_lines = piece(value.content, value.end).contains(['\n', '\r']);
        if place.in_flow || has_lines || sheet.format == Format::Json {
            return self.fill_flow(value, change, place);
        }
        let prefix = place.prefix.as_deref();
        let prefix = prefix.filter(|_| value.content < value.end || self.has_colon(value));
        let prefix = prefix.ok_or_else(|| self.refusal(value, Reason::Line))?;
        self.next_comment = sheet.next_comment(value.end);
        let lines = match change {
            Change::Text(text) => return self.replace_by_text(value, text, place),
            Change::Below(patch) => self.lines(&patch.entries, &format!("{prefix}{}", self.unit)),
            Change::Items(items) => self.item_lines(items, prefix),
        };
        let is_near = !piece(value.behind, value.content).contains(['\n', '\r']);
        let from = if is_near { value.behind } else { value.content };
        self.replace(from..value.end, "");
        self.insert_lines(value.end, &lines);
        Ok(())
    }

    /// Adds entries to a mapping behind its last one.
    pub(crate) fn add_to_block(
        &mut self,
        mapping: &Piece,
        missing: &[&(String, Change)],
    ) -> Result<(), Refusal> {
        let Shape::Mapping { entries, .. } = &mapping.shape else {
            return Err(self.refusal(mapping, Reason::Meaning));
        };
        let prefix = entries.first().and_then(|(key, _)| self.sheet.block_prefix(key.start));
        let prefix = prefix.ok_or_else(|| self.refusal(mapping, Reason::Line))?;
        let entries: Vec<_> = missing.iter().map(|entry| (*entry).clone()).collect();
        self.next_comment = self.sheet.next_comment(mapping.end);
        let lines = self.lines(&entries, &prefix);
        self.insert_lines(mapping.end, &lines);
        Ok(())
    }

    /// Writes entries to a file that has none.
    pub(crate) fn begin(&mut self, root: Option<&Piece>, patch: &Patch) -> Result<(), Refusal> {
        let sheet = self.sheet;
        let text = sheet.text;
        let written = root.filter(|root| root.content < root.end);
        self.next_comment = written.and_then(|root| sheet.next_comment(root.end));
        let Some(root) = written else {
            let rest = text.get(root.map_or(0, |root| root.end)..).unwrap_or_default();
            if rest.lines().any(|line| line.starts_with("...")) {
                return Err(Reason::Documents.into());
            }
            let mut lines = self.lines(&patch.entries, "").join(self.newline);
            if !text.is_empty() && !text.ends_with(['\n', '\r']) {
                lines.insert_str(0, self.newline);
            }
            self.insert(text.len(), lines + self.newline);
            return Ok(());
        };
        let is_one_line =
            !text.get(root.start..root.end).unwrap_or_default().contains(['\n', '\r']);
        if sheet.format == Format::Json || sheet.prefix(root.start) != Some("") || !is_one_line {
            let indent = (sheet.format == Format::Json).then_some("");
            let object = self.object(patch, indent);
            self.replace(root.content..root.end, object);
            return Ok(());
        }
        let lines = self.lines(&patch.entries, "");
        let line_end = sheet.line_end(root.end);
        if text.get(root.end..line_end).unwrap_or_default().trim_ascii().is_empty() {
            let mut lines = lines.join(self.newline);
            if line_end == text.len() {
                lines.push_str(self.newline);
            }
            self.replace(root.start..line_end, lines);
        } else {
            self.replace(root.start..root.end, "");
            self.insert_lines(root.end, &lines);
        }
        Ok(())
    }

    /// Returns the lines of new entries.
    pub(crate) fn lines(&self, entries: &[(String, Change)], prefix: &str) -> Vec<String> {
        let mut lines = Vec::new();
        let deeper = format!("{prefix}{}", self.unit);
        for (key, change) in entries {
            let key = self.scalar(key, Quotes::None, false);
            match change {
                Change::Text(text) => lines.extend(self.text_lines(&key, text, prefix)),
                Change::Below(patch) => {
                    lines.push(format!("{prefix}{key}:"));
                    lines.extend(self.lines(&patch.entries, &deeper));
                }
                Change::Items(items) => {
                    lines.push(format!("{prefix}{key}:"));
                    lines.extend(self.item_lines(items, prefix));
                }
            }
        }
        lines
    }

    /// Returns the lines of a key, as it is written, with a text.
    fn text_lines(&self, key: &str, text: &str, prefix: &str) -> Vec<String> {
        let literal = self.literal(text, prefix).filter(|_| text.contains('\n'));
        let Some((head, body)) = literal else {
            let scalar = self.scalar(text, Quotes::None, false);
            return vec![format!("{prefix}{key}: {scalar}")];
        };
        let mut lines = vec![format!("{prefix}{key}: {head}")];
        lines.extend(indented(&body, &format!("{prefix}{}", self.unit)));
        lines
    }

    /// Returns a text as a block, if it can be one whose key stands behind a prefix.
    fn literal<'t>(&self, text: &'t str, prefix: &str) -> Option<(String, Vec<&'t str>)> {
        let column = prefix.len() + self.unit.len();
        let is_apart = self.next_comment.is_none_or(|comment| comment < column);
        yaml::literal(text, self.unit.len()).filter(|_| is_apart)
    }

    /// Returns the lines of new items, whose hyphens stand behind the prefix.
    pub(crate) fn item_lines(&self, items: &[Patch], prefix: &str) -> Vec<String> {
        let mut all = Vec::new();
        for item in items {
            let lines = self.lines(&item.entries, "");
            let marks = ["- "].into_iter().chain(std::iter::repeat("  "));
            all.extend(lines.iter().zip(marks).map(|(line, mark)| format!("{prefix}{mark}{line}")));
        }
        all
    }
}

/// Returns lines behind a prefix, which those without anything in them do not get.
fn indented(lines: &[&str], prefix: &str) -> Vec<String> {
    let indented = |line: &&str| match *line {
        "" => String::new(),
        line => format!("{prefix}{line}"),
    };
    lines.iter().map(indented).collect()
}
