//! Seed files: `.toml`, `.jsonl`, `.json` and `.csv` descriptions of the baseline catalogue.
//!
//! Every reader turns a file into a stream of [`Record`]s. `.jsonl` and `.csv` are read record by record, so that a million products
//! take no more memory than ten; `.toml` and `.json` are read whole, up to [`MAX_WHOLE_FILE`].
//!
//! The four readers (`toml`, `json`, `jsonl`, `csv`) know their format and nothing of products and lists: each turns a record into
//! one neutral tree (`node`). One check (`check`) turns that tree into an [`Entry`], so a mistake is told in the same words
//! whatever the format. This module must not know who takes the records in, and so not that a key may occur only once.
//!
//! # A fifth format
//!
//! One file here that makes `Node`s, one variant of `Format` and its ending.

mod check;
mod csv;
mod json;
mod jsonl;
mod lines;
mod node;
mod source;
#[cfg(test)]
mod tests;
mod toml;
mod whole;
pub(crate) mod wire;

use crate::catalog::{Product, ProductList};
pub use node::Problem;
use std::fmt;
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The largest `.toml` or `.json` seed file, in bytes.
pub const MAX_WHOLE_FILE: u64 = 64 * 1024 * 1024;

/// The catalogue that is built into the program.
const DEMO: &[u8] = include_bytes!("../../../config/demo.toml");

const UNKNOWN_ENDING: &str = "unknown ending; a seed file ends in .toml, .jsonl, .json or .csv";

/// What a reader gives: each record is an entry or everything that is wrong with it.
type Results = Box<dyn Iterator<Item = Result<Record, Vec<Problem>>>>;

/// The formats, told by the file's ending.
#[derive(Clone, Copy)]
enum Format {
    Toml,
    Jsonl,
    Json,
    Csv,
}

impl Format {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "jsonl" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// The records of a file that was read whole.
fn whole_file(format: Format, bytes: Vec<u8>) -> Results {
    match whole::text(bytes) {
        Err(problem) => Box::new(std::iter::once(Err(vec![problem]))),
        Ok(text) if matches!(format, Format::Toml) => Box::new(toml::records(text)),
        Ok(text) => Box::new(json::records(text)),
    }
}

/// A seed file, or the built-in demo catalogue.
#[derive(Clone, Debug)]
pub struct SeedFile(Source);

#[derive(Clone, Debug)]
enum Source {
    Path(PathBuf),
    Demo,
}

/// One entry and the line of the file on which it starts.
#[derive(Clone, Debug)]
pub struct Record {
    /// Counted from 1.
    pub line: u64,
    /// What it describes.
    pub entry: Entry,
}

/// What a record describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A product of a locale.
    Product(Box<Product>),
    /// A list of a locale.
    List(ProductList),
}

/// What is wrong with a seed file: `FILE:LINE: FIELD: MESSAGE`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SeedError {
    /// The file, as it was named.
    pub file: String,
    /// Counted from 1; absent when the file as a whole is at fault.
    pub line: Option<u64>,
    /// The field at fault, if it is one.
    pub field: Option<String>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(field) = &self.field {
            write!(f, ": {field}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The records of a seed file, in order. After an error the stream goes on with the next record where the format allows it,
/// and ends where it does not.
pub type Records<'a> = Box<dyn Iterator<Item = Result<Record, SeedError>> + 'a>;

impl SeedFile {
    /// The file at `path`. Nothing is read yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(Source::Path(path.into()))
    }

    /// The catalogue that is built into the program.
    pub const fn demo() -> Self {
        Self(Source::Demo)
    }

    /// The file's name for messages, as it was given; `demo` for the built-in catalogue.
    pub fn name(&self) -> String {
        match &self.0 {
            Source::Path(path) => path.display().to_string(),
            Source::Demo => "demo".to_owned(),
        }
    }

    /// The path, unless it is the built-in catalogue.
    pub fn path(&self) -> Option<&Path> {
        match &self.0 {
            Source::Path(path) => Some(path),
            Source::Demo => None,
        }
    }

    /// What tells cheaply that the file is the one that was loaded before: name, size, inode and times of modification and
    /// change, on one line. Never reads the content of a file on disk; fails where [`SeedFile::records`] could not open it.
    pub fn stamp(&self) -> Result<String, SeedError> {
        match &self.0 {
            Source::Path(path) => source::stamp(path).map_err(|message| self.error(message)),
            // A newer program may hold another catalogue.
            Source::Demo => Ok(format!("demo {}", source::digest(DEMO).map_err(|message| self.error(message))?)),
        }
    }

    /// A digest of the content, SHA-256 in hexadecimal: a file that was only touched or copied need not be loaded again.
    pub fn digest(&self) -> Result<String, SeedError> {
        match &self.0 {
            Source::Path(path) => source::open(path).and_then(|(file, _)| source::digest(file)),
            Source::Demo => source::digest(DEMO),
        }
        .map_err(|message| self.error(message))
    }

    /// Opens the file and streams its records. An error here is one of the whole file: it cannot be opened, has an unknown
    /// ending, or is too large.
    ///
    /// A record with several mistakes gives several errors, in the order of their lines.
    pub fn records(&self) -> Result<Records<'_>, SeedError> {
        let results: Results = match &self.0 {
            Source::Demo => whole_file(Format::Toml, DEMO.to_vec()),
            Source::Path(path) => {
                let format = Format::of(path).ok_or_else(|| self.error(UNKNOWN_ENDING))?;
                let (file, length) = source::open(path).map_err(|message| self.error(message))?;
                match format {
                    Format::Jsonl => Box::new(jsonl::Reader::new(BufReader::with_capacity(64 * 1024, file))),
                    Format::Csv => Box::new(csv::Reader::new(file)),
                    Format::Toml | Format::Json => {
                        let bytes = source::read_whole(file, length).map_err(|message| self.error(message))?;
                        whole_file(format, bytes)
                    }
                }
            }
        };
        Ok(Box::new(results.flat_map(|result| {
            let (record, problems) = match result {
                Ok(record) => (Some(Ok(record)), Vec::new()),
                Err(problems) => (None, problems),
            };
            record.into_iter().chain(problems.into_iter().map(|problem| Err(self.problem(problem))))
        })))
    }

    /// A problem that a reader or the check found, as an error of this file.
    fn problem(&self, problem: Problem) -> SeedError {
        let Problem { line, field, message } = problem;
        SeedError { file: self.name(), line: Some(line), field, message }
    }

    /// An error of the file as a whole.
    fn error(&self, message: impl Into<String>) -> SeedError {
        SeedError { file: self.name(), line: None, field: None, message: message.into() }
    }
}

impl SeedError {
    /// An error in one field of one record, found by whoever takes the records in: such as a key that occurs twice.
    pub fn in_field(file: &SeedFile, line: u64, field: &str, message: impl Into<String>) -> Self {
        Self { file: file.name(), line: Some(line), field: Some(field.to_owned()), message: message.into() }
    }
}
