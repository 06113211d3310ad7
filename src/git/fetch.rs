//! Reading from a server: a commit, what it follows, or single files of it.

use crate::git::error::GitError;
use crate::git::packet::{Packet, write_flush, write_line};
use crate::git::transport::{Answer, Capabilities, Server, Service};
use git2::{Oid, Repository};
use std::io::Write;

/// What we ask a server for, where it has it. Azure Repos insists on `multi_ack`.
const CAPABILITIES: &[&str] =
    &["multi_ack", "multi_ack_detailed", "side-band-64k", "ofs-delta", "no-progress", "shallow"];

/// What is wanted of a server.
#[derive(Clone, Copy, Debug)]
struct Wanted<'a> {
    /// The objects.
    ids: &'a [Oid],
    /// How much comes along with a commit.
    extent: Extent,
}

/// How much comes along with a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// Its trees, and the contents of files only where the server cannot leave them out.
    Trees,
    /// Its trees and files.
    Files,
    /// All that it follows.
    History,
    /// Nothing: the objects are files.
    Nothing,
}

/// Brings the commit `tip` and its trees into the store, without the commits before it, and
/// without the contents of files where the server can leave them out.
pub async fn tip(
    server: &Server,
    store: &Repository,
    capabilities: &Capabilities,
    tip: Oid,
) -> Result<(), GitError> {
    let wanted = Wanted { ids: &[tip], extent: Extent::Trees };
    fetch(server, store, request(capabilities, wanted)).await.map(drop)
}

/// Brings the contents of `files` into the store, which are files of the commit `tip`.
pub async fn files(
    server: &Server,
    store: &Repository,
    capabilities: &Capabilities,
    (tip, files): (Oid, &[Oid]),
) -> Result<(), GitError> {
    let is_there = |id: &Oid| store.odb().is_ok_and(|objects| objects.exists(*id));
    let missing: Vec<Oid> = files.iter().copied().filter(|id| !is_there(id)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    // It is said of commits; a server that means it for every object, as those with partial clones
    // do, says the same. Where it does not, the whole tip is fetched once more.
    if capabilities.has("allow-reachable-sha1-in-want") {
        let wanted = Wanted { ids: &missing, extent: Extent::Nothing };
        if fetch(server, store, request(capabilities, wanted)).await.is_ok() {
            return Ok(());
        }
    }
    commit(server, store, capabilities, tip).await.map(drop)
}

/// Brings one commit with its files into the store, and returns the commits whose parents were
/// left out.
pub async fn commit(
    server: &Server,
    store: &Repository,
    capabilities: &Capabilities,
    id: Oid,
) -> Result<Vec<Oid>, GitError> {
    let wanted = Wanted { ids: &[id], extent: Extent::Files };
    fetch(server, store, request(capabilities, wanted)).await
}

/// Brings commits with all that they follow into the store.
pub async fn history(
    server: &Server,
    store: &Repository,
    capabilities: &Capabilities,
    tips: &[Oid],
) -> Result<(), GitError> {
    let wanted = Wanted { ids: tips, extent: Extent::History };
    fetch(server, store, request(capabilities, wanted)).await.map(drop)
}

fn request(capabilities: &Capabilities, wanted: Wanted<'_>) -> Vec<u8> {
    let mut body = Vec::new();
    let is_filtered = wanted.extent == Extent::Trees && capabilities.has("filter");
    let is_shallow = matches!(wanted.extent, Extent::Trees | Extent::Files);
    let filter = if is_filtered { " filter" } else { "" };
    let mut extra = format!("{}{filter} agent={AGENT}", capabilities.common(CAPABILITIES));
    for id in wanted.ids {
        write_line(&mut body, &format!("want {id}{extra}\n"));
        extra.clear();
    }
    if is_shallow && capabilities.has("shallow") {
        write_line(&mut body, "deepen 1\n");
    }
    if is_filtered {
        write_line(&mut body, "filter blob:none\n");
    }
    write_flush(&mut body);
    write_line(&mut body, "done\n");
    body
}

/// The name under which servers see us.
pub const AGENT: &str = concat!("fabrikate-gitops/", env!("CARGO_PKG_VERSION"));

async fn fetch(server: &Server, store: &Repository, body: Vec<u8>) -> Result<Vec<Oid>, GitError> {
    let response = server.exchange(Service::Fetch, body).await?;
    let mut answer = Answer::new(server, response);
    let shallow = negotiation(server, &mut answer).await?;
    let objects = store.odb().map_err(GitError::store("open the object store"))?;
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
    Ok(shallow)
}

fn damaged(server: &Server, error: &dyn std::error::Error) -> GitError {
    server.protocol(&format!("the objects it sends are damaged ({error})"))
}

/// Reads what comes before the pack: that we have nothing in common, and the commits whose parents
/// are left out, which are returned.
async fn negotiation(server: &Server, answer: &mut Answer<'_>) -> Result<Vec<Oid>, GitError> {
    let mut shallow = Vec::new();
    while let Some(packet) = answer.packet().await? {
        let Packet::Data(line) = packet else {
            continue;
        };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if line == "NAK" || line.starts_with("ACK ") {
            return Ok(shallow);
        }
        if let Some(problem) = line.strip_prefix("ERR ") {
            let (repository, problem) = (server.address().to_string(), problem.to_owned());
            return Err(GitError::NotGiven { repository, problem });
        }
        match line.strip_prefix("shallow ").map(Oid::from_str) {
            Some(Ok(id)) => shallow.push(id),
            Some(Err(_)) | None => return Err(server.protocol("it negotiates in an unknown way")),
        }
    }
    Err(server.protocol("its answer is empty"))
}
