//! Service connections to Azure: a token of Microsoft Entra, without any stored secret.

use crate::it::connections::{ID, unsigned};
use crate::it::product::FOREIGN;
use crate::support::agent::{Agent, Endpoint};
use crate::support::entra::{self, Entra, Known, json};
use crate::support::git_server::{GitServer, Repository};
use crate::support::http::Response;

const JOB_TOKEN: &str = "job-token-81c";
const KNOWN: Known = Known {
    tenant: "72f988bf-86f1-41af-91ab-2d7cd011db47",
    client: "0b0c8a3e-3c5a-4d57-9f0e-6a7b8c9d0e1f",
    connection: ID,
    job_token: JOB_TOKEN,
};

/// A server in the job's organization that takes the token of Entra only, and a repository.
fn served() -> (GitServer, Repository) {
    let server = GitServer::start().with_bearer(entra::TOKEN);
    let repository = server.repository("manifests").with_files(FOREIGN);
    (server, repository)
}

fn federated(entra: &Entra) -> Endpoint {
    Endpoint::new("https://management.azure.com/", "WorkloadIdentityFederation")
        .parameter("tenantid", KNOWN.tenant)
        .parameter("serviceprincipalid", KNOWN.client)
        .data("environment", "AzureCloud")
        .data("environmentAuthorityUrl", &entra.url())
}

fn publishing(entra: &Entra, server: &GitServer, repository: &Repository) -> Agent {
    unsigned(repository)
        .system_access_token(JOB_TOKEN)
        .variable("System.CollectionUri", &format!("{}/", server.url()))
        .variable("System.OidcRequestUri", &entra.proofs())
        .variable("Agent.CAInfo", &entra.certificate_authority().to_string_lossy())
        .input("azureConnection", ID)
}

#[test]
fn a_job_gets_a_token_for_the_service_principal_of_its_connection() {
    for authentication in ["auto", "workloadIdentity"] {
        let (entra, (server, repository)) = (Entra::start(KNOWN), served());
        let agent = publishing(&entra, &server, &repository)
            .endpoint(ID, federated(&entra))
            .input("authentication", authentication);
        assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
        assert_eq!(entra.log().len(), 2, "{:?}", entra.log());
        let bearer = format!("Bearer {}", entra::TOKEN);
        let sent = server.requests();
        assert!(sent.iter().all(|request| request.headers["authorization"] == bearer));
    }
}

#[test]
fn a_busy_entra_is_asked_again() {
    let busy = || Response::new(429).header("Retry-After", "1");
    let (entra, (server, repository)) = (Entra::start(KNOWN), served());
    let entra = entra.refusing_token(busy()).refusing_proof(busy());
    let agent = publishing(&entra, &server, &repository).endpoint(ID, federated(&entra));
    agent.run().succeeded();
}

#[test]
fn a_machine_gets_a_token_for_its_managed_identity() {
    for client in [None, Some(KNOWN.client)] {
        let (entra, (server, repository)) = (Entra::start(KNOWN), served());
        let endpoint = Endpoint::new("https://management.azure.com/", "ManagedServiceIdentity")
            .parameter("tenantid", KNOWN.tenant);
        let endpoint = match client {
            Some(client) => endpoint.data("msiClientId", client),
            None => endpoint,
        };
        let agent = publishing(&entra, &server, &repository)
            .endpoint(ID, endpoint)
            .env("IDENTITY_ENDPOINT", &entra.machine())
            .env("IDENTITY_HEADER", "header-of-the-machine");
        assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
        let entra = entra.refusing_machine(json(400, &serde_json::json!({ "error": "no" })));
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), ["E515"]);
        assert!(transcript.issues()[0].message.contains("managed identity"), "{transcript}");
        drop(entra);
    }
}

/// What is said where the service principal does not trust the connection.
const FEDERATION: &str = "the service principal of the Azure connection has no federated \
    credential for it — add a federated credential to the app registration (or managed identity) of \
    the connection, with the issuer and the subject that the connection's page shows (E515)";

/// Returns what a job says whose token is refused.
#[track_caller]
fn refused(entra: &Entra) -> String {
    let (server, repository) = served();
    let server = server.may_stay_idle();
    let agent = publishing(entra, &server, &repository).endpoint(ID, federated(entra));
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E515"], "{transcript}");
    assert!(server.requests().is_empty());
    assert!(transcript.to_string().contains("AADSTS"), "{transcript}");
    transcript.issues()[0].message.clone()
}

#[test]
fn a_federated_credential_that_is_missing() {
    let subject = "No matching federated identity record found for presented assertion subject \
                   'sc://contoso/platform/azure'.";
    for number in [70021, 700_213] {
        let text = refused(&Entra::start(KNOWN).refusing_with(number, subject));
        assert!(text.starts_with(FEDERATION), "{text}");
    }
}

#[test]
fn a_wrong_tenant_a_policy_and_anything_else() {
    for (number, text, expected) in [
        (700_016, "Application was not found.", "does not know its service principal"),
        (90_002, "Tenant was not found.", "does not know its service principal"),
        (53_003, "Access has been blocked.", "a policy of the tenant refuses"),
        (500_011, "The resource principal was not found.", "does not know Azure DevOps"),
        (99_999, "Something else.", "Microsoft Entra gives no token"),
    ] {
        let said = refused(&Entra::start(KNOWN).refusing_with(number, text));
        assert!(said.contains(expected), "{number}: {said}");
    }
}

#[test]
fn azure_devops_that_does_not_vouch_for_the_job() {
    for status in [302, 401, 404] {
        let response = Response::new(status).header("x-vss-e2eid", "e2e-1");
        let response = if status == 302 {
            response.header("Location", "https://spsprodweu1.vssps.visualstudio.com/_signin")
        } else {
            response
        };
        let (entra, (server, repository)) = (Entra::start(KNOWN), served());
        let (entra, server) = (entra.refusing_proof(response), server.may_stay_idle());
        let agent = publishing(&entra, &server, &repository).endpoint(ID, federated(&entra));
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), ["E515"], "{status}");
    }
}

#[test]
fn what_a_job_lacks_for_a_token_is_named() {
    let (entra, (server, repository)) = (Entra::start(KNOWN), served());
    let server = server.may_stay_idle();
    let agent = publishing(&entra, &server, &repository).endpoint(ID, federated(&entra));
    let old = agent.clone().variable("System.OidcRequestUri", "").run();
    assert_eq!(old.failed().error_codes(), ["E515"]);
    assert!(old.issues()[0].message.contains("System.OidcRequestUri"), "{old}");
    let none = agent.clone().system_access_token("").run();
    assert_eq!(none.failed().error_codes(), ["E106"], "{none}");
    let untrusted = agent.clone().variable("Agent.CAInfo", "").run();
    assert_eq!(untrusted.failed().error_codes(), ["E515"], "{untrusted}");
    assert!(untrusted.to_string().contains("not trusted"), "{untrusted}");

    let secret = Endpoint::new("https://management.azure.com/", "ServicePrincipal")
        .parameter("tenantid", KNOWN.tenant)
        .parameter("serviceprincipalid", KNOWN.client)
        .parameter("serviceprincipalkey", "key-of-the-principal-7");
    let with_secret = publishing(&entra, &server, &repository).endpoint(ID, secret).run();
    assert_eq!(with_secret.failed().error_codes(), ["E107"]);
    assert!(with_secret.issues()[0].message.contains("convert"), "{with_secret}");
    assert!(entra.log().is_empty() && server.requests().is_empty());
}

#[test]
fn a_token_for_azure_devops_goes_nowhere_else() {
    let (entra, (server, repository)) = (Entra::start(KNOWN), served());
    let server = server.may_stay_idle();
    let agent = publishing(&entra, &server, &repository)
        .endpoint(ID, federated(&entra))
        .variable("System.CollectionUri", "https://dev.azure.com/contoso/");
    assert_eq!(agent.run().failed().error_codes(), ["E108"]);
    assert!(entra.log().is_empty() && server.requests().is_empty());
}
