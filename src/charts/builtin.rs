//! Charts through the engine that is built in.

use crate::charts::chance::{Chance, Fallen};
use crate::charts::loading::{self, Charts};
use crate::charts::{By, Maker, Release, Rendering};
use crate::helm::Profile;
use crate::helm::chart::{self, Capabilities, Chart, KubeVersion};
use crate::helm::value::Text;
use crate::helm::values::Given;
use crate::plan::ChartPlan;

/// Renders a chart, or returns why that cannot be, in Helm's words.
pub(super) fn render(
    release: &Release,
    plan: &ChartPlan,
    (charts, chance): (&Charts, &Chance),
) -> Result<(Rendering, Fallen), String> {
    let slot = charts.at(&release.path);
    let load = || loading::load(&release.path, plan.profile);
    let chart = slot.get_or_init(load).as_ref().map_err(String::clone)?;
    let files = vec![("values.yaml", release.values.as_slice())];
    let given = Given { profile: plan.profile, files, ..Given::default() };
    // No value comes from a file: there is no --set-file.
    let values = given.values(&|_| Ok(Text::default())).map_err(said)?;
    let rendering = chart::Rendering {
        release: chart::Release {
            name: release.name.as_str().into(),
            namespace: release.namespace.as_str().into(),
            is_upgrade: false,
        },
        capabilities: capabilities(plan.profile, plan.kube_version.as_deref(), &plan.api_versions)?,
        values,
        includes_definitions: plan.include_crds,
        skips_tests: plan.skip_tests,
    };
    let rendered = chart.render(&rendering, chance.interpreter()).map_err(said)?;
    let messages: Vec<_> = deprecation(chart).into_iter().chain(rendered.warnings).collect();
    let rendering = Rendering {
        text: rendered.output,
        messages: messages.join("\n"),
        by: By::BuiltIn,
        maker: Maker::built_in(plan.profile),
        again: None,
    };
    Ok((rendering, chance.fallen()))
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Returns what Helm says of a chart that is not to be used any more.
pub(super) fn deprecation(chart: &Chart) -> Option<String> {
    chart.metadata().is_deprecated.then(|| "WARNING: This chart is deprecated".to_owned())
}

/// Returns what the cluster can do, in a version and with more versions of APIs.
pub(super) fn capabilities(
    profile: Profile,
    kube_version: Option<&str>,
    api_versions: &[String],
) -> Result<Capabilities, String> {
    let mut capabilities = Capabilities::of(profile);
    if let Some(version) = kube_version {
        capabilities.kube_version = KubeVersion::parse(version, profile).map_err(said)?;
    }
    capabilities.api_versions.extend(api_versions.iter().map(|v| Text::from(v.as_str())));
    Ok(capabilities)
}

/// Tells whether a chart holds one of these words; one that cannot be read holds none.
pub(super) fn mentions(
    release: &Release,
    profile: Profile,
    charts: &Charts,
    words: &[&str],
) -> bool {
    let slot = charts.at(&release.path);
    let chart = slot.get_or_init(|| loading::load(&release.path, profile));
    chart.as_ref().is_ok_and(|chart| chart.mentions(words))
}
