//! Installing: bringing what the components need and do not hold, level by level of the tree.

use crate::definition::component::{COMPONENT, Description};
use crate::definition::source::{self as places, Files};
use crate::definition::tree::{Node, Tree, check_kind};
use crate::definition::{DefinitionError, root};
use crate::failure::{Code, Diagnose, Place};
use crate::git::checkout::Revision;
use crate::hooks::{Call, HookError, Hooks, Ran};
use crate::host::files::{self, Entry};
use crate::inputs::Install;
use crate::secret::Secret;
use crate::source::{
    Access, Chart, Fetched, Manifest, Need, Repository, SourceError, Sources, What, access_file,
};
use futures_util::stream::{self, StreamExt};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many sources are fetched at once.
const AT_ONCE: usize = 8;

/// What installs a definition, for one environment after the other.
#[derive(Debug)]
pub struct Installer {
    sources: Sources,
    mode: Install,
    /// The folders that this run has filled.
    filled: BTreeSet<PathBuf>,
    /// What was fetched, and for which component, in the order in which it was needed.
    fetched: Vec<(String, Fetched)>,
}

/// A definition that could not be installed.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// The definition is not right.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// A source could not be fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A hook failed, or may not run.
    #[error(transparent)]
    Hook(#[from] HookError),
}

impl Diagnose for InstallError {
    fn code(&self) -> Code {
        match self {
            Self::Definition(error) => error.code(),
            Self::Source(error) => error.code(),
            Self::Hook(error) => error.code(),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Definition(error) => error.hint(),
            Self::Source(error) => error.hint(),
            Self::Hook(error) => error.hint(),
        }
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Definition(error) => error.place(),
            Self::Source(error) => error.place(),
            Self::Hook(error) => error.place(),
        }
    }
}

/// A component on the way down, with the access of those above it.
type Below = (Node, Access);

impl Installer {
    /// Returns what installs from sources.
    pub fn new(sources: Sources, mode: Install) -> Self {
        Self { sources, mode, filled: BTreeSet::new(), fetched: Vec::new() }
    }

    /// Returns the secrets that were shown to sources, to be hidden.
    pub fn secrets(&self) -> Vec<Secret> {
        self.sources.secrets()
    }

    /// Returns what was fetched, and for which component, in the order in which it was needed.
    pub fn fetched(&self) -> &[(String, Fetched)] {
        &self.fetched
    }

    /// Installs what the components that an environment has need, with their hooks. Components that
    /// are disabled are left out with all that is below them. Returns whether it came to its end: it
    /// does not when something may only be done in a copy of the definition.
    pub async fn install(
        &mut self,
        folder: &Path,
        words: &[String],
        (files, hooks): (&mut Files, &mut Hooks),
    ) -> Result<Ran, InstallError> {
        files.bounds().check(folder).map_err(DefinitionError::from)?;
        let folder = root(folder)?;
        let mut tree = Tree::new(words, files);
        let outer = tree.outer_root(&folder)?;
        if needs_root(&outer) && self.install_root(&outer, &mut tree, hooks).await? != Ran::Yes {
            return Ok(Ran::OnlyInACopy);
        }
        let mut level: Vec<Below> = vec![(tree.root(outer)?, self.sources.access())];
        while !level.is_empty() {
            let Some(next) = self.level(level, &mut tree, hooks).await? else {
                return Ok(Ran::OnlyInACopy);
            };
            level = next;
        }
        Ok(Ran::Yes)
    }

    /// Fetches the component that the root stands for.
    // Without access files: Fabrikate reads the root's too late, and so nobody relies on it.
    async fn install_root(
        &mut self,
        outer: &Node,
        tree: &mut Tree<'_>,
        hooks: &mut Hooks,
    ) -> Result<Ran, InstallError> {
        let need = component_need(outer, &outer.description, &self.sources.access());
        if self.run(outer, "before-install", (hooks, tree)).await? != Ran::Yes
            || self.fetch(vec![need], (hooks, tree)).await? != Ran::Yes
        {
            return Ok(Ran::OnlyInACopy);
        }
        self.run(outer, "after-install", (hooks, tree)).await
    }

    /// Installs the components of one level, and returns those of the next; nothing when something
    /// may only be done in a copy.
    async fn level(
        &mut self,
        level: Vec<Below>,
        tree: &mut Tree<'_>,
        hooks: &mut Hooks,
    ) -> Result<Option<Vec<Below>>, InstallError> {
        let (mut visited, mut needs) = (Vec::new(), Vec::new());
        for (node, above) in level {
            check_kind(&node.description, &node.display(), &node.place())?;
            let file = access_file(&node.folder);
            tree.files().bounds().check(&file).map_err(DefinitionError::from)?;
            let access = above.with_file(&file)?;
            if self.run(&node, "before-install", (hooks, tree)).await? != Ran::Yes {
                return Ok(None);
            }
            needs.extend(needs_of(&node, &access));
            visited.push((Arc::new(node), access));
        }
        if self.fetch(needs, (hooks, tree)).await? != Ran::Yes {
            return Ok(None);
        }
        let mut next = Vec::new();
        for (node, access) in visited {
            if self.run(&node, "after-install", (hooks, tree)).await? != Ran::Yes {
                return Ok(None);
            }
            for child in &node.description.subcomponents {
                let below = tree.child(&node, child)?;
                next.extend(below.map(|below| (below, access.clone())));
            }
        }
        Ok(Some(next))
    }

    async fn run(
        &self,
        node: &Node,
        hook: &str,
        (hooks, tree): (&mut Hooks, &mut Tree<'_>),
    ) -> Result<Ran, InstallError> {
        let Some(commands) = node.description.hooks.get(hook) else {
            return Ok(Ran::Yes);
        };
        if commands.iter().all(String::is_empty) || self.mode == Install::Never {
            return Ok(Ran::Yes);
        }
        let (component, folder, place) = (node.display(), &node.folder, node.place());
        let call = Call { component: &component, hook, commands, folder, place };
        let ran = hooks.run(&call).await?;
        tree.files().forget();
        Ok(ran)
    }

    /// Fetches what is needed and not there, several at a time; the first failure, in the order of
    /// the needs, counts.
    async fn fetch(
        &mut self,
        needs: Vec<Need>,
        (hooks, tree): (&mut Hooks, &mut Tree<'_>),
    ) -> Result<Ran, InstallError> {
        for need in &needs {
            tree.files().bounds().check(&need.into).map_err(DefinitionError::from)?;
        }
        let needs = self.open(needs);
        if needs.is_empty() {
            return Ok(Ran::Yes);
        }
        if !hooks.may_change_the_definition() {
            return Ok(Ran::OnlyInACopy);
        }
        let fetching = needs.iter().map(|need| self.sources.fetch(need));
        let results: Vec<_> = stream::iter(fetching).buffered(AT_ONCE).collect().await;
        for (need, result) in needs.into_iter().zip(results) {
            hooks.mark_fetched(&need.into);
            self.fetched.extend(result?.into_iter().map(|one| (need.component.clone(), one)));
            tree.files().bounds().mark_fetched(&need.into);
            self.filled.insert(need.into);
        }
        tree.files().forget();
        Ok(Ran::Yes)
    }

    /// Returns those needs that are to be fetched. Of two for one folder the later counts, as in
    /// Fabrikate, which lets it replace the earlier.
    fn open(&self, needs: Vec<Need>) -> Vec<Need> {
        let is_open = |need: &Need| {
            let is_there = files::entry(&need.into) != Entry::Missing;
            match self.mode {
                Install::Never => false,
                Install::Missing => !is_there,
                Install::Always => !self.filled.contains(&need.into),
            }
        };
        let mut open: Vec<Need> = Vec::new();
        for need in needs.into_iter().filter(is_open) {
            open.retain(|other| other.into != need.into);
            open.push(need);
        }
        open
    }
}

fn needs_root(outer: &Node) -> bool {
    outer.description.kind == COMPONENT && outer.description.method == "git"
}

/// Returns what a component needs: the components that its list takes from git, its chart, its
/// manifest.
fn needs_of(node: &Node, access: &Access) -> Vec<Need> {
    let mut needs = Vec::new();
    let is_wanted = |child: &&Arc<Description>| {
        child.kind == COMPONENT && child.method == "git" && !node.config_of(child).disabled
    };
    for child in node.description.subcomponents.iter().filter(is_wanted) {
        needs.push(component_need(node, child, access));
    }
    needs.extend(own_need(node, access));
    needs
}

fn component_need(node: &Node, child: &Description, access: &Access) -> Need {
    Need {
        component: child.name.clone(),
        place: node.place_of(child),
        what: What::Repository(repository(child, access)),
        into: places::joined(&node.folder, &format!("components/{}", child.name)),
    }
}

/// Returns what a component's generator needs. A chart without a path is not fetched, as in
/// Fabrikate.
fn own_need(node: &Node, access: &Access) -> Option<Need> {
    let description = &node.description;
    let (what, folder) = match (description.kind.as_str(), description.method.as_str()) {
        ("static", method) if method.eq_ignore_ascii_case("http") => {
            let (address, name) = (description.source.clone(), description.name.clone());
            let access = access.clone();
            (What::Manifest(Manifest { address, name, access }), "components")
        }
        ("helm", "helm") => (What::Chart(chart(description, access)), "helm_repos"),
        ("helm", "git") if !description.path.is_empty() => {
            let chart = Some(description.path.clone());
            (
                What::Repository(Repository { chart, ..repository(description, access) }),
                "helm_repos",
            )
        }
        _ => return None,
    };
    Some(Need {
        component: node.display(),
        place: node.place(),
        what,
        into: places::joined(&node.folder, &format!("{folder}/{}", description.name)),
    })
}

fn chart(description: &Description, access: &Access) -> Chart {
    Chart {
        repository: description.source.clone(),
        name: description.path.clone(),
        version: description.version.clone(),
        is_dependency: false,
        access: access.clone(),
    }
}

fn repository(description: &Description, access: &Access) -> Repository {
    Repository {
        address: description.source.clone(),
        revision: Revision {
            branch: description.branch.clone(),
            version: description.version.clone(),
        },
        access: access.clone(),
        chart: None,
    }
}
