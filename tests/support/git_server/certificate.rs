//! The files of a client's certificate.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pkcs8::PrivateKeyInfoRef;

use crate::support::http::Made;

/// Writes what a client shows.
pub(crate) fn write(folder: &Path, made: &Made) {
    fs::write(folder.join("client.pem"), &made.client).expect("certificate");
    fs::write(folder.join("client.der"), &made.client_key).expect("key");
}

/// Returns the files of the certificate and of the key, which a password may encrypt.
pub(crate) fn files(folder: &Path, password: Option<&str>) -> (PathBuf, PathBuf) {
    let der = fs::read(folder.join("client.der")).expect("key");
    let (kind, der) = match password {
        None => ("PRIVATE KEY", der),
        Some(password) => {
            let key = PrivateKeyInfoRef::try_from(der.as_slice()).expect("key");
            let salt = [7; 16];
            let parameters = pkcs8::pkcs5::pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(
                2048, &salt, [9; 16],
            );
            let parameters = parameters.expect("parameters");
            let encrypted = key.encrypt_with_params(parameters, password).expect("encryption");
            ("ENCRYPTED PRIVATE KEY", encrypted.as_bytes().to_vec())
        }
    };
    let text = STANDARD.encode(der);
    let key = folder.join("client.key");
    fs::write(&key, format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n"))
        .expect("key");
    (folder.join("client.pem"), key)
}
