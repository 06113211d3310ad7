//! The manifests of an environment: the same input gives the same bytes.

pub mod cleaning;
pub mod leaves;
pub mod object;

pub use crate::charts::Maker;
use crate::charts::{Rendering, Templated};
use crate::definition::{Component, Definition, Generator, name};
use crate::environment::Environment;
use crate::failure::{Code, Diagnose, Place, Warning};
use crate::plan::Documents;
use cleaning::{Dropped, Unfit};
use leaves::Field;
use std::collections::{BTreeMap, BTreeSet};

/// The manifests of the environments.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The environments, in the order in which they were asked for.
    pub environments: Vec<Manifests>,
    /// What was noticed.
    pub warnings: Vec<Warning>,
}

/// The manifests of one environment.
#[derive(Clone, Debug)]
pub struct Manifests {
    /// The environment.
    pub environment: Environment,
    /// The manifests by their paths below the environment's folder, names separated by `/`.
    pub files: BTreeMap<String, Manifest>,
    /// What rendered its charts.
    pub makers: BTreeSet<Maker>,
}

/// One manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// What it holds.
    pub content: Vec<u8>,
    /// How many objects it holds.
    pub objects: usize,
    /// The component that it is of.
    pub component: String,
    /// What made it.
    pub origin: Origin,
    /// The fields that are left to chance.
    pub unstable: Vec<Field>,
}

/// What made a manifest, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nothing: the component groups others.
    Nothing,
    /// Files as they are.
    Static,
    /// A chart.
    Chart,
}

/// Manifests that cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A document that cannot be taken over.
    #[error(
        "a document of component `{component}` cannot be used: {reason} (it begins with \
             `{beginning}`)"
    )]
    Document {
        /// The component.
        component: String,
        /// What is wrong.
        reason: String,
        /// The document's first line.
        beginning: String,
        /// Where.
        place: Place,
    },
    /// Two components have one manifest.
    #[error("the components `{first}` and `{second}` both write {path}")]
    Collision {
        /// One component.
        first: String,
        /// The other.
        second: String,
        /// The manifest.
        path: String,
        /// Where the second is described.
        place: Place,
    },
    /// A name has slashes, and there is no such folder.
    #[error(
        "component `{component}` would write {path}, and no component has the folder `{folder}`"
    )]
    NoFolder {
        /// The component.
        component: String,
        /// The manifest.
        path: String,
        /// The folder.
        folder: String,
        /// Where.
        place: Place,
    },
    /// A name that cannot be part of a manifest's path.
    #[error("the name `{name}` cannot be that of a manifest: {reason}")]
    UnsafeName {
        /// The name.
        name: String,
        /// Why not.
        reason: &'static str,
        /// Where.
        place: Place,
    },
}

impl Diagnose for RenderError {
    fn code(&self) -> Code {
        match self {
            Self::Document { .. } => Code::DocumentUnreadable,
            Self::Collision { .. } => Code::NameCollision,
            Self::NoFolder { .. } => Code::OutputPath,
            Self::UnsafeName { .. } => Code::UnsafeName,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Document { .. } => "correct the chart's template".to_owned(),
            Self::Collision { .. } => {
                "rename one of them: Fabrikate would keep whichever it finishes last".to_owned()
            }
            Self::NoFolder { .. } => "take the slash out of the component's name".to_owned(),
            Self::UnsafeName { .. } => "rename the component".to_owned(),
        })
    }

    fn place(&self) -> Option<Place> {
        match self {
            Self::Document { place, .. }
            | Self::Collision { place, .. }
            | Self::NoFolder { place, .. }
            | Self::UnsafeName { place, .. } => Some(place.clone()),
        }
    }
}

/// Returns the manifests of definitions whose charts were rendered.
pub fn render(
    definitions: &[Definition],
    charts: &Templated,
    documents: Documents,
) -> Result<Rendered, RenderError> {
    let mut rendered = Rendered::default();
    for (d, definition) in definitions.iter().enumerate() {
        let (mut files, mut makers) = (BTreeMap::new(), BTreeSet::new());
        for (c, component) in definition.components.iter().enumerate() {
            let rendering = charts.get(&(d, c));
            makers.extend(rendering.map(|rendering| rendering.maker.clone()));
            let (content, origin) = match (&component.generator, rendering) {
                (Generator::Nothing, _) => (Vec::new(), Origin::Nothing),
                (Generator::Static(manifest), _) => (manifest.as_ref().clone(), Origin::Static),
                (Generator::Chart(_), None) => (Vec::new(), Origin::Chart),
                (Generator::Chart(_), Some(rendering)) => {
                    let warnings = &mut rendered.warnings;
                    (chart(component, rendering, (documents, warnings))?, Origin::Chart)
                }
            };
            let path = path(component)?;
            let objects = cleaning::objects(&content);
            let unstable = unstable(component, rendering, (&content, documents));
            let component_name = component.display();
            let manifest =
                Manifest { content, objects, component: component_name, origin, unstable };
            put(&mut files, component, (path, manifest), &mut rendered.warnings)?;
        }
        check_folders(definition, &files)?;
        let environment = definition.environment.clone();
        rendered.environments.push(Manifests { environment, files, makers });
    }
    Ok(rendered)
}

impl Rendered {
    /// Returns the names of the fields that are left to chance, with their environments.
    pub fn unstable(&self) -> Vec<String> {
        let fields = self.environments.iter().flat_map(|manifests| {
            let fields = manifests.files.values().flat_map(|manifest| &manifest.unstable);
            fields.map(move |field| format!("{}: {field}", manifests.environment))
        });
        fields.collect()
    }
}

impl Manifests {
    /// Returns how many objects all manifests hold.
    pub fn objects(&self) -> usize {
        self.files.values().map(|manifest| manifest.objects).sum()
    }
}

/// Returns the fields of a chart's manifest that are left to chance.
fn unstable(
    component: &Component,
    rendering: Option<&Rendering>,
    (content, documents): (&[u8], Documents),
) -> Vec<Field> {
    let Some((rendering, again)) = rendering.and_then(|r| Some((r, r.again.as_ref()?))) else {
        return Vec::new();
    };
    if rendering.text == again.text {
        return Vec::new();
    }
    let other = Rendering { text: again.text.clone(), again: None, ..rendering.clone() };
    let other = chart(component, &other, (documents, &mut Vec::new())).unwrap_or_default();
    match (leaves::objects(content), leaves::objects(&other)) {
        (Some(first), Some(second)) => leaves::unstable(&first, &second),
        _ => Vec::new(),
    }
}

/// Returns the manifest of a chart.
pub fn chart(
    component: &Component,
    rendering: &Rendering,
    (documents, warnings): (Documents, &mut Vec<Warning>),
) -> Result<Vec<u8>, RenderError> {
    let inject = component.inject_namespace && !component.namespace.is_empty();
    let namespace = inject.then_some(component.namespace.as_str());
    let refused = |reason: String, beginning| RenderError::Document {
        component: component.display(),
        reason,
        beginning,
        place: component.place(),
    };
    let cleaned = cleaning::clean(&rendering.text, namespace)
        .map_err(|malformed| refused(malformed.reason.to_owned(), malformed.beginning))?;
    for Dropped { reason, beginning } in cleaned.dropped {
        if documents == Documents::Whole && matches!(reason, Unfit::Unreadable(_)) {
            return Err(refused(reason.to_string(), beginning));
        }
        warnings.push(Warning {
            code: Code::DocumentDropped,
            message: format!(
                "a document of component `{}` was left out, as Fabrikate does: {reason} (it \
                 begins with `{beginning}`)",
                component.display(),
            ),
            hint: Some("correct the chart's template".to_owned()),
            place: Some(component.place()),
        });
    }
    Ok(cleaned.manifest)
}

/// Returns the path of a component's manifest below the environment's folder.
pub fn path(component: &Component) -> Result<String, RenderError> {
    let file = format!("{}.yaml", component.name);
    name::below(&component.logical, &file).map_err(|reason| RenderError::UnsafeName {
        name: component.name.clone(),
        reason,
        place: component.place(),
    })
}

/// Adds a manifest. Where two components have one, a component without a generator gives way, and
/// a chart hides files that are taken as they are, as in Fabrikate; else it is chance which of
/// the two Fabrikate keeps, and only if they are alike does that not matter.
fn put(
    files: &mut BTreeMap<String, Manifest>,
    component: &Component,
    (path, manifest): (String, Manifest),
    warnings: &mut Vec<Warning>,
) -> Result<(), RenderError> {
    let Some(other) = files.get(&path) else {
        files.insert(path, manifest);
        return Ok(());
    };
    let is_chance = manifest.origin == other.origin && manifest.origin != Origin::Nothing;
    if is_chance && manifest.content != other.content {
        let (first, second) = (other.component.clone(), manifest.component);
        return Err(RenderError::Collision { first, second, path, place: component.place() });
    }
    let (kept, hidden) =
        if manifest.origin > other.origin { (&manifest, other) } else { (other, &manifest) };
    if !is_chance && hidden.origin != Origin::Nothing {
        warnings.push(Warning {
            code: Code::ManifestReplaced,
            message: format!(
                "the manifest {path} of the static component `{}` is lost: the chart of component \
                 `{}` writes the same file, as in Fabrikate",
                hidden.component, kept.component
            ),
            hint: Some("rename one of the two components".to_owned()),
            place: Some(component.place()),
        });
    }
    let kept = kept.clone();
    files.insert(path, kept);
    Ok(())
}

/// Refuses a manifest in a folder that no component makes: Fabrikate cannot write it.
fn check_folders(
    definition: &Definition,
    files: &BTreeMap<String, Manifest>,
) -> Result<(), RenderError> {
    let mut folders = BTreeSet::from([String::new()]);
    for component in &definition.components {
        let mut folder = component.logical.as_str();
        while folders.insert(folder.to_owned()) {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
    }
    for component in &definition.components {
        let path = path(component)?;
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        if files.contains_key(&path) && !folders.contains(&folder) {
            let (component, place) = (component.display(), component.place());
            return Err(RenderError::NoFolder { component, path, folder, place });
        }
    }
    Ok(())
}
