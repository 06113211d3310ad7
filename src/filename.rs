//! Names in a repository: which of them git can check out on every system.

/// The most bytes that the name of a file or folder may have.
const LONGEST_NAME: usize = 255;

/// The most bytes that a path may have.
const LONGEST_PATH: usize = 4096;

/// Characters that macOS ignores in the names of files.
const IGNORED: &[char] = &[
    '\u{200c}', '\u{200d}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{206a}', '\u{206b}', '\u{206c}', '\u{206d}', '\u{206e}', '\u{206f}', '\u{feff}',
];

/// Returns why git would refuse to check out a file or folder of this name on some system; nothing
/// where it takes the name everywhere.
pub fn refused(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("a name in it is empty")
    } else if name == "." || name == ".." {
        Some("`.` and `..` are no names")
    } else if name.contains(['/', '\\']) || name.chars().any(char::is_control) {
        Some("a backslash or a control character is in it")
    } else if name.len() > LONGEST_NAME {
        Some("a name in it has more than 255 bytes")
    } else if is_gits_own(name) {
        Some("git keeps its own files in `.git`, and some systems take a name in it for that")
    } else {
        None
    }
}

/// Returns why git would refuse to check out a path, names separated by `/`, on some system.
pub fn refused_path(path: &str) -> Option<&'static str> {
    if path.len() > LONGEST_PATH {
        return Some("it has more than 4096 bytes");
    }
    path.split('/').find_map(refused)
}

/// Returns why Windows has no file of this path, names separated by `/`; nothing where it can.
/// A repository with such a file cannot be checked out there.
pub fn refused_on_windows(path: &str) -> Option<&'static str> {
    path.split('/').find_map(|name| {
        if name.contains(['<', '>', ':', '"', '|', '?', '*']) {
            Some("one of `< > : \" | ? *` is in it")
        } else if name.ends_with(['.', ' ']) {
            Some("a name in it ends with a dot or a blank")
        } else if is_device(name) {
            Some("a name in it is that of a device, as `con`, `nul` or `com1` are")
        } else {
            None
        }
    })
}

/// Tells whether Windows takes a name for a device, which it does whatever follows the first dot.
fn is_device(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let name = name.to_ascii_lowercase();
    let numbered = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
    let is_numbered =
        |rest: &str| matches!(rest.as_bytes(), [b'1'..=b'9']) || ["¹", "²", "³"].contains(&rest);
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul" | "conin$" | "conout$")
        || numbered.is_some_and(is_numbered)
}

/// Tells whether some system takes a name for `.git`: Windows drops dots and blanks at the end and
/// what follows a colon, and knows the folder by a short name too; macOS ignores some characters.
fn is_gits_own(name: &str) -> bool {
    let seen: String = name.chars().filter(|c| !IGNORED.contains(c)).collect();
    let seen = seen.split(':').next().unwrap_or_default();
    let seen = seen.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    let number = seen.strip_prefix("git~");
    let is_short = number
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()));
    seen == ".git" || is_short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_some_system_takes_for_gits_own_folder_is_refused() {
        for name in [
            ".git",
            ".GIT",
            ".git ",
            ".git.",
            ".git . .",
            ".git::$INDEX_ALLOCATION",
            ".git:x",
            ".g\u{200c}it",
            "\u{feff}.git",
            "git~1",
            "GIT~1",
            "git~12. ",
            "git~1:x",
        ] {
            assert!(refused(name).is_some(), "{name:?}");
        }
        for name in [
            "git", ".gitx", " .git", "x.git", ".git-x", "git~", "git~a", "git~1x", "agit~1", "a:b",
            "..a", "é", ".",
        ] {
            assert_eq!(refused(name).is_some(), name == ".", "{name:?}");
        }
    }

    #[test]
    fn what_windows_has_no_file_for_is_told() {
        for path in [
            "a/con",
            "NUL.yaml",
            "aux.tar.gz",
            "com1",
            "LPT9.x",
            "com\u{b2}",
            "a:b",
            "a?",
            "a/b./c",
            "a ",
        ] {
            assert!(refused_on_windows(path).is_some(), "{path:?}");
        }
        for path in
            ["console", "com", "com0.yaml", "com10", "nul-a", "a/.hidden", "a.con", "a b.yaml"]
        {
            assert_eq!(refused_on_windows(path), None, "{path:?}");
        }
    }

    #[test]
    fn names_are_names_and_not_too_long() {
        for name in ["", ".", "..", "a/b", "a\\b", "a\nb", "a\u{7f}", &"x".repeat(256)] {
            assert!(refused(name).is_some(), "{name:?}");
        }
        assert_eq!(refused(&"x".repeat(255)), None);
    }

    #[test]
    fn each_name_of_a_path_counts() {
        for path in ["", "/a", "a/", "a//b", "a/./b", "a/.git/x", &"a/".repeat(2048)] {
            assert!(refused_path(path).is_some(), "{path:?}");
        }
        let longest = "a/".repeat(2047) + "xy";
        for path in ["a", "a/b c/d.yaml", &longest] {
            assert_eq!(refused_path(path), None, "{path:?}");
        }
    }
}
