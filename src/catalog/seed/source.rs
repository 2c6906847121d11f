//! The file on disk: opening it, telling cheaply whether it changed, and its digest.
//!
//! Must not know the formats. Errors are plain sentences; whoever calls adds the file's name.

use super::MAX_WHOLE_FILE;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Opens a regular file, and tells its length in bytes.
pub(super) fn open(path: &Path) -> Result<(File, u64), String> {
    // Looked at before it is opened: opening a named pipe waits for a writer.
    let metadata = metadata(path)?;
    Ok((File::open(path).map_err(|error| unreadable(&error))?, metadata.len()))
}

/// Name, size, identity and times of a file, on one line.
pub(super) fn stamp(path: &Path) -> Result<String, String> {
    let metadata = metadata(path)?;
    let name = path.display().to_string();
    Ok(format!("{name:?} {} {}", metadata.len(), identity(&metadata)))
}

/// The SHA-256 of what `source` holds, in hexadecimal; takes the same memory at any length.
pub(super) fn digest(mut source: impl Read) -> Result<String, String> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 64 * 1024];
    loop {
        match source.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => hash.update(&chunk[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(unreadable(&error)),
        }
    }
    Ok(hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String does not fail");
        text
    }))
}

/// Reads a file of a format that cannot be streamed. `length` is what the file system says; a larger file is not read at all.
pub(super) fn read_whole(source: impl Read, length: u64) -> Result<Vec<u8>, String> {
    let too_large = |length: &str| {
        const MIB: u64 = 1024 * 1024;
        format!(
            "{length}; .toml and .json are read up to {} MiB: use .jsonl or .csv, which load at any size",
            MAX_WHOLE_FILE / MIB
        )
    };
    if length > MAX_WHOLE_FILE {
        return Err(too_large(&format!("has {length} bytes")));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // The file may grow while it is read.
    source.take(MAX_WHOLE_FILE + 1).read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
    if bytes.len() as u64 > MAX_WHOLE_FILE {
        return Err(too_large("is too large"));
    }
    Ok(bytes)
}

/// Why a file cannot be read, in words.
pub(super) fn unreadable(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        ErrorKind::PermissionDenied => "no permission to read it".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

fn metadata(path: &Path) -> Result<Metadata, String> {
    let metadata = std::fs::metadata(path).map_err(|error| unreadable(&error))?;
    if metadata.is_dir() {
        return Err("is a folder; name the files in it".to_owned());
    }
    if !metadata.is_file() {
        // It must be readable more than once, and its stamp must mean something.
        return Err("is no regular file".to_owned());
    }
    Ok(metadata)
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> String {
    use std::os::unix::fs::MetadataExt as _;
    format!(
        "{}:{} {}.{:09} {}.{:09}",
        metadata.dev(),
        metadata.ino(),
        metadata.mtime(),
        metadata.mtime_nsec(),
        metadata.ctime(),
        metadata.ctime_nsec()
    )
}

#[cfg(not(unix))]
fn identity(metadata: &Metadata) -> String {
    let since = |time: io::Result<std::time::SystemTime>| {
        time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok()).map_or(0, |time| time.as_nanos())
    };
    format!("{} {}", since(metadata.modified()), since(metadata.created()))
}
