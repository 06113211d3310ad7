//! Where the definition is within its repository, which is a part of what it is known by.

use std::path::{Component, Path, PathBuf};

/// The definition's folder, and those that it may be in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// The definition's.
    pub definition: PathBuf,
    /// The one at the top of its repository, where there is one.
    pub top: Option<PathBuf>,
    /// The job's, in a pipeline.
    pub job: Option<PathBuf>,
}

impl Folders {
    /// Returns the same folders by other paths.
    #[must_use]
    pub fn map(self, path: impl Fn(PathBuf) -> PathBuf) -> Self {
        Self {
            definition: path(self.definition),
            top: self.top.map(&path),
            job: self.job.map(&path),
        }
    }

    /// Returns the definition's folder with slashes: from the top of its repository, in which it
    /// may not be but beside which it is in the job's folder; else its full path.
    // Every job may have a folder of another name, so that full paths there tell nothing.
    pub fn path(self) -> String {
        let Self { definition, top, job } = self.map(|path| without_dots(&path));
        let Some(top) = top else {
            return with_slashes(&definition);
        };
        if let Ok(path) = definition.strip_prefix(&top) {
            return with_slashes(path);
        }
        match job {
            Some(job) if definition.starts_with(&job) && top.starts_with(&job) => {
                with_slashes(&relative(&definition, &top))
            }
            _ => with_slashes(&definition),
        }
    }
}

/// Returns a path without `.` and `..`, as the words say it.
fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(plain.pop()),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => plain.push(part),
        }
    }
    plain
}

/// Returns the path that leads from a folder to another one.
fn relative(to: &Path, from: &Path) -> PathBuf {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(common).map(|_| Component::ParentDir);
    up.chain(to.components().skip(common)).collect()
}

fn with_slashes(path: &Path) -> String {
    let part = |part: Component<'_>| match part {
        Component::RootDir => String::new(),
        // Windows writes the drive of a path that was looked up as `\\?\C:`.
        Component::Prefix(prefix) => {
            prefix.as_os_str().to_string_lossy().trim_start_matches(r"\\?\").to_owned()
        }
        Component::Normal(_) | Component::CurDir | Component::ParentDir => {
            part.as_os_str().to_string_lossy().into_owned()
        }
    };
    path.components().map(part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(definition: &str, top: &str, job: &str) -> String {
        let folder = |path: &str| (!path.is_empty()).then(|| PathBuf::from(path));
        Folders { definition: definition.into(), top: folder(top), job: folder(job) }.path()
    }

    #[test]
    fn a_definition_is_known_by_its_path_from_the_top_of_its_repository() {
        assert_eq!(path("/w/1/s", "/w/1/s", "/w/1"), "");
        assert_eq!(path("/w/1/s/a/b/", "/w/1/s", "/w/1"), "a/b");
        assert_eq!(path("/w/1/s/a/../deploy/.", "/w/1/s", "/w/1"), "deploy");
    }

    #[test]
    fn a_definition_elsewhere_is_not_mistaken_for_one_within() {
        assert_eq!(path("/w/1/s/../deploy", "/w/1/s", "/w/1"), "../deploy");
        assert_eq!(path("/w/1/s/hld", "/w/1/s/self", "/w/1"), "../hld");
        assert_eq!(path("/srv/deploy", "/w/1/s", "/w/1"), "/srv/deploy");
        assert_eq!(path("/w/2/deploy", "/w/1/s", "/w/1"), "/w/2/deploy");
        assert_eq!(path("/home/deploy", "/home/me", ""), "/home/deploy");
        assert_eq!(path("/home/deploy", "", ""), "/home/deploy");
    }
}
