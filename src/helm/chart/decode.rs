//! Reading the fields of Helm's records, by way of JSON as sigs.k8s.io/yaml does it: where a text
//! is wanted, numbers and truth values become texts.

use crate::helm::format::{self, FloatStyle};
use crate::helm::value::Text;
use crate::helm::values::{ReadError, key_text, tree};
use crate::yaml::{self, Keys, Mapping, Value};

/// A table whose fields are read into a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record<'a> {
    fields: Option<&'a Mapping>,
    /// What comes before the name of a field in messages: `Metadata.`.
    path: &'a str,
}

/// Returns the first document of a text, which has to be one that JSON can say.
pub(crate) fn document(text: &[u8]) -> Result<Value, ReadError> {
    let value = yaml::read(text, Keys::Typed).map_err(ReadError::Yaml)?;
    tree(&value)?;
    Ok(value)
}

impl<'a> Record<'a> {
    /// Returns the record that a document is; `type_name` is Go's name for it.
    pub(crate) fn root(
        value: &'a Value,
        type_name: &str,
        path: &'a str,
    ) -> Result<Self, ReadError> {
        match value {
            Value::Null => Ok(Self { fields: None, path }),
            Value::Mapping(fields) => Ok(Self { fields: Some(fields), path }),
            other => Err(unfit(other, format!("Go value of type {type_name}"))),
        }
    }

    /// Returns the value of a field. Upper and lower case are the same; of several the last counts.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        let is_it = |key: &Value| key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name));
        let found = self.fields?.iter().filter(|(key, _)| is_it(key));
        found.max_by_key(|(key, _)| key.as_str()).map(|(_, value)| value)
    }

    /// Returns a text; an empty one where there is none.
    pub(crate) fn text(&self, name: &str) -> Result<Text, ReadError> {
        self.get(name).map_or_else(|| Ok(Text::default()), |value| self.as_text(name, value))
    }

    /// Returns a truth value.
    pub(crate) fn truth(&self, name: &str) -> Result<bool, ReadError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(other) => Err(self.unfit(name, other, "bool")),
        }
    }

    /// Returns a list of texts, or `None` where there is none.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<Text>>, ReadError> {
        self.list(name, "string")?
            .map(|values| values.iter().map(|value| self.as_text(name, value)).collect())
            .transpose()
    }

    /// Returns the elements of a list, or `None` where there is none.
    pub(crate) fn list(&self, name: &str, element: &str) -> Result<Option<&'a [Value]>, ReadError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Sequence(values)) => Ok(Some(values)),
            Some(other) => Err(self.unfit(name, other, &format!("[]{element}"))),
        }
    }

    /// Returns a table of texts, or `None` where there is none.
    pub(crate) fn text_table(&self, name: &str) -> Result<Option<Vec<(Text, Text)>>, ReadError> {
        let mapping = match self.get(name) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::Mapping(mapping)) => mapping,
            Some(other) => return Err(self.unfit(name, other, "map[string]string")),
        };
        let entry = |(key, value): (&Value, &Value)| {
            Ok((key_text(key, value)?, self.as_text(name, value)?))
        };
        mapping.iter().map(entry).collect::<Result<_, _>>().map(Some)
    }

    /// Returns an element of a list of records, or `None` for null.
    pub(crate) fn element(
        &self,
        name: &str,
        type_name: &str,
        (value, path): (&'a Value, &'a str),
    ) -> Result<Option<Record<'a>>, ReadError> {
        match value {
            Value::Null => Ok(None),
            Value::Mapping(fields) => Ok(Some(Record { fields: Some(fields), path })),
            other => Err(self.unfit(name, other, type_name)),
        }
    }

    /// Returns a table within the record.
    pub(crate) fn inner(
        &self,
        name: &str,
        type_name: &str,
        path: &'a str,
    ) -> Result<Record<'a>, ReadError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(Record { fields: None, path }),
            Some(Value::Mapping(fields)) => Ok(Record { fields: Some(fields), path }),
            Some(other) => Err(self.unfit(name, other, type_name)),
        }
    }

    fn as_text(&self, name: &str, value: &Value) -> Result<Text, ReadError> {
        Ok(match value {
            Value::Null => Text::default(),
            Value::String(text) => Text::from(text.as_str()),
            Value::Loose(text) => {
                let number = format::parse_float(&text.replace('_', "")).unwrap_or_default();
                Text::from(format::float(number, FloatStyle::General, None))
            }
            Value::Binary(bytes) => Text::from(String::from_utf8_lossy(bytes)),
            Value::Bool(truth) => Text::from(if *truth { "true" } else { "false" }),
            Value::Int(number) => Text::from(number.to_string()),
            Value::Uint(number) => Text::from(number.to_string()),
            Value::Float(number) => Text::from(format::float(*number, FloatStyle::General, None)),
            Value::Sequence(_) | Value::Mapping(_) => {
                return Err(self.unfit(name, value, "string"));
            }
        })
    }

    fn unfit(&self, name: &str, found: &Value, wanted: &str) -> ReadError {
        unfit(found, format!("Go struct field {}{name} of type {wanted}", self.path))
    }
}

fn unfit(found: &Value, wanted: String) -> ReadError {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) | Value::Loose(_) => "number",
        Value::String(_) | Value::Binary(_) => "string",
        Value::Sequence(_) => "array",
        Value::Mapping(_) => "object",
    };
    ReadError::Kind { found: found.to_owned(), wanted }
}
