//! A chart's metadata: `Chart.yaml`, and `requirements.yaml` of charts of the first form.

use crate::yaml::{self, Keys, Mapping, Value};

/// What a chart says of itself, as far as its dependencies need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Whether it is of the first form (`apiVersion: v1`), of Helm 2.
    pub is_first_form: bool,
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: String,
    /// `dependencies`, of `requirements.yaml` where there is one.
    pub dependencies: Vec<Dependency>,
}

/// A chart that another one needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dependency {
    /// `name`.
    pub name: String,
    /// `version`: a version or a range.
    pub version: String,
    /// `repository`: an address, an alias, a folder, or nothing where the chart holds it already.
    pub repository: String,
    /// `condition`.
    pub condition: String,
    /// `tags`.
    pub tags: Vec<String>,
    /// `enabled`.
    pub is_enabled: bool,
    /// `import-values`, of any kind each.
    pub import_values: Vec<Value>,
    /// `alias`.
    pub alias: String,
}

/// Metadata that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct MetadataError {
    /// The file.
    pub file: &'static str,
    /// Why.
    pub reason: String,
}

impl Metadata {
    /// Returns what a chart's files `Chart.yaml` and, where there is one, `requirements.yaml` say.
    pub fn parse(chart: &[u8], requirements: Option<&[u8]>) -> Result<Self, MetadataError> {
        let root = mapping("Chart.yaml", chart)?;
        let text = |key: &str| root.get(key).map(text_of).unwrap_or_default();
        let metadata = Self {
            is_first_form: matches!(text("apiVersion").as_str(), "" | "v1"),
            name: text("name"),
            version: text("version"),
            dependencies: match requirements {
                Some(requirements) => dependencies(&mapping("requirements.yaml", requirements)?),
                None => dependencies(&root),
            },
        };
        let missing =
            [("name", &metadata.name), ("version", &metadata.version)].map(|(key, text)| {
                text.is_empty().then(|| MetadataError {
                    file: "Chart.yaml",
                    reason: format!("`{key}` is not set"),
                })
            });
        missing.into_iter().flatten().next().map_or(Ok(metadata), Err)
    }
}

fn mapping(file: &'static str, text: &[u8]) -> Result<Mapping, MetadataError> {
    let value = yaml::read(text, Keys::Text)
        .map_err(|error| MetadataError { file, reason: error.message })?;
    match value {
        Value::Mapping(mapping) => Ok(mapping),
        Value::Null => Ok(Mapping::new()),
        _ => Err(MetadataError { file, reason: "it is not a mapping".to_owned() }),
    }
}

fn dependencies(root: &Mapping) -> Vec<Dependency> {
    let Some(Value::Sequence(items)) = root.get("dependencies") else {
        return Vec::new();
    };
    items.iter().filter_map(Value::as_mapping).map(dependency).collect()
}

fn dependency(item: &Mapping) -> Dependency {
    let text = |key: &str| item.get(key).map(text_of).unwrap_or_default();
    let list = |key: &str| match item.get(key) {
        Some(Value::Sequence(items)) => items.clone(),
        _ => Vec::new(),
    };
    Dependency {
        name: text("name"),
        version: text("version"),
        repository: text("repository"),
        condition: text("condition"),
        tags: list("tags").iter().map(text_of).collect(),
        is_enabled: matches!(item.get("enabled"), Some(Value::Bool(true))),
        import_values: list("import-values"),
        alias: text("alias"),
    }
}

/// Returns a scalar as the text that Helm takes it for where it wants one: a number may stand for
/// a version. Nothing for what is no scalar.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) | Value::Loose(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null | Value::Binary(_) | Value::Sequence(_) | Value::Mapping(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_stand_for_the_dependencies() {
        let chart = b"name: c\nversion: 0.1\ndependencies: [{name: x}]\n";
        let own = Metadata::parse(chart, None).unwrap();
        assert_eq!((own.name.as_str(), own.version.as_str()), ("c", "0.1"));
        assert!(own.is_first_form);
        assert_eq!(own.dependencies, [Dependency { name: "x".into(), ..Dependency::default() }]);
        let requirements =
            b"dependencies:\n- {name: d, version: ~1.0, repository: '@a', tags: [t], alias: z}\n";
        let found = Metadata::parse(chart, Some(requirements)).unwrap().dependencies;
        let expected = Dependency {
            name: "d".into(),
            version: "~1.0".into(),
            repository: "@a".into(),
            tags: vec!["t".into()],
            alias: "z".into(),
            ..Dependency::default()
        };
        assert_eq!(found, [expected]);
    }

    #[test]
    fn what_is_missing_is_told() {
        let refused = |text: &[u8]| Metadata::parse(text, None).unwrap_err().to_string();
        assert_eq!(refused(b"name: c"), "Chart.yaml: `version` is not set");
        assert_eq!(refused(b""), "Chart.yaml: `name` is not set");
        assert_eq!(refused(b"[]"), "Chart.yaml: it is not a mapping");
        assert_eq!(refused(b"a: ["), "Chart.yaml: line 1: did not find expected node content");
    }
}
