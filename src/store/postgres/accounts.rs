//! Accounts' settings and the counters of their ids.

use super::link::{ATTEMPTS, Link};
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::store::accounts::ROUND_UP_TOUCHES;
use crate::store::row;
use crate::store::{AccountEdit, AccountEdited, AccountRow, AccountsMark, Holdings, StoreError};
use jiff::{SignedDuration, Timestamp};
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// How far the changes have got.
pub(super) fn mark(row: &PgRow) -> Result<AccountsMark, Trouble> {
    let number = |at: usize| Ok::<_, Trouble>(row.try_get::<i64, _>(at)?.cast_unsigned());
    Ok(AccountsMark { changed: number(0)?, removed: number(1)? })
}

/// A row of the table.
pub(super) fn account_row(row: &PgRow) -> Result<AccountRow, Trouble> {
    Ok(AccountRow {
        account: text::read(row.try_get(0)?),
        revision: row.try_get::<i64, _>(1)?.cast_unsigned(),
        doc: row.try_get(2)?,
    })
}

/// A list of keys.
pub(super) fn keys(rows: &[PgRow]) -> Result<Vec<String>, Trouble> {
    rows.iter().map(|row| Ok(text::read(row.try_get(0)?))).collect()
}

/// How much an account has.
pub(super) fn holdings(row: &PgRow) -> Result<Holdings, Trouble> {
    let count = |at: usize| Ok::<_, Trouble>(row.try_get::<i64, _>(at)?.cast_unsigned());
    Ok(Holdings { carts: count(0)?, products: count(1)?, purchases: count(2)? })
}

/// Edits an account's row if it is the one of this revision (`None`: if there is none).
///
/// When the connection is lost, nobody knows whether it was done. Then the row tells: one that another server made just alike would
/// be taken for ours, and that does no harm.
pub(super) async fn edit(
    link: &mut Link,
    account: &str,
    stored: Option<u64>,
    edit: AccountEdit<'_>,
) -> Result<AccountEdited, Trouble> {
    let key = text::stored(account);
    let revision = stored.map(u64::cast_signed);
    let mut doubtful = false;
    for _ in 0..ATTEMPTS {
        let statement = match (edit, revision) {
            (AccountEdit::Write(doc), None) => sqlx::query(sql::NEW_ACCOUNT).bind(&*key).bind(doc),
            (AccountEdit::Write(doc), Some(revision)) => {
                sqlx::query(sql::CHANGE_ACCOUNT).bind(&*key).bind(doc).bind(revision)
            }
            (AccountEdit::Remove, revision) => {
                sqlx::query(sql::REMOVE_ACCOUNT).bind(&*key).bind(revision.unwrap_or_default())
            }
        };
        match link.once(statement).await {
            Ok(rows) => {
                if let Some(row) = rows.first() {
                    return Ok(AccountEdited::Made(row.try_get::<i64, _>(0)?.cast_unsigned()));
                }
                let found = link.fetch(|| sqlx::query(sql::ACCOUNT).bind(&*key)).await?;
                let found = found.first().map(account_row).transpose()?;
                return Ok(match (edit, found) {
                    (AccountEdit::Write(doc), Some(row)) if doubtful && row.doc == doc => {
                        AccountEdited::Made(row.revision)
                    }
                    (AccountEdit::Remove, None) if doubtful => AccountEdited::Made(stored.unwrap_or_default()),
                    (_, found) => AccountEdited::Outrun(found),
                });
            }
            Err(trouble) if trouble.is_conflict() => {}
            Err(trouble) if trouble.is_disconnected() => doubtful = true,
            Err(trouble) => return Err(trouble),
        }
    }
    Err(StoreError::Busy.into())
}

/// Takes an account's carts for used as late as they may have been. When it is done twice, because the connection was lost, they
/// live a little longer.
pub(super) async fn round_up_touches(
    link: &mut Link,
    account: &str,
    slack: SignedDuration,
    until: Timestamp,
) -> Result<(), Trouble> {
    let key = text::stored(account);
    let (slack, until) = (row::span(slack), row::micros(until));
    let statement = || sqlx::query(ROUND_UP_TOUCHES).persistent(false).bind(slack).bind(until).bind(&*key);
    link.fetch(statement).await.map(drop)
}

/// A count.
pub(super) fn number(row: &PgRow) -> Result<u64, Trouble> {
    Ok(row.try_get::<i64, _>(0)?.cast_unsigned())
}

/// Forgets how many numbers were reserved for an account's ids.
pub(super) async fn forget_ids(link: &mut Link, account: &str) -> Result<(), Trouble> {
    let key = text::stored(account);
    link.fetch(|| sqlx::query(sql::FORGET_IDS).bind(&*key)).await.map(drop)
}

/// Reserves numbers for an account's ids, and answers how many were reserved before. When the connection is lost, some may be
/// reserved that nobody uses.
pub(super) async fn reserve_ids(link: &mut Link, account: &str, count: u64) -> Result<u64, Trouble> {
    let key = text::stored(account);
    let rows = link.fetch(|| sqlx::query(sql::RESERVE_IDS).bind(&*key).bind(count.cast_signed())).await?;
    number(rows.first().ok_or(sqlx::Error::RowNotFound)?)
}
