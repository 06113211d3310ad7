//! Functions that write bytes as letters, and read them again.

use crate::helm::value::Text;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// `b64enc`.
pub(super) fn b64enc(text: Text) -> String {
    BASE64_STANDARD.encode(text.as_bytes())
}

/// `b64dec`: the bytes, or what is wrong.
pub(super) fn b64dec(text: Text) -> Text {
    base_64(text.as_bytes()).map_or_else(Text::from, Text::from)
}

/// `b32enc`.
pub(super) fn b32enc(text: Text) -> String {
    let digits = BASE_32.digits;
    let mut output = String::new();
    for chunk in text.as_bytes().chunks(5) {
        let mut bits = [0; 8];
        for (slot, byte) in bits.iter_mut().zip(chunk) {
            *slot = *byte;
        }
        let bits = u64::from_be_bytes(bits);
        let count = (chunk.len() * 8).div_ceil(5);
        for place in 0..8 {
            let digit = usize::try_from(bits >> (59 - 5 * place) & 31).unwrap_or(0);
            let digit = digits.get(digit).filter(|_| place < count);
            output.push(digit.map_or('=', |digit| char::from(*digit)));
        }
    }
    output
}

/// `b32dec`: the bytes, or what is wrong.
pub(super) fn b32dec(text: Text) -> Text {
    let bytes: Vec<u8> = text.as_bytes().iter().copied().filter(|byte| !is_break(*byte)).collect();
    match BASE_32.decoded(&bytes) {
        Ok(bytes) => bytes.into(),
        Err(at) => format!("illegal base32 data at input byte {at}").into(),
    }
}

/// Returns the bytes that base 64 stands for, or Go's words for what is wrong.
pub(super) fn base_64(text: &[u8]) -> Result<Vec<u8>, String> {
    let decoded = BASE_64.decoded(text);
    decoded.map_err(|at| format!("illegal base64 data at input byte {at}"))
}

struct Base {
    bits: usize,
    /// How many digits make whole bytes.
    group: usize,
    digits: &'static [u8],
    /// Returns how many digits there are before the padding that begins at some place, or the
    /// place that Go complains about.
    padding: fn(&[u8], usize, usize) -> Result<usize, usize>,
}

const BASE_32: Base = Base {
    bits: 5,
    group: 8,
    digits: b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
    padding: padding_of_base_32,
};
const BASE_64: Base = Base {
    bits: 6,
    group: 4,
    digits: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    padding: padding_of_base_64,
};

impl Base {
    /// Returns the bytes, or the place that Go's decoder complains about.
    fn decoded(&self, text: &[u8]) -> Result<Vec<u8>, usize> {
        let mut output = Vec::with_capacity(text.len() * self.bits / 8 + 1);
        let mut group = Vec::with_capacity(self.group);
        for (at, byte) in text.iter().enumerate().filter(|(_, byte)| !is_break(**byte)) {
            match self.digits.iter().position(|digit| digit == byte) {
                Some(digit) => group.push(digit as u64),
                None if *byte == b'=' => {
                    (self.padding)(text, at, group.len())?;
                    self.decode(&group, &mut output);
                    return Ok(output);
                }
                None => return Err(at),
            }
            if group.len() == self.group {
                self.decode(&group, &mut output);
                group.clear();
            }
        }
        if group.is_empty() { Ok(output) } else { Err(text.len() - group.len()) }
    }

    fn decode(&self, group: &[u64], output: &mut Vec<u8>) {
        let (mut bits, mut held) = (0_u64, 0);
        for digit in group {
            bits = bits << self.bits | digit;
            held += self.bits;
            if held >= 8 {
                held -= 8;
                output.push((bits >> held & 0xff) as u8);
            }
        }
    }
}

fn padding_of_base_64(text: &[u8], at: usize, digits: usize) -> Result<usize, usize> {
    let mut rest = text.iter().enumerate().skip(at + 1).filter(|(_, byte)| !is_break(**byte));
    match digits {
        0 | 1 => return Err(at),
        2 => match rest.next() {
            Some((_, b'=')) => {}
            Some((place, _)) => return Err(place - 1),
            None => return Err(text.len()),
        },
        _ => {}
    }
    rest.next().map_or(Ok(digits), |(place, _)| Err(place))
}

// What follows the padding is not looked at if it is short.
fn padding_of_base_32(text: &[u8], at: usize, digits: usize) -> Result<usize, usize> {
    let rest = text.get(at + 1..).unwrap_or_default();
    if digits < 2 || rest.len() >= 8 {
        return Err(at);
    }
    if rest.len() + digits < 7 {
        return Err(text.len());
    }
    if let Some(other) = rest.iter().take(7 - digits).position(|byte| *byte != b'=') {
        return Err(at + other);
    }
    if matches!(digits, 3 | 6) { Err(at) } else { Ok(digits) }
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}
