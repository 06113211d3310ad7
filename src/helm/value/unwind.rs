//! Dropping values that nest as deeply as a chart likes, on a stack that is not so deep.

use crate::helm::value::Value;

/// Drops values and, one after the other rather than one within the other, what only they hold.
pub(crate) fn drop_all(values: impl Iterator<Item = Value>) {
    let mut pending: Vec<Value> = values.filter(can_nest).collect();
    while let Some(value) = pending.pop() {
        let children = match value {
            Value::List(list) => list.into_children(),
            Value::Map(map) => map.into_children(),
            Value::Nil
            | Value::Bool(_)
            | Value::Int(..)
            | Value::Uint(..)
            | Value::Float(_)
            | Value::Complex(_)
            | Value::String(_)
            | Value::Object(_)
            | Value::Function(_) => continue,
        };
        pending.extend(children.into_iter().filter(can_nest));
    }
}

fn can_nest(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::value::list::List;
    use crate::helm::value::map::Map;

    #[test]
    fn what_nests_a_million_times_is_dropped() {
        let mut value = Value::Nil;
        for level in 0..1_000_000 {
            value = if level % 2 == 0 {
                Value::from(vec![value])
            } else {
                Value::from(Map::from_iter([("a", value)]))
            };
        }
        drop(value);
    }

    #[test]
    fn what_is_shared_stays() {
        let inner = List::from(vec![Value::from("kept")]);
        drop(List::from(vec![Value::List(inner.clone()), Value::List(inner.clone())]));
        assert_eq!(inner.get(0), Some(Value::from("kept")));
    }
}
