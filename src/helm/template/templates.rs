//! Sets of templates that know each other.

use crate::helm::template::error::Error;
use crate::helm::template::functions::Functions;
use crate::helm::template::limits::Limits;
use crate::helm::template::parser::{self, Trees};
use crate::helm::template::tree::{Source, Template, is_empty};
use crate::helm::value::Text;
use std::sync::Arc;

/// Parsed templates by their names. All threads can share one set.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    functions: Functions,
    /// What this set extends, which is never changed.
    base: Option<Arc<Templates>>,
    own: Trees,
}

impl Templates {
    /// Returns an empty set of templates that can call functions.
    pub fn new(functions: Functions) -> Self {
        Self { functions, base: None, own: Trees::new() }
    }

    /// Adds a template and those that are defined within it. Of two of the same name the later one
    /// counts, unless nothing but white space is in it.
    pub fn parse(
        &mut self,
        name: impl Into<Text>,
        source: impl Into<Text>,
        limits: &Limits,
    ) -> Result<(), Error> {
        let source = Arc::new(Source { name: name.into(), text: source.into() });
        let trees = parser::parse(&source, &self.functions, limits)?;
        self.add(&trees);
        Ok(())
    }

    /// Returns the set with more templates, as another set.
    pub(crate) fn extended(base: &Arc<Self>, trees: &Trees) -> Self {
        let functions = base.functions.clone();
        let mut set = Self { functions, base: Some(Arc::clone(base)), own: Trees::new() };
        set.add(trees);
        set
    }

    fn add(&mut self, trees: &Trees) {
        for (name, tree) in trees {
            let empty = is_empty(&tree.root, tree.source.text.as_bytes());
            if !empty || self.get(name.as_bytes()).is_none() {
                self.own.insert(name.clone(), Arc::clone(tree));
            }
        }
    }

    /// Returns the functions.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }

    /// Tells whether there is a template of a name.
    pub fn contains(&self, name: impl AsRef<[u8]>) -> bool {
        self.get(name.as_ref()).is_some()
    }

    /// Returns a template.
    pub(crate) fn get(&self, name: &[u8]) -> Option<&Arc<Template>> {
        let mut set = self;
        loop {
            if let Some(found) = set.own.get(name) {
                return Some(found);
            }
            set = set.base.as_deref()?;
        }
    }
}
