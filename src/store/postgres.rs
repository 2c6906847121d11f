//! The store on a PostgreSQL server, which any number of Cartwright's servers may share.
//!
//! Writes go through the lane, which is a task with a connection of its own (`writer`). Carts are read by a few tasks, many with one
//! statement when many are asked for (`carts`); everything else is one statement on one of a few connections (`pool`). Of what was
//! read only products are kept (`catalogue`), so what one server has committed, the others see: carts with their next read, and
//! products a moment later.
//!
//! **Invariants.** Every statement of a request is in `sql`, and keeps to what is said there. A server that is away makes requests
//! fail, within seconds; it never makes an acknowledged change undone, and nothing has to be started again when it is back.

mod accounts;
mod baseline;
mod carts;
mod catalogue;
mod control_sql;
mod customers;
mod edits;
mod kept;
mod link;
mod listing;
mod migrate;
mod pool;
mod products;
mod reads;
mod search;
mod server;
mod sql;
mod state;
mod sweep;
mod text;
mod trouble;
mod writer;

use super::accounts::{HOLDINGS, OWNERS};
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
use carts::Carts;
use catalogue::Catalogue;
use jiff::{SignedDuration, Timestamp};
use link::Link;
use pool::{Pool, Statement};
use server::Server;
use sqlx::postgres::PgRow;
use std::collections::HashSet;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};
use trouble::Trouble;
use writer::Writer;

/// Connections for reading: so many for each thread that the machine runs at once. A server that waits for an answer does nothing
/// else, so a few more than can work at once keep it busy.
const READERS_PER_THREAD: usize = 4;

/// Connections that read carts. One is at work while the carts of the other are shown; more would share what waits in smaller parts.
const CART_READERS: usize = 2;

/// How many products of one number are given at most.
const SAME_CODE: u32 = 10;

/// The store on a PostgreSQL server.
pub(super) struct PostgresStore {
    lane: Lane<Writer>,
    server: Arc<Server>,
    carts: Carts,
    readers: Pool,
    /// What is known of the catalogue.
    catalogue: Catalogue,
    /// Whoever edits the catalogue has it, and is the only one here.
    editor: Mutex<Link>,
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
        let readers = settings.readers.unwrap_or(threads * READERS_PER_THREAD);
        let carts = Carts::new(&server, readers.min(CART_READERS), settings.queue.max(1));
        let readers = Pool::new(Arc::clone(&server), readers);
        let (lane, driver) = lane(settings.queue.max(1));
        let writer = Writer::new(Link::new(Arc::clone(&server), Some(connection)));
        let editor = Mutex::new(Link::new(Arc::clone(&server), None));
        let (alive, ended) = watch::channel(());
        tokio::spawn(async move {
            driver.drive(writer).await.close().await;
            drop(alive);
        });
        Ok(Self {
            lane,
            server,
            carts,
            readers,
            catalogue: Catalogue::new(),
            editor,
            ended,
            give_up: watch::Sender::new(false),
        })
    }

    /// Waits for the end of the lane's task.
    async fn lane_ended(&self) {
        let mut ended = self.ended.clone();
        while ended.changed().await.is_ok() {}
    }
}

impl Store for PostgresStore {
    fn cart<'a>(&'a self, id: CartId, account: &'a str) -> StoreFuture<'a, Option<CartView>> {
        Box::pin(async move {
            let asked = self.catalogue.now();
            let Some(row) = self.carts.read(id).await? else { return Ok(None) };
            let read = || Ok((reads::cart(&row)?.1?, reads::revision(&row, 10)?));
            let (cart, revision) = read().map_err(|trouble| self.failed(trouble, "reading a cart"))?;
            self.learn(revision, asked).await?;
            let asins: Vec<Asin> = cart.lines.iter().map(|line| line.asin).collect();
            let products = self.listed(Site { locale: cart.locale, account }, &asins, Some(revision)).await?;
            Ok(Some(CartView { cart: Arc::new(cart), products }))
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
            let account = account.map(text::stored);
            let statement = || listing::page(account.as_deref(), after, limit);
            self.read("listing carts", statement, listing::understood).await
        })
    }

    fn delete_carts<'a>(&'a self, account: Option<&'a str>, cart: Option<CartId>) -> StoreFuture<'a, u64> {
        let account = account.map(|account| text::stored(account).into_owned());
        Box::pin(
            self.write("deleting carts", move |link| {
                Box::pin(async move { listing::delete(link, account, cart).await })
            }),
        )
    }

    fn products<'a>(&'a self, site: Site<'a>, asins: &'a [Asin]) -> StoreFuture<'a, Vec<Option<Listed>>> {
        Box::pin(self.listed(site, asins, self.catalogue.fresh(self.catalogue.now())))
    }

    fn product_of_listing<'a>(&'a self, site: Site<'a>, listing: &'a ListingId) -> StoreFuture<'a, Option<Listed>> {
        Box::pin(async move {
            let (account, listing) = (text::stored(site.account), text::stored(listing.as_str()));
            let statement =
                || sqlx::query(sql::PRODUCT_OF_LISTING).bind(&*account).bind(site.locale.name()).bind(&*listing);
            self.read("reading an offer", statement, |rows| rows.first().map(reads::listed).transpose()).await
        })
    }

    fn products_of_code<'a>(
        &'a self,
        site: Site<'a>,
        code_type: CodeType,
        code: &'a str,
    ) -> StoreFuture<'a, Vec<Product>> {
        let statement = match code_type {
            CodeType::Ean => sql::BY_EAN,
            CodeType::Upc => sql::BY_UPC,
            CodeType::Isbn => sql::BY_ISBN,
        };
        let code = CodeType::normalized(code);
        Box::pin(async move { self.products_by(statement, "reading a number", site, &code, SAME_CODE).await })
    }

    fn search<'a>(&'a self, site: Site<'a>, search: &'a Search<'a>) -> StoreFuture<'a, Found> {
        Box::pin(search::search(&self.readers, &self.server, site, search))
    }

    fn list<'a>(&'a self, site: Site<'a>, list_id: &'a str) -> StoreFuture<'a, Option<ProductList>> {
        Box::pin(async move {
            const WHAT: &str = "reading a list";
            let id = text::stored(list_id);
            let statement = || sqlx::query(sql::LIST).bind(site.locale.name()).bind(&*id);
            let found = self.read(WHAT, statement, |rows| rows.first().map(reads::list).transpose()).await?;
            let Some(mut list) = found else { return Ok(None) };
            let account = text::stored(site.account);
            let items: Vec<_> = list.items.iter().map(|item| text::stored(&item.id)).collect();
            let statement = || sqlx::query(sql::BOUGHT_OF_ITEMS).bind(&*account).bind(site.locale.name()).bind(&items);
            let bought = self.read(WHAT, statement, reads::bought).await?;
            for item in &mut list.items {
                let more = bought.get(&item.id).copied().unwrap_or(0);
                item.quantity_received = item.quantity_received.saturating_add(more);
            }
            Ok(Some(list))
        })
    }

    fn top_sellers<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(self.products_by(sql::TOP_SELLERS, "reading top sellers", site, product_group, limit))
    }

    fn new_releases<'a>(&'a self, site: Site<'a>, product_group: &'a str, limit: u32) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(self.products_by(sql::NEW_RELEASES, "reading new releases", site, product_group, limit))
    }

    fn catalogue<'a>(
        &'a self,
        account: &'a str,
        locale: Option<Locale>,
        after: Option<(Locale, Asin)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<Product>> {
        Box::pin(async move {
            let account = text::stored(account);
            let (after_locale, after_asin) = after.as_ref().map_or(("", ""), |(l, asin)| (l.name(), asin.as_str()));
            let (sql, locale, asin) = match locale.map(Locale::name) {
                None => (sql::CATALOGUE, after_locale, after_asin),
                Some(locale) if after_locale > locale => return Ok(Vec::new()),
                Some(locale) if after_locale < locale => (sql::CATALOGUE_OF_LOCALE, locale, ""),
                Some(locale) => (sql::CATALOGUE_OF_LOCALE, locale, after_asin),
            };
            let statement = || sqlx::query(sql).bind(&*account).bind(locale).bind(asin).bind(i64::from(limit));
            self.read("reading the catalogue", statement, reads::documents).await
        })
    }

    fn put_products<'a>(
        &'a self,
        account: &'a str,
        products: Vec<Product>,
    ) -> StoreFuture<'a, Result<(), ListingTaken>> {
        Box::pin(async move {
            let mut editor = self.editor().await?;
            let put = edits::put(&mut editor, account, products).await;
            self.catalogue.edited(self.catalogue.now());
            put.map_err(|trouble| self.failed(trouble, "writing products"))
        })
    }

    fn withdraw_product<'a>(&'a self, site: Site<'a>, asin: Asin) -> StoreFuture<'a, bool> {
        Box::pin(async move {
            let mut editor = self.editor().await?;
            let withdrawn = edits::withdraw(&mut editor, site, asin).await;
            self.catalogue.edited(self.catalogue.now());
            withdrawn.map_err(|trouble| self.failed(trouble, "withdrawing a product"))
        })
    }

    fn hand_over(&self, hand_over: HandOver) -> StoreFuture<'_, Result<(Cart, CustomerCart), Refusal>> {
        Box::pin(self.write("handing a cart over", move |link| {
            Box::pin(async move { customers::hand_over(link, &hand_over).await })
        }))
    }

    fn customer_cart(&self, customer: CustomerId, locale: Locale) -> StoreFuture<'_, Option<CustomerCart>> {
        Box::pin(async move {
            let customer = customer.to_string();
            let statement = || sqlx::query(sql::CUSTOMER_CART).bind(&customer).bind(locale.name());
            let cart = |rows: &[PgRow]| rows.first().map(reads::customer_cart).transpose();
            self.read("reading a customer's cart", statement, cart).await
        })
    }

    fn save_customer_cart(&self, cart: CustomerCart, bought: Vec<Purchase>) -> StoreFuture<'_, bool> {
        Box::pin(self.write("saving a customer's cart", move |link| {
            Box::pin(async move { customers::save(link, cart, &bought).await })
        }))
    }

    fn purchases<'a>(
        &'a self,
        account: Option<&'a str>,
        after: Option<(Timestamp, CartId)>,
        limit: u32,
    ) -> StoreFuture<'a, Vec<Purchase>> {
        Box::pin(async move {
            const WHAT: &str = "reading purchases";
            let account = account.map(text::stored);
            let after = after.map_or((i64::MAX, i64::MAX), |(at, id)| (super::row::micros(at), super::row::key(id)));
            let statement = || {
                let sql = if account.is_some() { sql::PURCHASES_OF_ACCOUNT } else { sql::PURCHASES };
                let page = sqlx::query(sql).bind(after.0).bind(after.1).bind(i64::from(limit));
                if let Some(account) = &account { page.bind(&**account) } else { page }
            };
            let mut page = self.read(WHAT, statement, reads::purchases).await?;
            // Of an order that the limit cuts through, all.
            if let Some(last) = page.last().filter(|_| page.len() >= limit as usize) {
                let order = super::row::key(last.order_id);
                let known = page.iter().rev().take_while(|purchase| purchase.order_id == last.order_id).count();
                let known = i64::try_from(known).expect("no more than the limit");
                let rest = || {
                    sqlx::query(sql::REST_OF_ORDER).persistent(false).bind(order).bind(account.as_deref()).bind(known)
                };
                page.extend(self.read(WHAT, rest, reads::purchases).await?);
            }
            Ok(page)
        })
    }

    fn sweep_customers(&self, before: Timestamp, limit: u32) -> StoreFuture<'_, u64> {
        Box::pin(self.write("sweeping customers' carts", move |link| Box::pin(customers::sweep(link, before, limit))))
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
        Box::pin(self.write("sweeping carts", move |link| {
            Box::pin(async move { sweep::step(link, age, &except, from, limit).await })
        }))
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
        Box::pin(self.write("sweeping carts", move |link| {
            Box::pin(async move { sweep::account(link, age, &account, after, limit).await })
        }))
    }

    fn account_changes(&self, seen: AccountsMark) -> StoreFuture<'_, AccountChanges> {
        Box::pin(async move {
            const WHAT: &str = "reading changes of accounts";
            let first = |rows: &[PgRow]| rows.first().map(accounts::mark).transpose();
            let mark = self.read(WHAT, || sqlx::query(sql::ACCOUNT_CHANGES), first).await?.unwrap_or_default();
            if mark == seen {
                return Ok(AccountChanges::none(mark));
            }
            let whole = mark.removed > seen.removed;
            let since = if whole { 0 } else { seen.changed.cast_signed() };
            let all = |rows: &[PgRow]| rows.iter().map(accounts::account_row).collect::<Result<Vec<_>, _>>();
            let rows = self.read(WHAT, || sqlx::query(sql::ACCOUNTS).bind(since), all).await?;
            Ok(AccountChanges { mark, rows, whole })
        })
    }

    fn account<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<AccountRow>> {
        Box::pin(async move {
            let key = text::stored(account);
            let one = |rows: &[PgRow]| rows.first().map(accounts::account_row).transpose();
            self.read("reading an account", || sqlx::query(sql::ACCOUNT).bind(&*key), one).await
        })
    }

    fn edit_account<'a>(
        &'a self,
        account: &'a str,
        stored: Option<u64>,
        edit: AccountEdit<'a>,
    ) -> StoreFuture<'a, AccountEdited> {
        // The lane may outlive this call.
        let (account, doc) = (account.to_owned(), edit.doc().map(str::to_owned));
        Box::pin(self.write("editing an account", move |link| {
            Box::pin(async move { accounts::edit(link, &account, stored, AccountEdit::to(doc.as_deref())).await })
        }))
    }

    fn owners<'a>(&'a self, after: &'a str, limit: u32) -> StoreFuture<'a, Vec<String>> {
        Box::pin(async move {
            let after = text::stored(after);
            let statement = || sqlx::query(OWNERS).persistent(false).bind(&*after).bind(i64::from(limit));
            self.read("listing accounts", statement, accounts::keys).await
        })
    }

    fn holdings<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Holdings> {
        Box::pin(async move {
            let key = text::stored(account);
            let counts = |rows: &[PgRow]| rows.first().map(accounts::holdings).transpose();
            let statement = || sqlx::query(HOLDINGS).persistent(false).bind(&*key);
            Ok(self.read("counting what an account has", statement, counts).await?.unwrap_or_default())
        })
    }

    fn reserved_ids<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Option<u64>> {
        Box::pin(async move {
            let key = text::stored(account);
            let one = |rows: &[PgRow]| rows.first().map(accounts::number).transpose();
            self.read("reading ids", || sqlx::query(sql::RESERVED_IDS).bind(&*key), one).await
        })
    }

    fn round_up_touches<'a>(
        &'a self,
        account: &'a str,
        slack: SignedDuration,
        until: Timestamp,
    ) -> StoreFuture<'a, ()> {
        let account = account.to_owned();
        Box::pin(self.write("rounding up when carts were used", move |link| {
            Box::pin(async move { accounts::round_up_touches(link, &account, slack, until).await })
        }))
    }

    fn forget_ids<'a>(&'a self, account: &'a str) -> StoreFuture<'a, ()> {
        let account = account.to_owned();
        Box::pin(
            self.write("forgetting ids", move |link| {
                Box::pin(async move { accounts::forget_ids(link, &account).await })
            }),
        )
    }

    fn reserve_ids<'a>(&'a self, account: &'a str, count: u64) -> StoreFuture<'a, u64> {
        let account = account.to_owned();
        Box::pin(self.write("reserving ids", move |link| {
            Box::pin(async move { accounts::reserve_ids(link, &account, count).await })
        }))
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
                let loaded = baseline::load(&self.server, files, last).await;
                self.catalogue.edited(self.catalogue.now());
                loaded
            };
            tokio::select! {
                loaded = loading => loaded,
                _ = give_up.wait_for(|give_up| *give_up) => Err(StoreError::Closed.into()),
            }
        })
    }

    fn reset(&self, reset: Reset) -> Pin<Box<dyn Future<Output = Result<Removed, LoadError>> + Send + '_>> {
        Box::pin(async move {
            let reset = self.write("resetting", move |link| Box::pin(async move { state::reset(link, &reset).await }));
            let done = reset.await;
            self.catalogue.edited(self.catalogue.now());
            done?.map_err(LoadError::Seed)
        })
    }

    fn take(
        &self,
        whose: Whose,
        at: Timestamp,
        conceal: fn(&str) -> Result<String, StoreError>,
    ) -> StoreFuture<'_, Result<Snapshot, TooLarge>> {
        Box::pin(self.write("taking a snapshot", move |link| {
            Box::pin(async move { state::take(link, &whose, at, conceal).await })
        }))
    }

    fn restore(&self, whose: Whose, doc: Arc<str>, settings: EditSettings) -> StoreFuture<'_, Result<(), Unrestored>> {
        Box::pin(async move {
            let restored = self.write("restoring a snapshot", move |link| {
                Box::pin(async move { state::restore(link, &whose, &doc, &settings).await })
            });
            let restored = restored.await;
            self.catalogue.edited(self.catalogue.now());
            restored
        })
    }

    fn snapshots<'a>(&'a self, account: &'a str) -> StoreFuture<'a, Vec<SnapshotInfo>> {
        Box::pin(async move {
            let account = text::stored(account);
            let statement = || sqlx::query(control_sql::SNAPSHOTS).persistent(false).bind(&*account);
            self.read("listing snapshots", statement, state::list).await
        })
    }

    fn snapshot<'a>(&'a self, account: &'a str, name: &'a str) -> StoreFuture<'a, Option<Snapshot>> {
        Box::pin(async move {
            let account = text::stored(account);
            let statement = || sqlx::query(control_sql::SNAPSHOT).persistent(false).bind(&*account).bind(name);
            let first = |rows: &[PgRow]| rows.first().map(state::snapshot).transpose();
            self.read("reading a snapshot", statement, first).await
        })
    }

    fn put_snapshot<'a>(&'a self, account: &'a str, name: &'a str, snapshot: Snapshot) -> StoreFuture<'a, bool> {
        let (account, name) = (account.to_owned(), name.to_owned());
        Box::pin(self.write("keeping a snapshot", move |link| {
            Box::pin(async move { state::put(link, &account, &name, &snapshot).await })
        }))
    }

    fn delete_snapshot<'a>(&'a self, account: &'a str, name: &'a str) -> StoreFuture<'a, bool> {
        let (account, name) = (account.to_owned(), name.to_owned());
        Box::pin(self.write("removing a snapshot", move |link| {
            Box::pin(async move { state::delete(link, &account, &name).await })
        }))
    }

    fn shared_setting<'a>(&'a self, name: &'a str, candidate: Vec<u8>) -> StoreFuture<'a, Vec<u8>> {
        let name = name.to_owned();
        Box::pin(async move {
            self.lane
                .run(move |writer: &mut Writer| Box::pin(async move { writer.shared_setting(&name, &candidate).await }))
                .await?
        })
    }

    fn is_shared(&self) -> bool {
        true
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
            self.carts.close();
            self.readers.close();
            self.lane_ended().await;
        })
    }
}

impl PostgresStore {
    fn failed(&self, trouble: Trouble, what: &str) -> StoreError {
        trouble.during(what, self.server.name())
    }

    /// Reads, and understands what was read.
    async fn read<'q, T>(
        &self,
        what: &str,
        statement: impl Fn() -> Statement<'q>,
        understand: impl FnOnce(&[PgRow]) -> Result<T, Trouble>,
    ) -> Result<T, StoreError> {
        let rows = self.readers.fetch(what, statement).await?;
        understand(&rows).map_err(|trouble| self.failed(trouble, what))
    }

    /// Does something on the writer's connection, behind all changes and touches that were handed in before.
    async fn write<T, F>(&self, what: &'static str, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'l> FnOnce(&'l mut Link) -> Pin<Box<dyn Future<Output = Result<T, Trouble>> + Send + 'l>>
            + Send
            + 'static,
    {
        let done = self.lane.run(move |writer: &mut Writer| work(writer.link())).await?;
        done.map_err(|trouble| self.failed(trouble, what))
    }

    /// The turn to edit the catalogue, and the connection for it.
    async fn editor(&self) -> Result<tokio::sync::MutexGuard<'_, Link>, StoreError> {
        let editor = self.editor.lock().await;
        if self.readers.is_closed() { Err(StoreError::Closed) } else { Ok(editor) }
    }

    /// The products of a site by one of the statements that give them in an order.
    async fn products_by(
        &self,
        statement: &'static str,
        what: &str,
        site: Site<'_>,
        value: &str,
        limit: u32,
    ) -> Result<Vec<Product>, StoreError> {
        let (account, value) = (text::stored(site.account), text::stored(value));
        let statement = || {
            let site = sqlx::query(statement).bind(&*account).bind(site.locale.name());
            site.bind(&*value).bind(i64::from(limit))
        };
        self.read(what, statement, reads::documents).await
    }
}
