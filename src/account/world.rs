//! What one request sees of an account: the same from its beginning to its end, whatever is edited meanwhile.

use super::clock::ClockSetting;
use super::settings::Settings;
use crate::cart::Expiry;
use crate::config::Secret;
use crate::faults::Faults;
use std::sync::Arc;

/// An account with settings of its own, as it is kept in memory.
#[derive(Debug, Default)]
pub struct Account {
    settings: Settings,
    /// Its rules with their counts; `None` when there are none.
    faults: Option<Faults>,
    /// The number of the change that wrote it; 0 for an account without a row.
    revision: u64,
}

impl Account {
    /// The account with these settings. `before` is the same account as it was until now: what is counted in memory goes on.
    pub(super) fn new(settings: Settings, revision: u64, before: Option<&Self>) -> Self {
        let faults = Faults::new(&settings.faults, before.and_then(Self::faults));
        Self { settings, faults, revision }
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Its fault rules, if it has any.
    pub fn faults(&self) -> Option<&Faults> {
        self.faults.as_ref()
    }

    /// The number of the change that wrote it.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }
}

/// An account as a request sees it: what it has for itself, and behind that the server's.
#[derive(Clone, Debug)]
pub struct World {
    own: Option<Arc<Account>>,
    server: Arc<Account>,
    /// Whether what the account has for itself counts, but for its secret (setting `isolation`).
    is_isolated: bool,
}

impl World {
    pub(super) fn new(own: Option<Arc<Account>>, server: Arc<Account>, is_isolated: bool) -> Self {
        Self { own, server, is_isolated }
    }

    /// What the account has for itself; `None` when it has nothing, for the server itself, and where accounts are no worlds of their
    /// own.
    pub fn own(&self) -> Option<&Account> {
        self.own.as_deref().filter(|_| self.is_isolated)
    }

    /// What the account's requests are signed with, if it was given that. It proves who asks, so it counts in any case.
    pub fn secret(&self) -> Option<&Secret> {
        self.own.as_deref()?.settings().secret.as_ref()
    }

    /// The server's settings, which hold where the account has none of its own.
    pub fn server(&self) -> &Account {
        &self.server
    }

    /// The clock that the account goes by.
    pub fn clock(&self) -> ClockSetting {
        self.setting(|settings| settings.clock.as_ref()).copied().unwrap_or(ClockSetting::Real)
    }

    /// Whether the account has a clock of its own.
    pub fn has_clock(&self) -> bool {
        self.own().is_some_and(|own| own.settings().clock.is_some())
    }

    /// What the account's ids follow from, if it has a seed of its own.
    pub fn ids_seed(&self) -> Option<u64> {
        self.own()?.settings().ids_seed
    }

    /// How long carts live here: to the moment, where the account has a clock of its own. Those that go by the server's, whatever it
    /// shows, are many, and their reads are not all written down.
    pub fn expiry(&self, expiry: Expiry) -> Expiry {
        if self.has_clock() { expiry.exactly() } else { expiry }
    }

    /// The fault rules that concern the account, if there are any.
    pub fn faults(&self) -> Option<&Faults> {
        self.own().and_then(Account::faults).or_else(|| self.server.faults())
    }

    /// A setting of the account, or the server's when it has none.
    pub fn setting<T: ?Sized>(&self, setting: impl Fn(&Settings) -> Option<&T>) -> Option<&T> {
        self.own().and_then(|own| setting(own.settings())).or_else(|| setting(self.server.settings()))
    }
}
