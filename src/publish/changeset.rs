//! What would turn the published manifests of an environment into the rendered ones.

use crate::git::Oid;
use crate::git::tree::Kind;
use crate::plan::Prune;
use crate::publish::inventory::{self, Inventory};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in an environment's folder, by path below it.
pub type Found = BTreeMap<String, (Kind, Oid)>;

/// The changes to one environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changeset {
    /// Manifests that are new.
    pub added: Vec<String>,
    /// Manifests that have other content.
    pub modified: Vec<String>,
    /// Files that are no longer rendered, and go.
    pub removed: Vec<String>,
    /// Manifests that an earlier run wrote and that are no longer rendered, but stay.
    pub kept: Vec<String>,
    /// Those of the added ones that somebody removed since they were written.
    pub restored: Vec<String>,
    /// Those of the modified ones that no inventory lists: an earlier tool wrote them.
    pub adopted: Vec<String>,
    /// Those of the modified and removed ones that somebody changed since they were written.
    pub edited: Vec<String>,
}

/// Something that is not ours stands where a manifest has to go, at this path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreign(pub String);

impl Changeset {
    /// Tells whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.modified.is_empty() && self.removed.is_empty()
    }
}

/// Returns the changes. Only files that the inventory lists are ours, unless the whole folder is;
/// where there is none, an earlier tool wrote the folder, and the files that we render become ours.
pub fn compare(
    found: &Found,
    inventory: Option<&Inventory>,
    rendered: &BTreeMap<String, Oid>,
    prune: Prune,
) -> Result<Changeset, Foreign> {
    let mut changes = Changeset::default();
    let is_listed = |path: &String| inventory.is_some_and(|it| it.files.contains_key(path));
    for (path, id) in rendered {
        match found.get(path) {
            None => {
                changes.restored.extend(is_listed(path).then(|| path.clone()));
                changes.added.push(path.clone());
            }
            Some((Kind::File, there)) if there == id => {}
            Some((Kind::File, there)) => {
                match inventory {
                    None => changes.adopted.push(path.clone()),
                    Some(_) if !is_listed(path) => match prune {
                        Prune::Environment => changes.adopted.push(path.clone()),
                        Prune::Owned | Prune::None => return Err(Foreign(path.clone())),
                    },
                    Some(inventory) if inventory.written(path) != Some(*there) => {
                        changes.edited.push(path.clone());
                    }
                    Some(_) => {}
                }
                changes.modified.push(path.clone());
            }
            Some((Kind::Folder | Kind::Other, _)) => return Err(Foreign(path.clone())),
        }
    }
    for (path, there) in left(found, inventory, prune) {
        if rendered.contains_key(path) {
            continue;
        }
        if prune == Prune::None {
            changes.kept.push(path.clone());
            continue;
        }
        if is_listed(path) && inventory.and_then(|it| it.written(path)) != Some(there) {
            changes.edited.push(path.clone());
        }
        changes.removed.push(path.clone());
    }
    Ok(changes)
}

/// Returns the files that go when they are not rendered: those that the inventory lists, or all
/// that are in no folder with an inventory of its own.
fn left<'a>(
    found: &'a Found,
    inventory: Option<&'a Inventory>,
    prune: Prune,
) -> BTreeMap<&'a String, Oid> {
    let file = |path: &'a String| match found.get(path) {
        Some((Kind::File, there)) => Some((path, *there)),
        Some((Kind::Folder | Kind::Other, _)) | None => None,
    };
    let listed = inventory.iter().flat_map(|inventory| inventory.files.keys());
    let mut left: BTreeMap<&String, Oid> = listed.filter_map(file).collect();
    if prune == Prune::Environment {
        let end = format!("/{}", inventory::NAME);
        let others: BTreeSet<&str> =
            found.keys().filter_map(|path| path.strip_suffix(&end)).collect();
        let is_theirs = |path: &String| {
            path.match_indices('/')
                .any(|(at, _)| path.get(..at).is_some_and(|it| others.contains(it)))
        };
        left.extend(found.keys().filter(|path| !is_theirs(path)).filter_map(file));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::blob_id;
    use expect_test::{Expect, expect};

    fn parsed(files: &[&str]) -> BTreeMap<String, Oid> {
        let file = |file: &&str| {
            let (path, text) = file.split_once('=').unwrap();
            (path.to_owned(), blob_id(text.as_bytes()).unwrap())
        };
        files.iter().map(file).collect()
    }

    /// Compares what is there, what the inventory lists (`None`: there is none) and what is
    /// rendered.
    fn check(found: &[&str], listed: Option<&[&str]>, rendered: &[&str], expected: &Expect) {
        check_pruned(Prune::Owned, (found, listed), rendered, expected);
    }

    fn check_pruned(
        prune: Prune,
        (found, listed): (&[&str], Option<&[&str]>),
        rendered: &[&str],
        expected: &Expect,
    ) {
        let found = parsed(found).into_iter().map(|(path, id)| (path, (Kind::File, id))).collect();
        let inventory = listed.map(|listed| {
            let mut inventory = Inventory::default();
            let ids = parsed(listed).into_iter().map(|(path, id)| (path, id.to_string()));
            inventory.files = ids.collect();
            inventory
        });
        let text = match compare(&found, inventory.as_ref(), &parsed(rendered), prune) {
            Ok(c) => {
                let said = [("kept", &c.kept), ("restored", &c.restored)].into_iter();
                let said = said.filter(|(_, paths)| !paths.is_empty());
                let said: Vec<_> = said.map(|(what, paths)| format!(" {what}{paths:?}")).collect();
                let said = said.concat();
                format!(
                    "+{:?} ~{:?} -{:?} adopted{:?} edited{:?}{said}",
                    c.added, c.modified, c.removed, c.adopted, c.edited
                )
            }
            Err(Foreign(path)) => format!("foreign {path}"),
        };
        expected.assert_eq(&format!("{text}\n"));
    }

    #[test]
    fn files_no_longer_rendered_go_if_they_are_ours() {
        check(
            &["a=1", "b=1", "README.md=x"],
            Some(&["a=1", "b=1"]),
            &["a=1"],
            &expect![[r#"
            +[] ~[] -["b"] adopted[] edited[]
        "#]],
        );
    }

    #[test]
    fn changed_and_new_files_are_written() {
        check(
            &["a=1", "b=1"],
            Some(&["a=1", "b=1"]),
            &["a=2", "b=1", "c=1"],
            &expect![[r#"
            +["c"] ~["a"] -[] adopted[] edited[]
        "#]],
        );
    }

    #[test]
    fn nothing_changes_when_all_is_there() {
        check(
            &["a=1"],
            Some(&["a=1"]),
            &["a=1"],
            &expect![[r#"
            +[] ~[] -[] adopted[] edited[]
        "#]],
        );
    }

    #[test]
    fn a_file_that_is_not_ours_is_never_written_over() {
        check(
            &["a=1", "b=x"],
            Some(&["a=1"]),
            &["a=1", "b=2"],
            &expect![[r#"
            foreign b
        "#]],
        );
        check(
            &["a=1", "b=2"],
            Some(&["a=1"]),
            &["a=1", "b=2"],
            &expect![[r#"
            +[] ~[] -[] adopted[] edited[]
        "#]],
        );
    }

    #[test]
    fn without_an_inventory_the_files_that_we_render_become_ours_and_the_rest_stays() {
        check(
            &["a=old", "b=old", "c=2"],
            None,
            &["a=1", "c=2"],
            &expect![[r#"
            +[] ~["a"] -[] adopted["a"] edited[]
        "#]],
        );
    }

    #[test]
    fn edits_by_hand_are_noticed() {
        check(
            &["a=hand", "b=hand"],
            Some(&["a=1", "b=1"]),
            &["a=1"],
            &expect![[r#"
            +[] ~["a"] -["b"] adopted[] edited["a", "b"]
        "#]],
        );
    }

    #[test]
    fn paths_of_a_forged_inventory_reach_nothing() {
        check(
            &["a=1"],
            Some(&["a=1", "../flux-system/x=1", "/etc/passwd=1"]),
            &["a=1"],
            &expect![[r#"
                +[] ~[] -[] adopted[] edited[]
            "#]],
        );
    }

    #[test]
    fn what_is_no_longer_rendered_can_stay_ours() {
        check_pruned(
            Prune::None,
            (&["a=1", "b=1", "c=x"], Some(&["a=1", "b=1", "gone=1"])),
            &["a=2"],
            &expect![[r#"
                +[] ~["a"] -[] adopted[] edited[] kept["b"]
            "#]],
        );
    }

    #[test]
    fn a_whole_folder_can_be_ours_but_for_folders_with_an_inventory() {
        let found =
            &["a=1", "b=x", "c=1", "d/e=1", "o/.fabrikate-gitops.json=1", "o/p=1", "o/q/r=1"];
        check_pruned(
            Prune::Environment,
            (found, Some(&["a=1", "c=1"])),
            &["a=1", "b=1"],
            &expect![[r#"
                +[] ~["b"] -["c", "d/e"] adopted["b"] edited[]
            "#]],
        );
        check_pruned(
            Prune::Environment,
            (&["a=1", "old=1"], None),
            &["a=1"],
            &expect![[r#"
                +[] ~[] -["old"] adopted[] edited[]
            "#]],
        );
    }

    #[test]
    fn files_that_somebody_removed_come_back_and_are_known() {
        check(
            &["b=1"],
            Some(&["a=1", "b=1"]),
            &["a=1", "b=1", "c=1"],
            &expect![[r#"
                +["a", "c"] ~[] -[] adopted[] edited[] restored["a"]
            "#]],
        );
    }

    #[test]
    fn a_link_is_never_written() {
        let found = BTreeMap::from([("a".to_owned(), (Kind::Other, blob_id(b"1").unwrap()))]);
        let compared = compare(&found, None, &parsed(&["a=1"]), Prune::Environment);
        assert_eq!(compared, Err(Foreign("a".to_owned())));
    }
}
