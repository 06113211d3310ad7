//! The documents in a text, as Helm finds them: at every line that begins with `---`.

use crate::helm::value::Text;

const SEPARATOR: &[u8] = b"---";

/// Returns the documents that are not empty, without white space around them.
// Helm splits at `(?:^|\s*\n)---\s*`: the text right behind a separator is not the start of a line
// even where that swallowed the line break.
pub(super) fn split(text: &Text) -> Vec<Text> {
    let text = trimmed(text.as_bytes());
    let mut documents = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(found) = find(text, at, start) {
        let before = text.get(start..found).unwrap_or_default();
        push(&mut documents, trimmed_lines(before));
        let behind = found + SEPARATOR.len();
        let rest = text.get(behind..).unwrap_or_default();
        start = behind + rest.iter().take_while(|byte| is_space(**byte)).count();
        at = start;
    }
    push(&mut documents, text.get(start..).unwrap_or_default());
    documents
}

/// Returns where the next separator is that stands at the start of a line.
fn find(text: &[u8], from: usize, previous_end: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    let mut places = memchr::memmem::find_iter(rest, SEPARATOR).map(|place| from + place);
    places.find(|place| {
        let is_line = *place > previous_end && text.get(*place - 1) == Some(&b'\n');
        *place == 0 || is_line
    })
}

fn push(documents: &mut Vec<Text>, document: &[u8]) {
    let document = trimmed(document);
    if !document.is_empty() {
        documents.push(Text::from(document));
    }
}

fn trimmed_lines(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., last] = text
        && is_space(*last)
    {
        text = rest;
    }
    text
}

/// What `\s` means to Go.
fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0C' | b'\r' | b' ')
}

/// Returns a text without the white space of Unicode around it.
pub(super) fn trimmed(text: &[u8]) -> &[u8] {
    match str::from_utf8(text) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => text.trim_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = split(&text.into()).iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn a_line_that_begins_with_three_dashes_separates() {
        check("a\n---\nb", &["a", "b"]);
        check("---\n---\na", &["---\na"]);
        check("\n ---\na \r\n\n--- # x\nb\n---y", &["a", "# x\nb", "y"]);
        check("a ---\n  ---\nb", &["a ---\n  ---\nb"]);
        check("----\na\n------", &["-\na", "---"]);
    }

    #[test]
    fn empty_documents_are_left_out() {
        check("", &[]);
        check("\u{a0}\na\n---\n\u{85}", &["a"]);
    }
}
