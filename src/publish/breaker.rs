//! The breaker: changes that would take too much out of an environment.

use crate::failure::{Code, Diagnose, Warning};
use crate::plan::DeletionLimit;
use crate::publish::EnvironmentReport;
use crate::render::Manifests;
use crate::render::object::{Object, objects};
use std::collections::BTreeSet;

/// What deleting takes along much more than the object itself.
const PROTECTED: &[&str] = &["Namespace", "CustomResourceDefinition", "PersistentVolumeClaim"];

/// How many objects a message names.
const NAMED: usize = 10;

/// Why an environment's changes are not published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// It would lose all its objects, since nothing is rendered.
    #[error(
        "the environment `{environment}` renders to nothing, and {folder} has {published} \
             objects"
    )]
    Emptied {
        /// The environment.
        environment: String,
        /// Its folder.
        folder: String,
        /// How many objects are published.
        published: usize,
    },
    /// It would lose more objects than may go at once.
    #[error(
        "publishing would delete {deleted} of the {published} objects of the environment \
             `{environment}`, and deletionLimit is {limit}: {list}"
    )]
    TooMany {
        /// The environment.
        environment: String,
        /// How many objects would go.
        deleted: usize,
        /// How many are published.
        published: usize,
        /// How many may go.
        limit: DeletionLimit,
        /// Some of those that would go.
        list: String,
    },
    /// It would lose objects with which much else goes.
    #[error("publishing would delete these from the environment `{environment}`: {list}")]
    Protected {
        /// The environment.
        environment: String,
        /// Some of those objects.
        list: String,
    },
}

impl Diagnose for Breach {
    fn code(&self) -> Code {
        match self {
            Self::Emptied { .. } => Code::EmptyEnvironment,
            Self::TooMany { .. } => Code::TooManyDeletions,
            Self::Protected { .. } => Code::ProtectedDeletion,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Emptied { .. } => "if the environment is to end, remove its folder in the \
                 destination, or run once with `deletionLimit: 100%`; else see why nothing is \
                 rendered"
                .to_owned(),
            Self::TooMany { .. } => "if they are to go, run once with a higher deletionLimit (all \
                 objects, and any number: `100%`); else see why they are no longer rendered"
                .to_owned(),
            Self::Protected { .. } => "with them goes what they hold: objects of the namespace, \
                 objects of that kind, or data. If they are to go, run once with `deletionLimit: \
                 100%`; else see why they are no longer rendered"
                .to_owned(),
        })
    }
}

impl Breach {
    /// Returns what a preview says of it.
    pub fn warning(&self) -> Warning {
        Warning {
            code: Code::WouldBeRefused,
            message: format!("publishing would be refused ({}): {self}", self.code()),
            hint: self.hint(),
            place: None,
        }
    }
}

/// Returns why changes are not published, if they are not. `before` has the published contents of
/// the files that are modified or removed.
pub fn judge(
    report: &EnvironmentReport,
    manifests: &Manifests,
    before: &[Vec<u8>],
    limit: DeletionLimit,
) -> Option<Breach> {
    let mut gone: BTreeSet<Object> = before.iter().flat_map(|content| objects(content)).collect();
    let changes = &report.changes;
    // Both lists are in order.
    let is_in = |list: &[String], path: &String| list.binary_search(path).is_ok();
    let is_written = |path: &String| is_in(&changes.added, path) || is_in(&changes.modified, path);
    let (written, others): (Vec<_>, Vec<_>) =
        manifests.files.iter().partition(|(path, _)| is_written(path));
    let kept: usize = others.iter().map(|(_, manifest)| manifest.objects).sum();
    let published = gone.len() + kept;
    // Most changes delete nothing, as the files that are written show alone.
    for (_, manifest) in written.into_iter().chain(others) {
        if gone.is_empty() {
            return None;
        }
        for object in objects(&manifest.content) {
            gone.remove(&object);
        }
    }
    let environment = report.target.environment.to_string();
    let deleted = gone.len();
    let is_protected = |object: &&Object| PROTECTED.contains(&object.kind.as_str());
    let (protected, others): (Vec<_>, Vec<_>) = gone.iter().partition(is_protected);
    if !limit.allows(deleted, published) {
        let list = listed(protected.into_iter().chain(others));
        return Some(Breach::TooMany { environment, deleted, published, limit, list });
    }
    (!protected.is_empty() && limit != DeletionLimit::Lifted)
        .then(|| Breach::Protected { environment, list: listed(protected.into_iter()) })
}

fn listed<'a>(objects: impl Iterator<Item = &'a Object>) -> String {
    let all: Vec<String> = objects.map(ToString::to_string).collect();
    some_of(&all, NAMED)
}

/// Returns the first texts of a list, and how many more there are.
pub fn some_of(all: &[String], most: usize) -> String {
    let some = all.iter().take(most).map(String::as_str).collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(most) {
        0 => some,
        more => format!("{some} and {more} more"),
    }
}
