//! From what templates make to what Helm prints: documents, hooks, their order.

mod order;
mod split;

use crate::helm::Profile;
use crate::helm::chart::{Record, document};
use crate::helm::value::Text;
use crate::helm::values::ReadError;
use split::{split, trimmed};

/// The end of the names of files that tell people how to go on.
const NOTES: &str = "NOTES.txt";
const HOOK: &str = "helm.sh/hook";

/// The documents of a release, in the order in which Helm prints them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifests {
    /// What is installed.
    pub resources: Vec<Manifest>,
    /// What is run at certain times.
    pub hooks: Vec<Manifest>,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The path of the template.
    pub source: Text,
    /// The document, without white space around it.
    pub content: Text,
    /// What it is.
    pub kind: Text,
    /// Whether it is a hook that tests a release.
    pub is_test: bool,
}

/// A document is no manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("YAML parse error on {source_path}: {source}")]
pub struct ManifestError {
    /// The path of the template.
    pub source_path: Text,
    /// Why.
    pub source: ReadError,
}

impl Manifests {
    /// Returns the documents in what templates made.
    pub(crate) fn of(
        outputs: impl IntoIterator<Item = (Text, Text)>,
        profile: Profile,
    ) -> Result<Self, ManifestError> {
        let mut outputs: Vec<_> =
            outputs.into_iter().filter(|(path, _)| is_manifest(path)).collect();
        outputs.sort();
        let mut manifests = Self::default();
        for (path, output) in outputs {
            for content in split(&output) {
                manifests
                    .add(&path, content, profile)
                    .map_err(|source| ManifestError { source_path: path.clone(), source })?;
            }
        }
        let by_kind = |a: &Manifest, b: &Manifest| order::compare(profile, &a.kind, &b.kind);
        manifests.resources.sort_by(by_kind);
        manifests.hooks.sort_by(by_kind);
        Ok(manifests)
    }

    fn add(&mut self, path: &Text, content: Text, profile: Profile) -> Result<(), ReadError> {
        let root = document(content.as_bytes())?;
        let type_name = match profile {
            Profile::Helm317 => "releaseutil.SimpleHead",
            Profile::Helm41 => "util.SimpleHead",
        };
        let head = Record::root(&root, type_name, "SimpleHead.")?;
        head.text("apiVersion")?;
        let kind = head.text("kind")?;
        let metadata = head.inner("metadata", METADATA, ".metadata.")?;
        let annotations = metadata.text_table("annotations")?.unwrap_or_default();
        metadata.text("name")?;
        let mut manifest = Manifest { source: path.clone(), content, kind, is_test: false };
        let hook = annotations.iter().find(|(key, _)| *key == HOOK);
        let Some((_, hook)) = hook else {
            self.resources.push(manifest);
            return Ok(());
        };
        // What is a hook at a time that Helm does not know is left out.
        let hook = hook.to_str_lossy();
        let times: Option<Vec<Time>> = hook.split(',').map(Time::parse).collect();
        if let Some(times) = times {
            manifest.is_test = times.contains(&Time::Test);
            self.hooks.push(manifest);
        }
        Ok(())
    }

    /// Writes everything as Helm prints it.
    pub(crate) fn print(&self, definitions: &[(Text, Text)], with_tests: bool) -> Vec<u8> {
        let mut output = Vec::new();
        for (path, content) in definitions {
            push(&mut output, path, content);
        }
        for manifest in &self.resources {
            push(&mut output, &manifest.source, &manifest.content);
        }
        let mut output = trimmed(&output).to_vec();
        output.push(b'\n');
        for hook in self.hooks.iter().filter(|hook| with_tests || !hook.is_test) {
            push(&mut output, &hook.source, &hook.content);
        }
        output
    }
}

const METADATA: &str = "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \
                        \"json:\\\"annotations\\\"\" }";

fn push(output: &mut Vec<u8>, source: &Text, content: &Text) {
    let parts = [b"---\n# Source: ", source.as_bytes(), b"\n", content.as_bytes(), b"\n"];
    for part in parts {
        output.extend_from_slice(part);
    }
}

fn is_manifest(path: &Text) -> bool {
    let name = path.as_bytes().rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    !name.starts_with(b"_") && !path.as_bytes().ends_with(NOTES.as_bytes())
}

/// When a hook runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    Release,
    Test,
}

impl Time {
    fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "pre-install" | "post-install" | "pre-delete" | "post-delete" | "pre-upgrade"
            | "post-upgrade" | "pre-rollback" | "post-rollback" => Some(Self::Release),
            "test" | "test-success" => Some(Self::Test),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(outputs: &[(&str, &str)], expected: &Expect) {
        let outputs = outputs.iter().map(|(path, text)| ((*path).into(), (*text).into()));
        let shown = match Manifests::of(outputs, Profile::Helm317) {
            Ok(manifests) => String::from_utf8(manifests.print(&[], true)).unwrap(),
            Err(error) => format!("{error}\n"),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn documents_are_sorted_by_kind_then_by_file_then_as_they_stand() {
        check(
            &[
                ("c/b.yaml", "kind: Service\n---\nkind: Zebra\n---\nkind: Ape"),
                ("c/a.yaml", "kind: Deployment\na: 1\n---\n\nkind: Service\nb: 1"),
                ("c/_a.yaml", "kind: Service"),
                ("c/NOTES.txt", "["),
                ("c/empty.yaml", "\n---\n \n"),
            ],
            &expect![[r#"
                ---
                # Source: c/a.yaml
                kind: Service
                b: 1
                ---
                # Source: c/b.yaml
                kind: Service
                ---
                # Source: c/a.yaml
                kind: Deployment
                a: 1
                ---
                # Source: c/b.yaml
                kind: Ape
                ---
                # Source: c/b.yaml
                kind: Zebra
            "#]],
        );
    }

    #[test]
    fn hooks_come_last_and_unknown_ones_not_at_all() {
        let hook = |kind: &str, times: &str| {
            format!("kind: {kind}\nmetadata: {{annotations: {{helm.sh/hook: {times}}}}}\n---\n")
        };
        let text = [
            hook("Job", "post-install"),
            hook("Pod", "'pre-install, TEST'"),
            hook("Job", "'pre-install,crd-install'"),
            "kind: Last".to_owned(),
        ];
        check(
            &[("c/a.yaml", &text.concat())],
            &expect![[r#"
                ---
                # Source: c/a.yaml
                kind: Last
                ---
                # Source: c/a.yaml
                kind: Pod
                metadata: {annotations: {helm.sh/hook: 'pre-install, TEST'}}
                ---
                # Source: c/a.yaml
                kind: Job
                metadata: {annotations: {helm.sh/hook: post-install}}
            "#]],
        );
    }

    #[test]
    fn what_is_no_manifest_is_told_in_helms_words() {
        check(
            &[("c/a.yaml", "[a]")],
            &expect![[r#"
            YAML parse error on c/a.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type releaseutil.SimpleHead
        "#]],
        );
        check(
            &[("c/a.yaml", "metadata: {annotations: {a: [x]}}")],
            &expect![[r#"
            YAML parse error on c/a.yaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go struct field .metadata.annotations of type string
        "#]],
        );
    }

    #[test]
    fn nothing_is_an_empty_line() {
        assert_eq!(Manifests::of([], Profile::Helm317).unwrap().print(&[], true), b"\n");
    }
}
