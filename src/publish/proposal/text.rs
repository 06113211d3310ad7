//! What a pull request says: title and description, within the limits of its host.

use crate::hosting::Limits;
use crate::plan::{Proposal, Provenance};
use crate::publish::message::{clean, filled};
use crate::publish::{Changeset, EnvironmentReport};

/// What a pull request is about.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// What the inputs say.
    pub proposal: &'a Proposal,
    /// Where the changes come from.
    pub origin: &'a Provenance,
    /// The changes to each environment.
    pub environments: &'a [EnvironmentReport],
    /// The title where the inputs give none.
    pub title: &'a str,
    /// What stands at the end.
    pub end: &'a str,
}

/// Returns the title and the description.
pub fn texts(subject: &Subject<'_>, limits: Limits) -> (String, String) {
    let (proposal, counts) = (subject.proposal, counts(&total(subject.environments)));
    let fill = |template: &str| {
        let environments = subject.environments.iter().filter(|e| e.superseded_by.is_none());
        let names: Vec<String> = environments.map(|e| e.target.environment.to_string()).collect();
        filled(template, subject.origin, &names, &[("counts", &counts)])
    };
    let title = proposal.title.as_deref().map(fill).filter(|title| !title.is_empty());
    let title = title.unwrap_or_else(|| clean(subject.title));
    let title = cut(&title.split_whitespace().collect::<Vec<_>>().join(" "), limits.title);
    let (before, has_changes, after) = match &proposal.description {
        None => (String::new(), true, whence(subject.origin)),
        Some(template) => match template.split_once(CHANGES) {
            Some((before, after)) => (fill(before), true, fill(after)),
            None => (fill(template), false, String::new()),
        },
    };
    // The changes take the room that is left.
    let fixed = [&before, &after, subject.end].iter().map(|part| units(part) + 2).sum();
    let room = limits.description.saturating_sub(fixed);
    let changes = if has_changes { changes(subject.environments, room) } else { String::new() };
    let parts = [before, changes, after].into_iter().filter(|part| !part.is_empty());
    let text = parts.collect::<Vec<_>>().join("\n\n");
    if subject.end.is_empty() {
        return (title, cut(&text, limits.description));
    }
    let room = limits.description.saturating_sub(units(subject.end) + 2);
    (title, format!("{}\n\n{}", cut(&text, room), subject.end))
}

/// Stands for the changes in a description.
const CHANGES: &str = "{changes}";

/// Returns how many files change, in words.
pub fn counts((added, modified, removed): &(usize, usize, usize)) -> String {
    format!("{added} added, {modified} modified, {removed} removed")
}

/// Returns how many files change over all environments.
pub fn total(environments: &[EnvironmentReport]) -> (usize, usize, usize) {
    let made = environments.iter().filter(|environment| environment.superseded_by.is_none());
    made.fold((0, 0, 0), |(added, modified, removed), environment| {
        let (a, m, r) = numbers(&environment.changes);
        (added + a, modified + m, removed + r)
    })
}

fn numbers(changes: &Changeset) -> (usize, usize, usize) {
    (changes.added.len(), changes.modified.len(), changes.removed.len())
}

/// Returns the changes of each environment, of which each shows at most as many files as there is
/// room for: a file is told whole or not at all.
fn changes(environments: &[EnvironmentReport], room: usize) -> String {
    let most = environments.iter().map(|it| lines(it).len()).max().unwrap_or(0);
    let (mut low, mut high) = (0, most + 1);
    while low + 1 < high {
        let middle = usize::midpoint(low, high);
        if units(&sections(environments, middle)) <= room { low = middle } else { high = middle }
    }
    let text = sections(environments, low);
    if units(&text) <= room { text } else { by_number(environments, room) }
}

fn sections(environments: &[EnvironmentReport], most: usize) -> String {
    let section = |it: &EnvironmentReport| {
        let lines = lines(it);
        let more = lines.len().saturating_sub(most);
        let rest = (more > 0).then(|| format!("- … and {more} more files"));
        let list: Vec<String> = lines.into_iter().take(most).chain(rest).collect();
        if list.is_empty() { heading(it) } else { heading(it) + "\n\n" + &list.join("\n") }
    };
    environments.iter().map(section).collect::<Vec<_>>().join("\n\n")
}

/// Returns as many environments as there is room for, by their numbers only.
fn by_number(environments: &[EnvironmentReport], room: usize) -> String {
    let mut text = String::new();
    for (index, it) in environments.iter().enumerate() {
        let rest = format!("\n\n… and {} more environments", environments.len() - index);
        let line = heading(it);
        if units(&text) + units(&line) + units(&rest) + 2 > room {
            return (text + &rest).trim_start().to_owned();
        }
        text = if text.is_empty() { line } else { format!("{text}\n\n{line}") };
    }
    text
}

fn heading(environment: &EnvironmentReport) -> String {
    let name = code(&environment.target.environment.to_string());
    if environment.superseded_by.is_some() {
        return format!("**{name}**: a newer run has published already");
    }
    match numbers(&environment.changes) {
        (0, 0, 0) => format!("**{name}**: nothing changes"),
        numbers => format!("**{name}**: {}", counts(&numbers)),
    }
}

/// Returns a line for each file that changes.
fn lines(environment: &EnvironmentReport) -> Vec<String> {
    if environment.superseded_by.is_some() {
        return Vec::new();
    }
    let (changes, folder) = (&environment.changes, &environment.target.folder);
    let line =
        |word: &str, path: &String| format!("- {word} {}", code(&format!("{folder}/{path}")));
    let added = changes.added.iter().map(|path| line("added", path));
    let modified = changes.modified.iter().map(|path| line("modified", path));
    let removed = changes.removed.iter().map(|path| line("removed", path));
    added.chain(modified).chain(removed).collect()
}

/// Returns where the changes come from, in Markdown.
fn whence(origin: &Provenance) -> String {
    let mut lines = Vec::new();
    let commit = origin.source.commit.as_deref().map(|commit| format!(" at {}", code(commit)));
    let commit = commit.unwrap_or_default();
    if let Some(repository) = &origin.source.repository {
        lines.push(format!("Definition: {}{commit}", code(repository)));
    }
    if let Some(build) = &origin.build {
        let url = build.url.as_deref().map(|url| format!(", {url}")).unwrap_or_default();
        lines.push(format!("Build: {}{url}", code(&build.number)));
    }
    lines.join("  \n")
}

/// Returns a text as code in Markdown, in which nothing is a mention or a link.
fn code(text: &str) -> String {
    format!("`{}`", clean(text).replace('\n', " ").replace('`', "'"))
}

/// Returns how long a text is for the hosts.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn cut(text: &str, most: usize) -> String {
    if units(text) <= most {
        return text.to_owned();
    }
    let mut left = most.saturating_sub(1);
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = if fits { left - c.len_utf16() } else { 0 };
        fits
    };
    text.chars().take_while(fits).collect::<String>() + "…"
}

#[cfg(test)]
mod tests;
