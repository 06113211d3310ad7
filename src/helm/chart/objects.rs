//! `.Chart`: the metadata of a chart as templates see them.

use crate::helm::Profile;
use crate::helm::chart::instance::{Instance, Need};
use crate::helm::chart::metadata::{Maintainer, Metadata};
use crate::helm::chart::record::{Field, Json, Struct, always, filled};
use crate::helm::value::{
    Kind, List, ListType, Map, Named, STRING_MAP, STRINGS, Text, Type, Value,
};
use crate::helm::values::{Tree, insert};

static CHART: Named = Named { name: "struct { chart.Metadata; IsRoot bool }", kind: Kind::Struct };
static METADATA: Named = Named { name: "chart.Metadata", kind: Kind::Struct };
static MAINTAINER: Named = Named { name: "chart.Maintainer", kind: Kind::Struct };
static DEPENDENCY: Named = Named { name: "chart.Dependency", kind: Kind::Struct };
static MAINTAINERS: ListType = ListType::of(Type::Pointer(&MAINTAINER));
static DEPENDENCIES: ListType = ListType::of(Type::Pointer(&DEPENDENCY));
static ANYTHING: ListType = ListType::of(Type::Any);

/// Returns `.Chart`.
pub(crate) fn chart(instance: &Instance<'_>) -> Value {
    let metadata = metadata(instance);
    if instance.chart.profile == Profile::Helm41 {
        let table = table(&metadata);
        insert(&table, &"IsRoot".into(), instance.is_root().into());
        return table.into();
    }
    let metadata = Value::object(metadata);
    let embedded = Field { name: "Metadata", json: Json::Embedded, value: metadata };
    let is_root = always("IsRoot", "IsRoot", instance.is_root());
    Value::object(Struct::new(Type::Named(&CHART), vec![embedded, is_root]))
}

/// Returns a record as a table of its fields, which is what Helm 4.1 shows of it.
fn table(record: &Struct) -> Map {
    record.fields.iter().map(|field| (field.name, shown(&field.value))).collect()
}

fn shown(value: &Value) -> Value {
    match value {
        Value::List(list) => list.iter().map(|element| shown(&element)).collect::<List>().into(),
        Value::Object(_) => match value.as_object::<Struct>() {
            Some(record) => table(&record).into(),
            None => value.clone(),
        },
        other => other.clone(),
    }
}

fn metadata(instance: &Instance<'_>) -> Struct {
    let Metadata {
        name: _,
        home,
        sources,
        version,
        description,
        keywords,
        maintainers,
        icon,
        api_version,
        condition,
        tags,
        app_version,
        is_deprecated,
        annotations,
        kube_version,
        dependencies: _,
        kind,
    } = &instance.chart.metadata;
    let maintainers = maintainers.as_ref().map(|people| people.iter().map(maintainer).collect());
    let needs = instance.needs.borrow();
    let needs =
        needs.as_ref().map(|needs| needs.iter().map(|need| dependency(&need.borrow())).collect());
    let annotations = match annotations {
        Some(annotations) => Map::of(&STRING_MAP, annotations.iter().cloned()),
        None => Map::nil(&STRING_MAP),
    };
    let fields = vec![
        filled("Name", "name", instance.name.clone()),
        filled("Home", "home", home.clone()),
        filled("Sources", "sources", texts(sources.as_ref())),
        filled("Version", "version", version.clone()),
        filled("Description", "description", description.clone()),
        filled("Keywords", "keywords", texts(keywords.as_ref())),
        filled("Maintainers", "maintainers", list(&MAINTAINERS, maintainers)),
        filled("Icon", "icon", icon.clone()),
        filled("APIVersion", "apiVersion", api_version.clone()),
        filled("Condition", "condition", condition.clone()),
        filled("Tags", "tags", tags.clone()),
        filled("AppVersion", "appVersion", app_version.clone()),
        filled("Deprecated", "deprecated", *is_deprecated),
        filled("Annotations", "annotations", annotations),
        filled("KubeVersion", "kubeVersion", kube_version.clone()),
        filled("Dependencies", "dependencies", list(&DEPENDENCIES, needs)),
        filled("Type", "type", kind.clone()),
    ];
    Struct::new(Type::Named(&METADATA), fields)
}

fn maintainer(person: &Maintainer) -> Value {
    let fields = vec![
        filled("Name", "name", person.name.clone()),
        filled("Email", "email", person.email.clone()),
        filled("URL", "url", person.url.clone()),
    ];
    Value::object(Struct::new(Type::Pointer(&MAINTAINER), fields))
}

fn dependency(need: &Need) -> Value {
    let dependency = &need.dependency;
    let import_values = dependency.import_values.as_ref();
    let import_values =
        import_values.map(|values| values.iter().map(|value| imported(value, need)).collect());
    let fields = vec![
        always("Name", "name", dependency.name.clone()),
        filled("Version", "version", dependency.version.clone()),
        always("Repository", "repository", dependency.repository.clone()),
        filled("Condition", "condition", dependency.condition.clone()),
        filled("Tags", "tags", texts(dependency.tags.as_ref())),
        filled("Enabled", "enabled", dependency.is_enabled),
        filled("ImportValues", "import-values", list(&ANYTHING, import_values)),
        filled("Alias", "alias", dependency.alias.clone()),
    ];
    Value::object(Struct::new(Type::Pointer(&DEPENDENCY), fields))
}

/// Returns an entry of `import-values`, the short form of which Helm has replaced by the long one.
fn imported(value: &Tree, need: &Need) -> Value {
    match value {
        Tree::String(name) if need.is_imported => {
            let entries =
                [("child", Text::from(format!("exports.{name}"))), ("parent", ".".into())];
            Map::of(&STRING_MAP, entries).into()
        }
        other => other.to_value(),
    }
}

fn texts(texts: Option<&Vec<Text>>) -> Value {
    texts.map_or_else(|| List::nil(&STRINGS), |texts| List::strings(texts.iter().cloned())).into()
}

fn list(kind: &'static ListType, values: Option<Vec<Value>>) -> Value {
    values.map_or_else(|| List::nil(kind), |values| List::typed(kind, values)).into()
}
