//! Reading TOML. What is wrong is told in other words than Go's.

use crate::helm::functions::date::Time;
use crate::helm::template::deeply;
use crate::helm::value::{DICT, List, ListType, Map, Text, Type, Value};
use std::rc::Rc;
use toml_edit::{DocumentMut, Item, TableLike};

static TABLES: ListType = ListType::of(Type::Map(&DICT));

/// Returns the table that a text stands for.
pub(super) fn read(text: &Text) -> Result<Map, String> {
    let text = text.as_str().ok_or("toml: invalid UTF-8")?;
    let document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = 1 + before.matches('\n').count();
        format!("toml: line {line}: {}", error.message())
    })?;
    Ok(table(document.as_table()))
}

fn table(table: &dyn TableLike) -> Map {
    table.iter().filter_map(|(key, item)| Some((key, deeply(|| item_value(item))?))).collect()
}

fn item_value(item: &Item) -> Option<Value> {
    match item {
        Item::None => None,
        Item::Value(inner) => Some(value(inner)),
        Item::Table(inner) => Some(Value::Map(table(inner))),
        Item::ArrayOfTables(tables) => {
            let tables = tables.iter().map(|inner| Value::Map(table(inner)));
            Some(Value::List(List::typed(&TABLES, tables.collect())))
        }
    }
}

fn value(value: &toml_edit::Value) -> Value {
    match value {
        toml_edit::Value::String(text) => Value::from(text.value().as_str()),
        toml_edit::Value::Integer(number) => Value::from(*number.value()),
        toml_edit::Value::Float(number) => Value::Float(*number.value()),
        toml_edit::Value::Boolean(truth) => Value::Bool(*truth.value()),
        toml_edit::Value::Array(elements) => Value::from(
            elements.iter().map(|inner| deeply(|| self::value(inner))).collect::<Vec<_>>(),
        ),
        toml_edit::Value::InlineTable(inner) => Value::Map(table(inner)),
        toml_edit::Value::Datetime(time) => Value::Object(Rc::new(moment(time.value()))),
    }
}

/// Returns a point in time; what is left open is named by its zone.
fn moment(time: &toml_edit::Datetime) -> Time {
    let date = time.date.map(|date| (date.year.into(), date.month.into(), date.day.into()));
    let clock = time.time.map_or((0, 0), |time| {
        let second = time.second.unwrap_or(0);
        let minutes = i64::from(time.hour) * 60 + i64::from(time.minute);
        (minutes * 60 + i64::from(second), time.nanosecond.unwrap_or(0))
    });
    let zone = match (time.offset, time.date, time.time) {
        (Some(toml_edit::Offset::Z), ..) => Ok(0),
        (Some(toml_edit::Offset::Custom { minutes }), ..) => Ok(i64::from(minutes) * 60),
        (None, Some(_), Some(_)) => Err("datetime-local"),
        (None, Some(_), None) => Err("date-local"),
        (None, None, _) => Err("time-local"),
    };
    Time::at(date.unwrap_or((0, 1, 1)), clock, zone)
}
