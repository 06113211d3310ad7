//! Configuration: layers, parted by a line of `%%%`, merge without a panic, and nothing that the
//! strongest sets is lost.

use fabrikate_gitops::definition::config::Config;
use fabrikate_gitops::definition::document::Json;
use fabrikate_gitops::yaml;

/// Checks what holds for all bytes.
pub(crate) fn check(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let mut layers = text.split("%%%\n").filter_map(layer);
    let Some(mut merged) = layers.next() else {
        return;
    };
    let strongest = merged.clone();
    for lower in layers.take(8) {
        if merged.merge(&lower).is_err() {
            return;
        }
    }
    for (name, higher) in &strongest.subcomponents {
        assert!(merged.subcomponents.contains_key(name), "{name}");
        assert!(
            higher.namespace.is_empty() || merged.subcomponents[name].namespace == higher.namespace
        );
    }
    for (key, value) in strongest.values.iter().flat_map(yaml::Mapping::iter) {
        let found = key.as_str().and_then(|key| merged.values.as_ref()?.get(key));
        assert!(found.is_some() || *value == yaml::Value::Null, "{key:?}");
    }
}

fn layer(text: &str) -> Option<Config> {
    if text.starts_with('{') {
        return Config::read(&Json::parse(text.as_bytes()).ok()?).ok();
    }
    Config::read(&yaml::parse(text.as_bytes()).ok()??).ok()
}
