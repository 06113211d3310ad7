//! Key paths such as `data."example.com/name".size`, and what follows their `=`.

/// A text that is no path, or no path with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathProblem {
    /// There is no path.
    #[error("there is no key")]
    Empty,
    /// There is no `=`.
    #[error("there is no `=`")]
    NoValue,
    /// A line ends outside of quotes.
    // Fabrikate would forget the rest.
    #[error("a key goes over several lines")]
    LineBreak,
}

/// A path of keys and the text that it gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The keys, the outermost first.
    pub path: Vec<String>,
    /// The text.
    pub value: String,
}

impl Assignment {
    /// Returns what an argument of `set` assigns. The value begins behind the first `=` that is not
    /// part of a key in quotes.
    pub fn parse(argument: &str) -> Result<Self, PathProblem> {
        let at = end_of_path(argument).or_else(|| argument.find('='));
        let (path, value) =
            at.and_then(|at| argument.split_at_checked(at)).ok_or(PathProblem::NoValue)?;
        let value = value.strip_prefix('=').unwrap_or(value).to_owned();
        Ok(Self { path: split(path)?, value })
    }
}

/// Returns the place of the first `=` outside of quotes; nothing where quotes do not end.
fn end_of_path(argument: &str) -> Option<usize> {
    let mut in_quotes = false;
    let mut at_beginning = true;
    let mut characters = argument.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match character {
            '"' if in_quotes && next == Some('"') => drop(characters.next()),
            '"' if in_quotes => in_quotes = !matches!(next, None | Some('.' | '=')),
            '"' if at_beginning => in_quotes = true,
            '=' if !in_quotes => return Some(at),
            _ => {}
        }
        at_beginning = character == '.' && !in_quotes;
    }
    None
}

/// Returns the keys of a path. One that begins with a quote may hold dots; a quote within it is
/// doubled.
// Fabrikate reads a path as a line of a CSV file with dots for commas and lazy quotes.
pub fn split(path: &str) -> Result<Vec<String>, PathProblem> {
    if path.is_empty() {
        return Err(PathProblem::Empty);
    }
    let (mut keys, mut rest) = (Vec::new(), Some(path));
    while let Some(text) = rest {
        let (key, behind) = match text.strip_prefix('"') {
            Some(quoted) => quoted_key(quoted)?,
            None => plain_key(text)?,
        };
        keys.push(key);
        rest = behind;
    }
    Ok(keys)
}

/// A key, and the path behind the dot that follows.
type Key<'a> = Result<(String, Option<&'a str>), PathProblem>;

fn plain_key(text: &str) -> Key<'_> {
    let (key, behind) = match text.split_once('.') {
        Some((key, behind)) => (key, Some(behind)),
        None => (text, None),
    };
    if key.contains(['\n', '\r']) {
        Err(PathProblem::LineBreak)
    } else {
        Ok((key.to_owned(), behind))
    }
}

fn quoted_key(text: &str) -> Key<'_> {
    let (mut key, mut rest) = (String::new(), text);
    loop {
        let Some((before, behind)) = rest.split_once('"') else {
            key.push_str(rest);
            return Ok((key, None));
        };
        key.push_str(before);
        rest = behind;
        match behind.chars().next() {
            None => return Ok((key, None)),
            Some('.') => return Ok((key, behind.get(1..))),
            Some('\n' | '\r') => return Err(PathProblem::LineBreak),
            Some('"') => rest = behind.get(1..).unwrap_or_default(),
            Some(_) => {}
        }
        key.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(argument: &str, expected: &str) {
        let found = match Assignment::parse(argument) {
            Ok(Assignment { path, value }) => format!("{path:?} {value:?}"),
            Err(problem) => problem.to_string(),
        };
        assert_eq!(found, expected, "{argument}");
    }

    #[test]
    fn dots_separate_keys() {
        check("a=1", r#"["a"] "1""#);
        check("a.b.c=", r#"["a", "b", "c"] """#);
        check("a..b=1", r#"["a", "", "b"] "1""#);
    }

    #[test]
    fn the_value_begins_behind_the_first_sign() {
        check("a=b=c", r#"["a"] "b=c""#);
        check("a= x\ny", r#"["a"] " x\ny""#);
        check(r#""a=b"=c"#, r#"["a=b"] "c""#);
        check(r#""a=b".c=d"=e"#, r#"["a=b", "c"] "d\"=e""#);
        check(r#"a"b=c"=d"#, r#"["a\"b"] "c\"=d""#);
    }

    #[test]
    fn quotes_hold_keys_together() {
        check(r#"a."x.y".b=1"#, r#"["a", "x.y", "b"] "1""#);
        check(r#""say ""x""".b=1"#, r#"["say \"x\"", "b"] "1""#);
        check("\"a\nb\"=1", r#"["a\nb"] "1""#);
    }

    #[test]
    fn quotes_in_other_places_are_lazy() {
        check(r#"a"b=1"#, r#"["a\"b"] "1""#);
        check(r#""a"b=1"#, r#"["a\"b"] "1""#);
        check(r#""a=1"#, r#"["a"] "1""#);
        check(r#""a.b=1"#, r#"["a.b"] "1""#);
    }

    #[test]
    fn what_is_no_path_with_a_value_is_refused() {
        check("=v", "there is no key");
        check("a", "there is no `=`");
        check("", "there is no `=`");
        check("a\nb=1", "a key goes over several lines");
        check("\"a\"\n=1", "a key goes over several lines");
    }
}
