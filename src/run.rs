//! The run: every stage in its order, from inputs to the published manifests.

mod chart;
mod facts;
mod network;
mod prepare;
mod sign_in;
mod verify;

use crate::charts::{self, Engine};
use crate::edit::{self, Edit, Edited, Style};
use crate::environment::Environment;
use crate::failure::{Code, Failure, Place};
use crate::git::sign::Signer;
use crate::host::agent::Agent;
use crate::host::clock::Stopwatch;
use crate::host::files;
use crate::inputs::{self, HelmProfile, HookPolicy, InputError, Install, LockMode, Origin, Raw};
use crate::keep::Again;
use crate::outcome::Outcome;
use crate::output;
use crate::plan::{
    self, Action, ChartPlan, CommitPlan, Decision, DefinitionPlan, Destination, Documents, Ground,
    HookPlan, Output, Plan, Randomness, SetPlan,
};
use crate::publish::{self, BranchReport, Entrance, EnvironmentReport, Keeper, Means};
use crate::render::{self, Rendered};
use crate::report::Report;
use crate::secret::Credential;
use crate::write_back::{self, Change};
use network::client;
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

/// Does what the inputs ask for, and returns what became of it.
pub async fn run(raw: &Raw, agent: &Agent, report: &mut Report) -> Result<Outcome, Failure> {
    let inputs = inputs::parse(raw)?;
    match plan::resolve(&inputs, &facts::gather(raw, agent))? {
        Decision::Manifests(mut plan) => {
            if let Some(credential) = credential(&mut plan) {
                sign_in::sign_in(credential, agent, report).await?;
            }
            carry_out(&plan, agent, report).await
        }
        Decision::Set(mut plan) => {
            if let Some(repository) = &mut plan.repository {
                sign_in::sign_in(&mut repository.credential, agent, report).await?;
            }
            set(&plan, agent, report).await
        }
    }
}

/// Renders one environment, of which `fab generate` gets the words, below the working folder.
pub async fn generate(
    words: Vec<String>,
    agent: &Agent,
    report: &mut Report,
) -> Result<Outcome, Failure> {
    let environment = Environment::of(words).map_err(|source| InputError::Environment {
        origin: Origin::Flag("environment".to_owned()),
        source,
    })?;
    let folder = agent.working_folder().to_owned();
    let plan = Plan {
        action: Action::Render { output: Output::Generated(folder.join("generated")) },
        definition: DefinitionPlan {
            top: folder.clone(),
            folder,
            environments: vec![environment],
            // Fabrikate renders the common layer for an environment that nothing knows.
            allow_missing_environment: true,
            // In place, as Fabrikate: links lead where they do.
            bounds: Vec::new(),
        },
        charts: ChartPlan::default(),
        // What `fab generate` does not find it does not fetch.
        install: Install::Never,
        lock: LockMode::Off,
        hooks: HookPlan { policy: HookPolicy::All, environment: Vec::new() },
        ground: Ground::Free,
        documents: Documents::AsFabrikate,
        warnings: Vec::new(),
    };
    carry_out(&plan, agent, report).await
}

/// Fetches what the components below a folder need, all of it afresh and into their folders, and returns how
/// many sources that were.
pub async fn install(
    path: &Path,
    lock: LockMode,
    agent: &Agent,
    report: &mut Report,
) -> Result<usize, Failure> {
    let folder = files::temporary_folder(&agent.temporary_folder()).map_err(temporary)?;
    let definition = agent.working_folder().join(path);
    prepare::install(&definition, lock, agent, (folder.path(), report)).await
}

/// Compares both chart engines on every chart below a folder, and returns what came of it.
pub async fn verify(
    folder: &Path,
    profile: HelmProfile,
    agent: &Agent,
    report: &mut Report,
) -> Result<String, Failure> {
    verify::run(folder, profile, agent, report).await
}

/// Makes an edit in the working folder.
pub fn edit(
    edit: &Edit,
    style: Style,
    agent: &Agent,
    report: &mut Report,
) -> Result<Edited, Failure> {
    let edited = edit::apply(edit, style, agent.working_folder())?;
    edited.notices.iter().for_each(|notice| report.line(notice));
    Ok(edited)
}

/// Sets values in the definition's repository, or shows what that would change.
async fn set(plan: &SetPlan, agent: &Agent, report: &mut Report) -> Result<Outcome, Failure> {
    plan.warnings.iter().for_each(|warning| report.warn(warning.clone()));
    let change = Change::of(plan)?;
    let Some(repository) = &plan.repository else {
        let changes = change.in_checkout(&plan.folder)?;
        let outcome = Outcome::compared_set(changes);
        outcome.changes().iter().for_each(|line| report.answer(line));
        return Ok(outcome);
    };
    let signer = signer(&repository.commit)?;
    report.open("Definition");
    report.line(&format!("Repository: {}", repository.address));
    let folder = files::temporary_folder(&agent.temporary_folder()).map_err(temporary)?;
    let http = client(agent)?;
    let entrance = RefCell::default();
    let means = Means { http: &http, folder: folder.path(), entrance, keeper: None, signer };
    let committed = write_back::commit(&change, repository, &means, report).await?;
    report.close();
    Ok(Outcome::set(repository.address.clone(), committed))
}

async fn carry_out(plan: &Plan, agent: &Agent, report: &mut Report) -> Result<Outcome, Failure> {
    plan.warnings.iter().for_each(|warning| report.warn(warning.clone()));
    let folder = files::temporary_folder(&agent.temporary_folder()).map_err(temporary)?;
    if let Action::Publish { destination } = &plan.action {
        signer(&destination.commit)?;
    }
    let entrance = enter(plan, agent, report).await?;
    let (rendered, again) = render(plan, agent, (folder.path(), report)).await?;
    refuse_secrets(&rendered, report)?;
    if let Action::Publish { destination } | Action::Preview { destination: Some(destination) } =
        &plan.action
    {
        refuse_secrets_beside(&rendered, destination, report)?;
    }
    let keeper = again.as_ref().map(|again| -> &dyn Keeper { again });
    let outcome = act(plan, &rendered, (agent, folder.path(), entrance, keeper), report).await?;
    let said = again.map(|again| again.take_said()).unwrap_or_default();
    for said in said {
        report.line(&said);
    }
    Ok(outcome)
}

/// Returns what commits are signed with.
fn signer(plan: &CommitPlan) -> Result<Option<Arc<Signer>>, Failure> {
    let Some(signing) = &plan.signing else {
        return Ok(None);
    };
    let signer = Signer::read(&signing.key, signing.passphrase.as_ref())?;
    Ok(Some(Arc::new(signer)))
}

/// Knocks at the destination: whoever may not come in learns that before any work.
async fn enter(
    plan: &Plan,
    agent: &Agent,
    report: &mut Report,
) -> Result<Option<Entrance>, Failure> {
    match &plan.action {
        Action::Publish { destination } | Action::Preview { destination: Some(destination) } => {
            report.line(&format!("Repository: {}", destination.address));
            Ok(Some(Entrance::open(destination, &client(agent)?).await?))
        }
        Action::Render { .. } | Action::Preview { destination: None } => Ok(None),
    }
}

/// Returns the manifests of every environment of a plan, and what renders them again where random
/// values are kept.
async fn render(
    plan: &Plan,
    agent: &Agent,
    (folder, report): (&Path, &mut Report),
) -> Result<(Rendered, Option<Again>), Failure> {
    let time = Stopwatch::start();
    report.progress(5, "Reading the definition");
    let definitions = prepare::load(plan, agent, (folder, &mut *report)).await?;
    let (mut templated, mut kept_engine) = (charts::Templated::new(), None);
    if charts::are_needed(&definitions) {
        report.open("Charts");
        let engine = Engine::new(plan.charts.clone(), agent.clone(), folder.to_owned());
        let engine = Arc::new(engine);
        let keeps = plan.charts.randomness == Randomness::Keep;
        kept_engine = keeps.then(|| Arc::clone(&engine));
        templated = charts::template(&definitions, &engine, |component, done, all| {
            let percent = 10 + 50 * done / all.max(1);
            report.progress(u32::try_from(percent).unwrap_or(60), component);
        })
        .await?;
        chart::tell(&definitions, (&templated, &engine), report);
        report.close();
        chart::lock(plan, &templated, report)?;
    }
    let rendered = render::render(&definitions, &templated, plan.documents)?;
    rendered.warnings.iter().for_each(|warning| report.warn(warning.clone()));
    report.open("Manifests");
    for manifests in &rendered.environments {
        let (environment, files) = (&manifests.environment, manifests.files.len());
        report.line(&format!("{environment}: {} objects in {files} files", manifests.objects()));
    }
    chart::tell_unstable(&rendered, &plan.charts.randomness, report);
    report.line(&format!("Rendered in {:.1} s.", time.elapsed().as_secs_f64()));
    report.close();
    let again = |engine| Again::new(engine, (definitions, templated), plan.documents);
    Ok((rendered, kept_engine.map(again)))
}

/// Does with the manifests what the plan says.
async fn act(
    plan: &Plan,
    rendered: &Rendered,
    (agent, folder, entrance, keeper): (&Agent, &Path, Option<Entrance>, Option<&dyn Keeper>),
    report: &mut Report,
) -> Result<Outcome, Failure> {
    let entrance = RefCell::new(entrance);
    match &plan.action {
        Action::Render { output } => {
            report.progress(90, "Writing the manifests");
            output::write(rendered, output, &plan.definition.folder)?;
            Ok(Outcome::rendered(rendered, output.folder()))
        }
        Action::Preview { destination: None } => Ok(Outcome::previewed(rendered, None, Vec::new())),
        Action::Preview { destination: Some(destination) } => {
            report.progress(65, "Comparing with the destination");
            let http = client(agent)?;
            let means = Means { http: &http, folder, entrance, keeper, signer: None };
            let branches = publish::preview(rendered, destination, &means).await?;
            warn(&branches, report);
            let outcome = Outcome::previewed(rendered, Some(destination), branches);
            outcome.changes().iter().for_each(|line| report.answer(line));
            Ok(outcome)
        }
        Action::Publish { destination } => {
            report.progress(65, "Publishing");
            let http = client(agent)?;
            let signer = signer(&destination.commit)?;
            let means = Means { http: &http, folder, entrance, keeper, signer };
            let branches = push(rendered, destination, &means, report).await?;
            Ok(Outcome::published(rendered, destination, branches))
        }
    }
}

async fn push(
    rendered: &Rendered,
    destination: &Destination,
    means: &Means<'_>,
    report: &mut Report,
) -> Result<Vec<BranchReport>, Failure> {
    report.open("Destination");
    let tell = |text: &str| report.line(text);
    let branches = publish::publish(rendered, destination, means, tell).await?;
    warn(&branches, report);
    Ok(branches)
}

fn warn(branches: &[BranchReport], report: &mut Report) {
    for warning in branches.iter().flat_map(|branch| &branch.warnings) {
        report.warn(warning.clone());
    }
    let environments = branches.iter().flat_map(|branch| &branch.environments);
    environments.filter_map(EnvironmentReport::kept).for_each(|line| report.line(&line));
}

/// Refuses manifests that hold a secret of this job: they would be in git for ever.
fn refuse_secrets(rendered: &Rendered, report: &Report) -> Result<(), Failure> {
    for manifests in &rendered.environments {
        for (path, manifest) in &manifests.files {
            if report.knows_secret_in(&String::from_utf8_lossy(&manifest.content)) {
                let (environment, component) = (&manifests.environment, &manifest.component);
                return Err(Failure {
                    code: Code::SecretInManifest,
                    message: format!(
                        "the manifest {environment}/{path} of component `{component}` holds a \
                         secret of this job"
                    ),
                    hint: Some("take it out of the configuration and of the chart".to_owned()),
                    place: None,
                    causes: Vec::new(),
                });
            }
        }
    }
    Ok(())
}

/// Refuses a secret of this job in what stands in git beside the manifests.
fn refuse_secrets_beside(
    rendered: &Rendered,
    destination: &Destination,
    report: &Report,
) -> Result<(), Failure> {
    let texts = publish::particulars(rendered, destination);
    match texts.into_iter().find(|(_, text)| report.knows_secret_in(text)) {
        None => Ok(()),
        Some((place, _)) => Err(Failure {
            code: Code::SecretInManifest,
            message: format!("a secret of this job would be in {place}"),
            hint: Some(
                "take it out of the inputs, of the names in the definition, or of the message of \
                 the definition's commit"
                    .to_owned(),
            ),
            place: None,
            causes: Vec::new(),
        }),
    }
}

fn credential(plan: &mut Plan) -> Option<&mut Credential> {
    match &mut plan.action {
        Action::Publish { destination } | Action::Preview { destination: Some(destination) } => {
            Some(&mut destination.credential)
        }
        Action::Render { .. } | Action::Preview { destination: None } => None,
    }
}

fn temporary(error: files::FileError) -> Failure {
    Failure {
        code: Code::TemporaryFiles,
        message: error.to_string(),
        hint: Some("check the agent's temporary folder and its free space".to_owned()),
        place: Some(Place::file(error.path)),
        causes: Vec::new(),
    }
}
