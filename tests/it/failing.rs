//! Runs that must fail: one error with a code, and a destination that stays as it is.

use expect_test::Expect;

use crate::support::agent::{Agent, Transcript};
use crate::support::git_server::Repository;

/// Runs the step, which must fail with one error, at this place if any, and leave the repository
/// as it is.
#[track_caller]
pub(crate) fn check(agent: &Agent, repository: &Repository, expected: &Expect) {
    drop(failing(agent, repository, expected));
}

/// Does the same as [`check`], and returns the run.
#[track_caller]
pub(crate) fn failing(agent: &Agent, repository: &Repository, expected: &Expect) -> Transcript {
    let tips =
        || repository.branches().into_iter().map(|b| (repository.tip(&b), b)).collect::<Vec<_>>();
    let before = tips();
    let transcript = agent.run();
    transcript.failed();
    assert_eq!(tips(), before, "the destination has changed");
    let mut errors = transcript.issues().iter().filter(|issue| issue.error);
    let issue = errors.next().expect("an error");
    assert!(errors.next().is_none(), "{transcript}");
    let place = issue.source_path().map(|path| {
        let path = path.replace(&format!("{}/", agent.sources().display()), "");
        format!("{path}:{} ", issue.line().unwrap_or_default())
    });
    let text =
        transcript.named(&issue.message).replace(&agent.sources().display().to_string(), "$S");
    // The agent puts the place before the message by itself.
    let text = text.rsplit_once(&format!("error {}: ", issue.code().unwrap_or("-")));
    let message = transcript.named(text.map_or(issue.message.as_str(), |(_, text)| text));
    expected.assert_eq(&format!("{}{message}\n", place.unwrap_or_default()));
    transcript
}
