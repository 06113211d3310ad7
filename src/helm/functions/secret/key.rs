//! Private keys.

use crate::helm::functions::chance::Randomness;
use crate::helm::functions::secret::der::{
    self, Oid, bits, integer, null, octets, oid, sequence, tagged,
};
use crate::helm::functions::secret::generator::Generator;
use crate::helm::functions::secret::pem;
use crate::helm::functions::state::randomness;
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::Text;
use ed25519_dalek::pkcs8::DecodePrivateKey;
use rsa::Generate;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::signature::{SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use sha2::Sha256;
use std::fmt::Display;

/// A private key.
pub(super) enum Key {
    Rsa(Box<rsa::PrivateKey>),
    Ec(p256::SecretKey),
    Ed25519(ed25519_dalek::SigningKey),
    /// One that certificates cannot be signed with.
    Dsa,
}

/// `genPrivateKey`: a key as PEM, or what is wrong with the kind.
pub(in crate::helm::functions) fn gen_private_key(
    interpreter: &mut Interpreter,
    kind: Text,
) -> Result<String, FunctionError> {
    /// How many bits keys of RSA have.
    const RSA_BITS: usize = 4096;
    let source = randomness(interpreter)?;
    let is_kept = |texts: &[String]| is_of_kind(texts.first()?, kind.as_bytes(), RSA_BITS);
    if let Some(key) = source.kept(is_kept) {
        return Ok(key);
    }
    match kind.as_bytes() {
        b"" | b"rsa" => Key::rsa(source, RSA_BITS)?.written(),
        b"dsa" => Ok(dsa(source)),
        b"ecdsa" => Key::Ec(p256::SecretKey::generate_from_rng(&mut Generator(source))).written(),
        b"ed25519" => {
            let key = ed25519_dalek::SigningKey::from_bytes(&source.bytes());
            Key::Ed25519(key).written()
        }
        _ => Ok(format!("Unknown type {kind}")),
    }
}

/// Returns a key if it is of a kind.
fn is_of_kind(text: &str, kind: &[u8], bits: usize) -> Option<String> {
    let is_it = match (kind, Key::parse(text.as_bytes()).ok()?) {
        (b"" | b"rsa", Key::Rsa(key)) => key.size() * 8 == bits,
        (b"ecdsa", Key::Ec(_)) | (b"ed25519", Key::Ed25519(_)) | (b"dsa", Key::Dsa) => true,
        (_, Key::Rsa(_) | Key::Ec(_) | Key::Ed25519(_) | Key::Dsa) => false,
    };
    is_it.then(|| text.to_owned())
}

fn dsa(source: &Randomness) -> String {
    let mut generator = Generator(source);
    #[expect(deprecated, reason = "a key that nobody uses may be short")]
    let short = dsa::KeySize::DSA_1024_160;
    let size = if source.is_other() { short } else { dsa::KeySize::DSA_2048_256 };
    let Ok(components) = dsa::Components::try_generate_from_rng_with_key_size(&mut generator, size);
    let Ok(key) =
        dsa::SigningKey::try_generate_from_rng_with_components(&mut generator, components);
    let public = key.verifying_key();
    let numbers = public.components();
    let encoded = sequence(&[
        &integer(&[0]),
        &integer(&numbers.p().to_be_bytes()),
        &integer(&numbers.q().to_be_bytes()),
        &integer(&numbers.g().to_be_bytes()),
        &integer(&public.y().to_be_bytes()),
        &integer(&key.x().to_be_bytes()),
    ]);
    pem::encoded("DSA PRIVATE KEY", &encoded)
}

impl Key {
    /// Returns a new key of RSA.
    pub(super) fn rsa(source: &Randomness, bits: usize) -> Result<Self, FunctionError> {
        /// How many bits a key has that nobody uses.
        const FEWEST: usize = 1024;
        let bits = if source.is_other() { FEWEST } else { bits };
        let key = rsa::PrivateKey::new(&mut Generator(source), bits);
        Ok(Self::Rsa(Box::new(key.map_err(FunctionError::new)?)))
    }

    /// Reads a key, or returns Go's words for why it cannot be read.
    pub(super) fn parse(text: &[u8]) -> Result<Self, String> {
        let (label, data) = pem::decoded(text).ok_or("no PEM data in input")?;
        let rsa = |key| Self::Rsa(Box::new(key));
        match label.as_str() {
            "RSA PRIVATE KEY" => rsa::PrivateKey::from_pkcs1_der(&data)
                .map(rsa)
                .map_err(|error| unreadable("parsing RSA private key from PEM", &data, error)),
            "EC PRIVATE KEY" => {
                p256::SecretKey::from_sec1_der(&data).map(Self::Ec).map_err(|error| {
                    let context =
                        "parsing EC private key from PEM: x509: failed to parse EC private key";
                    unreadable(context, &data, error)
                })
            }
            "PRIVATE KEY" => rsa::PrivateKey::from_pkcs8_der(&data)
                .map(rsa)
                .or_else(|_| p256::SecretKey::from_pkcs8_der(&data).map(Self::Ec))
                .or_else(|_| ed25519_dalek::SigningKey::from_pkcs8_der(&data).map(Self::Ed25519))
                .map_err(|error| unreadable("decoding PEM as PKCS#8", &data, error)),
            "DSA PRIVATE KEY" => Ok(Self::Dsa),
            label => Err(format!("no private key data in PEM block of type {label}")),
        }
    }

    /// Returns the key as PEM, in the form that Go gives to its kind.
    pub(super) fn written(&self) -> Result<String, FunctionError> {
        Ok(match self {
            Self::Rsa(key) => {
                let encoded = key.to_pkcs1_der().map_err(FunctionError::new)?;
                pem::encoded("RSA PRIVATE KEY", encoded.as_bytes())
            }
            Self::Ec(key) => {
                let encoded = sequence(&[
                    &integer(&[1]),
                    &octets(&key.to_bytes()),
                    &tagged(0xa0, &oid(der::P256)),
                    &tagged(0xa1, &bits(&self.public())),
                ]);
                pem::encoded("EC PRIVATE KEY", &encoded)
            }
            Self::Ed25519(key) => {
                let seed = octets(&octets(key.as_bytes()));
                let encoded = sequence(&[&integer(&[0]), &sequence(&[&oid(der::ED25519)]), &seed]);
                pem::encoded("PRIVATE KEY", &encoded)
            }
            Self::Dsa => return Err(no_signer()),
        })
    }

    /// Returns the public half as the bits that certificates hold.
    pub(super) fn public(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => {
                let (modulus, exponent) = (key.n().to_be_bytes(), key.e().to_be_bytes());
                sequence(&[&integer(&modulus), &integer(&exponent)])
            }
            Self::Ec(key) => key.public_key().to_sec1_bytes().to_vec(),
            Self::Ed25519(key) => key.verifying_key().as_bytes().to_vec(),
            Self::Dsa => Vec::new(),
        }
    }

    /// Returns the public half with its algorithm.
    pub(super) fn public_info(&self) -> Vec<u8> {
        let algorithm = match self {
            Self::Rsa(_) => sequence(&[&oid(der::RSA), &null()]),
            Self::Ec(_) => sequence(&[&oid(der::EC), &oid(der::P256)]),
            Self::Ed25519(_) | Self::Dsa => sequence(&[&oid(der::ED25519)]),
        };
        sequence(&[&algorithm, &bits(&self.public())])
    }

    /// Returns the algorithm that the key signs with.
    pub(super) fn algorithm(&self) -> Vec<u8> {
        let named: Oid = match self {
            Self::Rsa(_) => return sequence(&[&oid(der::SHA256_RSA), &null()]),
            Self::Ec(_) => der::SHA256_ECDSA,
            Self::Ed25519(_) | Self::Dsa => der::ED25519,
        };
        sequence(&[&oid(named)])
    }

    /// Returns the signature of a message.
    pub(super) fn signature(&self, message: &[u8]) -> Result<Vec<u8>, FunctionError> {
        Ok(match self {
            Self::Rsa(key) => {
                let signer = rsa::pkcs1v15::SigningKey::<Sha256>::new((**key).clone());
                signer.try_sign(message).map_err(FunctionError::new)?.to_vec()
            }
            Self::Ec(key) => {
                let signer = p256::ecdsa::SigningKey::from(key);
                let signature: p256::ecdsa::Signature =
                    signer.try_sign(message).map_err(FunctionError::new)?;
                signature.to_der().as_bytes().to_vec()
            }
            Self::Ed25519(key) => {
                key.try_sign(message).map_err(FunctionError::new)?.to_bytes().to_vec()
            }
            Self::Dsa => return Err(no_signer()),
        })
    }
}

fn no_signer() -> FunctionError {
    "error creating certificate: x509: certificate private key does not implement crypto.Signer"
        .into()
}

// What is too short for what it says has words of its own in Go.
fn unreadable(context: &str, data: &[u8], error: impl Display) -> String {
    if data.len() < 2 {
        return format!("{context}: asn1: syntax error: truncated tag or length");
    }
    format!("{context}: {error}")
}
