//! Reading of requests: head, `Expect: 100-continue`, bodies with a length or in chunks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

use crate::support::http::Stream;

/// A request with its whole body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// The method.
    pub(crate) method: String,
    /// The path as sent, without the query.
    pub(crate) path: String,
    /// The query without `?`, or nothing.
    pub(crate) query: String,
    /// The headers by their names in lower case; the last of several wins.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body, out of its chunks but still compressed.
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Reads the next request; nothing when the client has gone or sends something else.
    pub(crate) fn read(stream: &mut BufReader<Box<dyn Stream>>) -> Option<Self> {
        let first = line(stream)?;
        let mut words = first.split(' ');
        let (method, target) = (words.next()?.to_owned(), words.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (path, query) = (path.to_owned(), query.to_owned());
        let mut headers = BTreeMap::new();
        loop {
            let header = line(stream)?;
            let Some((name, value)) = header.split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let mut request = Self { method, path, query, headers, body: Vec::new() };
        if request.header("expect").eq_ignore_ascii_case("100-continue") {
            stream.get_mut().write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
            stream.get_mut().flush().ok()?;
        }
        request.body = if request.header("transfer-encoding").eq_ignore_ascii_case("chunked") {
            chunks(stream)?
        } else {
            let length = request.header("content-length").parse().unwrap_or(0);
            exactly(stream, length)?
        };
        Some(request)
    }

    /// Returns a header, or nothing when it was not sent.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Returns path and query as they were sent.
    pub(crate) fn target(&self) -> String {
        let mark = if self.query.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.path, self.query)
    }

    /// Returns whether the client closes the connection after this request.
    pub(crate) fn is_last(&self) -> bool {
        self.header("connection").eq_ignore_ascii_case("close")
    }
}

fn line(stream: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    let length = stream.read_line(&mut line).ok()?;
    (length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

fn exactly(stream: &mut impl Read, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn chunks(stream: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(stream)?;
        let size = size.split(';').next().unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16).ok()?;
        if size == 0 {
            break;
        }
        body.extend(exactly(stream, size)?);
        line(stream)?;
    }
    // Trailers end with an empty line, as the head does.
    while !line(stream)?.is_empty() {}
    Some(body)
}
