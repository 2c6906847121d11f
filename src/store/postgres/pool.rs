//! The connections that read.
//!
//! A pool of our own: the driver's asks the server for a sign of life each time a connection comes back, which is a round trip of
//! the two that a read would then cost, and it cannot try a read again that found its connection gone. That may be done, since
//! reading twice does no harm.

use super::link::ATTEMPTS;
use super::server::{Server, in_time};
use super::trouble::Trouble;
use crate::store::StoreError;
use sqlx::Postgres;
use sqlx::postgres::{PgArguments, PgConnection, PgRow};
use sqlx::query::Query;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// A statement with its values.
pub(super) type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// How long a read waits for its turn before it is answered that there is too much to do.
const TURN: Duration = Duration::from_secs(3);

/// Connections that are made when they are needed first, and kept.
pub(super) struct Pool {
    server: Arc<Server>,
    /// The one used last is at the end and goes out first.
    idle: Mutex<Vec<PgConnection>>,
    turns: Semaphore,
}

impl Pool {
    /// At most `size` connections, one at least. None is made yet.
    pub(super) fn new(server: Arc<Server>, size: usize) -> Self {
        Self { server, idle: Mutex::default(), turns: Semaphore::new(size.max(1)) }
    }

    /// The rows that a statement reads. `what` is for messages: `reading a cart`. [`StoreError::Busy`] when too many others are
    /// reading. Whoever stops waiting for the rows closes the connection, since they are still on their way.
    pub(super) async fn fetch<'q>(
        &self,
        what: &str,
        statement: impl Fn() -> Statement<'q>,
    ) -> Result<Vec<PgRow>, StoreError> {
        let _turn = match timeout(TURN, self.turns.acquire()).await {
            Ok(Ok(turn)) => turn,
            Ok(Err(_)) => return Err(StoreError::Closed),
            Err(_) => return Err(StoreError::Busy),
        };
        self.read(statement).await.map_err(|trouble| trouble.during(what, self.server.name()))
    }

    async fn read<'q>(&self, statement: impl Fn() -> Statement<'q>) -> Result<Vec<PgRow>, Trouble> {
        let mut attempt = 1;
        loop {
            let idle = self.idle().pop();
            let mut connection = match idle {
                Some(connection) => connection,
                None => self.server.again().await?,
            };
            let answer = in_time(statement().fetch_all(&mut connection)).await;
            match &answer {
                // It was closed while it was idle, as a rule. The others were made to the same server, and will not be better.
                Err(trouble @ Trouble::Sql(_)) if attempt < ATTEMPTS && trouble.is_disconnected() => {
                    self.idle().clear();
                    attempt += 1;
                }
                _ => return self.finish(connection, answer),
            }
        }
    }

    /// Takes the connection back unless it is of no use any more.
    fn finish<T>(&self, connection: PgConnection, answer: Result<T, Trouble>) -> Result<T, Trouble> {
        let mut idle = self.idle();
        if !matches!(&answer, Err(trouble) if trouble.is_disconnected()) && !self.turns.is_closed() {
            idle.push(connection);
        }
        answer
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<PgConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was closed.
    pub(super) fn is_closed(&self) -> bool {
        self.turns.is_closed()
    }

    /// Closes the connections; those that are out, when they come back.
    pub(super) fn close(&self) {
        self.turns.close();
        self.idle().clear();
    }
}
