//! The frames of git's wire protocol: pkt-lines, and the side bands within them.

/// The largest frame that the protocol knows, with its length.
const LARGEST: usize = 65_520;

/// One frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The end of a section.
    Flush,
    /// A piece of data.
    Data(Vec<u8>),
}

/// What a piece of a side-band stream is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Band {
    /// The answer itself.
    Answer(Vec<u8>),
    /// Text for people.
    Message(Vec<u8>),
    /// The reason for which the server gave up.
    Fatal(Vec<u8>),
}

/// A frame that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PacketError {
    /// The length is not four hexadecimal digits, or is one that does not exist.
    #[error("a frame has no valid length")]
    Length,
    /// A side band has no number or an unknown one.
    #[error("a frame belongs to no side band")]
    Band,
}

/// Appends a frame with `line`.
pub fn write_line(frames: &mut Vec<u8>, line: &str) {
    frames.extend_from_slice(format!("{:04x}", line.len() + 4).as_bytes());
    frames.extend_from_slice(line.as_bytes());
}

/// Appends the end of a section.
pub fn write_flush(frames: &mut Vec<u8>) {
    frames.extend_from_slice(b"0000");
}

/// Takes bytes as they come and gives back whole frames.
#[derive(Debug, Default)]
pub struct Reader {
    waiting: Vec<u8>,
    used: usize,
}

impl Reader {
    /// Adds bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.waiting.drain(..self.used);
        self.used = 0;
        self.waiting.extend_from_slice(bytes);
    }

    /// Returns the next frame, or `None` when its rest has not come yet.
    pub fn packet(&mut self) -> Result<Option<Packet>, PacketError> {
        let waiting = self.waiting.get(self.used..).unwrap_or_default();
        let Some(header) = waiting.get(..4) else {
            return Ok(None);
        };
        let length = length(header)?;
        if length == 0 {
            self.used += 4;
            return Ok(Some(Packet::Flush));
        }
        let Some(data) = waiting.get(4..length) else {
            return Ok(None);
        };
        let data = data.to_vec();
        self.used += length;
        Ok(Some(Packet::Data(data)))
    }

    /// Tells whether bytes of an unfinished frame are left.
    pub fn is_empty(&self) -> bool {
        self.used == self.waiting.len()
    }
}

/// Returns which band a frame belongs to, without its number.
pub fn band(mut data: Vec<u8>) -> Result<Band, PacketError> {
    if data.is_empty() {
        return Err(PacketError::Band);
    }
    match data.remove(0) {
        1 => Ok(Band::Answer(data)),
        2 => Ok(Band::Message(data)),
        3 => Ok(Band::Fatal(data)),
        _ => Err(PacketError::Band),
    }
}

fn length(header: &[u8]) -> Result<usize, PacketError> {
    let digits = header.iter().all(u8::is_ascii_hexdigit);
    let text = str::from_utf8(header).ok().filter(|_| digits);
    let length = text.and_then(|text| usize::from_str_radix(text, 16).ok());
    length.filter(|&n| n == 0 || (4..=LARGEST).contains(&n)).ok_or(PacketError::Length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_found_however_the_bytes_come() {
        let mut bytes = Vec::new();
        write_line(&mut bytes, "want x\n");
        write_flush(&mut bytes);
        write_line(&mut bytes, "");
        for size in 1..=bytes.len() {
            let (mut reader, mut packets) = (Reader::default(), Vec::new());
            for piece in bytes.chunks(size) {
                reader.add(piece);
                packets.extend(std::iter::from_fn(|| reader.packet().unwrap()));
            }
            let expected =
                [Packet::Data(b"want x\n".to_vec()), Packet::Flush, Packet::Data(Vec::new())];
            assert_eq!(packets, expected);
            assert!(reader.is_empty());
        }
    }

    #[test]
    fn a_length_that_does_not_exist_is_an_error() {
        for header in [&b"0001"[..], b"0003", b"+004", b"<htm", b"fff1"] {
            let mut reader = Reader::default();
            reader.add(header);
            assert_eq!(reader.packet(), Err(PacketError::Length), "{header:?}");
        }
    }

    #[test]
    fn bands_have_numbers() {
        assert_eq!(band(b"\x01pack".to_vec()), Ok(Band::Answer(b"pack".to_vec())));
        assert_eq!(band(b"\x04x".to_vec()), Err(PacketError::Band));
        assert_eq!(band(Vec::new()), Err(PacketError::Band));
    }
}
