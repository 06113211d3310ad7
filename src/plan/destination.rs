//! The destination of a plan: where each environment goes, and how the repository is entered.

use crate::address::Address;
use crate::environment::Environment;
use crate::filename;
use crate::inputs::{Authentication, Inputs, NoToken};
use crate::plan::connection;
use crate::plan::{
    CommitPlan, Delivery, Destination, Facts, PlanError, Provenance, Signing, Target,
};
use crate::secret::{Credential, Secret};
use std::collections::BTreeMap;
use url::Url;

/// Returns the repository that the manifests go to, and where in it.
pub(super) fn destination(
    inputs: &Inputs,
    facts: &Facts,
    credential: Credential,
) -> Result<Destination, PlanError> {
    let address = address(inputs)?;
    let address = match address {
        Address::Server(_) => address.clone(),
        Address::Folder(path) => Address::Folder(facts.working_folder.join(path)),
    };
    Ok(Destination {
        address,
        credential,
        branches: branches(inputs)?,
        pruning: inputs.pruning,
        allow_older: inputs.allow_older,
        delivery: Delivery::of(inputs),
        commit: commit(inputs, facts),
        origin: origin(inputs, facts),
    })
}

/// Returns how commits are made.
pub(super) fn commit(inputs: &Inputs, facts: &Facts) -> CommitPlan {
    CommitPlan {
        message: inputs.commit_message.clone(),
        author_name: inputs.author_name.clone().or_else(|| facts.requested_for.clone()),
        author_email: inputs.author_email.clone().or_else(|| facts.requested_for_email.clone()),
        signing: inputs.signing_key.as_ref().map(|key| Signing {
            key: facts.working_folder.join(key),
            passphrase: inputs.signing_passphrase.clone().ok(),
        }),
    }
}

/// Refuses a passphrase that is still `$(…)`.
pub(super) fn passphrase(inputs: &Inputs) -> Result<(), PlanError> {
    match &inputs.signing_passphrase {
        Err(NoToken::Unexpanded(error)) => Err(PlanError::Token(error.clone())),
        Ok(_) | Err(NoToken::Absent) => Ok(()),
    }
}

/// Returns where what is committed comes from.
pub(super) fn origin(inputs: &Inputs, facts: &Facts) -> Provenance {
    Provenance {
        source: facts.source.clone(),
        path: facts.path_in_repository(inputs.definition_path.as_deref()),
        folder: facts.definition_folder(inputs.definition_path.as_deref()),
        build: facts.build.clone(),
    }
}

/// Returns the address of the destination.
pub(super) fn address(inputs: &Inputs) -> Result<&Address, PlanError> {
    inputs.destination_repository.as_ref().ok_or(PlanError::NoDestination)
}

/// Returns where each environment goes, by branch.
pub(super) fn branches(
    inputs: &Inputs,
) -> Result<BTreeMap<Option<String>, Vec<Target>>, PlanError> {
    let mut branches: BTreeMap<Option<String>, Vec<Target>> = BTreeMap::new();
    for environment in &inputs.environments {
        let name = environment.folder();
        let branch = inputs.destination_branch.as_ref().map(|b| b.replace(PLACEHOLDER, &name));
        let folder = target_folder(&inputs.destination_path, &name);
        if let Some(reason) = filename::refused_path(&folder) {
            return Err(PlanError::Folder { folder, reason });
        }
        if let Some(branch) = branch.as_ref().filter(|branch| !is_branch(branch)) {
            return Err(PlanError::Branch { branch: branch.clone() });
        }
        let targets = branches.entry(branch).or_default();
        targets.push(Target { environment: environment.clone(), folder });
    }
    branches.values().try_for_each(|targets| refuse_overlaps(targets))?;
    let names: Vec<&String> = branches.keys().flatten().collect();
    for inner in &names {
        // Git keeps the first as a file, where the other one needs a folder.
        let is_above = |name: &&&String| inner.starts_with(&format!("{name}/"));
        if let Some(outer) = names.iter().find(is_above) {
            let (outer, inner) = ((**outer).clone(), (*inner).clone());
            return Err(PlanError::NestedBranches { outer, inner });
        }
    }
    Ok(branches)
}

fn is_branch(name: &str) -> bool {
    !name.starts_with('-') && git2::Reference::is_valid_name(&format!("refs/heads/{name}"))
}

/// Returns each environment in a folder of its own name.
pub(super) fn by_name(environments: &[Environment]) -> Vec<Target> {
    let target = |environment: &Environment| Target {
        environment: environment.clone(),
        folder: environment.folder(),
    };
    environments.iter().map(target).collect()
}

/// Refuses two environments of which one would write into the other's folder.
pub(super) fn refuse_overlaps(targets: &[Target]) -> Result<(), PlanError> {
    let words = |target: &Target| target.environment.words().join(" ");
    for (index, first) in targets.iter().enumerate() {
        for second in targets.iter().skip(index + 1) {
            if on_windows(&first.folder) == on_windows(&second.folder) {
                let is_exact = first.folder == second.folder;
                let folder = first.folder.clone();
                let (first, second) = (words(first), words(second));
                return Err(PlanError::SharedFolder { first, second, folder, is_exact });
            }
            let nested = [(first, second), (second, first)].into_iter().find(|(outer, inner)| {
                let (outer, inner) = (on_windows(&outer.folder), on_windows(&inner.folder));
                inner.strip_prefix(&outer).is_some_and(|rest| rest.starts_with('/'))
            });
            if let Some((outer, inner)) = nested {
                let folder = outer.folder.clone();
                let (outer, inner) = (words(outer), words(inner));
                return Err(PlanError::NestedFolder { outer, folder, inner });
            }
        }
    }
    Ok(())
}

/// Returns what tells folders apart on Windows and macOS, where the case of letters does not.
fn on_windows(folder: &str) -> String {
    folder.to_lowercase()
}

const PLACEHOLDER: &str = "{environment}";

fn target_folder(path: &str, environment: &str) -> String {
    if path.contains(PLACEHOLDER) {
        path.replace(PLACEHOLDER, environment)
    } else if path.is_empty() {
        environment.to_owned()
    } else {
        format!("{path}/{environment}")
    }
}

/// Returns how a repository is entered.
pub(super) fn credential(
    inputs: &Inputs,
    facts: &Facts,
    address: &Address,
) -> Result<Credential, PlanError> {
    let Address::Server(url) = address else {
        return Ok(Credential::Anonymous);
    };
    let missing = || PlanError::NoToken { address: address.to_string() };
    match inputs.authentication {
        Authentication::None => Ok(Credential::Anonymous),
        Authentication::Auto => automatic(inputs, facts, url),
        Authentication::AccessToken => token(inputs).unwrap_or_else(|| Err(missing())),
        Authentication::Connection => {
            let inputs = connection::REPOSITORIES.join(", ");
            connection::of_repository(facts, url).unwrap_or(Err(PlanError::NoConnection { inputs }))
        }
        Authentication::WorkloadIdentity => {
            let inputs = connection::AZURE.to_owned();
            connection::of_azure(facts, url).unwrap_or(Err(PlanError::NoConnection { inputs }))
        }
        Authentication::SystemAccessToken => {
            let token = facts.job_token.clone().ok_or(PlanError::NoJobToken)?;
            facts.for_collection(url, token)
        }
    }
}

/// Returns the first way to enter a repository that there is.
fn automatic(inputs: &Inputs, facts: &Facts, url: &Url) -> Result<Credential, PlanError> {
    let own = || {
        let token = facts.job_token.clone()?;
        facts.for_collection(url, token).ok().map(Ok)
    };
    token(inputs)
        .or_else(|| connection::of_repository(facts, url))
        .or_else(|| connection::of_azure(facts, url))
        .or_else(own)
        .unwrap_or_else(|| Err(PlanError::NoToken { address: url.to_string() }))
}

/// Returns the access token, if one was given.
fn token(inputs: &Inputs) -> Option<Result<Credential, PlanError>> {
    match &inputs.access_token {
        Ok(token) => Some(Ok(Credential::Token(token.clone()))),
        Err(NoToken::Unexpanded(error)) => Some(Err(PlanError::Token(error.clone()))),
        Err(NoToken::Absent) => None,
    }
}

impl Facts {
    /// Returns the job's own token for an address of the collection that it is for.
    fn for_collection(&self, url: &Url, token: Secret) -> Result<Credential, PlanError> {
        if self.is_own_host(url) {
            return Ok(Credential::Bearer(token));
        }
        let collection = self.collection.clone().unwrap_or_else(|| "an unknown collection".into());
        Err(PlanError::ForeignHost { address: url.to_string(), collection })
    }
}
