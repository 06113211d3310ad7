//! `chart template`, with Helm's arguments, and `chart verify`.

use crate::charts::Template;
use crate::cli::Request;
use crate::inputs::HelmProfile;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::path::PathBuf;

/// Returns the command `chart`.
pub(crate) fn command() -> Command {
    Command::new("chart")
        .about("Render a chart as Helm does, or compare with Helm")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(template())
        .subcommand(
            Command::new("verify")
                .about(
                    "Render every chart of a folder here and with the installed Helm, and compare",
                )
                .arg(
                    Arg::new("folder")
                        .value_name("FOLDER")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help("The folder that the charts are in"),
                )
                .arg(profile()),
        )
}

/// Returns what the command asks for.
pub(crate) fn request(matches: &ArgMatches) -> Option<Request> {
    match matches.subcommand()? {
        ("template", matches) => Some(Request::Template(Box::new(template_of(matches)))),
        ("verify", matches) => {
            let folder = matches.get_one("folder").cloned()?;
            Some(Request::Verify(folder, profile_of(matches)))
        }
        _ => None,
    }
}

fn template() -> Command {
    Command::new("template")
        .about("Print the manifests of a chart, as `helm template` does")
        .args_override_self(true)
        .allow_missing_positional(true)
        .arg(Arg::new("name").value_name("NAME").help("The release's name: release-name"))
        .arg(
            Arg::new("chart")
                .value_name("CHART")
                .required(true)
                .help("The chart's folder or archive"),
        )
        .arg(
            listed("values", "A YAML file of values, `-` for standard input; several with commas")
                .short('f'),
        )
        .arg(listed("set", "Values: a.b=1,c=true"))
        .arg(listed("set-string", "Values that are texts"))
        .arg(listed("set-json", "Values in JSON: a.b={\"c\":1}"))
        .arg(listed("set-file", "Values that are the contents of files: a.b=FILE"))
        .arg(text("kube-version").help("The version of Kubernetes"))
        .arg(
            listed("api-versions", "Versions of APIs that there are; several with commas")
                .short('a'),
        )
        .arg(text("namespace").short('n').help("The namespace: default"))
        .arg(switch("include-crds", "Print what is in crds/ too"))
        .arg(switch("skip-tests", "Leave tests out"))
        .arg(switch("is-upgrade", "Say to the templates that this is an upgrade"))
        .arg(profile())
}

fn profile() -> Arg {
    let names = HelmProfile::ALL.map(HelmProfile::name);
    text("helm-profile")
        .value_name("VERSION")
        .value_parser(PossibleValuesParser::new(names))
        .default_value(HelmProfile::default().name())
        .help("Which Helm's output is reproduced")
}

fn profile_of(matches: &ArgMatches) -> HelmProfile {
    let name = matches.get_one::<String>("helm-profile");
    name.and_then(|name| HelmProfile::of(name)).unwrap_or_default()
}

fn text(name: &'static str) -> Arg {
    Arg::new(name).long(name).value_name("TEXT").allow_hyphen_values(true)
}

fn listed(name: &'static str, help: &'static str) -> Arg {
    text(name).action(ArgAction::Append).help(help)
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("true")
        .value_name("BOOL")
        .value_parser(value_parser!(bool))
        .help(help)
}

fn template_of(matches: &ArgMatches) -> Template {
    let text = |flag| matches.get_one::<String>(flag).cloned();
    let texts =
        |flag| matches.get_many::<String>(flag).unwrap_or_default().cloned().collect::<Vec<_>>();
    let switch = |flag| matches.get_one(flag).copied().unwrap_or_default();
    let namespace = text("namespace").filter(|namespace| !namespace.is_empty());
    Template {
        name: text("name").unwrap_or_else(|| "release-name".to_owned()),
        chart: text("chart").unwrap_or_default(),
        files: parted(&texts("values")),
        json: texts("set-json"),
        typed: texts("set"),
        texts: texts("set-string"),
        from_files: texts("set-file"),
        kube_version: text("kube-version"),
        api_versions: parted(&texts("api-versions")),
        namespace: namespace.unwrap_or_else(|| "default".to_owned()),
        include_crds: switch("include-crds"),
        skip_tests: switch("skip-tests"),
        is_upgrade: switch("is-upgrade"),
        profile: profile_of(matches),
    }
}

/// Returns the items of lists that are separated by commas.
fn parted(lists: &[String]) -> Vec<String> {
    let lists = lists.iter().filter(|list| !list.is_empty());
    lists.flat_map(|list| list.split(',')).map(str::to_owned).collect()
}
