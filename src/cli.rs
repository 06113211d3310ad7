//! The command line: flags made from the table of inputs.

mod charts;
mod edits;

use crate::charts::Template;
use crate::edit::{Edit, Style};
use crate::inputs::raw::kebab_case;
use crate::inputs::table::{Specification, specification};
use crate::inputs::{HelmProfile, INPUTS, Kind, LockMode, Raw};
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::path::PathBuf;

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// What the task's launcher asks for: inputs come from the agent's environment.
    Task,
    /// What a person asks for: inputs come from flags.
    Person(Raw),
    /// `generate` with Fabrikate's arguments, the environment's words, in the working folder.
    Generate(Vec<String>),
    /// `install` with Fabrikate's argument, a folder, and what to do with the lock file.
    Install(PathBuf, LockMode),
    /// `set`, `add` or `remove` with Fabrikate's arguments, in the working folder.
    Edit {
        /// What is changed.
        edit: Edit,
        /// What becomes of the text of the file.
        style: Style,
        /// What of the arguments has no meaning.
        notices: Vec<String>,
    },
    /// `chart template` with Helm's arguments.
    Template(Box<Template>),
    /// `chart verify` of a folder, as a Helm renders.
    Verify(PathBuf, HelmProfile),
}

/// Returns what arguments, the program's name first, ask for.
pub fn parse<I, T>(arguments: I) -> Result<Request, clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<std::ffi::OsString> + Clone,
{
    let matches = command().try_get_matches_from(arguments)?;
    Ok(match matches.subcommand() {
        Some((name @ ("render" | "preview" | "publish"), matches)) => {
            let mut raw = Raw::of_flags(|flag| flag_value(matches, flag));
            raw.imply("command", name);
            Request::Person(raw)
        }
        Some(("generate", matches)) => {
            let words = matches.get_many::<String>("environment").unwrap_or_default();
            Request::Generate(words.cloned().collect())
        }
        Some(("install", matches)) => {
            let path = matches.get_one::<PathBuf>("path").cloned();
            let lock = matches.get_one::<String>("lock").and_then(|word| LockMode::of(word));
            Request::Install(path.unwrap_or_default(), lock.unwrap_or(LockMode::Off))
        }
        Some(("chart", matches)) => charts::request(matches).unwrap_or(Request::Task),
        Some((name, matches)) => edits::request(name, matches).unwrap_or(Request::Task),
        None => Request::Task,
    })
}

/// Returns the command line's definition.
pub fn command() -> Command {
    Command::new("fabrikate-gitops")
        .bin_name("fabrikate-gitops")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Renders Fabrikate definitions and publishes the manifests for Flux")
        .after_help("The access token comes from the variable ACCESS_TOKEN, never from a flag.")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(with_flags(
            Command::new("render").about("Render the manifests into a folder"),
            &|name| !is_of_destination(name),
        ))
        .subcommand(with_flags(
            Command::new("preview").about("Compare the manifests with what is published"),
            &|name| name != "outputDirectory",
        ))
        .subcommand(with_flags(Command::new("publish").about("Publish the manifests"), &|name| {
            name != "outputDirectory"
        }))
        .subcommand(
            Command::new("generate")
                .about("Render one environment into ./generated, as `fab generate` does")
                .arg(
                    Arg::new("environment")
                        .action(ArgAction::Append)
                        .num_args(0..)
                        .help("The words of the environment, strongest first"),
                ),
        )
        .subcommands(edits::commands())
        .subcommand(charts::command())
        .subcommand(
            Command::new("install")
                .about("Fetch what the components need, as `fab install` does")
                .arg(
                    Arg::new("path")
                        .value_parser(clap::value_parser!(PathBuf))
                        .help("The folder of the root component; empty: the working folder"),
                )
                .args(specification("lock").map(flag_of)),
        )
        .subcommand(
            Command::new("task").about("What the task's launcher runs: inputs come from the agent"),
        )
}

fn with_flags(command: Command, is_wanted: &dyn Fn(&str) -> bool) -> Command {
    let is_flag = |input: &&Specification| input.name != "command" && !is_of_set(input.name);
    let wanted = INPUTS.iter().filter(is_flag).filter(|input| is_wanted(input.name));
    wanted
        .filter(|input| !matches!(input.kind, Kind::Secret | Kind::Connection(_)))
        .fold(command, |command, input| command.arg(flag_of(input)))
}

/// Returns the flag of an input.
fn flag_of(input: &Specification) -> Arg {
    let name = kebab_case(input.name);
    let flag = Arg::new(name.clone()).long(name).help(input.help);
    match input.kind {
        // `--include-crds` alone means true.
        Kind::Boolean => flag.num_args(0..=1).default_missing_value("true").value_name("BOOL"),
        Kind::Lines => flag.action(ArgAction::Append).value_name("TEXT"),
        Kind::Pick(values) => flag.value_parser(values.to_vec()).value_name("WORD"),
        Kind::Text | Kind::Secret | Kind::Connection(_) => flag.value_name("TEXT"),
    }
}

fn is_of_destination(name: &str) -> bool {
    name.starts_with("destination")
        || name.starts_with("author")
        || ["allowOlder", "authentication", "commitMessage", "signingKey"].contains(&name)
}

/// Tells whether an input is for the task's command `set`: here it is Fabrikate's arguments.
fn is_of_set(name: &str) -> bool {
    ["subcomponent", "values", "valuesFile", "environment"].contains(&name)
}

/// Returns a flag's value; one that is given several times is so many lines.
fn flag_value(matches: &ArgMatches, flag: &str) -> Option<String> {
    let values = matches.try_get_many::<String>(flag).ok()??;
    Some(values.cloned().collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn flags_are_the_inputs_in_kebab_case() {
        let arguments = ["x", "publish", "--environments", "prod east", "--environments", "test"];
        let more = ["--destination-repository", "../d.git", "--allow-missing-environment"];
        let Ok(Request::Person(raw)) = parse(arguments.into_iter().chain(more)) else {
            panic!("not understood");
        };
        assert_eq!(raw.list("environments"), ["prod east", "test"]);
        assert_eq!(raw.text("destinationRepository").as_deref(), Some("../d.git"));
        assert_eq!(raw.text("command").as_deref(), Some("publish"));
        assert_eq!(raw.boolean("allowMissingEnvironment"), Ok(true));
    }

    #[test]
    fn the_token_is_never_a_flag() {
        assert!(parse(["x", "publish", "--access-token", "pat"]).is_err());
    }

    #[test]
    fn arguments_of_fab_are_taken_as_they_are() {
        let Ok(Request::Generate(words)) = parse(["x", "generate", "", "prod east"]) else {
            panic!("not understood");
        };
        assert_eq!(words, ["", "prod east"]);
        let arguments =
            ["x", "set", "-f", "a.yaml", "--environment=a", "--environment", "b", "k=-v"];
        let Ok(Request::Edit { edit: Edit::Set(set), style: Style::Fabrikate, .. }) =
            parse(arguments)
        else {
            panic!("not understood");
        };
        assert_eq!((set.environment.as_str(), set.assignments), ("b", vec!["k=-v".to_owned()]));
        assert_eq!(set.file, Some("a.yaml".into()));
        assert!(!set.no_new_keys);
    }

    #[test]
    fn arguments_of_helm_are_taken_as_they_are() {
        let arguments = ["x", "chart", "template", "name", "a/chart", "-f", "a,b", "--values=c"];
        let more = ["--set", "-a=1,b=2", "-a", "x/v1,y/v1", "--include-crds", "--skip-tests=false"];
        let Ok(Request::Template(template)) = parse(arguments.into_iter().chain(more)) else {
            panic!("not understood");
        };
        assert_eq!((template.name.as_str(), template.chart.as_str()), ("name", "a/chart"));
        assert_eq!((template.files, template.typed), (lines("a b c"), lines("-a=1,b=2")));
        assert_eq!(template.api_versions, lines("x/v1 y/v1"));
        assert_eq!((template.include_crds, template.skip_tests), (true, false));
        let Ok(Request::Template(template)) = parse(["x", "chart", "template", "a", "-n", "b"])
        else {
            panic!("not understood");
        };
        assert_eq!((template.name.as_str(), template.chart.as_str()), ("release-name", "a"));
        assert_eq!(template.namespace, "b");
        assert!(parse(["x", "chart", "template", "a", "b", "c"]).is_err());
    }

    fn lines(words: &str) -> Vec<String> {
        words.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_branch_is_git_s() {
        let added = |more: &[&str]| {
            let arguments = ["x", "add", "a"].into_iter().chain(more.iter().copied());
            let Ok(Request::Edit { edit: Edit::Add(component), notices, .. }) = parse(arguments)
            else {
                panic!("not understood");
            };
            (component.method, component.branch, notices.len())
        };
        let text = str::to_owned;
        assert_eq!(added(&[]), (text("git"), text("master"), 0));
        assert_eq!(added(&["--method", "helm"]), (text("helm"), text(""), 0));
        assert_eq!(added(&["--method", "helm", "--branch", "b"]), (text("helm"), text(""), 1));
        assert_eq!(added(&["--branch", "b", "more"]), (text("git"), text("b"), 1));
        assert!(parse(["x", "add"]).is_err());
        assert!(parse(["x", "remove"]).is_err());
    }
}
