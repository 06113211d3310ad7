//! Writing of answers: whole or streamed, cut short or lost on purpose.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};

use crate::support::http::Stream;

/// An answer that fits in memory.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    /// Returns an empty answer.
    pub(crate) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body and its type.
    pub(crate) fn body(mut self, kind: &str, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        self.header("Content-Type", kind)
    }
}

/// How far an answer has come; shared with the log, which is read while answers are written.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    status: AtomicU16,
    sent: AtomicU64,
}

impl Progress {
    /// Returns the status that was sent; 0 before.
    pub(crate) fn status(&self) -> u16 {
        self.status.load(Ordering::SeqCst)
    }

    /// Returns the bytes of body that were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }
}

/// The way back to the client for one request.
pub(crate) struct Reply<'a> {
    stream: &'a mut dyn Stream,
    progress: Arc<Progress>,
    cut: Option<u64>,
    over: bool,
}

impl<'a> Reply<'a> {
    /// Returns a way back that works.
    pub(crate) fn new(stream: &'a mut dyn Stream) -> Self {
        Self { stream, progress: Arc::default(), cut: None, over: false }
    }

    /// Returns how far the answer has come.
    pub(crate) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Ends the connection after so many bytes of the body.
    pub(crate) fn cut_after(&mut self, bytes: u64) {
        self.cut = Some(bytes);
    }

    /// Lets nothing of the answer reach the client, and ends the connection.
    pub(crate) fn lose(&mut self) {
        self.over = true;
    }

    /// Goes on after [`Reply::lose`], as if nothing had been answered yet.
    pub(crate) fn resume(&mut self) {
        self.over = false;
    }

    /// Returns whether the connection ends here.
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Sends a whole answer.
    pub(crate) fn send(&mut self, response: &Response) {
        let length = response.body.len().to_string();
        self.head(response.status, &response.headers, ("Content-Length", &length));
        self.body(&response.body);
        self.flush();
    }

    /// Sends what `body` holds, in chunks; reads all of it even when nobody listens any more.
    pub(crate) fn stream(
        &mut self,
        status: u16,
        headers: &[(String, String)],
        body: &mut dyn Read,
    ) {
        self.head(status, headers, ("Transfer-Encoding", "chunked"));
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(length @ 1..) = body.read(&mut buffer) {
            self.write(format!("{length:x}\r\n").as_bytes());
            self.body(buffer.get(..length).unwrap_or_default());
            self.write(b"\r\n");
        }
        self.write(b"0\r\n\r\n");
        self.flush();
    }

    fn head(&mut self, status: u16, headers: &[(String, String)], framing: (&str, &str)) {
        self.progress.status.store(status, Ordering::SeqCst);
        let mut head = format!("HTTP/1.1 {status} {}\r\n", reason(status));
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in headers.chain([framing]) {
            head += &[name, ": ", value, "\r\n"].concat();
        }
        head += "\r\n";
        self.write(head.as_bytes());
    }

    fn body(&mut self, bytes: &[u8]) {
        let left = self.cut.map_or(bytes.len() as u64, |cut| cut - self.progress.sent());
        let whole = left >= bytes.len() as u64;
        let part = if whole { bytes } else { bytes.get(..to_size(left)).unwrap_or_default() };
        if !self.over {
            // Counted first: who has the last byte may read the count.
            self.progress.sent.fetch_add(part.len() as u64, Ordering::SeqCst);
        }
        self.write(part);
        if !whole {
            self.flush();
            self.over = true;
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if !self.over {
            let outcome = self.stream.write_all(bytes);
            self.note(&outcome);
        }
    }

    fn flush(&mut self) {
        if !self.over {
            let outcome = self.stream.flush();
            self.note(&outcome);
        }
    }

    // A client that has gone is no fault of the server.
    fn note(&mut self, outcome: &io::Result<()>) {
        self.over |= outcome.is_err();
    }
}

fn to_size(length: u64) -> usize {
    usize::try_from(length).unwrap_or(usize::MAX)
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        203 => "Non-Authoritative Information",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Status",
    }
}
