//! Asking a schema about values.

use crate::helm::schema::format;
use crate::helm::schema::node::{Combined, Dependency, Node, NodeId, NumberRules, StringRules};
use crate::helm::schema::number::Decimal;
use crate::helm::schema::problem::SchemaProblem;
use crate::helm::values::Tree;
use serde_json::Value;

/// How often a schema may refer to another part without looking deeper into the values.
const MOST_TURNS: usize = 2000;
/// The most complaints that are kept.
const MOST_COMPLAINTS: usize = 1000;
/// The most questions that are asked.
const MOST_STEPS: u64 = 20_000_000;

/// One check of values.
pub(super) struct Validation<'s> {
    nodes: &'s [Node],
    steps: u64,
    turns: usize,
}

/// What is wrong, in the words of gojsonschema.
pub(super) type Complaints = Vec<String>;

pub(super) type Checked = Result<(), SchemaProblem>;

/// A value and where it is.
#[derive(Clone, Copy)]
pub(super) struct Subject<'v> {
    pub(super) value: &'v Tree,
    pub(super) path: &'v str,
}

impl Subject<'_> {
    pub(super) fn complain(&self, complaints: &mut Complaints, what: impl FnOnce(&str) -> String) {
        if complaints.len() < MOST_COMPLAINTS {
            let path = if self.path.is_empty() { "(root)" } else { self.path };
            complaints.push(format!("{path}: {}", what(path)));
        }
    }

    pub(super) fn child(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

impl<'s> Validation<'s> {
    pub(super) fn new(nodes: &'s [Node]) -> Self {
        Self { nodes, steps: 0, turns: 0 }
    }

    pub(super) fn run(mut self, values: &Tree) -> Result<Complaints, SchemaProblem> {
        let mut complaints = Vec::new();
        self.check(0, Subject { value: values, path: "" }, &mut complaints)?;
        Ok(complaints)
    }

    /// Asks a part of the schema about a value.
    pub(super) fn check(
        &mut self,
        id: NodeId,
        subject: Subject<'_>,
        complaints: &mut Complaints,
    ) -> Checked {
        self.steps += 1;
        self.turns += 1;
        if self.turns > MOST_TURNS || self.steps > MOST_STEPS {
            return Err(SchemaProblem::Endless);
        }
        let done = crate::helm::template::deeply(|| self.ask(id, subject, complaints));
        self.turns -= 1;
        done
    }

    fn ask(&mut self, id: NodeId, subject: Subject<'_>, complaints: &mut Complaints) -> Checked {
        let Some(node) = self.nodes.get(id) else { return Ok(()) };
        if let Some(verdict) = node.verdict {
            if !verdict {
                subject.complain(complaints, |_| "False always fails validation".to_owned());
            }
            return Ok(());
        }
        if let Some(target) = node.reference {
            return self.check(target, subject, complaints);
        }
        let kind = kind(subject.value);
        if !node.types.is_empty()
            && !node
                .types
                .iter()
                .any(|known| *known == kind || (*known == "number" && kind == "integer"))
        {
            subject.complain(complaints, |_| {
                let expected = match node.types.as_slice() {
                    [only] => (*only).to_owned(),
                    several => format!("[{}]", several.join(",")),
                };
                format!("Invalid type. Expected: {expected}, given: {kind}")
            });
            return Ok(());
        }
        self.combined(&node.combined, subject, complaints)?;
        choices(node, subject, complaints);
        match subject.value {
            Tree::List(elements) => self.array(&node.array, (subject, elements), complaints),
            Tree::Table(table) => self.object(&node.object, (subject, table), complaints),
            Tree::String(text) => {
                string(&node.string, (subject, &text.to_str_lossy()), complaints);
                Ok(())
            }
            Tree::Int(_) | Tree::Float(_) => {
                number(&node.number, subject, complaints);
                Ok(())
            }
            Tree::Null | Tree::Bool(_) => Ok(()),
        }
    }

    /// Asks several parts; returns what each has to complain about.
    fn each(
        &mut self,
        ids: &[NodeId],
        subject: Subject<'_>,
    ) -> Result<Vec<Complaints>, SchemaProblem> {
        let mut answers = Vec::with_capacity(ids.len());
        for id in ids {
            let mut complaints = Vec::new();
            self.check(*id, subject, &mut complaints)?;
            answers.push(complaints);
        }
        Ok(answers)
    }

    fn combined(
        &mut self,
        rules: &Combined,
        subject: Subject<'_>,
        complaints: &mut Complaints,
    ) -> Checked {
        let any = self.each(&rules.any, subject)?;
        if !any.is_empty() && !any.iter().any(Vec::is_empty) {
            subject
                .complain(complaints, |_| "Must validate at least one schema (anyOf)".to_owned());
            complaints.extend(fewest(any));
        }
        let one = self.each(&rules.one, subject)?;
        let valid = one.iter().filter(|complaints| complaints.is_empty()).count();
        if !one.is_empty() && valid != 1 {
            subject.complain(complaints, |_| {
                "Must validate one and only one schema (oneOf)".to_owned()
            });
            if valid == 0 {
                complaints.extend(fewest(one));
            }
        }
        let all = self.each(&rules.all, subject)?;
        if all.iter().any(|complaints| !complaints.is_empty()) {
            complaints.extend(all.into_iter().flatten());
            subject.complain(complaints, |_| "Must validate all the schemas (allOf)".to_owned());
        }
        if let Some(id) = rules.not {
            let mut refused = Vec::new();
            self.check(id, subject, &mut refused)?;
            if refused.is_empty() {
                subject.complain(complaints, |_| "Must not validate the schema (not)".to_owned());
            }
        }
        self.dependencies(rules, subject, complaints)?;
        self.conditional(rules, subject, complaints)
    }

    fn dependencies(
        &mut self,
        rules: &Combined,
        subject: Subject<'_>,
        complaints: &mut Complaints,
    ) -> Checked {
        let Tree::Table(table) = subject.value else { return Ok(()) };
        let is_there = |key: &String| table.contains_key(key.as_bytes());
        for (_, dependency) in rules.dependencies.iter().filter(|(name, _)| is_there(name)) {
            let keys = match dependency {
                Dependency::Keys(keys) => keys.as_slice(),
                Dependency::Schema(id) => {
                    self.check(*id, subject, complaints)?;
                    &[]
                }
            };
            for key in keys.iter().filter(|key| !is_there(key)) {
                subject.complain(complaints, |_| format!("Has a dependency on {key}"));
            }
        }
        Ok(())
    }

    fn conditional(
        &mut self,
        rules: &Combined,
        subject: Subject<'_>,
        complaints: &mut Complaints,
    ) -> Checked {
        let Some(condition) = rules.condition else { return Ok(()) };
        let mut refused = Vec::new();
        self.check(condition, subject, &mut refused)?;
        let (branch, words) = if refused.is_empty() {
            (rules.then, "Must validate \"then\" as \"if\" was valid")
        } else {
            (rules.otherwise, "Must validate \"else\" as \"if\" was not valid")
        };
        let mut inner = Vec::new();
        if let Some(branch) = branch {
            self.check(branch, subject, &mut inner)?;
        }
        if !inner.is_empty() {
            subject.complain(complaints, |_| words.to_owned());
            complaints.extend(inner);
        }
        Ok(())
    }
}

/// Returns what is closest to being valid.
fn fewest(answers: Vec<Complaints>) -> Complaints {
    answers.into_iter().min_by_key(Vec::len).unwrap_or_default()
}

/// Returns the name that the type of a value has in schemas.
fn kind(value: &Tree) -> &'static str {
    match value {
        Tree::Null => "null",
        Tree::Bool(_) => "boolean",
        Tree::Int(_) => "integer",
        Tree::Float(number) if number.fract() == 0.0 => "integer",
        Tree::Float(_) => "number",
        Tree::String(_) => "string",
        Tree::List(_) => "array",
        Tree::Table(_) => "object",
    }
}

fn choices(node: &Node, subject: Subject<'_>, complaints: &mut Complaints) {
    if let Some(constant) = &node.constant
        && !is_same(constant, subject.value)
    {
        subject.complain(complaints, |path| format!("{path} does not match: {constant}"));
    }
    if let Some(choices) = &node.choices
        && !choices.iter().any(|choice| is_same(choice, subject.value))
    {
        subject.complain(complaints, |path| {
            let shown: Vec<_> = choices.iter().map(ToString::to_string).collect();
            format!("{path} must be one of the following: {}", shown.join(", "))
        });
    }
}

/// Tells whether a value of a schema is the same as another one.
pub(super) fn is_same(wanted: &Value, found: &Tree) -> bool {
    match (wanted, found) {
        (Value::Null, Tree::Null) => true,
        (Value::Bool(a), Tree::Bool(b)) => a == b,
        (Value::Number(a), Tree::Float(_) | Tree::Int(_)) => a.as_f64() == float(found),
        (Value::String(a), Tree::String(b)) => *b == a.as_str(),
        (Value::Array(a), Tree::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b))
        }
        (Value::Object(a), Tree::Table(b)) => {
            let has =
                |(key, a): (&String, &Value)| b.get(key.as_bytes()).is_some_and(|b| is_same(a, b));
            a.len() == b.len() && a.iter().all(has)
        }
        _ => false,
    }
}

fn float(value: &Tree) -> Option<f64> {
    match value {
        Tree::Float(number) => Some(*number),
        #[expect(clippy::cast_precision_loss, reason = "schemas count with such numbers")]
        Tree::Int(number) => Some(*number as f64),
        _ => None,
    }
}

fn string(rules: &StringRules, (subject, text): (Subject<'_>, &str), complaints: &mut Complaints) {
    let length = text.chars().count() as u64;
    if let Some(least) = rules.shortest.filter(|least| length < *least) {
        subject.complain(complaints, |_| {
            format!("String length must be greater than or equal to {least}")
        });
    }
    if let Some(most) = rules.longest.filter(|most| length > *most) {
        subject.complain(complaints, |_| {
            format!("String length must be less than or equal to {most}")
        });
    }
    if let Some(pattern) = rules.pattern.as_ref().filter(|pattern| !pattern.is_match(text)) {
        subject.complain(complaints, |_| format!("Does not match pattern '{pattern}'"));
    }
    if let Some(format) = rules.format.as_ref().filter(|format| !format::fits(format, text)) {
        subject.complain(complaints, |_| format!("Does not match format '{format}'"));
    }
}

fn number(rules: &NumberRules, subject: Subject<'_>, complaints: &mut Complaints) {
    let Some(number) = float(subject.value) else { return };
    if let Some(unit) = &rules.multiple_of
        && !Decimal::of(number).is_multiple_of(unit)
    {
        let unit = unit.float();
        subject.complain(complaints, |_| format!("Must be a multiple of {unit}"));
    }
    let bounds = [
        (rules.most.filter(|limit| number > *limit), "less than or equal to"),
        (rules.below.filter(|limit| number >= *limit), "less than"),
        (rules.least.filter(|limit| number < *limit), "greater than or equal to"),
        (rules.above.filter(|limit| number <= *limit), "greater than"),
    ];
    for (limit, words) in bounds {
        if let Some(limit) = limit {
            subject.complain(complaints, |_| format!("Must be {words} {limit}"));
        }
    }
}
