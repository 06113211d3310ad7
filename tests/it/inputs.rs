//! Inputs as pipelines give them: names, aliases, old variables, mistakes.

use crate::it::product::{STATIC, TOKEN, paths, publishing, served, step};
use crate::support::definition::Definition;

#[test]
fn aliases_mean_the_same() {
    let (_server, repository) = served();
    let agent = step()
        .secret("PAT", TOKEN)
        .input("accessToken", "$(PAT)")
        .input("hldPath", "hld")
        .input("fabEnvs", "test")
        .input("repo", repository.url())
        .input("branchName", "release");
    Definition::new(STATIC).write(&agent.sources().join("hld"));
    assert_eq!(agent.run().succeeded().outputs()["branch"], "release");
    assert_eq!(paths(&repository, "release", "test/").len(), 4);
}

#[test]
fn the_old_scripts_variables_work_with_a_notice() {
    let (_server, repository) = served();
    let agent = step()
        .secret("ACCESS_TOKEN_SECRET", TOKEN)
        .env("ACCESS_TOKEN_SECRET", "$(ACCESS_TOKEN_SECRET)")
        .variable("REPO", repository.url())
        .variable("BRANCH_NAME", "old")
        .variable("FAB_ENVS", "prod, test")
        .variable("HLD_PATH", "hld")
        .variable("COMMIT_MESSAGE", "Deployed by hand");
    Definition::new(STATIC).write(&agent.sources().join("hld"));
    let transcript = agent.run();
    transcript.succeeded();
    for name in ["REPO", "BRANCH_NAME", "FAB_ENVS", "HLD_PATH", "COMMIT_MESSAGE"] {
        assert!(transcript.to_string().contains(&format!("variable {name} is used")), "{name}");
    }
    assert_eq!(paths(&repository, "old", "test/").len(), 4);
    assert!(repository.message("old").starts_with("Deployed by hand\n"));

    let tip = repository.tip("old");
    Definition::new(&[("a/config-map.yaml", "kind: Changed\n")])
        .write(&agent.sources().join("hld"));
    let transcript = agent.variable("VERIFY_ONLY", "1").run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "previewed");
    assert_eq!(repository.tip("old"), tip);
}

#[test]
fn an_input_is_stronger_than_an_old_variable() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository)
        .variable("REPO", "https://elsewhere.test/r")
        .variable("FAB_ENVS", "nowhere")
        .input("environments", "test");
    agent.run().succeeded();
    assert_eq!(paths(&repository, "main", "test/").len(), 4);
}

#[test]
fn macros_that_were_not_replaced_are_named() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    for (name, value) in [
        ("environments", "$(Environments)"),
        ("destinationBranch", "release/$(Release.Name)"),
        ("accessToken", "$(Missing.Token)"),
    ] {
        let agent = publishing(STATIC, &repository).input(name, value);
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), ["E101"]);
        let issue = &transcript.issues()[0];
        assert!(issue.message.contains(name), "{}", issue.message);
    }
}

#[test]
fn wrong_and_missing_inputs_stop_before_anything_else() {
    for (inputs, code) in [
        (&[("command", "deploy"), ("destinationRepository", "https://h/r")][..], "E102"),
        (&[("includeCrds", "ja"), ("destinationRepository", "https://h/r")], "E102"),
        (&[("environments", "../prod"), ("destinationRepository", "https://h/r")], "E102"),
        (&[], "E103"),
        (&[("environments", "a b\na-b"), ("destinationRepository", "/tmp/x")], "E104"),
        (&[("destinationRepository", "git@github.com:contoso/manifests.git")], "E105"),
        (&[("destinationRepository", "https://h/r")], "E106"),
        (
            &[("authentication", "systemAccessToken"), ("destinationRepository", "https://h/r")],
            "E104",
        ),
    ] {
        let agent = inputs.iter().fold(step(), |agent, (name, value)| agent.input(name, value));
        let agent = agent.system_access_token("job-token-81c");
        // There is no definition: what is wrong with the inputs is found before that.
        assert_eq!(agent.run().failed().error_codes(), [code], "{inputs:?}");
    }
}

#[test]
fn a_chart_sees_the_versions_that_inputs_name() {
    let chart = [
        ("component.yaml", "name: app\ntype: helm\npath: chart\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v2\nname: app\nversion: 0.1.0\n"),
        (
            "chart/crds/crd.yaml",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: c}\n",
        ),
        (
            "chart/templates/a.yaml",
            "kind: A\nmetadata: {name: a}\nversion: {{ .Capabilities.KubeVersion.Version }}\nhas: {{ .Capabilities.APIVersions.Has \"contoso.test/v1\" }}\n",
        ),
        (
            "chart/templates/t.yaml",
            "kind: T\nmetadata: {name: t, annotations: {helm.sh/hook: test}}\n",
        ),
    ];
    let render = |inputs: &[(&str, &str)]| {
        let agent = step().input("command", "render").path(&crate::support::helm::path());
        let agent = inputs.iter().fold(agent, |agent, (name, value)| agent.input(name, value));
        Definition::new(&chart).write(&agent.sources());
        let transcript = agent.run();
        let folder = transcript.succeeded().outputs()["manifestDirectory"].clone();
        std::fs::read_to_string(std::path::Path::new(&folder).join("prod/app.yaml")).expect("text")
    };
    let plain = render(&[]);
    assert!(plain.contains("has: false") && plain.contains("kind: T"), "{plain}");
    assert!(!plain.contains("CustomResourceDefinition"), "{plain}");
    let asked = render(&[
        ("kubeVersion", "1.27.3"),
        ("apiVersions", "contoso.test/v1\nother.test/v1"),
        ("includeCrds", "true"),
        ("skipTests", "True"),
    ]);
    assert!(asked.contains("version: v1.27.3") && asked.contains("has: true"), "{asked}");
    assert!(asked.contains("CustomResourceDefinition") && !asked.contains("kind: T"), "{asked}");
}
