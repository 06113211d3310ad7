//! The values of keywords, which have to be of certain types.

use crate::helm::schema::problem::SchemaProblem;
use regex::Regex;
use serde_json::{Map, Value};

/// A part of a schema that is a table.
#[derive(Clone, Copy)]
pub(super) struct Keywords<'a>(pub(super) &'a Map<String, Value>);

impl<'a> Keywords<'a> {
    pub(super) fn get(self, keyword: &str) -> Option<&'a Value> {
        self.0.get(keyword)
    }

    pub(super) fn text(self, keyword: &'static str) -> Result<Option<&'a str>, SchemaProblem> {
        match self.get(keyword) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(
                keyword,
                if keyword == "pattern" { "must be of a string" } else { "must be of type string" },
            )),
        }
    }

    pub(super) fn pattern(self, keyword: &'static str) -> Result<Option<Regex>, SchemaProblem> {
        let Some(text) = self.text(keyword)? else { return Ok(None) };
        regex(text).map(Some).ok_or_else(|| wrong(keyword, "must be a valid regex"))
    }

    pub(super) fn object(
        self,
        keyword: &'static str,
    ) -> Result<Option<&'a Map<String, Value>>, SchemaProblem> {
        match self.get(keyword) {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(wrong(keyword, "must be of type object")),
        }
    }

    pub(super) fn list(
        self,
        keyword: &'static str,
    ) -> Result<Option<&'a Vec<Value>>, SchemaProblem> {
        match self.get(keyword) {
            None => Ok(None),
            Some(Value::Array(elements)) => Ok(Some(elements)),
            Some(_) => Err(wrong(keyword, "must be of an array")),
        }
    }

    pub(super) fn truth(self, keyword: &'static str) -> Result<bool, SchemaProblem> {
        match self.get(keyword) {
            None => Ok(false),
            Some(Value::Bool(truth)) => Ok(*truth),
            Some(_) => Err(wrong(keyword, "must be of a boolean")),
        }
    }

    pub(super) fn number(self, keyword: &'static str) -> Result<Option<f64>, SchemaProblem> {
        match self.get(keyword) {
            None => Ok(None),
            Some(Value::Number(number)) => Ok(number.as_f64()),
            Some(_) => Err(wrong(keyword, "must be of a number")),
        }
    }

    /// Returns a count, and checks that the one before it is not larger.
    pub(super) fn limits(
        self,
        least: &'static str,
        most: &'static str,
    ) -> Result<(Option<u64>, Option<u64>), SchemaProblem> {
        let limits = (self.count(least)?, self.count(most)?);
        match limits {
            (Some(small), Some(large)) if small > large && most != "maxItems" => {
                Err(SchemaProblem::Limits(least, most))
            }
            limits => Ok(limits),
        }
    }

    fn count(self, keyword: &'static str) -> Result<Option<u64>, SchemaProblem> {
        let Some(value) = self.get(keyword) else { return Ok(None) };
        let number = value.as_f64().filter(|number| number.fract() == 0.0);
        let number = number.ok_or_else(|| wrong(keyword, "must be of an integer"))?;
        if number < 0.0 {
            return Err(wrong(keyword, "must be greater than or equal to 0"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked above"
        )]
        Ok(Some(number as u64))
    }

    /// Returns texts, each of which may be there once.
    pub(super) fn texts(self, keyword: &'static str) -> Result<Vec<String>, SchemaProblem> {
        let Some(elements) = self.list(keyword)? else { return Ok(Vec::new()) };
        let mut texts = Vec::with_capacity(elements.len());
        for element in elements {
            let text = element.as_str().ok_or_else(|| wrong(keyword, "items must be string"))?;
            if texts.iter().any(|known| known == text) {
                return Err(wrong(keyword, "items must be unique"));
            }
            texts.push(text.to_owned());
        }
        Ok(texts)
    }
}

/// Returns a regular expression as Go reads it.
pub(super) fn regex(pattern: &str) -> Option<Regex> {
    Regex::new(&pattern.replace("\\/", "/").replace("\\Z", "\\z")).ok()
}

pub(super) fn wrong(keyword: &str, wrong: &'static str) -> SchemaProblem {
    SchemaProblem::Keyword { keyword: keyword.to_owned(), wrong }
}

pub(super) fn unfit(keyword: &str, wanted: &'static str) -> SchemaProblem {
    SchemaProblem::Type { keyword: keyword.to_owned(), wanted }
}
