//! How the network is reached: authorities to trust, a client certificate, a proxy.

use crate::host::http::HttpError;
use crate::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use pkcs8::EncryptedPrivateKeyInfoRef;
use regex::{Regex, RegexBuilder};
use reqwest::ClientBuilder;
use std::fmt;
use url::{Host, Url};

/// What the agent says of the network. Without a proxy of the agent's, the variables `HTTPS_PROXY`,
/// `HTTP_PROXY` and `NO_PROXY` count.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// Authorities that are trusted besides the system's (PEM).
    pub authorities: Option<Vec<u8>>,
    /// What is shown to servers that ask for a certificate.
    pub certificate: Option<ClientCertificate>,
    /// The proxy.
    pub proxy: Option<Proxy>,
}

/// A certificate with its key.
#[derive(Clone)]
pub struct ClientCertificate {
    /// The certificate, and those up to the authority (PEM).
    pub chain: Vec<u8>,
    /// The key (PEM).
    pub key: Vec<u8>,
    /// The key's password.
    pub password: Option<Secret>,
}

/// A proxy, and what is reached without it.
#[derive(Clone)]
pub struct Proxy {
    address: Url,
    user: String,
    password: Option<Secret>,
    bypass: Vec<Regex>,
}

impl Network {
    /// Lets a client reach the network so.
    pub(super) fn apply(&self, mut builder: ClientBuilder) -> Result<ClientBuilder, HttpError> {
        if let Some(certificate) = &self.certificate {
            builder = builder.identity(certificate.identity()?);
        }
        if let Some(proxy) = self.proxy.clone() {
            let (user, password) = (proxy.user.clone(), proxy.password.clone());
            let custom =
                reqwest::Proxy::custom(move |url| proxy.serves(url).then(|| proxy.address.clone()));
            let password = password.as_ref().map(Secret::reveal).unwrap_or_default();
            let is_open = user.is_empty() && password.is_empty();
            builder =
                builder.proxy(if is_open { custom } else { custom.basic_auth(&user, password) });
        }
        Ok(builder)
    }
}

impl Proxy {
    /// Returns the proxy at an address. What `bypass` matches, as a whole address and whatever the
    /// case, is reached without it; a pattern that we cannot read matches nothing.
    // The patterns are JavaScript's, which knows a few forms more.
    pub fn new(
        address: &str,
        user: Option<&str>,
        password: Option<Secret>,
        bypass: &[String],
    ) -> Result<Self, HttpError> {
        let unusable = |reason: String| HttpError::Proxy { reason };
        let mut address = Url::parse(address).map_err(|error| unusable(error.to_string()))?;
        if !matches!(address.scheme(), "http" | "https") || !address.has_host() {
            return Err(unusable("it is no address that begins with http:// or https://".into()));
        }
        let (_, _) = (address.set_username(""), address.set_password(None));
        let pattern = |text: &String| RegexBuilder::new(text).case_insensitive(true).build().ok();
        Ok(Self {
            address,
            user: user.unwrap_or_default().to_owned(),
            password,
            bypass: bypass.iter().filter_map(pattern).collect(),
        })
    }

    /// Tells whether an address is reached through the proxy. This machine never is, as for the
    /// agent, and neither is what a virtual machine asks of Azure about itself.
    fn serves(&self, url: &Url) -> bool {
        let is_near = match url.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_link_local(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
            None => true,
        };
        !is_near && !self.bypass.iter().any(|pattern| pattern.is_match(url.as_str()))
    }
}

impl ClientCertificate {
    fn identity(&self) -> Result<reqwest::Identity, HttpError> {
        let key = self.decrypted().map_err(|reason| HttpError::ClientCertificate { reason })?;
        let both = [key.as_slice(), b"\n", self.chain.as_slice()].concat();
        reqwest::Identity::from_pem(&both).map_err(|error| HttpError::ClientCertificate {
            reason: error.without_url().to_string(),
        })
    }

    /// Returns the key without its password.
    fn decrypted(&self) -> Result<Vec<u8>, String> {
        let text = String::from_utf8_lossy(&self.key);
        if text.contains("Proc-Type: 4,ENCRYPTED") {
            return Err(
                "its key is encrypted in an old form: `openssl pkcs8 -topk8` makes the new \
                        one"
                .to_owned(),
            );
        }
        let Some((_, rest)) = text.split_once("-----BEGIN ENCRYPTED PRIVATE KEY-----") else {
            return Ok(self.key.clone());
        };
        let body = rest.split("-----").next().unwrap_or_default();
        let body: String = body.split_whitespace().collect();
        let unreadable = |reason: String| format!("its encrypted key cannot be read ({reason})");
        let der = BASE64_STANDARD.decode(body).map_err(|error| unreadable(error.to_string()))?;
        let encrypted = EncryptedPrivateKeyInfoRef::try_from(der.as_slice());
        let encrypted = encrypted.map_err(|error| unreadable(error.to_string()))?;
        let password = self.password.as_ref().ok_or("its key is encrypted, and has no password")?;
        let key = encrypted.decrypt(password.reveal()).map_err(|error| {
            format!("its key cannot be decrypted with the agent's password ({error})")
        })?;
        let key = BASE64_STANDARD.encode(key.as_bytes());
        Ok(format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n").into_bytes())
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCertificate").finish_non_exhaustive()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").field("address", &self.address.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bypass_list_is_of_patterns_over_whole_addresses() {
        let bypass = [r"\.contoso\.test", "^https://feed", "(?<=x)y"].map(str::to_owned);
        let proxy = Proxy::new("http://proxy:8080", None, None, &bypass).unwrap();
        let serves = |url: &str| proxy.serves(&Url::parse(url).unwrap());
        for direct in [
            "https://git.CONTOSO.test/r",
            "https://feed.test/",
            "http://127.0.0.1:8080/",
            "http://localhost/",
            "http://[::1]/",
            "http://169.254.169.254/metadata/identity/oauth2/token",
        ] {
            assert!(!serves(direct), "{direct}");
        }
        assert!(serves("https://dev.azure.com/contoso"));
        assert!(serves("http://feed.test/"));
    }

    #[test]
    fn a_proxy_has_an_address() {
        for address in ["", "proxy:8080", "socks5://proxy", "file:///x"] {
            assert!(Proxy::new(address, None, None, &[]).is_err(), "{address}");
        }
        let proxy = Proxy::new("http://me:secret@proxy:8080/", Some("me"), None, &[]).unwrap();
        assert_eq!(format!("{proxy:?}"), "Proxy { address: \"http://proxy:8080/\", .. }");
    }
}
