//! The agent's logging commands: recognition, grammar and escapes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

// The agent searches by culture, which skips what has no weight: such characters inside the
// prefix do not break it.
const WEIGHTLESS: &str = r"[\p{Default_Ignorable_Code_Point}\p{Cf}[\p{Cc}--\t]]*";
static KEYWORD: LazyLock<Regex> = LazyLock::new(|| spaced("##vso"));
static PREFIX: LazyLock<Regex> = LazyLock::new(|| spaced("##vso["));

/// What the agent makes of one line.
#[derive(Debug, PartialEq)]
pub(crate) enum Line {
    /// Text for the log.
    Plain,
    /// The keyword of a command without its form: a warning, and the line goes to the log.
    Malformed,
    /// A command, which is not printed.
    Command(Command),
}

/// A parsed command.
#[derive(Debug, PartialEq)]
pub(crate) struct Command {
    /// The part of the name before the dot, in lower case.
    pub(crate) area: String,
    /// The part of the name behind the dot, in lower case.
    pub(crate) event: String,
    /// The properties by name in lower case, unescaped.
    pub(crate) properties: BTreeMap<String, String>,
    /// The text behind the command, unescaped.
    pub(crate) data: String,
    /// The text before the command, which the agent throws away.
    pub(crate) discarded: String,
}

impl Command {
    /// Returns a property that was given with a value.
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    /// Returns whether a property is `true` in any case; `1` is not.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.property(name).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
    }

    /// Returns `area.event`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.area, self.event)
    }
}

/// Returns what the agent makes of `line`.
pub(crate) fn recognise(line: &str, decode_percents: bool) -> Line {
    if let Some(command) = parse(line, decode_percents) {
        return Line::Command(command);
    }
    if KEYWORD.is_match(line) { Line::Malformed } else { Line::Plain }
}

fn parse(line: &str, decode_percents: bool) -> Option<Command> {
    let prefix = PREFIX.find(line)?;
    let (information, data) = line.get(prefix.end()..)?.split_once(']')?;
    let (name, properties) = information.split_once(' ').unwrap_or((information, ""));
    let parts: Vec<&str> = name.split('.').filter(|part| !part.is_empty()).collect();
    let [area, event] = parts.as_slice() else { return None };
    let properties = properties.split(';').filter_map(|piece| property(piece, decode_percents));
    Some(Command {
        area: area.to_lowercase(),
        event: event.to_lowercase(),
        properties: properties.collect(),
        data: unescape(data, decode_percents),
        discarded: line.get(..prefix.start())?.to_owned(),
    })
}

// .NET splits at the first `=` and drops empty entries, so `=` at the start of either side is lost.
fn property(piece: &str, decode_percents: bool) -> Option<(String, String)> {
    let (key, value) = piece.trim_start_matches('=').split_once('=')?;
    let value = value.trim_start_matches('=');
    (!value.is_empty()).then(|| (key.to_lowercase(), unescape(value, decode_percents)))
}

fn unescape(text: &str, decode_percents: bool) -> String {
    let escapes = [("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]")];
    let text = escapes.iter().fold(text.to_owned(), |text, (code, sign)| text.replace(code, sign));
    if decode_percents { text.replace("%AZP25", "%") } else { text }
}

fn spaced(word: &str) -> Regex {
    let signs: Vec<String> = word.chars().map(|sign| regex::escape(&sign.to_string())).collect();
    Regex::new(&signs.join(WEIGHTLESS)).expect("a valid pattern")
}
