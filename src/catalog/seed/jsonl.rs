//! `.jsonl`: one object a line. Blank lines are passed over; a bad line does not end the stream.

use super::lines::{LineError, Lines, TOO_LONG};
use super::node::Problem;
use super::source::unreadable;
use super::whole::NOT_UTF8;
use super::{Record, check, json};
use std::io::BufRead;

/// Reads one record at a time; never holds more than one line.
pub(super) struct Reader<R> {
    /// `None` once the file cannot be read any further.
    lines: Option<Lines<R>>,
}

impl<R: BufRead> Reader<R> {
    pub(super) const fn new(source: R) -> Self {
        Self { lines: Some(Lines::new(source)) }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Record, Vec<Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        let lines = self.lines.as_mut()?;
        loop {
            let number = lines.number() + 1;
            let problem = match lines.next() {
                Ok(None) => return None,
                Ok(Some(line)) => match std::str::from_utf8(line) {
                    Ok(text) if text.trim_ascii().is_empty() => continue,
                    Ok(text) => return Some(record(number, text)),
                    Err(_) => Problem::of_line(number, NOT_UTF8),
                },
                Err(LineError::TooLong) => Problem::of_line(number, TOO_LONG),
                Err(LineError::Io(error)) => {
                    self.lines = None;
                    Problem::of_line(number, unreadable(&error))
                }
            };
            return Some(Err(vec![problem]));
        }
    }
}

fn record(number: u64, text: &str) -> Result<Record, Vec<Problem>> {
    let node = json::node(text.trim_ascii(), &|part| (number, json::offset(text, part) + 1))
        .map_err(|problem| vec![problem])?;
    check::record(node)
}
