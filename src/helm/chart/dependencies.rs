//! Which of the charts in a chart are rendered, and under which names: conditions, tags, aliases.

use crate::helm::chart::coalesce::{TypeMismatch, coalesced};
use crate::helm::chart::instance::{Instance, Need};
use crate::helm::chart::metadata::Dependency;
use crate::helm::semver::{Constraint, Version};
use crate::helm::value::{Map, Text, Value};
use crate::helm::values::{Warnings, table_at, value_at};
use std::cell::RefCell;
use std::rc::Rc;

/// Returns the names of the charts that a chart needs and does not have, in order.
pub(crate) fn missing(instance: &Instance<'_>) -> Vec<Text> {
    let parts = instance.parts.borrow();
    let needs = instance.needs.borrow();
    let names = needs.iter().flatten().map(|need| need.borrow().dependency.name.clone());
    names.filter(|name| !parts.iter().any(|part| part.name == *name)).collect()
}

/// Leaves in a chart, and in the charts in it, only those charts that are enabled.
pub(crate) fn enable(
    instance: &Rc<Instance<'_>>,
    values: &Map,
    path: &str,
    warnings: &mut Warnings,
) -> Result<(), TypeMismatch> {
    let Some(needs) = instance.needs.borrow().clone() else { return Ok(()) };
    let parts = named(instance, &needs);
    instance.set_parts(parts);
    for need in &needs {
        need.borrow_mut().dependency.is_enabled = true;
    }
    let values = coalesced(instance, values, instance.final_nulls(), warnings)?;
    apply_tags(&needs, &values, warnings);
    apply_conditions(&needs, &values, path, warnings);
    let is_enabled = |need: &&Rc<RefCell<Need>>| need.borrow().dependency.is_enabled;
    let disabled: Vec<Text> = needs
        .iter()
        .filter(|need| !is_enabled(need))
        .map(|need| need.borrow().dependency.name.clone())
        .collect();
    let mut parts = instance.parts.borrow().clone();
    parts.retain(|part| !disabled.contains(&part.name));
    let needs: Vec<_> = needs.iter().filter(is_enabled).map(Rc::clone).collect();
    for part in &parts {
        enable(part, &values, &format!("{path}{}.", part.name), warnings)?;
    }
    // No dependency at all and an empty list of them are the same from here on.
    instance.needs.replace((!needs.is_empty()).then_some(needs));
    instance.set_parts(parts);
    Ok(())
}

/// Returns the charts in a chart: first those that its metadata do not name, then those that they
/// do, in their order and under their aliases.
fn named<'a>(instance: &Instance<'a>, needs: &[Rc<RefCell<Need>>]) -> Vec<Rc<Instance<'a>>> {
    let known = instance.parts.borrow();
    let is_needed = |part: &Instance<'_>| {
        needs.iter().any(|need| {
            let dependency = &need.borrow().dependency;
            part.name == dependency.name && fits(dependency, part)
        })
    };
    let mut parts: Vec<_> = known.iter().filter(|part| !is_needed(part)).map(Rc::clone).collect();
    for need in needs {
        let dependency = &mut need.borrow_mut().dependency;
        let is_it =
            |part: &&Rc<Instance<'_>>| part.name == dependency.name && fits(dependency, part);
        if let Some(part) = known.iter().find(is_it) {
            parts.push(part.renamed(dependency.used_name().clone()));
        }
        if !dependency.alias.is_empty() {
            dependency.name = dependency.alias.clone();
        }
    }
    parts
}

/// Tells whether a chart has a version that is asked for.
fn fits(dependency: &Dependency, part: &Instance<'_>) -> bool {
    let version = &part.chart.metadata.version;
    is_in_range(&dependency.version.to_str_lossy(), &version.to_str_lossy())
}

/// Tells whether a version is one of those that a constraint allows.
pub(crate) fn is_in_range(constraint: &str, version: &str) -> bool {
    match (Constraint::parse(constraint), Version::parse(version)) {
        (Ok(constraint), Ok(version)) => constraint.check(&version),
        _ => false,
    }
}

fn apply_tags(needs: &[Rc<RefCell<Need>>], values: &Map, warnings: &mut Warnings) {
    let Some(tags) = table_at(values, "tags") else { return };
    for need in needs {
        let dependency = &mut need.borrow_mut().dependency;
        let (mut is_on, mut is_off) = (false, false);
        for tag in dependency.tags.iter().flatten() {
            match tags.get(tag) {
                Some(Value::Bool(true)) => is_on = true,
                Some(Value::Bool(false)) => is_off = true,
                Some(_) => warnings.add(|| {
                    let chart = &dependency.name;
                    format!("Warning: Tag '{tag}' for chart {chart} returned non-bool value")
                }),
                None => {}
            }
        }
        dependency.is_enabled = is_on || !is_off;
    }
}

fn apply_conditions(
    needs: &[Rc<RefCell<Need>>],
    values: &Map,
    path: &str,
    warnings: &mut Warnings,
) {
    for need in needs {
        let dependency = &mut need.borrow_mut().dependency;
        let conditions = dependency.condition.to_string();
        for condition in conditions.trim().split(',').filter(|condition| !condition.is_empty()) {
            match value_at(values, &format!("{path}{condition}")) {
                Some(Value::Bool(truth)) => {
                    dependency.is_enabled = truth;
                    break;
                }
                Some(_) => warnings.add(|| {
                    let chart = &dependency.name;
                    format!("Warning: Condition path '{condition}' for chart {chart} returned non-bool value")
                }),
                None => {}
            }
        }
    }
}
