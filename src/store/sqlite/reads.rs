//! What is read, on the caller's thread. A function here gets a connection, and knows nothing of pools or threads.

use super::row_id;
use super::trouble::Trouble;
use crate::cart::{Asin, Cart, CartId, ListingId, Locale};
use crate::catalog::{CodeType, Product};
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

/// The catalogue that a caller sees.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) locale: Locale,
    /// The account whose rows stand in front of the baseline's; `None` when it has none.
    pub(super) own: Option<&'a str>,
}

/// A connection to read products with, and those that were read before.
pub(super) struct Catalogue<'a> {
    connection: &'a Connection,
    cache: &'a ProductCache,
    revision: Revision,
    own: Option<&'a str>,
    /// The same, as the cache's keys have it.
    account: Option<Arc<str>>,
}

impl<'a> Catalogue<'a> {
    /// The catalogue of at least that revision, with the rows of the account `own` in front. The revision is the cache's, asked for
    /// before there was a connection: what that sees may be older than a revision that is asked for later, and would be kept as newer.
    pub(super) fn of(
        revision: Revision,
        connection: &'a Connection,
        cache: &'a ProductCache,
        own: Option<&'a str>,
    ) -> Self {
        Self { connection, cache, revision, own, account: own.map(Arc::from) }
    }

    /// A product, withdrawn or not.
    pub(super) fn product(&self, locale: Locale, asin: Asin) -> Result<Option<Listed>, Trouble> {
        let key = Key { account: self.account.clone(), locale, asin };
        if let Some(listed) = self.cache.get(self.revision, &key) {
            return Ok(Some(listed));
        }
        let view = View { locale, own: self.own };
        let Some((listed, document)) = product(self.connection, view, asin)? else { return Ok(None) };
        self.cache.put(self.revision, key, listed.clone(), document);
        Ok(Some(listed))
    }

    /// The products of a cart's lines.
    pub(super) fn products_of(&self, cart: &Cart) -> Result<Vec<Option<Listed>>, Trouble> {
        cart.lines.iter().map(|line| self.product(cart.locale, line.asin)).collect()
    }
}

/// The products with these ASINs, if all of them were read before and stand in the catalogue still: then there is no need for a connection.
pub(super) fn known(
    cache: &ProductCache,
    view: View<'_>,
    asins: impl Iterator<Item = Asin>,
) -> Option<Vec<Option<Listed>>> {
    let (revision, account) = (cache.revision(), view.own.map(Arc::<str>::from));
    let known = |asin| cache.get(revision, &Key { account: account.clone(), locale: view.locale, asin });
    asins.map(|asin| known(asin).map(Some)).collect()
}

/// A cart and the products of its lines.
pub(super) fn cart(catalogue: &Catalogue<'_>, id: CartId) -> Result<Option<CartView>, Trouble> {
    let mut statement = catalogue.connection.prepare_cached(CART)?;
    let mut rows = statement.query([row::key(id)])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let cart = Arc::new(cart_row(row)?.into_cart()?);
    let products = catalogue.products_of(&cart)?;
    Ok(Some(CartView { cart, products }))
}

/// A product, withdrawn or not, and how long its document is.
pub(super) fn product(connection: &Connection, view: View<'_>, asin: Asin) -> Result<Option<(Listed, usize)>, Trouble> {
    if let Some(own) = view.own
        && let Some(found) = product_of(connection, own, view.locale, asin)?
    {
        return Ok(Some(found));
    }
    product_of(connection, BASELINE, view.locale, asin)
}

/// The row of an account, withdrawn or not, and how long its document is.
pub(super) fn product_of(
    connection: &Connection,
    account: &str,
    locale: Locale,
    asin: Asin,
) -> Result<Option<(Listed, usize)>, Trouble> {
    const OF_BASELINE: &str = "select withdrawn, doc from products where id = ?1";
    const OF_ACCOUNT: &str = "select withdrawn, doc from products where account = ?1 and locale = ?2 and asin = ?3";
    let baseline = account == BASELINE;
    let mut statement = connection.prepare_cached(if baseline { OF_BASELINE } else { OF_ACCOUNT })?;
    let mut rows = if baseline {
        statement.query([row_id::of_baseline(locale, asin)])?
    } else {
        statement.query((account, locale.name(), asin.as_str()))?
    };
    let Some(row) = rows.next()? else { return Ok(None) };
    let doc = row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?;
    let product = Arc::new(record(doc, || format!("{locale} {asin}"))?);
    Ok(Some((Listed { product, withdrawn: row.get(0)? }, doc.len())))
}

/// The product that the search index has under this number.
pub(super) fn product_of_number(connection: &Connection, number: i64) -> Result<Product, Trouble> {
    let mut statement = connection.prepare_cached("select doc from products where number = ?1")?;
    let mut rows = statement.query([number])?;
    let row = rows.next()?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    let doc = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
    Ok(record(doc, || number.to_string())?)
}

/// Whether the account of a view has a row of its own for a product.
pub(super) fn is_own(connection: &Connection, view: View<'_>, asin: Asin) -> Result<bool, Trouble> {
    let Some(own) = view.own else { return Ok(false) };
    let mut statement =
        connection.prepare_cached("select 1 from products where account = ?1 and locale = ?2 and asin = ?3")?;
    Ok(statement.exists((own, view.locale.name(), asin.as_str()))?)
}

/// The product with an offer of this listing id.
pub(super) fn product_of_listing(
    connection: &Connection,
    view: View<'_>,
    listing: &ListingId,
) -> Result<Option<Listed>, Trouble> {
    if let Some(own) = view.own
        && let Some(listed) = product_of_listing_of(connection, own, view.locale, listing)?
    {
        return Ok(Some(listed));
    }
    match product_of_listing_of(connection, BASELINE, view.locale, listing)? {
        // The account's own row stands in front of it, and has no such offer.
        Some(listed) if is_own(connection, view, listed.product.asin)? => Ok(None),
        found => Ok(found),
    }
}

fn product_of_listing_of(
    connection: &Connection,
    account: &str,
    locale: Locale,
    listing: &ListingId,
) -> Result<Option<Listed>, Trouble> {
    let mut statement = connection.prepare_cached(
        "select products.withdrawn, products.doc from offers
            join products on products.account = offers.account and products.locale = offers.locale and products.asin = offers.asin
        where offers.account = ?1 and offers.locale = ?2 and offers.listing_id = ?3",
    )?;
    let found = statement
        .query_row((account, locale.name(), listing.as_str()), |row| {
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
    view: View<'_>,
    group: &str,
    limit: u32,
) -> Result<Vec<Product>, Trouble> {
    const WANTED: &str = "product_group = ?2 and sales_rank is not null";
    products_by(connection, view, WANTED, "sales_rank, asin", group, limit)
}

/// The latest release dates of a product group.
pub(super) fn new_releases(
    connection: &Connection,
    view: View<'_>,
    group: &str,
    limit: u32,
) -> Result<Vec<Product>, Trouble> {
    const WANTED: &str = "product_group = ?2 and release_date is not null";
    products_by(connection, view, WANTED, "release_date desc, asin", group, limit)
}

/// How many products of one number are given at most.
const SAME_CODE: u32 = 10;

/// The products with this number.
pub(super) fn products_of_code(
    connection: &Connection,
    view: View<'_>,
    code_type: CodeType,
    code: &str,
) -> Result<Vec<Product>, Trouble> {
    let wanted = match code_type {
        CodeType::Ean => "ean = ?2",
        CodeType::Upc => "upc = ?2",
        CodeType::Isbn => "isbn = ?2",
    };
    products_by(connection, view, wanted, "asin", &CodeType::normalized(code), SAME_CODE)
}

/// The products of a site that are `wanted`, in an order that an index gives: none that is withdrawn. `?2` is `value`.
fn products_by(
    connection: &Connection,
    view: View<'_>,
    wanted: &str,
    order: &str,
    value: &str,
    limit: u32,
) -> Result<Vec<Product>, Trouble> {
    const COLUMNS: &str = "select asin, sales_rank, release_date, doc from products";
    let locale = view.locale.name();
    let mut products = Vec::new();
    let mut take = |doc: &str| -> Result<(), Trouble> {
        products.push(record(doc, || format!("{locale} {value}"))?);
        Ok(())
    };
    let of = |account: &str| format!("account = {account} and locale = ?1 and {wanted} and withdrawn = 0");
    if let Some(own) = view.own {
        // Of both sides as many as are wanted of both together.
        let sql = format!(
            "select doc from (
                select * from ({COLUMNS} where {of_own} order by {order} limit ?3)
                union all
                select * from ({COLUMNS} where {of_baseline} and not exists
                        (select 1 from products as own where own.account = ?4 and own.locale = ?1 and own.asin = products.asin)
                    order by {order} limit ?3))
            order by {order} limit ?3",
            of_own = of("?4"),
            of_baseline = of("''"),
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query((locale, value, limit, own))?;
        while let Some(row) = rows.next()? {
            take(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
    } else {
        let sql = format!("select doc from products where {} order by {order} limit ?3", of("''"));
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query((locale, value, limit))?;
        while let Some(row) = rows.next()? {
            take(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
    }
    Ok(products)
}

/// A page of the catalogue that an account sees, after a key. `own` is the account whose rows stand in front.
pub(super) fn catalogue(
    connection: &Connection,
    own: Option<&str>,
    locale: Option<Locale>,
    after: Option<(Locale, Asin)>,
    limit: u32,
) -> Result<Vec<Product>, Trouble> {
    // One statement for each case, so that the key's own index leads to the first row of the page.
    let (after_locale, after_asin) = after.as_ref().map_or(("", ""), |(locale, asin)| (locale.name(), asin.as_str()));
    let (wanted, locale, asin) = match locale {
        None => ("(locale, asin) > (?1, ?2)", after_locale, after_asin),
        Some(locale) if after_locale > locale.name() => return Ok(Vec::new()),
        Some(locale) if after_locale < locale.name() => ("locale = ?1 and asin > ?2", locale.name(), ""),
        Some(_) => ("locale = ?1 and asin > ?2", after_locale, after_asin),
    };
    let sql = format!(
        "select doc from (
            select * from (select locale, asin, doc from products where account = ?4 and ?4 <> '' and {wanted} and withdrawn = 0
                order by locale, asin limit ?3)
            union all
            select * from (select locale, asin, doc from products where account = '' and {wanted} and withdrawn = 0
                    and (?4 = '' or not exists (select 1 from products as own
                        where own.account = ?4 and own.locale = products.locale and own.asin = products.asin))
                order by locale, asin limit ?3))
        order by locale, asin limit ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((locale, asin, limit, own.unwrap_or(BASELINE)))?;
    let mut products = Vec::new();
    while let Some(row) = rows.next()? {
        let doc = row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?;
        products.push(record(doc, || "of a page of the catalogue".to_owned())?);
    }
    Ok(products)
}

/// The locale of a stored name.
pub(super) fn locale_of(name: &str) -> Result<Locale, StoreError> {
    name.parse().map_err(|_| StoreError::Inconsistent {
        table: "products",
        row: name.to_owned(),
        what: format!("{name} is no locale"),
    })
}

/// The ASIN of a stored text.
pub(super) fn asin_of(text: &str) -> Result<Asin, StoreError> {
    text.parse().map_err(|_| StoreError::Inconsistent {
        table: "products",
        row: text.to_owned(),
        what: format!("{text} is no ASIN"),
    })
}

/// The product of a stored document. `key` names the row when it is spoilt.
pub(super) fn record(doc: &str, key: impl FnOnce() -> String) -> Result<Product, StoreError> {
    serde_json::from_str(doc).map_err(|error| StoreError::Inconsistent {
        table: "products",
        row: key(),
        what: format!("doc: {error}"),
    })
}
