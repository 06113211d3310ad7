//! The values of a file as `set --file` takes them: one text for each path.

use crate::definition::document::Problem;
use crate::edit::path::{self, Assignment};
use crate::yaml::{self, Keys, LooseNumbers, Mapping, Value};

/// Returns what a YAML file assigns, in the order of the paths.
// Of paths that contradict each other, Fabrikate takes one by chance.
pub fn assignments(text: &[u8]) -> Result<Vec<Assignment>, Problem> {
    let mut assignments = Vec::new();
    match yaml::read(text, Keys::Text)? {
        Value::Null => {}
        Value::Mapping(mapping) => flatten(&mapping, "", &mut assignments)?,
        _ => return Err(problem("it is no mapping".to_owned())),
    }
    assignments.sort_by(|left, right| left.path.cmp(&right.path));
    for pair in assignments.windows(2) {
        if let [left, right] = pair
            && right.path.starts_with(&left.path)
        {
            let path = left.path.join(".");
            return Err(problem(format!("it has two values for `{path}`, or one below another")));
        }
    }
    Ok(assignments)
}

/// Adds the values of a mapping. Dots in a key separate keys, as in Fabrikate.
fn flatten(mapping: &Mapping, above: &str, found: &mut Vec<Assignment>) -> Result<(), Problem> {
    for (key, value) in mapping {
        let key = key.as_str().ok_or_else(|| problem("a key is not Unicode".to_owned()))?;
        let key = if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") };
        if let Value::Mapping(inner) = value {
            flatten(inner, &key, found)?;
            continue;
        }
        if key.contains('=') {
            return Err(problem(format!("the key `{key}` holds a `=`")));
        }
        let path = path::split(&key).map_err(|cause| problem(format!("`{key}`: {cause}")))?;
        found.push(Assignment { path, value: shown(value)? });
    }
    Ok(())
}

/// Returns a value as Go's `%v` shows it.
fn shown(value: &Value) -> Result<String, Problem> {
    Ok(match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) if number.is_nan() => "NaN".to_owned(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
        }
        Value::Float(_) => {
            let written = yaml::write(value, LooseNumbers::Plain);
            String::from_utf8_lossy(&written).trim_end().to_owned()
        }
        Value::String(text) | Value::Loose(text) => text.clone(),
        Value::Binary(_) => return Err(problem("a value is not Unicode".to_owned())),
        Value::Sequence(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(shown).collect();
            format!("[{}]", items?.join(" "))
        }
        Value::Mapping(mapping) => {
            let mut entries: Vec<_> = mapping.iter().collect();
            entries.sort_by_key(|(key, _)| key.as_str());
            let entry =
                |(key, value): (&Value, &Value)| Ok(format!("{}:{}", shown(key)?, shown(value)?));
            let entries: Result<Vec<_>, Problem> = entries.into_iter().map(entry).collect();
            format!("map[{}]", entries?.join(" "))
        }
    })
}

fn problem(text: String) -> Problem {
    Problem { text, line: None, column: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found = match assignments(text.as_bytes()) {
            Ok(found) => {
                found.iter().map(|a| format!("{}={}", a.path.join("/"), a.value)).collect()
            }
            Err(problem) => vec![problem.to_string()],
        };
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn mappings_become_paths() {
        check("b: {c: 1, d: {e: x=y}}\na: z\nf: {}", &["a=z", "b/c=1", "b/d/e=x=y"]);
        check("a.b: 1\n'c.\"d.e\"': 2", &["a/b=1", "c/d.e=2"]);
        check("", &[]);
    }

    #[test]
    fn values_are_shown_as_in_go() {
        check("a: ~\nb: yes\nc: 0777\nd: 1.50", &["a=<nil>", "b=true", "c=511", "d=1.5"]);
        check("a: 1000000.0\nb: .nan\nc: -.inf\nd: 1e3", &["a=1e+06", "b=NaN", "c=-Inf", "d=1e3"]);
        check("a: [1, ~, {b: [x], a: z}]", &["a=[1 <nil> map[a:z b:[x]]]"]);
    }

    #[test]
    fn files_that_contradict_themselves_are_refused() {
        check("a: 1\na.b: 2", &["it has two values for `a`, or one below another"]);
        check("a.b: 1\na: {b: 2}", &["it has two values for `a.b`, or one below another"]);
        check("'': 1", &["``: there is no key"]);
        check("'a=b': 1", &["the key `a=b` holds a `=`"]);
        check("[1]", &["it is no mapping"]);
    }
}
