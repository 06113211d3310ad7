//! Snippets of templates and calls of functions, with the answers of the genuine Helm 3.17.3 and,
//! where those differ, of Helm 4.1.4.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value as Json;

use fabrikate_gitops::helm::Profile;
use fabrikate_gitops::helm::functions::{Clock, FAILURE, Moment, Randomness, functions};
use fabrikate_gitops::helm::template::{Functions, Interpreter, Limits, Templates};
use fabrikate_gitops::helm::value::{Map, MapType, Text, Type, Value};

use crate::it::product::project;

static VALUES: MapType = MapType { name: Some("chartutil.Values"), ..MapType::of(Type::Any) };
static VALUES_OF_41: MapType = MapType { name: Some("common.Values"), ..MapType::of(Type::Any) };
static FUNCTIONS: LazyLock<Functions> = LazyLock::new(|| functions(Profile::Helm317));
static FUNCTIONS_OF_41: LazyLock<Functions> = LazyLock::new(|| functions(Profile::Helm41));

/// The partial that holds a snippet.
const NAME: &str = "c/templates/_0000.tpl";

/// Returns what a snippet makes, or what the engine says.
fn executed(source: &[u8], profile: Profile) -> Result<Text, String> {
    let limits = Limits::default();
    let functions = match profile {
        Profile::Helm317 => &FUNCTIONS,
        Profile::Helm41 => &FUNCTIONS_OF_41,
    };
    let mut templates = Templates::new(Functions::clone(functions));
    templates.parse(NAME, source, &limits).map_err(|error| error.to_string())?;
    let moment = Moment { seconds: 1_700_000_000, nanoseconds: 5, running: None };
    let mut interpreter = Interpreter::new(limits)
        .with_templates(Arc::new(templates))
        .with_state(Clock::new(move || moment, "UTC"))
        .with_state(Randomness::seeded([1; 32]));
    interpreter.execute(NAME, environment(profile)).map_err(|error| error.to_string())
}

fn environment(profile: Profile) -> Value {
    let text = std::fs::read_to_string(project("tests/helm/values.json")).expect("values");
    let Value::Map(values) = value(&serde_json::from_str(&text).expect("JSON")) else {
        panic!("the values are no table");
    };
    let of = match profile {
        Profile::Helm317 => &VALUES,
        Profile::Helm41 => &VALUES_OF_41,
    };
    Value::from(Map::from_iter([("Values", values.retyped(of))]))
}

fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => Value::from(*truth),
        Json::Number(number) => Value::from(number.as_f64().expect("a number")),
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(elements) => Value::from(elements.iter().map(value).collect::<Vec<_>>()),
        Json::Object(entries) => {
            Value::from(entries.iter().map(|(k, v)| (k.as_str(), value(v))).collect::<Map>())
        }
    }
}

/// Returns what Helm prints of an error in a template that another one includes.
fn included(error: &str) -> String {
    if let Some(problem) = in_source(error) {
        return problem;
    }
    let failure = error.split_once(FAILURE[0]).and_then(|(_, rest)| rest.rsplit_once(FAILURE[1]));
    match failure {
        Some((message, _)) => {
            format!("execution error at (c/templates/0000.yaml:2:6): {message}")
        }
        None => format!(
            "template: c/templates/0000.yaml:2:6: executing \"c/templates/0000.yaml\" at \
             <include \"{NAME}\" .>: error calling include: {error}"
        ),
    }
}

/// Returns what Helm prints of a source that is wrong: only the place and the last words.
fn in_source(error: &str) -> Option<String> {
    let (place, problem) = error.strip_prefix("template: ")?.split_once(": ")?;
    let is_of_source = place.matches(':').count() == 1;
    is_of_source.then(|| {
        let last = problem.rsplit(": ").next().unwrap_or_default();
        format!("parse error at ({place}): {last}")
    })
}

/// Returns the bytes of a snippet: each private character stands for a byte that is no UTF-8.
fn raw(snippet: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for character in snippet.chars() {
        match u32::from(character) {
            point @ 0xf700..=0xf7ff => bytes.push((point & 0xff) as u8),
            _ => bytes.extend(character.to_string().bytes()),
        }
    }
    bytes
}

/// Returns the cases of a table by their snippets.
fn cases(table: &str, snippet: &str) -> BTreeMap<String, Json> {
    let text = std::fs::read_to_string(project(&format!("tests/helm/{table}"))).expect(table);
    let cases = text.lines().map(|line| serde_json::from_str::<Json>(line).expect("JSON"));
    cases.map(|case| (case[snippet].as_str().expect("a snippet").to_owned(), case)).collect()
}

/// Compares each case of a table; `words` makes an error what the table has.
fn check(table: &str, snippet: &str, words: fn(&str) -> String) {
    check_all(&cases(table, snippet), Profile::Helm317, words);
    // Where Helm 4.1 answers as 3.17 does, it has no row of its own.
    let mut all = cases(table, snippet);
    let own = cases(&format!("4.1/{table}"), snippet);
    assert!(!own.is_empty());
    all.extend(own);
    check_all(&all, Profile::Helm41, words);
}

fn check_all(cases: &BTreeMap<String, Json>, profile: Profile, words: fn(&str) -> String) {
    let (mut all, mut wrong) = (0, Vec::new());
    for (snippet, case) in cases {
        let source = raw(snippet);
        let found = executed(&source, profile).map(|text| text.as_bytes().to_vec());
        let found = found.map_err(|error| words(&error));
        let expected = match (&case["output"], &case["bytes"], &case["error"]) {
            (Json::String(output), ..) => Ok(output.clone().into_bytes()),
            (_, Json::String(bytes), _) => Ok(BASE64_STANDARD.decode(bytes).expect("base64")),
            (_, Json::Array(bytes), _) => {
                Ok(serde_json::from_value(bytes.clone().into()).expect("bytes"))
            }
            (.., error) => Err(error.as_str().expect("an error").to_owned()),
        };
        all += 1;
        if found != expected {
            let shown = |result: Result<Vec<u8>, String>| match result {
                Ok(bytes) => bytes.escape_ascii().to_string(),
                Err(error) => format!("error: {error}"),
            };
            let source = source.escape_ascii();
            wrong.push(format!("{source}\n  is   {}\n  not  {}", shown(found), shown(expected)));
        }
    }
    println!("Helm {}: {} of {all}", profile.name(), all - wrong.len());
    assert!(wrong.is_empty() && all > 0, "{}", wrong.join("\n"));
}

#[test]
fn templates_give_what_helm_gives() {
    let plain = |error: &str| in_source(error).unwrap_or_else(|| error.to_owned());
    check("template.jsonl", "snippet", plain);
}

#[test]
fn functions_give_what_helm_gives() {
    check("functions.jsonl", "template", included);
}
