//! `values.schema.json`: whether values are what a chart wants.

// Helm 3.17 checks with gojsonschema, which knows the drafts 4, 6 and 7 and takes a schema of
// another draft for a mixture of these: what only later drafts have is not looked at. No crate does
// that; those of the standard refuse what Helm accepts, and the other way round.

mod compile;
mod format;
mod keywords;
mod node;
mod number;
mod objects;
mod pointer;
mod problem;
mod standard;
mod validate;

pub(crate) use problem::SchemaProblem;

use crate::helm::Profile;
use crate::helm::schema::compile::Compiler;
use crate::helm::schema::node::Node;
use crate::helm::schema::standard::Standard;
use crate::helm::schema::validate::Validation;
use crate::helm::values::Tree;

/// The parts of a schema of one of the drafts 4, 6 and 7, or of a mixture of them.
#[derive(Debug)]
pub(crate) struct Mixed(Vec<Node>);

/// A schema, ready to be asked.
#[derive(Debug)]
pub(crate) enum Schema {
    /// In the way of Helm 3.17.
    Mixed(Mixed),
    /// In the way of Helm 4.1.
    Standard(Standard),
}

/// Which drafts a schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Draft {
    Four,
    Six,
    Seven,
    /// It does not say, or says something that Helm does not know.
    Mixed,
}

impl Schema {
    /// Returns the schema that a file holds.
    pub(crate) fn parse(text: &[u8], profile: Profile) -> Result<Self, SchemaProblem> {
        if profile == Profile::Helm41 {
            return Standard::parse(text).map(Self::Standard);
        }
        let document = problem::json(text)?;
        Ok(Self::Mixed(Mixed(Compiler::new(&document)?.compile()?)))
    }

    /// Returns what is wrong with values, a line each; nothing if they are as they should be.
    pub(crate) fn check(&self, values: &Tree) -> Result<String, SchemaProblem> {
        match self {
            Self::Mixed(Mixed(nodes)) => {
                let problems = Validation::new(nodes).run(values)?;
                let line = |problem: &String| ["- ", problem, "\n"].concat();
                Ok(problems.iter().map(line).collect::<Vec<_>>().concat())
            }
            Self::Standard(schema) => Ok(schema.check(values)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::values::read;

    fn verdict(schema: &str, values: &str) -> String {
        let checked = Schema::parse(schema.as_bytes(), Profile::Helm317)
            .and_then(|schema| schema.check(&read(values.as_bytes()).unwrap()));
        match checked {
            Ok(problems) => {
                problems.lines().map(|line| line.replacen("- ", "", 1) + "\n").collect()
            }
            Err(problem) => problem.to_string(),
        }
    }

    // The last column was printed by Helm 3.17.3.
    #[test]
    fn values_are_judged_as_helm_judges_them() {
        let mut differences = Vec::new();
        for case in include_str!("../../tests/helm/schema.txt").split("\n====\n") {
            let mut parts = case.splitn(3, "\n----\n");
            let (schema, values) = (parts.next().unwrap(), parts.next().unwrap());
            let mut wanted: Vec<_> = parts.next().unwrap().trim().lines().collect();
            let found = verdict(schema, values);
            let mut found: Vec<_> = found.lines().collect();
            // Helm goes through tables in any order.
            wanted.sort_unstable();
            found.sort_unstable();
            if found != wanted {
                differences.push(format!("{schema}\n{values}\n{found:#?}\n{wanted:#?}\n"));
            }
        }
        assert!(differences.is_empty(), "{}", differences.concat());
    }

    #[test]
    fn other_files_are_not_fetched() {
        let refused = "the schema refers to `https://x.y/z.json`, which is not fetched";
        assert_eq!(verdict(r#"{"$ref": "https://x.y/z.json#/a"}"#, "{}"), refused);
    }

    #[test]
    fn a_schema_that_is_about_itself_ends() {
        let schema = r##"{"$ref": "#"}"##;
        assert_eq!(verdict(schema, "{}"), "the schema refers to itself without end");
    }
}
