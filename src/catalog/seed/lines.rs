//! A file line by line, in a buffer that does not grow beyond [`MAX_LINE`] whatever the file holds.
//!
//! Knows nothing of what the lines mean.

use super::whole::BYTE_ORDER_MARK;
use std::io::{self, BufRead, ErrorKind, Read as _};

/// The longest line of a `.jsonl` file, in bytes; a record of a `.csv` file may be longer by what is read at once.
pub(super) const MAX_LINE: usize = 1024 * 1024;

/// What is said of a line or record that is longer than [`MAX_LINE`].
pub(super) const TOO_LONG: &str = "is longer than 1 MiB";

/// The lines of a file. Not an iterator: a line is lent out of the one buffer.
pub(super) struct Lines<R> {
    source: R,
    number: u64,
    buffer: Vec<u8>,
}

/// Why there is no line.
pub(super) enum LineError {
    /// It is longer than [`MAX_LINE`]. The next call gives the line after it.
    TooLong,
    /// There will be no more lines.
    Io(io::Error),
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(source: R) -> Self {
        Self { source, number: 0, buffer: Vec::new() }
    }

    /// The number of the last line, counted from 1.
    pub(super) const fn number(&self) -> u64 {
        self.number
    }

    /// The next line with its line end, if it has one; without the file's byte order mark. `None` at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, LineError> {
        self.buffer.clear();
        let most = MAX_LINE as u64 + 1;
        let length = (&mut self.source).take(most).read_until(b'\n', &mut self.buffer).map_err(LineError::Io)?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        if length > MAX_LINE {
            if !self.buffer.ends_with(b"\n") {
                self.skip().map_err(LineError::Io)?;
            }
            return Err(LineError::TooLong);
        }
        let mark = if self.number == 1 { BYTE_ORDER_MARK } else { b"" };
        Ok(Some(self.buffer.strip_prefix(mark).unwrap_or(&self.buffer)))
    }

    /// Passes over the rest of the line.
    fn skip(&mut self) -> io::Result<()> {
        loop {
            let chunk = match self.source.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            let (length, done) = match chunk.iter().position(|byte| *byte == b'\n') {
                Some(end) => (end + 1, true),
                None => (chunk.len(), chunk.is_empty()),
            };
            self.source.consume(length);
            if done {
                return Ok(());
            }
        }
    }
}
