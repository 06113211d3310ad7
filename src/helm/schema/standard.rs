//! Checking as Helm 4.1 does: with the drafts 4 to 2020-12 as the standard has them.

// Helm 4.1 uses the library jsonschema v6 of santhosh-tekuri; boon is that author's port of it to
// Rust. The words of the original are in `words`.

mod words;

use crate::helm::Profile;
use crate::helm::functions::is_expression;
use crate::helm::schema::problem::SchemaProblem;
use crate::helm::values::{Table, Tree};
use boon::{CompileError, Compiler, SchemaIndex, Schemas, UrlLoader};
use serde_json::{Map, Number, Value};
use std::error::Error;
use std::fmt;

/// The address that the original gives to the schema, which messages show.
const ADDRESS: &str = "file:///values.schema.json";

/// A schema, ready to be asked.
pub(crate) struct Standard {
    schemas: Schemas,
    root: SchemaIndex,
}

impl fmt::Debug for Standard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Standard")
    }
}

/// Fetches nothing.
struct Nothing;

impl UrlLoader for Nothing {
    fn load(&self, url: &str) -> Result<Value, Box<dyn Error>> {
        Err(SchemaProblem::Remote(url.to_owned()).into())
    }
}

impl Standard {
    /// Returns the schema that a file holds.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, SchemaProblem> {
        let document: Value =
            serde_json::from_slice(text).map_err(|error| SchemaProblem::Json(error.to_string()))?;
        refuse(&document)?;
        let mut compiler = Compiler::new();
        compiler.use_loader(Box::new(Nothing));
        compiler.add_resource(ADDRESS, document).map_err(|error| told(&error))?;
        let mut schemas = Schemas::new();
        let root = compiler.compile(ADDRESS, &mut schemas).map_err(|error| told(&error))?;
        Ok(Self { schemas, root })
    }

    /// Returns what is wrong with values, as lines; nothing if they are as they should be.
    pub(crate) fn check(&self, values: &Tree) -> String {
        match self.schemas.validate(&json(values), self.root) {
            Ok(()) => String::new(),
            Err(error) => words::causes(&error),
        }
    }
}

fn told(error: &CompileError) -> SchemaProblem {
    match error {
        CompileError::LoadUrlError { url, .. } => SchemaProblem::Remote(url.clone()),
        other => SchemaProblem::Standard(words::of_schema(other)),
    }
}

/// Refuses what boon takes otherwise than the original: multiples of fractions, which it knows only
/// nearly, and patterns in the dialect of JavaScript.
fn refuse(schema: &Value) -> Result<(), SchemaProblem> {
    match schema {
        Value::Array(elements) => elements.iter().try_for_each(refuse),
        Value::Object(table) => table.iter().try_for_each(|(key, value)| {
            match (key.as_str(), value) {
                ("multipleOf", Value::Number(number)) => fraction(number)?,
                ("pattern", Value::String(pattern)) => expression(pattern)?,
                ("patternProperties", Value::Object(patterns)) => {
                    patterns.keys().try_for_each(|pattern| expression(pattern))?;
                }
                _ => {}
            }
            refuse(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn fraction(number: &Number) -> Result<(), SchemaProblem> {
    match number.as_f64().map(f64::fract) {
        Some(0.0) => Ok(()),
        _ => Err(SchemaProblem::Fraction),
    }
}

fn expression(pattern: &str) -> Result<(), SchemaProblem> {
    if is_expression(pattern, Profile::Helm41) {
        Ok(())
    } else {
        Err(SchemaProblem::Pattern(pattern.to_owned()))
    }
}

// A value nests no deeper than what was read, for which the reader has a limit.
fn json(tree: &Tree) -> Value {
    match tree {
        Tree::Null => Value::Null,
        Tree::Bool(truth) => Value::Bool(*truth),
        Tree::Int(number) => Value::Number((*number).into()),
        Tree::Float(number) => Value::Number(whole_or_not(*number)),
        Tree::String(text) => Value::String(text.to_str_lossy().into_owned()),
        Tree::List(elements) => Value::Array(elements.iter().map(json).collect()),
        Tree::Table(table) => Value::Object(of_table(table)),
    }
}

fn of_table(table: &Table) -> Map<String, Value> {
    table.iter().map(|(key, value)| (key.to_str_lossy().into_owned(), json(value))).collect()
}

/// Returns a number as JSON has it, which is without a fraction where there is none.
fn whole_or_not(number: f64) -> Number {
    let written = number.to_string();
    let whole = written.parse::<i64>().map(Number::from);
    let whole = whole.or_else(|_| written.parse::<u64>().map(Number::from));
    whole.ok().or_else(|| Number::from_f64(number)).unwrap_or_else(|| 0.into())
}
