//! Edits of the catalogue: of an account's own, or of the baseline. Everything here runs within a transaction of the caller.
//!
//! An account's own row stands in front of the baseline's, whether it holds a product or says that there is none.

use super::products::{Origin, ProductWriter};
use super::reads::{self, BASELINE, View};
use super::trouble::Trouble;
use super::{baseline, index};
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::store::{ListingTaken, StoreError};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;

/// Why an edit was not made, before the context is known.
pub(super) enum Failure {
    Taken(ListingTaken),
    Trouble(Trouble),
    /// Beginning or ending the transaction failed.
    Store(StoreError),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Trouble(error.into())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Writes products of an account. The last of several that have one key counts.
pub(super) fn put(connection: &Connection, account: &str, products: Vec<Product>) -> Result<(), Failure> {
    let mut last: HashMap<(Locale, Asin), usize> = HashMap::with_capacity(products.len());
    for (at, product) in products.iter().enumerate() {
        last.insert((product.locale, product.asin), at);
    }
    let products: Vec<Product> = products
        .into_iter()
        .enumerate()
        .filter(|(at, product)| last[&(product.locale, product.asin)] == *at)
        .map(|(_, product)| product.with_listing_ids())
        .collect();
    // All rows before all offers: a listing id may move from one of the products to another.
    let mut writer = ProductWriter::new(connection)?;
    let origin = Origin { generation: generation_of_edits(connection, account)?, place: (0, 0) };
    for product in &products {
        forget_offers(connection, account, product.locale, product.asin)?;
        writer.write(account, product, origin, false)?;
    }
    for product in &products {
        offer(connection, account, product)?;
    }
    drop(writer);
    end(connection, account)?;
    Ok(())
}

/// Withdraws a product of an account; false when the account sees none.
pub(super) fn withdraw(connection: &Connection, account: &str, locale: Locale, asin: Asin) -> Result<bool, Trouble> {
    let view = View { locale, own: Some(account).filter(|account| *account != BASELINE) };
    let Some((listed, _)) = reads::product(connection, view, asin)?.filter(|(listed, _)| !listed.withdrawn) else {
        return Ok(false);
    };
    let mut writer = ProductWriter::new(connection)?;
    if reads::product_of(connection, account, locale, asin)?.is_none() {
        // A row of the account's own, which hides the baseline's.
        writer.write(account, &listed.product, Origin { generation: 0, place: (0, 0) }, false)?;
    }
    forget_offers(connection, account, locale, asin)?;
    writer.withdraw(account, locale, asin)?;
    drop(writer);
    end(connection, account)?;
    Ok(true)
}

/// The generation of rows that an edit writes: the next load of the baseline is a later one, and withdraws what only an edit
/// knows.
fn generation_of_edits(connection: &Connection, account: &str) -> Result<i64, Trouble> {
    if account == BASELINE { baseline::generation(connection) } else { Ok(0) }
}

/// What every edit ends with.
fn end(connection: &Connection, account: &str) -> Result<(), Trouble> {
    index::catch_up(connection, || false)?;
    if account == BASELINE {
        baseline::forget_files(connection)?;
    }
    count_change(connection, account)
}

/// Counts a change of an account's catalogue.
pub(super) fn count_change(connection: &Connection, account: &str) -> Result<(), Trouble> {
    connection
        .prepare_cached(
            "insert into catalogues (account, revision) values (?1, 1)
            on conflict (account) do update set revision = revision + 1",
        )?
        .execute([account])?;
    Ok(())
}

/// The accounts that have rows of their own.
pub(super) fn accounts(connection: &Connection) -> Result<Vec<String>, Trouble> {
    let mut statement = connection.prepare("select account from catalogues where account <> ''")?;
    let accounts = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(accounts)
}

/// Removes the offers of a row as it is.
fn forget_offers(connection: &Connection, account: &str, locale: Locale, asin: Asin) -> Result<(), Trouble> {
    let Some((listed, _)) = reads::product_of(connection, account, locale, asin)? else { return Ok(()) };
    let mut delete = connection
        .prepare_cached("delete from offers where account = ?1 and locale = ?2 and listing_id = ?3 and asin = ?4")?;
    for listing in listed.product.listings() {
        delete.execute((account, locale.name(), listing.as_str(), asin.as_str()))?;
    }
    Ok(())
}

/// Writes the offers of a product.
fn offer(connection: &Connection, account: &str, product: &Product) -> Result<(), Failure> {
    let Product { locale, asin, .. } = product;
    let mut owner =
        connection.prepare_cached("select asin from offers where account = ?1 and locale = ?2 and listing_id = ?3")?;
    let mut insert = connection.prepare_cached(
        "insert into offers (account, locale, listing_id, asin, generation) values (?1, ?2, ?3, ?4, ?5)
        on conflict (account, locale, listing_id) do nothing",
    )?;
    let generation = generation_of_edits(connection, account)?;
    for listing in product.listings() {
        let mut owner_in = |account: &str| -> Result<Option<Asin>, Trouble> {
            let owner: Option<String> =
                owner.query_row((account, locale.name(), listing.as_str()), |row| row.get(0)).optional()?;
            let owner = owner.map(|owner| reads::asin_of(&owner)).transpose()?;
            Ok(owner.filter(|owner| owner != asin))
        };
        let mut taken = owner_in(account)?;
        if taken.is_none() && account != BASELINE {
            // The baseline's, unless the account's own row stands in front of it.
            if let Some(owner) = owner_in(BASELINE)?
                && reads::product_of(connection, account, *locale, owner)?.is_none()
            {
                taken = Some(owner);
            }
        }
        if let Some(owner) = taken {
            let listing = listing.as_str().to_owned();
            return Err(Failure::Taken(ListingTaken { locale: *locale, asin: *asin, listing, owner }));
        }
        insert.execute((account, locale.name(), listing.as_str(), asin.as_str(), generation))?;
    }
    Ok(())
}
