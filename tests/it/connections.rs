//! Service connections: what each kind sends, and to whom.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::it::product::{STATIC, TOKEN, served, step};
use crate::support::agent::{Agent, Endpoint};
use crate::support::definition::Definition;
use crate::support::git_server::{GitServer, Repository};

/// The id of a connection, as the server puts it into an input.
pub(crate) const ID: &str = "6b6a7c1e-0d0f-4c4b-9f6a-2f0a4a8f4e11";

/// Returns a step that publishes to a repository, with nothing to sign in.
pub(crate) fn unsigned(repository: &Repository) -> Agent {
    let agent = step().input("destinationRepository", repository.url());
    Definition::new(STATIC).write(&agent.sources());
    agent
}

fn connected(repository: &Repository, input: &str, endpoint: Endpoint) -> Agent {
    unsigned(repository).input(input, ID).endpoint(ID, endpoint)
}

/// Returns the user and password that a server saw.
fn shown_to(server: &GitServer) -> String {
    let requests = server.requests();
    let header = requests.first().expect("a request").headers.get("authorization").cloned();
    let header = header.expect("a header");
    let encoded = header.strip_prefix("Basic ").expect("basic credentials");
    String::from_utf8(BASE64_STANDARD.decode(encoded).expect("base64")).expect("text")
}

#[test]
fn each_kind_of_connection_sends_what_it_holds() {
    let kinds = [
        ("gitConnection", "Token", "apitoken", format!(":{TOKEN}")),
        ("githubConnection", "OAuth", "AccessToken", format!(":{TOKEN}")),
        ("githubConnection", "PersonalAccessToken", "accessToken", format!(":{TOKEN}")),
        ("githubConnection", "InstallationToken", "AccessToken", format!(":{TOKEN}")),
        ("genericConnection", "UsernamePassword", "password", format!("robot:{TOKEN}")),
    ];
    for (input, scheme, parameter, expected) in kinds {
        for authentication in ["auto", "connection"] {
            let (server, repository) = served();
            let endpoint = Endpoint::new(&server.url(), scheme).parameter(parameter, TOKEN);
            let endpoint = if scheme == "UsernamePassword" {
                endpoint.parameter("username", "robot")
            } else {
                endpoint
            };
            let agent = connected(&repository, input, endpoint);
            let transcript = agent.input("authentication", authentication).run();
            assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed", "{input} {scheme}");
            assert_eq!(shown_to(&server), expected, "{input} {scheme}");
        }
    }
}

#[test]
fn the_access_token_comes_before_a_connection_and_that_before_the_jobs_own() {
    let (server, repository) = served();
    let endpoint =
        || Endpoint::new(&server.url(), "Token").parameter("apitoken", "of-the-connection-1");
    let agent = connected(&repository, "gitConnection", endpoint())
        .secret("ACCESS_TOKEN", TOKEN)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)");
    agent.run().succeeded();
    assert_eq!(shown_to(&server), format!(":{TOKEN}"));
    // Only where it is said that the connection counts does it.
    let wrong = agent.input("authentication", "connection").run();
    assert_eq!(wrong.failed().error_codes(), ["E502"]);

    let server = GitServer::start().with_token(TOKEN).with_bearer("job-token-81c");
    let repository = server.repository("manifests").with_files(&[("README.md", "x")]);
    let endpoint = Endpoint::new(&server.url(), "Token").parameter("apitoken", TOKEN);
    let agent = connected(&repository, "gitConnection", endpoint)
        .variable("System.CollectionUri", &server.url())
        .system_access_token("job-token-81c");
    agent.run().succeeded();
    assert_eq!(shown_to(&server), format!(":{TOKEN}"));
}

#[test]
fn of_several_connections_that_to_the_destinations_server_is_taken() {
    let (server, repository) = served();
    let other = "11111111-0d0f-4c4b-9f6a-2f0a4a8f4e11";
    let elsewhere = Endpoint::new("https://dev.azure.com/contoso", "Token");
    let here = Endpoint::new(&server.url(), "UsernamePassword").parameter("password", TOKEN);
    let agent = connected(&repository, "genericConnection", here)
        .endpoint(other, elsewhere.parameter("apitoken", "for-the-cloud-only-3"))
        .input("gitConnection", other);
    agent.run().succeeded();
    assert_eq!(shown_to(&server), format!(":{TOKEN}"));
}

#[test]
fn a_connection_to_another_server_is_refused_and_sends_nothing() {
    let (server, repository) = served();
    let server = server.may_stay_idle();
    for url in ["https://dev.azure.com/contoso", "https://127.0.0.1/", "http://127.0.0.1:1/"] {
        let endpoint = Endpoint::new(url, "Token").parameter("apitoken", TOKEN);
        let transcript = connected(&repository, "gitConnection", endpoint).run();
        assert_eq!(transcript.failed().error_codes(), ["E108"], "{url}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn connections_that_are_of_no_use_are_named() {
    let (server, repository) = served();
    let server = server.may_stay_idle();
    let url = server.url();
    for (endpoint, text) in [
        (
            Endpoint::new(&url, "Certificate").parameter("Certificate", TOKEN),
            "scheme `Certificate`",
        ),
        (Endpoint::new(&url, "Token"), "`apitoken` is empty"),
        (Endpoint::new(&url, "UsernamePassword").parameter("username", "robot"), "`password`"),
    ] {
        let transcript = connected(&repository, "genericConnection", endpoint).run();
        assert_eq!(transcript.failed().error_codes(), ["E107"], "{text}");
        assert!(transcript.issues()[0].message.contains(text), "{transcript}");
    }
    let unknown = unsigned(&repository).input("gitConnection", ID).run();
    assert_eq!(unknown.failed().error_codes(), ["E107"]);
    let macro_left = unsigned(&repository).input("gitConnection", "$(Connection)").run();
    assert_eq!(macro_left.failed().error_codes(), ["E101"]);
    for authentication in ["connection", "workloadIdentity"] {
        let none = unsigned(&repository).input("authentication", authentication).run();
        assert_eq!(none.failed().error_codes(), ["E103"], "{authentication}");
    }
    assert!(server.requests().is_empty());
}
