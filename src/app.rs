//! The one place that wires the parts together: settings in, a ready [`App`] out.

use crate::account::{IdBook, Worlds};
use crate::cart::{Clock, Expiry, Ids, Limits, MacKey};
use crate::catalog::seed::SeedFile;
use crate::config::{Config, Isolation};
use crate::http::{Admission, KnownHosts};
use crate::journal::{self, Journal};
use crate::metrics::Metrics;
use crate::operations::Rules;
use crate::protocol::Operation;
use crate::readiness::Readiness;
use crate::server::StartError;
use crate::state::Parts;
use crate::store::{self, DatabaseUrl, LoadError, Loaded, Store, StoreSettings, Whose};
use crate::sweeper::Sweeper;
use crate::troubles::Troubles;
use std::sync::Arc;
use tokio::sync::{Mutex, watch};

/// Everything that a request needs, shared by all of them.
pub(crate) struct App {
    /// The settings.
    pub(crate) config: Config,
    /// The database.
    pub(crate) store: Arc<dyn Store>,
    /// Tells the time that answers and expiry go by.
    pub(crate) clock: Arc<dyn Clock>,
    /// Tells the time that clients sign with.
    pub(crate) wall_clock: Arc<dyn Clock>,
    /// Draws ids.
    pub(crate) ids: IdBook,
    /// The accounts that have settings of their own.
    pub(crate) worlds: Arc<Worlds>,
    /// Deletes dead carts.
    pub(crate) sweeper: Sweeper,
    /// What operations go by.
    pub(crate) rules: Rules,
    /// What was asked and answered.
    pub(crate) journal: Journal,
    /// Held by the controls from reading a product to writing it, so that two edits of one do not undo each other.
    pub(crate) edits: Mutex<()>,
    /// Counts.
    pub(crate) metrics: Metrics,
    /// Lets requests in.
    pub(crate) admission: Admission,
    /// Tells the log what goes wrong.
    pub(crate) troubles: Troubles,
    /// Told when the server stops, so that nobody waits any longer on purpose.
    pub(crate) stopping: watch::Sender<bool>,
    /// Whether it may be sent requests.
    pub(crate) readiness: Readiness,
    /// The server's own address, for links when the client's is of no use.
    pub(crate) bound_url: String,
    /// The hosts that clients name.
    pub(crate) known_hosts: KnownHosts,
}

/// The name of the shared setting that holds the server's secret.
const HMAC_SECRET: &str = "hmac_secret";

impl App {
    /// Opens the database, loads the catalogue and puts the parts together. On failure the database is closed again.
    pub(crate) async fn new(
        config: Config,
        clock: Arc<dyn Clock>,
        wall_clock: Arc<dyn Clock>,
        bound_url: String,
    ) -> Result<Self, StartError> {
        let database: DatabaseUrl =
            config.database.parse().map_err(|error| StartError::Config(format!("database: {error}")))?;
        let settings = StoreSettings { queue: config.write_queue, ..StoreSettings::default() };
        let store = store::open(&database, settings).await?;
        let expiry = Expiry { idle: config.idle_expiry, empty: config.empty_expiry, exact: false };
        match Self::prepared(&config, &store).await {
            Ok((mac, worlds)) => Ok(Self {
                sweeper: Sweeper::new(Arc::clone(&store), Arc::clone(&worlds), expiry),
                worlds,
                rules: Rules {
                    mac,
                    limits: Limits { lines: config.max_lines, quantity: config.max_quantity },
                    expiry,
                    unavailable: config.unavailable,
                    isolated: config.isolation == Isolation::Key,
                },
                ids: IdBook::new(config.ids_seed.map_or_else(Ids::random, Ids::seeded), Arc::clone(&store)),
                journal: Journal::new(journal::Limits {
                    on: config.journal,
                    entries: config.journal_entries,
                    body: config.journal_body,
                    budget: config.journal_budget,
                }),
                edits: Mutex::default(),
                metrics: Metrics::new(Operation::all().map(Operation::name)),
                admission: Admission::new(config.max_in_flight),
                troubles: Troubles::new(&config),
                stopping: watch::Sender::new(false),
                readiness: Readiness::default(),
                config,
                store,
                clock,
                wall_clock,
                bound_url,
                known_hosts: KnownHosts::default(),
            }),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    /// Loads the catalogue and the accounts, and finds or makes the server's secret.
    async fn prepared(config: &Config, store: &Arc<dyn Store>) -> Result<(MacKey, Arc<Worlds>), StartError> {
        match store.load_baseline(&seed_files(config)).await {
            Ok(Loaded::Unchanged { products, lists }) => tracing::info!(products, lists, "the catalogue is unchanged"),
            Ok(Loaded::Loaded { products: 0, .. }) => {
                tracing::warn!("the catalogue is empty: nothing can be put into a cart");
            }
            Ok(Loaded::Loaded { products, withdrawn, lists }) => {
                tracing::info!(products, withdrawn, lists, "loaded the catalogue");
            }
            Err(LoadError::Seed(errors)) => return Err(StartError::Seed(errors)),
            Err(LoadError::Store(error)) => return Err(error.into()),
        }
        let mac = match &config.hmac_secret {
            Some(secret) => MacKey::new(secret.expose().as_bytes()),
            None => MacKey::new(&store.shared_setting(HMAC_SECRET, Ids::secret().to_vec()).await?),
        };
        let worlds = Worlds::load(Arc::clone(store), config.isolation == Isolation::Key).await?;
        Ok((mac, Arc::new(worlds)))
    }

    /// The files that the baseline is loaded from.
    pub(crate) fn seed_files(&self) -> Vec<SeedFile> {
        seed_files(&self.config)
    }

    /// Forgets what is kept in memory of an account, or of all for the server, in these parts; answers how many entries of the
    /// journal that were. The database has forgotten them by then.
    ///
    /// Every field is named here, so that whoever adds one has to say whether it keeps anything of accounts.
    pub(crate) fn forget(&self, whose: &Whose, parts: Parts) -> u64 {
        let Self {
            // Settings and what belongs to the process.
            config: _,
            rules: _,
            edits: _,
            metrics: _,
            admission: _,
            troubles: _,
            stopping: _,
            readiness: _,
            bound_url: _,
            known_hosts: _,
            // The database, which keeps what it has read in step with what it holds.
            store: _,
            // Clocks that go by themselves.
            clock: _,
            wall_clock: _,
            // It finds dead carts in the database.
            sweeper: _,
            // Read again by whoever has changed the database; what rules have counted is in memory alone.
            worlds,
            ids,
            journal,
        } = self;
        let account = match whose {
            Whose::Server => None,
            Whose::Account(account) => Some(account.as_str()),
        };
        if parts.carts {
            ids.begin_anew(account);
        }
        if parts.faults {
            worlds.forget_faults(account);
        }
        if parts.requests { journal.clear(account) as u64 } else { 0 }
    }
}

/// The files that the baseline is loaded from.
fn seed_files(config: &Config) -> Vec<SeedFile> {
    if config.catalog.is_empty() { vec![SeedFile::demo()] } else { config.catalog.iter().map(SeedFile::at).collect() }
}
