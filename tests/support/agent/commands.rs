//! What each logging command does, and when it fails the step.

use std::path::{Path, PathBuf};

use crate::support::agent::command::Command;
use crate::support::agent::defaults;
use crate::support::agent::details;
use crate::support::agent::lines::{Heard, NAMING_A_FILE};
use crate::support::agent::outcome::{Issue, TaskResult};
use crate::support::agent::step::{Attachment, Step};
use crate::support::agent::task::Task;

/// The commands that a restricted task may still use.
pub(crate) const ALLOWED_WHEN_RESTRICTED: &[&str] = &[
    "task.logissue",
    "task.issue",
    "task.complete",
    "task.setprogress",
    "task.logdetail",
    "task.setsecret",
    "task.setvariable",
    "task.settaskvariable",
    "task.debug",
    "task.prependpath",
    "telemetry.publish",
];

type Outcome = Result<(), String>;

/// Returns the events of an area, or nothing for an area that no extension serves.
pub(crate) fn events(area: &str) -> Option<&'static [&'static str]> {
    let events: &[&str] = match area {
        "task" => &[
            "logissue",
            "issue",
            "complete",
            "setprogress",
            "logdetail",
            "setsecret",
            "setvariable",
            "settaskvariable",
            "setendpoint",
            "uploadsummary",
            "uploadfile",
            "addattachment",
            "prependpath",
            "debug",
        ],
        "build" => &["addbuildtag", "updatebuildnumber", "uploadlog", "uploadsummary"],
        "artifact" => &["upload", "associate"],
        "telemetry" | "results" | "codecoverage" => &["publish"],
        "release" => &["updatereleasename"],
        _ => return None,
    };
    Some(events)
}

/// Returns what the agent would pass over in silence though nobody means it.
pub(crate) fn oddities(command: &Command) -> impl Iterator<Item = String> {
    let lost = (!command.discarded.is_empty()).then(|| "text before a command is lost".to_owned());
    let unknown = match events(&command.area) {
        None => Some("no command of this area exists".to_owned()),
        Some(_) => properties(&command.name()).and_then(|known| {
            let odd = command.properties.keys().find(|key| !known.contains(&key.as_str()));
            odd.map(|key| format!("the agent does not know the property `{key}`"))
        }),
    };
    lost.into_iter().chain(unknown)
}

/// Does what the command says; an error is an exception in the agent.
pub(crate) fn execute(step: &mut Step, command: &Command, heard: &Heard) -> Outcome {
    let name = command.name();
    if NAMING_A_FILE.contains(&name.as_str()) {
        return attach(step, command, heard);
    }
    match name.as_str() {
        "task.logissue" | "task.issue" => issue(step, command),
        "task.complete" => complete(step, command),
        "task.setprogress" => {
            progress(step, command);
            Ok(())
        }
        "task.logdetail" => details::log(&mut step.details, command),
        "task.setvariable" => set_variable(step, command),
        "task.settaskvariable" => set_task_variable(step, command),
        "task.setendpoint" => details::set_endpoint(step, command),
        "task.prependpath" => prepend_path(step, command),
        "task.setsecret" => {
            step.hide(&command.data);
            step.secrets.push(command.data.clone());
            Ok(())
        }
        "task.debug" => {
            if step.rules.debug() {
                step.print("##[debug]", &command.data);
            }
            Ok(())
        }
        // The other areas talk to the server about things that are not the step's.
        _ => Ok(()),
    }
}

fn properties(name: &str) -> Option<&'static [&'static str]> {
    let known: &[&str] = match name {
        "task.complete" => &["result", "done"],
        "task.setprogress" => &["value"],
        "task.setvariable" => &["variable", "issecret", "isoutput", "isreadonly", "preservecase"],
        "task.settaskvariable" => &["variable", "issecret", "isreadonly", "preservecase"],
        "task.logissue" | "task.issue" => {
            &["type", "code", "sourcepath", "linenumber", "columnnumber"]
        }
        "task.addattachment" => &["type", "name"],
        "task.setendpoint" => &["id", "field", "key"],
        "task.logdetail" => details::PROPERTIES,
        "task.setsecret" | "task.debug" | "task.prependpath" | "task.uploadsummary"
        | "task.uploadfile" => &[],
        _ => return None,
    };
    Some(known)
}

fn issue(step: &mut Step, command: &Command) -> Outcome {
    let Some(kind) = command.property("type") else {
        step.warn("Can't create TaskIssue from logging event.");
        step.faults.push("an issue without a type".to_owned());
        return Ok(());
    };
    let error = match kind.to_lowercase().as_str() {
        "error" => true,
        "warning" => false,
        _ => return Err(format!("issue type {kind} is not an expected issue type.")),
    };
    let mut properties = command.properties.clone();
    let mut message = command.data.clone();
    if let Some(path) = command.property("sourcepath") {
        let inside = Path::new(path).strip_prefix(&step.rules.sources);
        let inside = inside.ok().filter(|_| Path::new(path).is_file());
        let path = inside.and_then(Path::to_str).unwrap_or(path);
        properties.insert("sourcepath".to_owned(), path.to_owned());
        let [line, column, code] = ["linenumber", "columnnumber", "code"]
            .map(|name| command.property(name).unwrap_or_default());
        message = format!("{path}({line},{column}): {kind} {code}: {message}");
    }
    step.add_issue(Issue { error, message, properties });
    Ok(())
}

fn complete(step: &mut Step, command: &Command) -> Outcome {
    step.reports += 1;
    let result = command.property("result").and_then(TaskResult::parse);
    let result = result.ok_or("Command doesn't have valid result value.")?;
    step.reported = Some(TaskResult::merged(step.reported, result));
    Ok(())
}

fn progress(step: &mut Step, command: &Command) {
    let value = command.property("value").and_then(|value| value.trim().parse::<i32>().ok());
    let value = u8::try_from(value.unwrap_or_default().clamp(0, 100)).unwrap_or_default();
    if step.progress.last().is_some_and(|last| *last > value) {
        step.faults.push(format!("progress goes back to {value}"));
    }
    step.progress.push(value);
}

fn set_variable(step: &mut Step, command: &Command) -> Outcome {
    let name = command.property("variable");
    let name = name.ok_or("Required field 'variable' is missing in ##vso[task.setvariable].")?;
    let key = name.to_lowercase();
    if defaults::is_read_only(name) || step.read_only.contains(&key) {
        let message = format!("Overwriting readonly variable '{name}' is not permitted.");
        if step.rules.variables.is_true("Agent.readOnlyVariables") {
            return Err(message);
        }
        step.warn(&message);
    }
    if command.flag("issecret") {
        refuse_lines(step, command)?;
        step.hide(&command.data);
        step.secrets.push(command.data.clone());
    }
    if !step.rules.task.as_ref().is_none_or(|task| task.may_set(name)) {
        step.warn(&format!("Setting variable '{name}' has been disabled by the task."));
        step.faults.push(format!("the task's restrictions forbid the variable `{name}`"));
        return Ok(());
    }
    let declared = step.rules.task.as_ref().map(Task::output_variables).unwrap_or_default();
    let declared = declared.iter().any(|output| output.eq_ignore_ascii_case(name));
    if command.flag("isoutput") || declared {
        step.outputs.insert(name.to_owned(), command.data.clone());
        return Ok(());
    }
    if command.flag("isreadonly") {
        step.read_only.insert(key);
    }
    step.variables.insert(name.to_owned(), command.data.clone());
    Ok(())
}

fn set_task_variable(step: &mut Step, command: &Command) -> Outcome {
    let name = command.property("variable");
    let name =
        name.ok_or("Required field 'variable' is missing in ##vso[task.settaskvariable].")?;
    if command.flag("issecret") {
        refuse_lines(step, command)?;
        step.hide(&command.data);
    }
    step.task_variables.insert(name.to_owned(), command.data.clone());
    Ok(())
}

fn refuse_lines(step: &Step, command: &Command) -> Outcome {
    let allowed = step.rules.variables.is_true("SYSTEM_UNSAFEALLOWMULTILINESECRET");
    let refused = command.data.contains('\n') && !allowed;
    if refused { Err("Secrets cannot contain multiple lines".to_owned()) } else { Ok(()) }
}

fn prepend_path(step: &mut Step, command: &Command) -> Outcome {
    if command.data.is_empty() {
        return Err("prependpath needs a folder".to_owned());
    }
    step.prepended.retain(|folder| *folder != command.data);
    step.prepended.push(command.data.clone());
    Ok(())
}

fn attach(step: &mut Step, command: &Command, heard: &Heard) -> Outcome {
    let path = PathBuf::from(&command.data);
    let kind = match command.name().as_str() {
        "task.addattachment" => {
            let required =
                |name| command.property(name).filter(|value| !value.contains(['/', '\0']));
            required("name").ok_or("Missing or invalid attachment name")?;
            required("type").ok_or("Missing or invalid attachment type")?.to_owned()
        }
        other => other.to_owned(),
    };
    if command.data.is_empty() || heard.file_missing {
        return Err(format!("the file does not exist: {}", path.display()));
    }
    step.attachments.push(Attachment { kind, path });
    Ok(())
}
