//! Certificates.

mod content;
mod kept;

use crate::helm::functions::chance::{Randomness, UNKNOWN_KEY};
use crate::helm::functions::encoding::base_64;
use crate::helm::functions::secret::der::{self, bits, oid, sequence, tagged};
use crate::helm::functions::secret::key::Key;
use crate::helm::functions::secret::pem;
use crate::helm::functions::state::{now, randomness};
use crate::helm::template::{FunctionError, Interpreter};
use crate::helm::value::{Class, Kind, List, Named, Object, Text, Type, Value};
use content::{Content, time};
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

impl CertificateObject {
    /// Returns the certificate.
    pub fn certificate(&self) -> &Text {
        &self.certificate
    }

    /// Returns the private key.
    pub fn key(&self) -> &Text {
        &self.key
    }
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
    authority(interpreter, &name, days, None)
}

/// `genCAWithKey`: an authority with a key that is there already.
pub(in crate::helm::functions) fn gen_ca_with_key(
    interpreter: &mut Interpreter,
    name: Text,
    days: isize,
    key: Text,
) -> Made {
    authority(interpreter, &name, days, Some(given_key(&key)?))
}

fn authority(interpreter: &Interpreter, name: &Text, days: isize, key: Option<Key>) -> Made {
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
    Request::new(&name, &addresses, &names, days)?.certificate(interpreter, None, None)
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
    let key = Some(given_key(&key)?);
    Request::new(&name, &addresses, &names, days)?.certificate(interpreter, key, None)
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
    signed(interpreter, &Request::new(&name, &addresses, &names, days)?, None, &authority)
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
    let key = Some(given_key(&key)?);
    signed(interpreter, &Request::new(&name, &addresses, &names, days)?, key, &authority)
}

fn signed(
    interpreter: &Interpreter,
    request: &Request<'_>,
    key: Option<Key>,
    authority: &CertificateObject,
) -> Made {
    let issuer = Issuer::parse(authority)?;
    request.certificate(interpreter, key, Some(&issuer))
}

fn new_key(source: &Randomness) -> Result<Key, FunctionError> {
    /// How many bits keys of certificates have.
    const BITS: usize = 2048;
    Key::rsa(source, BITS)
}

fn given_key(key: &Text) -> Result<Key, FunctionError> {
    Key::parse(key.as_bytes())
        .map_err(|error| FunctionError::new(format_args!("parsing private key: {error}")))
}

/// An authority that signs.
struct Issuer {
    name: Vec<u8>,
    key_identifier: Option<Vec<u8>>,
    /// `None` where a kept certificate's key is not known: then nothing can be signed.
    key: Option<Key>,
}

impl Issuer {
    fn parse(authority: &CertificateObject) -> Result<Self, FunctionError> {
        let unreadable = || FunctionError::new("unable to decode certificate");
        let (_, data) = pem::decoded(authority.certificate.as_bytes()).ok_or_else(unreadable)?;
        let parsed = x509_cert::Certificate::from_der(&data).ok().ok_or_else(unreadable)?;
        let certificate = parsed.tbs_certificate();
        let identifier = certificate.get_extension::<SubjectKeyIdentifier>().ok().flatten();
        let mut issuer = Self {
            name: certificate.subject().to_der().ok().ok_or_else(unreadable)?,
            key_identifier: identifier.map(|(_, identifier)| identifier.0.as_bytes().to_vec()),
            key: None,
        };
        if authority.key.as_bytes().starts_with(UNKNOWN_KEY.as_bytes()) {
            return Ok(issuer);
        }
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
        issuer.key = Some(key);
        Ok(issuer)
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

    /// Returns the certificate, signed by the issuer or else by its own key, which is new where none
    /// is given; or what was published before.
    fn certificate(
        &self,
        interpreter: &Interpreter,
        key: Option<Key>,
        issuer: Option<&Issuer>,
    ) -> Made {
        let source = randomness(interpreter)?;
        let kept = |texts: &[String]| self.kept(texts, (key.as_ref(), issuer), now(interpreter));
        if let Some(kept) = source.kept(kept) {
            return Ok(Rc::new(kept));
        }
        let key = match key {
            Some(key) => key,
            None => new_key(source)?,
        };
        if let Key::Dsa = key {
            key.written()?;
        }
        let signer = match issuer {
            None => &key,
            // Nobody can sign for an authority whose key is unknown: what comes of it is not used.
            Some(Issuer { key: None, .. }) => {
                source.refuse();
                &key
            }
            Some(Issuer { key: Some(signer), .. }) => signer,
        };
        let subject = self.subject();
        let (start, end) = self.validity(source, interpreter);
        let (public, public_info) = (key.public(), key.public_info());
        let to_be_signed = self.to_be_signed(&Content {
            serial: &source.bytes::<16>(),
            algorithm: &signer.algorithm(),
            issuer,
            subject: &subject,
            validity: sequence(&[&time(start), &time(end)]),
            public: &public,
            public_info: &public_info,
        });
        let signature = signer.signature(&to_be_signed)?;
        let certificate = sequence(&[&to_be_signed, &signer.algorithm(), &bits(&signature)]);
        Ok(Rc::new(CertificateObject {
            certificate: pem::encoded("CERTIFICATE", &certificate).into(),
            key: key.written()?.into(),
        }))
    }

    /// Returns from when to when the certificate holds. Where values outlive the run the clock may
    /// not count, and there is no end, which RFC 5280 writes as that of the year 9999.
    fn validity(&self, source: &Randomness, interpreter: &Interpreter) -> (i64, i64) {
        /// The beginning of 2020, and the end of 9999.
        const ALWAYS: (i64, i64) = (1_577_836_800, 253_402_300_799);
        if source.is_lasting() && self.days > 0 {
            return ALWAYS;
        }
        let start = if source.is_lasting() { ALWAYS.0 } else { now(interpreter).seconds };
        (start, start.saturating_add((self.days as i64).saturating_mul(86_400)))
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
