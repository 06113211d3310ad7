//! Previews: builds of pull requests never deploy.

use crate::it::product::{STATIC, TOKEN, publishing, served, step};
use crate::support::definition::Definition;

#[test]
fn a_pull_request_shows_the_difference_and_pushes_nothing() {
    let (server, repository) = served();
    publishing(STATIC, &repository).run().succeeded();
    let tip = repository.tip("main");
    let pushes = |server: &crate::support::git_server::GitServer| {
        server.requests().iter().filter(|r| r.target.contains("receive-pack")).count()
    };
    let before = pushes(&server);
    for command in ["auto", "preview", "publish"] {
        let agent = publishing(STATIC, &repository).pull_request(12).input("command", command);
        let only_a = "name: root\nsubcomponents:\n- {name: a, type: static, path: a}\n- {name: c, type: static, path: b}\n";
        Definition::new(&[("component.yaml", only_a), ("a/config-map.yaml", "kind: Changed\n")])
            .write(&agent.sources());
        let transcript = agent.run();
        let outputs = transcript.outputs();
        assert_eq!(outputs["outcome"], "previewed");
        let counts = ["added", "modified", "removed"].map(|name| outputs[name].as_str());
        assert_eq!((counts, outputs["changed"].as_str()), (["1", "1", "1"], "true"));
        let log = transcript.to_string();
        for line in ["+ prod/c.yaml", "~ prod/a.yaml", "- prod/b.yaml"] {
            assert!(log.contains(line), "{log}");
        }
        if command == "publish" {
            transcript.succeeded_with_issues();
        } else {
            transcript.succeeded();
        }
    }
    assert_eq!(repository.tip("main"), tip);
    assert_eq!(pushes(&server), before);
}

#[test]
fn a_fork_without_the_token_still_renders() {
    let agent = step()
        .pull_request(12)
        .env("ACCESS_TOKEN", "$(ACCESS_TOKEN)")
        .input("destinationRepository", "https://dev.azure.test/contoso/p/_git/manifests");
    Definition::new(STATIC).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded_with_issues().outputs()["outcome"], "previewed");
    assert_eq!(transcript.outputs()["objectCount"], "2");

    Definition::new(&[("config/prod.yaml", "- no\n")]).write(&agent.sources());
    assert_eq!(agent.run().failed().error_codes(), ["E303"]);
}

#[test]
fn a_branch_that_does_not_exist_yet_is_compared_too() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository)
        .input("command", "preview")
        .input("destinationBranch", "new");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["added"], "3");
    assert_eq!(repository.branches(), ["main"]);
    assert!(!transcript.to_string().contains(TOKEN));
}
