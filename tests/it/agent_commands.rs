//! What the emulated agent makes of a task's output.

use expect_test::{Expect, expect};

use crate::it::fixtures::{fake_task, scripted};
use crate::support::agent::{Agent, Endpoint, Issue, TaskResult};

/// Runs a script that ends well, and compares the log.
fn check(script: &str, log: &Expect) {
    let transcript = scripted(&format!("{script}\ndone();")).run();
    transcript.succeeded();
    log.assert_eq(&transcript.to_string());
}

#[test]
fn commands_are_not_printed_and_text_is() {
    check(
        "say('##[group]Render'); say('two ##[section] words'); say('##vso[task.debug]hidden');",
        &expect![[r#"
            ##[group]Render
            two ##[section] words
        "#]],
    );
}

#[test]
fn every_line_end_ends_a_line() {
    check(
        "fs.writeSync(1, '1 %\\r2 %\\r3 %\\r\\n\\nlast\\n');",
        &expect![[r#"
            1 %
            2 %
            3 %

            last
        "#]],
    );
}

#[test]
fn what_differs_between_runs_gets_a_name() {
    check(
        "say(temp('x')); say(process.env.BUILD_SOURCESDIRECTORY); say(process.env.HOME);
         say('http://127.0.0.1:4711/x is at ' + 'ab'.repeat(20) + ', not ' + 'ab'.repeat(32));",
        &expect![[r#"
            $TEMP/x
            $WORK/1/s
            $HOME
            http://127.0.0.1:$PORT/x is at $COMMIT, not abababababababababababababababababababababababababababababababab
        "#]],
    );
}

#[test]
fn issues_are_printed_and_kept_with_their_place() {
    let agent = scripted(
        "say('##vso[task.logissue type=error;code=E312;sourcepath=' +
             process.env.BUILD_SOURCESDIRECTORY + '/a/component.yaml;linenumber=3]wrong%3B so (E312)');
         say('##vso[TASK.Issue Type=Warning;sourcepath=b.yaml]odd');
         done('SucceededWithIssues');",
    );
    std::fs::create_dir(agent.sources().join("a")).expect("folder");
    std::fs::write(agent.sources().join("a/component.yaml"), "name: a").expect("file");
    let transcript = agent.run();
    transcript.succeeded_with_issues();
    expect![[r#"
        ##[error]a/component.yaml(3,): error E312: wrong; so (E312)
        ##[warning]b.yaml(,): Warning : odd
    "#]]
    .assert_eq(&transcript.to_string());
    assert_eq!(transcript.error_codes(), ["E312"]);
    let error: &Issue = transcript.issues().first().expect("an issue");
    assert_eq!((error.source_path(), error.line()), (Some("a/component.yaml"), Some(3)));
    assert_eq!(error.message, "a/component.yaml(3,): error E312: wrong; so (E312)");
}

#[test]
fn ten_issues_of_a_kind_are_kept_and_all_are_printed() {
    let transcript = scripted(
        "for (let i = 0; i < 12; i++) say(`##vso[task.logissue type=error]no ${i}`);
         say('##vso[task.logissue type=warning]odd'); done('Failed');",
    )
    .run();
    transcript.failed();
    assert_eq!((transcript.issues().len(), transcript.log().len()), (11, 13));
    assert_eq!(transcript.result(), TaskResult::Failed);
}

#[test]
fn outputs_are_apart_from_other_variables() {
    let transcript = scripted(
        "say('##vso[task.setvariable variable=one;isOutput=TRUE]1%AZP25%0A2');
         say('##vso[task.setvariable variable=declared]3');
         say('##vso[task.setvariable variable=plain;isoutput=1]4');
         say('##vso[task.settaskvariable variable=own]5');
         say('##vso[task.prependpath]/a'); say('##vso[task.prependpath]/b');
         say('##vso[task.setvariable variable=once;isreadonly=true]x'); done();",
    )
    .run();
    let outputs: Vec<_> = transcript.outputs().iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(outputs, ["declared=3", "one=1%\n2"]);
    let plain: Vec<_> = transcript.variables().keys().collect();
    assert_eq!(plain, ["once", "plain"]);
    assert_eq!(transcript.task_variables().get("own").map(String::as_str), Some("5"));
    assert_eq!(transcript.prepended_paths(), ["/a", "/b"]);
    assert!(format!("{transcript:#}").ends_with("declared = 3\none = 1%\n2\nresult: Succeeded\n"));
}

#[test]
fn percents_are_decoded_unless_the_pipeline_says_no() {
    let script = "say('##vso[task.setvariable variable=declared]a%AZP25b%25c%3b%3B'); done();";
    let decoded = |decode| {
        let transcript = scripted(script).decode_percents(decode).run();
        transcript.outputs().get("declared").cloned()
    };
    assert_eq!(decoded(true).as_deref(), Some("a%b%25c%3b;"));
    assert_eq!(decoded(false).as_deref(), Some("a%AZP25b%25c%3b;"));
}

#[test]
fn secrets_are_masked_from_when_they_are_known() {
    let transcript = scripted(
        "say('abc is too early, and too short for the rule about secrets');
         say('##vso[task.setsecret]abc'); say('now abcabc%0A is hidden');
         say('https://user:pass-word@host/'); done();",
    );
    let transcript = transcript.run();
    assert_eq!(transcript.secrets(), ["abc"]);
    expect![[r#"
        abc is too early, and too short for the rule about secrets
        now ***%0A is hidden
        https://user:***@host/
    "#]]
    .assert_eq(&transcript.to_string());
}

#[test]
fn names_of_service_connections_are_masked_though_they_are_no_secrets() {
    let endpoint = Endpoint::new("https://x.example/", "UsernamePassword");
    let transcript = scripted("say('git fetched'); done();")
        .endpoint("6302cb6f-c9d9-44c2-ae60-84eff8845059", endpoint.parameter("username", "git"))
        .run();
    assert_eq!(transcript.log(), ["*** fetched"]);
}

#[test]
fn summaries_and_files_reach_the_agent() {
    let transcript = scripted(
        "say('##vso[task.uploadsummary]' + write(temp('a.md'), '# One\\n'));
         say('##vso[task.uploadsummary]' + write(temp('b.md'), '# Two\\n'));
         say('##vso[task.uploadfile]' + write(temp('c.txt'), 'three'));
         say('##vso[task.addattachment type=report;name=d]' + write(temp('d.json'), '{}'));
         for (const p of [0, 30, 30, 100]) say(`##vso[task.setprogress value=${p};]work`);
         done();",
    )
    .run();
    assert_eq!(transcript.summary(), "# One\n# Two\n");
    assert_eq!(transcript.progress(), [0, 30, 30, 100]);
    let attachments = transcript.attachments();
    assert_eq!(attachments.last(), Some(&("report", "$TEMP/d.json".to_owned())));
    assert_eq!(transcript.named("$TEMP"), "$TEMP");
}

#[test]
fn debug_lines_show_only_when_asked_for() {
    let script = "say('##vso[task.debug]detail'); say('##vso[task.setprogress value=1]x'); done();";
    assert!(scripted(script).run().log().is_empty());
    let transcript = scripted(script).variable("System.Debug", "true").run();
    expect![[r#"
        ##[debug]detail
        ##[debug]Processed: ##vso[task.setprogress value=1]x
        ##[debug]Processed: ##vso[task.complete result=Succeeded]done
    "#]]
    .assert_eq(&transcript.to_string());
}

#[test]
fn records_and_connections_are_accepted_in_their_form() {
    let (one, two) =
        ("6302cb6f-c9d9-44c2-ae60-84eff8845059", "{11111111-c9d9-44c2-ae60-84eff8845059}");
    let script = format!(
        "say('##vso[task.logdetail id={one};name=a;type=build]'); say('##vso[task.logdetail id={two};parentid={one};name=b;type=build]');
         say('##vso[task.logdetail id={one};progress=50;state=Completed]');
         say('##vso[task.setendpoint id={one};field=authParameter;key=password]new-password');
         say('##vso[build.addbuildtag]green'); done();"
    );
    let endpoint = Endpoint::new("https://x.example/", "Token");
    scripted(&script).endpoint(one, endpoint).run().succeeded();
}

#[test]
fn one_agent_runs_several_attempts() {
    let agent: Agent = Agent::new().task(&fake_task()).input(
        "script",
        "say(fs.existsSync(temp('mark')) ? 'again' : 'first'); write(temp('mark'), ''); done();",
    );
    assert_eq!(agent.run().log(), ["first"]);
    assert_eq!(agent.run().log(), ["again"]);
}
