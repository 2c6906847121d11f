//! What a test does to a running server: its clock, its faults, its journal, and back to the beginning. The control API does the
//! same for those who come over HTTP, by these functions; a Rust program that runs a server has them from
//! [`RunningServer::account`](crate::server::RunningServer::account).
//!
//! What is written with them (fault rules, expectations, the words for operations, sites and products) can be had from here, too.
//!
//! Must not know how it was asked for: no paths, no JSON.

mod accounts;
mod carts;
mod catalog;
mod clock;
mod faults;
mod purchases;
mod requests;
mod snapshots;

pub use crate::account::{ClockMode, ClockSetting};
pub use crate::cart::{Asin, CartId, Locale, Purchase};
pub use crate::catalog::{Offer, Product};
pub use crate::config::Mode;
pub use crate::faults::{InvalidRule, KeptRule, Preset, Rule, Tally};
pub use crate::journal::{Criteria, Expectation, Seen, Transport, Verdict, Verification};
pub use crate::protocol::Operation;
pub use crate::state::{Failed, InvalidName, Parts, Removals};
pub use crate::store::{Differences, Snapshot, SnapshotInfo};
pub use crate::sweeper::Swept;
pub use accounts::{About, Accounts, InvalidKey, NewAccount, NotGiven};
pub(crate) use accounts::{MAX_KEY, check_key};
pub use carts::{CartEvent, CartFilter, CartInfo, CartState, Carts};
pub(crate) use catalog::Batch;
pub use catalog::{Catalog, NotWritten};
pub use clock::{Clock, NotSet};
pub use faults::{Faults, NotMade, Watching};
pub use purchases::Purchases;
pub use requests::Requests;
pub use snapshots::Snapshots;

use crate::account::SERVER;
use crate::app::App;
use crate::state;
use crate::store::{LoadError, StoreError, Whose};
use std::sync::Arc;

/// Something that was written, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// What is there now.
    pub now: T,
    /// Whether there was none before.
    pub is_new: bool,
}

/// The controls of one access key, or of a whole server.
#[derive(Clone)]
pub struct Controls {
    app: Arc<App>,
    account: String,
}

impl Controls {
    /// Those of an access key; those of the server for [`SERVER`].
    pub(crate) fn of(app: &Arc<App>, account: &str) -> Self {
        Self { app: Arc::clone(app), account: account.to_owned() }
    }

    /// The access key; empty for the server.
    pub fn key(&self) -> &str {
        &self.account
    }

    /// The time that the account goes by. The server's is that of every account that has none of its own.
    pub fn clock(&self) -> Clock<'_> {
        Clock(self)
    }

    /// Which of the account's calls fare badly, and how. The server's hold for every account that has none of its own.
    pub fn faults(&self) -> Faults<'_> {
        Faults(self)
    }

    /// What was asked and answered: for the account, or, for the server, at all.
    pub fn requests(&self) -> Requests<'_> {
        Requests(self)
    }

    /// The remote carts of the account, or all.
    pub fn carts(&self) -> Carts<'_> {
        Carts(self)
    }

    /// What the account can buy; for the server, what all can that have nothing of their own.
    pub fn catalog(&self) -> Catalog<'_> {
        Catalog(self)
    }

    /// What was bought of the account's carts, or of all.
    pub fn purchases(&self) -> Purchases<'_> {
        Purchases(self)
    }

    /// States that were kept under a name.
    pub fn snapshots(&self) -> Snapshots<'_> {
        Snapshots(self)
    }

    /// Back to the seeded baseline; tells what was removed. Secrets, modes and snapshots stay.
    pub async fn reset(&self) -> Result<Removals, LoadError> {
        self.reset_only(Parts::ALL).await
    }

    /// These parts back to the seeded baseline; tells what was removed.
    pub async fn reset_only(&self, parts: Parts) -> Result<Removals, LoadError> {
        let _turn = self.app.edits.lock().await;
        state::reset(&self.app, self.whose(), parts).await
    }

    /// Deletes now what has expired, of the account or of all, and tells what that was.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        let (sweeper, real) = (&self.app.sweeper, self.app.clock.now());
        if self.account == SERVER { sweeper.run_once(real).await } else { sweeper.account(&self.account, real).await }
    }

    fn whose(&self) -> Whose {
        self.key_if_any().map_or(Whose::Server, |key| Whose::Account(key.to_owned()))
    }

    /// `None` for the server, which is all accounts.
    fn key_if_any(&self) -> Option<&str> {
        Some(self.account.as_str()).filter(|account| *account != SERVER)
    }
}
