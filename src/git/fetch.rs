//! Reading from a server: the tip of a branch, and single files of it.

use crate::git::error::GitError;
use crate::git::packet::{Packet, write_flush, write_line};
use crate::git::store::Store;
use crate::git::transport::{Answer, Capabilities, Server, Service};
use git2::Oid;
use std::io::Write;

/// What we ask a server for, where it has it. Azure Repos insists on `multi_ack`.
const CAPABILITIES: &[&str] =
    &["multi_ack", "multi_ack_detailed", "side-band-64k", "ofs-delta", "no-progress", "shallow"];

/// Which contents of files a fetch brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// None, where the server can leave them out.
    LeftOut,
    /// All.
    Included,
}

/// Brings the commit `tip` and its trees into the store, without the commits before it, and
/// without the contents of files where the server can leave them out.
pub async fn tip(
    server: &Server,
    store: &Store,
    capabilities: &Capabilities,
    tip: Oid,
) -> Result<(), GitError> {
    fetch(server, store, &tip_request(capabilities, tip, Files::LeftOut)).await
}

/// Brings the contents of `files` into the store, which are files of the commit `tip`.
pub async fn files(
    server: &Server,
    store: &Store,
    capabilities: &Capabilities,
    (tip, files): (Oid, &[Oid]),
) -> Result<(), GitError> {
    let missing: Vec<Oid> = files.iter().copied().filter(|&id| !store.has(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // Both are said of commits; a server that means it for every object, as those with partial
    // clones do, says the same. Where it does not, the whole tip is fetched once more.
    let by_id = capabilities.has("allow-reachable-sha1-in-want");
    if by_id && fetch(server, store, &files_request(capabilities, &missing)).await.is_ok() {
        return Ok(());
    }
    fetch(server, store, &tip_request(capabilities, tip, Files::Included)).await
}

fn tip_request(capabilities: &Capabilities, tip: Oid, files: Files) -> Vec<u8> {
    let mut body = Vec::new();
    let filtered = files == Files::LeftOut && capabilities.has("filter");
    let filter = if filtered { " filter" } else { "" };
    let common = capabilities.common(CAPABILITIES);
    write_line(&mut body, &format!("want {tip}{common}{filter} agent={AGENT}\n"));
    if capabilities.has("shallow") {
        write_line(&mut body, "deepen 1\n");
    }
    if filtered {
        write_line(&mut body, "filter blob:none\n");
    }
    write_flush(&mut body);
    write_line(&mut body, "done\n");
    body
}

fn files_request(capabilities: &Capabilities, files: &[Oid]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut extra = format!("{} agent={AGENT}", capabilities.common(CAPABILITIES));
    for id in files {
        write_line(&mut body, &format!("want {id}{extra}\n"));
        extra.clear();
    }
    write_flush(&mut body);
    write_line(&mut body, "done\n");
    body
}

/// The name under which servers see us.
pub const AGENT: &str = concat!("fabrikate-gitops/", env!("CARGO_PKG_VERSION"));

async fn fetch(server: &Server, store: &Store, body: &[u8]) -> Result<(), GitError> {
    let response = server.exchange(Service::Fetch, body.to_vec()).await?;
    let mut answer = Answer::new(server, response);
    skip_negotiation(server, &mut answer).await?;
    let objects = store.repository().odb().map_err(GitError::store("open the object store"))?;
    let mut pack = objects.packwriter().map_err(GitError::store("begin a pack"))?;
    let mut size: usize = 0;
    while let Some(piece) = answer.banded().await? {
        size += piece.len();
        pack.write_all(&piece).map_err(|error| damaged(server, &error))?;
    }
    if size == 0 {
        return Err(server.protocol("it sends no objects"));
    }
    pack.commit().map_err(|error| damaged(server, &error))?;
    Ok(())
}

fn damaged(server: &Server, error: &dyn std::error::Error) -> GitError {
    server.protocol(&format!("the objects it sends are damaged ({error})"))
}

/// Reads what comes before the pack: the shallow commits, and that we have nothing in common.
async fn skip_negotiation(server: &Server, answer: &mut Answer<'_>) -> Result<(), GitError> {
    while let Some(packet) = answer.packet().await? {
        let Packet::Data(line) = packet else {
            continue;
        };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if line == "NAK" || line.starts_with("ACK ") {
            return Ok(());
        }
        if let Some(problem) = line.strip_prefix("ERR ") {
            return Err(server.protocol(problem));
        }
        if !line.starts_with("shallow ") && !line.starts_with("unshallow ") {
            return Err(server.protocol("it negotiates in an unknown way"));
        }
    }
    Err(server.protocol("its answer is empty"))
}
