//! The accounts that own anything, what each has for itself, and its end. Must not know how they are shown.
//!
//! An account is there as soon as it owns something, be it one cart; nobody has to make it. Making it by name is for those that
//! shall sign.

use super::Written;
use crate::account::{Account, ClockSetting, SERVER, Settings};
use crate::app::App;
use crate::config::{Mode, Secret};
use crate::state;
use crate::store::{Holdings, LoadError, StoreError};
use std::sync::Arc;

/// The longest access key, in characters. Amazon's have 20.
pub(crate) const MAX_KEY: usize = 128;

/// How many are read at once.
const CHUNK: u32 = 500;

/// The accounts of a server.
#[derive(Clone)]
pub struct Accounts {
    app: Arc<App>,
}

/// What an account has. No secret is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The access key.
    pub account: String,
    /// Whether its signatures can be checked: it was given a secret, here or in the settings.
    pub has_secret: bool,
    /// How strictly its requests are taken, if it has a mode of its own.
    pub mode: Option<Mode>,
    /// What its ids follow from, if it has a seed of its own.
    pub ids_seed: Option<u64>,
    /// The clock of its own, if it has one.
    pub clock: Option<ClockSetting>,
    /// How many fault rules it has.
    pub faults: usize,
    /// What it has in the database.
    pub holdings: Holdings,
}

/// What an account is given. What is left out, it does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "it is to be put into the accounts of a server"]
pub struct NewAccount {
    /// What its requests are signed with.
    pub secret: Option<Secret>,
    /// How strictly its requests are taken.
    pub mode: Option<Mode>,
    /// What its ids follow from; they begin anew with it.
    pub ids_seed: Option<u64>,
}

impl NewAccount {
    /// With this secret.
    pub fn secret(self, secret: impl Into<String>) -> Self {
        Self { secret: Some(Secret::new(secret)), ..self }
    }

    /// In this mode.
    pub fn mode(self, mode: Mode) -> Self {
        Self { mode: Some(mode), ..self }
    }

    /// With ids that follow from this.
    pub fn ids_seed(self, seed: u64) -> Self {
        Self { ids_seed: Some(seed), ..self }
    }
}

/// No account can have that key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an access key has 1 to {MAX_KEY} characters, and no control characters")]
pub struct InvalidKey;

/// Why an account was not given anything.
#[derive(Debug, thiserror::Error)]
pub enum NotGiven {
    /// There can be no account of that key.
    #[error(transparent)]
    Key(#[from] InvalidKey),
    /// A secret that anybody guesses.
    #[error("secret: it is empty; leave it out to have none")]
    EmptySecret,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Refuses what can be no access key.
pub(crate) fn check_key(key: &str) -> Result<(), InvalidKey> {
    if key.chars().count() > MAX_KEY || key.contains(char::is_control) { Err(InvalidKey) } else { Ok(()) }
}

impl Accounts {
    pub(crate) fn of(app: &Arc<App>) -> Self {
        Self { app: Arc::clone(app) }
    }

    /// Those that own anything, by their keys.
    pub async fn list(&self) -> Result<Vec<About>, StoreError> {
        let mut found: Vec<About> = Vec::new();
        loop {
            let after = found.last().map_or("", |last| &last.account);
            let page = self.page(after, CHUNK).await?;
            if page.is_empty() {
                return Ok(found);
            }
            found.extend(page);
        }
    }

    /// Those after a key, `limit` at most.
    pub async fn page(&self, after: &str, limit: u32) -> Result<Vec<About>, StoreError> {
        let mut keys = self.app.store.owners(after, limit).await?;
        // Those of the settings are there too, whatever they own.
        keys.extend(self.app.config.accounts.keys().filter(|key| key.as_str() > after).cloned());
        keys.sort_unstable();
        keys.dedup();
        keys.truncate(limit as usize);
        let mut accounts = Vec::with_capacity(keys.len());
        for key in keys {
            let holdings = self.app.store.holdings(&key).await?;
            accounts.push(self.about(key, holdings));
        }
        Ok(accounts)
    }

    /// What an account has; `None` when it owns nothing, so that there is no such one.
    pub async fn get(&self, key: &str) -> Result<Option<About>, StoreError> {
        if key == SERVER {
            return Ok(None);
        }
        let holdings = self.app.store.holdings(key).await?;
        let is_known = self.app.worlds.account(key).is_some() || self.app.config.accounts.contains_key(key);
        Ok((is_known || !holdings.is_empty()).then(|| self.about(key.to_owned(), holdings)))
    }

    /// Makes an account by name, or gives one another secret, mode and seed. Its clock, its faults and what it owns stay as they are.
    pub async fn put(&self, key: &str, new: NewAccount) -> Result<Written<About>, NotGiven> {
        check_key(key)?;
        if key == SERVER {
            return Err(InvalidKey.into());
        }
        if new.secret.as_ref().is_some_and(|secret| secret.expose().is_empty()) {
            return Err(NotGiven::EmptySecret);
        }
        let is_new = self.get(key).await?.is_none();
        if new.ids_seed.is_some() {
            self.app.ids.forget(key).await?;
        }
        let give = |settings: &mut Settings| {
            let NewAccount { secret, mode, ids_seed } = new.clone();
            *settings = Settings { made: true, secret, mode, ids_seed, ..std::mem::take(settings) };
            Ok::<_, StoreError>(())
        };
        self.app.worlds.edit(key, give).await?;
        let holdings = self.app.store.holdings(key).await?;
        Ok(Written { now: self.about(key.to_owned(), holdings), is_new })
    }

    /// Removes an account with all that it has for itself; answers whether it had anything.
    pub async fn remove(&self, key: &str) -> Result<bool, LoadError> {
        let _turn = self.app.edits.lock().await;
        if self.get(key).await?.is_none() {
            return Ok(false);
        }
        state::remove(&self.app, key).await?;
        Ok(true)
    }

    fn about(&self, account: String, holdings: Holdings) -> About {
        let own = self.app.worlds.account(&account);
        let settings = own.as_deref().map(Account::settings);
        About {
            has_secret: self.app.config.accounts.contains_key(&account)
                || settings.is_some_and(|settings| settings.secret.is_some()),
            mode: settings.and_then(|settings| settings.mode),
            ids_seed: settings.and_then(|settings| settings.ids_seed),
            clock: settings.and_then(|settings| settings.clock),
            faults: settings.map_or(0, |settings| settings.faults.len()),
            holdings,
            account,
        }
    }
}
