//! A certificate for the loopback address, signed by an authority made for the occasion.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};

/// What a server needs to encrypt, and its clients.
#[derive(Debug)]
pub(crate) struct Made {
    /// The configuration.
    pub(crate) configuration: Arc<ServerConfig>,
    /// The authority's certificate as PEM.
    pub(crate) authority: String,
    /// A client's certificate as PEM.
    pub(crate) client: String,
    /// The client's key in PKCS #8.
    pub(crate) client_key: Vec<u8>,
}

/// Returns what is needed; clients may have to show a certificate of the same authority.
pub(crate) fn self_made(of_clients_too: bool) -> Made {
    let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(DnType::CommonName, "Authority of a test");
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().expect("key");
    let authority = parameters.self_signed(&key).expect("certificate");
    let issuer = Issuer::new(parameters, key);

    let names = ["127.0.0.1", "localhost", "git.contoso.test"].map(str::to_owned).to_vec();
    let mut parameters = CertificateParams::new(names).expect("parameters");
    parameters.distinguished_name.push(DnType::CommonName, "Server of a test");
    let key = KeyPair::generate().expect("key");
    let certificate = parameters.signed_by(&key, &issuer).expect("certificate");
    let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
    parameters.distinguished_name.push(DnType::CommonName, "Client of a test");
    let client_key = KeyPair::generate().expect("key");
    let client = parameters.signed_by(&client_key, &issuer).expect("certificate");

    // A provider of our own: the process may have another, or none.
    let provider = Arc::new(ring::default_provider());
    let configuration = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions");
    let configuration = if of_clients_too {
        let mut roots = RootCertStore::empty();
        roots.add(authority.der().clone()).expect("authority");
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        configuration.with_client_cert_verifier(verifier.build().expect("verifier"))
    } else {
        configuration.with_no_client_auth()
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let configuration =
        configuration.with_single_cert(vec![certificate.der().clone()], key).expect("key pair");
    Made {
        configuration: Arc::new(configuration),
        authority: authority.pem(),
        client: client.pem(),
        client_key: client_key.serialize_der(),
    }
}
