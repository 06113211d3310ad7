//! Component files, in YAML and in JSON.

#![no_main]

use fabrikate_gitops::definition::component::describe;
use fabrikate_gitops::definition::document::Json;
use fabrikate_gitops::yaml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    if let Ok(Some(node)) = yaml::parse(text) {
        drop(describe(&node));
    }
    if let Ok(json) = Json::parse(text) {
        drop(describe(&json));
    }
});
