//! What one request sees of an account: the same from its beginning to its end, whatever is edited meanwhile.

use super::settings::Settings;
use std::sync::Arc;

/// An account with settings of its own, as it is kept in memory.
#[derive(Debug, Default)]
pub struct Account {
    settings: Settings,
    /// The number of the change that wrote it; 0 for an account without a row.
    revision: u64,
}

impl Account {
    /// The account with these settings. `before` is the same account as it was until now: what is counted in memory goes on.
    pub(super) fn new(settings: Settings, revision: u64, _before: Option<&Self>) -> Self {
        Self { settings, revision }
    }

    /// Its settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
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
}

impl World {
    pub(super) fn new(own: Option<Arc<Account>>, server: Arc<Account>) -> Self {
        Self { own, server }
    }

    /// What the account has for itself; `None` when it has nothing, and for the server itself.
    pub fn own(&self) -> Option<&Account> {
        self.own.as_deref()
    }

    /// The server's settings, which hold where the account has none of its own.
    pub fn server(&self) -> &Account {
        &self.server
    }

    /// A setting of the account, or the server's when it has none.
    pub fn setting<T: ?Sized>(&self, setting: impl Fn(&Settings) -> Option<&T>) -> Option<&T> {
        self.own().and_then(|own| setting(own.settings())).or_else(|| setting(self.server.settings()))
    }
}
