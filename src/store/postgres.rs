//! The store on a PostgreSQL server, which any number of Cartwright's servers may share.
//!
//! Writes go through the lane, which is a task with a connection of its own (`writer`). Reads are one statement each, on one of a
//! few connections (`pool`). Nothing is kept in memory between requests, so what one server has committed, the others see.
//!
//! **Invariants.** Every statement of a request is in `sql`, and keeps to what is said there. A server that is away makes requests
//! fail, within seconds; it never makes an acknowledged change undone, and nothing has to be started again when it is back.

mod baseline;
mod migrate;
mod pool;
mod reads;
mod server;
mod sql;
mod text;
mod trouble;
mod writer;

use super::lane::{Lane, lane};
use super::{
    CartView, HandOver, Listed, ListingTaken, LoadError, Loaded, Site, Store, StoreError, StoreFuture, StoreSettings,
    SweepCursor, Swept,
};
use crate::cart::{
    Applied, Asin, CartChange, CartId, CustomerCart, CustomerId, Expiry, ListingId, Locale, Purchase, Refusal,
};
use crate::catalog::seed::SeedFile;
use crate::catalog::{CodeType, Found, Product, ProductList, Search};
use jiff::Timestamp;
use pool::Pool;
use reads::BASELINE;
use server::Server;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::watch;
use writer::Writer;

/// Connections for reading: so many for each thread that the machine runs at once. A server that waits for an answer does nothing
/// else, so a few more than can work at once keep it busy.
const READERS_PER_THREAD: usize = 4;

/// The store on a PostgreSQL server.
pub(super) struct PostgresStore {
    lane: Lane<Writer>,
    server: Arc<Server>,
    readers: Pool,
    /// Closed when the lane's task has ended, however it ended.
    ended: watch::Receiver<()>,
    /// Set once loading the catalogue is not worth finishing any more.
    give_up: watch::Sender<bool>,
}

impl PostgresStore {
    /// Connects to the server at `address` and brings its tables up to date. `name` is the address without the password.
    pub(super) async fn open(address: &str, name: String, settings: StoreSettings) -> Result<Self, StoreError> {
        let server = Arc::new(Server::new(address, name)?);
        let mut connection = server.first().await?;
        migrate::migrate(&mut connection, &server).await?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let readers = Pool::new(Arc::clone(&server), settings.readers.unwrap_or(threads * READERS_PER_THREAD));
        let (lane, driver) = lane(settings.queue.max(1));
        let writer = Writer::new(Arc::clone(&server), connection);
        let (alive, ended) = watch::channel(());
        tokio::spawn(async move {
            driver.drive(writer).await.close().await;
            drop(alive);
        });
        Ok(Self { lane, server, readers, ended, give_up: watch::Sender::new(false) })
    }

    /// Waits for the end of the lane's task.
    async fn lane_ended(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }
}

impl Store for PostgresStore {
    fn cart<'a>(&'a self, id: CartId, _account: &'a str) -> StoreFuture<'a, Option<CartView>> {
        Box::pin(async move {
            let rows =
                self.readers.fetch("reading a cart", || sqlx::query(sql::CART).bind(super::row::key(id))).await?;
            rows.first().map(reads::view).transpose().map_err(|trouble| self.failed(trouble, "reading a cart"))
        })
    }

    fn change(&self, change: CartChange) -> StoreFuture<'_, Result<Applied, Refusal>> {
        Box::pin(self.lane.change(change))
    }

    fn touch(&self, id: CartId, now: Timestamp) {
        self.lane.touch(id, now);
    }

    fn products<'a>(&'a self, site: Site<'a>, asins: &'a [Asin]) -> StoreFuture<'a, Vec<Option<Listed>>> {
        Box::pin(async move {
            let texts: Vec<&str> = asins.iter().map(Asin::as_str).collect();
            let statement = || sqlx::query(sql::PRODUCTS).bind(BASELINE).bind(site.locale.name()).bind(&texts);
            let rows = self.readers.fetch("reading products", statement).await?;
            reads::products(&rows, asins).map_err(|trouble| self.failed(trouble, "reading products"))
        })
    }

    fn product_of_listing<'a>(&'a self, site: Site<'a>, listing: &'a ListingId) -> StoreFuture<'a, Option<Listed>> {
        Box::pin(async move {
            let listing = text::stored(listing.as_str());
            let statement =
                || sqlx::query(sql::PRODUCT_OF_LISTING).bind(BASELINE).bind(site.locale.name()).bind(&*listing);
            let rows = self.readers.fetch("reading an offer", statement).await?;
            rows.first().map(reads::listed).transpose().map_err(|trouble| self.failed(trouble, "reading an offer"))
        })
    }

    fn top_sellers<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(self.best(sql::TOP_SELLERS, "reading top sellers", site, product_group, limit))
    }

    fn new_releases<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(self.best(sql::NEW_RELEASES, "reading new releases", site, product_group, limit))
    }

    // Provisional: these come with the tables of 0002.
    fn products_of_code<'a>(&'a self, _: Site<'a>, _: CodeType, _: &'a str) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async { Err(provisional()) })
    }

    fn search<'a>(&'a self, _: Site<'a>, _: &'a Search<'a>) -> StoreFuture<'a, Found> {
        Box::pin(async { Err(provisional()) })
    }

    fn list<'a>(&'a self, _: Site<'a>, _: &'a str) -> StoreFuture<'a, Option<ProductList>> {
        Box::pin(async { Err(provisional()) })
    }

    fn catalogue<'a>(
        &'a self,
        _: &'a str,
        _: Option<Locale>,
        _: Option<(Locale, Asin)>,
        _: u32,
    ) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async { Err(provisional()) })
    }

    fn put_products<'a>(&'a self, _: &'a str, _: Vec<Product>) -> StoreFuture<'a, Result<(), ListingTaken>> {
        Box::pin(async { Err(provisional()) })
    }

    fn withdraw_product<'a>(&'a self, _: Site<'a>, _: Asin) -> StoreFuture<'a, bool> {
        Box::pin(async { Err(provisional()) })
    }

    fn hand_over(&self, _: HandOver) -> StoreFuture<'_, Result<CustomerCart, Refusal>> {
        Box::pin(async { Err(provisional()) })
    }

    fn customer_cart(&self, _: CustomerId, _: Locale) -> StoreFuture<'_, Option<CustomerCart>> {
        Box::pin(async { Err(provisional()) })
    }

    fn save_customer_cart(&self, _: CustomerCart, _: Vec<Purchase>) -> StoreFuture<'_, bool> {
        Box::pin(async { Err(provisional()) })
    }

    fn purchases<'a>(
        &'a self,
        _: Option<&'a str>,
        _: Option<(Timestamp, CartId)>,
        _: u32,
    ) -> StoreFuture<'a, Vec<Purchase>> {
        Box::pin(async { Err(provisional()) })
    }

    fn sweep_customers(&self, _: Timestamp, _: u32) -> StoreFuture<'_, u64> {
        Box::pin(async { Err(provisional()) })
    }

    fn sweep(&self, now: Timestamp, expiry: Expiry, from: SweepCursor, limit: u32) -> StoreFuture<'_, Swept> {
        Box::pin(async move {
            self.lane.run(move |writer: &mut Writer| Box::pin(writer.sweep(now, expiry, from, limit))).await?
        })
    }

    fn load_baseline<'a>(
        &'a self,
        files: &'a [SeedFile],
    ) -> Pin<Box<dyn Future<Output = Result<Loaded, LoadError>> + Send + 'a>> {
        Box::pin(async move {
            let mut give_up = self.give_up.subscribe();
            let loading = async {
                // On the writer's connection: a start that finds the catalogue unchanged needs no other.
                let last = self.lane.run(|writer: &mut Writer| Box::pin(writer.last_load())).await??;
                baseline::load(&self.server, files, last).await
            };
            tokio::select! {
                loaded = loading => loaded,
                _ = give_up.wait_for(|give_up| *give_up) => Err(StoreError::Closed.into()),
            }
        })
    }

    fn shared_setting<'a>(&'a self, name: &'a str, candidate: Vec<u8>) -> StoreFuture<'a, Vec<u8>> {
        let name = name.to_owned();
        Box::pin(async move {
            self.lane
                .run(move |writer: &mut Writer| Box::pin(async move { writer.shared_setting(&name, &candidate).await }))
                .await?
        })
    }

    fn ping(&self) -> StoreFuture<'_, ()> {
        Box::pin(async move { self.lane.run(|writer: &mut Writer| Box::pin(writer.ping())).await? })
    }

    fn ended(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(self.lane_ended())
    }

    fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            self.give_up.send_replace(true);
            self.lane.close().await;
            self.readers.close();
            self.lane_ended().await;
        })
    }
}

impl PostgresStore {
    fn failed(&self, trouble: trouble::Trouble, what: &str) -> StoreError {
        trouble.during(what, self.server.name())
    }

    async fn best(
        &self,
        statement: &'static str,
        what: &str,
        site: Site<'_>,
        product_group: &str,
        limit: u32,
    ) -> Result<Vec<Product>, StoreError> {
        let group = text::stored(product_group);
        let statement = || {
            let site = sqlx::query(statement).bind(BASELINE).bind(site.locale.name());
            site.bind(&*group).bind(i64::from(limit))
        };
        let rows = self.readers.fetch(what, statement).await?;
        reads::documents(&rows).map_err(|trouble| self.failed(trouble, what))
    }
}

fn provisional() -> StoreError {
    StoreError::Unusable { database: String::new(), reason: "not there yet".to_owned() }
}
