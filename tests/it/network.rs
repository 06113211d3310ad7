//! The network as the agent describes it: a proxy, authorities, a client certificate.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;

use crate::it::product::{FOREIGN, STATIC, TOKEN, publishing, served, step, with_token};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::{Fault, GitServer, Repository};
use crate::support::proxy::Proxy;

const CREDENTIALS: (&str, &str) = ("robot", "pr0xy+passw/rd");

/// Returns a server behind a proxy, and a step that knows the server by another name.
fn behind_a_proxy() -> (GitServer, Repository, Proxy, Agent) {
    let server = GitServer::start().with_token(TOKEN).tls();
    let repository = server.repository("manifests").with_files(FOREIGN);
    let target = server.url().replace("https://", "");
    let proxy = Proxy::start(&target, &format!("{}:{}", CREDENTIALS.0, CREDENTIALS.1));
    let authority = server.certificate_authority();
    let agent = with_token(step(), &repository)
        .input("destinationRepository", "https://git.contoso.test/manifests")
        .variable("Agent.CAInfo", &authority.to_string_lossy())
        .variable("Agent.ProxyUrl", &proxy.url())
        .variable("Agent.ProxyUsername", CREDENTIALS.0)
        .secret("Agent.ProxyPassword", CREDENTIALS.1);
    Definition::new(STATIC).write(&agent.sources());
    (server, repository, proxy, agent)
}

#[test]
fn the_agents_proxy_is_the_way_to_the_server() {
    let (_server, repository, proxy, agent) = behind_a_proxy();
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
    let log = proxy.log();
    assert!(!log.is_empty() && log.iter().all(|line| line == "CONNECT git.contoso.test:443"));
    assert_eq!(repository.log("main").len(), 2);
    // Over plain HTTP the proxy itself answers, and wants to know who asks.
    let plain = agent
        .input("destinationRepository", "http://git.contoso.test/manifests")
        .secret("Agent.ProxyPassword", "another-password-1");
    let transcript = plain.run();
    assert_eq!(transcript.failed().error_codes(), ["E517"], "{transcript}");
    let last = proxy.log().pop().expect("a request");
    assert!(last.starts_with("GET http://git.contoso.test/manifests/info/refs"), "{last}");
}

#[test]
fn the_bypass_list_and_this_machine_need_no_proxy() {
    let (server, _repository, proxy, agent) = behind_a_proxy();
    let server = server.may_stay_idle();
    let list = r#"["^https://git\\.contoso\\.test"]"#;
    let transcript = agent.variable("Agent.ProxyBypassList", list).run();
    // Nobody answers to that name but the proxy.
    assert_eq!(transcript.failed().error_codes(), ["E501"]);
    assert!(proxy.log().is_empty() && server.requests().is_empty());
    let (_server, repository) = served();
    let direct = publishing(STATIC, &repository).variable("Agent.ProxyUrl", &proxy.url());
    direct.run().succeeded();
    assert!(proxy.log().is_empty());
}

#[test]
fn settings_of_the_network_that_are_of_no_use_are_named() {
    let (server, repository) = served();
    let server = server.may_stay_idle();
    let agent = publishing(STATIC, &repository);
    let no_proxy = agent.clone().variable("Agent.ProxyUrl", "proxy:8080").run();
    assert_eq!(no_proxy.failed().error_codes(), ["E517"]);
    let folder = tempfile::tempdir().expect("folder");
    let file = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).expect("file");
        folder.path().join(name).to_string_lossy().into_owned()
    };
    let (some, old) = (
        file("certificate.pem", "x"),
        file("old.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"),
    );
    for (certificate, key) in [(&some, &some), (&some, &old), (&"/nowhere".to_owned(), &some)] {
        let with = agent.clone().variable("Agent.ClientCert", certificate);
        let transcript = with.variable("Agent.ClientCertKey", key).run();
        assert_eq!(transcript.failed().error_codes(), ["E517"], "{transcript}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_server_that_wants_a_certificate_gets_the_agents() {
    for password in [None, Some("key-passw0rd-of-the-agent")] {
        let server = GitServer::start().with_token(TOKEN).tls_for_certificates();
        let repository = server.repository("manifests").with_files(FOREIGN);
        let (certificate, key) = server.client_certificate(password);
        let text = |path: &Path| path.to_string_lossy().into_owned();
        let without = publishing(STATIC, &repository)
            .variable("Agent.CAInfo", &text(&server.certificate_authority()));
        assert_eq!(without.run().failed().error_codes(), ["E501"]);
        let with = without
            .variable("Agent.ClientCert", &text(&certificate))
            .variable("Agent.ClientCertKey", &text(&key));
        let with = match password {
            Some(password) => with.secret("Agent.ClientCertPassword", password),
            None => with,
        };
        assert_eq!(with.run().succeeded().outputs()["outcome"], "pushed");
    }
}

#[test]
fn validation_of_certificates_is_never_skipped() {
    let server = GitServer::start().with_token(TOKEN).tls();
    let repository = server.repository("manifests").with_files(FOREIGN);
    let agent = publishing(STATIC, &repository).variable("Agent.SkipCertValidation", "True");
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E511"]);
    assert!(transcript.issues()[0].message.contains("sslskipcertvalidation"), "{transcript}");
    assert!(server.may_stay_idle().requests().is_empty());
}

#[test]
fn the_second_version_of_http_is_offered() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("port");
    let address = listener.local_addr().expect("address");
    let offered = std::thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("a connection");
        let mut acceptor = rustls::server::Acceptor::default();
        loop {
            acceptor.read_tls(&mut socket).expect("bytes");
            if let Some(accepted) = acceptor.accept().expect("a greeting") {
                let hello = accepted.client_hello();
                let names = hello.alpn().expect("protocols").map(<[u8]>::to_vec).collect();
                drop(socket.write_all(b"no"));
                return names;
            }
        }
    });
    let agent = step()
        .secret("ACCESS_TOKEN", TOKEN)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)")
        .input("destinationRepository", &format!("https://{address}/manifests"));
    Definition::new(STATIC).write(&agent.sources());
    drop(agent.run());
    let offered: Vec<Vec<u8>> = offered.join().expect("the server");
    assert_eq!(offered, [b"h2".to_vec(), b"http/1.1".to_vec()]);
}

#[test]
fn what_only_reads_is_sent_again_when_the_connection_breaks() {
    for within in ["info/refs", "/git-upload-pack"] {
        let (server, repository) = served();
        let _server = server.fault_at(within, 1, Fault::LoseAnswer);
        let transcript = publishing(STATIC, &repository).run();
        assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed", "{within}");
    }
}
