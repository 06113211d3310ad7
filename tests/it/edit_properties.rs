//! What holds for every edit that keeps the rest of a file: it says what a file that is written
//! anew says, and what it is not about stays as it was.

use std::ops::Range;

use fabrikate_gitops::definition::config::Config;
use fabrikate_gitops::edit::file::{Format, Target};
use fabrikate_gitops::edit::preserve::Reason;
use fabrikate_gitops::edit::set::{Values, with_values};
use fabrikate_gitops::edit::{EditError, Style};
use fabrikate_gitops::yaml::{self, Piece, Shape};

use crate::it::edit_documents::{Writer, values};
use crate::it::yaml_properties::Chance;

fn target(text: &str, format: Format) -> Target {
    Target { path: "config/common.yaml".into(), format, content: Some(text.as_bytes().to_vec()) }
}

/// Returns what a file says, without what makes no difference between the two ways of writing.
fn meaning(text: &[u8], format: Format) -> String {
    fn without_empty(config: &mut Config) {
        config.values = config.values.take().filter(|values| !values.is_empty());
        config.subcomponents.values_mut().for_each(without_empty);
    }
    let mut config = format.read(text, Config::read, Config::read).expect("sound");
    without_empty(&mut config);
    format!("{config:#?}").replace("Loose(", "String(")
}

/// What of a file an edit may touch.
struct Touched {
    /// The lines that may change; others may be added at one place.
    lines: Range<usize>,
    /// The bytes that may go.
    bytes: Range<usize>,
}

/// Returns what setting the value of a path of keys may touch.
fn touched(text: &str, keys: &[&str]) -> Touched {
    let nothing = || Touched { lines: 0..0, bytes: 0..0 };
    let line = |at: usize| text.get(..at).expect("sound").matches('\n').count();
    let lines = |from: &Piece, to: &Piece| line(from.start)..line(to.end) + 1;
    let Some(layout) = yaml::layout(text).expect("sound") else {
        return nothing();
    };
    let (mut key, mut piece) = (&layout.root, &layout.root);
    for name in keys {
        let Shape::Mapping { flow, entries } = &piece.shape else {
            return Touched { lines: lines(key, piece), bytes: piece.content..piece.end };
        };
        let is_it = |(key, _): &&(Piece, Piece)| matches!(&key.shape, Shape::Scalar { text, .. } if text == name);
        match entries.iter().rfind(is_it) {
            Some((found, value)) => (key, piece) = (found, value),
            None if entries.is_empty() || *flow => {
                return Touched { lines: lines(key, piece), bytes: 0..0 };
            }
            None => return nothing(),
        }
    }
    Touched { lines: lines(key, piece), bytes: piece.content..piece.end }
}

/// Returns the lines of the old text between those that both texts begin and end with.
fn changed_lines(old: &str, new: &str) -> Range<usize> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let same = |(old, new): &(&&str, &&str)| old == new;
    let first = old.iter().zip(&new).take_while(same).count();
    let rest = old.len().min(new.len()) - first;
    let last = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(same).count();
    first..old.len() - last
}

/// Tells whether an edit of one value has left everything else alone; else it panics with why.
fn is_untouched(old: &str, new: &str, values: &Values) -> bool {
    let assignment = values.assignments.first().expect("one");
    let above = values.subcomponent.iter().flat_map(|name| ["subcomponents", name]);
    let keys: Vec<&str> =
        above.chain(["config"]).chain(assignment.path.iter().map(String::as_str)).collect();
    let touched = touched(old, &keys);
    let changed = changed_lines(old, new);
    let may_change = touched.lines.start <= changed.start && changed.end <= touched.lines.end;
    assert!(changed.is_empty() || may_change, "{changed:?} {keys:?}\n{old}\n-----\n{new}");
    for (at, comment) in old.match_indices("#c") {
        let end = old.get(at + 1..).and_then(|rest| rest.find('#')).expect("an end");
        let comment = old.get(at..at + 1 + end + 1).unwrap_or(comment);
        let goes = touched.bytes.contains(&at);
        assert!(goes || new.contains(comment), "{comment} {keys:?}\n{old}\n-----\n{new}");
    }
    true
}

/// Edits a file in both ways and returns the one that is kept, or why it is refused.
fn kept(old: &str, format: Format, values: &Values) -> Result<String, EditError> {
    let target = target(old, format);
    let rewritten = with_values(&target, values, Style::Fabrikate);
    let kept = match with_values(&target, values, Style::Preserving) {
        Ok(kept) => kept,
        Err(EditError::Refused { file, source }) => {
            return Err(EditError::Refused { file, source });
        }
        Err(error) => {
            let other = rewritten.expect_err(&format!("{error} {values:?}\n{old}"));
            assert_eq!(other.to_string(), error.to_string());
            return Err(error);
        }
    };
    // Fabrikate's own way of writing cannot hold everything.
    if let Ok(rewritten) = rewritten {
        let found = meaning(&kept, format);
        assert_eq!(found, meaning(&rewritten, format), "{values:?}\n{old}");
    }
    Ok(String::from_utf8(kept).expect("UTF-8"))
}

fn reason(error: EditError) -> Option<Reason> {
    match error {
        EditError::Refused { source, .. } => Some(source.reason),
        _ => None,
    }
}

#[test]
fn an_edit_says_what_a_rewritten_file_says_and_touches_nothing_else() {
    let (mut made, mut refused) = (0, Vec::new());
    for seed in 0..5_000 {
        let old = Writer::new(seed).document();
        let mut chance = Chance(seed ^ 0x5EED);
        let count = *chance.one_of(&[1, 1, 1, 2, 5]);
        let values = values(&mut chance, count);
        match kept(&old, Format::Yaml, &values) {
            Err(error) => refused.extend(reason(error)),
            Ok(new) => {
                made += 1;
                let text = |text: &str| text.trim_start_matches('\u{FEFF}').to_owned();
                assert!(count > 1 || is_untouched(&text(&old), &text(&new), &values));
            }
        }
    }
    let known = |reason: &Reason| {
        matches!(reason, Reason::Alias | Reason::Anchor(_) | Reason::Merge | Reason::Unfinished)
    };
    assert!(refused.iter().all(known), "{refused:?}");
    assert!(made > 4_500 && !refused.is_empty(), "{made} {}", refused.len());
}

#[test]
fn an_edit_of_json_does_too() {
    let mut made = 0;
    for seed in 0..2_000 {
        let mut chance = Chance(seed);
        let value = json(&mut chance, 3);
        let config = serde_json::json!({ "Config": value, "namespace": "n", "other": [1] });
        let old = match chance.below(3) {
            0 => config.to_string(),
            1 => serde_json::to_string_pretty(&config).expect("JSON"),
            _ => serde_json::to_string_pretty(&config).expect("JSON").replace("  ", "\t") + "\n",
        };
        let count = *chance.one_of(&[1, 3]);
        let values = values(&mut chance, count);
        match kept(&old, Format::Json, &values) {
            Err(error) => assert_eq!(reason(error), None),
            Ok(new) => {
                made += 1;
                let is_pretty = new.lines().count() > 2;
                assert!(!is_pretty || new.contains("\"namespace\": \"n\""), "{new}");
                let other = |text: &str| text.lines().last().map(str::to_owned);
                assert!(!is_pretty || other(&old) == other(&new), "{old}\n{new}");
            }
        }
    }
    assert!(made > 1_200, "{made}");
}

fn json(chance: &mut Chance, depth: usize) -> serde_json::Value {
    let keys = ["a", "b", "c", "it's", "x.y", "1", "<tag>", "long-key"];
    match chance.below(if depth > 0 { 8 } else { 5 }) {
        0 => serde_json::Value::Null,
        1 => serde_json::json!(1.5),
        2 => serde_json::json!(["x", { "y": "}" }]),
        3 => serde_json::json!({}),
        4 if depth < 3 => serde_json::json!("te\"xt\u{2028}"),
        _ => {
            let first = chance.below(keys.len());
            let keys = keys.iter().cycle().skip(first).take(1 + chance.below(4));
            keys.map(|key| ((*key).to_owned(), json(chance, depth.saturating_sub(1)))).collect()
        }
    }
}

#[test]
fn changed_files_are_edited_or_refused() {
    let bits = [
        "\n", "  ", "\t", "\r", ": ", "- ", "? ", "#", "|", ">", "'", "\"", "{", "}", "[", "]",
        ",", "&a ", "*a", "<<: ", "!t ", "---\n", "...\n", "\u{2028}", "\u{FEFF}", "~", "%",
    ];
    let mut made = 0;
    for seed in 0..6_000 {
        let mut text = Writer::new(seed).document();
        let mut chance = Chance(seed ^ 0xF00D);
        for _ in 0..=chance.below(3) {
            let at = text.floor_char_boundary(chance.below(text.len() + 1));
            if chance.below(4) == 0 {
                text.truncate(at);
            } else {
                let bit = *chance.one_of(&bits);
                text.insert_str(at, bit);
            }
        }
        let values = values(&mut chance, 1);
        made += usize::from(kept(&text, Format::Yaml, &values).is_ok());
    }
    assert!(made > 2_000, "{made}");
}
