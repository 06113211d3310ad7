//! The process that the emulated agent starts, and how it ends it.

use std::path::Path;
use std::time::Duration;

use crate::it::fixtures::{fake_task, panic_of, scripted};
use crate::support::agent::{Agent, Process, TaskResult};
use crate::support::definition::{self, Definition};

#[test]
fn the_task_is_unpacked_without_execute_permission_and_started_in_the_checkout() {
    let transcript = scripted(
        "say(taskFolder); say(process.cwd()); say(process.argv.length);
         say((fs.statSync(taskFolder + '/launcher.js').mode & 0o777).toString(8));
         say(JSON.stringify(fs.readFileSync(0, 'utf8'))); done();",
    )
    .run();
    expect_test::expect![[r#"
        $WORK/_tasks/FakeTask_5a1f0f2e-6f2c-4f0e-9d51-3f0f6f1a7c11/1.4.2
        $WORK/1/s
        2
        644
        ""
    "#]]
    .assert_eq(&transcript.to_string());
}

#[test]
fn a_program_is_started_with_one_argument_in_the_checkout() {
    let agent = Agent::new().task(&fake_task()).program(Path::new("/bin/sh")).secret("T", "hidden");
    let script = "echo \"$0 $# $INPUT_COMMAND [$SECRET_T]\"
        echo '##vso[task.complete result=Succeeded]'";
    Definition::new(&[("task", script)]).write(&agent.sources());
    assert_eq!(agent.run().log(), ["task 0 auto []"]);
    let files: Vec<String> = definition::tree(&agent.sources()).into_keys().collect();
    assert_eq!(files, ["task"]);
}

#[test]
fn the_processes_of_a_run_can_be_seen() {
    let mut running = scripted(
        "const child = require('child_process').spawn('sleep', ['60'], { env: { SEEN: 'yes' } });
         child.on('exit', () => done()); say('started');
         process.on('SIGINT', () => child.kill('SIGTERM'));",
    )
    .start();
    running.wait_for("started");
    let sleeps = |process: &Process| process.arguments.first().is_some_and(|name| name == "sleep");
    running.wait_until(|processes| processes.iter().any(sleeps));
    let processes = running.processes();
    assert!(processes.iter().any(|process| process.id == running.process_id()));
    let child = processes.iter().find(|process| sleeps(process)).expect("the child");
    assert_eq!(child.arguments, ["sleep", "60"]);
    assert_eq!(child.environment, ["SEEN=yes"]);
    running.interrupt();
    assert_eq!(running.wait().result(), TaskResult::Canceled);
}

#[test]
fn a_cancelled_task_gets_a_first_and_a_second_word() {
    let agent = scripted(
        "process.on('SIGINT', () => say('first')); setInterval(() => {}, 1000);
         process.on('SIGTERM', () => { say('second'); process.exit(0); }); say('ready');",
    );
    let running = agent.variable("PROCESS_SIGINT_TIMEOUT", "2000").start();
    running.wait_for("ready");
    let transcript = running.cancel();
    assert_eq!(transcript.log(), ["ready", "first", "second"]);
    assert_eq!(transcript.result(), TaskResult::Canceled);
}

#[test]
fn signals_reach_only_the_process_that_the_agent_knows() {
    let script = "const child = require('child_process').spawn('sh',
            ['-c', 'trap \"\" HUP; sleep 1; echo survived'], { stdio: 'inherit' });
         child.on('spawn', () => say('ready')); setInterval(() => {}, 1000);";
    let mut running = scripted(script).start();
    running.wait_for("ready");
    running.terminate();
    // The child outlives its parent and is heard, for it ends before the agent loses patience.
    assert_eq!(running.wait().log(), ["ready", "survived"]);
    let mut running = scripted(script).start();
    running.wait_for("ready");
    running.kill();
    assert_eq!(running.wait().result(), TaskResult::Canceled);
}

#[test]
fn a_hanging_task_is_killed_and_fails_the_test() {
    let agent = scripted("say('stuck'); setInterval(() => {}, 1000);");
    let agent = agent.time_limit(Duration::from_secs(2));
    let message = panic_of(|| agent.run());
    assert!(message.contains("not done after 2s") && message.contains("stuck"), "{message}");
}

#[test]
fn waiting_for_what_never_comes_ends_with_the_task() {
    let running = scripted("say('something else'); done();").start();
    let message = panic_of(|| running.wait_for("never printed"));
    assert!(message.contains("no line with `never printed`"), "{message}");
    let mut running = scripted("done();").start();
    let message = panic_of(|| running.wait_until(|_| false));
    assert!(message.contains("it never became so"), "{message}");
}
