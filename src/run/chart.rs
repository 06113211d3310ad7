//! What there is to say of charts: what rendered them, what Helm said, what is left to chance.

use crate::charts::{self, By, Engine};
use crate::definition::{Component, Definition};
use crate::failure::{Code, Warning};
use crate::inputs::LockMode;
use crate::plan::{Plan, Randomness};
use crate::render::Rendered;
use crate::report::Report;
use crate::source::{Lock, LockError, Renderer};
use std::collections::BTreeSet;

/// How many fields that are left to chance are named.
const NAMED: usize = 10;

/// Says what rendered the charts, and what Helm said of them.
pub(super) fn tell(
    definitions: &[Definition],
    (templated, engine): (&charts::Templated, &Engine),
    report: &mut Report,
) {
    tell_engines(definitions, (templated, engine), report);
    show_messages(definitions, templated, report);
    if *engine.randomness() != Randomness::Fresh {
        warn_of_helm(definitions, templated, report);
    }
}

/// Compares what rendered the charts with the lock, or writes it there.
pub(super) fn lock(
    plan: &Plan,
    templated: &charts::Templated,
    report: &mut Report,
) -> Result<(), LockError> {
    let makers: BTreeSet<_> = templated.values().map(|rendering| &rendering.maker).collect();
    let renderers = makers
        .into_iter()
        .map(|maker| Renderer { engine: maker.engine.clone(), profile: maker.profile.clone() });
    let renderers: Vec<Renderer> = renderers.collect();
    let base = plan.definition.folder.as_path();
    match plan.lock {
        LockMode::Off => {}
        LockMode::Update => {
            if Lock::update_charts(base, &renderers)? {
                report.line("The file fabrikate.lock has what rendered the charts.");
            }
        }
        LockMode::Verify => Lock::read(base)?.check_charts(&renderers)?,
    }
    Ok(())
}

/// Names the fields that are left to chance, never with what they hold.
pub(super) fn tell_unstable(rendered: &Rendered, randomness: &Randomness, report: &mut Report) {
    let fields = rendered.unstable();
    if fields.is_empty() {
        return;
    }
    let what = match randomness {
        Randomness::Fresh => "new in every run",
        Randomness::Seeded(_) => "made of RANDOM_SEED, but for the time",
        Randomness::Keep => "kept as published where that is possible",
    };
    let named: Vec<_> = fields.iter().take(NAMED).map(String::as_str).collect();
    let more = fields.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    report.line(&format!("Left to chance ({what}): {}{more}", named.join(", ")));
}

/// Says what rendered the charts.
fn tell_engines(
    definitions: &[Definition],
    (templated, engine): (&charts::Templated, &Engine),
    report: &mut Report,
) {
    let built_in = templated.values().filter(|rendering| rendering.by == By::BuiltIn).count();
    if built_in > 0 {
        let profile = engine.profile();
        report.line(&format!("{built_in} charts by the engine that is built in (Helm {profile})"));
    }
    let Some(helm) = engine.helm() else {
        return;
    };
    let (version, count) = (helm.shown_version(), templated.len() - built_in);
    report.line(&format!("{count} charts by Helm {version} ({})", helm.path.display()));
    engine.other_helm().into_iter().for_each(|warning| report.warn(warning));
    for ((d, c), rendering) in templated {
        let component = definitions.get(*d).and_then(|definition| definition.components.get(*c));
        if let (Some(component), By::HelmInstead { reason }) = (component, &rendering.by) {
            report.line(&format!("Component {} went to Helm: {reason}", component.display()));
        }
    }
}

fn show_messages(definitions: &[Definition], templated: &charts::Templated, report: &mut Report) {
    for ((d, c), rendering) in templated {
        let component = definitions.get(*d).and_then(|definition| definition.components.get(*c));
        if let (Some(component), false) = (component, rendering.messages.trim().is_empty()) {
            report.line(&format!("Helm says of component {}:", component.display()));
            report.quote(&rendering.messages);
        }
    }
}

/// Warns of charts that a Helm rendered, which gives new values whatever is asked for.
fn warn_of_helm(definitions: &[Definition], templated: &charts::Templated, report: &mut Report) {
    for ((d, c), rendering) in templated {
        let is_random = rendering.again.as_ref().is_some_and(|again| again.text != rendering.text);
        if !is_random || rendering.by == By::BuiltIn {
            continue;
        }
        let component = definitions.get(*d).and_then(|definition| definition.components.get(*c));
        report.warn(Warning {
            code: Code::InputAdjusted,
            message: format!(
                "the installed Helm renders the chart of component `{}`, and gives its random \
                 fields new values in every run, whatever `randomness` says",
                component.map(Component::display).unwrap_or_default()
            ),
            hint: Some("see in the log why the engine that is built in cannot".to_owned()),
            place: component.map(Component::place),
        });
    }
}
