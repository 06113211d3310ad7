//! Functions that write words in another way: those of the Go modules goutils and xstrings, as
//! their documentation and the genuine Helm show them.

use crate::helm::functions::letters::{
    characters, is_lower, is_space, is_title, is_upper, pieces, to_lower, to_title, to_upper,
};
use crate::helm::value::Text;
use regex::Regex;
use std::sync::LazyLock;

/// `upper`.
pub(super) fn upper(text: Text) -> String {
    characters(text.as_bytes()).map(to_upper).collect()
}

/// `lower`.
pub(super) fn lower(text: Text) -> String {
    characters(text.as_bytes()).map(to_lower).collect()
}

/// `title`: with a capital at the beginning of each word.
pub(super) fn title(text: Text) -> String {
    let mut before = ' ';
    let mut capital = |character| {
        let is_begin = separates(before);
        before = character;
        if is_begin { to_title(character) } else { character }
    };
    characters(text.as_bytes()).map(&mut capital).collect()
}

// Underscores are letters here, and white space is all that separates beyond ASCII.
fn separates(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_alphanumeric() && character != '_';
    }
    is_space(character)
}

/// `untitle`: with a small letter at the beginning of each word.
pub(super) fn untitle(text: Text) -> String {
    let mut is_begin = true;
    let mut small = |character| {
        let mapped = if is_begin { to_lower(character) } else { character };
        is_begin = is_space(character);
        mapped
    };
    characters(text.as_bytes()).map(&mut small).collect()
}

/// `swapcase`: small letters become capitals, and capitals become small.
pub(super) fn swapcase(text: Text) -> String {
    let mut is_begin = true;
    let mut swapped = |character| {
        let mapped = if is_upper(character) || is_title(character) {
            is_begin = false;
            return to_lower(character);
        } else if !is_lower(character) {
            is_begin = is_space(character);
            return character;
        } else if is_begin {
            to_title(character)
        } else {
            to_upper(character)
        };
        is_begin = false;
        mapped
    };
    characters(text.as_bytes()).map(&mut swapped).collect()
}

/// `snakecase`: `HTTPServer` becomes `http_server`.
pub(super) fn snakecase(text: Text) -> String {
    joined(&text, '_')
}

/// `kebabcase`: `HTTPServer` becomes `http-server`.
pub(super) fn kebabcase(text: Text) -> String {
    joined(&text, '-')
}

/// `camelcase`: `http_server` becomes `HttpServer`.
// Of several connectors in a row all but the last stay, and so do those at both ends; if there is
// nothing else, the last one is doubled.
pub(super) fn camelcase(text: Text) -> String {
    let characters: Vec<char> = characters(text.as_bytes()).collect();
    let mut output = String::with_capacity(text.len());
    let mut runs = characters.chunk_by(|one, next| connects(*one) == connects(*next)).peekable();
    while let Some(run) = runs.next() {
        let is_last = runs.peek().is_none();
        match run {
            [first, rest @ ..] if !connects(*first) => capitalized(*first, rest, &mut output),
            [others @ .., _] if !output.is_empty() && !is_last => output.extend(others),
            run => {
                output.extend(run);
                output.extend(run.last().filter(|_| is_last && run.len() == characters.len()));
            }
        }
    }
    output
}

fn capitalized(first: char, rest: &[char], output: &mut String) {
    output.push(to_upper(first));
    let capitals = if is_upper(first) {
        rest.iter().take_while(|character| is_upper(**character)).count()
    } else {
        0
    };
    output.extend(rest.iter().take(capitals).map(|character| to_lower(*character)));
    output.extend(rest.iter().skip(capitals));
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Connector,
    Punctuation,
    Number,
    /// Nothing but small letters.
    Small,
    /// Letters that begin with a capital, or anything else.
    Other,
}

fn connects(character: char) -> bool {
    matches!(character, '-' | '_') || is_space(character)
}

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{N}").ok());
static PUNCTUATION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{P}").ok());

fn is_of(class: Option<&Regex>, character: char) -> bool {
    class.is_some_and(|class| class.is_match(character.encode_utf8(&mut [0; 4])))
}

/// What a character is, on its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Connector,
    Punctuation,
    Digit,
    Capital,
    Small,
    Other,
}

fn class(character: char) -> Class {
    match character {
        character if connects(character) => Class::Connector,
        'a'..='z' => Class::Small,
        'A'..='Z' => Class::Capital,
        '0'..='9' => Class::Digit,
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => Class::Other,
        character if character.is_ascii_punctuation() => Class::Punctuation,
        character if character.is_ascii() => Class::Other,
        char::REPLACEMENT_CHARACTER => Class::Punctuation,
        character if is_upper(character) => Class::Capital,
        character if is_lower(character) => Class::Small,
        character if is_title(character) => Class::Punctuation,
        character if is_of(NUMBER.as_ref(), character) => Class::Digit,
        character if is_of(PUNCTUATION.as_ref(), character) => Class::Punctuation,
        _ => Class::Other,
    }
}

/// Returns the words of a text: a capital belongs to the small letters after it.
fn words(text: &[u8]) -> Vec<(Word, String)> {
    let characters: Vec<(char, Class)> =
        pieces(text).map(|(_, character)| (character, class(character))).collect();
    let mut words = Vec::new();
    let mut rest = characters.as_slice();
    while let [(_, first), ..] = rest {
        let run = rest.iter().take_while(|(_, class)| class == first).count();
        let following = rest.get(run).map(|(_, class)| *class);
        let is_mark = |(character, class): &&(char, Class)| {
            *class == Class::Punctuation || matches!(character, '-' | '_')
        };
        let (kind, length) = match first {
            Class::Connector => (Word::Connector, 1),
            Class::Punctuation => (Word::Punctuation, rest.iter().take_while(is_mark).count()),
            Class::Digit => (Word::Number, run),
            Class::Small => (Word::Small, run),
            Class::Other => (Word::Other, run),
            Class::Capital if following != Some(Class::Small) => (Word::Other, run),
            Class::Capital if run > 1 => (Word::Other, run - 1),
            Class::Capital => {
                let small = rest.iter().skip(1).take_while(|(_, class)| *class == Class::Small);
                (Word::Other, 1 + small.count())
            }
        };
        let (word, others) = rest.split_at(length.min(rest.len()));
        let lowered = |(character, class): &(char, Class)| match class {
            Class::Capital => to_lower(*character),
            _ => *character,
        };
        words.push((kind, word.iter().map(lowered).collect()));
        rest = others;
    }
    words
}

/// Returns the words of a text in small letters, with a connector between them.
fn joined(text: &Text, connector: char) -> String {
    let words = words(text.as_bytes());
    let kind = |at: usize| words.get(at).map(|(kind, _)| *kind);
    let mut output = String::with_capacity(text.len() + 8);
    let mut at = 0;
    while let Some((word, written)) = words.get(at) {
        at += 1;
        match word {
            Word::Connector => {
                output.push(connector);
                continue;
            }
            Word::Punctuation => {
                output.push_str(written);
                continue;
            }
            Word::Number => output.push_str(written),
            Word::Small | Word::Other => {
                output.push_str(written);
                if kind(at) != Some(Word::Number) {
                    separate(&mut output, kind(at), connector);
                    continue;
                }
                // A number belongs to what is before it, but for small letters after it.
                if kind(at + 1) != Some(Word::Small) {
                    output.push_str(words.get(at).map_or("", |(_, number)| number));
                    at += 1;
                    separate(&mut output, kind(at), connector);
                    continue;
                }
                output.push(connector);
            }
        }
        while let Some((Word::Small | Word::Number, written)) = words.get(at) {
            output.push_str(written);
            at += 1;
        }
        separate(&mut output, kind(at), connector);
    }
    output
}

fn separate(output: &mut String, next: Option<Word>, connector: char) {
    if let Some(Word::Number | Word::Small | Word::Other) = next {
        output.push(connector);
    }
}
