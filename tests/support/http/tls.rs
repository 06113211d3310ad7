//! A certificate for the loopback address, signed by an authority made for the occasion.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Returns the configuration of a server, and its authority's certificate as PEM.
pub(crate) fn self_made() -> (Arc<ServerConfig>, String) {
    let mut parameters = CertificateParams::new(Vec::new()).expect("parameters");
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(DnType::CommonName, "Authority of a test");
    parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().expect("key");
    let authority = parameters.self_signed(&key).expect("certificate");
    let issuer = Issuer::new(parameters, key);

    let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let mut parameters = CertificateParams::new(names).expect("parameters");
    parameters.distinguished_name.push(DnType::CommonName, "Server of a test");
    let key = KeyPair::generate().expect("key");
    let certificate = parameters.signed_by(&key, &issuer).expect("certificate");

    // A provider of our own: the process may have another, or none.
    let provider = Arc::new(ring::default_provider());
    let configuration = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("protocol versions")
        .with_no_client_auth();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let configuration =
        configuration.with_single_cert(vec![certificate.der().clone()], key).expect("key pair");
    (Arc::new(configuration), authority.pem())
}
