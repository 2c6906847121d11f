//! Carts as an operator sees them: found by their account instead of their number, and deleted before their time.

use super::control_sql as sql;
use super::link::Link;
use super::pool::Statement;
use super::reads;
use super::trouble::Trouble;
use crate::cart::{Cart, CartId};
use crate::store::row;
use sqlx::Row as _;
use sqlx::postgres::PgRow;

/// Reads the next carts in the order of their numbers.
pub(super) fn page(account: Option<&str>, after: Option<CartId>, limit: u32) -> Statement<'_> {
    let statement = sqlx::query(if account.is_some() { sql::CARTS_OF_ACCOUNT } else { sql::CARTS_PAGE });
    let page = statement.persistent(false).bind(after.map_or(-1, row::key)).bind(i64::from(limit));
    if let Some(account) = account { page.bind(account) } else { page }
}

/// The carts of a page; those that cannot be understood are left out.
pub(super) fn understood(rows: &[PgRow]) -> Result<Vec<Cart>, Trouble> {
    let mut carts = Vec::with_capacity(rows.len());
    for row in rows {
        match reads::cart(row)? {
            (_, Ok(cart)) => carts.push(cart),
            (_, Err(error)) => tracing::error!(%error, "a cart is not listed"),
        }
    }
    Ok(carts)
}

/// Deletes one cart or all, of one account or of all.
pub(super) async fn delete(link: &mut Link, account: Option<String>, cart: Option<CartId>) -> Result<u64, Trouble> {
    let Some(cart) = cart else {
        let rows = link.fetch(|| match &account {
            Some(account) => sqlx::query(sql::DELETE_CARTS_OF_ACCOUNT).persistent(false).bind(account),
            None => sqlx::query(sql::DELETE_CARTS).persistent(false),
        });
        let deleted: i64 = rows.await?.first().map_or(Ok(0), |row| row.try_get(0))?;
        return Ok(deleted.cast_unsigned());
    };
    let delete = || sqlx::query(sql::DELETE_CART).persistent(false).bind(row::key(cart)).bind(&account);
    Ok(link.fetch(delete).await?.len() as u64)
}
