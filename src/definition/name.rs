//! Names as parts of paths: where a component's manifest goes.

use crate::filename;

/// Returns a name below a logical path as Fabrikate joins them, or why that is no path that stays
/// in its folder and that git can check out.
pub fn below(logical: &str, name: &str) -> Result<String, &'static str> {
    let parts = logical.split('/').chain(name.split('/'));
    let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
    let path = parts.join("/");
    match path.as_str() {
        "" => Ok(path),
        _ if parts.contains(&"..") => Err("it would leave the folder of the manifests"),
        _ => filename::refused_path(&path).map_or(Ok(path), Err),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_below_their_folder() {
        assert_eq!(below("", "a").as_deref(), Ok("a"));
        assert_eq!(below("", "/").as_deref(), Ok(""));
        assert_eq!(below("a", "/b//c/.").as_deref(), Ok("a/b/c"));
        assert!(below("a", "../b").is_err());
        assert!(below("a", "b\\..\\c").is_err());
        assert!(below("a", "b\nc").is_err());
    }

    #[test]
    fn names_are_those_that_git_checks_out() {
        for name in [".Git/hooks", "git~1", "GIT~1", ".git ", ".git.", ".git::$INDEX_ALLOCATION"] {
            assert!(below("a", name).is_err(), "{name}");
        }
        assert!(below("a", &("b/".repeat(50_000) + "x")).is_err());
        assert!(below("a", &"x".repeat(256)).is_err());
        assert!(below("a", &"x".repeat(255)).is_ok());
    }
}
