//! Carts as an operator sees them: found by their account instead of their number, and deleted before their time.

use super::reads::cart_row;
use super::trouble::Trouble;
use crate::cart::{Cart, CartId};
use crate::store::row;
use rusqlite::{Connection, params};

/// The next carts in the order of their numbers; those that cannot be understood are left out.
pub(super) fn page(
    connection: &Connection,
    account: Option<&str>,
    after: Option<CartId>,
    limit: u32,
) -> Result<Vec<Cart>, Trouble> {
    // One statement for each case, so that each has its index.
    let of_account = if account.is_some() { "account = ?1 and " } else { "" };
    let sql = format!(
        "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines
        from carts where {of_account} cart_id > ?2 and ?1 = ?1 order by cart_id limit ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((account.unwrap_or_default(), after.map_or(-1, row::key), limit))?;
    let mut carts = Vec::new();
    while let Some(row) = rows.next()? {
        match cart_row(row)?.into_cart() {
            Ok(cart) => carts.push(cart),
            Err(error) => tracing::error!(%error, "a cart is not listed"),
        }
    }
    Ok(carts)
}

/// Deletes one cart or all, of one account or of all.
pub(super) fn delete(connection: &Connection, account: Option<&str>, cart: Option<CartId>) -> Result<u64, Trouble> {
    let deleted = match (cart, account) {
        (Some(cart), account) => connection
            .prepare_cached("delete from carts where cart_id = ?1 and account = coalesce(?2, account)")?
            .execute(params![row::key(cart), account])?,
        (None, Some(account)) => {
            connection.prepare_cached("delete from carts where account = ?1")?.execute([account])?
        }
        (None, None) => connection.prepare_cached("delete from carts")?.execute([])?,
    };
    Ok(deleted as u64)
}

/// Whether there is a cart with this number.
pub(super) fn exists(connection: &Connection, id: CartId) -> Result<bool, Trouble> {
    Ok(connection.prepare_cached("select 1 from carts where cart_id = ?1")?.exists([row::key(id)])?)
}
