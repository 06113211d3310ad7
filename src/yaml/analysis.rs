//! Finds out in which styles a text can be written.

use std::ops::BitOrAssign;

/// The quotes that a text needs at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    None,
    Single,
    Double,
}

/// In which styles a text can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Analysis {
    pub(crate) quotes: Quotes,
    /// Whether it can be a literal block.
    pub(crate) literal: bool,
    pub(crate) multiline: bool,
}

/// What was found in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found(u8);

impl Found {
    const INDICATOR: Self = Self(1);
    const BREAK: Self = Self(2);
    const SPECIAL: Self = Self(4);
    const SPACE_AT_BEGINNING: Self = Self(8);
    const SPACE_AT_END: Self = Self(16);
    const SPACE_AFTER_BREAK: Self = Self(32);
    const BREAK_AFTER_SPACE: Self = Self(64);

    fn any(self, of: &[Self]) -> bool {
        of.iter().any(|one| self.0 & one.0 != 0)
    }
}

impl BitOrAssign for Found {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// Returns in which styles `text` can be written.
pub(crate) fn analyze(text: &str) -> Analysis {
    if text.is_empty() {
        return Analysis { quotes: Quotes::None, literal: false, multiline: false };
    }
    let found = look_at(text);
    let hard = found.any(&[Found::SPECIAL, Found::BREAK_AFTER_SPACE]);
    let outer_space = [Found::SPACE_AT_BEGINNING, Found::SPACE_AT_END];
    let quotes = if hard || found.any(&[Found::SPACE_AFTER_BREAK]) {
        Quotes::Double
    } else if found.any(&[Found::INDICATOR, Found::BREAK]) || found.any(&outer_space) {
        Quotes::Single
    } else {
        Quotes::None
    };
    let literal = !hard && !found.any(&[Found::SPACE_AT_END]);
    Analysis { quotes, literal, multiline: found.any(&[Found::BREAK]) }
}

fn look_at(text: &str) -> Found {
    let mut found = Found::default();
    if text.starts_with("---") || text.starts_with("...") {
        found |= Found::INDICATOR;
    }
    if text.starts_with(' ') {
        found |= Found::SPACE_AT_BEGINNING;
    }
    if text.ends_with(' ') {
        found |= Found::SPACE_AT_END;
    }
    let mut characters = text.chars().peekable();
    let mut before = None;
    while let Some(character) = characters.next() {
        if character.is_ascii_alphanumeric() {
            before = Some(character);
            continue;
        }
        let at_word_end = characters.peek().is_none_or(|next| matches!(next, ' ' | '\t'));
        if is_indicator(character, before, at_word_end) {
            found |= Found::INDICATOR;
        }
        if !is_printable(character) {
            found |= Found::SPECIAL;
        }
        if is_break(character) {
            found |= Found::BREAK;
            if before == Some(' ') {
                found |= Found::BREAK_AFTER_SPACE;
            }
        }
        if character == ' ' && before.is_some_and(is_break) {
            found |= Found::SPACE_AFTER_BREAK;
        }
        before = Some(character);
    }
    found
}

/// Tells whether a character between such others means something in a plain scalar.
fn is_indicator(character: char, before: Option<char>, at_word_end: bool) -> bool {
    match (character, before) {
        (':', _) | ('?' | '-', None) => at_word_end,
        ('#', Some(before)) => matches!(before, ' ' | '\t') || is_break(before),
        (_, None) => "#,[]{}&*!|>'\"%@`".contains(character),
        (_, Some(_)) => false,
    }
}

pub(crate) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Tells whether go-yaml v2.2.1 writes a character as it is: none beyond 16 bits, and no tab.
pub(crate) fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}')
        && character != '\u{FEFF}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let Analysis { quotes, literal, multiline } = analyze(text);
        let flags = [(literal, " literal"), (multiline, " multiline")];
        let flags: String = flags.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
        assert_eq!(format!("{quotes:?}{flags}"), expected, "{text:?}");
    }

    #[test]
    fn indicators_need_quotes() {
        check("a: b", "Single literal");
        check("a:b", "None literal");
        check("a:", "Single literal");
        check("- a", "Single literal");
        check("-a", "None literal");
        check("a #b", "Single literal");
        check("a#b", "None literal");
        check("...", "Single literal");
        check("=", "None literal");
    }

    #[test]
    fn characters_that_cannot_be_seen_need_double_quotes() {
        check("a\tb", "Double");
        check("a\u{FEFF}", "Double");
        check("😀", "Double");
        check("a\u{85}b", "Double multiline");
        check("é", "None literal");
    }

    #[test]
    fn spaces_about_line_breaks_do_too() {
        check("a\nb", "Single literal multiline");
        check("a \nb", "Double multiline");
        check("a\n b", "Double literal multiline");
        check("a ", "Single");
        check(" a", "Single literal");
    }
}
