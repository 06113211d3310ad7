//! `.Capabilities`: what the cluster would be able to do.

mod kube_version;
mod versions;

pub use kube_version::{KubeVersion, KubeVersionError};

use crate::helm::Profile;
use crate::helm::chart::record::{Struct, always, filled};
use crate::helm::template::Closure;
use crate::helm::value::{Kind, List, ListType, Named, Text, Type, Value};
static CAPABILITIES: Named = Named { name: "chartutil.Capabilities", kind: Kind::Struct };
static CAPABILITIES_OF_41: Named = Named { name: "common.Capabilities", kind: Kind::Struct };
static BUILD_INFO: Named = Named { name: "version.BuildInfo", kind: Kind::Struct };
static VERSION_SET: ListType = ListType {
    name: Some("chartutil.VersionSet"),
    method: version_set_method,
    ..ListType::of(Type::String)
};
static VERSION_SET_OF_41: ListType = ListType { name: Some("common.VersionSet"), ..VERSION_SET };

/// What templates are told about the cluster and about Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The versions of APIs: `apps/v1`, `apps/v1/Deployment`.
    pub api_versions: Vec<Text>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::of(Profile::default())
    }
}

impl Capabilities {
    /// Returns those that a Helm assumes.
    pub fn of(profile: Profile) -> Self {
        let api_versions = match profile {
            Profile::Helm317 => versions::OF_317.map(Text::from).to_vec(),
            Profile::Helm41 => versions::OF_41.map(Text::from).to_vec(),
        };
        Self { kube_version: KubeVersion::of(profile), api_versions }
    }

    /// Returns `.Capabilities`.
    pub(crate) fn to_value(&self, profile: Profile) -> Value {
        let texts = self.api_versions.iter().map(|text| Value::from(text.clone())).collect();
        let (capabilities, version_set) = match profile {
            Profile::Helm317 => (&CAPABILITIES, &VERSION_SET),
            Profile::Helm41 => (&CAPABILITIES_OF_41, &VERSION_SET_OF_41),
        };
        let fields = vec![
            always("KubeVersion", "KubeVersion", self.kube_version.to_value(profile)),
            always("APIVersions", "APIVersions", List::typed(version_set, texts)),
            always("HelmVersion", "HelmVersion", helm_version(profile)),
        ];
        Value::object(Struct::new(Type::Pointer(capabilities), fields))
    }
}

fn helm_version(profile: Profile) -> Value {
    let fields = match profile {
        Profile::Helm317 => vec![
            filled("Version", "version", "v3.17.3"),
            filled("GitCommit", "git_commit", "e4da49785aa6e6ee2b86efd5dd9e43400318262b"),
            filled("GitTreeState", "git_tree_state", "clean"),
            filled("GoVersion", "go_version", "go1.23.7"),
        ],
        Profile::Helm41 => vec![
            filled("Version", "version", "v4.1.4"),
            filled("GitCommit", "git_commit", "05fa37973dc9e42b76e1d2883494c87174b6074f"),
            filled("GitTreeState", "git_tree_state", "clean"),
            filled("GoVersion", "go_version", "go1.25.9"),
            always("KubeClientVersion", "kube_client_version", "v1.35"),
        ],
    };
    Value::object(Struct::new(Type::Named(&BUILD_INFO), fields))
}

fn version_set_method(versions: &List, name: &str) -> Option<Closure> {
    let versions = versions.clone();
    let has =
        move |wanted: Text| versions.iter().any(|version| version == Value::from(wanted.clone()));
    (name == "Has").then(|| Closure::new(has))
}
