//! Names as parts of paths: where a component's manifest goes.

/// Returns a name below a logical path as Fabrikate joins them, or `None` when it holds `..`, or
/// what git or Windows do not take in the name of a file.
pub fn below(logical: &str, name: &str) -> Option<String> {
    if name.contains('\\') || name.chars().any(char::is_control) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in logical.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => return None,
            part if part.eq_ignore_ascii_case(".git") => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_their_folder() {
        assert_eq!(below("", "a").as_deref(), Some("a"));
        assert_eq!(below("a", "/b//c/.").as_deref(), Some("a/b/c"));
        assert_eq!(below("a", "../b"), None);
        assert_eq!(below("a", "b\\..\\c"), None);
        assert_eq!(below("a", ".Git/hooks"), None);
        assert_eq!(below("a", "b\nc"), None);
    }
}
