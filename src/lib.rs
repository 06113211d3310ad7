//! Fabrikate GitOps: renders Fabrikate high-level definitions and publishes the manifests to the
//! GitOps repository that Flux watches. `docs/architecture.md` is the map.

pub mod address;
pub mod charts;
pub mod cli;
pub mod definition;
pub mod edit;
pub mod environment;
pub mod failure;
pub mod filename;
pub mod git;
pub mod helm;
pub mod hooks;
pub mod host;
pub mod hosting;
pub mod inputs;
pub mod install;
pub mod keep;
pub mod nearest;
pub mod outcome;
pub mod output;
pub mod plan;
pub mod publish;
pub mod render;
pub mod report;
pub mod run;
pub mod secret;

pub mod session;
pub mod setup;
pub mod source;
pub mod write_back;
pub mod yaml;
