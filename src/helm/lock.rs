//! The lock file of a chart (`Chart.lock`, `requirements.lock`): what its dependencies came to.

use crate::helm::metadata::Dependency;
use crate::yaml::{self, LooseNumbers, Mapping, Value};
use serde_json::{Map, json};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A dependency as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The chart's name.
    pub name: String,
    /// The repository's address, aliases replaced.
    pub repository: String,
    /// The version.
    pub version: String,
}

/// Returns the text of a lock file. `generated` is its time, as RFC 3339 writes it.
pub fn text(dependencies: &[Dependency], locked: &[Locked], generated: &str) -> Vec<u8> {
    let items = locked.iter().map(|locked| {
        let mut item = Mapping::new();
        item.insert("name", locked.name.as_str().into());
        item.insert("repository", locked.repository.as_str().into());
        item.insert("version", locked.version.as_str().into());
        Value::Mapping(item)
    });
    let mut root = Mapping::new();
    root.insert("dependencies", Value::Sequence(items.collect()));
    root.insert("digest", digest(dependencies, locked).into());
    root.insert("generated", generated.into());
    yaml::write(&Value::Mapping(root), LooseNumbers::Quoted)
}

/// Returns the digest that Helm compares to learn whether a lock file fits its chart.
// SHA-256 of both lists as Go writes them in JSON.
pub fn digest(dependencies: &[Dependency], locked: &[Locked]) -> String {
    let wanted: Vec<_> = dependencies.iter().map(wanted).collect();
    let found = locked.iter().map(|locked| {
        let Locked { name, repository, version } = locked;
        json!({ "name": name, "version": version, "repository": repository })
    });
    let text = json!([wanted, found.collect::<Vec<_>>()]).to_string();
    let mut digest = "sha256:".to_owned();
    for byte in Sha256::digest(escaped(&text)) {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}

fn wanted(dependency: &Dependency) -> serde_json::Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(dependency.name));
    if !dependency.version.is_empty() {
        object.insert("version".to_owned(), json!(dependency.version));
    }
    object.insert("repository".to_owned(), json!(dependency.repository));
    if !dependency.condition.is_empty() {
        object.insert("condition".to_owned(), json!(dependency.condition));
    }
    if !dependency.tags.is_empty() {
        object.insert("tags".to_owned(), json!(dependency.tags));
    }
    if dependency.is_enabled {
        object.insert("enabled".to_owned(), json!(true));
    }
    if !dependency.import_values.is_empty() {
        let values: Vec<_> = dependency.import_values.iter().map(in_json).collect();
        object.insert("import-values".to_owned(), json!(values));
    }
    if !dependency.alias.is_empty() {
        object.insert("alias".to_owned(), json!(dependency.alias));
    }
    serde_json::Value::Object(object)
}

fn in_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => json!(flag),
        Value::Int(number) => json!(number),
        Value::Uint(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::String(text) | Value::Loose(text) => json!(text),
        Value::Binary(bytes) => json!(String::from_utf8_lossy(bytes)),
        Value::Sequence(items) => items.iter().map(in_json).collect(),
        Value::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping
                .iter()
                .map(|(key, value)| (crate::helm::metadata::text_of(key), in_json(value)))
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            serde_json::Value::Object(entries.into_iter().collect())
        }
    }
}

/// Returns JSON with the characters escaped that Go escapes for the sake of web pages.
fn escaped(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::metadata::Metadata;
    use expect_test::expect;

    fn locked(name: &str, repository: &str, version: &str) -> Locked {
        Locked { name: name.into(), repository: repository.into(), version: version.into() }
    }

    // The digests are those that Helm 3.17.3 wrote.
    #[test]
    fn the_digest_is_helms() {
        let wanted = |text: &str| {
            let chart = format!("name: c\nversion: 1.0.0\ndependencies:\n{text}");
            Metadata::parse(chart.as_bytes(), None).unwrap().dependencies
        };
        let simple = wanted("- {name: bar, version: 0.2.0, repository: 'file://../bar'}\n");
        assert_eq!(
            digest(&simple, &[locked("bar", "file://../bar", "0.2.0")]),
            "sha256:f0cef51d7ea76297a4a3e448a2ec5c489429bd0d71c22c38b8c9e3900208a040"
        );
        let range =
            wanted("- {name: dep, version: ~1.0, repository: 'http://127.0.0.1:8077/charts'}\n");
        assert_eq!(
            digest(&range, &[locked("dep", "http://127.0.0.1:8077/charts", "1.0.1")]),
            "sha256:7f830ad4fa0986beb07fd0767d8b18cad02ad4d527bf993958968b8852a12181"
        );
        let full = wanted(
            "- {name: dep, version: '>=1.0 <2', repository: 'http://127.0.0.1:8077/charts', \
             condition: a.b, tags: [t, u], alias: x, \
             import-values: [{parent: b, child: a}, data]}\n",
        );
        assert_eq!(
            digest(&full, &[locked("dep", "http://127.0.0.1:8077/charts", "1.1.0")]),
            "sha256:3dcfacea1be58bb2b0f8d9d920090c3fbb35628827ad7f9086c7e2ad11d76f70"
        );
    }

    #[test]
    fn the_text_is_helms() {
        let text = text(&[], &[locked("bar", "file://../bar", "0.2.0")], "2020-01-01T00:00:00Z");
        expect![[r#"
            dependencies:
            - name: bar
              repository: file://../bar
              version: 0.2.0
            digest: sha256:de98744b9e2754bf17e4fb32a3378a31c88191b6112b6ad70c3ff570486be2ff
            generated: "2020-01-01T00:00:00Z"
        "#]]
        .assert_eq(&String::from_utf8(text).unwrap());
    }
}
