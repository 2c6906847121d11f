//! Accounts' settings and the counters of their ids. What writes runs within a transaction of the caller.

use super::trouble::Trouble;
use crate::store::accounts::{HOLDINGS, OWNERS, ROUND_UP_TOUCHES};
use crate::store::row;
use crate::store::{AccountChanges, AccountEdit, AccountEdited, AccountRow, AccountsMark, Holdings};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row};

/// What changed since `seen`.
pub(super) fn changes(connection: &Connection, seen: AccountsMark) -> Result<AccountChanges, Trouble> {
    let mark = connection
        .prepare_cached("select changed, removed from account_changes")?
        .query_row([], |row| Ok(AccountsMark { changed: row.get(0)?, removed: row.get(1)? }))?;
    if mark == seen {
        return Ok(AccountChanges::none(mark));
    }
    let whole = mark.removed > seen.removed;
    let since = if whole { 0 } else { seen.changed };
    let mut select = connection
        .prepare_cached("select account, revision, doc from accounts where revision > ?1 order by account")?;
    let rows = select.query_map([since], account_row)?.collect::<Result<_, _>>()?;
    Ok(AccountChanges { mark, rows, whole })
}

/// One account.
pub(super) fn account(connection: &Connection, account: &str) -> Result<Option<AccountRow>, Trouble> {
    let mut select = connection.prepare_cached("select account, revision, doc from accounts where account = ?1")?;
    Ok(select.query_row([account], account_row).optional()?)
}

/// Edits an account's row if it is the one of this revision (`None`: if there is none).
pub(super) fn edit(
    connection: &Connection,
    account: &str,
    stored: Option<u64>,
    edit: AccountEdit<'_>,
) -> Result<AccountEdited, Trouble> {
    let found = self::account(connection, account)?;
    if found.as_ref().map(|row| row.revision) != stored {
        return Ok(AccountEdited::Outrun(found));
    }
    let count = match edit {
        AccountEdit::Write(_) => "update account_changes set changed = changed + 1 returning changed",
        AccountEdit::Remove => {
            "update account_changes set changed = changed + 1, removed = changed + 1 returning changed"
        }
    };
    let revision: u64 = connection.prepare_cached(count)?.query_row([], |row| row.get(0))?;
    match edit {
        AccountEdit::Write(doc) => connection
            .prepare_cached(
                "insert into accounts (account, revision, doc) values (?1, ?2, ?3)
                on conflict (account) do update set revision = excluded.revision, doc = excluded.doc",
            )?
            .execute((account, revision, doc))?,
        AccountEdit::Remove => {
            connection.prepare_cached("delete from accounts where account = ?1")?.execute([account])?
        }
    };
    Ok(AccountEdited::Made(revision))
}

/// The accounts that own anything.
pub(super) fn owners(connection: &Connection, after: &str, limit: u32) -> Result<Vec<String>, Trouble> {
    let mut select = connection.prepare_cached(OWNERS)?;
    Ok(select.query_map((after, limit), |row| row.get(0))?.collect::<Result<_, _>>()?)
}

/// How much an account has.
pub(super) fn holdings(connection: &Connection, account: &str) -> Result<Holdings, Trouble> {
    let counts = |row: &Row<'_>| Ok(Holdings { carts: row.get(0)?, products: row.get(1)?, purchases: row.get(2)? });
    Ok(connection.prepare_cached(HOLDINGS)?.query_row([account], counts)?)
}

/// How many numbers were reserved for an account's ids.
pub(super) fn reserved_ids(connection: &Connection, account: &str) -> Result<Option<u64>, Trouble> {
    let mut select = connection.prepare_cached("select reserved from id_counters where account = ?1")?;
    Ok(select.query_row([account], |row| row.get(0)).optional()?)
}

/// Forgets how many there were.
pub(super) fn forget_ids(connection: &Connection, account: &str) -> Result<(), Trouble> {
    connection.prepare_cached("delete from id_counters where account = ?1")?.execute([account])?;
    Ok(())
}

/// Reserves numbers for an account's ids, and answers how many were reserved before.
pub(super) fn reserve_ids(connection: &Connection, account: &str, count: u64) -> Result<u64, Trouble> {
    let mut reserve = connection.prepare_cached(
        "insert into id_counters (account, reserved) values (?1, ?2)
        on conflict (account) do update set reserved = reserved + excluded.reserved
        returning reserved - ?2",
    )?;
    Ok(reserve.query_row((account, count), |row| row.get(0))?)
}

/// Takes an account's carts for used as late as they may have been.
pub(super) fn round_up_touches(
    connection: &Connection,
    account: &str,
    slack: SignedDuration,
    until: Timestamp,
) -> Result<(), Trouble> {
    connection.prepare_cached(ROUND_UP_TOUCHES)?.execute((row::span(slack), row::micros(until), account))?;
    Ok(())
}

fn account_row(row: &Row<'_>) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow { account: row.get(0)?, revision: row.get(1)?, doc: row.get(2)? })
}
