//! Functions that make sums of texts.

use crate::helm::value::Text;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::fmt::Write;

/// `sha1sum`.
pub(super) fn sha1sum(text: Text) -> String {
    hexadecimal(&Sha1::digest(text.as_bytes()))
}

/// `sha256sum`.
pub(super) fn sha256sum(text: Text) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// `sha512sum`.
pub(super) fn sha512sum(text: Text) -> String {
    hexadecimal(&Sha512::digest(text.as_bytes()))
}

/// `adler32sum`.
pub(super) fn adler32sum(text: Text) -> String {
    /// The largest prime number of 16 bits.
    const MODULUS: u32 = 65521;
    let step = |(sum, sums): (u32, u32), byte: &u8| {
        let sum = (sum + u32::from(*byte)) % MODULUS;
        (sum, (sums + sum) % MODULUS)
    };
    let (sum, sums) = text.as_bytes().iter().fold((1, 0), step);
    (sums << 16 | sum).to_string()
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}
