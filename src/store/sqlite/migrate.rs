//! The tables: created, and brought up to date, by numbered files.
//!
//! Each file runs once, in a transaction of its own, and is recorded in the table `migrations`. A file is never edited once it
//! was released; the next number changes what it made.

use super::file::unusable;
use super::trouble::Trouble;
use crate::store::StoreError;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};

/// Marks a SQLite file as one of Cartwright's: "Cart" in ASCII.
const APPLICATION_ID: i32 = 0x4361_7274;

/// One file.
struct Migration {
    number: u32,
    name: &'static str,
    sql: &'static str,
}

/// All of them, in order.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "carts_and_catalogue",
        sql: include_str!("../../../migrations/sqlite/0001_carts_and_catalogue.sql"),
    },
    Migration {
        number: 2,
        name: "lookups_and_purchases",
        sql: include_str!("../../../migrations/sqlite/0002_lookups_and_purchases.sql"),
    },
    Migration { number: 3, name: "accounts", sql: include_str!("../../../migrations/sqlite/0003_accounts.sql") },
    Migration { number: 4, name: "snapshots", sql: include_str!("../../../migrations/sqlite/0004_snapshots.sql") },
    Migration {
        number: 5,
        name: "leaner_tables",
        sql: include_str!("../../../migrations/sqlite/0005_leaner_tables.sql"),
    },
];

/// Brings the tables up to date. `name` is the file, for messages.
pub(super) fn migrate(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
    let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
    let present = present(connection).map_err(|trouble| explain(trouble, name))?;
    let Present::Ours { number: present } = present else {
        return Err(unusable(name, "it is a SQLite database of another program"));
    };
    if present > known {
        let reason =
            format!("it was written by a later Cartwright (schema {present}; this program knows up to {known})");
        return Err(unusable(name, reason));
    }
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > present) {
        run(connection, migration).map_err(|trouble| explain(trouble, name))?;
        tracing::info!(number = migration.number, name = migration.name, "made schema {} of {name}", migration.number);
    }
    Ok(())
}

/// Whose tables a file holds.
enum Present {
    /// None, or Cartwright's, up to this number.
    Ours {
        number: u32,
    },
    Foreign,
}

fn present(connection: &Connection) -> Result<Present, Trouble> {
    let tables: u32 = connection.query_row("select count(*) from sqlite_schema", [], |row| row.get(0))?;
    if tables == 0 {
        return Ok(Present::Ours { number: 0 });
    }
    let application: i32 = connection.query_row("pragma application_id", [], |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Ok(Present::Foreign);
    }
    let number = connection.query_row("select coalesce(max(number), 0) from migrations", [], |row| row.get(0))?;
    Ok(Present::Ours { number })
}

fn run(connection: &mut Connection, migration: &Migration) -> Result<(), Trouble> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(
        "create table if not exists migrations (number integer primary key not null, name text not null) strict",
    )?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.execute_batch(migration.sql)?;
    transaction.execute("insert into migrations (number, name) values (?1, ?2)", (migration.number, migration.name))?;
    transaction.commit()?;
    Ok(())
}

/// Says in words what SQLite says in codes about a file that it cannot use.
pub(super) fn explain(trouble: Trouble, name: &str) -> StoreError {
    let reason = match &trouble {
        Trouble::Sql(error) => match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => "it is not a SQLite database",
            Some(ErrorCode::ReadOnly) => "it cannot be written",
            Some(ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => "no permission to read and write it",
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "another program keeps it locked",
            Some(ErrorCode::DatabaseCorrupt) => "it is damaged",
            Some(ErrorCode::DiskFull) => "the disk is full",
            _ => return trouble.during("opening", name),
        },
        Trouble::Data(_) => return trouble.during("opening", name),
    };
    unusable(name, reason)
}
