//! From Go's dialect to that of the crate regex, with Go's complaints.

use crate::helm::Profile;
use crate::helm::functions::regex::class;
use crate::helm::functions::regex::syntax::{Fault, SyntaxError};

/// An expression for the crate regex.
#[derive(Clone, Debug, Default)]
pub(super) struct Translation {
    pub(super) pattern: String,
    /// The names of the groups, the first of which is the whole expression.
    pub(super) names: Vec<Option<String>>,
    /// Whether it asks for places that are no boundaries of words, which may be within characters.
    pub(super) needs_bytes: bool,
}

/// What `(?ims-U)` sets.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of Go's")]
struct Flags {
    fold: bool,
    lines: bool,
    dot_all: bool,
    lazy: bool,
}

/// A group that is not closed yet.
#[derive(Debug, Default)]
struct Group {
    opening: &'static str,
    /// What holds around the group.
    flags: Flags,
    /// What was read since the last bar.
    pieces: Vec<Piece>,
    alternatives: String,
    /// The most that repetitions in it multiply to, and how deep it is.
    repeats: u32,
    depth: u32,
}

#[derive(Debug)]
struct Piece {
    pattern: String,
    repeats: u32,
    depth: u32,
}

/// How deeply Go lets expressions nest, and how often it lets a part be repeated.
const NESTING: u32 = 1000;
const MOST_REPEATS: u32 = 1000;

/// Returns an expression of Go's for the crate regex.
pub(super) fn translated(expression: &str, profile: Profile) -> Result<Translation, SyntaxError> {
    let mut translator = Translator {
        profile,
        whole: expression,
        flags: Flags::default(),
        groups: vec![Group::default()],
        translation: Translation { names: vec![None], ..Translation::default() },
    };
    translator.read()?;
    Ok(translator.translation)
}

struct Translator<'a> {
    profile: Profile,
    whole: &'a str,
    flags: Flags,
    groups: Vec<Group>,
    translation: Translation,
}

impl<'a> Translator<'a> {
    fn read(&mut self) -> Result<(), SyntaxError> {
        let mut rest = self.whole;
        // Where the last token was a repetition, the text from its beginning.
        let mut last_repeat: Option<&str> = None;
        while let Some(first) = rest.chars().next() {
            let before = rest;
            let mut repeat = None;
            rest = match first {
                '(' => self.open(rest)?,
                ')' => self.close(rest)?,
                '|' => self.alternative(rest),
                '*' | '+' | '?' => {
                    repeat = Some(before);
                    self.repeat(before, first.len_utf8(), &first.to_string(), 1, last_repeat)?
                }
                '{' => match counts(rest) {
                    Some(counts) => {
                        repeat = Some(before);
                        self.repeat_counted(before, counts, last_repeat)?
                    }
                    None => self.literal(first, rest.get(1..)),
                },
                '[' => {
                    let (class, after) = class::bracketed(rest, self.flags.fold, self.profile)?;
                    self.push(class);
                    after
                }
                '\\' => self.escaped(rest)?,
                '^' | '$' | '.' => {
                    let pattern = match (first, self.flags) {
                        ('^', Flags { lines: false, .. }) => r"\A",
                        ('^', _) => "(?m:^)",
                        ('$', Flags { lines: false, .. }) => r"\z",
                        ('$', _) => "(?m:$)",
                        (_, Flags { dot_all: true, .. }) => "(?s:.)",
                        _ => r"[^\n]",
                    };
                    self.push(pattern.to_owned());
                    rest.get(1..).unwrap_or_default()
                }
                _ => self.literal(first, rest.get(first.len_utf8()..)),
            };
            last_repeat = repeat;
        }
        let outer = self.groups.pop().filter(|_| self.groups.is_empty());
        let outer = outer.ok_or_else(|| Fault::MissingParenthesis.at(self.whole))?;
        let (pattern, ..) = outer.finished();
        self.translation.pattern = pattern;
        Ok(())
    }

    fn push(&mut self, pattern: String) {
        self.push_piece(Piece { pattern, repeats: 1, depth: 1 });
    }

    fn push_piece(&mut self, piece: Piece) {
        if let Some(group) = self.groups.last_mut() {
            group.repeats = group.repeats.max(piece.repeats);
            group.depth = group.depth.max(piece.depth);
            group.pieces.push(piece);
        }
    }

    fn literal(&mut self, character: char, rest: Option<&'a str>) -> &'a str {
        let escaped = match character {
            '0'..='9' | 'A'..='Z' | 'a'..='z' => character.to_string(),
            other => format!(r"\x{{{:X}}}", u32::from(other)),
        };
        self.push(if self.flags.fold { format!("(?i:{escaped})") } else { escaped });
        rest.unwrap_or_default()
    }

    fn alternative(&mut self, rest: &'a str) -> &'a str {
        if let Some(group) = self.groups.last_mut() {
            let pieces = std::mem::take(&mut group.pieces);
            group.alternatives.extend(pieces.into_iter().map(|piece| piece.pattern));
            group.alternatives.push('|');
        }
        rest.get(1..).unwrap_or_default()
    }

    fn open(&mut self, rest: &'a str) -> Result<&'a str, SyntaxError> {
        if u32::try_from(self.groups.len()).unwrap_or(NESTING) > NESTING {
            return Err(Fault::Nesting.at(self.whole));
        }
        if rest.starts_with("(?") {
            return self.perl_group(rest);
        }
        self.translation.names.push(None);
        self.push_group("(");
        Ok(rest.get(1..).unwrap_or_default())
    }

    fn push_group(&mut self, opening: &'static str) {
        let flags = self.flags;
        self.groups.push(Group { opening, flags, ..Group::default() });
    }

    fn perl_group(&mut self, text: &'a str) -> Result<&'a str, SyntaxError> {
        if let Some(named) = text.strip_prefix("(?P<").or_else(|| text.strip_prefix("(?<")) {
            let (name, rest) = named.split_once('>').ok_or_else(|| Fault::NamedCapture.at(text))?;
            let whole = text.get(..text.len() - rest.len()).unwrap_or(text);
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = Some(name.to_owned());
            let is_valid =
                name.as_deref().is_some_and(|name| !name.is_empty() && name.chars().all(is_word));
            if !is_valid {
                return Err(Fault::NamedCapture.at(whole));
            }
            self.translation.names.push(name);
            self.push_group("(");
            return Ok(rest);
        }
        let inner = text.get(2..).unwrap_or_default();
        let (flags, end, rest) = self.flags_of(inner).map_err(|rest| {
            let part = text.get(..text.len() - rest.len()).unwrap_or(text);
            Fault::PerlOperator.at(part)
        })?;
        if end == ':' {
            self.push_group("(?:");
        }
        self.flags = flags;
        Ok(rest)
    }

    /// Reads flags up to what ends them, or gives back the text after what is no flag.
    fn flags_of<'t>(&self, text: &'t str) -> Result<(Flags, char, &'t str), &'t str> {
        let mut flags = self.flags;
        let (mut value, mut saw_flag) = (true, false);
        let mut characters = text.chars();
        loop {
            let Some(next) = characters.next() else { return Err("") };
            saw_flag = match next {
                'i' => {
                    flags.fold = value;
                    true
                }
                'm' => {
                    flags.lines = value;
                    true
                }
                's' => {
                    flags.dot_all = value;
                    true
                }
                'U' => {
                    flags.lazy = value;
                    true
                }
                '-' if value => {
                    value = false;
                    false
                }
                ':' | ')' if value || saw_flag => return Ok((flags, next, characters.as_str())),
                _ => return Err(characters.as_str()),
            };
        }
    }

    fn close(&mut self, rest: &'a str) -> Result<&'a str, SyntaxError> {
        let group = self.groups.pop().filter(|_| !self.groups.is_empty());
        let group = group.ok_or_else(|| Fault::UnexpectedParenthesis.at(self.whole))?;
        self.flags = group.flags;
        let (pattern, repeats, depth) = group.finished();
        self.push_piece(Piece { pattern, repeats, depth: depth + 1 });
        Ok(rest.get(1..).unwrap_or_default())
    }

    fn escaped(&mut self, text: &'a str) -> Result<&'a str, SyntaxError> {
        let after = text.get(2..);
        let place = match text.chars().nth(1) {
            Some('A') => r"\A",
            Some('z') => r"\z",
            Some('b') => r"(?-u:\b)",
            Some('B') => {
                self.translation.needs_bytes = true;
                r"(?-u:\B)"
            }
            Some('C') => return Err(Fault::Escape.at(r"\C")),
            Some('Q') => return Ok(self.quoted(after.unwrap_or_default())),
            _ => return self.character(text),
        };
        self.push(place.to_owned());
        Ok(after.unwrap_or_default())
    }

    fn quoted(&mut self, text: &'a str) -> &'a str {
        let (literal, rest) = text.split_once(r"\E").unwrap_or((text, ""));
        for character in literal.chars() {
            self.literal(character, None);
        }
        rest
    }

    fn character(&mut self, text: &'a str) -> Result<&'a str, SyntaxError> {
        let class = match class::unicode(text, self.profile)? {
            Some(found) => Some(found),
            None => class::perl(text),
        };
        if let Some((class, rest)) = class {
            self.push(if self.flags.fold { format!("(?i:{class})") } else { class });
            return Ok(rest);
        }
        let (character, rest) = class::escape(text)?;
        Ok(self.literal(character, Some(rest)))
    }

    fn repeat_counted(
        &mut self,
        before: &'a str,
        (least, most, length): Counts,
        last_repeat: Option<&str>,
    ) -> Result<&'a str, SyntaxError> {
        let wrong = || {
            let part = before.get(..length).unwrap_or(before);
            Err(Fault::RepeatSize.at(part))
        };
        let Some(least) = least.filter(|least| *least <= MOST_REPEATS) else { return wrong() };
        let operator = match most {
            Most::Unlimited => format!("{{{least},}}"),
            Most::Number(Some(most)) if most <= MOST_REPEATS && least <= most => {
                format!("{{{least},{most}}}")
            }
            Most::Number(_) => return wrong(),
        };
        let times = match most {
            Most::Number(Some(most)) => most,
            Most::Number(None) | Most::Unlimited => least,
        };
        self.repeat(before, length, &operator, times, last_repeat)
    }

    /// Repeats what was read last. The operator has so many bytes in the text.
    fn repeat(
        &mut self,
        before: &'a str,
        length: usize,
        operator: &str,
        times: u32,
        last_repeat: Option<&str>,
    ) -> Result<&'a str, SyntaxError> {
        let mut rest = before.get(length..).unwrap_or_default();
        let mut is_lazy = self.flags.lazy;
        if let Some(after) = rest.strip_prefix('?') {
            rest = after;
            is_lazy = !is_lazy;
        }
        if let Some(last) = last_repeat {
            let part = last.get(..last.len() - rest.len()).unwrap_or(last);
            return Err(Fault::RepeatOperator.at(part));
        }
        let part = before.get(..before.len() - rest.len()).unwrap_or(before);
        let piece = self.groups.last_mut().and_then(|group| group.pieces.pop());
        let Some(piece) = piece else { return Err(Fault::MissingArgument.at(part)) };
        let repeats = piece.repeats.saturating_mul(times.max(1));
        if operator.starts_with('{') && times >= 2 && repeats > MOST_REPEATS {
            return Err(Fault::RepeatSize.at(part));
        }
        let depth = piece.depth + 1;
        if depth > NESTING {
            return Err(Fault::Nesting.at(self.whole));
        }
        let lazy = if is_lazy { "?" } else { "" };
        let repeats = if times == 0 { 1 } else { repeats };
        let pattern = format!("(?:{}){operator}{lazy}", piece.pattern);
        self.push_piece(Piece { pattern, repeats, depth });
        Ok(rest)
    }
}

impl Group {
    /// Returns the group as a pattern, with what it repeats and how deep it is.
    fn finished(self) -> (String, u32, u32) {
        let mut pattern = self.opening.to_owned();
        pattern.push_str(&self.alternatives);
        pattern.extend(self.pieces.into_iter().map(|piece| piece.pattern));
        if !self.opening.is_empty() {
            pattern.push(')');
        }
        (pattern, self.repeats.max(1), self.depth)
    }
}

/// The least and most repetitions, and how many bytes say so. A number that is too large is none.
type Counts = (Option<u32>, Most, usize);

/// The most repetitions.
#[derive(Clone, Copy, Debug)]
enum Most {
    Unlimited,
    Number(Option<u32>),
}

/// Reads `{2}`, `{2,}` or `{2,3}`; `None` for anything else. A number that is too large is none.
fn counts(text: &str) -> Option<Counts> {
    let (inner, _) = text.strip_prefix('{')?.split_once('}')?;
    let number = |digits: &str| {
        let is_number = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        is_number.then(|| digits.parse::<u32>().ok().filter(|number| *number < 100_000_000))
    };
    let length = inner.len() + 2;
    match inner.split_once(',') {
        None => {
            let exact = number(inner)?;
            Some((exact, Most::Number(exact), length))
        }
        Some((least, "")) => Some((number(least)?, Most::Unlimited, length)),
        Some((least, most)) => Some((number(least)?, Most::Number(number(most)?), length)),
    }
}
