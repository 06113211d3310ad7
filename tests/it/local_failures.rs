//! Failures of this machine's own files: each where there is a reason, and none right beside it.

use crate::it::product::{STATIC, step};
use crate::support::agent::Agent;
use crate::support::definition::Definition;
use crate::support::git_server::Git;
use crate::support::helm;

fn rendering(files: &[(&str, &str)]) -> Agent {
    let agent = step().input("command", "render");
    Definition::new(files).write(&agent.sources());
    agent
}

#[test]
fn a_temporary_folder_that_cannot_be_made() {
    let agent = rendering(STATIC);
    let at = |place: &str| {
        let place = agent.sources().join(place);
        agent.clone().variable("Agent.TempDirectory", &place.to_string_lossy())
    };
    assert_eq!(at("component.yaml/temp").run().failed().error_codes(), ["E205"]);
    agent.run().succeeded();
}

#[test]
fn an_output_folder_that_cannot_be_made() {
    let agent = rendering(STATIC);
    let to = |folder: &str| agent.clone().input("outputDirectory", folder).run();
    assert_eq!(to("component.yaml/out").failed().error_codes(), ["E406"]);
    to("new/out").succeeded();
}

#[test]
fn a_file_of_authorities_that_is_not_there() {
    let agent = rendering(STATIC);
    let with = |file: &str| {
        let file = agent.sources().join(file);
        agent.clone().variable("Agent.CAInfo", &file.to_string_lossy()).run()
    };
    let transcript = with("nowhere.pem");
    assert_eq!(transcript.failed().error_codes(), ["E511"]);
    assert!(transcript.issues()[0].message.contains("AGENT_CAINFO"), "{transcript}");
    assert_eq!(with("component.yaml").failed().error_codes(), ["E511"]);
    agent.run().succeeded();
}

#[test]
fn a_document_whose_metadata_is_no_mapping() {
    let folder = tempfile::tempdir().expect("folder");
    let with = |document: &str| {
        let script =
            format!("[ \"$1\" = version ] && {{ echo v3.17.3; exit; }}\nprintf '{document}'");
        helm::stand_in(folder.path(), &script);
        let files = [
            ("component.yaml", "name: root\ntype: helm\npath: chart\n"),
            ("config/prod.yaml", "{}\n"),
            ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
        ];
        rendering(&files).input("chartEngine", "helm").path(&helm::with(folder.path())).run()
    };
    assert_eq!(with("kind: A\\nmetadata: text\\n").failed().error_codes(), ["E404"]);
    with("kind: A\\nmetadata: {name: text}\\n").succeeded();
    with("kind: A\\nmetadata: null\\n").succeeded();
}

#[test]
fn a_repository_on_this_machine_that_is_damaged() {
    let folder = tempfile::tempdir().expect("folder");
    Git::within(folder.path()).text(&["init", "--quiet", "--bare", "--initial-branch=main", "."]);
    let publishing = || {
        let agent = step().input("destinationRepository", &folder.path().to_string_lossy());
        Definition::new(STATIC).write(&agent.sources());
        agent.run()
    };
    publishing().succeeded();
    let objects = folder.path().join("objects");
    std::fs::rename(&objects, folder.path().join("lost")).expect("objects");
    std::fs::create_dir(&objects).expect("folder");
    assert_eq!(publishing().failed().error_codes(), ["E512"]);
    std::fs::remove_dir(&objects).expect("folder");
    std::fs::rename(folder.path().join("lost"), &objects).expect("objects");
    publishing().succeeded();
}
