//! By what a definition is known to be the one that published before.

use crate::it::laptop::{errors, run};
use crate::it::ordering::Laptop;
use crate::it::product::{STATIC, TOKEN, publishing, served, step, with_token};
use crate::support::definition::Definition;

#[test]
fn a_folder_beside_the_checkout_is_not_the_one_of_that_name_within() {
    let (_server, repository) = served();
    let agent = with_token(step(), &repository);
    let changed = [("a/config-map.yaml", "kind: Outside\n")];
    let outside = agent.sources().join("../deploy");
    Definition::new(STATIC).write(&agent.sources().join("deploy"));
    Definition::new(STATIC).write(&outside);
    Definition::new(&changed).write(&outside);
    agent.clone().input("definitionPath", "deploy").run().succeeded();
    for elsewhere in ["../deploy", &outside.to_string_lossy()] {
        let transcript = agent.clone().input("definitionPath", elsewhere).run();
        assert_eq!(transcript.failed().error_codes(), ["E703"], "{elsewhere}");
    }
    Definition::new(&changed).write(&agent.sources().join("deploy"));
    for same in ["a/../deploy/.", &agent.sources().join("deploy").to_string_lossy()] {
        std::fs::create_dir_all(agent.sources().join("a")).expect("folder");
        agent.clone().input("definitionPath", same).run().succeeded();
    }
}

#[test]
fn a_definition_beside_the_repository_of_the_pipeline_is_known_to_every_agent() {
    let (_server, repository) = served();
    for (number, kind) in [("40", "One"), ("41", "Two")] {
        let agent = publishing(&[], &repository);
        let own = agent.sources().join("self");
        Definition::new(STATIC).write(&agent.sources().join("hld"));
        Definition::new(&[("a/config-map.yaml", &format!("kind: {kind}\n"))])
            .write(&agent.sources().join("hld"));
        let agent = agent
            .variable("Build.Repository.LocalPath", &own.to_string_lossy())
            .variable("Build.BuildId", number)
            .input("definitionPath", "hld");
        std::fs::create_dir_all(&own).expect("folder");
        assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
    }
}

#[test]
fn a_clone_over_ssh_is_of_the_same_repository() {
    let (_server, repository) = served();
    let uri = "https://dev.azure.com/contoso/platform/_git/definitions";
    publishing(STATIC, &repository).variable("Build.Repository.Uri", uri).run().succeeded();
    let laptop = Laptop::new();
    let ssh = "git@ssh.dev.azure.com:v3/contoso/platform/definitions";
    laptop.git().text(&["remote", "set-url", "origin", ssh]);
    laptop.publish(&repository, &[]);
}

#[test]
fn a_definition_is_known_through_a_link_too() {
    let (_server, repository) = served();
    let laptop = Laptop::new();
    laptop.publish(&repository, &[]);
    laptop.commit("one");
    let link = laptop.definition().with_file_name("link");
    std::os::unix::fs::symlink(laptop.definition(), &link).expect("link");
    let arguments = [
        "publish",
        "--destination-repository",
        repository.url(),
        "--definition-path",
        &link.to_string_lossy(),
    ];
    let output = run(link.parent().expect("parent"), &arguments, &[("ACCESS_TOKEN", TOKEN)]);
    assert_eq!(output.status.code(), Some(0), "{}", errors(&output));
}
