//! `command: set` by pull request.

use crate::it::product::TOKEN;
use crate::it::pull_request::{POLICY, code};
use crate::it::write_back::{CONFIG, defined_at, setting};
use crate::support::git_server::{GitServer, Repository};
use crate::support::hosting::{Hosting, Status};

fn azure() -> (GitServer, Repository, Hosting) {
    let server = GitServer::start().with_token(TOKEN).imitating_azure();
    let repository = defined_at(&server, "contoso/platform/_git/definitions");
    let (server, hosting) = Hosting::azure(server, &repository, TOKEN);
    (server, repository, hosting)
}

#[test]
fn values_are_proposed_once_for_each_set_of_keys() {
    let (_server, repository, hosting) = azure();
    let agent = setting(&repository, "replicas=4").input("delivery", "pullRequest");
    let transcript = agent.run();
    let outputs = transcript.succeeded().outputs();
    assert_eq!(
        (outputs["outcome"].as_str(), outputs["pullRequestId"].as_str()),
        ("proposed", "101")
    );
    assert_eq!(repository.read("main", "hld/config/prod.yaml").as_deref(), Some(CONFIG));
    let pull = hosting.pulls().remove(0);
    assert_eq!(pull.title, "Set replicas=4 in config/prod.yaml");
    assert!(pull.description.contains("- modified `hld/config/prod.yaml`"), "{}", pull.description);
    assert!(pull.source.starts_with("fabrikate-gitops/prod-"), "{}", pull.source);

    assert_eq!(agent.run().succeeded().outputs()["changed"], "false");
    let agent = agent.input("values", "replicas=5");
    assert_eq!(agent.run().succeeded().outputs()["pullRequestId"], "101");
    assert_eq!(hosting.pulls()[0].title, "Set replicas=5 in config/prod.yaml");
    let expected = CONFIG.replace("replicas: 3", "replicas: \"5\"");
    assert_eq!(repository.read(&pull.source, "hld/config/prod.yaml"), Some(expected));

    let agent = agent.input("values", "other=1");
    assert_eq!(agent.run().succeeded().outputs()["pullRequestId"], "102");
    let agent = agent.input("values", "replicas=3").input("pullRequestBranch", &pull.source);
    agent.run().succeeded();
    repository.fsck();
}

#[test]
fn what_others_push_there_stays() {
    let (_server, repository, hosting) = azure();
    let agent = setting(&repository, "replicas=4").input("delivery", "pullRequest");
    agent.run().succeeded();
    let source = hosting.pulls()[0].source.clone();
    let text = repository.read(&source, "hld/config/prod.yaml").unwrap();
    let theirs = text.replace("# enough", "# for now");
    repository.commit_files(&source, &[("hld/config/prod.yaml", &theirs)], "By hand");
    let agent = agent.input("values", "replicas=5");
    agent.run().succeeded();
    let expected = theirs.replace("\"4\"", "\"5\"");
    assert_eq!(repository.read(&source, "hld/config/prod.yaml"), Some(expected));
    assert_eq!(repository.log(&source)[1], "By hand");
    assert_eq!(hosting.pulls().len(), 1);
}

#[test]
fn a_refused_push_of_values_becomes_a_pull_request() {
    let (_server, repository, hosting) = azure();
    repository.protect("main", POLICY);
    let agent = setting(&repository, "replicas=4");
    assert_eq!(code(&agent.run()), "E505");
    let agent = agent.input("delivery", "auto");
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "proposed");
    hosting.abandon(101);
    let transcript = agent.input("delivery", "pullRequest").run();
    assert_eq!(transcript.succeeded().outputs()["pullRequestId"], "102");
    hosting.complete(102);
    assert_eq!(hosting.pulls()[1].status, Status::Completed);
}
