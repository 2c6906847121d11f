//! The sweeper: deletes carts that nobody can reach any more.
//!
//! An expired cart is unknown to every operation at once (`cart::Expiry`); the sweeper only frees its row, in steps so short that
//! they hold up no customer. Customers' own carts, which the purchase hand-off fills, go when they have been left alone for as
//! long. It must not know how a database finds those carts.

use crate::cart::{Clock, Expiry};
use crate::store::{Store, StoreError, SweepCursor};
use jiff::Timestamp;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// Carts that one step looks at. Other writes get their turn after each step.
const STEP: u32 = 500;

/// Deletes dead carts.
#[derive(Clone)]
pub struct Sweeper {
    store: Arc<dyn Store>,
    expiry: Expiry,
}

impl Sweeper {
    /// A sweeper of this store, for carts that live as `expiry` says.
    pub fn new(store: Arc<dyn Store>, expiry: Expiry) -> Self {
        Self { store, expiry }
    }

    /// Deletes every cart that is dead at `now`, customers' own carts too, and answers how many remote carts there were. After an
    /// error some are left for the next run.
    pub async fn run_once(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        let mut next = Some(SweepCursor::default());
        while let Some(from) = next {
            let step = self.store.sweep(now, self.expiry, from, STEP).await?;
            deleted += step.deleted;
            next = step.next;
        }
        let idle_since = self.expiry.deadline(true, now);
        let mut customers = 0;
        loop {
            let step = self.store.sweep_customers(idle_since, STEP).await?;
            customers += step;
            if step < u64::from(STEP) {
                break;
            }
        }
        if deleted + customers > 0 {
            tracing::info!(deleted, customers, "swept {deleted} expired carts and {customers} of customers");
        }
        Ok(deleted)
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
