//! Bytes that are written, up to a limit.

use crate::helm::template::Limit;

/// A text that is being written.
#[derive(Debug)]
pub(crate) struct Buffer {
    bytes: Vec<u8>,
    limit: usize,
}

impl Buffer {
    /// Returns an empty text that may become so many bytes long.
    pub(crate) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit }
    }

    /// Writes bytes.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), Limit> {
        self.check(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes a byte so many times.
    pub(crate) fn fill(&mut self, byte: u8, count: usize) -> Result<(), Limit> {
        self.check(count)?;
        self.bytes.extend(std::iter::repeat_n(byte, count));
        Ok(())
    }

    /// Tells whether so many bytes more would be too many.
    pub(crate) fn check(&self, count: usize) -> Result<(), Limit> {
        let fits = self.limit.checked_sub(self.bytes.len()).is_some_and(|left| count <= left);
        if fits { Ok(()) } else { Err(Limit::Text(self.limit)) }
    }

    /// Returns what was written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
