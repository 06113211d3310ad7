//! Enciphering with AES-256 in CBC mode.

use crate::helm::functions::encoding::base_64;
use crate::helm::functions::fault;
use crate::helm::functions::state::randomness;
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::Text;
use aes::Aes256;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cbc::cipher::block_padding::{NoPadding, Pkcs7};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};

/// How many bytes are enciphered at once.
const BLOCK: usize = 16;

/// Returns the beginning of a password as a key, filled up with zeros.
fn key(password: &Text) -> [u8; 32] {
    let mut key = [0; 32];
    for (slot, byte) in key.iter_mut().zip(password.as_bytes()) {
        *slot = *byte;
    }
    key
}

/// `encryptAES`.
pub(in crate::helm::functions) fn encrypt_aes(
    interpreter: &mut Interpreter,
    password: Text,
    text: Text,
) -> Result<String, FunctionError> {
    interpreter.charge(text.len().saturating_mul(2))?;
    let source = randomness(interpreter)?;
    let is_kept = |texts: &[String]| {
        let kept = texts.first()?;
        let deciphered = decrypt_aes(password.clone(), kept.as_str().into()).ok()?;
        (deciphered == text).then(|| kept.clone())
    };
    if let Some(kept) = source.kept(is_kept) {
        return Ok(kept);
    }
    let vector: [u8; BLOCK] = source.bytes();
    let cipher = cbc::Encryptor::<Aes256>::new(&key(&password).into(), &vector.into());
    let enciphered = cipher.encrypt_padded_vec::<Pkcs7>(text.as_bytes());
    Ok(BASE64_STANDARD.encode([vector.as_slice(), &enciphered].concat()))
}

/// `decryptAES`.
// Go does not look at the padding but for its length.
pub(in crate::helm::functions) fn decrypt_aes(
    password: Text,
    text: Text,
) -> Result<Text, FunctionError> {
    if text.is_empty() {
        return Ok(text);
    }
    let bytes = base_64(text.as_bytes())?;
    let Some((vector, enciphered)) = bytes.split_first_chunk::<BLOCK>() else {
        let capacity = text.len() / 4 * 3;
        if capacity < BLOCK {
            return Err(fault::end_bound(16, &format!(" with capacity {capacity}")));
        }
        return Err(fault::bounds(16, whole(bytes.len())));
    };
    if enciphered.len() % BLOCK != 0 {
        return Err("crypto/cipher: input not full blocks".into());
    }
    let cipher = cbc::Decryptor::<Aes256>::new(&key(&password).into(), vector.into());
    let deciphered = cipher.decrypt_padded_vec::<NoPadding>(enciphered);
    let mut deciphered = deciphered.map_err(FunctionError::new)?;
    let Some(padding) = deciphered.last().copied() else {
        return Err("runtime error: index out of range [-1]".into());
    };
    let length = whole(deciphered.len()) - i64::from(padding);
    let Ok(kept) = usize::try_from(length) else { return Err(fault::end_bound(length, "")) };
    deciphered.truncate(kept);
    Ok(deciphered.into())
}

fn whole(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
