//! What the formats that are read whole share: text out of bytes, and lines out of places in the text.

use super::node::Problem;

/// What editors of one system put before a UTF-8 text.
pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// What is said of bytes that are not UTF-8.
pub(super) const NOT_UTF8: &str = "is not valid UTF-8; save the file in that encoding";

/// The text of a file, without its byte order mark.
pub(super) fn text(mut bytes: Vec<u8>) -> Result<String, Problem> {
    if bytes.starts_with(BYTE_ORDER_MARK) {
        bytes.drain(..BYTE_ORDER_MARK.len());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        Problem::of_line(valid.split(|byte| *byte == b'\n').count() as u64, NOT_UTF8)
    })
}

/// Where the lines of a text begin.
pub(super) struct LineIndex(Vec<usize>);

impl LineIndex {
    pub(super) fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line of the byte at `offset`, counted from 1.
    pub(super) fn line(&self, offset: usize) -> u64 {
        self.place(offset).0
    }

    /// The line and the column, in bytes, of the byte at `offset`; both counted from 1.
    pub(super) fn place(&self, offset: usize) -> (u64, usize) {
        let ends_before = self.0.partition_point(|end| *end < offset);
        let start = if ends_before == 0 { 0 } else { self.0[ends_before - 1] + 1 };
        (1 + ends_before as u64, 1 + offset - start)
    }
}
