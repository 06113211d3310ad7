//! The HTTP client of a run: the agent's authorities, client certificate and proxy.

use crate::failure::{Code, Failure};
use crate::host::agent::Agent;
use crate::host::files;
use crate::host::http::{ClientCertificate, Http, HttpError, Network, Proxy};
use crate::secret::Secret;
use std::path::Path;

/// Returns the client that reaches the network as the agent does.
pub(super) fn client(agent: &Agent) -> Result<Http, Failure> {
    let network = Network {
        authorities: authorities(agent)?,
        certificate: certificate(agent)?,
        proxy: proxy(agent)?,
    };
    Http::new(&network).map_err(|error| failed(&error))
}

fn authorities(agent: &Agent) -> Result<Option<Vec<u8>>, Failure> {
    let authorities = agent.variable("Agent.CAInfo").map(|file| files::read(Path::new(file)));
    authorities.transpose().map_err(|error| Failure {
        causes: vec![error.to_string()],
        ..failure(
            (Code::Untrusted, AUTHORITIES),
            "the agent's certificate authorities cannot be read".to_owned(),
        )
    })
}

fn certificate(agent: &Agent) -> Result<Option<ClientCertificate>, Failure> {
    let read = |name: &str| {
        let content = agent.variable(name).map(|file| files::read(Path::new(file)));
        content.transpose().map_err(|error| Failure {
            causes: vec![error.to_string()],
            ..failure(
                (Code::NetworkSettings, CERTIFICATE),
                "the agent's client certificate cannot be read".to_owned(),
            )
        })
    };
    let (Some(chain), Some(key)) = (read("Agent.ClientCert")?, read("Agent.ClientCertKey")?) else {
        return Ok(None);
    };
    let password = secret(agent, "AGENT_CLIENTCERTPASSWORD");
    Ok(Some(ClientCertificate { chain, key, password }))
}

fn proxy(agent: &Agent) -> Result<Option<Proxy>, Failure> {
    let Some(address) = agent.variable("Agent.ProxyUrl") else {
        return Ok(None);
    };
    let list = agent.variable("Agent.ProxyBypassList").unwrap_or("[]");
    let bypass: Vec<String> = serde_json::from_str(list).unwrap_or_default();
    let user = agent.variable("Agent.ProxyUsername");
    let password = secret(agent, "AGENT_PROXYPASSWORD");
    Proxy::new(address, user, password, &bypass).map(Some).map_err(|error| failed(&error))
}

/// Returns a secret of the agent's own.
fn secret(agent: &Agent, name: &str) -> Option<Secret> {
    let value = agent.variable(&format!("SECRET_{name}")).or_else(|| agent.variable(name));
    value.and_then(Secret::new)
}

const AUTHORITIES: &str = "check the agent's file of certificate authorities (AGENT_CAINFO)";
const CERTIFICATE: &str =
    "check the agent's client certificate (AGENT_CLIENTCERT, AGENT_CLIENTCERTKEY and its password)";
const PROXY: &str = "check the agent's proxy (AGENT_PROXYURL)";

fn failed(error: &HttpError) -> Failure {
    let kind = match error {
        HttpError::ClientCertificate { .. } => (Code::NetworkSettings, CERTIFICATE),
        HttpError::Proxy { .. } => (Code::NetworkSettings, PROXY),
        _ => (Code::Untrusted, AUTHORITIES),
    };
    failure(kind, error.to_string())
}

fn failure((code, hint): (Code, &str), message: String) -> Failure {
    Failure { code, message, hint: Some(hint.to_owned()), place: None, causes: Vec::new() }
}
