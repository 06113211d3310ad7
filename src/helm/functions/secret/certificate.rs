//! Certificates.

use crate::helm::functions::date::utc;
use crate::helm::functions::encoding::base_64;
use crate::helm::functions::secret::der::{self, bits, integer, octets, oid, sequence, tagged};
use crate::helm::functions::secret::key::Key;
use crate::helm::functions::secret::pem;
use crate::helm::functions::state::{now, randomness};
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::{Class, Kind, List, Named, Object, Text, Type, Value};
use sha1::{Digest, Sha1};
use std::net::IpAddr;
use std::rc::Rc;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::SubjectKeyIdentifier;

/// What `genCA` and its kin give: a certificate and its private key, both as PEM.
#[derive(Debug)]
pub struct CertificateObject {
    certificate: Text,
    key: Text,
}

static CERTIFICATE: Named = Named { name: "sprig.certificate", kind: Kind::Struct };

impl Class for CertificateObject {
    const TYPE: Type = Type::Named(&CERTIFICATE);
}

impl Object for CertificateObject {
    fn type_of(&self) -> Type {
        Self::TYPE
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Cert", Value::String(self.certificate.clone())),
            ("Key", Value::String(self.key.clone())),
        ]
    }

    fn equals(&self, other: &dyn Object) -> bool {
        let any: &dyn std::any::Any = other;
        any.downcast_ref::<Self>()
            .is_some_and(|other| (&self.certificate, &self.key) == (&other.certificate, &other.key))
    }
}

type Made = Result<Rc<CertificateObject>, FunctionError>;

/// `buildCustomCert`: a certificate and a key that are there already, in base 64.
pub(in crate::helm::functions) fn build_custom_cert(certificate: Text, key: Text) -> Made {
    let certificate = base_64(certificate.as_bytes())
        .ok()
        .ok_or_else(|| FunctionError::new("unable to decode base64 certificate"))?;
    let key = base_64(key.as_bytes())
        .ok()
        .ok_or_else(|| FunctionError::new("unable to decode base64 private key"))?;
    let (_, data) = pem::decoded(&certificate)
        .ok_or_else(|| FunctionError::new("unable to decode certificate"))?;
    x509_cert::Certificate::from_der(&data).ok().ok_or_else(|| {
        let message = "error parsing certificate: decodedCert.Bytes: x509: malformed certificate";
        FunctionError::new(message)
    })?;
    Key::parse(&key)
        .map_err(|error| FunctionError::new(format_args!("error parsing private key: {error}")))?;
    Ok(Rc::new(CertificateObject { certificate: certificate.into(), key: key.into() }))
}

/// `genCA`: an authority.
pub(in crate::helm::functions) fn gen_ca(
    interpreter: &mut Interpreter,
    name: Text,
    days: isize,
) -> Made {
    let key = new_key(interpreter)?;
    authority(interpreter, &name, days, &key)
}

/// `genCAWithKey`: an authority with a key that is there already.
pub(in crate::helm::functions) fn gen_ca_with_key(
    interpreter: &mut Interpreter,
    name: Text,
    days: isize,
    key: Text,
) -> Made {
    authority(interpreter, &name, days, &given_key(&key)?)
}

fn authority(interpreter: &Interpreter, name: &Text, days: isize, key: &Key) -> Made {
    let request = Request { name, days, addresses: Vec::new(), is_authority: true };
    request.certificate(interpreter, key, None)
}

/// `genSelfSignedCert`.
pub(in crate::helm::functions) fn gen_self_signed_cert(
    interpreter: &mut Interpreter,
    name: Text,
    addresses: List,
    names: List,
    days: isize,
) -> Made {
    let key = new_key(interpreter)?;
    Request::new(&name, &addresses, &names, days)?.certificate(interpreter, &key, None)
}

/// `genSelfSignedCertWithKey`.
pub(in crate::helm::functions) fn gen_self_signed_cert_with_key(
    interpreter: &mut Interpreter,
    name: Text,
    addresses: List,
    names: List,
    days: isize,
    key: Text,
) -> Made {
    let key = given_key(&key)?;
    Request::new(&name, &addresses, &names, days)?.certificate(interpreter, &key, None)
}

/// `genSignedCert`: a certificate that an authority signs.
pub(in crate::helm::functions) fn gen_signed_cert(
    interpreter: &mut Interpreter,
    name: Text,
    addresses: List,
    names: List,
    days: isize,
    authority: Rc<CertificateObject>,
) -> Made {
    let key = new_key(interpreter)?;
    signed(interpreter, &Request::new(&name, &addresses, &names, days)?, &key, &authority)
}

/// `genSignedCertWithKey`.
pub(in crate::helm::functions) fn gen_signed_cert_with_key(
    interpreter: &mut Interpreter,
    name: Text,
    addresses: List,
    names: List,
    days: isize,
    authority: Rc<CertificateObject>,
    key: Text,
) -> Made {
    let key = given_key(&key)?;
    signed(interpreter, &Request::new(&name, &addresses, &names, days)?, &key, &authority)
}

fn signed(
    interpreter: &Interpreter,
    request: &Request<'_>,
    key: &Key,
    authority: &CertificateObject,
) -> Made {
    let issuer = Issuer::parse(authority)?;
    request.certificate(interpreter, key, Some(&issuer))
}

fn new_key(interpreter: &Interpreter) -> Result<Key, FunctionError> {
    /// How many bits keys of certificates have.
    const BITS: usize = 2048;
    Key::rsa(randomness(interpreter)?, BITS)
}

fn given_key(key: &Text) -> Result<Key, FunctionError> {
    Key::parse(key.as_bytes())
        .map_err(|error| FunctionError::new(format_args!("parsing private key: {error}")))
}

/// An authority that signs.
struct Issuer {
    name: Vec<u8>,
    key_identifier: Option<Vec<u8>>,
    key: Key,
}

impl Issuer {
    fn parse(authority: &CertificateObject) -> Result<Self, FunctionError> {
        let unreadable = || FunctionError::new("unable to decode certificate");
        let (_, data) = pem::decoded(authority.certificate.as_bytes()).ok_or_else(unreadable)?;
        let parsed = x509_cert::Certificate::from_der(&data).ok().ok_or_else(unreadable)?;
        let certificate = parsed.tbs_certificate();
        let key = Key::parse(authority.key.as_bytes()).map_err(|error| {
            FunctionError::new(format_args!("error parsing private key: {error}"))
        })?;
        let public = certificate.subject_public_key_info().to_der().ok().ok_or_else(unreadable)?;
        if let Key::Dsa = key {
            return Err(FunctionError::new(
                "error creating certificate: x509: certificate private key does not implement \
                 crypto.Signer",
            ));
        }
        if public != key.public_info() {
            return Err(FunctionError::new(
                "error creating certificate: x509: provided PrivateKey doesn't match parent's \
                 PublicKey",
            ));
        }
        let identifier = certificate.get_extension::<SubjectKeyIdentifier>().ok().flatten();
        Ok(Self {
            name: certificate.subject().to_der().ok().ok_or_else(unreadable)?,
            key_identifier: identifier.map(|(_, identifier)| identifier.0.as_bytes().to_vec()),
            key,
        })
    }
}

/// What a certificate is to say.
struct Request<'a> {
    name: &'a Text,
    days: isize,
    /// Alternative names, encoded.
    addresses: Vec<u8>,
    is_authority: bool,
}

impl<'a> Request<'a> {
    fn new(
        name: &'a Text,
        addresses: &List,
        names: &List,
        days: isize,
    ) -> Result<Self, FunctionError> {
        let mut ips = Vec::new();
        for address in addresses.iter() {
            let text = text_of(&address, "error parsing ip")?;
            let parsed: Option<IpAddr> = text.as_str().and_then(|text| text.parse().ok());
            let Some(ip) = parsed else {
                return Err(FunctionError::new(format_args!("error parsing ip: {text}")));
            };
            ips.extend(match ip.to_canonical() {
                IpAddr::V4(ip) => tagged(0x87, &ip.octets()),
                IpAddr::V6(ip) => tagged(0x87, &ip.octets()),
            });
        }
        let mut encoded = Vec::new();
        let mut fault = None;
        for name in names.iter() {
            let text = text_of(&name, "error processing alternate dns name")?;
            if !text.as_bytes().is_ascii() {
                fault.get_or_insert(text.clone());
            }
            encoded.extend(tagged(0x82, text.as_bytes()));
        }
        if let Some(text) = fault {
            let quoted =
                crate::helm::format::quoted(text.as_bytes(), crate::helm::format::Escape::Needed);
            return Err(FunctionError::new(format_args!(
                "error creating certificate: x509: {quoted} cannot be encoded as an IA5String"
            )));
        }
        encoded.extend(ips);
        Ok(Self { name, days, addresses: encoded, is_authority: false })
    }

    /// Returns the certificate, signed by the issuer or else by its own key.
    fn certificate(&self, interpreter: &Interpreter, key: &Key, issuer: Option<&Issuer>) -> Made {
        if let Key::Dsa = key {
            key.written()?;
        }
        let signer = issuer.map_or(key, |issuer| &issuer.key);
        let subject = self.subject();
        let issuer_name = issuer.map_or(&subject, |issuer| &issuer.name);
        let start = now(interpreter).seconds;
        let end = start.saturating_add((self.days as i64).saturating_mul(86_400));
        let serial: [u8; 16] = randomness(interpreter)?.bytes();
        let to_be_signed = sequence(&[
            &tagged(0xa0, &integer(&[2])),
            &integer(&serial),
            &signer.algorithm(),
            issuer_name,
            &sequence(&[&time(start), &time(end)]),
            &subject,
            &key.public_info(),
            &tagged(0xa3, &sequence(&[&self.extensions(key, &subject, issuer)])),
        ]);
        let signature = signer.signature(&to_be_signed)?;
        let certificate = sequence(&[&to_be_signed, &signer.algorithm(), &bits(&signature)]);
        Ok(Rc::new(CertificateObject {
            certificate: pem::encoded("CERTIFICATE", &certificate).into(),
            key: key.written()?.into(),
        }))
    }

    fn subject(&self) -> Vec<u8> {
        if self.name.is_empty() {
            return sequence(&[]);
        }
        let is_printable =
            |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(byte);
        let tag = if self.name.as_bytes().iter().all(is_printable) { 19 } else { 12 };
        let name = tagged(tag, self.name.as_bytes());
        sequence(&[&tagged(0x31, &sequence(&[&oid(der::COMMON_NAME), &name]))])
    }

    fn extensions(&self, key: &Key, subject: &[u8], issuer: Option<&Issuer>) -> Vec<u8> {
        let usage: &[u8] = if self.is_authority { &[2, 0xa4] } else { &[5, 0xa0] };
        let constraints: &[u8] = if self.is_authority { &[1, 1, 0xff] } else { &[] };
        let mut all = extension(der::KEY_USAGE, true, &tagged(3, usage));
        let purposes = sequence(&[&oid(der::SERVER), &oid(der::CLIENT)]);
        all.extend(extension(der::EXTENDED_USAGE, false, &purposes));
        all.extend(extension(der::CONSTRAINTS, true, &tagged(0x30, constraints)));
        if self.is_authority {
            let identifier = octets(&Sha1::digest(key.public()));
            all.extend(extension(der::SUBJECT_KEY, false, &identifier));
        }
        let authority = issuer.filter(|issuer| issuer.name != subject);
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

fn text_of<'v>(value: &'v Value, context: &str) -> Result<&'v Text, FunctionError> {
    value.as_text().ok_or_else(|| {
        let shown = crate::helm::format::sprint(
            std::slice::from_ref(value),
            &crate::helm::template::Limits::default(),
        );
        let shown = shown.unwrap_or_default();
        FunctionError::new(format_args!("{context}: {shown} is not a string"))
    })
}

/// Returns a point in time, with two digits for the year where that is enough.
fn time(seconds: i64) -> Vec<u8> {
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
