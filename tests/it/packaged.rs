//! The whole way: the package as the marketplace takes it, started as the agent starts it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use expect_test::expect;
use regex::Regex;

use crate::it::conformance::{blank, copy, walmart_components};
use crate::it::product::{
    assert_foreign_files, project, public_definitions, served, stable, with_token,
};
use crate::support::agent::{Agent, TaskResult};
use crate::support::definition::{Definition, tree};
use crate::support::git_server::Repository;
use crate::support::helm;

/// Returns the task's folder as it comes out of the package. The agent's unpacking sets no
/// permissions, since the package holds none.
fn task() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let mut package = Command::new(project("scripts/package"));
        // What cargo tells this test would make the cargo of the script build everything anew.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CARGO_") && name != "CARGO_HOME" {
                package.env_remove(&*name);
            }
        }
        let made = package.output().expect("scripts/package");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let package = project("target/package")
            .join(format!("fabrikate-gitops-{}.vsix", env!("CARGO_PKG_VERSION")));
        let folder = project("target/package/unpacked");
        drop(std::fs::remove_dir_all(&folder));
        unpack(&package, &folder);
        folder.join("task")
    })
}

fn unpack(package: &Path, folder: &Path) {
    let file = std::fs::File::open(package).expect("the package");
    let mut archive = zip::ZipArchive::new(file).expect("a zip archive");
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let path = folder.join(entry.enclosed_name().expect("a safe name"));
        if entry.is_file() {
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("content");
            std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
            std::fs::write(path, content).expect("file");
        }
    }
}

/// Returns a step of the packaged task that publishes to a repository.
fn step(repository: &Repository) -> Agent {
    with_token(Agent::new().task(task()).path(&helm::path()), repository)
}

/// Returns the manifests below a folder of a branch, without the inventory.
fn published(repository: &Repository, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let files = repository.tree("main").into_iter();
    let below = files.filter_map(|(path, content)| {
        Some((path.strip_prefix(&format!("{folder}/"))?.to_owned(), content))
    });
    below.filter(|(path, _)| path != ".fabrikate-gitops.json").collect()
}

/// Returns the summary without what differs from run to run.
fn summary(text: &str) -> String {
    let id = Regex::new(r"\b[0-9a-f]{8}\b").expect("pattern");
    let host = Regex::new(r"127\\?\.0\\?\.0\\?\.1\\?:\d+").expect("pattern");
    host.replace_all(&id.replace_all(text, "$$SHORT"), "$$HOST").into_owned()
}

const SCALED: &str = "subcomponents:
  shop:
    subcomponents:
      web:
        config: {replicas: 5, host: shop.example.com}
      cart:
        config: {replicas: 2}
";

#[test]
fn the_example_goes_from_the_package_to_a_commit() {
    let (_server, repository) = served();
    let agent = step(&repository).input("environments", "prod\ntest");
    copy(&project("examples/storefront"), &agent.sources());
    let transcript = agent.run();
    transcript.succeeded();
    expect![[r#"
        Fabrikate GitOps $VERSION
        Repository: http://127.0.0.1:$PORT/manifests
        ##[group]Definition
        Folder: $WORK/1/s
        prod: 5 components
        test: 5 components
        ##[endgroup]
        ##[group]Charts
        4 charts by the engine that is built in (Helm 3.17)
        ##[endgroup]
        ##[group]Manifests
        prod: 6 objects in 5 files
        test: 6 objects in 5 files
        Rendered in $TIME s.
        ##[endgroup]
        ##[group]Destination
        Pushing $SHORT to the branch main.
        ##[endgroup]
        Pushed $SHORT to the branch main: 10 files added, 0 modified, 0 removed.
        added = 10
        branch = main
        changed = true
        commitId = $COMMIT
        manifestDirectory = 
        modified = 0
        objectCount = 12
        outcome = pushed
        pullRequestId = 
        pullRequestUrl = 
        removed = 0
        summaryFile = $TEMP/fabrikate-gitops-$NAME.md
        result: Succeeded
    "#]]
    .assert_eq(&stable(&transcript));
    expect![[r#"
        ### Fabrikate GitOps

        Pushed $SHORT to the branch main: 10 files added, 0 modified, 0 removed.

        Destination: http://$HOST/manifests, branch main

        Commit: $SHORT

        | Environment | Objects | Added | Modified | Removed |
        | --- | ---: | ---: | ---: | ---: |
        | prod | 6 | 5 | 0 | 0 |
        | test | 6 | 5 | 0 | 0 |

        <details><summary>Files of prod</summary>

        - added: platform/platform.yaml
        - added: shop/cart.yaml
        - added: shop/shop.yaml
        - added: shop/web.yaml
        - added: storefront.yaml

        </details>

        <details><summary>Files of test</summary>

        - added: platform/platform.yaml
        - added: shop/cart.yaml
        - added: shop/shop.yaml
        - added: shop/web.yaml
        - added: storefront.yaml

        </details>
    "#]]
    .assert_eq(&summary(transcript.summary()));
    assert_foreign_files(&repository, "main");

    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
    assert_eq!(repository.log("main").len(), 2);

    let before = repository.tree("main");
    Definition::new(&[("config/prod.yaml", SCALED)]).write(&agent.sources());
    assert_eq!(agent.run().succeeded().outputs()["modified"], "1");
    let after = repository.tree("main");
    let changed: Vec<_> =
        after.keys().filter(|path| before.get(*path) != after.get(*path)).collect();
    assert_eq!(changed, ["prod/.fabrikate-gitops.json", "prod/shop/web.yaml"]);

    let without = "name: storefront\nsubcomponents:\n- name: shop\n  source: ./shop\n";
    Definition::new(&[("component.yaml", without)]).write(&agent.sources());
    // The namespace is in what would go.
    assert_eq!(agent.run().failed().error_codes(), ["E707"]);
    assert_eq!(repository.tree("main"), after);
    let agent = agent.input("deletionLimit", "100%");
    assert_eq!(agent.run().succeeded().outputs()["removed"], "2");
    assert!(!published(&repository, "prod").contains_key("platform/platform.yaml"));
    assert_foreign_files(&repository, "main");
}

#[test]
fn the_sample_app_is_published_byte_for_byte_once() {
    let Some(real) = public_definitions() else {
        println!("real/sample-app: not run, the public definitions are not beside the project");
        return;
    };
    let (_server, repository) = served();
    let agent = step(&repository).input("environments", "common");
    copy(&real.join("sample-app/hld"), &agent.sources());
    agent.run().succeeded();
    assert_eq!(published(&repository, "common"), tree(&real.join("sample-app/expected/common")));
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
    assert_eq!(repository.log("main").len(), 2);

    let config = agent.sources().join("services/project-jackson/jackson-ui/config/common.yaml");
    let text = std::fs::read_to_string(&config).expect("configuration");
    std::fs::write(&config, text.replacen("port: 8080", "port: 8081", 1)).expect("configuration");
    assert_eq!(agent.run().succeeded().outputs()["modified"], "1");
    assert_foreign_files(&repository, "main");
}

#[test]
fn walmart_dev_is_published_byte_for_byte() {
    let Some(real) = public_definitions() else {
        println!("real/walmart-dev: not run, the public definitions are not beside the project");
        return;
    };
    let (_server, repository) = served();
    let agent = step(&repository).input("environments", "dev");
    copy(&real.join("walmart-dev/hld"), &agent.sources());
    walmart_components(&agent.sources());
    agent.run().succeeded();
    // Two lines hold a random password and its digest.
    let masked = |mut files: BTreeMap<String, Vec<u8>>| {
        let grafana = files.get_mut("infra/prometheus-grafana/grafana.yaml").expect("grafana");
        blank(grafana, &[116, 422]);
        files
    };
    let expected = masked(tree(&real.join("walmart-dev/expected/dev")));
    assert_eq!(masked(published(&repository, "dev")), expected);
    assert_foreign_files(&repository, "main");
}

#[test]
fn hostile_names_in_a_chart_command_nothing() {
    let (_server, repository) = served();
    let agent = step(&repository)
        .input("commitMessage", "##vso[task.setvariable variable=PATH]x")
        .variable("Build.SourceVersionMessage", "##vso[task.setvariable variable=PATH]x");
    copy(&project("examples/storefront"), &agent.sources());
    let templates = agent.sources().join("shop/charts/service/templates");
    let name = "##vso[task.complete result=Succeeded]x";
    std::fs::write(templates.join(name), "# nothing\n").expect("file");
    agent.run().succeeded();
    let failing = "{{ fail \"##vso[task.complete result=Succeeded]\" }}\n";
    std::fs::write(templates.join(format!("{name}.yaml")), failing).expect("file");
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E402"]);
    assert!(transcript.variables().is_empty(), "{:?}", transcript.variables());
}

#[test]
fn a_cancelled_step_reaches_the_executable_through_the_launcher() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let folder = tempfile::tempdir().expect("folder");
    helm::stand_in(folder.path(), "[ \"$1\" = version ] && { echo v3.17.3; exit; }\nexec sleep 78");
    let agent = step(&repository).input("chartEngine", "helm").path(&helm::with(folder.path()));
    copy(&project("examples/storefront"), &agent.sources());
    let mut running = agent.start();
    running.wait_until(|processes| {
        processes.iter().any(|process| process.arguments.iter().any(|a| a == "78"))
    });
    running.interrupt();
    let transcript = running.wait();
    assert_eq!(transcript.result(), TaskResult::Canceled);
    assert!(transcript.to_string().contains("Cancelled"), "{transcript}");
}
