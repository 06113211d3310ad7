//! Service connections and the environment in which a task finds them.

use serde_json::{Map, Value, json};
use url::Url;

use crate::support::agent::variables::formatted;

// The parameters that the agent does not mask, in lower case.
const NOT_MASKED: &[&str] = &[
    "role",
    "scope",
    "tenantid",
    "issuedat",
    "expiresat",
    "audience",
    "authenticationtype",
    "authorizationtype",
    "accesstokentype",
    "accesstokenfetchingmethod",
    "usewindowssecurity",
    "unsecured",
    "oauthaccesstokenissupplied",
    "completecallbackpayload",
    "acceptuntrustedcerts",
];
// Masked as well, but names that a task may show.
const IDENTITIES: &[&str] = &["username", "serviceprincipalid"];

/// A service connection.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint {
    url: String,
    scheme: String,
    parameters: Vec<(String, String)>,
    extra: Vec<(String, String)>,
}

impl Endpoint {
    /// Returns a connection without parameters; `scheme` is the agent's word, such as `Token`.
    pub(crate) fn new(url: &str, scheme: &str) -> Self {
        let url = Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
        Self { url, scheme: scheme.to_owned(), parameters: Vec::new(), extra: Vec::new() }
    }

    /// Adds an authorization parameter, such as `apitoken`.
    pub(crate) fn parameter(mut self, name: &str, value: &str) -> Self {
        self.parameters.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Adds an entry to the connection's data, such as `environment`.
    pub(crate) fn data(mut self, name: &str, value: &str) -> Self {
        self.extra.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Returns the values that the agent masks, user names among them.
    pub(crate) fn masked(&self) -> impl Iterator<Item = &str> {
        let masked = |name: &str| !NOT_MASKED.contains(&name.to_lowercase().as_str());
        self.parameters.iter().filter(move |(name, _)| masked(name)).map(|(_, value)| &**value)
    }

    /// Returns the values that must be shown nowhere, with their names.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = (&str, &str)> {
        let open = |name: &str| {
            let name = name.to_lowercase();
            NOT_MASKED.contains(&name.as_str()) || IDENTITIES.contains(&name.as_str())
        };
        let secrets = self.parameters.iter().filter(move |(name, _)| !open(name));
        secrets.map(|(name, value)| (&**name, &**value))
    }

    /// Returns the connection's environment variables; `id` is `SYSTEMVSSCONNECTION` or a GUID.
    pub(crate) fn environment(
        &self,
        id: &str,
        expand: impl Fn(&str) -> String,
    ) -> Vec<(String, String)> {
        let object = |pairs: &[(String, String)]| -> Map<String, Value> {
            pairs.iter().map(|(name, value)| (name.clone(), json!(expand(value)))).collect()
        };
        // The authorization is left as it is; only data is expanded.
        let parameters: Map<String, Value> =
            self.parameters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let authorization = json!({ "parameters": parameters, "scheme": self.scheme });
        let mut variables = vec![
            (format!("ENDPOINT_URL_{id}"), self.url.clone()),
            (format!("ENDPOINT_AUTH_{id}"), authorization.to_string()),
            (format!("ENDPOINT_AUTH_SCHEME_{id}"), self.scheme.clone()),
        ];
        for (name, value) in &self.parameters {
            let key = format!("ENDPOINT_AUTH_PARAMETER_{id}_{}", formatted(name));
            variables.push((key, value.clone()));
        }
        if id == "SYSTEMVSSCONNECTION" {
            return variables;
        }
        variables.push((format!("ENDPOINT_DATA_{id}"), json!(object(&self.extra)).to_string()));
        for (name, value) in &self.extra {
            variables.push((format!("ENDPOINT_DATA_{id}_{}", formatted(name)), expand(value)));
        }
        variables
    }
}
