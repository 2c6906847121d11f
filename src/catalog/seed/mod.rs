//! Seed files: `.toml`, `.jsonl`, `.json` and `.csv` descriptions of the baseline catalogue.
//!
//! Every reader turns a file into a stream of [`Record`]s. `.jsonl` and `.csv` are read line by line, so that a million products
//! take no more memory than ten; `.toml` and `.json` are read whole, up to [`MAX_WHOLE_FILE`].

use crate::catalog::Product;
use std::fmt;
use std::path::{Path, PathBuf};

/// The largest `.toml` or `.json` seed file, in bytes.
pub const MAX_WHOLE_FILE: u64 = 64 * 1024 * 1024;

/// A seed file, or the built-in demo catalogue.
#[derive(Clone, Debug)]
pub struct SeedFile(Source);

#[derive(Clone, Debug)]
enum Source {
    Path(PathBuf),
    Demo,
}

/// One product and the line of the file on which it starts.
#[derive(Clone, Debug)]
pub struct Record {
    /// Counted from 1.
    pub line: u64,
    /// The product.
    pub product: Product,
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
    /// change. Never reads the content of a file on disk.
    pub fn stamp(&self) -> Result<String, SeedError> {
        Err(self.error("not built"))
    }

    /// A digest of the content: a file that was only touched or copied need not be loaded again.
    pub fn digest(&self) -> Result<String, SeedError> {
        Err(self.error("not built"))
    }

    /// Opens the file and streams its records. An error here is one of the whole file: it cannot be opened, has an unknown
    /// ending, or is too large.
    pub fn records(&self) -> Result<Records<'_>, SeedError> {
        Err(self.error("not built"))
    }

    /// An error of the file as a whole.
    fn error(&self, message: impl Into<String>) -> SeedError {
        SeedError { file: self.name(), line: None, field: None, message: message.into() }
    }
}

/// An error found by whoever takes in the records, such as a key that occurs twice.
impl SeedError {
    /// An error in one field of one record.
    pub fn in_field(file: &SeedFile, line: u64, field: &str, message: impl Into<String>) -> Self {
        Self { file: file.name(), line: Some(line), field: Some(field.to_owned()), message: message.into() }
    }
}
