//! The file that an edit changes: which one it is, and how it is replaced.

use crate::definition::document::{Json, Problem};
use crate::edit::EditError;
use crate::host::files::{self, FileError};
use crate::yaml::{self, LooseNumbers, Tree};
use std::path::{Path, PathBuf};

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// In `.yaml`.
    Yaml,
    /// In `.json`.
    Json,
}

/// The file that an edit changes, or makes.
#[derive(Debug)]
pub struct Target {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub format: Format,
    /// What it holds, if it is there.
    pub content: Option<Vec<u8>>,
}

/// How many bytes a file of values may have.
// Definitions have some thousands. A device has no end.
const LARGEST: u64 = 64 << 20;

impl Target {
    /// Returns `stem.yaml` of a folder, or `stem.json` where there is only that.
    pub fn find(folder: &Path, stem: &str) -> Result<Self, FileError> {
        let at = |format, ending| {
            let path = folder.join(format!("{stem}.{ending}"));
            let content = files::read_if_there(&path)?;
            Ok(Self { path, format, content })
        };
        let yaml = at(Format::Yaml, "yaml")?;
        if yaml.content.is_some() {
            return Ok(yaml);
        }
        let json: Self = at(Format::Json, "json")?;
        Ok(if json.content.is_some() { json } else { yaml })
    }

    /// Returns the file's path from a folder, for people.
    pub fn shown(&self, folder: &Path) -> String {
        self.path.strip_prefix(folder).unwrap_or(&self.path).display().to_string()
    }

    /// Writes the file, whole or not at all. A link is followed within `root` only.
    pub fn write(&self, root: &Path, content: &[u8]) -> Result<(), EditError> {
        if self.content.as_deref() == Some(content) {
            return Ok(());
        }
        let unwritable = |source| EditError::Unwritable { source };
        let root = files::resolved(root).map_err(unwritable)?;
        let path = if files::is_link(&self.path) {
            files::resolved(&self.path).map_err(unwritable)?
        } else {
            self.path.clone()
        };
        let there = path.ancestors().skip(1).find_map(|folder| files::resolved(folder).ok());
        if !there.is_some_and(|folder| folder.starts_with(&root)) {
            let file = self.path.clone();
            return Err(EditError::Elsewhere { file });
        }
        files::rewrite(&path, content).map_err(unwritable)
    }
}

/// Returns what a file of values holds, which may be a pipe.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    files::read_at_most(path, LARGEST)
}

impl Format {
    /// Returns what a text in this format means.
    pub fn read<T: Default>(
        self,
        text: &[u8],
        from_yaml: fn(&yaml::Node) -> Result<T, Problem>,
        from_json: fn(&Json) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        match self {
            Self::Yaml => {
                yaml::parse(text)?.map_or_else(|| Ok(T::default()), |node| from_yaml(&node))
            }
            Self::Json => from_json(&Json::parse(text)?),
        }
    }

    /// Returns a tree as Fabrikate writes it in this format.
    pub fn write(self, tree: &Tree, numbers: LooseNumbers) -> Vec<u8> {
        match self {
            Self::Yaml => yaml::write_tree(tree, numbers),
            Self::Json => crate::edit::go_json::write(tree).into_bytes(),
        }
    }
}
