//! Writing to a server: one branch, from one tip to another.

use crate::git::error::GitError;
use crate::git::fetch::AGENT;
use crate::git::packet::{Packet, Reader, write_flush, write_line};
use crate::git::store::Store;
use crate::git::transport::{Answer, Capabilities, Server, Service};
use crate::git::{Push, PushOutcome, Refusal, Tips};
use crate::host::clock;
use crate::host::http::Response;
use git2::Oid;
use std::time::Duration;

/// How often a push is sent to a server that has too much to do.
const ATTEMPTS: u32 = 4;

/// How one attempt to push ended.
enum Attempt {
    /// With this.
    Ended(PushOutcome),
    /// The server had too much to do, and the branch is as it was.
    Busy(GitError),
}

/// Pushes, unless the branch no longer has the tip that it must have.
pub async fn push(
    server: &mut Server,
    store: &Store,
    push: &Push<'_>,
) -> Result<PushOutcome, GitError> {
    let pack = store.pack(push.objects)?;
    let mut pause = Duration::from_millis(500);
    for _ in 1..ATTEMPTS {
        if let Attempt::Ended(outcome) = attempt(server, &pack, push).await? {
            return Ok(outcome);
        }
        clock::wait(clock::jittered(pause)).await;
        pause *= 2;
    }
    match attempt(server, &pack, push).await? {
        Attempt::Ended(outcome) => Ok(outcome),
        Attempt::Busy(error) => Err(error),
    }
}

async fn attempt(server: &mut Server, pack: &[u8], push: &Push<'_>) -> Result<Attempt, GitError> {
    let tips = server.tips(Service::Push).await?;
    let tip = tips.refs.get(push.branch).copied();
    if tip != push.from {
        return Ok(Attempt::Ended(moved(push, tip)));
    }
    let body = request(&tips.capabilities, push, pack);
    // From here on the server may have acted, whatever reaches us.
    let answer = match server.exchange(Service::Push, body).await {
        Ok(response) => read_report(server, &tips.capabilities, response, push.branch).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(Report::Done) => Ok(Attempt::Ended(PushOutcome::Accepted)),
        Ok(Report::Refused(refusal)) => refused(server, push, refusal).await.map(Attempt::Ended),
        Err(error) => after_silence(server, push, error).await,
    }
}

/// Returns what became of a push when the branch is no longer where it was.
fn moved(push: &Push<'_>, tip: Option<Oid>) -> PushOutcome {
    if tip == Some(push.to) { PushOutcome::Accepted } else { PushOutcome::Overtaken }
}

/// Tells a refusal from a lost race by looking at the branch, since servers word it differently.
async fn refused(
    server: &mut Server,
    push: &Push<'_>,
    refusal: Refusal,
) -> Result<PushOutcome, GitError> {
    let tips = server.tips(Service::Push).await?;
    let tip = tips.refs.get(push.branch).copied();
    Ok(if tip == push.from { PushOutcome::Refused(refusal) } else { moved(push, tip) })
}

/// Finds out what became of a push whose answer did not arrive.
async fn after_silence(
    server: &mut Server,
    push: &Push<'_>,
    error: GitError,
) -> Result<Attempt, GitError> {
    // These were said before the server looked at the push.
    if !matches!(
        error,
        GitError::Http { .. }
            | GitError::Protocol { .. }
            | GitError::Failing { .. }
            | GitError::Busy { .. }
    ) {
        return Err(error);
    }
    match now(server, push).await {
        Some(tip) if tip != push.from => Ok(Attempt::Ended(moved(push, tip))),
        Some(_) if matches!(error, GitError::Busy { .. }) => Ok(Attempt::Busy(error)),
        Some(_) => Err(error),
        None => {
            let repository = server.address().to_string();
            Err(GitError::OutcomeUnknown { repository, source: Box::new(error) })
        }
    }
}

async fn now(server: &mut Server, push: &Push<'_>) -> Option<Option<Oid>> {
    let tips: Tips = server.tips(Service::Push).await.ok()?;
    Some(tips.refs.get(push.branch).copied())
}

fn request(capabilities: &Capabilities, push: &Push<'_>, pack: &[u8]) -> Vec<u8> {
    let from = push.from.unwrap_or(Oid::ZERO_SHA1);
    let common = capabilities.common(&["report-status", "side-band-64k"]);
    let mut body = Vec::with_capacity(pack.len() + 512);
    write_line(&mut body, &format!("{from} {} {}\0{common} agent={AGENT}", push.to, push.branch));
    write_flush(&mut body);
    body.extend_from_slice(pack);
    body
}

/// What a server says of a push.
#[derive(Debug, PartialEq, Eq)]
enum Report {
    /// It did what was asked.
    Done,
    /// It did not.
    Refused(Refusal),
}

/// Reads how the server took the push.
async fn read_report(
    server: &Server,
    capabilities: &Capabilities,
    response: Response,
    branch: &str,
) -> Result<Report, GitError> {
    let mut answer = Answer::new(server, response);
    let mut lines = Vec::new();
    if capabilities.has("side-band-64k") {
        let mut reader = Reader::default();
        while let Some(piece) = answer.banded().await? {
            reader.add(&piece);
            let next = |reader: &mut Reader| {
                reader.packet().map_err(|error| server.protocol(&error.to_string()))
            };
            while let Some(packet) = next(&mut reader)? {
                lines.push(packet);
            }
        }
    } else {
        while let Some(packet) = answer.packet().await? {
            lines.push(packet);
        }
    }
    let messages = answer.messages;
    report(&lines, branch, messages)
        .ok_or_else(|| server.protocol("it does not say how it took the push"))
}

/// Returns how the branch was taken, or `None` when the report does not speak of it.
fn report(lines: &[Packet], branch: &str, messages: String) -> Option<Report> {
    let mut reason = None;
    for line in lines {
        let Packet::Data(data) = line else {
            continue;
        };
        let line = String::from_utf8_lossy(data);
        let line = line.trim_end_matches('\n');
        if let Some(state) = line.strip_prefix("unpack ")
            && state != "ok"
        {
            let reason = format!("the objects were not accepted: {state}");
            return Some(Report::Refused(Refusal { reason, messages }));
        }
        if line.strip_prefix("ok ") == Some(branch) {
            return Some(Report::Done);
        }
        if let Some(rest) = line.strip_prefix("ng ").and_then(|rest| rest.strip_prefix(branch)) {
            reason = Some(rest.trim().to_owned());
        }
    }
    reason.map(|reason| Report::Refused(Refusal { reason, messages }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[&str]) -> Option<Report> {
        let lines: Vec<_> = lines.iter().map(|l| Packet::Data(l.as_bytes().to_vec())).collect();
        report(&lines, "refs/heads/main", String::new())
    }

    fn reason(lines: &[&str]) -> String {
        match check(lines) {
            Some(Report::Refused(refusal)) => refusal.reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_report_says_how_the_branch_was_taken() {
        assert_eq!(check(&["unpack ok\n", "ok refs/heads/main\n"]), Some(Report::Done));
        let refused = reason(&["unpack ok\n", "ng refs/heads/main pre-receive hook declined\n"]);
        assert_eq!(refused, "pre-receive hook declined");
        let broken = reason(&["unpack index-pack abnormal exit\n", "ng refs/heads/main x\n"]);
        assert_eq!(broken, "the objects were not accepted: index-pack abnormal exit");
    }

    #[test]
    fn a_report_of_another_branch_says_nothing() {
        assert_eq!(check(&["unpack ok\n", "ok refs/heads/other\n"]), None);
        assert_eq!(check(&[]), None);
    }
}
