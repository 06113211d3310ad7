//! `chart verify`: what became of each case, and of all.

use crate::charts::verify::{Verdicts, verify};
use crate::charts::{Engine, verify::Verdict};
use crate::failure::{Code, Failure};
use crate::host::agent::Agent;
use crate::host::files;
use crate::inputs::HelmProfile;
use crate::plan::ChartPlan;
use crate::report::Report;
use crate::run::temporary;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// Compares both engines on every chart below a folder, tells what came of each case, and returns
/// what came of all. An engine that gives something else than Helm is a failure.
pub(super) async fn run(
    folder: &Path,
    profile: HelmProfile,
    agent: &Agent,
    report: &mut Report,
) -> Result<String, Failure> {
    let work = files::temporary_folder(&agent.temporary_folder()).map_err(temporary)?;
    let plan = ChartPlan { profile, ..ChartPlan::default() };
    let engine = Engine::new(plan, agent.clone(), work.path().to_owned());
    let engine = Arc::new(engine);
    let folder = agent.working_folder().join(folder);
    let verdicts = verify(&folder, &engine, |case, done, all| {
        let percent = u32::try_from(100 * done / all.max(1)).unwrap_or(100);
        report.progress(percent, case);
    })
    .await?;
    for (case, verdict) in &verdicts {
        report.answer(&format!("{}: {verdict}", case.name));
    }
    let helm = engine.helm().map(|helm| helm.version.clone()).unwrap_or_default();
    engine.other_helm().into_iter().for_each(|warning| report.warn(warning));
    let summary = summary(&verdicts);
    report.answer(&summary);
    match verdicts.iter().filter(|(_, verdict)| verdict.is_silent_difference()).count() {
        0 => Ok(format!("The engine that is built in agrees with Helm {helm}.")),
        count => Err(Failure {
            code: Code::EnginesDiffer,
            message: format!(
                "the engine that is built in differs from Helm {helm} in {count} cases"
            ),
            hint: Some(format!(
                "compare the versions of Helm (the engine is {}); report the chart; until then \
                 render it with `chartEngine: helm`",
                profile.name()
            )),
            place: None,
            causes: Vec::new(),
        }),
    }
}

/// Returns how many cases came to what.
fn summary(verdicts: &Verdicts) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in verdicts.iter().map(|(_, verdict)| Verdict::name(verdict)) {
        *counts.entry(name).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    format!("{} cases: {}", verdicts.len(), counts.join(", "))
}
