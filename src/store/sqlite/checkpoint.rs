//! Checkpoints: copying the write-ahead log into the database, off the writer's path.
//!
//! A thread of its own copies what the log holds whenever enough has gathered there; neither writer nor readers wait for it. Alone
//! it could not keep the log from growing: the log starts anew only when a write finds all of it copied, and under constant load
//! there is always a commit that came after. So once the log is long the thread says so, and the writer, between two batches,
//! copies the little that is left and starts the log anew. For that it waits for readers that began earlier, a few microseconds
//! each; one that stays (another program) is given up on until the next time.

use super::pool::Pool;
use super::trouble::Trouble;
use crate::alarm::Alarm;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// The writer looks at the log after so many batches: that takes locks, and a batch writes a few dozen pages.
const LOOK_EVERY: u32 = 8;

/// How long the writer waits for readers before it starts the log anew.
const PATIENCE: Duration = Duration::from_millis(20);

/// How often the thread looks after the files when there is nothing else to do.
const LOOK: Duration = Duration::from_secs(1);

/// When there is something to do, in pages of the log (4 KiB each).
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// So many are not copied yet: the thread copies them.
    pub(super) copy: i64,
    /// So many are in the log, copied or not: the writer starts it anew.
    pub(super) restart: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { copy: 1_000, restart: 16_000 }
    }
}

/// The thread, as the writer sees it. Ends when it is dropped.
pub(super) struct Checkpointer {
    limits: Limits,
    /// Who has to let go of the log.
    readers: Arc<Pool>,
    restart: Arc<AtomicBool>,
    /// Batches since the writer looked at the log.
    unseen: u32,
    failing: Arc<Alarm>,
    // Both go when it is dropped, the sender first: that ends the thread.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own. Now and then it calls `look`.
    pub(super) fn start(
        connection: Connection,
        readers: Arc<Pool>,
        limits: Limits,
        look: impl Fn() + Send + 'static,
    ) -> std::io::Result<Self> {
        let (wake, woken) = sync_channel(1);
        let restart = Arc::new(AtomicBool::new(false));
        let failing = Arc::new(Alarm::new("checkpoints work again"));
        let (wanted, trouble) = (Arc::clone(&restart), Arc::clone(&failing));
        let held = Arc::clone(&readers);
        let work = move || {
            loop {
                match woken.recv_timeout(LOOK) {
                    Ok(()) => match run(&connection, Mode::Passive, &held) {
                        Ok(log) => {
                            wanted.store(log.pages >= limits.restart, Ordering::Release);
                            trouble.settle();
                        }
                        Err(error) => trouble.raise(|| tell(&error)),
                    },
                    Err(RecvTimeoutError::Timeout) => look(),
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        let thread = std::thread::Builder::new().name("cart-checkpoint".to_owned()).spawn(work)?;
        Ok(Self { limits, readers, restart, failing, unseen: 0, wake: Some(wake), thread: Some(thread) })
    }

    /// To be called by the writer between two transactions: sees to it that the log is copied, and starts it anew.
    pub(super) fn tend(&mut self, writer: &Connection) {
        if let Err(Trouble::Sql(error)) = self.try_to_tend(writer) {
            self.failing.raise(|| tell(&error));
        }
    }

    fn try_to_tend(&mut self, writer: &Connection) -> Result<(), Trouble> {
        self.unseen += 1;
        if self.restart.swap(false, Ordering::AcqRel) {
            let normal: Duration =
                Duration::from_millis(writer.query_row("pragma busy_timeout", [], |row| row.get(0))?);
            writer.busy_timeout(PATIENCE)?;
            let done = run(writer, Mode::Restart, &self.readers);
            writer.busy_timeout(normal)?;
            done?;
        } else if self.unseen >= LOOK_EVERY {
            self.unseen = 0;
            let log = run(writer, Mode::Look, &self.readers)?;
            if log.pages - log.copied >= self.limits.copy {
                // Full: it has been woken already. Closed: it has ended with an error that was logged.
                let _ = self.wake.as_ref().map(|wake| wake.try_send(()));
            }
        }
        Ok(())
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // it has nothing to say
        }
    }
}

fn tell(error: &rusqlite::Error) {
    tracing::warn!(%error, "a checkpoint failed: {error}; the log grows");
}

/// What the log holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Log {
    /// Pages in it.
    pub(super) pages: i64,
    /// Those of them that are in the database too.
    pub(super) copied: i64,
}

/// How far a checkpoint goes. That somebody is in the way is no error: it does what it can.
#[derive(Clone, Copy)]
pub(super) enum Mode {
    /// Only looks.
    Look,
    /// Copies, and waits for nobody.
    Passive,
    /// Also waits for readers, so that the log can start anew.
    Restart,
    /// Also makes the log's file empty.
    Truncate,
}

/// Runs a checkpoint. Whatever copies has the readers let go of the log first.
pub(super) fn run(connection: &Connection, mode: Mode, readers: &Pool) -> rusqlite::Result<Log> {
    let _free = (!matches!(mode, Mode::Look)).then(|| readers.let_go());
    let sql = match mode {
        Mode::Look => "pragma wal_checkpoint(noop)",
        Mode::Passive => "pragma wal_checkpoint(passive)",
        Mode::Restart => "pragma wal_checkpoint(restart)",
        Mode::Truncate => "pragma wal_checkpoint(truncate)",
    };
    connection.prepare_cached(sql)?.query_row([], |row| Ok(Log { pages: row.get(1)?, copied: row.get(2)? }))
}

/// Copies the log and makes its file empty, if it is long. A short one is not worth the three waits for the disk that this takes: with
/// a small catalogue they were a tenth of a first start.
pub(super) fn shorten(connection: &Connection, readers: &Pool) -> rusqlite::Result<()> {
    if run(connection, Mode::Look, readers)?.pages >= Limits::default().copy {
        run(connection, Mode::Truncate, readers)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::connection;
    use std::sync::atomic::AtomicU64;

    /// Writes without a pause while others read without a pause, and answers how long the log's file became.
    fn longest_log(limits: Limits) -> u64 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let writer = connection::writer(&path, false).unwrap();
        writer.execute_batch("create table t (id integer primary key, text text)").unwrap();
        let pool = Arc::new(Pool::open(&path, "a.db", 2).unwrap());
        let copier = connection::checkpointer(&path, false).unwrap();
        let mut checkpointer = Checkpointer::start(copier, Arc::clone(&pool), limits, || {}).unwrap();
        let (done, reads) = (AtomicBool::new(false), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        let count = pool.read("counting", |connection| {
                            Ok(connection
                                .prepare_cached("select count(*) from t")?
                                .query_row([], |row| row.get::<_, u64>(0))?)
                        });
                        reads.fetch_add(u64::from(count.is_ok()), Ordering::Relaxed);
                    }
                });
            }
            for n in 0..6_000 {
                let mut insert = writer.prepare_cached("insert or replace into t (id, text) values (?1, ?2)").unwrap();
                pool.publish(|| insert.execute((n % 300, "x".repeat(3_000))).unwrap());
                checkpointer.tend(&writer);
            }
            done.store(true, Ordering::Relaxed);
        });
        assert!(reads.into_inner() > 0);
        std::fs::metadata(folder.path().join("a.db-wal")).unwrap().len()
    }

    #[test]
    fn the_log_stays_short_under_constant_load() {
        const PAGE: u64 = 4_096;
        let tended = longest_log(Limits { copy: 100, restart: 400 });
        assert!(tended < 3_000 * PAGE, "{} pages", tended / PAGE);
        // Without it, every page that was written is still there.
        let left_alone = longest_log(Limits { copy: i64::MAX, restart: i64::MAX });
        assert!(left_alone > 6_000 * PAGE, "{} pages", left_alone / PAGE);
    }
}
