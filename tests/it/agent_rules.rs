//! The rules that every run of a task must keep, each broken once.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::it::fixtures::{fake_task, panic_of, scripted};
use crate::support::agent::{Agent, Endpoint};
use crate::support::definition::Definition;

const SECRET: &str = "s3cret/value+with?signs";

/// Runs a script that breaks the rule whose message holds `rule`, and then reports success.
#[track_caller]
fn breaks(script: &str, rule: &str) {
    let agent = scripted(&format!("{script}\ndone();"));
    let message = panic_of(|| agent.run());
    assert!(message.contains(rule), "the message lacks `{rule}`:\n{message}");
}

#[test]
fn only_known_commands_in_the_right_form() {
    let id = "6302cb6f-c9d9-44c2-ae60-84eff8845059";
    let rules = [
        ("##vso[task.setprogress value=3", "not a legal command"),
        ("see ##vso for help", "not a legal command"),
        ("##vso[task]x", "not a legal command"),
        ("##vso[ task.debug]x", "not a legal command"),
        ("##vso[work.start]x", "no command of this area exists"),
        ("##vso[task.start]x", "##vso[task.start] is not a recognized command"),
        ("##vso[release.updatereleasename]x", "a command that a build has not"),
        ("before ##vso[task.debug]x", "text before a command is lost"),
        ("##vso[task.setvariable variable=x; issecret=true]v", "know the property ` issecret`"),
        ("##vso[task.setvariable]v", "Required field 'variable' is missing"),
        ("##vso[task.setvariable variable=]v", "Required field 'variable' is missing"),
        ("##vso[task.setvariable variable=Build.SourceVersion]v", "Overwriting readonly variable"),
        ("##vso[task.setvariable variable=x;issecret=true]a%0Ab", "cannot contain multiple lines"),
        ("##vso[task.settaskvariable]v", "Required field 'variable' is missing"),
        ("##vso[task.prependpath]", "prependpath needs a folder"),
        ("##vso[task.logissue type=notice]x", "issue type notice is not an expected issue type"),
        ("##vso[task.uploadsummary]", "the file does not exist"),
        ("##vso[task.uploadsummary]/nowhere/x.md", "the file does not exist: /nowhere/x.md"),
        ("##vso[task.addattachment type=a/b;name=c]/etc/hostname", "invalid attachment type"),
        ("##vso[task.addattachment type=a]/etc/hostname", "invalid attachment name"),
        ("##vso[task.logdetail name=a;type=build]", "Missing required TimelineRecord Id"),
        ("##vso[task.logdetail id=7;name=a;type=build]", "`7` is not a GUID"),
        ("##vso[task.setendpoint id=7;field=url]https://x", "`7` is not a GUID"),
        ("##vso[task.setendpoint field=url]https://x", "Missing endpoint id"),
    ];
    let lines: Vec<String> = rules.iter().map(|(line, _)| format!("say('{line}');\n")).collect();
    let lines = format!(
        "{}say('##vso[task.logissue]x'); say('##vso[task.uploadfile]/etc/hostname');
         say('##vso[task.logdetail id={id};type=build]');
         say('##vso[task.setendpoint id={id};field=url]https://x');
         done();",
        lines.concat()
    );
    let message = panic_of(|| scripted(&lines).run());
    let more = [
        ("", "an issue without a type"),
        ("/etc/hostname", "not in the agent's temp folder"),
        ("", "name is required"),
        ("", "is not declared in the job"),
    ];
    let faults: Vec<&str> = message.lines().filter(|line| line.starts_with("- ")).collect();
    for (line, rule) in rules.into_iter().chain(more) {
        let told = faults.iter().any(|fault| fault.contains(line) && fault.contains(rule));
        assert!(told, "`{rule}` is not told of `{line}`:\n{message}");
    }
}

#[test]
fn invisible_characters_do_not_hide_a_command() {
    let signs = ["\\u200b", "\\u00ad", "\\ufe0f", "\\u0000", "\\u001b", "\\ufeff"];
    let lines = signs.map(|sign| format!("say('##v{sign}so[task.start]x'); say('#{sign}#vso');"));
    let message = panic_of(|| scripted(&format!("{}\ndone();", lines.concat())).run());
    let count = |text| message.matches(text).count();
    assert_eq!(count("a command that fails the step"), signs.len(), "{message}");
    assert_eq!(count("- not a legal command"), signs.len(), "{message}");
    scripted("say('#\\t#vso[task.start]x'); say('##VSO[x'); done();").run().succeeded();
}

#[test]
fn a_task_reports_once_and_at_the_end() {
    breaks("done();", "task.complete came 2 times");
    breaks("done(); say('more');", "a line after task.complete: more");
    breaks("say('##vso[task.complete result=succeeded]');", "doesn't have valid result value");
    breaks("say('##vso[task.complete]');", "doesn't have valid result value");
    let silent = panic_of(|| scripted("say('hello');").run());
    assert!(silent.contains("task.complete came 0 times"), "{silent}");
    let message = panic_of(|| scripted("done(); process.exit(3);").run());
    assert!(message.contains("it reported and ended with exit status: 3"), "{message}");
    assert!(message.contains("result: Failed"), "{message}");
    let merged = panic_of(|| scripted("done('Failed'); done('Canceled'); done();").run());
    assert!(merged.contains("result: Canceled"), "{merged}");
}

#[test]
fn output_is_text_in_order() {
    breaks("fs.writeSync(1, Buffer.from([0xff, 10]));", "standard output is not UTF-8");
    breaks("fs.writeSync(2, Buffer.from([0xff, 10]));", "standard error is not UTF-8");
    breaks("complain('##vso[task.debug]x');", "keeps no order between the streams");
    breaks(
        "say('##vso[task.setprogress value=9]'); say('##vso[task.setprogress value=8]');",
        "progress goes back to 8",
    );
    breaks(
        "process.chdir(temp('')); write('a.md', ''); say('##vso[task.uploadsummary]a.md');",
        "the file does not exist: a.md",
    );
    breaks(
        "require('child_process').spawn('sleep', ['60'], { stdio: 'inherit' }).unref();",
        "something kept the output open after the end",
    );
}

#[test]
fn a_file_given_to_the_agent_stays() {
    let upload = "say('##vso[task.uploadsummary]' + write(temp('a.md'), '')); done();";
    let message = panic_of(|| scripted(&format!("{upload} fs.unlinkSync(temp('a.md'));")).run());
    // The agent may have looked before or after the file went.
    let rules = ["removed before the agent could upload it", "the file does not exist"];
    assert!(rules.iter().any(|rule| message.contains(rule)), "{message}");
    scripted(upload).run().succeeded();
}

#[test]
fn no_secret_is_printed_in_any_form() {
    for (form, text) in [
        ("in clear", format!("a {SECRET} b")),
        ("as base64 in", STANDARD.encode(SECRET)),
        ("as base64 of `:secret`", STANDARD.encode(format!(":{SECRET}"))),
        ("inside base64", STANDARD.encode(format!("someone:{SECRET}"))),
        ("percent-encoded", "x=s3cret%2Fvalue%2Bwith%3Fsigns".to_owned()),
        ("percent-encoded", "x=s3cret%2fvalue%2bwith%3fsigns".to_owned()),
        ("in clear", format!("##vso[task.debug]{SECRET}")),
        ("in clear", format!("##vso[task.setvariable variable=x;issecret=true]{SECRET}")),
    ] {
        for word in ["say", "complain"] {
            let agent = scripted(&format!("{word}('{text}'); done();")).secret("PAT", SECRET);
            let message = panic_of(|| agent.run());
            let rule = format!("secret `PAT` {form}");
            assert!(message.lines().any(|line| line.contains(&rule)), "{rule}:\n{message}");
        }
    }
    let allowed = scripted(&format!("say('##vso[task.setsecret]{SECRET}'); done();"));
    allowed.secret("PAT", SECRET).run().succeeded();
}

#[test]
fn secrets_of_other_sources_count_too() {
    let message = panic_of(|| {
        scripted("say('late-value'); say('##vso[task.setsecret]late-value'); done();").run()
    });
    assert!(message.contains("secret `registered by the step` in clear"), "{message}");
    let lines = scripted("say('first line\\nsecond line'); done();");
    let message = panic_of(|| lines.secret("KEY", "first line\nsecond line").run());
    assert!(message.contains("secret `KEY` in clear"), "{message}");
    let endpoint = Endpoint::new("https://x.example/", "Token").parameter("apitoken", SECRET);
    let connected = scripted(&format!("say('{SECRET}'); done();"));
    let message =
        panic_of(|| connected.endpoint("6302cb6f-c9d9-44c2-ae60-84eff8845059", endpoint).run());
    assert!(message.contains("secret `apitoken` in clear"), "{message}");
    let message =
        panic_of(|| scripted("say(process.env.SECRET_SYSTEM_ACCESSTOKEN); done();").run());
    assert!(message.contains("secret `System.AccessToken` in clear"), "{message}");
}

#[test]
fn no_secret_stays_in_a_file() {
    let leaves = |place: &str| {
        let script = format!("write({place}, 'x {SECRET}'); done();");
        scripted(&script).secret("PAT", SECRET)
    };
    let places = ["temp('x')", "process.env.HOME + '/.netrc'", "process.env.TMPDIR + '/x'"];
    for place in places.into_iter().chain(["taskFolder + '/x'"]) {
        let message = panic_of(|| leaves(place).run());
        assert!(message.contains("secret `PAT` in clear in the file"), "{message}");
    }
    let exempt = leaves("temp('x')");
    let place = exempt.temp().join("x");
    exempt.may_hold_secrets(&place).run().succeeded();
}

#[test]
fn a_restricted_task_keeps_to_its_restrictions() {
    let folder = tempfile::tempdir().expect("folder");
    let original = std::fs::read_to_string(fake_task().join("task.json")).expect("task.json");
    let restrictions = r#"{ "restrictions": { "commands": { "mode": "restricted" },
        "settableVariables": { "allowed": ["declared", "my*"] } },"#;
    let launcher = std::fs::read_to_string(fake_task().join("launcher.js")).expect("script");
    Definition::new(&[("task.json", &original.replacen('{', restrictions, 1))])
        .file("launcher.js", launcher)
        .write(folder.path());
    let restricted = |script: &str| {
        Agent::new().task(folder.path()).input("script", &format!("{script}\ndone();"))
    };
    restricted("say('##vso[task.setvariable variable=MYNAME]x');").run().succeeded();
    let message = panic_of(|| restricted("say('##vso[task.setvariable variable=other]x');").run());
    assert!(message.contains("forbid the variable `other`"), "{message}");
    let message = panic_of(|| restricted("say('##vso[task.uploadfile]/etc/hostname');").run());
    assert!(message.contains("blocked by the task's restrictions"), "{message}");
}

#[test]
fn the_wrong_result_is_told_with_the_log() {
    let transcript = scripted("say('what happened'); done('Failed');").run();
    let message = panic_of(|| transcript.succeeded().result());
    assert_eq!(message, "the step should have Succeeded\nwhat happened\nresult: Failed\n");
}
