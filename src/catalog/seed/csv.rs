//! `.csv`: a header line with the names of fields, then one product a record (RFC 4180, commas, UTF-8).
//!
//! An empty cell is a field that is not given; so what an empty text means elsewhere (`merchant_id = ""` leaves the element
//! out) cannot be said here. Lists do not fit into cells.
//!
//! The records are split here and not by a library: a message must name the exact line, also after line ends within quotes,
//! and a quote that is never closed must not take the rest of a large file into memory.

use super::lines::{LineError, Lines, MAX_LINE, TOO_LONG};
use super::node::{Field, Node, Problem, Value, quoted};
use super::source::unreadable;
use super::whole::NOT_UTF8;
use super::{Record, check};
use std::borrow::Cow;
use std::io::BufRead;

/// Reads one record at a time; never holds more than one.
pub(super) struct Reader<R> {
    /// `None` once the file makes no sense any more.
    lines: Option<Lines<R>>,
    /// `None` before the header was read.
    columns: Option<Vec<String>>,
}

/// A record of the file: the line on which it starts, and its cells with theirs.
struct Row {
    line: u64,
    cells: Vec<Cell>,
}

struct Cell {
    line: u64,
    text: String,
}

/// Why there is no record.
enum Fault {
    /// This record is bad; the next one starts on the next line.
    Record(Problem),
    /// Nothing sensible can follow.
    Rest(Problem),
}

impl<R: BufRead> Reader<R> {
    pub(super) const fn new(source: R) -> Self {
        Self { lines: Some(Lines::new(source)), columns: None }
    }

    /// Reads the header and checks its names. Without it no record makes sense, so its problems are the only ones.
    fn header(lines: &mut Lines<R>) -> Result<Vec<String>, Vec<Problem>> {
        let row = match row(lines) {
            Some(Ok(row)) => row,
            Some(Err(Fault::Record(problem) | Fault::Rest(problem))) => return Err(vec![problem]),
            None => {
                return Err(vec![Problem::of_line(
                    1,
                    "expected a header line with the names of fields, found an empty file",
                )]);
            }
        };
        if let [Cell { line, text }] = row.cells.as_slice()
            && let Some(separator) = [';', '\t', '|'].into_iter().find(|separator| text.contains(*separator))
        {
            return Err(vec![Problem::of_line(*line, format!("cells are separated by commas, not by {separator:?}"))]);
        }
        let names: Vec<(u64, &str)> = row.cells.iter().map(|cell| (cell.line, cell.text.as_str())).collect();
        let problems = check::columns(row.line, &names);
        if problems.is_empty() { Ok(row.cells.into_iter().map(|cell| cell.text).collect()) } else { Err(problems) }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Record, Vec<Problem>>;

    fn next(&mut self) -> Option<Self::Item> {
        let lines = self.lines.as_mut()?;
        let columns = match &mut self.columns {
            Some(columns) => &*columns,
            unread => match Self::header(lines) {
                Ok(columns) => &*unread.insert(columns),
                Err(problems) => {
                    self.lines = None;
                    return Some(Err(problems));
                }
            },
        };
        match row(lines)? {
            Ok(row) => Some(record(columns, row)),
            Err(Fault::Record(problem)) => Some(Err(vec![problem])),
            Err(Fault::Rest(problem)) => {
                self.lines = None;
                Some(Err(vec![problem]))
            }
        }
    }
}

fn record(columns: &[String], row: Row) -> Result<Record, Vec<Problem>> {
    if row.cells.len() != columns.len() {
        let message = format!("has {} cells, the header has {}", row.cells.len(), columns.len());
        return Err(vec![Problem::of_line(row.line, message)]);
    }
    let cells = columns.iter().zip(row.cells).filter(|(_, cell)| !cell.text.is_empty());
    let fields = cells.map(|(name, Cell { line, text })| Field {
        name: Cow::Borrowed(name),
        node: Node { line, value: Value::Cell(Cow::Owned(text)) },
    });
    check::record(Node { line: row.line, value: Value::Table(fields.collect()) })
}

/// The next record; blank lines are none. `None` at the end of the file.
fn row<R: BufRead>(lines: &mut Lines<R>) -> Option<Result<Row, Fault>> {
    let mut splitter = Splitter::default();
    let mut start = 0;
    let mut length = 0;
    loop {
        let number = lines.number() + 1;
        let fault = |message: String| Problem::of_line(if start == 0 { number } else { start }, message);
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) if start == 0 => return None,
            Ok(None) => {
                let message =
                    format!("the quote of a cell that starts here is never closed: {}", quoted(&splitter.text));
                return Some(Err(Fault::Rest(Problem::of_line(splitter.line, message))));
            }
            Err(LineError::TooLong) => return Some(Err(Fault::Record(fault(TOO_LONG.to_owned())))),
            Err(LineError::Io(error)) => return Some(Err(Fault::Rest(Problem::of_line(number, unreadable(&error))))),
        };
        length += line.len();
        if length > MAX_LINE {
            return Some(Err(Fault::Rest(fault(format!("{TOO_LONG}; is a quote missing?")))));
        }
        let Ok(text) = std::str::from_utf8(line) else {
            return Some(Err(Fault::Record(Problem::of_line(number, NOT_UTF8))));
        };
        if start == 0 {
            if text.trim_ascii().is_empty() {
                length = 0;
                continue;
            }
            start = number;
        }
        match splitter.feed(number, text) {
            Ok(true) => return Some(Ok(Row { line: start, cells: splitter.cells })),
            Ok(false) => {}
            Err(message) => return Some(Err(Fault::Record(Problem::of_line(number, message)))),
        }
    }
}

/// Splits a record into cells. A record is fed line by line, since a cell in quotes may hold line ends.
#[derive(Default)]
struct Splitter {
    cells: Vec<Cell>,
    /// The cell that is being read, and the line on which it started.
    text: String,
    line: u64,
    /// Within quotes: the line end that comes belongs to the cell.
    open: bool,
}

impl Splitter {
    /// Takes one line, with its line end. Tells whether the record is complete.
    fn feed(&mut self, number: u64, line: &str) -> Result<bool, &'static str> {
        let mut rest = line;
        loop {
            if self.open {
                let Some((inside, after)) = rest.split_once('"') else {
                    self.text.push_str(rest);
                    return Ok(false);
                };
                self.text.push_str(inside);
                if let Some(after) = after.strip_prefix('"') {
                    self.text.push('"');
                    rest = after;
                    continue;
                }
                self.open = false;
                rest = after;
            } else {
                self.line = number;
                if let Some(inside) = rest.strip_prefix('"') {
                    self.open = true;
                    rest = inside;
                    continue;
                }
                let end = rest.find([',', '\n']).unwrap_or(rest.len());
                let text = rest[..end].strip_suffix('\r').unwrap_or(&rest[..end]);
                if text.contains('"') {
                    return Err("has a quote within a cell; put the whole cell into quotes and write the quote twice");
                }
                self.text.push_str(text);
                rest = &rest[end..];
            }
            self.cells.push(Cell { line: self.line, text: std::mem::take(&mut self.text) });
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None if matches!(rest, "" | "\n" | "\r\n" | "\r") => return Ok(true),
                None => return Err("has text after the closing quote of a cell"),
            }
        }
    }
}
