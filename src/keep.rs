//! `randomness: keep`: charts rendered again, with their random functions giving what is published.
//!
//! A value is kept where it is found in the published manifest, in the same field of the same
//! object, and where the call that gave it could give it again: for the same length, names, password
//! or authority. All that is made of it, such as a digest, is made anew. A certificate stays with the
//! authority that signed it, or both are new. Where the values themselves cannot be found, the whole
//! published manifest stays as long as it differs in nothing else.

mod found;
mod groups;
mod skeleton;
mod whole;

use crate::charts::chance::{Fall, Fallen};
use crate::charts::{By, Engine, Rendering, Templated};
use crate::definition::{Component, Definition, Generator};
use crate::helm::functions::{Site, UNKNOWN_KEY};
use crate::plan::Documents;
use crate::publish::Keeper;
use crate::render::leaves::{self, Object};
use crate::render::{self, Manifests, cleaning};
use found::Found;
use futures_util::future::LocalBoxFuture;
use groups::Groups;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What calls shall give again.
type Values = BTreeMap<Site, Vec<String>>;

/// Renders charts again, from what is published.
#[derive(Debug)]
pub struct Again {
    engine: Arc<Engine>,
    definitions: Vec<Definition>,
    templated: Templated,
    documents: Documents,
    said: RefCell<BTreeSet<String>>,
}

/// A chart that is rendered again.
struct Chart<'a> {
    definition: &'a Definition,
    component: &'a Component,
    rendering: &'a Rendering,
}

/// What came of rendering a chart again.
struct Made {
    text: Vec<u8>,
    fallen: Fallen,
    kept: Values,
    /// Whether a value was found that the chart cannot give any more.
    is_refused: bool,
}

impl Keeper for Again {
    fn keep<'a>(
        &'a self,
        manifests: &'a Manifests,
        published: &'a BTreeMap<String, Vec<u8>>,
    ) -> LocalBoxFuture<'a, Manifests> {
        Box::pin(self.kept(manifests, published))
    }
}

impl Again {
    /// Returns what renders the charts of a run again.
    pub fn new(
        engine: Arc<Engine>,
        (definitions, templated): (Vec<Definition>, Templated),
        documents: Documents,
    ) -> Self {
        Self { engine, definitions, templated, documents, said: RefCell::default() }
    }

    /// Takes what there is to say of what was kept.
    pub fn take_said(&self) -> Vec<String> {
        self.said.take().into_iter().collect()
    }

    async fn kept(
        &self,
        manifests: &Manifests,
        published: &BTreeMap<String, Vec<u8>>,
    ) -> Manifests {
        let mut kept = manifests.clone();
        for (path, manifest) in &mut kept.files {
            let chart = self.chart(manifests, path);
            let (Some(published), Some(chart)) = (published.get(path), chart) else {
                continue;
            };
            let Some((content, said)) = self.manifest(&chart, published).await else {
                continue;
            };
            manifest.objects = cleaning::objects(&content);
            manifest.content = content;
            let said = format!("{}/{path}: {said}", manifests.environment);
            self.said.borrow_mut().insert(said);
        }
        kept
    }

    /// Returns the chart that makes a manifest, if the engine that is built in renders it.
    fn chart(&self, manifests: &Manifests, path: &str) -> Option<Chart<'_>> {
        let environment = &manifests.environment;
        let (d, definition) =
            self.definitions.iter().enumerate().find(|(_, it)| it.environment == *environment)?;
        let is_it = |component: &Component| {
            matches!(component.generator, Generator::Chart(_))
                && render::path(component).is_ok_and(|own| own == path)
        };
        let (c, component) =
            definition.components.iter().enumerate().find(|(_, component)| is_it(component))?;
        let rendering = self.templated.get(&(d, c)).filter(|it| it.by == By::BuiltIn)?;
        Some(Chart { definition, component, rendering })
    }

    /// Returns a chart's manifest with what it keeps of the published one, and says what that is.
    async fn manifest(&self, chart: &Chart<'_>, published: &[u8]) -> Option<(Vec<u8>, String)> {
        let again = chart.rendering.again.as_ref()?;
        let first = self.objects(chart, &chart.rendering.text)?;
        let second = self.objects(chart, &again.text)?;
        let old = leaves::objects(published)?;
        let records = (&again.first.record, &again.second.record);
        let found = found::find((&first, &second), &old, records);
        let groups = Groups::of(&again.first.record);
        let made = self.made(chart, &found, &groups).await?;
        let content = self.content(chart, &made.text)?;
        let of_all = made.fallen.record.drawn.len();
        let said = format!("{} of {of_all} random values are kept", made.kept.len());
        if content == published {
            return Some((content, format!("{said}, and nothing else changes")));
        }
        let may_stay = !made.is_refused && found.seen.iter().all(|it| made.kept.contains_key(it));
        if may_stay && self.is_only_chance(chart, &made, &old).await.unwrap_or(false) {
            let said = format!("{said}, and it stays whole: only random values would change");
            return Some((published.to_vec(), said));
        }
        Some((content, said))
    }

    /// Renders the chart with the values that were found, without those that it cannot give any more.
    async fn made(&self, chart: &Chart<'_>, found: &Found, groups: &Groups) -> Option<Made> {
        let mut kept = groups.complete(found.values.clone());
        let mut is_refused = false;
        loop {
            let (rendering, fallen) = self.rendered(chart, kept.clone(), false).await?;
            let unfit = self.unfit(chart, &kept, (&rendering, &fallen)).await?;
            if unfit.is_empty() {
                kept.retain(|site, _| fallen.record.kept.contains(site));
                return Some(Made { text: rendering.text, fallen, kept, is_refused });
            }
            is_refused = true;
            let fewer = groups.without(kept.clone(), &unfit);
            kept = if fewer.len() < kept.len() { fewer } else { Values::new() };
        }
    }

    /// Returns the calls that cannot give what they shall: they say so; or the chart makes something
    /// of a key that is not known.
    async fn unfit(
        &self,
        chart: &Chart<'_>,
        kept: &Values,
        (rendering, fallen): (&Rendering, &Fallen),
    ) -> Option<BTreeSet<Site>> {
        let partial = partial(kept);
        if !fallen.record.refused.is_empty() || partial.is_empty() {
            return Some(fallen.record.refused.clone());
        }
        let (other, _) = self.rendered(chart, with_other_keys(kept), false).await?;
        Some(if other.text == rendering.text { BTreeSet::new() } else { partial })
    }

    /// Tells whether a manifest differs from the published one only where chance, or the time, makes
    /// it differ from itself; and that chance is of a kind that depends on no configuration.
    async fn is_only_chance(&self, chart: &Chart<'_>, made: &Made, old: &[Object]) -> Option<bool> {
        let drawn = made.fallen.record.drawn.iter();
        let mut new = drawn.filter(|(site, _)| !made.kept.contains_key(*site));
        if !new.all(|(_, drawn)| whole::is_plain(&drawn.function)) {
            return Some(false);
        }
        let (other, _) = self.rendered(chart, made.kept.clone(), true).await?;
        let objects = self.objects(chart, &made.text)?;
        let other = self.objects(chart, &other.text)?;
        Some(whole::differ_by_chance((&objects, &other), old))
    }

    async fn rendered(
        &self,
        chart: &Chart<'_>,
        kept: Values,
        is_other: bool,
    ) -> Option<(Rendering, Fallen)> {
        let place = (chart.definition, chart.component);
        self.engine.render_again(place, Fall { is_other, kept }).await
    }

    fn objects(&self, chart: &Chart<'_>, text: &[u8]) -> Option<Vec<Object>> {
        leaves::objects(&self.content(chart, text)?)
    }

    /// Returns the manifest that Fabrikate makes of a chart's text.
    fn content(&self, chart: &Chart<'_>, text: &[u8]) -> Option<Vec<u8>> {
        let rendering = Rendering { text: text.to_vec(), again: None, ..chart.rendering.clone() };
        render::chart(chart.component, &rendering, (self.documents, &mut Vec::new())).ok()
    }
}

/// Returns the certificates whose keys are not known.
fn partial(kept: &Values) -> BTreeSet<Site> {
    let is_partial = |texts: &[String]| texts.iter().any(|text| text.starts_with(UNKNOWN_KEY));
    kept.iter().filter(|(_, texts)| is_partial(texts)).map(|(site, _)| *site).collect()
}

/// Returns the values with something else in the place of unknown keys: what a chart makes must not
/// depend on it.
fn with_other_keys(kept: &Values) -> Values {
    let other = |text: &String| {
        let is_unknown = text.starts_with(UNKNOWN_KEY);
        if is_unknown { format!("{UNKNOWN_KEY}2") } else { text.clone() }
    };
    kept.iter().map(|(site, texts)| (*site, texts.iter().map(other).collect())).collect()
}
