//! The order in which Kubernetes likes to be told things.

use crate::helm::Profile;
use crate::helm::value::Text;
use std::cmp::Ordering;

/// The order of Helm. What it does not name comes last, sorted by name.
const KINDS: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// How many of them Helm 3.17 names.
const OF_317: usize = 36;

/// Compares two kinds of resources by when a Helm installs them.
pub(crate) fn compare(profile: Profile, a: &Text, b: &Text) -> Ordering {
    match (rank(profile, a), rank(profile, b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

fn rank(profile: Profile, kind: &Text) -> Option<usize> {
    let most = match profile {
        Profile::Helm317 => OF_317,
        Profile::Helm41 => KINDS.len(),
    };
    KINDS.iter().take(most).position(|known| kind == known)
}
