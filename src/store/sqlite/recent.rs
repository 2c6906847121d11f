//! Carts that were written a short while ago, as they are stored.
//!
//! Whoever changes a cart has mostly made or changed it a moment before, and finding and parsing its row is the greater part of what
//! a change costs. The file is this process's alone and all carts pass through the write lane; so the lane can keep those that it has
//! written. It alone puts carts in, and takes them out before anything else happens to them: see [`Recent::take`]. What is kept is
//! bounded, about four megabytes. A cart in here is the one that its caller is shown: nothing is copied.
//!
//! **Invariants.** What is in here is what is stored. Nobody sees a cart as it was before a change after somebody has seen the change.

use crate::cart::{Cart, CartId, to_the_microsecond};
use foldhash::fast::RandomState;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Parts with a lock each.
const SHARDS: usize = 16;

/// How many carts and lines one generation of a part holds.
const ROOM: usize = 512;

/// The carts that were written last.
#[derive(Default)]
pub(super) struct Recent([RwLock<Shard>; SHARDS]);

/// Two generations: when the young one is full it becomes the old one, and the old one goes.
#[derive(Default)]
struct Shard {
    /// Carts and lines of the young generation.
    used: usize,
    young: HashMap<CartId, Arc<Cart>, RandomState>,
    old: HashMap<CartId, Arc<Cart>, RandomState>,
}

impl Recent {
    /// The cart, if it was written a short while ago.
    pub(super) fn get(&self, id: CartId) -> Option<Arc<Cart>> {
        let shard = self.read(id);
        shard.young.get(&id).or_else(|| shard.old.get(&id)).cloned()
    }

    /// Takes a cart out, for a transaction that changes it: until the lane puts the new one in, everybody looks into the database, and
    /// sees the old one first and then the new one, never the other way round.
    pub(super) fn take(&self, id: CartId) -> Option<Arc<Cart>> {
        let mut shard = self.write(id);
        if let Some(cart) = shard.young.remove(&id) {
            shard.used -= size(&cart);
            return Some(cart);
        }
        shard.old.remove(&id)
    }

    /// Takes all carts out, before a transaction of which it is not known what it changes.
    pub(super) fn forget_all(&self) {
        for shard in &self.0 {
            let _gone = std::mem::take(&mut *shard.write().unwrap_or_else(PoisonError::into_inner));
        }
    }

    /// Keeps a cart that was taken out before it was written, and is durable now.
    pub(super) fn keep(&self, cart: &Arc<Cart>) {
        let stored = as_stored(cart);
        let mut shard = self.write(cart.id);
        if shard.used + size(cart) > ROOM {
            shard.old = std::mem::take(&mut shard.young);
            shard.used = 0;
        }
        shard.used += size(cart);
        shard.young.insert(cart.id, stored);
    }

    /// Notes that a cart was used.
    pub(super) fn touch(&self, id: CartId, at: Timestamp) {
        let mut shard = self.write(id);
        let Shard { young, old, .. } = &mut *shard;
        if let Some(cart) = young.get_mut(&id).or_else(|| old.get_mut(&id)) {
            let cart = Arc::make_mut(cart);
            cart.touched_at = cart.touched_at.max(to_the_microsecond(at));
        }
    }

    fn read(&self, id: CartId) -> RwLockReadGuard<'_, Shard> {
        self.shard(id).read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, id: CartId) -> RwLockWriteGuard<'_, Shard> {
        self.shard(id).write().unwrap_or_else(PoisonError::into_inner)
    }

    #[expect(clippy::cast_possible_truncation, reason = "the last digits are what is wanted")]
    fn shard(&self, id: CartId) -> &RwLock<Shard> {
        &self.0[id.number() as usize % SHARDS]
    }
}

fn size(cart: &Cart) -> usize {
    1 + cart.lines.len()
}

/// The cart as it would be read.
fn as_stored(cart: &Arc<Cart>) -> Arc<Cart> {
    let (created_at, touched_at) = (to_the_microsecond(cart.created_at), to_the_microsecond(cart.touched_at));
    if (created_at, touched_at) == (cart.created_at, cart.touched_at) {
        return Arc::clone(cart); // all that operations make
    }
    Arc::new(Cart { created_at, touched_at, ..Cart::clone(cart) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cart::{Locale, State};

    fn cart(n: u64) -> Arc<Cart> {
        let at = "2026-11-22T05:00:00.0000019Z".parse().unwrap();
        Arc::new(Cart {
            id: id(n),
            locale: Locale::Us,
            account: String::new(),
            associate_tag: String::new(),
            merge: false,
            revision: 1,
            state: State::Open,
            created_at: at,
            touched_at: at,
            lines: Vec::new(),
        })
    }

    fn id(n: u64) -> CartId {
        CartId::from_number(n).unwrap()
    }

    #[test]
    fn a_cart_is_kept_as_it_is_stored_until_it_is_forgotten() {
        let recent = Recent::default();
        recent.keep(&cart(1));
        recent.keep(&cart(2));
        let stored = "2026-11-22T05:00:00.000001Z".parse().unwrap();
        assert_eq!(
            recent.get(id(1)).as_deref(),
            Some(&Cart { created_at: stored, touched_at: stored, ..Cart::clone(&cart(1)) })
        );
        let later = "2026-11-22T06:00:00Z".parse().unwrap();
        recent.touch(id(1), later);
        recent.touch(id(1), stored);
        recent.touch(id(3), later);
        assert_eq!(recent.get(id(1)).unwrap().touched_at, later);
        assert!(recent.take(id(1)).is_some());
        assert!(recent.get(id(1)).is_none() && recent.get(id(2)).is_some() && recent.get(id(3)).is_none());
        recent.forget_all();
        assert!(recent.get(id(2)).is_none());
    }

    #[test]
    fn what_is_not_written_again_goes_when_the_room_is_used_up() {
        let recent = Recent::default();
        for n in 0..20_000 {
            for n in [0, n] {
                let _ = recent.take(id(n));
                recent.keep(&cart(n));
            }
        }
        let kept = (0..20_000).filter(|n| recent.get(id(*n)).is_some()).count();
        assert!((SHARDS * ROOM..=2 * SHARDS * ROOM).contains(&kept), "{kept}");
        assert!(recent.get(id(0)).is_some() && recent.get(id(1)).is_none());
    }
}
