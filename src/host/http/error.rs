//! Requests that got no answer.

use std::error::Error;
use url::Url;

/// A request without an answer, or an answer that broke off.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// There is no connection.
    #[error("cannot connect to {host}")]
    Connect {
        /// The host and port.
        host: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The certificate is not trusted.
    #[error("the certificate of {host} is not trusted")]
    Untrusted {
        /// The host and port.
        host: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The connection broke, or the server was silent for too long.
    #[error("the connection to {host} broke")]
    Broken {
        /// The host and port.
        host: String,
        /// Why.
        source: reqwest::Error,
    },
    /// The server sends the client to another host.
    #[error("{from} redirects to {to}")]
    Redirected {
        /// The host that was asked.
        from: String,
        /// Where it points, without query.
        to: String,
        /// Where it points, if that can be followed.
        target: Option<Url>,
    },
    /// The client itself cannot be made.
    #[error("the HTTP client cannot be set up")]
    Setup {
        /// Why.
        source: reqwest::Error,
    },
    /// The client certificate cannot be used.
    #[error("the agent's client certificate cannot be used: {reason}")]
    ClientCertificate {
        /// Why not.
        reason: String,
    },
    /// The proxy cannot be used.
    #[error("the proxy cannot be used: {reason}")]
    Proxy {
        /// Why not.
        reason: String,
    },
    /// The file with additional certificates holds none.
    #[error("the certificate file holds no certificate in PEM form")]
    Certificates,
}

impl HttpError {
    /// Tells whether the server has not heard of the request.
    pub(super) fn is_unconnected(&self) -> bool {
        matches!(self, Self::Connect { .. })
    }

    /// Tells whether another attempt may help, where it can do no harm.
    pub(super) fn is_passing(&self) -> bool {
        match self {
            Self::Connect { .. } => true,
            // Whoever was silent for minutes will be so again.
            Self::Broken { source, .. } => !source.is_timeout(),
            Self::Untrusted { .. }
            | Self::Redirected { .. }
            | Self::Setup { .. }
            | Self::ClientCertificate { .. }
            | Self::Proxy { .. }
            | Self::Certificates => false,
        }
    }
}

/// Returns what a failure of the client means.
pub(super) fn classified(host: String, source: reqwest::Error) -> HttpError {
    let source = source.without_url();
    if is_certificate_problem(&source) {
        HttpError::Untrusted { host, source }
    } else if source.is_connect() {
        HttpError::Connect { host, source }
    } else {
        HttpError::Broken { host, source }
    }
}

fn is_certificate_problem(error: &(dyn Error + 'static)) -> bool {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return matches!(tls, rustls::Error::InvalidCertificate(_));
    }
    // An I/O error hides what it was made of from `source`.
    let hidden = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    match hidden {
        Some(hidden) => is_certificate_problem(hidden),
        None => error.source().is_some_and(is_certificate_problem),
    }
}
