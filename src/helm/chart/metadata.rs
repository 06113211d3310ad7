//! What a chart says of itself: `Chart.yaml`, and `requirements.yaml` of charts of the first form.

use crate::helm::Profile;
use crate::helm::chart::decode::{Record, document};
use crate::helm::format::is_printed;
use crate::helm::semver::Version;
use crate::helm::value::Text;
use crate::helm::values::{ReadError, Tree, tree};

/// The metadata of a chart, with all that templates see of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// `name`.
    pub name: Text,
    /// `home`.
    pub home: Text,
    /// `sources`.
    pub sources: Option<Vec<Text>>,
    /// `version`.
    pub version: Text,
    /// `description`.
    pub description: Text,
    /// `keywords`.
    pub keywords: Option<Vec<Text>>,
    /// `maintainers`.
    pub maintainers: Option<Vec<Maintainer>>,
    /// `icon`.
    pub icon: Text,
    /// `apiVersion`.
    pub api_version: Text,
    /// `condition`.
    pub condition: Text,
    /// `tags`.
    pub tags: Text,
    /// `appVersion`.
    pub app_version: Text,
    /// `deprecated`.
    pub is_deprecated: bool,
    /// `annotations`.
    pub annotations: Option<Vec<(Text, Text)>>,
    /// `kubeVersion`.
    pub kube_version: Text,
    /// `dependencies`, those of `requirements.yaml` where there is one.
    pub dependencies: Option<Vec<Dependency>>,
    /// `type`.
    pub kind: Text,
}

/// Who looks after a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Maintainer {
    /// `name`.
    pub name: Text,
    /// `email`.
    pub email: Text,
    /// `url`.
    pub url: Text,
}

/// A chart that another one needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dependency {
    /// `name`.
    pub name: Text,
    /// `version`.
    pub version: Text,
    /// `repository`.
    pub repository: Text,
    /// `condition`.
    pub condition: Text,
    /// `tags`.
    pub tags: Option<Vec<Text>>,
    /// `enabled`, which is what conditions and tags say once these have been asked.
    pub is_enabled: bool,
    /// `import-values`.
    pub import_values: Option<Vec<Tree>>,
    /// `alias`.
    pub alias: Text,
}

/// What is wrong with metadata, in Helm's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// Something is missing.
    #[error("chart.metadata.{0} is required")]
    Missing(&'static str),
    /// Something is not what it has to be.
    #[error("chart.metadata.{field} {value:?} is invalid")]
    Invalid {
        /// What.
        field: &'static str,
        /// What it is.
        value: String,
    },
    /// A name would lead out of the folder.
    #[error("chart.metadata.name {0:?} is not allowed")]
    Name(String),
    /// There is no such type of charts.
    #[error("chart.metadata.type must be application or library")]
    Type,
    /// A list has an element that is nothing.
    #[error("{0} must not contain empty or null nodes")]
    Null(&'static str),
    /// Two dependencies have one name.
    #[error("more than one dependency with name or alias {0:?}")]
    Twice(String),
    /// An alias holds something else than letters, digits, `-` and `_`.
    #[error("dependency {0:?} has disallowed characters in the alias")]
    Alias(String),
}

/// What a file says, and where it was wrong in a way that only matters once all is read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Read<T> {
    pub(crate) value: T,
    pub(crate) problem: Option<MetadataError>,
}

impl Metadata {
    /// Returns what `Chart.yaml` says.
    pub(crate) fn read(text: &[u8], profile: Profile) -> Result<Read<Self>, ReadError> {
        let package = package(profile);
        let root = document(text)?;
        let root = Record::root(&root, &format!("{package}.Metadata"), "Metadata.")?;
        let type_name = format!("{package}.Maintainer");
        let maintainers = root.list("maintainers", &format!("*{type_name}"))?.map(|values| {
            let read = |value| {
                let path = "Maintainer.maintainers.";
                let maintainer = root.element("maintainers", &type_name, (value, path))?;
                maintainer.map(|record| maintainer_of(&record)).transpose()
            };
            values.iter().map(read).collect::<Result<Vec<_>, ReadError>>()
        });
        let (maintainers, problem) = all_there(maintainers.transpose()?, "maintainers");
        let dependencies = dependencies(&root, package)?;
        let metadata = Self {
            name: root.text("name")?,
            home: root.text("home")?,
            sources: root.texts("sources")?,
            version: root.text("version")?,
            description: root.text("description")?,
            keywords: root.texts("keywords")?,
            maintainers,
            icon: root.text("icon")?,
            api_version: root.text("apiVersion")?,
            condition: root.text("condition")?,
            tags: root.text("tags")?,
            app_version: root.text("appVersion")?,
            is_deprecated: root.truth("deprecated")?,
            annotations: root.text_table("annotations")?,
            kube_version: root.text("kubeVersion")?,
            dependencies: dependencies.value,
            kind: root.text("type")?,
        };
        Ok(Read { value: metadata, problem: problem.or(dependencies.problem) })
    }

    /// Returns the dependencies that `requirements.yaml` lists.
    pub(crate) fn read_requirements(
        text: &[u8],
        profile: Profile,
    ) -> Result<Read<Option<Vec<Dependency>>>, ReadError> {
        let package = package(profile);
        let root = document(text)?;
        dependencies(&Record::root(&root, &format!("{package}.Metadata"), "Metadata.")?, package)
    }

    /// Checks the metadata, and takes from its texts what cannot be seen.
    pub(crate) fn check(&mut self, profile: Profile) -> Result<(), MetadataError> {
        self.clean();
        let required = [("apiVersion", &self.api_version), ("name", &self.name)];
        for (field, text) in required {
            if text.is_empty() {
                return Err(MetadataError::Missing(field));
            }
        }
        let invalid =
            |field, value: &Text| MetadataError::Invalid { field, value: value.to_string() };
        if self.name.as_bytes().contains(&b'/') && self.name != "/" {
            return Err(invalid("name", &self.name));
        }
        if profile != Profile::Helm317 && matches!(self.name.as_str(), Some("." | "..")) {
            return Err(MetadataError::Name(self.name.to_string()));
        }
        if self.version.is_empty() {
            return Err(MetadataError::Missing("version"));
        }
        if Version::parse(&self.version.to_str_lossy()).is_err() {
            return Err(invalid("version", &self.version));
        }
        match self.kind.as_str() {
            Some("" | "application" | "library") => Ok(()),
            _ => Err(MetadataError::Type),
        }
    }

    /// Checks the dependencies, after all else.
    pub(crate) fn check_dependencies(&self) -> Result<(), MetadataError> {
        let mut names = Vec::new();
        for dependency in self.dependencies.iter().flatten() {
            let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
            if !dependency.alias.as_bytes().iter().all(allowed) {
                return Err(MetadataError::Alias(dependency.name.to_string()));
            }
            let name = dependency.used_name();
            if names.contains(&name) {
                return Err(MetadataError::Twice(name.to_string()));
            }
            names.push(name);
        }
        Ok(())
    }

    fn clean(&mut self) {
        let texts = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        let lists = [&mut self.sources, &mut self.keywords];
        let in_lists = lists.into_iter().flatten().flatten();
        texts.into_iter().chain(in_lists).for_each(clean);
        for person in self.maintainers.iter_mut().flatten() {
            [&mut person.name, &mut person.email, &mut person.url].into_iter().for_each(clean);
        }
        for dependency in self.dependencies.iter_mut().flatten() {
            dependency.clean();
        }
    }
}

impl Dependency {
    /// Returns the name under which the values of the chart stand.
    pub fn used_name(&self) -> &Text {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    fn clean(&mut self) {
        let texts = [&mut self.name, &mut self.version, &mut self.repository, &mut self.condition];
        texts.into_iter().chain(self.tags.iter_mut().flatten()).for_each(clean);
    }
}

fn maintainer_of(record: &Record<'_>) -> Result<Maintainer, ReadError> {
    Ok(Maintainer {
        name: record.text("name")?,
        email: record.text("email")?,
        url: record.text("url")?,
    })
}

/// Returns Go's package of a chart's parts, which messages name.
pub(super) fn package(profile: Profile) -> &'static str {
    match profile {
        Profile::Helm317 => "chart",
        Profile::Helm41 => "v2",
    }
}

fn dependencies(
    root: &Record<'_>,
    package: &str,
) -> Result<Read<Option<Vec<Dependency>>>, ReadError> {
    let type_name = format!("{package}.Dependency");
    let Some(values) = root.list("dependencies", &format!("*{type_name}"))? else {
        return Ok(Read { value: None, problem: None });
    };
    let read = |value| {
        let path = "Dependency.dependencies.";
        let record = root.element("dependencies", &type_name, (value, path))?;
        record.map(|record| dependency_of(&record)).transpose()
    };
    let values = values.iter().map(read).collect::<Result<Vec<_>, ReadError>>()?;
    let (value, problem) = all_there(Some(values), "dependencies");
    Ok(Read { value, problem })
}

fn dependency_of(record: &Record<'_>) -> Result<Dependency, ReadError> {
    let import_values = record.list("import-values", "interface {}")?;
    let import_values = import_values.map(|values| values.iter().map(tree).collect());
    Ok(Dependency {
        name: record.text("name")?,
        version: record.text("version")?,
        repository: record.text("repository")?,
        condition: record.text("condition")?,
        tags: record.texts("tags")?,
        is_enabled: record.truth("enabled")?,
        import_values: import_values.transpose()?,
        alias: record.text("alias")?,
    })
}

/// Returns the elements that are something, and what is wrong if one is not.
fn all_there<T>(
    elements: Option<Vec<Option<T>>>,
    name: &'static str,
) -> (Option<Vec<T>>, Option<MetadataError>) {
    let is_missing = elements.iter().flatten().any(Option::is_none);
    let elements = elements.map(|elements| elements.into_iter().flatten().collect());
    (elements, is_missing.then_some(MetadataError::Null(name)))
}

fn clean(text: &mut Text) {
    let is_plain = |character: char| character == ' ' || character.is_ascii_graphic();
    let lossy = text.to_str_lossy();
    if lossy.chars().all(is_plain) {
        return;
    }
    let cleaned: String = lossy
        .chars()
        .map(|character| if character.is_whitespace() { ' ' } else { character })
        .filter(|character| *character == ' ' || is_printed(*character))
        .collect();
    *text = Text::from(cleaned);
}
