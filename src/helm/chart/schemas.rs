//! Checking values with the schemas of all charts.

use crate::helm::Profile;
use crate::helm::chart::instance::Instance;
use crate::helm::schema::{Schema, SchemaProblem};
use crate::helm::values::{Table, Tree};
use std::sync::OnceLock;

/// `values.schema.json`, which is made ready when it is first needed.
#[derive(Debug, Default)]
pub(crate) struct Lazy {
    pub(crate) text: Vec<u8>,
    ready: OnceLock<Result<Schema, SchemaProblem>>,
}

impl Lazy {
    pub(crate) fn new(text: Vec<u8>) -> Self {
        Self { text, ready: OnceLock::new() }
    }

    fn check(&self, values: &Tree, profile: Profile) -> Result<String, SchemaProblem> {
        let schema = self.ready.get_or_init(|| Schema::parse(&self.text, profile));
        schema.as_ref().map_err(Clone::clone)?.check(values)
    }
}

/// Tells whether a chart or one in it has a schema.
pub(crate) fn has_schema(instance: &Instance<'_>) -> bool {
    instance.chart.schema.is_some() || instance.parts.borrow().iter().any(|part| has_schema(part))
}

/// Returns what is wrong with values, chart by chart; nothing if they are as they should be.
pub(crate) fn problems(instance: &Instance<'_>, values: &Table) -> String {
    let mut text = String::new();
    add(instance, &Tree::Table(values.clone()), &mut text);
    text
}

fn add(instance: &Instance<'_>, values: &Tree, text: &mut String) {
    if let Some(schema) = &instance.chart.schema {
        let lines = match schema.check(values, instance.chart.profile) {
            Ok(lines) => lines,
            Err(problem) => problem.to_string(),
        };
        if !lines.is_empty() {
            text.push_str(&instance.name.to_str_lossy());
            text.push_str(
                ":
",
            );
            text.push_str(&lines);
        }
    }
    for part in &*instance.parts.borrow() {
        let inner = values.as_table().and_then(|table| table.get(part.name.as_bytes()));
        add(part, inner.unwrap_or(&Tree::Null), text);
    }
}
