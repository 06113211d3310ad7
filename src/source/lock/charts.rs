//! What `fabrikate.lock` says of charts: which version of Helm their output is of.

use crate::helm::metadata::text_of;
use crate::host::files;
use crate::source::lock::{Lock, LockError};
use crate::yaml::{self, Mapping, Value};
use std::collections::BTreeSet;
use std::path::Path;

/// What rendered charts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renderer {
    /// The program.
    pub engine: String,
    /// The version of Helm whose output it writes.
    pub profile: String,
}

impl Renderer {
    /// Reads an entry of the file.
    pub(super) fn read(entry: &yaml::Node) -> Result<Self, yaml::Error> {
        let value = entry.to_value(yaml::Keys::Text)?;
        let text = |key: &str| {
            value.as_mapping().and_then(|fields| fields.get(key)).map(text_of).unwrap_or_default()
        };
        Ok(Self { engine: text("engine"), profile: text("profile") })
    }

    /// Returns an entry of the file.
    pub(super) fn entry(&self) -> Value {
        let mut entry = Mapping::new();
        entry.insert("engine", self.engine.as_str().into());
        entry.insert("profile", self.profile.as_str().into());
        Value::Mapping(entry)
    }
}

impl Lock {
    /// Writes into the lock what rendered the charts, if that changes it, and returns whether it does.
    pub fn update_charts(definition: &Path, charts: &[Renderer]) -> Result<bool, LockError> {
        let mut lock = Self::read_or_new(definition)?;
        let changed = lock.charts != charts;
        if changed {
            lock.charts = charts.to_vec();
            files::rewrite(&lock.file, &lock.text())?;
        }
        Ok(changed)
    }

    /// Refuses charts that are rendered as by another version of Helm than the lock says. One engine
    /// is as good as another that writes the same. A lock that says nothing holds for all.
    pub fn check_charts(&self, charts: &[Renderer]) -> Result<(), LockError> {
        let profiles = |charts: &[Renderer]| -> BTreeSet<String> {
            charts.iter().map(|one| one.profile.clone()).collect()
        };
        let (locked, found) = (profiles(&self.charts), profiles(charts));
        if self.charts.is_empty() || found.is_subset(&locked) {
            return Ok(());
        }
        let joined = |all: BTreeSet<String>| all.into_iter().collect::<Vec<_>>().join(" and ");
        let (locked, found) = (joined(locked), joined(found));
        Err(LockError::Profile { file: self.file.clone(), locked, found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn another_version_of_helm_is_a_move_and_another_engine_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let one = |engine: &str, profile: &str| {
            vec![Renderer { engine: engine.to_owned(), profile: profile.to_owned() }]
        };
        let built_in = one("built-in", "3.17");
        Lock::update(folder.path(), &[]).unwrap();
        let lock = Lock::read(folder.path()).unwrap();
        lock.check_charts(&one("Helm 4.1.4", "4.1")).unwrap();
        assert!(Lock::update_charts(folder.path(), &built_in).unwrap());
        assert!(!Lock::update_charts(folder.path(), &built_in).unwrap());
        assert!(!Lock::update(folder.path(), &[]).unwrap());
        let lock = Lock::read(folder.path()).unwrap();
        lock.check_charts(&built_in).unwrap();
        lock.check_charts(&one("Helm 3.17.3", "3.17")).unwrap();
        let moved = lock.check_charts(&one("Helm 4.1.4", "4.1")).unwrap_err();
        expect!["charts have moved: fabrikate.lock has the output of Helm 3.17, and it would be that of 4.1"]
            .assert_eq(&moved.to_string());
        let text = files::read(&folder.path().join("fabrikate.lock")).unwrap();
        expect![[r#"
            # What the sources of this definition came to, written by Fabrikate GitOps (`lock: update`).
            # Keep it in git: with `lock: verify` a run fails when a source has moved.
            charts:
            - engine: built-in
              profile: "3.17"
            sources: []
            version: 1
        "#]]
        .assert_eq(&String::from_utf8(text).unwrap());
    }
}
