//! The traits that a database implements, and the pieces that databases share.
//!
//! One row per cart; every operation is one statement on one row, so it is atomic and the same on one file or on a sharded
//! engine. Changes go through one write lane (`lane`), which commits what is waiting in one transaction.
//!
//! **Invariants.** An acknowledged change is in the database. Nothing outside this module names a database driver.
//!
//! # A third database
//!
//! 1. One file here that implements [`Store`], on top of `lane` and `row`.
//! 2. A folder under `migrations/` with the same numbers, tables and names.
//! 3. One arm in [`open`], and one line in the test suite's `backends!` list.

mod lane;
mod row;
mod sqlite;
mod url;

pub use url::{DatabaseUrl, InvalidDatabaseUrl};

use crate::cart::{Applied, Asin, Cart, CartChange, CartId, Expiry, ListingId, Locale, Refusal};
use crate::catalog::Product;
use crate::catalog::seed::{SeedError, SeedFile};
use jiff::Timestamp;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What every method of [`Store`] gives back: a future that can be boxed, since the database is chosen at run time.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A cart together with the products of its lines, read in one go.
#[derive(Clone, Debug)]
pub struct CartView {
    /// The cart.
    pub cart: Cart,
    /// For each line its product. Products are withdrawn and not deleted, so that one is only missing when somebody else
    /// deleted it.
    pub products: Vec<Option<Listed>>,
}

/// A product as it stands in the catalogue.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its last known record.
    pub product: Product,
    /// It has left the catalogue: known to old lines, unknown to CartCreate and CartAdd.
    pub withdrawn: bool,
}

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct StoreSettings {
    /// Writes that may wait for the write lane; one more is answered with [`StoreError::Busy`]. At least 1.
    pub queue: usize,
    /// Connections for reading. `None` is two more than the machine runs threads at once.
    pub readers: Option<usize>,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { queue: 4096, readers: None }
    }
}

/// Opens the database, creates or migrates its tables, and starts its write lane.
///
/// Fails with [`StoreError::InUse`] when another server has it, and with [`StoreError::Unusable`] when it is not one that this
/// program can work with.
#[expect(
    clippy::unused_async,
    reason = "a database on a server is connected to, and callers should not have to change"
)]
pub async fn open(url: &DatabaseUrl, settings: StoreSettings) -> Result<Arc<dyn Store>, StoreError> {
    match url {
        DatabaseUrl::Memory => Ok(Arc::new(sqlite::SqliteStore::throwaway(settings)?)),
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::SqliteStore::open(path, settings)?)),
        DatabaseUrl::Postgres(_) => Err(StoreError::Unusable {
            database: url.to_string(),
            reason: "this program was built without PostgreSQL; use sqlite:PATH or memory".to_owned(),
        }),
    }
}

/// Where a sweep has got to: everything before it was looked at. `SweepCursor::default()` is the beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepCursor {
    /// Whether it is among the carts without lines; those with lines come first.
    empty: bool,
    /// The day and the cart looked at last; `None` before the first.
    last: Option<(i64, CartId)>,
}

/// What one step of a sweep did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Swept {
    /// Carts that were deleted.
    pub deleted: u64,
    /// Where to go on; `None` when no dead cart is left.
    pub next: Option<SweepCursor>,
}

/// What is needed of the database, and no more.
pub trait Store: Send + Sync + 'static {
    /// Reads a cart and the products of its lines. `None` when there is no such cart.
    fn cart(&self, id: CartId) -> StoreFuture<'_, Option<CartView>>;

    /// Makes a change through the write lane, and answers once it is durable.
    fn change(&self, change: CartChange) -> StoreFuture<'_, Result<Applied, Refusal>>;

    /// Notes that a cart was read, so that its idle clock starts again. Never waits; the lane writes it with its next batch.
    fn touch(&self, id: CartId, now: Timestamp);

    /// The products with these ASINs, in this order. Withdrawn ones are told apart, not left out.
    fn products<'a>(&'a self, locale: Locale, asins: &'a [Asin]) -> StoreFuture<'a, Vec<Option<Listed>>>;

    /// The product that has an offer with this listing id, among those that are not withdrawn.
    fn product_of_listing<'a>(&'a self, locale: Locale, listing: &'a ListingId) -> StoreFuture<'a, Option<Listed>>;

    /// The best-selling products of a product group, best first; none that is withdrawn or has no sales rank.
    fn top_sellers<'a>(&'a self, locale: Locale, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>>;

    /// The newest products of a product group, newest first; none that is withdrawn or has no release date.
    fn new_releases<'a>(&'a self, locale: Locale, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>>;

    /// One step of a sweep, behind all changes and touches that were handed in before: looks at the next `limit` carts at most,
    /// the longest idle first, and deletes those that are dead at `now`.
    ///
    /// It is carts looked at that are counted and not carts deleted, so that a step is short even where many carts are nearly
    /// dead.
    fn sweep(&self, now: Timestamp, expiry: Expiry, from: SweepCursor, limit: u32) -> StoreFuture<'_, Swept>;

    /// Makes the baseline catalogue exactly what these files hold, in one transaction: products that they do not name are
    /// withdrawn. Does nothing when they are the files that were loaded last, unchanged. Closing or dropping the store gives it
    /// up, since it may take minutes: then it fails with [`StoreError::Closed`], and nothing has changed.
    fn load_baseline<'a>(
        &'a self,
        files: &'a [SeedFile],
    ) -> Pin<Box<dyn Future<Output = Result<Loaded, LoadError>> + Send + 'a>>;

    /// A value that all servers of this database share, made by the first one: the stored one if there is one, else `candidate`,
    /// which is then stored.
    fn shared_setting<'a>(&'a self, name: &'a str, candidate: Vec<u8>) -> StoreFuture<'a, Vec<u8>>;

    /// Whether the database answers. Behind all changes and touches that were handed in before, so that it also tells when
    /// those can be read.
    fn ping(&self) -> StoreFuture<'_, ()>;

    /// Waits until the database makes no changes any more: because it was closed, or because its write lane has failed for good.
    /// Nothing but opening the database again helps then.
    fn ended(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// Finishes what was handed in, except for loading, and closes the database. Later calls fail with [`StoreError::Closed`].
    /// May be called twice.
    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// What loading the baseline did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// The files were those of the last start.
    Unchanged {
        /// Products in the baseline.
        products: u64,
    },
    /// The files were loaded.
    Loaded {
        /// Products in the baseline.
        products: u64,
        /// Products that the baseline had and has no more.
        withdrawn: u64,
    },
}

/// How many errors of seed files are collected before reading stops.
pub const MAX_SEED_ERRORS: usize = 20;

/// Why a baseline was not loaded. Nothing of it is in the database.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The files are at fault: the first errors, [`MAX_SEED_ERRORS`] at most, in order.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Seed(Vec<SeedError>),
    /// The database is.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why the database did not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The write lane's queue is full; try again later.
    #[error("the write queue is full")]
    Busy,
    /// The store was closed.
    #[error("the database is closed")]
    Closed,
    /// Another server holds the file.
    #[error("{0} is in use by another server")]
    InUse(String),
    /// The database cannot be opened, or is not one that this program can work with.
    #[error("{database}: {reason}")]
    Unusable {
        /// The file or server.
        database: String,
        /// Why, and where it is known what to do.
        reason: String,
    },
    /// The database refused or failed.
    #[error("{context}: {source}")]
    Database {
        /// What was being done, and to what file or server.
        context: String,
        /// What the driver said.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The database holds something that Cartwright cannot have written.
    #[error("inconsistent data in {table}, row {row}: {what}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The row's key.
        row: String,
        /// What is wrong with it.
        what: String,
    },
}
