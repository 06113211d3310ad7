//! `--set` and its kin: values set one by one, `a.b[0]=c,d=e`.

use crate::helm::value::Text;
use crate::helm::values::json;
use crate::helm::values::set_list::{MOST_ELEMENTS, list_of};
use crate::helm::values::set_text::Scanner;
use crate::helm::values::tree::{Table, Tree};

/// How deeply names may nest.
const DEEPEST: usize = 30;

/// Why something cannot be set, in Helm's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// A name stands alone.
    #[error("key {0:?} has no value")]
    Alone(String),
    /// A name stands before a comma.
    #[error("key {0:?} has no value (cannot end with ,)")]
    Comma(String),
    /// A name and a point stand before nothing.
    #[error("key map {0:?} has no value")]
    Point(String),
    /// Names nest too deeply.
    #[error("value name nested level is greater than maximum supported nested level of {DEEPEST}")]
    Deep,
    /// What stands in brackets is no number.
    #[error("error parsing index: {0}")]
    Index(String),
    /// A place before the first one.
    #[error("negative {0} index not allowed")]
    Negative(i64),
    /// A place that is too far.
    #[error("index of {0} is greater than maximum supported index of {MOST_ELEMENTS}")]
    Far(i64),
    /// What stands behind a bracket is nothing that can stand there.
    #[error("unexpected data at end of array index: {0}")]
    Behind(String),
    /// A list without its end.
    #[error("list must terminate with '}}'")]
    Open,
    /// What is there already is of another kind.
    #[error("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")]
    Kind {
        /// What is there.
        found: &'static str,
        /// What would have to be there.
        wanted: &'static str,
    },
    /// A value is not what it has to be: JSON, or the name of a file.
    #[error("{0}")]
    Value(String),
}

/// What the text of a value means.
pub(crate) enum Meaning<'a> {
    /// A number, a truth value, null or a text.
    Typed,
    /// A text.
    Text,
    /// JSON.
    Json,
    /// The name of a file, which holds the value.
    File(&'a dyn Fn(&str) -> Result<Text, String>),
}

/// Whether there is more to read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    More,
    End,
}

/// Sets in a table what a text says.
pub(crate) fn set(table: &mut Table, text: &str, meaning: &Meaning<'_>) -> Result<(), SetError> {
    let mut setter = Setter { scanner: Scanner::new(text), meaning };
    while setter.key(table, 0)? == Next::More {}
    Ok(())
}

/// Sets values while it reads.
pub(crate) struct Setter<'a> {
    pub(crate) scanner: Scanner<'a>,
    meaning: &'a Meaning<'a>,
}

impl Setter<'_> {
    /// Reads a name and what is set under it.
    pub(crate) fn key(&mut self, table: &mut Table, level: usize) -> Result<Next, SetError> {
        let (name, stop) = self.scanner.until(&['=', '[', ',', '.']);
        match stop {
            None if name.is_empty() => Ok(Next::End),
            None => Err(SetError::Alone(name)),
            Some(',') => Err(SetError::Comma(name)),
            Some('[') => self.indexed(table, name, level),
            Some('.') => self.nested(table, &name, level),
            Some(_) => {
                let (value, next) = self.value()?;
                put(table, name, value);
                Ok(next)
            }
        }
    }

    fn indexed(&mut self, table: &mut Table, name: String, level: usize) -> Result<Next, SetError> {
        let index = self.index()?;
        let list = match table.get_mut(name.as_bytes()) {
            Some(known) => list_of(known)?,
            None => Vec::new(),
        };
        let (list, next) = self.element(list, index, level)?;
        put(table, name, Tree::List(list));
        Ok(next)
    }

    fn nested(&mut self, table: &mut Table, name: &str, level: usize) -> Result<Next, SetError> {
        if level + 1 > DEEPEST {
            return Err(SetError::Deep);
        }
        let mut inner = match table.get_mut(name.as_bytes()) {
            Some(Tree::Table(inner)) => std::mem::take(inner),
            Some(other) => {
                let wanted = "map[string]interface {}";
                return Err(SetError::Kind { found: go_type(other), wanted });
            }
            None => Table::new(),
        };
        let next = self.key(&mut inner, level + 1)?;
        if next == Next::More && inner.is_empty() {
            return Err(SetError::Point(name.to_owned()));
        }
        if !inner.is_empty() {
            put(table, name.to_owned(), Tree::Table(inner));
        }
        Ok(next)
    }

    /// Reads what stands behind `=`.
    pub(crate) fn value(&mut self) -> Result<(Tree, Next), SetError> {
        if matches!(self.meaning, Meaning::Json) {
            return self.json();
        }
        if self.scanner.is_empty() {
            return Ok((Tree::String(Text::default()), Next::End));
        }
        if self.scanner.take('{') {
            return Ok((self.list()?, Next::More));
        }
        let (text, _) = self.scanner.until(&[',']);
        Ok((self.scalar(text)?, Next::More))
    }

    fn json(&mut self) -> Result<(Tree, Next), SetError> {
        if self.scanner.take_separator() {
            return Ok((Tree::Null, Next::More));
        }
        let (value, length) = json::first(self.scanner.rest())
            .ok_or_else(|| SetError::Value("invalid JSON".to_owned()))?;
        self.scanner.advance(length);
        self.scanner.take_separator();
        Ok((value, Next::More))
    }

    fn list(&mut self) -> Result<Tree, SetError> {
        let mut values = Vec::new();
        loop {
            let (text, stop) = self.scanner.until(&[',', '}']);
            let Some(stop) = stop else { return Err(SetError::Open) };
            values.push(self.scalar(text)?);
            if stop == '}' {
                self.scanner.take(',');
                return Ok(Tree::List(values));
            }
        }
    }

    fn scalar(&self, text: String) -> Result<Tree, SetError> {
        match self.meaning {
            Meaning::Typed | Meaning::Json => Ok(typed(text)),
            Meaning::Text => Ok(Tree::String(text.into())),
            Meaning::File(read) => read(&text).map(Tree::String).map_err(SetError::Value),
        }
    }
}

fn typed(text: String) -> Tree {
    match text.to_lowercase().as_str() {
        "true" => Tree::Bool(true),
        "false" => Tree::Bool(false),
        "null" => Tree::Null,
        "0" => Tree::Int(0),
        _ if text.starts_with('0') => Tree::String(text.into()),
        _ => text.parse().map_or_else(|_| Tree::String(text.into()), Tree::Int),
    }
}

// What has no name is left out.
fn put(table: &mut Table, name: String, value: Tree) {
    if !name.is_empty() {
        table.insert(name.into(), value);
    }
}

/// Returns Go's name for the type of a value.
pub(crate) fn go_type(tree: &Tree) -> &'static str {
    match tree {
        Tree::Null => "nil",
        Tree::Bool(_) => "bool",
        Tree::Int(_) => "int64",
        Tree::Float(_) => "float64",
        Tree::String(_) => "string",
        Tree::List(_) => "[]interface {}",
        Tree::Table(_) => "map[string]interface {}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(meaning: &Meaning<'_>, text: &str, expected: &str) {
        let mut table = Table::new();
        let shown = match set(&mut table, text, meaning) {
            Ok(()) => shown(&Tree::Table(table)),
            Err(error) => error.to_string(),
        };
        assert_eq!(shown, expected, "{text:?}");
    }

    fn shown(tree: &Tree) -> String {
        match tree {
            Tree::Null => "null".to_owned(),
            Tree::Bool(truth) => truth.to_string(),
            Tree::Int(number) => number.to_string(),
            Tree::Float(number) => number.to_string(),
            Tree::String(text) => format!("{:?}", text.to_string()),
            Tree::List(list) => {
                format!("[{}]", list.iter().map(shown).collect::<Vec<_>>().join(","))
            }
            Tree::Table(table) => {
                let entries: Vec<_> = table
                    .iter()
                    .map(|(key, value)| format!("\"{key}\":{}", shown(value)))
                    .collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }

    // The right side of each line was printed by Helm 3.17.3.
    #[test]
    fn values_are_set_as_helm_sets_them() {
        for line in include_str!("../../../tests/helm/set.txt").lines() {
            let (option, rest) = line.split_once(' ').unwrap();
            let (text, expected) = rest.split_once(" => ").unwrap();
            let meaning = match option {
                "set" => Meaning::Typed,
                "set-string" => Meaning::Text,
                "set-json" => Meaning::Json,
                _ => Meaning::File(&|name| Ok(Text::from(format!("<{name}>")))),
            };
            check(&meaning, text, expected);
        }
    }
}
