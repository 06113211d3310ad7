//! What must hold after every run, whatever the test is about.

use std::fs;
use std::path::Path;
use std::process::ExitStatus;

use crate::support::agent::Agent;
use crate::support::agent::command::{self, Line};
use crate::support::agent::endpoint::Endpoint;
use crate::support::agent::environment::system_connection;
use crate::support::agent::leaks::Leaks;
use crate::support::agent::lines::{Heard, Stream};
use crate::support::agent::mask::Mask;
use crate::support::agent::outcome::TaskResult;
use crate::support::agent::step::{Rules, Step};
use crate::support::agent::transcript::Transcript;

/// How the process came to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ending {
    /// What it left.
    pub(crate) status: ExitStatus,
    /// Whether the test sent it a signal.
    pub(crate) stopped: bool,
    /// Whether something else kept its output open.
    pub(crate) orphaned: bool,
}

/// Reads a finished run as the agent does; panics when it broke a rule.
#[track_caller]
pub(crate) fn conclude(
    agent: &Agent,
    unpacked: Option<&Path>,
    streams: [Stream; 2],
    ending: Ending,
) -> Transcript {
    let [output, errors] = streams;
    let mut step = Step::new(rules(agent), mask(agent));
    // The agent keeps no order across the streams and takes what is on standard error first.
    for heard in errors.lines.iter().chain(&output.lines) {
        step.read(heard);
    }
    let mut faults = std::mem::take(&mut step.faults);
    faults.extend(form(&output, &errors));
    faults.extend(end(&step, ending));
    faults.extend(attachments(agent, &step));
    faults.extend(leaks(agent, unpacked, &step, [&output, &errors]));
    let result = result(&mut step, ending);
    let transcript = Transcript::new(&agent.folders, step, result);
    let rules: Vec<String> = faults.iter().map(|fault| format!("- {fault}\n")).collect();
    let raw = raw_text(&output, &errors);
    assert!(rules.is_empty(), "the run broke rules:\n{}\n{transcript:#}\n{raw}", rules.concat());
    transcript
}

/// Returns both streams as they came.
pub(crate) fn raw_text(output: &Stream, errors: &Stream) -> String {
    let text = |stream: &Stream| String::from_utf8_lossy(&stream.raw).into_owned();
    format!("--- standard output\n{}\n--- standard error\n{}", text(output), text(errors))
}

fn rules(agent: &Agent) -> Rules {
    Rules {
        variables: agent.variables.clone(),
        task: agent.task.clone(),
        sources: agent.folders.sources(),
        endpoints: agent.endpoints.iter().map(|(id, _)| id.clone()).collect(),
    }
}

fn mask(agent: &Agent) -> Mask {
    let mut mask = Mask::default();
    let variables = agent.variables.expanded();
    for variable in variables.iter().filter(|variable| variable.secret) {
        mask.add_variable(&variable.value);
    }
    let system = system_connection(&variables);
    let endpoints = agent.endpoints.iter().map(|(_, endpoint)| endpoint).chain([&system]);
    for value in endpoints.flat_map(Endpoint::masked) {
        mask.add(value);
    }
    mask
}

fn result(step: &mut Step, ending: Ending) -> TaskResult {
    if ending.stopped {
        return TaskResult::Canceled;
    }
    let mut result = step.reported;
    if !ending.status.success() {
        // The exit code replaces what was reported.
        let code = ending.status.code().map_or("none".to_owned(), |code| code.to_string());
        step.fail(&format!("Exit code {code} returned from process."));
        result = Some(TaskResult::Failed);
    }
    match (result, step.by_commands) {
        (result, Some(failed)) => TaskResult::merged(result, failed),
        (Some(result), None) => result,
        (None, None) => TaskResult::Succeeded,
    }
}

fn form(output: &Stream, errors: &Stream) -> Vec<String> {
    let mut faults = Vec::new();
    for (stream, name) in [(output, "output"), (errors, "error")] {
        if std::str::from_utf8(&stream.raw).is_err() {
            faults.push(format!("standard {name} is not UTF-8"));
        }
    }
    let commands = errors.lines.iter().filter(|heard| {
        matches!(command::recognise(&heard.text, true), Line::Command(_) | Line::Malformed)
    });
    let order = "the agent keeps no order between the streams";
    faults.extend(commands.map(|heard| format!("on standard error ({order}): {}", heard.text)));
    faults
}

fn end(step: &Step, ending: Ending) -> Vec<String> {
    let mut faults = Vec::new();
    // A step that was stopped may not get to report.
    if step.reports > 1 || (step.reports == 0 && !ending.stopped) {
        faults.push(format!("task.complete came {} times", step.reports));
    }
    if step.reports > 0 && !ending.stopped && !ending.status.success() {
        faults.push(format!("it reported and ended with {}", ending.status));
    }
    if ending.orphaned {
        faults.push("something kept the output open after the end".to_owned());
    }
    faults
}

fn attachments(agent: &Agent, step: &Step) -> Vec<String> {
    let mut faults = Vec::new();
    for attachment in &step.attachments {
        let path = &attachment.path;
        let what = format!("{} {}", attachment.kind, path.display());
        if !path.is_absolute() {
            faults.push(format!("not an absolute path: {what}"));
        } else if !path.exists() {
            faults.push(format!("removed before the agent could upload it: {what}"));
        } else if !fs::canonicalize(path).is_ok_and(|real| real.starts_with(agent.folders.temp())) {
            faults.push(format!("not in the agent's temp folder: {what}"));
        }
    }
    faults
}

fn leaks(
    agent: &Agent,
    unpacked: Option<&Path>,
    step: &Step,
    streams: [&Stream; 2],
) -> Vec<String> {
    let variables = agent.variables.expanded();
    let secret = variables.iter().filter(|variable| variable.secret);
    let named = secret.map(|variable| (variable.name.as_str(), variable.value.as_str()));
    let connections = agent.endpoints.iter().flat_map(|(_, endpoint)| endpoint.secrets());
    let registered = step.secrets.iter().map(|value| ("registered by the step", value.as_str()));
    let leaks = Leaks::of(registered.chain(named).chain(connections));
    let mut faults: Vec<String> =
        streams.iter().flat_map(|stream| leaks_in_output(&leaks, stream)).collect();
    let skip = |path: &Path| {
        let exempt = agent.exempt.iter().any(|exempt| path.starts_with(exempt));
        let (task, unpacked) = (agent.task.as_ref(), unpacked.unwrap_or(Path::new("/")));
        exempt || task.is_some_and(|task| task.is_untouched(unpacked, path))
    };
    faults.extend(leaks.scan(agent.folders.root(), &skip));
    faults
}

fn leaks_in_output(leaks: &Leaks, stream: &Stream) -> Vec<String> {
    let open = stream.lines.iter().filter(|heard| !registers(heard));
    let lines: Vec<&str> = open.map(|heard| heard.text.as_str()).collect();
    let hits = lines.iter().filter_map(|line| Some((leaks.find(line.as_bytes())?, *line)));
    let mut faults: Vec<String> =
        hits.map(|(what, line)| format!("{what} in the output: {line}")).collect();
    if faults.is_empty() {
        // A secret of several lines is in none of them.
        let whole = leaks.find(lines.join("\n").as_bytes());
        faults.extend(whole.map(|what| format!("{what} in several lines of the output")));
    }
    faults
}

fn registers(heard: &Heard) -> bool {
    match command::recognise(&heard.text, true) {
        Line::Command(command) => command.name() == "task.setsecret",
        Line::Plain | Line::Malformed => false,
    }
}
