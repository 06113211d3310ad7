//! A schema as it is asked: what it refers to is found already.

use crate::helm::schema::number::Decimal;
use regex::Regex;
use serde_json::Value;

/// The place of a [`Node`] among those of a schema.
pub(super) type NodeId = usize;

/// What a part of a schema wants.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// It is `true` or `false`.
    pub(super) verdict: Option<bool>,
    /// It only refers to another part.
    pub(super) reference: Option<NodeId>,
    pub(super) types: Vec<&'static str>,
    pub(super) constant: Option<Value>,
    pub(super) choices: Option<Vec<Value>>,
    pub(super) combined: Combined,
    pub(super) object: ObjectRules,
    pub(super) array: ArrayRules,
    pub(super) string: StringRules,
    pub(super) number: NumberRules,
}

/// Schemas that are asked about the same value.
#[derive(Debug, Default)]
pub(super) struct Combined {
    pub(super) any: Vec<NodeId>,
    pub(super) one: Vec<NodeId>,
    pub(super) all: Vec<NodeId>,
    pub(super) not: Option<NodeId>,
    pub(super) condition: Option<NodeId>,
    pub(super) then: Option<NodeId>,
    pub(super) otherwise: Option<NodeId>,
    pub(super) dependencies: Vec<(String, Dependency)>,
}

/// What has to be there because something else is.
#[derive(Debug)]
pub(super) enum Dependency {
    Keys(Vec<String>),
    Schema(NodeId),
}

/// What is asked of what is not named.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Others {
    #[default]
    Allowed,
    Refused,
    Schema(NodeId),
}

#[derive(Debug, Default)]
pub(super) struct ObjectRules {
    pub(super) required: Vec<String>,
    pub(super) properties: Vec<(String, NodeId)>,
    pub(super) patterns: Vec<(Regex, NodeId)>,
    pub(super) others: Others,
    pub(super) names: Option<NodeId>,
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

#[derive(Debug, Default)]
pub(super) struct ArrayRules {
    /// What every element has to be.
    pub(super) each: Option<NodeId>,
    /// What the first elements have to be, one by one.
    pub(super) first: Option<Vec<NodeId>>,
    pub(super) others: Others,
    pub(super) contains: Option<NodeId>,
    pub(super) is_unique: bool,
    pub(super) least: Option<u64>,
    pub(super) most: Option<u64>,
}

#[derive(Debug, Default)]
pub(super) struct StringRules {
    pub(super) shortest: Option<u64>,
    pub(super) longest: Option<u64>,
    pub(super) pattern: Option<Regex>,
    pub(super) format: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct NumberRules {
    pub(super) multiple_of: Option<Decimal>,
    pub(super) least: Option<f64>,
    pub(super) above: Option<f64>,
    pub(super) most: Option<f64>,
    pub(super) below: Option<f64>,
}
