//! Charts through the installed Helm.

use crate::charts::error::{ChartError, Messages};
use crate::charts::place::template_place;
use crate::charts::{By, Maker, Release, Rendering};
use crate::host::agent::Agent;
use crate::host::files;
use crate::host::process::{Output, Program};
use crate::plan::ChartPlan;
use crate::setup::Helm;
use std::path::Path;

/// Renders a chart by one call of `helm template`.
pub(super) async fn render(
    release: &Release,
    (helm, plan): (&Helm, &ChartPlan),
    (agent, folder): (&Agent, &Path),
    by: By,
) -> Result<Rendering, ChartError> {
    let component = || release.component.clone();
    let values = folder.join(format!("values-{:016x}.yaml", fastrand::u64(..)));
    files::write(&values, &release.values)
        .map_err(|source| ChartError::Values { component: component(), source })?;
    // In the order in which Fabrikate has them.
    let mut program = Program::new(&helm.path, agent, folder, folder)
        .arguments(["template", &release.name])
        .arguments([release.path.as_os_str(), "--values".as_ref(), values.as_os_str()])
        .arguments(["--namespace", &release.namespace])
        .arguments(flags(plan));
    // Neither the machine's repositories nor its plugins have a say.
    for home in ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"] {
        program = program.variable(home, folder.join("helm"));
    }
    let output = program.run().await;
    let output = output.map_err(|source| ChartError::Process { component: component(), source })?;
    if output.status != Some(0) {
        return Err(failed(release, &output));
    }
    if output.stdout.is_cut {
        return Err(ChartError::TooLarge { component: component(), place: release.place.clone() });
    }
    let (messages, text) = (output.stderr.text(), output.stdout.bytes);
    Ok(Rendering { text, messages, by, maker: Maker::helm(&helm.version), again: None })
}

fn flags(plan: &ChartPlan) -> Vec<String> {
    let mut flags = Vec::new();
    if let Some(version) = &plan.kube_version {
        flags.push(format!("--kube-version={version}"));
    }
    flags.extend(plan.api_versions.iter().map(|version| format!("--api-versions={version}")));
    if plan.include_crds {
        flags.push("--include-crds".to_owned());
    }
    if plan.skip_tests {
        flags.push("--skip-tests".to_owned());
    }
    flags
}

fn failed(release: &Release, output: &Output) -> ChartError {
    let text = output.stderr.text();
    let problem = text.lines().find_map(|line| line.strip_prefix("Error: "));
    let problem = problem.or_else(|| text.lines().next()).unwrap_or("it gives no reason");
    let place = template_place(&text, &release.chart).unwrap_or_else(|| release.place.clone());
    let (component, problem) = (release.component.clone(), problem.trim().to_owned());
    ChartError::Helm { component, problem, source: Messages(text), place }
}
