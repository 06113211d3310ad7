//! Text from outside, made unable to command the agent or to show a secret.

use crate::secret::Secret;
use regex::Regex;
use std::fmt::Write;
use std::sync::LazyLock;

/// The longest line that is shown, in characters.
// The live console cuts at 1,024; the stored log keeps the line.
const LONGEST_LINE: usize = 4_000;

/// Characters that cannot be seen: controls other than the tab, formatting, unassigned and private
/// ones, and those that programs may ignore.
// The agent looks for `##vso[` with a comparison that depends on the culture and ignores such
// characters, so that one of them within the prefix would not hide it from the agent.
static INVISIBLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"[[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\t]]").ok()
});

/// The secrets that no output may show.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    forms: Vec<Secret>,
    /// What becomes of the forms in an inert text. The longest first, so that one secret within
    /// another does not leave the rest of it.
    inert: Vec<Secret>,
    /// Paths that people know by another name.
    names: Vec<(String, String)>,
}

impl Redaction {
    /// Adds a secret in all its forms. Texts shorter than three bytes are left alone: hiding them
    /// would make the log unreadable, and the agent masks its own secrets in any case.
    pub fn add(&mut self, secret: &Secret) {
        let forms: Vec<String> =
            secret.forms().into_iter().filter(|form| form.len() >= 3).collect();
        let inert = forms.iter().flat_map(|form| broken(form).map(inert).chain([visible(form)]));
        let inert = inert.map(|form| form.trim().to_owned()).filter(|form| form.len() >= 3);
        self.inert.extend(inert.filter_map(Secret::new));
        self.inert.sort();
        self.inert.dedup();
        self.inert.sort_by_key(|form| std::cmp::Reverse(form.reveal().len()));
        self.forms.extend(forms.into_iter().filter_map(Secret::new));
        self.forms.sort();
        self.forms.dedup();
    }

    /// Makes texts speak of `known` where they speak of `path`.
    pub fn rename(&mut self, path: &str, known: &str) {
        self.names.push((path.to_owned(), known.to_owned()));
    }

    /// Returns a text's lines, each unable to command the agent and without a secret: what cannot be
    /// seen is gone, `##` is broken, and what is longer than a person reads is cut.
    // What cannot be seen goes first: within a secret it would hide the secret from us, and not from
    // the reader.
    pub fn lines(&self, text: &str) -> Vec<String> {
        let mut lines: Vec<String> = broken(&self.renamed(text)).map(inert).collect();
        while lines.last().is_some_and(|line| line.trim().is_empty()) {
            lines.pop();
        }
        // `\r\n` ends one line, not two.
        lines.dedup_by(|next, previous| next.is_empty() && previous.is_empty());
        lines.into_iter().map(|line| cut(self.hidden(line))).collect()
    }

    /// Returns a text as one line that cannot command the agent and holds no secret.
    pub fn one_line(&self, text: &str) -> String {
        cut(self.joined(text))
    }

    /// Returns a text as Markdown that shows just this text, on one line and without a secret.
    pub fn markdown(&self, text: &str) -> String {
        let mut escaped = String::new();
        for character in self.one_line(text).chars() {
            match character {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                _ if "\\`*_{}[]()#!|~@".contains(character) => {
                    escaped.push('\\');
                    escaped.push(character);
                }
                _ => escaped.push(character),
            }
        }
        escaped
    }

    /// Returns a value for a command's property or data: as it is but for what cannot be seen, paths
    /// that people know by another name, and secrets.
    pub fn value(&self, text: &str) -> String {
        self.hidden(visible(&self.renamed(text)))
    }

    fn joined(&self, text: &str) -> String {
        let lines = broken(&self.renamed(text)).map(inert).collect::<Vec<_>>();
        let lines: Vec<String> = lines.into_iter().filter(|line| !line.trim().is_empty()).collect();
        self.hidden(lines.join(" "))
    }

    fn renamed(&self, text: &str) -> String {
        let renamed = |text: String, (path, known): &(String, String)| text.replace(path, known);
        self.names.iter().fold(text.to_owned(), renamed)
    }

    fn hidden(&self, mut text: String) -> String {
        for form in &self.inert {
            if text.contains(form.reveal()) {
                text = text.replace(form.reveal(), "***");
            }
        }
        text
    }

    /// Tells whether a text holds a secret. Those that could be ordinary words do not count.
    pub fn finds(&self, text: &str) -> bool {
        let mut telling = self.forms.iter().filter(|form| form.reveal().len() >= TELLING);
        if telling.any(|form| text.contains(form.reveal())) {
            return true;
        }
        let encoded: String = text.chars().filter_map(in_base64).collect();
        let mut parts = self.forms.iter().flat_map(Secret::within_base64);
        parts.any(|part| part.len() >= TELLING && encoded.contains(&part))
    }
}

/// How many bytes of a secret are no ordinary word.
const TELLING: usize = 8;

/// Returns a character of a text in base64 as the usual alphabet has it, and nothing for those at
/// which such a text is broken.
fn in_base64(character: char) -> Option<char> {
    match character {
        '-' => Some('+'),
        '_' => Some('/'),
        _ => (!character.is_whitespace()).then_some(character),
    }
}

/// Returns the parts of a text between all that ends a line for the agent's reader or for a
/// terminal.
fn broken(text: &str) -> impl Iterator<Item = &str> {
    text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
}

/// Returns a text without what cannot be seen.
fn visible(text: &str) -> String {
    match &*INVISIBLE {
        Some(invisible) => invisible.replace_all(text, "").into_owned(),
        None => text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect(),
    }
}

fn inert(line: &str) -> String {
    let mut line = visible(line);
    // One pass turns `###` into `# ##`.
    while line.contains("##") {
        line = line.replace("##", "# #");
    }
    line
}

fn cut(line: String) -> String {
    let Some(rest) = line.chars().count().checked_sub(LONGEST_LINE).filter(|rest| *rest > 0) else {
        return line;
    };
    let mut line: String = line.chars().take(LONGEST_LINE).collect();
    let _ = write!(line, " … ({rest} more characters)");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_holds_a_command() {
        for text in [
            "##vso[task.complete result=Succeeded]",
            "a ##vso[x.y]",
            "#\u{200b}#vso[x.y]",
            "##v\u{ad}so[x.y]",
            "###vso[x.y]",
            "####[error]x",
            "x\r##vso[x.y]",
            "#\u{0}#\u{feff}vso[x.y]",
            "#\u{e0001}#vso[x.y]",
            "#\u{3164}#vso[x.y]",
        ] {
            let redaction = Redaction::default();
            assert!(redaction.lines(text).iter().all(|line| !line.contains("##")), "{text:?}");
            assert!(!redaction.one_line(text).contains("##"), "{text:?}");
        }
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        let redaction = Redaction::default();
        assert_eq!(
            redaction.lines("Error: é 日本\tx\r\n\r\nnext\n"),
            ["Error: é 日本\tx", "", "next"]
        );
        assert_eq!(redaction.one_line("a\nb\n"), "a b");
    }

    #[test]
    fn long_lines_are_cut() {
        let cut = Redaction::default().lines(&"x".repeat(5_000));
        assert!(cut.first().is_some_and(|line| line.ends_with("(1000 more characters)")));
    }

    #[test]
    fn secrets_are_replaced_in_every_form() {
        let mut redaction = Redaction::default();
        redaction.add(&Secret::new("p@t-123").unwrap());
        redaction.add(&Secret::new("p@t-123-longer").unwrap());
        assert_eq!(redaction.one_line("x p@t-123 p%40t%2D123 OnBAdC0xMjM="), "x *** *** ***");
        assert_eq!(redaction.one_line("p@t-123-longer"), "***");
        assert!(redaction.finds("https://p@t-123-longer@host") && !redaction.finds("p@t-123"));
    }

    #[test]
    fn nothing_that_cannot_be_seen_hides_a_secret() {
        let mut redaction = Redaction::default();
        redaction.add(&Secret::new("p@t-123").unwrap());
        redaction.add(&Secret::new("a##b##c").unwrap());
        redaction.add(&Secret::new("two words").unwrap());
        redaction.add(&Secret::new("zero\u{200b}width").unwrap());
        for text in [
            "x p@t\u{200b}-123",
            "x p\u{0}@t-1\u{ad}23",
            "x a##b##c",
            "x a##\u{feff}b##c",
            "x zerowidth",
            "x zero\u{200b}width",
        ] {
            assert_eq!(redaction.one_line(text), "x ***", "{text:?}");
            assert_eq!(redaction.lines(text), ["x ***"], "{text:?}");
            assert_eq!(redaction.value(text), "x ***", "{text:?}");
        }
        assert_eq!(redaction.one_line("two\nwords"), "***");
        let long = format!("{}p@t-123", "x".repeat(LONGEST_LINE - 3));
        assert!(!redaction.one_line(&long).contains("p@t"));
    }

    #[test]
    fn markdown_hides_a_secret_that_it_would_escape() {
        let mut redaction = Redaction::default();
        redaction.add(&Secret::new("to_k*en").unwrap());
        assert_eq!(redaction.markdown("x to_k*en"), "x \\*\\*\\*");
    }

    #[test]
    fn markdown_shows_just_the_text() {
        assert_eq!(
            Redaction::default().markdown("</details><b>|`x`\n[a](b)"),
            "&lt;/details&gt;&lt;b&gt;\\|\\`x\\` \\[a\\]\\(b\\)"
        );
    }
}
