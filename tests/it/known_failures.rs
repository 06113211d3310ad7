//! What the old script did wrong, line by line: C1 to C40. A test here is named after its line; for
//! the others the table says which test shows the right behaviour.

use crate::it::product::{
    STATIC, TOKEN, assert_foreign_files, paths, project, publishing, served, step, with_token,
};
use crate::support::agent::Agent;
use crate::support::definition::{Definition, tree};
use crate::support::git_server::{GitServer, Repository};

/// The lines that tests elsewhere show, as `module::test`.
const ELSEWHERE: &[(u8, &[&str])] = &[
    (
        1,
        &[
            "ownership::environments_of_one_definition_leave_each_other_alone",
            "ownership::the_folder_of_another_definition_is_refused",
        ],
    ),
    (7, &["security::the_token_is_in_no_argument_and_no_childs_environment"]),
    (8, &["security::nothing_is_left_in_the_temporary_folder_but_the_summary"]),
    (12, &["publish::a_lost_race_is_repeated_on_the_new_tip"]),
    (14, &["branches::a_repository_without_a_usable_default_branch_needs_a_named_one"]),
    (16, &["ordering::an_older_build_does_not_replace_a_newer_one"]),
    (17, &["bad_definition::an_unknown_environment"]),
    (
        18,
        &[
            "ownership::an_environment_that_renders_to_nothing_is_refused",
            "ownership::files_without_objects_do_not_count_where_an_environment_is_emptied",
            "deletions::half_of_an_environments_objects_may_go_and_not_more",
        ],
    ),
    (19, &["ownership::a_destinations_gitignore_has_no_effect"]),
    (20, &["security::hostile_file_names_and_messages_command_nothing"]),
    (21, &["publish::the_first_run_writes_the_manifests_and_says_where_they_come_from"]),
    (25, &["packaged::the_example_goes_from_the_package_to_a_commit"]),
    (26, &["helm_answers::templates_give_what_helm_gives"]),
    (29, &["install::a_token_goes_to_its_own_host_only", "install::a_lock_tells_what_has_moved"]),
    (30, &["known_failures::c02_a_name_with_dots_is_a_name"]),
    (32, &["bad_definition::a_component_file_that_is_not_valid", "bad_charts::a_chart_that_fails"]),
    (34, &["publish::the_first_run_writes_the_manifests_and_says_where_they_come_from"]),
    (35, &["inputs::wrong_and_missing_inputs_stop_before_anything_else"]),
    (36, &["publish::a_second_run_is_up_to_date_and_costs_two_requests"]),
    (
        37,
        &[
            "cancel::a_step_that_waits_for_the_server_stops_at_the_first_signal",
            "stress::a_kill_at_any_moment_leaves_the_old_commit_or_the_new_one",
        ],
    ),
    (38, &["publish::the_first_run_writes_the_manifests_and_says_where_they_come_from"]),
    (39, &["git_service::a_repository_is_cloned_pushed_and_read_back"]),
];

/// The lines of which no test of the product can tell, with why.
const NOT_HERE: &[(u8, &str)] =
    &[(28, "another processor is told by the launcher: tests/launcher/launcher.test.mjs (E201)")];

#[test]
fn every_line_has_a_test() {
    let here = std::fs::read_to_string(project("tests/it/known_failures.rs")).expect("this file");
    for line in 1..=40_u8 {
        let own = here.contains(&format!("\nfn c{line:02}_"));
        let elsewhere = ELSEWHERE.iter().filter(|(it, _)| *it == line).count();
        let not_here = NOT_HERE.iter().filter(|(it, _)| *it == line).count();
        assert_eq!(usize::from(own) + elsewhere + not_here, 1, "C{line}");
    }
    for test in ELSEWHERE.iter().flat_map(|(_, tests)| *tests) {
        let (module, name) = test.split_once("::").expect("a module");
        let path = project(&format!("tests/it/{module}.rs"));
        let text = std::fs::read_to_string(path).expect("a module of tests");
        assert!(text.contains(&format!("#[test]\nfn {name}() ")), "there is no test {test}");
    }
}

/// A server with a repository of this name, and a step that publishes to it under an address.
fn named(name: &str, address: impl Fn(&str) -> String) -> (GitServer, Repository, Agent) {
    let server = GitServer::start().with_token(TOKEN);
    let repository = server.repository(name).with_files(&[("README.md", "Read me.\n")]);
    let agent = publishing(STATIC, &repository);
    let agent = agent.input("destinationRepository", &address(repository.url()));
    std::fs::create_dir_all(agent.home().join("keep")).expect("folder");
    std::fs::write(agent.home().join("keep/me"), "mine").expect("file");
    (server, repository, agent)
}

#[test]
fn c02_a_name_with_dots_is_a_name() {
    for name in ["contoso/my.repo", "contoso/my.repo.v2", "contoso/.dots"] {
        let (_server, repository, agent) = named(name, str::to_owned);
        let home = tree(&agent.home());
        agent.run().succeeded();
        assert_eq!(paths(&repository, "main", "prod/").len(), 4, "{name}");
        assert_eq!(tree(&agent.home()), home);
    }
}

#[test]
fn c03_a_slash_at_the_end_changes_nothing() {
    for end in ["/", "//", ".git", ".git/"] {
        let (_server, repository, agent) = named("manifests", |url| format!("{url}{end}"));
        let home = tree(&agent.home());
        agent.run().succeeded();
        assert_eq!(paths(&repository, "main", "prod/").len(), 4, "{end}");
        assert_eq!(tree(&agent.home()), home);
    }
}

#[test]
fn c04_nothing_is_unpacked_into_the_home_and_a_second_run_is_no_other() {
    let (_server, _repository, agent) = named("manifests", str::to_owned);
    let home = tree(&agent.home());
    for outcome in ["pushed", "upToDate"] {
        assert_eq!(agent.run().succeeded().outputs()["outcome"], outcome);
        assert_eq!(tree(&agent.home()), home);
    }
}

#[test]
fn c05_what_an_earlier_run_generated_is_not_published() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    let left =
        [("generated/test/old.yaml", "kind: Old\n"), ("generated/prod/old.yaml", "kind: Old\n")];
    Definition::new(&left).write(&agent.sources());
    agent.run().succeeded();
    assert_eq!(paths(&repository, "main", "test/"), Vec::<String>::new());
    assert_eq!(repository.read("main", "prod/old.yaml"), None);
    assert_foreign_files(&repository, "main");
}

#[test]
fn c06_a_destination_may_have_the_name_of_a_folder_of_the_definition() {
    let (_server, repository, agent) = named("a", str::to_owned);
    let sources = tree(&agent.sources());
    agent.run().succeeded();
    assert_eq!(paths(&repository, "main", "prod/").len(), 4);
    assert_eq!(tree(&agent.sources()), sources);
}

#[test]
fn c09_an_address_with_a_user_as_the_clone_button_gives_it() {
    let (_server, repository, agent) =
        named("contoso/_git/r", |url| url.replace("http://", "http://contoso@"));
    assert_eq!(agent.run().succeeded().outputs()["outcome"], "pushed");
    assert_eq!(paths(&repository, "main", "prod/").len(), 4);
}

#[test]
fn c10_plain_http_is_served_and_ssh_is_refused_with_the_other_address() {
    let (_server, _repository, agent) = named("manifests", str::to_owned);
    agent.run().succeeded();
    for (address, https) in [
        ("git@github.com:contoso/m.git", "https://github.com/contoso/m"),
        ("ssh://git@github.com/contoso/m.git", "https://github.com/contoso/m"),
        (
            "git@ssh.dev.azure.com:v3/contoso/platform/m",
            "https://dev.azure.com/contoso/platform/_git/m",
        ),
    ] {
        let transcript = agent.clone().input("destinationRepository", address).run();
        assert_eq!(transcript.failed().error_codes(), ["E105"], "{address}");
        assert!(transcript.to_string().contains(https), "{transcript}");
    }
}

#[test]
fn c11_reading_and_writing_have_one_credential() {
    let (server, _repository, agent) = named("manifests", str::to_owned);
    agent.run().succeeded();
    let requests = server.requests();
    assert!(requests.iter().any(|request| request.target.ends_with("git-receive-pack")));
    let credentials = requests.iter().map(|request| request.headers.get("authorization"));
    let mut credentials: Vec<_> = credentials.collect();
    credentials.dedup();
    assert!(matches!(credentials.as_slice(), [Some(_)]), "{} of them", credentials.len());
}

#[test]
fn c13_an_old_branch_of_the_usual_name_has_no_part_in_it() {
    let (_server, repository) = served();
    repository.commit_files("master", &[("stale/old.yaml", "kind: Old\n")], "Stale");
    let tip = repository.tip("master");
    let agent = publishing(STATIC, &repository);
    assert_eq!(agent.run().succeeded().outputs()["branch"], "main");
    assert_eq!(paths(&repository, "main", "stale/"), Vec::<String>::new());
    assert_eq!(repository.tip("master"), tip);
    assert_foreign_files(&repository, "main");
}

#[test]
fn c15_a_branch_is_its_whole_name() {
    let (_server, repository) = served();
    let before = repository.tip("main");
    let agent = publishing(STATIC, &repository)
        .input("destinationBranch", "refs/heads/users/x/main")
        .variable("Build.SourceBranchName", "main");
    assert_eq!(agent.run().succeeded().outputs()["branch"], "users/x/main");
    assert_eq!(repository.tip("main"), before);
    assert_eq!(paths(&repository, "users/x/main", "prod/").len(), 4);
}

#[test]
fn c22_the_author_is_who_asked_for_the_build_or_whom_the_inputs_name() {
    let (_server, repository) = served();
    let agent = publishing(STATIC, &repository);
    agent.run().succeeded();
    assert_eq!(repository.author("main"), "Ada Lovelace <ada@contoso.example>");
    let agent = agent
        .input("authorName", "Release bot")
        .input("authorEmail", "bot@contoso.example")
        .input("destinationPath", "other");
    agent.run().succeeded();
    assert_eq!(repository.author("main"), "Release bot <bot@contoso.example>");
}

/// A step with a chart, on an agent that has no programs at all.
fn without_programs(repository: &Repository) -> Agent {
    let files = [
        ("component.yaml", "name: root\nsubcomponents:\n- {name: app, type: helm, path: chart}\n"),
        ("config/prod.yaml", "{}\n"),
        ("chart/Chart.yaml", "apiVersion: v1\nname: app\nversion: 0.1.0\n"),
        ("chart/templates/a.yaml", "kind: A\nmetadata: {name: {{ .Release.Name }}}\n"),
    ];
    publishing(&files, repository).path("/nowhere")
}

#[test]
fn c23_no_program_of_the_agent_has_a_part_in_it() {
    let (_server, repository) = served();
    without_programs(&repository).run().succeeded();
    let manifest = repository.read("main", "prod/app.yaml").expect("a manifest");
    assert!(manifest.contains("name: app"), "{manifest}");
}

#[test]
fn c24_nothing_is_downloaded() {
    let (server, repository) = served();
    // Any other host than the destination's would have to be asked through this one.
    let proxy = GitServer::start().may_stay_idle();
    let agent = without_programs(&repository)
        .env("HTTPS_PROXY", &proxy.url())
        .env("ALL_PROXY", &proxy.url())
        .env("NO_PROXY", "127.0.0.1");
    agent.run().succeeded();
    assert!(proxy.requests().is_empty());
    assert!(server.requests().iter().all(|request| request.target.starts_with("/manifests/")));
}

#[test]
fn c27_whatever_fab_is_on_the_path_is_not_run() {
    let (_server, repository) = served();
    let folder = tempfile::tempdir().expect("folder");
    for name in ["fab", "helm", "git", "unzip", "curl"] {
        let (program, trace) = (folder.path().join(name), folder.path().join("trace"));
        let script = format!("#!/bin/sh\necho {name} >> {}\nexit 1\n", trace.display());
        std::fs::write(&program, script).expect("program");
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).expect("mode");
    }
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    without_programs(&repository).path(&path).run().succeeded();
    assert!(!folder.path().join("trace").exists());
}

#[test]
fn c31_hidden_files_of_the_definition_count() {
    let (_server, repository) = served();
    let agent = without_programs(&repository);
    Definition::new(&[
        ("chart/.helmignore", "secret.yaml\n"),
        ("chart/templates/secret.yaml", "kind: Ignored\n"),
    ])
    .write(&agent.sources());
    agent.run().succeeded();
    let manifest = repository.read("main", "prod/app.yaml").expect("a manifest");
    assert!(!manifest.contains("Ignored"), "{manifest}");
}

#[test]
fn c33_the_history_and_files_of_others_are_not_fetched() {
    let server = GitServer::start().with_token(TOKEN).filter(true).any_sha1(true);
    let repository = server.repository("manifests");
    for round in 0..5_u32 {
        // No two alike, and nothing that could be compressed.
        let noise: Vec<String> = (0..20_000_u32)
            .map(|n| format!("{:x}", (n ^ round).wrapping_mul(2_654_435_761)))
            .collect();
        repository.commit_files("main", &[("other/large.txt", &noise.concat())], "Large");
    }
    publishing(STATIC, &repository).run().succeeded();
    let received: u64 = server.requests().iter().map(|request| request.sent).sum();
    assert!(received < 10_000, "{received} bytes");
    assert_eq!(repository.log("main").len(), 6);
}

#[test]
fn c40_inputs_with_blanks_and_quotes_are_what_they_are() {
    let (_server, repository) = served();
    let agent = with_token(step(), &repository)
        .input("destinationPath", "my clusters/it's $HOME; `x`")
        .input("commitMessage", "It's \"done\" $(x); `y` --amend");
    Definition::new(STATIC).write(&agent.sources());
    agent.run().succeeded();
    let there = paths(&repository, "main", "my clusters/it's $HOME; `x`/prod/");
    assert_eq!(there.len(), 4);
    assert!(repository.message("main").starts_with("It's \"done\" $(x); `y` --amend\n"));
}
