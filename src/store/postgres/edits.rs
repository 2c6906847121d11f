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
use crate::cart::Asin;
use crate::catalog::Product;
use crate::store::{ListingTaken, Site, StoreError};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use std::collections::HashMap;

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
    let (locales, asins): (Vec<&str>, Vec<String>) =
        keys.map(|(locale, asin)| (locale.name(), asin.to_string())).unzip();
    let rows = sqlx::query(sql::OWN_DOCUMENTS).bind(&*account).bind(locales).bind(asins);
    let products = reads::documents(&rows.fetch_all(&mut *connection).await?)?;
    let offers = Offers::of(&products);
    let remove = sqlx::query(sql::REMOVE_OFFERS).bind(&*account);
    remove.bind(&offers.locales).bind(&offers.listings).bind(&offers.asins).execute(connection).await?;
    Ok(())
}

/// Writes the offers of products, unless one of their listing ids belongs to another product that the account sees.
async fn offer(
    connection: &mut PgConnection,
    origin: Origin<'_>,
    products: &[Product],
) -> Result<Result<(), ListingTaken>, Trouble> {
    let account = text::stored(origin.account);
    for products in products.chunks(BATCH) {
        let offers = Offers::of(products);
        let owners = sqlx::query(sql::OWNERS_OF_LISTINGS).bind(&*account);
        let owners = owners.bind(&offers.locales).bind(&offers.listings).fetch_all(&mut *connection).await?;
        // The account's own come first, and count before the baseline's.
        let mut taken: HashMap<(String, String), Vec<Asin>> = HashMap::with_capacity(owners.len());
        for row in &owners {
            let (locale, owner) = reads::key(row.try_get(0)?, row.try_get(2)?)?;
            taken.entry((locale.name().to_owned(), row.try_get(1)?)).or_default().push(owner);
        }
        for product in products {
            for listing in product.listings() {
                let stored = text::stored(listing.as_str()).into_owned();
                let owners = taken.entry((product.locale.name().to_owned(), stored)).or_default();
                if let Some(owner) = owners.iter().find(|owner| **owner != product.asin) {
                    return Ok(Err(ListingTaken {
                        locale: product.locale,
                        asin: product.asin,
                        listing: listing.as_str().to_owned(),
                        owner: *owner,
                    }));
                }
                owners.push(product.asin);
            }
        }
        let new = sqlx::query(sql::NEW_OFFERS).bind(&*account).bind(origin.generation);
        new.bind(&offers.locales).bind(&offers.listings).bind(&offers.asins).execute(&mut *connection).await?;
    }
    Ok(Ok(()))
}

/// The columns of the offers of products.
#[derive(Default)]
struct Offers {
    locales: Vec<&'static str>,
    listings: Vec<String>,
    asins: Vec<String>,
}

impl Offers {
    fn of(products: &[Product]) -> Self {
        let mut offers = Self::default();
        for product in products {
            for listing in product.listings() {
                offers.locales.push(product.locale.name());
                offers.listings.push(text::stored(listing.as_str()).into_owned());
                offers.asins.push(product.asin.to_string());
            }
        }
        offers
    }
}
