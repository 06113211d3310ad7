//! The rarer commands: records of the detail timeline, and changes to service connections.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::support::agent::command::Command;
use crate::support::agent::step::Step;

/// The properties of `task.logdetail`.
pub(crate) const PROPERTIES: &[&str] = &[
    "id",
    "parentid",
    "type",
    "name",
    "order",
    "starttime",
    "finishtime",
    "progress",
    "state",
    "result",
];

const EMPTY_GUID: &str = "00000000000000000000000000000000";

static GUID: LazyLock<Regex> = LazyLock::new(|| {
    let dashed = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let braced = format!(r"\{{{dashed}\}}|\({dashed}\)");
    Regex::new(&format!("(?i)^({dashed}|[0-9a-f]{{32}}|{braced})$")).expect("a valid pattern")
});

/// The records so far: the parent of each, by identifier.
#[derive(Debug, Default)]
pub(crate) struct Details {
    parents: BTreeMap<String, Option<String>>,
}

/// Creates or updates a record.
pub(crate) fn log(details: &mut Details, command: &Command) -> Result<(), String> {
    let id = guid(command.property("id"))?.filter(|id| id != EMPTY_GUID);
    let id = id.ok_or("Missing required TimelineRecord Id.")?;
    let parent = guid(command.property("parentid"))?;
    if command.property("type") == Some("Job") {
        return Err("A record of the type Job is refused.".to_owned());
    }
    if let Some(known) = details.parents.get(&id) {
        let moved = parent.is_some() && parent != *known;
        return if moved {
            Err("Cannot change the parent of a record.".to_owned())
        } else {
            Ok(())
        };
    }
    for required in ["name", "type"] {
        command.property(required).ok_or(format!("{required} is required for a new record."))?;
    }
    let orphan = |parent: &String| parent != EMPTY_GUID && !details.parents.contains_key(parent);
    if parent.as_ref().is_some_and(orphan) {
        return Err("The parent record has not been created.".to_owned());
    }
    details.parents.insert(id, parent);
    Ok(())
}

/// Changes a service connection for later steps.
pub(crate) fn set_endpoint(step: &mut Step, command: &Command) -> Result<(), String> {
    if command.data.is_empty() {
        return Err("Enter valid value for setendpoint".to_owned());
    }
    let field = command.property("field").ok_or("Missing endpoint field")?.to_lowercase();
    if field == "authparameter" {
        step.hide(&command.data);
    }
    let id = guid(Some(command.property("id").ok_or("Missing endpoint id")?))?;
    let id = id.unwrap_or_default();
    if id == EMPTY_GUID {
        step.warn("Modification of system endpoint is not allowed via setendpoint command.");
        return Ok(());
    }
    if !step.rules.endpoints.iter().any(|known| known.replace('-', "") == id) {
        return Err(format!("Service connection {id} is not declared in the job"));
    }
    match field.as_str() {
        "url" => Url::parse(&command.data)
            .map(drop)
            .map_err(|error| format!("Invalid endpoint URL: {error}")),
        "authparameter" | "dataparameter" => {
            command.property("key").map(drop).ok_or_else(|| "Missing endpoint key".to_owned())
        }
        _ => Err("Invalid endpoint field".to_owned()),
    }
}

fn guid(text: Option<&str>) -> Result<Option<String>, String> {
    let Some(text) = text else { return Ok(None) };
    if !GUID.is_match(text) {
        return Err(format!("`{text}` is not a GUID."));
    }
    Ok(Some(text.to_lowercase().replace(['-', '{', '}', '(', ')'], "")))
}
