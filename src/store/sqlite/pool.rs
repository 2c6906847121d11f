//! The connections that read, and how long what one of them sees is held.
//!
//! To look at the database as it is at one moment costs calls of the system, before and after; nearly as much as reading a cart. But
//! the file is this process's alone, so nothing changes between two commits of the writer. So a connection keeps what it sees (its
//! snapshot) from one reading to the next, until there was a commit. A snapshot that is held keeps the log from starting anew; whoever
//! wants that asks all connections to let go. Must not know what is read.
//!
//! **Invariants.** Once a reading has seen a commit, no reading that begins later sees the database as it was before it; nor does one that
//! begins after [`Pool::publish`]. As long as a [`LetGo`] lives, a snapshot is held by readings that are under way, and by nothing else.

use super::connection;
use super::trouble::Trouble;
use crate::store::StoreError;
use rusqlite::Connection;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The connections that read. Whoever reads does it on its own thread, and never awaits while it has a connection: so waiting for
/// one, when all are out, is waiting for a few microseconds of somebody else's work, and cannot deadlock.
pub(super) struct Pool {
    name: String,
    idle: Mutex<Idle>,
    returned: Condvar,
    commits: AtomicU64,
}

/// Counts the beginnings and the ends of commits: odd while there is one, which others may see already or not yet.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Commits(u64);

impl Commits {
    /// Whether nothing has changed, and nothing is changing, since a snapshot was taken.
    fn allow(self, snapshot: Option<Self>) -> bool {
        snapshot == Some(self) && self.0.is_multiple_of(2)
    }
}

struct Idle {
    /// The one used last is at the end and goes out first: its cache is warm.
    readers: Vec<Reader>,
    /// How many wait for one. There is somebody to be woken hardly ever, and waking nobody is a call of the system all the same.
    waiting: usize,
    /// How many want that no snapshot is held.
    letting_go: usize,
    closed: bool,
}

/// A connection.
struct Reader {
    connection: Connection,
    /// The commits that there had been before it took its snapshot, if it has one.
    snapshot: Option<Commits>,
}

impl Pool {
    /// Opens `size` connections, one at least. `name` is the file, for messages.
    pub(super) fn open(path: &Path, name: &str, size: usize) -> Result<Self, Trouble> {
        let reader = || Ok::<_, Trouble>(Reader { connection: connection::reader(path)?, snapshot: None });
        let readers = (0..size.max(1)).map(|_| reader()).collect::<Result<_, _>>()?;
        let idle = Mutex::new(Idle { readers, waiting: 0, letting_go: 0, closed: false });
        Ok(Self { name: name.to_owned(), idle, returned: Condvar::new(), commits: AtomicU64::new(0) })
    }

    /// Reads, all of it as it was at one moment. `what` is for messages: `reading a cart`.
    pub(super) fn read<T>(
        &self,
        what: &str,
        read: impl FnOnce(&Connection) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let mut lent = self.lend()?;
        let reader = lent.reader.as_mut().expect("it is taken out when it is given back, which is later");
        let done = reader.see(self.commits()).and_then(|()| read(&reader.connection));
        if done.is_err() {
            reader.let_go(); // whatever it is that it sees
        }
        done.map_err(|trouble| trouble.during(what, &self.name))
    }

    /// Makes a commit. To be done before anybody is told of it.
    pub(super) fn publish<T>(&self, commit: impl FnOnce() -> T) -> T {
        self.commits.fetch_add(1, Ordering::AcqRel);
        let done = commit();
        self.commits.fetch_add(1, Ordering::AcqRel);
        done
    }

    fn commits(&self) -> Commits {
        Commits(self.commits.load(Ordering::Acquire))
    }

    /// Has all connections let go of what they see, and of what they will see, as soon as it is read.
    pub(super) fn let_go(&self) -> LetGo<'_> {
        let mut idle = self.idle();
        idle.letting_go += 1;
        idle.readers.iter_mut().for_each(Reader::let_go);
        LetGo(self)
    }

    fn lend(&self) -> Result<Lent<'_>, StoreError> {
        let mut idle = self.idle();
        loop {
            if idle.closed {
                return Err(StoreError::Closed);
            }
            if let Some(reader) = idle.readers.pop() {
                return Ok(Lent { pool: self, reader: Some(reader) });
            }
            idle.waiting += 1;
            idle = self.returned.wait(idle).unwrap_or_else(PoisonError::into_inner);
            idle.waiting -= 1;
        }
    }

    /// Closes the connections; those that are out, when they come back.
    pub(super) fn close(&self) {
        let closing = {
            let mut idle = self.idle();
            idle.closed = true;
            std::mem::take(&mut idle.readers)
        };
        self.returned.notify_all();
        drop(closing);
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// Sees the database as it is after these commits at least.
    fn see(&mut self, commits: Commits) -> Result<(), Trouble> {
        if !commits.allow(self.snapshot) {
            self.let_go();
            // It is taken at the first statement that reads.
            self.connection.prepare_cached("begin")?.execute([])?;
            self.snapshot = Some(commits);
        }
        Ok(())
    }

    fn let_go(&mut self) {
        // An error may have ended the transaction. If it cannot be ended, the next one tells: it cannot begin.
        if self.snapshot.take().is_some() && !self.connection.is_autocommit() {
            let _ = self.connection.prepare_cached("commit").and_then(|mut commit| commit.execute([]));
        }
    }
}

/// A connection that is out; given back even when reading panics.
struct Lent<'a> {
    pool: &'a Pool,
    reader: Option<Reader>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut reader) = self.reader.take() else { return };
        if !self.pool.commits().allow(reader.snapshot) {
            reader.let_go(); // nobody wants to see that any more
        }
        let mut idle = self.pool.idle();
        if idle.letting_go > 0 {
            reader.let_go();
        }
        if !idle.closed {
            idle.readers.push(reader);
            let awaited = idle.waiting > 0;
            drop(idle);
            if awaited {
                self.pool.returned.notify_one();
            }
        }
    }
}

/// As long as it lives, no snapshot is held.
pub(super) struct LetGo<'a>(&'a Pool);

impl Drop for LetGo<'_> {
    fn drop(&mut self) {
        self.0.idle().letting_go -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    /// A database with one number in it, a connection that writes it, and a pool.
    fn database(readers: usize) -> (TempDir, Connection, Pool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = connection::writer(&path, false).unwrap();
        writer.execute_batch("create table t (n integer); insert into t values (1)").unwrap();
        writer.busy_timeout(std::time::Duration::ZERO).unwrap();
        let pool = Pool::open(&path, "a.db", readers).unwrap();
        (folder, writer, pool)
    }

    fn count(writer: &Connection) {
        writer.execute("update t set n = n + 1", []).unwrap();
    }

    fn number(connection: &Connection) -> Result<i64, Trouble> {
        Ok(connection.prepare_cached("select n from t")?.query_row([], |row| row.get(0))?)
    }

    /// Whether all of the log can be copied and started anew: nobody sees an older state.
    fn free(writer: &Connection) -> bool {
        count(writer);
        let busy: bool = writer.query_row("pragma wal_checkpoint(restart)", [], |row| row.get(0)).unwrap();
        !busy
    }

    #[test]
    fn what_is_seen_is_held_until_there_was_a_commit() {
        let (_folder, writer, pool) = database(1);
        let read = || pool.read("reading", number).unwrap();
        assert_eq!(read(), 1);
        count(&writer);
        assert_eq!(read(), 1, "there was no commit that it knows of");
        pool.publish(|| {
            assert_eq!(read(), 2, "somebody may have seen the commit already");
            count(&writer);
            assert_eq!(read(), 3, "what is seen during a commit is not held");
        });
        assert_eq!(read(), 3);
        // While it reads there may be another.
        let during = pool.read("reading", |connection| {
            let before = number(connection)?;
            pool.publish(|| count(&writer));
            Ok((before, number(connection)?))
        });
        assert_eq!(during.unwrap(), (3, 3), "all of it is as it was at one moment");
        assert!(free(&writer), "what nobody wants to see any more is not held");
    }

    #[test]
    fn all_let_go_when_they_are_asked_to() {
        let (_folder, writer, pool) = database(2);
        let read_both = || {
            pool.read("reading", |one| {
                pool.read("reading", number).map(|other| (number(one).unwrap(), other)).map_err(Trouble::from)
            })
        };
        assert_eq!(read_both().unwrap(), (1, 1));
        assert!(!free(&writer));
        {
            let _free = pool.let_go();
            pool.publish(|| assert!(free(&writer)));
            read_both().unwrap();
            assert!(free(&writer), "nor is held what was read since");
        }
        pool.publish(|| ());
        let one = pool.read("reading", |connection| {
            number(connection)?;
            drop(pool.let_go());
            Ok(pool.let_go())
        });
        let free_now = one.unwrap();
        assert!(free(&writer), "it was read while all let go");
        drop(free_now);
        read_both().unwrap();
        assert!(!free(&writer));
    }

    #[test]
    fn what_fails_holds_nothing() {
        let (_folder, writer, pool) = database(1);
        let failed = pool.read("reading", |connection| {
            number(connection)?;
            Ok(connection.query_row("select n from missing", [], |_| Ok(()))?)
        });
        assert_eq!(failed.unwrap_err().to_string(), "reading in a.db: no such table: missing");
        assert!(free(&writer));
        pool.publish(|| ());
        assert_eq!(pool.read("reading", number).unwrap(), 2);
    }
}
