//! Where products were found before: one tree of the database to go down for them, and not two.
//!
//! A product is found by its key in an index, which leads to its row. In a catalogue that is larger than what is kept of it, the page
//! of the index is one more to be read from the file each time. So the row's number is remembered, eight bytes for each product. It
//! is a hint: whoever follows it checks that the row is that product's, so one that is lost, old or somebody else's does no harm.
//! Must not know what a row holds.

use arc_swap::ArcSwap;
use foldhash::fast::RandomState;
use std::hash::{BuildHasher as _, Hash};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A cache line of the processor.
const WAYS: usize = 8;

/// Rows of a catalogue that is kept parsed, nearly all of it: no hints are needed.
const FEW: u32 = 4 * 1024;

/// The most that are remembered: 16 MiB.
const MOST: usize = 2 * 1024 * 1024;

/// The upper half of a key's hash and the number of its row; 0 where there is none.
#[derive(Default)]
#[repr(align(64))]
struct Bucket([AtomicU64; WAYS]);

/// The rows in which products were found. As many as the highest number among them, which is about as many as the table has.
pub(super) struct RowHints {
    hashes: RandomState,
    buckets: ArcSwap<Box<[Bucket]>>,
}

impl Default for RowHints {
    fn default() -> Self {
        Self { hashes: RandomState::default(), buckets: ArcSwap::from_pointee(Box::default()) }
    }
}

impl RowHints {
    /// The number of the row in which the product of this key was.
    pub(super) fn get(&self, key: impl Hash) -> Option<i64> {
        let hash = self.hashes.hash_one(key);
        let buckets = self.buckets.load();
        let slots = bucket(&buckets, hash)?.0.iter().map(|slot| slot.load(Ordering::Relaxed));
        slots.filter(|slot| *slot != 0 && slot >> 32 == hash >> 32).map(row).next()
    }

    /// The product of this key is in this row.
    pub(super) fn note(&self, key: impl Hash, row: i64) {
        let Ok(number) = u32::try_from(row) else { return };
        let mut buckets = self.buckets.load();
        if buckets.len() * WAYS <= number as usize && number >= FEW && buckets.len() * WAYS < MOST {
            // What is known is forgotten: it comes again, and this happens a few times only.
            let wanted = (number as usize + 1).next_power_of_two().min(MOST) / WAYS;
            self.buckets.store(Arc::new((0..wanted).map(|_| Bucket::default()).collect()));
            buckets = self.buckets.load();
        }
        let hash = self.hashes.hash_one(key);
        let Some(Bucket(slots)) = bucket(&buckets, hash) else { return };
        let of_key_or_free = |slot: &&AtomicU64| {
            let slot = slot.load(Ordering::Relaxed);
            slot == 0 || slot >> 32 == hash >> 32
        };
        let slot = slots.iter().find(of_key_or_free).unwrap_or(&slots[(hash >> 32) as usize % WAYS]);
        slot.store(hash >> 32 << 32 | u64::from(number), Ordering::Relaxed);
    }
}

fn bucket(buckets: &[Bucket], hash: u64) -> Option<&Bucket> {
    buckets.get(hash as usize & buckets.len().wrapping_sub(1))
}

fn row(slot: u64) -> i64 {
    i64::from(slot as u32)
}
