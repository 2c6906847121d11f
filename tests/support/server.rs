//! A server for one test: the real one, on port 0, with a clock, ids and a secret that the test knows.

use super::client::{Answer, exchange, request};
use super::database::TestDatabase;
use cartwright::cart::ManualClock;
use cartwright::config::{Config, Secret};
use cartwright::controls::{Accounts, Controls};
use cartwright::server::{RunningServer, Server};
use jiff::{SignedDuration, Timestamp};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::runtime::Runtime;

/// The catalogue of the tests.
pub(crate) const CATALOG: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/catalog.toml");

/// What stands in front of every query of [`TestServer::call`].
const COMMON: &str = "Service=AWSECommerceService&AWSAccessKeyId=AKIATEST";

pub(crate) struct TestServer {
    /// In this order: the server ends before its runtime.
    server: Option<RunningServer>,
    runtime: Runtime,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) addr: SocketAddr,
    /// After the server: it is removed when it is dropped.
    database: Option<TestDatabase>,
}

impl TestServer {
    /// A server with the tests' settings.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server with settings of its own.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::new("2006-05-17T12:00:00Z".parse().expect("a time")));
        Self::with_clock(clock, change)
    }

    /// A server that goes by this clock.
    pub(crate) fn with_clock(clock: Arc<ManualClock>, change: impl FnOnce(&mut Config)) -> Self {
        let (url, database) = TestDatabase::throwaway();
        Self::on(url, database, clock, change)
    }

    /// A server on a database that the test can reach, in `database`.
    pub(crate) fn on_database(change: impl FnOnce(&mut Config)) -> Self {
        let clock = Arc::new(ManualClock::new("2006-05-17T12:00:00Z".parse().expect("a time")));
        let database = TestDatabase::create();
        Self::on(database.url(), Some(database), clock, change)
    }

    fn on(
        url: String,
        database: Option<TestDatabase>,
        clock: Arc<ManualClock>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Config {
            listen: ([127, 0, 0, 1], 0).into(),
            database: url,
            catalog: vec![CATALOG.into()],
            ids_seed: Some(1),
            hmac_secret: Some(Secret::new("the tests' secret")),
            public_url: Some("http://cartwright.test".to_owned()),
            ..Config::default()
        };
        change(&mut config);
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let server = runtime.block_on(Server::builder(config).clock(clock.clone()).start()).expect("the server starts");
        let addr = server.addr();
        Self { server: Some(server), runtime, clock, addr, database }
    }

    /// The database of [`TestServer::on_database`].
    pub(crate) fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("one that the test can reach")
    }

    /// What a Rust program that runs the server can do to an account of it.
    pub(crate) fn account(&self, key: &str) -> Controls {
        self.server.as_ref().expect("it runs").account(key)
    }

    /// What it can do to the whole server.
    pub(crate) fn controls(&self) -> Controls {
        self.server.as_ref().expect("it runs").controls()
    }

    /// The accounts of the server, as such a program sees them.
    pub(crate) fn accounts(&self) -> Accounts {
        self.server.as_ref().expect("it runs").accounts()
    }

    /// Waits for what such a program does.
    pub(crate) fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Where the control API is.
    pub(crate) fn control_url(&self) -> &str {
        self.server.as_ref().expect("it runs").control_url()
    }

    /// The address that the control API listens on.
    pub(crate) fn control_addr(&self) -> SocketAddr {
        let url = self.control_url();
        let host = url.strip_prefix("http://").and_then(|rest| rest.split('/').next());
        host.and_then(|host| host.parse().ok()).expect("an address")
    }

    /// Moves the clock on.
    pub(crate) fn advance(&self, step: SignedDuration) {
        self.clock.advance(step);
    }

    /// The time that the server sees.
    pub(crate) fn now(&self) -> Timestamp {
        use cartwright::cart::Clock as _;
        self.clock.now()
    }

    /// Sends one request, byte for byte.
    #[track_caller]
    pub(crate) fn raw(&self, bytes: &[u8]) -> Answer {
        exchange(self.addr, bytes)
    }

    /// GET of a target.
    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.raw(&request("GET", target, &[("User-Agent", "tests/1.0")], b""))
    }

    /// An operation in a locale, with Service and key in front of the query.
    #[track_caller]
    pub(crate) fn call_in(&self, locale: &str, query: &str) -> Answer {
        self.get(&format!("/{locale}/onca/xml?{COMMON}&{query}"))
    }

    /// An operation in the us.
    #[track_caller]
    pub(crate) fn call(&self, query: &str) -> Answer {
        self.call_in("us", query)
    }

    /// A new us cart with one piece of each of these.
    #[track_caller]
    pub(crate) fn create(&self, asins: &[&str]) -> Answer {
        let items: Vec<_> = asins.iter().enumerate().map(|(n, asin)| format!("&Item.{n}.ASIN={asin}")).collect();
        self.call(&format!("Operation=CartCreate&Version=2011-08-01{}", items.concat()))
    }

    /// Stops the server in order.
    pub(crate) fn stop(mut self) {
        self.finish();
    }

    fn finish(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop());
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.finish();
    }
}
