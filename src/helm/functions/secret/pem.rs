//! PEM: binary data between lines that say what it is.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Returns data as PEM.
pub(super) fn encoded(label: &str, data: &[u8]) -> String {
    let letters = BASE64_STANDARD.encode(data);
    let mut output = format!("-----BEGIN {label}-----\n");
    for (at, letter) in letters.chars().enumerate() {
        if at > 0 && at % 64 == 0 {
            output.push('\n');
        }
        output.push(letter);
    }
    if !letters.is_empty() {
        output.push('\n');
    }
    format!("{output}-----END {label}-----\n")
}

/// Returns the label and the data of the first block in a text, if there is one.
pub(super) fn decoded(text: &[u8]) -> Option<(String, Vec<u8>)> {
    let text = String::from_utf8_lossy(text);
    let mut rest = text.as_ref();
    loop {
        let begin = rest.find("-----BEGIN ")?;
        let is_line = begin == 0 || rest.get(..begin).is_some_and(|before| before.ends_with('\n'));
        rest = rest.get(begin + 11..)?;
        if let Some(block) = block(rest).filter(|_| is_line) {
            return Some(block);
        }
    }
}

fn block(text: &str) -> Option<(String, Vec<u8>)> {
    let (first, rest) = text.split_once('\n')?;
    let label = first.trim_end().strip_suffix("-----")?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    // What looks like a header is none of the data.
    let data = body.lines().filter(|line| !line.contains(':')).flat_map(str::chars);
    let data: String = data.filter(|letter| !letter.is_whitespace()).collect();
    Some((label.to_owned(), BASE64_STANDARD.decode(data).ok()?))
}
