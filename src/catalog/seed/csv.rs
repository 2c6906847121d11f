//! `.csv`: a header line with the names of fields, then one product a record (RFC 4180, commas, UTF-8).
//!
//! An empty cell is a field that is not given; so what an empty text means elsewhere (`merchant_id = ""` leaves the element
//! out) cannot be said here. Lists do not fit into cells.
//!
//! The `csv` crate takes records apart, and is as lenient as it is: a quote within a cell that does not begin with one stands for
//! itself. This module adds the line of every cell, and tells of quotes that are never closed. It must not know what the fields
//! mean.

mod input;

use super::lines::TOO_LONG;
use super::node::{Field, Node, Problem, Value, quoted};
use super::source::unreadable;
use super::whole::NOT_UTF8;
use super::{Record, check};
use ::csv::{ByteRecord, ErrorKind, ReaderBuilder, Terminator};
use input::{END, Input, TooLong};
use std::borrow::Cow;
use std::io::Read;

/// Bytes that are read at once.
const BUFFER: usize = 64 * 1024;

/// Reads one record at a time; never holds more than one.
pub(super) struct Reader<R> {
    /// `None` once the file makes no sense any more.
    rows: Option<Rows<R>>,
    /// `None` before the header was read.
    columns: Option<Vec<String>>,
}

impl<R: Read> Reader<R> {
    pub(super) fn new(source: R) -> Self {
        Self { rows: Some(Rows::new(source)), columns: None }
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<Record, Vec<Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        let rows = self.rows.as_mut()?;
        let columns = match &mut self.columns {
            Some(columns) => &*columns,
            unread => match header(rows) {
                Ok(columns) => &*unread.insert(columns),
                Err(problems) => {
                    self.rows = None;
                    return Some(Err(problems));
                }
            },
        };
        match rows.next()? {
            Ok(row) => Some(record(columns, &row)),
            Err(problem) => {
                self.rows = None;
                Some(Err(vec![problem]))
            }
        }
    }
}

/// Reads the header and checks its names. Without it no record makes sense, so its problems are the only ones.
fn header<R: Read>(rows: &mut Rows<R>) -> Result<Vec<String>, Vec<Problem>> {
    const EMPTY: &str = "expected a header line with the names of fields, found an empty file";
    let row = rows.next().unwrap_or_else(|| Err(Problem::of_line(1, EMPTY))).map_err(|problem| vec![problem])?;
    let names = row.cells().map_err(|problem| vec![problem])?;
    if let [(line, text)] = names.as_slice()
        && let Some(separator) = [';', '\t', '|'].into_iter().find(|separator| text.contains(*separator))
    {
        return Err(vec![Problem::of_line(*line, format!("cells are separated by commas, not by {separator:?}"))]);
    }
    let problems = check::columns(row.line, &names);
    if problems.is_empty() { Ok(names.into_iter().map(|(_, name)| name.to_owned()).collect()) } else { Err(problems) }
}

fn record(columns: &[String], row: &Row<'_>) -> Result<Record, Vec<Problem>> {
    let cells = row.cells().map_err(|problem| vec![problem])?;
    if cells.len() != columns.len() {
        let message = format!("has {} cells, the header has {}", cells.len(), columns.len());
        return Err(vec![Problem::of_line(row.line, message)]);
    }
    let cells = columns.iter().zip(cells).filter(|(_, (_, text))| !text.is_empty());
    let fields = cells.map(|(name, (line, text))| Field {
        name: Cow::Borrowed(name),
        node: Node { line, value: Value::Cell(Cow::Borrowed(text)) },
    });
    check::product(Node { line: row.line, value: Value::Table(fields.collect()) })
}

/// The records of a file, whatever their cells mean. Not an iterator: a row is lent out of the one buffer.
struct Rows<R> {
    reader: ::csv::Reader<Input<R>>,
    record: ByteRecord,
}

impl<R: Read> Rows<R> {
    fn new(source: R) -> Self {
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            // By default the crate would stop at a carriage return and count the line only with the next record. So here it is
            // a part of the last cell, and taken off it below.
            .terminator(Terminator::Any(b'\n'))
            .buffer_capacity(BUFFER)
            .from_reader(Input::new(source));
        Self { reader, record: ByteRecord::new() }
    }

    /// The next record; blank lines are none. `None` at the end of the file. Nothing sensible follows a problem.
    fn next(&mut self) -> Option<Result<Row<'_>, Problem>> {
        loop {
            let (start, line) = (self.reader.position().byte(), self.reader.position().line());
            self.reader.get_mut().record_starts(start);
            match self.reader.read_byte_record(&mut self.record) {
                Ok(true) if self.is_blank() => {}
                Ok(true) => break,
                Ok(false) => return None,
                Err(error) => return Some(Err(Problem::of_line(line, why(error)))),
            }
        }
        let open = self.reader.get_ref().is_exhausted();
        // Counted back from its end: the crate takes the blank lines before a record for a part of it.
        let end = self.reader.position().line() - u64::from(!open);
        let row = Row { line: end - breaks(self.record.as_slice()), record: &self.record };
        Some(if open { Err(row.never_closed()) } else { Ok(row) })
    }

    fn is_blank(&self) -> bool {
        self.record.len() == 1 && self.record.as_slice().trim_ascii().is_empty()
    }
}

/// A record and the line on which it starts.
struct Row<'r> {
    line: u64,
    record: &'r ByteRecord,
}

impl<'r> Row<'r> {
    /// Its cells, each with the line on which it starts.
    fn cells(&self) -> Result<Vec<(u64, &'r str)>, Problem> {
        let last = self.record.len() - 1;
        let mut next = self.line;
        let cell = |(at, mut bytes): (usize, &'r [u8])| {
            let line = next;
            next += breaks(bytes);
            if at == last {
                bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
            }
            let text = std::str::from_utf8(bytes)
                .map_err(|error| Problem::of_line(line + breaks(&bytes[..error.valid_up_to()]), NOT_UTF8))?;
            Ok((line, text))
        };
        self.record.iter().enumerate().map(cell).collect()
    }

    /// The last cell begins with a quote and takes the rest of the file.
    fn never_closed(&self) -> Problem {
        let bytes = self.record.iter().next_back().unwrap_or_default();
        let line = self.line + breaks(self.record.as_slice()) - breaks(bytes);
        let text = quoted(&String::from_utf8_lossy(bytes.strip_suffix(END).unwrap_or(bytes)));
        Problem::of_line(line, format!("the quote of a cell that starts here is never closed: {text}"))
    }
}

/// How many lines end within these bytes.
fn breaks(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// Why there is no record, in words.
fn why(error: ::csv::Error) -> String {
    match error.into_kind() {
        ErrorKind::Io(error) => match error.downcast::<TooLong>() {
            Ok(TooLong) => format!("{TOO_LONG}; is a quote missing?"),
            Err(error) => unreadable(&error),
        },
        other => format!("cannot be read: {other:?}"),
    }
}
