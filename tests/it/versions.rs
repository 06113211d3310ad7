//! Versions and constraints against the answers of Helm's library.

// Each line of the table is a question with the answer of github.com/Masterminds/semver v3.3.0,
// which Helm 3.16 to 3.18 use.

use fabrikate_gitops::helm::semver::{Constraint, Version, VersionError};
use serde_json::{Map, Value, json};

#[test]
fn the_answers_are_those_of_the_library() {
    let table = include_str!("../conformance/semver.jsonl");
    let mut problems = Vec::new();
    for (index, line) in table.lines().enumerate() {
        let row: Value = serde_json::from_str(line).unwrap();
        let answer = answer(&row["ask"]);
        if answer != row["answer"] {
            let (ask, expected) = (&row["ask"], &row["answer"]);
            problems
                .push(format!("{}: {ask}\n  expected {expected}\n  got      {answer}", index + 1));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    assert!(table.lines().count() > 500);
}

/// Returns the answer to a question, or `null` where there is no such question.
fn answer(question: &Value) -> Value {
    let text = |name: &str| question[name].as_str().unwrap_or_default();
    let texts = |name: &str| {
        let list = question[name].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>()
    };
    match text("op") {
        "version" => json!({
            "loose": parsed(Version::parse(text("v"))),
            "strict": parsed(Version::parse_strict(text("v"))),
        }),
        "set" => set(text("v"), text("s")),
        "compare" if text("parse") == "strict" => {
            compare(text("a"), text("b"), Version::parse_strict)
        }
        "compare" => compare(text("a"), text("b"), Version::parse),
        "sort" => sorted(&texts("vs")),
        "constraint" => constraint(text("c"), &texts("vs")),
        _ => Value::Null,
    }
}

fn parts(version: &Version) -> Map<String, Value> {
    let shown = [
        ("major", version.major().to_string()),
        ("minor", version.minor().to_string()),
        ("patch", version.patch().to_string()),
        ("pre", version.prerelease().to_owned()),
        ("meta", version.metadata().to_owned()),
        ("string", version.to_string()),
        ("original", version.original().to_owned()),
    ];
    shown.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect()
}

fn parsed(version: Result<Version, VersionError>) -> Value {
    match version {
        Ok(version) => {
            let next = [version.next_major(), version.next_minor(), version.next_patch()];
            let next = next.iter().map(|next| [next.to_string(), next.original().to_owned()]);
            let mut shown = parts(&version);
            shown.extend([("inc".to_owned(), json!(next.collect::<Vec<_>>().concat()))]);
            Value::Object(shown)
        }
        Err(error) => json!({ "error": error.to_string() }),
    }
}

fn set(version: &str, text: &str) -> Value {
    let version = match Version::parse(version) {
        Ok(version) => version,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    let shown = |changed: Result<Version, VersionError>| match changed {
        Ok(changed) => Value::Object(parts(&changed)),
        Err(error) => json!({ "error": error.to_string() }),
    };
    let (pre, meta) = (version.with_prerelease(text), version.with_metadata(text));
    json!({ "pre": shown(pre), "meta": shown(meta) })
}

fn compare(one: &str, other: &str, parse: fn(&str) -> Result<Version, VersionError>) -> Value {
    match (parse(one), parse(other)) {
        (Ok(a), Ok(b)) => json!({
            "compare": [a.cmp(&b) as i8, b.cmp(&a) as i8, a == b, a < b, a > b, a <= b, a >= b]
        }),
        (Err(error), _) | (_, Err(error)) => json!({ "error": error.to_string() }),
    }
}

fn sorted(texts: &[String]) -> Value {
    let mut versions: Vec<Version> =
        texts.iter().filter_map(|text| Version::parse(text).ok()).collect();
    versions.sort_by(|one, other| other.cmp(one));
    json!({ "sorted": versions.iter().map(Version::original).collect::<Vec<_>>() })
}

fn constraint(text: &str, versions: &[String]) -> Value {
    let constraint = match Constraint::parse(text) {
        Ok(constraint) => constraint,
        Err(error) => return json!({ "error": error.to_string() }),
    };
    let results = versions.iter().map(|version| match Version::parse(version) {
        Ok(version) => {
            let validated = constraint.validate(&version);
            let valid = validated.is_ok();
            let messages = validated.err().unwrap_or_default();
            let messages: Vec<String> = messages.iter().map(ToString::to_string).collect();
            json!([constraint.check(&version), valid, messages])
        }
        Err(_) => Value::Null,
    });
    json!({ "string": constraint.to_string(), "results": results.collect::<Vec<_>>() })
}
