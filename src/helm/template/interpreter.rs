//! What executes templates, and what functions may ask of it.

use crate::helm::Profile;
use crate::helm::format::{Buffer, Escape, quoted};
use crate::helm::template::chance::{Chance, Entered};
use crate::helm::template::complaint::ExecuteProblem;
use crate::helm::template::error::{Cause, Error, FunctionError};
use crate::helm::template::evaluation::Evaluation;
use crate::helm::template::limits::{Limit, Limits};
use crate::helm::template::parser::{self, Trees};
use crate::helm::template::templates::Templates;
use crate::helm::template::tree::{Source, Template};
use crate::helm::value::{Text, Value};
use std::any::Any;
use std::collections::BTreeMap;
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

/// Executes templates, one after the other, within one thread.
#[derive(Debug)]
pub struct Interpreter {
    limits: Limits,
    templates: Arc<Templates>,
    missing_key: MissingKey,
    /// How often each template is included by those that are being executed.
    included: BTreeMap<Text, usize>,
    /// What was parsed while executing.
    parsed: BTreeMap<Text, Trees>,
    depth: usize,
    steps: u64,
    total: usize,
    state: Vec<Box<dyn Any>>,
    chance: Option<Rc<dyn Chance>>,
    /// The file that is rendered.
    pub(crate) entered: Entered,
    /// How many files were entered.
    files: u64,
}

/// What a key gives that a table does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// The zero value of the elements, which is how Helm renders.
    #[default]
    Zero,
    /// Nothing, which is how Go does if it is not told otherwise.
    Invalid,
    /// An error, as with Helm's `--strict` of `helm lint`.
    Error,
}

/// How often a template may be included by itself, in Helm.
const MOST_INCLUDED: usize = 1000;
/// The name of Helm's set of templates, and of what `tpl` is given.
const SET: &str = "gotpl";
/// How many texts that `tpl` is given are kept parsed.
const MOST_PARSED: usize = 1000;
/// How many bytes such a text has at most.
const LONGEST_PARSED: usize = 16 << 10;
/// How much of [`Limits::nesting`] something takes that a function executes.
const LEVELS: usize = 16;
const NO_VALUE: &[u8] = b"<no value>";

impl Interpreter {
    /// Returns an interpreter without templates.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            templates: Arc::default(),
            missing_key: MissingKey::default(),
            included: BTreeMap::new(),
            parsed: BTreeMap::new(),
            depth: 0,
            steps: 0,
            total: 0,
            state: Vec::new(),
            chance: None,
            entered: Entered::default(),
            files: 0,
        }
    }

    /// Returns the interpreter with templates.
    #[must_use]
    pub fn with_templates(mut self, templates: Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }

    /// Returns the interpreter with a rule for keys that a table does not have.
    #[must_use]
    pub fn with_missing_key(mut self, missing_key: MissingKey) -> Self {
        self.missing_key = missing_key;
        self
    }

    /// Returns the interpreter with something that functions can ask for by its type.
    #[must_use]
    pub fn with_state<T: Any>(mut self, state: T) -> Self {
        self.state.push(Box::new(state));
        self
    }

    /// Returns the interpreter with somebody who is told of calls that leave something to chance.
    #[must_use]
    pub fn with_chance(mut self, chance: Rc<dyn Chance>) -> Self {
        self.chance = Some(chance);
        self
    }

    pub(crate) fn chance(&self) -> Option<Rc<dyn Chance>> {
        self.chance.clone()
    }

    /// Returns what was given of a type.
    pub fn state<T: Any>(&self) -> Option<&T> {
        self.state.iter().find_map(|state| state.downcast_ref())
    }

    /// Returns which Helm's rules are followed.
    pub fn profile(&self) -> Profile {
        self.templates.functions().profile()
    }

    /// Returns the limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the templates.
    pub fn templates(&self) -> &Arc<Templates> {
        &self.templates
    }

    pub(crate) fn missing_key(&self) -> MissingKey {
        self.missing_key
    }

    /// Counts bytes that a function is about to make, before it makes them.
    pub fn charge(&mut self, bytes: usize) -> Result<(), Limit> {
        if bytes > self.limits.text {
            return Err(Limit::Text(self.limits.text));
        }
        self.total = self.total.saturating_add(bytes);
        if self.total > self.limits.total { Err(Limit::Total(self.limits.total)) } else { Ok(()) }
    }

    /// Counts the parts of a value before something is made of each: one that is there many times in
    /// a small value, as in a table that holds the same table twice, counts every time.
    pub fn charge_parts(&mut self, value: &Value) -> Result<(), Limit> {
        /// How many bytes a part takes.
        const PART: usize = 32;
        let (mut count, mut open) = (0_usize, vec![(value.clone(), 0)]);
        while let Some((value, depth)) = open.pop() {
            count += 1;
            if count > self.limits.text / PART {
                return Err(Limit::Text(self.limits.text));
            }
            // What nests deeper is for each function to refuse.
            let depth = depth + 1;
            match value {
                _ if depth > self.limits.value_nesting => {}
                Value::List(list) if list.as_bytes().is_none() => {
                    open.extend(list.iter().map(|element| (element, depth)));
                }
                Value::Map(map) => {
                    let entries = map.entries();
                    open.extend(entries.iter().map(|(_, value)| (value.clone(), depth)));
                }
                _ => {}
            }
        }
        self.charge(count.saturating_mul(PART))
    }

    /// Counts something that is executed.
    pub(crate) fn step(&mut self) -> Result<(), Limit> {
        self.steps += 1;
        if self.steps > self.limits.steps { Err(Limit::Steps(self.limits.steps)) } else { Ok(()) }
    }

    /// Counts something within which more is executed, up to [`Self::leave`].
    pub(crate) fn enter(&mut self, levels: usize) -> Result<(), Limit> {
        if self.depth + levels > self.limits.nesting {
            return Err(Limit::Nesting(self.limits.nesting));
        }
        self.depth += levels;
        Ok(())
    }

    pub(crate) fn leave(&mut self, levels: usize) {
        self.depth -= levels;
    }

    /// Returns the output of a template of the set.
    pub fn execute(&mut self, name: &str, data: Value) -> Result<Text, Error> {
        self.execute_named(name.as_bytes(), data)
    }

    fn execute_named(&mut self, name: &[u8], data: Value) -> Result<Text, Error> {
        let Some(template) = self.templates.get(name).cloned() else {
            let name = quoted(name, Escape::Needed);
            let set = quoted(SET.as_bytes(), Escape::Needed);
            return Err(Error::without_place(Cause::Execute(ExecuteProblem::Unknown {
                name,
                set,
            })));
        };
        if template.name != template.source.name {
            return self.run(&template, data);
        }
        self.files += 1;
        let file = Entered { file: template.name.clone(), number: self.files };
        let outer = mem::replace(&mut self.entered, file);
        let output = self.run(&template, data);
        self.entered = outer;
        output
    }

    fn run(&mut self, template: &Template, data: Value) -> Result<Text, Error> {
        let limited = |limit| Error::without_place(Cause::Limit(limit));
        let depth = self.depth;
        self.enter(LEVELS).map_err(limited)?;
        let mut output = Buffer::new(self.limits.text);
        let done = Evaluation::new(self, &mut output, template).run(data);
        // Whatever an error left behind is left now.
        self.depth = depth;
        done?;
        let output = output.into_bytes();
        self.charge(output.len()).map_err(limited)?;
        Ok(output.into())
    }

    /// Returns the output of a template of the set, as Helm's `include` does.
    pub fn include(&mut self, name: &Text, data: Value) -> Result<Text, FunctionError> {
        let included = self.included.entry(name.clone()).or_default();
        if *included > MOST_INCLUDED {
            return Err(FunctionError::new(format_args!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            )));
        }
        *included += 1;
        let output = self.execute_named(name.as_bytes(), data);
        if let Some(included) = self.included.get_mut(name) {
            *included -= 1;
        }
        Ok(output?)
    }

    /// Returns the output of a source that knows the templates of the set, as Helm's `tpl` does.
    pub fn template(&mut self, source: &Text, data: Value) -> Result<Text, FunctionError> {
        let trees = match self.parsed(source) {
            Ok(trees) => trees,
            Err(error) => return Err(self.told("cannot parse template", source, error)),
        };
        let Some(main) = trees.get(SET.as_bytes()) else { return Ok(Text::default()) };
        let extended = Arc::new(Templates::extended(&self.templates, &trees));
        let outer = mem::replace(&mut self.templates, extended);
        let output = self.run(main, data);
        self.templates = outer;
        match output {
            Ok(output) => Ok(without_no_value(output)),
            Err(error) => Err(self.told("error during tpl function execution for", source, error)),
        }
    }

    /// Returns the error of a source that `tpl` was given, which the message shows whole.
    fn told(&mut self, what: &str, source: &Text, error: Error) -> FunctionError {
        if let Err(limit) = self.charge(source.len()) {
            return FunctionError::Limit(limit);
        }
        let context = format!("{what} {}: ", quoted(source.as_bytes(), Escape::Needed));
        FunctionError::Template { context, source: error }
    }

    fn parsed(&mut self, source: &Text) -> Result<Trees, Error> {
        if let Some(trees) = self.parsed.get(source) {
            return Ok(trees.clone());
        }
        let parsed = Arc::new(Source { name: SET.into(), text: source.clone() });
        let trees = parser::parse(&parsed, self.templates.functions(), &self.limits)?;
        if self.parsed.len() < MOST_PARSED && source.len() <= LONGEST_PARSED {
            self.parsed.insert(source.clone(), trees.clone());
        }
        Ok(trees)
    }
}

/// Returns what Helm makes of an output: the words that stand for nothing are left out.
pub fn without_no_value(output: Text) -> Text {
    let find = |text: &[u8]| text.windows(NO_VALUE.len()).position(|window| window == NO_VALUE);
    let mut rest = output.as_bytes();
    let mut kept = Vec::new();
    while let Some(at) = find(rest) {
        kept.extend_from_slice(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + NO_VALUE.len()..).unwrap_or_default();
    }
    if rest.len() == output.len() {
        return output;
    }
    kept.extend_from_slice(rest);
    kept.into()
}
