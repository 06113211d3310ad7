//! The type of `.Values` and of what templates see as `.`, which has methods.

use crate::helm::Profile;
use crate::helm::template::{Closure, FunctionError};
use crate::helm::value::{DICT, Map, MapType, Text, Type, Value};
use crate::helm::values::{table_at, value_at};
use crate::yaml::{self, LooseNumbers};

static VALUES: MapType =
    MapType { name: Some("chartutil.Values"), method, ..MapType::of(Type::Any) };
static VALUES_OF_41: MapType =
    MapType { name: Some("common.Values"), method: method_of_41, ..MapType::of(Type::Any) };

/// Returns `Values` of Helm's package for them.
pub(crate) fn values_type(profile: Profile) -> &'static MapType {
    match profile {
        Profile::Helm317 => &VALUES,
        Profile::Helm41 => &VALUES_OF_41,
    }
}

fn method(values: &Map, name: &str) -> Option<Closure> {
    method_of(&VALUES, values, name)
}

fn method_of_41(values: &Map, name: &str) -> Option<Closure> {
    method_of(&VALUES_OF_41, values, name)
}

fn method_of(own: &'static MapType, values: &Map, name: &str) -> Option<Closure> {
    let values = values.clone();
    Some(match name {
        "AsMap" => {
            Closure::new(move || if values.is_empty() { Map::new() } else { values.retyped(&DICT) })
        }
        "Table" => Closure::new(move |path: Text| table(own, &values, &path)),
        "PathValue" => Closure::new(move |path: Text| value(&values, &path)),
        "YAML" => Closure::new(move || text(&values)),
        _ => return None,
    })
}

fn table(own: &'static MapType, values: &Map, path: &Text) -> Result<Value, FunctionError> {
    let path = path.to_str_lossy();
    let found = table_at(values, &path).map(|table| table.retyped(own).into());
    found.ok_or_else(|| {
        let mut known = String::new();
        let missing = path.split('.').find(|key| {
            if !known.is_empty() {
                known.push('.');
            }
            known.push_str(key);
            table_at(values, &known).is_none()
        });
        FunctionError::new(format!("{:?} is not a table", missing.unwrap_or_default()))
    })
}

fn value(values: &Map, path: &Text) -> Result<Value, FunctionError> {
    let path = path.to_str_lossy();
    if path.is_empty() {
        return Err("YAML path cannot be empty".into());
    }
    let last = path.rsplit('.').next().unwrap_or_default();
    value_at(values, &path).ok_or_else(|| FunctionError::new(format!("{last:?} is not a value")))
}

fn text(values: &Map) -> Text {
    Text::from(yaml::write(&written(&Value::Map(values.clone())), LooseNumbers::Quoted))
}

// Values are at most as deep as what they were read from, unless templates have changed them.
fn written(value: &Value) -> yaml::Value {
    crate::helm::template::deeply(|| match value {
        Value::Bool(truth) => yaml::Value::Bool(*truth),
        Value::Int(_, number) => yaml::Value::Int(*number),
        Value::Float(number) => {
            number.to_string().parse().map_or(yaml::Value::Float(*number), yaml::Value::Int)
        }
        Value::String(text) => yaml::Value::String(text.to_string()),
        Value::List(list) => {
            yaml::Value::Sequence(list.iter().map(|element| written(&element)).collect())
        }
        Value::Map(map) => yaml::Value::Mapping(
            map.entries()
                .iter()
                .map(|(key, value)| {
                    let key = key.as_text().map(ToString::to_string).unwrap_or_default();
                    (yaml::Value::String(key), written(value))
                })
                .collect(),
        ),
        Value::Nil
        | Value::Uint(..)
        | Value::Complex(_)
        | Value::Object(_)
        | Value::Function(_) => yaml::Value::Null,
    })
}
