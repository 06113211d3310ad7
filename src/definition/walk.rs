//! The walk from the root component to the leaves, with generators and hooks in Fabrikate's order.

use crate::definition::component::Description;
use crate::definition::source::{self, Files};
use crate::definition::tree::{Node, Tree, check_kind, not_fetched};
use crate::definition::{Chart, Component, Definition, DefinitionError, Generator};
use crate::environment::Environment;
use crate::failure::{Code, Warning};
use crate::hooks::{Call, Hooks, Ran};
use crate::host::files::{self, Entry};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A walk for one environment.
pub(super) struct Walk<'a> {
    tree: Tree<'a>,
    hooks: &'a mut Hooks,
    components: Vec<Component>,
    warnings: Vec<Warning>,
    deprecated: BTreeSet<(PathBuf, &'static str)>,
}

/// What is left to visit: a subcomponent of a component that was visited.
type Step = (Arc<Node>, Arc<Description>);

impl<'a> Walk<'a> {
    pub(super) fn new(words: &'a [String], files: &'a mut Files, hooks: &'a mut Hooks) -> Self {
        let (components, warnings) = (Vec::new(), Vec::new());
        let tree = Tree::new(words, files);
        Self { tree, hooks, components, warnings, deprecated: BTreeSet::new() }
    }

    /// Walks the whole tree: each component with its hooks, then its subcomponents in their order,
    /// each with all that is below it. A subcomponent is read only then, since hooks before it may
    /// have made it. Returns whether the walk came to its end: it does not when a hook may only run
    /// in a copy of the definition.
    pub(super) async fn whole(&mut self, folder: &Path) -> Result<Ran, DefinitionError> {
        let outer = self.tree.outer_root(folder)?;
        let root = self.tree.root(outer)?;
        let mut steps: Vec<Step> = Vec::new();
        let mut next = Some(root);
        loop {
            let ran = match next {
                Some(node) => self.visit(node, &mut steps).await?,
                None => Ran::Yes,
            };
            let Some((parent, child)) = steps.pop().filter(|_| ran == Ran::Yes) else {
                return Ok(ran);
            };
            next = self.tree.child(&parent, &child)?;
        }
    }

    /// Returns what was found on the way.
    pub(super) fn finish(self, environment: Environment) -> Definition {
        let (components, warnings, deprecated) = (self.components, self.warnings, self.deprecated);
        Definition { environment, components, warnings, deprecated }
    }

    /// Visits a component and adds what is below it to the steps that are left, the next one last.
    async fn visit(&mut self, node: Node, steps: &mut Vec<Step>) -> Result<Ran, DefinitionError> {
        let description = &node.description;
        check_kind(description, &node.display(), &node.place())?;
        for &field in &description.deprecated {
            self.deprecated.insert((node.file.clone(), field));
        }
        if self.run(&node, "before-generate").await? == Ran::OnlyInACopy {
            return Ok(Ran::OnlyInACopy);
        }
        let generator = self.generator(&node)?;
        self.warn_injection(&node, &generator);
        self.components.push(Component {
            name: description.name.clone(),
            logical: node.logical.clone(),
            file: node.file.clone(),
            line: description.line,
            generator,
            namespace: node.config.namespace.clone(),
            inject_namespace: node.injects(),
        });
        let ran = self.run(&node, "after-generate").await?;
        let node = Arc::new(node);
        let children = node.description.subcomponents.iter().rev();
        steps.extend(children.map(|child| (Arc::clone(&node), Arc::clone(child))));
        Ok(ran)
    }

    async fn run(&mut self, node: &Node, hook: &str) -> Result<Ran, DefinitionError> {
        let Some(commands) = node.description.hooks.get(hook) else {
            return Ok(Ran::Yes);
        };
        if commands.iter().all(String::is_empty) {
            return Ok(Ran::Yes);
        }
        self.keep_charts()?;
        let (component, folder) = (node.display(), &node.folder);
        let call = Call { component: &component, hook, commands, folder, place: node.place() };
        let ran = self.hooks.run(&call).await;
        let ran = ran.map_err(|source| DefinitionError::Hook { source })?;
        // Whatever was read may be something else now.
        self.tree.files().forget();
        Ok(ran)
    }

    /// Copies the charts that were found so far, since a hook may change them before they are
    /// rendered; Fabrikate has rendered them by then.
    fn keep_charts(&mut self) -> Result<(), DefinitionError> {
        for component in &mut self.components {
            if let Generator::Chart(chart) = &mut component.generator
                && chart.kept.is_none()
            {
                let copy = self.hooks.keep(&chart.path);
                chart.kept = copy.map_err(|source| DefinitionError::Folder { source })?;
            }
        }
        Ok(())
    }

    fn generator(&mut self, node: &Node) -> Result<Generator, DefinitionError> {
        let (description, place) = (&node.description, node.place());
        let component = description.name.clone();
        match description.kind.as_str() {
            "static" => {
                let folder = source::static_folder(&node.folder, description);
                self.tree.files().bounds().check(&folder)?;
                if source::is_remote(description) && files::entry(&folder) == Entry::Missing {
                    return Err(not_fetched(description, &folder, &place));
                }
                let unreadable = |source| DefinitionError::Static {
                    component: component.clone(),
                    source,
                    place: place.clone(),
                };
                Ok(Generator::Static(self.tree.files().manifest(&folder, unreadable)?))
            }
            "helm" => {
                let path = source::chart(&node.folder, description);
                self.tree.files().bounds().check_tree(&path)?;
                let is_missing = files::entry(&path) == Entry::Missing;
                if is_missing && source::is_remote(description) {
                    return Err(not_fetched(description, &path, &place));
                }
                if is_missing {
                    return Err(DefinitionError::NoChart { component, path, place });
                }
                let values = node.config.values.clone().unwrap_or_default();
                Ok(Generator::Chart(Chart { path, kept: None, values }))
            }
            _ => Ok(Generator::Nothing),
        }
    }

    /// Warns where the strongest layer that speaks of injection is not heard.
    fn warn_injection(&mut self, node: &Node, generator: &Generator) {
        let Some((wanted, place)) = node.said_of_injection() else {
            return;
        };
        let is_missing = node.config.namespace.is_empty();
        let reason = match generator {
            Generator::Chart(_) if is_missing && wanted => "no layer has a namespace",
            Generator::Chart(_) if is_missing || wanted == node.injects() => return,
            Generator::Chart(_) => "it counts in the layer that the namespace comes from",
            Generator::Static(_) if wanted => {
                "the manifests of static components are taken as they are"
            }
            Generator::Static(_) | Generator::Nothing => return,
        };
        let name = &node.description.name;
        let message =
            format!("`injectNamespace: {wanted}` has no effect on component `{name}`: {reason}");
        self.warnings.push(Warning {
            code: Code::InjectionIgnored,
            message,
            hint: Some("set `namespace` in the same layer, or remove injectNamespace".to_owned()),
            place: Some(place),
        });
    }
}
