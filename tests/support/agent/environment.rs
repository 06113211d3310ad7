//! The environment of a step, overlaid in the agent's order.

use std::collections::BTreeMap;
use std::env;
use std::path::{Component, Path, PathBuf};

use regex::Regex;
use serde_json::json;

use crate::support::agent::Agent;
use crate::support::agent::defaults;
use crate::support::agent::endpoint::Endpoint;
use crate::support::agent::task::Declared;
use crate::support::agent::variables::{Variable, Variables, expand, formatted};

type Environment = BTreeMap<String, String>;

/// The secrets that the launcher leaves in the executable's environment.
const LEFT_BY_THE_LAUNCHER: &[&str] =
    &["SECRET_AGENT_PROXYPASSWORD", "SECRET_AGENT_CLIENTCERTPASSWORD"];

/// Returns everything that the step's process gets.
pub(crate) fn assemble(agent: &Agent) -> Environment {
    let variables = defused(&agent.variables).expanded();
    let worker = worker(agent);
    let expanded = |text: &str| {
        // First the job's variables, then the environment of the agent itself.
        expand(&variables.expand(text), |name| worker.get(name).cloned())
    };
    let mut environment = worker.clone();
    for (name, value) in &agent.step_environment {
        environment.insert(name.trim().to_owned(), expanded(value.trim()));
    }
    let (secret, public): (Vec<&Variable>, Vec<&Variable>) =
        variables.iter().partition(|variable| variable.secret);
    for variable in &public {
        // The agent exports this one under its own name, too.
        if variable.name.eq_ignore_ascii_case("agent.jobstatus") {
            environment.insert(variable.name.clone(), variable.value.clone());
        }
        environment.insert(formatted(&variable.name), variable.value.clone());
    }
    environment.insert("VSTS_PUBLIC_VARIABLES".to_owned(), names(&public));
    for variable in &secret {
        environment.insert(format!("SECRET_{}", formatted(&variable.name)), variable.value.clone());
    }
    environment.insert("VSTS_SECRET_VARIABLES".to_owned(), names(&secret));
    let inputs = inputs(agent, &expanded);
    for (input, value) in &inputs {
        environment.insert(format!("INPUT_{}", formatted(&input.name)), value.clone());
    }
    let ids = named_endpoints(agent, &inputs);
    let connections = agent.endpoints.iter().filter(|(id, _)| ids.contains(id));
    let system = ("SYSTEMVSSCONNECTION".to_owned(), system_connection(&variables));
    for (id, endpoint) in connections.chain([&system]) {
        environment.extend(endpoint.environment(id, |text| variables.expand(text)));
    }
    environment.insert("TF_BUILD".to_owned(), "True".to_owned());
    if agent.program.is_some() {
        environment.retain(|name, _| {
            !name.starts_with("SECRET_") || LEFT_BY_THE_LAUNCHER.contains(&name.as_str())
        });
    }
    environment
}

/// Returns the connection that every job has, with the job's token.
pub(crate) fn system_connection(variables: &Variables) -> Endpoint {
    let url = variables.get("System.CollectionUri").unwrap_or_default();
    let token = variables.get("System.AccessToken").unwrap_or_default();
    Endpoint::new(url, "OAuth").parameter("AccessToken", token)
}

/// Returns the test's own PATH, where Node and git are.
pub(crate) fn own_path() -> String {
    env::var("PATH").expect("PATH")
}

fn worker(agent: &Agent) -> Environment {
    let path = |path: PathBuf| path.to_str().expect("a UTF-8 path").to_owned();
    let variables = [
        ("PATH", agent.path.clone().unwrap_or_else(own_path)),
        ("HOME", path(agent.folders.home())),
        ("TMPDIR", path(agent.folders.host_temp())),
        ("LANG", "C.UTF-8".to_owned()),
        // The machine's own git configuration must not reach a test.
        ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
    ];
    variables.map(|(name, value)| (name.to_owned(), value)).into()
}

fn defused(variables: &Variables) -> Variables {
    let keyword = Regex::new("(?i)##vso").expect("a valid pattern");
    let mut defused = variables.clone();
    for variable in variables.iter().filter(|variable| defaults::is_defused(&variable.name)) {
        let value = keyword.replace_all(&variable.value, "**vso");
        defused.set(&variable.name, &value, false);
    }
    defused
}

fn names(variables: &[&Variable]) -> String {
    json!(variables.iter().map(|variable| &variable.name).collect::<Vec<_>>()).to_string()
}

fn inputs(agent: &Agent, expanded: &dyn Fn(&str) -> String) -> Vec<(Declared, String)> {
    let given = |name: &str| -> Option<&String> {
        agent.inputs.iter().rev().find(|(given, _)| canonical(agent, given) == name).map(|(_, v)| v)
    };
    let declared: Vec<Declared> = match &agent.task {
        Some(task) => task.inputs(),
        None => agent.inputs.iter().map(|(name, _)| Declared::undeclared(name)).collect(),
    };
    for (name, _) in &agent.inputs {
        let known = declared.iter().any(|input| input.name == canonical(agent, name));
        assert!(known, "task.json does not declare the input `{name}`");
    }
    let raw = agent.variables.is_true("DISABLE_INPUT_TRIMMING");
    let valued = declared.into_iter().map(|input| {
        let value = given(&input.name).unwrap_or(&input.default);
        let value = expanded(if raw { value } else { value.trim() });
        // Only this type is a path to the agent; an empty one becomes the checkout.
        let is_path = input.kind.eq_ignore_ascii_case("filePath");
        let value = if is_path { rooted(&agent.sources(), &value) } else { value };
        (input, value)
    });
    valued.collect()
}

fn canonical(agent: &Agent, name: &str) -> String {
    let declared = agent.task.as_ref().and_then(|task| task.canonical(name));
    declared.unwrap_or_else(|| name.to_owned())
}

fn named_endpoints(agent: &Agent, inputs: &[(Declared, String)]) -> Vec<String> {
    if agent.task.is_none() {
        return agent.endpoints.iter().map(|(id, _)| id.clone()).collect();
    }
    let services = inputs.iter().filter(|(input, _)| {
        input.kind.get(..17).is_some_and(|kind| kind.eq_ignore_ascii_case("connectedService:"))
    });
    services.flat_map(|(_, ids)| ids.split(',').map(|id| id.trim().to_lowercase())).collect()
}

fn rooted(sources: &Path, path: &str) -> String {
    let mut rooted = PathBuf::new();
    for component in sources.join(path).components() {
        match component {
            Component::ParentDir => {
                rooted.pop();
            }
            Component::CurDir => {}
            other => rooted.push(other),
        }
    }
    rooted.to_str().expect("a UTF-8 path").to_owned()
}
