//! The commit's message, with the trailers that say where the manifests come from.

use crate::environment::Environment;
use crate::git::store::Author;
use crate::plan::{CommitPlan, DefinitionRepository, Provenance, Target};

/// Returns the message of a commit that changes the manifests of `targets`.
pub fn message(plan: &CommitPlan, origin: &Provenance, targets: &[&Target]) -> String {
    let names: Vec<String> = targets.iter().map(|target| target.environment.to_string()).collect();
    let mut message = filled(&plan.message, origin, &names, &[]);
    if message.is_empty() {
        message = format!("Updated k8s manifest files of {}", names.join(", "));
    }
    message + &trailers(origin, &names)
}

/// Returns the message of a commit that sets values of an environment; `subject` where none was
/// given.
pub fn of_values(
    repository: &DefinitionRepository,
    subject: &str,
    environment: &Environment,
) -> String {
    let (origin, names) = (&repository.origin, [environment.to_string()]);
    let given = repository.message.as_deref().map(|message| filled(message, origin, &names, &[]));
    let message = given.filter(|message| !message.is_empty());
    message.unwrap_or_else(|| clean(subject)) + &trailers(origin, &names)
}

/// Returns a text with its placeholders replaced, among them `more` ones.
pub(super) fn filled(
    template: &str,
    origin: &Provenance,
    names: &[String],
    more: &[(&str, &str)],
) -> String {
    let source = &origin.source;
    let build = origin.build.as_ref();
    // What came from outside may hold placeholders itself: each is replaced once.
    let replaced = replace(template, |name| {
        Some(match name {
            "environment" => names.join(", "),
            "sourceCommit" => source.commit.clone().unwrap_or_default(),
            "sourceMessage" => first_line(source.message.as_deref().unwrap_or_default()),
            "buildNumber" => build.map(|build| build.number.clone()).unwrap_or_default(),
            "buildId" => build.map(|build| build.id.to_string()).unwrap_or_default(),
            other => {
                let (_, value) = more.iter().find(|(name, _)| *name == other)?;
                (*value).to_owned()
            }
        })
    });
    clean(&replaced)
}

/// Returns what stands below a message.
fn trailers(origin: &Provenance, names: &[String]) -> String {
    let (source, build) = (&origin.source, origin.build.as_ref());
    let mut trailers = "\n\n".to_owned();
    let build = build.map(|build| build.url.clone().unwrap_or_else(|| build.number.clone()));
    let sources = [
        ("Source-Repository", source.repository.clone()),
        ("Source-Commit", source.commit.clone()),
        ("Build", build),
    ];
    for (name, value) in sources {
        if let Some(value) = value.map(|value| first_line(&value)).filter(|value| !value.is_empty())
        {
            trailers.push_str(&trailer(name, &value));
        }
    }
    for name in names {
        trailers.push_str(&trailer("Environment", name));
    }
    trailers
}

/// Returns who the commit is by, where neither inputs nor the build say it.
pub fn author(plan: &CommitPlan, seconds: i64) -> Author {
    let part = |text: &Option<String>, otherwise: &str| {
        let text: String = text
            .iter()
            .flat_map(|text| text.chars())
            .filter(|c| !c.is_control() && !"<>".contains(*c))
            .collect();
        let text = text.trim();
        if text.is_empty() { otherwise.to_owned() } else { text.to_owned() }
    };
    Author {
        name: part(&plan.author_name, "Fabrikate GitOps"),
        email: part(&plan.author_email, "fabrikate-gitops@noreply.invalid"),
        seconds,
    }
}

fn trailer(name: &str, value: &str) -> String {
    format!("{name}: {value}\n")
}

fn replace(template: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut replaced = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        replaced.push_str(before);
        let known = after.split_once('}').and_then(|(name, tail)| Some((value(name)?, tail)));
        if let Some((text, tail)) = known {
            replaced.push_str(&text);
            rest = tail;
        } else {
            replaced.push('{');
            rest = after;
        }
    }
    replaced + rest
}

fn first_line(text: &str) -> String {
    clean(text.trim_start().lines().next().unwrap_or_default())
}

/// Returns a text without control characters other than line breaks, and without blanks around.
pub(super) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::plan::{Build, Source};
    use expect_test::{Expect, expect};

    fn check(template: &str, source_message: &str, expected: &Expect) {
        let plan = CommitPlan {
            message: template.to_owned(),
            author_name: None,
            author_email: None,
            signing: None,
        };
        let origin = Provenance {
            source: Source {
                repository: Some("https://host/hld".to_owned()),
                commit: Some("0123abcd".to_owned()),
                message: Some(source_message.to_owned()),
            },
            path: String::new(),
            folder: "/nowhere".into(),
            build: Some(Build { id: 7, number: "2026.7".to_owned(), ..Build::default() }),
        };
        let target = |line: &str| Target {
            environment: Environment::parse(line).unwrap(),
            folder: String::new(),
        };
        let (east, west) = (target("prod east"), target("prod west"));
        expected.assert_eq(&message(&plan, &origin, &[&east, &west]));
    }

    #[test]
    fn the_message_says_what_and_the_trailers_whence() {
        check(
            "Updated k8s manifest files post commit: {sourceMessage}",
            "Scale up\n\nBecause of {buildId}.",
            &expect![[r#"
                Updated k8s manifest files post commit: Scale up

                Source-Repository: https://host/hld
                Source-Commit: 0123abcd
                Build: 2026.7
                Environment: prod-east
                Environment: prod-west
            "#]],
        );
    }

    #[test]
    fn placeholders_are_replaced_once_and_others_stay() {
        check(
            "{environment} {sourceCommit} {buildNumber}/{buildId} {other} {sourceMessage}",
            "{buildId} \u{7}##vso[x.y]",
            &expect![[r#"
                prod-east, prod-west 0123abcd 2026.7/7 {other} {buildId} ##vso[x.y]

                Source-Repository: https://host/hld
                Source-Commit: 0123abcd
                Build: 2026.7
                Environment: prod-east
                Environment: prod-west
            "#]],
        );
    }

    #[test]
    fn an_empty_message_still_says_something() {
        check(
            "{sourceMessage}",
            "\n",
            &expect![[r#"
            Updated k8s manifest files of prod-east, prod-west

            Source-Repository: https://host/hld
            Source-Commit: 0123abcd
            Build: 2026.7
            Environment: prod-east
            Environment: prod-west
        "#]],
        );
    }

    #[test]
    fn the_author_is_never_empty_nor_two_lines() {
        let plan = CommitPlan {
            message: String::new(),
            author_name: Some("A\n<b>".to_owned()),
            author_email: Some(" ".to_owned()),
            signing: None,
        };
        let author = author(&plan, 0);
        assert_eq!(
            (author.name.as_str(), author.email.as_str()),
            ("Ab", "fabrikate-gitops@noreply.invalid")
        );
    }
}
