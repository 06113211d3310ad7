//! Service connections as the agent hands them to a task.

use crate::host::agent::Agent;
use crate::secret::Secret;
use std::collections::BTreeMap;

/// A service connection. Its Debug shows no value that may be secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// The address that it is for.
    pub url: String,
    /// How it signs in, in the agent's words, such as `Token`.
    pub scheme: String,
    /// What it signs in with, by names in upper case.
    pub parameters: BTreeMap<String, Secret>,
    /// What else is known of it, by names in upper case.
    pub data: BTreeMap<String, String>,
}

impl Agent {
    /// Returns a service connection by its id, if an input of the task names it.
    // The id stands in lower case in the variables' names, and the rest in upper case.
    pub fn endpoint(&self, id: &str) -> Option<Endpoint> {
        let is_id = |id: &str| id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let id = Some(id).filter(|id| is_id(id))?;
        let entries = |kind: &str| -> BTreeMap<String, String> {
            let prefix = format!("ENDPOINT_{kind}_{id}_").to_uppercase();
            let named = self.variables.iter().filter_map(|(name, value)| {
                let name = name.to_uppercase();
                Some((name.strip_prefix(&prefix)?.to_owned(), value.clone()))
            });
            named.collect()
        };
        let one = |kind: &str| {
            let wanted = format!("ENDPOINT_{kind}_{id}");
            let found = self.variables.iter().find(|(name, _)| name.eq_ignore_ascii_case(&wanted));
            found.map(|(_, value)| value.trim().to_owned())
        };
        let parameters = entries("AUTH_PARAMETER").into_iter();
        Some(Endpoint {
            url: one("URL")?,
            scheme: one("AUTH_SCHEME")?,
            parameters: parameters.filter_map(|(k, v)| Some((k, Secret::new(v)?))).collect(),
            data: entries("DATA"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_is_put_together_from_its_variables() {
        let variables = [
            ("ENDPOINT_URL_0a-1b", "https://dev.azure.com/contoso/"),
            ("ENDPOINT_AUTH_0a-1b", "{}"),
            ("ENDPOINT_AUTH_SCHEME_0a-1b", "Token"),
            ("ENDPOINT_AUTH_PARAMETER_0a-1b_APITOKEN", "pat"),
            ("ENDPOINT_AUTH_PARAMETER_0a-1b2_APITOKEN", "another"),
            ("ENDPOINT_DATA_0a-1b", "{}"),
            ("ENDPOINT_DATA_0a-1b_ENVIRONMENT", "AzureCloud"),
        ];
        let agent = Agent::of(&variables);
        let endpoint = agent.endpoint("0A-1B").unwrap();
        assert_eq!(
            format!("{endpoint:?}"),
            "Endpoint { url: \"https://dev.azure.com/contoso/\", scheme: \"Token\", parameters: \
             {\"APITOKEN\": ***}, data: {\"ENVIRONMENT\": \"AzureCloud\"} }"
        );
        assert_eq!(agent.endpoint("0a"), None);
        assert_eq!(agent.endpoint("AUTH_0a-1b"), None);
    }
}
