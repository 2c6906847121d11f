//! The sweeper: deletes carts that nobody can reach any more, each by the clock that its account goes by.
//!
//! An expired cart is unknown to every operation at once (`cart::Expiry`); the sweeper only frees its row, in steps so short that
//! they hold up no customer. Customers' own carts, which the purchase hand-off fills, go when they have been left alone for as
//! long. It must not know how a database finds those carts.

use crate::account::{SERVER, Worlds};
use crate::cart::{Clock, Expiry};
use crate::store::{Store, StoreError, SweepCursor, SweptCart};
use jiff::Timestamp;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Carts that one step looks at. Other writes get their turn after each step.
const STEP: u32 = 500;

/// How many expired carts are told by name.
const TOLD: usize = 1000;

/// Deletes dead carts.
#[derive(Clone)]
pub struct Sweeper {
    store: Arc<dyn Store>,
    worlds: Arc<Worlds>,
    expiry: Expiry,
}

/// What a sweep did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Remote carts that were deleted.
    pub deleted: u64,
    /// Customers' own carts that were deleted.
    pub customers: u64,
    /// How many of the remote carts had expired; the others had been handed over.
    pub expired_count: u64,
    /// The first of them, a thousand at most.
    pub expired: Vec<SweptCart>,
}

impl Swept {
    fn note(&mut self, deleted: Vec<SweptCart>) {
        self.deleted += deleted.len() as u64;
        for cart in deleted.into_iter().filter(|cart| cart.was_open) {
            self.expired_count += 1;
            if self.expired.len() < TOLD {
                self.expired.push(cart);
            }
        }
    }

    fn plus(mut self, other: Self) -> Self {
        self.deleted += other.deleted;
        self.customers += other.customers;
        self.expired_count += other.expired_count;
        self.expired.extend(other.expired);
        self.expired.truncate(TOLD);
        self
    }
}

impl Sweeper {
    /// A sweeper of this store, for carts that live as `expiry` says by the clocks of these accounts.
    pub fn new(store: Arc<dyn Store>, worlds: Arc<Worlds>, expiry: Expiry) -> Self {
        Self { store, worlds, expiry }
    }

    /// Deletes every cart that is dead when the server's own clock shows `real`, customers' own carts too. After an error some are
    /// left for the next run.
    pub async fn run_once(&self, real: Timestamp) -> Result<Swept, StoreError> {
        if self.store.is_shared() {
            // Another server may have given an account a clock a moment ago.
            self.worlds.refresh().await?;
        }
        let mut swept = self.account(SERVER, real).await?;
        for account in self.worlds.with_clocks().iter() {
            swept = swept.plus(self.account(account, real).await?);
        }
        let idle_since = self.expiry.deadline(true, self.worlds.of(SERVER).clock().at(real));
        loop {
            let step = self.store.sweep_customers(idle_since, STEP).await?;
            swept.customers += step;
            if step < u64::from(STEP) {
                break;
            }
        }
        let Swept { deleted, customers, .. } = swept;
        if deleted + customers > 0 {
            tracing::info!(deleted, customers, "swept {deleted} expired carts and {customers} of customers");
        }
        Ok(swept)
    }

    /// Deletes the dead carts of an account, by the clock that it goes by; for '' those of all accounts that go by the server's.
    pub async fn account(&self, account: &str, real: Timestamp) -> Result<Swept, StoreError> {
        let world = self.worlds.of(account);
        let (now, expiry) = (world.clock().at(real), world.expiry(self.expiry));
        let mut swept = Swept::default();
        if account == SERVER {
            let others = self.worlds.with_clocks();
            let mut next = Some(SweepCursor::default());
            while let Some(from) = next {
                let step = self.store.sweep(now, expiry, Arc::clone(&others), from, STEP).await?;
                swept.note(step.deleted);
                next = step.next;
            }
        } else {
            let mut after = None;
            loop {
                let step = self.store.sweep_account(account, now, expiry, after, STEP).await?;
                swept.note(step.deleted);
                after = step.next;
                if after.is_none() {
                    break;
                }
            }
        }
        Ok(swept)
    }

    /// Runs at once and then again whenever `every` has passed, until `stop` is ready. An error is logged; the next run may do
    /// better.
    pub async fn run(self, clock: Arc<dyn Clock>, every: Duration, stop: impl Future<Output = ()>) {
        let forever = async {
            loop {
                match self.run_once(clock.now()).await {
                    Ok(_) => {}
                    Err(StoreError::Closed) => return, // the server stops; nothing is left to do
                    Err(error) => tracing::error!(%error, "the sweep failed: {error}"),
                }
                tokio::time::sleep(every).await;
            }
        };
        // Giving up in the middle of a run is safe: every step is a transaction of its own.
        tokio::select! {
            () = forever => {}
            () = stop => {}
        }
    }
}
