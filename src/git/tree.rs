//! Trees: reading them, and writing new ones that differ in a few files.

use crate::filename;
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
    /// Git could not check out a file of this path everywhere.
    Unusable {
        /// The path.
        path: String,
        /// Why not.
        reason: &'static str,
    },
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
    for path in edits.iter().filter(|(_, id)| id.is_some()).map(|(path, _)| path) {
        if let Some(reason) = filename::refused_path(path) {
            return Err(EditError::Unusable { path: path.clone(), reason });
        }
    }
    let folders = folders(edits);
    let mut open = open(store, root, &folders)?;
    let mut written = Vec::new();
    // Folders come before what is below them, and so are closed last.
    for (path, folder) in folders.iter().rev() {
        let Some(mut entries) = open.remove(path) else {
            continue;
        };
        for (name, id) in folder.files.iter().filter_map(|(name, id)| Some((name, (*id)?))) {
            put_file(&mut entries, name, id).map_err(|()| in_the_way(path, name))?;
        }
        let tree = if entries.is_empty() {
            None
        } else {
            Some(store.add(ObjectType::Tree, &content(&entries))?)
        };
        written.extend(tree);
        let Some((parent, name)) = parent(path) else {
            return Ok(Edited { tree, written });
        };
        if let Some(above) = open.get_mut(parent) {
            match tree {
                Some(id) => drop(above.insert(name.into(), Entry { mode: FOLDER, id })),
                None => drop(above.remove(name.as_bytes())),
            }
        }
    }
    Ok(Edited { tree: root, written })
}

/// A folder with edits in it or below it.
#[derive(Debug, Default)]
struct Folder<'a> {
    /// The edits in it.
    files: Vec<(&'a str, Option<Oid>)>,
    /// Whether a file is written in it or below it.
    is_written: bool,
}

/// The entries of a folder, by name.
type Entries = BTreeMap<Vec<u8>, Entry>;

/// Returns the folders on the paths of edits, by their paths; the top's is empty.
fn folders(edits: &Edits) -> BTreeMap<&str, Folder<'_>> {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for (path, id) in edits {
        let Some((mut folder, name)) = parent(path) else {
            continue;
        };
        folders.entry(folder).or_default().files.push((name, *id));
        loop {
            folders.entry(folder).or_default().is_written |= id.is_some();
            match parent(folder) {
                Some((above, _)) => folder = above,
                None => break,
            }
        }
    }
    folders
}

/// Returns the entries of each folder, without the files that are removed. A folder that is not
/// there is new where something is written, and else left out.
// Files go before folders come, so that a file may become a folder.
fn open<'a>(
    store: &Store,
    root: Option<Oid>,
    folders: &BTreeMap<&'a str, Folder<'a>>,
) -> Result<BTreeMap<&'a str, Entries>, EditError> {
    let mut open: BTreeMap<&str, Entries> = BTreeMap::new();
    for (&path, folder) in folders {
        let tree = match parent(path) {
            None => root,
            Some((above, name)) => match open.get(above).map(|above| above.get(name.as_bytes())) {
                Some(Some(entry)) if entry.mode == FOLDER => Some(entry.id),
                _ if !folder.is_written => continue,
                Some(Some(_)) => return Err(in_the_way(above, name)),
                Some(None) | None => None,
            },
        };
        let mut entries = tree.map(|tree| entries(store, tree)).transpose()?.unwrap_or_default();
        for (name, _) in folder.files.iter().filter(|(_, id)| id.is_none()) {
            remove(&mut entries, name);
        }
        open.insert(path, entries);
    }
    Ok(open)
}

/// Returns a path's folder and name; nothing for the top.
fn parent(path: &str) -> Option<(&str, &str)> {
    match path.rsplit_once('/') {
        Some(parts) => Some(parts),
        None if path.is_empty() => None,
        None => Some(("", path)),
    }
}

fn remove(entries: &mut Entries, name: &str) {
    let is_file = |entry: &Entry| kind(entry.mode) == Kind::File;
    if entries.get(name.as_bytes()).is_some_and(is_file) {
        entries.remove(name.as_bytes());
    }
}

fn put_file(entries: &mut Entries, name: &str, id: Oid) -> Result<(), ()> {
    let mode = match entries.get(name.as_bytes()) {
        None => FILE,
        Some(entry) if kind(entry.mode) == Kind::File => entry.mode,
        Some(_) => return Err(()),
    };
    entries.insert(name.into(), Entry { mode, id });
    Ok(())
}

fn in_the_way(folder: &str, name: &str) -> EditError {
    let slash = if folder.is_empty() { "" } else { "/" };
    EditError::InTheWay(format!("{folder}{slash}{name}"))
}

fn kind(mode: i32) -> Kind {
    match mode {
        FOLDER => Kind::Folder,
        // Old programs wrote other permission bits into trees.
        _ if mode & !0o777 == FILE & !0o777 => Kind::File,
        _ => Kind::Other,
    }
}

fn entries(store: &Store, tree: Oid) -> Result<Entries, GitError> {
    let tree = store.repository().find_tree(tree).map_err(GitError::store("read a tree"))?;
    let entry = |entry: git2::TreeEntry<'_>| {
        (entry.name_bytes().to_vec(), Entry { mode: entry.filemode_raw(), id: entry.id() })
    };
    Ok(tree.iter().map(entry).collect())
}

/// Returns a tree in git's own form, in which a folder sorts as if its name ended in a slash.
fn content(entries: &Entries) -> Vec<u8> {
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
mod tests;
