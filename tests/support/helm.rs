//! The real Helm, and programs that stand in for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The version that the golden cases were made with.
const VERSION: &str = "v3.17.3";

/// Returns the folder of the genuine Helm: one on PATH, or that which scripts/test installs.
pub(crate) fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/helm");
        let folders = std::iter::once(installed).chain(std::env::split_paths(&path));
        let is_it = |folder: &PathBuf| {
            let asked = Command::new(folder.join("helm")).args(["version", "--short"]).output();
            asked.is_ok_and(|answer| answer.stdout.starts_with(VERSION.as_bytes()))
        };
        folders.into_iter().find(is_it).expect("Helm 3.17.3: run scripts/install-helm")
    })
}

/// Returns a PATH with the genuine Helm before that of the test.
pub(crate) fn path() -> String {
    with(folder())
}

/// Returns a PATH with a folder before that of the test.
pub(crate) fn with(folder: &Path) -> String {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let joined = std::env::join_paths(folders).expect("a PATH");
    joined.into_string().expect("a PATH that is Unicode")
}

/// Returns a PATH on which no `helm` is.
pub(crate) fn without(empty: &Path) -> String {
    empty.to_string_lossy().into_owned()
}

/// Writes a program `helm` into a folder, which runs a shell script.
pub(crate) fn stand_in(folder: &Path, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let program = folder.join("helm");
    std::fs::create_dir_all(folder).expect("folder");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).expect("program");
    let executable = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&program, executable).expect("permissions");
}
