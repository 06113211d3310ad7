//! What can be wrong with a definition.

use crate::definition::config::Conflict;
use crate::definition::document::Problem;
use crate::failure::{Code, Diagnose, Place};
use crate::hooks::HookError;
use crate::host::files::FileError;
use crate::host::files::bounds::Leaving;
use std::path::PathBuf;

/// A definition that cannot be rendered as it is.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// There is no folder.
    #[error("there is no folder {}", folder.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder cannot be looked at.
    #[error("the definition's folder cannot be read")]
    Folder {
        /// Why.
        source: FileError,
    },
    /// A folder has no component file.
    #[error("there is neither component.yaml nor component.json in {}", folder.display())]
    NoComponent {
        /// The folder.
        folder: PathBuf,
        /// Where the component is referred to; nowhere for the root.
        place: Option<Place>,
    },
    /// A component file cannot be opened.
    #[error("the component file cannot be read")]
    ComponentFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: FileError,
    },
    /// A component file is not what it should be.
    #[error("the component file is not valid: {source}")]
    Component {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: Problem,
    },
    /// A file stands where the folder of configuration files should be.
    #[error("`config` is no folder")]
    NoConfigFolder {
        /// The file.
        file: PathBuf,
    },
    /// A configuration file cannot be opened.
    #[error("the configuration file cannot be read")]
    ConfigFile {
        /// The file.
        file: PathBuf,
        /// Why.
        source: FileError,
    },
    /// A configuration file is not what it should be.
    #[error("the configuration file is not valid: {source}")]
    Config {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        source: Problem,
    },
    /// Two layers cannot be merged.
    #[error("the configuration of component `{component}` does not fit together: {conflict} ({})",
        files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" and "))]
    Conflict {
        /// The component.
        component: String,
        /// What does not fit.
        conflict: Conflict,
        /// The files that set the value, the stronger first.
        files: Vec<PathBuf>,
        /// Where the stronger one does.
        place: Place,
    },
    /// A type that does not exist.
    #[error("component `{component}` has the type `{kind}`, which does not exist")]
    UnknownType {
        /// The component.
        component: String,
        /// The type.
        kind: String,
        /// Where.
        place: Place,
    },
    /// A method that does not exist.
    #[error("component `{component}` has the method `{method}`, which does not exist")]
    UnknownMethod {
        /// The component.
        component: String,
        /// The method.
        method: String,
        /// Where.
        place: Place,
    },
    /// A component that is part of itself.
    #[error("component `{component}` refers to {}, of which it is a part", folder.display())]
    Cycle {
        /// The component.
        component: String,
        /// The folder.
        folder: PathBuf,
        /// Where.
        place: Place,
    },
    /// A tree that grows as one whose components double at each level.
    #[error("the definition has more than {most} components")]
    TooMany {
        /// How many there may be.
        most: usize,
        /// Where the one is that is too many.
        place: Place,
    },
    /// A list of subcomponents with nothing in one place.
    #[error("the subcomponents of `{component}` have an empty item")]
    EmptyItem {
        /// The component.
        component: String,
        /// Where.
        place: Place,
    },
    /// Something that has to be fetched and is not there.
    #[error("component `{component}` comes from {source_address} and is not in the definition ({})",
        folder.display())]
    NotFetched {
        /// The component.
        component: String,
        /// Where it comes from.
        source_address: String,
        /// The folder that should hold it.
        folder: PathBuf,
        /// Where.
        place: Place,
    },
    /// A chart that is not there.
    #[error("the chart of component `{component}` is not there: {}", path.display())]
    NoChart {
        /// The component.
        component: String,
        /// Where it should be.
        path: PathBuf,
        /// Where.
        place: Place,
    },
    /// A static component's folder cannot be read.
    #[error("the manifests of component `{component}` cannot be read")]
    Static {
        /// The component.
        component: String,
        /// Why.
        source: FileError,
        /// Where.
        place: Place,
    },
    /// A hook failed, or may not run.
    #[error(transparent)]
    Hook {
        /// Which and why.
        source: HookError,
    },
    /// A link that leads out of the checkout, or of what was fetched.
    #[error(transparent)]
    Link(#[from] Leaving),
    /// A name that cannot be part of a manifest's path.
    #[error("the name `{name}` cannot be that of a folder: {reason}")]
    UnsafeName {
        /// The name.
        name: String,
        /// Why not.
        reason: &'static str,
        /// Where.
        place: Place,
    },
    /// An environment that nothing knows.
    #[error("no configuration file knows the environment `{word}`")]
    UnknownEnvironment {
        /// The word.
        word: String,
        /// The word that is most like it.
        near: Option<String>,
        /// All words that there are.
        words: Vec<String>,
    },
}

impl Diagnose for DefinitionError {
    fn code(&self) -> Code {
        match self {
            Self::NoFolder { .. } | Self::Folder { .. } => Code::DefinitionMissing,
            Self::NoComponent { .. } => Code::ComponentMissing,
            Self::ComponentFile { .. } | Self::Component { .. } => Code::ComponentUnreadable,
            Self::NoConfigFolder { .. } | Self::ConfigFile { .. } | Self::Config { .. } => {
                Code::ConfigUnreadable
            }
            Self::Conflict { .. } => Code::ConfigConflict,
            Self::UnknownType { .. } | Self::UnknownMethod { .. } => Code::UnknownKind,
            Self::Cycle { .. } | Self::TooMany { .. } | Self::EmptyItem { .. } => {
                Code::ComponentCycle
            }
            Self::NotFetched { .. } => Code::SourceMissing,
            Self::NoChart { .. } => Code::ChartMissing,
            Self::Static { .. } => Code::StaticUnreadable,
            Self::Hook { source } => source.code(),
            Self::Link(link) => link.code(),
            Self::UnsafeName { .. } => Code::UnsafeName,
            Self::UnknownEnvironment { .. } => Code::UnknownEnvironment,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoFolder { .. } | Self::Folder { .. } | Self::NoComponent { .. } => {
                "check the input definitionPath and the `source` and `path` that lead there; a \
                 component is a folder with a component.yaml or component.json"
                    .to_owned()
            }
            Self::ComponentFile { .. }
            | Self::Component { .. }
            | Self::ConfigFile { .. }
            | Self::Config { .. } => "correct the file".to_owned(),
            Self::NoConfigFolder { .. } => {
                "put the configuration into files such as config/common.yaml, or rename the file"
                    .to_owned()
            }
            Self::Conflict { .. } => {
                "let both layers give the key a value of the same kind, or rename one".to_owned()
            }
            Self::UnknownType { .. } => "use `component`, `helm` or `static`".to_owned(),
            Self::UnknownMethod { .. } => "use `git`, `helm`, `http` or `local`".to_owned(),
            Self::Cycle { .. } => {
                "give the subcomponent a `source` or `path` of its own, or a `type`".to_owned()
            }
            Self::TooMany { .. } => {
                "see which components are referred to again and again".to_owned()
            }
            Self::EmptyItem { .. } => "remove the item, or give it a name".to_owned(),
            Self::NotFetched { .. } => {
                "set `install: missing` (`fabrikate-gitops install` for `generate`) to fetch it"
                    .to_owned()
            }
            Self::NoChart { .. } => {
                "correct `path`, which starts at the component's folder".to_owned()
            }
            Self::Static { .. } => {
                "`path` must be a folder that holds files only; without `path` it is the \
                 component's own folder"
                    .to_owned()
            }
            Self::Hook { source } => return source.hint(),
            Self::Link(link) => return link.hint(),
            Self::UnsafeName { .. } => "rename the component".to_owned(),
            Self::UnknownEnvironment { near, words, .. } => unknown_hint(near.as_deref(), words),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::NoFolder { .. } | Self::Folder { .. } | Self::UnknownEnvironment { .. } => None,
            Self::NoComponent { place, .. } => place.clone(),
            Self::ComponentFile { file, .. }
            | Self::ConfigFile { file, .. }
            | Self::NoConfigFolder { file } => Some(Place::file(file)),
            Self::Component { file, source } | Self::Config { file, source } => {
                let (line, column) = (source.line, source.column);
                Some(Place { file: file.clone(), line, column })
            }
            Self::Hook { source } => source.place(),
            Self::Link(link) => link.place(),
            Self::Conflict { place, .. }
            | Self::UnknownType { place, .. }
            | Self::UnknownMethod { place, .. }
            | Self::Cycle { place, .. }
            | Self::TooMany { place, .. }
            | Self::EmptyItem { place, .. }
            | Self::NotFetched { place, .. }
            | Self::NoChart { place, .. }
            | Self::Static { place, .. }
            | Self::UnsafeName { place, .. } => Some(place.clone()),
        }
    }
}

fn unknown_hint(near: Option<&str>, words: &[String]) -> String {
    let allow = "set allowMissingEnvironment to render it all the same";
    match (near, words) {
        (Some(near), _) => format!("did you mean `{near}`? If not, {allow}"),
        (None, []) => format!("there is no config folder with environments; {allow}"),
        (None, words) => {
            let some: Vec<_> = words.iter().take(10).map(|word| format!("`{word}`")).collect();
            format!("there are {}; {allow}", some.join(", "))
        }
    }
}
