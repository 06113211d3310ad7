//! The step's two streams, cut into lines as they arrive.

use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::support::agent::command::{self, Line};

/// The commands whose text is a path that the agent opens.
pub(crate) const NAMING_A_FILE: &[&str] = &[
    "task.uploadsummary",
    "task.uploadfile",
    "task.addattachment",
    "build.uploadlog",
    "build.uploadsummary",
    "artifact.upload",
];

/// One line and what was so when it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    /// The line without its end.
    pub(crate) text: String,
    /// Whether the line is a command that names a file which was not there.
    pub(crate) file_missing: bool,
}

/// What one stream has carried so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    /// Every byte.
    pub(crate) raw: Vec<u8>,
    /// The complete lines; at the end also the last one without an end.
    pub(crate) lines: Vec<Heard>,
    /// Whether the last writer has gone.
    pub(crate) ended: bool,
}

/// Both streams of a process.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    both: Mutex<[Stream; 2]>,
    changed: Condvar,
}

impl Streams {
    /// Returns the streams as they are: standard output, standard error.
    pub(crate) fn now(&self) -> [Stream; 2] {
        self.lock().clone()
    }

    /// Waits until `ready` or for `limit`, and returns whether it became so.
    pub(crate) fn wait(&self, limit: Duration, ready: impl Fn(&[Stream; 2]) -> bool) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), limit, |both| !ready(both));
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Reads `source` to its end in a thread; `index` 0 is standard output.
    pub(crate) fn listen(self: &Arc<Self>, index: usize, mut source: impl Read + Send + 'static) {
        let streams = Arc::clone(self);
        thread::spawn(move || {
            let mut splitter = Splitter::default();
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = source.read(&mut buffer) {
                let bytes = buffer.get(..length).unwrap_or_default();
                let lines = splitter.push(bytes);
                streams.add(index, bytes, &lines);
            }
            let rest = splitter.rest();
            streams.add(index, &[], &rest);
            streams.with(index, |stream| stream.ended = true);
        });
    }

    fn add(&self, index: usize, bytes: &[u8], lines: &[Vec<u8>]) {
        let lines: Vec<Heard> = lines.iter().map(|line| heard(line)).collect();
        self.with(index, |stream| {
            stream.raw.extend_from_slice(bytes);
            stream.lines.extend(lines);
        });
    }

    fn with(&self, index: usize, change: impl FnOnce(&mut Stream)) {
        if let Some(stream) = self.lock().get_mut(index) {
            change(stream);
        }
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, [Stream; 2]> {
        self.both.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cuts bytes at LF, CR and CRLF.
#[derive(Debug, Default)]
pub(crate) struct Splitter {
    pending: Vec<u8>,
    after_return: bool,
}

impl Splitter {
    /// Takes more bytes and returns the lines that they complete.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        for byte in bytes {
            let second_half = *byte == b'\n' && self.after_return;
            self.after_return = *byte == b'\r';
            match byte {
                _ if second_half => {}
                b'\n' | b'\r' => lines.push(std::mem::take(&mut self.pending)),
                other => self.pending.push(*other),
            }
        }
        lines
    }

    /// Returns the last line when nothing ended it.
    pub(crate) fn rest(self) -> Vec<Vec<u8>> {
        if self.pending.is_empty() { Vec::new() } else { vec![self.pending] }
    }
}

fn heard(line: &[u8]) -> Heard {
    let text = String::from_utf8_lossy(line).into_owned();
    // The agent may decode the path either way; a path never holds what the two ways tell apart.
    let file_missing = match command::recognise(&text, true) {
        Line::Command(command) => {
            NAMING_A_FILE.contains(&command.name().as_str()) && !Path::new(&command.data).exists()
        }
        Line::Plain | Line::Malformed => false,
    };
    Heard { text, file_missing }
}
