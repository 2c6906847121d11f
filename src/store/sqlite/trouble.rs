//! What goes wrong between this module and SQLite, before it is known what it went wrong for.

use crate::store::StoreError;
use rusqlite::ErrorCode;
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
            Self::Sql(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                StoreError::Locked(name.to_owned())
            }
            Self::Sql(error) => StoreError::Database { context: format!("{what} in {name}"), source: Arc::new(error) },
            Self::Data(error) => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;
    use std::time::Duration;

    #[test]
    fn a_file_that_another_program_keeps_locked_is_passing_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let connection = Connection::open(folder.path().join("a.db")).unwrap();
            connection.busy_timeout(Duration::ZERO).unwrap();
            connection
        };
        let (ours, other) = (open(), open());
        other.execute_batch("begin immediate").unwrap();
        let error = Trouble::from(ours.execute_batch("begin immediate").unwrap_err()).during("writing", "a.db");
        assert_eq!((error.to_string().as_str(), error.is_passing()), ("a.db is locked by another program", true));
        let error = Trouble::from(ours.execute_batch("no sql").unwrap_err()).during("writing", "a.db");
        assert!(error.to_string().starts_with("writing in a.db: ") && !error.is_passing(), "{error}");
    }
}
