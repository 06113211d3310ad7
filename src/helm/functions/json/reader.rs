//! Reading JSON, with Go's messages for what is wrong.

use crate::helm::format::{Escape, quoted};
use crate::helm::functions::letters;
use crate::helm::template::{FunctionError, deeply};
use crate::helm::value::{Map, Text, Value};

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::helm::functions) enum JsonError {
    /// It ends too early.
    #[error("unexpected end of JSON input")]
    End,
    /// Something stands where it must not.
    #[error("invalid character {} {context}", shown(*.byte))]
    Character {
        /// What stands there.
        byte: u8,
        /// Where that is.
        context: &'static str,
    },
    /// It nests too deeply.
    #[error("exceeded max depth")]
    Depth,
    /// A number is too large.
    #[error("json: cannot unmarshal number {0} into Go value of type float64")]
    Number(String),
}

impl From<JsonError> for FunctionError {
    fn from(error: JsonError) -> Self {
        Self::new(error)
    }
}

fn shown(byte: u8) -> String {
    match byte {
        b'\'' => r"'\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        byte => {
            let character = char::from(byte).to_string();
            let quoted = quoted(character.as_bytes(), Escape::Needed);
            format!("'{}'", quoted.trim_matches('"'))
        }
    }
}

/// How deeply Go lets values nest.
const NESTING: usize = 10_000;
const VALUE: &str = "looking for beginning of value";
const KEY: &str = "looking for beginning of object key string";

/// Returns the value that a text stands for.
pub(in crate::helm::functions) fn read(text: &[u8]) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0, overflow: None };
    let value = reader.value(0)?;
    reader.skip();
    if let Some(byte) = reader.peek() {
        return Err(JsonError::Character { byte, context: "after top-level value" });
    }
    match reader.overflow {
        Some(number) => Err(JsonError::Number(number)),
        None => Ok(value),
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    // Go complains about the first number that is too large, but only when all else is right.
    overflow: Option<String>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Takes a byte that is one of those that may stand here.
    fn expect(
        &mut self,
        wanted: impl Fn(u8) -> bool,
        context: &'static str,
    ) -> Result<u8, JsonError> {
        // Where no white space may stand, Go complains about some at the end.
        let is_within = context.starts_with("after decimal")
            || (context.starts_with("in ") && context != "in string literal");
        let end =
            if is_within { JsonError::Character { byte: b' ', context } } else { JsonError::End };
        let byte = self.peek().ok_or(end)?;
        if !wanted(byte) {
            return Err(JsonError::Character { byte, context });
        }
        self.at += 1;
        Ok(byte)
    }

    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        self.skip();
        match self.expect(|byte| b"{[\"-0123456789tfn".contains(&byte), VALUE)? {
            b'{' | b'[' if depth >= NESTING => Err(JsonError::Depth),
            b'{' => deeply(|| self.object(depth + 1)),
            b'[' => deeply(|| self.array(depth + 1)),
            b'"' => self.string().map(Value::String),
            b't' => self.word(&TRUE, Value::Bool(true)),
            b'f' => self.word(&FALSE, Value::Bool(false)),
            b'n' => self.word(&NULL, Value::Nil),
            first => self.number(first),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut entries = Vec::new();
        self.skip();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(Map::new()));
        }
        loop {
            self.skip();
            self.expect(|byte| byte == b'"', KEY)?;
            let key = self.string()?;
            self.skip();
            self.expect(|byte| byte == b':', "after object key")?;
            entries.push((key, self.value(depth)?));
            self.skip();
            if self.expect(|byte| b",}".contains(&byte), "after object key:value pair")? == b'}' {
                return Ok(Value::Map(entries.into_iter().collect()));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut elements = Vec::new();
        self.skip();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::from(elements));
        }
        loop {
            elements.push(self.value(depth)?);
            self.skip();
            if self.expect(|byte| b",]".contains(&byte), "after array element")? == b']' {
                return Ok(Value::from(elements));
            }
        }
    }

    fn word(&mut self, rest: &[(u8, &'static str)], value: Value) -> Result<Value, JsonError> {
        for (letter, context) in rest {
            self.expect(|byte| byte == *letter, context)?;
        }
        Ok(value)
    }

    fn number(&mut self, first: u8) -> Result<Value, JsonError> {
        let start = self.at - 1;
        let first = match first {
            b'-' => self.expect(|byte| byte.is_ascii_digit(), "in numeric literal")?,
            first => first,
        };
        if first != b'0' {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            let context = "after decimal point in numeric literal";
            self.expect(|byte| byte.is_ascii_digit(), context)?;
            self.digits();
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            let context = "in exponent of numeric literal";
            self.expect(|byte| byte.is_ascii_digit(), context)?;
            self.digits();
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let text = String::from_utf8_lossy(text);
        let number: f64 = text.parse().unwrap_or(f64::INFINITY);
        if number.is_infinite() {
            self.overflow.get_or_insert(text.into_owned());
        }
        Ok(Value::Float(number))
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn string(&mut self) -> Result<Text, JsonError> {
        let mut output = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let length = rest.iter().take_while(|byte| !is_special(**byte)).count();
            let plain = rest.get(..length).unwrap_or_default();
            match str::from_utf8(plain) {
                Ok(plain) => output.push_str(plain),
                Err(_) => output.extend(letters::characters(plain)),
            }
            self.at += length;
            match self.expect(|byte| byte >= b' ', "in string literal")? {
                b'"' => return Ok(output.into()),
                _ => output.push(self.escape()?),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let known = |byte| b"\"\\/bfnrtu".contains(&byte);
        Ok(match self.expect(known, "in string escape code")? {
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            other => char::from(other),
        })
    }

    // What is no half of a pair, or only one, becomes U+FFFD.
    fn unicode(&mut self) -> Result<char, JsonError> {
        let first = self.hexadecimal()?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        if self.text.get(before..before + 2) == Some(b"\\u") {
            self.at += 2;
            let second = self.hexadecimal()?;
            if (0xdc00..0xe000).contains(&second) {
                let point = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = before;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hexadecimal(&mut self) -> Result<u32, JsonError> {
        let mut number = 0;
        for _ in 0..4 {
            let context = "in \\u hexadecimal character escape";
            let digit = self.expect(|byte| byte.is_ascii_hexdigit(), context)?;
            number = number * 16 + char::from(digit).to_digit(16).unwrap_or(0);
        }
        Ok(number)
    }
}

fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < b' '
}

const TRUE: [(u8, &str); 3] = [
    (b'r', "in literal true (expecting 'r')"),
    (b'u', "in literal true (expecting 'u')"),
    (b'e', "in literal true (expecting 'e')"),
];
const FALSE: [(u8, &str); 4] = [
    (b'a', "in literal false (expecting 'a')"),
    (b'l', "in literal false (expecting 'l')"),
    (b's', "in literal false (expecting 's')"),
    (b'e', "in literal false (expecting 'e')"),
];
const NULL: [(u8, &str); 3] = [
    (b'u', "in literal null (expecting 'u')"),
    (b'l', "in literal null (expecting 'l')"),
    (b'l', "in literal null (expecting 'l')"),
];
