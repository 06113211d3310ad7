//! Why there is no token of Microsoft Entra.

use crate::failure::{Code, Diagnose};
use crate::secret::Identity;
use azure_core::error::ErrorKind;
use std::error::Error;

/// A token that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// Azure DevOps offers no proof of the job's identity.
    #[error("this job has no address for proofs of its identity (System.OidcRequestUri)")]
    NoProof,
    /// What the connection tells cannot be used.
    #[error("the service connection to Azure cannot be used")]
    Setup {
        /// Why not.
        source: azure_core::Error,
    },
    /// There was no token.
    #[error("{}", reason.what())]
    Refused {
        /// Why, as far as that is known.
        reason: Reason,
        /// The other side's words.
        source: azure_core::Error,
    },
    /// It took too long.
    #[error("there was no token for the service connection to Azure within {seconds} s")]
    Slow {
        /// How long it was waited for.
        seconds: u64,
    },
    /// The token was empty.
    #[error("the token for the service connection to Azure is empty")]
    Empty,
}

/// What stands between an identity and its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The service principal does not trust the connection.
    Federation,
    /// Tenant and service principal do not go together.
    Tenant,
    /// A policy of the tenant refuses.
    Policy,
    /// The proof is out of time.
    Time,
    /// The tenant does not know Azure DevOps.
    Resource,
    /// Entra refuses for another reason.
    Entra,
    /// Azure DevOps does not vouch for the job.
    Proof,
    /// The machine has no such identity.
    Machine,
    /// Nobody answers.
    Network,
}

/// The numbers of Entra's errors (`AADSTS…`) with what they mean here.
const NUMBERS: &[(Reason, &[&str])] = &[
    (Reason::Federation, &["70021", "700211", "700212", "700213", "700222", "700223", "7002138"]),
    (Reason::Tenant, &["700016", "90002", "900021", "900023", "50020", "50049", "7000229"]),
    (Reason::Policy, &["53000", "53001", "53002", "53003", "53004", "530003", "530004", "7000112"]),
    (Reason::Time, &["700024", "70043"]),
    (Reason::Resource, &["500011", "65001", "650052"]),
];

impl IdentityError {
    /// Returns the error for a token that the other side did not give.
    pub(super) fn refused(identity: &Identity, source: azure_core::Error) -> Self {
        let numbers = answer(&source);
        let known = numbers.as_deref().and_then(|numbers| {
            let is = |of: &[&str]| numbers.split(',').any(|number| of.contains(&number.trim()));
            NUMBERS.iter().find(|(_, of)| is(of)).map(|(reason, _)| *reason)
        });
        let is_number = |text: &str| text.starts_with(|c: char| c.is_ascii_digit());
        let reason = match (known, identity, numbers.as_deref()) {
            (Some(reason), ..) => reason,
            (None, Identity::Managed { .. }, _) => Reason::Machine,
            (None, Identity::Federated(_), Some(text)) if is_number(text) => Reason::Entra,
            (None, Identity::Federated(_), Some(_)) => Reason::Proof,
            (None, Identity::Federated(_), None) => Reason::Network,
        };
        Self::Refused { reason, source }
    }
}

/// Returns the numbers of the errors in an answer, or another text where it has none; nothing where
/// there was no answer.
fn answer(error: &azure_core::Error) -> Option<String> {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<azure_core::Error>()
            && let ErrorKind::HttpResponse { error_code, .. } = error.kind()
        {
            return Some(error_code.clone().unwrap_or_default());
        }
        cause = error.source();
    }
    None
}

impl Reason {
    const fn what(self) -> &'static str {
        match self {
            Self::Federation => {
                "the service principal of the Azure connection has no federated credential for it"
            }
            Self::Tenant => {
                "the tenant of the Azure connection does not know its service principal"
            }
            Self::Policy => "a policy of the tenant refuses the service principal",
            Self::Time => "the proof for the Azure connection is out of time",
            Self::Resource => "the tenant of the Azure connection does not know Azure DevOps",
            Self::Entra => "Microsoft Entra gives no token for the Azure connection",
            Self::Proof => "Azure DevOps gives this job no proof for the Azure connection",
            Self::Machine => "this machine gives no token of a managed identity",
            Self::Network => "Microsoft Entra cannot be asked for a token",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Federation => {
                "add a federated credential to the app registration (or managed \
                 identity) of the connection, with the issuer and the subject that the connection's \
                 page shows"
            }
            Self::Tenant => {
                "correct the tenant id and the service principal's client id of the \
                 connection"
            }
            Self::Policy => {
                "ask the tenant's administrators to let the service principal sign in \
                 from this agent (conditional access, disabled principals)"
            }
            Self::Time => "check the clock of the agent, and run the job again",
            Self::Resource => {
                "connect the Azure DevOps organization to the tenant of the \
                 connection (Organization settings, Microsoft Entra)"
            }
            Self::Entra => "see Microsoft Entra's words below",
            Self::Proof => {
                "check that the connection is there, is of workload identity \
                 federation, and that this pipeline may use it"
            }
            Self::Machine => {
                "run the step on an agent in Azure that has the managed identity of \
                 the connection, or use a connection by workload identity federation"
            }
            Self::Network => {
                "check that the agent reaches the address below (name resolution, \
                 firewall, proxy)"
            }
        }
    }
}

impl Diagnose for IdentityError {
    fn code(&self) -> Code {
        Code::SignInFailed
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoProof => "workload identity federation needs Azure DevOps in the cloud, and a \
                 job of a pipeline; use a personal access token elsewhere"
                .to_owned(),
            Self::Setup { .. } => "correct the connection's settings (tenant id, client id, \
                 address of Microsoft Entra, which begins with https://)"
                .to_owned(),
            Self::Refused { reason, .. } => reason.hint().to_owned(),
            Self::Slow { .. } | Self::Empty => "run the job again".to_owned(),
        })
    }
}
