//! Functions on paths with slashes. Those whose names begin with `os` are the same ones here.

use crate::helm::functions::text;
use crate::helm::value::Text;

/// `base`: the last element.
pub(super) fn base(path: Text) -> Text {
    let bytes = path.as_bytes();
    if bytes.is_empty() {
        return ".".into();
    }
    let end = bytes.iter().rposition(|byte| *byte != b'/').map_or(0, |at| at + 1);
    let trimmed = bytes.get(..end).unwrap_or_default();
    match trimmed.rsplit(|byte| *byte == b'/').next() {
        Some(last) if !last.is_empty() => last.into(),
        _ => "/".into(),
    }
}

/// `dir`: all but the last element.
pub(super) fn dir(path: Text) -> Text {
    let bytes = path.as_bytes();
    let end = bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1);
    cleaned(bytes.get(..end).unwrap_or_default()).into()
}

/// `clean`: the shortest path to the same place.
pub(super) fn clean(path: Text) -> Text {
    cleaned(path.as_bytes()).into()
}

fn cleaned(path: &[u8]) -> Vec<u8> {
    let is_rooted = path.starts_with(b"/");
    let mut elements: Vec<&[u8]> = Vec::new();
    for element in path.split(|byte| *byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." => match elements.last() {
                Some(&last) if last != b".." => drop(elements.pop()),
                None if is_rooted => {}
                _ => elements.push(element),
            },
            element => elements.push(element),
        }
    }
    let mut joined = if is_rooted { b"/".to_vec() } else { Vec::new() };
    joined.extend(elements.join(b"/".as_slice()));
    if joined.is_empty() {
        joined.push(b'.');
    }
    joined
}

/// `ext`: what follows the last point in the last element, with the point.
pub(super) fn ext(path: Text) -> Text {
    let last = path.as_bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    let point = last.iter().rposition(|byte| *byte == b'.');
    point.and_then(|at| last.get(at..)).unwrap_or_default().into()
}

/// `isAbs`: whether the path begins at the root.
pub(super) fn is_abs(path: Text) -> bool {
    text::has_prefix("/".into(), path)
}
