//! The database file: where it is, whether it can be used, and that nobody else uses it.
//!
//! The lock is one of the operating system on a file beside the database, never on the database itself: SQLite locks that one
//! with POSIX locks, which a process loses when it closes any handle of the file. It is released when the process ends, however
//! it ends.

use crate::store::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A database file that this process holds. Dropping it lets others have it, and removes a throwaway one.
pub(super) struct DatabaseFile {
    path: PathBuf,
    name: String,
    new: bool,
    // Before the folder: a lock file that is open cannot be removed everywhere.
    _lock: File,
    folder: Option<TempDir>,
}

impl DatabaseFile {
    /// Takes the file at `path`, which need not exist yet; its folder must.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let name = path.display().to_string();
        let path = resolve(path).map_err(|reason| unusable(&name, reason))?;
        let lock = lock(&path, &name)?;
        // With the lock held, nobody else in this process has the database open: no lock of SQLite is lost by closing this handle.
        if path.is_dir() {
            return Err(unusable(&name, "it is a folder, not a file"));
        }
        // A link that leads nowhere is no new file: what it names is made by opening it.
        let new = path.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if !new {
            private().read(true).open(&path).map_err(|error| unusable(&name, describe(&error)))?;
        }
        Ok(Self { path, name, new, _lock: lock, folder: None })
    }

    /// A new file in the folder for temporary files.
    pub(super) fn throwaway() -> Result<Self, StoreError> {
        let folder = tempfile::Builder::new().prefix("cartwright-").tempdir();
        let folder = folder.map_err(|error| unusable("memory", format!("no temporary file can be made: {error}")))?;
        let file = Self::take(&folder.path().join("cartwright.db"))?;
        Ok(Self { name: "memory".to_owned(), folder: Some(folder), ..file })
    }

    /// Where it is: absolute, without symbolic links.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What messages call it: as the user wrote it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether there was none, and there is none until it is made.
    pub(super) fn is_new(&self) -> bool {
        self.new
    }

    /// Whether it goes with this process, so that there is no point in writing it through to the disk.
    pub(super) fn is_throwaway(&self) -> bool {
        self.folder.is_some()
    }
}

/// The absolute path without symbolic links, so that two names of one file have one lock.
fn resolve(path: &Path) -> Result<PathBuf, String> {
    let absolute = std::path::absolute(path).map_err(|error| describe(&error))?;
    if let Ok(path) = absolute.canonicalize() {
        return Ok(path);
    }
    let (Some(folder), Some(file)) = (absolute.parent(), absolute.file_name()) else {
        return Err("it is a folder, not a file".to_owned());
    };
    match folder.canonicalize() {
        Ok(folder) => Ok(folder.join(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(format!("the folder {} does not exist", folder.display()))
        }
        Err(error) => Err(format!("{}: {}", folder.display(), describe(&error))),
    }
}

/// Opens a file for writing. One that is made is for this user alone; one that is there keeps its mode.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes the lock beside the database.
fn lock(path: &Path, name: &str) -> Result<File, StoreError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push("-lock");
    let beside = PathBuf::from(beside);
    let file = private().open(&beside);
    let file = file.map_err(|error| unusable(name, format!("its lock {}: {}", beside.display(), describe(&error))))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(name.to_owned())),
        Err(TryLockError::Error(error)) => Err(unusable(name, format!("its lock {}: {error}", beside.display()))),
    }
}

/// The usual reasons in words.
pub(super) fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "no permission to read and write it".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "it is on a read-only file system".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".to_owned(),
        _ => error.to_string(),
    }
}

/// [`StoreError::Unusable`] for a file.
pub(super) fn unusable(name: &str, reason: impl Into<String>) -> StoreError {
    StoreError::Unusable { database: name.to_owned(), reason: reason.into() }
}
