//! Loading the baseline catalogue from seed files.
//!
//! Everything happens in one transaction, so that a file with an error changes nothing. Records are read by a thread of their own
//! and written in batches, so that a million products take no more memory than some thousands, and reading and writing go on at
//! once. Every load has a number, its generation: rows that still have an older one at the end were not in the files.
//!
//! Servers that start at once take turns: the second finds loaded what the first has loaded.

use super::edits;
use super::migrate::TAKE_TURN;
use super::products::{self, Key, Origin, Row, key};
use super::reads::{self, BASELINE};
use super::server::Server;
use super::sql;
use super::text;
use super::trouble::Trouble;
use crate::cart::Locale;
use crate::catalog::seed::{Entry, Record, SeedError, SeedFile};
use crate::catalog::{Product, ProductList};
use crate::store::baseline::{self, LastLoad, Marks, Plan};
use crate::store::{LoadError, Loaded, MAX_SEED_ERRORS, StoreError};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use std::collections::{HashMap, HashSet, hash_map};
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
pub(super) enum Failure {
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
            Loaded::Unchanged { products: last.products, lists: last.lists }
        }
        last => write(&mut transaction, files, marks, last.map_or(0, |last| last.generation) + 1).await?,
    };
    transaction.commit().await?;
    Ok(loaded)
}

/// Makes the baseline what the files hold, unless the last load says that it is. In a transaction of the caller, who has the turn.
pub(super) async fn load_again(connection: &mut PgConnection, files: &[SeedFile]) -> Result<(), Failure> {
    let last = sqlx::query(sql::LAST_LOAD).fetch_optional(&mut *connection).await?;
    let last = last.as_ref().map(reads::last_load).transpose()?;
    let generation = last.as_ref().map_or(0, |last| last.generation);
    let shared = files.to_vec();
    let plan = spawn_blocking(move || baseline::plan(&shared, last.as_ref())).await.map_err(|_| StoreError::Closed)?;
    match plan.map_err(Failure::Seed)? {
        Plan::Keep(_) => {}
        Plan::Remember(_, marks) => {
            sqlx::query(sql::REMEMBER_FILES).bind(marks.to_json()).execute(connection).await?;
        }
        Plan::Load(marks) => drop(write(connection, files, &marks, generation + 1).await?),
    }
    Ok(())
}

async fn write(
    connection: &mut PgConnection,
    files: &[SeedFile],
    marks: &Marks,
    generation: i64,
) -> Result<Loaded, Failure> {
    let counts = Loader { connection, files, generation, errors: Vec::new() }.load_all().await?;
    let Counts { products, lists } = counts;
    sqlx::raw_sql(sql::JOIN_LONG_LISTS).execute(&mut *connection).await?;
    let withdrawn = sqlx::query(sql::WITHDRAW_UNSEEN).bind(generation).fetch_one(&mut *connection).await?;
    let withdrawn: i64 = withdrawn.try_get(0)?;
    for remove in [sql::REMOVE_UNSEEN_OFFERS, sql::REMOVE_UNSEEN_LISTS, sql::REMOVE_UNSEEN_LIST_ITEMS] {
        sqlx::query(remove).bind(generation).execute(&mut *connection).await?;
    }
    let remember = sqlx::query(sql::REMEMBER_LOAD).bind(generation).bind(products.cast_signed());
    remember.bind(lists.cast_signed()).bind(marks.to_json()).execute(&mut *connection).await?;
    edits::count_change(connection, BASELINE).await?;
    // What the server knows of the words decides how it searches for them; by itself it would look only a minute later.
    sqlx::raw_sql("analyze products, search_entries, offers").execute(&mut *connection).await?;
    Ok(Loaded::Loaded { products, withdrawn: withdrawn.cast_unsigned(), lists })
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

/// A product on its way into the database.
struct Loading {
    order: u64,
    place: Place,
    product: Product,
}

/// How many records the files hold.
#[derive(Default)]
struct Counts {
    products: u64,
    lists: u64,
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
    /// Loads all files; answers how much they hold.
    async fn load_all(mut self) -> Result<Counts, Failure> {
        // One batch waits while the one before it is written.
        let (sender, mut batches) = mpsc::channel(1);
        let files = self.files.to_vec();
        let reading = spawn_blocking(move || read(&files, &sender));
        let mut counts = Counts::default();
        while let Some(batch) = batches.recv().await {
            self.load(batch, &mut counts).await?;
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
            Ok(counts)
        } else {
            Err(Failure::Seed(self.errors.into_iter().map(|(_, error)| error).collect()))
        }
    }

    async fn load(&mut self, batch: Vec<Numbered>, counts: &mut Counts) -> Result<(), Failure> {
        let mut products = Vec::with_capacity(batch.len());
        for Numbered { order, file, record } in batch {
            match record {
                Ok(Record { line, entry: Entry::Product(product) }) => {
                    products.push(Loading { order, place: (file, line), product: product.with_listing_ids() });
                    counts.products += 1;
                }
                Ok(Record { line, entry: Entry::List(list) }) => {
                    self.list(order, (file, line), &list).await?;
                    counts.lists += 1;
                }
                Err(error) => self.errors.push((order, error)),
            }
        }
        if !products.is_empty() {
            let products = self.products(products).await?;
            self.offers(&products).await?;
        }
        Ok(())
    }

    /// Writes the products; answers those that were not there before in these files.
    async fn products(&mut self, records: Vec<Loading>) -> Result<Vec<Loading>, Failure> {
        let mut firsts: HashMap<Key, Place> = HashMap::with_capacity(records.len());
        let mut rows = Vec::with_capacity(records.len());
        for record in &records {
            if let hash_map::Entry::Vacant(first) = firsts.entry(key(&record.product)) {
                first.insert(record.place);
                rows.push(Row { product: &record.product, place: record.place });
            }
        }
        products::sort(&mut rows);
        let origin = Origin { account: BASELINE, generation: self.generation, once: true };
        let written = products::write(self.connection, origin, &rows).await?;
        if written.len() == records.len() {
            return Ok(records); // the rule
        }
        let mut new = Vec::with_capacity(records.len());
        for record in records {
            let (locale, asin) = key(&record.product);
            let first = if !written.contains(&(locale, asin)) {
                self.place(sql::PLACE_OF_PRODUCT, locale, asin.as_str()).await?
            } else if firsts[&(locale, asin)] == record.place {
                new.push(record);
                continue;
            } else {
                self.show(firsts[&(locale, asin)])
            };
            let message = format!("{locale} {asin} occurs twice; first at {first}");
            self.at_fault(record.order, record.place, "asin", message);
        }
        Ok(new)
    }

    /// Writes the offers of these products.
    async fn offers(&mut self, records: &[Loading]) -> Result<(), Failure> {
        // As they are stored: that is also how they come back.
        let mut offers: Vec<(&Loading, String)> = Vec::with_capacity(records.len());
        for record in records {
            offers.extend(record.product.listings().map(|l| (record, text::stored(l.as_str()).into_owned())));
        }
        let mut firsts: HashMap<(Locale, &str), usize> = HashMap::with_capacity(offers.len());
        let mut rows = Vec::with_capacity(offers.len());
        for (number, (record, listing)) in offers.iter().enumerate() {
            if let hash_map::Entry::Vacant(first) = firsts.entry((record.product.locale, listing)) {
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
        if written.len() == offers.len() {
            return Ok(()); // the rule
        }
        let written: HashSet<(String, String)> =
            written.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, Trouble>>()?;
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
            self.at_fault(record.order, record.place, "listing_id", message);
        }
        Ok(())
    }

    /// Writes a list.
    async fn list(&mut self, order: u64, place: Place, list: &ProductList) -> Result<(), Failure> {
        let locale = list.locale;
        let shown = |text: &str| text.escape_debug().to_string();
        let id = text::stored(&list.id);
        let doc = serde_json::to_string(list).expect("a list is always JSON");
        let statement = sqlx::query(sql::LOAD_LIST).bind(locale.name()).bind(&*id).bind(self.generation);
        let statement = statement.bind(file_number(place)).bind(place.1.cast_signed()).bind(doc);
        if statement.execute(&mut *self.connection).await?.rows_affected() == 0 {
            let first = self.place(sql::PLACE_OF_LIST, locale, &id).await?;
            let message = format!("the list {} occurs twice in {locale}; first at {first}", shown(&list.id));
            self.at_fault(order, place, "id", message);
            return Ok(());
        }
        let mut items: Vec<String> = list.items.iter().map(|item| text::stored(&item.id).into_owned()).collect();
        items.sort_unstable();
        items.dedup(); // what is in the list twice is found below
        let statement = sqlx::query(sql::LOAD_LIST_ITEMS).bind(locale.name()).bind(&*id).bind(self.generation);
        let written = statement.bind(items).fetch_all(&mut *self.connection).await?;
        let mut new: HashSet<String> =
            written.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(Trouble::Sql)?;
        if let Some(item) = list.items.iter().find(|item| !new.remove(&*text::stored(&item.id))) {
            let first = self.place(sql::PLACE_OF_LIST_ITEM, locale, &text::stored(&item.id)).await?;
            let message = format!("the list item {} occurs twice in {locale}; first at {first}", shown(&item.id));
            self.at_fault(order, place, "items", message);
        }
        Ok(())
    }

    fn at_fault(&mut self, order: u64, (file, line): Place, field: &str, message: String) {
        self.errors.push((order, SeedError::in_field(&self.files[file], line, field, message)));
    }

    /// Where this load found what has this key: `FILE:LINE`.
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

fn file_number((file, _): Place) -> i64 {
    i64::try_from(file).expect("a few files")
}
