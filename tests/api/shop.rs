//! A server on a database of its own, with a catalogue that the test writes and may change between two starts.

use crate::support::{TestDatabase, TestServer};
use cartwright::cart::ManualClock;
use cartwright::config::Config;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

pub(super) struct Shop {
    folder: tempfile::TempDir,
    database: TestDatabase,
    clock: Arc<ManualClock>,
}

impl Shop {
    /// A shop that sells these, each as in [`Shop::stock`].
    pub(super) fn with(products: &[&str]) -> Self {
        let clock = Arc::new(ManualClock::new("2006-05-17T12:00:00Z".parse().unwrap()));
        let shop = Self { folder: tempfile::tempdir().unwrap(), database: TestDatabase::create(), clock };
        shop.stock(products);
        shop
    }

    /// A shop with so many books, `B000000000` and on, at one dollar each.
    pub(super) fn of_books(count: usize) -> Self {
        let books: Vec<_> = (0..count).map(|n| format!("B{n:09}")).collect();
        Self::with(&books.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// From the next start on it sells exactly these us products: an ASIN and, after a comma, more fields as JSON.
    pub(super) fn stock(&self, products: &[&str]) {
        let mut lines = String::new();
        for product in products {
            let (asin, more) = product.split_once(',').unwrap_or((product, ""));
            let or = |field: &str, text: &str| if more.contains(field) { String::new() } else { text.to_owned() };
            let defaults = [
                or("\"title\"", &format!(r#","title":"Title of {asin}""#)),
                or("\"price\"", r#","price":100"#),
                or("\"product_group\"", r#","product_group":"Book""#),
            ];
            let more = if more.is_empty() { String::new() } else { format!(",{more}") };
            writeln!(lines, r#"{{"locale":"us","asin":"{asin}"{}{more}}}"#, defaults.concat()).unwrap();
        }
        std::fs::write(self.catalog(), lines).unwrap();
    }

    /// Opens it. It must not be open already.
    pub(super) fn open(&self) -> TestServer {
        self.open_with(|_| {})
    }

    pub(super) fn open_with(&self, change: impl FnOnce(&mut Config)) -> TestServer {
        TestServer::with_clock(Arc::clone(&self.clock), |config| {
            config.database = self.database();
            config.catalog = vec![self.catalog()];
            change(config);
        })
    }

    /// The database's address.
    pub(super) fn database(&self) -> String {
        self.database.url()
    }

    /// Does to its database what no server would. It must not be open.
    pub(super) fn tamper(&self, sql: &str) {
        self.database.execute(sql);
    }

    pub(super) fn catalog(&self) -> PathBuf {
        self.folder.path().join("catalog.jsonl")
    }
}
