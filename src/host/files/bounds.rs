//! Folders that links may not lead out of.

use crate::failure::{Code, Diagnose, Place};
use crate::host::files::{self, Entry};
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// What links in a definition may lead to. Without any folder there are no bounds.
// A pull request can bring a link to any file of the agent, whose content the step would print or
// publish.
#[derive(Clone, Debug, Default)]
pub struct Bounds {
    /// The folders by their names as given and by their real ones.
    tops: BTreeSet<PathBuf>,
    /// The real folders that were fetched: what is in one leads nowhere else.
    fetched: BTreeSet<PathBuf>,
    /// The folders on whose way there is no link that leaves.
    ways: BTreeSet<OsString>,
    /// The folders of which that is true of all that they hold.
    trees: BTreeSet<OsString>,
}

/// A link that leads out of its bounds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the link {} leads to {}, out of {}", link.display(), target.display(), bounds_of(*.is_fetched))]
pub struct Leaving {
    /// The link.
    pub link: PathBuf,
    /// Where it leads.
    pub target: PathBuf,
    /// Whether it was fetched.
    pub is_fetched: bool,
}

fn bounds_of(is_fetched: bool) -> &'static str {
    if is_fetched { "what was fetched with it" } else { "the checkout" }
}

impl Diagnose for Leaving {
    fn code(&self) -> Code {
        Code::LinkLeaves
    }

    fn hint(&self) -> Option<String> {
        Some(if self.is_fetched {
            "correct the link in the repository that it was fetched from".to_owned()
        } else {
            "replace the link by what it leads to".to_owned()
        })
    }

    fn place(&self) -> Option<Place> {
        Some(Place::file(&self.link))
    }
}

impl Bounds {
    /// Returns the bounds that folders are; none where there are none.
    pub fn new<'a>(tops: impl IntoIterator<Item = &'a Path>) -> Self {
        let both = |top: &Path| [Some(top.to_owned()), files::resolved(top).ok()];
        Self { tops: tops.into_iter().flat_map(both).flatten().collect(), ..Self::default() }
    }

    /// Marks a folder as fetched.
    pub fn mark_fetched(&mut self, folder: &Path) {
        if !self.tops.is_empty() {
            self.fetched.extend(files::resolved(folder));
        }
    }

    /// Forgets what was looked at, since it may have changed.
    pub fn forget(&mut self) {
        self.ways.clear();
        self.trees.clear();
    }

    /// Refuses a path on whose way a link leaves. A path that leaves by its words, and no link, is
    /// not bounded.
    pub fn check(&mut self, path: &Path) -> Result<(), Leaving> {
        let Some(top) = self.top_of(path) else {
            return Ok(());
        };
        let folder = path.parent().unwrap_or(path);
        if !self.ways.contains(folder.as_os_str()) {
            let mut place = top;
            let way = folder.strip_prefix(&place).unwrap_or(Path::new("")).to_owned();
            for part in way.components() {
                place.push(part);
                self.look(&place)?;
            }
            self.ways.insert(folder.as_os_str().to_owned());
        }
        self.look(path)
    }

    /// Refuses a path on whose way a link leaves, or below which one does.
    pub fn check_tree(&mut self, path: &Path) -> Result<(), Leaving> {
        self.check(path)?;
        if self.top_of(path).is_none() || !self.trees.insert(path.as_os_str().to_owned()) {
            return Ok(());
        }
        // By their real names, since a link to a folder above makes endless paths.
        let (mut seen, mut open) = (BTreeSet::new(), vec![path.to_owned()]);
        while let Some(folder) = open.pop() {
            let is_new = files::resolved(&folder).is_ok_and(|real| seen.insert(real));
            let names = if is_new { files::list(&folder).unwrap_or_default() } else { Vec::new() };
            let places: Vec<_> = names.into_iter().map(|name| folder.join(name)).collect();
            places.iter().try_for_each(|place| self.look(place))?;
            open.extend(places.into_iter().filter(|p| files::entry(p) == Entry::Folder));
        }
        Ok(())
    }

    fn top_of(&self, path: &Path) -> Option<PathBuf> {
        self.tops.iter().find(|top| path.starts_with(top)).cloned()
    }

    /// Refuses what stands at a place, the way to which is allowed, if it is a link that leaves.
    fn look(&self, place: &Path) -> Result<(), Leaving> {
        if !files::is_link(place) || self.tops.contains(place) {
            return Ok(());
        }
        let folder = place.parent().unwrap_or(place);
        let own = files::resolved(folder).unwrap_or_else(|_| folder.to_owned());
        let target = target(place, &own);
        let fetched = own.ancestors().find(|folder| self.fetched.contains(*folder));
        let stays = match fetched {
            Some(fetched) => target.starts_with(fetched),
            None => self.tops.iter().any(|top| target.starts_with(top)),
        };
        if stays {
            return Ok(());
        }
        Err(Leaving { link: place.to_owned(), target, is_fetched: fetched.is_some() })
    }
}

/// Returns where a link leads, as far as there is something; `folder` is the one that it is in.
fn target(link: &Path, folder: &Path) -> PathBuf {
    if let Ok(target) = files::resolved(link) {
        return target;
    }
    let Ok(words) = files::link_text(link) else {
        return link.to_owned();
    };
    let mut target = PathBuf::new();
    for part in folder.join(words).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(target.pop()),
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => target.push(part),
        }
    }
    let there = target.ancestors().find_map(|above| Some((above, files::resolved(above).ok()?)));
    match there {
        Some((above, real)) => real.join(target.strip_prefix(above).unwrap_or(Path::new(""))),
        None => target,
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    /// Returns a folder with `in` and `out`, and the bounds that `in` is.
    fn folders() -> (TempDir, PathBuf, Bounds) {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("out/secret"), b"").unwrap();
        files::write(&folder.path().join("in/a/file"), b"").unwrap();
        let inner = folder.path().join("in");
        let bounds = Bounds::new([inner.as_path()]);
        (folder, inner, bounds)
    }

    #[test]
    fn links_that_stay_are_followed() {
        let (_folder, top, mut bounds) = folders();
        symlink("a", top.join("b")).unwrap();
        symlink("../in/b/file", top.join("c")).unwrap();
        symlink("nowhere", top.join("d")).unwrap();
        symlink("..", top.join("a/up")).unwrap();
        for path in ["b/file", "c", "d", "a/up/a/up/b/file", "a/missing/x"] {
            assert_eq!(bounds.check(&top.join(path)), Ok(()), "{path}");
        }
        assert_eq!(bounds.check_tree(&top), Ok(()));
    }

    #[test]
    fn links_that_leave_are_refused_wherever_they_stand() {
        let (folder, top, mut bounds) = folders();
        symlink("../../out", top.join("a/b")).unwrap();
        symlink(folder.path().join("out/secret"), top.join("c")).unwrap();
        symlink("../nowhere", top.join("d")).unwrap();
        symlink("c", top.join("e")).unwrap();
        let link = |checked: Result<(), Leaving>| {
            let link = checked.unwrap_err().link;
            link.strip_prefix(&top).unwrap().to_owned()
        };
        for (path, expected) in [("a/b/secret", "a/b"), ("a/b/no", "a/b"), ("c", "c"), ("d", "d")] {
            assert_eq!(link(bounds.check(&top.join(path))), Path::new(expected));
        }
        assert_eq!(link(bounds.check(&top.join("e"))), Path::new("e"));
        assert_eq!(link(bounds.check_tree(&top.join("a"))), Path::new("a/b"));
        assert_eq!(bounds.check(&top.join("a/file")), Ok(()));
        assert_eq!(Bounds::default().check_tree(&top), Ok(()));
    }

    #[test]
    fn what_was_fetched_stays_in_itself() {
        let (_folder, top, mut bounds) = folders();
        symlink("../a/file", top.join("a/inner")).unwrap();
        files::write(&top.join("b"), b"").unwrap();
        symlink("../b", top.join("a/outer")).unwrap();
        assert_eq!(bounds.check_tree(&top.join("a")), Ok(()));
        bounds.forget();
        bounds.mark_fetched(&top.join("a"));
        assert_eq!(bounds.check(&top.join("a/inner")), Ok(()));
        assert!(bounds.check_tree(&top.join("a")).unwrap_err().is_fetched);
    }

    #[test]
    fn a_path_that_leaves_by_its_words_is_not_bounded() {
        let (folder, _, mut bounds) = folders();
        symlink("secret", folder.path().join("out/link")).unwrap();
        assert_eq!(bounds.check(&folder.path().join("out/link")), Ok(()));
    }
}
