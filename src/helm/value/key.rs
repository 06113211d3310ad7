//! Keys of tables that hold more than texts: `map[interface {}]interface {}`.

use crate::helm::value::Value;
use crate::helm::value::kind::Kind;
use std::cmp::Ordering;

/// A value that can be a key: anything but lists, tables and functions.
#[derive(Clone, Debug)]
pub struct Key(Value);

impl Key {
    /// Returns the value as a key, or `None` for one that Go cannot compare.
    pub fn new(value: Value) -> Option<Self> {
        match value {
            Value::Nil
            | Value::Bool(_)
            | Value::Int(..)
            | Value::Uint(..)
            | Value::Float(_)
            | Value::Complex(_)
            | Value::String(_) => Some(Self(value)),
            Value::List(_) | Value::Map(_) | Value::Object(_) | Value::Function(_) => None,
        }
    }

    /// Returns the value.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

// The order in which Go's fmt prints the keys of a map and text/template ranges over them: nil
// comes first, then type by type. Go leaves the order of the types open; here it is that of `Kind`.
impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(v, a), Value::Int(w, b)) if v == w => a.cmp(b),
            (Value::Uint(v, a), Value::Uint(w, b)) if v == w => a.cmp(b),
            (Value::Float(a), Value::Float(b)) => compare_floats(*a, *b),
            (Value::Complex(a), Value::Complex(b)) => {
                compare_floats(a.re, b.re).then(compare_floats(a.im, b.im))
            }
            (Value::String(a), Value::String(b)) => a.cmp(b),
            (a, b) => rank(a.kind()).cmp(&rank(b.kind())),
        }
    }
}

/// Orders floats as Go does: NaN comes before every number.
fn compare_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| b.is_nan().cmp(&a.is_nan()))
}

fn rank(kind: Kind) -> (u8, u8) {
    match kind {
        Kind::Invalid => (0, 0),
        Kind::Bool => (1, 0),
        Kind::Int(width) => (2, width as u8),
        Kind::Uint(width) => (3, width as u8),
        Kind::Float => (4, 0),
        Kind::Complex => (5, 0),
        Kind::String
        | Kind::Slice
        | Kind::Map
        | Kind::Struct
        | Kind::Pointer
        | Kind::Func
        | Kind::Interface => (6, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nil_is_first_and_each_type_is_in_its_own_order() {
        let values = [
            Value::from("b"),
            Value::from(1.5),
            Value::from(f64::NAN),
            Value::from(2_i64),
            Value::from(-1_i64),
            Value::from(true),
            Value::Nil,
            Value::from("a"),
            Value::int(2),
        ];
        let mut keys: Vec<_> = values.into_iter().filter_map(Key::new).collect();
        keys.sort();
        let shown: Vec<_> = keys.iter().map(|key| format!("{:?}", key.value())).collect();
        assert_eq!(
            shown.join(" "),
            "Nil Bool(true) Int(Native, 2) Int(Bits64, -1) Int(Bits64, 2) Float(NaN) Float(1.5) \
             String(\"a\") String(\"b\")"
        );
    }
}
