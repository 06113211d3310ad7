//! The definitions of a run: installed, with their hooks, in a copy where that is needed.

use crate::definition::{self, Definition, Files};
use crate::failure::Failure;
use crate::hooks::{Hooks, Ran};
use crate::host::agent::Agent;
use crate::host::files;
use crate::inputs::Install;
use crate::install::Installer;
use crate::plan::{DefinitionPlan, Ground, Plan};
use crate::report::Report;
use crate::run::{client, temporary};
use crate::source::Sources;
use std::collections::BTreeSet;
use std::path::Path;

/// Returns the definition of each environment. Where hooks have to run, that is done in a copy, so
/// that the checkout stays as it is.
pub(super) async fn load(
    plan: &Plan,
    agent: &Agent,
    (folder, report): (&Path, &mut Report),
) -> Result<Vec<Definition>, Failure> {
    report.open("Definition");
    report.line(&format!("Folder: {}", plan.definition.folder.display()));
    let definitions = load_all(plan, agent, (folder, report)).await?;
    let definitions = if let Some(definitions) = definitions {
        definitions
    } else {
        let definition = copied(&plan.definition, (folder, report))?;
        let plan = Plan { definition, ground: Ground::Free, ..plan.clone() };
        load_all(&plan, agent, (folder, report)).await?.unwrap_or_default()
    };
    for definition in &definitions {
        let (environment, components) = (&definition.environment, definition.components.len());
        report.line(&format!("{environment}: {components} components"));
    }
    tell_deprecated(&definitions, report);
    report.close();
    let mut warnings = Vec::new();
    for warning in definitions.iter().flat_map(|definition| &definition.warnings) {
        // Environments share most of their files.
        if !warnings.contains(&warning) {
            report.warn(warning.clone());
            warnings.push(warning);
        }
    }
    Ok(definitions)
}

/// Installs and loads each environment's definition; nothing when that is only possible in a copy.
async fn load_all(
    plan: &Plan,
    agent: &Agent,
    (folder, report): (&Path, &mut Report),
) -> Result<Option<Vec<Definition>>, Failure> {
    let mut hooks = Hooks::new(agent, &plan.hooks, plan.ground, folder);
    let http = client(agent)?;
    let sources = Sources::new(&http, agent, &plan.definition.folder, folder);
    let mut installer = Installer::new(sources, plan.install);
    let (mut definitions, mut files) = (Vec::new(), Files::default());
    for environment in &plan.definition.environments {
        let words = environment.words();
        if plan.install != Install::Never {
            let ran = installer.install(&plan.definition.folder, words, &mut hooks).await;
            tell_hooks(&mut hooks, report);
            if ran? == Ran::OnlyInACopy {
                return Ok(None);
            }
        }
        let loaded = definition::load(&plan.definition, environment, &mut files, &mut hooks).await;
        tell_hooks(&mut hooks, report);
        match loaded? {
            Some(definition) => definitions.push(definition),
            None => return Ok(None),
        }
    }
    tell_sources(&installer, report);
    Ok(Some(definitions))
}

pub(super) fn tell_hooks(hooks: &mut Hooks, report: &mut Report) {
    for said in hooks.take_said() {
        report.line(&said.title);
        report.quote(&said.text);
    }
}

pub(super) fn tell_sources(installer: &Installer, report: &mut Report) {
    for (need, fetched) in installer.fetched() {
        let facts: Vec<_> =
            fetched.resolved.iter().map(|(name, value)| format!("{name} {value}")).collect();
        let (component, address) = (&need.component, &fetched.address);
        report.line(&format!("Fetched {component} from {address} ({})", facts.join(", ")));
    }
}

/// Copies the definition, with the repository that it is in, to where hooks may change it.
fn copied(
    plan: &DefinitionPlan,
    (folder, report): (&Path, &mut Report),
) -> Result<DefinitionPlan, Failure> {
    let copy = folder.join("definition");
    files::copy(&plan.top, &copy).map_err(temporary)?;
    let copy = files::resolved(&copy).map_err(temporary)?;
    report.rename(&copy, &plan.top);
    report.line("What is fetched, and what hooks make, goes into a copy of the definition.");
    let within = plan.folder.strip_prefix(&plan.top).unwrap_or(Path::new(""));
    Ok(DefinitionPlan { folder: copy.join(within), top: copy, ..plan.clone() })
}

/// Tells of deprecated fields. They work for ever here: no reason to warn at every run.
fn tell_deprecated(definitions: &[Definition], report: &mut Report) {
    let uses: BTreeSet<_> = definitions.iter().flat_map(|d| &d.deprecated).collect();
    for (field, advice) in
        [("generator", "`type` is its new name"), ("repositories", "nothing reads it")]
    {
        let files = uses.iter().filter(|(_, used)| *used == field).count();
        if files > 0 {
            report.line(&format!(
                "The field `{field}` of {files} component files is deprecated: {advice}."
            ));
        }
    }
}
