//! Installing: what is fetched, how often, with which credential, and how it fails.

use std::path::Path;
use std::process::Command;

use crate::it::conformance_install::World;
use crate::it::product::{executable, publishing, served, step};
use crate::support::agent::Agent;
use crate::support::definition::{Definition, tree};
use crate::support::git_server::{GitServer, Repository};
use crate::support::http::Response;

const COMPONENT: &[(&str, &str)] = &[
    ("component.yaml", "name: far\ntype: static\npath: m\n"),
    ("m/a.yaml", "kind: A\nmetadata: {name: a}\n"),
];

/// What becomes of it.
const MADE: &str = "---\nkind: A\nmetadata: {name: a}\n\n";

/// A token for sources, other than the one for destinations.
const SOURCE_TOKEN: &str = "s0urce/tok=n";

/// Returns a root with so many components of one repository.
fn root(count: usize, source: &str, fields: &str) -> String {
    let item = |number| format!("- {{name: far{number}, method: git, source: {source}{fields}}}\n");
    format!("name: root\nsubcomponents:\n{}", (0..count).map(item).collect::<String>())
}

fn rendering(component: &str) -> Agent {
    let agent = step().input("command", "render");
    let files = [("component.yaml", component), ("config/prod.yaml", "{}\n")];
    Definition::new(&files).write(&agent.sources());
    agent
}

fn source(server: &GitServer) -> Repository {
    server.repository("team/far").with_files(COMPONENT)
}

#[test]
fn a_component_is_fetched_into_a_copy_and_published() {
    let sources = GitServer::start().with_token(SOURCE_TOKEN);
    let far = source(&sources);
    let (_server, repository) = served();
    let agent = publishing(&[], &repository)
        .secret("FAR_TOKEN", SOURCE_TOKEN)
        .env("FAR_TOKEN", "$(FAR_TOKEN)");
    let component = root(1, far.url(), "");
    let access = format!("{}: FAR_TOKEN\n", far.url());
    let files = [
        ("component.yaml", component.as_str()),
        ("config/prod.yaml", "{}\n"),
        ("access.yaml", &access),
    ];
    Definition::new(&files).write(&agent.sources());
    let before = tree(&agent.sources());
    let transcript = agent.run();
    transcript.succeeded();
    assert_eq!(tree(&agent.sources()), before);
    assert_eq!(repository.read("main", "prod/far0/far.yaml").unwrap(), MADE);
    let line = "Fetched far0 from http://127.0.0.1:$PORT/team/far (commit $COMMIT)";
    assert!(transcript.to_string().contains(line), "{transcript}");
}

#[test]
fn a_repository_is_transferred_once_however_many_components_use_it() {
    let sources = GitServer::start();
    let far = source(&sources);
    let transcript = rendering(&root(20, far.url(), "")).run();
    assert_eq!(transcript.succeeded().outputs()["objectCount"], "20");
    let requests = sources.requests();
    let fetches = requests.iter().filter(|request| request.method == "POST").count();
    assert_eq!((requests.len(), fetches), (2, 1));
}

#[test]
fn what_is_there_is_not_fetched_unless_all_is() {
    let sources = GitServer::start();
    let far = source(&sources);
    let held = [
        ("components/far0/component.yaml", "name: far\ntype: static\npath: m\n"),
        ("components/far0/m/a.yaml", "kind: Held\n"),
    ];
    let manifest = |install: &str| {
        let agent = rendering(&root(1, far.url(), "")).input("install", install);
        Definition::new(&held).write(&agent.sources());
        let output = agent.sources().join("generated/prod/far0/far.yaml");
        agent.run().succeeded();
        std::fs::read_to_string(output).expect("manifest")
    };
    assert_eq!(manifest("missing"), "---\nkind: Held\n\n");
    assert_eq!(manifest("never"), "---\nkind: Held\n\n");
    assert_eq!(sources.requests().len(), 0);
    assert_eq!(manifest("always"), MADE);
}

#[test]
fn a_disabled_component_is_not_fetched() {
    let sources = GitServer::start().may_stay_idle();
    let far = source(&sources);
    let agent = rendering(&root(1, far.url(), ""));
    let config = [("config/prod.yaml", "subcomponents: {far0: {disabled: true}}\n")];
    Definition::new(&config).write(&agent.sources());
    agent.run().succeeded();
    assert_eq!(sources.requests().len(), 0);
}

#[track_caller]
fn fails(agent: &Agent, code: &str, part: &str) {
    let transcript = agent.run();
    let errors = transcript.failed().error_codes();
    assert_eq!(errors, [code], "{transcript}");
    assert!(transcript.to_string().contains(part), "{transcript}");
    assert!(!agent.sources().join("generated").exists(), "{transcript}");
}

#[test]
fn sources_that_cannot_be_fetched_say_why() {
    let sources = GitServer::start().with_token(SOURCE_TOKEN);
    let far = source(&sources);
    let with_access = |value: Option<&str>| {
        let agent = rendering(&root(1, far.url(), ""));
        let access = format!("{}: FAR_TOKEN\n", far.url());
        Definition::new(&[("access.yaml", &access)]).write(&agent.sources());
        value.into_iter().fold(agent, |agent, value| agent.env("FAR_TOKEN", value))
    };
    fails(&rendering(&root(1, far.url(), "")), "E324", "access.yaml");
    fails(&with_access(Some("wrong")), "E324", "access.yaml");
    fails(&with_access(None), "E328", "the variable FAR_TOKEN, which is not set");
    fails(&with_access(Some("$(FAR_TOKEN)")), "E328", "FAR_TOKEN: $(FAR_TOKEN)");
    let sources = GitServer::start();
    let far = source(&sources);
    let at = |fields: &str| rendering(&root(1, far.url(), fields));
    fails(&at(", version: v9"), "E322", "v9");
    fails(&at(", branch: gone"), "E322", "gone");
    let other = sources.url() + "/team/other";
    fails(&rendering(&root(1, &other, "")), "E325", "team/other");
    fails(&rendering(&root(1, "ssh://git@host/far", "")), "E307", "https://host/far");
    let agent = rendering(&root(1, far.url(), ""));
    Definition::new(&[("access.yaml", "- list\n")]).write(&agent.sources());
    fails(&agent, "E329", "access.yaml");
}

#[test]
fn a_token_goes_to_its_own_host_only() {
    let elsewhere = GitServer::start().may_stay_idle();
    let target = elsewhere.url();
    let redirecting = GitServer::start().answering(move |request| {
        let target = format!("{target}{}", request.target());
        Some(Response::new(302).header("Location", &target))
    });
    let source = redirecting.url() + "/far/x.yaml";
    let agent = rendering(&format!("name: root\ntype: static\nmethod: http\nsource: {source}\n"))
        .secret("FAR_TOKEN", SOURCE_TOKEN)
        .env("FAR_TOKEN", "$(FAR_TOKEN)");
    Definition::new(&[("access.yaml", &format!("{source}: FAR_TOKEN\n"))]).write(&agent.sources());
    fails(&agent, "E325", "404");
    assert!(redirecting.requests()[0].headers.contains_key("authorization"));
    let reached = elsewhere.requests();
    assert_eq!(reached.len(), 1);
    assert!(!reached[0].headers.contains_key("authorization"));
}

#[test]
fn manifests_from_the_web_are_manifests() {
    let kinds = |request: &crate::support::http::Request| {
        let (status, body) = match request.path.as_str() {
            "/a.yaml" => (200, "kind: A\n---\nkind: B\n"),
            "/page.yaml" => (200, "<!doctype html><p>Sign in"),
            "/text.yaml" => (200, "hello"),
            "/broken.yaml" => (200, "a: [\n"),
            "/500.yaml" => (500, "kind: A\n"),
            _ => (404, "kind: A\n"),
        };
        Some(Response::new(status).body("text/plain", body))
    };
    let server = GitServer::start().answering(kinds);
    let at = |path: &str| {
        let source = server.url() + path;
        rendering(&format!("name: root\ntype: static\nmethod: http\nsource: {source}\n"))
    };
    let agent = at("/a.yaml?version=2#part");
    agent.run().succeeded();
    let manifest = std::fs::read_to_string(agent.sources().join("generated/prod/root.yaml"));
    assert_eq!(manifest.expect("manifest"), "---\nkind: A\n---\nkind: B\n\n");
    fails(&at("/page.yaml"), "E327", "it is a web page");
    fails(&at("/text.yaml"), "E327", "cannot unmarshal !!str");
    fails(&at("/broken.yaml"), "E327", "did not find expected node content");
    fails(&at("/500.yaml"), "E323", "status 500");
    fails(&at("/none.yaml"), "E325", "status 404");
    fails(&at("/a.txt"), "E327", "ends in neither .yaml nor .yml");
}

#[test]
fn a_lock_tells_what_has_moved() {
    let sources = GitServer::start();
    let far = source(&sources);
    let agent = rendering(&root(1, far.url(), ""));
    let with = |lock: &str| agent.clone().input("lock", lock);
    let lock = agent.sources().join("fabrikate.lock");
    fails(&with("verify"), "E333", "there is no fabrikate.lock");
    with("off").run().succeeded();
    assert!(!lock.exists());
    with("update").run().succeeded();
    let first = std::fs::read_to_string(&lock).expect("the lock");
    assert!(first.contains(&far.tip("main").unwrap()), "{first}");
    with("verify").run().succeeded();
    std::fs::remove_dir_all(agent.sources().join("generated")).expect("folder");
    far.commit_files("main", &[("m/a.yaml", "kind: Moved\n")], "Move");
    fails(&with("verify"), "E332", "team/far has moved: fabrikate.lock has commit");
    with("update").run().succeeded();
    let second = std::fs::read_to_string(&lock).expect("the lock");
    assert!(second.contains(&far.tip("main").unwrap()) && second != first, "{second}");
    with("verify").run().succeeded();
    std::fs::remove_dir_all(agent.sources().join("generated")).expect("folder");
    Definition::new(&[("component.yaml", &root(1, far.url(), ", branch: main"))])
        .write(&agent.sources());
    fails(&with("verify"), "E332", "does not name");
    std::fs::write(&lock, "version: 2\n").expect("the lock");
    fails(&with("verify"), "E333", "version: 1");
}

fn install(folder: &Path) -> Command {
    let mut command = Command::new(executable());
    command.arg("install").current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    command
}

#[test]
fn a_killed_install_leaves_the_old_folder_or_the_new_one() {
    let sources = GitServer::start();
    let many: Vec<(String, String)> =
        (0..60).map(|number| (format!("m/{number}.yaml"), format!("kind: A{number}\n"))).collect();
    let files: Vec<(&str, &str)> =
        many.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let far = source(&sources).with_files(&files);
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(&[("component.yaml", &root(1, far.url(), ""))]).write(folder.path());
    assert!(install(folder.path()).output().expect("install").status.success());
    let of = |folder: &Path| {
        let mut files = tree(&folder.join("components/far0"));
        files.retain(|path, _| !path.starts_with(".git/"));
        files
    };
    let old = of(folder.path());
    far.commit_files("main", &[("m/0.yaml", "kind: New\n"), ("m/new.yaml", "kind: New\n")], "New");
    let reference = tempfile::tempdir().expect("folder");
    Definition::new(&[("component.yaml", &root(1, far.url(), ""))]).write(reference.path());
    assert!(install(reference.path()).output().expect("install").status.success());
    let new = of(reference.path());
    assert_ne!(old, new);
    let (mut olds, mut news) = (0, 0);
    for round in 0..40 {
        let mut child = install(folder.path()).spawn().expect("install");
        std::thread::sleep(std::time::Duration::from_micros(1500 * round));
        child.kill().expect("kill");
        child.wait().expect("wait");
        match of(folder.path()) {
            found if found == old => olds += 1,
            found if found == new => news += 1,
            found => panic!("round {round}: a mix of {:?}", found.keys()),
        }
    }
    assert!(olds > 0, "every run came to its end");
    assert!(install(folder.path()).output().expect("install").status.success());
    assert_eq!(of(folder.path()), new);
    let left: Vec<_> =
        std::fs::read_dir(folder.path().join("components")).expect("folder").collect();
    assert_eq!(left.len(), 1, "{left:?} ({olds} old, {news} new)");
}

#[test]
fn install_writes_a_lock_on_request() {
    let world = World::make();
    let folder = tempfile::tempdir().expect("folder");
    let component = world.named("name: root\nsubcomponents:\n- {name: a, method: git, source: @GIT@/comp-a.git, version: v1}\n- {name: d, type: helm, method: helm, source: '@HTTP@/charts', path: dep, version: ~1.0}\n- {name: h, type: helm, method: git, source: @GIT@/chart-repo.git, path: charts/httpdep}\n- {name: x, type: static, method: http, source: '@HTTP@/raw/x.yaml'}\n");
    Definition::new(&[("component.yaml", &component)]).write(folder.path());
    let output = install(folder.path()).args(["--lock", "update"]).output().expect("install");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lock = std::fs::read_to_string(folder.path().join("fabrikate.lock")).expect("the lock");
    let methods: Vec<_> = lock.lines().filter(|line| line.contains("method:")).collect();
    // The component `d` and the chart of `h` need the same.
    assert_eq!(methods.len(), 4, "{lock}");
    assert!(lock.contains("resolved: 1.0.1"), "{lock}");
    let output = install(folder.path()).args(["--lock", "verify"]).output().expect("install");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
