//! The table of the functions that templates can call.

use crate::helm::Profile;
use crate::helm::template::builtins;
use crate::helm::template::function::{Callable, Function};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Functions by the names that templates call them by. All threads can share one table, of which
/// a clone is no copy.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    profile: Profile,
    table: Arc<BTreeMap<&'static str, Function>>,
}

impl Functions {
    /// Returns an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the table of the functions that Go's templates have.
    pub fn builtins() -> Self {
        builtins::functions()
    }

    /// Returns the table for templates as another Helm reads and executes them.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Self {
        Self { profile, ..self }
    }

    /// Returns which Helm's rules templates follow that call these functions.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Returns the table with one function more, or another one of that name.
    #[must_use]
    pub fn with<A, F>(self, name: &'static str, function: F) -> Self
    where
        F: Callable<A> + Send + Sync + 'static,
    {
        self.with_function(name, Function::new(function))
    }

    /// Returns the table with one function more that leaves something to chance.
    #[must_use]
    pub fn with_random<A, F>(self, name: &'static str, function: F) -> Self
    where
        F: Callable<A> + Send + Sync + 'static,
    {
        self.with_function(name, Function::new(function).random())
    }

    /// Returns the table with one function more, or another one of that name.
    #[must_use]
    pub fn with_function(mut self, name: &'static str, function: Function) -> Self {
        Arc::make_mut(&mut self.table).insert(name, function);
        self
    }

    /// Returns the table with those of another, which come before those of the same name.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "tables are built of tables")]
    pub fn with_all(mut self, others: Self) -> Self {
        let others = others.table.iter().map(|(name, function)| (*name, function.clone()));
        Arc::make_mut(&mut self.table).extend(others);
        self
    }

    /// Returns the function of a name.
    pub fn get(&self, name: &str) -> Option<&Function> {
        self.table.get(name)
    }

    /// Returns the names in order.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.table.keys().copied()
    }
}
