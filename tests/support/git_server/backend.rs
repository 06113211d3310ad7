//! The real `git http-backend` as a CGI program, its answer streamed to the client.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use crate::support::git_server::git;
use crate::support::http::{Reply, Request};

/// What the backend is to serve.
#[derive(Debug)]
pub(crate) struct Call {
    /// The folder of all repositories.
    pub(crate) root: PathBuf,
    /// The repository below `root`, and the service: `/name.git/info/refs`.
    pub(crate) path: String,
    /// Who asks.
    pub(crate) user: String,
    /// Whether the client's wish for a newer protocol is heard.
    pub(crate) newer_protocols: bool,
    /// Settings of git for this call.
    pub(crate) settings: BTreeMap<&'static str, String>,
}

/// Lets git answer `request`; git acts to its end even when the client is gone.
pub(crate) fn answer(call: &Call, request: &Request, reply: &mut Reply<'_>) {
    let mut child = command(call, request).spawn().expect("git http-backend");
    let mut input = child.stdin.take().expect("standard input");
    let mut output = BufReader::new(child.stdout.take().expect("standard output"));
    thread::scope(|scope| {
        // The backend may refuse before it has read everything.
        scope.spawn(move || drop(input.write_all(&request.body)));
        let (status, headers) = head(&mut output);
        reply.stream(status, &headers, &mut output);
    });
    child.wait().expect("git http-backend");
}

fn command(call: &Call, request: &Request) -> Command {
    let mut command = git::program();
    command.arg("http-backend").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    command.env("GIT_PROJECT_ROOT", &call.root).env("GIT_HTTP_EXPORT_ALL", "1");
    command.env("REMOTE_USER", &call.user).env("REMOTE_ADDR", "127.0.0.1");
    command.env("PATH_INFO", &call.path).env("QUERY_STRING", &request.query);
    command.env("REQUEST_METHOD", &request.method);
    let handed_on = [
        ("CONTENT_TYPE", "content-type"),
        ("CONTENT_LENGTH", "content-length"),
        ("HTTP_CONTENT_ENCODING", "content-encoding"),
        ("GIT_PROTOCOL", "git-protocol"),
    ];
    for (variable, header) in handed_on {
        let refused = header == "git-protocol" && !call.newer_protocols;
        if let Some(value) = request.headers.get(header).filter(|_| !refused) {
            command.env(variable, value);
        }
    }
    command.env("GIT_CONFIG_COUNT", call.settings.len().to_string());
    for (index, (name, value)) in call.settings.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{index}"), name);
        command.env(format!("GIT_CONFIG_VALUE_{index}"), value);
    }
    command
}

fn head(output: &mut impl BufRead) -> (u16, Vec<(String, String)>) {
    let mut status = 200;
    let mut headers = Vec::new();
    for line in output.lines() {
        let line = line.expect("a header of git http-backend");
        let Some((name, value)) = line.split_once(": ") else { break };
        match name {
            "Status" => status = value.get(..3).and_then(|code| code.parse().ok()).unwrap_or(500),
            // The answer goes out in chunks.
            "Content-Length" => {}
            _ => headers.push((name.to_owned(), value.to_owned())),
        }
    }
    (status, headers)
}
