//! Reading carts. Those that are asked for while others are being read share the next statement: under load one round trip, and one
//! turn of a server process, brings dozens of carts, while a caller who is alone waits for nobody.
//!
//! A few tasks with a connection each take all that waits, ask for it, and hand every caller its row; the callers make carts of
//! them, each for itself. A caller that goes away disturbs nobody. Must not know what a row holds beside the cart's number.
//!
//! **Invariants.** A row was read after it was asked for. What waits is bounded.

use super::link::Link;
use super::server::Server;
use super::sql;
use super::trouble::Trouble;
use crate::cart::CartId;
use crate::store::{StoreError, row};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, oneshot};
use tokio::task::yield_now;

/// The most carts of one statement: it bounds how long the first of them waits for the last.
const BATCH: usize = 128;

/// What messages call it.
const WHAT: &str = "reading a cart";

/// A row of [`sql::CARTS`], shared by all who asked for it at once.
type Answer = Result<Option<Arc<PgRow>>, StoreError>;

struct Asked {
    key: i64,
    reply: oneshot::Sender<Answer>,
}

/// What waits to be read.
struct Queue {
    asked: Mutex<Waiting>,
    /// Something waits, or nothing will any more.
    wake: Notify,
    capacity: usize,
}

#[derive(Default)]
struct Waiting {
    asked: Vec<Asked>,
    closed: bool,
}

/// The callers' end. When it is dropped, the tasks finish what waits and end.
pub(super) struct Carts(Arc<Queue>);

impl Carts {
    /// Begins with this many connections, one at least; each is made when it is needed first. `capacity` carts may wait.
    pub(super) fn new(server: &Arc<Server>, connections: usize, capacity: usize) -> Self {
        let queue = Arc::new(Queue { asked: Mutex::default(), wake: Notify::new(), capacity });
        for _ in 0..connections.max(1) {
            tokio::spawn(drive(Arc::clone(&queue), Link::new(Arc::clone(server), None)));
        }
        Self(queue)
    }

    /// The row of a cart, if there is one. [`StoreError::Busy`] at once when too many wait.
    pub(super) async fn read(&self, id: CartId) -> Answer {
        let (reply, answer) = oneshot::channel();
        {
            let mut waiting = self.0.waiting();
            if waiting.closed {
                return Err(StoreError::Closed);
            }
            if waiting.asked.len() >= self.0.capacity {
                return Err(StoreError::Busy);
            }
            waiting.asked.push(Asked { key: row::key(id), reply });
        }
        self.0.wake.notify_one();
        answer.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Takes no more; what waits is still read.
    pub(super) fn close(&self) {
        self.0.waiting().closed = true;
        self.0.wake.notify_one();
    }
}

impl Drop for Carts {
    fn drop(&mut self) {
        self.close();
    }
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, the longest waiting first; waits for something. `None` when nothing will come any more.
    async fn take(&self) -> Option<Vec<Asked>> {
        loop {
            // Requests that are at hand come first, and their carts into the same statement. Where there are none, this takes no time.
            yield_now().await;
            {
                let mut waiting = self.waiting();
                if !waiting.asked.is_empty() {
                    let most = waiting.asked.len().min(BATCH);
                    let rest = waiting.asked.split_off(most);
                    let taken = std::mem::replace(&mut waiting.asked, rest);
                    if !waiting.asked.is_empty() {
                        self.wake.notify_one();
                    }
                    return Some(taken);
                }
                if waiting.closed {
                    break;
                }
            }
            self.wake.notified().await;
        }
        self.wake.notify_one(); // the next one may end too
        None
    }
}

async fn drive(queue: Arc<Queue>, mut link: Link) {
    while let Some(mut asked) = queue.take().await {
        asked.retain(|asked| !asked.reply.is_closed());
        if !asked.is_empty() {
            read(&mut link, asked).await;
        }
    }
    link.close().await;
}

/// Reads a batch, and answers every caller.
async fn read(link: &mut Link, asked: Vec<Asked>) {
    let mut callers: HashMap<i64, Vec<oneshot::Sender<Answer>>> = HashMap::with_capacity(asked.len());
    for Asked { key, reply } in asked {
        callers.entry(key).or_default().push(reply);
    }
    let mut keys: Vec<i64> = callers.keys().copied().collect();
    keys.sort_unstable();
    let read = async {
        let rows = link.fetch(|| sqlx::query(sql::CARTS).bind(&keys)).await?;
        rows.into_iter().map(|row| Ok((row.try_get(0)?, Arc::new(row)))).collect::<Result<Vec<(i64, _)>, Trouble>>()
    };
    let read = read.await.map_err(|trouble| trouble.during(WHAT, link.server().name()));
    // Whoever has gone away meanwhile needs no answer.
    match read {
        Ok(rows) => {
            for (key, row) in rows {
                for reply in callers.remove(&key).into_iter().flatten() {
                    let _ = reply.send(Ok(Some(Arc::clone(&row))));
                }
            }
            for reply in callers.into_values().flatten() {
                let _ = reply.send(Ok(None));
            }
        }
        Err(error) => {
            for reply in callers.into_values().flatten() {
                let _ = reply.send(Err(error.clone()));
            }
        }
    }
}
