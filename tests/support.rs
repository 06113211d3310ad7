//! What the tests stand on: the agent's emulator, real git over HTTP, component trees, a fake of Microsoft Entra, real Helm.

pub(crate) mod agent;
pub(crate) mod definition;
pub(crate) mod entra;
pub(crate) mod git_server;
pub(crate) mod helm;
pub(crate) mod hosting;
pub(crate) mod http;
pub(crate) mod proxy;
pub(crate) mod registry;
