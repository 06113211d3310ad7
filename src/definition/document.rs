//! One way to read component and configuration files, whether YAML or JSON.

use crate::yaml::{Keys, Node, Value};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
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

/// A JSON value that keeps the order of its keys and those that come twice.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number; as in Fabrikate, every one is a float.
    Number(f64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a whole file. As Go does, what is not Unicode is replaced.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let text = String::from_utf8_lossy(bytes);
        serde_json::from_str(&text).map_err(|error| Problem {
            text: error.to_string(),
            line: Some(error.line()).filter(|line| *line > 0),
            column: Some(error.column()).filter(|column| *column > 0),
        })
    }

    fn expected(&self, what: &str) -> Problem {
        let found = match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        };
        Problem { text: format!("{what} is expected, and {found} found"), line: None, column: None }
    }
}

impl Document for Json {
    fn entries(&self) -> Result<Vec<(String, Self)>, Problem> {
        match self {
            Self::Null => Ok(Vec::new()),
            Self::Object(entries) => Ok(entries.clone()),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::List(_) => {
                Err(self.expected("an object"))
            }
        }
    }

    fn items(&self) -> Result<Vec<Self>, Problem> {
        match self {
            Self::Null => Ok(Vec::new()),
            Self::List(items) => Ok(items.clone()),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Object(_) => {
                Err(self.expected("an array"))
            }
        }
    }

    fn text(&self) -> Result<Option<String>, Problem> {
        match self {
            Self::Null => Ok(None),
            Self::Text(text) => Ok(Some(text.clone())),
            Self::Bool(_) | Self::Number(_) | Self::List(_) | Self::Object(_) => {
                Err(self.expected("a string"))
            }
        }
    }

    fn flag(&self) -> Result<Option<bool>, Problem> {
        match self {
            Self::Null => Ok(None),
            Self::Bool(flag) => Ok(Some(*flag)),
            Self::Number(_) | Self::Text(_) | Self::List(_) | Self::Object(_) => {
                Err(self.expected("a boolean"))
            }
        }
    }

    fn value(&self) -> Result<Value, Problem> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => Value::Bool(*flag),
            Self::Number(number) => Value::Float(*number),
            Self::Text(text) => Value::String(text.clone()),
            Self::List(items) => {
                Value::Sequence(items.iter().map(Self::value).collect::<Result<_, _>>()?)
            }
            Self::Object(entries) => {
                let mut mapping = crate::yaml::Mapping::new();
                for (key, value) in entries {
                    mapping.insert(key.clone(), value.value()?);
                }
                Value::Mapping(mapping)
            }
        })
    }

    fn is_null(&self) -> bool {
        *self == Self::Null
    }

    fn line(&self) -> Option<usize> {
        None
    }

    // Go's JSON reader matches the names of fields without regard to case.
    fn means(name: &str, field: &str) -> bool {
        name.eq_ignore_ascii_case(field)
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Json, E> {
        Ok(Json::Bool(flag))
    }

    #[expect(clippy::cast_precision_loss, reason = "as in Fabrikate, every number is a float")]
    fn visit_i64<E>(self, number: i64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "as in Fabrikate, every number is a float")]
    fn visit_u64<E>(self, number: u64) -> Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = object.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
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
        assert!(Json::parse(b"").is_err());
        assert!(Json::parse(b"\xef\xbb\xbf{}").is_err());
    }

    #[test]
    fn the_case_of_fields_does_not_count_in_json_and_does_in_yaml() {
        assert!(Json::means("SubComponents", "subcomponents"));
        assert!(!Node::means("SubComponents", "subcomponents"));
    }
}
