//! Writes scalars in their styles, folded where a line gets too long.

use crate::yaml::analysis::{is_break, is_printable};
use crate::yaml::emitter::Emitter;

/// The column behind which a line is folded at the next single space.
const BEST_WIDTH: usize = 80;

impl Emitter {
    /// Writes a text without quotes; it has no line breaks.
    pub(crate) fn write_plain(&mut self, text: &str, may_fold: bool) {
        self.separate();
        let mut rest = text;
        let mut after_space = false;
        while let Some((word, behind)) = rest.split_once(' ') {
            self.write(word);
            after_space &= word.is_empty();
            let fold = may_fold && !after_space && self.is_full() && !behind.starts_with(' ');
            self.write_space(fold);
            after_space = true;
            rest = behind;
        }
        self.write(rest);
        self.whitespace = false;
        self.indention = false;
    }

    fn is_full(&self) -> bool {
        self.column > BEST_WIDTH
    }

    fn write_space(&mut self, fold: bool) {
        if fold {
            self.write_indent();
        } else {
            self.put(' ');
        }
    }

    /// Writes a text in single quotes.
    pub(crate) fn write_single_quoted(&mut self, text: &str, may_fold: bool) {
        self.write_separated("'");
        let mut before = None;
        let mut rest = text;
        while let Some(at) = rest.find(|character| "' ".contains(character) || is_break(character))
        {
            let (word, behind) = rest.split_at_checked(at).unwrap_or_default();
            self.write_quoted_word(word, &mut before);
            let mut characters = behind.chars();
            let character = characters.next().unwrap_or_default();
            rest = characters.as_str();
            match character {
                '\'' => self.write_quoted_word("''", &mut before),
                ' ' => {
                    let alone = before.is_some_and(|before| before != ' ')
                        && !rest.is_empty()
                        && !rest.starts_with(' ');
                    self.write_space(may_fold && alone && self.is_full());
                }
                _ => self.write_break_in_quotes(character, before),
            }
            before = Some(character);
        }
        self.write_quoted_word(rest, &mut before);
        self.write_attached('\'');
    }

    /// Writes a word, on a line of its own behind a break.
    fn write_quoted_word(&mut self, word: &str, before: &mut Option<char>) {
        if word.is_empty() {
            return;
        }
        if before.is_some_and(is_break) {
            self.write_indent();
        }
        self.write(word);
        self.indention = false;
        *before = word.chars().next_back();
    }

    /// Writes a line break, the first "\n" twice, since one would mean a space.
    fn write_break_in_quotes(&mut self, character: char, before: Option<char>) {
        if character == '\n' && !before.is_some_and(is_break) {
            self.break_line();
        }
        self.write_break(character);
    }

    fn write_break(&mut self, character: char) {
        self.out.push(character);
        self.column = 0;
        self.indention = true;
    }

    /// Writes a text in double quotes.
    pub(crate) fn write_double_quoted(&mut self, text: &str, may_fold: bool) {
        self.write_separated("\"");
        // go-yaml v2.2.1 looks for a byte order mark at the beginning whichever character it asks
        // about.
        let marked = text.starts_with('\u{FEFF}');
        let mut after_space = false;
        let mut plain_from = 0;
        for (at, character) in text.char_indices() {
            let escaped = marked
                || matches!(character, '"' | '\\')
                || is_break(character)
                || !is_printable(character);
            if !escaped && character != ' ' {
                continue;
            }
            let word = text.get(plain_from..at).unwrap_or_default();
            self.write(word);
            after_space &= word.is_empty();
            plain_from = at + character.len_utf8();
            if escaped {
                self.write_escape(character);
                after_space = false;
                continue;
            }
            let behind = text.get(plain_from..).unwrap_or_default();
            let fold = may_fold && !after_space && at > 0 && !behind.is_empty() && self.is_full();
            self.write_space(fold);
            if fold && behind.starts_with(' ') {
                self.put('\\');
            }
            after_space = true;
        }
        self.write(text.get(plain_from..).unwrap_or_default());
        self.write_attached('"');
    }

    fn write_escape(&mut self, character: char) {
        let letter = match character {
            '\0' => "0",
            '\x07' => "a",
            '\x08' => "b",
            '\t' => "t",
            '\n' => "n",
            '\x0B' => "v",
            '\x0C' => "f",
            '\r' => "r",
            '\x1B' => "e",
            '"' => "\"",
            '\\' => "\\",
            '\u{85}' => "N",
            '\u{A0}' => "_",
            '\u{2028}' => "L",
            '\u{2029}' => "P",
            _ => "",
        };
        let number = u32::from(character);
        let escape = match number {
            _ if !letter.is_empty() => format!("\\{letter}"),
            0..=0xFF => format!("\\x{number:02X}"),
            0x100..=0xFFFF => format!("\\u{number:04X}"),
            _ => format!("\\U{number:08X}"),
        };
        self.write(&escape);
    }

    /// Writes a text as a block behind `|`.
    pub(crate) fn write_literal(&mut self, text: &str) {
        self.write_separated("|");
        if text.starts_with(|first| first == ' ' || is_break(first)) {
            self.put('2');
        }
        let mut from_end = text.chars().rev();
        match (from_end.next().is_some_and(is_break), from_end.next()) {
            (false, _) => self.put('-'),
            (true, None) => self.put('+'),
            (true, Some(before)) if is_break(before) => self.put('+'),
            (true, Some(_)) => {}
        }
        self.break_line();
        self.indention = true;
        self.whitespace = true;
        for line in text.split_inclusive(is_break) {
            let words = line.trim_end_matches(is_break);
            if !words.is_empty() {
                self.write_indent();
                self.write(words);
                self.indention = false;
            }
            if let Some(line_break) = line.chars().next_back().filter(|last| is_break(*last)) {
                self.write_break(line_break);
            }
        }
    }
}
