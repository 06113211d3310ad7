//! Patterns of names as Go's `filepath.Match` has them.

use regex::Regex;
use std::fmt::Write;

/// A pattern: `*` and `?` for what is not `/`, classes in brackets, `\` before a character to be
/// taken for itself.
#[derive(Clone, Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Returns the pattern that a text is, or `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut expression = String::from(r"\A(?s:");
        let mut rest = text.chars().peekable();
        while let Some(character) = rest.next() {
            match character {
                '*' => expression.push_str("[^/]*"),
                '?' => expression.push_str("[^/]"),
                '[' => expression.push_str(&class(&mut rest)?),
                '\\' => push(&mut expression, rest.next()?),
                other => push(&mut expression, other),
            }
        }
        expression.push_str(r")\z");
        Regex::new(&expression).ok().map(Self)
    }

    /// Tells whether the whole text is as the pattern says.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Returns the expression for a class, of which the bracket is read.
fn class(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<String> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    let is_negated = rest.next_if_eq(&'^').is_some();
    while ranges.is_empty() || rest.next_if_eq(&']').is_none() {
        let low = bound(rest)?;
        let high = if rest.next_if_eq(&'-').is_some() { bound(rest)? } else { low };
        ranges.push((low, high));
    }
    let mut expression = String::from(if is_negated { "[^" } else { "[" });
    // A range that runs backwards matches nothing.
    for (low, high) in ranges.into_iter().filter(|(low, high)| low <= high) {
        push(&mut expression, low);
        expression.push('-');
        push(&mut expression, high);
    }
    match expression.as_str() {
        "[" => return Some(r"[^\s\S]".to_owned()),
        "[^" => return Some(r"[\s\S]".to_owned()),
        _ => expression.push(']'),
    }
    Some(expression)
}

fn bound(rest: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match rest.next()? {
        '-' | ']' => None,
        '\\' => rest.next(),
        other => Some(other),
    }
}

fn push(expression: &mut String, character: char) {
    let _ = write!(expression, r"\x{{{:X}}}", u32::from(character));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_go() {
        let cases = [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*/b", "abc/b", true),
            ("a*/b", "a/c/b", false),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("a*b?c*x", "abxbbxdbxebxczzy", false),
            ("ab[c]", "abc", true),
            ("ab[b-d]", "abc", true),
            ("ab[e-g]", "abc", false),
            ("ab[^c]", "abc", false),
            ("ab[^e-g]", "abc", true),
            (r"a\*b", "a*b", true),
            (r"a\*b", "ab", false),
            ("a?b", "a☺b", true),
            ("a[^a]b", "a☺b", true),
            ("[a-ζ]*", "α", true),
            ("*[a-ζ]", "A", false),
            ("a?b", "a/b", false),
            (r"[\]a]", "]", true),
            (r"[\-x]", "-", true),
            ("[x-a]", "x", false),
            ("*.txt", ".txt", true),
            ("{a,b}", "a", false),
            ("{a,b}", "{a,b}", true),
            ("a\nb", "a\nb", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                Pattern::parse(pattern).unwrap().matches(text),
                expected,
                "{pattern} {text}"
            );
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["[]a]", "[-]", "[x-]", "[-x]", "a[", "[a", "[^a", r"[\", r"a\", "[]", "[^]"] {
            assert!(Pattern::parse(text).is_none(), "{text}");
        }
    }
}
