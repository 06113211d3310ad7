//! Functions on passwords, keys and certificates.

mod certificate;
mod cipher;
mod der;
mod generator;
mod key;
mod password;
mod pem;

pub use certificate::CertificateObject;
pub(super) use certificate::{
    build_custom_cert, gen_ca, gen_ca_with_key, gen_self_signed_cert,
    gen_self_signed_cert_with_key, gen_signed_cert, gen_signed_cert_with_key,
};
pub(super) use cipher::{decrypt_aes, encrypt_aes};
pub(super) use key::gen_private_key;
pub(super) use password::{bcrypt, derive_password, htpasswd};
