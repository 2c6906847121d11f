//! What is read, on the caller's thread. A function here gets a connection, and knows nothing of pools or threads.

use super::trouble::Trouble;
use crate::cart::{Asin, CartId, ListingId, Locale};
use crate::catalog::Product;
use crate::store::cache::{Key, ProductCache, Revision};
use crate::store::row::{self, CartRow};
use crate::store::{CartView, Listed, StoreError};
use rusqlite::types::FromSqlError;
use rusqlite::{Connection, OptionalExtension as _, Row};
use std::sync::Arc;

/// The account of the baseline catalogue.
pub(super) const BASELINE: &str = "";

/// The cart's columns in the order in which [`cart_row`] reads them.
pub(super) const CART: &str =
    "select cart_id, account, locale, associate_tag, merge, revision, state, created_at, touched_at, lines
    from carts where cart_id = ?1";

/// Reads a row of [`CART`].
pub(super) fn cart_row<'a>(row: &'a Row<'_>) -> rusqlite::Result<CartRow<'a>> {
    Ok(CartRow {
        cart_id: row.get(0)?,
        account: text(row, 1)?,
        locale: text(row, 2)?,
        associate_tag: text(row, 3)?,
        merge: row.get(4)?,
        revision: row.get(5)?,
        state: text(row, 6)?,
        created_at: row.get(7)?,
        touched_at: row.get(8)?,
        lines: text(row, 9)?.into(),
    })
}

/// A column of text, as long as the row is there. The error of one that is none is the same as that of [`Row::get`].
fn text<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a str> {
    let value = row.get_ref(column)?;
    value.as_str().map_err(|error| match error {
        FromSqlError::InvalidType => {
            let name = row.as_ref().column_name(column).unwrap_or_default().to_owned();
            rusqlite::Error::InvalidColumnType(column, name, value.data_type())
        }
        other => rusqlite::Error::FromSqlConversionFailure(column, value.data_type(), Box::new(other)),
    })
}

/// A connection to read products with, and those that were read before.
#[derive(Clone, Copy)]
pub(super) struct Catalogue<'a> {
    connection: &'a Connection,
    cache: &'a ProductCache,
    revision: Revision,
}

impl<'a> Catalogue<'a> {
    /// The catalogue as it is from here on. To be made before anything is read by it.
    pub(super) fn now(connection: &'a Connection, cache: &'a ProductCache) -> Self {
        Self { connection, cache, revision: cache.revision() }
    }

    /// A product of the baseline, withdrawn or not.
    pub(super) fn product(self, locale: Locale, asin: Asin) -> Result<Option<Listed>, Trouble> {
        let key = Key { account: None, locale, asin };
        if let Some(listed) = self.cache.get(self.revision, &key) {
            return Ok(Some(listed));
        }
        let Some((listed, document)) = product(self.connection, locale, asin)? else { return Ok(None) };
        self.cache.put(self.revision, key, listed.clone(), document);
        Ok(Some(listed))
    }
}

/// A cart and the products of its lines.
pub(super) fn cart(connection: &Connection, cache: &ProductCache, id: CartId) -> Result<Option<CartView>, Trouble> {
    let catalogue = Catalogue::now(connection, cache);
    let mut statement = connection.prepare_cached(CART)?;
    // As long as this statement is not reset, all of the connection's reads see the database as it was now: one read transaction
    // without two statements more to begin and end it.
    let mut rows = statement.query([row::key(id)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let cart = cart_row(row)?.into_cart()?;
    let mut products = Vec::with_capacity(cart.lines.len());
    for line in &cart.lines {
        products.push(catalogue.product(cart.locale, line.asin)?);
    }
    Ok(Some(CartView { cart, products }))
}

/// A product of the baseline from the database, and how long its document is.
fn product(connection: &Connection, locale: Locale, asin: Asin) -> Result<Option<(Listed, usize)>, Trouble> {
    let mut statement = connection
        .prepare_cached("select withdrawn, doc from products where account = ?1 and locale = ?2 and asin = ?3")?;
    let mut rows = statement.query((BASELINE, locale.name(), asin.as_str()))?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let doc = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    let product = Arc::new(record(doc, || format!("{locale} {asin}"))?);
    Ok(Some((Listed { product, withdrawn: row.get(0)? }, doc.len())))
}

/// The product with an offer of this listing id.
pub(super) fn product_of_listing(
    connection: &Connection,
    locale: Locale,
    listing: &ListingId,
) -> Result<Option<Listed>, Trouble> {
    let mut statement = connection.prepare_cached(
        "select products.withdrawn, products.doc from offers
            join products on products.account = offers.account and products.locale = offers.locale and products.asin = offers.asin
        where offers.account = ?1 and offers.locale = ?2 and offers.listing_id = ?3",
    )?;
    let found = statement
        .query_row((BASELINE, locale.name(), listing.as_str()), |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, String>(1)?))
        })
        .optional()?;
    let Some((withdrawn, doc)) = found else { return Ok(None) };
    let product = Arc::new(record(&doc, || format!("listing {}", listing.as_str()))?);
    Ok(Some(Listed { product, withdrawn }))
}

/// The best sales ranks of a product group.
pub(super) fn top_sellers(
    connection: &Connection,
    locale: Locale,
    group: &str,
    limit: u32,
) -> Result<Vec<Product>, Trouble> {
    let sql = "select doc from products
        where account = ?1 and locale = ?2 and product_group = ?3 and withdrawn = 0 and sales_rank is not null
        order by sales_rank, asin limit ?4";
    list(connection, sql, locale, group, limit)
}

/// The latest release dates of a product group.
pub(super) fn new_releases(
    connection: &Connection,
    locale: Locale,
    group: &str,
    limit: u32,
) -> Result<Vec<Product>, Trouble> {
    let sql = "select doc from products
        where account = ?1 and locale = ?2 and product_group = ?3 and withdrawn = 0 and release_date is not null
        order by release_date desc, asin limit ?4";
    list(connection, sql, locale, group, limit)
}

fn list(connection: &Connection, sql: &str, locale: Locale, group: &str, limit: u32) -> Result<Vec<Product>, Trouble> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((BASELINE, locale.name(), group, limit))?;
    let mut products = Vec::new();
    while let Some(row) = rows.next()? {
        let doc = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        products.push(record(doc, || format!("{locale} {group}"))?);
    }
    Ok(products)
}

/// The product of a stored document. `key` names the row when it is spoilt.
fn record(doc: &str, key: impl FnOnce() -> String) -> Result<Product, StoreError> {
    serde_json::from_str(doc).map_err(|error| StoreError::Inconsistent {
        table: "products",
        row: key(),
        what: format!("doc: {error}"),
    })
}
