//! The shape that versions and the bounds of constraints share: `v1.2.3-prerelease+metadata`.

/// The parts of a text of that shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape<'a> {
    pub(crate) text: &'a str,
    pub(crate) major: &'a str,
    pub(crate) minor: Option<&'a str>,
    pub(crate) patch: Option<&'a str>,
    pub(crate) prerelease: &'a str,
}

impl<'a> Shape<'a> {
    /// Returns the shape that a whole text has, its numbers made of the characters that belong to
    /// them.
    pub(crate) fn whole(text: &'a str, belongs: fn(char) -> bool) -> Option<Self> {
        let (shape, rest) = Self::first(text, belongs)?;
        rest.is_empty().then_some(shape)
    }

    /// Returns the longest shape at the beginning of a text, and what follows it.
    pub(crate) fn first(text: &'a str, belongs: fn(char) -> bool) -> Option<(Self, &'a str)> {
        let number = |text| run(text, belongs);
        let (major, rest) = number(text.strip_prefix('v').unwrap_or(text))?;
        let (minor, rest) = after(rest, '.', number);
        let (patch, rest) = after(rest, '.', number);
        let (prerelease, rest) = after(rest, '-', identifiers);
        let (_metadata, rest) = after(rest, '+', identifiers);
        let (text, rest) = text.split_at(text.len() - rest.len());
        let prerelease = prerelease.unwrap_or_default();
        Some((Self { text, major, minor, patch, prerelease }, rest))
    }

    /// Returns the metadata, empty where there is none.
    pub(crate) fn metadata(&self) -> &'a str {
        self.text.split_once('+').map_or("", |(_, metadata)| metadata)
    }
}

/// Tells whether a character may be in the identifiers of a prerelease or of metadata.
pub(crate) fn in_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// Tells whether a character is one of those that Go's regular expressions call blank.
pub(crate) fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0C' | '\r' | ' ')
}

/// Returns what `read` finds after a mark, and the rest; all of the text is rest where the mark
/// or what belongs after it is missing.
fn after<'a>(
    text: &'a str,
    mark: char,
    read: impl Fn(&'a str) -> Option<(&'a str, &'a str)>,
) -> (Option<&'a str>, &'a str) {
    match text.strip_prefix(mark).and_then(read) {
        Some((found, rest)) => (Some(found), rest),
        None => (None, text),
    }
}

fn identifiers(text: &str) -> Option<(&str, &str)> {
    let (_, mut rest) = run(text, in_identifier)?;
    while let (Some(_), further) = after(rest, '.', |text| run(text, in_identifier)) {
        rest = further;
    }
    Some(text.split_at(text.len() - rest.len()))
}

/// Returns the characters at the beginning of a text that belong together, at least one.
fn run(text: &str, belongs: fn(char) -> bool) -> Option<(&str, &str)> {
    let rest = text.trim_start_matches(belongs);
    (rest.len() < text.len()).then(|| text.split_at(text.len() - rest.len()))
}
