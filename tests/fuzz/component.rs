//! Component files, in YAML and in JSON.

use fabrikate_gitops::definition::component::describe;
use fabrikate_gitops::definition::document::Json;
use fabrikate_gitops::yaml;

/// Checks what holds for all bytes.
pub(crate) fn check(text: &[u8]) {
    if let Ok(Some(node)) = yaml::parse(text) {
        drop(describe(&node));
    }
    if let Ok(json) = Json::parse(text) {
        drop(describe(&json));
    }
}
