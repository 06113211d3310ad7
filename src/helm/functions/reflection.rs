//! Functions that tell what values are, and whether two are the same.

use crate::helm::template::{Interpreter, Limit, deeply};
use crate::helm::value::{List, Map, Text, Value};

/// `typeOf`.
pub(super) fn type_of(value: Value) -> String {
    value.type_name()
}

/// `typeIs`.
pub(super) fn type_is(name: Text, value: Value) -> bool {
    name == value.type_name().as_str()
}

/// `typeIsLike`: whether a value is of a type, or a pointer to one.
pub(super) fn type_is_like(name: Text, value: Value) -> bool {
    let found = value.type_name();
    name == found.as_str() || found.strip_prefix('*').is_some_and(|pointed| name == pointed)
}

/// `kindOf`.
pub(super) fn kind_of(value: Value) -> String {
    value.kind().to_string()
}

/// `kindIs`.
pub(super) fn kind_is(name: Text, value: Value) -> bool {
    name == value.kind().to_string().as_str()
}

/// `deepEqual`.
pub(super) fn deep_equal(
    interpreter: &mut Interpreter,
    one: Value,
    other: Value,
) -> Result<bool, Limit> {
    is_deeply_equal(interpreter, &one, &other)
}

/// Tells whether two values are of the same type and have the same content.
pub(super) fn is_deeply_equal(
    interpreter: &Interpreter,
    one: &Value,
    other: &Value,
) -> Result<bool, Limit> {
    Comparison { nesting: interpreter.limits().value_nesting }.values(one, other, 0)
}

struct Comparison {
    nesting: usize,
}

impl Comparison {
    fn values(&self, one: &Value, other: &Value, depth: usize) -> Result<bool, Limit> {
        if depth > self.nesting {
            return Err(Limit::ValueNesting(self.nesting));
        }
        match (one, other) {
            (Value::List(one), Value::List(other)) => deeply(|| self.lists(one, other, depth + 1)),
            (Value::Map(one), Value::Map(other)) => deeply(|| self.maps(one, other, depth + 1)),
            (Value::Object(one), Value::Object(other)) => {
                if one.type_of() != other.type_of() {
                    return Ok(false);
                }
                let (fields, others) = (one.fields(), other.fields());
                if fields.is_empty() || fields.len() != others.len() {
                    let (one, other) = (Value::Object(one.clone()), Value::Object(other.clone()));
                    return Ok(one == other);
                }
                self.pairs(fields.iter().zip(&others).map(|(a, b)| (&a.1, &b.1)), depth + 1)
            }
            (one, other) => Ok(one == other),
        }
    }

    fn lists(&self, one: &List, other: &List, depth: usize) -> Result<bool, Limit> {
        let is_alike = one.list_type() == other.list_type()
            && one.is_nil() == other.is_nil()
            && one.len() == other.len();
        if !is_alike {
            return Ok(false);
        }
        for (one, other) in one.iter().zip(other.iter()) {
            if !self.values(&one, &other, depth)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn maps(&self, one: &Map, other: &Map, depth: usize) -> Result<bool, Limit> {
        let is_alike = one.map_type() == other.map_type()
            && one.is_nil() == other.is_nil()
            && one.len() == other.len();
        if !is_alike || one.is_same(other) {
            return Ok(is_alike);
        }
        let (one, other) = (one.entries(), other.entries());
        for (key, value) in &*one {
            let Some(counterpart) = other.get_key(&key) else { return Ok(false) };
            if !self.values(value, counterpart, depth)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn pairs<'a>(
        &self,
        mut pairs: impl Iterator<Item = (&'a Value, &'a Value)>,
        depth: usize,
    ) -> Result<bool, Limit> {
        pairs.try_fold(true, |same, (one, other)| {
            Ok(same && deeply(|| self.values(one, other, depth))?)
        })
    }
}
