//! The patterns of `.Files.Glob`: those of gobwas/glob with `/` between names.

use regex::Regex;

/// Returns what tells the paths that a pattern means, or `None` where it is no pattern.
pub(crate) fn glob(pattern: &str) -> Option<Regex> {
    let mut translation = Translation { rest: pattern, written: String::from("(?s)^"), depth: 0 };
    translation.all()?;
    let Translation { mut written, depth, .. } = translation;
    if depth > 0 {
        // What is opened and not closed means nothing at all.
        return Regex::new("[^\\s\\S]").ok();
    }
    written.push('$');
    Regex::new(&written).ok()
}

/// The end of a class.
struct End;

struct Translation<'a> {
    rest: &'a str,
    written: String,
    depth: usize,
}

impl Translation<'_> {
    fn all(&mut self) -> Option<()> {
        while let Some(character) = self.next() {
            match character {
                '*' if self.rest.starts_with('*') => {
                    self.rest = self.rest.trim_start_matches('*');
                    self.written.push_str(".*");
                }
                '*' => self.written.push_str("[^/]*"),
                '?' => self.written.push_str("[^/]"),
                '[' => self.class()?,
                '{' => {
                    self.depth += 1;
                    self.written.push_str("(?:");
                }
                '}' if self.depth > 0 => {
                    self.depth -= 1;
                    self.written.push(')');
                }
                ',' if self.depth > 0 => self.written.push('|'),
                '\\' => {
                    let escaped = self.next()?;
                    self.literal(escaped);
                }
                character => self.literal(character),
            }
        }
        Some(())
    }

    /// Translates what stands behind `[`: characters, or the first and last of a range.
    fn class(&mut self) -> Option<()> {
        self.written.push('[');
        if let Some(rest) = self.rest.strip_prefix('!') {
            self.rest = rest;
            self.written.push('^');
        }
        let first = self.member()?.ok()?;
        if let Some(rest) = self.rest.strip_prefix('-') {
            self.rest = rest;
            let last = self.member()?.ok()?;
            self.rest = self.rest.strip_prefix(']')?;
            self.literal(first);
            self.written.push('-');
            self.literal(last);
            self.written.push(']');
            return (first <= last).then_some(());
        }
        self.literal(first);
        while let Ok(member) = self.member()? {
            self.literal(member);
        }
        self.written.push(']');
        Some(())
    }

    /// Returns the next character of a class, or that it ends here.
    fn member(&mut self) -> Option<Result<char, End>> {
        match self.next()? {
            ']' => Some(Err(End)),
            '\\' => self.next().map(Ok),
            character => Some(Ok(character)),
        }
    }

    fn literal(&mut self, character: char) {
        self.written.push_str(&regex::escape(character.encode_utf8(&mut [0; 4])));
    }

    fn next(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = self.rest.get(character.len_utf8()..).unwrap_or_default();
        Some(character)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, expected: &str) {
        let paths = ["Z3", "a1", "b2", "d/[z", "d/e/y.txt", "d/x.txt", "d/{q"];
        let found: Vec<_> = match glob(pattern) {
            Some(glob) => paths.iter().filter(|path| glob.is_match(path)).copied().collect(),
            None => vec!["all"],
        };
        assert_eq!(found.join(" "), expected, "{pattern}");
    }

    #[test]
    fn patterns_mean_what_they_mean_to_helm() {
        check("*", "Z3 a1 b2");
        check("d/**", "d/[z d/e/y.txt d/x.txt d/{q");
        check("**/*.txt", "d/e/y.txt d/x.txt");
        check("[a-z]?", "a1 b2");
        check("[!a]*", "Z3 b2");
        check("[^a]*", "a1");
        check("d[/]x.txt", "d/x.txt");
        check("d/{x,e/y}.txt", "d/e/y.txt d/x.txt");
        check("{a1,{b2,Z3}}", "Z3 a1 b2");
        check("{,d/}*", "Z3 a1 b2 d/[z d/x.txt d/{q");
        check(r"d/\{q", "d/{q");
        check("d/[[]z", "d/[z");
        check("[-a]1", "a1");
        check("{a", "");
        check("a}", "");
    }

    #[test]
    fn what_is_no_pattern_means_all_files() {
        for pattern in ["[a", "[a-zA-Z]*", "[]a]*", "[a-]*", "[z-a]*", "[!]*"] {
            check(pattern, "all");
        }
    }
}
