//! Fabrikate GitOps: renders Fabrikate high-level definitions and publishes the manifests to the
//! GitOps repository that Flux watches. `docs/architecture.md` is the map.

pub mod address;
pub mod environment;
pub mod failure;
pub mod git;
pub mod host;
pub mod inputs;
pub mod plan;
pub mod report;
pub mod secret;
