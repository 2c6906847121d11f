//! Edits of the catalogue: of an account's own, or of the baseline.
//!
//! An account's own row stands in front of the baseline's, whether it holds a product or says that there is none. Whoever edits
//! takes turns with other editors and with loads, so that what is checked still holds when it is written; requests of carts wait
//! for none of them.

use super::link::{ATTEMPTS, Link};
use super::migrate::TAKE_SHORT_TURN;
use super::products::{self, Key, Origin, Row, key};
use super::reads::{self, BASELINE};
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::{Asin, ListingId};
use crate::catalog::Product;
use crate::store::{ListingTaken, Site, StoreError};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use std::collections::{BTreeMap, HashMap};

/// Rows that are written with one statement.
const BATCH: usize = 2_000;

/// Writes products of an account, all or none. The last of several that have one key counts.
pub(super) async fn put(
    link: &mut Link,
    account: &str,
    products: Vec<Product>,
) -> Result<Result<(), ListingTaken>, Trouble> {
    let mut last: HashMap<Key, usize> = HashMap::with_capacity(products.len());
    for (at, product) in products.iter().enumerate() {
        last.insert(key(product), at);
    }
    let counts = |(at, product): &(usize, Product)| last[&key(product)] == *at;
    let products: Vec<Product> =
        products.into_iter().enumerate().filter(counts).map(|(_, product)| product.with_listing_ids()).collect();
    for _ in 0..ATTEMPTS {
        let mut connection = link.take().await?;
        let answer = try_put(&mut connection, account, &products).await;
        match link.keep(connection, answer) {
            // Made twice it is as if made once.
            Err(trouble) if trouble.is_conflict() || trouble.is_disconnected() => {}
            answer => return answer,
        }
    }
    Err(StoreError::Busy.into())
}

async fn try_put(
    connection: &mut PgConnection,
    account: &str,
    products: &[Product],
) -> Result<Result<(), ListingTaken>, Trouble> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(TAKE_SHORT_TURN).execute(&mut *transaction).await?;
    let origin = Origin { account, generation: generation(&mut transaction, account).await?, once: false };
    let mut rows: Vec<Row<'_>> = products.iter().map(|product| Row { product, place: (0, 0) }).collect();
    products::sort(&mut rows);
    // All rows before all offers: a listing id may move from one of the products to another.
    for rows in rows.chunks(BATCH) {
        forget_offers(&mut transaction, account, rows.iter().map(|row| key(row.product))).await?;
        products::write(&mut transaction, origin, rows).await?;
    }
    if let Err(taken) = offer(&mut transaction, origin, products).await? {
        transaction.rollback().await?;
        return Ok(Err(taken));
    }
    end(&mut transaction, account).await?;
    transaction.commit().await?;
    Ok(Ok(()))
}

/// Withdraws a product of an account; false when the account sees none.
pub(super) async fn withdraw(link: &mut Link, site: Site<'_>, asin: Asin) -> Result<bool, Trouble> {
    let mut doubtful = false;
    for _ in 0..ATTEMPTS {
        let mut connection = link.take().await?;
        let answer = try_withdraw(&mut connection, site, asin, doubtful).await;
        match link.keep(connection, answer) {
            Err(trouble) if trouble.is_conflict() => {}
            Err(trouble) if trouble.is_disconnected() => doubtful = true,
            answer => return answer,
        }
    }
    Err(StoreError::Busy.into())
}

async fn try_withdraw(
    connection: &mut PgConnection,
    site: Site<'_>,
    asin: Asin,
    doubtful: bool,
) -> Result<bool, Trouble> {
    let account = text::stored(site.account);
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(TAKE_SHORT_TURN).execute(&mut *transaction).await?;
    let rows = sqlx::query(sql::PRODUCTS).bind(&*account).bind(site.locale.name()).bind([asin.as_str()].as_slice());
    let rows = rows.fetch_all(&mut *transaction).await?;
    let is_own = rows.iter().any(|row| row.try_get::<&str, _>(2).is_ok_and(|owner| owner == account));
    let Some(listed) = reads::products(&rows, &[asin])?.remove(0).filter(|listed| !listed.withdrawn) else {
        // It may be we who have withdrawn it, and only the answer was lost.
        return Ok(doubtful && is_own);
    };
    if !is_own {
        // A row of the account's own, which hides the baseline's.
        let origin = Origin { account: site.account, generation: 0, once: false };
        products::write(&mut transaction, origin, &[Row { product: &listed.product, place: (0, 0) }]).await?;
    }
    forget_offers(&mut transaction, site.account, std::iter::once((site.locale, asin))).await?;
    let withdraw = sqlx::query(sql::WITHDRAW).bind(&*account).bind(site.locale.name()).bind(asin.as_str());
    withdraw.execute(&mut *transaction).await?;
    end(&mut transaction, site.account).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The generation of rows that an edit writes: the next load of the baseline is a later one, and withdraws what only an edit
/// knows.
async fn generation(connection: &mut PgConnection, account: &str) -> Result<i64, Trouble> {
    if account != BASELINE {
        return Ok(0);
    }
    let last = sqlx::query(sql::LAST_LOAD).fetch_optional(connection).await?;
    Ok(last.as_ref().map(reads::last_load).transpose()?.map_or(0, |last| last.generation))
}

/// What every edit ends with.
async fn end(connection: &mut PgConnection, account: &str) -> Result<(), Trouble> {
    if account == BASELINE {
        // The next start loads it again.
        sqlx::query(sql::REMEMBER_FILES).bind("").execute(&mut *connection).await?;
    }
    count_change(connection, account).await
}

/// Counts a change of an account's catalogue.
pub(super) async fn count_change(connection: &mut PgConnection, account: &str) -> Result<(), Trouble> {
    sqlx::query(sql::COUNT_CHANGE).bind(text::stored(account)).execute(connection).await?;
    Ok(())
}

/// Removes the offers of rows as they are.
async fn forget_offers(
    connection: &mut PgConnection,
    account: &str,
    keys: impl Iterator<Item = Key>,
) -> Result<(), Trouble> {
    let account = text::stored(account);
    let mut by_locale: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (locale, asin) in keys {
        by_locale.entry(locale.name()).or_default().push(asin.to_string());
    }
    for (locale, asins) in by_locale {
        let rows = sqlx::query(sql::OWN_DOCUMENTS).bind(&*account).bind(locale).bind(&asins);
        let products = reads::documents(&rows.fetch_all(&mut *connection).await?)?;
        let listings: Vec<String> = products.iter().flat_map(Product::listings).map(|l| stored(&l)).collect();
        let remove = sqlx::query(sql::REMOVE_OFFERS).bind(&*account).bind(locale).bind(listings).bind(&asins);
        remove.execute(&mut *connection).await?;
    }
    Ok(())
}

fn stored(listing: &ListingId) -> String {
    text::stored(listing.as_str()).into_owned()
}

/// Writes the offers of products, unless one of their listing ids belongs to another product that the account sees.
async fn offer(
    connection: &mut PgConnection,
    origin: Origin<'_>,
    products: &[Product],
) -> Result<Result<(), ListingTaken>, Trouble> {
    let account = text::stored(origin.account);
    for products in products.chunks(BATCH) {
        let mut by_locale: BTreeMap<&str, Vec<(ListingId, Asin)>> = BTreeMap::new();
        for product in products {
            let offers = by_locale.entry(product.locale.name()).or_default();
            offers.extend(product.listings().map(|listing| (listing, product.asin)));
        }
        let mut owners: HashMap<(&str, String), Vec<Asin>> = HashMap::new();
        for (locale, offers) in &by_locale {
            let listings: Vec<String> = offers.iter().map(|(listing, _)| stored(listing)).collect();
            let read = sqlx::query(sql::OWNERS_OF_LISTINGS).bind(&*account).bind(locale).bind(listings);
            for row in read.fetch_all(&mut *connection).await? {
                let (_, owner) = reads::key(locale, row.try_get(1)?)?;
                owners.entry((locale, row.try_get(0)?)).or_default().push(owner);
            }
        }
        // In the order in which they were given, so that it is the first one that is told.
        for product in products {
            for listing in product.listings() {
                let owners = owners.entry((product.locale.name(), stored(&listing))).or_default();
                if let Some(owner) = owners.iter().find(|owner| **owner != product.asin) {
                    let listing = listing.as_str().to_owned();
                    let Product { locale, asin, .. } = *product;
                    return Ok(Err(ListingTaken { locale, asin, listing, owner: *owner }));
                }
                owners.push(product.asin);
            }
        }
        for (locale, offers) in by_locale {
            let new = sqlx::query(sql::NEW_OFFERS).bind(&*account).bind(locale).bind(origin.generation);
            let new = new.bind(offers.iter().map(|(listing, _)| stored(listing)).collect::<Vec<_>>());
            new.bind(offers.iter().map(|(_, asin)| asin.as_str()).collect::<Vec<_>>())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(Ok(()))
}
