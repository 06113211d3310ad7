//! Publishing to a real server: commits, branches, races.

use expect_test::expect;

use crate::it::product::{
    FOREIGN, STATIC, TOKEN, assert_foreign_files, paths, publishing, served, stable, step,
    with_token,
};
use crate::support::definition::Definition;
use crate::support::git_server::{Fault, GitServer};
use crate::support::http::Response;

#[test]
fn the_first_run_writes_the_manifests_and_says_where_they_come_from() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository)
        .input("environments", "prod\ntest")
        .input("destinationPath", "clusters")
        .variable("Build.SourceVersionMessage", "Scale up\n\nfor the holidays");
    let transcript = agent.run();
    transcript.succeeded();
    assert_foreign_files(&repository, "main");
    assert_eq!(
        repository.read("main", "clusters/prod/a.yaml").as_deref(),
        Some("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n\n")
    );
    assert_eq!(
        paths(&repository, "main", "clusters/"),
        [
            "clusters/prod/.fabrikate-gitops.json",
            "clusters/prod/a.yaml",
            "clusters/prod/b.yaml",
            "clusters/prod/root.yaml",
            "clusters/test/.fabrikate-gitops.json",
            "clusters/test/a.yaml",
            "clusters/test/b.yaml",
            "clusters/test/root.yaml",
        ]
    );
    assert_eq!(repository.log("main").len(), 2);
    expect![[r#"
        Updated k8s manifest files post commit: Scale up

        Source-Repository: https://dev.azure.com/contoso/platform/_git/definitions
        Source-Commit: 1111111111111111111111111111111111111111
        Build: https://dev.azure.com/contoso/platform/_build/results?buildId=4242
        Environment: prod
        Environment: test"#]]
    .assert_eq(&repository.message("main"));
    expect!["Ada Lovelace <ada@contoso.example>"].assert_eq(&repository.author("main"));
    expect![[r#"
        Fabrikate GitOps $VERSION
        Repository: http://127.0.0.1:$PORT/manifests
        ##[group]Definition
        Folder: $WORK/1/s
        prod: 3 components
        test: 3 components
        ##[endgroup]
        ##[group]Manifests
        prod: 2 objects in 3 files
        test: 2 objects in 3 files
        Rendered in $TIME s.
        ##[endgroup]
        ##[group]Destination
        Pushing $SHORT to the branch main.
        ##[endgroup]
        Pushed $SHORT to the branch main: 6 files added, 0 modified, 0 removed.
        added = 6
        branch = main
        changed = true
        commitId = $COMMIT
        manifestDirectory = 
        modified = 0
        objectCount = 4
        outcome = pushed
        pullRequestId = 
        pullRequestUrl = 
        removed = 0
        summaryFile = $TEMP/fabrikate-gitops-$NAME.md
        result: Succeeded
    "#]]
    .assert_eq(&stable(&transcript));
    let inventory = repository.read("main", "clusters/prod/.fabrikate-gitops.json");
    expect![[r#"
        {
          "schemaVersion": 1,
          "tool": "fabrikate-gitops 1.0.0",
          "environment": "prod",
          "source": {
            "repository": "https://dev.azure.com/contoso/platform/_git/definitions",
            "path": "",
            "commit": "1111111111111111111111111111111111111111"
          },
          "build": {
            "id": 4242,
            "number": "20260305.7",
            "url": "https://dev.azure.com/contoso/platform/_build/results?buildId=4242",
            "collection": "https://dev.azure.com/contoso",
            "project": "6302cb6f-c9d9-44c2-ae60-84eff8845059",
            "pipeline": "17"
          },
          "objects": 2,
          "files": {
            "a.yaml": "666b7699f653fb94625b6afb84bedd26df26d5fb",
            "b.yaml": "e8a848b45973a88660b83eb6afa7d75d3cdb235d",
            "root.yaml": "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
          }
        }
    "#]]
    .assert_eq(&inventory.unwrap());
}

#[test]
fn a_second_run_is_up_to_date_and_costs_two_requests() {
    let (server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    let before = server.requests().len();
    let transcript = agent.variable("Build.BuildId", "4712").run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "upToDate");
    assert_eq!(transcript.outputs()["changed"], "false");
    assert_eq!(transcript.outputs()["commitId"], "");
    assert_eq!(repository.log("main").len(), 2);
    assert_eq!(server.requests().len() - before, 2);
}

#[test]
fn a_changed_file_changes_one_manifest_and_one_that_is_gone_goes() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    let first = repository.tree("main");
    Definition::new(&[("a/config-map.yaml", "kind: ConfigMap\nmetadata: {name: changed}\n")])
        .write(&agent.sources());
    let transcript = agent.run();
    let counts = |name: &str| transcript.outputs()[name].clone();
    assert_eq!(
        (counts("added"), counts("modified"), counts("removed")),
        ("0".into(), "1".into(), "0".into())
    );
    let second = repository.tree("main");
    let differing: Vec<_> =
        second.keys().filter(|path| first.get(*path) != second.get(*path)).collect();
    assert_eq!(differing, ["prod/.fabrikate-gitops.json", "prod/a.yaml"]);

    let only_a = "name: root\nsubcomponents:\n- name: a\n  type: static\n  path: a\n";
    Definition::new(&[("component.yaml", only_a)]).write(&agent.sources());
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["removed"], "1");
    let left = paths(&repository, "main", "prod/");
    assert_eq!(left, ["prod/.fabrikate-gitops.json", "prod/a.yaml", "prod/root.yaml"]);
    assert_foreign_files(&repository, "main");
}

#[test]
fn an_empty_repository_gets_its_first_commit() {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository("empty");
    let transcript = publishing(STATIC, &repository).run();
    let branch = transcript.succeeded().outputs()["branch"].clone();
    assert_eq!(repository.log(&branch).len(), 1);
    repository.fsck();
}

#[test]
fn a_missing_branch_begins_at_the_default_branch() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository).input("destinationBranch", "release/2026");
    assert_eq!(agent.run().succeeded().outputs()["branch"], "release/2026");
    assert_foreign_files(&repository, "release/2026");
    assert_eq!(repository.log("release/2026").len(), 2);
    assert_eq!(repository.log("main").len(), 1);
}

#[test]
fn environments_can_have_branches_of_their_own() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository)
        .input("environments", "prod, test")
        .input("destinationBranch", "env/{environment}")
        .input("destinationPath", "{environment}/all");
    let transcript = agent.run();
    assert_eq!(transcript.succeeded().outputs()["branch"], "env/prod,env/test");
    assert_eq!(paths(&repository, "env/prod", "prod/all/a").len(), 1);
    assert_eq!(paths(&repository, "env/prod", "test/").len(), 0);
    assert_eq!(paths(&repository, "env/test", "test/all/a").len(), 1);
}

#[test]
fn a_lost_race_is_repeated_on_the_new_tip() {
    let (server, repository) = served();
    let competitor = repository.clone();
    let _server = server.racing(2, move |round| {
        let path = format!("other/race-{round}.yaml");
        competitor.commit_files("main", &[(&path, "kind: Race\n")], "Race");
    });
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed");
    assert_eq!(repository.log("main").len(), 4);
    assert_eq!(paths(&repository, "main", "other/").len(), 3);
    assert_foreign_files(&repository, "main");
}

#[test]
fn a_race_that_is_always_lost_ends_with_an_error() {
    let (server, repository) = served();
    let competitor = repository.clone();
    let _server = server.racing_before_discovery(10, move |round| {
        competitor.commit_files("main", &[("other/race.yaml", &format!("{round}"))], "Race");
    });
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.failed().error_codes(), ["E507"]);
    assert_eq!(paths(&repository, "main", "prod/"), Vec::<String>::new());
}

#[test]
fn a_push_whose_answer_is_lost_is_found_to_have_succeeded() {
    let (server, repository) = served();
    let _server = server.fault_at("/git-receive-pack", 1, Fault::LoseAnswer);
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed");
    assert_eq!(repository.log("main").len(), 2);
    assert_eq!(transcript.outputs()["commitId"], repository.tip("main").unwrap());
}

#[test]
fn a_push_that_was_done_by_a_server_too_busy_to_say_so_is_found_to_have_succeeded() {
    let (server, repository) = served();
    let busy = Response::new(503).header("Retry-After", "1");
    let server = server.fault_at("/git-receive-pack", 1, Fault::Disown(busy));
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed");
    assert_eq!(transcript.outputs()["commitId"], repository.tip("main").unwrap());
    assert_eq!(repository.log("main").len(), 2);
    let posts = server.requests().into_iter().filter(|r| r.target.ends_with("/git-receive-pack"));
    assert_eq!(posts.count(), 1);
}

#[test]
fn a_busy_server_is_asked_again() {
    let (server, repository) = served();
    let _server = server
        .fault_at("info/refs", 1, Fault::retry_after(429, 1))
        .fault_at("/git-upload-pack", 1, Fault::status(503))
        .fault_at("/git-receive-pack", 1, Fault::retry_after(503, 1));
    let transcript = publishing(STATIC, &repository).run();
    assert_eq!(transcript.succeeded().outputs()["outcome"], "pushed");
    assert_eq!(repository.log("main").len(), 2);
}

#[test]
fn servers_that_cannot_filter_or_name_objects_serve_too() {
    for (filter, any_sha1) in [(true, true), (true, false), (false, false)] {
        let server = GitServer::start().with_token(TOKEN).filter(filter).any_sha1(any_sha1);
        let repository = server.repository("manifests").with_files(FOREIGN);
        let agent = publishing(STATIC, &repository);
        agent.run().succeeded();
        // The inventory has to be read to know what goes.
        let none = "name: root\nsubcomponents:\n- name: a\n  type: static\n  path: a\n";
        Definition::new(&[("component.yaml", none)]).write(&agent.sources());
        assert_eq!(agent.run().succeeded().outputs()["removed"], "1", "{filter} {any_sha1}");
        assert_foreign_files(&repository, "main");
    }
}

#[test]
fn the_jobs_own_token_is_sent_as_it_is() {
    let server = GitServer::start().with_bearer("job-token-81c");
    let repository = server.repository("manifests").with_files(FOREIGN);
    let agent = step()
        .system_access_token("job-token-81c")
        .variable("System.CollectionUri", &format!("{}/", server.url()))
        .input("authentication", "systemAccessToken")
        .input("destinationRepository", repository.url());
    Definition::new(STATIC).write(&agent.sources());
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
}

#[test]
fn https_works_with_the_agents_own_certificate_authority() {
    let server = GitServer::start().with_token(TOKEN).tls();
    let repository = server.repository("manifests").with_files(FOREIGN);
    let authority = server.certificate_authority();
    let agent = publishing(STATIC, &repository);
    let transcript = agent.clone().run();
    assert_eq!(transcript.failed().error_codes(), ["E511"], "{transcript}");
    let trusting = agent.variable("Agent.CAInfo", &authority.to_string_lossy());
    assert_eq!(trusting.run().succeeded().outputs()["outcome"], "pushed");
}

#[test]
fn the_token_may_also_be_an_input() {
    let (_server, repository) = served();
    let agent = step()
        .secret("PAT", TOKEN)
        .input("accessToken", "$(PAT)")
        .input("destinationRepository", repository.url());
    Definition::new(STATIC).write(&agent.sources());
    agent.run().succeeded();
    let old = with_token(step(), &repository).input("destinationPath", "old");
    Definition::new(STATIC).write(&old.sources());
    old.run().succeeded();
}
