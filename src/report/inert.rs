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
    /// The longest first, so that one secret within another does not leave the rest of it.
    forms: Vec<Secret>,
    /// Paths that people know by another name.
    names: Vec<(String, String)>,
}

impl Redaction {
    /// Adds a secret in all its forms. Texts shorter than three bytes are left alone: hiding them
    /// would make the log unreadable, and the agent masks its own secrets in any case.
    pub fn add(&mut self, secret: &Secret) {
        let forms = secret.forms().into_iter().filter(|form| form.len() >= 3);
        self.forms.extend(forms.filter_map(Secret::new));
        self.forms.sort_by_key(|form| std::cmp::Reverse(form.reveal().len()));
        self.forms.dedup();
    }

    /// Makes texts speak of `known` where they speak of `path`.
    pub fn rename(&mut self, path: &str, known: &str) {
        self.names.push((path.to_owned(), known.to_owned()));
    }

    /// Returns the text with every secret replaced by `***`, and paths by the names that people
    /// know them by.
    pub fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (path, known) in &self.names {
            text = text.replace(path, known);
        }
        for form in &self.forms {
            if text.contains(form.reveal()) {
                text = text.replace(form.reveal(), "***");
            }
        }
        text
    }

    /// Tells whether a text holds a secret. Those that could be ordinary words do not count.
    pub fn finds(&self, text: &str) -> bool {
        let telling = self.forms.iter().filter(|form| form.reveal().len() >= 8);
        telling.into_iter().any(|form| text.contains(form.reveal()))
    }
}

/// Returns a text's lines, each unable to command the agent: what cannot be seen is gone, `##` is
/// broken, and what is longer than a person reads is cut.
pub fn lines(text: &str) -> Vec<String> {
    // What ends a line for the agent's reader or for a terminal ends one here.
    let broken = text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']);
    let mut lines: Vec<String> = broken.map(line).collect();
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    // `\r\n` ends one line, not two.
    lines.dedup_by(|next, previous| next.is_empty() && previous.is_empty());
    lines
}

/// Returns a text as one line that cannot command the agent.
pub fn one_line(text: &str) -> String {
    let lines: Vec<String> =
        lines(text).into_iter().filter(|line| !line.trim().is_empty()).collect();
    lines.join(" ")
}

fn line(text: &str) -> String {
    let mut line = match &*INVISIBLE {
        Some(invisible) => invisible.replace_all(text, "").into_owned(),
        None => text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect(),
    };
    // One pass turns `###` into `# ##`.
    while line.contains("##") {
        line = line.replace("##", "# #");
    }
    if line.chars().count() > LONGEST_LINE {
        let rest = line.chars().count() - LONGEST_LINE;
        line = line.chars().take(LONGEST_LINE).collect();
        let _ = write!(line, " … ({rest} more characters)");
    }
    line
}

/// Returns a text as Markdown that shows just this text, on one line.
pub fn markdown(text: &str) -> String {
    let mut escaped = String::new();
    for character in one_line(text).chars() {
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
            assert!(lines(text).iter().all(|line| !line.contains("##")), "{text:?}");
            assert!(!one_line(text).contains("##"), "{text:?}");
        }
    }

    #[test]
    fn ordinary_text_stays_as_it_is() {
        assert_eq!(lines("Error: é 日本\tx\r\n\r\nnext\n"), ["Error: é 日本\tx", "", "next"]);
        assert_eq!(one_line("a\nb\n"), "a b");
    }

    #[test]
    fn long_lines_are_cut() {
        let cut = lines(&"x".repeat(5_000));
        assert!(cut.first().is_some_and(|line| line.ends_with("(1000 more characters)")));
    }

    #[test]
    fn secrets_are_replaced_in_every_form() {
        let mut redaction = Redaction::default();
        redaction.add(&Secret::new("p@t-123").unwrap());
        redaction.add(&Secret::new("p@t-123-longer").unwrap());
        assert_eq!(redaction.apply("x p@t-123 p%40t%2D123 OnBAdC0xMjM="), "x *** *** ***");
        assert_eq!(redaction.apply("p@t-123-longer"), "***");
        assert!(redaction.finds("https://p@t-123-longer@host") && !redaction.finds("p@t-123"));
    }

    #[test]
    fn markdown_shows_just_the_text() {
        assert_eq!(
            markdown("</details><b>|`x`\n[a](b)"),
            "&lt;/details&gt;&lt;b&gt;\\|\\`x\\` \\[a\\]\\(b\\)"
        );
    }
}
