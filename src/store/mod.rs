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

mod accounts;
mod baseline;
mod cache;
mod difference;
mod lane;
mod owned;
mod postgres;
mod row;
mod sqlite;
mod state;
mod url;

pub use accounts::{AccountChanges, AccountEdit, AccountEdited, AccountRow, AccountsMark, Holdings};
pub use difference::{Difference, Differences, MAX_DIFFERENCES};
pub use owned::{Kind, Part, Rows, TABLES, Table};
pub use state::{
    EditSettings, MAX_SNAPSHOT, Removed, Reset, Snapshot, SnapshotInfo, TooLarge, Unrestored, Whose, examine,
};
pub use url::{DatabaseUrl, InvalidDatabaseUrl};

use crate::cart::{
    Access, Applied, Asin, Cart, CartChange, CartId, CustomerCart, CustomerId, Expiry, ListingId, Locale, Purchase,
    Refusal,
};
use crate::catalog::seed::{SeedError, SeedFile};
use crate::catalog::{CodeType, Found, Product, ProductList, Search};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// What every method of [`Store`] gives back: a future that can be boxed, since the database is chosen at run time.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A cart together with the products of its lines, read in one go.
#[derive(Clone, Debug)]
pub struct CartView {
    /// The cart.
    pub cart: Arc<Cart>,
    /// For each line its product. Products are withdrawn and not deleted, so that one is only missing when somebody else
    /// deleted it.
    pub products: Vec<Option<Listed>>,
}

/// A product as it stands in the catalogue.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its last known record. Shared: most products are in many carts.
    pub product: Arc<Product>,
    /// It has left the catalogue: known to old lines, unknown to CartCreate and CartAdd.
    pub withdrawn: bool,
}

/// How a database is opened.
#[derive(Clone, Copy, Debug)]
pub struct StoreSettings {
    /// Writes that may wait for the write lane; one more is answered with [`StoreError::Busy`]. At least 1.
    pub queue: usize,
    /// Connections for reading. `None` is what the database works best with.
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
pub async fn open(url: &DatabaseUrl, settings: StoreSettings) -> Result<Arc<dyn Store>, StoreError> {
    match url {
        DatabaseUrl::Memory => Ok(Arc::new(sqlite::SqliteStore::throwaway(settings)?)),
        DatabaseUrl::Sqlite(path) => Ok(Arc::new(sqlite::SqliteStore::open(path, settings)?)),
        DatabaseUrl::Postgres(address) => {
            Ok(Arc::new(postgres::PostgresStore::open(address, url.to_string(), settings).await?))
        }
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

/// What one step of a sweep did, which goes on at a `C`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swept<C = SweepCursor> {
    /// Carts that were deleted.
    pub deleted: Vec<SweptCart>,
    /// Where to go on; `None` when no dead cart is left.
    pub next: Option<C>,
}

/// A cart that a sweep deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SweptCart {
    /// Its id.
    pub id: CartId,
    /// The access key that made it.
    pub account: String,
    /// The locale in which it existed.
    pub locale: Locale,
    /// It had not been handed over.
    pub was_open: bool,
}

/// The catalogue that a caller sees: of one locale, with the records of the caller's own account in front of the baseline's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site<'a> {
    /// The locale.
    pub locale: Locale,
    /// The access key; empty is the baseline alone.
    pub account: &'a str,
}

/// Why an edit of the catalogue was not made. Nothing of it is in the database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{locale} {asin}: the listing id {listing} belongs to an offer of {owner}")]
pub struct ListingTaken {
    /// The site.
    pub locale: Locale,
    /// The product that could not be written.
    pub asin: Asin,
    /// The listing id of one of its offers.
    pub listing: String,
    /// The product that has an offer of this listing id.
    pub owner: Asin,
}

/// A remote cart on its way into the customer's own.
#[derive(Clone, Debug)]
pub struct HandOver {
    /// The remote cart.
    pub cart: CartId,
    /// What decides whether it may be handed over.
    pub access: Access,
    /// Who takes it over.
    pub customer: CustomerId,
    /// When, by the clock that customers go by.
    pub at: Timestamp,
}

/// What is needed of the database, and no more.
pub trait Store: Send + Sync + 'static {
    /// Reads a cart and the products of its lines, as this account sees them. `None` when there is no such cart.
    fn cart<'a>(&'a self, id: CartId, account: &'a str) -> StoreFuture<'a, Option<CartView>>;

    /// Makes a change through the write lane, and answers once it is durable.
    fn change(&self, change: CartChange) -> StoreFuture<'_, Result<Applied, Refusal>>;

    /// Notes that a cart was read, so that its idle clock starts again. Never waits; the lane writes it with its next batch.
    fn touch(&self, id: CartId, now: Timestamp);

    /// Carts in the order of their ids, after the cart `after`, as they are stored: of an account, or of all for `None`. A cart whose
    /// row cannot be understood is passed over, with an error in the log.
    fn carts<'a>(&'a self, account: Option<&'a str>, after: Option<CartId>, limit: u32) -> StoreFuture<'a, Vec<Cart>>;

    /// Deletes a cart, or all for `None`, of an account, or of all accounts for `None`; answers how many. Behind all changes and
    /// touches that were handed in before.
    fn delete_carts<'a>(&'a self, account: Option<&'a str>, cart: Option<CartId>) -> StoreFuture<'a, u64>;

    /// The products with these ASINs, in this order. Withdrawn ones are told apart, not left out.
    fn products<'a>(&'a self, site: Site<'a>, asins: &'a [Asin]) -> StoreFuture<'a, Vec<Option<Listed>>>;

    /// The product that has an offer with this listing id, among those that are not withdrawn.
    fn product_of_listing<'a>(&'a self, site: Site<'a>, listing: &'a ListingId) -> StoreFuture<'a, Option<Listed>>;

    /// The products with this number, by ASIN; none that is withdrawn. Several editions may share one; ten are answered at most.
    fn products_of_code<'a>(
        &'a self,
        site: Site<'a>,
        code_type: CodeType,
        code: &'a str,
    ) -> StoreFuture<'a, Vec<Product>>;

    /// Searches by the database's own full-text index; nothing that is withdrawn is found. What a word is, `catalog::words` says
    /// for every database.
    ///
    /// It takes about the same time however many products there are: it looks at [`Search::REACH`] of those that have the words
    /// and stand in the index and the node, the best-selling ones. Of equal or no rank they are the first that the database comes
    /// upon, always the same. Prices and the order are looked at among these.
    fn search<'a>(&'a self, site: Site<'a>, search: &'a Search<'a>) -> StoreFuture<'a, Found>;

    /// The list with this ListId, with what this account bought of it added to what was received.
    fn list<'a>(&'a self, site: Site<'a>, list_id: &'a str) -> StoreFuture<'a, Option<ProductList>>;

    /// The best-selling products of a product group, best first; none that is withdrawn or has no sales rank.
    fn top_sellers<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>>;

    /// The newest products of a product group, newest first; none that is withdrawn or has no release date.
    fn new_releases<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>>;

    /// A page of the catalogue that an account sees, by locale name and ASIN, after the key `after`; none that is withdrawn.
    /// `locale` leaves all others out.
    fn catalogue<'a>(
        &'a self,
        account: &'a str,
        locale: Option<Locale>,
        after: Option<(Locale, Asin)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<Product>>;

    /// Writes products into an account's catalogue, or into the baseline for the account '', all or none of them. What was
    /// withdrawn comes back. The next start makes the baseline again what its seed files hold.
    fn put_products<'a>(
        &'a self,
        account: &'a str,
        products: Vec<Product>,
    ) -> StoreFuture<'a, Result<(), ListingTaken>>;

    /// Withdraws a product from an account's catalogue, or from the baseline for the account ''. False when that account sees none.
    fn withdraw_product<'a>(&'a self, site: Site<'a>, asin: Asin) -> StoreFuture<'a, bool>;

    /// Moves all lines of a remote cart into the customer's own cart, and closes the remote cart, in one transaction: whatever
    /// happens, the lines are in one of them. Answers both: the remote cart with the lines that it had, and the customer's.
    fn hand_over(&self, hand_over: HandOver) -> StoreFuture<'_, Result<(Cart, CustomerCart), Refusal>>;

    /// A customer's own cart. `None` when there is none.
    fn customer_cart(&self, customer: CustomerId, locale: Locale) -> StoreFuture<'_, Option<CustomerCart>>;

    /// Saves a customer's cart as it shall be, together with what was bought out of it, in one transaction. `cart.revision` is
    /// that of the cart as it was read (0 when there was none) and is counted up here; false when the stored cart is another by
    /// now, or an order's number is taken, and then nothing was done. What was bought for a list is noted on the list, for the
    /// account of the purchase.
    fn save_customer_cart(&self, cart: CustomerCart, bought: Vec<Purchase>) -> StoreFuture<'_, bool>;

    /// What was bought, newest first: of an account, or of all for `None`, beginning after the order `after`. Of the last order
    /// all purchases are answered, even where that is more than `limit`: so that it can be gone on after it.
    fn purchases<'a>(
        &'a self,
        account: Option<&'a str>,
        after: Option<(Timestamp, CartId)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<Purchase>>;

    /// One step of a sweep, behind all changes and touches that were handed in before: looks at the next `limit` carts at most,
    /// the longest idle first, and deletes those that are dead at `now`. The carts of the accounts `except` are left alone.
    ///
    /// It is carts looked at that are counted and not carts deleted, so that a step is short even where many carts are nearly
    /// dead.
    fn sweep(
        &self,
        now: Timestamp,
        expiry: Expiry,
        except: Arc<HashSet<Box<str>>>,
        from: SweepCursor,
        limit: u32,
    ) -> StoreFuture<'_, Swept>;

    /// As [`Store::sweep`], of one account's carts, by their ids, beginning after one.
    fn sweep_account<'a>(
        &'a self,
        account: &'a str,
        now: Timestamp,
        expiry: Expiry,
        after: Option<CartId>,
        limit: u32,
    ) -> StoreFuture<'a, Swept<CartId>>;

    /// Takes every cart of an account for used as late as it may have been: `slack` after what is stored, though not after `until`.
    /// Behind all changes and touches that were handed in before.
    fn round_up_touches<'a>(&'a self, account: &'a str, slack: SignedDuration, until: Timestamp)
    -> StoreFuture<'a, ()>;

    /// Deletes customers' carts that were last changed before `before`, `limit` at most; answers how many. Behind all changes that
    /// were handed in before.
    fn sweep_customers(&self, before: Timestamp, limit: u32) -> StoreFuture<'_, u64>;

    /// What changed of accounts' settings since they were seen last; everything there is for the first mark. Cheap when nothing did.
    fn account_changes(&self, seen: AccountsMark) -> StoreFuture<'_, AccountChanges>;

    /// An account's settings as they are stored now. `None` when it has none of its own.
    fn account<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<AccountRow>>;

    /// Edits an account's settings if they are those of revision `stored` (`None`: if there are none), behind all changes and
    /// touches that were handed in before.
    fn edit_account<'a>(
        &'a self,
        account: &'a str,
        stored: Option<u64>,
        edit: AccountEdit<'a>,
    ) -> StoreFuture<'a, AccountEdited>;

    /// The accounts that own anything, settings included, after the key `after`, in order.
    fn owners<'a>(&'a self, after: &'a str, limit: u32) -> StoreFuture<'a, Vec<String>>;

    /// How much an account has.
    fn holdings<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Holdings>;

    /// How many numbers were reserved for the ids of an account. `None` when none ever were.
    fn reserved_ids<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<u64>>;

    /// Forgets that any were.
    fn forget_ids<'a>(&'a self, account: &'a str) -> StoreFuture<'a, ()>;

    /// Reserves `count` numbers for the ids of an account, and answers how many were reserved before. Some may stay unused.
    fn reserve_ids<'a>(&'a self, account: &'a str, count: u64) -> StoreFuture<'a, u64>;

    /// Makes the baseline catalogue exactly what these files hold, in one transaction: products that they do not name are
    /// withdrawn. Does nothing when they are the files that were loaded last, unchanged. Closing or dropping the store gives it
    /// up, since it may take minutes: then it fails with [`StoreError::Closed`], and nothing has changed.
    fn load_baseline<'a>(
        &'a self,
        files: &'a [SeedFile],
    ) -> Pin<Box<dyn Future<Output = Result<Loaded, LoadError>> + Send + 'a>>;

    /// Removes parts of what an account or the server has, in one transaction, behind all changes and touches that were handed in
    /// before; answers how much. It is the files of the baseline that it may fail for, when they have to be loaded again.
    fn reset(&self, reset: Reset) -> Pin<Box<dyn Future<Output = Result<Removed, LoadError>> + Send + '_>>;

    /// Writes down what an account or the server has, as it is at one moment, behind all changes and touches that were handed in
    /// before. `conceal` makes of an account's settings what may be written down.
    fn take(
        &self,
        whose: Whose,
        at: Timestamp,
        conceal: fn(&str) -> Result<String, StoreError>,
    ) -> StoreFuture<'_, Result<Snapshot, TooLarge>>;

    /// Makes what an account or the server has what it was when the snapshot was taken, in one transaction, behind all changes and
    /// touches that were handed in before. `settings` makes of the present settings and those of the snapshot what becomes of them.
    fn restore(&self, whose: Whose, doc: Arc<str>, settings: EditSettings) -> StoreFuture<'_, Result<(), Unrestored>>;

    /// The snapshots that were put aside for an account, or for the server (''), by name.
    fn snapshots<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Vec<SnapshotInfo>>;

    /// A snapshot of this name.
    fn snapshot<'a>(&'a self, account: &'a str, name: &'a str) -> StoreFuture<'a, Option<Snapshot>>;

    /// Puts a snapshot aside, in the place of another of that name; answers whether there was none.
    fn put_snapshot<'a>(&'a self, account: &'a str, name: &'a str, snapshot: Snapshot) -> StoreFuture<'a, bool>;

    /// Removes a snapshot; answers whether there was one.
    fn delete_snapshot<'a>(&'a self, account: &'a str, name: &'a str) -> StoreFuture<'a, bool>;

    /// A value that all servers of this database share, made by the first one: the stored one if there is one, else `candidate`,
    /// which is then stored.
    fn shared_setting<'a>(&'a self, name: &'a str, candidate: Vec<u8>) -> StoreFuture<'a, Vec<u8>>;

    /// Whether other servers may have the same database.
    fn is_shared(&self) -> bool;

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
        /// Lists in it.
        lists: u64,
    },
    /// The files were loaded.
    Loaded {
        /// Products in the baseline.
        products: u64,
        /// Products that the baseline had and has no more.
        withdrawn: u64,
        /// Lists in the baseline.
        lists: u64,
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
    /// There is more to do than can be done or may wait; try again later.
    #[error("the database has too much to do")]
    Busy,
    /// Another program keeps the file locked; try again later.
    #[error("{0} is locked by another program")]
    Locked(String),
    /// Whoever asked does not wait for the answer any longer. What was asked may still be done.
    #[error("the database does not answer in time")]
    TooSlow,
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

impl StoreError {
    /// Whether the same may work in a moment: there is too much to do now.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Locked(_) | Self::TooSlow)
    }
}
