//! The products that this server has read, and how it knows that they are still the catalogue's.
//!
//! The catalogue has one revision in the database (the row '' of `catalogues`), which every edit of any account counts up. A read of
//! a cart brings it along, so that its answer is exact. Where only products are wanted, what the database said a moment ago is
//! believed for [`FRESH`]: an edit through another server shows after that time at the latest, and one through this server at once.
//! Must not know how products are read, or any database driver.
//!
//! **Invariants.** A product is kept together with the revision that was read in the same statement. Which accounts have products of
//! their own is known before the revision that says so is.

use crate::store::cache::{ProductCache, Revision};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;

/// Bytes of products that are kept parsed: some eight thousand.
const CACHED: usize = 8 * 1024 * 1024;

/// How long the revision is believed that the database said last.
const FRESH: Duration = Duration::from_millis(250);

/// A moment, in microseconds since this server began; 0 is before all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

/// What this server knows of the catalogue.
pub(super) struct Catalogue {
    /// The products, by revision.
    pub(super) products: ProductCache,
    /// The accounts that have rows of their own, as they are stored, at the revision that is known or a later one.
    own: RwLock<HashSet<Arc<str>>>,
    began: Instant,
    /// When it was last asked whether the known revision is still the catalogue's, and it was.
    confirmed: AtomicU64,
    /// When this server last edited the catalogue: what was asked before does not count.
    edited: AtomicU64,
    /// Whoever learns of a new revision has it.
    pub(super) learning: tokio::sync::Mutex<()>,
}

impl Catalogue {
    /// One of which nothing is known yet.
    pub(super) fn new() -> Self {
        Self {
            products: ProductCache::new(CACHED),
            own: RwLock::default(),
            began: Instant::now(),
            confirmed: AtomicU64::new(0),
            edited: AtomicU64::new(0),
            learning: tokio::sync::Mutex::default(),
        }
    }

    /// Now. To be asked before the database is.
    pub(super) fn now(&self) -> Moment {
        Moment(u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX).saturating_add(1))
    }

    /// The catalogue's revision, if it is known well enough to show products by it.
    pub(super) fn fresh(&self, now: Moment) -> Option<Revision> {
        let (confirmed, edited) = (self.confirmed.load(Ordering::Acquire), self.edited.load(Ordering::Acquire));
        let old = u128::from(now.0.saturating_sub(confirmed)) > FRESH.as_micros();
        (confirmed > edited && !old).then(|| self.products.revision())
    }

    /// The database was asked at `asked`, and said that this is the revision. Answers whether it is no later one than what is known;
    /// otherwise the accounts must be read again, and [`Catalogue::learn`] be told.
    pub(super) fn confirm(&self, revision: Revision, asked: Moment) -> bool {
        let known = self.products.revision();
        if revision == known {
            self.confirmed.fetch_max(asked.0, Ordering::AcqRel);
        }
        revision <= known
    }

    /// These are the accounts with rows of their own, as of this revision.
    pub(super) fn learn(&self, accounts: impl Iterator<Item = Arc<str>>, revision: Revision) {
        {
            let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
            *own = accounts.collect();
        }
        self.products.seen(revision);
    }

    /// The catalogue was edited by this server, or may have been. To be called before the edit is acknowledged.
    pub(super) fn edited(&self, now: Moment) {
        self.edited.fetch_max(now.0, Ordering::AcqRel);
    }

    /// The account, if it has rows of its own. `account` is as it is stored.
    pub(super) fn own(&self, account: &str) -> Option<Arc<str>> {
        if account.is_empty() {
            return None;
        }
        self.own.read().unwrap_or_else(PoisonError::into_inner).get(account).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn revision(n: u64) -> Revision {
        Revision::of(n)
    }

    #[test]
    fn a_revision_is_believed_for_a_moment_and_not_after_an_edit() {
        let catalogue = Catalogue::new();
        let at = |millis: u64| Moment(millis * 1000);
        assert_eq!(catalogue.fresh(at(1)), None, "nothing is known");
        assert!(!catalogue.confirm(revision(3), at(1)), "the accounts are not known yet");
        catalogue.learn(std::iter::once(Arc::from("key")), revision(3));
        assert!(catalogue.confirm(revision(3), at(1)));
        assert_eq!(catalogue.fresh(at(251)), Some(revision(3)));
        let own = |account| catalogue.own(account);
        assert_eq!((own("key").as_deref(), own("other"), own("")), (Some("key"), None, None));
        assert_eq!(catalogue.fresh(at(252)), None, "it may be another by now");
        assert!(catalogue.confirm(revision(3), at(252)));
        assert_eq!(catalogue.fresh(at(253)), Some(revision(3)));
        catalogue.edited(at(254));
        assert_eq!(catalogue.fresh(at(255)), None);
        catalogue.confirm(revision(3), at(253));
        assert_eq!(catalogue.fresh(at(255)), None, "that was asked before the edit");
        assert!(catalogue.confirm(revision(2), at(256)), "a statement that was slow");
        assert_eq!(catalogue.fresh(at(257)), None);
        assert!(catalogue.confirm(revision(3), at(256)));
        assert_eq!(catalogue.fresh(at(257)), Some(revision(3)));
    }
}
