//! Charts from OCI registries: a real one, and one that hands out tokens.

use std::sync::{Arc, Mutex};

use crate::it::conformance_install::digest;
use crate::it::install_charts::{chart, component, fails, manifest, packed, rendering, root};
use crate::support::definition::Definition;
use crate::support::git_server::GitServer;
use crate::support::http::{Request, Response};
use crate::support::registry::{PASSWORD, Registry, USER};

#[test]
fn a_registry_gives_charts_and_what_they_depend_on() {
    let Some(registry) = Registry::start() else {
        println!("not run: there is no docker-registry (scripts/install-registry)");
        return;
    };
    let folder = tempfile::tempdir().expect("folder");
    for version in ["1.0.0", "1.2.0+build.5", "2.0.0-rc.1"] {
        let chart_folder = folder.path().join(version);
        chart(&chart_folder, "app", version, "");
        registry.push(&chart_folder);
    }
    let source = format!("oci://{}/charts", registry.host());
    let git = GitServer::start();
    let parent = format!(
        "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {{name: app, version: '^1', repository: '{source}'}}\n"
    );
    let parent = git.repository("charts").with_files(&[("parent/Chart.yaml", &parent)]);
    let items = [
        component("newest", &source, ""),
        component("exact", &source, "1.0.0"),
        component("range", &source, "~1.0"),
        component("candidate", &source, "2.0.0-rc.1"),
        component("built", &source, "1.2.0+build.5"),
        format!(
            "- {{name: p, type: helm, method: git, source: '{}', path: parent}}\n",
            parent.url()
        ),
    ];
    let agent = rendering(&root(&items.concat()));
    fails(&agent, "E324", "status 401");
    // As a login of Helm leaves it.
    let with_login =
        agent.clone().env("HELM_REGISTRY_CONFIG", registry.login().to_str().expect("path"));
    with_login.run().succeeded();
    let found = ["newest", "exact", "range", "candidate", "built", "p"].map(|name| {
        let text = manifest(&agent, name);
        text.lines()
            .find_map(|line| line.trim().strip_prefix("name: app-"))
            .expect("a name")
            .to_owned()
    });
    assert_eq!(
        found,
        ["1.2.0+build.5", "1.0.0", "1.0.0", "2.0.0-rc.1", "1.2.0+build.5", "1.2.0+build.5"]
    );
    // As a variable of the pipeline.
    let agent = rendering(&root(&component("app", &source, "^9")))
        .secret("REGISTRY", &format!("{USER}:{PASSWORD}"))
        .env("REGISTRY", "$(REGISTRY)");
    Definition::new(&[("access.yaml", &format!("{source}: REGISTRY\n"))]).write(&agent.sources());
    fails(&agent, "E326", "there are 2.0.0-rc.1, 1.2.0+build.5, 1.0.0");
    let agent = rendering(&root(&component("app", &source, "3.0.0")))
        .env("HELM_REGISTRY_CONFIG", registry.login().to_str().expect("path"));
    fails(&agent, "E325", "status 404");
}

#[test]
fn a_registrys_token_is_asked_for_where_it_says() {
    let archive = packed("app", "1.0.0", "");
    let layer = digest(&archive);
    let manifest_text = format!(
        "{{\"layers\":[{{\"mediaType\":\"application/vnd.cncf.helm.chart.content.v1.tar+gzip\",\"digest\":\"sha256:{layer}\",\"size\":1}}]}}"
    );
    let server = GitServer::start();
    let (url, asked) = (server.url(), Arc::new(Mutex::new(Vec::new())));
    let realm = format!("{url}/token");
    let log = Arc::clone(&asked);
    let server = server.answering(move |request: &Request| {
        if request.path == "/token" {
            log.lock()
                .expect("log")
                .push((request.query.clone(), request.header("authorization").to_owned()));
            return Some(Response::new(200).body("application/json", r#"{"token":"bearer-81"}"#));
        }
        if request.header("authorization") != "Bearer bearer-81" {
            let challenge = format!(
                "Bearer realm=\"{realm}\",service=\"registry\",scope=\"repository:charts/app:pull\""
            );
            return Some(Response::new(401).header("WWW-Authenticate", &challenge));
        }
        Some(match request.path.as_str() {
            "/v2/charts/app/manifests/1.0.0" => {
                Response::new(200).body("application/json", &manifest_text)
            }
            path if path.ends_with(&layer) => Response::new(200).body("application/gzip", &archive),
            _ => Response::new(404),
        })
    });
    let source = url.replace("http://", "oci://") + "/charts";
    let agent = rendering(&root(&component("app", &source, "1.0.0")))
        .secret("REGISTRY", "me:secret-9")
        .env("REGISTRY", "$(REGISTRY)");
    Definition::new(&[("access.yaml", &format!("{source}: REGISTRY\n"))]).write(&agent.sources());
    agent.run().succeeded();
    assert!(manifest(&agent, "app").contains("app-1.0.0"));
    let asked = asked.lock().expect("log").clone();
    let query = "service=registry&scope=repository%3Acharts%2Fapp%3Apull".to_owned();
    assert_eq!(asked, [(query, "Basic bWU6c2VjcmV0LTk=".to_owned())]);
    drop(server);
}
