//! Component trees, written from `(path, text)` pairs, and folders read back for comparison.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A component tree that has not been written yet.
#[derive(Clone, Debug, Default)]
pub(crate) struct Definition {
    files: BTreeMap<String, Vec<u8>>,
}

impl Definition {
    /// Returns a tree of `files`, each a path with `/` and its text.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        files.iter().fold(Self::default(), |tree, (path, text)| tree.file(path, text))
    }

    /// Adds or replaces one file.
    pub(crate) fn file(mut self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let inside = !path.starts_with('/') && path.split('/').all(|part| part != "..");
        assert!(inside, "`{path}` leaves the component tree");
        self.files.insert(path.to_owned(), content.as_ref().to_vec());
        self
    }

    /// Writes the tree into `folder`, beside what is there.
    pub(crate) fn write(&self, folder: &Path) {
        for (path, content) in &self.files {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().expect("a file has a folder")).expect("folder");
            fs::write(&file, content).expect("component file");
        }
    }
}

/// Returns every file below `folder` by its path with `/`; empty when there is no such folder.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.expect("folder entry");
        let name = entry.file_name().into_string().expect("a UTF-8 file name");
        if entry.file_type().expect("file type").is_dir() {
            collect(&entry.path(), &format!("{prefix}{name}/"), found);
        } else {
            found.insert(format!("{prefix}{name}"), fs::read(entry.path()).expect("file"));
        }
    }
}
