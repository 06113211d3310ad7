//! `set`, `add` and `remove`, with Fabrikate's arguments.

use crate::cli::Request;
use crate::edit::{Component, Edit, Remove, Set, Style};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;

/// Returns the commands.
pub(crate) fn commands() -> [Command; 3] {
    [set(), add(), remove()]
}

/// Returns what a command asks for; nothing where it is none of these.
pub(crate) fn request(name: &str, matches: &ArgMatches) -> Option<Request> {
    let (edit, notices) = match name {
        "set" => (set_of(matches), Vec::new()),
        "add" => add_of(matches),
        "remove" => (Edit::Remove(Remove { names: texts(matches, "name") }), Vec::new()),
        _ => return None,
    };
    let style = if matches.get_flag("preserve") { Style::Preserving } else { Style::Fabrikate };
    Some(Request::Edit { edit, style, notices })
}

fn set() -> Command {
    edit("set", "Set values in a configuration file, as `fab set` does")
        .arg(text_flag("environment", "common", "The environment whose file is changed"))
        .arg(text_flag("subcomponent", "", "The subcomponent, as in `a.b`"))
        .arg(
            Arg::new("file")
                .long("file")
                .short('f')
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help("A YAML file whose values are set"),
        )
        .arg(
            Arg::new("no-new-config-keys")
                .long("no-new-config-keys")
                .num_args(0..=1)
                .require_equals(true)
                .default_missing_value("true")
                .default_value("false")
                .hide_default_value(true)
                .value_parser(value_parser!(bool))
                .help("Set nothing unless all keys are there"),
        )
        .arg(
            Arg::new("assignment")
                .value_name("KEY=VALUE")
                .action(ArgAction::Append)
                .num_args(0..)
                .help("What is set, as in `a.\"b.c\"=text`"),
        )
}

fn add() -> Command {
    edit("add", "Add a subcomponent to the component, as `fab add` does")
        .arg(name())
        .arg(text_flag("source", "", "Where it comes from"))
        .arg(text_flag("method", "git", "How it is fetched: git, helm, http or local"))
        .arg(text_flag("branch", "master", "The branch, where the method is git"))
        .arg(text_flag("path", "", "Its path in the source, or the chart's name"))
        .arg(text_flag("type", "component", "component, helm or static"))
        .arg(text_flag("version", "", "The commit or tag, or the chart's version"))
}

fn remove() -> Command {
    edit("remove", "Remove subcomponents from the component, as `fab remove` does").arg(name())
}

fn edit(name: &'static str, about: &'static str) -> Command {
    let flag = |name| Arg::new(name).long(name).action(ArgAction::SetTrue);
    Command::new(name)
        .about(about)
        .args_override_self(true)
        .arg(flag("preserve").help("Keep comments and layout instead of writing the file anew"))
        .arg(flag("verbose").short('v').hide(true))
}

fn name() -> Arg {
    Arg::new("name").action(ArgAction::Append).num_args(1..).required(true).help("Its name")
}

fn text_flag(name: &'static str, default: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("TEXT")
        .default_value(default)
        .hide_default_value(default.is_empty())
        .allow_hyphen_values(true)
        .help(help)
}

fn set_of(matches: &ArgMatches) -> Edit {
    let file = matches.get_one::<PathBuf>("file").filter(|file| !file.as_os_str().is_empty());
    Edit::Set(Set {
        environment: text(matches, "environment"),
        subcomponent: text(matches, "subcomponent"),
        file: file.cloned(),
        assignments: texts(matches, "assignment"),
        no_new_keys: matches.get_one("no-new-config-keys").copied().unwrap_or_default(),
    })
}

/// Returns the subcomponent to add, and what of the arguments has no meaning.
fn add_of(matches: &ArgMatches) -> (Edit, Vec<String>) {
    let is_given = |flag| matches.value_source(flag) == Some(ValueSource::CommandLine);
    let mut notices = Vec::new();
    let (method, mut branch) = (text(matches, "method"), text(matches, "branch"));
    if is_given("method") && method != "git" {
        if is_given("branch") {
            notices.push(format!("The branch `{branch}` is left out: the method is not git."));
        }
        branch.clear();
    }
    let mut names = texts(matches, "name").into_iter();
    let name = names.next().unwrap_or_default();
    // Fabrikate says nothing.
    notices.extend(names.map(|name| format!("`{name}` is left out: one component is added.")));
    let component = Component {
        name,
        kind: text(matches, "type"),
        source: text(matches, "source"),
        method,
        path: text(matches, "path"),
        version: text(matches, "version"),
        branch,
        ..Component::default()
    };
    (Edit::Add(Box::new(component)), notices)
}

fn text(matches: &ArgMatches, flag: &str) -> String {
    matches.get_one::<String>(flag).cloned().unwrap_or_default()
}

fn texts(matches: &ArgMatches, flag: &str) -> Vec<String> {
    matches.get_many::<String>(flag).unwrap_or_default().cloned().collect()
}
