//! What goes wrong between this module and SQLite, before it is known what it went wrong for.

use crate::store::StoreError;
use std::sync::Arc;

/// An error without its context.
#[derive(Debug)]
pub(super) enum Trouble {
    /// SQLite's.
    Sql(rusqlite::Error),
    /// One that needs no context.
    Data(StoreError),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        Self::Data(error)
    }
}

impl Trouble {
    /// The error of doing something (`reading a cart`) with the file `name`.
    pub(super) fn during(self, what: &str, name: &str) -> StoreError {
        match self {
            Self::Sql(error) => StoreError::Database { context: format!("{what} in {name}"), source: Arc::new(error) },
            Self::Data(error) => error,
        }
    }
}
