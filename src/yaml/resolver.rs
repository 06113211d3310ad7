//! What scalars mean in YAML 1.1, as go-yaml v2.2.1 understands it.

use crate::yaml::error::Error;
use crate::yaml::number::{self, Spelling, Whole};
use crate::yaml::timestamp::is_timestamp;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// What a scalar means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    /// A point in time, which counts as its text.
    Timestamp,
    /// Bytes behind `!!binary`.
    Binary(Vec<u8>),
    /// Its text.
    Text,
    /// Its text, which newer readers of YAML 1.1 take for a number.
    LooseNumber,
}

impl Meaning {
    /// Returns the name of the kind, as a tag.
    pub(crate) fn tag(&self) -> &'static str {
        match self {
            Self::Null => "!!null",
            Self::Bool(_) => "!!bool",
            Self::Int(_) | Self::Uint(_) => "!!int",
            Self::Float(_) => "!!float",
            Self::Timestamp => "!!timestamp",
            Self::Binary(_) => "!!binary",
            Self::Text | Self::LooseNumber => "!!str",
        }
    }
}

/// Returns what a scalar with such a tag, in its long form, and such a text means.
pub(crate) fn resolve(tag: &str, text: &str) -> Result<Meaning, Error> {
    let wanted = short_tag(tag);
    let found = match tag.strip_prefix(LONG_PREFIX) {
        Some("binary") => return binary(text).map(Meaning::Binary),
        Some("timestamp") => resolve_plain(text),
        Some("null" | "bool" | "int" | "float") => untimed(text),
        _ => return Ok(Meaning::Text),
    };
    match found {
        found if found.tag() == wanted => Ok(found),
        #[expect(clippy::cast_precision_loss, reason = "Go rounds in the same way")]
        Meaning::Int(number) if wanted == "!!float" => Ok(Meaning::Float(number as f64)),
        found => {
            let message = format!("cannot decode {} `{text}` as a {wanted}", found.tag());
            Err(Error::without_place(message))
        }
    }
}

const LONG_PREFIX: &str = "tag:yaml.org,2002:";

/// Returns the tag with `!!` for YAML's own ones.
pub(crate) fn short_tag(tag: &str) -> String {
    match tag.strip_prefix(LONG_PREFIX) {
        Some(name) => format!("!!{name}"),
        None => tag.to_owned(),
    }
}

/// Returns what a plain scalar without a tag means.
pub(crate) fn resolve_plain(text: &str) -> Meaning {
    match text.as_bytes() {
        [b'0'..=b'9', ..] if is_timestamp(text) => Meaning::Timestamp,
        _ => untimed(text),
    }
}

/// Returns what a text means if points in time are nothing special.
fn untimed(text: &str) -> Meaning {
    // The first character tells most texts from everything else.
    match text.as_bytes() {
        [] | [b'~'] => Meaning::Null,
        [b'+' | b'-' | b'0'..=b'9', ..] => number(text),
        [b'.', ..] => special_number(text)
            .or_else(|| number::fraction_from_point(text))
            .map_or(Meaning::Text, Meaning::Float),
        [b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O', ..] => word(text),
        _ => Meaning::Text,
    }
}

fn word(text: &str) -> Meaning {
    match text {
        "null" | "Null" | "NULL" => Meaning::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Meaning::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Meaning::Bool(false)
        }
        _ => Meaning::Text,
    }
}

fn special_number(text: &str) -> Option<f64> {
    Some(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    })
}

fn number(text: &str) -> Meaning {
    if let Some(number) = special_number(text) {
        return Meaning::Float(number);
    }
    let stripped;
    let digits = if text.contains('_') {
        stripped = text.replace('_', "");
        &stripped
    } else {
        text
    };
    match number::whole(digits) {
        Some(Whole::Int(number)) => return Meaning::Int(number),
        Some(Whole::Uint(number)) => return Meaning::Uint(number),
        None => {}
    }
    if let Some(number) = number::fraction(digits, Spelling::Strict) {
        return Meaning::Float(number);
    }
    match number::fraction(digits, Spelling::Loose) {
        Some(_) => Meaning::LooseNumber,
        None => Meaning::Text,
    }
}

// Go's decoder passes over line breaks, and bits that do not fill a byte may be anything.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

fn binary(text: &str) -> Result<Vec<u8>, Error> {
    BASE64
        .decode(text.replace(['\r', '\n'], ""))
        .map_err(|_cause| Error::without_place("!!binary value contains invalid base64 data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, text: &str, expected: &str) {
        let found = match tag {
            "" => Ok(resolve_plain(text)),
            name => resolve(&format!("tag:yaml.org,2002:{name}"), text),
        };
        let found = found.map_or_else(|error| error.to_string(), |meaning| format!("{meaning:?}"));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn plain_scalars_are_what_they_look_like() {
        check("", "", "Null");
        check("", "off", "Bool(false)");
        check("", "oN", "Text");
        check("", "1_000", "Int(1000)");
        check("", "1e3", "LooseNumber");
        check("", "1_0.", "LooseNumber");
        check("", "1e+3", "Float(1000.0)");
        check("", "-.INF", "Float(-inf)");
        check("", "2001-01-01", "Timestamp");
        check("", "+.5", "Float(0.5)");
        check("", "<<", "Text");
    }

    #[test]
    fn a_tag_has_to_fit() {
        check("int", "0x10", "Int(16)");
        check("float", "1", "Float(1.0)");
        check("str", "1", "Text");
        check("timestamp", "2001-01-01", "Timestamp");
        check("int", "x", "cannot decode !!str `x` as a !!int");
        check("int", "2001-01-01", "cannot decode !!str `2001-01-01` as a !!int");
        check("null", "1.5", "cannot decode !!float `1.5` as a !!null");
        check("other", "1", "Text");
    }

    #[test]
    fn binary_is_base64() {
        check("binary", "aGk\n=", "Binary([104, 105])");
        check("binary", "aGk", "!!binary value contains invalid base64 data");
    }
}
