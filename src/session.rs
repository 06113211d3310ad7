//! A session: one run from the first word to the last, whatever happens in between.

use crate::charts::Template;
use crate::edit::{Edit, Style};
use crate::failure::{Code, Failure};
use crate::host::agent::Agent;
use crate::host::files;
use crate::inputs::{HelmProfile, LockMode, Raw};
use crate::outcome::Outcome;
use crate::report::command::Percents;
use crate::report::{Ending, Report};
use crate::run;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use tokio::runtime::{Builder, Runtime};

/// Runs as the task: inputs come from the agent, and the result goes to it. The exit status is 0
/// once the result is reported, as the agent wants it.
pub fn task(agent: &Agent) -> ExitCode {
    let mut report = Report::to_agent(percents(agent));
    report.hide(&agent.secrets());
    report.line(&title());
    let mut raw = Raw::of_task(|name| agent.input(name).map(str::to_owned));
    adopt(&mut raw, agent, &mut report);
    let work = async |report: &mut Report| run::run(&raw, agent, report).await;
    let _reported = guarded(report, work, |outcome, report| tell(outcome, agent, report));
    ExitCode::SUCCESS
}

/// Runs for a person: inputs come from flags. The exit status is 1 after a failure.
pub fn person(mut raw: Raw, agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    adopt(&mut raw, agent, &mut report);
    let work = async |report: &mut Report| run::run(&raw, agent, report).await;
    guarded(report, work, |outcome, report| tell(outcome, agent, report))
}

/// Renders one environment into `generated` of the working folder, as `fab generate` does.
pub fn generate(words: Vec<String>, agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    let work = async |report: &mut Report| run::generate(words, agent, report).await;
    guarded(report, work, |outcome, report| tell(outcome, agent, report))
}

/// Changes a file of the definition in the working folder, as `fab set`, `add` and `remove` do.
pub fn edit(edit: &Edit, style: Style, notices: &[String], agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    for notice in notices {
        report.line(notice);
    }
    let work = async |report: &mut Report| run::edit(edit, style, agent, report);
    guarded(report, work, |edited, _| edited.sentence.clone())
}

/// Fetches what the components of a folder need into it, as `fab install` does.
pub fn install(path: &Path, lock: LockMode, agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    let work = async |report: &mut Report| run::install(path, lock, agent, report).await;
    guarded(report, work, |count, _| format!("Fetched {count} sources."))
}

/// Prints what `helm template` does. The exit status is 1 after an error, told in Helm's words.
pub fn template(template: &Template, agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    let panic = quiet_panics();
    let Ok(printed) = std::panic::catch_unwind(|| template.print()) else {
        report.finish(&Ending::Failed(defect(&panic)));
        return ExitCode::FAILURE;
    };
    printed.warnings.iter().for_each(|warning| report.line(warning));
    match printed.output {
        Ok(manifests) => {
            report.print(&manifests);
            ExitCode::SUCCESS
        }
        Err(problem) => {
            report.line(&format!("Error: {problem}"));
            ExitCode::FAILURE
        }
    }
}

/// Compares both engines on every chart below a folder. The exit status is 1 where they differ.
pub fn verify(folder: &Path, profile: HelmProfile, agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    let work = async |report: &mut Report| run::verify(folder, profile, agent, report).await;
    guarded(report, work, |summary, _| summary.clone())
}

/// Says how the program is used, as an answer or because it was used wrongly. The exit status is 2
/// after a mistake.
// The text repeats arguments, which may come from anywhere.
pub fn usage(text: &str, is_mistake: bool, agent: &Agent) -> ExitCode {
    let mut report = Report::to_person();
    report.hide(&agent.secrets());
    if is_mistake {
        report.line(text);
        return ExitCode::from(2);
    }
    report.answer(text);
    ExitCode::SUCCESS
}

fn title() -> String {
    let (system, processor) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("Fabrikate GitOps {} ({system} {processor})", env!("CARGO_PKG_VERSION"))
}

/// Returns whether the agent decodes percent signs; it reads the variable as its own settings.
fn percents(agent: &Agent) -> Percents {
    match agent.variable("DECODE_PERCENTS").map(str::to_ascii_lowercase).as_deref() {
        None | Some("true" | "$true" | "1") => Percents::Decoded,
        Some(_) => Percents::Kept,
    }
}

/// Lets variables stand in for what inputs do not give.
fn adopt(raw: &mut Raw, agent: &Agent, report: &mut Report) {
    let variable = |name: &str| agent.variable(name).map(str::to_owned);
    raw.adopt_token(variable);
    raw.adopt_seed(variable);
    if agent.in_pipeline() {
        for notice in raw.adopt_legacy(variable) {
            report.line(&notice);
        }
    }
}

/// Runs work to its end, its cancellation or its panic, and reports which it was. `tell` says what
/// came of it and returns the last sentence.
fn guarded<T>(
    mut report: Report,
    work: impl AsyncFnOnce(&mut Report) -> Result<T, Failure>,
    tell: impl FnOnce(&T, &mut Report) -> String,
) -> ExitCode {
    let panic = quiet_panics();
    let attempt = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let runtime = Background(Some(runtime()?));
        runtime.block_on(async {
            tokio::select! {
                result = work(&mut report) => result.map(Some),
                () = asked_to_stop() => Ok(None),
            }
        })
    }));
    let ending = match attempt {
        Ok(Ok(Some(result))) => Ending::Succeeded(tell(&result, &mut report)),
        Ok(Ok(None)) => Ending::Cancelled,
        Ok(Err(failure)) => Ending::Failed(failure),
        Err(_panic) => Ending::Failed(defect(&panic)),
    };
    report.finish(&ending);
    match ending {
        Ending::Succeeded(_) => ExitCode::SUCCESS,
        Ending::Failed(_) | Ending::Cancelled => ExitCode::FAILURE,
    }
}

/// A runtime that does not wait for its threads when it ends: nobody wants what a chart still makes
/// when the run is over.
struct Background(Option<Runtime>);

impl Background {
    fn block_on<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        match &self.0 {
            Some(runtime) => runtime.block_on(work),
            None => runtime()?.block_on(work),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread().enable_all().build().map_err(|error| Failure {
        code: Code::Defect,
        message: "the run could not be set up".to_owned(),
        hint: None,
        place: None,
        causes: vec![error.to_string()],
    })
}

/// Says what became of the run, in output variables and on the page of the build, and returns it as
/// a sentence.
fn tell(outcome: &Outcome, agent: &Agent, report: &mut Report) -> String {
    report.close();
    report.progress(100, "Done");
    let mut summary = String::new();
    if agent.in_pipeline() {
        let text = report.markdown(&outcome.summary());
        // A page without a summary is no reason to fail what was published.
        match files::write_unique(&agent.temporary_folder(), ".md", text.as_bytes()) {
            Ok(path) => {
                report.summary(&path);
                summary = path.display().to_string();
            }
            Err(error) => report.line(&format!("There is no summary: {error}")),
        }
    }
    for (name, value) in outcome.variables() {
        report.output(name, &value);
    }
    report.output("summaryFile", &summary);
    outcome.sentence()
}

/// Keeps panics from printing themselves, and returns where the last one's text is.
// The text may hold anything, a command for the agent too.
fn quiet_panics() -> Arc<Mutex<String>> {
    let last = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&last);
    std::panic::set_hook(Box::new(move |panic| {
        if let Ok(mut last) = kept.lock() {
            *last = panic.to_string();
        }
    }));
    last
}

fn defect(panic: &Mutex<String>) -> Failure {
    Failure {
        code: Code::Defect,
        message: "this is a defect of Fabrikate GitOps".to_owned(),
        hint: Some("please report it, with the log of this run".to_owned()),
        place: None,
        causes: panic.lock().map(|text| text.clone()).into_iter().collect(),
    }
}

/// Ends when the agent, or a person, wants the run to stop.
async fn asked_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    drop(tokio::signal::ctrl_c().await);
}
