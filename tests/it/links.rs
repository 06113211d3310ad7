//! Links of a definition: in a pipeline they stay in the checkout, on a laptop they lead anywhere.

use std::os::unix::fs::symlink;
use std::path::Path;

use expect_test::{Expect, expect};

use crate::it::failing::failing;
use crate::it::laptop;
use crate::it::product::{publishing, served, step};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::GitServer;

/// A definition with one of everything.
const FILES: &[(&str, &str)] = &[
    (
        "component.yaml",
        "name: root\nsubcomponents:\n- {name: a, type: static, path: m}\n- {name: b, type: helm, path: chart}\n- {name: c, source: ./c}\n",
    ),
    ("config/prod.yaml", "{}\n"),
    ("m/a.yaml", "kind: A\nmetadata: {name: a}\n"),
    ("chart/Chart.yaml", "apiVersion: v2\nname: b\nversion: 0.1.0\n"),
    ("chart/templates/b.yaml", "kind: B\nmetadata: {name: b}\n"),
    ("c/component.yaml", "name: c\ntype: static\npath: m\n"),
    ("c/m/c.yaml", "kind: C\nmetadata: {name: c}\n"),
    ("shared.yaml", "kind: S\nmetadata: {name: s}\n"),
    ("values/one.yaml", "kind: S\nmetadata: {name: s}\n"),
    ("folder/component.yaml", "name: c\n"),
];

/// What must never be seen: each file of the agent holds it.
const OUTSIDE: &str = "kind: Outside\nmetadata: {name: 5ecret-of-the-agent}\n";

/// Puts a link in a definition, in the place of what is there.
fn link(definition: &Path, at: &str, target: impl AsRef<Path>) {
    let path = definition.join(at);
    std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
    if path.is_dir() {
        std::fs::remove_dir_all(&path).expect("folder");
    } else if path.exists() {
        std::fs::remove_file(&path).expect("file");
    }
    symlink(target, path).expect("link");
}

/// Puts files of the agent, in `folder`, beside a definition.
fn outside(folder: &Path) {
    for name in ["file.yaml", "folder/component.yaml", "folder/x.yaml", "folder/prod.yaml"] {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("folder")).expect("folder");
        std::fs::write(path, OUTSIDE).expect("file");
    }
}

/// Runs a step whose definition has one link out of the checkout; it must name it.
#[track_caller]
fn leaves(at: &str, target: &str, change: impl Fn(Agent) -> Agent) {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = change(publishing(FILES, &repository));
    let outer = agent.sources().parent().expect("job").join("agent");
    outside(&outer);
    link(&agent.sources(), at, outer.join(target));
    let tip = repository.tip("main");
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E319"], "{at}: {transcript}");
    let text = transcript.to_string();
    assert!(text.contains(&format!("/{at} leads to ")), "{at}: {text}");
    assert!(text.contains(&format!("agent/{target}, out of the checkout")), "{at}: {text}");
    assert!(!text.contains("5ecret"), "{at}: {text}");
    assert_eq!(repository.tip("main"), tip);
}

#[test]
fn every_link_out_of_the_checkout_is_refused_in_a_pipeline() {
    for (at, target) in [
        ("component.yaml", "folder/component.yaml"),
        ("c/component.yaml", "folder/component.yaml"),
        ("c", "folder"),
        ("config", "folder"),
        ("config/prod.yaml", "file.yaml"),
        ("config/common.yaml", "no-such-file.yaml"),
        ("c/config/prod.json", "file.yaml"),
        ("m", "folder"),
        ("m/x.yaml", "file.yaml"),
        ("chart", "folder"),
        ("chart/Chart.yaml", "file.yaml"),
        ("chart/templates/x.yaml", "file.yaml"),
        ("chart/templates/x", "folder"),
        ("access.yaml", "file.yaml"),
    ] {
        leaves(at, target, |agent| agent);
    }
}

#[test]
fn other_ways_to_read_are_bounded_too() {
    leaves("fabrikate.lock", "file.yaml", |agent| agent.input("lock", "verify"));
    leaves("fabrikate.lock", "file.yaml", |agent| agent.input("lock", "update"));
    leaves("hld", "folder", |agent| agent.input("definitionPath", "hld"));
    leaves("chart/templates/x.yaml", "file.yaml", |agent| agent.input("chartEngine", "helm"));
    leaves("m/x.yaml", "file.yaml", |agent| agent.pull_request(7));
    let set = |agent: Agent| agent.input("command", "set");
    leaves("values.yaml", "file.yaml", |agent| set(agent).input("valuesFile", "values.yaml"));
    let preview = |agent| set(agent).input("values", "a=1").pull_request(7);
    leaves("config/common.yaml", "file.yaml", preview);
}

#[test]
fn a_link_is_refused_in_the_copy_for_hooks_as_well() {
    let hooked = "name: root\nsubcomponents:\n- {name: c, source: ./c}\nhooks:\n  before-generate: ['true']\n";
    let write = |agent: Agent| {
        Definition::new(&[("component.yaml", hooked)]).write(&agent.sources());
        agent
    };
    leaves("c/m/x.yaml", "file.yaml", write);
    leaves("c", "folder", write);
    // What a hook links is bounded like the rest.
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(FILES, &repository);
    let outer = agent.sources().parent().expect("job").join("agent");
    outside(&outer);
    let text =
        hooked.replace("'true'", &format!("'ln -s {}/file.yaml c/m/x.yaml'", outer.display()));
    Definition::new(&[("component.yaml", &text)]).write(&agent.sources());
    check(
        &agent,
        &repository,
        &expect![[r#"
        c/m/x.yaml:0 the link $WORK/1/s/c/m/x.yaml leads to $WORK/1/agent/file.yaml, out of the checkout — replace the link by what it leads to (E319)
    "#]],
    );
}

#[track_caller]
fn check(agent: &Agent, repository: &crate::support::git_server::Repository, expected: &Expect) {
    drop(failing(agent, repository, expected));
}

#[test]
fn links_within_the_checkout_are_followed() {
    let (_server, repository) = served();
    let agent = publishing(FILES, &repository);
    let sources = agent.sources();
    link(&sources, "m/a.yaml", "../shared.yaml");
    link(&sources, "m/b.yaml", sources.join("shared.yaml"));
    link(&sources, "chart/templates/more", "../../values");
    link(&sources, "d", "c");
    link(&sources, "c/config", "../config");
    let text = "name: root\nsubcomponents:\n- {name: a, type: static, path: m}\n- {name: b, type: helm, path: chart}\n- {name: c, source: ./d}\n";
    Definition::new(&[("component.yaml", text)]).write(&sources);
    agent.run().succeeded();
    let manifest = |path: &str| repository.read("main", path).expect("manifest");
    assert_eq!(manifest("prod/a.yaml").matches("kind: S").count(), 2);
    assert!(manifest("prod/b.yaml").contains("kind: S"));
    assert!(manifest("prod/c/c.yaml").contains("kind: C"));
    // And in the copy, which has the absolute link to the checkout too.
    let hooked = format!("{text}hooks:\n  before-generate: ['true']\n");
    let tip = repository.tip("main");
    Definition::new(&[("component.yaml", &hooked)]).write(&sources);
    agent.run().succeeded();
    assert_eq!(repository.tip("main"), tip);
}

#[test]
fn a_definition_may_name_what_is_checked_out_beside_it() {
    let agent = step().input("command", "render").input("definitionPath", "own/hld");
    let sources = agent.sources();
    let agent =
        agent.variable("Build.Repository.LocalPath", &sources.join("own").to_string_lossy());
    Definition::new(FILES).write(&sources.join("own/hld"));
    Definition::new(&[("file.yaml", "kind: N\nmetadata: {name: n}\n")])
        .write(&sources.join("near"));
    link(&sources, "own/hld/m/n.yaml", "../../../near/file.yaml");
    agent.run().succeeded();
}

#[test]
fn what_was_fetched_leads_nowhere_else() {
    let sources = GitServer::start();
    let far = sources.repository("team/far").with_files(&[
        ("component.yaml", "name: far\ntype: static\npath: m\n"),
        ("a.yaml", "kind: A\nmetadata: {name: a}\n"),
    ]);
    far.commit_link("main", "m/a.yaml", "../a.yaml");
    let (_server, repository) = served();
    let agent = publishing(FILES, &repository);
    let text = format!(
        "name: root\nsubcomponents:\n- {{name: far, method: git, source: {}}}\n",
        far.url()
    );
    Definition::new(&[("component.yaml", &text)]).write(&agent.sources());
    agent.run().succeeded();
    assert!(
        repository.read("main", "prod/far/far.yaml").is_some_and(|text| text.contains("kind: A"))
    );
    far.commit_link("main", "m/b.yaml", "../../../shared.yaml");
    check(
        &agent,
        &repository,
        &expect![[r#"
        components/far/m/b.yaml:0 the link $WORK/1/s/components/far/m/b.yaml leads to $WORK/1/s/shared.yaml, out of what was fetched with it — correct the link in the repository that it was fetched from (E319)
    "#]],
    );
}

#[test]
fn on_a_laptop_links_lead_anywhere() {
    let folder = tempfile::tempdir().expect("folder");
    Definition::new(FILES).write(&folder.path().join("hld"));
    outside(&folder.path().join("agent"));
    link(&folder.path().join("hld"), "m/a.yaml", "../../agent/file.yaml");
    for arguments in
        [&["render", "--output-directory", "../out"][..], &["generate", "prod"], &["install"]]
    {
        let output = laptop::run(&folder.path().join("hld"), arguments, &[]);
        assert_eq!(output.status.code(), Some(0), "{}", laptop::errors(&output));
    }
    let manifest = |path| std::fs::read_to_string(folder.path().join(path)).expect("manifest");
    assert!(manifest("out/prod/a.yaml").contains("kind: Outside"));
    assert!(manifest("hld/generated/prod/a.yaml").contains("kind: Outside"));
}

#[test]
fn a_device_never_ends_and_is_not_read_on_a_laptop_either() {
    for (at, code) in
        [("m/a.yaml", "E309"), ("config/prod.yaml", "E303"), ("c/component.yaml", "E302")]
    {
        let folder = tempfile::tempdir().expect("folder");
        let definition = folder.path().join("hld");
        Definition::new(FILES).write(&definition);
        link(&definition, at, "/dev/zero");
        let output = laptop::run(&definition, &["generate", "prod"], &[]);
        let errors = laptop::errors(&output);
        assert!(errors.contains(&format!("error[{code}]")), "{at}: {errors}");
    }
}
