//! The facts of a run: what the pipeline, or the repository around the definition, tells.

use crate::git;
use crate::host::agent::Agent;
use crate::host::files;
use crate::inputs::Raw;
use crate::plan::connection::{self, Connection, Details};
use crate::plan::{self, DefinitionCheckout, Facts, Source};
use std::path::PathBuf;

/// Returns the facts.
pub(super) fn gather(raw: &Raw, agent: &Agent) -> Facts {
    let variable = |name: &str| agent.variable(name).map(str::to_owned);
    let path = raw.path("definitionPath");
    let real = |path: PathBuf| files::resolved(&path).unwrap_or(path);
    if agent.in_pipeline() {
        let mut facts = Facts::gather(variable, agent.working_folder());
        facts.job_token = agent.job_token();
        facts.connections = connections(raw, agent);
        if raw.text("command").is_some_and(|command| command.eq_ignore_ascii_case("set")) {
            look_at_checkout(raw, &mut facts);
        }
        facts.path = Some(facts.folders(path.as_deref()).map(real).path());
        return facts;
    }
    let mut facts = Facts::gather(|_| None, agent.working_folder());
    let checkout = git::checkout(&real(facts.definition_folder(path.as_deref())));
    facts.source = Source {
        repository: checkout.origin.as_deref().map(plan::facts::without_user),
        commit: checkout.commit,
        message: checkout.message,
    };
    facts.repository_folder = checkout.root;
    facts.is_changed = git::is_changed(&real(facts.definition_folder(path.as_deref())));
    facts.path = Some(facts.folders(path.as_deref()).map(real).path());
    (facts.requested_for, facts.requested_for_email) = checkout.user;
    facts
}

/// Returns the service connections that inputs name.
fn connections(raw: &Raw, agent: &Agent) -> Vec<Connection> {
    let inputs = connection::REPOSITORIES.iter().copied().chain([connection::AZURE]);
    let named = inputs.filter_map(|input| Some((input, raw.text(input)?)));
    named
        .map(|(input, id)| {
            let details = agent.endpoint(&id).map(|endpoint| Details {
                url: endpoint.url,
                scheme: endpoint.scheme,
                parameters: endpoint.parameters,
                data: endpoint.data,
            });
            Connection { input, id, details }
        })
        .collect()
}

/// Learns which repository a definition is kept in, that is to be changed there.
fn look_at_checkout(raw: &Raw, facts: &mut Facts) {
    let folder = facts.definition_folder(raw.path("definitionPath").as_deref());
    let checkout = git::checkout(&files::resolved(&folder).unwrap_or(folder));
    if let Some(root) = checkout.root {
        facts.repository_folder = Some(root);
        let (origin, branches) = (checkout.origin, checkout.branches);
        facts.checkout = Some(DefinitionCheckout { origin, branches });
    }
}
