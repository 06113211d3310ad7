//! The environment that the emulated agent builds.

use std::collections::BTreeMap;
use std::path::Path;

use crate::it::fixtures::{fake_task, panic_of};
use crate::support::agent::{Agent, Endpoint};

const CONNECTION: &str = "6302CB6F-c9d9-44c2-ae60-84eff8845059";
const EXPORTED: &str = "6302cb6f-c9d9-44c2-ae60-84eff8845059";

fn agent() -> Agent {
    Agent::new().task(&fake_task())
}

fn chosen(agent: &Agent, prefix: &str) -> String {
    let environment = agent.environment();
    let chosen = environment.iter().filter(|(name, _)| name.starts_with(prefix));
    chosen.map(|(name, value)| format!("{name}={value}\n")).collect::<Vec<_>>().concat()
}

fn value(agent: &Agent, name: &str) -> Option<String> {
    agent.environment().get(name).cloned()
}

#[test]
fn every_declared_input_exists_trimmed_and_by_its_canonical_name() {
    let agent = agent().input("BRANCHNAME", "  release \n").input("Draft", "TRUE");
    let sources = agent.sources();
    let inputs = chosen(&agent, "INPUT_").replace(sources.to_str().expect("UTF-8"), "$SOURCES");
    expect_test::expect![[r#"
        INPUT_COMMAND=auto
        INPUT_CONNECTION=
        INPUT_DESTINATIONBRANCH=release
        INPUT_DRAFT=TRUE
        INPUT_FOLDER=$SOURCES
        INPUT_SCRIPT=
    "#]]
    .assert_eq(&inputs);
}

#[test]
fn an_undeclared_input_is_a_mistake_of_the_test() {
    let message = panic_of(|| agent().input("destinatonBranch", "main").environment());
    assert_eq!(message, "task.json does not declare the input `destinatonBranch`");
}

#[test]
fn without_a_task_inputs_are_taken_as_given() {
    let agent = Agent::new().program(Path::new("/bin/sh")).input("any name", "x");
    assert_eq!(chosen(&agent, "INPUT_"), "INPUT_ANY_NAME=x\n");
}

#[test]
fn a_relative_file_path_is_below_the_checkout() {
    let agent = agent().input("folder", "a/./b/../c");
    let expected = agent.sources().join("a/c");
    assert_eq!(value(&agent, "INPUT_FOLDER").as_deref(), expected.to_str());
}

#[test]
fn later_parts_of_the_environment_win() {
    let agent = agent()
        .env("MY_NAME", "from env")
        .env("OTHER", " from env ")
        .env("INPUT_COMMAND", "from env")
        .env("TF_BUILD", "False")
        .variable("my.name", "from variable");
    assert_eq!(value(&agent, "MY_NAME").as_deref(), Some("from variable"));
    assert_eq!(value(&agent, "OTHER").as_deref(), Some("from env"));
    assert_eq!(value(&agent, "INPUT_COMMAND").as_deref(), Some("auto"));
    assert_eq!(value(&agent, "TF_BUILD").as_deref(), Some("True"));
}

#[test]
fn secrets_are_only_where_the_agent_puts_them() {
    let agent = agent()
        .secret("Access Token", "s3cret-pat-value")
        .variable("access token", "s3cret-pat-again")
        .env("ACCESS_TOKEN", "$(ACCESS TOKEN)");
    expect_test::expect![[r#"
        SECRET_ACCESS_TOKEN=s3cret-pat-again
        SECRET_SYSTEM_ACCESSTOKEN=job-token-of-the-build-service-7f3a91
    "#]]
    .assert_eq(&chosen(&agent, "SECRET_"));
    assert_eq!(value(&agent, "ACCESS_TOKEN").as_deref(), Some("s3cret-pat-again"));
    let names = value(&agent, "VSTS_SECRET_VARIABLES");
    assert_eq!(names.as_deref(), Some(r#"["Access Token","System.AccessToken"]"#));
    let public = value(&agent, "VSTS_PUBLIC_VARIABLES").expect("names");
    assert!(public.contains(r#""Build.BuildId""#) && !public.contains("Access Token"), "{public}");
}

#[test]
fn a_program_gets_what_the_launcher_would_hand_on() {
    let agent = agent()
        .program(Path::new("/bin/sh"))
        .secret("TOKEN", "s3cret-value")
        .secret("Agent.ProxyPassword", "proxy-password")
        .input("command", "$(TOKEN)");
    assert_eq!(chosen(&agent, "SECRET_"), "SECRET_AGENT_PROXYPASSWORD=proxy-password\n");
    assert_eq!(value(&agent, "INPUT_COMMAND").as_deref(), Some("s3cret-value"));
    let token = value(&agent, "ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN");
    assert_eq!(token.as_deref(), Some("job-token-of-the-build-service-7f3a91"));
}

#[test]
fn macros_are_replaced_once_and_unknown_ones_stay() {
    let agent = agent()
        .variable("inner", "$(deep)")
        .variable("deep", "value")
        .variable("loop", "$(pool)")
        .variable("pool", "$(loop)")
        .secret("trap", "$(deep")
        .env("A", "$(INNER)|$(missing)|$(loop)|$$(deep))|$(trap))")
        .env("B", "$(HOME)|$(home)");
    let expected = "value|$(missing)|$(pool)|$value)|$(deep)";
    assert_eq!(value(&agent, "A").as_deref(), Some(expected));
    let home = agent.home();
    assert_eq!(value(&agent, "B"), Some(format!("{}|$(home)", home.display())));
}

#[test]
fn a_service_connection_is_exported_when_an_input_names_it() {
    let endpoint = Endpoint::new("https://git.contoso.example", "UsernamePassword")
        .parameter("username", "git")
        .parameter("password", "s3cret-password")
        .data("accept untrusted", "$(Build.BuildId)");
    let agent = agent().endpoint(CONNECTION, endpoint);
    assert_eq!(chosen(&agent, &format!("ENDPOINT_URL_{EXPORTED}")), "");
    let agent = agent.input("connection", CONNECTION);
    expect_test::expect![[r#"
        ENDPOINT_AUTH_6302cb6f-c9d9-44c2-ae60-84eff8845059={"parameters":{"username":"git","password":"s3cret-password"},"scheme":"UsernamePassword"}
        ENDPOINT_AUTH_PARAMETER_6302cb6f-c9d9-44c2-ae60-84eff8845059_PASSWORD=s3cret-password
        ENDPOINT_AUTH_PARAMETER_6302cb6f-c9d9-44c2-ae60-84eff8845059_USERNAME=git
        ENDPOINT_AUTH_PARAMETER_SYSTEMVSSCONNECTION_ACCESSTOKEN=job-token-of-the-build-service-7f3a91
        ENDPOINT_AUTH_SCHEME_6302cb6f-c9d9-44c2-ae60-84eff8845059=UsernamePassword
        ENDPOINT_AUTH_SCHEME_SYSTEMVSSCONNECTION=OAuth
        ENDPOINT_AUTH_SYSTEMVSSCONNECTION={"parameters":{"AccessToken":"job-token-of-the-build-service-7f3a91"},"scheme":"OAuth"}
        ENDPOINT_DATA_6302cb6f-c9d9-44c2-ae60-84eff8845059={"accept untrusted":"4242"}
        ENDPOINT_DATA_6302cb6f-c9d9-44c2-ae60-84eff8845059_ACCEPT_UNTRUSTED=4242
        ENDPOINT_URL_6302cb6f-c9d9-44c2-ae60-84eff8845059=https://git.contoso.example/
        ENDPOINT_URL_SYSTEMVSSCONNECTION=https://dev.azure.com/contoso/
    "#]]
    .assert_eq(&chosen(&agent, "ENDPOINT_"));
}

#[test]
fn a_pull_request_build_says_so() {
    let agent = agent().pull_request(77).system_access_token("another-job-token");
    assert_eq!(value(&agent, "BUILD_REASON").as_deref(), Some("PullRequest"));
    assert_eq!(value(&agent, "BUILD_SOURCEBRANCH").as_deref(), Some("refs/pull/77/merge"));
    assert_eq!(value(&agent, "SYSTEM_PULLREQUEST_PULLREQUESTID").as_deref(), Some("77"));
    let token = value(&agent, "SECRET_SYSTEM_ACCESSTOKEN");
    assert_eq!(token.as_deref(), Some("another-job-token"));
}

#[test]
fn commands_in_risky_variables_are_defused_and_in_others_not() {
    let agent = agent()
        .variable("Build.SourceVersionMessage", "a ##VSO[task.complete]")
        .variable("Build.SourceBranch", "refs/heads/##vso[task.complete]");
    let message = value(&agent, "BUILD_SOURCEVERSIONMESSAGE");
    assert_eq!(message.as_deref(), Some("a **vso[task.complete]"));
    let branch = value(&agent, "BUILD_SOURCEBRANCH");
    assert_eq!(branch.as_deref(), Some("refs/heads/##vso[task.complete]"));
}

#[test]
fn an_ordinary_build_is_complete_and_nothing_of_the_machine_shows() {
    let agent = agent().path("/nowhere");
    let environment: BTreeMap<String, String> = agent.environment();
    for name in ["AGENT_TEMPDIRECTORY", "BUILD_BUILDID", "SYSTEM_COLLECTIONURI", "agent.jobstatus"]
    {
        assert!(environment.contains_key(name), "{name}");
    }
    assert_eq!(environment.get("PATH").map(String::as_str), Some("/nowhere"));
    assert!(!environment.contains_key("CARGO_MANIFEST_DIR"));
    let places = [("HOME", agent.home()), ("AGENT_TEMPDIRECTORY", agent.temp())];
    for (name, place) in places.into_iter().chain([("AGENT_TOOLSDIRECTORY", agent.tools())]) {
        assert_eq!(environment.get(name).map(String::as_str), place.to_str());
        assert!(place.is_absolute() && place.is_dir());
    }
}
