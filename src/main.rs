//! The executable `fabrikate-gitops`.

use fabrikate_gitops::cli::{self, Request};
use fabrikate_gitops::host::agent::Agent;
use fabrikate_gitops::session;
use std::process::ExitCode;

/// Templates allocate much and little at a time, on every thread.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::parse(std::env::args_os()) {
        Ok(Request::Task) => session::task(&Agent::from_environment()),
        Ok(Request::Person(raw)) => session::person(raw, &Agent::from_environment()),
        Ok(Request::Generate(words)) => session::generate(words, &Agent::from_environment()),
        Ok(Request::Install(path, lock)) => {
            session::install(&path, lock, &Agent::from_environment())
        }
        Ok(Request::Edit { edit, style, notices }) => {
            session::edit(&edit, style, &notices, &Agent::from_environment())
        }
        Ok(Request::Template(template)) => session::template(&template, &Agent::from_environment()),
        Ok(Request::Verify(folder, profile)) => {
            session::verify(&folder, profile, &Agent::from_environment())
        }
        // Help and version are no mistakes.
        Err(error) => session::usage(
            &error.render().to_string(),
            error.use_stderr(),
            &Agent::from_environment(),
        ),
    }
}
