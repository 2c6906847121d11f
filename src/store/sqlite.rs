//! The store on one SQLite file.
//!
//! Reads run on the caller's thread with a connection from a small pool (`pool`): a point read costs a few microseconds,
//! less than handing it to another thread. Writes run on the lane's own thread, which has the only connection that writes
//! (`writer`). The file is this process's alone for as long as the store is open (`file`).

mod accounts;
mod baseline;
mod birth;
mod checkpoint;
mod connection;
mod customers;
mod edits;
mod file;
mod index;
mod listing;
mod lists;
mod migrate;
mod overlays;
mod place;
mod pool;
mod presence;
mod products;
mod reads;
mod recent;
mod rescue;
mod row_id;
mod search;
mod state;
mod sweep;
mod trouble;
mod writer;

use super::cache::ProductCache;
use super::lane::{Lane, lane};
use super::{
    AccountChanges, AccountEdit, AccountEdited, AccountRow, AccountsMark, CartView, EditSettings, HandOver, Holdings,
    Listed, ListingTaken, LoadError, Loaded, Removed, Reset, Site, Snapshot, SnapshotInfo, Store, StoreError,
    StoreFuture, StoreSettings, SweepCursor, Swept, TooLarge, Unrestored, Whose,
};
use crate::cart::{
    Applied, Asin, Cart, CartChange, CartId, CustomerCart, CustomerId, Expiry, ListingId, Locale, Purchase, Refusal,
};
use crate::catalog::seed::SeedFile;
use crate::catalog::{CodeType, Found, Product, ProductList, Search};
use checkpoint::{Checkpointer, Limits};
use file::{DatabaseFile, unusable};
use jiff::{SignedDuration, Timestamp};
use overlays::Overlays;
use pool::Pool;
use presence::Presence;
use reads::{Catalogue, View};
use recent::Recent;
use rusqlite::Connection;
use std::collections::HashSet;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tokio::sync::watch;
use trouble::Trouble;
use writer::Writer;

/// Bytes of products that are kept parsed: some eight thousand.
const CACHED: usize = 8 * 1024 * 1024;

/// The store on one SQLite file.
pub(super) struct SqliteStore {
    // In the order in which they are dropped: without callers the lane ends, and then its thread can be waited for.
    lane: Lane<Writer>,
    /// Shared with the writer.
    readers: Arc<Pool>,
    /// Shared with what edits the catalogue on the lane's thread.
    products: Arc<ProductCache>,
    /// Shared with the writer.
    recent: Arc<Recent>,
    thread: LaneThread,
    presence: Option<Arc<Presence>>,
    overlays: Arc<Overlays>,
    /// Set once loading the catalogue is not worth finishing any more.
    give_up: Arc<AtomicBool>,
    /// The file.
    #[cfg(test)]
    path: std::path::PathBuf,
}

impl SqliteStore {
    /// Opens the file at `path`, or makes it.
    pub(super) fn open(path: &Path, settings: StoreSettings) -> Result<Self, StoreError> {
        Self::start(DatabaseFile::take(path)?, settings)
    }

    /// Makes a file that is gone when the store is.
    pub(super) fn throwaway(settings: StoreSettings) -> Result<Self, StoreError> {
        Self::start(DatabaseFile::throwaway()?, settings)
    }

    fn start(file: DatabaseFile, settings: StoreSettings) -> Result<Self, StoreError> {
        let name = file.name().to_owned();
        let durable = !file.is_throwaway();
        let explain = |trouble| migrate::explain(trouble, &name);
        birth::make_if_new(&file)?;
        let mut connection = connection::writer(file.path(), durable).map_err(explain)?;
        migrate::migrate(&mut connection, &name)?;
        let size = settings.readers.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from) + 2);
        let readers = Arc::new(Pool::open(file.path(), &name, size).map_err(explain)?);
        // A table that was made anew stands in the log, all of it, and who only reads would look for it there for ever.
        if let Err(error) = checkpoint::shorten(&connection, &readers) {
            tracing::warn!(%error, "a checkpoint of {name} failed; its log stays as long as it is");
        }
        let no_thread = |error: std::io::Error| unusable(&name, format!("no thread could be started for it: {error}"));
        let no_file = |error: std::io::Error| unusable(&name, format!("it is not there any more: {error}"));
        let checkpoints = connection::checkpointer(file.path(), durable).map_err(explain)?;
        let presence = if durable { Some(Arc::new(Presence::of(file.path(), &name).map_err(no_file)?)) } else { None };
        let watched = presence.clone();
        let look = move || {
            // Whoever needs to know waits for it.
            let _ = watched.as_ref().map(|presence| presence.check());
        };
        let checkpointer =
            Checkpointer::start(checkpoints, Arc::clone(&readers), Limits::default(), look).map_err(no_thread)?;
        let overlays = edits::accounts(&connection).map_err(explain)?;
        let recent = Arc::<Recent>::default();
        let writer = Writer::new(
            connection,
            name.clone(),
            durable,
            Arc::clone(&recent),
            Arc::clone(&readers),
            checkpointer,
            presence.clone(),
        );
        #[cfg(test)]
        let path = file.path().to_owned();
        let (lane, driver) = lane(settings.queue.max(1));
        // No timers and no sockets: between two batches the thread sleeps until a caller wakes it.
        let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(no_thread)?;
        let thread = LaneThread::start(move || {
            runtime.block_on(driver.drive(writer)).close();
            drop(file); // only now may another server have it
        });
        let thread = thread.map_err(no_thread)?;
        Ok(Self {
            lane,
            readers,
            products: Arc::new(ProductCache::new(CACHED)),
            recent,
            thread,
            presence,
            overlays: Arc::new(Overlays::of(overlays)),
            give_up: Arc::default(),
            #[cfg(test)]
            path,
        })
    }
}

impl SqliteStore {
    /// Does something in one transaction on the lane's thread, behind everything that was handed in before. `what` is for
    /// messages: `sweeping`.
    async fn write<T: Send + 'static>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.lane.run(move |writer: &mut Writer| Box::pin(async move { writer.write(what, work) })).await?
    }

    /// Edits the catalogue on the lane's thread. What was read before does not count any more when it is done, also when nobody waits
    /// for that any longer.
    async fn edit<T: Send + 'static>(
        &self,
        edit: impl FnOnce(&mut Writer) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let products = Arc::clone(&self.products);
        let edit = move |writer: &mut Writer| {
            let done = edit(writer);
            products.edited();
            done
        };
        self.lane.run(move |writer: &mut Writer| Box::pin(async move { edit(writer) })).await
    }
}

impl Store for SqliteStore {
    fn cart<'a>(&'a self, id: CartId, account: &'a str) -> StoreFuture<'a, Option<CartView>> {
        Box::pin(async move {
            let own = self.overlays.own(account);
            let revision = self.products.revision();
            let Some(cart) = self.recent.get(id) else {
                let read = |connection: &Connection| {
                    reads::cart(&Catalogue::of(revision, connection, &self.products, own), id)
                };
                return self.readers.read("reading a cart", read);
            };
            let view = View { locale: cart.locale, own };
            let products = match reads::known(&self.products, view, cart.lines.iter().map(|line| line.asin)) {
                Some(products) => products,
                None => self.readers.read("reading products", |connection| {
                    Catalogue::of(revision, connection, &self.products, own).products_of(&cart)
                })?,
            };
            Ok(Some(CartView { cart, products }))
        })
    }

    fn change(&self, change: CartChange) -> StoreFuture<'_, Result<Applied, Refusal>> {
        Box::pin(self.lane.change(change))
    }

    fn touch(&self, id: CartId, now: Timestamp) {
        self.lane.touch(id, now);
    }

    fn carts<'a>(&'a self, account: Option<&'a str>, after: Option<CartId>, limit: u32) -> StoreFuture<'a, Vec<Cart>> {
        Box::pin(async move {
            self.readers.read("listing carts", |connection| listing::page(connection, account, after, limit))
        })
    }

    fn delete_carts<'a>(&'a self, account: Option<&'a str>, cart: Option<CartId>) -> StoreFuture<'a, u64> {
        let account = account.map(str::to_owned);
        Box::pin(self.write("deleting carts", move |connection| listing::delete(connection, account.as_deref(), cart)))
    }

    fn products<'a>(&'a self, site: Site<'a>, asins: &'a [Asin]) -> StoreFuture<'a, Vec<Option<Listed>>> {
        Box::pin(async move {
            let view = self.overlays.view(site);
            if let Some(known) = reads::known(&self.products, view, asins.iter().copied()) {
                return Ok(known);
            }
            let revision = self.products.revision();
            self.readers.read("reading products", |connection| {
                let catalogue = Catalogue::of(revision, connection, &self.products, view.own);
                asins.iter().map(|asin| catalogue.product(view.locale, *asin)).collect()
            })
        })
    }

    fn product_of_listing<'a>(&'a self, site: Site<'a>, listing: &'a ListingId) -> StoreFuture<'a, Option<Listed>> {
        Box::pin(async move {
            let view = self.overlays.view(site);
            self.readers.read("reading an offer", |connection| reads::product_of_listing(connection, view, listing))
        })
    }

    fn products_of_code<'a>(
        &'a self,
        site: Site<'a>,
        code_type: CodeType,
        code: &'a str,
    ) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async move {
            let view = self.overlays.view(site);
            let read = |connection: &Connection| reads::products_of_code(connection, view, code_type, code);
            self.readers.read("reading products by number", read)
        })
    }

    fn search<'a>(&'a self, site: Site<'a>, search: &'a Search<'a>) -> StoreFuture<'a, Found> {
        Box::pin(async move {
            let view = self.overlays.view(site);
            self.readers.read("searching products", |connection| search::search(connection, view, search))
        })
    }

    fn list<'a>(&'a self, site: Site<'a>, list_id: &'a str) -> StoreFuture<'a, Option<ProductList>> {
        Box::pin(
            async move { self.readers.read("reading a list", |connection| lists::list(connection, site, list_id)) },
        )
    }

    fn top_sellers<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async move {
            let view = self.overlays.view(site);
            let read = |connection: &Connection| reads::top_sellers(connection, view, product_group, limit);
            self.readers.read("reading top sellers", read)
        })
    }

    fn new_releases<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async move {
            let view = self.overlays.view(site);
            let read = |connection: &Connection| reads::new_releases(connection, view, product_group, limit);
            self.readers.read("reading new releases", read)
        })
    }

    fn catalogue<'a>(
        &'a self,
        account: &'a str,
        locale: Option<Locale>,
        after: Option<(Locale, Asin)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async move {
            let own = self.overlays.own(account);
            let read = |connection: &Connection| reads::catalogue(connection, own, locale, after, limit);
            self.readers.read("reading the catalogue", read)
        })
    }

    fn put_products<'a>(
        &'a self,
        account: &'a str,
        products: Vec<Product>,
    ) -> StoreFuture<'a, Result<(), ListingTaken>> {
        let (account, overlays) = (account.to_owned(), Arc::clone(&self.overlays));
        Box::pin(async move { self.edit(move |writer| writer.put_products(&account, products, &overlays)).await? })
    }

    fn withdraw_product<'a>(&'a self, site: Site<'a>, asin: Asin) -> StoreFuture<'a, bool> {
        let (account, locale, overlays) = (site.account.to_owned(), site.locale, Arc::clone(&self.overlays));
        let withdraw = move |connection: &Connection| {
            let withdrawn = edits::withdraw(connection, &account, locale, asin)?;
            if withdrawn {
                overlays.note(&account);
            }
            Ok(withdrawn)
        };
        Box::pin(async move { self.edit(move |writer| writer.write("withdrawing a product", withdraw)).await? })
    }

    fn hand_over(&self, hand_over: HandOver) -> StoreFuture<'_, Result<(Cart, CustomerCart), Refusal>> {
        Box::pin(self.write("handing over a cart", move |connection| customers::hand_over(connection, &hand_over)))
    }

    fn customer_cart(&self, customer: CustomerId, locale: Locale) -> StoreFuture<'_, Option<CustomerCart>> {
        Box::pin(async move {
            let read = |connection: &Connection| customers::cart(connection, customer, locale);
            self.readers.read("reading a customer's cart", read)
        })
    }

    fn save_customer_cart(&self, cart: CustomerCart, bought: Vec<Purchase>) -> StoreFuture<'_, bool> {
        Box::pin(self.write("saving a customer's cart", move |connection| customers::save(connection, cart, &bought)))
    }

    fn purchases<'a>(
        &'a self,
        account: Option<&'a str>,
        after: Option<(Timestamp, CartId)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<Purchase>> {
        Box::pin(async move {
            let read = |connection: &Connection| customers::purchases(connection, account, after, limit);
            self.readers.read("reading purchases", read)
        })
    }

    fn sweep_customers(&self, before: Timestamp, limit: u32) -> StoreFuture<'_, u64> {
        Box::pin(self.write("sweeping customers' carts", move |connection| customers::sweep(connection, before, limit)))
    }

    fn sweep(
        &self,
        now: Timestamp,
        expiry: Expiry,
        except: Arc<HashSet<Box<str>>>,
        from: SweepCursor,
        limit: u32,
    ) -> StoreFuture<'_, Swept> {
        let age = sweep::Age { now, expiry };
        Box::pin(self.write("sweeping carts", move |connection| sweep::step(connection, age, &except, from, limit)))
    }

    fn sweep_account<'a>(
        &'a self,
        account: &'a str,
        now: Timestamp,
        expiry: Expiry,
        after: Option<CartId>,
        limit: u32,
    ) -> StoreFuture<'a, Swept<CartId>> {
        let (account, age) = (account.to_owned(), sweep::Age { now, expiry });
        Box::pin(
            self.write("sweeping carts", move |connection| sweep::account(connection, age, &account, after, limit)),
        )
    }

    fn account_changes(&self, seen: AccountsMark) -> StoreFuture<'_, AccountChanges> {
        Box::pin(async move {
            self.readers.read("reading changes of accounts", |connection| accounts::changes(connection, seen))
        })
    }

    fn account<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<AccountRow>> {
        Box::pin(
            async move { self.readers.read("reading an account", |connection| accounts::account(connection, account)) },
        )
    }

    fn edit_account<'a>(
        &'a self,
        account: &'a str,
        stored: Option<u64>,
        edit: AccountEdit<'a>,
    ) -> StoreFuture<'a, AccountEdited> {
        // The lane may outlive this call.
        let (account, doc) = (account.to_owned(), edit.doc().map(str::to_owned));
        Box::pin(self.write("editing an account", move |connection| {
            accounts::edit(connection, &account, stored, AccountEdit::to(doc.as_deref()))
        }))
    }

    fn owners<'a>(&'a self, after: &'a str, limit: u32) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            self.readers.read("listing accounts", |connection| accounts::owners(connection, after, limit))
        })
    }

    fn holdings<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Holdings> {
        Box::pin(async move {
            self.readers.read("counting what an account has", |connection| accounts::holdings(connection, account))
        })
    }

    fn reserved_ids<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<u64>> {
        Box::pin(
            async move { self.readers.read("reading ids", |connection| accounts::reserved_ids(connection, account)) },
        )
    }

    fn round_up_touches<'a>(
        &'a self,
        account: &'a str,
        slack: SignedDuration,
        until: Timestamp,
    ) -> StoreFuture<'a, ()> {
        let account = account.to_owned();
        Box::pin(self.write("rounding up when carts were used", move |connection| {
            accounts::round_up_touches(connection, &account, slack, until)
        }))
    }

    fn forget_ids<'a>(&'a self, account: &'a str) -> StoreFuture<'a, ()> {
        let account = account.to_owned();
        Box::pin(self.write("forgetting ids", move |connection| accounts::forget_ids(connection, &account)))
    }

    fn reserve_ids<'a>(&'a self, account: &'a str, count: u64) -> StoreFuture<'a, u64> {
        let account = account.to_owned();
        Box::pin(self.write("reserving ids", move |connection| accounts::reserve_ids(connection, &account, count)))
    }

    fn load_baseline<'a>(
        &'a self,
        files: &'a [SeedFile],
    ) -> Pin<Box<dyn Future<Output = Result<Loaded, LoadError>> + Send + 'a>> {
        let files = files.to_vec(); // the lane may outlive this call
        let give_up = Arc::clone(&self.give_up);
        Box::pin(async move { self.edit(move |writer| writer.load_baseline(&files, &give_up)).await? })
    }

    fn reset(&self, reset: Reset) -> Pin<Box<dyn Future<Output = Result<Removed, LoadError>> + Send + '_>> {
        // Without a catalogue of its own, an account's reset leaves alone what was read of the catalogue.
        let reads_on = match &reset.whose {
            Whose::Account(account) => reset.catalog.is_none() || self.overlays.own(account).is_none(),
            Whose::Server => reset.catalog.is_none(),
        };
        let (overlays, give_up) = (Arc::clone(&self.overlays), Arc::clone(&self.give_up));
        let reset = move |writer: &mut Writer| writer.reset(&reset, &give_up, &overlays);
        Box::pin(async move {
            if reads_on {
                self.lane.run(move |writer: &mut Writer| Box::pin(async move { reset(writer) })).await?
            } else {
                self.edit(reset).await?
            }
        })
    }

    fn take(
        &self,
        whose: Whose,
        at: Timestamp,
        conceal: fn(&str) -> Result<String, StoreError>,
    ) -> StoreFuture<'_, Result<Snapshot, TooLarge>> {
        let take = move |connection: &Connection| state::take(connection, &whose, at, conceal);
        Box::pin(self.write("taking a snapshot", take))
    }

    fn restore(&self, whose: Whose, doc: Arc<str>, settings: EditSettings) -> StoreFuture<'_, Result<(), Unrestored>> {
        let overlays = Arc::clone(&self.overlays);
        Box::pin(async move { self.edit(move |writer| writer.restore(&whose, &doc, &settings, &overlays)).await? })
    }

    fn snapshots<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Vec<SnapshotInfo>> {
        Box::pin(async move { self.readers.read("listing snapshots", |connection| state::list(connection, account)) })
    }

    fn snapshot<'a>(&'a self, account: &'a str, name: &'a str) -> StoreFuture<'a, Option<Snapshot>> {
        Box::pin(
            async move { self.readers.read("reading a snapshot", |connection| state::get(connection, account, name)) },
        )
    }

    fn put_snapshot<'a>(&'a self, account: &'a str, name: &'a str, snapshot: Snapshot) -> StoreFuture<'a, bool> {
        let (account, name) = (account.to_owned(), name.to_owned());
        let put = move |connection: &Connection| state::put(connection, &account, &name, &snapshot);
        Box::pin(self.write("keeping a snapshot", put))
    }

    fn delete_snapshot<'a>(&'a self, account: &'a str, name: &'a str) -> StoreFuture<'a, bool> {
        let (account, name) = (account.to_owned(), name.to_owned());
        Box::pin(self.write("removing a snapshot", move |connection| state::delete(connection, &account, &name)))
    }

    fn shared_setting<'a>(&'a self, name: &'a str, candidate: Vec<u8>) -> StoreFuture<'a, Vec<u8>> {
        let name = name.to_owned();
        Box::pin(async move {
            self.lane
                .run(move |writer: &mut Writer| Box::pin(async move { writer.shared_setting(&name, &candidate) }))
                .await?
        })
    }

    fn is_shared(&self) -> bool {
        false // the file is locked
    }

    fn ping(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move {
            // First, since a store that was closed has no log any more, and has not lost it.
            self.lane.run(|_: &mut Writer| Box::pin(async {})).await?;
            self.presence.as_ref().map_or(Ok(()), |presence| presence.check())?;
            self.readers.read("a first read", |connection| {
                Ok(connection.prepare_cached("select 1")?.query_row([], |row| row.get::<_, i64>(0)).map(drop)?)
            })
        })
    }

    fn ended(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            match &self.presence {
                None => self.thread.ended().await,
                Some(presence) => tokio::select! {
                    () = self.thread.ended() => {}
                    () = presence.lost() => {}
                },
            }
        })
    }

    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.give_up.store(true, Ordering::Relaxed);
            self.lane.close().await;
            // Before the writer's last checkpoint: a reader's connection would keep the log from being removed.
            self.readers.close();
            self.thread.ended().await;
            // What is closed knows nothing any more.
            self.recent.forget_all();
            self.products.edited();
        })
    }
}

impl Drop for SqliteStore {
    /// Before the fields go, one of which waits for the lane to end.
    fn drop(&mut self) {
        self.give_up.store(true, Ordering::Relaxed);
        // The writer shares them, and they would keep the log from being removed.
        self.readers.close();
    }
}

/// The thread on which the lane runs. Dropping it waits for its end, which comes when the lane has no callers any more.
struct LaneThread {
    handle: Option<JoinHandle<()>>,
    ended: watch::Receiver<()>,
}

impl LaneThread {
    fn start(work: impl FnOnce() + Send + 'static) -> std::io::Result<Self> {
        let (alive, ended) = watch::channel(());
        let work = move || {
            work();
            drop(alive);
        };
        let handle = std::thread::Builder::new().name("cart-lane".to_owned()).spawn(work)?;
        Ok(Self { handle: Some(handle), ended })
    }

    /// Waits for its end, however it comes.
    async fn ended(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }
}

impl Drop for LaneThread {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take()
            && handle.join().is_err()
        {
            tracing::error!("the write lane had ended with a panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_throwaway_database_leaves_nothing_behind() {
        for close in [true, false] {
            let store = SqliteStore::throwaway(StoreSettings::default()).unwrap();
            assert_eq!(store.shared_setting("name", vec![1]).await.unwrap(), [1]);
            let folder = store.path.parent().unwrap().to_owned();
            assert!(store.path.exists());
            if close {
                store.close().await;
            } else {
                drop(store);
            }
            assert!(!folder.exists(), "{} is still there", folder.display());
        }
    }

    #[tokio::test]
    async fn a_lane_that_fails_for_good_is_noticed() {
        let store = SqliteStore::throwaway(StoreSettings::default()).unwrap();
        let ended = store.ended();
        tokio::pin!(ended);
        tokio::select! {
            biased;
            () = &mut ended => panic!("it has not ended yet"),
            pinged = store.ping() => pinged.unwrap(),
        }
        let failed = store.lane.run(|_: &mut Writer| Box::pin(async { panic!("as the test wants it") })).await;
        assert!(matches!(failed, Err::<(), _>(StoreError::Closed)));
        ended.await;
        assert!(matches!(store.ping().await, Err(StoreError::Closed)));
        store.close().await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_seen_before_an_edit_is_not_kept_after_it() {
        let store = SqliteStore::throwaway(StoreSettings::default()).unwrap();
        let site = Site { locale: Locale::Us, account: "" };
        let asin: Asin = "B000000001".parse().unwrap();
        let product = |title: &str| -> Product {
            let record =
                format!(r#"{{"locale":"us","asin":"B000000001","title":"{title}","product_group":"Book","price":1}}"#);
            serde_json::from_str(&record).unwrap()
        };
        let title = |listed: Option<Listed>| listed.unwrap().product.title.clone();
        store.put_products("", vec![product("old")]).await.unwrap().unwrap();
        // The connection holds what it sees here, and the edit comes when it is lent again.
        store.readers.read("reading", |connection| reads::product_of(connection, "", Locale::Us, asin)).unwrap();
        let revision = store.products.revision();
        let read = store.readers.read("reading", |connection| {
            let edit = store.put_products("", vec![product("new")]);
            tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(edit)).unwrap().unwrap();
            Catalogue::of(revision, connection, &store.products, None).product(Locale::Us, asin)
        });
        assert_eq!(title(read.unwrap()), "old");
        assert_eq!(title(store.products(site, &[asin]).await.unwrap().remove(0)), "new");
        store.close().await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn more_readers_than_connections_wait_for_each_other() {
        let settings = StoreSettings { readers: Some(1), ..StoreSettings::default() };
        let store = Arc::new(SqliteStore::throwaway(settings).unwrap());
        let read = || {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for _ in 0..200 {
                    assert!(
                        store
                            .product_of_listing(
                                Site { locale: Locale::Us, account: "" },
                                &ListingId::from_request("x").unwrap()
                            )
                            .await
                            .unwrap()
                            .is_none()
                    );
                }
            })
        };
        for task in [read(), read(), read(), read()] {
            task.await.unwrap();
        }
    }
}
