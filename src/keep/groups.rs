//! Certificates and the authorities that signed them: kept together, or not at all.

use crate::helm::functions::{Record, Site};
use crate::keep::Values;
use std::collections::{BTreeMap, BTreeSet};

/// Calls that belong together, each under the smallest of them.
#[derive(Debug)]
pub(super) struct Groups(BTreeMap<Site, Site>);

impl Groups {
    /// Returns the groups of what calls gave.
    pub(super) fn of(record: &Record) -> Self {
        let mut heads: BTreeMap<Site, Site> = record.drawn.keys().map(|it| (*it, *it)).collect();
        for (site, drawn) in &record.drawn {
            let Some(authority) = &drawn.authority else {
                continue;
            };
            let signer = record.drawn.iter().find(|(_, it)| it.texts.first() == Some(authority));
            if let Some((signer, _)) = signer {
                let ends = [site, signer].map(|it| heads.get(it).copied().unwrap_or(*it));
                let head = ends.into_iter().min().unwrap_or_default();
                let moved = heads.values_mut().filter(|it| ends.contains(it));
                moved.for_each(|it| *it = head);
            }
        }
        Self(heads)
    }

    /// Returns the values of groups of which every call has one.
    pub(super) fn complete(&self, values: Values) -> Values {
        let missing = self.0.keys().filter(|site| !values.contains_key(*site)).copied().collect();
        self.without(values, &missing)
    }

    /// Returns the values without those of some groups.
    pub(super) fn without(&self, mut values: Values, sites: &BTreeSet<Site>) -> Values {
        let gone: BTreeSet<Option<&Site>> = sites.iter().map(|site| self.0.get(site)).collect();
        values.retain(|site, _| !sites.contains(site) && !gone.contains(&self.0.get(site)));
        values
    }
}
