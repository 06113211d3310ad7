//! The unpacked task as the agent sees it: what task.json declares, and where it is installed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

/// The execution keys that start Node, best first.
const NODE_HANDLERS: &[&str] = &["Node24", "Node20_1", "Node16", "Node10", "Node"];

/// A task by its task.json.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    folder: PathBuf,
    definition: Value,
}

/// An input that task.json declares.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// The canonical name.
    pub(crate) name: String,
    /// The type, such as `string` or `connectedService:AzureRM`.
    pub(crate) kind: String,
    /// The value when the pipeline gives none.
    pub(crate) default: String,
    aliases: Vec<String>,
}

impl Task {
    /// Reads the task.json in `folder`.
    pub(crate) fn read(folder: &Path) -> Self {
        let path = folder.join("task.json");
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{} cannot be read: {error}", path.display()));
        let definition = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .unwrap_or_else(|error| panic!("{} is not JSON: {error}", path.display()));
        Self { folder: folder.to_owned(), definition }
    }

    /// Returns the declared inputs.
    pub(crate) fn inputs(&self) -> Vec<Declared> {
        let inputs = self.definition.get("inputs").and_then(Value::as_array);
        inputs.into_iter().flatten().map(declared).collect()
    }

    /// Returns the canonical name of an input, which may be given by an alias and in any case.
    pub(crate) fn canonical(&self, name: &str) -> Option<String> {
        let inputs = self.inputs();
        let named = inputs.iter().find(|input| input.name.eq_ignore_ascii_case(name));
        let by_alias = || inputs.iter().find(|input| input.has_alias(name));
        named.or_else(by_alias).map(|input| input.name.clone())
    }

    /// Returns the names in `outputVariables`.
    pub(crate) fn output_variables(&self) -> Vec<String> {
        let outputs = self.definition.get("outputVariables").and_then(Value::as_array);
        outputs.into_iter().flatten().map(|output| text(output, "name")).collect()
    }

    /// Returns whether `restrictions` forbids all but the harmless commands.
    pub(crate) fn restricted(&self) -> bool {
        let mode = self.definition.pointer("/restrictions/commands/mode").and_then(Value::as_str);
        mode.is_some_and(|mode| mode.eq_ignore_ascii_case("restricted"))
    }

    /// Returns whether `restrictions` lets the task set a variable.
    pub(crate) fn may_set(&self, variable: &str) -> bool {
        let allowed = self.definition.pointer("/restrictions/settableVariables/allowed");
        let Some(patterns) = allowed.and_then(Value::as_array) else { return true };
        patterns.iter().filter_map(Value::as_str).any(|pattern| {
            let pattern = regex::escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]");
            Regex::new(&format!("(?i)^{pattern}$")).expect("a valid pattern").is_match(variable)
        })
    }

    /// Returns the script that the agent starts, relative to the task, and its working folder.
    pub(crate) fn handler(&self) -> (String, Option<String>) {
        let execution = self.definition.get("execution").expect("task.json has no execution");
        let handler = NODE_HANDLERS.iter().find_map(|key| execution.get(*key));
        let handler = handler.expect("task.json has no handler for Node");
        let folder = handler.get("workingDirectory").and_then(Value::as_str).unwrap_or_default();
        (text(handler, "target"), (!folder.is_empty()).then(|| folder.to_owned()))
    }

    /// Copies the task below `tasks` as the agent unpacks it, without execute permission, once.
    pub(crate) fn unpack(&self, tasks: &Path) -> PathBuf {
        let part = |name| self.definition.pointer(&format!("/version/{name}")).map(plain);
        let version = ["Major", "Minor", "Patch"].map(|name| part(name).unwrap_or_default());
        let name = format!("{}_{}", text(&self.definition, "name"), text(&self.definition, "id"));
        let version = version.join(".");
        let folder = tasks.join(&name).join(&version);
        if !folder.is_dir() {
            copy(&self.folder, &folder);
            let marker = tasks.join(&name).join(format!("{version}.completed"));
            fs::write(marker, "").expect("marker");
        }
        folder
    }

    /// Returns whether a file of the unpacked task is still what was unpacked.
    pub(crate) fn is_untouched(&self, unpacked: &Path, file: &Path) -> bool {
        let Ok(inside) = file.strip_prefix(unpacked) else { return false };
        let facts = |path: &Path| {
            let facts = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
            Some((facts.len(), facts.modified().ok()?))
        };
        facts(&self.folder.join(inside)).is_some_and(|original| facts(file) == Some(original))
    }
}

impl Declared {
    /// Returns an input of which nothing but the name is known.
    pub(crate) fn undeclared(name: &str) -> Self {
        let name = name.to_owned();
        Self { name, kind: "string".to_owned(), default: String::new(), aliases: Vec::new() }
    }

    fn has_alias(&self, name: &str) -> bool {
        self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
}

fn declared(input: &Value) -> Declared {
    let aliases = input.get("aliases").and_then(Value::as_array);
    Declared {
        name: text(input, "name").trim().to_owned(),
        kind: text(input, "type"),
        default: text(input, "defaultValue"),
        aliases: aliases.into_iter().flatten().map(plain).collect(),
    }
}

fn text(object: &Value, key: &str) -> String {
    object.get(key).map(plain).unwrap_or_default()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("task folder");
    for entry in fs::read_dir(from).expect("task folder") {
        let entry = entry.expect("task file");
        let target = to.join(entry.file_name());
        // Links are followed: a package holds files.
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
            continue;
        }
        fs::copy(entry.path(), &target).expect("task file");
        fs::set_permissions(&target, fs::Permissions::from_mode(0o644)).expect("permissions");
        let time = entry.metadata().and_then(|facts| facts.modified()).expect("time");
        let file = fs::File::options().append(true).open(&target).expect("task file");
        file.set_modified(time).expect("time");
    }
}
