//! What goes wrong between this module and the server: what it means, before it is known what it went wrong for.

use crate::store::StoreError;
use sqlx::Error;
use std::sync::Arc;

/// An error without its context.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The driver's, or the server's.
    Sql(Error),
    /// No answer came within the time that is waited for one.
    Silent,
    /// One that needs no context.
    Data(StoreError),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Data(error)
    }
}

/// There was no answer in time.
#[derive(Debug, thiserror::Error)]
#[error("the server does not answer")]
struct NoAnswer;

impl Trouble {
    /// The error of doing something (`reading a cart`) on the server `name`.
    pub(super) fn during(self, what: &str, name: &str) -> StoreError {
        let database = |source| StoreError::Database { context: format!("{what} in {name}"), source };
        match self {
            // It waited too long for others who are at work on the same rows.
            Self::Sql(error) if code(&error).as_deref() == Some("55P03") => StoreError::Busy,
            Self::Sql(error) => database(Arc::new(error)),
            Self::Silent => database(Arc::new(NoAnswer)),
            Self::Data(error) => error,
        }
    }

    /// Whether the connection is of no use any more. What was asked last may have been done or not.
    pub(super) fn is_disconnected(&self) -> bool {
        match self {
            Self::Sql(Error::Io(_) | Error::Tls(_) | Error::Protocol(_) | Error::WorkerCrashed) | Self::Silent => true,
            // 08: connection exceptions. 57P: the server is shutting down, has crashed or starts. 25006: it takes no writes (any
            // more), since another took over from it; a new connection may find that one.
            Self::Sql(error) => {
                code(error).is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code == "25006")
            }
            Self::Data(_) => false,
        }
    }

    /// Whether the server undid it only because others were at work on the same rows: a deadlock, or a conflict.
    pub(super) fn is_conflict(&self) -> bool {
        matches!(self, Self::Sql(error) if matches!(code(error).as_deref(), Some("40P01" | "40001")))
    }
}

/// The server's five characters for an error.
pub(super) fn code(error: &Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}
