//! Who a run is to Microsoft Entra, which gives a token for it.

use crate::secret::Secret;

/// An identity for which an access token is still to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A service principal that trusts a service connection (workload identity federation).
    Federated(Federated),
    /// The managed identity of the machine.
    Managed {
        /// The client id of one that was assigned by a user; `None` is the machine's own.
        client: Option<String>,
    },
}

/// A service principal that trusts a service connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Federated {
    /// The id of the service connection.
    pub connection: String,
    /// The tenant.
    pub tenant: String,
    /// The client id of the service principal.
    pub client: String,
    /// The address of Microsoft Entra, where the connection names it.
    pub authority: Option<String>,
    /// The job's own token, for which Azure DevOps vouches for the connection.
    pub job_token: Secret,
}
