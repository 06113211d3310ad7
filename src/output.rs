//! Manifests written to folders of this machine.

use crate::failure::{Code, Diagnose, Place};
use crate::host::files::{self, Entry, FileError};
use crate::plan::Output;
use crate::render::{Manifests, Rendered};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Manifests that could not be written, or must not be.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file system refused.
    #[error("the manifests cannot be written to {}", folder.display())]
    Unwritable {
        /// The folder above the environments' folders.
        folder: PathBuf,
        /// Why.
        source: FileError,
    },
    /// Something that no run has written would be replaced.
    #[error("{} is there, `render` has not made it, and would replace it", path.display())]
    NotOurs {
        /// The environment's folder.
        path: PathBuf,
    },
}

impl Diagnose for OutputError {
    fn code(&self) -> Code {
        match self {
            Self::Unwritable { .. } => Code::OutputUnwritable,
            Self::NotOurs { .. } => Code::ForeignFile,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unwritable { .. } => {
                "check the input outputDirectory, and what stands there".to_owned()
            }
            Self::NotOurs { .. } => {
                "choose another outputDirectory; or remove the folder once, if \
                 nothing in it is needed"
                    .to_owned()
            }
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Unwritable { source, .. } => Some(Place::file(&source.path)),
            Self::NotOurs { path } => Some(Place::file(path)),
        }
    }
}

/// The name of the list of folders that runs have made, beside them.
const LIST: &str = ".fabrikate-gitops";

/// What the list begins with.
const TITLE: &str = "# Folders that fabrikate-gitops has made here: it replaces them.";

/// Writes each environment's manifests into its folder. What the folder held is replaced as a
/// whole, after everything was written beside it; other folders stay.
pub fn write(rendered: &Rendered, output: &Output, definition: &Path) -> Result<(), OutputError> {
    let folder = output.folder();
    let failed = |source| OutputError::Unwritable { folder: folder.to_owned(), source };
    let workshop = files::workshop(folder).map_err(failed)?;
    let mut staged = Vec::new();
    for (index, manifests) in rendered.environments.iter().enumerate() {
        let place = workshop.path().join(format!("new-{index}"));
        stage(manifests, &place).map_err(failed)?;
        staged.push((place, manifests.environment.folder()));
    }
    if let Output::Given(_) = output {
        let names = staged.iter().map(|(_, name)| name.clone());
        claim(folder, names.collect(), definition)?;
    }
    for (index, (new, name)) in staged.iter().enumerate() {
        let old = workshop.path().join(format!("old-{index}"));
        files::replace(&folder.join(name), new, &old).map_err(failed)?;
    }
    Ok(())
}

/// Adds environments' folders to the list of those that runs have made, unless one of them is there
/// and not on it.
fn claim(folder: &Path, names: Vec<String>, definition: &Path) -> Result<(), OutputError> {
    let failed = |source| OutputError::Unwritable { folder: folder.to_owned(), source };
    let list = folder.join(LIST);
    let text = files::read_if_there(&list).map_err(failed)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut made: BTreeSet<String> =
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect();
    for name in names {
        refuse_foreign(&folder.join(&name), made.contains(&name), definition)?;
        made.insert(name);
    }
    let lines = made.iter().map(|name| format!("{name}\n"));
    let new = format!("{TITLE}\n{}", lines.collect::<String>());
    if new == text {
        return Ok(());
    }
    files::rewrite(&list, new.as_bytes()).map_err(failed)
}

/// Refuses to replace what nobody said is ours, and the definition, whoever said so.
fn refuse_foreign(target: &Path, is_made: bool, definition: &Path) -> Result<(), OutputError> {
    let is_empty = || match files::entry(target) {
        Entry::Missing => !files::is_link(target),
        Entry::Folder => files::list(target).is_ok_and(|names| names.is_empty()),
        Entry::File => false,
    };
    if !files::is_within(definition, target) && (is_made || is_empty()) {
        return Ok(());
    }
    Err(OutputError::NotOurs { path: target.to_owned() })
}
fn stage(manifests: &Manifests, folder: &Path) -> Result<(), FileError> {
    files::create_folder(folder)?;
    for (path, manifest) in &manifests.files {
        files::write(&folder.join(path), &manifest.content)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::render::{Manifest, Origin};

    fn rendered(environment: &str, paths: &[&str]) -> Rendered {
        let manifest = |path: &&str| {
            let content = path.as_bytes().to_vec();
            let component = String::new();
            let (origin, unstable) = (Origin::Static, Vec::new());
            let manifest = Manifest { content, objects: 1, component, origin, unstable };
            ((*path).to_owned(), manifest)
        };
        let environment = Environment::parse(environment).unwrap();
        let files = paths.iter().map(manifest).collect();
        let makers = BTreeSet::new();
        let environments = vec![Manifests { environment, files, makers }];
        Rendered { environments, warnings: Vec::new() }
    }

    fn write_to(folder: &Path, rendered: &Rendered) -> Result<(), OutputError> {
        write(rendered, &Output::Given(folder.to_owned()), Path::new("/nowhere"))
    }

    #[test]
    fn an_environments_folder_is_replaced_and_the_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let write = |environment, paths| write_to(folder.path(), &rendered(environment, paths));
        write("prod", &["a.yaml", "b/c.yaml"]).unwrap();
        write("test", &["a.yaml"]).unwrap();
        write("prod", &["d.yaml"]).unwrap();
        assert_eq!(files::list(folder.path()).unwrap(), [".fabrikate-gitops", "prod", "test"]);
        assert_eq!(files::list(&folder.path().join("prod")).unwrap(), ["d.yaml"]);
        assert_eq!(files::list(&folder.path().join("test")).unwrap(), ["a.yaml"]);
    }

    #[test]
    fn what_no_run_has_made_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let write = |environment| write_to(folder.path(), &rendered(environment, &["a.yaml"]));
        files::write(&folder.path().join("prod/mine"), b"x").unwrap();
        files::write(&folder.path().join("test"), b"x").unwrap();
        files::create_folder(&folder.path().join("empty")).unwrap();
        for environment in ["prod", "test"] {
            assert_eq!(write(environment).unwrap_err().code(), Code::ForeignFile);
        }
        assert_eq!(files::list(folder.path()).unwrap(), ["empty", "prod", "test"]);
        write("empty").unwrap();
        write("empty").unwrap();
        assert_eq!(files::read(&folder.path().join("prod/mine")).unwrap(), b"x");

        let generated = Output::Generated(folder.path().to_owned());
        super::write(&rendered("prod", &["a.yaml"]), &generated, folder.path()).unwrap();
        assert_eq!(files::list(&folder.path().join("prod")).unwrap(), ["a.yaml"]);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("generated");
        files::write(&output, b"x").unwrap();
        let error = write_to(&output, &rendered("prod", &["a.yaml"])).unwrap_err();
        assert_eq!(error.code(), Code::OutputUnwritable);
        assert_eq!(files::read(&output).unwrap(), b"x");
    }
}
