//! One way to read component and configuration files, whether YAML or JSON.

use crate::yaml::{Keys, Node, Value};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;

/// A part of a file.
pub trait Document: Sized {
    /// Returns the entries of a mapping in the order of the file; none for a null. A name that
    /// comes twice is there twice.
    fn entries(&self) -> Result<Vec<(String, Self)>, Problem>;

    /// Returns the items of a list; none for a null.
    fn items(&self) -> Result<Vec<Self>, Problem>;

    /// Returns a text; `None` for a null.
    fn text(&self) -> Result<Option<String>, Problem>;

    /// Returns a flag; `None` for a null.
    fn flag(&self) -> Result<Option<bool>, Problem>;

    /// Returns any value, in which the keys of mappings are texts.
    fn value(&self) -> Result<Value, Problem>;

    /// Tells whether this is a null.
    fn is_null(&self) -> bool;

    /// Returns the line in the file, from 1, where it is known.
    fn line(&self) -> Option<usize>;

    /// Tells whether a name in the file means a field.
    fn means(name: &str, field: &str) -> bool;
}

/// What is wrong with a file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Problem {
    /// What is wrong.
    pub text: String,
    /// The line, from 1.
    pub line: Option<usize>,
    /// The column, from 1.
    pub column: Option<usize>,
}

impl From<crate::yaml::Error> for Problem {
    fn from(error: crate::yaml::Error) -> Self {
        // The line is told apart, and go-yaml counts it from 0 or 1 as it happens.
        let text = match error.message.strip_prefix("line ").and_then(|rest| rest.split_once(": "))
        {
            Some((number, text)) if number.bytes().all(|b| b.is_ascii_digit()) => text.to_owned(),
            _ => error.message,
        };
        Self { text, line: error.line, column: error.column }
    }
}

impl Document for Node {
    fn entries(&self) -> Result<Vec<(String, Self)>, Problem> {
        Ok(self.assignments("a mapping")?)
    }

    fn items(&self) -> Result<Vec<Self>, Problem> {
        Ok(Node::items(self, "a list")?)
    }

    fn text(&self) -> Result<Option<String>, Problem> {
        Ok(self.string()?)
    }

    fn flag(&self) -> Result<Option<bool>, Problem> {
        Ok(self.boolean()?)
    }

    fn value(&self) -> Result<Value, Problem> {
        Ok(self.to_value(Keys::Text)?)
    }

    fn is_null(&self) -> bool {
        Node::is_null(self)
    }

    fn line(&self) -> Option<usize> {
        Some(Node::line(self))
    }

    fn means(name: &str, field: &str) -> bool {
        name == field
    }
}

/// A JSON value that keeps the order of its keys and those that come twice, and the line in which
/// it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    kind: Kind,
    line: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Null,
    Bool(bool),
    /// As in Fabrikate, every number is a float.
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole file. As Go does, what is not Unicode is replaced.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let text = String::from_utf8_lossy(bytes);
        let problem = |error: serde_json::Error| Problem {
            text: error.to_string(),
            line: Some(error.line()).filter(|line| *line > 0),
            column: Some(error.column()).filter(|column| *column > 0),
        };
        // Of the whole, so that a mistake has its line; below, a part does not know its own.
        let _valid: serde_json::Value = serde_json::from_str(&text).map_err(problem)?;
        let raw: &RawValue = serde_json::from_str(&text).map_err(problem)?;
        Self::of(raw, &Lines::of(&text)).map_err(problem)
    }

    fn of(raw: &RawValue, lines: &Lines) -> serde_json::Result<Self> {
        let text = raw.get();
        let kind = match text.as_bytes().first() {
            Some(b'{') => {
                let Entries(entries) = serde_json::from_str(text)?;
                let read = |(name, raw)| Ok((name, Self::of(raw, lines)?));
                Kind::Object(entries.into_iter().map(read).collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text)?;
                let items = items.into_iter().map(|raw| Self::of(raw, lines));
                Kind::List(items.collect::<serde_json::Result<_>>()?)
            }
            Some(b'"') => Kind::Text(serde_json::from_str(text)?),
            Some(b't' | b'f') => Kind::Bool(serde_json::from_str(text)?),
            Some(b'n') => Kind::Null,
            Some(_) | None => Kind::Number(serde_json::from_str(text)?),
        };
        Ok(Self { kind, line: lines.line(text) })
    }

    fn expected(&self, what: &str) -> Problem {
        let found = match self.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "a string",
            Kind::List(_) => "an array",
            Kind::Object(_) => "an object",
        };
        let text = format!("{what} is expected, and {found} found");
        Problem { text, line: Some(self.line), column: None }
    }
}

impl Document for Json {
    fn entries(&self) -> Result<Vec<(String, Self)>, Problem> {
        match &self.kind {
            Kind::Null => Ok(Vec::new()),
            Kind::Object(entries) => Ok(entries.clone()),
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::List(_) => {
                Err(self.expected("an object"))
            }
        }
    }

    fn items(&self) -> Result<Vec<Self>, Problem> {
        match &self.kind {
            Kind::Null => Ok(Vec::new()),
            Kind::List(items) => Ok(items.clone()),
            Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) | Kind::Object(_) => {
                Err(self.expected("an array"))
            }
        }
    }

    fn text(&self) -> Result<Option<String>, Problem> {
        match &self.kind {
            Kind::Null => Ok(None),
            Kind::Text(text) => Ok(Some(text.clone())),
            Kind::Bool(_) | Kind::Number(_) | Kind::List(_) | Kind::Object(_) => {
                Err(self.expected("a string"))
            }
        }
    }

    fn flag(&self) -> Result<Option<bool>, Problem> {
        match self.kind {
            Kind::Null => Ok(None),
            Kind::Bool(flag) => Ok(Some(flag)),
            Kind::Number(_) | Kind::Text(_) | Kind::List(_) | Kind::Object(_) => {
                Err(self.expected("a boolean"))
            }
        }
    }

    fn value(&self) -> Result<Value, Problem> {
        Ok(match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Float(*number),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => {
                Value::Sequence(items.iter().map(Self::value).collect::<Result<_, _>>()?)
            }
            Kind::Object(entries) => {
                let mut mapping = crate::yaml::Mapping::new();
                for (key, value) in entries {
                    mapping.insert(key.clone(), value.value()?);
                }
                Value::Mapping(mapping)
            }
        })
    }

    fn is_null(&self) -> bool {
        self.kind == Kind::Null
    }

    fn line(&self) -> Option<usize> {
        Some(self.line)
    }

    // Go's JSON reader matches the names of fields without regard to case.
    fn means(name: &str, field: &str) -> bool {
        name.eq_ignore_ascii_case(field)
    }
}

/// Where the lines of a text are in memory, of which its parts are slices.
struct Lines {
    begin: usize,
    breaks: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(place, _)| place).collect();
        Self { begin: text.as_ptr().addr(), breaks }
    }

    /// Returns the line, from 1, in which a part of the text begins.
    fn line(&self, part: &str) -> usize {
        let place = part.as_ptr().addr() - self.begin;
        self.breaks.partition_point(|end| *end < place) + 1
    }
}

/// The entries of an object, each value not yet read.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Entries<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = object.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_come_twice_are_kept() {
        let json = Json::parse(br#"{"a": 1, "b": null, "a": [true, "x"]}"#).unwrap();
        let names: Vec<_> = json.entries().unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "b", "a"]);
    }

    #[test]
    fn a_problem_has_a_line() {
        let problem = Json::parse(b"{\n\"a\": }").unwrap_err();
        assert_eq!(problem.line, Some(2));
        let json = Json::parse(b"\n{\"a\":\n [1,\n {\"b\": 2, \"c\": null}]}\n").unwrap();
        let (_, list) = json.entries().unwrap().remove(0);
        let object = list.items().unwrap().remove(1);
        let (_, number) = object.entries().unwrap().remove(0);
        let lines = [&json, &list, &object, &number].map(Document::line);
        assert_eq!(lines, [Some(2), Some(3), Some(4), Some(4)]);
        assert_eq!(number.flag().unwrap_err().line, Some(4));
        assert!(Json::parse(b"").is_err());
        assert!(Json::parse(b"\xef\xbb\xbf{}").is_err());
    }

    #[test]
    fn the_case_of_fields_does_not_count_in_json_and_does_in_yaml() {
        assert!(Json::means("SubComponents", "subcomponents"));
        assert!(!Node::means("SubComponents", "subcomponents"));
    }
}
