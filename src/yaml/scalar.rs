//! Single texts as scalars, for who puts one into a document that stays as it is.

use crate::yaml::analysis::{self, analyze, is_break};
use crate::yaml::emitter::{Emitter, Wanted};
use crate::yaml::writer::{LooseNumbers, wanted};

/// The quotes of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// None.
    None,
    /// `'`.
    Single,
    /// `"`.
    Double,
}

/// Returns a text as a scalar of one line, in these quotes or in the ones that it needs. Every
/// reader takes it for a text. `in_flow`: it stands within brackets.
pub fn scalar(text: &str, quotes: Quotes, in_flow: bool) -> String {
    let analysis = analyze(text);
    let wanted = wanted(text, LooseNumbers::Quoted);
    // A reader would take `<<` for a merge.
    let means_itself = wanted == Wanted::Plain && text != "<<";
    let single = !analysis.multiline && analysis.quotes != analysis::Quotes::Double;
    let bracket = |c: char| ",?[]{}".contains(c);
    let plain = single
        && means_itself
        && analysis.quotes == analysis::Quotes::None
        && !(in_flow && text.contains(bracket));
    let mut emitter = Emitter::new();
    match quotes {
        Quotes::None if plain => return text.to_owned(),
        Quotes::None if single && means_itself => emitter.write_single_quoted(text, false),
        Quotes::Single if single => emitter.write_single_quoted(text, false),
        Quotes::None | Quotes::Single | Quotes::Double => emitter.write_double_quoted(text, false),
    }
    emitter.out
}

/// Tells whether a text of several lines can stand in single quotes.
pub(crate) fn may_be_single_quoted(text: &str) -> bool {
    analyze(text).quotes != analysis::Quotes::Double
}

/// Returns a text as a literal block: what stands behind the key, and the lines below it without
/// their indentation. `None` for a text that cannot be one, or only one that depends on the lines
/// behind it. Each level of indentation has `step` columns.
pub fn literal(text: &str, step: usize) -> Option<(String, Vec<&str>)> {
    let is_odd = |c: char| is_break(c) && c != '\n';
    let ends = text.strip_suffix('\n').unwrap_or(text);
    if !analyze(text).literal || text.contains(is_odd) || ends.is_empty() || ends.ends_with('\n') {
        return None;
    }
    let indicator = if text.starts_with([' ', '\n']) { step.to_string() } else { String::new() };
    let chomping = if text.ends_with('\n') { "" } else { "-" };
    Some((format!("|{indicator}{chomping}"), ends.split('\n').collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Keys, Mapping, Value, read};

    fn check(text: &str, expected: [&str; 3]) {
        let found = [Quotes::None, Quotes::Single, Quotes::Double]
            .map(|quotes| scalar(text, quotes, false));
        assert_eq!(found, expected);
        for (quotes, in_flow) in
            found.iter().zip([false; 3]).chain([(&scalar(text, Quotes::None, true), true)])
        {
            let document =
                if in_flow { format!("{{a: {quotes}}}") } else { format!("a: {quotes}\n") };
            let value = Value::Mapping(Mapping::from_iter([("a".into(), text.into())]));
            assert_eq!(read(document.as_bytes(), Keys::Text), Ok(value), "{document}");
        }
    }

    #[test]
    fn a_text_keeps_the_quotes_that_can_hold_it() {
        check("a b", ["a b", "'a b'", r#""a b""#]);
        check("it's", ["it's", "'it''s'", r#""it's""#]);
        check("a: b", ["'a: b'", "'a: b'", r#""a: b""#]);
        check("1.5", [r#""1.5""#, "'1.5'", r#""1.5""#]);
        check("1e3", [r#""1e3""#, "'1e3'", r#""1e3""#]);
        check("yes", [r#""yes""#, "'yes'", r#""yes""#]);
        check("", [r#""""#, "''", r#""""#]);
        check("<<", [r#""<<""#, "'<<'", r#""<<""#]);
        check("a\nb", [r#""a\nb""#; 3]);
        check("a\u{2028}b", [r#""a\Lb""#; 3]);
        check("😀", [r#""\U0001F600""#; 3]);
        check("a,b", ["a,b", "'a,b'", r#""a,b""#]);
        check("[a]", ["'[a]'", "'[a]'", r#""[a]""#]);
    }

    #[test]
    fn what_a_flow_would_end_at_gets_quotes_there() {
        assert_eq!(scalar("a,b", Quotes::None, true), "'a,b'");
        assert_eq!(scalar("a b", Quotes::None, true), "a b");
    }

    #[test]
    fn a_literal_block_tells_its_end_and_its_indentation() {
        let shown = |text| literal(text, 2).map(|(head, lines)| format!("{head} {lines:?}"));
        assert_eq!(shown("a\nb").as_deref(), Some(r#"|- ["a", "b"]"#));
        assert_eq!(shown("a\n\nb\n").as_deref(), Some(r#"| ["a", "", "b"]"#));
        assert_eq!(shown(" a\n").as_deref(), Some(r#"|2 [" a"]"#));
        assert_eq!(shown("a\n\n"), None);
        assert_eq!(shown("\n"), None);
        assert_eq!(shown("a \nb"), None);
    }
}
