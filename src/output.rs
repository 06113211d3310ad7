//! Manifests written to folders of this machine.

use crate::failure::{Code, Diagnose, Place};
use crate::host::files::{self, FileError};
use crate::render::{Manifests, Rendered};
use std::path::{Path, PathBuf};

/// Manifests that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the manifests cannot be written to {}", folder.display())]
pub struct OutputError {
    /// The folder above the environments' folders.
    pub folder: PathBuf,
    /// Why.
    pub source: FileError,
}

impl Diagnose for OutputError {
    fn code(&self) -> Code {
        Code::OutputUnwritable
    }

    fn hint(&self) -> Option<String> {
        Some("check the input outputDirectory, and what stands there".to_owned())
    }

    fn place(&self) -> Option<Place> {
        Some(Place::file(&self.source.path))
    }
}

/// Writes each environment's manifests into its folder below `folder`. What the folder held is
/// replaced as a whole, after everything was written beside it; other folders stay.
pub fn write(rendered: &Rendered, folder: &Path) -> Result<(), OutputError> {
    write_all(rendered, folder).map_err(|source| OutputError { folder: folder.to_owned(), source })
}

fn write_all(rendered: &Rendered, folder: &Path) -> Result<(), FileError> {
    let workshop = files::temporary_folder(folder)?;
    let mut staged = Vec::new();
    for (index, manifests) in rendered.environments.iter().enumerate() {
        let place = workshop.path().join(format!("new-{index}"));
        stage(manifests, &place)?;
        staged.push((place, folder.join(manifests.environment.folder())));
    }
    for (index, (new, target)) in staged.iter().enumerate() {
        files::replace(target, new, &workshop.path().join(format!("old-{index}")))?;
    }
    Ok(())
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
            let manifest = Manifest { content, objects: 1, component, origin: Origin::Static };
            ((*path).to_owned(), manifest)
        };
        let environment = Environment::parse(environment).unwrap();
        let files = paths.iter().map(manifest).collect();
        Rendered { environments: vec![Manifests { environment, files }], warnings: Vec::new() }
    }

    #[test]
    fn an_environments_folder_is_replaced_and_the_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        write(&rendered("prod", &["a.yaml", "b/c.yaml"]), folder.path()).unwrap();
        write(&rendered("test", &["a.yaml"]), folder.path()).unwrap();
        write(&rendered("prod", &["d.yaml"]), folder.path()).unwrap();
        assert_eq!(files::list(folder.path()).unwrap(), ["prod", "test"]);
        assert_eq!(files::list(&folder.path().join("prod")).unwrap(), ["d.yaml"]);
        assert_eq!(files::list(&folder.path().join("test")).unwrap(), ["a.yaml"]);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("generated");
        files::write(&output, b"x").unwrap();
        let error = write(&rendered("prod", &["a.yaml"]), &output).unwrap_err();
        assert_eq!(error.code(), Code::OutputUnwritable);
        assert_eq!(files::read(&output).unwrap(), b"x");
    }
}
