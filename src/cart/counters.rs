//! How many ids each account has drawn, while seeded ones are drawn: bounded, however many accounts come by.

use sha2::{Digest as _, Sha256};
use std::collections::HashMap;

/// Accounts that own no carts, of which the count is remembered at least. Those that were not seen for the longest time are forgotten.
const REMEMBERED: usize = 16_384;

/// How many ids are left when more are asked for.
const MARGIN: u64 = 64;

/// An account, by its digest: a client may send a key of any length.
type Key = [u8; 16];

/// The count of an account.
#[derive(Clone, Copy, Debug, Default)]
struct Counter {
    drawn: u64,
    /// As many may be drawn, of an account that has carts: so many were written down.
    reserved: Option<u64>,
}

/// What an account lacks before it draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// How many ids were reserved for it, if it has been here before.
    Beginning,
    /// More ids to be reserved.
    Block,
}

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Of accounts that have carts, and that are never forgotten.
    owners: HashMap<Key, Counter>,
    /// Of others: those seen lately, and those seen before.
    young: HashMap<Key, Counter>,
    old: HashMap<Key, Counter>,
}

impl Counters {
    /// What an account lacks.
    pub(super) fn needs(&mut self, account: &str) -> Needs {
        match self.counter(account) {
            None => Needs::Beginning,
            Some(Counter { drawn, reserved: Some(reserved) }) if *drawn + MARGIN > *reserved => Needs::Block,
            Some(_) => Needs::Nothing,
        }
    }

    /// Whether ids were reserved for an account since it was begun.
    pub(super) fn has_block(&mut self, account: &str) -> bool {
        self.counter(account).is_some_and(|counter| counter.reserved.is_some())
    }

    /// Begins an account for which so many ids were reserved before.
    pub(super) fn begin(&mut self, account: &str, reserved: Option<u64>) {
        let drawn = self.counter(account).map_or(0, |counter| counter.drawn);
        match reserved {
            Some(reserved) => {
                let key = key(account);
                self.young.remove(&key);
                self.old.remove(&key);
                self.owners.insert(key, Counter { drawn: drawn.max(reserved), reserved: Some(reserved) });
            }
            None => drop(self.remember(account, Counter { drawn, reserved: None })),
        }
    }

    /// Gives an account `count` ids more, behind the `before` that were reserved until then.
    pub(super) fn extend(&mut self, account: &str, before: u64, count: u64) {
        let counter = self.counter(account).copied().unwrap_or_default();
        // Another server may have reserved some in between: those are its own.
        let drawn = if counter.reserved.is_some_and(|reserved| reserved == before) {
            counter.drawn
        } else {
            counter.drawn.max(before)
        };
        self.begin(account, None);
        let key = key(account);
        self.young.remove(&key);
        self.owners.insert(key, Counter { drawn, reserved: Some(before + count) });
    }

    /// Counts a draw, and answers the how manieth it is, from 1.
    pub(super) fn draw(&mut self, account: &str) -> u64 {
        let counter = match self.counter(account) {
            Some(counter) => counter,
            None => self.remember(account, Counter::default()),
        };
        counter.drawn += 1;
        counter.drawn
    }

    /// Begins anew with an account.
    pub(super) fn forget(&mut self, account: &str) {
        let key = key(account);
        for counters in [&mut self.owners, &mut self.young, &mut self.old] {
            counters.remove(&key);
        }
    }

    fn counter(&mut self, account: &str) -> Option<&mut Counter> {
        let key = key(account);
        if self.owners.contains_key(&key) {
            return self.owners.get_mut(&key);
        }
        if let Some(counter) = self.old.remove(&key) {
            return Some(self.remember_key(key, counter));
        }
        self.young.get_mut(&key)
    }

    fn remember(&mut self, account: &str, counter: Counter) -> &mut Counter {
        self.remember_key(key(account), counter)
    }

    fn remember_key(&mut self, key: Key, counter: Counter) -> &mut Counter {
        if self.young.len() >= REMEMBERED && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        let slot = self.young.entry(key).or_default();
        *slot = counter;
        slot
    }
}

fn key(account: &str) -> Key {
    let mut key = [0; 16];
    key.copy_from_slice(&Sha256::digest(account.as_bytes())[..16]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_carts_counts_from_its_beginning_and_reserves_nothing() {
        let mut counters = Counters::default();
        assert_eq!(counters.needs("key"), Needs::Beginning);
        counters.begin("key", None);
        assert_eq!((counters.draw("key"), counters.draw("key"), counters.draw("other")), (1, 2, 1));
        assert_eq!((counters.needs("key"), counters.has_block("key")), (Needs::Nothing, false));
        counters.forget("key");
        assert_eq!((counters.needs("key"), counters.draw("key")), (Needs::Beginning, 1));
    }

    #[test]
    fn an_account_with_carts_asks_for_more_in_time_and_goes_on_behind_what_was_reserved() {
        let mut counters = Counters::default();
        counters.begin("key", None);
        counters.draw("key");
        counters.extend("key", 0, 100);
        assert_eq!((counters.needs("key"), counters.has_block("key")), (Needs::Nothing, true));
        assert_eq!(counters.draw("key"), 2, "what was drawn before counts");
        for _ in 0..35 {
            counters.draw("key");
        }
        assert_eq!(counters.needs("key"), Needs::Block);
        counters.extend("key", 100, 100);
        assert_eq!((counters.needs("key"), counters.draw("key")), (Needs::Nothing, 38));
        // Another server was here meanwhile.
        counters.extend("key", 300, 100);
        assert_eq!(counters.draw("key"), 301);
        // And after a start.
        let mut counters = Counters::default();
        counters.begin("key", Some(400));
        assert_eq!(counters.needs("key"), Needs::Block);
        counters.extend("key", 400, 100);
        assert_eq!(counters.draw("key"), 401);
    }

    #[test]
    fn a_million_accounts_that_own_nothing_are_forgotten_and_owners_are_not() {
        let mut counters = Counters::default();
        counters.extend("owner", 0, 100);
        counters.draw("owner");
        for n in 0..200_000 {
            counters.draw(&n.to_string());
            if n % 1000 == 0 {
                counters.draw("regular");
            }
        }
        assert!(counters.young.len() + counters.old.len() <= 2 * REMEMBERED);
        assert_eq!((counters.owners.len(), counters.draw("owner")), (1, 2));
        assert_eq!(counters.draw("regular"), 201, "whoever keeps coming is remembered");
        assert_eq!(counters.draw("0"), 1);
    }
}
