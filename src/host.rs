//! The world outside: the agent's environment, files, programs, HTTP and time.

pub mod agent;
pub mod clock;
pub mod files;
pub mod http;
pub mod identity;
pub mod process;
