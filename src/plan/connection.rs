//! Service connections: which of those that are given is for a repository, and how it signs in.

use crate::plan::{Facts, PlanError};
use crate::secret::{Credential, Federated, Identity, Secret};
use std::collections::BTreeMap;
use url::Url;

/// The inputs that name connections to repositories.
pub const REPOSITORIES: &[&str] = &["gitConnection", "githubConnection", "genericConnection"];
/// The input that names a connection to Azure.
pub const AZURE: &str = "azureConnection";

/// A service connection that an input names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The input.
    pub input: &'static str,
    /// Its id.
    pub id: String,
    /// What the agent tells of it; `None` where that is nothing.
    pub details: Option<Details>,
}

/// What the agent tells of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The address that it is for.
    pub url: String,
    /// How it signs in, in the agent's words.
    pub scheme: String,
    /// What it signs in with, by names in upper case.
    pub parameters: BTreeMap<String, Secret>,
    /// What else is known of it, by names in upper case.
    pub data: BTreeMap<String, String>,
}

/// A connection that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionError {
    /// The agent tells nothing of it.
    #[error("the agent hands over no such service connection")]
    Unknown,
    /// It signs in in a way that we cannot.
    #[error("it signs in by the scheme `{scheme}`, which cannot be used here")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// Something that its scheme needs is empty.
    #[error("its parameter `{name}` is empty")]
    Parameter {
        /// The name.
        name: &'static str,
    },
}

impl ConnectionError {
    /// Returns what to do about it.
    pub(super) fn hint(&self) -> String {
        match self {
            Self::Unknown => {
                "check that the connection is there, is enabled, and that this \
                 pipeline may use it (Project settings, Service connections)"
            }
            Self::Scheme { scheme } if scheme.eq_ignore_ascii_case("ServicePrincipal") => {
                "convert the connection to workload identity federation (in its settings)"
            }
            Self::Scheme { .. } => {
                "use a connection with a token or a password; to Azure, one by \
                 workload identity federation or managed identity"
            }
            Self::Parameter { .. } => "edit the connection in the project's settings",
        }
        .to_owned()
    }
}

/// Returns how a connection to repositories enters one; nothing where no input names any.
pub(super) fn of_repository(facts: &Facts, url: &Url) -> Option<Result<Credential, PlanError>> {
    let is_one = |connection: &&Connection| REPOSITORIES.contains(&connection.input);
    let given: Vec<&Connection> = facts.connections.iter().filter(is_one).collect();
    let fits = |connection: &&&Connection| {
        connection.details.as_ref().is_some_and(|details| is_for(&details.url, url))
    };
    let chosen = given.iter().find(fits).or_else(|| given.first())?;
    Some(chosen.credential(facts, url))
}

/// Returns how the connection to Azure enters a repository; nothing where no input names one.
pub(super) fn of_azure(facts: &Facts, url: &Url) -> Option<Result<Credential, PlanError>> {
    let chosen = facts.connections.iter().find(|connection| connection.input == AZURE)?;
    Some(chosen.identity(facts, url).map(|identity| Credential::Identity(Box::new(identity))))
}

impl Connection {
    fn credential(&self, facts: &Facts, url: &Url) -> Result<Credential, PlanError> {
        let details = self.details()?;
        let is_identity = |scheme: &str| details.scheme.eq_ignore_ascii_case(scheme);
        if [FEDERATED, MANAGED].into_iter().any(is_identity) {
            let identity = self.identity(facts, url)?;
            return Ok(Credential::Identity(Box::new(identity)));
        }
        if !is_for(&details.url, url) {
            return Err(PlanError::ForeignConnection {
                input: self.input,
                url: crate::address::shown(&details.url),
                address: url.to_string(),
            });
        }
        details.credential().map_err(|source| self.unusable(source))
    }

    /// Returns the identity of a connection, whose tokens are for Azure DevOps only.
    fn identity(&self, facts: &Facts, url: &Url) -> Result<Identity, PlanError> {
        let details = self.details()?;
        if !is_azure_devops(facts, url) {
            let (input, address) = (self.input, url.to_string());
            let url = "Azure DevOps".to_owned();
            return Err(PlanError::ForeignConnection { input, url, address });
        }
        if details.scheme.eq_ignore_ascii_case(MANAGED) {
            return Ok(Identity::Managed { client: details.data.get("MSICLIENTID").cloned() });
        }
        if !details.scheme.eq_ignore_ascii_case(FEDERATED) {
            let scheme = details.scheme.clone();
            return Err(self.unusable(ConnectionError::Scheme { scheme }));
        }
        let text = |name| {
            let found = details.parameter(name).map(|value| value.reveal().trim().to_owned());
            found.map_err(|source| self.unusable(source))
        };
        Ok(Identity::Federated(Federated {
            connection: self.id.clone(),
            tenant: text("tenantid")?,
            client: text("serviceprincipalid")?,
            authority: details.authority(),
            job_token: facts.job_token.clone().ok_or(PlanError::NoJobToken)?,
        }))
    }

    fn details(&self) -> Result<&Details, PlanError> {
        self.details.as_ref().ok_or_else(|| self.unusable(ConnectionError::Unknown))
    }

    fn unusable(&self, source: ConnectionError) -> PlanError {
        PlanError::Connection { input: self.input, source }
    }
}

const FEDERATED: &str = "WorkloadIdentityFederation";
const MANAGED: &str = "ManagedServiceIdentity";

impl Details {
    fn parameter(&self, name: &'static str) -> Result<&Secret, ConnectionError> {
        self.parameters.get(&name.to_uppercase()).ok_or(ConnectionError::Parameter { name })
    }

    /// Returns what the connection signs in with. Its kind decides the names of the parameters.
    fn credential(&self) -> Result<Credential, ConnectionError> {
        let token = || {
            let found =
                ["apitoken", "accesstoken"].into_iter().find_map(|n| self.parameter(n).ok());
            found.cloned().ok_or(ConnectionError::Parameter { name: "apitoken" })
        };
        match self.scheme.to_lowercase().as_str() {
            "token" | "personalaccesstoken" | "oauth" | "oauth2" | "installationtoken" => {
                token().map(Credential::Token)
            }
            "usernamepassword" => {
                let password = self.parameter("password")?;
                match self.parameter("username") {
                    Ok(user) => {
                        let both = format!("{}:{}", user.reveal().trim(), password.reveal().trim());
                        Ok(Secret::new(both).map_or(Credential::Anonymous, Credential::UserInfo))
                    }
                    // The user's name does not count where a token is the password.
                    Err(_) => Ok(Credential::Token(password.clone())),
                }
            }
            "none" => Ok(Credential::Anonymous),
            _ => Err(ConnectionError::Scheme { scheme: self.scheme.clone() }),
        }
    }

    /// Returns the address of Microsoft Entra; `None` is that of the public cloud.
    fn authority(&self) -> Option<String> {
        let given = self.data.get("ENVIRONMENTAUTHORITYURL").map(|url| url.trim());
        if let Some(url) = given.filter(|url| !url.is_empty()) {
            return Some(url.to_owned());
        }
        let named = self.data.get("ENVIRONMENT").map(|name| name.trim().to_lowercase());
        let url = match named.as_deref() {
            Some("azureusgovernment") => "https://login.microsoftonline.us",
            Some("azurechinacloud") => "https://login.chinacloudapi.cn",
            _ => return None,
        };
        Some(url.to_owned())
    }
}

/// Tells whether a connection's address is on the same server as a repository. The organization of
/// Azure DevOps has two addresses.
fn is_for(connection: &str, repository: &Url) -> bool {
    let Ok(connection) = Url::parse(connection.trim()) else {
        return false;
    };
    let same_organization = || {
        let known = (organization(&connection)?, organization(repository)?);
        Some(known.0 == known.1 && connection.scheme() == repository.scheme())
    };
    connection.origin() == repository.origin() || same_organization().unwrap_or_default()
}

/// Returns the organization of an address of Azure DevOps in the cloud, in lower case.
fn organization(url: &Url) -> Option<String> {
    let host = url.host_str()?.to_lowercase();
    match host.strip_suffix(".visualstudio.com") {
        Some(name) => Some(name.to_owned()),
        None if host == CLOUD => Some(url.path_segments()?.next()?.to_lowercase()),
        None => None,
    }
}

const CLOUD: &str = "dev.azure.com";

/// Tells whether a repository's server takes tokens for Azure DevOps: the cloud, or the server that
/// the job belongs to.
fn is_azure_devops(facts: &Facts, url: &Url) -> bool {
    let in_cloud = url.scheme() == "https" && url.port().is_none() && organization(url).is_some();
    let own = facts.collection.as_deref().and_then(|uri| Url::parse(uri).ok());
    in_cloud || own.is_some_and(|own| own.origin() == url.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_for_repositories_of_its_server() {
        let check = |connection: &str, repository: &str| {
            is_for(connection, &Url::parse(repository).unwrap())
        };
        for (connection, repository) in [
            ("https://github.com/", "https://github.com/contoso/r"),
            ("https://dev.azure.com/contoso/", "https://dev.azure.com/contoso/p/_git/r"),
            ("https://contoso.visualstudio.com/", "https://dev.azure.com/Contoso/p/_git/r"),
            ("https://dev.azure.com/contoso", "https://contoso.visualstudio.com/p/_git/r"),
            ("http://tfs:8080/tfs/", "http://tfs:8080/tfs/Main/p/_git/r"),
        ] {
            assert!(check(connection, repository), "{connection} {repository}");
        }
        for (connection, repository) in [
            ("https://github.com/", "https://github.com.evil.test/contoso/r"),
            ("https://github.com/", "http://github.com/contoso/r"),
            ("https://github.com/", "https://github.com:8443/contoso/r"),
            ("https://fabrikam.visualstudio.com/", "https://dev.azure.com/contoso/p/_git/r"),
            ("https://contoso.visualstudio.com/", "http://dev.azure.com/contoso/p/_git/r"),
            ("github.com", "https://github.com/contoso/r"),
            ("", "https://github.com/contoso/r"),
        ] {
            assert!(!check(connection, repository), "{connection} {repository}");
        }
    }

    #[test]
    fn tokens_for_azure_devops_go_nowhere_else() {
        let facts = Facts {
            collection: Some("https://tfs.contoso.test/Main/".to_owned()),
            ..Facts::default()
        };
        let check = |url: &str| is_azure_devops(&facts, &Url::parse(url).unwrap());
        assert!(check("https://dev.azure.com/contoso/p/_git/r"));
        assert!(check("https://contoso.visualstudio.com/p/_git/r"));
        assert!(check("https://tfs.contoso.test/Main/p/_git/r"));
        assert!(!check("http://dev.azure.com/contoso/p/_git/r"));
        assert!(!check("https://dev.azure.com:444/contoso/p/_git/r"));
        assert!(!check("https://github.com/contoso/r"));
        assert!(!check("https://visualstudio.com.evil.test/p/_git/r"));
    }
}
