//! Loading the baseline catalogue from seed files.
//!
//! Everything happens in one transaction, so that a file with an error changes nothing. Records are read by a thread of their own
//! and written in batches, so that a million products take no more memory than some thousands, and reading and writing go on at
//! once. Every load has a number, its generation: rows that still have an older one at the end were not in the files.
//!
//! Servers that start at once take turns: the second finds loaded what the first has loaded.

use super::migrate::TAKE_TURN;
use super::reads;
use super::server::Server;
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::{Asin, Locale};
use crate::catalog::Product;
use crate::catalog::seed::{Record, SeedError, SeedFile};
use crate::store::baseline::{self, LastLoad, Marks, Plan};
use crate::store::{LoadError, Loaded, MAX_SEED_ERRORS, StoreError};
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection as _, Row as _};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

/// Records that are written with one statement.
const BATCH: usize = 2_000;

/// Makes the baseline what the files hold, unless the last load says that it is. Whoever stops waiting gives it up.
pub(super) async fn load(server: &Server, files: &[SeedFile], last: Option<LastLoad>) -> Result<Loaded, LoadError> {
    let shared = files.to_vec();
    let plan = spawn_blocking(move || baseline::plan(&shared, last.as_ref())).await.map_err(|_| StoreError::Closed)?;
    let marks = match plan.map_err(LoadError::Seed)? {
        Plan::Keep(loaded) => return Ok(loaded),
        Plan::Remember(_, marks) | Plan::Load(marks) => marks,
    };
    let failed = |failure: Failure| match failure {
        Failure::Seed(errors) => LoadError::Seed(errors),
        Failure::Trouble(trouble) => LoadError::Store(trouble.during("loading the catalogue", server.name())),
    };
    let mut connection = server.again().await.map_err(|trouble| failed(trouble.into()))?;
    let loaded = in_turn(&mut connection, files, &marks).await.map_err(failed)?;
    // What the last statement did is durable; that the connection ends in order is no concern of the caller.
    let _ = connection.close().await;
    Ok(loaded)
}

/// Why it went wrong, before the context is known.
enum Failure {
    Seed(Vec<SeedError>),
    Trouble(Trouble),
}

impl<E: Into<Trouble>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Trouble(error.into())
    }
}

/// Loads the files when no other server loads any, unless another has loaded them by then.
async fn in_turn(connection: &mut PgConnection, files: &[SeedFile], marks: &Marks) -> Result<Loaded, Failure> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql(TAKE_TURN).execute(&mut *transaction).await?;
    let last = sqlx::query(sql::LAST_LOAD).fetch_optional(&mut *transaction).await?;
    let last = last.as_ref().map(reads::last_load).transpose()?;
    let loaded = match last {
        Some(last) if marks.are_of(&last) => {
            sqlx::query(sql::REMEMBER_FILES).bind(marks.to_json()).execute(&mut *transaction).await?;
            Loaded::Unchanged { products: last.products }
        }
        last => write(&mut transaction, files, marks, last.map_or(0, |last| last.generation) + 1).await?,
    };
    transaction.commit().await?;
    Ok(loaded)
}

async fn write(
    connection: &mut PgConnection,
    files: &[SeedFile],
    marks: &Marks,
    generation: i64,
) -> Result<Loaded, Failure> {
    let products = Loader { connection, files, generation, errors: Vec::new() }.load_all().await?;
    let withdrawn = sqlx::query(sql::WITHDRAW_UNSEEN).bind(generation).execute(&mut *connection).await?;
    sqlx::query(sql::REMOVE_UNSEEN_OFFERS).bind(generation).execute(&mut *connection).await?;
    let remember = sqlx::query(sql::REMEMBER_LOAD).bind(generation).bind(products.cast_signed());
    remember.bind(marks.to_json()).execute(&mut *connection).await?;
    Ok(Loaded::Loaded { products, withdrawn: withdrawn.rows_affected() })
}

/// A record or an error of a seed file, and where it stands.
struct Numbered {
    /// Its place among all records of all files.
    order: u64,
    /// Its file's place among the files.
    file: usize,
    record: Result<Record, SeedError>,
}

/// Reads all files and hands their records on in batches, until they are at their end or nobody takes more.
fn read(files: &[SeedFile], batches: &mpsc::Sender<Vec<Numbered>>) {
    let mut order = 0;
    let mut batch = Vec::with_capacity(BATCH);
    for (file, source) in files.iter().enumerate() {
        let (records, unreadable) = match source.records() {
            Ok(records) => (Some(records), None),
            Err(error) => (None, Some(Err(error))),
        };
        for record in unreadable.into_iter().chain(records.into_iter().flatten()) {
            batch.push(Numbered { order, file, record });
            order += 1;
            if batch.len() >= BATCH && batches.blocking_send(std::mem::take(&mut batch)).is_err() {
                return;
            }
        }
    }
    let _ = batches.blocking_send(batch); // whoever takes no more has its reason
}

/// Where a record stands: its file's place among the files, and its line.
type Place = (usize, u64);

/// A record on its way into the database.
struct Loading {
    order: u64,
    place: Place,
    product: Product,
}

/// One load under way.
struct Loader<'a> {
    connection: &'a mut PgConnection,
    files: &'a [SeedFile],
    generation: i64,
    /// With the place of the record at fault among all records.
    errors: Vec<(u64, SeedError)>,
}

impl Loader<'_> {
    /// Loads all files; answers how many products they hold.
    async fn load_all(mut self) -> Result<u64, Failure> {
        // One batch waits while the one before it is written.
        let (sender, mut batches) = mpsc::channel(1);
        let files = self.files.to_vec();
        let reading = spawn_blocking(move || read(&files, &sender));
        let mut products = 0;
        while let Some(batch) = batches.recv().await {
            products += batch.len() as u64;
            self.load(batch).await?;
            if self.errors.len() >= MAX_SEED_ERRORS {
                break; // what comes later has later errors
            }
        }
        drop(batches);
        // A reader that panicked has not read everything.
        reading.await.map_err(|_| StoreError::Closed)?;
        self.errors.sort_by_key(|(order, _)| *order);
        self.errors.truncate(MAX_SEED_ERRORS);
        if self.errors.is_empty() {
            Ok(products)
        } else {
            Err(Failure::Seed(self.errors.into_iter().map(|(_, error)| error).collect()))
        }
    }

    async fn load(&mut self, batch: Vec<Numbered>) -> Result<(), Failure> {
        let mut records = Vec::with_capacity(batch.len());
        for Numbered { order, file, record } in batch {
            match record {
                Ok(Record { line, product }) => {
                    records.push(Loading { order, place: (file, line), product: product.with_listing_ids() });
                }
                Err(error) => self.errors.push((order, error)),
            }
        }
        let records = self.products(records).await?;
        self.offers(&records).await
    }

    /// Writes the products; answers those that were not there before in these files.
    async fn products(&mut self, records: Vec<Loading>) -> Result<Vec<Loading>, Failure> {
        let key = |record: &Loading| (record.product.locale, record.product.asin);
        let mut firsts: HashMap<(Locale, Asin), Place> = HashMap::with_capacity(records.len());
        let mut rows = Vec::with_capacity(records.len());
        for record in &records {
            if let Entry::Vacant(first) = firsts.entry(key(record)) {
                first.insert(record.place);
                rows.push(record);
            }
        }
        // In one order, as everybody who writes many rows does it, so that nobody waits for somebody who waits for him.
        rows.sort_unstable_by_key(|record| (record.product.locale.name(), record.product.asin));
        let docs = rows.iter().map(|row| serde_json::to_string(&row.product).expect("a product is always JSON"));
        let availability = |row: &&Loading| {
            let word = serde_json::to_value(row.product.availability).expect("a word is always JSON");
            word.as_str().map(str::to_owned)
        };
        let statement = sqlx::query(sql::LOAD_PRODUCTS)
            .bind(self.generation)
            .bind(rows.iter().map(|row| row.product.locale.name()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.product.asin.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| text::stored(&row.product.title)).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| text::stored(&row.product.product_group)).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.product.sales_rank.map(i64::from)).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.product.release_date.map(|date| date.to_string())).collect::<Vec<_>>())
            .bind(rows.iter().map(availability).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| number(row.place.0)).collect::<Vec<_>>())
            .bind(rows.iter().map(|row| row.place.1.cast_signed()).collect::<Vec<_>>())
            .bind(docs.collect::<Vec<_>>());
        let written = statement.fetch_all(&mut *self.connection).await?;
        let expected = rows.len();
        if written.len() == expected && records.len() == expected {
            return Ok(records); // the rule
        }
        let written = keys(&written)?;
        let mut new = Vec::with_capacity(expected);
        for record in records {
            let Product { locale, asin, .. } = record.product;
            let first = if !written.contains(&(locale.name().to_owned(), asin.to_string())) {
                self.place(sql::PLACE_OF_PRODUCT, locale, asin.as_str()).await?
            } else if firsts[&key(&record)] == record.place {
                new.push(record);
                continue;
            } else {
                self.show(firsts[&key(&record)])
            };
            self.at_fault(&record, "asin", format!("{locale} {asin} occurs twice; first at {first}"));
        }
        Ok(new)
    }

    /// Writes the offers of these records.
    async fn offers(&mut self, records: &[Loading]) -> Result<(), Failure> {
        // As they are stored: that is also how they come back.
        let offers = records.iter().flat_map(|record| {
            let texts = record.product.listings().map(|listing| text::stored(listing.as_str()).into_owned());
            texts.map(move |listing| (record, listing)).collect::<Vec<_>>()
        });
        let offers: Vec<(&Loading, String)> = offers.collect();
        let mut firsts: HashMap<(Locale, &str), usize> = HashMap::with_capacity(offers.len());
        let mut rows = Vec::with_capacity(offers.len());
        for (number, (record, listing)) in offers.iter().enumerate() {
            if let Entry::Vacant(first) = firsts.entry((record.product.locale, listing)) {
                first.insert(number);
                rows.push((record, listing));
            }
        }
        rows.sort_unstable_by_key(|(record, listing)| (record.product.locale.name(), listing.as_str()));
        let statement = sqlx::query(sql::LOAD_OFFERS)
            .bind(self.generation)
            .bind(rows.iter().map(|(record, _)| record.product.locale.name()).collect::<Vec<_>>())
            .bind(rows.iter().map(|(_, listing)| listing.as_str()).collect::<Vec<_>>())
            .bind(rows.iter().map(|(record, _)| record.product.asin.as_str()).collect::<Vec<_>>());
        let written = statement.fetch_all(&mut *self.connection).await?;
        if written.len() == rows.len() && offers.len() == rows.len() {
            return Ok(()); // the rule
        }
        let written = keys(&written)?;
        for (number, (record, listing)) in offers.iter().enumerate() {
            let locale = record.product.locale;
            let first = firsts[&(locale, listing.as_str())];
            let place = if !written.contains(&(locale.name().to_owned(), listing.clone())) {
                self.place(sql::PLACE_OF_LISTING, locale, listing).await?
            } else if first == number {
                continue;
            } else {
                self.show(offers[first].0.place)
            };
            let listing = text::read(listing.clone());
            let message = format!("the listing id {listing} occurs twice in {locale}; first at {place}");
            self.at_fault(record, "listing_id", message);
        }
        Ok(())
    }

    fn at_fault(&mut self, record: &Loading, field: &str, message: String) {
        let (file, line) = record.place;
        self.errors.push((record.order, SeedError::in_field(&self.files[file], line, field, message)));
    }

    /// Where an earlier batch found what has this key: `FILE:LINE`.
    async fn place(&mut self, statement: &'static str, locale: Locale, key: &str) -> Result<String, Failure> {
        let statement = sqlx::query(statement).bind(locale.name()).bind(key).bind(self.generation);
        let row = statement.fetch_one(&mut *self.connection).await?;
        let (file, line): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        Ok(self.show((usize::try_from(file).unwrap_or(usize::MAX), line.cast_unsigned())))
    }

    fn show(&self, (file, line): Place) -> String {
        format!("{}:{line}", self.files.get(file).map_or_else(String::new, SeedFile::name))
    }
}

fn number(place: usize) -> i64 {
    i64::try_from(place).expect("a few files")
}

/// The keys that a statement of the load answers: the locale, and what is unique in it.
fn keys(rows: &[PgRow]) -> Result<HashSet<(String, String)>, Trouble> {
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
