//! What a chart depends on, brought into its folder as `helm dependency update` does.

use crate::helm::ignore::Rules;
use crate::helm::lock::{self, Locked};
use crate::helm::metadata::{Dependency, Metadata};
use crate::helm::semver::{Constraint, Version};
use crate::helm::{File, archive};
use crate::host::clock;
use crate::host::files::{self, Entry};
use crate::source::repository::{self, Chart, OCI, archive_name, is_archive_name};
use crate::source::{Access, Fetched, Problem, Sources};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::path::{Path, PathBuf};

/// How many dependencies of one chart are fetched at once.
const AT_ONCE: usize = 4;
/// The deepest folder of a chart that is packed.
const DEEPEST: usize = 64;

/// A dependency that was found.
struct Found {
    locked: Locked,
    /// The name and content of its archive; nothing for what the chart holds itself.
    archive: Option<(String, Vec<u8>)>,
    fetched: Option<Fetched>,
}

impl Sources {
    /// Brings the dependencies of a chart into its folder, and returns those that were fetched. The
    /// folder is in that of a repository, a new copy in which nothing else works, and which is not
    /// left to look for charts.
    pub(super) async fn update_dependencies(
        &self,
        repository: &Path,
        chart: &Path,
        access: &Access,
    ) -> Result<Vec<Fetched>, Problem> {
        refuse_links(chart, repository)?;
        let metadata = metadata(chart)?;
        if metadata.dependencies.is_empty() {
            return Ok(Vec::new());
        }
        let place = (repository, chart);
        let finding = metadata.dependencies.iter().map(|one| self.dependency(one, place, access));
        let found: Vec<Found> = stream::iter(finding).buffered(AT_ONCE).try_collect().await?;
        Self::place_archives(&chart.join("charts"), &metadata, &found)?;
        let locked: Vec<Locked> = found.iter().map(|one| one.locked.clone()).collect();
        write_lock(chart, &metadata, &locked)?;
        Ok(found.into_iter().filter_map(|one| one.fetched).collect())
    }

    async fn dependency(
        &self,
        wanted: &Dependency,
        (root, chart): (&Path, &Path),
        access: &Access,
    ) -> Result<Found, Problem> {
        let repository = self.repository_of(wanted).await?;
        if repository.is_empty() {
            return own(wanted, chart);
        }
        if let Some(path) = repository.strip_prefix("file://") {
            return local(wanted, &repository, (root, &chart.join(path)));
        }
        let request = Chart {
            repository: repository.clone(),
            name: wanted.name.clone(),
            version: wanted.version.clone(),
            is_dependency: true,
            access: access.clone(),
        };
        let pulled = self.pull(&request).await?;
        let fetched = repository::fetched(&request, &pulled);
        self.agreed(&fetched)?;
        // Helm would refuse a chart that cannot be unpacked only when it renders.
        drop(Self::unpacked(&request, &pulled)?);
        let (name, version) = (wanted.name.clone(), pulled.version.clone());
        Ok(Found {
            locked: Locked { name, repository, version },
            archive: Some((pulled.file, pulled.archive.to_vec())),
            fetched: Some(fetched),
        })
    }

    /// Returns a dependency's repository, its alias replaced.
    async fn repository_of(&self, wanted: &Dependency) -> Result<String, Problem> {
        let text = &wanted.repository;
        let alias = text.strip_prefix('@').or_else(|| text.strip_prefix("alias:"));
        let Some(alias) = alias else {
            let known = ["", "http://", "https://", OCI, "file://"];
            return match known.iter().any(|start| !start.is_empty() && text.starts_with(start)) {
                true => Ok(text.clone()),
                false if text.is_empty() => Ok(String::new()),
                false => Err(unusable(wanted, format!("`{text}` is no repository"))),
            };
        };
        let known = self.known().await?;
        let found = known.iter().find(|known| known.alias == alias);
        found
            .map(|known| known.url.clone())
            .ok_or_else(|| Problem::Alias { alias: alias.to_owned(), chart: wanted.name.clone() })
    }

    /// Writes the archives, and removes those of earlier times.
    fn place_archives(folder: &Path, metadata: &Metadata, found: &[Found]) -> Result<(), Problem> {
        let is_new = |name: &str| {
            found.iter().any(|one| one.archive.as_ref().is_some_and(|(new, _)| new == name))
        };
        let is_own = |chart: &str| {
            let mut all = metadata.dependencies.iter();
            all.any(|one| one.repository.is_empty() && one.name == chart)
        };
        for file in archives(folder)?.into_iter().filter(|file| !is_new(file)) {
            let old = folder.join(&file);
            if archived_name(&files::read(&old)?).is_some_and(|chart| !is_own(&chart)) {
                files::remove(&old)?;
            }
        }
        for (name, content) in found.iter().filter_map(|one| one.archive.as_ref()) {
            files::write(&folder.join(name), content)?;
        }
        Ok(())
    }
}

/// Returns the names of the files in a folder that may be charts' archives.
fn archives(folder: &Path) -> Result<Vec<String>, Problem> {
    if files::entry(folder) != Entry::Folder {
        return Ok(Vec::new());
    }
    let names = files::list(folder)?.into_iter().map(|name| name.to_string_lossy().into_owned());
    let is_archive =
        |name: &String| is_archive_name(name) && files::entry(&folder.join(name)) == Entry::File;
    Ok(names.filter(is_archive).collect())
}

/// Returns the name of the chart in an archive, if it is one.
fn archived_name(content: &[u8]) -> Option<String> {
    let files = archive::unpack(content).ok()?;
    let chart = files.iter().find(|file| file.path == "Chart.yaml")?;
    Metadata::parse(&chart.content, None).ok().map(|metadata| metadata.name)
}

/// Returns a dependency that the chart holds itself.
fn own(wanted: &Dependency, chart: &Path) -> Result<Found, Problem> {
    let folder = chart.join("charts").join(&wanted.name);
    if files::entry(&folder) == Entry::Missing || !files::is_within(&folder, chart) {
        let reason = "it names no repository, and the chart's folder charts does not hold it";
        return Err(unusable(wanted, reason.to_owned()));
    }
    // Helm takes it as it is, of whichever version.
    let (name, repository) = (wanted.name.clone(), String::new());
    let locked = Locked { name, repository, version: wanted.version.clone() };
    Ok(Found { locked, archive: None, fetched: None })
}

/// Returns a dependency from a folder beside the chart, packed.
fn local(
    wanted: &Dependency,
    repository: &str,
    (root, folder): (&Path, &Path),
) -> Result<Found, Problem> {
    if files::entry(folder) != Entry::Folder {
        return Err(unusable(wanted, format!("there is no folder {repository}")));
    }
    if !files::is_within(folder, root) {
        return Err(unusable(wanted, format!("{repository} is outside of the repository")));
    }
    refuse_links(folder, root)?;
    let found = metadata(folder)?;
    check_version(wanted, &found)?;
    let content = archive::pack(&found.name, &chart_files(folder, root)?)
        .map_err(|error| unusable(wanted, error.to_string()))?;
    let file = archive_name(&found.name, &found.version);
    let (name, repository) = (wanted.name.clone(), repository.to_owned());
    let locked = Locked { name, repository, version: found.version };
    Ok(Found { locked, archive: Some((file, content)), fetched: None })
}

fn check_version(wanted: &Dependency, found: &Metadata) -> Result<(), Problem> {
    let constraint = Constraint::parse(&wanted.version).map_err(|error| {
        unusable(wanted, format!("its version `{}` is no range ({error})", wanted.version))
    })?;
    let version = Version::parse(&found.version).map_err(|error| {
        unusable(wanted, format!("it is of version {} ({error})", found.version))
    })?;
    if constraint.check(&version) {
        return Ok(());
    }
    Err(unusable(wanted, format!("it is of version {}, not {}", found.version, wanted.version)))
}

fn unusable(wanted: &Dependency, reason: String) -> Problem {
    Problem::Dependency { name: wanted.name.clone(), reason }
}

/// Refuses a chart of which something that is read or written here is elsewhere.
fn refuse_links(chart: &Path, root: &Path) -> Result<(), Problem> {
    for name in ["Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock", "charts"] {
        let place = chart.join(name);
        if files::is_link(&place) && !files::is_within(&place, root) {
            return Err(damaged(chart, format!("{name} leads out of the repository")));
        }
    }
    Ok(())
}

fn damaged(chart: &Path, reason: String) -> Problem {
    Problem::Content { address: chart.display().to_string(), expected: "a chart", reason }
}

/// Returns the metadata of the chart in a folder.
pub(super) fn metadata(folder: &Path) -> Result<Metadata, Problem> {
    let file = folder.join("Chart.yaml");
    let Some(chart) = files::read_if_there(&file)? else {
        return Err(Problem::NoChart {
            path: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        });
    };
    let requirements = files::read_if_there(&folder.join("requirements.yaml"))?;
    Metadata::parse(&chart, requirements.as_deref())
        .map_err(|error| damaged(folder, error.to_string()))
}

fn write_lock(chart: &Path, metadata: &Metadata, locked: &[Locked]) -> Result<(), Problem> {
    let file = chart.join(if metadata.is_first_form { "requirements.lock" } else { "Chart.lock" });
    let digest = lock::digest(&metadata.dependencies, locked);
    let old = files::read_if_there(&file)?.unwrap_or_default();
    // As Helm, which leaves the time of a lock file alone that still fits.
    if String::from_utf8_lossy(&old).lines().any(|line| line.trim() == format!("digest: {digest}"))
    {
        return Ok(());
    }
    let text = lock::text(&metadata.dependencies, locked, &clock::now());
    Ok(files::write(&file, &text)?)
}

/// Returns the files of the chart in a folder, as Helm would load them: without what `.helmignore`
/// names.
fn chart_files(folder: &Path, root: &Path) -> Result<Vec<File>, Problem> {
    let ignore = files::read_if_there(&folder.join(".helmignore"))?.unwrap_or_default();
    let damaged = |reason| damaged(folder, reason);
    let rules = Rules::parse(&String::from_utf8_lossy(&ignore))
        .map_err(|error| damaged(format!(".helmignore: {error}")))?;
    let mut found = Vec::new();
    let mut open: Vec<(PathBuf, String)> = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for name in files::list(&folder)? {
            let path = format!("{prefix}{}", name.to_string_lossy());
            let place = folder.join(&name);
            let is_folder = files::entry(&place) == Entry::Folder;
            if rules.ignores(&path, is_folder) {
                continue;
            }
            if !files::is_within(&place, root) {
                return Err(damaged(format!("{path} leads out of the repository")));
            }
            if is_folder && path.matches('/').count() < DEEPEST {
                open.push((place, format!("{path}/")));
            } else if is_folder {
                return Err(damaged(format!("{path} is too deep")));
            } else {
                found.push(File { content: files::read(&place)?, path });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
