//! What is wrong, in the words of jsonschema v6.

use crate::helm::format::{Escape, FloatStyle, float, quoted};
use boon::{CompileError, ErrorKind, ValidationError};
use serde_json::{Number, Value};

/// Returns what is wrong with values, a line each; what belongs to a line is indented beneath it.
pub(super) fn causes(error: &ValidationError<'_, '_>) -> String {
    let mut text = String::new();
    add(error, 0, &mut text);
    text
}

// A tree of errors is as deep as the schema, for which the reader has a limit.
fn add(error: &ValidationError<'_, '_>, depth: usize, text: &mut String) {
    let is_root = matches!(error.kind, ErrorKind::Schema { .. });
    let is_skipped = error.causes.len() == 1 && matches!(error.kind, ErrorKind::Reference { .. });
    let mut inner = depth;
    if !is_root && !is_skipped {
        let place = quote(&error.instance_location.to_string());
        let line = format!("{}- at {place}: {}\n", "  ".repeat(depth), words(&error.kind));
        text.push_str(&line);
        inner += 1;
    }
    for cause in &error.causes {
        add(cause, inner, text);
    }
}

/// Returns what is wrong with a schema.
pub(super) fn of_schema(error: &CompileError) -> String {
    match error {
        CompileError::ValidationError { url, src } => {
            let metaschema = match &src.kind {
                ErrorKind::Schema { url } => url,
                _ => "",
            };
            let hash = if url.contains('#') { "" } else { "#" };
            let end = if metaschema.ends_with('#') { "" } else { "#" };
            let causes = causes(src);
            format!(
                "\"{url}{hash}\" is not valid against metaschema: jsonschema validation failed with \
                 '{metaschema}{end}'\n{}",
                causes.trim_end()
            )
        }
        CompileError::InvalidRegex { url, regex, .. } => {
            format!("invalid regex {} at \"{url}\"", quote(regex))
        }
        CompileError::JsonPointerNotFound(place) => {
            format!("json-pointer in \"{place}\" not found")
        }
        other => other.to_string(),
    }
}

fn words(kind: &ErrorKind<'_, '_>) -> String {
    match kind {
        ErrorKind::Group | ErrorKind::Schema { .. } | ErrorKind::Reference { .. } => {
            "validation failed".to_owned()
        }
        ErrorKind::ContentSchema => "'contentSchema' failed".to_owned(),
        ErrorKind::PropertyName { prop } => format!("invalid propertyName {}", quote(prop)),
        ErrorKind::RefCycle { url, kw_loc1, kw_loc2 } => {
            format!("both {kw_loc1} and {kw_loc2} resolve to \"{url}\" causing reference cycle")
        }
        ErrorKind::FalseSchema => "false schema".to_owned(),
        ErrorKind::Type { got, want } => {
            format!("got {got}, want {}", joined(want.iter(), " or "))
        }
        ErrorKind::Enum { want } => chosen(want),
        ErrorKind::Const { want } => match shown(want) {
            Some(want) => format!("value must be {want}"),
            None => "'const' failed".to_owned(),
        },
        ErrorKind::Format { got, want, err } => {
            format!("{} is not valid {want}: {err}", shown(got).unwrap_or_default())
        }
        ErrorKind::AdditionalProperties { got } => {
            format!(
                "additional properties {} not allowed",
                joined(got.iter().map(|p| quote(p)), ", ")
            )
        }
        ErrorKind::Required { want } => match want.as_slice() {
            [one] => format!("missing property {}", quote(one)),
            all => format!("missing properties {}", joined(all.iter().map(|p| quote(p)), ", ")),
        },
        ErrorKind::Dependency { prop, missing }
        | ErrorKind::DependentRequired { prop, missing } => {
            let missing = joined(missing.iter().map(|p| quote(p)), ", ");
            format!("properties {missing} required, if {} exists", quote(prop))
        }
        ErrorKind::Pattern { got, want } => {
            format!("{} does not match pattern {}", quote(got), quote(want))
        }
        ErrorKind::ContentEncoding { want, err } => {
            format!("value is not {} encoded: {err}", quote(want))
        }
        ErrorKind::ContentMediaType { want, err, .. } => {
            format!("value is not of mediatype {}: {err}", quote(want))
        }
        ErrorKind::Not => "'not' failed".to_owned(),
        ErrorKind::AllOf => "'allOf' failed".to_owned(),
        ErrorKind::AnyOf => "'anyOf' failed".to_owned(),
        ErrorKind::OneOf(None) => "'oneOf' failed, none matched".to_owned(),
        ErrorKind::OneOf(Some((one, other))) => {
            format!("'oneOf' failed, subschemas {one}, {other} matched")
        }
        counted => of_counted(counted).or_else(|| of_number(counted)).unwrap_or_default(),
    }
}

/// Returns the words for too few or too many of something.
fn of_counted(kind: &ErrorKind<'_, '_>) -> Option<String> {
    let limit =
        |name: &str, got: usize, want: usize| Some(format!("{name}: got {got}, want {want}"));
    match kind {
        ErrorKind::MinProperties { got, want } => limit("minProperties", *got, *want),
        ErrorKind::MaxProperties { got, want } => limit("maxProperties", *got, *want),
        ErrorKind::MinItems { got, want } => limit("minItems", *got, *want),
        ErrorKind::MaxItems { got, want } => limit("maxItems", *got, *want),
        ErrorKind::MinLength { got, want } => limit("minLength", *got, *want),
        ErrorKind::MaxLength { got, want } => limit("maxLength", *got, *want),
        ErrorKind::Contains => Some("no items match contains schema".to_owned()),
        ErrorKind::MinContains { got, want } if got.is_empty() => {
            Some(format!("min {want} items required to match contains schema, but none matched"))
        }
        ErrorKind::MinContains { got, want } => Some(matching("min", *want, got)),
        ErrorKind::MaxContains { got, want } => Some(matching("max", *want, got)),
        ErrorKind::UniqueItems { got: [one, other] } => {
            Some(format!("items at {one} and {other} are equal"))
        }
        ErrorKind::AdditionalItems { got } => {
            Some(format!("last {got} additionalItem(s) not allowed"))
        }
        _ => None,
    }
}

fn matching(limit: &str, want: usize, got: &[usize]) -> String {
    let places = joined(got.iter(), " ");
    let count = got.len();
    format!(
        "{limit} {want} items required to match contains schema, but matched {count} items at \
         {places}"
    )
}

fn of_number(kind: &ErrorKind<'_, '_>) -> Option<String> {
    let (name, got, want) = match kind {
        ErrorKind::Minimum { got, want } => ("minimum", got, want),
        ErrorKind::Maximum { got, want } => ("maximum", got, want),
        ErrorKind::ExclusiveMinimum { got, want } => ("exclusiveMinimum", got, want),
        ErrorKind::ExclusiveMaximum { got, want } => ("exclusiveMaximum", got, want),
        ErrorKind::MultipleOf { got, want } => ("multipleOf", got, want),
        _ => return None,
    };
    Some(format!("{name}: got {}, want {}", number(got), number(want)))
}

fn number(number: &Number) -> String {
    match number.as_f64() {
        Some(number) => float(number, FloatStyle::General, None),
        None => number.to_string(),
    }
}

fn chosen(want: &[Value]) -> String {
    let shown: Option<Vec<String>> = want.iter().map(shown).collect();
    match shown.as_deref() {
        Some([one]) => format!("value must be {one}"),
        Some(all) => format!("value must be one of {}", all.join(", ")),
        None => "'enum' failed".to_owned(),
    }
}

/// Returns a value that is no list and no table.
fn shown(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => quote(text),
        Value::Array(_) | Value::Object(_) => return None,
    })
}

fn joined(parts: impl Iterator<Item = impl ToString>, between: &str) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(between)
}

/// Returns a text in single quotes.
fn quote(text: &str) -> String {
    let quoted = quoted(text.as_bytes(), Escape::Needed);
    let inner = quoted.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    let inner = inner.unwrap_or_default().replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{inner}'")
}
