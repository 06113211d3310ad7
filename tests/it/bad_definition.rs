//! Bad definitions: each mistake has a code, and a place where there is one.

use expect_test::{Expect, expect};

use crate::it::failing::{check, failing};
use crate::it::product::{STATIC, publishing, served, step};
use crate::support::agent::Agent;
use crate::support::definition::Definition;

#[track_caller]
fn broken(files: &[(&str, &str)], expected: &Expect) {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(STATIC, &repository);
    Definition::new(files).write(&agent.sources());
    check(&agent, &repository, expected);
}

#[test]
fn a_folder_without_a_component() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(STATIC, &repository);
    check(
        &agent.clone().input("definitionPath", "nowhere"),
        &repository,
        &expect![[r#"
        there is no folder $WORK/1/s/nowhere — check the input definitionPath and the `source` and `path` that lead there; a component is a folder with a component.yaml or component.json (E313)
    "#]],
    );
    check(
        &agent.input("definitionPath", "a"),
        &repository,
        &expect![[r#"
        there is neither component.yaml nor component.json in $WORK/1/s/a — check the input definitionPath and the `source` and `path` that lead there; a component is a folder with a component.yaml or component.json (E301)
    "#]],
    );
}

#[test]
fn a_component_file_that_is_not_valid() {
    broken(
        &[("component.yaml", "name: root\nsubcomponents:\n- name: [\n")],
        &expect![[r#"
        component.yaml:4 the component file is not valid: did not find expected node content — correct the file (E302)
    "#]],
    );
    broken(
        &[("component.yaml", "name: root\n\nsubcomponents: x\n")],
        &expect![[r#"
        component.yaml:3 the component file is not valid: cannot unmarshal !!str `x` into a list — correct the file (E302)
    "#]],
    );
}

#[test]
fn a_configuration_file_that_is_not_valid() {
    broken(
        &[("config/prod.yaml", "config:\n\ta: 1\n")],
        &expect![[r#"
        config/prod.yaml:2 the configuration file is not valid: found character that cannot start any token — correct the file (E303)
    "#]],
    );
    broken(
        &[("config/common.json", "{\n  \"config\": 1\n}")],
        &expect![[r#"
            config/common.json:2 the configuration file is not valid: an object is expected, and a number found — correct the file (E303)
        "#]],
    );
}

#[test]
fn a_file_in_the_place_of_the_configuration_folder() {
    broken(
        &[
            ("component.yaml", "name: root\nsubcomponents:\n- {name: x, source: ./x}\n"),
            ("x/component.yaml", "name: x\n"),
            ("x/config", "x"),
        ],
        &expect![[r#"
            x/config:0 `config` is no folder — put the configuration into files such as config/common.yaml, or rename the file (E303)
        "#]],
    );
}

#[test]
fn layers_that_do_not_fit_together() {
    let conflict = [
        ("config/prod.yaml", "subcomponents:\n  a:\n    config:\n      x: {y: 1}\n"),
        ("config/common.yaml", "subcomponents:\n  a:\n    config:\n      x: text\n"),
    ];
    broken(
        &conflict,
        &expect![[r#"
        config/prod.yaml:4 the configuration of component `root` does not fit together: `subcomponents.a.config.x` is a mapping in one layer and a text in the other ($WORK/1/s/config/prod.yaml and $WORK/1/s/config/common.yaml) — let both layers give the key a value of the same kind, or rename one (E304)
    "#]],
    );
}

#[test]
fn an_unknown_environment() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(STATIC, &repository).input("environments", "porduction, tset");
    check(
        &agent,
        &repository,
        &expect![[r#"
        no configuration file knows the environment `porduction` — there are `prod`, `test`; set allowMissingEnvironment to render it all the same (E308)
    "#]],
    );
    let agent = publishing(STATIC, &repository).input("environments", "tset");
    check(
        &agent,
        &repository,
        &expect![[r#"
        no configuration file knows the environment `tset` — did you mean `test`? If not, set allowMissingEnvironment to render it all the same (E308)
    "#]],
    );
    let allowed = agent.input("allowMissingEnvironment", "true").run();
    assert_eq!(allowed.succeeded_with_issues().outputs()["outcome"], "pushed");
}

#[test]
fn components_that_fabrikate_would_take_for_something_else() {
    let with = |sub: &str| format!("name: root\nsubcomponents:\n- name: a\n  {sub}\n");
    broken(
        &[("component.yaml", &with("type: kustomize"))],
        &expect![[r#"
        component.yaml:3 component `a` has the type `kustomize`, which does not exist — use `component`, `helm` or `static` (E305)
    "#]],
    );
    broken(
        &[("component.yaml", &with("method: Git"))],
        &expect![[r#"
        component.yaml:3 component `a` has the method `Git`, which does not exist — use `git`, `helm`, `http` or `local` (E305)
    "#]],
    );
    broken(
        &[("component.yaml", &with("version: 1"))],
        &expect![[r#"
        component.yaml:3 component `a` refers to $WORK/1/s, of which it is a part — give the subcomponent a `source` or `path` of its own, or a `type` (E306)
    "#]],
    );
    broken(
        &[
            ("component.yaml", "name: root\nsubcomponents:\n- name: ../../up\n  source: ./a\n"),
            ("a/component.yaml", "name: a\n"),
        ],
        &expect![[r#"
            component.yaml:3 the name `../../up` cannot be that of a folder: it would leave the folder of the manifests — rename the component (E310)
        "#]],
    );
    broken(
        &[
            ("component.yaml", "name: root\nsubcomponents:\n- name: GIT~1\n  source: ./a\n"),
            ("a/component.yaml", "name: a\n"),
        ],
        &expect![[r#"
            component.yaml:3 the name `GIT~1` cannot be that of a folder: git keeps its own files in `.git`, and some systems take a name in it for that — rename the component (E310)
        "#]],
    );
    broken(
        &[("component.yaml", "name: root\nsubcomponents:\n-\n")],
        &expect![[r#"
        component.yaml:3 the subcomponents of `root` have an empty item — remove the item, or give it a name (E306)
    "#]],
    );
}

#[test]
fn a_name_beside_those_that_git_refuses_is_published() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository).input("environments", "prod, gitops/x");
    Definition::new(&[
        ("component.yaml", "name: root\nsubcomponents:\n- name: git~x\n  source: ./a\n"),
        ("a/component.yaml", "name: .gitter\n"),
        ("config/gitops/x.yaml", "{}\n"),
    ])
    .write(&agent.sources());
    agent.run().succeeded();
    repository.fsck();
    assert!(repository.read("main", "gitops/x/git~x/.gitter.yaml").is_some());
}

#[test]
fn two_components_that_write_one_file() {
    let twins = "name: root\nsubcomponents:\n- {name: x, type: static, path: a}\n- {name: x, type: static, path: b}\n";
    broken(
        &[("component.yaml", twins)],
        &expect![[r#"
        component.yaml:4 the components `x` and `x` both write x.yaml — rename one of them: Fabrikate would keep whichever it finishes last (E311)
    "#]],
    );
    let slash = "name: root\nsubcomponents:\n- {name: team/x, type: static, path: a}\n";
    broken(
        &[("component.yaml", slash)],
        &expect![[r#"
        component.yaml:3 component `team/x` would write team/x.yaml, and no component has the folder `team` — take the slash out of the component's name (E405)
    "#]],
    );
}

#[track_caller]
fn unfetched(component: &str, expected: &Expect) {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(STATIC, &repository).input("install", "never");
    Definition::new(&[("component.yaml", component)]).write(&agent.sources());
    check(&agent, &repository, expected);
}

#[test]
fn a_source_that_has_to_be_fetched() {
    let git =
        "name: root\nsubcomponents:\n- name: far\n  source: https://host/far\n  method: git\n";
    unfetched(
        git,
        &expect![[r#"
            component.yaml:3 component `far` comes from https://host/far and is not in the definition ($WORK/1/s/components/far) — set `install: missing` (`fabrikate-gitops install` for `generate`) to fetch it (E307)
        "#]],
    );
    let helm = "name: root\nsubcomponents:\n- name: far\n  type: helm\n  source: https://host/charts\n  method: helm\n  path: far\n";
    unfetched(
        helm,
        &expect![[r#"
            component.yaml:3 component `far` comes from https://host/charts and is not in the definition ($WORK/1/s/helm_repos/far) — set `install: missing` (`fabrikate-gitops install` for `generate`) to fetch it (E307)
        "#]],
    );
}

#[test]
fn missing_static_folders() {
    let missing = "name: root\nsubcomponents:\n- {name: x, type: static, path: nowhere}\n";
    broken(
        &[("component.yaml", missing)],
        &expect![[r#"
        component.yaml:3 the manifests of component `x` cannot be read — `path` must be a folder that holds files only; without `path` it is the component's own folder (E309)
    "#]],
    );
}

#[test]
fn files_that_never_end() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let pipe = |agent: &Agent, path: &str| {
        let path = agent.sources().join(path);
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo");
    };
    let limited = || publishing(STATIC, &repository).time_limit(std::time::Duration::from_mins(1));
    let agent = limited();
    pipe(&agent, "a/pipe");
    let transcript = failing(
        &agent,
        &repository,
        &expect![[r#"
            component.yaml:3 the manifests of component `a` cannot be read — `path` must be a folder that holds files only; without `path` it is the component's own folder (E309)
        "#]],
    );
    assert!(transcript.to_string().contains("/a/pipe: it is no regular file"), "{transcript}");
    let agent = limited();
    pipe(&agent, "config/common.yaml");
    assert_eq!(agent.run().failed().error_codes(), ["E303"]);
    let agent = limited();
    Definition::new(&[("config/prod.yaml", "subcomponents: {}\n")]).write(&agent.sources());
    std::fs::remove_file(agent.sources().join("component.yaml")).expect("file");
    pipe(&agent, "component.yaml");
    assert_eq!(agent.run().failed().error_codes(), ["E302"]);
}

#[test]
fn references_that_double_at_each_level() {
    let doubled = |levels: usize| {
        let mut files = Definition::new(&[("config/prod.yaml", "{}\n")]);
        for level in 0..levels {
            let item = |name: &str| format!("- {{name: {name}, source: ../c{}}}\n", level + 1);
            let text = format!("name: c{level}\nsubcomponents:\n{}{}", item("l"), item("r"));
            files = files.file(&format!("c{level}/component.yaml"), text);
        }
        files.file(&format!("c{levels}/component.yaml"), "name: end\n")
    };
    let rendering = |levels| {
        let agent = step()
            .input("command", "render")
            .input("definitionPath", "c0")
            .input("allowMissingEnvironment", "true");
        doubled(levels).write(&agent.sources());
        agent.run()
    };
    assert_eq!(rendering(19).failed().error_codes(), ["E306"]);
    rendering(8).succeeded_with_issues();
}
