//! A chart as one render sees it: under another name, without charts that are not enabled, with
//! imported values.

use crate::helm::Profile;
use crate::helm::chart::Chart;
use crate::helm::chart::metadata::Dependency;
use crate::helm::value::{Map, Text};
use crate::helm::values::{Nulls, Table, copy_table, to_map};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

/// A chart, or a chart in it, for one render.
// As in Helm 3, copies of a chart under several aliases share the charts in it and what is said of
// them; what one copy changes there is seen by the next one, which charts have come to rely on.
#[derive(Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) chart: &'a Chart,
    /// The name of the chart or its alias.
    pub(crate) name: Text,
    /// What its metadata say that it needs.
    pub(crate) needs: RefCell<Option<Vec<Rc<RefCell<Need>>>>>,
    /// The charts in it.
    pub(crate) parts: RefCell<Vec<Rc<Instance<'a>>>>,
    defaults: RefCell<Defaults<'a>>,
    /// Charts that were in it. Those in them may still ask where they are.
    former: RefCell<Vec<Rc<Instance<'a>>>>,
    parent: RefCell<Weak<Instance<'a>>>,
}

/// A dependency as one render sees it.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) dependency: Dependency,
    /// Its values were imported. Helm does that once, however many copies need it.
    pub(crate) is_imported: bool,
}

#[derive(Clone, Debug)]
enum Defaults<'a> {
    Own(Option<&'a Table>),
    Imported(Map),
}

impl<'a> Instance<'a> {
    /// Returns a chart as it was loaded.
    pub(crate) fn new(chart: &'a Chart) -> Rc<Self> {
        let need = |dependency: &Dependency| {
            Rc::new(RefCell::new(Need { dependency: dependency.clone(), is_imported: false }))
        };
        let needs = chart.metadata.dependencies.as_ref();
        let instance = Rc::new(Self {
            chart,
            name: chart.metadata.name.clone(),
            needs: RefCell::new(needs.map(|needs| needs.iter().map(need).collect())),
            parts: RefCell::default(),
            defaults: RefCell::new(Defaults::Own(chart.values.as_ref())),
            former: RefCell::default(),
            parent: RefCell::default(),
        });
        instance.set_parts(chart.parts.iter().map(Self::new).collect());
        instance
    }

    /// Returns a copy under another name.
    pub(crate) fn renamed(&self, name: Text) -> Rc<Self> {
        match self.chart.profile {
            Profile::Helm317 => self.shallow(name),
            Profile::Helm41 => self.deep(name),
        }
    }

    /// Returns a copy that has the charts in it for itself.
    fn deep(&self, name: Text) -> Rc<Self> {
        let copy = self.shallow(name);
        let own = |need: &Rc<RefCell<Need>>| Rc::new(RefCell::new(need.borrow().clone()));
        let needs = self.needs.borrow().as_ref().map(|needs| needs.iter().map(own).collect());
        copy.needs.replace(needs);
        let parts = self.parts.borrow();
        copy.set_parts(parts.iter().map(|part| part.deep(part.name.clone())).collect());
        copy
    }

    fn shallow(&self, name: Text) -> Rc<Self> {
        Rc::new(Self {
            chart: self.chart,
            name,
            needs: self.needs.clone(),
            parts: self.parts.clone(),
            defaults: self.defaults.clone(),
            former: RefCell::default(),
            parent: self.parent.clone(),
        })
    }

    /// Sets the charts in it.
    pub(crate) fn set_parts(self: &Rc<Self>, parts: Vec<Rc<Self>>) {
        for part in &parts {
            part.parent.replace(Rc::downgrade(self));
        }
        let former = self.parts.replace(parts);
        self.former.borrow_mut().extend(former);
    }

    /// Returns what becomes of null in the values that templates see.
    pub(crate) fn final_nulls(&self) -> Nulls {
        match self.chart.profile {
            Profile::Helm317 => Nulls::Removed,
            Profile::Helm41 => Nulls::RemovedUnlessNull,
        }
    }

    /// Tells whether it is in no other chart.
    pub(crate) fn is_root(&self) -> bool {
        self.parent.borrow().upgrade().is_none()
    }

    /// Returns the path of the folder that it would be in: `a/charts/b`.
    pub(crate) fn path(&self) -> String {
        let parent = self.parent.borrow().upgrade();
        match parent {
            Some(parent) => format!("{}/charts/{}", parent.path(), self.name),
            None => self.name.to_string(),
        }
    }

    /// Returns a copy of its default values.
    pub(crate) fn defaults(&self) -> Map {
        match &*self.defaults.borrow() {
            Defaults::Own(table) => table.map(to_map).unwrap_or_default(),
            Defaults::Imported(map) => copy_table(map),
        }
    }

    /// Sets its default values.
    pub(crate) fn set_defaults(&self, values: Map) {
        self.defaults.replace(Defaults::Imported(values));
    }
}
