//! Files and folders, with the path in every error.

#![expect(clippy::disallowed_methods, reason = "the one place that touches files")]

pub mod bounds;

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A file operation that failed.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct FileError {
    action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

impl FileError {
    /// Tells whether the file or folder simply is not there.
    pub fn is_missing(&self) -> bool {
        matches!(self.source.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
    }
}

/// What stands at a path, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// Nothing, or a link to nothing.
    Missing,
}

/// Returns what stands at `path`, links followed. What cannot be looked at counts as missing.
pub fn entry(path: &Path) -> Entry {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Entry::Folder,
        Ok(_) => Entry::File,
        Err(_) => Entry::Missing,
    }
}

/// Returns the bytes of a file, which may have a quarter of a GiB. Whatever is no regular file once
/// links are followed is an error: a pipe or a device may never end.
pub fn read(path: &Path) -> Result<Vec<u8>, FileError> {
    // Looked at before it is opened, since opening a pipe waits for a writer.
    let found = fs::metadata(path).map_err(failed("read", path))?;
    if !found.is_file() && !found.is_dir() {
        return Err(failed("read", path)(io::Error::other("it is no regular file")));
    }
    read_at_most(path, MOST)
}

/// How many bytes a file may have.
const MOST: u64 = 256 << 20;

/// Returns the bytes of a file or of a pipe that somebody has named, which may have `limit` of them.
pub fn read_at_most(path: &Path, limit: u64) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit + 1).read_to_end(&mut bytes));
    match read {
        Ok(length) => checked(bytes, length, (path, limit)),
        Err(error) => Err(failed("read", path)(error)),
    }
}

/// Returns the bytes of standard input, which may have `limit` of them.
pub fn read_standard_input(limit: u64) -> Result<Vec<u8>, FileError> {
    let (mut bytes, path) = (Vec::new(), Path::new("standard input"));
    match io::stdin().lock().take(limit + 1).read_to_end(&mut bytes) {
        Ok(length) => checked(bytes, length, (path, limit)),
        Err(error) => Err(failed("read", path)(error)),
    }
}

fn checked(
    bytes: Vec<u8>,
    length: usize,
    (path, limit): (&Path, u64),
) -> Result<Vec<u8>, FileError> {
    if u64::try_from(length).is_ok_and(|length| length <= limit) {
        return Ok(bytes);
    }
    let error = io::Error::other(format!("it has more than {} MiB", limit >> 20));
    Err(failed("read", path)(error))
}

/// Tells whether a link stands at `path`.
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_symlink())
}

/// Returns what a link says where it leads.
pub fn link_text(path: &Path) -> Result<PathBuf, FileError> {
    fs::read_link(path).map_err(failed("read the link", path))
}

/// Returns the bytes of a file, or `None` when there is nothing at `path`.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.is_missing() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Returns the names in a folder in the order of their bytes.
pub fn list(folder: &Path) -> Result<Vec<std::ffi::OsString>, FileError> {
    let entries = fs::read_dir(folder).map_err(failed("list", folder))?;
    let names: Result<Vec<_>, _> = entries.map(|entry| entry.map(|e| e.file_name())).collect();
    let mut names = names.map_err(failed("list", folder))?;
    names.sort();
    Ok(names)
}

/// Writes a file, and the folders above it where they are missing.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    fs::write(path, bytes).map_err(failed("write", path))
}

/// Writes a file in the place of the one that is there, whole or not at all, and makes the folders
/// above it where they are missing. The new file has the permissions of the old one.
pub fn rewrite(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let folder = path.parent().unwrap_or(path);
    create_folder(folder)?;
    let mut file = beside(folder).map_err(failed("make a temporary file in", folder))?;
    let write = |file: &mut tempfile::NamedTempFile| {
        file.write_all(bytes)?;
        if let Ok(old) = fs::metadata(path) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()
    };
    write(&mut file).map_err(failed("write", path))?;
    file.persist(path).map_err(|error| failed("replace", path)(error.error))?;
    Ok(())
}

#[cfg(unix)]
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    let everybody = fs::Permissions::from_mode(0o644);
    tempfile::Builder::new().prefix(".fabrikate-gitops-").permissions(everybody).tempfile_in(folder)
}

#[cfg(not(unix))]
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(".fabrikate-gitops-").tempfile_in(folder)
}

/// Makes a folder, and those above it, where they are missing.
pub fn create_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(failed("create", path))
}

/// Removes a file.
pub fn remove(path: &Path) -> Result<(), FileError> {
    fs::remove_file(path).map_err(failed("remove", path))
}

/// Copies a file, or a folder with all that it holds; links stay links, and permissions stay. Pipes,
/// sockets and devices have nothing to copy and are left out.
pub fn copy(from: &Path, to: &Path) -> Result<(), FileError> {
    let found = fs::symlink_metadata(from).map_err(failed("read", from))?;
    if let Some(parent) = to.parent() {
        create_folder(parent)?;
    }
    if found.is_symlink() {
        return copy_link(from, to);
    }
    if !found.is_dir() && !found.is_file() {
        return Ok(());
    }
    if found.is_file() {
        return fs::copy(from, to).map(drop).map_err(failed("copy", from));
    }
    create_folder(to)?;
    for name in list(from)? {
        copy(&from.join(&name), &to.join(&name))?;
    }
    Ok(())
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> Result<(), FileError> {
    let target = link_text(from)?;
    std::os::unix::fs::symlink(target, to).map_err(failed("make the link", to))
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> Result<(), FileError> {
    // Links need a privilege on Windows: the copy has what they lead to.
    let target = resolved(from)?;
    copy(&target, to)
}

/// Puts a file or folder in the place of another one, which is moved to `old`. All three are on one
/// file system. At any moment one of the two is there, where the system can exchange names; elsewhere
/// the old one comes back when the new one does not get its place.
pub fn replace(target: &Path, new: &Path, old: &Path) -> Result<(), FileError> {
    if let Some(parent) = target.parent() {
        create_folder(parent)?;
    }
    if fs::symlink_metadata(target).is_err() {
        return rename(new, target);
    }
    if exchange(target, new) {
        return rename(new, old);
    }
    rename(target, old)?;
    let replaced = rename(new, target);
    if replaced.is_err() {
        rename(old, target)?;
    }
    replaced
}

/// Exchanges two names at once, and tells whether the system could.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> bool {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_ok()
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> bool {
    false
}

/// Gives a file or folder another name on the same file system.
pub fn rename(from: &Path, to: &Path) -> Result<(), FileError> {
    fs::rename(from, to).map_err(failed("rename", from))
}

/// Returns the absolute path without links and dots.
pub fn resolved(path: &Path) -> Result<PathBuf, FileError> {
    fs::canonicalize(path).map_err(failed("find", path))
}

/// Tells whether what stands at a path, links followed, is in a folder or the folder itself.
pub fn is_within(path: &Path, folder: &Path) -> bool {
    match (resolved(path), resolved(folder)) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

/// What the names of temporary files and folders begin with.
const PREFIX: &str = "fabrikate-gitops-";
/// How old a workshop is that nobody works in.
const ABANDONED: Duration = Duration::from_hours(1);

fn is_ours(name: &std::ffi::OsStr) -> bool {
    let rest = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
    rest.is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Makes a folder with a name that nobody can guess, readable by this user only; it goes, with
/// all that it holds, when the value is dropped.
pub fn temporary_folder(parent: &Path) -> Result<tempfile::TempDir, FileError> {
    create_folder(parent)?;
    tempfile::Builder::new()
        .prefix(PREFIX)
        .tempdir_in(parent)
        .map_err(failed("make a temporary folder in", parent))
}

/// Makes a temporary folder like [`temporary_folder`], and removes those that killed runs have left
/// there an hour ago or earlier.
pub fn workshop(parent: &Path) -> Result<tempfile::TempDir, FileError> {
    create_folder(parent)?;
    for name in list(parent)?.into_iter().filter(|name| is_ours(name)) {
        let path = parent.join(name);
        let age = fs::metadata(&path).and_then(|found| found.modified()).map(|time| time.elapsed());
        if matches!(age, Ok(Ok(age)) if age >= ABANDONED) {
            fs::remove_dir_all(&path).map_err(failed("remove", &path))?;
        }
    }
    temporary_folder(parent)
}

/// Writes a file with a name that nobody can guess and returns its path; the file stays.
pub fn write_unique(folder: &Path, suffix: &str, bytes: &[u8]) -> Result<PathBuf, FileError> {
    create_folder(folder)?;
    let file = tempfile::Builder::new()
        .prefix(PREFIX)
        .suffix(suffix)
        .tempfile_in(folder)
        .map_err(failed("make a temporary file in", folder))?;
    let (_, path) = file.keep().map_err(|error| failed("keep", folder)(error.error))?;
    fs::write(&path, bytes).map_err(failed("write", &path))?;
    Ok(path)
}

/// Tells whether this user may start the file as a program.
pub fn is_program(path: &Path) -> bool {
    let Ok(found) = fs::metadata(path) else {
        return false;
    };
    found.is_file() && executable(&found)
}

#[cfg(unix)]
fn executable(found: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    found.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn executable(_: &fs::Metadata) -> bool {
    true
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { action, path, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::SystemTime;

    #[test]
    fn an_error_names_the_path() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(&folder.path().join("a.yaml")).unwrap_err();
        assert!(error.is_missing());
        assert!(error.to_string().contains("a.yaml"), "{error}");
    }

    #[test]
    fn names_come_in_the_order_of_their_bytes() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b", "B", "a10", "a2"] {
            write(&folder.path().join(name), b"").unwrap();
        }
        assert_eq!(list(folder.path()).unwrap(), ["B", "a10", "a2", "b"]);
    }

    #[test]
    fn a_workshop_removes_what_was_abandoned() {
        let parent = tempfile::tempdir().unwrap();
        let make = |name: &str, hours: u64| {
            let path = parent.path().join(name);
            write(&path.join("a"), b"x").unwrap();
            let time = SystemTime::now() - Duration::from_hours(hours);
            fs::File::open(&path).unwrap().set_modified(time).unwrap();
            path
        };
        let old = make("fabrikate-gitops-aB3dE6", 2);
        let kept = [make("fabrikate-gitops-aB3dE7", 0), make("fabrikate-gitops-other", 2)];
        drop(workshop(parent.path()).unwrap());
        assert_eq!(entry(&old), Entry::Missing);
        assert!(kept.iter().all(|path| entry(path) == Entry::Folder));
    }

    #[test]
    fn a_temporary_folder_goes_with_its_value() {
        let parent = tempfile::tempdir().unwrap();
        let folder = temporary_folder(parent.path()).unwrap();
        let path = folder.path().to_owned();
        write(&path.join("a/b"), b"x").unwrap();
        drop(folder);
        assert_eq!(entry(&path), Entry::Missing);
    }
}
