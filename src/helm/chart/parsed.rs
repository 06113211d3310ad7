//! Parsed templates, which are kept for the next render.

use crate::helm::Profile;
use crate::helm::chart::scope::Scopes;
use crate::helm::functions::functions;
use crate::helm::template::{Error, Functions, Limits, Templates};
use crate::helm::value::Text;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// What all templates can call, with Helm 3.17 and with Helm 4.1.
static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| functions(Profile::Helm317));
static FUNCTIONS_OF_41: LazyLock<Functions> = LazyLock::new(|| functions(Profile::Helm41));

fn functions_of(profile: Profile) -> Functions {
    match profile {
        Profile::Helm317 => FUNCTIONS.clone(),
        Profile::Helm41 => FUNCTIONS_OF_41.clone(),
    }
}

/// As many sets of templates are kept; one for each choice of charts that values enable.
const MOST_SETS: usize = 8;

/// The sets of templates that a chart was rendered with.
#[derive(Default)]
pub(crate) struct Parsed(Mutex<VecDeque<(Shape, Arc<Templates>)>>);

/// What a set is made of: paths and sources.
type Shape = Vec<(Text, Text)>;

impl Parsed {
    /// Returns the templates, parsed now or before.
    pub(crate) fn get(
        &self,
        scopes: &Scopes<'_>,
        profile: Profile,
        limits: &Limits,
    ) -> Result<Arc<Templates>, Error> {
        let shape: Shape = scopes
            .to_parse()
            .map(|(path, template)| (path.clone(), template.content.clone()))
            .collect();
        let mut sets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = sets.iter().find(|(known, _)| is_same(known, &shape)) {
            return Ok(Arc::clone(known));
        }
        let mut templates = Templates::new(functions_of(profile));
        for (path, source) in &shape {
            templates.parse(path.clone(), source.clone(), limits)?;
        }
        let templates = Arc::new(templates);
        if sets.len() >= MOST_SETS {
            sets.pop_front();
        }
        sets.push_back((shape, Arc::clone(&templates)));
        Ok(templates)
    }
}

// The same path is always the same file, but for charts that take each other's names.
fn is_same(known: &Shape, wanted: &Shape) -> bool {
    let is_same = |((path, source), (other_path, other)): (&(Text, Text), &(Text, Text))| {
        path == other_path && source.as_bytes().as_ptr() == other.as_bytes().as_ptr()
    };
    known.len() == wanted.len() && known.iter().zip(wanted).all(is_same)
}

impl fmt::Debug for Parsed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Parsed")
    }
}
