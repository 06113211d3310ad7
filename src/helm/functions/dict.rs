//! Functions on tables.

use crate::helm::functions::cast::{strings, text_of};
use crate::helm::functions::fault;
use crate::helm::template::{FunctionError, Interpreter, Limit, Rest};
use crate::helm::value::{DICT, List, Map, Text, Type, Value};

/// `dict`: a table of keys and values in turn.
pub(super) fn dict(
    interpreter: &mut Interpreter,
    pairs: Rest<Value>,
) -> Result<Map, FunctionError> {
    let map = Map::new();
    let mut values = pairs.0.into_iter();
    while let Some(key) = values.next() {
        let key = text_of(interpreter.limits(), &key)?;
        map.insert(key, values.next().unwrap_or_else(|| Value::from("")))?;
    }
    Ok(map)
}

/// `get`: the value of a key, or an empty text.
pub(super) fn get(map: Map, key: Text) -> Value {
    map.get(key).unwrap_or_else(|| Value::from(""))
}

/// `set`: changes the table.
pub(super) fn set(map: Map, key: Text, value: Value) -> Result<Map, FunctionError> {
    map.insert(key, value)?;
    Ok(map)
}

/// `unset`: changes the table.
pub(super) fn unset(map: Map, key: Text) -> Map {
    map.remove(key);
    map
}

/// `hasKey`.
pub(super) fn has_key(map: Map, key: Text) -> bool {
    map.contains(key)
}

/// `pluck`: the values that a key has in tables.
pub(super) fn pluck(key: Text, maps: Rest<Map>) -> List {
    maps.0.iter().filter_map(|map| map.get(&key)).collect()
}

/// `keys`: those of all tables, here in order.
pub(super) fn keys(maps: Rest<Map>) -> List {
    let mut keys = Vec::new();
    for map in &maps.0 {
        keys.extend(map.entries().iter().filter_map(|(key, _)| key.as_text().cloned()));
    }
    strings(keys)
}

/// `values`: those of a table, here in the order of the keys.
pub(super) fn values(map: Map) -> List {
    map.entries().iter().map(|(_, value)| value.clone()).collect()
}

/// `pick`: a new table with only some keys.
pub(super) fn pick(map: Map, keys: Rest<Text>) -> Map {
    keys.0.into_iter().filter_map(|key| Some((key.clone(), map.get(&key)?))).collect()
}

/// `omit`: a new table without some keys.
pub(super) fn omit(map: Map, keys: Rest<Text>) -> Map {
    let rest = map.retyped(&DICT).copied();
    for key in &keys.0 {
        rest.remove(key);
    }
    rest
}

/// `dig`: what is at the end of a path through tables, or something else if there is nothing.
pub(super) fn dig(parameters: Rest<Value>) -> Result<Value, FunctionError> {
    let [path @ .., default, start] = parameters.0.as_slice() else {
        return Err("dig needs at least three arguments".into());
    };
    if path.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut map = table(start)?.clone();
    let mut keys = Vec::with_capacity(path.len());
    for key in path {
        keys.push(key.as_text().ok_or_else(|| fault::conversion(&name(key), "string"))?);
    }
    let Some((last, steps)) = keys.split_last() else { return Ok(default.clone()) };
    for key in steps {
        match map.get(key) {
            Some(next) => map = table(&next)?.clone(),
            None => return Ok(default.clone()),
        }
    }
    Ok(map.get(last).unwrap_or_else(|| default.clone()))
}

fn table(value: &Value) -> Result<&Map, FunctionError> {
    let is_dict = value.type_of().is_some_and(|found| found == Type::Map(&DICT));
    value
        .as_map()
        .filter(|_| is_dict)
        .ok_or_else(|| fault::conversion(&name(value), "map[string]interface {}"))
}

fn name(value: &Value) -> String {
    if let Value::Nil = value { "nil".to_owned() } else { value.type_name() }
}

/// `merge`: fills what is missing or empty in the first table from the others.
pub(super) fn merge(
    interpreter: &mut Interpreter,
    map: Map,
    others: Rest<Map>,
) -> Result<Value, FunctionError> {
    merged(interpreter, map, others, false)
}

/// `mergeOverwrite`: sets in the first table all that is in the others.
pub(super) fn merge_overwrite(
    interpreter: &mut Interpreter,
    map: Map,
    others: Rest<Map>,
) -> Result<Value, FunctionError> {
    merged(interpreter, map, others, true)
}

// A nil table becomes the first of the others that is not nil, rather than a copy of it.
fn merged(
    interpreter: &Interpreter,
    mut map: Map,
    others: Rest<Map>,
    overwrite: bool,
) -> Result<Value, FunctionError> {
    for other in others.0 {
        if map.is_nil() {
            map = Map::new();
        }
        Merge { overwrite, nesting: interpreter.limits().value_nesting }.maps(&map, &other, 0)?;
    }
    Ok(Value::Map(map))
}

/// How tables are merged, by the rules of the Go module mergo.
struct Merge {
    overwrite: bool,
    nesting: usize,
}

impl Merge {
    fn maps(&self, into: &Map, from: &Map, depth: usize) -> Result<(), FunctionError> {
        if depth > self.nesting {
            return Err(Limit::ValueNesting(self.nesting).into());
        }
        for (key, new) in &*from.entries() {
            let old = into.get_key(&key);
            let both = (old.as_ref().and_then(Value::as_map), new.as_map());
            match both {
                (Some(old), Some(new)) if !old.is_nil() => {
                    crate::helm::template::deeply(|| self.maps(old, new, depth + 1))?;
                }
                _ => {}
            }
            if let (Some(old), Some(_)) = both
                && !old.is_empty()
            {
                continue;
            }
            let is_set = old.as_ref().is_some_and(|old| !is_blank(old));
            let is_wanted =
                if let Value::Nil = new { self.overwrite } else { self.overwrite || !is_set };
            if is_wanted {
                check_types(into, from)?;
                into.insert_key(key, new.clone())?;
            }
        }
        Ok(())
    }
}

/// Tells whether a value counts as not there: records always count as there.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Object(object) => {
            object.is_nil() || object.underlying().is_some_and(|v| !v.is_true())
        }
        value => !value.is_true(),
    }
}

// A table may have elements of one type only.
fn check_types(into: &Map, from: &Map) -> Result<(), FunctionError> {
    let (wanted, found) = (into.map_type().element, from.map_type().element);
    if found.is_assignable_to(wanted) {
        return Ok(());
    }
    Err(FunctionError::new(format_args!(
        "reflect.Value.SetMapIndex: value of type {found} is not assignable to type {wanted}"
    )))
}

/// `deepCopy`: a value with copies of all the lists and tables in it.
pub(super) fn deep_copy(
    interpreter: &mut Interpreter,
    value: Value,
) -> Result<Value, FunctionError> {
    if let Value::Nil = value {
        return Err("reflect: call of reflect.Value.Type on zero Value".into());
    }
    interpreter.charge_parts(&value)?;
    copied(&value, interpreter.limits().value_nesting)
}

fn copied(value: &Value, nesting: usize) -> Result<Value, FunctionError> {
    let Some(nesting) = nesting.checked_sub(1) else {
        return Err(Limit::ValueNesting(0).into());
    };
    crate::helm::template::deeply(|| match value {
        Value::Map(map) if !map.is_nil() => {
            let copy = Map::typed(map.map_type());
            for (key, value) in &*map.entries() {
                copy.insert_key(key, copied(value, nesting)?)?;
            }
            Ok(Value::Map(copy))
        }
        Value::List(list) if !list.is_nil() => {
            let elements = list.iter().map(|element| copied(&element, nesting));
            let elements = elements.collect::<Result<Vec<_>, _>>()?;
            Ok(Value::List(List::typed(list.list_type(), elements)))
        }
        Value::Object(object) => Ok(object.copied().unwrap_or_else(|| value.clone())),
        value => Ok(value.clone()),
    })
}
