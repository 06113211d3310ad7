//! Secrets stay secret, and text from outside commands nothing.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::it::product::{STATIC, TOKEN, publishing, served, step};
use crate::support::agent::Process;
use crate::support::definition::Definition;
use crate::support::git_server::Fault;
use crate::support::helm;
use std::time::Duration;

/// A definition with one chart, rendered by whatever `helm` is on PATH.
const CHART: &[(&str, &str)] = &[
    ("component.yaml", "name: root\nsubcomponents:\n- {name: app, type: helm, path: chart}\n"),
    ("config/prod.yaml", "{}\n"),
    ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
];

#[test]
fn programs_get_an_environment_without_secrets() {
    let (_server, repository) = served();
    let folder = tempfile::tempdir().expect("folder");
    let seen = folder.path().join("seen");
    let script = format!(
        "if [ \"$1\" = version ]; then echo v3.17.3; exit; fi\n\
         env | sort > {0}\necho \"$@\" >> {0}\n\
         printf 'kind: A\\nmetadata: {{name: a}}\\n'",
        seen.display()
    );
    helm::stand_in(folder.path(), &script);
    let agent = publishing(CHART, &repository)
        .input("chartEngine", "helm")
        .path(&helm::with(folder.path()))
        .secret("OTHER", "another-secret-9")
        .env("OTHER_FOR_ACCESS_YAML", "$(OTHER)")
        .system_access_token("job-token-81c");
    agent.run().succeeded();
    let seen = std::fs::read_to_string(seen).expect("what the program saw");
    let names: Vec<&str> =
        seen.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    let allowed = [
        "HELM_CACHE_HOME",
        "HELM_CONFIG_HOME",
        "HELM_DATA_HOME",
        "HOME",
        "LANG",
        "PATH",
        "PWD",
        "TEMP",
        "TMP",
        "TMPDIR",
        "TZ",
        "USERPROFILE",
        "_",
        "SHLVL",
        "OLDPWD",
    ];
    assert!(names.iter().all(|name| allowed.contains(name)), "{names:?}");
    for secret in [TOKEN, "another-secret-9", "job-token-81c"] {
        assert!(!seen.contains(secret), "{seen}");
    }
}

#[test]
fn the_token_is_in_no_argument_and_no_childs_environment() {
    let (server, repository) = served();
    let _server = server.fault_at("info/refs", 1, Fault::Delay(Duration::from_millis(1500)));
    let folder = tempfile::tempdir().expect("folder");
    let script = "[ \"$1\" = version ] && { echo v3.17.3; exit; }\n\
                  sleep 1; printf 'kind: A\\nmetadata: {name: a}\\n'";
    helm::stand_in(folder.path(), script);
    let agent = publishing(CHART, &repository)
        .input("chartEngine", "helm")
        .path(&helm::with(folder.path()));
    let mut running = agent.start();
    let holds = |texts: &[String]| texts.iter().any(|text| text.contains(TOKEN));
    running.wait_until(|processes: &[Process]| {
        for process in processes {
            assert!(!holds(&process.arguments), "{:?}", process.arguments);
            let is_ours = process.arguments.iter().any(|argument| argument == "task");
            if !is_ours && process.arguments.iter().any(|argument| argument == "template") {
                assert!(!holds(&process.environment), "{:?}", process.environment);
            }
        }
        processes.iter().any(|p| p.arguments.iter().any(|argument| argument == "template"))
    });
    running.wait_for("Repository:");
    for process in running.processes() {
        assert!(!holds(&process.arguments), "{:?}", process.arguments);
    }
    running.wait().succeeded();
}

#[test]
fn hostile_file_names_and_messages_command_nothing() {
    let (_server, repository) = served();
    let name = "##vso[task.complete result=Succeeded]x";
    let component = format!(
        "name: \"{name}\"\nsubcomponents:\n- name: \"##vso[task.setvariable variable=PATH]y\"\n  type: static\n  path: m\n"
    );
    let manifest = format!("m/{name}.yaml");
    let files = [
        ("component.yaml", component.as_str()),
        ("config/prod.yaml", "{}\n"),
        (manifest.as_str(), "kind: A\nmetadata: {name: a}\n"),
    ];
    let agent = publishing(&files, &repository)
        .variable("Build.SourceVersionMessage", "##vso[task.setvariable variable=PATH]x")
        .input("commitMessage", "##vso[task.setvariable variable=PATH]y {sourceMessage}")
        .variable("Build.SourceBranch", "refs/heads/##vso[task.complete result=Failed]");
    let transcript = agent.run();
    transcript.succeeded();
    assert!(transcript.variables().is_empty(), "{:?}", transcript.variables());
    assert!(repository.message("main").starts_with("##vso[task.setvariable variable=PATH]y "));
    let preview = agent.pull_request(7);
    Definition::new(&[(&manifest, "kind: B\n")]).write(&preview.sources());
    let transcript = preview.run();
    assert!(transcript.to_string().contains("# #vso[task.setvariable"), "{transcript}");
    assert!(transcript.summary().contains("vso"), "{}", transcript.summary());
}

#[test]
fn what_helm_and_servers_say_commands_nothing() {
    let hostile = "##vso[task.setvariable variable=PATH]x";
    let folder = tempfile::tempdir().expect("folder");
    let script = format!(
        "[ \"$1\" = version ] && {{ echo v3.17.3; exit; }}\n\
         printf 'Error: {hostile}\\n\\342\\200\\213#\\342\\200\\213#vso[x.y]z\\n' >&2; exit 1"
    );
    helm::stand_in(folder.path(), &script);
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(CHART, &repository)
        .input("chartEngine", "helm")
        .path(&helm::with(folder.path()));
    assert_eq!(agent.run().failed().error_codes(), ["E402"]);

    let (server, repository) = served();
    let _server = server.refusing(&format!("no\n{hostile}\n## [x]"));
    assert_eq!(publishing(STATIC, &repository).run().failed().error_codes(), ["E506"]);
}

#[test]
fn the_agent_is_told_of_each_secret_once() {
    let (_server, repository) = served();
    let transcript = publishing(STATIC, &repository).run();
    let mut told = transcript.succeeded().secrets().to_vec();
    assert!(!told.is_empty());
    told.sort();
    let all = told.len();
    told.dedup();
    assert_eq!(told.len(), all);
}

#[test]
fn a_secret_with_invisible_characters_in_it_is_not_shown() {
    let (half, rest) = TOKEN.split_at(7);
    let folder = tempfile::tempdir().expect("folder");
    let script = format!(
        "[ \"$1\" = version ] && {{ echo v3.17.3; exit; }}\n\
         printf 'Error: {half}\\342\\200\\213{rest}\\n{half}\\000{rest}\\n' >&2; exit 1"
    );
    helm::stand_in(folder.path(), &script);
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(CHART, &repository)
        .input("chartEngine", "helm")
        .path(&helm::with(folder.path()));
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E402"]);
    assert!(transcript.to_string().contains("  | Error: ***"), "{transcript}");
}

#[test]
fn a_secret_of_the_job_is_never_published() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = publishing(STATIC, &repository);
    let leaked = format!("kind: Secret\nstringData: {{token: \"{TOKEN}\"}}\n");
    Definition::new(&[("a/config-map.yaml", &leaked)]).write(&agent.sources());
    let transcript = agent.may_hold_secrets(std::path::Path::new("/")).run();
    assert_eq!(transcript.failed().error_codes(), ["E705"]);
    assert_eq!(repository.log("main").len(), 1);
}

#[test]
fn a_secret_in_base64_is_found_wherever_it_stands_in_it() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let encode = |text: String| BASE64_STANDARD.encode(text);
    let whole = encode(format!("{{\"auths\":{{\"registry\":{{\"password\":\"{TOKEN}\"}}}}}}"));
    let (first, second) = whole.split_at(50);
    let texts = [
        encode(format!("{TOKEN}\n")),
        encode(format!("user:{TOKEN}")),
        encode(format!("us:{TOKEN}\n")).replace('+', "-").replace('/', "_"),
        encode(format!("a:{TOKEN}")),
        format!("|\n    {first}\n    {second}"),
    ];
    for text in texts {
        let agent = publishing(STATIC, &repository);
        let leaked = format!("kind: Secret\ndata:\n  token: {text}\n");
        Definition::new(&[("a/config-map.yaml", &leaked)]).write(&agent.sources());
        let transcript = agent.may_hold_secrets(std::path::Path::new("/")).run();
        assert_eq!(transcript.failed().error_codes(), ["E705"], "{text}");
    }
    assert_eq!(repository.log("main").len(), 1);
}

#[test]
fn a_secret_of_the_job_is_not_published_beside_the_manifests_either() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let secret = "hunter2-in-the-wrong-place";
    let new = || {
        publishing(STATIC, &repository)
            .secret("OTHER", secret)
            .env("ACCESS_TOKEN_SECRET", "$(OTHER)")
    };
    let named = new();
    let root = format!("name: root\nsubcomponents:\n- {{name: {secret}, type: static, path: a}}\n");
    Definition::new(&[("component.yaml", &root)]).write(&named.sources());
    let agents = [
        named,
        new().input("commitMessage", &format!("By {secret}")),
        new().input("authorName", secret),
        new().input("destinationPath", secret),
        new().input("destinationBranch", secret),
        new().variable("Build.SourceVersionMessage", &format!("Use {secret}")),
        new().variable("Build.BuildNumber", secret),
    ];
    for agent in agents {
        let transcript = agent.may_hold_secrets(std::path::Path::new("/")).run();
        assert_eq!(transcript.failed().error_codes(), ["E705"], "{transcript}");
    }
    assert_eq!(repository.log("main").len(), 1);
}

#[test]
fn a_password_in_the_address_is_refused_without_being_shown() {
    let (server, repository) = served();
    let _server = server.may_stay_idle();
    let agent = step()
        .secret("PAT", TOKEN)
        .input("accessToken", "$(PAT)")
        .input("destinationRepository", &repository.url().replacen("://", "://me:hunter2-77@", 1));
    Definition::new(STATIC).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.failed().error_codes(), ["E105"]);
    assert!(!transcript.to_string().contains("hunter2-77"), "{transcript}");
}

#[test]
fn a_password_in_a_malformed_address_is_not_shown_either() {
    for address in [
        "me:hunter2-77@dev.azure.com/contoso/p/_git/r",
        "hunter2-77@dev.azure.com/contoso/p/_git/r",
        "https:/me:hunter2-77@host/r",
        "https//me:hunter2-77@host/r",
        r"https:\\me:hunter2-77@host\r",
        "me:hunter2-77@https://host/r",
    ] {
        let agent = step()
            .secret("PAT", TOKEN)
            .input("accessToken", "$(PAT)")
            .input("destinationRepository", address);
        Definition::new(STATIC).write(&agent.sources());
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), ["E105"], "{address}");
        assert!(!transcript.to_string().contains("hunter2-77"), "{transcript}");
    }
}

#[test]
fn a_password_in_the_address_of_a_source_is_not_shown() {
    let source = |address: &str, more: &str| {
        let list = format!("- {{name: far, source: \"{address}\", {more}}}\n");
        format!("name: root\nsubcomponents:\n{list}")
    };
    for (address, more, install, code) in [
        ("https://me:hunter2-77@host.test/far", "method: git", "never", "E307"),
        ("me:hunter2-77@host.test/far", "method: git", "never", "E307"),
        ("me:hunter2-77@host.test/far", "method: git", "missing", "E307"),
        ("me:hunter2-77@host.test/far.yaml", "method: http, type: static", "missing", "E327"),
        ("me:hunter2-77@host.test", "method: helm, type: helm, path: x", "missing", "E327"),
    ] {
        let agent = step().input("command", "render").input("install", install);
        let component = source(address, more);
        Definition::new(&[("component.yaml", &component), ("config/prod.yaml", "{}\n")])
            .write(&agent.sources());
        let transcript = agent.run();
        assert_eq!(transcript.failed().error_codes(), [code], "{address}: {transcript}");
        assert!(!transcript.to_string().contains("hunter2-77"), "{transcript}");
    }
}

#[test]
fn commands_are_escaped_for_agents_that_do_not_decode_percents() {
    for decode in [true, false] {
        let (_server, repository) = served();
        let agent = publishing(STATIC, &repository)
            .decode_percents(decode)
            .input("destinationBranch", "50%25-off");
        assert_eq!(agent.run().succeeded().outputs()["branch"], "50%25-off", "{decode}");
    }
}

#[test]
fn nothing_is_left_in_the_temporary_folder_but_the_summary() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    let left: Vec<String> = std::fs::read_dir(agent.temp())
        .expect("temp")
        .map(|entry| entry.expect("entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("fabrikate-gitops-"))
        .collect();
    let [summary] = left.as_slice() else {
        panic!("{left:?}");
    };
    assert!(summary.strip_suffix(".md").is_some(), "{summary}");
}
