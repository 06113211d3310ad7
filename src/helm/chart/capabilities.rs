//! `.Capabilities`: what the cluster would be able to do.

use crate::helm::chart::record::{Struct, always, filled};
use crate::helm::semver::{Version, VersionError};
use crate::helm::template::Closure;
use crate::helm::value::{Kind, List, ListType, Named, Text, Type, Value};
use std::rc::Rc;

static CAPABILITIES: Named = Named { name: "chartutil.Capabilities", kind: Kind::Struct };
static KUBE_VERSION: Named = Named { name: "chartutil.KubeVersion", kind: Kind::Struct };
static BUILD_INFO: Named = Named { name: "version.BuildInfo", kind: Kind::Struct };
static VERSION_SET: ListType = ListType {
    name: Some("chartutil.VersionSet"),
    method: version_set_method,
    ..ListType::of(Type::String)
};

/// What templates are told about the cluster and about Helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The versions of APIs: `apps/v1`, `apps/v1/Deployment`.
    pub api_versions: Vec<Text>,
}

/// A version of Kubernetes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KubeVersion {
    version: Text,
    major: Text,
    minor: Text,
}

/// A text is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid kube version '{version}': {source}")]
pub struct KubeVersionError {
    version: String,
    source: VersionError,
}

impl Default for Capabilities {
    /// Returns those that Helm 3.17.3 assumes.
    fn default() -> Self {
        let kube_version =
            KubeVersion { version: "v1.32.0".into(), major: "1".into(), minor: "32".into() };
        Self { kube_version, api_versions: API_VERSIONS.map(Text::from).to_vec() }
    }
}

impl KubeVersion {
    /// Returns the version that a text like `1.30`, `v1.30.1` or `v1.30.1-gke.5` tells.
    pub fn parse(text: &str) -> Result<Self, KubeVersionError> {
        let version = Version::parse(text)
            .map_err(|source| KubeVersionError { version: text.to_owned(), source })?;
        Ok(Self {
            version: format!("v{version}").into(),
            major: version.major().to_string().into(),
            minor: version.minor().to_string().into(),
        })
    }

    /// Returns the version with its `v`.
    pub fn version(&self) -> &Text {
        &self.version
    }

    fn to_value(&self) -> Value {
        let mut record = Struct::new(
            Type::Named(&KUBE_VERSION),
            vec![
                always("Version", "Version", self.version.clone()),
                always("Major", "Major", self.major.clone()),
                always("Minor", "Minor", self.minor.clone()),
            ],
        );
        record.display = Some(self.version.clone());
        record.method = kube_version_method;
        Value::object(record)
    }
}

impl Capabilities {
    /// Returns `.Capabilities`.
    pub(crate) fn to_value(&self) -> Value {
        let texts = self.api_versions.iter().map(|text| Value::from(text.clone())).collect();
        let helm = [
            filled("Version", "version", "v3.17.3"),
            filled("GitCommit", "git_commit", "e4da49785aa6e6ee2b86efd5dd9e43400318262b"),
            filled("GitTreeState", "git_tree_state", "clean"),
            filled("GoVersion", "go_version", "go1.23.7"),
        ];
        let helm = Struct::new(Type::Named(&BUILD_INFO), helm.into());
        let fields = vec![
            always("KubeVersion", "KubeVersion", self.kube_version.to_value()),
            always("APIVersions", "APIVersions", List::typed(&VERSION_SET, texts)),
            always("HelmVersion", "HelmVersion", Value::object(helm)),
        ];
        Value::object(Struct::new(Type::Pointer(&CAPABILITIES), fields))
    }
}

fn kube_version_method(version: &Rc<Struct>, name: &str) -> Option<Closure> {
    if !matches!(name, "String" | "GitVersion") {
        return None;
    }
    let version = Rc::clone(version);
    Some(Closure::new(move || version.display.clone().unwrap_or_default()))
}

fn version_set_method(versions: &List, name: &str) -> Option<Closure> {
    let versions = versions.clone();
    let has =
        move |wanted: Text| versions.iter().any(|version| version == Value::from(wanted.clone()));
    (name == "Has").then(|| Closure::new(has))
}

/// What Helm 3.17.3 assumes, in its order.
const API_VERSIONS: [&str; 56] = [
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "autoscaling/v2beta1",
    "autoscaling/v2beta2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1alpha1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha1",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1alpha1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];
