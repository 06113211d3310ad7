//! What a certificate says, encoded.

use crate::helm::functions::date::utc;
use crate::helm::functions::secret::certificate::{Issuer, Request};
use crate::helm::functions::secret::der::{self, integer, octets, oid, sequence, tagged};
use sha1::{Digest, Sha1};

/// What a certificate says besides what is asked for.
pub(super) struct Content<'a> {
    pub(super) serial: &'a [u8],
    /// The algorithm that it is signed with, encoded.
    pub(super) algorithm: &'a [u8],
    /// Who signs; none where it is its own authority.
    pub(super) issuer: Option<&'a Issuer>,
    /// Whom it is for, encoded.
    pub(super) subject: &'a [u8],
    /// From when to when it holds, encoded.
    pub(super) validity: Vec<u8>,
    /// The public key, and that with its algorithm, encoded.
    pub(super) public: &'a [u8],
    pub(super) public_info: &'a [u8],
}

impl Request<'_> {
    /// Returns what is signed.
    pub(super) fn to_be_signed(&self, content: &Content<'_>) -> Vec<u8> {
        let issuer_name = content.issuer.map_or(content.subject, |issuer| &issuer.name);
        sequence(&[
            &tagged(0xa0, &integer(&[2])),
            &integer(content.serial),
            content.algorithm,
            issuer_name,
            &content.validity,
            content.subject,
            content.public_info,
            &tagged(0xa3, &sequence(&[&self.extensions(content)])),
        ])
    }

    fn extensions(&self, content: &Content<'_>) -> Vec<u8> {
        let usage: &[u8] = if self.is_authority { &[2, 0xa4] } else { &[5, 0xa0] };
        let constraints: &[u8] = if self.is_authority { &[1, 1, 0xff] } else { &[] };
        let mut all = extension(der::KEY_USAGE, true, &tagged(3, usage));
        let purposes = sequence(&[&oid(der::SERVER), &oid(der::CLIENT)]);
        all.extend(extension(der::EXTENDED_USAGE, false, &purposes));
        all.extend(extension(der::CONSTRAINTS, true, &tagged(0x30, constraints)));
        if self.is_authority {
            let identifier = octets(&Sha1::digest(content.public));
            all.extend(extension(der::SUBJECT_KEY, false, &identifier));
        }
        let authority = content.issuer.filter(|issuer| issuer.name != content.subject);
        if let Some(identifier) = authority.and_then(|issuer| issuer.key_identifier.as_ref()) {
            let identifier = sequence(&[&tagged(0x80, identifier)]);
            all.extend(extension(der::AUTHORITY_KEY, false, &identifier));
        }
        if !self.addresses.is_empty() {
            let names = tagged(0x30, &self.addresses);
            all.extend(extension(der::ALTERNATIVE_NAMES, self.name.is_empty(), &names));
        }
        all
    }
}

fn extension(of: der::Oid, is_critical: bool, value: &[u8]) -> Vec<u8> {
    let critical: &[u8] = if is_critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&oid(of), critical, &octets(value)])
}

/// Returns a point in time, with two digits for the year where that is enough.
pub(super) fn time(seconds: i64) -> Vec<u8> {
    let written = utc(seconds, "20060102150405Z");
    // 1950 to 2049.
    match written.strip_prefix(b"19").filter(|short| short.first() >= Some(&b'5')) {
        Some(short) => tagged(23, short),
        None => match written.strip_prefix(b"20").filter(|short| short.first() < Some(&b'5')) {
            Some(short) => tagged(23, short),
            None => tagged(24, &written),
        },
    }
}
