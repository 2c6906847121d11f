//! Whether the files on the disk are still those that are open.
//!
//! A file that was deleted or replaced lives on for those who have it open: they could go on writing into it for days, and nobody
//! would ever see that again. So the writer looks before each transaction, and somebody else looks from time to time, for a server
//! that only reads. What was lost stays lost, also when somebody puts the file back.

use crate::store::StoreError;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use tokio::sync::watch;

/// The files of a database that is open.
pub(super) struct Presence {
    /// What messages call the database.
    name: String,
    database: PathBuf,
    files: Vec<(PathBuf, FileId)>,
    lost: watch::Sender<bool>,
}

/// What tells one file from another of the same name.
#[derive(Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl FileId {
    fn of(path: &Path) -> io::Result<Self> {
        let metadata = std::fs::metadata(path)?;
        Ok(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}

impl Presence {
    /// Notes which files are open: the database at `path`, and its log.
    pub(super) fn of(path: &Path, name: &str) -> io::Result<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let mut files = vec![(path.to_owned(), FileId::of(path)?)];
        // A log that nobody has written to need not be there yet.
        if let Ok(id) = FileId::of(Path::new(&log)) {
            files.push((log.into(), id));
        }
        Ok(Self { name: name.to_owned(), database: path.to_owned(), files, lost: watch::Sender::new(false) })
    }

    /// Looks; an error once one of them is not there any more.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        if self.is_lost() {
            return Err(self.error("it was deleted or replaced while it was open"));
        }
        for (path, opened) in &self.files {
            let what = match FileId::of(path) {
                Ok(found) if found == *opened => continue,
                Ok(_) => "was replaced".to_owned(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => "was deleted".to_owned(),
                // Perhaps a file server that does not answer. Whether that keeps from writing, writing will tell.
                Err(error) => {
                    tracing::debug!(%error, "{} cannot be looked at", path.display());
                    continue;
                }
            };
            if !self.lost.send_replace(true) {
                tracing::error!(
                    "{} {what} while the server had it open: no change is made any more, and the server stops",
                    path.display()
                );
            }
            return Err(self.error(&format!("{} {what} while it was open", path.display())));
        }
        Ok(())
    }

    fn error(&self, reason: &str) -> StoreError {
        StoreError::Unusable { database: self.name.clone(), reason: reason.to_owned() }
    }

    /// Where the database was.
    pub(super) fn database(&self) -> &Path {
        &self.database
    }

    /// Whether the database itself is where it was, whatever became of its log.
    pub(super) fn has_database(&self) -> bool {
        self.files.first().is_some_and(|(path, opened)| FileId::of(path).is_ok_and(|found| found == *opened))
    }

    /// Whether one of them was not there when somebody looked.
    pub(super) fn is_lost(&self) -> bool {
        *self.lost.borrow()
    }

    /// Waits until that is so.
    pub(super) async fn lost(&self) {
        let mut lost = self.lost.subscribe();
        // The sender is `self`, so the wait ends in no other way.
        let _ = lost.wait_for(|lost| *lost).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> (tempfile::TempDir, PathBuf, Presence) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "database").unwrap();
        std::fs::write(folder.path().join("a.db-wal"), "log").unwrap();
        let presence = Presence::of(&path, "a.db").unwrap();
        assert!(presence.check().is_ok() && !presence.is_lost());
        (folder, path, presence)
    }

    #[test]
    fn a_file_that_is_replaced_is_lost_for_good() {
        let (folder, path, presence) = files();
        let aside = folder.path().join("aside");
        std::fs::rename(&path, &aside).unwrap();
        std::fs::write(&path, "database").unwrap();
        assert!(presence.check().unwrap_err().to_string().contains("a.db was replaced while it was open"));
        std::fs::rename(&aside, &path).unwrap();
        assert!(presence.check().is_err() && presence.is_lost(), "what was made meanwhile is in neither");
    }

    #[tokio::test]
    async fn a_log_that_is_deleted_is_told_to_whoever_waits_for_that() {
        let (folder, path, presence) = files();
        // Written to, it is the same file.
        std::fs::write(&path, "more").unwrap();
        assert!(presence.check().is_ok());
        std::fs::remove_file(folder.path().join("a.db-wal")).unwrap();
        assert!(presence.check().unwrap_err().to_string().contains("a.db-wal was deleted while it was open"));
        presence.lost().await;
        assert!(presence.has_database());
    }
}
