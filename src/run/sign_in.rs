//! Signing in: a token for an identity, before any work, and hidden from the log.

use crate::failure::Failure;
use crate::host::agent::Agent;
use crate::host::identity::{self, IdentityError};
use crate::report::Report;
use crate::run::client;
use crate::secret::{Credential, Identity};

/// Gets the token of a credential that is still without one, and hides what it holds.
pub(super) async fn sign_in(
    credential: &mut Credential,
    agent: &Agent,
    report: &mut Report,
) -> Result<(), Failure> {
    if let Credential::Identity(identity) = credential {
        let proof = agent.variable("System.OidcRequestUri");
        if let (Identity::Federated(_), None) = (identity.as_ref(), proof) {
            return Err(IdentityError::NoProof.into());
        }
        let token = identity::token(identity, &client(agent)?).await?;
        *credential = Credential::Bearer(token);
    }
    report.hide(credential.secret());
    report.hide(credential.password().as_ref());
    Ok(())
}
