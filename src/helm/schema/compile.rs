//! From a schema as it is written to one that can be asked.

use crate::helm::schema::Draft;
use crate::helm::schema::keywords::{Keywords, regex, unfit, wrong};
use crate::helm::schema::node::{
    ArrayRules, Combined, Dependency, Node, NodeId, NumberRules, ObjectRules, Others, StringRules,
};
use crate::helm::schema::number::Decimal;
use crate::helm::schema::pointer::{Identifiers, Scope, escaped, part};
use crate::helm::schema::problem::SchemaProblem;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most parts that a schema may have.
const MOST_NODES: usize = 500_000;
const TYPES: [&str; 7] = ["array", "boolean", "integer", "number", "null", "object", "string"];

/// Makes a schema, part by part.
pub(super) struct Compiler<'a> {
    document: &'a Value,
    draft: Draft,
    identifiers: Identifiers,
    nodes: Vec<Node>,
    /// The parts that are known, by their places.
    known: BTreeMap<String, NodeId>,
    pending: Vec<(NodeId, String, Scope)>,
}

/// Where a part of a schema is.
struct Place<'p> {
    path: &'p str,
    scope: &'p Scope,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(document: &'a Value) -> Result<Self, SchemaProblem> {
        let draft = match document {
            Value::Object(object) => match object.get("$schema") {
                None => Draft::Mixed,
                Some(Value::String(address)) => draft(address),
                Some(_) => return Err(wrong("$schema", "must be of type string")),
            },
            Value::Bool(_) => Draft::Mixed,
            _ => return Err(SchemaProblem::Form),
        };
        let identifiers = Identifiers::of(document, id_keys(draft));
        let (nodes, known, pending) = (Vec::new(), BTreeMap::new(), Vec::new());
        Ok(Self { document, draft, identifiers, nodes, known, pending })
    }

    /// Returns the parts, the first of which is the whole.
    pub(super) fn compile(mut self) -> Result<Vec<Node>, SchemaProblem> {
        self.node(String::new(), &Scope::default())?;
        // One after the other, since schemas may refer to each other however deeply they like.
        while let Some((id, path, scope)) = self.pending.pop() {
            let node = self.part(&path, &scope)?;
            if let Some(place) = self.nodes.get_mut(id) {
                *place = node;
            }
        }
        Ok(self.nodes)
    }

    /// Returns the part at a place, which is made if it is not known.
    fn node(&mut self, path: String, scope: &Scope) -> Result<NodeId, SchemaProblem> {
        if let Some(known) = self.known.get(&path) {
            return Ok(*known);
        }
        let id = self.nodes.len();
        if id >= MOST_NODES {
            return Err(SchemaProblem::Large(MOST_NODES));
        }
        self.nodes.push(Node::default());
        self.known.insert(path.clone(), id);
        self.pending.push((id, path, scope.clone()));
        Ok(id)
    }

    fn part(&mut self, path: &str, scope: &Scope) -> Result<Node, SchemaProblem> {
        let keywords = match part(self.document, path)? {
            Value::Object(object) => Keywords(object),
            Value::Bool(verdict) if self.draft != Draft::Four => {
                return Ok(Node { verdict: Some(*verdict), ..Node::default() });
            }
            _ => return Err(SchemaProblem::Part),
        };
        let id = id_keys(self.draft).iter().find_map(|key| keywords.get(key)?.as_str());
        let scope = id.map_or_else(|| scope.clone(), |id| scope.within(id, path));
        let place = Place { path, scope: &scope };
        if let Some(reference) = keywords.get("$ref") {
            let reference = reference.as_str().ok_or_else(|| unfit("$ref", "string"))?;
            let target = self.identifiers.find(&scope, reference)?;
            part(self.document, &target)?;
            return Ok(Node { reference: Some(self.node(target, &scope)?), ..Node::default() });
        }
        match keywords.get("definitions") {
            None => {}
            Some(Value::Object(definitions)) => {
                for name in definitions.keys() {
                    self.child(&place, &["definitions", name])?;
                }
            }
            Some(_) => return Err(unfit("definitions", "array of schemas")),
        }
        for keyword in ["title", "description"] {
            if keywords.get(keyword).is_some_and(|value| !value.is_string()) {
                return Err(unfit(keyword, "string"));
            }
        }
        Ok(Node {
            verdict: None,
            reference: None,
            types: types(keywords)?,
            constant: keywords.get("const").filter(|_| self.has(Draft::Six)).cloned(),
            choices: choices(keywords)?,
            combined: self.combined(keywords, &place)?,
            object: self.object(keywords, &place)?,
            array: self.array(keywords, &place)?,
            string: string(keywords)?,
            number: self.number(keywords)?,
        })
    }

    /// Tells whether the schema may have what came with a draft.
    fn has(&self, since: Draft) -> bool {
        match self.draft {
            Draft::Four => false,
            Draft::Six => since == Draft::Six,
            Draft::Seven | Draft::Mixed => true,
        }
    }

    fn child(&mut self, place: &Place<'_>, names: &[&str]) -> Result<NodeId, SchemaProblem> {
        let mut path = place.path.to_owned();
        for name in names {
            path.push('/');
            path.push_str(&escaped(name));
        }
        self.node(path, place.scope)
    }

    fn optional(
        &mut self,
        keywords: Keywords<'_>,
        keyword: &'static str,
        place: &Place<'_>,
    ) -> Result<Option<NodeId>, SchemaProblem> {
        match keywords.get(keyword) {
            None => Ok(None),
            Some(Value::Object(_) | Value::Bool(_)) => self.child(place, &[keyword]).map(Some),
            Some(_) => Err(match keyword {
                "contains" => SchemaProblem::Part,
                "propertyNames" => unfit("patternProperties", "valid schema"),
                keyword => wrong(keyword, "must be of an object"),
            }),
        }
    }

    fn children(
        &mut self,
        keywords: Keywords<'_>,
        keyword: &'static str,
        place: &Place<'_>,
    ) -> Result<Vec<NodeId>, SchemaProblem> {
        let count = match keywords.get(keyword) {
            None => 0,
            Some(Value::Array(elements)) => elements.len(),
            Some(_) => return Err(wrong(keyword, "must be of an array")),
        };
        (0..count).map(|index| self.child(place, &[keyword, &index.to_string()])).collect()
    }

    fn combined(
        &mut self,
        keywords: Keywords<'_>,
        place: &Place<'_>,
    ) -> Result<Combined, SchemaProblem> {
        let (mut condition, mut then, mut otherwise) = (None, None, None);
        if self.has(Draft::Seven) {
            condition = self.optional(keywords, "if", place)?;
            then = self.optional(keywords, "then", place)?;
            otherwise = self.optional(keywords, "else", place)?;
        }
        let mut dependencies = Vec::new();
        for (name, value) in keywords.object("dependencies")?.into_iter().flatten() {
            let dependency = match value {
                Value::Array(keys) => Dependency::Keys(
                    keys.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
                ),
                Value::Object(_) | Value::Bool(_) => {
                    Dependency::Schema(self.child(place, &["dependencies", name])?)
                }
                _ => return Err(wrong("dependency", "must be of type schema or array of strings")),
            };
            dependencies.push((name.clone(), dependency));
        }
        Ok(Combined {
            any: self.children(keywords, "anyOf", place)?,
            one: self.children(keywords, "oneOf", place)?,
            all: self.children(keywords, "allOf", place)?,
            not: self.optional(keywords, "not", place)?,
            condition,
            then,
            otherwise,
            dependencies,
        })
    }

    fn object(
        &mut self,
        keywords: Keywords<'_>,
        place: &Place<'_>,
    ) -> Result<ObjectRules, SchemaProblem> {
        let mut rules =
            ObjectRules { required: keywords.texts("required")?, ..ObjectRules::default() };
        for name in keywords.object("properties")?.into_iter().flat_map(|object| object.keys()) {
            rules.properties.push((name.clone(), self.child(place, &["properties", name])?));
        }
        let patterns = keywords.object("patternProperties")?;
        for name in patterns.into_iter().flat_map(|object| object.keys()) {
            let pattern = regex(name).ok_or_else(|| SchemaProblem::Pattern(name.clone()))?;
            rules.patterns.push((pattern, self.child(place, &["patternProperties", name])?));
        }
        rules.others = self.others(keywords, "additionalProperties", place)?;
        if self.has(Draft::Six) {
            rules.names = self.optional(keywords, "propertyNames", place)?;
        }
        (rules.least, rules.most) = keywords.limits("minProperties", "maxProperties")?;
        Ok(rules)
    }

    fn others(
        &mut self,
        keywords: Keywords<'_>,
        keyword: &'static str,
        place: &Place<'_>,
    ) -> Result<Others, SchemaProblem> {
        Ok(match keywords.get(keyword) {
            None | Some(Value::Bool(true)) => Others::Allowed,
            Some(Value::Bool(false)) => Others::Refused,
            Some(Value::Object(_)) => Others::Schema(self.child(place, &[keyword])?),
            Some(_) => return Err(unfit(keyword, "boolean/valid schema")),
        })
    }

    fn array(
        &mut self,
        keywords: Keywords<'_>,
        place: &Place<'_>,
    ) -> Result<ArrayRules, SchemaProblem> {
        let mut rules =
            ArrayRules { is_unique: keywords.truth("uniqueItems")?, ..ArrayRules::default() };
        match keywords.get("items") {
            None => {}
            Some(Value::Array(_)) => rules.first = Some(self.children(keywords, "items", place)?),
            Some(Value::Object(_)) => rules.each = Some(self.child(place, &["items"])?),
            Some(Value::Bool(_)) if self.has(Draft::Six) => {
                rules.each = Some(self.child(place, &["items"])?);
            }
            Some(_) => return Err(unfit("items", "valid schema/array of schemas")),
        }
        rules.others = self.others(keywords, "additionalItems", place)?;
        if self.has(Draft::Six) {
            rules.contains = self.optional(keywords, "contains", place)?;
        }
        (rules.least, rules.most) = keywords.limits("minItems", "maxItems")?;
        Ok(rules)
    }

    fn number(&self, keywords: Keywords<'_>) -> Result<NumberRules, SchemaProblem> {
        let multiple_of = match keywords.number("multipleOf")? {
            Some(number) if number <= 0.0 => {
                return Err(wrong("multipleOf", "must be strictly greater than 0"));
            }
            number => number.map(Decimal::of),
        };
        let (least, above) = self.bound(keywords, "minimum", "exclusiveMinimum")?;
        let (most, below) = self.bound(keywords, "maximum", "exclusiveMaximum")?;
        Ok(NumberRules { multiple_of, least, above, most, below })
    }

    /// Returns a limit and one that is itself not allowed, which draft 4 says with a truth value.
    fn bound(
        &self,
        keywords: Keywords<'_>,
        inclusive: &'static str,
        exclusive: &'static str,
    ) -> Result<(Option<f64>, Option<f64>), SchemaProblem> {
        let limit = keywords.number(inclusive)?;
        let takes_number = self.draft != Draft::Four;
        let takes_truth = matches!(self.draft, Draft::Four | Draft::Mixed);
        match keywords.get(exclusive) {
            None => Ok((limit, None)),
            Some(Value::Bool(true)) if takes_truth => match limit {
                Some(limit) => Ok((None, Some(limit))),
                None => Err(SchemaProblem::NoLimit(exclusive, inclusive)),
            },
            Some(Value::Bool(false)) if takes_truth => Ok((limit, None)),
            Some(Value::Number(number)) if takes_number => Ok((limit, number.as_f64())),
            Some(_) => Err(match self.draft {
                Draft::Four => unfit(exclusive, "boolean"),
                Draft::Six | Draft::Seven => unfit(exclusive, "number"),
                Draft::Mixed => unfit(exclusive, "boolean/number"),
            }),
        }
    }
}

fn draft(address: &str) -> Draft {
    match address.trim_end_matches('#') {
        "http://json-schema.org/draft-04/schema" => Draft::Four,
        "http://json-schema.org/draft-06/schema" => Draft::Six,
        "http://json-schema.org/draft-07/schema" => Draft::Seven,
        _ => Draft::Mixed,
    }
}

fn id_keys(draft: Draft) -> &'static [&'static str] {
    match draft {
        Draft::Four => &["id"],
        Draft::Six | Draft::Seven => &["$id"],
        Draft::Mixed => &["$id", "id"],
    }
}

fn types(keywords: Keywords<'_>) -> Result<Vec<&'static str>, SchemaProblem> {
    let wrong = || unfit("type", "string/array of strings");
    let names: Vec<&str> = match keywords.get("type") {
        None => return Ok(Vec::new()),
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => {
            names.iter().map(|name| name.as_str().ok_or_else(wrong)).collect::<Result<_, _>>()?
        }
        Some(_) => return Err(wrong()),
    };
    let mut types = Vec::new();
    for name in names {
        let known = TYPES.iter().find(|known| **known == name);
        let known = known.ok_or_else(|| SchemaProblem::UnknownType(name.to_owned()))?;
        if types.contains(known) {
            return Err(SchemaProblem::TypeTwice(name.to_owned()));
        }
        types.push(*known);
    }
    Ok(types)
}

fn choices(keywords: Keywords<'_>) -> Result<Option<Vec<Value>>, SchemaProblem> {
    let Some(choices) = keywords.list("enum")? else { return Ok(None) };
    let is_twice = |(index, choice): (usize, &Value)| {
        choices.iter().skip(index + 1).any(|other| other == choice)
    };
    if choices.len() < 1000 && choices.iter().enumerate().any(is_twice) {
        return Err(wrong("enum", "items must be unique"));
    }
    Ok((!choices.is_empty()).then(|| choices.clone()))
}

fn string(keywords: Keywords<'_>) -> Result<StringRules, SchemaProblem> {
    let (shortest, longest) = keywords.limits("minLength", "maxLength")?;
    Ok(StringRules {
        shortest,
        longest,
        pattern: keywords.pattern("pattern")?,
        format: keywords.text("format")?.map(ToOwned::to_owned),
    })
}
