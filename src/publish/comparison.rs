//! What would turn a branch into the rendered manifests, environment by environment.

use crate::failure::{Code, Warning};
use crate::filename;
use crate::git::store::Store;
use crate::git::tree::{self, Edits, Kind};
use crate::git::{self, Oid};
use crate::plan::{DeletionLimit, Prune, Target};
use crate::publish::branch::{Base, Run};
use crate::publish::breaker::{self, Breach, some_of};
use crate::publish::changeset::{self, Changeset, Found};
use crate::publish::inventory::{self, Inventory, MakerEntry};
use crate::publish::{BranchReport, EnvironmentReport, PublishError, Published};
use crate::render::{Maker, Manifests, Rendered};
use std::collections::BTreeMap;

/// How many files a warning names.
const NAMED: usize = 10;

/// The difference between a branch and the rendered manifests.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    /// The changes to each environment.
    pub(super) environments: Vec<EnvironmentReport>,
    /// The files to be written and removed.
    pub(super) edits: Edits,
    /// The contents of those to be written.
    pub(super) blobs: Vec<Oid>,
    /// Why the changes must not be published.
    pub(super) breaches: Vec<Breach>,
    pub(super) warnings: Vec<Warning>,
}

/// An environment's place: what stands there, and what has to.
struct Place<'a> {
    target: &'a Target,
    manifests: &'a Manifests,
    /// The files that stand there, but the inventory.
    found: Found,
    /// The inventory.
    listed: Option<(Kind, Oid)>,
    /// The rendered files.
    ids: BTreeMap<String, Oid>,
}

/// An environment whose files are to be changed.
struct Change<'a> {
    place: Place<'a>,
    inventory: Option<Inventory>,
    /// Where its report is in the comparison.
    at: usize,
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
        let mut kept = Vec::new();
        for target in targets {
            let is_it = |manifests: &&Manifests| manifests.environment == target.environment;
            if let Some(manifests) = rendered.environments.iter().find(is_it) {
                kept.push((target, self.kept(published, (target, manifests)).await?));
            }
        }
        let places = kept.iter().map(|(target, manifests)| self.place(base, target, manifests));
        let places: Vec<_> = places.collect::<Result<_, _>>()?;
        // The inventories in one request, with the files that ours replace.
        let wanted: Vec<Oid> = places.iter().flat_map(Place::wanted).collect();
        self.files(base, &wanted).await?;
        let (mut compared, mut changes) = (Compared::default(), Vec::new());
        for place in places {
            let (report, change) = self.compare_environment(base, place).await?;
            let at = compared.environments.len();
            compared.environments.push(report);
            changes.extend(change.map(|(place, inventory)| Change { place, inventory, at }));
        }
        let reports = &compared.environments;
        let wanted = changes.iter().flat_map(|change| change.before(reports)).collect::<Vec<_>>();
        self.files(base, &wanted).await?;
        for change in changes {
            let Some(report) = compared.environments.get(change.at).cloned() else {
                continue;
            };
            self.judge(&change, &report, &mut compared)?;
            compared.warn(&report);
            self.add_edits(&change, &report, &mut compared)?;
        }
        Ok(compared)
    }

    /// Looks at an environment's place.
    fn place<'a>(
        &self,
        base: &Base,
        target: &'a Target,
        manifests: &'a Manifests,
    ) -> Result<Place<'a>, PublishError> {
        let mut found = self.found(base, &target.folder)?;
        let listed = found.remove(inventory::NAME);
        let mut ids = BTreeMap::new();
        for (path, manifest) in &manifests.files {
            ids.insert(path.clone(), git::blob_id(&manifest.content)?);
        }
        Ok(Place { target, manifests, found, listed, ids })
    }

    /// Returns an environment's changes, and its inventory where they are to be made.
    async fn compare_environment<'a>(
        &mut self,
        base: &Base,
        place: Place<'a>,
    ) -> Result<(EnvironmentReport, Option<(Place<'a>, Option<Inventory>)>), PublishError> {
        let target = place.target;
        let mut report = EnvironmentReport {
            target: target.clone(),
            objects: place.manifests.objects(),
            changes: Changeset::default(),
            superseded_by: None,
        };
        if place.is_complete() {
            return Ok((report, None));
        }
        let inventory = match place.listed {
            Some(listed) => Some(self.inventory(base, &target.folder, listed).await?),
            None => None,
        };
        self.refuse_foreign(target, inventory.as_ref())?;
        let (found, listing, prune) =
            (&place.found, inventory.as_ref(), self.destination.pruning.mode);
        let changes = changeset::compare(found, listing, &place.ids, prune);
        let newer = listing.and_then(|inventory| inventory.newer(&self.destination.origin));
        if let Some(newer) = newer.filter(|_| !self.destination.allow_older) {
            // Nothing is published: it does not matter what is in the way, or that nothing is left.
            report.superseded_by =
                (!matches!(&changes, Ok(none) if none.is_empty())).then_some(newer);
            return Ok((report, None));
        }
        report.changes =
            changes.map_err(|foreign| PublishError::foreign(&target.folder, &foreign))?;
        refuse_on_windows(&report)?;
        self.refuse_claimed(base, (&target.folder, found), &report.changes).await?;
        let is_changed = inventory.is_none() || !report.changes.is_empty();
        Ok((report, is_changed.then_some((place, inventory))))
    }

    /// Notes what speaks against an environment's changes.
    fn judge(
        &self,
        change: &Change<'_>,
        report: &EnvironmentReport,
        compared: &mut Compared,
    ) -> Result<(), PublishError> {
        let limit = self.destination.pruning.limit;
        let (place, inventory) = (&change.place, change.inventory.as_ref());
        let there = place.ids.keys().filter(|path| place.found.contains_key(*path)).count();
        let published = inventory.map_or(there, |inventory| inventory.published(&place.ids));
        if let Some(breach) = emptied(report, published).filter(|_| limit != DeletionLimit::Lifted)
        {
            compared.breaches.push(breach);
            return Ok(());
        }
        let before = change.before(std::slice::from_ref(report));
        let before: Result<Vec<_>, _> = before.map(|id| self.store.file(id)).collect();
        compared.breaches.extend(breaker::judge(report, place.manifests, &before?, limit));
        Ok(())
    }

    /// Brings the contents of files of the branch into the store.
    async fn files(&mut self, base: &Base, ids: &[Oid]) -> Result<(), PublishError> {
        let Some(tip) = base.parent.filter(|_| !ids.is_empty()) else {
            return Ok(());
        };
        Ok(self.remote.fetch_files(&self.store, &base.tips, (tip, ids)).await?)
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
        if kind != Kind::File {
            return Err(PublishError::InTheWay { path });
        }
        self.files(base, &[id]).await?;
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
        change: &Change<'_>,
        report: &EnvironmentReport,
        compared: &mut Compared,
    ) -> Result<(), PublishError> {
        let Place { manifests, ids, .. } = &change.place;
        let previous = change.inventory.as_ref();
        let (folder, changes) = (&report.target.folder, &report.changes);
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
            self.destination.pruning.mode == Prune::Environment
                || previous.is_none_or(|previous| previous.files.contains_key(path))
                || changes.added.binary_search_by(|added| added.as_str().cmp(path)).is_ok()
        };
        let ours = ids.iter().filter(|(path, _)| is_ours(path));
        inventory.files = ours.map(|(path, id)| (path.clone(), id.to_string())).collect();
        let kept = changes.kept.iter().filter_map(|path| previous?.files.get_key_value(path));
        inventory.files.extend(kept.map(|(path, id)| (path.clone(), id.clone())));
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

impl Place<'_> {
    /// Tells whether exactly our files stand there: nothing can be ours besides, and there is no
    /// need to read the inventory.
    fn is_complete(&self) -> bool {
        self.listed.is_some()
            && self.found.len() == self.ids.len()
            && self.ids.iter().all(|(path, id)| self.found.get(path) == Some(&(Kind::File, *id)))
    }

    /// Returns the contents that a comparison needs: the inventory, and files that ours replace.
    fn wanted(&self) -> Vec<Oid> {
        if self.is_complete() {
            return Vec::new();
        }
        let replaced = self.ids.iter().filter_map(|(path, id)| {
            let there = self.found.get(path)?;
            (there.1 != *id).then_some(*there)
        });
        let wanted = self.listed.into_iter().chain(replaced);
        wanted.filter(|(kind, _)| *kind == Kind::File).map(|(_, id)| id).collect()
    }
}

impl Change<'_> {
    /// Returns the contents of the files that are replaced or removed.
    fn before<'a>(&'a self, reports: &'a [EnvironmentReport]) -> impl Iterator<Item = Oid> + 'a {
        let is_it = |report: &&EnvironmentReport| report.target == *self.place.target;
        let changes = reports.iter().find(is_it).map(|report| &report.changes);
        let paths = changes.into_iter().flat_map(|it| it.modified.iter().chain(&it.removed));
        paths.filter_map(|path| self.place.found.get(path)).map(|(_, id)| *id)
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
            let files: Vec<_> = files.iter().map(|file| format!("{folder}/{file}")).collect();
            let message = format!("{what}: {}", some_of(&files, NAMED));
            let hint = Some(hint.to_owned());
            self.warnings.push(Warning { code, message, hint, place: None });
        };
        warn(
            Code::Adopted,
            &changes.adopted,
            "files that an earlier tool wrote belong to this definition from now on",
            "files beside them that are no longer rendered stay: remove them by hand once",
        );
        let (removed, replaced): (Vec<_>, Vec<_>) = changes
            .edited
            .iter()
            .cloned()
            .partition(|path| changes.removed.binary_search(path).is_ok());
        let hint = "make such changes in the definition";
        for (files, what) in [
            (&replaced, "files that were changed by hand in the destination are written over"),
            (&removed, "files that were changed by hand in the destination are removed"),
            (&changes.restored, "files that were removed by hand in the destination are put back"),
        ] {
            warn(Code::EditedByHand, files, what, hint);
        }
    }

    pub(super) fn report(self, run: &Run<'_>, published: Published) -> BranchReport {
        let (environments, warnings) = (self.environments, self.warnings);
        BranchReport { branch: run.branch_name(), published, environments, warnings }
    }
}

/// Refuses new files that would keep everybody on Windows from checking the branch out.
fn refuse_on_windows(report: &EnvironmentReport) -> Result<(), PublishError> {
    let paths = report.changes.added.iter().map(|path| format!("{}/{path}", report.target.folder));
    let refused = |path: String| Some((filename::refused_on_windows(&path)?, path));
    match { paths }.find_map(refused) {
        Some((reason, path)) => Err(PublishError::OnWindows { path, reason }),
        None => Ok(()),
    }
}

/// Returns the breach of an environment that had objects and would have none.
fn emptied(report: &EnvironmentReport, published: usize) -> Option<Breach> {
    let (environment, folder) =
        (report.target.environment.to_string(), report.target.folder.clone());
    (report.objects == 0 && published > 0).then_some(Breach::Emptied {
        environment,
        folder,
        published,
    })
}
