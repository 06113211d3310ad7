//! Manifests that follow what is published: the seam to whoever can make them.

use crate::git::Oid;
use crate::git::tree::Kind;
use crate::plan::Target;
use crate::publish::PublishError;
use crate::publish::branch::{Base, Run};
use crate::render::{Manifests, Rendered};
use futures_util::future::LocalBoxFuture;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// Makes manifests again so that what is random in them stays as published.
pub trait Keeper: fmt::Debug {
    /// Returns the manifests of an environment, made again from what is published under their paths.
    fn keep<'a>(
        &'a self,
        manifests: &'a Manifests,
        published: &'a BTreeMap<String, Vec<u8>>,
    ) -> LocalBoxFuture<'a, Manifests>;
}

impl Run<'_> {
    /// Tells whether manifests follow what is published.
    pub(super) fn keeps(&self, rendered: &Rendered) -> bool {
        self.keeper.is_some() && rendered.environments.iter().any(is_random)
    }

    /// Returns the manifests that keep what is published at a base, which is read where anything in
    /// them is random.
    pub(super) async fn kept<'m>(
        &mut self,
        base: &Base,
        (target, manifests): (&Target, &'m Manifests),
    ) -> Result<Cow<'m, Manifests>, PublishError> {
        let Some(keeper) = self.keeper.filter(|_| is_random(manifests)) else {
            return Ok(Cow::Borrowed(manifests));
        };
        let found = self.found(base, &target.folder)?;
        let random = manifests.files.iter().filter(|(_, manifest)| !manifest.unstable.is_empty());
        let there = random.filter_map(|(path, _)| match found.get(path) {
            Some((Kind::File, id)) => Some((path.clone(), *id)),
            Some((Kind::Folder | Kind::Other, _)) | None => None,
        });
        let there: BTreeMap<String, Oid> = there.collect();
        let Some(tip) = base.parent.filter(|_| !there.is_empty()) else {
            return Ok(Cow::Borrowed(manifests));
        };
        let ids: Vec<Oid> = there.values().copied().collect();
        self.remote.fetch_files(&self.store, &base.tips, (tip, &ids)).await?;
        let mut published = BTreeMap::new();
        for (path, id) in there {
            published.insert(path, self.store.file(id)?);
        }
        Ok(Cow::Owned(keeper.keep(manifests, &published).await))
    }
}

fn is_random(manifests: &Manifests) -> bool {
    manifests.files.values().any(|manifest| !manifest.unstable.is_empty())
}
