//! Environments: the words of one rendering, first word strongest.

use crate::filename;
use std::fmt;

/// The words that one rendering composes, in the order of their strength; none of them for the
/// common layer alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Environment {
    words: Vec<String>,
}

/// Text that names no environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` cannot be the name of an environment ({reason})")]
pub struct EnvironmentError {
    /// The word.
    pub word: String,
    /// Why.
    pub reason: &'static str,
}

/// The word that, alone on a line, means the common layer.
const COMMON: &str = "common";

impl Environment {
    /// Returns the environment of a line of the input `environments`: words separated by blanks.
    pub fn parse(line: &str) -> Result<Self, EnvironmentError> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        if words == [COMMON] {
            return Ok(Self { words: Vec::new() });
        }
        let environment = Self::of(words)?;
        match environment.words.iter().find(|word| word.starts_with('.')) {
            Some(word) => Err(refused(word, "it begins with a dot")),
            None => Ok(environment),
        }
    }

    /// Returns the environment of the arguments of `fab generate`, which may be empty, hold blanks
    /// and say `common`.
    // The joined name is a path in the destination, which others check out, and a word is the path
    // of a configuration file below `config/`: neither may leave its folder.
    pub fn of(words: Vec<String>) -> Result<Self, EnvironmentError> {
        for word in &words {
            if word.split(['/', '\\']).any(|part| part == "..") {
                return Err(refused(word, "`..` would leave the folder of the manifests"));
            }
            if word.starts_with('/') || word.contains('\\') || word.contains(':') {
                return Err(refused(word, "it is not a relative path with slashes"));
            }
            if word.chars().any(char::is_control) {
                return Err(refused(word, "it holds control characters"));
            }
        }
        let environment = Self { words };
        match filename::refused_path(&environment.folder()) {
            Some(reason) => Err(refused(&environment.folder(), reason)),
            None => Ok(environment),
        }
    }

    /// Returns the words, strongest first.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Returns the folder of the environment's manifests: the words joined with hyphens, or
    /// `common` where that is nothing.
    pub fn folder(&self) -> String {
        let joined = self.words.join("-");
        if joined.is_empty() { COMMON.to_owned() } else { joined }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.folder())
    }
}

fn refused(word: &str, reason: &'static str) -> EnvironmentError {
    EnvironmentError { word: word.to_owned(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(line: &str, expected: &Expect) {
        let text = match Environment::parse(line) {
            Ok(environment) => format!("{:?} in {environment}", environment.words()),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&format!("{text}\n"));
    }

    #[test]
    fn a_line_is_words_in_the_order_of_strength() {
        check(
            " prod  east ",
            &expect![[r#"
            ["prod", "east"] in prod-east
        "#]],
        );
        check(
            "east/prod",
            &expect![[r#"
            ["east/prod"] in east/prod
        "#]],
        );
    }

    #[test]
    fn common_alone_is_the_common_layer_once() {
        check(
            "common",
            &expect![[r#"
            [] in common
        "#]],
        );
        check(
            "common prod",
            &expect![[r#"
            ["common", "prod"] in common-prod
        "#]],
        );
    }

    #[test]
    fn names_stay_below_their_folders() {
        check(
            "..",
            &expect![[r#"
            `..` cannot be the name of an environment (`..` would leave the folder of the manifests)
        "#]],
        );
        check(
            "../config",
            &expect![[r#"
            `../config` cannot be the name of an environment (`..` would leave the folder of the manifests)
        "#]],
        );
        check(
            "a/../b",
            &expect![[r#"
            `a/../b` cannot be the name of an environment (`..` would leave the folder of the manifests)
        "#]],
        );
        check(
            "/etc",
            &expect![[r#"
            `/etc` cannot be the name of an environment (it is not a relative path with slashes)
        "#]],
        );
        check(
            "C:x",
            &expect![[r#"
            `C:x` cannot be the name of an environment (it is not a relative path with slashes)
        "#]],
        );
        check(
            ".git",
            &expect![[r#"
            `.git` cannot be the name of an environment (git keeps its own files in `.git`, and some systems take a name in it for that)
        "#]],
        );
        check(
            "..prod",
            &expect![[r#"
            `..prod` cannot be the name of an environment (it begins with a dot)
        "#]],
        );
    }

    #[test]
    fn every_part_is_a_name_that_git_checks_out() {
        for line in ["east/./prod", "east//prod", "east/prod/.", "prod/", "a/.git/x", "x/.git"] {
            assert!(Environment::parse(line).is_err(), "{line}");
        }
        for line in ["prod/.GIT", "git~1", "x/git~1", &"x".repeat(256)] {
            assert!(Environment::parse(line).is_err(), "{line}");
        }
        for line in ["east/prod", "a/git", "x git~1/y", "git 1", "gitops", "a/.x"] {
            assert!(Environment::parse(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn the_arguments_of_fab_are_taken_as_they_are() {
        let of = |words: &[&str]| Environment::of(words.iter().map(|w| (*w).to_owned()).collect());
        assert_eq!(of(&["common"]).unwrap().words(), ["common"]);
        assert_eq!(of(&["", ""]).unwrap().folder(), "-");
        assert_eq!(of(&[""]).unwrap().folder(), "common");
        assert_eq!(of(&["prod east"]).unwrap().folder(), "prod east");
    }
}
