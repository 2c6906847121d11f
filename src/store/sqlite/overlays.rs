//! Which accounts have products of their own, kept in memory so that the reads of all others cost what they would without any.
//!
//! The file is this process's alone, so every edit passes through here.

use super::reads::{BASELINE, View};
use crate::store::Site;
use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};

/// The accounts that have rows of their own, be they products or words that there is none.
#[derive(Default)]
pub(super) struct Overlays(RwLock<HashSet<String>>);

impl Overlays {
    pub(super) fn of(accounts: Vec<String>) -> Self {
        Self(RwLock::new(accounts.into_iter().collect()))
    }

    /// Notes that an account has rows of its own. To be called before they can be seen.
    pub(super) fn note(&self, account: &str) {
        if account != BASELINE {
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(account.to_owned());
        }
    }

    /// Makes the accounts that have rows of their own these. To be called after others have gone.
    pub(super) fn replace(&self, accounts: Vec<String>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = accounts.into_iter().collect();
    }

    /// The account, if it has rows of its own.
    pub(super) fn own<'a>(&self, account: &'a str) -> Option<&'a str> {
        let has_own = |account: &&str| self.0.read().unwrap_or_else(PoisonError::into_inner).contains(*account);
        Some(account).filter(has_own)
    }

    /// The catalogue that a caller sees.
    pub(super) fn view<'a>(&self, site: Site<'a>) -> View<'a> {
        View { locale: site.locale, own: self.own(site.account) }
    }
}
