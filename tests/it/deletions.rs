//! What a run may delete, and where it stops.

use std::fmt::Write;

use crate::it::product::{TOKEN, assert_foreign_files, paths, publishing, served};
use crate::support::agent::{Agent, Transcript};
use crate::support::definition::Definition;
use crate::support::git_server::{GitServer, Repository};

/// A definition whose components are one manifest file each.
fn component(names: &[&str]) -> String {
    let list = names.iter().map(|name| format!("- {{name: {name}, type: static, path: {name}}}\n"));
    format!("name: root\nsubcomponents:\n{}", list.collect::<Vec<_>>().concat())
}

/// A manifest of objects such as `ConfigMap/a` or `ConfigMap/team/a`.
fn manifest(objects: &[&str]) -> String {
    let mut text = String::new();
    for object in objects {
        let parts: Vec<&str> = object.split('/').collect();
        let (kind, name) = (parts[0], parts[parts.len() - 1]);
        writeln!(text, "---\napiVersion: v1\nkind: {kind}\nmetadata:\n  name: \"{name}\"")
            .expect("text");
        if let [_, namespace, _] = parts.as_slice() {
            writeln!(text, "  namespace: {namespace}").expect("text");
        }
    }
    text
}

/// Writes a definition of components with objects each.
fn define(agent: &Agent, components: &[(&str, &[&str])]) {
    let names: Vec<&str> = components.iter().map(|(name, _)| *name).collect();
    Definition::new(&[("component.yaml", &component(&names)), ("config/prod.yaml", "{}\n")])
        .write(&agent.sources());
    for (name, objects) in components {
        Definition::new(&[(&format!("{name}/objects.yaml"), &manifest(objects))])
            .write(&agent.sources());
    }
}

/// A step that has published components with objects each.
fn published(repository: &Repository, components: &[(&str, &[&str])]) -> Agent {
    let agent = publishing(&[("config/test.yaml", "{}\n")], repository);
    define(&agent, components);
    agent.run().succeeded();
    agent
}

#[track_caller]
fn assert_refused(transcript: &Transcript, code: &str, words: &[&str]) {
    assert_eq!(transcript.failed().error_codes(), [code]);
    for word in words {
        assert!(transcript.to_string().contains(word), "no `{word}` in {transcript}");
    }
}

const FOUR: &[(&str, &[&str])] =
    &[("a", &["ConfigMap/a", "ConfigMap/b"]), ("c", &["ConfigMap/c"]), ("d", &["ConfigMap/d"])];

#[test]
fn half_of_an_environments_objects_may_go_and_not_more() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    let tip = repository.tip("main");
    define(&agent, &[("d", &["ConfigMap/d"])]);
    let refused = agent.run();
    let said = "would delete 3 of the 4 objects of the environment `prod`, and deletionLimit is 50%: \
                ConfigMap a, ConfigMap b, ConfigMap c";
    assert_refused(&refused, "E706", &[said]);
    assert_eq!(repository.tip("main"), tip);
    define(&agent, &[("c", &["ConfigMap/c"]), ("d", &["ConfigMap/d"])]);
    assert_eq!(agent.run().succeeded().outputs()["removed"], "1");
    assert_foreign_files(&repository, "main");
}

#[test]
fn objects_that_leave_a_file_that_stays_count_too() {
    let (_server, repository) = served();
    let agent = published(&repository, &[("a", &["A/1", "A/2", "A/3", "A/4"])]);
    define(&agent, &[("a", &["A/4"])]);
    assert_refused(&agent.run(), "E706", &["3 of the 4 objects"]);
    define(&agent, &[("a", &["A/4", "A/3"])]);
    assert_eq!(agent.run().succeeded().outputs()["modified"], "1");
}

#[test]
fn an_object_that_moves_to_another_file_is_not_deleted() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    define(&agent, &[("all", &["ConfigMap/a", "ConfigMap/b", "ConfigMap/c", "ConfigMap/d"])]);
    assert_eq!(agent.run().succeeded().outputs()["removed"], "3");
    // In another namespace it is another object.
    define(&agent, &[("all", &["ConfigMap/n/a", "ConfigMap/n/b", "ConfigMap/n/c", "ConfigMap/d"])]);
    assert_refused(&agent.run(), "E706", &["3 of the 4 objects"]);
}

#[test]
fn a_limit_can_be_a_number_or_lifted() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    define(&agent, &[("d", &["ConfigMap/d"])]);
    assert_refused(
        &agent.clone().input("deletionLimit", "2").run(),
        "E706",
        &["deletionLimit is 2"],
    );
    assert_refused(&agent.clone().input("deletionLimit", "74%").run(), "E706", &["3 of the 4"]);
    agent.clone().input("command", "preview").input("deletionLimit", "75%").run().succeeded();
    agent.clone().input("deletionLimit", "3").run().succeeded();
    define(&agent, &[("d", &["ConfigMap/other"])]);
    assert_refused(&agent.clone().input("deletionLimit", "9").run(), "E706", &["1 of the 1"]);
    agent.clone().input("deletionLimit", "100%").run().succeeded();
    for wrong in ["101%", "half", "-1"] {
        let transcript = agent.clone().input("deletionLimit", wrong).run();
        assert_refused(&transcript, "E102", &["deletionLimit"]);
    }
}

#[test]
fn an_environment_may_be_emptied_where_the_limit_is_lifted() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    Definition::new(&[("component.yaml", "name: root\n")]).write(&agent.sources());
    assert_refused(&agent.clone().input("deletionLimit", "99%").run(), "E701", &["100%"]);
    agent.input("deletionLimit", "100%").run().succeeded();
    assert_eq!(
        paths(&repository, "main", "prod/"),
        ["prod/.fabrikate-gitops.json", "prod/root.yaml"]
    );
}

#[test]
fn what_takes_much_else_along_is_not_deleted() {
    for kind in ["Namespace", "CustomResourceDefinition", "PersistentVolumeClaim"] {
        let (_server, repository) = served();
        let object = format!("{kind}/x");
        let all = [object.as_str(), "A/1", "A/2", "A/3"];
        let agent = published(&repository, &[("a", &all), ("b", &["A/4"])]);
        define(&agent, &[("a", &all[1..]), ("b", &["A/4"])]);
        let said = format!("delete these from the environment `prod`: {kind} x");
        assert_refused(&agent.run(), "E707", &[&said, "deletionLimit: 100%"]);
        // Elsewhere in the environment it stays.
        define(&agent, &[("a", &all[1..]), ("b", &["A/4", &object])]);
        agent.run().succeeded();
        define(&agent, &[("a", &all[1..]), ("b", &["A/4"])]);
        agent.input("deletionLimit", "100%").run().succeeded();
    }
}

#[test]
fn templates_of_a_stateful_set_are_no_claims() {
    let (_server, repository) = served();
    let set = |claim: &str| {
        format!(
            "kind: StatefulSet\nmetadata: {{name: s}}\nspec:\n  volumeClaimTemplates:\n  - kind: \
             PersistentVolumeClaim\n    metadata: {{name: {claim}}}\n"
        )
    };
    let agent = published(&repository, &[("a", &[]), ("b", &["A/1"])]);
    for claim in ["one", "two"] {
        Definition::new(&[("a/objects.yaml", &set(claim))]).write(&agent.sources());
        agent.run().succeeded();
    }
}

#[test]
fn a_message_names_some_objects_and_the_worst_first() {
    let (_server, repository) = served();
    let names: Vec<String> = (10..40).map(|n| format!("A/{n}")).collect();
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    all.push("Namespace/team");
    let agent = published(&repository, &[("a", &all), ("b", &["A/last"])]);
    define(&agent, &[("b", &["A/last"])]);
    let transcript = agent.run();
    assert_refused(&transcript, "E706", &["31 of the 32", "50%: Namespace team, A 10, A 11"]);
    assert!(transcript.to_string().contains("A 18 and 21 more"), "{transcript}");
}

#[test]
fn names_of_objects_in_the_destination_command_nothing() {
    let (_server, repository) = served();
    let agent = published(&repository, &[("a", &["A/1"]), ("b", &["A/2"])]);
    let hostile = "kind: Namespace\nmetadata: {name: \"##vso[task.complete result=Succeeded]x\"}\n";
    repository.commit_files("main", &[("prod/a.yaml", hostile)], "Edit");
    let transcript = agent.run();
    assert_refused(&transcript, "E707", &["Namespace # #vso[task.complete"]);
}

#[test]
fn a_preview_says_that_publishing_would_be_refused() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    let preview = agent.clone().input("command", "preview");
    define(&agent, &[("d", &["ConfigMap/d"])]);
    let transcript = preview.run();
    assert_eq!(transcript.succeeded_with_issues().outputs()["removed"], "2");
    let issue = transcript.issues().first().expect("a warning");
    assert_eq!(issue.code(), Some("W504"));
    assert!(issue.message.contains("publishing would be refused (E706)"), "{}", issue.message);
    assert!(transcript.summary().contains("W504"), "{}", transcript.summary());
    Definition::new(&[("component.yaml", "name: root\n")]).write(&agent.sources());
    let transcript = preview.run();
    transcript.succeeded_with_issues();
    assert!(transcript.to_string().contains("publishing would be refused (E701)"), "{transcript}");
    define(&agent, &[("c", &["ConfigMap/c"]), ("d", &["ConfigMap/d"])]);
    preview.run().succeeded();
}

#[test]
fn what_an_earlier_tool_wrote_is_counted_as_well() {
    let (_server, repository) = served();
    let old = manifest(&["A/1", "A/2", "A/3"]);
    repository.commit_files("main", &[("prod/a.yaml", &old)], "By script");
    let agent = publishing(&[], &repository);
    define(&agent, &[("a", &["A/1"])]);
    assert_refused(&agent.run(), "E706", &["2 of the 3 objects"]);
    define(&agent, &[("a", &["A/1", "A/2"])]);
    agent.run().succeeded_with_issues();
}

#[test]
fn what_cannot_be_read_counts_by_what_it_says() {
    let (_server, repository) = served();
    let agent = published(&repository, &[("a", &["A/1"]), ("b", &["A/2"])]);
    let broken = "kind: Namespace\nmetadata:\n  name: team\n  labels: {{ oops }}: [\n";
    repository.commit_files("main", &[("prod/a.yaml", broken)], "Break");
    assert_refused(&agent.run(), "E707", &["Namespace team"]);
}

#[test]
fn deletions_are_counted_for_each_environment() {
    let (_server, repository) = served();
    let agent = publishing(&[], &repository).input("environments", "prod\ntest");
    define(&agent, FOUR);
    Definition::new(&[("config/test.yaml", "{}\n")]).write(&agent.sources());
    agent.run().succeeded();
    let only_prod = agent.clone().input("environments", "prod");
    define(&agent, &[("c", &["ConfigMap/c"]), ("d", &["ConfigMap/d"])]);
    only_prod.run().succeeded();
    define(&agent, &[("d", &["ConfigMap/d"])]);
    assert_refused(&agent.run(), "E706", &["3 of the 4 objects of the environment `test`"]);
}

#[test]
fn looking_at_what_goes_costs_a_request_only_where_files_go() {
    let requests = |server: &GitServer, agent: &Agent| {
        let before = server.requests().len();
        agent.run().succeeded();
        server.requests().len() - before
    };
    let server = GitServer::start().with_token(TOKEN).filter(true).any_sha1(true);
    let repository = server.repository("manifests").with_files(&[("README.md", "x\n")]);
    let both = publishing(&[("config/test.yaml", "{}\n")], &repository)
        .input("environments", "prod\ntest");
    define(&both, FOUR);
    both.run().succeeded();
    assert_eq!(requests(&server, &both), 2);
    // Branches, trees, inventories with what is replaced, branches for the push, the push.
    define(&both, &[("a", &["ConfigMap/a", "A/b"]), FOUR[1], FOUR[2]]);
    assert_eq!(requests(&server, &both), 5);
    define(&both, &[("a", &["ConfigMap/a", "A/b"]), FOUR[1]]);
    assert_eq!(requests(&server, &both), 6);
}

#[test]
fn a_whole_folder_can_be_owned() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR).input("prune", "environment");
    let more = [
        ("prod/hand.yaml", "kind: Hand\n"),
        ("prod/deep/er/x.txt", "x"),
        ("prod/e.yaml", "kind: Other\n"),
    ];
    repository.commit_files("main", &more, "By hand");
    let owned = agent.clone().input("prune", "owned");
    let five = [FOUR, &[("e", &["ConfigMap/e"])]].concat();
    define(&agent, &five);
    assert_refused(&owned.run(), "E702", &["prod/e.yaml"]);
    let transcript = agent.run();
    transcript.succeeded_with_issues();
    assert_eq!(transcript.outputs()["removed"], "2");
    let left = paths(&repository, "main", "prod/");
    assert!(!left.iter().any(|path| path.contains("hand") || path.contains("deep")), "{left:?}");
    assert!(repository.read("main", "prod/e.yaml").unwrap().contains("ConfigMap"));
    assert_foreign_files(&repository, "main");
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");

    // Its objects count.
    let many: Vec<String> = (0..9).map(|n| format!("A/{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    repository.commit_files("main", &[("prod/many.yaml", &manifest(&many))], "By hand");
    assert_refused(&agent.run(), "E706", &["9 of the 14 objects"]);
}

#[test]
fn an_owned_folder_holds_nothing_of_other_definitions() {
    let (_server, repository) = served();
    published(&repository, FOUR);
    let another = "https://dev.azure.com/contoso/p/_git/another";
    let inner = publishing(&[], &repository)
        .input("destinationPath", "prod/inner")
        .variable("Build.Repository.Uri", another);
    define(&inner, &[("x", &["A/x"])]);
    inner.run().succeeded();
    repository.commit_files("main", &[("prod/inner/prod/README.md", "x\n")], "Beside");
    let before = repository.tree("main");
    let agent = publishing(&[], &repository).input("prune", "environment");
    define(&agent, FOUR);
    agent.run().succeeded();
    assert_eq!(repository.tree("main"), before);

    let other = agent.variable("Build.Repository.Uri", another);
    define(&other, &[("a", &["ConfigMap/other"])]);
    assert_refused(&other.run(), "E703", &["another definition"]);
    assert_eq!(repository.tree("main"), before);
}

#[test]
fn a_whole_folder_of_an_earlier_tool_can_be_cleaned() {
    let (_server, repository) = served();
    let old = [("prod/a.yaml", manifest(&["A/1"])), ("prod/old.yaml", manifest(&["A/0"]))];
    let old = old.each_ref().map(|(path, text)| (*path, text.as_str()));
    repository.commit_files("main", &old, "By script");
    let agent = publishing(&[], &repository).input("prune", "environment");
    define(&agent, &[("a", &["A/1", "A/2"])]);
    agent.run().succeeded_with_issues();
    assert_eq!(repository.read("main", "prod/old.yaml"), None);
}

#[test]
fn nothing_is_deleted_where_nothing_may_be_and_a_later_run_does() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    let keeping = agent.clone().input("prune", "none");
    define(&agent, &[FOUR[0], ("d", &["ConfigMap/d", "A/new"])]);
    let transcript = keeping.run();
    assert_eq!(transcript.succeeded().outputs()["removed"], "0");
    let said = "No longer rendered, and kept since prune is `none`: prod/c.yaml";
    assert!(transcript.to_string().contains(said), "{transcript}");
    let summary = transcript.summary();
    assert!(summary.contains("no longer rendered, and kept: c.yaml"), "{summary}");
    assert!(repository.read("main", "prod/c.yaml").is_some());
    let again = keeping.run();
    assert_eq!(again.succeeded().outputs()["outcome"], "upToDate");
    assert!(again.to_string().contains(said), "{again}");
    // It still is ours.
    let pruned = agent.run();
    assert_eq!(pruned.succeeded().outputs()["removed"], "1");
    assert_eq!(repository.read("main", "prod/c.yaml"), None);
}

#[test]
fn edits_and_removals_by_hand_are_named_in_the_log_and_the_summary() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    repository.commit_files("main", &[("prod/a.yaml", &manifest(&["ConfigMap/a"]))], "Edit");
    repository.delete_files("main", &["prod/c.yaml"], "Remove");
    let transcript = agent.run();
    transcript.succeeded_with_issues();
    let said: Vec<_> = transcript.issues().iter().map(|issue| issue.message.clone()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].contains("changed by hand in the destination are written over: prod/a.yaml"));
    assert!(said[1].contains("removed by hand in the destination are put back: prod/c.yaml"));
    let summary = transcript.summary();
    for line in ["- added: c.yaml (changed by hand)", "- modified: a.yaml (changed by hand)"] {
        assert!(summary.contains(line), "{summary}");
    }
    assert!(repository.read("main", "prod/c.yaml").is_some());
}

#[test]
fn an_edit_by_hand_that_is_what_is_rendered_now_is_nothing_to_tell() {
    let (_server, repository) = served();
    let agent = published(&repository, FOUR);
    define(&agent, &[FOUR[0], ("c", &["ConfigMap/c", "A/1"]), FOUR[2]]);
    let preview = agent.clone().input("command", "render").input("outputDirectory", "../out");
    preview.run().succeeded();
    let rendered = agent.sources().join("../out/prod/c.yaml");
    let rendered = std::fs::read_to_string(rendered).expect("a manifest");
    repository.commit_files("main", &[("prod/c.yaml", &rendered)], "By hand");
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "upToDate");
}

#[test]
fn many_edits_by_hand_are_one_warning() {
    let (_server, repository) = served();
    let names: Vec<String> = (10..25).map(|n| format!("c{n}")).collect();
    let components: Vec<(&str, &[&str])> =
        names.iter().map(|name| (name.as_str(), &["A/1"] as &[&str])).collect();
    let agent = published(&repository, &components);
    let paths: Vec<String> = names.iter().map(|name| format!("prod/{name}.yaml")).collect();
    let edits: Vec<_> = paths.iter().map(|path| (path.as_str(), "kind: A\n")).collect();
    repository.commit_files("main", &edits, "Edit");
    let transcript = agent.input("deletionLimit", "100%").run();
    transcript.succeeded_with_issues();
    let [issue] = transcript.issues() else { panic!("{transcript}") };
    assert!(issue.message.contains("prod/c19.yaml and 5 more —"), "{}", issue.message);
}
