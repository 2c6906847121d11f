//! What the rows of a read hold. A function here gets rows, and knows nothing of connections.

use super::text;
use super::trouble::Trouble;
use crate::cart::{Asin, Cart, CartId};
use crate::catalog::Product;
use crate::store::baseline::LastLoad;
use crate::store::row::{self, CartRow};
use crate::store::{CartView, Listed, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use std::collections::HashMap;

/// The account of the baseline catalogue.
pub(super) const BASELINE: &str = "";

/// The cart of a row that begins with the columns of [`super::sql::CARTS`]. The inner error is that of this cart alone, the outer
/// one that of the database.
pub(super) fn cart(row: &PgRow) -> Result<(CartId, Result<Cart, StoreError>), Trouble> {
    let row = CartRow {
        cart_id: row.try_get(0)?,
        account: text::read(row.try_get(1)?),
        locale: row.try_get(2)?,
        associate_tag: text::read(row.try_get(3)?),
        merge: row.try_get(4)?,
        revision: row.try_get(5)?,
        state: row.try_get(6)?,
        created_at: row.try_get(7)?,
        touched_at: row.try_get(8)?,
        lines: row.try_get(9)?,
    };
    Ok((row::id(row.cart_id)?, row.into_cart()))
}

/// The cart of a row of [`super::sql::CART`], and the products of its lines.
pub(super) fn view(row: &PgRow) -> Result<CartView, Trouble> {
    let (_, cart) = cart(row)?;
    let cart = cart?;
    let docs: Vec<String> = row.try_get(10)?;
    let mut known = HashMap::with_capacity(docs.len());
    for doc in &docs {
        let (mark, doc) = doc.split_at_checked(1).unwrap_or_default();
        let product = product(doc, || format!("of cart {}", cart.id))?;
        known.insert(product.asin, Listed { product, withdrawn: mark == "-" });
    }
    let products = take(&mut known, cart.lines.iter().map(|line| line.asin));
    Ok(CartView { cart, products })
}

/// The products of rows of [`super::sql::PRODUCTS`], in the order of `asins`.
pub(super) fn products(rows: &[PgRow], asins: &[Asin]) -> Result<Vec<Option<Listed>>, Trouble> {
    let mut known = HashMap::with_capacity(rows.len());
    for row in rows {
        let product = product(row.try_get(2)?, || row.try_get(0).unwrap_or_default())?;
        known.insert(product.asin, Listed { product, withdrawn: row.try_get(1)? });
    }
    Ok(take(&mut known, asins.iter().copied()))
}

/// A product for each of these ASINs, of which one may occur twice.
fn take(known: &mut HashMap<Asin, Listed>, asins: impl Iterator<Item = Asin>) -> Vec<Option<Listed>> {
    let mut taken: Vec<Option<Listed>> = Vec::with_capacity(asins.size_hint().0);
    for asin in asins {
        let again = || taken.iter().flatten().find(|listed| listed.product.asin == asin).cloned();
        let listed = known.remove(&asin).or_else(again);
        taken.push(listed);
    }
    taken
}

/// The product of a row that begins with whether it is withdrawn, and its document.
pub(super) fn listed(row: &PgRow) -> Result<Listed, Trouble> {
    Ok(Listed { product: product(row.try_get(1)?, || "of a listing id".to_owned())?, withdrawn: row.try_get(0)? })
}

/// The products of rows that hold nothing but documents.
pub(super) fn documents(rows: &[PgRow]) -> Result<Vec<Product>, Trouble> {
    rows.iter().map(|row| Ok(product(row.try_get(0)?, || "of a list".to_owned())?)).collect()
}

/// The load of a row of [`super::sql::LAST_LOAD`].
pub(super) fn last_load(row: &PgRow) -> Result<LastLoad, Trouble> {
    Ok(LastLoad::new(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
}

/// The product of a stored document. `key` names the row when it is spoilt.
fn product(doc: &str, key: impl FnOnce() -> String) -> Result<Product, StoreError> {
    serde_json::from_str(doc).map_err(|error| StoreError::Inconsistent {
        table: "products",
        row: key(),
        what: format!("doc: {error}"),
    })
}
