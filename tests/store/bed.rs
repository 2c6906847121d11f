//! A database of a test's own, and short words for the carts and products that tests put into it.

use crate::support::Schema;
use cartwright::account::Worlds;
use cartwright::cart::{
    Access, Action, Applied, Asin, Cart, CartChange, CartId, CartItemId, Expiry, Limits, Locale, NewItem, Refusal,
};
use cartwright::catalog::seed::SeedFile;
use cartwright::store::{DatabaseUrl, Loaded, Site, Store, StoreSettings};
use cartwright::sweeper::Sweeper;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A database that goes with the test.
pub(super) struct Bed {
    url: DatabaseUrl,
    folder: tempfile::TempDir,
    schema: Option<Schema>,
}

impl Bed {
    pub(super) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { url: DatabaseUrl::Sqlite(folder.path().join("carts.db")), folder, schema: None }
    }

    pub(super) fn postgres() -> Self {
        let schema = Schema::create();
        let url = schema.url().parse().unwrap();
        Self { url, folder: tempfile::tempdir().unwrap(), schema: Some(schema) }
    }

    /// The schema on the PostgreSQL server.
    #[track_caller]
    pub(super) fn schema(&self) -> &Schema {
        self.schema.as_ref().expect("this bed is on PostgreSQL")
    }

    /// Opens it, again too.
    pub(super) async fn open(&self) -> Arc<dyn Store> {
        self.open_with(StoreSettings::default()).await
    }

    pub(super) async fn open_with(&self, settings: StoreSettings) -> Arc<dyn Store> {
        cartwright::store::open(&self.url, settings).await.unwrap()
    }

    /// Opens it with the products `B000000001` to `B000000099` of the us.
    pub(super) async fn stocked(&self) -> Arc<dyn Store> {
        let store = self.open().await;
        let lines: Vec<String> = (1..100).map(|n| product(n, "")).collect();
        load(&*store, &[self.seed("stock.jsonl", &lines)]).await;
        store
    }

    pub(super) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a seed file.
    pub(super) fn seed(&self, name: &str, lines: &[String]) -> SeedFile {
        write(&self.path(name), lines);
        SeedFile::at(self.path(name))
    }
}

fn write(path: &Path, lines: &[String]) {
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

/// A sweeper for which all accounts go by the server's clock.
pub(super) async fn sweeper(store: &Arc<dyn Store>, expiry: Expiry) -> Sweeper {
    let worlds = Worlds::load(Arc::clone(store), true).await.unwrap();
    Sweeper::new(Arc::clone(store), Arc::new(worlds), expiry)
}

/// The baseline of a locale.
pub(super) fn site(locale: Locale) -> Site<'static> {
    Site { locale, account: "" }
}

/// The line of a seed file. `more` is more fields, each after a comma.
pub(super) fn product(n: u32, more: &str) -> String {
    product_in(Locale::Us, n, more)
}

pub(super) fn product_in(locale: Locale, n: u32, more: &str) -> String {
    format!(
        r#"{{"locale":"{locale}","asin":"{}","title":"Book {n}","product_group":"Book","price":{n}00{more}}}"#,
        asin(n)
    )
}

pub(super) async fn load(store: &dyn Store, files: &[SeedFile]) -> Loaded {
    store.load_baseline(files).await.unwrap()
}

pub(super) fn asin(n: u32) -> Asin {
    format!("B{n:09}").parse().unwrap()
}

pub(super) fn cart_id(n: u32) -> CartId {
    format!("102-0000000-{n:07}").parse().unwrap()
}

/// So many seconds after some morning.
pub(super) fn at(seconds: i64) -> Timestamp {
    "2026-11-22T05:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(seconds)
}

pub(super) fn items(numbers: &[u32]) -> Vec<NewItem> {
    let item = |(position, n): (usize, &u32)| NewItem {
        position,
        asin: asin(*n),
        listing: None,
        item_id: CartItemId::of(Locale::Us, asin(*n), None),
        quantity: 1,
        cap: 999,
        list_item_id: None,
    };
    numbers.iter().enumerate().map(item).collect()
}

pub(super) const LIMITS: Limits = Limits { lines: 1000, quantity: 999 };

/// A change of cart `n`, so many seconds after that morning.
pub(super) fn change(n: u32, seconds: i64, action: Action) -> CartChange {
    let access = Access {
        locale: Locale::Us,
        account: "key".to_owned(),
        isolated: true,
        now: at(seconds),
        expiry: Expiry::default(),
    };
    CartChange { cart: cart_id(n), access, action }
}

/// CartCreate; without products it makes an empty cart.
pub(super) fn create(products: &[u32]) -> Action {
    let may_be_empty = products.is_empty();
    Action::Create {
        associate_tag: "ws".to_owned(),
        merge: false,
        items: items(products),
        may_be_empty,
        limits: LIMITS,
    }
}

pub(super) fn add(products: &[u32]) -> Action {
    Action::Add { merge: None, items: items(products), limits: LIMITS }
}

/// Makes a change that the database must take.
pub(super) async fn make(store: &dyn Store, change: CartChange) -> Result<Applied, Refusal> {
    store.change(change).await.unwrap()
}

/// The cart as it is stored.
pub(super) async fn stored(store: &dyn Store, n: u32) -> Option<Cart> {
    store.cart(cart_id(n), "").await.unwrap().map(|view| Arc::unwrap_or_clone(view.cart))
}

/// The numbers of the products in a cart.
pub(super) fn products(cart: &Cart) -> Vec<u32> {
    cart.lines.iter().map(|line| line.asin.as_str()[1..].parse().unwrap()).collect()
}
