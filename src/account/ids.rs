//! The ids of accounts: seeded ones go on where they were, also after a start, and whatever other accounts do.
//!
//! How far an account has got is written down in blocks, ahead of the draws, so that drawing an id writes nothing; after a start they
//! go on behind the last block. It is only written down of accounts that have made a cart: others leave nothing, and what they are
//! given are RequestIds alone.

use crate::cart::{CartId, CustomerId, Draws, Ids, Locale, Needs, RequestIdForm};
use crate::store::{Store, StoreError};
use std::sync::Arc;
use tokio::sync::Mutex;

/// How many ids are reserved at once.
const BLOCK: u64 = 1024;

/// Draws the ids of all accounts.
pub struct IdBook {
    ids: Ids,
    store: Arc<dyn Store>,
    /// Held while it is found out or written down how far an account has got.
    turn: Mutex<()>,
}

/// The ids of one account.
#[derive(Clone, Copy)]
pub struct AccountIds<'a> {
    book: &'a IdBook,
    draws: Draws<'a>,
    account: &'a str,
}

impl IdBook {
    /// Ids as `ids` draws them.
    pub fn new(ids: Ids, store: Arc<dyn Store>) -> Self {
        Self { ids, store, turn: Mutex::default() }
    }

    /// The ids of an account; `seed` is its own, if it has one.
    pub fn of<'a>(&'a self, account: &'a str, seed: Option<u64>) -> AccountIds<'a> {
        AccountIds { book: self, draws: self.ids.of(account, seed), account }
    }

    /// The id of a new customer.
    pub fn customer_id(&self) -> CustomerId {
        self.ids.customer_id()
    }

    /// The number of a new order.
    pub fn order_id(&self, locale: Locale) -> CartId {
        self.ids.order_id(locale)
    }

    /// The number of a new fault rule of an account; `seed` is its own, if it has one.
    pub fn rule_number(&self, account: &str, seed: Option<u64>) -> u64 {
        self.ids.rule_number(account, seed)
    }

    /// Has an account begin anew.
    pub async fn forget(&self, account: &str) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        self.store.forget_ids(account).await?;
        self.begin_anew(Some(account));
        Ok(())
    }

    /// Forgets what is in memory of an account, or of all, after the database has.
    pub fn begin_anew(&self, account: Option<&str>) {
        match account {
            Some(account) => self.ids.forget(account),
            None => self.ids.forget_all(),
        }
    }
}

impl AccountIds<'_> {
    /// To be called before [`AccountIds::request_id`], so that it goes on where it was.
    pub async fn ready(self) -> Result<(), StoreError> {
        self.find(false).await
    }

    /// The id of a new cart.
    pub async fn cart_id(self, locale: Locale) -> Result<CartId, StoreError> {
        self.find(true).await?;
        Ok(self.draws.cart_id(locale))
    }

    /// The RequestId of an answer.
    pub fn request_id(self, form: RequestIdForm) -> String {
        self.draws.request_id(form)
    }

    /// Finds out, or writes down, what must be before the account draws the id of a cart, or a RequestId alone.
    async fn find(self, of_cart: bool) -> Result<(), StoreError> {
        let needs = |draws: Draws<'_>| if of_cart { draws.needs_as_owner() } else { draws.needs() };
        if needs(self.draws) == Needs::Nothing {
            return Ok(()); // always so unless ids are seeded
        }
        let Self { book: IdBook { store, turn, .. }, draws, account } = self;
        let _turn = turn.lock().await;
        loop {
            match needs(draws) {
                Needs::Nothing => return Ok(()),
                Needs::Beginning => draws.begin(store.reserved_ids(account).await?),
                Needs::Block => draws.extend(store.reserve_ids(account, BLOCK).await?, BLOCK),
            }
        }
    }
}
