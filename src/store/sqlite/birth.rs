//! A new database file: made beside its place, and moved there once it is whole.
//!
//! Making the tables in place would wait for the disk a dozen times. Here nothing is written through until all of them are there; then
//! the file is, once, and only then gets its name. A start that is cut short leaves a file that nobody reads, and the next one
//! begins anew.

use super::connection;
use super::file::{DatabaseFile, describe, private, unusable};
use super::migrate::{explain, migrate};
use crate::store::StoreError;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// What SQLite puts beside a database, by what it adds to the name.
const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Makes the file with all tables, if there is none.
pub(super) fn make_if_new(file: &DatabaseFile) -> Result<(), StoreError> {
    let (path, name) = (file.path(), file.name());
    if !file.is_new() {
        return Ok(());
    }
    let cannot = |error: io::Error| unusable(name, describe(&error));
    let unborn = beside(path, "-new");
    // What a start left behind that was cut short, and the log of a database that somebody has deleted: it would be taken for ours.
    for stale in COMPANIONS.map(|end| beside(path, end)).iter().chain([&unborn]) {
        remove(stale).map_err(cannot)?;
    }
    for stale in COMPANIONS.map(|end| beside(&unborn, end)) {
        remove(&stale).map_err(cannot)?;
    }
    // Made here and not by SQLite, which would let everybody read the server's secret in it. Its log follows its mode.
    private().open(&unborn).map_err(cannot)?;
    let mut connection = connection::unborn(&unborn).map_err(|trouble| explain(trouble, name))?;
    migrate(&mut connection, name)?;
    connection::keep_log(&connection).map_err(|trouble| explain(trouble, name))?;
    connection.close().map_err(|(_, error)| explain(error.into(), name))?;
    let written_through = || {
        if !file.is_throwaway() {
            private().open(&unborn)?.sync_all()?; // for writing: elsewhere than on Unix only such a file can be
        }
        fs::rename(&unborn, path)?;
        if !file.is_throwaway() {
            sync_folder(path)?;
        }
        Ok(())
    };
    written_through().map_err(cannot)
}

/// The path with something added to the file's name.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut beside = OsString::from(path);
    beside.push(end);
    beside.into()
}

/// Removes a file, if it is there.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Writes the names in a file's folder through to the disk.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Elsewhere a folder cannot be opened, and its names need no more.
    match path.parent().filter(|_| cfg!(unix)) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}
