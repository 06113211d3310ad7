//! Values by their paths: `a.b.c`.

use crate::helm::value::{Map, Value};

/// Returns the table at a path.
pub(crate) fn table_at(values: &Map, path: &str) -> Option<Map> {
    let mut table = values.clone();
    for key in path.split('.') {
        table = table.get(key)?.as_map()?.clone();
    }
    Some(table)
}

/// Returns the value at a path, unless it is a table.
pub(crate) fn value_at(values: &Map, path: &str) -> Option<Value> {
    let value = match path.rsplit_once('.') {
        Some((tables, key)) => table_at(values, tables)?.get(key)?,
        None => values.get(path)?,
    };
    value.as_map().is_none().then_some(value)
}

/// Returns tables within tables, of which the innermost is at the path. A single point is no path.
pub(crate) fn at_path(path: &str, table: Map) -> Map {
    if path == "." {
        return table;
    }
    path.rsplit('.').fold(table, |table, key| Map::from_iter([(key, table)]))
}
