//! `add` and `remove`: the list of a component's subcomponents.

use crate::definition::DefinitionError;
use crate::definition::component::COMPONENT;
use crate::definition::document::Problem;
use crate::edit::component::Component;
use crate::edit::file::{Format, Target};
use crate::edit::preserve::{Patch, Reason, Refusal, Sheet, Written};
use crate::edit::{EditError, Edited, Style, anew, checked};
use crate::yaml::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What `remove` is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remove {
    /// The names of the subcomponents.
    pub names: Vec<String>,
}

/// Adds a subcomponent to the component in `folder`, in the place of one with the same name. Where
/// there is no component file, one is made.
pub fn add(new: &Component, style: Style, folder: &Path) -> Result<Edited, EditError> {
    let target = find(folder)?;
    let known = component(&target)?.unwrap_or_default().subcomponents;
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    target.write(folder, &with(&target, new, (&name, style))?)?;
    let is_there = known.iter().any(|known| known.name == new.name);
    let done = if is_there { "Replaced" } else { "Added" };
    let sentence = format!("{done} `{}` in {}.", new.name, target.shown(folder));
    Ok(Edited { sentence, notices: Vec::new() })
}

/// Returns a component file with a subcomponent; a new file is that of a component with a `name`.
pub fn with(
    target: &Target,
    new: &Component,
    (name, style): (&str, Style),
) -> Result<Vec<u8>, EditError> {
    let known = component(target)?;
    let was_read = known.is_some();
    let mut component =
        known.unwrap_or_else(|| Component { name: name.to_owned(), ..Component::default() });
    let written = match (style, &target.content) {
        (Style::Preserving, Some(content)) => {
            let written = put(content, target.format, &component, new);
            let subcomponents = &mut component.subcomponents;
            match subcomponents.iter_mut().find(|known| known.name == new.name) {
                Some(known) => *known = new.clone(),
                None => subcomponents.push(new.clone()),
            }
            written
        }
        (Style::Fabrikate, _) | (_, None) => {
            component.subcomponents.push(new.clone());
            rewrite(&mut component, was_read);
            Ok(anew(target.format, style, &component.tree(target.format)))
        }
    };
    checked(target, written, (&component.tree(target.format), style), read_tree)
}

/// Removes subcomponents of the component in `folder`.
pub fn remove(request: &Remove, style: Style, folder: &Path) -> Result<Edited, EditError> {
    let target = find(folder)?;
    let Some(component) = component(&target)? else {
        let folder = folder.to_owned();
        return Err(DefinitionError::NoComponent { folder, place: None }.into());
    };
    let names: BTreeSet<&str> = request.names.iter().map(String::as_str).collect();
    target.write(folder, &without(&target, &names, style)?)?;
    let file = target.shown(folder);
    let is_there = |name: &&str| component.subcomponents.iter().any(|known| known.name == **name);
    let (gone, missing): (Vec<&str>, Vec<&str>) = names.into_iter().partition(is_there);
    let notices = missing.iter().map(|name| format!("`{name}` is no subcomponent in {file}."));
    let gone: Vec<String> = gone.iter().map(|name| format!("`{name}`")).collect();
    let sentence = match gone.as_slice() {
        [] => format!("Nothing was removed from {file}."),
        gone => format!("Removed {} from {file}.", gone.join(", ")),
    };
    Ok(Edited { sentence, notices: notices.collect() })
}

/// Returns a component file without the subcomponents that have these names.
pub fn without(
    target: &Target,
    names: &BTreeSet<&str>,
    style: Style,
) -> Result<Vec<u8>, EditError> {
    let mut component = component(target)?.unwrap_or_default();
    let is_gone = |component: &Component| names.contains(component.name.as_str());
    let numbered = component.subcomponents.iter().enumerate();
    let gone = numbered.filter(|(_, component)| is_gone(component)).map(|(number, _)| number);
    let gone: BTreeSet<usize> = gone.collect();
    component.subcomponents.retain(|component| !is_gone(component));
    let written = match (style, &target.content) {
        (Style::Preserving, Some(content)) => take(content, target.format, &gone),
        (Style::Fabrikate, _) | (_, None) => {
            rewrite(&mut component, true);
            Ok(anew(target.format, style, &component.tree(target.format)))
        }
    };
    checked(target, written, (&component.tree(target.format), style), read_tree)
}

fn find(folder: &Path) -> Result<Target, EditError> {
    let target = Target::find(folder, "component");
    Ok(target
        .map_err(|source| DefinitionError::ComponentFile { file: source.path.clone(), source })?)
}

fn component(target: &Target) -> Result<Option<Component>, EditError> {
    let Some(content) = &target.content else {
        return Ok(None);
    };
    let invalid = |source| DefinitionError::Component { file: target.path.clone(), source };
    Ok(Some(read(target.format, content).map_err(invalid)?))
}

fn read(format: Format, text: &[u8]) -> Result<Component, Problem> {
    format.read(text, Component::read, Component::read)
}

fn read_tree(format: Format, text: &[u8]) -> Result<Tree, Problem> {
    Ok(read(format, text)?.tree(format))
}

/// Brings a component into the form that Fabrikate writes: of the subcomponents with the same name
/// the last one stays, and they are in the order of their names' bytes. One that was read has a
/// type.
fn rewrite(component: &mut Component, was_read: bool) {
    let subcomponents = std::mem::take(&mut component.subcomponents).into_iter();
    let named: BTreeMap<String, Component> =
        subcomponents.map(|component| (component.name.clone(), component)).collect();
    component.subcomponents = named.into_values().collect();
    if !component.generator.is_empty() && was_read {
        component.kind.clone_from(&component.generator);
    } else if component.kind.is_empty() && was_read {
        COMPONENT.clone_into(&mut component.kind);
    }
}

/// Returns a component's file with a subcomponent in it, in its place or behind the others.
fn put(
    content: &[u8],
    format: Format,
    component: &Component,
    new: &Component,
) -> Result<Written, Refusal> {
    let numbered = component.subcomponents.iter().enumerate();
    let mut same = numbered.filter(|(_, known)| known.name == new.name).map(|(number, _)| number);
    let (place, second) = (same.next(), same.next());
    if second.is_some() {
        return Err(Reason::Twice(new.name.clone()).into());
    }
    let sheet = Sheet::read(content, format)?;
    let mut draft = sheet.draft();
    let item = Patch::of_texts(&new.texts());
    match place.zip(place.and_then(|place| component.subcomponents.get(place))) {
        Some((place, old)) if old.is_covered_by(new) => draft.change_item(place, &item)?,
        Some((place, _)) => draft.put_item(Some(place), &item)?,
        None => draft.put_item(None, &item)?,
    }
    draft.finish()
}

/// Returns a component's file without some of its subcomponents.
fn take(content: &[u8], format: Format, gone: &BTreeSet<usize>) -> Result<Written, Refusal> {
    let sheet = Sheet::read(content, format)?;
    let mut draft = sheet.draft();
    draft.remove_items(gone)?;
    draft.finish()
}
