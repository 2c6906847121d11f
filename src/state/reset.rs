//! Reset: back to the seeded baseline, whole or in parts.

use super::caught_up;
use crate::account::{InvalidSettings, Settings};
use crate::app::App;
use crate::store::{EditSettings, LoadError, Reset, StoreError, Whose};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The parts of what an account has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Carts, customers' carts, purchases, and the ids that are drawn next.
    pub carts: bool,
    /// Products, and of the server the baseline.
    pub catalog: bool,
    /// The clock.
    pub clock: bool,
    /// Rules for faults.
    pub faults: bool,
    /// The journal.
    pub requests: bool,
}

impl Parts {
    /// All of them.
    pub const ALL: Self = Self { carts: true, catalog: true, clock: true, faults: true, requests: true };
    /// None of them, to begin with: `Parts { carts: true, ..Parts::NONE }`.
    pub const NONE: Self = Self { carts: false, catalog: false, clock: false, faults: false, requests: false };
    /// Their names, in the order in which messages tell them.
    pub(crate) const NAMES: [&'static str; 5] = ["carts", "catalog", "clock", "faults", "requests"];
}

impl FromStr for Parts {
    type Err = String;

    /// Reads `carts,clock`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = Self::NONE;
        for name in text.split(',') {
            let part = match name.trim() {
                "carts" => &mut parts.carts,
                "catalog" => &mut parts.catalog,
                "clock" => &mut parts.clock,
                "faults" => &mut parts.faults,
                "requests" => &mut parts.requests,
                other => return Err(format!("{other:?} is no part; the parts are {}", Self::NAMES.join(", "))),
            };
            *part = true;
        }
        Ok(parts)
    }
}

/// How much was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removals {
    /// Remote carts.
    pub carts: u64,
    /// Customers' own carts.
    pub customer_carts: u64,
    /// Purchases.
    pub purchases: u64,
    /// Products of accounts' own catalogues.
    pub catalog: u64,
    /// Clocks that were set.
    pub clock: u64,
    /// Rules for faults.
    pub faults: u64,
    /// Entries of the journal.
    pub requests: u64,
}

/// Makes of an account or of the server what the seeds say.
pub(crate) async fn reset(app: &App, whose: Whose, parts: Parts) -> Result<Removals, LoadError> {
    let (clocks, faults) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let counted = (Arc::clone(&clocks), Arc::clone(&faults));
    let edit: EditSettings = Arc::new(move |present, _| {
        let Some(doc) = present else { return Ok(None) };
        let mut settings = Settings::read(doc).map_err(|error| unreadable(&error))?;
        if parts.clock && settings.clock.take().is_some() {
            counted.0.fetch_add(1, Ordering::Relaxed);
        }
        if parts.faults {
            counted.1.fetch_add(settings.faults.len() as u64, Ordering::Relaxed);
            settings.faults.clear();
        }
        Ok((!settings.is_empty()).then(|| settings.write()))
    });
    let reset = Reset {
        whose: whose.clone(),
        carts: parts.carts,
        catalog: parts.catalog.then(|| app.seed_files()),
        settings: (parts.clock || parts.faults).then_some(edit),
        snapshots: false,
    };
    let removed = app.store.reset(reset).await?;
    let requests = app.forget(&whose, parts);
    caught_up(app).await?;
    Ok(Removals {
        carts: removed.of("carts"),
        customer_carts: removed.of("customer_carts"),
        purchases: removed.of("purchases"),
        catalog: removed.of("products"),
        clock: clocks.load(Ordering::Relaxed),
        faults: faults.load(Ordering::Relaxed),
        requests,
    })
}

/// Removes an account with all that it owns.
pub(crate) async fn remove(app: &App, account: &str) -> Result<(), LoadError> {
    let whose = Whose::Account(account.to_owned());
    let reset = Reset {
        whose: whose.clone(),
        carts: true,
        catalog: Some(app.seed_files()),
        settings: Some(Arc::new(|_, _| Ok(None))),
        snapshots: true,
    };
    app.store.reset(reset).await?;
    app.forget(&whose, Parts::ALL);
    Ok(caught_up(app).await?)
}

/// Settings of a later program, or of none.
pub(super) fn unreadable(error: &InvalidSettings) -> StoreError {
    StoreError::Inconsistent { table: "accounts", row: "(one of them)".to_owned(), what: error.to_string() }
}
