//! The search for secrets, in clear or encoded, in output and in files left behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use regex::bytes::Regex;

/// Shorter values, and lines of values, cannot be told from ordinary text.
const SHORTEST: usize = 4;
/// Shorter pieces of base64 occur by chance.
const SHORTEST_BASE64: usize = 8;

/// The texts to look for, with what each of them is.
#[derive(Debug, Default)]
pub(crate) struct Leaks {
    meanings: BTreeMap<Vec<u8>, String>,
    pattern: Option<Regex>,
}

impl Leaks {
    /// Returns a search for `secrets`, each a name and a value.
    pub(crate) fn of<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut meanings = BTreeMap::new();
        for (name, value) in secrets {
            for (form, text) in forms(value) {
                meanings.insert(text.into_bytes(), format!("secret `{name}` {form}"));
            }
        }
        let texts = meanings.keys().map(|text| regex::escape(&String::from_utf8_lossy(text)));
        let mut texts: Vec<String> = texts.collect();
        // The whole of a form tells more than a piece of it that begins alike.
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        let pattern = Regex::new(&texts.join("|")).expect("a valid pattern");
        Self { pattern: (!meanings.is_empty()).then_some(pattern), meanings }
    }

    /// Returns which secret `content` holds, and in which form.
    pub(crate) fn find(&self, content: &[u8]) -> Option<&str> {
        let found = self.pattern.as_ref()?.find(content)?;
        self.meanings.get(found.as_bytes()).map(String::as_str)
    }

    /// Returns the files below `folder`, by name or content, in which a secret is; `skip` is not entered.
    pub(crate) fn scan(&self, folder: &Path, skip: &dyn Fn(&Path) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        if self.pattern.is_some() && !skip(folder) {
            self.visit(folder, skip, &mut found);
        }
        found
    }

    fn visit(&self, folder: &Path, skip: &dyn Fn(&Path) -> bool, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if skip(&path) {
                continue;
            }
            let name = entry.file_name();
            let hit = self.find(name.as_encoded_bytes()).or_else(|| self.find(&content(&path)));
            found.extend(hit.map(|what| format!("{what} in the file {}", path.display())));
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.visit(&path, skip, found);
            }
        }
    }
}

fn content(path: &Path) -> Vec<u8> {
    if let Ok(target) = fs::read_link(path) {
        return target.into_os_string().into_encoded_bytes();
    }
    // Reading a pipe would wait for a writer.
    let is_file = fs::metadata(path).is_ok_and(|found| found.is_file());
    if is_file { fs::read(path).unwrap_or_default() } else { Vec::new() }
}

/// Returns `text` with everything but unreserved characters as `%XX`.
pub(crate) fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encoded = |byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encoded).collect()
}

fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let percent = percent_encoded(secret);
    let mut forms = vec![
        ("as base64", STANDARD.encode(secret)),
        ("as base64", URL_SAFE.encode(secret)),
        ("as base64 of `:secret`", STANDARD.encode(format!(":{secret}"))),
        ("percent-encoded", lower_case_escapes(&percent)),
        ("percent-encoded", percent),
        ("in JSON", serde_json::json!(secret).to_string().trim_matches('"').to_owned()),
    ];
    forms.extend(secret.lines().map(|line| ("in clear", line.trim().to_owned())));
    forms.push(("in clear", secret.to_owned()));
    forms.retain(|(_, text)| text.len() >= SHORTEST);
    forms.extend(within_base64(secret).map(|text| ("inside base64, as of `user:secret`", text)));
    forms
}

// Whatever stands before the secret, its base64 is one of three texts but for its ends.
fn within_base64(secret: &str) -> impl Iterator<Item = String> {
    let pieces = (0..3).flat_map(|before: usize| {
        let bytes = [&vec![0; before], secret.as_bytes()].concat();
        let touched = (before * 8).div_ceil(6);
        let whole = bytes.len() * 8 / 6;
        [STANDARD_NO_PAD.encode(&bytes), URL_SAFE_NO_PAD.encode(&bytes)]
            .map(|text| text.get(touched..whole).unwrap_or_default().to_owned())
    });
    pieces.filter(|piece| piece.len() >= SHORTEST_BASE64)
}

fn lower_case_escapes(percent: &str) -> String {
    let mut lower = String::new();
    for (index, piece) in percent.split('%').enumerate() {
        let (code, rest) = piece.split_at_checked(2).filter(|_| index > 0).unwrap_or(("", piece));
        lower.push_str(if index > 0 { "%" } else { "" });
        lower.push_str(&code.to_lowercase());
        lower.push_str(rest);
    }
    lower
}
