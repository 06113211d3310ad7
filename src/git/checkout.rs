//! A repository's files in a folder, as `git clone` and `git checkout` leave them.

use crate::git::error::GitError;
use crate::git::{Remote, Tips};
use crate::host::files;
use git2::build::CheckoutBuilder;
use git2::{ObjectType, Oid, Repository};
use std::path::Path;

/// Which commit of a repository is wanted, as a component says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision {
    /// The branch, or tag; empty for the default branch.
    pub branch: String,
    /// The tag, branch or commit, of which some digits are enough; empty for the branch's tip.
    pub version: String,
}

/// Puts the files of a revision into an empty folder, with a `.git` beside them, and returns the
/// commit. Submodules are not fetched.
// Fabrikate clones with depth 1 unless a version is given, and then all: the version may be the
// beginning of any commit's id. Only that needs the history here.
pub async fn check_out(
    remote: &mut Remote,
    revision: &Revision,
    folder: &Path,
) -> Result<Oid, GitError> {
    let failed = GitError::store("make a repository");
    let mut options = git2::RepositoryInitOptions::new();
    options.external_template(false);
    let repository = Repository::init_opts(folder, &options).map_err(&failed)?;
    let mut settings = repository.config().map_err(&failed)?;
    // Manifests have the same bytes on every machine, whatever its settings are.
    settings.set_bool("core.autocrlf", false).map_err(&failed)?;
    settings.set_str("remote.origin.url", &remote.address()).map_err(&failed)?;
    let tips = remote.tips().await?;
    let commit = fetch(remote, &repository, &tips, revision).await?;
    repository.set_head_detached(commit).map_err(&failed)?;
    let failed = GitError::store("write the files of a commit");
    let object = repository.find_object(commit, Some(ObjectType::Commit)).map_err(&failed)?;
    repository.checkout_tree(&object, Some(CheckoutBuilder::new().force())).map_err(&failed)?;
    Ok(commit)
}

/// Brings the commit of a revision into a repository and returns it.
async fn fetch(
    remote: &mut Remote,
    repository: &Repository,
    tips: &Tips,
    revision: &Revision,
) -> Result<Oid, GitError> {
    let address = remote.address();
    let missing = |what: &'static str, name: &str| GitError::NoRevision {
        repository: address.clone(),
        what,
        name: name.to_owned(),
    };
    let Revision { branch, version } = revision;
    let base = match branch.as_str() {
        "" => default_tip(tips).ok_or_else(|| missing("branch", "HEAD"))?,
        name => named(tips, name, &["heads", "tags"]).ok_or_else(|| missing("branch", name))?,
    };
    if version.is_empty() {
        return shallow(remote, repository, tips, base).await;
    }
    let is_hexadecimal = version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_hexadecimal && version.len() == 40 {
        let id = Oid::from_str(version).map_err(GitError::store("read a commit's id"))?;
        // Servers give a commit that is no tip only if they are set up to.
        if let Ok(commit) = shallow(remote, repository, tips, id).await {
            return Ok(commit);
        }
    } else if let Some(tip) = named(tips, version, &["tags", "heads"]) {
        return shallow(remote, repository, tips, tip).await;
    }
    if !is_hexadecimal || version.len() < 4 {
        return Err(missing("version", version));
    }
    remote.fetch_history(repository, tips).await?;
    let found = repository.revparse_single(version).and_then(|object| object.peel_to_commit());
    found.ok().map(|commit| commit.id()).ok_or_else(|| missing("version", version))
}

async fn shallow(
    remote: &mut Remote,
    repository: &Repository,
    tips: &Tips,
    id: Oid,
) -> Result<Oid, GitError> {
    let left_out = remote.fetch_commit(repository, tips, id).await?;
    if !left_out.is_empty() {
        let lines: Vec<String> = left_out.iter().map(Oid::to_string).collect();
        let file = repository.path().join("shallow");
        files::write(&file, (lines.join("\n") + "\n").as_bytes())
            .map_err(|source| GitError::Temporary { source })?;
    }
    let failed = GitError::store("read a commit");
    let object = repository.find_object(id, None).map_err(&failed)?;
    Ok(object.peel_to_commit().map_err(&failed)?.id())
}

fn default_tip(tips: &Tips) -> Option<Oid> {
    let branch = tips.default_branch.as_deref().unwrap_or("HEAD");
    tips.refs.get(branch).or_else(|| tips.refs.get("HEAD")).copied()
}

fn named(tips: &Tips, name: &str, kinds: &[&str]) -> Option<Oid> {
    kinds.iter().find_map(|kind| tips.refs.get(&format!("refs/{kind}/{name}")).copied())
}
