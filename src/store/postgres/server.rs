//! The server: how a connection to it is made, and what is said when none can be.
//!
//! While it is away, connections are tried for, with growing pauses. Whoever waits for one, waits a bounded time; once that
//! was in vain, others try once and wait no more until the server is back. So every request is answered in time, however long
//! the server is away, and the first one after its return finds it.

use super::trouble::{Trouble, code};
use crate::store::StoreError;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions as _, Error};
use std::future::Future;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long making one connection may take.
const CONNECT: Duration = Duration::from_secs(2);

/// How long it is tried for while the server is away.
const PATIENCE: Duration = Duration::from_secs(3);

/// The pauses between two tries: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// How long the server may take for one statement of a request. It gives up a little before its caller does.
const STATEMENT: Duration = Duration::from_secs(5);

/// What every connection asks of the server, in its first message, so that it costs no round trip.
const SETTINGS: &[(&str, &str)] = &[
    ("statement_timeout", "4500"),
    // Less than a statement may take: nobody holds a row for long.
    ("lock_timeout", "3000"),
    ("idle_in_transaction_session_timeout", "30000"),
    // An acknowledged change survives a power cut, whatever the server's own default is.
    ("synchronous_commit", "on"),
    // Everything that is asked has its index. A table's first statements are planned while it is empty; a plan that reads the
    // whole table would still be in use when it has a million rows.
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    // The settings above make plans look dear that are not, and dear plans would be compiled.
    ("jit", "off"),
];

/// The oldest version that has what is used here.
const OLDEST: u32 = 13;

/// A server, and the database on it.
pub(super) struct Server {
    options: PgConnectOptions,
    /// For messages: without the password.
    name: String,
    /// It was tried for in vain, and has not been back since.
    away: AtomicBool,
    /// The log was told that it is away, and not yet that it is back.
    missed: AtomicBool,
    /// How often a lost connection was made again. A failure that began before the last of these is no news.
    found: AtomicU64,
}

impl Server {
    /// The server at an address; nothing is connected yet. `name` is the address without the password.
    pub(super) fn new(address: &str, name: String) -> Result<Self, StoreError> {
        let unusable = |reason: &str| unusable(&name, format!("this is no address of a database: {reason}"));
        let mut options: PgConnectOptions = address.parse().map_err(|error: Error| match error {
            Error::Configuration(reason) => unusable(&reason.to_string()),
            error => unusable(&error.to_string()),
        })?;
        options = options.options(SETTINGS.iter().copied()).disable_statement_logging();
        if options.get_application_name().is_none() {
            options = options.application_name("cartwright");
        }
        Ok(Self {
            options,
            name,
            away: AtomicBool::new(false),
            missed: AtomicBool::new(false),
            found: AtomicU64::new(0),
        })
    }

    /// What messages call it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The first connection, which also tells whether the server can be used at all.
    pub(super) async fn first(&self) -> Result<PgConnection, StoreError> {
        let connection = self.reach().await.map_err(|error| self.explain(error))?;
        match connection.server_version_num() {
            Some(version) if version / 10_000 < OLDEST => Err(self.too_old(version / 10_000)),
            _ => Ok(connection),
        }
    }

    /// A new connection in place of one that was lost.
    pub(super) async fn again(&self) -> Result<PgConnection, Trouble> {
        let mut last = None;
        let tries = async {
            let (mut pause, longest) = PAUSES;
            loop {
                let found = self.found.load(Ordering::Relaxed);
                match self.reach().await {
                    Ok(connection) => return Some(connection),
                    Err(error) => {
                        if self.found.load(Ordering::Relaxed) == found && !self.missed.swap(true, Ordering::Relaxed) {
                            tracing::warn!(%error, "{} is away", self.name);
                        }
                        last = Some(error);
                    }
                }
                if self.away.load(Ordering::Relaxed) {
                    return None;
                }
                sleep(pause).await;
                pause = (pause * 2).min(longest);
            }
        };
        let Some(connection) = timeout(PATIENCE, tries).await.ok().flatten() else {
            self.away.store(true, Ordering::Relaxed);
            return Err(last.map_or(Trouble::Silent, Trouble::Sql));
        };
        self.away.store(false, Ordering::Relaxed);
        self.found.fetch_add(1, Ordering::Relaxed);
        if self.missed.swap(false, Ordering::Relaxed) {
            tracing::info!("{} is back", self.name);
        }
        Ok(connection)
    }

    async fn reach(&self) -> Result<PgConnection, Error> {
        let late = |_| Err(Error::Io(io::Error::new(io::ErrorKind::TimedOut, "no connection within two seconds")));
        timeout(CONNECT, self.options.connect()).await.unwrap_or_else(late)
    }

    /// Says in words what the driver or the server says in codes about a database that cannot be used.
    pub(super) fn explain(&self, error: Error) -> StoreError {
        let user = self.options.get_username();
        let said = error.as_database_error().map(|error| error.message().to_owned()).unwrap_or_default();
        let reason = match (code(&error).as_deref(), &error) {
            (Some("28P01"), _) => format!("the password of {user} is not accepted"),
            (Some("28000"), _) => format!("{user} is not let in: {said}"),
            (Some("3D000"), _) => {
                format!("there is no database {}", self.options.get_database().unwrap_or(user))
            }
            (Some("42501"), _) => format!("{user} may not do what is needed there: {said}"),
            (Some("53300"), _) => format!("the server takes no more connections: {said}"),
            (Some("57P03"), _) => format!("the server is not ready: {said}"),
            (None, Error::Io(error)) => format!("the server cannot be reached: {error}"),
            (None, Error::Tls(error)) => format!("no encrypted connection comes about: {error}"),
            _ => return Trouble::Sql(error).during("opening", &self.name),
        };
        unusable(&self.name, reason)
    }

    fn too_old(&self, version: u32) -> StoreError {
        unusable(&self.name, format!("PostgreSQL {version} is too old; {OLDEST} or later is needed"))
    }
}

/// Waits for an answer of the server, for as long as one may take.
pub(super) async fn in_time<T>(answer: impl Future<Output = Result<T, Error>>) -> Result<T, Trouble> {
    bounded(async { answer.await.map_err(Trouble::Sql) }).await
}

/// The same for some statements in a row, which together may take no longer than one.
pub(super) async fn bounded<T>(answer: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    timeout(STATEMENT, answer).await.unwrap_or(Err(Trouble::Silent))
}

/// [`StoreError::Unusable`] for a server.
pub(super) fn unusable(name: &str, reason: impl Into<String>) -> StoreError {
    StoreError::Unusable { database: name.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_too_old_is_told_by_its_version() {
        let server = Server::new("postgres://u:p@h/d", "postgres://…@h/d".to_owned()).unwrap();
        assert_eq!(server.too_old(12).to_string(), "postgres://…@h/d: PostgreSQL 12 is too old; 13 or later is needed");
    }

    #[test]
    fn an_address_that_is_none_is_told_without_its_password() {
        for address in ["postgres://u:secret@h:port/d", "postgres://u:secret@h/d?sslmode=some"] {
            let error = Server::new(address, "postgres://…@h".to_owned()).err().unwrap().to_string();
            assert!(error.starts_with("postgres://…@h: this is no address") && !error.contains("secret"), "{error}");
        }
    }
}
