//! Who we are to sources: `access.yaml` files, and what stands in an address.

use crate::address::shown;
use crate::failure::Place;
use crate::host::agent::Agent;
use crate::host::files;
use crate::secret::{Credential, Secret};
use crate::source::{Problem, SourceError};
use crate::yaml;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// Which variable has the credential of a source, by the sources' addresses as components write
/// them.
#[derive(Clone, Debug)]
pub struct Access {
    agent: Arc<Agent>,
    variables: Arc<BTreeMap<String, Variable>>,
}

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    place: Place,
}

/// Returns the access file of a component's folder.
pub fn access_file(folder: &Path) -> PathBuf {
    folder.join("access.yaml")
}

impl Access {
    /// Returns the access that there is above all components: none.
    pub fn none(agent: &Agent) -> Self {
        Self { agent: Arc::new(agent.clone()), variables: Arc::default() }
    }

    /// Returns this access with what an access file adds: it maps sources to names of variables,
    /// and what is known from components above is stronger.
    pub fn with_file(&self, file: &Path) -> Result<Self, SourceError> {
        let read = files::read_if_there(file);
        let Some(content) = read.map_err(|source| SourceError::AccessFile { source })? else {
            return Ok(self.clone());
        };
        let invalid = |error: yaml::Error| SourceError::Access {
            file: file.to_owned(),
            line: error.line,
            problem: error.message,
        };
        let mut access = self.clone();
        let Some(root) = yaml::parse(&content).map_err(invalid)? else {
            return Ok(access);
        };
        for (source, name) in root.assignments("a mapping").map_err(invalid)? {
            let place = Place::line(file, Some(name.line()));
            let name = name.string().map_err(invalid)?.unwrap_or_default();
            if !name.is_empty() {
                Arc::make_mut(&mut access.variables)
                    .entry(source)
                    .or_insert(Variable { name, place });
            }
        }
        Ok(access)
    }

    /// Returns how to enter a source: what an access file has for exactly this address, else what
    /// stands in the address itself. Files are entered without.
    pub fn credential(&self, address: &str) -> Result<Credential, Problem> {
        let Ok(url) = Url::parse(address) else {
            return Ok(Credential::Anonymous);
        };
        if url.scheme() == "file" {
            return Ok(Credential::Anonymous);
        }
        if let Some(Variable { name, place }) = self.variables.get(address) {
            // The seed of random values is for no server.
            let value = self.agent.raw(name).filter(|_| name != "RANDOM_SEED");
            let value = value.and_then(Secret::new);
            // An undefined variable of the pipeline stays as it is written.
            let known = value.filter(|value| !value.reveal().starts_with("$("));
            return known.map(Credential::UserInfo).ok_or_else(|| Problem::Variable {
                name: name.clone(),
                address: shown(address),
                place: place.clone(),
            });
        }
        let decoded = |text: &str| {
            percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
        };
        let text = match (url.username(), url.password()) {
            ("", None) => return Ok(Credential::Anonymous),
            (user, None) => decoded(user),
            (user, Some(password)) => format!("{}:{}", decoded(user), decoded(password)),
        };
        Ok(Secret::new(text).map_or(Credential::Anonymous, Credential::UserInfo))
    }
}
