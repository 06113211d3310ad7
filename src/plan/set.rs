//! The plan of `command: set`: which repository the definition is kept in, and which branch of it.

use crate::address::{Address, AddressError};
use crate::failure::Warning;
use crate::inputs::Inputs;
use crate::inputs::table::COMMIT_MESSAGE;
use crate::plan::destination::{commit, credential, origin, passphrase};
use crate::plan::{
    DefinitionRepository, Delivery, Facts, PlanError, SetPlan, adjusted, facts as build,
};

/// Returns what is set, and where.
pub(super) fn plan(
    inputs: &Inputs,
    (facts, mut warnings): (&Facts, Vec<Warning>),
) -> Result<SetPlan, PlanError> {
    let repository = if facts.pull_request {
        warnings.push(adjusted(
            "this is a build of a pull request, which never changes anything: `command: set` only \
             shows what it would change",
            "run the step only for branches",
        ));
        None
    } else {
        Some(repository(inputs, facts)?)
    };
    let folder = facts.definition_folder(inputs.definition_path.as_deref());
    Ok(SetPlan {
        inputs: inputs.set.clone(),
        working_folder: facts.working_folder.clone(),
        bounds: facts.bounds(&folder),
        folder,
        repository,
        warnings,
    })
}

fn repository(inputs: &Inputs, facts: &Facts) -> Result<DefinitionRepository, PlanError> {
    let address = address(facts)?;
    let credential = credential(inputs, facts, &address)?;
    passphrase(inputs)?;
    let is_given = inputs.commit_message != COMMIT_MESSAGE;
    Ok(DefinitionRepository {
        branch: branch(inputs, facts)?,
        address,
        credential,
        message: is_given.then(|| inputs.commit_message.clone()),
        delivery: Delivery::of(inputs),
        commit: commit(inputs, facts),
        origin: origin(inputs, facts),
    })
}

/// Returns the repository that the definition was checked out from: in a job with several, that is
/// not always the pipeline's own.
fn address(facts: &Facts) -> Result<Address, PlanError> {
    let checkout = facts.checkout.as_ref().and_then(|checkout| checkout.origin.as_deref());
    let text = checkout.or(facts.source.repository.as_deref()).ok_or(PlanError::NoRepository)?;
    let without_user = build::without_user(text);
    match Address::parse(&without_user) {
        Ok(Address::Folder(path)) => Ok(Address::Folder(facts.working_folder.join(path))),
        Ok(address) => Ok(address),
        Err(AddressError::Ssh { https }) => Address::parse(&https).map_err(PlanError::Repository),
        Err(error) => Err(PlanError::Repository(error)),
    }
}

/// Returns the branch that the definition was checked out from; nothing where only the default
/// branch can be meant.
fn branch(inputs: &Inputs, facts: &Facts) -> Result<Option<String>, PlanError> {
    if let Some(branch) = &inputs.set.branch {
        return Ok(Some(branch.replace("{environment}", &inputs.set.environment)));
    }
    if let (Some(branch), true) = (&facts.branch, facts.is_of_pipeline()) {
        return Ok(Some(branch.clone()));
    }
    match facts.checkout.as_ref().map(|checkout| checkout.branches.as_slice()) {
        None | Some([]) => Ok(None),
        Some([branch]) => Ok(Some(branch.clone())),
        Some(branches) => Err(PlanError::SeveralBranches { branches: branches.to_vec() }),
    }
}
