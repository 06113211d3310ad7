//! Trees: reading them, and writing new ones that differ in a few files.

use crate::git::error::GitError;
use crate::git::store::Store;
use git2::{ObjectType, Oid};
use std::collections::BTreeMap;

/// How many folders deep a tree is followed.
// Paths that git programs can check out are at most 4096 bytes long.
const DEEPEST: usize = 2048;

const FILE: i32 = 0o100_644;
const FOLDER: i32 = 0o040_000;

/// What a path of a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, executable or not.
    File,
    /// A folder.
    Folder,
    /// A link or a submodule: nothing that we follow or write.
    Other,
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    mode: i32,
    id: Oid,
}

/// The files to be written (with their contents' ids) and removed (`None`), by path from the top,
/// separated by `/`.
pub type Edits = BTreeMap<String, Option<Oid>>;

/// Why an edit cannot be made.
#[derive(Debug)]
pub enum EditError {
    /// Something that is no file, or no folder, stands in the way at this path.
    InTheWay(String),
    /// The store failed.
    Git(GitError),
}

impl From<GitError> for EditError {
    fn from(error: GitError) -> Self {
        Self::Git(error)
    }
}

/// A new tree, and the objects that it needs and the old one did not have.
#[derive(Debug)]
pub struct Edited {
    /// The tree; `None` when nothing is left in it.
    pub tree: Option<Oid>,
    /// The ids of the trees that were written.
    pub written: Vec<Oid>,
}

/// Returns what stands at `path` below a tree, and its id.
pub fn look_up(store: &Store, root: Oid, path: &str) -> Result<Option<(Kind, Oid)>, GitError> {
    let mut found = (Kind::Folder, root);
    for name in path.split('/').filter(|name| !name.is_empty()) {
        if found.0 != Kind::Folder {
            return Ok(None);
        }
        let entries = entries(store, found.1)?;
        let Some(entry) = entries.get(name.as_bytes()) else {
            return Ok(None);
        };
        found = (kind(entry.mode), entry.id);
    }
    Ok(Some(found))
}

/// Returns everything below a tree that is no folder, by its path from there. Names that are not
/// Unicode keep their place with replaced characters: they are never ours.
pub fn below(store: &Store, tree: Oid) -> Result<BTreeMap<String, (Kind, Oid)>, GitError> {
    let mut found = BTreeMap::new();
    let mut folders = vec![(String::new(), tree, 0)];
    while let Some((prefix, tree, depth)) = folders.pop() {
        if depth > DEEPEST {
            let deep = git2::Error::from_str("the folders are nested too deeply");
            return Err(GitError::store("read a tree")(deep));
        }
        for (name, entry) in entries(store, tree)? {
            let path = format!("{prefix}{}", String::from_utf8_lossy(&name));
            match kind(entry.mode) {
                Kind::Folder => folders.push((format!("{path}/"), entry.id, depth + 1)),
                kind => drop(found.insert(path, (kind, entry.id))),
            }
        }
    }
    Ok(found)
}

/// Writes a tree that differs from `root` by the edits; only the folders on their paths are read
/// and written. A folder that an edit leaves empty goes.
pub fn edit(store: &Store, root: Option<Oid>, edits: &Edits) -> Result<Edited, EditError> {
    let edits: Vec<_> = edits.iter().map(|(path, id)| (path.as_str(), *id)).collect();
    let mut written = Vec::new();
    let tree = edit_folder(store, root, &edits, &mut Level { written: &mut written, prefix: "" })?;
    Ok(Edited { tree, written })
}

struct Level<'a> {
    written: &'a mut Vec<Oid>,
    prefix: &'a str,
}

fn edit_folder(
    store: &Store,
    tree: Option<Oid>,
    edits: &[(&str, Option<Oid>)],
    level: &mut Level<'_>,
) -> Result<Option<Oid>, EditError> {
    let mut entries = match tree {
        Some(tree) => entries(store, tree)?,
        None => BTreeMap::new(),
    };
    let mut folders: BTreeMap<&str, Vec<(&str, Option<Oid>)>> = BTreeMap::new();
    let mut files = Vec::new();
    for &(path, id) in edits {
        match path.split_once('/') {
            Some((name, rest)) => folders.entry(name).or_default().push((rest, id)),
            None => files.push((path, id)),
        }
    }
    // Files first go and folders then come, so that a file may become a folder; then the rest.
    files.iter().filter(|(_, id)| id.is_none()).for_each(|(name, _)| remove(&mut entries, name));
    for (name, edits) in folders {
        edit_subfolder(store, &mut entries, (name, &edits), level)?;
    }
    for (name, id) in files {
        if let Some(id) = id {
            put_file(&mut entries, name, id).map_err(|()| in_the_way(level.prefix, name))?;
        }
    }
    if entries.is_empty() {
        return Ok(None);
    }
    let id = store.add(ObjectType::Tree, &content(&entries))?;
    level.written.push(id);
    Ok(Some(id))
}

fn edit_subfolder(
    store: &Store,
    entries: &mut BTreeMap<Vec<u8>, Entry>,
    (name, edits): (&str, &[(&str, Option<Oid>)]),
    level: &mut Level<'_>,
) -> Result<(), EditError> {
    let tree = match entries.get(name.as_bytes()) {
        None if edits.iter().all(|(_, id)| id.is_none()) => return Ok(()),
        None => None,
        Some(entry) if entry.mode == FOLDER => Some(entry.id),
        Some(_) if edits.iter().all(|(_, id)| id.is_none()) => return Ok(()),
        Some(_) => return Err(in_the_way(level.prefix, name)),
    };
    let prefix = format!("{}{name}/", level.prefix);
    let mut inner = Level { written: level.written, prefix: &prefix };
    match edit_folder(store, tree, edits, &mut inner)? {
        Some(id) => drop(entries.insert(name.into(), Entry { mode: FOLDER, id })),
        None => drop(entries.remove(name.as_bytes())),
    }
    Ok(())
}

fn remove(entries: &mut BTreeMap<Vec<u8>, Entry>, name: &str) {
    let is_file = |entry: &Entry| kind(entry.mode) == Kind::File;
    if entries.get(name.as_bytes()).is_some_and(is_file) {
        entries.remove(name.as_bytes());
    }
}

fn put_file(entries: &mut BTreeMap<Vec<u8>, Entry>, name: &str, id: Oid) -> Result<(), ()> {
    let mode = match entries.get(name.as_bytes()) {
        None => FILE,
        Some(entry) if kind(entry.mode) == Kind::File => entry.mode,
        Some(_) => return Err(()),
    };
    entries.insert(name.into(), Entry { mode, id });
    Ok(())
}

fn in_the_way(prefix: &str, name: &str) -> EditError {
    EditError::InTheWay(format!("{prefix}{name}"))
}

fn kind(mode: i32) -> Kind {
    match mode {
        FOLDER => Kind::Folder,
        // Old programs wrote other permission bits into trees.
        _ if mode & !0o777 == FILE & !0o777 => Kind::File,
        _ => Kind::Other,
    }
}

fn entries(store: &Store, tree: Oid) -> Result<BTreeMap<Vec<u8>, Entry>, GitError> {
    let tree = store.repository().find_tree(tree).map_err(GitError::store("read a tree"))?;
    let entry = |entry: git2::TreeEntry<'_>| {
        (entry.name_bytes().to_vec(), Entry { mode: entry.filemode_raw(), id: entry.id() })
    };
    Ok(tree.iter().map(entry).collect())
}

/// Returns a tree in git's own form, in which a folder sorts as if its name ended in a slash.
fn content(entries: &BTreeMap<Vec<u8>, Entry>) -> Vec<u8> {
    let mut sorted: Vec<_> = entries.iter().collect();
    sorted.sort_by_key(|(name, entry)| {
        let end: &[u8] = if entry.mode == FOLDER { b"/" } else { b"" };
        [name.as_slice(), end].concat()
    });
    let mut content = Vec::new();
    for (name, entry) in sorted {
        content.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
        content.extend_from_slice(name);
        content.push(0);
        content.extend_from_slice(entry.id.as_bytes());
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    /// Writes a tree with `before`, edits it, and compares the listing.
    fn check(before: &[&str], edits: &[&str], expected: &Expect) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let parsed = |lines: &[&str]| -> Edits {
            let edit = |line: &&str| match line.split_once('=') {
                Some((path, text)) => {
                    (path.to_owned(), Some(store.add_file(text.as_bytes()).unwrap()))
                }
                None => ((*line).to_owned(), None),
            };
            lines.iter().map(edit).collect()
        };
        let root = edit(&store, None, &parsed(before)).unwrap().tree;
        let text = match edit(&store, root, &parsed(edits)) {
            Err(EditError::InTheWay(path)) => format!("in the way: {path}"),
            Err(EditError::Git(error)) => panic!("{error}"),
            Ok(Edited { tree: None, .. }) => "nothing".to_owned(),
            Ok(Edited { tree: Some(tree), .. }) => {
                let list = below(&store, tree).unwrap().into_iter().map(|(path, (_, id))| {
                    format!("{path}={}", String::from_utf8(store.file(id).unwrap()).unwrap())
                });
                list.collect::<Vec<_>>().join("\n")
            }
        };
        expected.assert_eq(&format!("{text}\n"));
    }

    #[test]
    fn other_files_ride_along() {
        check(
            &["README.md=r", "prod/a.yaml=1", "prod/b/c.yaml=2", "other/x=3"],
            &["prod/a.yaml=9", "prod/b/d.yaml=4"],
            &expect![[r#"
                README.md=r
                other/x=3
                prod/a.yaml=9
                prod/b/c.yaml=2
                prod/b/d.yaml=4
            "#]],
        );
    }

    #[test]
    fn a_folder_that_becomes_empty_goes() {
        check(
            &["a/b/c=1", "x=2"],
            &["a/b/c"],
            &expect![[r#"
            x=2
        "#]],
        );
        check(
            &["a/b/c=1"],
            &["a/b/c"],
            &expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn a_file_may_become_a_folder_and_the_other_way_round() {
        check(
            &["a=1"],
            &["a", "a/b=2"],
            &expect![[r#"
            a/b=2
        "#]],
        );
        check(
            &["a/b=1"],
            &["a/b", "a=2"],
            &expect![[r#"
            a=2
        "#]],
        );
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        check(
            &["d/a=1"],
            &["d/a/b=2"],
            &expect![[r#"
            in the way: d/a
        "#]],
        );
        check(
            &["d/a/b=1"],
            &["d/a=2"],
            &expect![[r#"
            in the way: d/a
        "#]],
        );
    }

    #[test]
    fn removing_what_is_not_there_changes_nothing() {
        check(
            &["a=1"],
            &["b", "c/d"],
            &expect![[r#"
            a=1
        "#]],
        );
    }

    #[test]
    fn folders_sort_as_git_sorts_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let id = store.add_file(b"x").unwrap();
        let edits: Edits =
            ["a/b", "a.b", "a-b"].iter().map(|p| ((*p).to_owned(), Some(id))).collect();
        let tree = edit(&store, None, &edits).unwrap().tree.unwrap();
        let tree = store.repository().find_tree(tree).unwrap();
        let names: Vec<_> = tree.iter().map(|e| e.name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a-b", "a.b", "a"]);
    }
}
