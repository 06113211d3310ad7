//! Finds out in which styles a text can be written.

use std::ops::BitOrAssign;

/// In which styles a text can be written as a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Analysis {
    pub(crate) multiline: bool,
    pub(crate) plain: bool,
    pub(crate) single_quoted: bool,
    pub(crate) literal: bool,
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
        return Analysis { multiline: false, plain: true, single_quoted: true, literal: false };
    }
    let found = look_at(text);
    let hard = [Found::SPECIAL, Found::BREAK_AFTER_SPACE];
    let single_quoted = !found.any(&hard) && !found.any(&[Found::SPACE_AFTER_BREAK]);
    let spaces = [Found::SPACE_AT_BEGINNING, Found::SPACE_AT_END];
    let plain =
        single_quoted && !found.any(&[Found::INDICATOR, Found::BREAK]) && !found.any(&spaces);
    let literal = !found.any(&hard) && !found.any(&[Found::SPACE_AT_END]);
    Analysis { multiline: found.any(&[Found::BREAK]), plain, single_quoted, literal }
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

    fn check(text: &str, styles: &str) {
        let analysis = analyze(text);
        let found = [
            (analysis.plain, "plain"),
            (analysis.single_quoted, "single"),
            (analysis.literal, "literal"),
            (analysis.multiline, "multiline"),
        ];
        let found: Vec<_> = found.into_iter().filter_map(|(is, name)| is.then_some(name)).collect();
        assert_eq!(found.join(" "), styles, "{text:?}");
    }

    #[test]
    fn indicators_need_quotes() {
        check("a: b", "single literal");
        check("a:b", "plain single literal");
        check("a:", "single literal");
        check("- a", "single literal");
        check("-a", "plain single literal");
        check("a #b", "single literal");
        check("a#b", "plain single literal");
        check("...", "single literal");
        check("=", "plain single literal");
    }

    #[test]
    fn characters_that_cannot_be_seen_need_double_quotes() {
        check("a\tb", "");
        check("a\u{FEFF}", "");
        check("😀", "");
        check("a\u{85}b", "multiline");
        check("é", "plain single literal");
    }

    #[test]
    fn spaces_about_line_breaks_do_too() {
        check("a\nb", "single literal multiline");
        check("a \nb", "multiline");
        check("a\n b", "literal multiline");
        check("a ", "single");
        check(" a", "single literal");
    }
}
