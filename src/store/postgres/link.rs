//! A connection that is made anew when it was lost, for one user at a time.

use super::pool::Statement;
use super::server::{Server, in_time};
use super::trouble::Trouble;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnection, PgRow};
use std::sync::Arc;

/// How often something is done again that the server undid, or that found its connection gone.
pub(super) const ATTEMPTS: usize = 5;

/// The connection.
pub(super) struct Link {
    server: Arc<Server>,
    connection: Option<PgConnection>,
}

impl Link {
    /// Begins with this connection; without one, it is made when it is needed.
    pub(super) const fn new(server: Arc<Server>, connection: Option<PgConnection>) -> Self {
        Self { server, connection }
    }

    /// The server.
    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Takes the connection out, or makes one. Whoever has used it up drops it; others [`Link::keep`] it.
    pub(super) async fn take(&mut self) -> Result<PgConnection, Trouble> {
        match self.connection.take() {
            Some(connection) => Ok(connection),
            None => self.server.again().await,
        }
    }

    /// Puts the connection back, unless what it was used for says that it is of no use any more.
    pub(super) fn keep<T>(&mut self, connection: PgConnection, answer: Result<T, Trouble>) -> Result<T, Trouble> {
        if !matches!(&answer, Err(trouble) if trouble.is_disconnected()) {
            self.connection = Some(connection);
        }
        answer
    }

    /// Makes a statement once.
    pub(super) async fn once(&mut self, statement: Statement<'_>) -> Result<Vec<PgRow>, Trouble> {
        let mut connection = self.take().await?;
        let answer = in_time(statement.fetch_all(&mut connection)).await;
        self.keep(connection, answer)
    }

    /// Makes a statement that may be made twice, until it is answered. It waits for a server that is away, though not for long.
    pub(super) async fn fetch<'q>(&mut self, statement: impl Fn() -> Statement<'q>) -> Result<Vec<PgRow>, Trouble> {
        let mut attempt = 1;
        loop {
            // Having a connection is tried with a patience of its own.
            let mut connection = self.take().await?;
            let answer = in_time(statement().fetch_all(&mut connection)).await;
            match self.keep(connection, answer) {
                Err(trouble @ Trouble::Sql(_))
                    if attempt < ATTEMPTS && (trouble.is_conflict() || trouble.is_disconnected()) =>
                {
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    /// Ends the connection in order.
    pub(super) async fn close(self) {
        if let Some(connection) = self.connection
            && let Err(error) = in_time(connection.close()).await
        {
            tracing::debug!(?error, "a connection was not ended properly");
        }
    }
}
