//! What other inventories claim: files in an environment's folder that somebody else writes.

use crate::git::Oid;
use crate::git::tree::{self, Kind};
use crate::plan::Provenance;
use crate::publish::PublishError;
use crate::publish::branch::{Base, Run};
use crate::publish::changeset::{Changeset, Found};
use crate::publish::inventory::{self, Inventory};

/// A folder with what stands there as its inventory.
type Listed = (String, (Kind, Oid));

impl Run<'_> {
    /// Refuses changes to files that an inventory above or within the folder lists: another
    /// definition or environment writes them, in a folder of which this one is a part.
    pub(super) async fn refuse_claimed(
        &mut self,
        base: &Base,
        (folder, found): (&str, &Found),
        changes: &Changeset,
    ) -> Result<(), PublishError> {
        let all = changes.added.iter().chain(&changes.modified).chain(&changes.removed);
        let paths: Vec<String> = all.map(|path| format!("{folder}/{path}")).collect();
        for (other, listed) in self.other_inventories(base, folder, found)? {
            let within = |path: &String| {
                path.strip_prefix(&other)?
                    .strip_prefix('/')
                    .map(|rest| (path.clone(), rest.to_owned()))
            };
            let within: Vec<_> = paths.iter().filter_map(within).collect();
            if within.is_empty() {
                continue;
            }
            let inventory = self.inventory(base, &other, listed).await?;
            let claimed = within.into_iter().find(|(_, rest)| inventory.files.contains_key(rest));
            if let Some((path, _)) = claimed {
                let owner = inventory.owner(&self.destination.origin);
                return Err(PublishError::Claimed { path, folder: other, owner });
            }
        }
        Ok(())
    }

    /// Returns the folders above and within an environment's that have an inventory, with it.
    fn other_inventories(
        &self,
        base: &Base,
        folder: &str,
        found: &Found,
    ) -> Result<Vec<Listed>, PublishError> {
        let mut others = Vec::new();
        for (end, _) in folder.match_indices('/') {
            let above = folder.get(..end).unwrap_or_default();
            let path = format!("{above}/{}", inventory::NAME);
            if let Some(root) = base.tree
                && let Some(entry) = tree::look_up(&self.store, root, &path)?
            {
                others.push((above.to_owned(), entry));
            }
        }
        for (path, entry) in found {
            if let Some((within, inventory::NAME)) = path.rsplit_once('/') {
                others.push((format!("{folder}/{within}"), *entry));
            }
        }
        Ok(others)
    }
}

impl Inventory {
    /// Returns whose files it lists, in words for a run of `origin`.
    pub(super) fn owner(&self, origin: &Provenance) -> String {
        if !self.is_foreign(origin) {
            return format!("the environment `{}` of this definition", self.environment);
        }
        let repository = self.source.repository.as_deref().unwrap_or("one without a repository");
        match self.source.path.as_str() {
            "" => format!("another definition: {repository}"),
            path => format!("another definition: {repository}, folder {path}"),
        }
    }
}
