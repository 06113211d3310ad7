//! The agent's secret masker: what it replaces by `***` in the log.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use regex::Regex;

use crate::support::agent::leaks::percent_encoded;

// The password in `//user:password@`.
static URL_PASSWORD: LazyLock<Regex> = LazyLock::new(|| {
    let sign = r"[\w.~:!$&'()*+,;=-]|(?:%|%AZP25)[0-9a-fA-F]{2}";
    Regex::new(&format!(r"//[^:/?#\n]+:((?:{sign})+)@")).expect("a valid pattern")
});

/// The values known as secret so far.
#[derive(Debug, Default)]
pub(crate) struct Mask {
    values: BTreeSet<String>,
}

impl Mask {
    /// Adds a value in the forms that the agent derives from every secret.
    pub(crate) fn add(&mut self, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        let quoted = serde_json::to_string(value).expect("JSON");
        let json = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let json = json.unwrap_or(&quoted).to_owned();
        let backslashed = value.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"");
        let forms = [value.to_owned(), json, percent_encoded(value), backslashed];
        self.values.extend(forms.into_iter().filter(|form| !form.is_empty()));
    }

    /// Adds a secret variable of the job, whose base64 the agent masks as well.
    pub(crate) fn add_variable(&mut self, value: &str) {
        if value.trim().is_empty() {
            return;
        }
        let lines = value.replace('\r', "%0D").replace('\n', "%0A");
        let escaped = value.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A");
        for form in [value, &lines, &escaped, &STANDARD.encode(value)] {
            self.add(form);
            self.add(form.trim());
            for quote in ['\'', '"'] {
                let inner = form.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
                self.add(inner.unwrap_or_default());
            }
        }
    }

    /// Returns `text` as it is printed.
    pub(crate) fn applied(&self, text: &str) -> String {
        let known = self.values.iter().flat_map(|value| occurrences(text, value));
        let passwords = URL_PASSWORD
            .captures_iter(text)
            .filter_map(|found| found.get(1).map(|password| (password.start(), password.end())));
        let mut spans: Vec<(usize, usize)> = known.chain(passwords).collect();
        spans.sort_unstable();
        let mut masked = String::new();
        let mut position = 0;
        for (start, end) in spans {
            // Spans that touch or overlap become one mask.
            if start > position || masked.is_empty() {
                masked.push_str(text.get(position..start).unwrap_or_default());
                masked.push_str("***");
            }
            position = position.max(end);
        }
        masked.push_str(text.get(position..).unwrap_or_default());
        masked
    }
}

fn occurrences(text: &str, value: &str) -> Vec<(usize, usize)> {
    let starts = text.char_indices().map(|(start, _)| start);
    let hit = |start: &usize| text.get(*start..).is_some_and(|rest| rest.starts_with(value));
    starts.filter(hit).map(|start| (start, start + value.len())).collect()
}
