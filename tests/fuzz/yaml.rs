//! The YAML reader and writer: what is read and written is read again as the same.

use fabrikate_gitops::yaml::{self, Keys, LooseNumbers, Value};

/// Checks what holds for all bytes.
pub(crate) fn check(text: &[u8]) {
    if let Ok(text) = std::str::from_utf8(text) {
        drop(yaml::layout(text));
    }
    for keys in [Keys::Text, Keys::Typed] {
        let Ok(value) = yaml::read(text, keys) else {
            continue;
        };
        let written = yaml::write(&value, LooseNumbers::Quoted);
        if is_lost(&value) {
            continue;
        }
        let again = match yaml::read(&written, keys) {
            Ok(again) => again,
            Err(error) => panic!("{error}: {}", String::from_utf8_lossy(&written)),
        };
        if keys == Keys::Typed {
            // The keys 1 and 1.0 are written alike.
            continue;
        }
        let rewritten = yaml::write(&again, LooseNumbers::Quoted);
        assert_eq!(String::from_utf8_lossy(&written), String::from_utf8_lossy(&rewritten));
    }
}

/// Tells whether Fabrikate's way of writing loses what a value means: the key `<<` has no quotes.
fn is_lost(value: &Value) -> bool {
    match value {
        Value::Sequence(items) => items.iter().any(is_lost),
        Value::Mapping(mapping) => mapping
            .iter()
            .any(|(key, value)| is_lost(key) || is_lost(value) || key.as_str() == Some("<<")),
        _ => false,
    }
}
