//! The values that a user gives: files, then `--set-json`, `--set`, `--set-string`, `--set-file`.

use crate::helm::Profile;
use crate::helm::value::Text;
use crate::helm::values::json;
use crate::helm::values::merge::merged;
use crate::helm::values::read::{ReadError, read_values};
use crate::helm::values::set::{Meaning, SetError, set};
use crate::helm::values::tree::{Table, Tree};

/// What a user gives.
#[derive(Clone, Debug, Default)]
pub struct Given<'a> {
    /// Which Helm they are given to.
    pub profile: Profile,
    /// The contents of files with their names; the later one counts more.
    pub files: Vec<(&'a str, &'a [u8])>,
    /// `--set-json`.
    pub json: Vec<&'a str>,
    /// `--set`.
    pub typed: Vec<&'a str>,
    /// `--set-string`.
    pub texts: Vec<&'a str>,
    /// `--set-file`.
    pub from_files: Vec<&'a str>,
}

/// Why values cannot be taken, in Helm's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GivenError {
    /// A file cannot be read.
    #[error("failed to parse {file}: {source}")]
    File {
        /// Its name.
        file: String,
        /// Why.
        source: ReadError,
    },
    /// What is set is no table.
    #[error("failed parsing --set-json data JSON: {0}")]
    Json(String),
    /// What is set cannot be set.
    #[error("failed parsing --{option} data{}", shown(.option, .text, .source))]
    Set {
        /// `set`, `set-string`, `set-json` or `set-file`.
        option: &'static str,
        /// The text.
        text: String,
        /// Why.
        source: SetError,
    },
}

/// Tells whether a text is a table of its own, which `--set-json` takes since Helm 3.18 and 4.0.
fn is_table(text: &str) -> bool {
    text.trim_start().starts_with('{')
}

fn table(text: &str) -> Result<Table, GivenError> {
    match serde_json::from_str(text) {
        Ok(value @ serde_json::Value::Object(_)) => match json::tree(&value) {
            Tree::Table(table) => Ok(table),
            _ => Ok(Table::new()),
        },
        _ => Err(GivenError::Json(text.to_owned())),
    }
}

fn shown(option: &str, text: &str, source: &SetError) -> String {
    if option == "set-json" { format!(" {text}") } else { format!(": {source}") }
}

impl Given<'_> {
    /// Returns the values. `read` returns what a file holds that `--set-file` names.
    pub fn values(&self, read: &dyn Fn(&str) -> Result<Text, String>) -> Result<Table, GivenError> {
        let mut values = Table::new();
        for (file, content) in &self.files {
            let table = read_values(content, self.profile)
                .map_err(|source| GivenError::File { file: (*file).to_owned(), source })?;
            values = merged(values, table);
        }
        let settings = [
            ("set-json", &self.json, Meaning::Json),
            ("set", &self.typed, Meaning::Typed),
            ("set-string", &self.texts, Meaning::Text),
            ("set-file", &self.from_files, Meaning::File(read)),
        ];
        for (option, texts, meaning) in settings {
            for text in texts {
                values = self.with(values, (option, text), &meaning)?;
            }
        }
        Ok(values)
    }

    /// Returns values with what an option sets.
    fn with(
        &self,
        mut values: Table,
        (option, text): (&'static str, &str),
        meaning: &Meaning<'_>,
    ) -> Result<Table, GivenError> {
        if option == "set-json" && self.profile == Profile::Helm41 && is_table(text) {
            return Ok(merged(values, table(text)?));
        }
        let refused = |source| GivenError::Set { option, text: text.to_owned(), source };
        set(&mut values, text, meaning).map_err(refused)?;
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &Given<'_>, expected: &str) {
        let found = match given.values(&|file| Err(format!("open {file}: no such file"))) {
            Ok(values) => format!("{values:?}"),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn later_files_and_settings_count_more() {
        let files: Vec<(&str, &[u8])> =
            vec![("a", b"{a: {b: 1, c: {d: 2}}, l: [1, 2]}"), ("b", b"{a: {b: ~}, l: [3]}")];
        let given =
            Given { files, typed: vec!["a.c.e=1", "x=2"], json: vec!["x={}"], ..Given::default() };
        check(
            &given,
            r#"{"a": Table({"b": Null, "c": Table({"d": Float(2.0), "e": Int(1)})}), "l": List([Float(3.0)]), "x": Int(2)}"#,
        );
    }

    #[test]
    fn what_is_wrong_is_told_in_helms_words() {
        let base = Given::default();
        check(
            &Given { files: vec![("v.yaml", b"[a]")], ..base.clone() },
            "failed to parse v.yaml: error unmarshaling JSON: while decoding JSON: json: cannot \
             unmarshal array into Go value of type map[string]interface {}",
        );
        check(
            &Given { typed: vec!["a"], ..base.clone() },
            "failed parsing --set data: key \"a\" has no value",
        );
        check(&Given { json: vec!["a=}"], ..base.clone() }, "failed parsing --set-json data a=}");
        check(
            &Given { from_files: vec!["a=b"], ..base },
            "failed parsing --set-file data: open b: no such file",
        );
    }
}
