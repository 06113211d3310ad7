//! Who we are to sources: `access.yaml` files, and what stands in an address.

use crate::host::agent::Agent;
use crate::host::files;
use crate::secret::{Credential, Secret};
use crate::source::SourceError;
use crate::yaml;
use std::collections::BTreeMap;
use std::path::Path;
use url::Url;

/// The credentials of sources, by the sources' addresses as components write them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access(BTreeMap<String, Secret>);

impl Access {
    /// Returns this access with what the file `access.yaml` of a component's folder adds: it maps
    /// sources to names of variables, and what is known from components above is stronger.
    pub fn with_file(&self, folder: &Path, agent: &Agent) -> Result<Self, SourceError> {
        let file = folder.join("access.yaml");
        let read = files::read_if_there(&file);
        let Some(content) = read.map_err(|source| SourceError::AccessFile { source })? else {
            return Ok(self.clone());
        };
        let invalid = |error: yaml::Error| SourceError::Access {
            file: file.clone(),
            line: error.line,
            problem: error.message,
        };
        let mut access = self.clone();
        let Some(root) = yaml::parse(&content).map_err(invalid)? else {
            return Ok(access);
        };
        for (source, name) in root.assignments("a mapping").map_err(invalid)? {
            let name_of = name.string().map_err(invalid)?.unwrap_or_default();
            if access.0.contains_key(&source) || name_of.is_empty() {
                continue;
            }
            let value = agent.raw(&name_of).and_then(Secret::new);
            let Some(secret) = value.filter(|value| !value.reveal().starts_with("$(")) else {
                let (file, line) = (file.clone(), Some(name.line()));
                return Err(SourceError::Variable {
                    name: name_of,
                    source_address: source,
                    file,
                    line,
                });
            };
            access.0.insert(source, secret);
        }
        Ok(access)
    }

    /// Returns how to enter a source: what an access file has for exactly this address, else what
    /// stands in the address itself.
    pub fn credential(&self, address: &str) -> Credential {
        if let Some(secret) = self.0.get(address) {
            return Credential::UserInfo(secret.clone());
        }
        let Ok(url) = Url::parse(address) else {
            return Credential::Anonymous;
        };
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
        };
        let text = match (url.username(), url.password()) {
            ("", None) => return Credential::Anonymous,
            (user, None) => decoded(user),
            (user, Some(password)) => format!("{}:{}", decoded(user), decoded(password)),
        };
        Secret::new(text).map_or(Credential::Anonymous, Credential::UserInfo)
    }

    /// Returns the secrets, to be hidden.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.0.values()
    }
}
