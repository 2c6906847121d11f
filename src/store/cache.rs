//! Products that were read before, parsed and shared by all who show them.
//!
//! A cart line needs a title and a price, and finding and parsing its product costs more than all the rest of reading a cart. So
//! what was read is kept for as long as the catalogue stays as it was: every edit makes another revision of it, and of an older
//! one nothing is answered. What is kept is bounded in bytes; once that is used up, a product is kept when it is asked for twice.
//! Must not know how products are read, or any database driver.
//!
//! **Invariants.** Whoever asks with a revision gets what was read at that revision or not at all; so after an edit has been
//! counted by [`ProductCache::edited`] or [`ProductCache::seen`], nobody who asks is answered with what was there before.

use super::Listed;
use crate::cart::{Asin, Locale};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::mem::size_of;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Parts with a lock each. Readers share a lock, but even so they all write to its one word.
const SHARDS: usize = 16;

/// How many of those that were not kept are remembered, about as many as are kept.
const REMEMBERED: usize = 8 * 1024;

/// Which product, as whom: `account` is `None` for the baseline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) account: Option<Arc<str>>,
    pub(super) locale: Locale,
    pub(super) asin: Asin,
}

/// A state of the catalogue. Later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Revision(u64);

impl Revision {
    /// The revision of this number.
    pub(super) const fn of(number: u64) -> Self {
        Self(number)
    }
}

/// The products that were read last.
pub(super) struct ProductCache {
    /// The most bytes that one shard keeps in one generation.
    room: usize,
    revision: AtomicU64,
    shards: [RwLock<Shard>; SHARDS],
    /// Who was asked for lately and not kept, by their hashes: of two with one place the later one.
    asked_once: Box<[AtomicU64]>,
    hashes: RandomState,
}

/// Some of the products, all of one revision, in two generations. When the young one is full it becomes the old one, and what was
/// not asked for since the last time goes: nearly as good as keeping what was used last, without writing at every reading.
#[derive(Default)]
struct Shard {
    revision: u64,
    /// Bytes of the young ones.
    bytes: usize,
    young: HashMap<Key, Kept, RandomState>,
    old: HashMap<Key, Kept, RandomState>,
}

#[derive(Clone)]
struct Kept {
    listed: Listed,
    bytes: usize,
}

impl ProductCache {
    /// A cache of about `bytes` bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            room: bytes / 2 / SHARDS,
            revision: AtomicU64::new(0),
            shards: Default::default(),
            asked_once: (0..REMEMBERED).map(|_| AtomicU64::new(0)).collect(),
            hashes: RandomState::default(),
        }
    }

    /// The catalogue's revision now. To be asked before products are read, and handed in with what was read.
    pub(super) fn revision(&self) -> Revision {
        Revision(self.revision.load(Ordering::Acquire))
    }

    /// The catalogue was edited by this server. To be called after the edit was committed and before it is acknowledged.
    pub(super) fn edited(&self) {
        self.revision.fetch_add(1, Ordering::AcqRel);
    }

    /// The database counts its revisions itself, and said that this is one. Earlier ones are over.
    pub(super) fn seen(&self, revision: Revision) {
        self.revision.fetch_max(revision.0, Ordering::AcqRel);
    }

    /// The product, if it was read at this revision and is still kept.
    pub(super) fn get(&self, revision: Revision, key: &Key) -> Option<Listed> {
        let shard = self.shard(key);
        {
            let shard = shard.read().unwrap_or_else(PoisonError::into_inner);
            if shard.revision != revision.0 {
                return None;
            }
            if let Some(kept) = shard.young.get(key) {
                return Some(kept.listed.clone());
            }
            shard.old.get(key)?;
        }
        // It is asked for again, and so becomes young again.
        let (listed, _gone) = {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            if shard.revision != revision.0 {
                return None;
            }
            let kept = shard.old.remove(key)?;
            (kept.listed.clone(), shard.keep(key.clone(), kept, self.room))
        };
        Some(listed)
    }

    /// Keeps a product that was read after `revision` was asked for, if that is still the catalogue's and there is room, or this is not
    /// the first time lately: in a catalogue that is much larger than the room, most would go unused, and those that are used with
    /// them. `document` is how many bytes its stored form has.
    pub(super) fn put(&self, revision: Revision, key: Key, listed: Listed, document: usize) {
        // What it takes parsed is not exactly known: the record with its places for texts, the texts, and the key twice.
        let bytes = size_of::<crate::catalog::Product>() + document + 2 * size_of::<(Key, Kept)>();
        let shard = self.shard(&key);
        if shard.read().unwrap_or_else(PoisonError::into_inner).is_full(revision) && !self.asked_again(&key) {
            return;
        }
        // What goes is dropped when the lock is released: it may be a few hundred products.
        let _gone = {
            let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
            if shard.revision > revision.0 {
                return; // the catalogue was edited since it was read
            }
            let outdated = (shard.revision < revision.0).then(|| std::mem::take(&mut *shard));
            shard.revision = revision.0;
            (shard.keep(key, Kept { listed, bytes }, self.room), outdated)
        };
    }

    /// Whether a product that was not kept is asked for again, and not for the first time.
    fn asked_again(&self, key: &Key) -> bool {
        let hash = self.hashes.hash_one(key);
        let place = usize::try_from(hash % REMEMBERED as u64).expect("it is less than a usize");
        self.asked_once[place].swap(hash, Ordering::Relaxed) == hash
    }

    fn shard(&self, key: &Key) -> &RwLock<Shard> {
        // The last characters of an ASIN tell neighbours apart, and its hash is worked out once more anyway.
        let place: usize = key.asin.as_str().bytes().map(usize::from).sum();
        &self.shards[place % SHARDS]
    }
}

impl Shard {
    /// Whether the room was used up at this revision.
    fn is_full(&self, revision: Revision) -> bool {
        self.revision == revision.0 && !self.old.is_empty()
    }

    /// Puts a product among the young ones; answers what has to go for it.
    fn keep(&mut self, key: Key, kept: Kept, room: usize) -> HashMap<Key, Kept, RandomState> {
        let mut gone = HashMap::default();
        if self.bytes + kept.bytes > room {
            gone = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            self.bytes = 0;
        }
        self.bytes += kept.bytes;
        if let Some(twice) = self.young.insert(key, kept) {
            self.bytes -= twice.bytes; // somebody else read it at the same time
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: usize) -> Key {
        Key { account: None, locale: Locale::Us, asin: format!("B{n:09}").parse().unwrap() }
    }

    fn listed(title: &str) -> Listed {
        let record =
            format!(r#"{{"locale":"us","asin":"B000000001","title":"{title}","product_group":"Book","price":1}}"#);
        Listed { product: Arc::new(serde_json::from_str(&record).unwrap()), withdrawn: false }
    }

    fn kept(cache: &ProductCache, n: usize) -> Option<String> {
        cache.get(cache.revision(), &key(n)).map(|listed| listed.product.title.clone())
    }

    #[test]
    fn a_product_is_kept_until_the_catalogue_is_edited() {
        let cache = ProductCache::new(1 << 20);
        cache.put(cache.revision(), key(1), listed("old"), 100);
        assert_eq!(kept(&cache, 1).as_deref(), Some("old"));
        let other = Key { account: Some("key".into()), ..key(1) };
        assert!(cache.get(cache.revision(), &other).is_none());
        cache.edited();
        assert_eq!(kept(&cache, 1), None);
    }

    #[test]
    fn what_was_read_before_an_edit_is_not_kept_after_it() {
        let cache = ProductCache::new(1 << 20);
        let before = cache.revision();
        cache.edited();
        cache.put(before, key(1), listed("old"), 100);
        assert_eq!(kept(&cache, 1), None);
        cache.put(cache.revision(), key(1), listed("new"), 100);
        cache.put(before, key(1), listed("old"), 100);
        assert_eq!(kept(&cache, 1).as_deref(), Some("new"));
        assert!(cache.get(before, &key(1)).is_none(), "it was another then");
    }

    #[test]
    fn what_is_not_asked_for_goes_when_the_room_is_used_up() {
        let room = SHARDS * 2 * 40_000;
        let cache = ProductCache::new(room);
        let count = || {
            let in_shard = |shard: &RwLock<Shard>| {
                let shard = shard.read().unwrap();
                shard.young.len() + shard.old.len()
            };
            cache.shards.iter().map(in_shard).sum::<usize>()
        };
        let mut most = 0;
        for n in 0..10_000 {
            for _ in 0..2 {
                cache.put(cache.revision(), key(n), listed("a"), 100);
            }
            assert!(kept(&cache, 0).is_some(), "it is asked for all the time, and is gone after {n}");
            most = most.max(count());
        }
        let record = size_of::<crate::catalog::Product>();
        assert!((room / record / 4..room / record).contains(&most), "{most} products");
        assert_eq!(kept(&cache, 1), None);
    }

    #[test]
    fn once_the_room_is_used_up_a_product_is_kept_when_it_is_asked_for_twice() {
        let cache = ProductCache::new(SHARDS * 2 * 40_000);
        let put = |n| cache.put(cache.revision(), key(n), listed("a"), 100);
        let mut first_left_out = None;
        for n in 0..10_000 {
            put(n);
            if kept(&cache, n).is_none() {
                first_left_out = first_left_out.or(Some(n));
            }
        }
        let first = first_left_out.expect("there is no room for all of them");
        assert!(first > 100, "the first {first} have room");
        assert!(kept(&cache, 0).is_some(), "what came once drives out nothing");
        put(20_000);
        assert!(kept(&cache, 20_000).is_none());
        put(20_000);
        assert!(kept(&cache, 20_000).is_some());
        cache.edited();
        put(30_000);
        assert!(kept(&cache, 30_000).is_some(), "there is room again");
    }

    #[test]
    fn a_product_that_two_have_read_counts_once() {
        let cache = ProductCache::new(SHARDS * 2 * 10_000);
        cache.put(cache.revision(), key(2), listed("a"), 100);
        for _ in 0..1000 {
            cache.put(cache.revision(), key(1), listed("a"), 100);
        }
        assert!(kept(&cache, 1).is_some());
        let shard = cache.shard(&key(1)).read().unwrap();
        assert_eq!((shard.young.len(), shard.old.len()), (1, 0));
    }
}
