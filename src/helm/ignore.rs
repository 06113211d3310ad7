//! `.helmignore`: which files of a chart's folder are not the chart's.

use crate::helm::ignore::pattern::Pattern;

mod pattern;

/// The rules of a `.helmignore` file.
#[derive(Clone, Debug, Default)]
pub struct Rules(Vec<Rule>);

#[derive(Clone, Debug)]
struct Rule {
    pattern: Pattern,
    /// It tells what is kept: all else is ignored.
    is_negated: bool,
    /// It is about folders only.
    is_for_folders: bool,
    /// It is compared with the whole path, not with the last name.
    is_for_paths: bool,
}

/// A line that is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IgnoreError {
    /// It has two stars in a row.
    #[error("double-star (**) syntax is not supported")]
    Stars,
    /// It is no pattern.
    #[error("syntax error in pattern")]
    Pattern,
}

impl Rules {
    /// Returns the rules of a file, and Helm's own, after which hidden files of `templates` are
    /// ignored.
    pub fn parse(text: &str) -> Result<Self, IgnoreError> {
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines();
        let rules: Result<Vec<_>, _> = lines
            .chain(["templates/.?*"])
            .filter_map(|line| rule(line.trim()).transpose())
            .collect();
        rules.map(Self)
    }

    /// Tells whether a file or folder is ignored, with all that is below it. The path has names
    /// separated by `/`.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        for rule in &self.0 {
            let is_about = is_folder || !rule.is_for_folders;
            let matches = is_about && rule.matches(path);
            if matches != rule.is_negated {
                return true;
            }
        }
        false
    }
}

impl Rule {
    fn matches(&self, path: &str) -> bool {
        let last = path.rsplit('/').next().unwrap_or(path);
        self.pattern.matches(if self.is_for_paths { path } else { last })
    }
}

/// Returns the rule of a line, or `None` for an empty line or a comment.
fn rule(line: &str) -> Result<Option<Rule>, IgnoreError> {
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    if line.contains("**") {
        return Err(IgnoreError::Stars);
    }
    let (line, is_negated) = line.strip_prefix('!').map_or((line, false), |rest| (rest, true));
    let (line, is_for_folders) = line.strip_suffix('/').map_or((line, false), |rest| (rest, true));
    let is_for_paths = line.contains('/');
    let pattern = Pattern::parse(line.strip_prefix('/').unwrap_or(line));
    let pattern = pattern.ok_or(IgnoreError::Pattern)?;
    Ok(Some(Rule { pattern, is_negated, is_for_folders, is_for_paths }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(rules: &str, paths: &[&str]) -> Vec<String> {
        let rules = Rules::parse(rules).unwrap();
        let is_ignored = |path: &&&str| {
            let (path, is_folder) = path.strip_suffix('/').map_or((**path, false), |p| (p, true));
            rules.ignores(path, is_folder)
        };
        paths.iter().filter(is_ignored).map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn a_name_a_path_and_a_folder() {
        let paths = ["a.txt", "b/a.txt", "b/", "b", "c/b/", "d/e.yaml", "e.yaml", "templates/.x"];
        assert_eq!(ignored("", &paths), ["templates/.x"]);
        assert_eq!(ignored("# a.txt\n\n  *.txt ", &paths), ["a.txt", "b/a.txt", "templates/.x"]);
        assert_eq!(ignored("/a.txt", &paths), ["a.txt", "templates/.x"]);
        assert_eq!(ignored("b/", &paths), ["b/", "c/b/", "templates/.x"]);
        assert_eq!(ignored("d/*.yaml", &paths), ["d/e.yaml", "templates/.x"]);
    }

    #[test]
    fn what_is_no_rule_is_refused() {
        assert_eq!(Rules::parse("a/**/b").unwrap_err(), IgnoreError::Stars);
        assert_eq!(Rules::parse("[").unwrap_err(), IgnoreError::Pattern);
    }
}
