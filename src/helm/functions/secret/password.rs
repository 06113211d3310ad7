//! Passwords: hidden ones, and such as are derived from a master password.

use crate::helm::functions::state::randomness;
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::Text;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// `bcrypt`: a hash of a password, or what is wrong with it.
pub(in crate::helm::functions) fn bcrypt(
    interpreter: &mut Interpreter,
    password: Text,
) -> Result<String, FunctionError> {
    /// How many times the work is doubled.
    const COST: u32 = 10;
    /// How many times where nobody uses the hash.
    const LEAST_COST: u32 = 4;
    let source = randomness(interpreter)?;
    let longest = 72;
    if password.len() > longest {
        return Ok(
            "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
                .to_owned(),
        );
    }
    let is_kept = |texts: &[String]| {
        let hash = texts.first()?;
        // What `htpasswd` gave has the name in front.
        let hash = hash.rsplit_once(':').map_or(hash.as_str(), |(_, hash)| hash);
        let is_same =
            hash.starts_with("$2a$10$") && bcrypt::verify(password.as_bytes(), hash).ok()?;
        is_same.then(|| hash.to_owned())
    };
    if let Some(hash) = source.kept(is_kept) {
        return Ok(hash);
    }
    let cost = if source.is_other() { LEAST_COST } else { COST };
    let hash = bcrypt::hash_with_salt(password.as_bytes(), cost, source.bytes());
    Ok(hash.map_err(FunctionError::new)?.format_for_version(bcrypt::Version::TwoA))
}

/// `htpasswd`: a line for a file of passwords, or what is wrong with the name.
pub(in crate::helm::functions) fn htpasswd(
    interpreter: &mut Interpreter,
    name: Text,
    password: Text,
) -> Result<String, FunctionError> {
    if name.as_bytes().contains(&b':') {
        return Ok(format!("invalid username: {name}"));
    }
    Ok(format!("{name}:{}", bcrypt(interpreter, password)?))
}

/// How passwords of each kind are made up: a letter stands for a class of characters.
// These are those of the Master Password algorithm, version 3, that spectre.app documents.
const TEMPLATES: &[(&str, &[&str])] = &[
    ("maximum", &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"]),
    (
        "long",
        &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
    ),
    ("medium", &["CvcnoCvc", "CvcCvcno"]),
    ("short", &["Cvcn"]),
    ("basic", &["aaanaaan", "aannaaan", "aaannaaa"]),
    ("pin", &["nnnn"]),
];

fn characters(class: char) -> &'static [u8] {
    match class {
        'V' => b"AEIOU",
        'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        'v' => b"aeiou",
        'c' => b"bcdfghjklmnpqrstvwxyz",
        'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        'n' => b"0123456789",
        'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

/// `derivePassword`: always the same password for the same site, or what is wrong.
pub(in crate::helm::functions) fn derive_password(
    counter: u32,
    kind: Text,
    password: Text,
    user: Text,
    site: Text,
) -> Result<String, FunctionError> {
    let Some((_, templates)) = TEMPLATES.iter().find(|(known, _)| kind == *known) else {
        return Ok(format!("cannot find password template {kind}"));
    };
    let length = |text: &Text| u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    let salt = [SCOPE, &length(&user), user.as_bytes()].concat();
    let mut key = [0; 64];
    let cost = scrypt::Params::new(15, 8, 2).map_err(FunctionError::new)?;
    scrypt::scrypt(password.as_bytes(), &salt, &cost, &mut key).map_err(FunctionError::new)?;
    let mut code = Hmac::<Sha256>::new_from_slice(&key).map_err(FunctionError::new)?;
    for part in [SCOPE, &length(&site), site.as_bytes(), &counter.to_be_bytes()] {
        code.update(part);
    }
    let seed = code.finalize().into_bytes();
    let mut seeds = seed.iter().map(|byte| usize::from(*byte));
    let mut chosen = |count: usize| seeds.next().unwrap_or(0) % count.max(1);
    let template = templates.get(chosen(templates.len())).copied().unwrap_or_default();
    let character = |class| {
        let from = characters(class);
        from.get(chosen(from.len())).copied().map(char::from)
    };
    Ok(template.chars().filter_map(character).collect())
}
