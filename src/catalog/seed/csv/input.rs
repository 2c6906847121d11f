//! What the `csv` crate reads from: the file, but never more of it for one record than memory should hold.
//!
//! Knows nothing of cells and quotes. The crate itself has no limit, and a quote that is never closed makes one record of all that
//! follows it.

use super::super::lines::MAX_LINE;
use std::io::{self, Chain, Read};

/// Put behind every file: it ends a last line that has no line end. So only what is still within quotes after it is not ended.
pub(super) const END: &[u8] = b"\n";

/// A file that is read record by record.
pub(super) struct Input<R> {
    source: Chain<R, &'static [u8]>,
    /// Bytes that were handed out.
    given: u64,
    /// Where in them the record at hand starts.
    start: u64,
    exhausted: bool,
}

/// One record takes more than [`MAX_LINE`] bytes.
#[derive(Debug, thiserror::Error)]
#[error("the record is too long")]
pub(super) struct TooLong;

impl<R: Read> Input<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source: source.chain(END), given: 0, start: 0, exhausted: false }
    }

    /// Notes that a record starts at this byte of what was handed out.
    pub(super) const fn record_starts(&mut self, at: u64) {
        self.start = at;
    }

    /// Whether more was asked for than there is. After a record: the last quote in it was never closed.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.exhausted
    }
}

impl<R: Read> Read for Input<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // More is asked for when what was given is used up: so all of it since the start belongs to one record.
        if self.given - self.start > MAX_LINE as u64 {
            return Err(io::Error::other(TooLong));
        }
        let length = self.source.read(buffer)?;
        self.given += length as u64;
        self.exhausted = length == 0;
        Ok(length)
    }
}
