//! What would turn a branch into the rendered manifests, environment by environment.

use crate::failure::{Code, Warning};
use crate::git::store::Store;
use crate::git::tree::{self, Edits, Kind};
use crate::git::{self, Oid};
use crate::plan::Target;
use crate::publish::branch::{Base, Run};
use crate::publish::changeset::{self, Changeset, Found};
use crate::publish::inventory::{self, Inventory, MakerEntry};
use crate::publish::{BranchReport, EnvironmentReport, PublishError, Published};
use crate::render::{Maker, Manifests, Rendered};
use std::collections::BTreeMap;

/// The difference between a branch and the rendered manifests.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    /// The changes to each environment.
    pub(super) environments: Vec<EnvironmentReport>,
    /// The files to be written and removed.
    pub(super) edits: Edits,
    /// The contents of those to be written.
    pub(super) blobs: Vec<Oid>,
    pub(super) warnings: Vec<Warning>,
}

impl Run<'_> {
    /// Returns what would turn the branch into the rendered manifests.
    pub(super) async fn compare(
        &mut self,
        base: &Base,
        rendered: &Rendered,
        targets: &[Target],
    ) -> Result<Compared, PublishError> {
        self.compare_keeping((base, base), rendered, targets).await
    }

    /// Returns what would turn the branch into the rendered manifests, where what is random in them
    /// is kept of another branch.
    pub(super) async fn compare_keeping(
        &mut self,
        (base, published): (&Base, &Base),
        rendered: &Rendered,
        targets: &[Target],
    ) -> Result<Compared, PublishError> {
        let mut compared = Compared::default();
        for target in targets {
            let is_it = |manifests: &&Manifests| manifests.environment == target.environment;
            if let Some(manifests) = rendered.environments.iter().find(is_it) {
                let manifests = self.kept(published, (target, manifests)).await?;
                self.compare_environment(base, (target, &manifests), &mut compared).await?;
            }
        }
        Ok(compared)
    }

    async fn compare_environment(
        &mut self,
        base: &Base,
        (target, manifests): (&Target, &Manifests),
        compared: &mut Compared,
    ) -> Result<(), PublishError> {
        let mut found = self.found(base, &target.folder)?;
        let listed = found.remove(inventory::NAME);
        let mut ids = BTreeMap::new();
        for (path, manifest) in &manifests.files {
            ids.insert(path.clone(), git::blob_id(&manifest.content)?);
        }
        // Where exactly our files stand, nothing can be ours besides: no need to read the list.
        let complete = listed.is_some() && is_same(&found, &ids);
        let inventory = match listed {
            Some(listed) if !complete => Some(self.inventory(base, &target.folder, listed).await?),
            _ => None,
        };
        let mut report = EnvironmentReport {
            target: target.clone(),
            objects: manifests.objects(),
            changes: Changeset::default(),
            superseded_by: None,
        };
        if complete {
            compared.environments.push(report);
            return Ok(());
        }
        let (inventory, origin) = (inventory.as_ref(), &self.destination.origin);
        self.refuse_foreign(target, inventory)?;
        let changes = changeset::compare(&found, inventory, &ids);
        let newer = inventory.and_then(|inventory| inventory.newer(origin));
        if let Some(newer) = newer.filter(|_| !self.destination.allow_older) {
            // Nothing is published: it does not matter what is in the way, or that nothing is left.
            report.superseded_by =
                (!matches!(&changes, Ok(none) if none.is_empty())).then_some(newer);
            compared.environments.push(report);
            return Ok(());
        }
        let there = ids.keys().filter(|path| found.contains_key(*path)).count();
        refuse_emptied(&report, inventory.map_or(there, |inventory| inventory.published(&ids)))?;
        report.changes =
            changes.map_err(|foreign| PublishError::foreign(&target.folder, &foreign))?;
        self.refuse_claimed(base, (&target.folder, &found), &report.changes).await?;
        if inventory.is_none() || !report.changes.is_empty() {
            compared.warn(&report);
            self.add_edits(&report, (manifests, &ids, inventory), compared)?;
        }
        compared.environments.push(report);
        Ok(())
    }

    /// Returns what stands in an environment's folder.
    pub(super) fn found(&self, base: &Base, folder: &str) -> Result<Found, PublishError> {
        let Some(tree) = base.tree else {
            return Ok(Found::new());
        };
        match tree::look_up(&self.store, tree, folder)? {
            None => Ok(Found::new()),
            Some((Kind::Folder, id)) => Ok(tree::below(&self.store, id)?),
            Some((Kind::File | Kind::Other, _)) => {
                Err(PublishError::InTheWay { path: folder.to_owned() })
            }
        }
    }

    /// Returns the inventory of a folder.
    pub(super) async fn inventory(
        &mut self,
        base: &Base,
        folder: &str,
        (kind, id): (Kind, Oid),
    ) -> Result<Inventory, PublishError> {
        let path = format!("{folder}/{}", inventory::NAME);
        let (Kind::File, Some(tip)) = (kind, base.parent) else {
            return Err(PublishError::InTheWay { path });
        };
        self.remote.fetch_files(&self.store, &base.tips, (tip, &[id])).await?;
        let content = self.store.file(id)?;
        Inventory::read(&content).map_err(|source| PublishError::Inventory { path, source })
    }

    /// Refuses a folder that another definition or environment publishes to.
    fn refuse_foreign(
        &self,
        target: &Target,
        inventory: Option<&Inventory>,
    ) -> Result<(), PublishError> {
        let origin = &self.destination.origin;
        let words = target.environment.words().join(" ");
        let is_foreign =
            |other: &&Inventory| other.is_foreign(origin) || other.environment != words;
        match inventory.filter(is_foreign) {
            Some(inventory) => Err(PublishError::ForeignFolder {
                folder: target.folder.clone(),
                owner: inventory.owner(origin),
            }),
            None => Ok(()),
        }
    }

    fn add_edits(
        &self,
        report: &EnvironmentReport,
        (manifests, ids, previous): (&Manifests, &BTreeMap<String, Oid>, Option<&Inventory>),
        compared: &mut Compared,
    ) -> Result<(), PublishError> {
        let folder = &report.target.folder;
        let changes = &report.changes;
        for path in &changes.removed {
            compared.edits.insert(format!("{folder}/{path}"), None);
        }
        for path in changes.added.iter().chain(&changes.modified) {
            if let Some(manifest) = manifests.files.get(path) {
                compared.write(&self.store, format!("{folder}/{path}"), &manifest.content)?;
            }
        }
        let words = report.target.environment.words().join(" ");
        let mut inventory = Inventory::of(&self.destination.origin, &words, report.objects);
        // A file of somebody else stays that, though it happens to be like ours.
        let is_ours = |path: &str| {
            previous.is_none_or(|previous| previous.files.contains_key(path))
                || changes.added.iter().any(|added| added == path)
        };
        let ours = ids.iter().filter(|(path, _)| is_ours(path));
        inventory.files = ours.map(|(path, id)| (path.clone(), id.to_string())).collect();
        let makers = manifests.makers.iter();
        let entry = |maker: &Maker| MakerEntry {
            engine: maker.engine.clone(),
            profile: maker.profile.clone(),
        };
        inventory.charts = makers.map(entry).collect();
        // Without a build of its own, a run leaves the last one for later builds to compare with.
        inventory.build = inventory.build.or_else(|| previous?.build.clone());
        compared.write(&self.store, format!("{folder}/{}", inventory::NAME), &inventory.write())
    }
}

impl Compared {
    fn write(&mut self, store: &Store, path: String, content: &[u8]) -> Result<(), PublishError> {
        let id = store.add_file(content)?;
        self.blobs.push(id);
        self.edits.insert(path, Some(id));
        Ok(())
    }

    fn warn(&mut self, report: &EnvironmentReport) {
        let (folder, changes) = (&report.target.folder, &report.changes);
        let mut warn = |code, files: &[String], what: &str, hint: &str| {
            if files.is_empty() {
                return;
            }
            let some: Vec<_> =
                files.iter().take(5).map(|file| format!("{folder}/{file}")).collect();
            let more = files.len().saturating_sub(5);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let message = format!("{what}: {}{more}", some.join(", "));
            let hint = Some(hint.to_owned());
            self.warnings.push(Warning { code, message, hint, place: None });
        };
        warn(
            Code::Adopted,
            &changes.adopted,
            "files that an earlier tool wrote belong to this definition from now on",
            "files beside them that are no longer rendered stay: remove them by hand once",
        );
        warn(
            Code::EditedByHand,
            &changes.edited,
            "files that were changed by hand in the destination are written over",
            "make such changes in the definition",
        );
    }

    pub(super) fn report(self, run: &Run<'_>, published: Published) -> BranchReport {
        let (environments, warnings) = (self.environments, self.warnings);
        BranchReport { branch: run.branch_name(), published, environments, warnings }
    }
}

/// Refuses an environment that had objects and would have none.
fn refuse_emptied(report: &EnvironmentReport, published: usize) -> Result<(), PublishError> {
    if report.objects > 0 || published == 0 {
        return Ok(());
    }
    let (environment, folder) =
        (report.target.environment.to_string(), report.target.folder.clone());
    Err(PublishError::Emptied { environment, folder, published })
}

fn is_same(found: &Found, ids: &BTreeMap<String, Oid>) -> bool {
    found.len() == ids.len()
        && ids.iter().all(|(path, id)| found.get(path) == Some(&(Kind::File, *id)))
}
