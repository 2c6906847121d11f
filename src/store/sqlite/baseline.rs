//! Loading the baseline catalogue from seed files.
//!
//! Everything happens in one transaction, record by record, so that a million products take no more memory than ten and a file
//! with an error changes nothing. Every load has a number, its generation: rows that still have an older one at the end were
//! not in the files.
//!
//! A load may take minutes, and nothing else can be written meanwhile. So it looks before each record whether it is still wanted.

use super::lists::{ListWriter, Written};
use super::products::{Origin, ProductWriter};
use super::reads::BASELINE;
use super::trouble::Trouble;
use super::{edits, index};
use crate::catalog::seed::{Entry, Record, SeedError, SeedFile};
use crate::catalog::{Product, ProductList};
use crate::store::{LoadError, Loaded, MAX_SEED_ERRORS, StoreError};
use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};

/// What is remembered of a load.
struct Baseline {
    generation: i64,
    products: u64,
    lists: u64,
    /// `None` when they are not what the baseline holds any more: it was edited, or its tables have changed.
    files: Option<Vec<FileMark>>,
}

/// What tells whether a file is the one that was loaded.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileMark {
    stamp: String,
    digest: String,
}

/// What looking at the files and at the last load says is to be done.
pub(super) enum Plan {
    /// Nothing.
    Keep(Loaded),
    /// The files are the same, but look different from outside: remember how.
    Remember(Loaded, Marks),
    /// Load them.
    Load(Marks),
}

/// The marks of all files, as they were before the first was read.
pub(super) struct Marks(Vec<FileMark>);

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

/// Compares the files with those of the last load: first from outside, and only where that differs by content.
pub(super) fn plan(connection: &Connection, files: &[SeedFile]) -> Result<Plan, Failure> {
    let stamps = each(files, SeedFile::stamp)?;
    let last = last_load(connection)?;
    let keep = |last: &Baseline| Loaded::Unchanged { products: last.products, lists: last.lists };
    if let Some(last) = &last
        && let Some(files) = &last.files
        && files.iter().map(|mark| &mark.stamp).eq(&stamps)
    {
        return Ok(Plan::Keep(keep(last)));
    }
    let digests = each(files, SeedFile::digest)?;
    let same = |files: &Vec<FileMark>| files.iter().map(|mark| &mark.digest).eq(&digests);
    let unchanged = last.filter(|last| last.files.as_ref().is_some_and(same));
    let marks = Marks(stamps.into_iter().zip(digests).map(|(stamp, digest)| FileMark { stamp, digest }).collect());
    Ok(match unchanged {
        Some(last) => Plan::Remember(keep(&last), marks),
        None => Plan::Load(marks),
    })
}

/// Asks every file the same, and collects the errors of all.
fn each(files: &[SeedFile], ask: fn(&SeedFile) -> Result<String, SeedError>) -> Result<Vec<String>, Failure> {
    let mut answers = Vec::with_capacity(files.len());
    let mut errors = Vec::new();
    for file in files {
        match ask(file) {
            Ok(answer) => answers.push(answer),
            Err(error) => errors.push(error),
        }
    }
    errors.truncate(MAX_SEED_ERRORS);
    if errors.is_empty() { Ok(answers) } else { Err(Failure::Seed(errors)) }
}

fn last_load(connection: &Connection) -> Result<Option<Baseline>, Trouble> {
    let found: Option<(i64, u64, u64, String)> = connection
        .query_row("select generation, products, lists, files from baselines where account = ?1", [BASELINE], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    Ok(found.map(|(generation, products, lists, files)| Baseline {
        generation,
        products,
        lists,
        // Marks that cannot be read are marks of other files: the load is repeated.
        files: serde_json::from_str(&files).ok(),
    }))
}

/// Remembers how the files look now.
pub(super) fn remember(connection: &Connection, marks: &Marks) -> Result<(), Failure> {
    let files = serde_json::to_string(&marks.0).expect("texts are always JSON");
    connection.execute("update baselines set files = ?2 where account = ?1", (BASELINE, files))?;
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
    let Counts { products, lists } = Loader::new(connection, files, generation)?.load_all(give_up)?;
    let withdrawn = ProductWriter::new(connection)?.withdraw_unseen(BASELINE, generation)?;
    for table in ["offers", "lists", "list_items"] {
        let sql = format!("delete from {table} where account = ?1 and generation < ?2");
        connection.execute(&sql, (BASELINE, generation))?;
    }
    connection.execute(
        "insert into baselines (account, generation, products, lists, files) values (?1, ?2, ?3, ?4, ?5)
        on conflict (account) do update
            set generation = excluded.generation, products = excluded.products, lists = excluded.lists, files = excluded.files",
        params![
            BASELINE,
            generation,
            products,
            lists,
            serde_json::to_string(&marks.0).expect("texts are always JSON")
        ],
    )?;
    if !index::catch_up(connection, || give_up.load(Ordering::Relaxed))? {
        return Err(Failure::GivenUp);
    }
    edits::count_change(connection, BASELINE)?;
    Ok(Loaded::Loaded { products, withdrawn, lists })
}

/// How many records the files hold.
#[derive(Default)]
struct Counts {
    products: u64,
    lists: u64,
}

/// One load under way.
struct Loader<'a> {
    files: &'a [SeedFile],
    generation: i64,
    product: ProductWriter<'a>,
    list: ListWriter<'a>,
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
            list: ListWriter::new(connection)?,
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

    /// Loads all files, unless told to give up; answers how much they hold.
    fn load_all(mut self, give_up: &AtomicBool) -> Result<Counts, Failure> {
        let mut counts = Counts::default();
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
                    Ok(Record { line, entry: Entry::Product(product) }) => {
                        self.load_product(number, file, line, *product)?;
                        counts.products += 1;
                    }
                    Ok(Record { line, entry: Entry::List(list) }) => {
                        self.load_list(number, file, line, &list)?;
                        counts.lists += 1;
                    }
                    Err(error) => self.errors.push(error),
                }
                if self.errors.len() >= MAX_SEED_ERRORS {
                    break 'files;
                }
            }
        }
        self.errors.truncate(MAX_SEED_ERRORS);
        if self.errors.is_empty() { Ok(counts) } else { Err(Failure::Seed(self.errors)) }
    }

    fn load_product(&mut self, number: usize, file: &SeedFile, line: u64, product: Product) -> Result<(), Trouble> {
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

impl Loader<'_> {
    fn load_list(&mut self, number: usize, file: &SeedFile, line: u64, list: &ProductList) -> Result<(), Trouble> {
        let origin = Origin { generation: self.generation, place: (number, line) };
        let locale = list.locale;
        let at = |(file, line): (usize, u64)| {
            format!("{}:{line}", self.files.get(file).map_or_else(String::new, SeedFile::name))
        };
        let (field, what, first) = match self.list.write(BASELINE, list, origin)? {
            Written::New => return Ok(()),
            Written::SameList(first) => ("id", format!("the list {}", shown(&list.id)), first),
            Written::SameItem(item, first) => ("items", format!("the list item {}", shown(&item)), first),
        };
        let message = format!("{what} occurs twice in {locale}; first at {}", at(first));
        self.errors.push(SeedError::in_field(file, line, field, message));
        Ok(())
    }
}

/// A text of a file on one line.
fn shown(text: &str) -> String {
    text.escape_debug().to_string()
}

/// Where a record stands: `FILE:LINE`.
fn place(statement: &mut Statement<'_>, files: &[SeedFile], key: (&str, &str, &str, i64)) -> Result<String, Trouble> {
    let (file, line) = statement.query_row(key, |row| Ok((row.get::<_, usize>(0)?, row.get::<_, i64>(1)?)))?;
    Ok(format!("{}:{line}", files.get(file).map_or_else(String::new, SeedFile::name)))
}
