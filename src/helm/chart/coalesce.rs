//! The values of a chart with the defaults of all charts in it.

use crate::helm::chart::instance::Instance;
use crate::helm::format;
use crate::helm::template::Limits;
use crate::helm::value::{Map, Text, Value};
use crate::helm::values::{Nulls, Warnings, copy_table, insert, joined, overlay, text};
use std::slice;

/// A chart has the name of a value that is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("type mismatch on {name}: {shown}")]
pub struct TypeMismatch {
    /// The name of the chart.
    pub name: Text,
    /// The value, as Helm writes it.
    pub shown: Text,
}

const GLOBAL: &str = "global";

/// Returns the values with those of a chart and of the charts in it beneath them.
pub(crate) fn coalesced(
    instance: &Instance<'_>,
    values: &Map,
    nulls: Nulls,
    warnings: &mut Warnings,
) -> Result<Map, TypeMismatch> {
    let values = copy_table(values);
    Coalescence { nulls, warnings }.chart(instance, &values, "")?;
    Ok(values)
}

struct Coalescence<'w> {
    nulls: Nulls,
    warnings: &'w mut Warnings,
}

impl Coalescence<'_> {
    fn chart(
        &mut self,
        instance: &Instance<'_>,
        values: &Map,
        prefix: &str,
    ) -> Result<(), TypeMismatch> {
        let prefix = joined(prefix, &instance.name.to_str_lossy());
        self.defaults(instance, values, &prefix);
        for part in &*instance.parts.borrow() {
            let inner = match values.get(&part.name) {
                Some(Value::Map(inner)) => inner,
                Some(other) => return Err(mismatch(&part.name, &other)),
                None => {
                    let inner = Map::new();
                    insert(values, &part.name.clone().into(), inner.clone().into());
                    inner
                }
            };
            self.globals(&inner, values, &prefix);
            self.chart(part, &inner, &prefix)?;
        }
        Ok(())
    }

    fn defaults(&mut self, instance: &Instance<'_>, values: &Map, prefix: &str) {
        for (key, default) in &*instance.defaults().entries() {
            match (values.get_key(&key), default) {
                (None, _) => insert(values, &key, default.clone()),
                (Some(Value::Nil), _) if self.nulls != Nulls::Kept => {
                    values.remove(key.as_text().map_or(&[][..], Text::as_bytes));
                }
                (Some(Value::Map(upper)), Value::Map(lower)) => {
                    let nulls = nulls_of(instance, &key).unwrap_or(self.nulls);
                    let prefix = joined(prefix, &text(&key));
                    overlay(&upper, lower, &prefix, (nulls, self.warnings));
                }
                (Some(Value::Map(_)), Value::Nil) => {}
                (Some(Value::Map(_)), _) => self.warnings.add(|| skipped(prefix, &key)),
                (Some(_), _) => {}
            }
        }
    }

    /// Hands the globals of a chart to one in it.
    fn globals(&mut self, inner: &Map, outer: &Map, prefix: &str) {
        let Some(globals) = self.table_of_globals(inner, "destination") else { return };
        let Some(given) = self.table_of_globals(outer, "source") else { return };
        for (key, value) in &*given.entries() {
            match (globals.get_key(&key), value) {
                (None, Value::Map(table)) => insert(&globals, &key, table.copied().into()),
                (Some(Value::Map(known)), Value::Map(table)) => {
                    let table = table.copied();
                    let prefix = joined(prefix, &text(&key));
                    overlay(&table, &known, &prefix, (Nulls::Kept, self.warnings));
                    insert(&globals, &key, table.into());
                }
                (Some(_), Value::Map(_)) => self.warnings.add(|| conflict(prefix, &key)),
                (Some(Value::Map(_)), _) => {}
                (_, scalar) => insert(&globals, &key, scalar.clone()),
            }
        }
        insert(inner, &GLOBAL.into(), globals.into());
    }

    fn table_of_globals(&mut self, values: &Map, role: &str) -> Option<Map> {
        match values.get(GLOBAL) {
            None => Some(Map::new()),
            Some(Value::Map(table)) => Some(table),
            Some(_) => {
                self.warnings.add(|| {
                    format!("warning: skipping globals because {role} {GLOBAL} is not a table.")
                });
                None
            }
        }
    }
}

/// Returns what becomes of null in the values of a chart that is in this one: its own defaults are
/// still to come.
fn nulls_of(instance: &Instance<'_>, name: &Value) -> Option<Nulls> {
    let is_part = instance.parts.borrow().iter().any(|part| Some(&part.name) == name.as_text());
    is_part.then_some(Nulls::Kept)
}

fn skipped(prefix: &str, key: &Value) -> String {
    format!("warning: skipped value for {}: Not a table.", joined(prefix, &text(key)))
}

fn conflict(prefix: &str, key: &Value) -> String {
    let key = joined(prefix, &text(key));
    format!("Conflict: cannot merge map onto non-map for {key:?}. Skipping.")
}

fn mismatch(name: &Text, value: &Value) -> TypeMismatch {
    let shown = format::sprintf(&"%t".into(), slice::from_ref(value), &Limits::default());
    TypeMismatch { name: name.clone(), shown: shown.unwrap_or_default() }
}
