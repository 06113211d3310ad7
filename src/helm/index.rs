//! The index of a Helm repository: which versions of which charts there are.

use crate::helm::metadata::text_of;
use crate::helm::semver::{Constraint, Version};
use crate::yaml::{self, Keys, Mapping, Value};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The charts of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    charts: BTreeMap<String, Vec<Entry>>,
}

/// One version of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The version, as it is written.
    pub version: String,
    /// Where the archive is: absolute, or relative to the repository's address.
    pub urls: Vec<String>,
    /// The archive's SHA-256 in hexadecimal digits, where the index has it.
    pub digest: String,
}

/// Why an index cannot be read, or has not what is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// It is not YAML.
    #[error("{0}")]
    Yaml(String),
    /// It is not an index.
    #[error("it has no `apiVersion`")]
    NoVersion,
    /// It has no such chart.
    #[error("there is no chart `{chart}`{}", likely(.similar))]
    NoChart {
        /// The chart's name.
        chart: String,
        /// Names that are like it.
        similar: Vec<String>,
    },
    /// It has no such version of the chart.
    #[error("no version of the chart `{chart}` is `{version}`; there are {}", some(.known))]
    NoMatch {
        /// The chart's name.
        chart: String,
        /// What is wanted.
        version: String,
        /// The versions that there are, newest first.
        known: Vec<String>,
    },
    /// What is wanted is no version.
    #[error("`{version}` is neither a version nor a range of versions ({reason})")]
    Version {
        /// What is wanted.
        version: String,
        /// Why.
        reason: String,
    },
}

fn likely(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; there is {}", names.join(", ")) }
}

fn some(versions: &[String]) -> String {
    match versions {
        [] => "none".to_owned(),
        [first @ .., last] if versions.len() <= 5 => {
            first.iter().chain([last]).cloned().collect::<Vec<_>>().join(", ")
        }
        many => format!("{} and {} more", many.get(..5).unwrap_or(many).join(", "), many.len() - 5),
    }
}

impl Index {
    /// Returns the index that a text is. What is not like a chart's version is left out, as Helm
    /// does.
    pub fn parse(text: &[u8]) -> Result<Self, IndexError> {
        let root = yaml::read(text, Keys::Text).map_err(|error| IndexError::Yaml(error.message))?;
        let root = root.as_mapping().ok_or(IndexError::NoVersion)?;
        if root.get("apiVersion").map(text_of).unwrap_or_default().is_empty() {
            return Err(IndexError::NoVersion);
        }
        let mut charts = BTreeMap::new();
        for (name, versions) in
            root.get("entries").and_then(Value::as_mapping).into_iter().flatten()
        {
            let Value::Sequence(versions) = versions else {
                continue;
            };
            let entries = versions.iter().filter_map(Value::as_mapping).filter_map(entry);
            let mut entries: Vec<Entry> = entries.collect();
            sort(&mut entries);
            charts.insert(text_of(name), entries);
        }
        Ok(Self { charts })
    }

    /// Returns the version of a chart that Helm takes for what is wanted: exactly that one if it is
    /// there, else the newest that meets it; the newest release where nothing is wanted.
    pub fn find(&self, chart: &str, wanted: &str) -> Result<&Entry, IndexError> {
        let entries = self.chart(chart)?;
        let exact = entries.iter().find(|entry| !wanted.is_empty() && entry.version == wanted);
        match exact {
            Some(entry) => Ok(entry),
            None => newest(entries, chart, wanted, |_| true),
        }
    }

    /// Returns the version that Helm takes for a dependency: the newest that meets what is wanted.
    pub fn find_dependency(&self, chart: &str, wanted: &str) -> Result<&Entry, IndexError> {
        newest(self.chart(chart)?, chart, wanted, |entry| !entry.urls.is_empty())
    }

    fn chart(&self, name: &str) -> Result<&[Entry], IndexError> {
        self.charts.get(name).map(Vec::as_slice).ok_or_else(|| {
            let folded = name.to_lowercase();
            let known = self.charts.keys();
            let similar = known.filter(|known| strsim::jaro_winkler(known, &folded) > 0.85);
            IndexError::NoChart {
                chart: name.to_owned(),
                similar: similar.take(3).cloned().collect(),
            }
        })
    }
}

fn newest<'a>(
    entries: &'a [Entry],
    chart: &str,
    wanted: &str,
    is_fit: impl Fn(&Entry) -> bool,
) -> Result<&'a Entry, IndexError> {
    let constraint = constraint(wanted)?;
    let meets = |entry: &&Entry| {
        is_fit(entry) && Version::parse(&entry.version).is_ok_and(|it| constraint.check(&it))
    };
    entries.iter().find(meets).ok_or_else(|| IndexError::NoMatch {
        chart: chart.to_owned(),
        version: if wanted.is_empty() { "a release".to_owned() } else { wanted.to_owned() },
        known: entries.iter().map(|entry| entry.version.clone()).collect(),
    })
}

/// Returns the one of some versions that Helm takes for what is wanted, in a registry: the versions
/// are tags, of which only strict versions count.
pub fn choose<'a>(tags: &'a [String], chart: &str, wanted: &str) -> Result<&'a str, IndexError> {
    let constraint = constraint(wanted)?;
    let parsed = tags.iter().filter_map(|tag| Some((Version::parse_strict(tag).ok()?, tag)));
    let mut parsed: Vec<_> = parsed.collect();
    parsed.sort_by(|a, b| b.0.cmp(&a.0));
    let exact = parsed.iter().find(|(_, tag)| !wanted.is_empty() && *tag == wanted);
    let found = exact.or_else(|| parsed.iter().find(|(version, _)| constraint.check(version)));
    found.map(|(_, tag)| tag.as_str()).ok_or_else(|| IndexError::NoMatch {
        chart: chart.to_owned(),
        version: wanted.to_owned(),
        known: parsed.iter().map(|(_, tag)| (*tag).clone()).collect(),
    })
}

fn constraint(wanted: &str) -> Result<Constraint, IndexError> {
    let text = if wanted.is_empty() { "*" } else { wanted };
    Constraint::parse(text).map_err(|error| IndexError::Version {
        version: wanted.to_owned(),
        reason: error.to_string(),
    })
}

fn entry(version: &Mapping) -> Option<Entry> {
    let text = |key: &str| version.get(key).map(text_of).unwrap_or_default();
    let urls = match version.get("urls") {
        Some(Value::Sequence(urls)) => urls.iter().map(text_of).collect(),
        _ => Vec::new(),
    };
    let entry = Entry { version: text("version"), urls, digest: text("digest") };
    (!entry.version.is_empty() && !text("name").is_empty()).then_some(entry)
}

/// Sorts entries, the newest first, those that are no versions last.
fn sort(entries: &mut [Entry]) {
    entries.sort_by(|a, b| match (Version::parse(&a.version), Version::parse(&b.version)) {
        (Ok(a), Ok(b)) => b.cmp(&a),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => Ordering::Equal,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const INDEX: &str = "\
apiVersion: v1
entries:
  dep:
  - {name: dep, version: 1.0.0, urls: [a.tgz], digest: aa}
  - {name: dep, version: 2.0.0-beta.1, urls: [b.tgz]}
  - {name: dep, version: 1.1.0, urls: [c.tgz]}
  - {name: dep, version: 1.2.0}
  - {name: dep, version: new, urls: [d.tgz]}
  - null
  - {version: 9.0.0}
  beta:
  - {name: beta, version: 1.0.0-rc.1, urls: [e.tgz]}
  numbers:
  - {name: numbers, version: 1.5, urls: [f.tgz]}
generated: 2020-01-01T00:00:00Z
";

    fn shown(found: Result<&Entry, IndexError>) -> String {
        found.map_or_else(|error| format!("error: {error}"), |entry| entry.version.clone())
    }

    fn check(chart: &str, wanted: &[&str], expected: &Expect) {
        let index = Index::parse(INDEX.as_bytes()).unwrap();
        let lines = wanted.iter().map(|wanted| {
            let (pulled, dependency) =
                (index.find(chart, wanted), index.find_dependency(chart, wanted));
            format!("{wanted:?}: {}; {}\n", shown(pulled), shown(dependency))
        });
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn the_newest_that_meets_what_is_wanted_is_taken() {
        check(
            "dep",
            &[
                "",
                "1.0.0",
                "~1.0",
                "<1.2",
                "2.0.0-beta.1",
                ">1.0-0",
                "v1.1.0",
                "new",
                "9.9.9",
                "x y",
            ],
            &expect![[r#"
                "": 1.2.0; 1.1.0
                "1.0.0": 1.0.0; 1.0.0
                "~1.0": 1.0.0; 1.0.0
                "<1.2": 1.1.0; 1.1.0
                "2.0.0-beta.1": 2.0.0-beta.1; 2.0.0-beta.1
                ">1.0-0": 2.0.0-beta.1; 2.0.0-beta.1
                "v1.1.0": 1.1.0; 1.1.0
                "new": new; error: `new` is neither a version nor a range of versions (improper constraint: new)
                "9.9.9": error: no version of the chart `dep` is `9.9.9`; there are 2.0.0-beta.1, 1.2.0, 1.1.0, 1.0.0, new; error: no version of the chart `dep` is `9.9.9`; there are 2.0.0-beta.1, 1.2.0, 1.1.0, 1.0.0, new
                "x y": error: `x y` is neither a version nor a range of versions (improper constraint: x y); error: `x y` is neither a version nor a range of versions (improper constraint: x y)
            "#]],
        );
        check(
            "beta",
            &[""],
            &expect![[r#"
            "": error: no version of the chart `beta` is `a release`; there are 1.0.0-rc.1; error: no version of the chart `beta` is `a release`; there are 1.0.0-rc.1
        "#]],
        );
        check(
            "numbers",
            &[""],
            &expect![[r#"
            "": 1.5; 1.5
        "#]],
        );
        check(
            "deb",
            &[""],
            &expect![[r#"
            "": error: there is no chart `deb`; error: there is no chart `deb`
        "#]],
        );
    }

    #[test]
    fn tags_are_strict_versions() {
        let tags: Vec<String> =
            ["latest", "1.0", "1.0.0", "1.2.0", "2.0.0-rc.1", "1.1.0"].map(str::to_owned).into();
        let chosen = |wanted: &str| choose(&tags, "c", wanted).map(str::to_owned);
        assert_eq!(chosen("").unwrap(), "1.2.0");
        assert_eq!(chosen("<1.2").unwrap(), "1.1.0");
        assert_eq!(chosen("2.0.0-rc.1").unwrap(), "2.0.0-rc.1");
        assert_eq!(
            chosen("3").unwrap_err().to_string(),
            "no version of the chart `c` is `3`; there are 2.0.0-rc.1, 1.2.0, 1.1.0, 1.0.0"
        );
    }

    #[test]
    fn what_is_no_index_is_told() {
        let refused = |text: &[u8]| Index::parse(text).unwrap_err().to_string();
        assert_eq!(refused(b"<html>"), "it has no `apiVersion`");
        assert_eq!(refused(b"a: ["), "line 1: did not find expected node content");
        assert_eq!(Index::parse(br#"{"apiVersion":"v1","entries":{}}"#).unwrap(), Index::default());
    }
}
