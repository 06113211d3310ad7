//! The definitions of a run: installed, with their hooks, in a copy where that is needed.

use crate::definition::{self, Definition, Files};
use crate::failure::Failure;
use crate::hooks::{Hooks, Ran};
use crate::host::agent::Agent;
use crate::host::files;
use crate::host::files::bounds::Bounds;
use crate::inputs::{HookPolicy, Install, LockMode};
use crate::install::Installer;
use crate::plan::{DefinitionPlan, Ground, HookPlan, Plan};
use crate::report::Report;
use crate::run::{client, temporary};
use crate::source::{Fetched, Lock, LockError, Sources, lock_file};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The definitions of a plan, and what was fetched for them.
#[derive(Default)]
struct Loaded {
    definitions: Vec<Definition>,
    fetched: Vec<Fetched>,
}

/// Returns the definition of each environment. Where something has to be fetched or hooks have to
/// run, that is done in a copy, so that the checkout stays as it is.
pub(super) async fn load(
    plan: &Plan,
    agent: &Agent,
    (folder, report): (&Path, &mut Report),
) -> Result<Vec<Definition>, Failure> {
    report.open("Definition");
    let base = &plan.definition.folder;
    if plan.lock != LockMode::Off {
        bounds(&plan.definition).check(&lock_file(base))?;
    }
    report.line(&format!("Folder: {}", base.display()));
    let loaded = if let Some(loaded) = load_all(plan, base, agent, (folder, report)).await? {
        loaded
    } else {
        let definition = copied(&plan.definition, (folder, report))?;
        let plan = Plan { definition, ground: Ground::Free, ..plan.clone() };
        load_all(&plan, base, agent, (folder, report)).await?.unwrap_or_default()
    };
    update_lock(plan.lock, base, &loaded.fetched, report)?;
    let definitions = loaded.definitions;
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

/// Fetches what the components of a folder need into it, for an environment that no configuration
/// file knows, as Fabrikate does, and returns how many sources that were.
pub(super) async fn install(
    definition: &Path,
    lock: LockMode,
    agent: &Agent,
    (folder, report): (&Path, &mut Report),
) -> Result<usize, Failure> {
    let plan = HookPlan { policy: HookPolicy::All, environment: Vec::new() };
    let mut hooks = Hooks::new(agent, &plan, Ground::Free, folder);
    let http = client(agent)?;
    // A relative source starts at the working folder, as for Fabrikate.
    let places = (agent.working_folder(), folder);
    let sources = Sources::new(&http, agent, places, read_lock(lock, definition)?);
    let mut installer = Installer::new(sources, Install::Always);
    let mut files = Files::default();
    let ran = installer.install(definition, &[], (&mut files, &mut hooks)).await;
    tell_hooks(&mut hooks, report);
    report.hide(&installer.secrets());
    ran?;
    tell_sources(&installer, report);
    update_lock(lock, definition, &fetched_by(&installer), report)?;
    Ok(installer.fetched().len())
}

/// Installs and loads each environment's definition; nothing when that is only possible in a copy.
/// Relative sources start at `base`.
async fn load_all(
    plan: &Plan,
    base: &Path,
    agent: &Agent,
    (folder, report): (&Path, &mut Report),
) -> Result<Option<Loaded>, Failure> {
    let mut hooks = Hooks::new(agent, &plan.hooks, plan.ground, folder);
    let http = client(agent)?;
    let sources = Sources::new(&http, agent, (base, folder), read_lock(plan.lock, base)?);
    let mut installer = Installer::new(sources, plan.install);
    let mut definitions = Vec::new();
    let mut files = Files::within(bounds(&plan.definition));
    for environment in &plan.definition.environments {
        let words = environment.words();
        if plan.install != Install::Never {
            let definition = &plan.definition.folder;
            let ran = installer.install(definition, words, (&mut files, &mut hooks)).await;
            tell_hooks(&mut hooks, report);
            report.hide(&installer.secrets());
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
    Ok(Some(Loaded { definitions, fetched: fetched_by(&installer) }))
}

/// Returns what links of a definition may lead to.
fn bounds(plan: &DefinitionPlan) -> Bounds {
    Bounds::new(plan.bounds.iter().map(PathBuf::as_path))
}

fn read_lock(mode: LockMode, definition: &Path) -> Result<Option<Lock>, LockError> {
    match mode {
        LockMode::Off | LockMode::Update => Ok(None),
        LockMode::Verify => Lock::read(definition).map(Some),
    }
}

fn update_lock(
    mode: LockMode,
    definition: &Path,
    fetched: &[Fetched],
    report: &mut Report,
) -> Result<(), LockError> {
    if mode == LockMode::Update && Lock::update(definition, fetched)? {
        report.line("The file fabrikate.lock was written.");
    }
    Ok(())
}

fn tell_hooks(hooks: &mut Hooks, report: &mut Report) {
    for said in hooks.take_said() {
        report.line(&said.title);
        report.quote(&said.text);
    }
}

fn fetched_by(installer: &Installer) -> Vec<Fetched> {
    installer.fetched().iter().map(|(_, fetched)| fetched.clone()).collect()
}

fn tell_sources(installer: &Installer, report: &mut Report) {
    for (component, fetched) in installer.fetched() {
        let Fetched { address, chart, resolved, .. } = fetched;
        let chart = if chart.is_empty() { String::new() } else { format!(" {chart}") };
        report.line(&format!("Fetched {component} from {address}{chart} ({resolved})"));
    }
}

/// Copies the definition, with the repository that it is in, to where hooks may change it.
fn copied(
    plan: &DefinitionPlan,
    (folder, report): (&Path, &mut Report),
) -> Result<DefinitionPlan, Failure> {
    let copy = folder.join("definition");
    bounds(plan).check(&plan.top)?;
    let top = files::resolved(&plan.top).map_err(temporary)?;
    files::copy(&top, &copy).map_err(temporary)?;
    let copy = files::resolved(&copy).map_err(temporary)?;
    report.rename(&copy, &plan.top);
    report.line("What is fetched, and what hooks make, goes into a copy of the definition.");
    let within = plan.folder.strip_prefix(&plan.top).unwrap_or(Path::new(""));
    // A link may lead from the copy to the checkout that it was made of.
    let is_bounded = !plan.bounds.is_empty();
    let bounds = plan.bounds.iter().cloned().chain(is_bounded.then(|| copy.clone())).collect();
    Ok(DefinitionPlan { folder: copy.join(within), top: copy, bounds, ..plan.clone() })
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
