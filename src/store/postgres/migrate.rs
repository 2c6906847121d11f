//! The tables: created, and brought up to date, by numbered files.
//!
//! Each file runs once, in a transaction of its own, and is recorded in the table `migrations`. A file is never edited once it
//! was released; the next number changes what it made. Servers that start at once take turns; one that finds everything up to date,
//! which is the rule, asks one question and takes none.

use super::server::{Server, unusable};
use super::trouble::code;
use crate::store::StoreError;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Error, Row as _};

/// One file.
struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

/// All of them, in order.
const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        name: "carts_and_catalogue",
        sql: include_str!("../../../migrations/postgres/0001_carts_and_catalogue.sql"),
    },
    Migration {
        number: 2,
        name: "lookups_and_purchases",
        sql: include_str!("../../../migrations/postgres/0002_lookups_and_purchases.sql"),
    },
    Migration { number: 3, name: "accounts", sql: include_str!("../../../migrations/postgres/0003_accounts.sql") },
    Migration { number: 4, name: "snapshots", sql: include_str!("../../../migrations/postgres/0004_snapshots.sql") },
    Migration {
        number: 5,
        name: "leaner_tables",
        sql: include_str!("../../../migrations/postgres/0005_leaner_tables.sql"),
    },
];

/// Where the database stands.
const PRESENT: &str = "select (select coalesce(max(number), 0) from migrations) as number,
    current_setting('server_encoding') as encoding";

/// What is told of a database without the table of [`PRESENT`].
const EMPTY: &str = "select current_schema() is not null as schema, current_setting('server_encoding') as encoding,
    to_regclass('carts') is not null or to_regclass('products') is not null or to_regclass('settings') is not null as taken";

/// Begins a transaction in which one server at a time changes tables or loads the catalogue: the lock is the database's and the
/// schema's own, and goes with the transaction. Such work may take long, and waiting for it too.
pub(super) const TAKE_TURN: &str = "set local statement_timeout = 0;
set local lock_timeout = 0;
set local idle_in_transaction_session_timeout = 0;
select pg_advisory_xact_lock(1130459764, hashtext(current_schema()))";

/// The same for work that takes no longer than a statement may, and that rather fails than wait for a load.
pub(super) const TAKE_SHORT_TURN: &str = "select pg_advisory_xact_lock(1130459764, hashtext(current_schema()))";

/// Brings the tables up to date.
pub(super) async fn migrate(connection: &mut PgConnection, server: &Server) -> Result<(), StoreError> {
    let known = MIGRATIONS.last().map_or(0, |migration| migration.number);
    let mut present = present(connection, server).await?;
    while present < known {
        present = run_next(connection, server).await.map_err(|error| server.explain(error))?;
    }
    if present > known {
        let reason =
            format!("it was written by a later Cartwright (schema {present}; this program knows up to {known})");
        return Err(unusable(server.name(), reason));
    }
    Ok(())
}

/// The number of the last file that has run; 0 for a database without tables.
async fn present(connection: &mut PgConnection, server: &Server) -> Result<i64, StoreError> {
    let mut found = sqlx::raw_sql(PRESENT).fetch_one(&mut *connection).await;
    if found.as_ref().is_err_and(is_no_table) {
        let empty = sqlx::raw_sql(EMPTY).fetch_one(&mut *connection).await.map_err(|error| server.explain(error))?;
        let (schema, taken, encoding): (bool, bool, String) =
            read(&empty, server, |row| Ok((row.try_get("schema")?, row.try_get("taken")?, row.try_get("encoding")?)))?;
        if !schema {
            return Err(unusable(server.name(), "the search path names no schema that exists"));
        }
        if !taken {
            return checked(0, &encoding, server);
        }
        // Perhaps another server has made all of them since the first look.
        found = sqlx::raw_sql(PRESENT).fetch_one(connection).await;
    }
    match found {
        Ok(row) => {
            let (number, encoding): (i64, String) =
                read(&row, server, |row| Ok((row.try_get("number")?, row.try_get("encoding")?)))?;
            checked(number, &encoding, server)
        }
        // There is no such table beside theirs, or one with other columns.
        Err(error) if is_no_table(&error) || matches!(code(&error).as_deref(), Some("42703" | "42804" | "42883")) => {
            Err(unusable(server.name(), "it holds tables of another program"))
        }
        Err(error) => Err(server.explain(error)),
    }
}

fn is_no_table(error: &Error) -> bool {
    code(error).as_deref() == Some("42P01")
}

/// The number, unless texts are kept there in a way that not all of them survive.
fn checked(number: i64, encoding: &str, server: &Server) -> Result<i64, StoreError> {
    if encoding == "UTF8" {
        return Ok(number);
    }
    let reason = format!("its encoding is {encoding}; create it with: createdb --encoding=UTF8 --template=template0");
    Err(unusable(server.name(), reason))
}

fn read<T>(
    row: &sqlx::postgres::PgRow,
    server: &Server,
    columns: impl FnOnce(&sqlx::postgres::PgRow) -> Result<T, Error>,
) -> Result<T, StoreError> {
    columns(row).map_err(|error| server.explain(error))
}

/// Runs the first file that has not run, unless another server did so meanwhile. Answers the number that is reached.
async fn run_next(connection: &mut PgConnection, server: &Server) -> Result<i64, Error> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(TAKE_TURN).execute(&mut *transaction).await?;
    sqlx::raw_sql("create table if not exists migrations (number bigint primary key not null, name text not null)")
        .execute(&mut *transaction)
        .await?;
    let present: i64 = sqlx::query_scalar("select coalesce(max(number), 0) from migrations")
        .persistent(false)
        .fetch_one(&mut *transaction)
        .await?;
    let Some(migration) = MIGRATIONS.iter().find(|migration| migration.number > present) else { return Ok(present) };
    sqlx::raw_sql(migration.sql).execute(&mut *transaction).await?;
    sqlx::query("insert into migrations (number, name) values ($1, $2)")
        .persistent(false)
        .bind(migration.number)
        .bind(migration.name)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    tracing::info!(
        number = migration.number,
        name = migration.name,
        "made schema {} of {}",
        migration.number,
        server.name()
    );
    Ok(migration.number)
}
