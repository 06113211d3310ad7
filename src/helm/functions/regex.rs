//! Functions on regular expressions in the dialect of Go.

mod class;
mod classes;
mod compiled;
mod names;
mod syntax;
mod translation;

use crate::helm::Profile;
use crate::helm::functions::regex::compiled::{Compiled, compiled};
use crate::helm::functions::regex::syntax::SyntaxError;
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::{List, STRINGS, Text, Value};
use std::rc::Rc;

/// Tells whether a text is an expression to Go.
pub(crate) fn is_expression(text: &str, profile: Profile) -> bool {
    compiled(&Text::from(text), profile).is_ok()
}

/// Returns an expression, or the panic that Go answers a wrong one with.
fn demanded(expression: &Text, profile: Profile) -> Result<Rc<Compiled>, FunctionError> {
    compiled(expression, profile).map_err(|error| {
        let bytes = expression.as_bytes();
        let shown = match expression.as_str().filter(|_| crate::helm::format::can_back_quote(bytes))
        {
            Some(text) => format!("`{text}`"),
            None => crate::helm::format::quoted(bytes, crate::helm::format::Escape::Needed),
        };
        FunctionError::new(format_args!("regexp: Compile({shown}): {error}"))
    })
}

/// `regexMatch`: whether an expression matches a part of a text; a wrong one matches nothing.
pub(super) fn regex_match(interpreter: &mut Interpreter, expression: Text, text: Text) -> bool {
    must_regex_match(interpreter, expression, text).unwrap_or(false)
}

/// `mustRegexMatch`.
pub(super) fn must_regex_match(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
) -> Result<bool, SyntaxError> {
    Ok(!compiled(&expression, interpreter.profile())?.matches(text.as_bytes(), Some(1)).is_empty())
}

/// `regexFind`: the first match, or nothing.
pub(super) fn regex_find(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
) -> Result<Text, FunctionError> {
    Ok(found(&*demanded(&expression, interpreter.profile())?, &text))
}

/// `mustRegexFind`.
pub(super) fn must_regex_find(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
) -> Result<Text, SyntaxError> {
    Ok(found(&*compiled(&expression, interpreter.profile())?, &text))
}

fn found(expression: &Compiled, text: &Text) -> Text {
    let matches = expression.matches(text.as_bytes(), Some(1));
    let range = matches.first().and_then(|one| one.first().cloned().flatten());
    range.and_then(|range| text.as_bytes().get(range)).unwrap_or_default().into()
}

/// `regexFindAll`: the first so many matches; all with a negative number.
pub(super) fn regex_find_all(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    most: isize,
) -> Result<List, FunctionError> {
    Ok(all(&*demanded(&expression, interpreter.profile())?, &text, most))
}

/// `mustRegexFindAll`.
pub(super) fn must_regex_find_all(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    most: isize,
) -> Result<List, SyntaxError> {
    Ok(all(&*compiled(&expression, interpreter.profile())?, &text, most))
}

fn all(expression: &Compiled, text: &Text, most: isize) -> List {
    let ranges = expression.ranges(text.as_bytes(), usize::try_from(most).ok());
    if ranges.is_empty() {
        return List::nil(&STRINGS);
    }
    List::strings(ranges.into_iter().filter_map(|range| text.as_bytes().get(range)))
}

/// `regexReplaceAll`: `$1` and `${name}` stand for what groups matched.
pub(super) fn regex_replace_all(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    template: Text,
) -> Result<Text, FunctionError> {
    replaced(interpreter, &*demanded(&expression, interpreter.profile())?, &text, &template, true)
}

/// `mustRegexReplaceAll`.
pub(super) fn must_regex_replace_all(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    template: Text,
) -> Result<Text, FunctionError> {
    replaced(interpreter, &*compiled(&expression, interpreter.profile())?, &text, &template, true)
}

/// `regexReplaceAllLiteral`.
pub(super) fn regex_replace_all_literal(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    replacement: Text,
) -> Result<Text, FunctionError> {
    replaced(
        interpreter,
        &*demanded(&expression, interpreter.profile())?,
        &text,
        &replacement,
        false,
    )
}

/// `mustRegexReplaceAllLiteral`.
pub(super) fn must_regex_replace_all_literal(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    replacement: Text,
) -> Result<Text, FunctionError> {
    replaced(
        interpreter,
        &*compiled(&expression, interpreter.profile())?,
        &text,
        &replacement,
        false,
    )
}

fn replaced(
    interpreter: &mut Interpreter,
    expression: &Compiled,
    text: &Text,
    template: &Text,
    expand: bool,
) -> Result<Text, FunctionError> {
    let bytes = text.as_bytes();
    let (mut output, mut end) = (Vec::new(), 0);
    for groups in expression.matches(bytes, None) {
        let Some(range) = groups.first().cloned().flatten() else { continue };
        output.extend_from_slice(bytes.get(end..range.start).unwrap_or_default());
        end = range.end;
        if expand {
            expression.expand(template.as_bytes(), bytes, &groups, &mut output);
        } else {
            output.extend_from_slice(template.as_bytes());
        }
        if output.len() > interpreter.limits().text {
            break;
        }
    }
    output.extend_from_slice(bytes.get(end..).unwrap_or_default());
    interpreter.charge(output.len())?;
    Ok(output.into())
}

/// `regexSplit`: what is between matches, in at most so many parts; all with a negative number.
pub(super) fn regex_split(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    most: isize,
) -> Result<List, FunctionError> {
    let compiled = demanded(&expression, interpreter.profile())?;
    Ok(split(&compiled, &expression, &text, most))
}

/// `mustRegexSplit`.
pub(super) fn must_regex_split(
    interpreter: &mut Interpreter,
    expression: Text,
    text: Text,
    most: isize,
) -> Result<List, SyntaxError> {
    let compiled = compiled(&expression, interpreter.profile())?;
    Ok(split(&compiled, &expression, &text, most))
}

fn split(compiled: &Compiled, expression: &Text, text: &Text, most: isize) -> List {
    if most == 0 {
        return List::nil(&STRINGS);
    }
    let bytes = text.as_bytes();
    if bytes.is_empty() && !expression.is_empty() {
        return List::strings([""]);
    }
    let most = usize::try_from(most).ok();
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    for range in compiled.ranges(bytes, most) {
        if most.is_some_and(|most| parts.len() + 1 == most) {
            break;
        }
        end = range.start;
        // Nothing at the very beginning separates nothing.
        if range.end != 0 {
            parts.push(Text::from(bytes.get(start..end).unwrap_or_default()));
        }
        start = range.end;
    }
    if end != bytes.len() {
        parts.push(bytes.get(start..).unwrap_or_default().into());
    }
    List::typed(&STRINGS, parts.into_iter().map(Value::String).collect())
}

/// `regexQuoteMeta`: an expression that matches only the text.
pub(super) fn regex_quote_meta(text: Text) -> Text {
    let mut output = Vec::with_capacity(text.len());
    for byte in text.as_bytes() {
        if br"\.+*?()|[]{}^$".contains(byte) {
            output.push(b'\\');
        }
        output.push(*byte);
    }
    output.into()
}
