//! What templates see: `.Values`, `.Chart`, `.Files` and so on, for each chart its own.

use crate::helm::chart::instance::Instance;
use crate::helm::chart::render::Rendering;
use crate::helm::chart::tables::values_type;
use crate::helm::chart::{Template, files, objects};
use crate::helm::value::{Map, MapType, Text, Value};
use crate::helm::values::insert;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The templates of a chart and of those in it, each with what it sees.
#[derive(Debug)]
pub(crate) struct Scopes<'a> {
    templates: BTreeMap<Text, (&'a Template, Scope)>,
    order: Vec<Text>,
}

/// What the templates of a chart see.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    root: Map,
    folder: Text,
    own: &'static MapType,
}

impl<'a> Scopes<'a> {
    pub(crate) fn new(instance: &Instance<'a>, rendering: &Rendering, values: &Map) -> Self {
        let mut scopes = Self { templates: BTreeMap::new(), order: Vec::new() };
        let shared = [
            ("Release", rendering.release.to_value()),
            ("Capabilities", rendering.capabilities.to_value(instance.chart.profile)),
        ];
        scopes.add(instance, &shared, values);
        let mut order: Vec<Text> = scopes.templates.keys().cloned().collect();
        // The deepest come first, so that charts around them can define templates anew.
        order.sort_by_key(|path| {
            let depth = path.as_bytes().split(|byte| *byte == b'/').count();
            Reverse((depth, path.clone()))
        });
        scopes.order = order;
        scopes
    }

    fn add(&mut self, instance: &Instance<'a>, shared: &[(&str, Value)], values: &Map) -> Map {
        let parts = Map::new();
        let own = values_type(instance.chart.profile);
        let root = Map::from_iter([
            ("Chart", objects::chart(instance)),
            ("Files", files::files(&instance.chart.files)),
            ("Values", values.retyped(own).into()),
            ("Subcharts", parts.clone().into()),
        ]);
        for (name, value) in shared {
            insert(&root, &(*name).into(), value.clone());
        }
        for part in &*instance.parts.borrow() {
            let inner = match values.get(&part.name) {
                Some(Value::Map(inner)) => inner,
                _ => Map::new(),
            };
            let inner = self.add(part, shared, &inner);
            insert(&parts, &part.name.clone().into(), inner.into());
        }
        let folder = instance.path();
        let is_library = instance.chart.metadata.kind == "library";
        let folder_text = format!("{folder}/templates").into();
        let scope = Scope { root: root.clone(), folder: folder_text, own };
        for template in &instance.chart.templates {
            if !is_library || is_partial(template.path.as_bytes()) {
                let path = Text::from(format!("{folder}/{}", template.path));
                self.templates.insert(path, (template, scope.clone()));
            }
        }
        root
    }

    /// Returns the templates in the order in which they are parsed.
    pub(crate) fn to_parse(&self) -> impl Iterator<Item = (&Text, &'a Template)> {
        self.order.iter().filter_map(|path| Some((path, self.templates.get(path)?.0)))
    }

    /// Returns what is rendered, in order.
    pub(crate) fn to_render(&self) -> impl Iterator<Item = (&Text, &Scope)> {
        let paths = self.order.iter().filter(|path| !is_partial(path.as_bytes()));
        paths.filter_map(|path| Some((path, &self.templates.get(path)?.1)))
    }
}

impl Scope {
    /// Returns `.` for a template.
    pub(crate) fn enter(&self, path: &Text) -> Value {
        let entries = [("Name", path.clone()), ("BasePath", self.folder.clone())];
        let template = Map::of(self.own, entries);
        insert(&self.root, &"Template".into(), template.into());
        self.root.retyped(self.own).into()
    }
}

/// Tells whether a file only defines templates.
fn is_partial(path: &[u8]) -> bool {
    path.rsplit(|byte| *byte == b'/').next().is_some_and(|name| name.starts_with(b"_"))
}
