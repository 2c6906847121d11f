//! Connections: one that makes a new file, one that writes, one that checkpoints, and those that read (see `pool`).

use super::trouble::Trouble;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long SQLite waits for a lock that another program holds.
const BUSY: Duration = Duration::from_secs(5);

/// Prepared statements that a connection keeps; there are fewer.
const STATEMENTS: usize = 64;

/// Pages that the writer keeps, in KiB: a batch touches a few hundred of 4 KiB.
const PAGES_KEPT: i64 = 4 * 1024;

/// As many while a catalogue is loaded, which goes back and forth between the tables' and the indexes' pages.
const PAGES_KEPT_LOADING: i64 = 32 * 1024;

/// A connection with what all of them have in common. `path` is absolute, or SQLite might read it as a URI.
fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    // No mutex: every connection belongs to one thread at a time.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(connection)
}

/// A connection to a file that nobody else knows yet, and that is thrown away when making it does not go well.
pub(super) fn unborn(path: &Path) -> Result<Connection, Trouble> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update_and_check(None, "journal_mode", "memory", |_| Ok(()))?;
    connection.pragma_update(None, "synchronous", "off")?;
    Ok(connection)
}

/// Lets a file have a write-ahead log, from now on.
pub(super) fn keep_log(connection: &Connection) -> Result<(), Trouble> {
    Ok(connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?)
}

/// The connection that writes. With `durable`, what is written is never damaged; that it is there after a power cut is another
/// matter: see [`write_through`].
pub(super) fn writer(path: &Path, durable: bool) -> Result<Connection, Trouble> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    keep_log(&connection)?;
    connection.pragma_update(None, "synchronous", if durable { "normal" } else { "off" })?;
    // Checkpoints are not the writer's: see `checkpoint`.
    connection.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    // A log that one big load has blown up is cut back when it starts anew.
    connection.pragma_update_and_check(None, "journal_size_limit", 64 * 1024 * 1024, |_| Ok(()))?;
    connection.pragma_update(None, "cache_size", -PAGES_KEPT)?;
    Ok(connection)
}

/// Lets the writer keep the pages of a whole catalogue, or gives that memory back.
pub(super) fn keep_many_pages(connection: &Connection, many: bool) -> Result<(), Trouble> {
    connection.pragma_update(None, "cache_size", -if many { PAGES_KEPT_LOADING } else { PAGES_KEPT })?;
    if !many {
        connection.execute_batch("pragma shrink_memory")?;
    }
    Ok(())
}

/// Has every commit from here on written through to the disk before it is done, together with all that were before it: they stand
/// in the same log.
pub(super) fn write_through(connection: &Connection) -> Result<(), Trouble> {
    Ok(connection.pragma_update(None, "synchronous", "full")?)
}

/// A connection that copies the log into the database.
pub(super) fn checkpointer(path: &Path, durable: bool) -> Result<Connection, Trouble> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "synchronous", if durable { "full" } else { "off" })?;
    Ok(connection)
}

/// A connection that reads.
pub(super) fn reader(path: &Path) -> Result<Connection, Trouble> {
    // Opened for writing all the same: in WAL mode even a reader keeps its place in shared memory.
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}
