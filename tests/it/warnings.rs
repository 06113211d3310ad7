//! What a run warns of: each warning where there is a reason, and none right beside it.

use crate::it::product::step;
use crate::support::agent::{Agent, Transcript};
use crate::support::definition::Definition;
use crate::support::helm;

/// Returns a step that renders a definition with Helm at hand.
fn rendering(files: &[(&str, &str)]) -> Agent {
    let agent = step().input("command", "render").path(&helm::path());
    Definition::new(files).write(&agent.sources());
    agent
}

/// Runs a step, which must succeed with this warning alone.
#[track_caller]
fn warned(agent: &Agent, code: &str, words: &str) -> Transcript {
    let transcript = agent.run();
    transcript.succeeded_with_issues();
    let [issue] = transcript.issues() else {
        panic!("{transcript}");
    };
    assert_eq!((issue.error, issue.code().unwrap_or(code)), (false, code), "{transcript}");
    assert!(issue.message.contains(words), "{}", issue.message);
    assert!(issue.message.ends_with(&format!("({code})")), "{}", issue.message);
    transcript
}

const CHART: &[(&str, &str)] = &[
    ("component.yaml", "name: root\nsubcomponents:\n- {name: app, type: helm, path: chart}\n"),
    ("config/prod.yaml", "{}\n"),
    ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
    ("chart/templates/a.yaml", "kind: A\nmetadata: {name: a}\n"),
];

/// Renders a chart whose component has these settings for `prod` and in the common layer.
fn injecting(prod: &str, common: &str) -> Agent {
    let agent = rendering(CHART);
    let layer = |text: &str| format!("subcomponents:\n  app: {{{text}}}\n");
    Definition::new(&[("config/prod.yaml", &layer(prod)), ("config/common.yaml", &layer(common))])
        .write(&agent.sources());
    agent
}

#[test]
fn injection_that_has_no_effect() {
    let lost = "it counts in the layer that the namespace comes from";
    for (prod, common, words) in [
        ("injectNamespace: true", "namespace: n", lost),
        ("namespace: n, injectNamespace: false", "", ""),
        ("namespace: n", "injectNamespace: true", lost),
        ("injectNamespace: false", "namespace: n, injectNamespace: true", lost),
        ("injectNamespace: true", "", "no layer has a namespace"),
        ("", "injectNamespace: true", "no layer has a namespace"),
        ("namespace: n, injectNamespace: true", "injectNamespace: false", ""),
        ("namespace: n, injectNamespace: false", "namespace: m, injectNamespace: true", ""),
        ("", "namespace: n, injectNamespace: true", ""),
        ("injectNamespace: true", "namespace: n, injectNamespace: true", ""),
        ("injectNamespace: false", "", ""),
    ] {
        let agent = injecting(prod, common);
        if words.is_empty() {
            agent.run().succeeded();
            continue;
        }
        let transcript = warned(&agent, "W301", words);
        let issue = &transcript.issues()[0];
        assert!(issue.source_path().is_some_and(|path| path.contains("config/")), "{transcript}");
        assert_eq!(issue.line(), Some(2), "{transcript}");
    }
    let agent = rendering(&[
        ("component.yaml", "name: root\ntype: static\npath: m\n"),
        ("config/prod.yaml", "namespace: n\ninjectNamespace: true\n"),
        ("m/a.yaml", "kind: A\nmetadata: {name: a}\n"),
    ]);
    drop(warned(&agent, "W301", "the manifests of static components are taken as they are"));
}

#[test]
fn a_helm_that_may_write_charts_differently() {
    let folder = tempfile::tempdir().expect("folder");
    let stand_in = |version: &str| {
        let script = format!(
            "[ \"$1\" = version ] && {{ echo {version}; exit; }}\n\
             printf 'kind: A\\nmetadata: {{name: a}}\\n'"
        );
        helm::stand_in(folder.path(), &script);
        rendering(CHART).input("chartEngine", "helm").path(&helm::with(folder.path()))
    };
    drop(warned(&stand_in("v4.1.4"), "W201", "Helm"));
    stand_in("v3.17.3").run().succeeded();
}

#[test]
fn an_environment_that_nothing_knows_and_that_is_allowed() {
    let agent = rendering(CHART).input("environments", "nowhere");
    assert_eq!(agent.run().failed().error_codes(), ["E308"]);
    let allowed = agent.input("allowMissingEnvironment", "true");
    drop(warned(&allowed, "W302", "no configuration file knows the environment `nowhere`"));
    allowed.input("environments", "prod").run().succeeded();
}

#[test]
fn a_document_that_is_left_out() {
    let agent = rendering(CHART);
    let folder = tempfile::tempdir().expect("folder");
    let stand_in = |documents: &str| {
        let script =
            format!("[ \"$1\" = version ] && {{ echo v3.17.3; exit; }}\nprintf '{documents}'");
        helm::stand_in(folder.path(), &script);
        agent.clone().input("chartEngine", "helm").path(&helm::with(folder.path()))
    };
    let list = "kind: A\\n---\\n- a list\\n";
    let transcript = warned(&stand_in(list), "W401", "component `app`");
    assert_eq!(transcript.outputs()["objectCount"], "1");
    // Nothing but comments is no loss.
    stand_in("kind: A\\n---\\n# a comment\\n").run().succeeded();
}

#[test]
fn a_manifest_that_gives_way_to_a_chart_of_the_same_name() {
    let component = |name: &str| {
        format!(
            "name: root\nsubcomponents:\n- {{name: app, type: helm, path: chart}}\n\
             - {{name: {name}, type: static, path: m}}\n"
        )
    };
    let with = |name: &str| {
        let agent = rendering(CHART);
        let files = [("component.yaml", component(name)), ("m/a.yaml", "kind: B\n".to_owned())];
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        Definition::new(&files).write(&agent.sources());
        agent
    };
    drop(warned(&with("app"), "W402", "app"));
    with("other").run().succeeded();
}
