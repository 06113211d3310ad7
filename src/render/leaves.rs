//! The objects of a manifest, leaf by leaf: what compares two renderings of it.

use crate::render::cleaning;
use crate::yaml::{self, Keys, Kind, Node, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A field of an object, by name: never with what it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Field {
    /// The object.
    pub object: String,
    /// The path of the field in it.
    pub path: String,
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.object, self.path)
    }
}

/// An object.
#[derive(Clone, Debug)]
pub struct Object {
    /// What tells it from others.
    pub identity: Identity,
    /// What it holds, by path.
    pub leaves: BTreeMap<Path, Leaf>,
}

/// What tells objects of a cluster apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The API's group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; empty where it is not said.
    pub namespace: String,
    /// The name.
    pub name: String,
}

/// The steps to a leaf: keys, and places in lists.
pub type Path = Vec<Step>;

/// A step to a leaf.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    Place(usize),
}

/// What stands at the end of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaf {
    /// A text.
    Text(String),
    /// Anything else, as it is written; an empty table or list too.
    Other(String),
}

impl Leaf {
    /// Returns what is written.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Other(text) => text,
        }
    }
}

/// Returns the objects of a manifest, or `None` where one cannot be read.
pub fn objects(manifest: &[u8]) -> Option<Vec<Object>> {
    let mut objects = Vec::new();
    for chunk in cleaning::chunks(manifest) {
        if let Some(node) = yaml::parse(chunk).ok()? {
            add_object(&node, &mut objects)?;
        }
    }
    Some(objects)
}

fn add_object(node: &Node, objects: &mut Vec<Object>) -> Option<()> {
    if node.is_null() {
        return Some(());
    }
    let fields = node.entries("a mapping").ok()?;
    let text = |fields: &BTreeMap<String, Node>, key: &str| {
        fields.get(key).and_then(|node| node.string().ok().flatten()).unwrap_or_default()
    };
    let kind = text(&fields, "kind");
    if let (true, Some(items)) = (kind.ends_with("List"), fields.get("items")) {
        for item in items.items("a list").ok()? {
            add_object(&item, objects)?;
        }
        return Some(());
    }
    let metadata = fields.get("metadata").and_then(|node| node.entries("a mapping").ok());
    let metadata = metadata.unwrap_or_default();
    let version = text(&fields, "apiVersion");
    let identity = Identity {
        group: version.split_once('/').map(|(group, _)| group).unwrap_or_default().to_owned(),
        kind,
        namespace: text(&metadata, "namespace"),
        name: text(&metadata, "name"),
    };
    let mut leaves = BTreeMap::new();
    add_leaves(node, &mut Vec::new(), &mut leaves)?;
    objects.push(Object { identity, leaves });
    Some(())
}

fn add_leaves(node: &Node, path: &mut Path, leaves: &mut BTreeMap<Path, Leaf>) -> Option<()> {
    let mut add = |step, node: &Node| {
        path.push(step);
        let done = add_leaves(node, path, leaves);
        path.pop();
        done
    };
    let leaf = match node.kind() {
        Kind::Mapping => {
            let entries = node.entries("a mapping").ok()?;
            for (key, node) in &entries {
                add(Step::Key(key.clone()), node)?;
            }
            entries.is_empty().then(|| Leaf::Other("{}".to_owned()))
        }
        Kind::Sequence => {
            let items = node.items("a list").ok()?;
            for (place, node) in items.iter().enumerate() {
                add(Step::Place(place), node)?;
            }
            items.is_empty().then(|| Leaf::Other("[]".to_owned()))
        }
        Kind::Scalar { text, .. } => Some(match node.to_value(Keys::Typed).ok()? {
            Value::String(text) | Value::Loose(text) => Leaf::Text(text),
            _ => Leaf::Other(text.to_owned()),
        }),
    };
    if let Some(leaf) = leaf {
        leaves.insert(path.clone(), leaf);
    }
    Some(())
}

/// Two lists of objects side by side.
#[derive(Clone, Debug, Default)]
pub struct Pairs<'a> {
    /// The objects that both have.
    pub both: Vec<(&'a Object, &'a Object)>,
    /// Those that only the first has.
    pub first: Vec<&'a Object>,
    /// Those that only the second has.
    pub second: Vec<&'a Object>,
}

/// Finds the objects of one list in another one: by what tells them apart; and of those that are
/// left, such as have a random name, those that are the only ones of their kind.
pub fn pairs<'a>(first: &'a [Object], second: &'a [Object]) -> Pairs<'a> {
    let mut pairs = Pairs::default();
    let mut rest: Vec<&Object> = second.iter().collect();
    for object in first {
        match rest.iter().position(|other| other.identity == object.identity) {
            Some(at) => pairs.both.push((object, rest.remove(at))),
            None => pairs.first.push(object),
        }
    }
    pairs.second = rest;
    let kind = |object: &Object| Identity { name: String::new(), ..object.identity.clone() };
    let only = |objects: &[&Object], object: &Object| {
        objects.iter().filter(|other| kind(other) == kind(object)).count() == 1
    };
    let (left, others) = (std::mem::take(&mut pairs.first), pairs.second.clone());
    for object in &left {
        let other = others.iter().find(|other| kind(other) == kind(object));
        match other.filter(|_| only(&left, object) && only(&others, object)) {
            Some(other) => {
                pairs.both.push((object, other));
                pairs.second.retain(|it| !std::ptr::eq(*it, *other));
            }
            None => pairs.first.push(object),
        }
    }
    pairs
}

/// Returns the fields in which two renderings of one chart differ, in the order of their names.
pub fn unstable(first: &[Object], second: &[Object]) -> Vec<Field> {
    let mut fields = BTreeSet::new();
    let pairs = pairs(first, second);
    for (one, other) in &pairs.both {
        let object = named(&one.identity, &other.identity);
        for path in differing(one, other) {
            fields.insert(Field { object: object.clone(), path: shown(&path) });
        }
    }
    for object in pairs.first {
        let nameless = Identity { name: String::new(), ..object.identity.clone() };
        let object = named(&object.identity, &nameless);
        fields.insert(Field { object, path: "metadata.name".to_owned() });
    }
    fields.into_iter().collect()
}

/// Returns the paths at which two objects differ. Where a key is random, the path ends before it.
fn differing(one: &Object, other: &Object) -> BTreeSet<Path> {
    let mut paths = BTreeSet::new();
    for (object, against) in [(one, other), (other, one)] {
        let known: BTreeSet<&[Step]> = against
            .leaves
            .keys()
            .flat_map(|path| (0..=path.len()).filter_map(move |end| path.get(..end)))
            .collect();
        for (path, leaf) in &object.leaves {
            if against.leaves.get(path) == Some(leaf) {
                continue;
            }
            let ends = (0..=path.len()).rev().filter_map(|end| path.get(..end));
            let common = ends.into_iter().find(|start| known.contains(start)).unwrap_or_default();
            paths.insert(common.to_vec());
        }
    }
    paths
}

/// Returns an object's name; of one with a random name what is always the same.
fn named(one: &Identity, other: &Identity) -> String {
    let Identity { kind, namespace, name, .. } = one;
    let name = if *name == other.name {
        name.clone()
    } else {
        let same = name.chars().zip(other.name.chars()).take_while(|(one, other)| one == other);
        format!("{}…", same.map(|(one, _)| one).collect::<String>())
    };
    if namespace.is_empty() {
        format!("{kind} {name}")
    } else {
        format!("{kind} {namespace}/{name}")
    }
}

/// Returns a path as people write it.
fn shown(path: &[Step]) -> String {
    let is_plain = |key: &str| key.chars().all(|c| c.is_ascii_alphanumeric() || "_-/".contains(c));
    let mut text = String::new();
    for step in path {
        let shown = match step {
            Step::Place(place) => format!("[{place}]"),
            Step::Key(key) if !is_plain(key) => format!("[\"{key}\"]"),
            Step::Key(key) if text.is_empty() => key.clone(),
            Step::Key(key) => format!(".{key}"),
        };
        text.push_str(&shown);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(first: &str, second: &str, expected: &Expect) {
        let [first, second] = [first, second].map(|text| objects(text.as_bytes()).unwrap());
        let fields: Vec<String> = unstable(&first, &second).iter().map(Field::to_string).collect();
        expected.assert_eq(&(fields.join("\n") + "\n"));
    }

    #[test]
    fn what_differs_is_named_by_object_and_path() {
        check(
            "---\nkind: Secret\nmetadata: {name: a, annotations: {x.y/z: q, b: r}}\ndata: {p: s3cr, n: 1}\n\
             ---\nkind: List\nitems:\n- kind: A\n  metadata: {name: l, namespace: n}\n  c: [{v: 1}, {v: 2}]\n",
            "---\nkind: List\nitems:\n- kind: A\n  metadata: {name: l, namespace: n}\n  c: [{v: 1}, {v: 3}]\n\
             ---\nkind: Secret\nmetadata: {name: a, annotations: {x.y/z: t, b: r}}\ndata: {p: other, n: '1'}\n",
            &expect![[r#"
                A n/l c[1].v
                Secret a data.n
                Secret a data.p
                Secret a metadata.annotations["x.y/z"]
            "#]],
        );
    }

    #[test]
    fn random_names_and_keys_are_not_told() {
        check(
            "kind: Job\nmetadata: {name: app-xk3}\nspec: {same: 1, 7hq: {a: 1}}\n---\nkind: A\n",
            "kind: Job\nmetadata: {name: app-p20}\nspec: {same: 1, w5t: {a: 1}}\n---\nkind: A\n",
            &expect![[r#"
                Job app-… metadata.name
                Job app-… spec
            "#]],
        );
        check(
            "kind: Job\nmetadata: {name: a1}\n---\nkind: Job\nmetadata: {name: a2}\n",
            "kind: Job\nmetadata: {name: a3}\n---\nkind: Job\nmetadata: {name: a4}\n",
            &expect![[r#"
                Job … metadata.name
            "#]],
        );
    }

    #[test]
    fn what_cannot_be_read_is_not_compared() {
        assert!(objects(b"a: [\n").is_none());
        assert!(objects(b"---\n---\n# nothing\n").unwrap().is_empty());
    }
}
