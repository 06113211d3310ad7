//! Writing ASN.1 in its distinguished encoding, as far as keys and certificates need it.

/// An object identifier, encoded.
pub(super) type Oid = &'static [u8];

pub(super) const COMMON_NAME: Oid = &[0x55, 4, 3];
pub(super) const RSA: Oid = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
pub(super) const SHA256_RSA: Oid = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
pub(super) const EC: Oid = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
pub(super) const P256: Oid = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
pub(super) const SHA256_ECDSA: Oid = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
pub(super) const ED25519: Oid = &[0x2b, 0x65, 0x70];
pub(super) const SUBJECT_KEY: Oid = &[0x55, 0x1d, 14];
pub(super) const KEY_USAGE: Oid = &[0x55, 0x1d, 15];
pub(super) const ALTERNATIVE_NAMES: Oid = &[0x55, 0x1d, 17];
pub(super) const CONSTRAINTS: Oid = &[0x55, 0x1d, 19];
pub(super) const AUTHORITY_KEY: Oid = &[0x55, 0x1d, 35];
pub(super) const EXTENDED_USAGE: Oid = &[0x55, 0x1d, 37];
pub(super) const SERVER: Oid = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
pub(super) const CLIENT: Oid = &[0x2b, 6, 1, 5, 5, 7, 3, 2];

/// Returns a value with its tag and length.
pub(super) fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut output = vec![tag];
    let length = content.len().to_be_bytes();
    let bytes = length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1);
    let bytes = length.get(bytes..).unwrap_or_default();
    if let Ok(short @ 0..0x80) = u8::try_from(content.len()) {
        output.push(short);
    } else {
        output.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
        output.extend_from_slice(bytes);
    }
    output.extend_from_slice(content);
    output
}

pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tagged(0x30, &parts.concat())
}

pub(super) fn oid(oid: Oid) -> Vec<u8> {
    tagged(6, oid)
}

pub(super) fn null() -> Vec<u8> {
    tagged(5, &[])
}

pub(super) fn octets(content: &[u8]) -> Vec<u8> {
    tagged(4, content)
}

pub(super) fn bits(content: &[u8]) -> Vec<u8> {
    tagged(3, &[&[0], content].concat())
}

/// Returns a number that is not negative, from its bytes, the highest first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len());
    let significant = bytes.get(start..).unwrap_or_default();
    let needs_zero = significant.first().is_none_or(|byte| *byte >= 0x80);
    let zero: &[u8] = if needs_zero { &[0] } else { &[] };
    tagged(2, &[zero, significant].concat())
}
