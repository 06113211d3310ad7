//! Charts: their files, their metadata, the charts within them.

mod capabilities;
mod coalesce;
mod decode;
mod dependencies;
mod files;
mod glob;
mod import;
mod instance;
mod load;
mod metadata;
mod objects;
mod parsed;
mod record;
mod release;
mod render;
mod schemas;
mod scope;
mod tables;

pub use capabilities::{Capabilities, KubeVersion, KubeVersionError};
pub use coalesce::TypeMismatch;
pub(crate) use decode::{Record, document};
pub use load::LoadError;
pub use metadata::{Dependency, Maintainer, Metadata, MetadataError};
pub use release::{Release, ReleaseNameError};
pub use render::{RenderError, Rendered, Rendering};

use crate::helm::value::Text;
use crate::helm::values::Table;
use crate::helm::{File, Profile};

/// A chart, which is loaded once and rendered as often as wanted, by many threads at a time.
#[derive(Debug, Default)]
pub struct Chart {
    pub(crate) profile: Profile,
    pub(crate) metadata: Metadata,
    /// Its default values; none where it has no `values.yaml`.
    pub(crate) values: Option<Table>,
    /// `values.schema.json`.
    pub(crate) schema: Option<schemas::Lazy>,
    pub(crate) templates: Vec<Template>,
    /// What `.Files` holds.
    pub(crate) files: Vec<(Text, Vec<u8>)>,
    /// The charts in `charts/`.
    pub(crate) parts: Vec<Chart>,
    pub(crate) parsed: parsed::Parsed,
}

/// A file of `templates/`.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// Its path below the chart's folder.
    pub(crate) path: String,
    pub(crate) content: Text,
}

impl Chart {
    /// Returns the chart in a folder as a Helm loads it. The files come with their paths below the
    /// folder; those that `.helmignore` names are left out.
    pub fn from_folder(files: Vec<File>, profile: Profile) -> Result<Self, LoadError> {
        load::folder(files, profile)
    }

    /// Returns the chart in an archive.
    pub fn from_archive(bytes: &[u8], profile: Profile) -> Result<Self, LoadError> {
        load::archive(bytes, profile)
    }

    /// Tells whether a word in a template of the chart, or of one in it, begins like one of these.
    pub fn mentions(&self, words: &[&str]) -> bool {
        let holds = |text: &[u8], word: &str| {
            let mut found = text.windows(word.len().max(1)).enumerate();
            found.any(|(at, window)| {
                let before = at.checked_sub(1).and_then(|at| text.get(at));
                window == word.as_bytes() && !before.is_some_and(u8::is_ascii_alphanumeric)
            })
        };
        self.templates
            .iter()
            .any(|template| words.iter().any(|word| holds(template.content.as_bytes(), word)))
            || self.parts.iter().any(|part| part.mentions(words))
    }

    /// Returns what the chart says of itself.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::helm::template::{Interpreter, Limits};
    use crate::helm::value::Text;
    use std::thread;

    #[test]
    fn many_threads_render_one_chart() {
        let file = |path: &str, text: &str| File { path: path.into(), content: text.into() };
        let chart = Chart::from_folder(
            vec![
                file("Chart.yaml", "{apiVersion: v2, name: c, version: 1.0.0}"),
                file("values.yaml", "a: {b: 1}"),
                file("templates/a.yaml", "a: {{ .Values.a.b }}{{ $_ := set .Values.a \"b\" 2 }}"),
            ],
            Profile::Helm317,
        );
        let chart = chart.unwrap();
        let render = || {
            let rendering = Rendering::default();
            let rendered = chart.render(&rendering, Interpreter::new(Limits::default())).unwrap();
            Text::from(rendered.output)
        };
        let outputs: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(render)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        for output in outputs {
            assert_eq!(output.as_str(), Some("---\n# Source: c/templates/a.yaml\na: 1\n"));
        }
    }
}
