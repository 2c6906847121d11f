//! What the rows of a read hold. A function here gets rows, and knows nothing of connections.

use super::products::Key;
use super::text;
use super::trouble::Trouble;
use crate::cart::{Asin, Cart, CartId, CustomerCart, Purchase};
use crate::catalog::{Product, ProductList};
use crate::store::baseline::LastLoad;
use crate::store::cache::Revision;
use crate::store::row::{self, CartRow, CustomerRow, PurchaseRow};
use crate::store::{Listed, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::HashMap;
use std::sync::Arc;

/// The account of the baseline catalogue.
pub(super) const BASELINE: &str = "";

/// The cart of a row that begins with the columns of [`super::sql::CARTS`]. The inner error is that of this cart alone, the outer
/// one that of the database.
pub(super) fn cart(row: &PgRow) -> Result<(CartId, Result<Cart, StoreError>), Trouble> {
    let (account, associate_tag) = (text::read(row.try_get(1)?), text::read(row.try_get(3)?));
    let row = CartRow {
        cart_id: row.try_get(0)?,
        account: &account,
        locale: row.try_get(2)?,
        associate_tag: &associate_tag,
        merge: row.try_get(4)?,
        revision: row.try_get(5)?,
        state: row.try_get(6)?,
        created_at: row.try_get(7)?,
        touched_at: row.try_get(8)?,
        lines: row.try_get::<&str, _>(9)?.into(),
    };
    Ok((row::id(row.cart_id)?, row.into_cart()))
}

/// The catalogue's revision, of the last column of [`super::sql::CARTS`] and others. Before the first load there is none.
pub(super) fn revision(row: &PgRow, column: usize) -> Result<Revision, Trouble> {
    Ok(Revision::of(row.try_get::<Option<i64>, _>(column)?.unwrap_or(0).cast_unsigned()))
}

/// The products of rows of [`super::sql::PRODUCTS`], each with the bytes of its document: the account's own stand in front of the
/// baseline's.
pub(super) fn known(rows: &[PgRow]) -> Result<HashMap<Asin, (Listed, usize)>, Trouble> {
    let mut known: HashMap<Asin, (Listed, usize)> = HashMap::with_capacity(rows.len());
    for row in rows {
        let listed = listed(row)?;
        let is_own = row.try_get::<&str, _>(2)? != BASELINE;
        if is_own || !known.contains_key(&listed.product.asin) {
            known.insert(listed.product.asin, (listed, row.try_get::<&str, _>(1)?.len()));
        }
    }
    Ok(known)
}

/// The products of rows of [`super::sql::PRODUCTS`], in the order of `asins`, of which one may occur twice.
pub(super) fn products(rows: &[PgRow], asins: &[Asin]) -> Result<Vec<Option<Listed>>, Trouble> {
    let known = known(rows)?;
    Ok(asins.iter().map(|asin| known.get(asin).map(|(listed, _)| listed.clone())).collect())
}

/// The product of a row that begins with whether it is withdrawn, and its document.
pub(super) fn listed(row: &PgRow) -> Result<Listed, Trouble> {
    let product = product(row.try_get(1)?, || "(unknown)".to_owned())?;
    Ok(Listed { product: Arc::new(product), withdrawn: row.try_get(0)? })
}

/// The products of rows that begin with their documents.
pub(super) fn documents(rows: &[PgRow]) -> Result<Vec<Product>, Trouble> {
    rows.iter().map(|row| Ok(product(row.try_get(0)?, || "(unknown)".to_owned())?)).collect()
}

/// The key of a product, of its two columns.
pub(super) fn key(locale: &str, asin: &str) -> Result<Key, Trouble> {
    let wrong = || StoreError::Inconsistent {
        table: "products",
        row: format!("{locale} {asin}"),
        what: "this is no locale with an ASIN".to_owned(),
    };
    Ok((locale.parse().map_err(|_| wrong())?, asin.parse().map_err(|_| wrong())?))
}

/// The list of a row of [`super::sql::LIST`].
pub(super) fn list(row: &PgRow) -> Result<ProductList, Trouble> {
    let doc: &str = row.try_get(0)?;
    let list = serde_json::from_str(doc).map_err(|error| StoreError::Inconsistent {
        table: "lists",
        row: "(unknown)".to_owned(),
        what: format!("doc: {error}"),
    })?;
    Ok(list)
}

/// The customer's cart of a row of [`super::sql::CUSTOMER_CART`].
pub(super) fn customer_cart(row: &PgRow) -> Result<CustomerCart, Trouble> {
    let row = CustomerRow {
        customer_id: row.try_get(0)?,
        locale: row.try_get(1)?,
        revision: row.try_get(2)?,
        touched_at: row.try_get(3)?,
        lines: row.try_get(4)?,
    };
    Ok(row.into_cart()?)
}

/// The purchase of a row of [`super::sql::PURCHASES`].
fn purchase(row: &PgRow) -> Result<Purchase, Trouble> {
    let row = PurchaseRow {
        order_id: row.try_get(0)?,
        bought_at: row.try_get(1)?,
        locale: row.try_get(2)?,
        account: text::read(row.try_get(3)?),
        cart_id: row.try_get(4)?,
        associate_tag: text::read(row.try_get(5)?),
        total: row.try_get(6)?,
        lines: row.try_get(7)?,
    };
    Ok(row.into_purchase()?)
}

/// The purchases of rows of [`super::sql::PURCHASES`].
pub(super) fn purchases(rows: &[PgRow]) -> Result<Vec<Purchase>, Trouble> {
    rows.iter().map(purchase).collect()
}

/// What was bought of each item of lists, of rows of [`super::sql::BOUGHT_OF_ITEMS`].
pub(super) fn bought(rows: &[PgRow]) -> Result<HashMap<String, u32>, Trouble> {
    let bought =
        |row: &PgRow| Ok((text::read(row.try_get(0)?), u32::try_from(row.try_get::<i64, _>(1)?).unwrap_or(u32::MAX)));
    rows.iter().map(bought).collect()
}

/// The load of a row of [`super::sql::LAST_LOAD`].
pub(super) fn last_load(row: &PgRow) -> Result<LastLoad, Trouble> {
    let (generation, products, lists): (i64, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    Ok(LastLoad::new(generation, products.cast_unsigned(), lists.cast_unsigned(), row.try_get(3)?))
}

/// The product of a stored document. `key` names the row when it is spoilt.
fn product(doc: &str, key: impl FnOnce() -> String) -> Result<Product, StoreError> {
    serde_json::from_str(doc).map_err(|error| StoreError::Inconsistent {
        table: "products",
        row: key(),
        what: format!("doc: {error}"),
    })
}
