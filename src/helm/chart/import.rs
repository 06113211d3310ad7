//! `import-values`: values of a chart that the chart around it takes for its own.

use crate::helm::chart::coalesce::{TypeMismatch, coalesced};
use crate::helm::chart::instance::Instance;
use crate::helm::value::{Map, Text};
use crate::helm::values::{Nulls, Tree, Warnings, at_path, copy_table, overlay, table_at};

/// Lays what a chart imports from those in it beneath its default values.
pub(crate) fn import(instance: &Instance<'_>, warnings: &mut Warnings) -> Result<(), TypeMismatch> {
    for part in &*instance.parts.borrow() {
        import(part, warnings)?;
    }
    let needs = instance.needs.borrow();
    let Some(needs) = &*needs else { return Ok(()) };
    let values = coalesced(instance, &Map::new(), Nulls::Kept, warnings)?;
    let imported = Map::new();
    for need in needs {
        let need = &mut *need.borrow_mut();
        if need.is_imported {
            need.dependency.import_values = None;
            continue;
        }
        let name = &need.dependency.name;
        for (child, parent) in need.dependency.import_values.iter().flatten().filter_map(paths) {
            let Some(table) = table_at(&values, &format!("{name}.{child}")) else {
                warnings.add(|| missing(name, &child));
                continue;
            };
            let table = if table.is_empty() { Map::new() } else { table };
            overlay(&imported, &at_path(&parent, table), "", (Nulls::Kept, &mut *warnings));
        }
        need.is_imported = true;
    }
    let values = copy_table(&values);
    overlay(&values, &imported, "", (Nulls::Kept, warnings));
    instance.set_defaults(values);
    Ok(())
}

fn missing(name: &Text, child: &str) -> String {
    format!("Warning: ImportValues missing table from chart {name}: {child:?} is not a table")
}

/// Returns where values are taken from and where they go.
fn paths(import: &Tree) -> Option<(String, String)> {
    match import {
        Tree::String(name) => Some((format!("exports.{name}"), ".".to_owned())),
        Tree::Table(table) => {
            let path = |key: &str| match table.get(key.as_bytes()) {
                Some(Tree::String(path)) => path.to_string(),
                Some(other) => crate::helm::format::sprint(
                    &[other.to_value()],
                    &crate::helm::template::Limits::default(),
                )
                .map(|text| text.to_string())
                .unwrap_or_default(),
                None => "<nil>".to_owned(),
            };
            Some((path("child"), path("parent")))
        }
        Tree::Null | Tree::Bool(_) | Tree::Int(_) | Tree::Float(_) | Tree::List(_) => None,
    }
}
