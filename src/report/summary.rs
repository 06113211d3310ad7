//! The summary of a run as Markdown, for the build's page.

use crate::failure::Warning;
use crate::report::inert::Redaction;
use std::fmt::Write;

/// How many changed files are listed for one environment.
const LISTED: usize = 50;

/// How many fields that are left to chance are named.
const NAMED: usize = 10;

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// One sentence.
    pub headline: String,
    /// Where the manifests are or would be: repository and branch.
    pub destination: Option<String>,
    /// The commit, with its page where one is known.
    pub commit: Option<Link>,
    /// The pull requests that hold the changes.
    pub pull_requests: Vec<Link>,
    /// The environments.
    pub environments: Vec<EnvironmentSummary>,
    /// The fields that are left to chance, by name.
    pub unstable: Vec<String>,
}

/// A text that may lead somewhere.
#[derive(Clone, Debug)]
pub struct Link {
    /// The text.
    pub text: String,
    /// Where to.
    pub url: Option<String>,
}

/// What a run did to one environment.
#[derive(Clone, Debug, Default)]
pub struct EnvironmentSummary {
    /// The environment.
    pub name: String,
    /// How many objects it has.
    pub objects: usize,
    /// Files that are new.
    pub added: Vec<String>,
    /// Files that have other content.
    pub modified: Vec<String>,
    /// Files that are gone.
    pub removed: Vec<String>,
    /// Files that are no longer rendered and stay.
    pub kept: Vec<String>,
    /// Those of the changed files that somebody had changed or removed by hand.
    pub by_hand: Vec<String>,
}

impl Summary {
    /// Returns the summary as Markdown; texts from outside show as they are, but for secrets.
    pub fn markdown(&self, warnings: &[Warning], redaction: &Redaction) -> String {
        let markdown = |text: &str| redaction.markdown(text);
        let mut text = format!("### Fabrikate GitOps\n\n{}\n\n", markdown(&self.headline));
        if let Some(destination) = &self.destination {
            paragraph(&mut text, &format!("Destination: {}", markdown(destination)));
        }
        if let Some(commit) = &self.commit {
            paragraph(&mut text, &format!("Commit: {}", commit.markdown(redaction)));
        }
        for link in &self.pull_requests {
            paragraph(&mut text, &format!("Pull request: {}", link.markdown(redaction)));
        }
        if !self.environments.is_empty() {
            text.push_str("| Environment | Objects | Added | Modified | Removed |\n");
            text.push_str("| --- | ---: | ---: | ---: | ---: |\n");
        }
        for environment in &self.environments {
            environment.row(&mut text, redaction);
        }
        for environment in &self.environments {
            environment.files(&mut text, redaction);
        }
        if !self.unstable.is_empty() {
            text.push_str("\n#### Left to chance\n\n");
        }
        for field in self.unstable.iter().take(NAMED) {
            line(&mut text, &format!("- {}", markdown(field)));
        }
        if let Some(rest) = self.unstable.len().checked_sub(NAMED).filter(|rest| *rest > 0) {
            line(&mut text, &format!("- … and {rest} more"));
        }
        if !warnings.is_empty() {
            text.push_str("\n#### Warnings\n\n");
        }
        for warning in warnings {
            let hint = warning.hint.as_deref().map(|hint| format!(" — {}", markdown(hint)));
            let (code, message) = (warning.code, markdown(&warning.message));
            line(&mut text, &format!("- **{code}** {message}{}", hint.unwrap_or_default()));
        }
        text
    }
}

impl Link {
    fn markdown(&self, redaction: &Redaction) -> String {
        let text = redaction.markdown(&self.text);
        match &self.url {
            Some(url) => format!("[{text}]({})", redaction.value(url).replace([')', ' '], "")),
            None => text,
        }
    }
}

impl EnvironmentSummary {
    /// Returns how many files change.
    pub fn changes(&self) -> usize {
        self.added.len() + self.modified.len() + self.removed.len()
    }

    fn row(&self, text: &mut String, redaction: &Redaction) {
        let (added, modified, removed) =
            (self.added.len(), self.modified.len(), self.removed.len());
        let name = redaction.markdown(&self.name);
        line(text, &format!("| {name} | {} | {added} | {modified} | {removed} |", self.objects));
    }

    fn files(&self, text: &mut String, redaction: &Redaction) {
        let all = self.changes() + self.kept.len();
        if all == 0 {
            return;
        }
        let name = redaction.markdown(&self.name);
        line(text, &format!("\n<details><summary>Files of {name}</summary>\n"));
        let marked = [
            ("added", &self.added),
            ("modified", &self.modified),
            ("removed", &self.removed),
            ("no longer rendered, and kept", &self.kept),
        ];
        let files =
            marked.iter().flat_map(|(mark, files)| files.iter().map(move |file| (mark, file)));
        for (mark, file) in files.take(LISTED) {
            let by_hand = if self.by_hand.contains(file) { " (changed by hand)" } else { "" };
            line(text, &format!("- {mark}: {}{by_hand}", redaction.markdown(file)));
        }
        if let Some(rest) = all.checked_sub(LISTED).filter(|rest| *rest > 0) {
            line(text, &format!("- … and {rest} more"));
        }
        text.push_str("\n</details>\n");
    }
}

fn paragraph(text: &mut String, words: &str) {
    line(text, words);
    text.push('\n');
}

fn line(text: &mut String, words: &str) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{words}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_summary_shows_texts_from_outside_as_they_are() {
        let environment = EnvironmentSummary {
            name: "prod".to_owned(),
            objects: 3,
            added: vec!["a|b.yaml".to_owned()],
            modified: vec!["##vso[x.y].yaml".to_owned()],
            removed: vec!["</details><script>.yaml".to_owned()],
            kept: vec!["kept.yaml".to_owned()],
            by_hand: vec!["a|b.yaml".to_owned()],
        };
        let summary = Summary {
            headline: "Published 1 environment.".to_owned(),
            destination: Some("https://host/r, branch main".to_owned()),
            commit: Some(Link { text: "1234567".to_owned(), url: None }),
            pull_requests: Vec::new(),
            environments: vec![environment],
            unstable: (1..13).map(|number| format!("prod: Secret a data.p{number}")).collect(),
        };
        expect![[r#"
            ### Fabrikate GitOps

            Published 1 environment.

            Destination: https://host/r, branch main

            Commit: 1234567

            | Environment | Objects | Added | Modified | Removed |
            | --- | ---: | ---: | ---: | ---: |
            | prod | 3 | 1 | 1 | 1 |

            <details><summary>Files of prod</summary>

            - added: a\|b.yaml (changed by hand)
            - modified: \# \#vso\[x.y\].yaml
            - removed: &lt;/details&gt;&lt;script&gt;.yaml
            - no longer rendered, and kept: kept.yaml

            </details>

            #### Left to chance

            - prod: Secret a data.p1
            - prod: Secret a data.p2
            - prod: Secret a data.p3
            - prod: Secret a data.p4
            - prod: Secret a data.p5
            - prod: Secret a data.p6
            - prod: Secret a data.p7
            - prod: Secret a data.p8
            - prod: Secret a data.p9
            - prod: Secret a data.p10
            - … and 2 more
        "#]]
        .assert_eq(&summary.markdown(&[], &Redaction::default()));
    }
}
