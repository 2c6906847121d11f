//! The accounts that have settings of their own, in memory: read by every request without a lock, changed by edits here, and brought
//! up to date with what other servers of the database did.
//!
//! **Invariants.** What is in memory was in the database. The one who changes an account in memory holds its lock, and has read or
//! written the row under it: so nothing older ever takes the place of something newer.

use super::SERVER;
use super::clock::ClockSetting;
use super::settings::Settings;
use super::world::{Account, World};
use crate::store::{AccountEdit, AccountEdited, AccountRow, AccountsMark, Store, StoreError};
use arc_swap::ArcSwap;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// An edit copies the accounts of one part, and locks it.
const PARTS: usize = 64;

/// How often an edit is tried again after another server was faster.
const ATTEMPTS: usize = 16;

/// How often other servers' edits are looked for: so that they are seen within a second.
const REFRESH: Duration = Duration::from_millis(500);

/// The accounts of a part.
type Accounts = HashMap<Box<str>, Arc<Account>>;

#[derive(Default)]
struct Part {
    /// Held from reading or writing a row to showing it.
    edits: Mutex<()>,
    accounts: ArcSwap<Accounts>,
}

/// The accounts that have settings of their own.
pub struct Worlds {
    store: Arc<dyn Store>,
    server: ArcSwap<Account>,
    parts: Box<[Part]>,
    /// Accounts in all parts: as long as there is none, nothing is looked up.
    count: AtomicUsize,
    /// Those with fault rules, the server among them.
    faulty: AtomicUsize,
    hashes: RandomState,
    /// Whether accounts are worlds of their own at all (setting `isolation`). Otherwise all go by the server's settings.
    is_isolated: bool,
    /// What has been seen of the database's changes.
    seen: Mutex<AccountsMark>,
}

impl Worlds {
    /// Reads all accounts that have settings. Unless accounts are isolated, all of them go by the server's.
    pub async fn load(store: Arc<dyn Store>, is_isolated: bool) -> Result<Self, StoreError> {
        let worlds = Self {
            store,
            server: ArcSwap::default(),
            parts: (0..PARTS).map(|_| Part::default()).collect(),
            count: AtomicUsize::new(0),
            faulty: AtomicUsize::new(0),
            hashes: RandomState::new(),
            is_isolated,
            seen: Mutex::default(),
        };
        worlds.refresh().await?;
        Ok(worlds)
    }

    /// The world of an access key; that of the server for ''.
    pub fn of(&self, key: &str) -> World {
        let own = if self.count.load(Ordering::Acquire) == 0 { None } else { self.own(key) };
        World::new(own, self.server.load_full(), self.is_isolated)
    }

    /// Whether any account was given a secret.
    pub fn have_secrets(&self) -> bool {
        let has_secret = |account: &Arc<Account>| account.settings().secret.is_some();
        self.parts.iter().any(|part| part.accounts.load().values().any(has_secret))
    }

    /// Makes the fault rules of an account, or all that there are, count from the beginning.
    pub fn forget_faults(&self, key: Option<&str>) {
        let forget = |account: &Account| {
            if let Some(faults) = account.faults() {
                faults.begin_anew();
            }
        };
        if let Some(key) = key {
            self.known(key).iter().for_each(|account| forget(account));
            return;
        }
        forget(&self.server.load());
        for part in &self.parts {
            part.accounts.load().values().for_each(|account| forget(account));
        }
    }

    /// Whether there are fault rules anywhere.
    pub fn have_faults(&self) -> bool {
        self.faulty.load(Ordering::Relaxed) > 0
    }

    /// An account that has settings of its own; '' is the server.
    pub fn account(&self, key: &str) -> Option<Arc<Account>> {
        self.known(key)
    }

    /// The keys of all accounts that have settings, without the server, in order.
    pub fn keys(&self) -> Vec<Box<str>> {
        let mut keys: Vec<Box<str>> =
            self.parts.iter().flat_map(|part| part.accounts.load().keys().cloned().collect::<Vec<_>>()).collect();
        keys.sort_unstable();
        keys
    }

    /// The clock that the server gives to `key` when it has none of its own; `None` for the server itself, and where nobody has set
    /// one.
    pub fn server_clock(&self, key: &str) -> Option<ClockSetting> {
        if key == SERVER { None } else { self.server.load().settings().clock }
    }

    /// The accounts that have a clock of their own.
    pub fn with_clocks(&self) -> Arc<HashSet<Box<str>>> {
        let mut found = HashSet::new();
        if self.is_isolated {
            for part in &self.parts {
                let accounts = part.accounts.load();
                let with_clock = accounts.iter().filter(|(_, account)| account.settings().clock.is_some());
                found.extend(with_clock.map(|(key, _)| key.clone()));
            }
        }
        Arc::new(found)
    }

    /// Changes the settings of an account; '' is the server. `change` may be called again, when another server was faster. An error
    /// of it leaves all as it was. Answers what it answered once that is in the database.
    pub async fn edit<T, E: From<StoreError>>(
        &self,
        key: &str,
        mut change: impl FnMut(&mut Settings) -> Result<T, E>,
    ) -> Result<T, E> {
        let part = self.part(key);
        let _turn = part.edits.lock().await;
        let known = self.known(key);
        let (mut before, mut stored) =
            known.map_or_else(Default::default, |account| (account.settings().clone(), Some(account.revision())));
        for _ in 0..ATTEMPTS {
            let mut settings = before.clone();
            let answer = change(&mut settings)?;
            if settings == before {
                return Ok(answer);
            }
            let doc = if settings.is_empty() { None } else { Some(settings.write()) };
            let edit = doc.as_deref().map_or(AccountEdit::Remove, AccountEdit::Write);
            match self.store.edit_account(key, stored, edit).await? {
                AccountEdited::Made(revision) => {
                    self.show(key, doc.is_some().then_some((settings, revision)));
                    return Ok(answer);
                }
                AccountEdited::Outrun(row) => {
                    (before, stored) = match &row {
                        Some(row) => (read(row)?, Some(row.revision)),
                        None => Default::default(),
                    };
                }
            }
        }
        Err(StoreError::Busy.into())
    }

    /// Sees what other servers of the database have changed.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let mut seen = self.seen.lock().await;
        let changes = self.store.account_changes(*seen).await?;
        if changes.mark == *seen {
            return Ok(());
        }
        for row in &changes.rows {
            match self.known(&row.account) {
                Some(account) if account.revision() >= row.revision => {}
                _ => self.reread(&row.account).await?,
            }
        }
        if changes.whole {
            let mut gone: Vec<Box<str>> = self.keys();
            gone.push(SERVER.into());
            // The rows come in the order of their keys.
            gone.retain(|key| changes.rows.binary_search_by(|row| row.account.as_str().cmp(key)).is_err());
            for key in gone.iter().filter(|key| self.known(key).is_some()) {
                self.reread(key).await?;
            }
        }
        *seen = changes.mark;
        Ok(())
    }

    /// Sees what other servers change, as soon as it may be, for ever. An error is logged; the next look may do better.
    pub async fn follow(&self) {
        let mut failing = false;
        loop {
            tokio::time::sleep(REFRESH).await;
            match self.refresh().await {
                Ok(()) => failing = false,
                Err(StoreError::Closed) => return, // the server stops
                Err(error) if failing => tracing::debug!(%error, "changes of accounts cannot be seen"),
                Err(error) => {
                    failing = true;
                    tracing::warn!(%error, "changes of accounts that other servers make cannot be seen: {error}");
                }
            }
        }
    }

    /// Shows an account as it is stored.
    async fn reread(&self, key: &str) -> Result<(), StoreError> {
        let _turn = self.part(key).edits.lock().await;
        let row = self.store.account(key).await?;
        match row.as_ref().map(|row| Ok((read(row)?, row.revision))).transpose() {
            Ok(account) => self.show(key, account),
            // A later program's, perhaps. Its account stays as it is known.
            Err::<_, StoreError>(error) => tracing::error!(%error, "the settings of an account cannot be read"),
        }
        Ok(())
    }

    /// What is known of an account, the server included.
    fn known(&self, key: &str) -> Option<Arc<Account>> {
        if key == SERVER { Some(self.server.load_full()).filter(|server| server.revision() > 0) } else { self.own(key) }
    }

    fn own(&self, key: &str) -> Option<Arc<Account>> {
        self.part(key).accounts.load().get(key).cloned()
    }

    fn part(&self, key: &str) -> &Part {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of the hash do")]
        let hash = self.hashes.hash_one(key) as usize;
        &self.parts[hash % PARTS]
    }

    /// Shows requests an account as it is now; `None`: that it has nothing for itself. Whoever calls it holds the part's lock.
    fn show(&self, key: &str, account: Option<(Settings, u64)>) {
        let known = self.known(key);
        let account = account.map(|(settings, revision)| Account::new(settings, revision, known.as_deref()));
        let was_faulty = known.is_some_and(|known| known.faults().is_some());
        let is_faulty = account.as_ref().is_some_and(|account| account.faults().is_some());
        match (was_faulty, is_faulty) {
            (false, true) => drop(self.faulty.fetch_add(1, Ordering::Relaxed)),
            (true, false) => drop(self.faulty.fetch_sub(1, Ordering::Relaxed)),
            _ => {}
        }
        if key == SERVER {
            self.server.store(Arc::new(account.unwrap_or_default()));
            return;
        }
        let part = self.part(key);
        let mut accounts = Accounts::clone(&part.accounts.load());
        let before = accounts.len();
        match account {
            Some(account) => drop(accounts.insert(key.into(), Arc::new(account))),
            None => drop(accounts.remove(key)),
        }
        let after = accounts.len();
        // Counted first when there is one more and last when there is one less: where nothing is counted, nothing is there.
        if after > before {
            self.count.fetch_add(1, Ordering::AcqRel);
        }
        part.accounts.store(Arc::new(accounts));
        if after < before {
            self.count.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

fn read(row: &AccountRow) -> Result<Settings, StoreError> {
    Settings::read(&row.doc).map_err(|error| StoreError::Inconsistent {
        table: "accounts",
        row: row.account.clone(),
        what: error.to_string(),
    })
}
