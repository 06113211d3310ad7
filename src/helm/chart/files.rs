//! `.Files`: what a chart holds beside templates, values and charts.

use crate::helm::chart::glob::glob;
use crate::helm::template::{Closure, FunctionError};
use crate::helm::value::{BYTES, List, Map, MapType, Text, Type, Value};
use crate::yaml::{self, LooseNumbers, Mapping};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

static FILES: MapType =
    MapType { name: Some("engine.files"), method, ..MapType::of(Type::Slice(&BYTES)) };

/// Returns `.Files`.
pub(crate) fn files(files: &[(Text, Vec<u8>)]) -> Value {
    let entry = |(path, content): &(Text, Vec<u8>)| (path.clone(), List::bytes(content.clone()));
    Map::of(&FILES, files.iter().map(entry)).into()
}

fn method(files: &Map, name: &str) -> Option<Closure> {
    let files = files.clone();
    Some(match name {
        "Get" => Closure::new(move |path: Text| Text::from(content(&files, &path))),
        "GetBytes" => Closure::new(move |path: Text| List::bytes(content(&files, &path))),
        "Glob" => Closure::new(move |pattern: Text| -> Value { matching(&files, &pattern).into() }),
        "Lines" => Closure::new(move |path: Text| lines(&files, &path)),
        "AsConfig" => Closure::new(move || as_yaml(&files, text)),
        "AsSecrets" => Closure::new(move || as_yaml(&files, secret)),
        _ => return None,
    })
}

fn content(files: &Map, path: &Text) -> Vec<u8> {
    match files.get(path) {
        Some(Value::List(bytes)) => bytes.as_bytes().unwrap_or_default().to_vec(),
        _ => Vec::new(),
    }
}

fn matching(files: &Map, pattern: &Text) -> Map {
    let matching = Map::typed(&FILES);
    let glob = glob(&pattern.to_str_lossy());
    for (path, content) in &*files.entries() {
        let path_text = path.as_text().map(Text::to_str_lossy).unwrap_or_default();
        // What is no pattern means all files.
        if glob.as_ref().is_none_or(|glob| glob.is_match(&path_text)) {
            drop(matching.insert_key(path, content.clone()));
        }
    }
    matching
}

fn lines(files: &Map, path: &Text) -> Result<Vec<Text>, FunctionError> {
    if !files.contains(path) {
        return Ok(Vec::new());
    }
    let content = content(files, path);
    if content.is_empty() {
        return Err("runtime error: index out of range [-1]".into());
    }
    let content = content.strip_suffix(b"\n").unwrap_or(&content);
    Ok(content.split(|byte| *byte == b'\n').map(Text::from).collect())
}

fn as_yaml(files: &Map, write: fn(&[u8]) -> String) -> Text {
    let mut mapping = Mapping::new();
    for (path, content) in &*files.entries() {
        let path = path.as_text().map(Text::to_str_lossy).unwrap_or_default();
        let name = match path.trim_end_matches('/').rsplit('/').next() {
            Some("") | None => "/",
            Some(name) => name,
        };
        if let Value::List(bytes) = content {
            let content = write(bytes.as_bytes().unwrap_or_default());
            mapping.insert(name, yaml::Value::String(content));
        }
    }
    let written = yaml::write(&yaml::Value::Mapping(mapping), LooseNumbers::Quoted);
    Text::from(written.strip_suffix(b"\n").unwrap_or(&written))
}

fn text(content: &[u8]) -> String {
    String::from_utf8_lossy(content).into_owned()
}

fn secret(content: &[u8]) -> String {
    BASE64_STANDARD.encode(content)
}
