//! Loading the baseline catalogue from seed files.
//!
//! Everything happens in one transaction, record by record, so that a million products take no more memory than ten and a file
//! with an error changes nothing. Every load has a number, its generation: rows that still have an older one at the end were
//! not in the files.
//!
//! A load may take minutes, and nothing else can be written meanwhile. So it looks before each record whether it is still wanted.

use super::products::{Origin, ProductWriter};
use super::reads::BASELINE;
use super::trouble::Trouble;
use super::{edits, index};
use crate::catalog::Product;
use crate::catalog::seed::{Record, SeedError, SeedFile};
use crate::store::baseline::{self, LastLoad, Marks, Plan};
use crate::store::{LoadError, Loaded, MAX_SEED_ERRORS, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use std::sync::atomic::{AtomicBool, Ordering};

/// Why it went wrong, before the context is known.
pub(super) enum Failure {
    Seed(Vec<SeedError>),
    Trouble(Trouble),
    /// It is not wanted any more.
    GivenUp,
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

impl Failure {
    /// The error, with the file `name`.
    pub(super) fn during(self, what: &str, name: &str) -> LoadError {
        match self {
            Self::Seed(errors) => LoadError::Seed(errors),
            Self::Trouble(trouble) => LoadError::Store(trouble.during(what, name)),
            Self::GivenUp => LoadError::Store(StoreError::Closed),
        }
    }
}

/// What is to be done about these files.
pub(super) fn plan(connection: &Connection, files: &[SeedFile]) -> Result<Plan, Failure> {
    let last = last_load(connection)?;
    baseline::plan(files, last.as_ref()).map_err(Failure::Seed)
}

fn last_load(connection: &Connection) -> Result<Option<LastLoad>, Trouble> {
    let load = connection
        .query_row("select generation, products, files from baselines where account = ?1", [BASELINE], |row| {
            Ok(LastLoad::new(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?))
        })
        .optional()?;
    Ok(load)
}

/// Remembers how the files look now.
pub(super) fn remember(connection: &Connection, marks: &Marks) -> Result<(), Failure> {
    connection.execute("update baselines set files = ?2 where account = ?1", (BASELINE, marks.to_json()))?;
    Ok(())
}

/// Forgets what the baseline was loaded from, so that the next start loads it again.
pub(super) fn forget_files(connection: &Connection) -> Result<(), Trouble> {
    connection.prepare_cached("update baselines set files = '' where account = ?1")?.execute([BASELINE])?;
    Ok(())
}

/// The number of the last load; 0 when there was none.
pub(super) fn generation(connection: &Connection) -> Result<i64, Trouble> {
    Ok(last_load(connection)?.map_or(0, |last| last.generation))
}

/// Makes the baseline what the files hold. To be called in a transaction, which is to be rolled back after an error. Once
/// `give_up` is set it ends with [`Failure::GivenUp`].
pub(super) fn load(
    connection: &Connection,
    files: &[SeedFile],
    marks: &Marks,
    give_up: &AtomicBool,
) -> Result<Loaded, Failure> {
    let generation = generation(connection)? + 1;
    let products = Loader::new(connection, files, generation)?.load_all(give_up)?;
    let withdrawn = ProductWriter::new(connection)?.withdraw_unseen(BASELINE, generation)?;
    connection.execute("delete from offers where account = ?1 and generation < ?2", (BASELINE, generation))?;
    connection.execute(
        "insert into baselines (account, generation, products, files) values (?1, ?2, ?3, ?4)
        on conflict (account) do update
            set generation = excluded.generation, products = excluded.products, files = excluded.files",
        params![BASELINE, generation, products.cast_signed(), marks.to_json()],
    )?;
    if !index::catch_up(connection, || give_up.load(Ordering::Relaxed))? {
        return Err(Failure::GivenUp);
    }
    edits::count_change(connection, BASELINE)?;
    Ok(Loaded::Loaded { products, withdrawn })
}

/// One load under way.
struct Loader<'a> {
    files: &'a [SeedFile],
    generation: i64,
    product: ProductWriter<'a>,
    /// Where this load found a product first.
    place_of_product: Statement<'a>,
    /// Writes an offer unless this load has written its listing id already.
    offer: Statement<'a>,
    /// Where this load found the product with a listing id first.
    place_of_listing: Statement<'a>,
    errors: Vec<SeedError>,
}

impl<'a> Loader<'a> {
    fn new(connection: &'a Connection, files: &'a [SeedFile], generation: i64) -> Result<Self, Failure> {
        Ok(Self {
            files,
            generation,
            product: ProductWriter::new(connection)?,
            place_of_product: connection.prepare(
                "select seed_file, seed_line from products where account = ?1 and locale = ?2 and asin = ?3 and generation = ?4",
            )?,
            offer: connection.prepare(
                "insert into offers (account, locale, listing_id, asin, generation) values (?1, ?2, ?3, ?4, ?5)
                on conflict (account, locale, listing_id) do update
                    set asin = excluded.asin, generation = excluded.generation
                    where offers.generation < excluded.generation",
            )?,
            place_of_listing: connection.prepare(
                "select products.seed_file, products.seed_line from offers
                    join products on products.account = offers.account and products.locale = offers.locale
                        and products.asin = offers.asin
                where offers.account = ?1 and offers.locale = ?2 and offers.listing_id = ?3 and offers.generation = ?4",
            )?,
            errors: Vec::new(),
        })
    }

    /// Loads all files, unless told to give up; answers how many products they hold.
    fn load_all(mut self, give_up: &AtomicBool) -> Result<u64, Failure> {
        let mut products = 0;
        let files = self.files;
        'files: for (number, file) in files.iter().enumerate() {
            let records = match file.records() {
                Ok(records) => records,
                Err(error) => {
                    self.errors.push(error);
                    continue;
                }
            };
            for record in records {
                if give_up.load(Ordering::Relaxed) {
                    return Err(Failure::GivenUp);
                }
                match record {
                    Ok(record) => self.load(number, file, record)?,
                    Err(error) => self.errors.push(error),
                }
                products += 1;
                if self.errors.len() >= MAX_SEED_ERRORS {
                    break 'files;
                }
            }
        }
        self.errors.truncate(MAX_SEED_ERRORS);
        if self.errors.is_empty() { Ok(products) } else { Err(Failure::Seed(self.errors)) }
    }

    fn load(&mut self, number: usize, file: &SeedFile, record: Record) -> Result<(), Trouble> {
        let Record { line, product } = record;
        let product = product.with_listing_ids();
        let Product { locale, asin, .. } = &product;
        let origin = Origin { generation: self.generation, place: (number, line) };
        if !self.product.write(BASELINE, &product, origin, true)? {
            let key = (BASELINE, locale.name(), asin.as_str(), self.generation);
            let first = place(&mut self.place_of_product, self.files, key)?;
            let message = format!("{locale} {asin} occurs twice; first at {first}");
            self.errors.push(SeedError::in_field(file, line, "asin", message));
            return Ok(());
        }
        for listing in product.listings() {
            let listing = listing.as_str();
            if self.offer.execute((BASELINE, locale.name(), listing, asin.as_str(), self.generation))? == 0 {
                let first =
                    place(&mut self.place_of_listing, self.files, (BASELINE, locale.name(), listing, self.generation))?;
                let message = format!("the listing id {listing} occurs twice in {locale}; first at {first}");
                self.errors.push(SeedError::in_field(file, line, "listing_id", message));
            }
        }
        Ok(())
    }
}

/// Where a record stands: `FILE:LINE`.
fn place(statement: &mut Statement<'_>, files: &[SeedFile], key: (&str, &str, &str, i64)) -> Result<String, Trouble> {
    let (file, line) = statement.query_row(key, |row| Ok((row.get::<_, usize>(0)?, row.get::<_, i64>(1)?)))?;
    Ok(format!("{}:{line}", files.get(file).map_or_else(String::new, SeedFile::name)))
}
